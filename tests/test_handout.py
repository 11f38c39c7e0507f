"""Hand-outs have no answers and still check; grading gives the marks that are known, whatever is handed in."""

import ast
import csv
import json
import re
import sys

import nbformat
import pytest
from conftest import ROOT
from scripts import script

from hpe_utils import exercises

handout, grade = script("tools/handout.py"), script("tools/grade.py")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def students(path):
    return handout.student_copy(nbformat.read(path, 4), handout.number_of(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=handout.number_of)
class TestStudentsCopies:
    def test_no_solution_and_no_sentence_of_a_model_answer_is_in_them(self, path):
        notebook, copy = nbformat.read(path, 4), students(path)
        code = "\n".join(cell.source for cell in copy.cells if cell.cell_type == "code")
        functions = {bare(node) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)}
        for name in handout.names_of_exercises(notebook):
            source = (exercises.FOLDER / f"{name}.py").read_text()
            solution = next(node for node in ast.parse(source).body if getattr(node, "name", "") == "solution")
            assert bare(solution) not in functions and "def solution" not in exercises.stripped(source)
        text = " ".join(cell.source for cell in copy.cells)
        answers = [answer for cell in notebook.cells for _, answer in handout.ANSWER.findall(cell.source)]
        assert len(answers) >= 2 and "<details>" not in text
        for sentence in (one for answer in answers for one in re.split(r"(?<=[.:;?]) ", answer) if len(one) > 30):
            assert sentence not in text, sentence

    def test_they_have_places_for_name_predictions_and_every_open_answer(self, path):
        notebook, copy = nbformat.read(path, 4), students(path)
        tags = [tag for cell in copy.cells for tag in cell.metadata.get("tags", [])]
        headings = [one for cell in notebook.cells for one in handout.HEADING.findall(cell.source)]
        assert tags.count("name") == 1 and tags.count("answer") == sum(kind != "code" for _, kind, _, _ in headings)
        asks = [cell.source for cell in notebook.cells if re.search(r"\*\*(Predict|Guess|Write down)", cell.source)]
        asks = [text for text in asks if not handout.HEADING.search(text)]
        assert tags.count("prediction") == len(asks) >= 1 and len({cell.id for cell in copy.cells}) == len(copy.cells)
        assert not any(cell.get("outputs") for cell in copy.cells)
        nbformat.validate(copy)

    def test_the_teachers_have_solutions_answers_and_points(self, path):
        notebook = nbformat.read(path, 4)
        copy = handout.teacher_copy(notebook, handout.number_of(path))
        text = "\n".join(cell.source for cell in copy.cells)
        assert text.count("**A solution** (teacher)") == len(handout.names_of_exercises(notebook))
        assert "| exercise | title |" in text and "<details>" not in text
        nbformat.validate(copy)


def bare(node: ast.FunctionDef) -> str:
    """What a function does, whatever it is called."""
    return ast.dump(ast.Module(node.body, []))


def test_a_handout_checks_without_the_solution(tmp_path, monkeypatch, capsys):
    path = next(path for path in NOTEBOOKS if path.stem.startswith("01"))
    monkeypatch.setattr(sys, "argv", ["handout", str(path), "--to", str(tmp_path)])
    assert handout.main() == 0
    assert (tmp_path / "slides" / f"{path.stem}.html").stat().st_size > 100_000
    assert (tmp_path / "data" / "pictures" / "01_promise.png").is_file()
    solution = exercises.load("box_iou").module.solution
    monkeypatch.setattr(exercises, "FOLDER", tmp_path / "nowhere")
    monkeypatch.chdir(tmp_path / "student")
    handed_out = exercises.load("box_iou")
    assert not hasattr(handed_out.module, "solution")
    capsys.readouterr()
    exercises.check("box_iou", solution)
    exercises.check("box_iou", lambda a, b: 2 * solution(a, b))
    exercises.check("box_iou", lambda a, b: 1 / solution(a, b))
    said = capsys.readouterr().out
    assert said.startswith("box_iou: right, for 200 inputs\nbox_iou: not yet") and "upside down" in said


# Grading ------------------------------------------------------------------------------------------

RIGHT = """
def sides(a, b):
    return np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
"""
ANSWER = """
def my_iou(a, b):
    w, h = np.clip(sides(a, b), 0, None)
    area = np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - w * h
    return w * h / area if area else 0.0
"""
HANDED_IN = {
    "right": (10, RIGHT, ANSWER),
    "wrong": (0, "def my_iou(a, b): return 0.5"),
    "not begun": (0, "def my_iou(a, b): return None"),
    "no python": (0, "def my_iou(a, b) return"),
    "none": (0, "x = 1"),
    "reads": (0, f"def my_iou(a, b): return open({str(ROOT / 'tests/exercises/box_iou.py')!r}).read()"),
    "writes": (0, "def my_iou(a, b): open('/tmp/handed_in', 'w').write('x')"),
    "network": (0, "def my_iou(a, b):\n    import socket\n    return socket.socket()"),
    "forks": (0, "import os\ndef my_iou(a, b):\n    while True: os.fork()"),
    "processes": (0, "import subprocess\ndef my_iou(a, b): return subprocess.run(['ls'])"),
    "memory": (0, "def my_iou(a, b): return len(bytearray(1 << 40))"),
    "ends": (0, "import os\ndef my_iou(a, b): os._exit(0)"),
    "checker": (0, "from hpe_utils import exercises\ndef my_iou(a, b):\n    exercises.CALLS = 0"),
    "rebinds": (0, "import os, sys\nos.path.realpath = lambda p: sys.prefix + '/x'\n"
                   f"def my_iou(a, b): return open({str(ROOT / 'tests/exercises/box_iou.py')!r}).read()"),
    "writes still": (0, "import os\nos.O_WRONLY = os.O_RDWR = os.O_CREAT = 0\n"
                        "def my_iou(a, b): open('/tmp/victim', 'w')"),
    "opens the fence": (0, "import __main__\n__main__.FORBIDDEN = ('-',)\ndef my_iou(a, b): return 1"),
    "below a folder": (0, "import os, sys\nd = os.open(sys.prefix, 0)\ndef my_iou(a, b):\n"
                          "    return os.open('../tests/exercises/box_iou.py', 0, dir_fd=d)"),
    "limits its parent": (0, "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))\n"
                             "def my_iou(a, b): return 1"),
    "fork_exec": (0, "import sys\nsys.modules.pop('_posixsubprocess', None)\nimport _posixsubprocess\n"
                     "def my_iou(a, b): return 1"),
    "reads history": (0, "import readline\ndef my_iou(a, b): return readline.read_history_file('/etc/passwd')"),
    "one name twice": (0, "def my_iou(a, a): return 0"),
    "nonlocal": (0, "def my_iou(a, b):\n    nonlocal x\n    return x"),
    "long sum": (0, "def my_iou(a, b): return " + "+".join(["1"] * 1500)),
    "deep output": (0, "import os\ndef my_iou(a, b):\n    os.write(1, b'[' * 200000)\n    os._exit(0)"),
    "much output": (0, "import os\ndef my_iou(a, b):\n    while True: os.write(1, b'x' * 10**6)"),
    "odd error": (0, "def my_iou(a, b): raise ValueError('\\ud800')"),
    "default": (10, "LOW = 0", RIGHT, ANSWER.replace("(a, b):", "(a, b, low=LOW):")),
    "annotated": (10, "Box = np.ndarray", RIGHT, ANSWER.replace("(a, b):", "(a: Box, b: Box) -> float:")),
    "steps": (10, "low = np.ones(1)\nlow[:] = 0\nlow -= 0", RIGHT, ANSWER.replace("None)", "None) + low[0]")),
    "in an if": (10, RIGHT, "if True:\n" + "\n".join("    " + line for line in ANSWER.splitlines())),
    "magic": (10, RIGHT, "%matplotlib inline" + ANSWER + "my_iou?"),
    "decorated later": (10, RIGHT, ANSWER, "my_iou = np.errstate(all='ignore')(my_iou)"),
    "broken scratch": (10, RIGHT, ANSWER),
    "star": (10, "from math import *", RIGHT, ANSWER.replace("w * h\n", "w * h + floor(0.5)\n")),
    "other output": (0, "import os\ndef my_iou(a, b): os.write(1, b'{\"answers\": []}')"),
}  # fmt: skip


@pytest.mark.slow
def test_marks_are_those_known_and_nothing_hostile_changes_another(tmp_path, monkeypatch, capsys):
    path = next(path for path in NOTEBOOKS if path.stem.startswith("01"))
    for number, (name, (_, *code)) in enumerate(HANDED_IN.items()):
        copy = students(path)
        for cell in copy.cells:
            if "exercise:box_iou" in cell.metadata.get("tags", []):
                cell.source = "\n".join(code)
            if "name" in cell.metadata.get("tags", []):
                cell.source = f"**Name:** {name} <b>\n\n**Group:** 1"
            if "answer" in cell.metadata.get("tags", []) and name == "right":
                cell.source = "*Your answer:* =because <script>alert(1)</script>"
        if name == "broken scratch":
            copy.cells.append(nbformat.v4.new_code_cell("def my_iou(a, b)\n    return"))
        if number % 2:
            copy.cells.reverse()
        (tmp_path / "in" / f"group {number % 3}").mkdir(parents=True, exist_ok=True)
        nbformat.write(copy, tmp_path / "in" / f"group {number % 3}" / f"{name}.ipynb")
    (tmp_path / "in" / "broken.ipynb").write_text("{")
    (tmp_path / "in" / "list.ipynb").write_text(json.dumps([1]))
    monkeypatch.setattr(sys, "argv", ["grade", str(tmp_path / "in"), "--to", str(tmp_path / "out")])
    monkeypatch.setattr(grade, "TIMEOUT", 30)
    assert grade.main() == 0
    rows = list(csv.DictReader((tmp_path / "out" / "marks.csv").read_text(encoding="utf-8-sig").splitlines()))
    asked = grade.course_exercises()["01"]
    iou, unmarked = next(a.number for a in asked if a.name == "box_iou"), [a for a in asked if a.kind != "code"]
    code = {row["student"].removesuffix(" <b>"): row for row in rows if row["exercise"] == iou}
    assert code.keys() == HANDED_IN.keys()
    assert [row for name, row in code.items() if int(row["points"]) != HANDED_IN[name][0]] == []
    assert sum("no notebook that can be read" in row["remark"] for row in rows) == 2
    assert {row["points"] for row in rows if row["kind"] == "think" and row["student"].startswith("right")} == {""}
    pages = list((tmp_path / "out").rglob("*.html"))
    assert len(pages) == len(HANDED_IN) + 2 + len(unmarked)
    assert not any("<script>alert" in page.read_text() for page in pages)
    assert "Rubric" in (tmp_path / "out" / "open" / f"{unmarked[0].number}.html").read_text()


@pytest.mark.parametrize(
    "code, value",
    [
        (["low, high = other.thing()", "low = [4]\nlow[0] -= 1\nlow += [5]\ndef my_iou(): return sum(low)"], 8),
        (["x = 1", "x = x + 1", "x += 1", "def my_iou(): return x"], 3),
        (["def my_iou(): return helper()", "def helper(): return 1"], 1),
        (["a = b = {}", "a['k'] = 1", "(a, c) = (a, 2)", "def my_iou(): return len(a)"], 1),
        (["total = missing", "def my_iou():\n    total = [0]\n    total[0] += 2\n    return total[0]"], 2),
        (["n = 1", "if n:\n    m = n + 1", "def my_iou(): return m"], 2),
        (["for n in range(3): last = n", "last += 1", "def my_iou(): return last"], 3),
    ],
)
def test_a_name_has_the_value_that_it_had_above_the_answer(code, value):
    source = grade.needed(code, "my_iou")
    exec(source, scope := {})
    assert scope["my_iou"]() == value and "other" not in source and "missing" not in source


def test_only_what_an_answer_needs_is_run():
    code = ["import os\nimport numpy as np\nscale = 2\nunused = os.getcwd()", "def helper(x):\n    return scale * x",
            "%matplotlib inline\ndef my_iou(a, b):\n    scale = 3\n    return np.sum(helper(a))"]  # fmt: skip
    source = grade.needed(code, "my_iou")
    assert "getcwd" not in source and "import os" not in source and "scale = 2" in source and "import numpy" in source
    scope = {}
    exec(source, scope)
    assert scope["my_iou"]([1, 2], None) == 6
    with pytest.raises(grade.DataError, match="no function my_level"):
        grade.needed(code, "my_level")
