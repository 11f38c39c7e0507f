"""How much of each garment a crop keeps and how much of it is wasted; what a catalogue takes beside its network.

python benchmarks/smart_cropping.py [--model openpose] [--mirrored] [--split val]
python benchmarks/smart_cropping.py [--ccp FOLDER] [--catalogue] [--record]

Rendered people of the test split, one a picture, easy, 160×160, with the garments' true pixels: each set of rules on
the true joints, and on those a model finds. The aim is at least .95 of a garment's pixels in its crop, and an IoU of at
least .85 of the crops by found and by true joints.
With --ccp instead the 40 labelled photographs of Clothing Co-Parsing, by the photo network and each set of rules. With
--catalogue instead what 500 of those pictures take beyond the first 150, start-up so left out: the network alone, and
catalogues by one and by two workers, in seconds, and in seconds of a core at work, which a busy machine changes less.
--record writes what these two print to data/results/smart_cropping.json, where it takes the place of its like.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from hpe_utils import data, runs
from hpe_utils.apps.garment_rules import RULE_OF, RULE_SETS, RULES, crops_of, kept_and_wasted
from hpe_utils.apps.smart_cropping import load_finder, make_catalogue
from hpe_utils.data.pictures import BATCH, read_picture
from hpe_utils.data.synthetic import GARMENTS
from hpe_utils.files import write_json
from hpe_utils.metrics import box_iou

KEPT, IOU = 0.95, 0.85
CCP = {
    "shoulder clothes": "blouse bodysuit cardigan hoodie jumper shirt sweater sweatshirt t-shirt top vest",
    "waist clothes": "jeans leggings pants shorts skirt",
    "outerwear": "blazer cape coat jacket",
    "dress": "dress romper",
    "hat": "hat",
    "shoes": "boots clogs flats heels loafers pumps sandals shoes sneakers wedges",
}
FEW, MANY = 150, 650  # pictures of the two folders whose difference is timed
WAYS = {"network alone": 0, "catalogue, 1 worker": 1, "catalogue, 2 workers": 2}
RECORD = runs.RESULTS / "smart_cropping.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="openpose", help="for the rendered people")
    parser.add_argument("--mirrored", action="store_true", help="see mirror images, too")
    parser.add_argument("--split", choices=("val", "test"), default="test", help="of the rendered people")
    parser.add_argument("--difficulty", default="easy", help="of the rendered people")
    parser.add_argument("--ccp", help="folder with photos, labels and LABELS.txt of Clothing Co-Parsing")
    parser.add_argument("--catalogue", action="store_true", help="time catalogues")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)  # what a process that is timed does
    arguments = parser.parse_args()
    pd.set_option("display.width", 200)
    if arguments.work:
        return work(WAYS[arguments.work[0]], Path(arguments.work[1]))
    rows = photographs(Path(arguments.ccp)) if arguments.ccp else []
    rows += catalogue() if arguments.catalogue else []
    if not rows:
        rendered(arguments.model, arguments.mirrored, arguments.split, arguments.difficulty)
    if rows and arguments.record:
        record(rows)


def record(rows: list[dict]) -> None:
    """Write rows of scores in the place of those of the same set."""
    sets = {row["set"] for row in rows}
    earlier = runs.load_recorded("smart_cropping")["scores"] if RECORD.exists() else []
    rows = [row for row in earlier if row["set"] not in sets] + rows
    command = "python benchmarks/smart_cropping.py --ccp FOLDER --catalogue --record"
    write_json(RECORD, {"command": command, "run": {}, "scores": rows})


def rendered(model: str, mirrored: bool, split: str, difficulty: str) -> None:
    drawn = {"split": split, "people": (1, 1), "size": 160, "count": 500, "difficulty": difficulty}
    people = data.load("synthetic", **drawn, skeleton="BODY23")
    print(people.describe())
    for name, rules in RULE_SETS.items():
        print(f"\nrules: {name}, on the true joints (BODY23)")
        report(score_crops(rules, people, people.keypoints[:, 0], people.skeleton))
    finder = load_finder(model, mirrored)
    found = [person for start in range(0, 500, 50) for person in finder.find(list(people.images[start : start + 50]))]
    truth = data.load("synthetic", **drawn, skeleton=finder.skeleton.name).keypoints[:, 0]
    share = (np.array(found)[..., 2] > 0).mean()
    for name, rules in RULE_SETS.items():
        print(f"\nrules: {name}, on the joints found by {finder.name}, which are {share:.1%} of those there are")
        report(score_crops(rules, people, found, finder.skeleton, truth))


def score_crops(rules, people, keypoints, skeleton, truth=None) -> pd.DataFrame:
    """A row for each garment that is seen in a picture; numbers are NaN where its crop is refused."""
    size = people.images.shape[2:0:-1]
    crops = [crops_of(rules, person, skeleton, size)[1] for person in keypoints]
    wanted = [crops_of(rules, person, skeleton, size)[1] for person in truth] if truth is not None else None
    rows = []
    for garment, rule in RULE_OF.items():
        masks = np.asarray(people.garments) == GARMENTS.index(garment)
        for i in np.flatnonzero(masks.any(axis=(1, 2))) if rule in crops[0] else ():
            box = crops[i][rule].box
            row = {"garment": garment, "refused": box is None}
            if box is not None:
                row["kept"], row["wasted"] = kept_and_wasted(box, masks[i])
                row["area"] = np.prod(box[2:] - box[:2]) / np.prod(size)
                if wanted is not None:
                    best = wanted[i][rule].box
                    row["IoU"] = np.nan if best is None else float(box_iou(box, best))
            rows.append(row)
    return pd.DataFrame(rows)


def report(crops: pd.DataFrame) -> None:
    """A line for each garment and one for all, and which aggregates reach the aims."""
    garments = [garment for garment in RULE_OF if (crops.garment == garment).any()]
    groups = {garment: crops[crops.garment == garment] for garment in garments} | {"all": crops}
    table = pd.DataFrame({name: measured(group) for name, group in groups.items()}).T
    print(table.to_string(formatters=dict.fromkeys(("pictures", "refused"), "{:.0f}".format), float_format="%.3f"))
    for name, aim in (("kept", KEPT), ("IoU", IOU)):
        for aggregate in ("mean", "median", f"≥ {aim}"):
            column = f"{name} {aggregate}"
            if column in table:
                missed = [garment for garment in garments if table[column][garment] < (0.95 if "≥" in column else aim)]
                meaning = f"{column} in .95 of the pictures" if "≥" in column else f"{column} at least {aim}"
                print(f"   {meaning}: {'missed by ' + ', '.join(missed) if missed else 'reached by every garment'}")


def measured(crops: pd.DataFrame) -> dict[str, float]:
    done = crops[~crops.refused]
    result = {"pictures": len(crops), "refused": crops.refused.sum()}
    result |= {
        "kept mean": done.kept.mean(),
        "kept median": done.kept.median(),
        "kept ≥ 0.95": (done.kept >= KEPT).mean(),
    }
    if "IoU" in done:
        result |= {"IoU mean": done.IoU.mean(), "IoU median": done.IoU.median(), "IoU ≥ 0.85": (done.IoU >= IOU).mean()}
    return result | {"wasted median": done.wasted.median(), "area median": done.area.median()}


def photographs(folder: Path) -> list[dict]:
    """A row of means for each set of rules and garment."""
    names = [line.split(maxsplit=1)[1] for line in (folder / "LABELS.txt").read_text().splitlines()]
    finder, rows = load_finder("photo"), []
    for path in sorted((folder / "photos").iterdir()):
        labels, image = np.array(Image.open(folder / "labels" / f"{path.stem}.png")), read_picture(path)
        (keypoints,) = finder.find([image])
        for name, rules in RULE_SETS.items():
            crops = crops_of(rules, keypoints, finder.skeleton, image.shape[1::-1])[1]
            for garment, words in CCP.items():
                mask = np.isin(labels, [names.index(word) for word in words.split()])
                if mask.any() and garment in crops:
                    box = crops[garment].box
                    kept, wasted = (np.nan, np.nan) if box is None else kept_and_wasted(box, mask)
                    whole = 1 - mask.mean()
                    rows.append((name, garment, float(box is None), kept, wasted, whole))
    crops = pd.DataFrame(rows, columns=["rules", "garment", "refused", "kept", "wasted", "whole picture wasted"])
    crops["kept at least .95"] = (crops.kept >= KEPT).where(crops.kept.notna()).astype(float)
    groups = crops.groupby(["rules", "garment"], sort=False)
    table = groups[["refused", "kept", "kept at least .95", "wasted", "whole picture wasted"]].mean().round(4)
    table.insert(0, "pictures", groups.size())
    print(f"photographs of Clothing Co-Parsing, joints by {finder.name}; means over the crops that are not refused")
    print(table.to_string(float_format="%.3f"))
    of = {"set": "ccp", "split": "all", "mirrored": False, "network": "photo"}
    return [
        of | {"variant": rules, "level": garment} | {name: value for name, value in row.items() if value == value}
        | {"pictures": int(row["pictures"])}
        for (rules, garment), row in table.iterrows()
    ]  # fmt: skip


def catalogue() -> list[dict]:
    """A row for the network alone and for each number of workers."""
    pictures, rows, alone = data.load("synthetic", "test", people=(1, 1), size=160, count=MANY).images, [], None
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place) / str(count) for count in (FEW, MANY)]
        for folder, count in zip(folders, (FEW, MANY), strict=True):
            folder.mkdir()
            for number, picture in enumerate(pictures[:count]):
                Image.fromarray(picture).save(folder / f"{number:03}.png")
        for way in WAYS:
            (few_busy, few_seconds), (busy, seconds) = (timed(way, folder) for folder in folders)
            busy, seconds, count = busy - few_busy, seconds - few_seconds, MANY - FEW
            alone = alone or (busy, seconds)
            rows.append(
                {"set": "synthetic", "split": "test", "level": "easy", "mirrored": False, "network": "openpose",
                 "variant": way, "pictures": count, "device": f"{os.cpu_count()} cores", "seconds": round(seconds, 2),
                 "core seconds": round(busy, 2), "pictures per second": round(count / seconds, 2),
                 "pictures per core second": round(count / busy, 2), "ratio of core seconds": round(busy / alone[0], 3)}
            )  # fmt: skip
            print(", ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    return rows


def timed(way: str, folder: Path) -> tuple[float, float]:
    """Seconds that cores were at work in a process and its workers, and that it took."""
    begin, busy = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, __file__, "--work", way, str(folder)], check=True)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - busy.ru_utime - busy.ru_stime
    return cpu, time.perf_counter() - begin


def work(workers: int, folder: Path) -> None:
    """Find joints in a folder's pictures, or make a catalogue of it."""
    finder = load_finder("openpose")
    if workers:
        with tempfile.TemporaryDirectory() as out:
            make_catalogue(folder, finder, RULES, out, workers)
    else:
        images = [read_picture(path) for path in sorted(folder.iterdir())]
        for start in range(0, len(images), BATCH):
            finder.find(images[start : start + BATCH])


if __name__ == "__main__":
    main()
