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
import subprocess
import symtable
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import nbformat
from handout import HEADING, POINTS, pieces
from tqdm import tqdm

from hpe_utils import exercises
from hpe_utils.files import DataError, replaced

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
LARGEST, TIMEOUT = 50 << 20, 60  # bytes of a notebook; seconds of one answer
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=1, help="of the hidden inputs; 0 are the notebooks' own")
    options = parser.parse_args()
    if not options.folder.is_dir():
        raise SystemExit(f"grade: there is no folder {options.folder}: name the one with the students' notebooks")
    to = options.to or options.folder.with_name(options.folder.name + "-graded")
    course = course_exercises()
    paths = sorted(path for path in options.folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if not paths:
        raise SystemExit(f"grade: {options.folder} has no notebook (.ipynb)")
    done = [submission(path, options.folder, course) for path in paths]
    hidden = hidden_tests(
        [asked for number in {one.number for one in done} for asked in course.get(number, ())], options.seed
    )
    with ThreadPoolExecutor(2) as pool:  # as many processes answer at a time
        list(
            tqdm(pool.map(lambda one: mark(one, course, hidden), done), total=len(done), unit="notebooks", leave=False)
        )
    write_marks(done, to / "marks.csv")
    for number, one in enumerate(done):
        write_page(to / "students" / f"{number:03}.html", one.student or one.path, student_page(one))
    for asked in (asked for of_notebook in course.values() for asked in of_notebook if asked.kind != "code"):
        if any(asked.number in one.open for one in done):
            write_page(to / "open" / f"{asked.number}.html", asked.title, open_page(asked, done))
    unread = sum(bool(one.problem) for one in done)
    print(f"{len(done)} notebooks, {unread} of them unreadable: see {to / 'marks.csv'}")
    return 0


# The course ---------------------------------------------------------------------------------------


def course_exercises() -> dict[str, list[Asked]]:
    """The exercises of every notebook, by its number."""
    course = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        number, asked = path.stem[:2], {}
        for kind, cell in pieces(nbformat.read(path, 4), number):
            of = cell.metadata.get("exercise")
            if cell.cell_type == "markdown" and (heading := HEADING.search(cell.source)):
                asked[of] = Asked(of, heading[4], heading[2], text=cell.source)
            elif kind == "answer":
                asked[of].answer = cell.source
            for tag in cell.metadata.get("tags", []):
                if tag.startswith("exercise:"):
                    current = list(asked)[-1]
                    asked[current].name = tag.partition(":")[2]
                    asked[current].function = [n.name for n in ast.parse(cell.source).body if hasattr(n, "name")][-1]
        course[number] = list(asked.values())
    return course


# Submissions --------------------------------------------------------------------------------------


def submission(path: Path, folder: Path, course: dict[str, list[Asked]]) -> Submission:
    """A notebook as it was handed in; what cannot be read is a problem in it."""
    one = Submission(path.relative_to(folder).as_posix())
    try:
        read_into(one, path, course)
    except DataError as error:
        one.problem = str(error)
    return one


def read_into(one: Submission, path: Path, course: dict[str, list[Asked]]) -> None:
    """Read name, code and open answers of a notebook; raises DataError for what is none, or none of the course's."""
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"larger than {LARGEST >> 20} MB")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        cells = [(str(c["cell_type"]), text_of(c["source"]), metadata_of(c)) for c in content["cells"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(f"no notebook that can be read ({type(error).__name__})") from None
    one.code = [text for kind, text, _ in cells if kind == "code"]
    exercise, numbers = "", [str(metadata.get("name", ""))[:2] for _, _, metadata in cells]
    for kind, text, metadata in cells:
        tags = metadata.get("tags") or []
        if heading := HEADING.search(text) if kind == "markdown" else None:
            exercise = heading[1]
        if "name" in tags:
            one.student = text.partition("**Name:**")[2].partition("**Group:**")[0].strip()[:80]
        elif "answer" in tags or (kind in ("markdown", "raw") and text.startswith("*Your answer:*")):
            of = str(metadata.get("answer", ""))[:8] or exercise
            one.open[of] = (one.open.get(of, "") + "\n" + text.removeprefix("*Your answer:*").strip()).strip()
    functions = {asked.function: number for number in course for asked in course[number] if asked.function}
    known = [number for number in numbers if number in course]
    known += [functions[name] for code in one.code for name in functions if f"def {name}(" in code]
    known += [path.name[:2]] if path.name[:2] in course else []
    if not known:
        raise DataError("none of the course's notebooks: neither its name nor its cells tell which")
    one.number = known[0]
    one.open = {of if "." in of else f"{one.number}.{of}": text for of, text in one.open.items()}


def text_of(source) -> str:
    return source if isinstance(source, str) else "".join(map(str, source))


def metadata_of(cell: dict) -> dict:
    return cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}


# Marks --------------------------------------------------------------------------------------------


def hidden_tests(asked: list[Asked], seed: int) -> dict[str, exercises.Exercise]:
    """The code exercises on inputs of this seed, whose right and wrong answers are known before anybody's code runs."""
    tests = {}
    for name in sorted({one.name for one in asked if one.name}):
        exercise = exercises.Exercise(name, exercises.load(name).module, seed)
        tests[name] = exercises.Exercise(name, exercise.module, seed, exercises.recorded(exercise))
    return tests


def mark(one: Submission, course: dict[str, list[Asked]], hidden: dict[str, exercises.Exercise]) -> None:
    """Give a submission its marks."""
    for asked in course.get(one.number, ()):
        one.marks.append(mark_code(asked, one, hidden[asked.name]) if asked.kind == "code" else mark_open(asked, one))


def mark_open(asked: Asked, one: Submission) -> Mark:
    """An open answer waits for a person; an empty one has no points."""
    given = one.open.get(asked.number, "")
    return Mark(asked, None, "to be marked by a person", given) if given else Mark(asked, 0, "no answer")


def mark_code(asked: Asked, one: Submission, exercise: exercises.Exercise) -> Mark:
    """All points where the answer is right for every hidden input, else none, with what the check says."""
    source = ""
    try:
        source = needed(one.code, asked.function)
        given = answers_of(source, asked, exercise.seed)
    except DataError as error:
        return Mark(asked, 0, str(error), source)
    verdict = exercises.judged(exercise, given, asked.function, exercises.parameters(exercise.module.solution))
    return Mark(asked, POINTS["code"] if verdict.state == "right" else 0, " ".join(verdict.lines), source)


def needed(code: list[str], function: str) -> str:
    """The last definition of a function, with the imports, functions and values above it that it needs."""
    statements = {}
    for text in code:
        try:
            tree = ast.parse(
                "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in text.splitlines())
            )
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            if f"def {function}(" in text:
                raise DataError(f"the cell with {function} is no Python") from None
            continue
        for node in tree.body:
            for name in names_made_by(node):
                statements[name] = node
    if function not in statements:
        raise DataError(f"there is no function {function}")
    kept, todo = [], [function]
    while todo:
        node = statements.get(todo.pop())
        if node is None or node in kept:
            continue
        kept.append(node)
        todo += names_needed_by(node)
    imports = [node for node in kept if isinstance(node, (ast.Import, ast.ImportFrom))]
    values = [node for node in kept if isinstance(node, (ast.Assign, ast.AnnAssign))]
    others = [node for node in kept if node not in imports + values]
    return "\n\n".join(map(ast.unparse, imports + others[::-1] + values[::-1]))


def names_made_by(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a cell makes."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)]


def names_needed_by(node: ast.stmt) -> list[str]:
    """The names from outside that a statement at the top of a cell looks up, when it runs or when it is called."""
    tables, names = [symtable.symtable(ast.unparse(node), "answer", "exec")], []
    while tables:
        table = tables.pop()
        tables += table.get_children()
        names += [one.get_name() for one in table.get_symbols() if one.is_global() or table.get_type() == "module"]
    return names


def answers_of(source: str, asked: Asked, seed: int) -> list[exercises.Answer]:
    """What a student's function answers to the hidden inputs; raises DataError where it cannot be run."""
    inputs = exercises.stripped((exercises.FOLDER / f"{asked.name}.py").read_text(encoding="utf-8"))
    question = {"source": source, "function": asked.function, "inputs": inputs, "seed": seed, "calls": exercises.CALLS}
    try:
        command = [sys.executable, "-I", str(ROOT / "tools" / "answer.py")]
        options = {"capture_output": True, "timeout": TIMEOUT, "cwd": Path(sys.prefix)}
        done = subprocess.run(command, input=json.dumps(question).encode(), **options)
        content = json.loads(done.stdout[: 64 << 20])
        if "problem" in content:
            raise DataError(str(content["problem"])[:300])
        given = [exercises.restored(one) for one in content["answers"]]
    except subprocess.TimeoutExpired:
        raise DataError(f"it was still at work after {TIMEOUT} seconds") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError("its process ended before it answered") from None
    if len(given) != exercises.CALLS:
        raise DataError("it did not answer every call")
    return given


# Pages --------------------------------------------------------------------------------------------


def write_marks(done: list[Submission], path: Path) -> None:
    """A line for every exercise of every notebook; points are empty where a person has to mark."""
    with replaced(path) as partial, open(partial, "w", newline="", encoding="utf-8-sig") as file:
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
    if one.problem:
        return f"<p>{escape(one.path)}: {escape(one.problem)}</p>"
    return f"<p>{escape(one.path)}</p>" + "".join(
        f"<section><h2>{mark.asked.number} {escape(mark.asked.title)}</h2>"
        f"<p>{'–' if mark.points is None else mark.points} of {POINTS[mark.asked.kind]} points</p>"
        f"<pre>{escape(mark.remark)}</pre><pre>{escape(mark.given)}</pre></section>"
        for mark in one.marks
    )


def open_page(asked: Asked, done: list[Submission]) -> str:
    answers = "".join(
        f"<section><h2>{escape(one.student or one.path)}</h2><p>{escape(one.path)}</p>"
        f"<pre>{escape(one.open[asked.number])}</pre></section>"
        for one in done
        if one.open.get(asked.number)
    )
    return f"<pre>{escape(asked.text)}</pre><pre>{escape(asked.answer)}</pre>{answers}"


def write_page(path: Path, title: str, body: str) -> None:
    with replaced(path) as partial:
        text = f"<!doctype html><title>{escape(title)}</title>{STYLE}<h1>{escape(title)}</h1>{body}\n"
        partial.write_text(text, encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
