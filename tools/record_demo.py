"""Record what a demo shows of a network that its notebook trains: python tools/record_demo.py NUMBER

Runs the notebook's cells that the demo names, in `lab`, and writes data/results/NUMBER_demo.npz.
"""

import argparse
import os
import sys
from pathlib import Path

from demo_widgets import DEMOS, cells_of, demo_of
from lessons import notebook_of

from hpe_utils import runs
from hpe_utils.files import write_npz


def main() -> None:
    parser = argparse.ArgumentParser(description="Record what a demo shows of a network that its notebook trains.")
    parser.add_argument("number", choices=[demo.number for demo in DEMOS if demo.recorded])
    parser.add_argument("--to", type=Path, default=runs.RESULTS, help="folder (default: data/results)")
    options = parser.parse_args()
    os.environ.setdefault("HPE_PROFILE", "lab")
    demo, names = demo_of(options.number), {"__name__": "__main__", "display": print}
    for cell in [*cells_of(demo.number, demo.recorded), demo.kept]:
        exec(compile(cell, notebook_of(demo.number).stem, "exec"), names)
    write_npz(options.to / f"{demo.number}_demo.npz", names["kept"], compressed=True)
    print(", ".join(f"{name} {array.shape}" for name, array in names["kept"].items()), file=sys.stderr)


if __name__ == "__main__":
    main()
