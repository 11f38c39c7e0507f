"""Grade students' notebooks: python tools/grade.py FOLDER [--to FOLDER] [--seed N]

FOLDER has notebooks under any names, in folders or not. What is written, by default to FOLDER-graded: marks.csv, a line
for every exercise of every notebook; students/, a page each; open/, a page for every open question, with all answers
beside model answer and rubric, for a person who then writes the points into marks.csv. Code answers run on inputs that
the notebooks' own checks do not use, each in a process of its own (tools/answer.py says what it may do). Nothing in
FOLDER is changed.
"""

import argparse
import ast
import csv
import json
import shutil
import subprocess
import symtable
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock

import nbformat
from handout import HEADING, POINTS, number_of, pieces, student_copy
from IPython.core.inputtransformer2 import TransformerManager
from tqdm import tqdm

from hpe_utils import exercises
from hpe_utils.files import DataError, printable, replaced

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
LARGEST, CODE, OUTPUT, TIMEOUT = 50 << 20, 200_000, 64 << 20, 60  # bytes and seconds of one notebook, or answer
PARSING = Lock()  # syntax trees made in two threads at once end in SystemError or RecursionError (CPython 3.11)
SOON = 10  # seconds: a process that ends so early has not used up its time
HEAD = "notebook", "student", "exercise", "kind", "points", "of", "remark"
STYLE = """<meta charset="utf-8"><style>
body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
pre { white-space: pre-wrap; background: #f4f4f4; padding: .7rem }
section { border-top: 1px solid #999; margin-top: 2rem }
</style>"""


@dataclass
class Asked:
    """An exercise of a notebook: number, title and kind; of code the exercise's name and its function's, of open
    questions the text, with model answer and rubric."""

    number: str
    title: str
    kind: str
    name: str = ""
    function: str = ""
    text: str = ""
    answer: str = ""


@dataclass
class Mark:
    """What one notebook has for one exercise; points are None where a person has to look."""

    asked: Asked
    points: int | None
    remark: str
    given: str = ""


@dataclass
class Submission:
    """A student's notebook: its path below the folder, the name in it, cells of code, answers by exercise, marks."""

    path: str
    student: str = ""
    number: str = ""
    problem: str = ""
    code: list[str] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)


def main() -> int:
    """Run the command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=1, help="of the hidden inputs; 0 are the notebooks' own")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if not folder.is_dir():
        raise SystemExit(f"grade: there is no folder {folder}: name the one with the students' notebooks")
    if options.seed < 0:
        raise SystemExit("grade: a seed is 0 or more")
    course, to = course_exercises(), options.to or folder.with_name(folder.name + "-graded")
    paths = sorted(path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if not paths:
        raise SystemExit(f"grade: {folder} has no notebook (.ipynb)")
    done = [submission(path, folder, course) for path in paths]
    numbers = {one.number for one in done}
    hidden = hidden_tests([asked for number in numbers for asked in course.get(number, ())], options.seed)
    with ThreadPoolExecutor(2) as pool:  # as many processes answer at a time
        marked = pool.map(lambda one: mark(one, course, hidden), done)
        list(tqdm(marked, total=len(done), unit="notebooks", leave=False))
    write_all(done, course, to)
    unread = sum(bool(one.problem) for one in done)
    print(f"{len(done)} notebooks, {unread} of them unreadable: see {to / 'marks.csv'}")
    return 0


def write_all(done: list[Submission], course: dict[str, list[Asked]], to: Path) -> None:
    """Write marks and pages; pages of an earlier grading go."""
    for folder in ("students", "open"):
        shutil.rmtree(to / folder, ignore_errors=True)
    write_marks(done, to / "marks.csv")
    for number, one in enumerate(done):
        write_page(to / "students" / f"{number:03}.html", one.student or one.path, student_page(one))
    for asked in (asked for of_notebook in course.values() for asked in of_notebook if asked.kind != "code"):
        if any(asked.number in one.open for one in done):
            write_page(to / "open" / f"{asked.number}.html", asked.title, open_page(asked, done))


# The course ---------------------------------------------------------------------------------------


def course_exercises() -> dict[str, list[Asked]]:
    """The exercises of every notebook, by its number."""
    course = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        number, asked = number_of(path), {}
        notebook = nbformat.read(path, 4)
        for kind, cell in pieces(notebook, number):
            of = cell.metadata.get("exercise")
            if cell.cell_type == "markdown" and (heading := HEADING.search(cell.source)):
                asked[of] = Asked(of, heading[4], heading[2], text=cell.source)
            elif kind == "model answer":
                asked[of].answer = cell.source
            for tag in cell.metadata.get("tags", []):
                if tag.startswith("exercise:"):
                    current = list(asked)[-1]
                    asked[current].name = tag.partition(":")[2]
                    asked[current].function = [n.name for n in ast.parse(cell.source).body if hasattr(n, "name")][-1]
        course[number] = list(asked.values())
    return course


@cache
def course_texts() -> set[str]:
    """The text of every cell of the notebooks, whole and as they are handed out."""
    notebooks = [(nbformat.read(path, 4), number_of(path)) for path in NOTEBOOKS.glob("*.ipynb")]
    return {cell.source for one, number in notebooks for cell in (*one.cells, *student_copy(one, number).cells)}


# Submissions --------------------------------------------------------------------------------------


def submission(path: Path, folder: Path, course: dict[str, list[Asked]]) -> Submission:
    """A notebook as it was handed in; what cannot be read is a problem in it."""
    one = Submission(printable(path.relative_to(folder).as_posix()))
    try:
        read_into(one, path, course)
    except DataError as error:
        one.problem = str(error)
    except Exception as error:  # one student's strange file must not keep the others' marks back
        one.problem = f"no notebook that can be read ({type(error).__name__})"
    return one


def read_into(one: Submission, path: Path, course: dict[str, list[Asked]]) -> None:
    """Read name, code and open answers of a notebook; raises DataError for what is none, or none of the course's."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise DataError(f"no file, or larger than {LARGEST >> 20} MB")
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    cells = [(str(c["cell_type"]), text_of(c["source"]), metadata_of(c)) for c in content["cells"]]
    one.code = [text for kind, text, _ in cells if kind == "code"]
    if sum(map(len, one.code)) > CODE:
        raise DataError(f"more than {CODE:,} characters of code")
    exercise = ""
    for _, text, metadata in (cell for cell in cells if cell[0] != "code"):
        tags = metadata["tags"]
        if heading := HEADING.search(text):
            exercise = heading[1]
        if "name" in tags:
            one.student = text.partition("**Name:**")[2].partition("**Group:**")[0].strip()[:80]
        elif "answer" in tags or text.startswith("*Your answer:*") or exercise and text not in course_texts():
            of = str(metadata.get("answer", ""))[:8] or exercise
            given = text.removeprefix("*Your answer:*").strip()
            one.open[of] = f"{one.open.get(of, '')}\n\n{given}".strip()
    functions = {asked.function: number for number in course for asked in course[number] if asked.function}
    known = [number for _, _, metadata in cells if (number := str(metadata.get("name", ""))) in course]
    known += [functions[name] for code in one.code for name in functions if f"def {name}(" in code]
    known += [number_of(path)] if number_of(path) in course else []
    if not known:
        raise DataError("none of the course's notebooks: neither its name nor its cells tell which")
    one.number = known[0]
    one.open = {of if "." in of else f"{one.number}.{of}": text for of, text in one.open.items() if text}


def text_of(source) -> str:
    """A cell's text, which notebooks have whole or in lines."""
    return source if isinstance(source, str) else "".join(map(str, source))


def metadata_of(cell: dict) -> dict:
    """A cell's metadata with its list of tags, whatever stands in the file."""
    metadata = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    return metadata | {"tags": metadata["tags"] if isinstance(metadata.get("tags"), list) else []}


# Marks --------------------------------------------------------------------------------------------


def hidden_tests(asked: list[Asked], seed: int) -> dict[str, exercises.Exercise]:
    """The code exercises on inputs of this seed, whose right and wrong answers are known before anybody's code runs."""
    tests = {}
    for name in sorted({one.name for one in asked if one.name}):
        exercise = exercises.Exercise(name, exercises.load(name).module, seed)
        tests[name] = replace(exercise, record=exercises.recorded(exercise))
    return tests


def mark(one: Submission, course: dict[str, list[Asked]], hidden: dict[str, exercises.Exercise]) -> None:
    """Give a submission its marks."""
    for asked in course.get(one.number, ()):
        one.marks.append(mark_code(asked, one, hidden[asked.name]) if asked.kind == "code" else mark_open(asked, one))


def mark_open(asked: Asked, one: Submission) -> Mark:
    """An open answer waits for a person; one that is not there has no points."""
    given = one.open.get(asked.number, "")
    return Mark(asked, None, "to be marked by a person", given) if given else Mark(asked, 0, "no answer found")


def mark_code(asked: Asked, one: Submission, exercise: exercises.Exercise) -> Mark:
    """All points where the answer is right for every hidden input, else none, with what the check says."""
    source = ""
    try:
        with PARSING:
            source = needed(one.code, asked.function)
            inputs = exercises.stripped((exercises.FOLDER / f"{asked.name}.py").read_text(encoding="utf-8"))
        question = {"source": source, "function": asked.function, "inputs": inputs}
        given = answers_of(question | {"seed": exercise.seed, "calls": exercises.CALLS})
    except DataError as error:
        return Mark(asked, 0, str(error), source)
    except Exception as error:  # text that Python's own tools stumble over
        return Mark(asked, 0, f"it cannot be run ({type(error).__name__})", source)
    verdict = exercises.judged(exercise, given, asked.function, exercises.parameters(exercise.module.solution))
    return Mark(asked, POINTS["code"] if verdict.state == "right" else 0, " ".join(verdict.lines), source)


def needed(code: list[str], function: str) -> str:
    """The statements at the top of cells that a function needs, what a statement needs before it; raises DataError.

    Of several definitions of a name the last one above the function's last one counts, with the changes after it; where
    there is none, those below it, for cells may have been moved.
    """
    statements = [(node, names_in(node, made=True)) for text in code for node in parsed(text)]
    last = max((k for k, (_, made) in enumerate(statements) if function in made), default=None)
    if last is None:
        broken = any(f"def {function}(" in text and not parsed(text) for text in code)
        raise DataError(f"the cell with {function} is no Python" if broken else f"there is no function {function}")
    kept, seen = [], set()

    def add(name: str, most: int) -> None:
        makers = [k for k, (_, made) in enumerate(statements) if name in made or "*" in made]
        above = [k for k in makers if k <= most]
        anew = max((k for k in above if binds(statements[k][0], name)), default=0)
        for k in [k for k in above if k >= anew] or (makers if most == last else []):
            if k not in seen:
                seen.add(k)
                for other in sorted(names_in(statements[k][0], made=False)):
                    add(other, k - 1 if other in statements[k][1] else last)  # x = x + 1 needs the x above
                kept.append(statements[k][0])

    add(function, last)
    return "\n\n".join(map(ast.unparse, kept))


def binds(node: ast.stmt, name: str) -> bool:
    """Whether a statement gives a name its value, whatever it was before."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(one, ast.Name) and one.id == name for target in targets for one in ast.walk(target))


def parsed(text: str) -> list[ast.stmt]:
    """A cell's statements, IPython's own lines turned into Python; none where it is no Python."""
    for turned in (lambda: text, lambda: TransformerManager().transform_cell(text)):
        try:
            return ast.parse(turned()).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return []


def names_in(node: ast.stmt, made: bool) -> set[str]:
    """The names that a statement at the top of a cell makes or changes, or those from outside that it looks up."""
    if made and isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        return {"*"}
    try:
        tables, names = [symtable.symtable(ast.unparse(node), "answer", "exec")], set()
    except (SyntaxError, ValueError, RecursionError):
        return set()
    while tables:
        table = tables.pop()
        top = table.get_type() == "module"
        if made and not top:
            continue
        tables += table.get_children()
        for one in table.get_symbols():
            assigned = top and (one.is_assigned() or one.is_imported() or one.is_namespace())
            if assigned if made else one.is_referenced() if top else one.is_global():
                names.add(one.get_name())
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return names  # what is changed inside of it is its own
    if made:  # edge[0] = 1 and edge.x = 1 change edge
        stores = (ast.Subscript, ast.Attribute)
        changed = (one.value for one in ast.walk(node) if isinstance(one, stores) and isinstance(one.ctx, ast.Store))
    else:  # x += 1 looks x up
        changed = (one.target for one in ast.walk(node) if isinstance(one, ast.AugAssign))
    return names | {one.id for one in changed if isinstance(one, ast.Name)}


def answers_of(question: dict) -> list[exercises.Answer]:
    """What a student's function answers to the hidden inputs; raises DataError where it cannot be run."""
    begin = time.monotonic()
    content = answered(question)
    if not content and time.monotonic() - begin < SOON:  # a machine short of memory must not cost anybody a mark
        content = answered(question)
    if not content:
        raise DataError("its process ended before it answered")
    try:
        problem, given = content.get("problem"), [exercises.restored(one) for one in content.get("answers", ())]
    except (AttributeError, TypeError):
        raise DataError("its process answered something else") from None
    if problem or len(given) != exercises.CALLS:
        raise DataError(str(problem or "it did not answer every call")[:300])
    return given


def answered(question: dict) -> dict | None:
    """What a process of its own writes to this question, None where that is no JSON; DataError where it takes long."""
    command = [sys.executable, "-I", str(ROOT / "tools" / "answer.py")]
    with TemporaryFile() as out:
        try:
            data, options = json.dumps(question).encode(), {"timeout": TIMEOUT, "cwd": sys.prefix}
            subprocess.run(command, input=data, stdout=out, stderr=subprocess.DEVNULL, **options)
        except subprocess.TimeoutExpired:
            raise DataError(f"it was still at work after {TIMEOUT} seconds") from None
        out.seek(0)
        try:
            return json.loads(out.read(OUTPUT))
        except (ValueError, RecursionError):
            return None


# Pages --------------------------------------------------------------------------------------------


def write_marks(done: list[Submission], path: Path) -> None:
    """A line for every exercise of every notebook; points are empty where a person has to mark."""
    options = {"newline": "", "encoding": "utf-8-sig", "errors": "backslashreplace"}
    with replaced(path) as partial, open(partial, "w", **options) as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for one in done:
            if one.problem:
                writer.writerow([harmless(one.path), "", "", "", 0, "", one.problem])
            for mark in one.marks:
                points = "" if mark.points is None else mark.points
                row = [one.path, one.student, mark.asked.number, mark.asked.kind, points, POINTS[mark.asked.kind]]
                writer.writerow([harmless(cell) for cell in (*row, mark.remark)])


def harmless(cell) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = " ".join(str(cell).split())
    return "'" + text if text.startswith(("=", "+", "-", "@")) and not text.lstrip("-").isdigit() else text


def student_page(one: Submission) -> str:
    """A student's marks, with what the checks said and what was handed in."""
    if one.problem:
        return f"<p>{escape(one.path)}: {escape(one.problem)}</p>"
    return f"<p>{escape(one.path)}</p>" + "".join(
        f"<section><h2>{mark.asked.number} {escape(mark.asked.title)}</h2>"
        f"<p>{'–' if mark.points is None else mark.points} of {POINTS[mark.asked.kind]} points</p>"
        f"<pre>{escape(mark.remark)}</pre><pre>{escape(mark.given)}</pre></section>"
        for mark in one.marks
    )


def open_page(asked: Asked, done: list[Submission]) -> str:
    """A question, its model answer with the rubric, and everybody's answers."""
    answers = "".join(
        f"<section><h2>{escape(one.student or one.path)}</h2><p>{escape(one.path)}</p>"
        f"<pre>{escape(one.open[asked.number])}</pre></section>"
        for one in done
        if one.open.get(asked.number)
    )
    return f"<pre>{escape(asked.text)}</pre><pre>{escape(asked.answer)}</pre>{answers}"


def write_page(path: Path, title: str, body: str) -> None:
    """Write a page whose body is HTML already."""
    with replaced(path) as partial:
        text = f"<!doctype html><title>{escape(title)}</title>{STYLE}<h1>{escape(title)}</h1>{body}\n"
        partial.write_text(text, encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
