"""The minutes that a notebook should state, section by section: python tools/minutes.py [NN …]

They are counted, for no class was timed. Text is read at 130 words a minute, a line of code in 3 seconds, a figure
looked at for 45; a prediction takes one minute, a model answer is found and written at 25 words a minute, and a code
exercise takes 3 minutes and one for every line of its shortest right answer. A cell that trains takes the 3 minutes
that the course promises; benchmarks/notebooks.py prints what they are on this machine.
"""

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from handout import ANSWER, HEADING, number_of, pieces

from hpe_utils import exercises

ROOT = Path(__file__).parents[1]
NOTEBOOKS, ANSWERS = ROOT / "notebooks", ROOT / "tests" / "answers"
WORDS, LINE, FIGURE, PREDICTION, WRITTEN, BEGIN, SOLVED, TRAINING = 130, 0.05, 0.75, 1.0, 25, 3.0, 1.0, 3.0
SECTION = re.compile(r"^## (?:(\d+) · )?(.+)$", re.M)
ROW = re.compile(r"^\| (\d+) (.+?) \| (\d+)", re.M)


@dataclass
class Part:
    """A section, or an exercise: its number, its minutes as counted and as stated, and whether all go through it."""

    number: str
    title: str
    core: bool
    stated: float = 0.0
    counted: float = 0.0


def main() -> int:
    """Print the table of each notebook."""
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        if not sys.argv[1:] or number_of(path) in sys.argv[1:]:
            print(f"{path.stem}\n   counted  stated")
            parts = counted(nbformat.read(path, 4), number_of(path))
            for part in [*parts, core_route(parts)]:
                print(f"   {part.counted:7.1f} {part.stated:7.0f}  {part.number} {part.title}")
    return 0


def core_route(parts: list[Part]) -> Part:
    """The sum of what all go through."""
    core = [part for part in parts if part.core]
    return Part("", "core route", True, sum(part.stated for part in core), sum(part.counted for part in core))


def counted(notebook, number: str) -> list[Part]:
    """Opening, sections, exercises and recap of a notebook, in order; sections of exercises state none of their own."""
    table = {of: (title, int(minutes)) for of, title, minutes in ROW.findall(notebook.cells[0].source)}
    parts = [Part("", "opening", True)]
    for kind, cell in pieces(notebook, number):
        if kind == "code":
            parts[-1].counted += code_minutes(cell)
        elif kind == "model answer":
            parts[-1].counted += len(ANSWER.fullmatch(cell.source)[2].split()) / WRITTEN
        elif kind == "place":
            parts[-1].counted += PREDICTION * ("prediction" in cell.metadata["tags"])
        else:
            for text in re.split(r"(?m)^(?=## |### Exercise )", cell.source):
                if heading := HEADING.match(text):
                    stated = re.search(r"^\*(\d+) minutes", text, re.M)
                    parts.append(Part(f"{number}.{heading[1]}", heading[4], bool(heading[3]), int(stated[1])))
                elif heading := SECTION.match(text):
                    title, minutes = table.get(heading[1], (heading[2], 0))
                    minutes = 0 if title == "Exercises" else minutes
                    parts.append(Part(heading[1] or "", title, not title.startswith("Deeper"), minutes))
                parts[-1].counted += len(text.split()) / WORDS
    return parts


def code_minutes(cell) -> float:
    """Minutes of a code cell and its figures; a stub's are those of the shortest right answer."""
    for kind, _, name in (tag.partition(":") for tag in cell.metadata.get("tags", [])):
        if kind == "exercise":
            return BEGIN + SOLVED * min(lengths_of_answers(name))
    lines = sum(bool(line.strip()) for line in cell.source.splitlines())
    figures = sum("image/png" in output.get("data", {}) for output in cell.outputs)
    return LINE * lines + FIGURE * figures + TRAINING * (".fit(" in cell.source)


def lengths_of_answers(name: str) -> list[int]:
    """Lines of the right answers to a code exercise."""
    paths = [folder / f"{name}.py" for folder in (exercises.FOLDER, ANSWERS)]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    ours = exercises.with_helpers(trees[0], "solution")
    of_solution = sum(node.end_lineno - node.lineno for node in trees[0].body if getattr(node, "name", "") in ours)
    others = [node for node in trees[1].body if getattr(node, "name", "").startswith("right_")]
    return [of_solution, *(node.end_lineno - node.lineno for node in others)]


if __name__ == "__main__":
    sys.exit(main())
