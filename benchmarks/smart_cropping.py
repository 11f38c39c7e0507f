"""How much of each garment a crop keeps and how much of it is wasted; how long a catalogue of ten pictures takes.

python benchmarks/smart_cropping.py [--model openpose] [--split val] [--ccp FOLDER]

Rendered people of the test split, one a picture, easy, 160×160, with the garments' true pixels: every rule on the true
joints, and on those a model finds. The aim is at least .95 of a garment's pixels in its crop, and an IoU of at least
.85 of the crops by found and by true joints. With --ccp also the 40 labelled photographs of Clothing Co-Parsing, by the
photo network.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from hpe_utils import data
from hpe_utils.apps.garment_rules import RULE_OF, RULES, crop_box, kept_and_wasted
from hpe_utils.apps.smart_cropping import load_finder
from hpe_utils.data.pictures import read_picture
from hpe_utils.data.synthetic import GARMENTS
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
RULE = {rule.garment: rule for rule in RULES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="openpose", help="for the rendered people")
    parser.add_argument("--split", choices=("val", "test"), default="test", help="of the rendered people")
    parser.add_argument("--difficulty", default="easy", help="of the rendered people")
    parser.add_argument("--ccp", help="folder with photos, labels and LABELS.txt of Clothing Co-Parsing")
    arguments = parser.parse_args()
    pd.set_option("display.width", 200)
    rendered(arguments.model, arguments.split, arguments.difficulty)
    if arguments.ccp:
        photographs(Path(arguments.ccp))
    catalogue()


def rendered(model: str, split: str, difficulty: str) -> None:
    people = data.load("synthetic", split, people=(1, 1), size=160, count=500, difficulty=difficulty, skeleton="BODY23")
    print(people.describe())
    print("\nrules on the true joints (BODY23)")
    report(crops_of(people, people.keypoints[:, 0], people.skeleton))
    finder = load_finder(model)
    found = [person for start in range(0, 500, 50) for person in finder.find(list(people.images[start : start + 50]))]
    truth = data.load("synthetic", split, people=(1, 1), size=160, count=500, difficulty=difficulty,
                      skeleton=finder.skeleton.name).keypoints[:, 0]  # fmt: skip
    share = (np.array(found)[..., 2] > 0).mean()
    name, joints = finder.name.split()[0], finder.skeleton.name
    print(f"\nrules on the joints found by {name} ({joints}), which are {share:.1%} of those there are")
    report(crops_of(people, found, finder.skeleton, truth))


def crops_of(people, keypoints, skeleton, truth=None) -> pd.DataFrame:
    """A row for each garment that is seen in a picture; numbers are NaN where its crop is refused."""
    rows = []
    for garment, rule in RULE_OF.items():
        masks = np.asarray(people.garments) == GARMENTS.index(garment)
        for i in np.flatnonzero(masks.any(axis=(1, 2))):
            size = masks.shape[:0:-1]
            box = crop_box(RULE[rule], keypoints[i], skeleton, size).box
            row = {"garment": garment, "refused": box is None}
            if box is not None:
                row["kept"], row["wasted"] = kept_and_wasted(box, masks[i])
                row["area"] = np.prod(box[2:] - box[:2]) / np.prod(size)
                if truth is not None:
                    wanted = crop_box(RULE[rule], truth[i], skeleton, size).box
                    row["IoU"] = np.nan if wanted is None else float(box_iou(box, wanted))
            rows.append(row)
    return pd.DataFrame(rows)


def report(crops: pd.DataFrame) -> None:
    """A line for each garment and one for all, and which aggregates reach the aims."""
    groups = {garment: crops[crops.garment == garment] for garment in RULE_OF} | {"all": crops}
    table = pd.DataFrame({name: measured(group) for name, group in groups.items()}).T
    print(table.to_string(formatters=dict.fromkeys(("pictures", "refused"), "{:.0f}".format), float_format="%.3f"))
    for name, aim in (("kept", KEPT), ("IoU", IOU)):
        for aggregate in ("mean", "median", f"≥ {aim}"):
            column = f"{name} {aggregate}"
            if column in table:
                missed = [garment for garment in RULE_OF if table[column][garment] < (0.95 if "≥" in column else aim)]
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


def photographs(folder: Path) -> None:
    names = [line.split(maxsplit=1)[1] for line in (folder / "LABELS.txt").read_text().splitlines()]
    finder = load_finder("photo")
    rows = []
    for path in sorted((folder / "photos").iterdir()):
        labels, image = np.array(Image.open(folder / "labels" / f"{path.stem}.png")), read_picture(path)
        (keypoints,) = finder.find([image])
        for garment, words in CCP.items():
            mask = np.isin(labels, [names.index(word) for word in words.split()])
            if mask.any():
                box = crop_box(RULE[garment], keypoints, finder.skeleton, image.shape[1::-1]).box
                row = {"rule": garment, "refused": box is None, "whole picture wasted": 1 - mask.mean()}
                if box is not None:
                    row["kept"], row["wasted"] = kept_and_wasted(box, mask)
                rows.append(row)
    crops = pd.DataFrame(rows)
    table = crops.groupby("rule")[["kept", "wasted", "whole picture wasted"]].median().loc[list(CCP)]
    table.insert(0, "refused", crops.groupby("rule").refused.sum())
    table.insert(0, "pictures", crops.groupby("rule").size())
    print("\nphotographs of Clothing Co-Parsing, joints by photo-seed0; medians (the whole picture keeps 1.000)")
    print(table.to_string(float_format="%.3f"))


def catalogue() -> None:
    pictures = data.load("synthetic", "test", people=(1, 1), size=160, count=500).images[:10]
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop"
        shop.mkdir()
        for number, picture in enumerate(pictures[:-1]):
            Image.fromarray(picture).save(shop / f"{number}.png")
        (shop / "broken.png").write_bytes((shop / "0.png").read_bytes()[:2000])
        print("\ncatalogue of ten pictures, one of them broken, start-up included")
        for start in ("first start", "second start"):
            begin, busy = time.perf_counter(), os.times()
            command = [sys.executable, "-m", "hpe_utils.apps.smart_cropping", str(shop)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            summary = done.stdout.strip().splitlines()[-1].split(";")[0]
            seconds, now = time.perf_counter() - begin, os.times()
            cpu = now.children_user + now.children_system - busy.children_user - busy.children_system
            print(f"{start}: {seconds:.1f} s, {cpu:.1f} s of them at work on a core, {summary}")


if __name__ == "__main__":
    main()
