"""Make students' copies, a teacher's copies and slides: python tools/handout.py --to FOLDER NOTEBOOK …

FOLDER/student has the notebooks without outputs and answers, with a field for the name and places to write, and the
folder exercises, by which their checks work without the solutions. FOLDER/teacher has them with solutions, model
answers and points. FOLDER/slides has a page for each, to be opened in a browser. FOLDER/nbgrader is a course for those
who have nbgrader: its configuration, and an assignment for each notebook. Files that are there are replaced.
"""

import argparse
import ast
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbformat import NotebookNode, v4

from hpe_utils import exercises
from hpe_utils.files import replaced, write_json

ROOT = Path(__file__).parents[1]
HEADING = re.compile(r"^### Exercise (\d+) \((code|try|think)(, core)?\): (.+)$", re.M)
ANSWER = re.compile(r"<details><summary>(.*?)</summary>\n*(.*?)\n*</details>\n*", re.S)
POINTS = {"code": 10, "try": 6, "think": 6}
LEVELS = (
    "2 the prediction or claim is stated before the evidence; 2 the evidence is there and right (numbers, figure, "
    "the source's section); 1 what remains uncertain is said; 1 the conclusion follows. The rubric in the answer "
    "says what counts as evidence here."
)


NBGRADER = """c = get_config()
c.CourseDirectory.course_id = "human_pose_estimation"
c.ClearSolutions.code_stub = {"python": "return None  # your code"}
c.ExecutePreprocessor.timeout = 1800
"""
HIDDEN = """from hpe_utils import exercises

verdict = exercises.verdict(exercises.load("{name}"), {function})
assert verdict.state == "right", "\\n".join(verdict.lines)
### BEGIN HIDDEN TESTS
source = (exercises.FOLDER / "{name}.py").read_text(encoding="utf-8")
hidden = exercises.Exercise("{name}", exercises.module_of("{name}", source), seed=1)
assert exercises.verdict(hidden, {function}).state == "right"
### END HIDDEN TESTS"""


def main() -> int:
    """Run the command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebook", nargs="+", type=Path)
    parser.add_argument("--to", required=True, type=Path, metavar="FOLDER")
    options = parser.parse_args()
    for path in options.notebook:
        make(path, options.to)
        print(f"{path.stem}: students' copy, teacher's copy, slides, nbgrader's source")
    with replaced(options.to / "nbgrader" / "nbgrader_config.py") as partial:
        partial.write_text(NBGRADER, encoding="utf-8")
    for folder in (options.to, options.to / "nbgrader" / "source"):
        shutil.copytree(ROOT / "data" / "pictures", folder / "data" / "pictures", dirs_exist_ok=True)
    return 0


def make(path: Path, to: Path) -> None:
    """All that is handed out of one notebook."""
    notebook, number = nbformat.read(path, 4), number_of(path)
    assignment = to / "nbgrader" / "source" / path.stem
    write(student_copy(notebook, number), to / "student" / path.name)
    write(teacher_copy(notebook, number), to / "teacher" / path.name)
    write(nbgrader_copy(notebook, number), assignment / path.name)
    for name in names_of_exercises(notebook):
        hand_out(name, [to / "student" / "exercises", assignment / "exercises"])
    with replaced(to / "slides" / f"{path.stem}.html") as partial:
        partial.write_text(SlidesExporter(exclude_input=True).from_notebook_node(slides(notebook))[0], encoding="utf-8")


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook whole, or not at all."""
    with replaced(path) as partial:
        nbformat.write(notebook, partial)


def names_of_exercises(notebook: NotebookNode) -> list[str]:
    """The names of the code exercises, by their tags."""
    tags = (tag for cell in notebook.cells for tag in cell.metadata.get("tags", []))
    return [tag.partition(":")[2] for tag in tags if tag.startswith("exercise:")]


def hand_out(name: str, folders: list[Path]) -> None:
    """Write how an exercise's inputs are drawn, and what is right and wrong for them, without a solution."""
    source = (exercises.FOLDER / f"{name}.py").read_text(encoding="utf-8")
    text, record = exercises.stripped(source), exercises.recorded(exercises.load(name))
    for folder in folders:
        write_json(folder / f"{name}.json", record)
        with replaced(folder / f"{name}.py") as partial:
            partial.write_text(text, encoding="utf-8")


def number_of(path: Path) -> str:
    """A notebook's number in the course, such as 02 or 08a: what its name has before the first underscore."""
    return path.stem.partition("_")[0]


# Copies -------------------------------------------------------------------------------------------


def student_copy(notebook: NotebookNode, number: str) -> NotebookNode:
    """The notebook without outputs and model answers, with a place for a name."""
    cells = [place(f"name:{number}", "**Name:** \n\n**Group:** ")]
    for kind, cell in pieces(notebook, number):
        if kind == "model answer":
            continue
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cells.append(cell)
    return v4.new_notebook(cells=cells, metadata=notebook.metadata)


def teacher_copy(notebook: NotebookNode, number: str) -> NotebookNode:
    """The notebook with its outputs, every solution behind its check, model answers open, and points."""
    cells = [place(f"points:{number}", table_of_points(notebook))]
    for kind, cell in pieces(notebook, number):
        if kind == "place":
            continue
        cells.append(cell)
        if kind == "model answer":
            title, text = ANSWER.fullmatch(cell.source).groups()
            cell.source = f"**{title}** (teacher)\n\n{text}"
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("exercise-check:"):
                source = (exercises.FOLDER / f"{tag.partition(':')[2]}.py").read_text(encoding="utf-8")
                cells.append(
                    place(
                        f"solution:{tag.partition(':')[2]}",
                        f"**A solution** (teacher)\n\n```python\n{solution_in(source)}```",
                    )
                )
    return v4.new_notebook(cells=cells, metadata=notebook.metadata)


def nbgrader_copy(notebook: NotebookNode, number: str) -> NotebookNode:
    """The notebook as nbgrader's source: solutions between its marks, hidden tests, and open answers for a person."""
    cells = []
    for kind, cell in pieces(notebook, number):
        if kind == "place" and "answer" in cell.metadata:
            continue  # nbgrader makes one of the model answer
        if kind == "model answer":
            number_of = cell.metadata["exercise"].replace(".", "-")
            cell.metadata["nbgrader"] = graded_cell(f"answer-{number_of}", POINTS["think"], solution=True)
        cells.append(cell)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        for kind_of, _, name in (tag.partition(":") for tag in cell.metadata.get("tags", [])):
            if kind_of == "exercise":
                cell.metadata["nbgrader"] = graded_cell(name, None, solution=True)
                function = [node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)][-1]
                cell.source = with_solution(cell.source, function, name)
            if kind_of == "exercise-check":
                test = v4.new_code_cell(HIDDEN.format(name=name, function=function.name), id=f"hidden-{name}"[:64])
                test.metadata["nbgrader"] = graded_cell(f"test-{name}", POINTS["code"], solution=False)
                cells.append(test)
    return v4.new_notebook(cells=cells, metadata=notebook.metadata)


def graded_cell(name: str, points: int | None, solution: bool) -> dict:
    """nbgrader's metadata of a cell; without points it is written in and not graded."""
    grade = {"grade": points is not None, "grade_id": name, "schema_version": 3, "task": False}
    return grade | {"solution": solution, "locked": not solution} | ({"points": points} if points else {})


def with_solution(stub: str, function: ast.FunctionDef, name: str) -> str:
    """A stub whose body is the solution, between nbgrader's marks."""
    source = solution_in((exercises.FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    taken = ", ".join(argument.arg for argument in function.args.args)
    body = ["### BEGIN SOLUTION", *source.splitlines(), f"return solution({taken})", "### END SOLUTION"]
    above = stub.splitlines()[: function.body[0].lineno - 1]
    return "\n".join([*above, *(f"    {line}".rstrip() for line in body)])


def place(name: str, text: str) -> NotebookNode:
    """A cell of text that can be found again by its tag."""
    kind, _, of = name.partition(":")
    return v4.new_markdown_cell(text, id=re.sub(r"[^\w-]", "-", name)[:60], metadata={"tags": [kind], kind: of})


def pieces(notebook: NotebookNode, number: str) -> Iterator[tuple[str, NotebookNode]]:
    """Copies of the cells, each with its kind: "model answer", "place" to write in, "text" or "code"; the exercise's
    number stands in the metadata of what belongs to it."""
    exercise = None
    for cell in notebook.cells:
        cell = NotebookNode(cell, metadata=NotebookNode(cell.metadata))
        kind = "code" if cell.cell_type == "code" else "text"
        if kind == "text":
            if heading := HEADING.search(cell.source):
                exercise = f"{number}.{heading[1]}"
            if ANSWER.fullmatch(cell.source):
                kind = "model answer"
            elif {"answer", "prediction"} & set(cell.metadata.get("tags", [])):
                kind = "place"
        if exercise:
            cell.metadata["exercise"] = exercise
        yield kind, cell


def table_of_points(notebook: NotebookNode) -> str:
    """Every exercise with its points, and how those of open questions are shared out."""
    rows = [
        f"| {number} | {title} | {kind}{core or ''} | {POINTS[kind]} |"
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for number, kind, core, title in HEADING.findall(cell.source)
    ]
    head = ["**Teacher's copy.**", "", "| exercise | title | kind | points |", "|---|---|---|---|"]
    return "\n".join(
        [*head, *rows, "", f"*Code:* all points where every hidden input is right, else none. *Try, think:* {LEVELS}"]
    )


def solution_in(source: str) -> str:
    """The text of a solution and of the helpers that it calls."""
    tree = ast.parse(source)
    kept = exercises.with_helpers(tree, "solution")
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in kept]
    return "\n\n".join(ast.get_source_segment(source, node) for node in nodes) + "\n"


# Slides -------------------------------------------------------------------------------------------


def slides(notebook: NotebookNode) -> NotebookNode:
    """A slide for every section, below it one for every figure and every part; code and answers are left out."""
    cells = []
    for kind, cell in pieces(notebook, ""):
        drawn = kind == "code" and any("image/png" in one.get("data", {}) for one in cell.outputs)
        if kind in ("model answer", "place") or kind == "code" and not drawn:
            continue
        begins = (
            "slide"
            if cell.source.startswith(("# ", "## "))
            else "subslide"
            if drawn or cell.source.startswith("###")
            else "-"
        )
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if "image/png" in one.get("data", {})]
        cell.metadata = {"slideshow": {"slide_type": begins}}
        cells.append(cell)
    return v4.new_notebook(cells=cells, metadata=notebook.metadata)


if __name__ == "__main__":
    sys.exit(main())
