"""What every shipped checkpoint reaches, beside what was recorded when it was trained.

    python benchmarks/checkpoints.py [--lspet ARCHIVE] [--against FILE] [--out FILE]

Weights are shipped in half precision, so the figures may differ in the third place. --out writes them, --against
compares with figures that were written before, such as benchmarks/first_release.json, and fails beyond 1e-3.
"""

import argparse
import json
import sys
from pathlib import Path

from hpe_utils.runtime import import_quietly


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lspet", help="Leeds Sports Pose Extended, for the networks of photographs; else left out")
    parser.add_argument("--against", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    import_quietly("keras")
    from hpe_utils import runs

    found = {}
    for path in sorted(runs.CHECKPOINTS.glob("*.json")):
        for name, here, recorded in figures(path.stem, {"lspet": options.lspet}):
            found[name] = here
            print(f"{name:52} {here:.4f}   recorded {recorded:.4f}", flush=True)
    if options.out:
        options.out.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return compare(found, json.loads(options.against.read_text(encoding="utf-8"))) if options.against else 0


def figures(name: str, roots: dict):
    """Every figure of a checkpoint's recorded score rows: its name, what is reached now, and what was recorded."""
    from hpe_utils import data, runs, tasks

    model, task, codec, facts = runs.load_network(name)
    for origin in {(row["set"], row["split"], row["level"]): None for row in facts["scores"]}:
        source, split, level = origin
        if source != "synthetic" and not roots.get(source):
            continue
        options = facts["data"]["load"] | ({"difficulty": level} if level else {})
        people = task.prepare(data.load(source, split, roots.get(source), **options))
        for mirrored in task.passes:
            rows, _ = tasks.score_rows(task, model, codec, people, mirrored)
            for row in rows:
                yield from paired(name, row, facts["scores"])


def paired(name: str, row: dict, recorded: list[dict]):
    """The figures of one row beside those of the recorded row that is of the same people."""
    same = ("set", "split", "level", "mirrored", "variant")
    before = [other for other in recorded if all(other.get(key) == row.get(key) for key in same)]
    for key, value in row.items():
        if isinstance(value, float):
            title = " ".join(filter(None, [name, row["level"] or row["set"], row.get("variant"), key]))
            yield title + " mirrored" * row["mirrored"], value, before[0][key] if before else float("nan")


def compare(found: dict, before: dict) -> int:
    """Print what differs by more than 1e-3 from figures written before; returns the exit code."""
    both = found.keys() & before.keys()
    off = {name: (before[name], found[name]) for name in both if abs(before[name] - found[name]) > 1e-3}
    print(f"{len(both)} figures compared, {len(off)} differ by more than 1e-3", *map(str, off.items()), sep="\n")
    return bool(off)


if __name__ == "__main__":
    sys.exit(main())
