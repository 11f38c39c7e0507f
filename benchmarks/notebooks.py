"""Minutes of each notebook from top to bottom, beside the matrix rate before and after.

python benchmarks/notebooks.py [NN ...] [--profile lab]

Data are rendered first where their cache is empty; set HPE_CACHE to an empty folder to count that in.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hpe_utils.runtime import import_quietly, matrix_rate, quiet_error_stream

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", help="such as 00 02; all notebooks without")
    parser.add_argument("--profile", default="lab")
    arguments = parser.parse_args()
    keras = import_quietly("keras")
    paths = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    for path in [p for p in paths if not arguments.numbers or p.name[:2] in arguments.numbers]:
        with quiet_error_stream():
            before = matrix_rate(keras, "float32", seconds=1)
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, str(ROOT / "tools" / "notebooks.py"), path.name[:2], "--output", folder]
            environment = {**os.environ, "HPE_PROFILE": arguments.profile}
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        minutes = (time.perf_counter() - begin) / 60
        rates = f"{before:.0f} and {matrix_rate(keras, 'float32', seconds=1):.0f} GFLOP/s"
        print(f"{path.stem:28} {arguments.profile:6} {minutes:5.1f} minutes; matrix rate before and after: {rates}")


if __name__ == "__main__":
    main()
