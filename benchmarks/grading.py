"""Sixty generated submissions, right, wrong, empty and hostile: how long grading takes, and whether marks are right.

python benchmarks/grading.py [--notebooks 00 03 09]
"""

import argparse
import ast
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hpe_utils import exercises

ROOT = Path(__file__).parents[1]
HOSTILE = {
    "reads": "import glob\n    return open(glob.glob({folder!r})[0]).read()",
    "network": "import socket\n    return socket.create_connection(('127.0.0.1', 80))",
    "forks": "import os\n    while True: os.fork()",
    "loops": "while True: pass",
    "memory": "x = []\n    while True: x.append(bytearray(10**8))",
    "checker": "from hpe_utils import exercises\n    exercises.alike = lambda *a: True\n    exercises.CALLS = 0",
    "ends": "import os\n    os._exit(0)",
    "writes": "open('marks.csv', 'w').write('10')",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notebooks", nargs="+", default=["00", "03", "09"])
    options = parser.parse_args()
    random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        paths = [str(next((ROOT / "notebooks").glob(f"{number}_*.ipynb"))) for number in options.notebooks]
        run("handout.py", "--to", str(folder / "lab"), *paths)
        copies = sorted((folder / "lab" / "student").glob("*.ipynb"))
        known = {}
        (folder / "in").mkdir()
        for number in range(60):
            kind = ("right", "wrong", "empty", "hostile")[number // 15]
            path = folder / "in" / f"{number:02}.ipynb"
            path.write_text(filled(copies[number % len(copies)], kind, number))
            known[path.name] = kind
        begin = time.perf_counter()
        run("grade.py", str(folder / "in"), "--to", str(folder / "out"))
        minutes = (time.perf_counter() - begin) / 60
        rows = csv.DictReader((folder / "out" / "marks.csv").read_text(encoding="utf-8-sig").splitlines())
        marks = Counter((known[row["notebook"]], row["points"]) for row in rows if row["kind"] == "code")
    print(f"{len(known)} submissions graded in {minutes:.1f} minutes; marks of code exercises:")
    for (kind, points), count in sorted(marks.items()):
        print(f"   {kind:8} {points:>2} points: {count}")


def run(tool: str, *words: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "tools" / tool), *words], check=True, stdout=subprocess.DEVNULL)


def filled(copy: Path, kind: str, number: int) -> str:
    """A student's copy with answers of a kind, as text."""
    notebook = json.loads(copy.read_text())
    for cell in notebook["cells"]:
        for tag in cell["metadata"].get("tags", []):
            if tag.startswith("exercise:") and kind != "empty":
                cell["source"] = answer(tag.partition(":")[2], "".join(cell["source"]), kind, number)
            if tag == "name":
                cell["source"] = f"**Name:** Student {number}\n\n**Group:** 1"
            if tag == "answer" and kind != "empty":
                cell["source"] = "*Your answer:* because I say so"
    if number % 5 == 0:
        random.shuffle(notebook["cells"])
    return json.dumps(notebook)


def answer(name: str, stub: str, kind: str, number: int) -> str:
    """The text of an answer of a kind in place of a stub."""
    function = [node for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)][-1]
    if kind == "hostile":
        body = list(HOSTILE.values())[number % len(HOSTILE)].format(folder=str(exercises.FOLDER / "*.py"))
        return f"def {function.name}({ast.unparse(function.args)}):\n    {body}"
    source = (exercises.FOLDER / f"{name}.py").read_text()
    taken = "solution" if kind == "right" else random.choice(exercises.load(name).misconceptions()).__name__
    return f"{source}\n\n{function.name} = {taken}"


if __name__ == "__main__":
    main()
