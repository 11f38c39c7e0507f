"""The shipped OpenPose: COCO's AP on rendered pictures of one to four people, and on photographs of several.

python benchmarks/several_people.py [--split val] [--photographs FILE.json FOLDER]...

A FILE holds people in COCO's form, of any skeleton whose joints it names; FOLDER holds the pictures it names.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from hpe_utils.runtime import import_quietly

VARIANTS = {"greedy": {}, "Hungarian": {"assignment": "hungarian"}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="test", choices=("val", "test"), help="of the rendered people")
    parser.add_argument("--photographs", nargs=2, action="append", default=[], metavar=("FILE", "FOLDER"))
    arguments = parser.parse_args()
    import_quietly("tensorflow")
    from hpe_utils import runs

    model, _, codec, _ = runs.load_network("openpose")
    print(f"openpose-seed0: {model.count_params():,} parameters, pictures of {codec.size[0]}×{codec.size[1]}")
    rendered(model, codec, arguments.split)
    for path, folder in arguments.photographs:
        photographs(model, codec, Path(path), Path(folder))


def rendered(model, codec, split: str) -> None:
    """AP over COCO's 17 joints, and over all 23 in brackets, by level, assignment and number of passes."""
    from hpe_utils import data, inference
    from hpe_utils.codecs.grouping import Grouping
    from hpe_utils.metrics import coco as coco_eval
    from hpe_utils.skeleton import BODY23, COCO17

    for level in ("easy", "hard"):
        people = data.load("synthetic", split, people=(1, 4), size=160, count=500, skeleton="BODY23", difficulty=level)
        print(people.describe())
        for name, options in VARIANTS.items():
            for mirrored in (False, True):
                found = inference.find_people(
                    model, codec, Grouping(BODY23, **options), people.images, mirrored=mirrored
                )
                wide = coco_eval.evaluate(coco_eval.detections_of(found), coco_eval.truth_of(people), BODY23.sigmas)
                scores = coco_eval.evaluate(
                    coco_eval.detections_of(as_coco(found)), coco_eval.truth_of(people.as_skeleton(COCO17))
                )
                report(f"{name}{', with the mirrored pass' * mirrored}", scores, f" (23 joints: AP {wide.AP:.3f})")


def photographs(model, codec, path: Path, folder: Path) -> None:
    """AP over the joints that the file's people share with COCO; boxes stand for areas where these are unknown."""
    from hpe_utils import inference
    from hpe_utils.codecs.grouping import Grouping
    from hpe_utils.data.pictures import read_picture
    from hpe_utils.metrics import coco as coco_eval
    from hpe_utils.skeleton import BODY23, COCO17

    content = json.loads(path.read_text(encoding="utf-8"))
    names = next(kind["keypoints"] for kind in content["categories"] if kind["name"] == "person")
    pictures = {picture["id"]: str(picture["file_name"]) for picture in content["images"]}
    here, there = zip(*((COCO17.index(j), names.index(j)) for j in names if j in COCO17.joints), strict=True)
    people = content["annotations"]
    keypoints = np.zeros((len(people), len(COCO17), 3), np.float32)
    given = np.array([person["keypoints"] for person in people], np.float32).reshape(len(people), -1, 3)
    keypoints[:, here] = given[:, there] * (given[:, there, 2:] > 0)
    corners = np.array([person["bbox"] for person in people], np.float32).reshape(-1, 4)
    boxes = np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:]], axis=1) - 0.5
    areas = np.array([person.get("area", person["bbox"][2] * person["bbox"][3]) for person in people], np.float32)
    crowd = np.array([person.get("iscrowd", 0) for person in people], bool)
    shown = np.array([pictures[person["image_id"]] for person in people])
    truth = coco_eval.Truth(shown, keypoints, areas, boxes, crowd)
    order = sorted(set(shown.tolist()))
    images = [read_picture(folder / name) for name in order]
    labelled = int(((keypoints[..., 2] > 0).any(axis=1) & ~crowd).sum())
    print(f"{path.name}: {len(order)} photographs, {labelled} people with joints, {len(here)} joints shared with COCO")
    for mirrored in (False, True):
        grouping = Grouping(BODY23, assignment="hungarian")
        found = as_coco(inference.find_people(model, codec, grouping, images, mirrored=mirrored))
        scores = coco_eval.evaluate(coco_eval.detections_of(found, order), truth)
        many = sum(len(each.scores) for each in found)
        report("Hungarian" + ", with the mirrored pass" * mirrored, scores, f" ({many} people found)")


def as_coco(everybody: list) -> list:
    """The people found, with COCO's 17 joints of the network's 23."""
    from hpe_utils.codecs.grouping import People
    from hpe_utils.skeleton import BODY23, COCO17, convert

    return [People(convert(people.keypoints, BODY23, COCO17), people.scores) for people in everybody]


def report(name: str, scores, more: str) -> None:
    """One line of scores."""
    print(
        f"   {name}: " + ", ".join(f"{key} {getattr(scores, key):.3f}" for key in ("AP", "AP50", "AP75", "AR")) + more
    )


if __name__ == "__main__":
    main()
