"""COCO's people with keypoints, and the feet of COCO-WholeBody (Lin et al., ECCV 2014; Jin et al., ECCV 2020).

Keypoints are the numbers of pixels, counted from 0, as everywhere here; boxes are measured from the picture's corner
and are shifted by half a pixel on reading.
"""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils.data.people import (
    NOT_A_NUMBER,
    AnnotatedPeople,
    PeopleSource,
    are_finite,
    check_choice,
    people_source,
)
from hpe_utils.data.pictures import Archive
from hpe_utils.data.scenes import SceneSource
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts, download
from hpe_utils.geometry import square_around
from hpe_utils.skeleton import BODY23, COCO17, Skeleton

FILES = ("person_keypoints_{}2017.json", "coco_wholebody_{}_v1.0.json")
CROWD = "crowds marked as one region"
NO_JOINTS = "people without labelled joints"
NOBODY = "people in pictures where nobody has labelled joints"
NO_AREA = "people whose box or area is empty"


class Annotations(NamedTuple):
    """Everybody in a COCO file, in its order: crowds and people without joints too, which scores must ignore.

    `crowd` (N,) bool marks boxes around many people; `sizes` (N, 2) are the width and height of each one's picture;
    `picture_ids` holds COCO's number of every picture in the file, by name.
    """

    people: AnnotatedPeople
    crowd: np.ndarray
    sizes: np.ndarray
    skeleton: Skeleton
    picture_ids: dict[str, int]


FACTS = Facts(
    title="COCO's people with keypoints",
    has=frozenset({"joints", "areas"}),
    skeleton=COCO17,
    reported="val",  # the joints of the test pictures are withheld
    levels={"coco": {}},
    several={"crop": "whole"},
)


def source(
    split: str,
    root: str | Path | None = None,
    *,
    size: int = 160,
    count: int | None = None,
    images: str | Path | None = None,
    crop: str = "person",
    people: int = 20,
) -> PeopleSource | SceneSource:
    """The people of COCO who have labelled joints, one sample of size × size each: the square around the box × 1.25.

    With `crop="whole"` a sample is a whole picture in which somebody has labelled joints, with up to `people` people:
    of who has none, and of crowds, the box alone (`SceneSource`).

    `count` takes the first so many samples. `root` is an annotation file or the folder that holds it, itself or in
    `annotations`; without it, where `download.fetch` unpacks. `images` is the pictures' folder, by default train2017 or
    val2017 in root or beside it.
    Keypoints are COCO17, or BODY23 where the file is COCO-WholeBody's. Joints outside the picture or the square are
    unlabelled: boxes enclose what is seen of a person, and of 722 joints looked at 8, all hidden, lay outside. The
    attribute area (N, 1) is that of the person's outline in the sample's pixels², as OKS needs it. Crowds, people
    without joints or with an empty box are left out and counted; `annotations` has them for scores. Raises DataError,
    for the test split too: COCO withholds its joints.
    """
    root = _root(root)
    path = _locate(root, split)
    found = read_annotations(path)
    check_choice("crop", crop, "person", "whole")
    everybody, left_out = _usable(found, crop)
    crops = np.array([square_around(box.reshape(2, 2)) for box in everybody.boxes], np.float32).reshape(-1, 4)
    pictures = Archive(_pictures_folder(root, split, images))
    title = f"COCO {split}" + (" with feet" if found.skeleton is BODY23 else "")
    options = {"name": "coco", "split": split}
    everybody = replace(everybody, crops=crops)
    persons = count if crop == "person" else None
    cut = people_source(title, found.skeleton, everybody, pictures, left_out, size, persons, options)
    return cut if crop == "person" else SceneSource(cut, people, count)


def _usable(found: Annotations, crop: str) -> tuple[AnnotatedPeople, Counter]:
    """Who can be a sample, or stand in one, and how many cannot, by reason."""
    left_out = Counter()
    everybody = replace(found.people, keypoints=_inside(found.people.keypoints, found.sizes))
    labelled = (everybody.keypoints[..., 2] > 0).any(-1)
    if crop == "person":
        everybody = everybody.keep(~found.crowd, CROWD, left_out)
        everybody = everybody.keep(labelled[~found.crowd], NO_JOINTS, left_out)
    else:
        everybody.keypoints[found.crowd] = 0
        shown = np.isin(everybody.pictures, everybody.pictures[labelled & ~found.crowd])
        everybody = everybody.keep(shown, NOBODY, left_out)
    numbers = np.isfinite(everybody.boxes).all(-1) & np.isfinite(everybody.areas) & are_finite(everybody.keypoints)
    everybody = everybody.keep(numbers, NOT_A_NUMBER, left_out)
    filled = (everybody.boxes[:, 2:] > everybody.boxes[:, :2]).all(-1) & (everybody.areas > 0)
    return everybody.keep(filled, NO_AREA, left_out), left_out


def annotations(split: str, root: str | Path | None = None) -> Annotations:
    """Everybody annotated in a split, for scores; `root` as in `source`. Raises DataError."""
    return read_annotations(_locate(_root(root), split))


def read_annotations(path: str | Path) -> Annotations:
    """Everybody annotated in a COCO or COCO-WholeBody file; raises DataError with the remedy for any other file."""
    path = Path(path).expanduser()
    try:
        content = json.loads(path.read_bytes())
        person = [category["id"] for category in content["categories"] if category["name"] == "person"]
        pictures = {picture["id"]: picture for picture in content["images"]}
        picture_ids = {str(picture["file_name"]): int(number) for number, picture in pictures.items()}
        entries = [entry for entry in content["annotations"] if entry["category_id"] in person]
        shown = [pictures[entry["image_id"]] for entry in entries]
        sizes = np.array([(picture["width"], picture["height"]) for picture in shown], np.float32)
        crowd = np.array([entry.get("iscrowd", 0) for entry in entries], bool)
        areas = np.array([entry["area"] for entry in entries], np.float32)
        boxes = np.array([entry["bbox"] for entry in entries], np.float64).reshape(len(entries), 4) - (0.5, 0.5, 0, 0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"cannot read {path} as COCO annotations ({error!r}): get it again, for instance by "
            'hpe_utils.data.sets.download.fetch("coco-annotations")'
        ) from error
    if not person:
        raise DataError(f"{path} has no category named person: take {FILES[0].format('val')} or a file like it")
    skeleton = BODY23 if any("foot_kpts" in entry for entry in entries) else COCO17
    names = [str(picture["file_name"]) for picture in shown]
    seen = Counter()
    people = AnnotatedPeople(
        pictures=np.array(names, str),
        numbers=np.array([_count(seen, name) for name in names], np.int32),
        keypoints=_keypoints(entries, skeleton, path),
        boxes=np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1).astype(np.float32),
        areas=areas,
    )
    return Annotations(people, crowd, sizes.reshape(-1, 2), skeleton, picture_ids)


def _count(seen: Counter, name: str) -> int:
    seen[name] += 1
    return seen[name] - 1


def _keypoints(entries: list[dict], skeleton: Skeleton, path: Path) -> np.ndarray:
    """(N, K, 3) float32, the feet after the body; unlabelled joints lie at 0, 0."""
    rows = [_numbers(entry, "keypoints", 3 * len(COCO17), path) for entry in entries]
    if skeleton is BODY23:
        feet = 3 * (len(BODY23) - len(COCO17))
        rows = [row + _feet(entry, feet, path) for row, entry in zip(rows, entries, strict=True)]
    keypoints = np.array(rows, np.float32).reshape(-1, len(skeleton), 3)
    wrong = ~np.isin(keypoints[..., 2], (0, 1, 2)).all(-1)
    if wrong.any():
        number = entries[np.flatnonzero(wrong)[0]].get("id")
        raise DataError(
            f"annotation {number} in {path} has a joint whose v is not 0, 1 or 2: are these predictions? "
            "hpe_utils.metrics.coco.load_results reads those"
        )
    return np.where(keypoints[..., 2:] > 0, keypoints, 0)


def _feet(entry: dict, count: int, path: Path) -> list:
    if not entry.get("foot_valid", "foot_kpts" in entry):
        return [0] * count
    return _numbers(entry, "foot_kpts", count, path)


def _numbers(entry: dict, field: str, count: int, path: Path) -> list:
    where = f"annotation {entry.get('id')} in {path}"
    if field not in entry:
        raise DataError(f"{where} has no {field}: take {FILES[0].format('val')}, not instances_val2017.json")
    values = entry[field]
    numbers = isinstance(values, list) and all(isinstance(value, (int, float)) for value in values)
    if not numbers or len(values) != count:
        has = f"{len(values)} values" if isinstance(values, list) else repr(values)
        raise DataError(f"{where}: {field} has {has}, not {count} numbers (x, y, v for each joint): get the file again")
    return values


def _inside(keypoints: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The keypoints with v = 0 beyond their picture's edges."""
    xy = keypoints[..., :2]
    outside = ((xy < -0.5) | (xy >= sizes[:, None] - 0.5)).any(-1, keepdims=True)
    return np.where(outside, 0, keypoints).astype(np.float32)


def _root(root: str | Path | None) -> Path:
    return download.downloads() / "coco" if root is None else Path(root).expanduser()


def _locate(root: Path, split: str) -> Path:
    """The annotation file of the split, at or in `root`."""
    check_choice("split", split, "train", "val", "test")
    if split == "test":
        raise DataError("COCO withholds the joints of its test pictures: use split='val' and call it validation")
    if root.is_file():
        other = {"train": "val", "val": "train"}[split]
        if other in root.name and split not in root.name:
            raise DataError(f"{root} holds the {other} split by its name: give the {split} split's file as root")
        return root
    names = [name.format(split) for name in FILES]
    existing = [path for name in names for path in (root / name, root / "annotations" / name) if path.is_file()]
    if not existing:
        raise DataError(
            f"no COCO annotations of the {split} split in {root}: it must hold {' or '.join(names)}, itself or in "
            'annotations; hpe_utils.data.sets.download.fetch("coco-annotations") gets the first'
        )
    return existing[0]


def _pictures_folder(root: Path, split: str, images: str | Path | None) -> Path:
    folder = root if root.is_dir() else root.parent
    named = [base / f"{split}2017" for base in (folder, folder.parent)]
    candidates = named if images is None else [Path(images).expanduser()]
    existing = [candidate for candidate in candidates if candidate.is_dir()]
    if not existing:
        raise DataError(
            f"COCO's pictures are expected in {candidates[0]}, which is no folder: put them there, or name their "
            f'folder by images=...; hpe_utils.data.sets.download.fetch("coco-{split}") gets them'
        )
    return existing[0]
