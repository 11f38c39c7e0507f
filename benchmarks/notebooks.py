"""Minutes of each notebook from top to bottom, beside what it said it would take and the matrix rate; a row a way.

    python benchmarks/notebooks.py [NN ...] [--profile lab] [--precision float32 mixed_bfloat16] [--jit auto 0 1]

Every precision is combined with every --jit (compiled training steps). What fails is a row that says so, and the exit
code is 1. Data are rendered first where their cache is empty; set HPE_CACHE to an empty folder to count that in.
"""

import argparse
import importlib.util
import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from hpe_utils.runtime import import_quietly, matrix_rate, quiet_error_stream

ROOT = Path(__file__).parents[1]
HEADER = "notebook                          profile precision       jit   result  minutes training expected GFLOP/s"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", help="such as 00 02; all notebooks without")
    parser.add_argument("--profile", default="lab")
    parser.add_argument("--precision", nargs="+", default=["auto"])
    parser.add_argument("--jit", nargs="+", default=["auto"])
    arguments = parser.parse_args()
    keras, failed = import_quietly("keras"), 0
    paths = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    print(HEADER)
    for path in [p for p in paths if not arguments.numbers or p.stem.partition("_")[0] in arguments.numbers]:
        for precision, jit in itertools.product(arguments.precision, arguments.jit):
            with quiet_error_stream():
                rate = matrix_rate(keras, "float32", seconds=1)
            way = {"HPE_PROFILE": arguments.profile, "HPE_PRECISION": precision, "HPE_JIT": jit}
            result, row = measure(path, way)
            failed += result != "runs"
            print(
                f"{path.stem:33} {arguments.profile:7} {precision:15} {jit:5} {result:7} {row} {rate:7.0f}", flush=True
            )
    return bool(failed)


def measure(path: Path, way: dict) -> tuple[str, str]:
    """Whether a notebook runs so, and its minutes, those of training, and those it expected."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "tools" / "notebooks.py"), str(path), "--output", folder]
        ran = subprocess.run(command, env=os.environ | way, capture_output=True, text=True)
        if ran.returncode:
            return "fails", ran.stdout.strip().splitlines()[-1]
        notebook = nbformat.read(Path(folder) / path.name, 4)
    whole, training = runner().minutes(notebook)
    return "runs", f"{whole:7.1f} {training:8.1f} {expected(notebook):>8}"


def expected(notebook) -> str:
    """The minutes of training that the notebook's first cell foretold, from the step that it tried; else a dash."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    said = re.search(r"of which ([\d.]+) for training", "".join(output.get("text", "") for output in first.outputs))
    return said[1] if said else "–"


def runner():
    """tools/notebooks.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "tools" / "notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
