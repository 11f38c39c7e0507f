"""Who is in the rendered test people, and in what shares, as the tables of data/README.md.

python benchmarks/data_shares.py [--count 1000] [--parts FOLDER]

With the folder of Pascal-Person-Part also the shares of its parts, beside those of the easy people.
"""

import argparse

import numpy as np
import pandas as pd

from hpe_utils import data
from hpe_utils.parts import UNLABELLED

NAMED = ("pose", "body_shape", "clothing", "hair", "hat", "occluder", "cut", "place")
SETS = {
    "easy": {},
    "hard": {"difficulty": "hard"},
    "cropped": {"difficulty": "cropped"},
    "1 to 4 people": {"people": (1, 4), "size": 160},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="pictures of each set")
    parser.add_argument("--parts", help="folder or zip of Pascal-Person-Part")
    arguments = parser.parse_args()
    count = arguments.count
    sets = {
        name: data.load("synthetic", "test", **{"count": count, "skeleton": "MPII16"} | options)
        for name, options in SETS.items()
    }
    print_table("", {name: summary(people) for name, people in sets.items()})
    for attribute in NAMED:
        print_table(attribute.replace("_", " "), {name: shares(people, attribute) for name, people in sets.items()})
    print_table("skin tone", {name: skin_tones(people) for name, people in sets.items()})
    if arguments.parts:
        photographs = data.load("pascal_parts", "all", arguments.parts)
        easy = sets["easy"].as_parts(photographs.vocabulary)
        print_table("parts", {"Pascal-Person-Part": parts(photographs), "easy": parts(easy)})


def shares(people: data.Samples, attribute: str) -> dict[str, str]:
    """The share of each value of an attribute among pictures, or among people where it is told of people."""
    values = people.attributes[attribute].ravel()
    found = pd.Series(values[values != ""]).value_counts(normalize=True)
    return {value: f"{share:.0%}" for value, share in found.items()}


def skin_tones(people: data.Samples) -> dict[str, str]:
    """The share of each of ten tones, 1 the lightest."""
    tones = people.attributes["skin_tone"].ravel()
    return {f"{tone}": f"{(tones[tones > 0] == tone).mean():.0%}" for tone in range(1, 11)}


def parts(people: data.Samples) -> dict[str, str]:
    """Of the people's pixels those of each part, and the pictures that show it; the people's share of the pictures."""
    maps, known = np.asarray(people.parts), np.asarray(people.parts) != UNLABELLED
    person = (maps > 0) & known
    rows = {"people, of the pictures": f"{person.sum() / known.sum():.0%}"}
    for label, part in enumerate(people.vocabulary.parts, start=1):
        here = maps == label
        rows[part] = f"{here.sum() / person.sum():.0%} ({here.any(axis=(1, 2)).mean():.0%})"
    return rows


def summary(people: data.Samples) -> dict[str, str]:
    """Numbers of pictures and people, views, and shares of MPII's joints hidden and outside the picture."""
    present = np.isfinite(people.attributes["yaw"])
    yaw, v = np.abs(people.attributes["yaw"][present]), people.keypoints[present][..., 2]
    return {
        "pictures": f"{len(people):,}",
        "people": f"{present.sum():,}",
        "turned by less than 45°": f"{(yaw < 45).mean():.0%}",
        "turned by more than 135° (seen from behind)": f"{(yaw > 135).mean():.0%}",
        "joints hidden, of those in the picture": f"{(v == 1).sum() / (v > 0).sum():.0%}",
        "joints outside the picture": f"{(v == 0).mean():.0%}",
    }


def print_table(title: str, columns: dict[str, dict[str, str]]) -> None:
    """A Markdown table with a column for each set."""
    rows = dict.fromkeys(row for column in columns.values() for row in column)
    print(f"| {' | '.join([title, *columns])} |\n|---|{'---:|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join([row, *(column.get(row, '0%') for column in columns.values())])} |")
    print()


if __name__ == "__main__":
    main()
