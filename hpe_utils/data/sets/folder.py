"""Your own pictures: a folder with one annotations.json or annotations.csv.

JSON knows boxes, CSV does not. Coordinates are in pixels of the upright picture, the centre of its first pixel being
(0, 0); v is 2 for a visible joint, 1 for a hidden one, 0 for none, and 2 where it is not written. Joints that are not
mentioned are unlabelled. Pictures are named as seen from the folder.

    {"skeleton": "COCO17", "people": [
        {"image": "a.jpg", "keypoints": {"nose": [31.5, 20, 2]}, "box": [10, 5, 60, 95], "head_box": [25, 8, 40, 28]}]}

    image,person,joint,x,y,v
    a.jpg,1,nose,31.5,20,2
"""

import csv
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from hpe_utils import skeleton as skeletons
from hpe_utils.data.people import (
    NO_CROP,
    NOT_A_NUMBER,
    AnnotatedPeople,
    PeopleSource,
    are_finite,
    check_choice,
    crops_around,
    people_source,
    share,
)
from hpe_utils.data.pictures import Archive
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts
from hpe_utils.geometry import square_around
from hpe_utils.skeleton import Skeleton

FORMAT = (
    'the smallest annotations.json is {"skeleton": "COCO17", "people": [{"image": "a.jpg", "keypoints": '
    '{"nose": [31.5, 20, 2]}}]}, the smallest annotations.csv has the first line image,person,joint,x,y,v and a line '
    "such as a.jpg,1,nose,31.5,20,2 for each joint"
)
KINDS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
SHARES = {"train": (0, 0.8), "val": (0.8, 0.9), "test": (0.9, 1), "all": (0, 1)}


FACTS = Facts(title="your own pictures", has=frozenset({"joints"}), levels={"folder": {}}, storable=True)


def source(
    split: str,
    root: str | Path | None = None,
    *,
    size: int = 160,
    count: int | None = None,
    crop: str = "person",
    skeleton: str | None = None,
) -> PeopleSource:
    """The people of a folder with annotations in this module's format, or the first `count`, a size × size sample each.

    `split` is train, val, test (80, 10 and 10 % of the pictures, chosen by a hash of each picture's name) or all.
    `crop="person"` cuts out the square around the box, or without one around the labelled joints, × 1.25; "whole"
    squeezes the whole picture into a square. `skeleton` names the joints: for JSON the file does, for CSV COCO17 is
    assumed. Head boxes give the attribute head_size (N, 1), .6 × their diagonal in the sample's pixels (MPII's rule);
    what is not annotated is NaN. Raises DataError for files it cannot understand; people whose picture is missing or
    broken, or whose coordinates are not numbers, are left out and counted.
    """
    check_choice("split", split, *SHARES)
    check_choice("crop", crop, "person", "whole")
    if root is None:
        raise DataError("name the folder of your pictures: root=...")
    folder = Path(root).expanduser()
    path = _annotation_file(folder)
    read = _read_json if path.suffix == ".json" else _read_csv
    kind, people = read(path, skeleton)
    pictures = Archive(folder)
    names = pictures.listing()
    people = replace(people, pictures=_as_on_disk(people.pictures, names))
    people, left_out = _of_split(people, names, split)
    people = people.keep(are_finite(people.keypoints), NOT_A_NUMBER, left_out)
    if crop == "person":
        people = replace(people, crops=_crops(people))
        people = people.keep(np.isfinite(people.crops).all(-1), NO_CROP, left_out)
    title = f"{folder.name or folder} {split}" + (", whole pictures" if crop == "whole" else "")
    options = {"name": "folder", "split": split, "crop": crop}
    return people_source(title, kind, people, pictures, left_out, size, count, options)


def _of_split(people: AnnotatedPeople, names: Iterable[str], split: str) -> tuple[AnnotatedPeople, Counter]:
    """The people whose picture belongs to a split, and how many of its pictures have no annotations."""
    low, high = SHARES[split]
    left_out = Counter()
    unused = {name for name in names if name.lower().endswith(KINDS) and low <= share(name) < high}
    people = people[np.array([low <= share(name) < high for name in people.pictures], bool)]
    if unused := unused - set(people.pictures.tolist()):
        left_out["pictures without annotations"] = len(unused)
    return people, left_out


def _annotation_file(folder: Path) -> Path:
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder: name the folder that holds your pictures and their annotations")
    found = [folder / name for name in ("annotations.json", "annotations.csv") if (folder / name).is_file()]
    if len(found) == 2:
        raise DataError(f"{folder} has both annotations.json and annotations.csv: keep one")
    if not found:
        what = "has no annotations.json or annotations.csv" if any(folder.iterdir()) else "is empty"
        raise DataError(f"{folder} {what}: {FORMAT}")
    return found[0]


def _as_on_disk(names: np.ndarray, on_disk: Iterable[str]) -> np.ndarray:
    """The names as the folder spells them: macOS may write an accent as a letter of its own."""
    spellings = {unicodedata.normalize("NFC", name): name for name in on_disk}
    wanted = [unicodedata.normalize("NFC", name) for name in names.tolist()]
    return np.array([spellings.get(name, name) for name in wanted], str)


def _crops(people: AnnotatedPeople) -> np.ndarray:
    crops = crops_around(people.keypoints)
    for row, box in enumerate(people.boxes):
        if np.isfinite(box).all():
            crops[row] = square_around(box.reshape(2, 2))
    return crops


def _read_json(path: Path, skeleton: str | None) -> tuple[Skeleton, AnnotatedPeople]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        entries, kind = content["people"], _skeleton(skeleton or content["skeleton"], path)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"cannot read {path} ({error!r}): {FORMAT}") from error
    if not isinstance(entries, list):
        raise DataError(f"people in {path} is no list: {FORMAT}")
    rows = []
    for count, entry in enumerate(entries, 1):
        where = f"person {count} in {path}"
        if not isinstance(entry, dict) or not {"image", "keypoints"} <= set(entry):
            raise DataError(f"{where} has no image or no keypoints: {FORMAT}")
        if not isinstance(entry["keypoints"], dict):
            raise DataError(f"{where}: keypoints must name the joints: {FORMAT}")
        joints = [(joint, *_joint(values, where)) for joint, values in entry["keypoints"].items()]
        boxes = [_box(entry.get(name), f"{name} of {where}") for name in ("box", "head_box")]
        rows.append((str(entry["image"]), _keypoints(joints, kind, where), *boxes))
    return kind, _people(rows, kind)


def _read_csv(path: Path, skeleton: str | None) -> tuple[Skeleton, AnnotatedPeople]:
    kind = _skeleton(skeleton or "COCO17", path)
    joints = defaultdict(list)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            missing = {"image", "person", "joint", "x", "y"} - set(lines.fieldnames or ())
            if missing:
                raise DataError(f"{path} lacks the columns {', '.join(sorted(missing))}: {FORMAT}")
            for line in lines:
                where = f"line {lines.line_num} of {path}"
                if not line["image"]:
                    raise DataError(f"{where} names no picture: {FORMAT}")
                values = [line["x"], line["y"], line.get("v") or 2]
                joints[line["image"], line["person"]].append((line["joint"], *_joint(values, where)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"cannot read {path} ({error}): save it as CSV in UTF-8") from error
    unknown = np.full(4, np.nan, np.float32)
    rows = [
        (image, _keypoints(found, kind, f"person {person} of {image} in {path}"), unknown, unknown)
        for (image, person), found in joints.items()
    ]
    return kind, _people(rows, kind)


def _people(rows: list, kind: Skeleton) -> AnnotatedPeople:
    seen = Counter()
    numbers = []
    for image, *_ in rows:
        numbers.append(seen[image])
        seen[image] += 1
    heads = np.array([head for *_, head in rows], np.float32).reshape(-1, 4)
    return AnnotatedPeople(
        pictures=np.array([unicodedata.normalize("NFC", image.replace("\\", "/")) for image, *_ in rows], str),
        numbers=np.array(numbers, np.int32),
        keypoints=np.array([keypoints for _, keypoints, *_ in rows], np.float32).reshape(-1, len(kind), 3),
        boxes=np.array([box for *_, box, _ in rows], np.float32).reshape(-1, 4),
        head_boxes=heads,
        head_sizes=0.6 * np.hypot(heads[:, 2] - heads[:, 0], heads[:, 3] - heads[:, 1]),
    )


def _skeleton(name: str, path: Path) -> Skeleton:
    try:
        return skeletons.get(name)
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error


def _keypoints(joints: list[tuple], kind: Skeleton, where: str) -> np.ndarray:
    keypoints = np.zeros((len(kind), 3), np.float32)
    for joint, x, y, v in joints:
        if joint not in kind.joints:
            known = ", ".join(kind.joints)
            others = [s.name for s in skeletons.SKELETONS.values() if joint in s.joints]
            hint = f"; skeleton={' or '.join(map(repr, others))} has it" if others else ""
            raise DataError(f"{where}: {kind.name} has no joint {joint!r}, it has {known}{hint}")
        keypoints[kind.index(joint)] = x, y, v
    return keypoints


def _joint(values, where: str) -> tuple[float, float, float]:
    """x, y and v; an empty x or y becomes NaN."""
    try:
        x, y, v = (float("nan" if value in ("", None) else value) for value in [*values, 2][:3])
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: {values!r} is not x, y, v: {FORMAT}") from error
    if v not in (0, 1, 2):
        raise DataError(f"{where}: v is {v:g}, but it must be 2 for visible, 1 for hidden or 0 for unlabelled")
    return x, y, v


def _box(values, where: str) -> np.ndarray:
    if values is None:
        return np.full(4, np.nan, np.float32)
    try:
        box = np.array(values, np.float32)
        if box.shape == (4,) and np.isfinite(box).all() and (box[2:] > box[:2]).all():
            return box
    except (TypeError, ValueError):
        pass
    raise DataError(f"{where} is {values!r}: it must be [x0, y0, x1, y1] in pixels with x0 < x1 and y0 < y1")
