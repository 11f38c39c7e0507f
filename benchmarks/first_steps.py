"""The first step of every training at the sources' sizes, each in a process of its own: its loss and its peak memory.

python benchmarks/first_steps.py            all of them, at most two pictures a batch
python benchmarks/first_steps.py --batch 128 --row "03 simple_baseline"

Writes data/results/paper_steps.json after each; `hpe cost --write docs/hardware.md` then brings the table up to date.
"""

import argparse
import json
import subprocess
import sys

from hpe_utils.apps import costs
from hpe_utils.files import read_json, write_json


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=2, help="the largest, for want of memory or time")
    parser.add_argument("--row", action="append", choices=list(costs.budgets()), help="may be repeated")
    arguments = parser.parse_args()
    for name in arguments.row or costs.budgets():
        command = [sys.executable, "-m", "hpe_utils.apps.costs", name, str(arguments.batch)]
        step = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
        print(f"{name:24} {step}", flush=True)
        known = read_json(costs.FIRST_STEPS, "delete it", {"*": costs.STEP}) if costs.FIRST_STEPS.exists() else {}
        write_json(costs.FIRST_STEPS, known | {name: step})


if __name__ == "__main__":
    main()
