"""Your own pictures: a folder with one annotations.json or annotations.csv.

JSON knows boxes and skeletons of your own, CSV does not. Coordinates are in pixels of the upright picture, the centre
of its first pixel being (0, 0); v is 2 for a visible joint, 1 for a hidden one, 0 for none, and 2 where it is not
written. Joints that are not mentioned are unlabelled. Pictures are named as seen from the folder.

    {"skeleton": "COCO17", "people": [
        {"image": "a.jpg", "keypoints": {"nose": [31.5, 20, 2]}, "box": [10, 5, 60, 95], "head_box": [25, 8, 40, 28]}]}

    image,person,joint,x,y,v
    a.jpg,1,nose,31.5,20,2

A skeleton of your own stands in the place of the name; pairs, sigmas and head may be left out (`skeleton.Skeleton`),
and `skeleton.get` knows it from then on:

    {"name": "DOG4", "joints": ["nose", "tail", "left_ear", "right_ear"], "limbs": [["nose", "tail"]],
     "pairs": [["left_ear", "right_ear"]], "sigmas": [0.03, 0.1, 0.04, 0.04], "head": ["nose", "tail"]}

`hpe annotate` writes such a file, and reads it. It adds masks of parts, which `folder_parts` loads: "parts" beside
"skeleton" names their vocabulary, or declares one as {"name", "parts"} (`parts.Vocabulary`), and each person has
"parts": {"head": {"size": [height, width], "counts": "…"}}, in COCO's run lengths. "nobody" lists pictures without
people, "seconds" says how long somebody was at work on a picture.

What may be wrong with the whole file, as a field or a joint that is not known, is an error. A person whose entry alone
is odd is left out and counted.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils import parts
from hpe_utils import skeleton as skeletons
from hpe_utils.data.people import (
    FAR,
    FARTHEST,
    NO_CROP,
    NOT_A_NUMBER,
    AnnotatedPeople,
    PeopleSource,
    are_finite,
    as_on_disk,
    check_choice,
    crops_around,
    people_source,
    share,
    tidy,
)
from hpe_utils.data.pictures import KINDS, Archive
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts
from hpe_utils.files import check, read_csv, read_json, shown
from hpe_utils.geometry import square_around
from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import COCO17, Skeleton

FORMAT = (
    'the smallest annotations.json is {"skeleton": "COCO17", "people": [{"image": "a.jpg", "keypoints": '
    '{"nose": [31.5, 20, 2]}}]}, the smallest annotations.csv has the first line image,person,joint,x,y,v and a line '
    "such as a.jpg,1,nose,31.5,20,2 for each joint"
)
FILE = {"skeleton?": (str, dict), "parts?": (str, dict), "nobody?": [str], "seconds?": {"*": float}, "people": list}
SKELETON = {"name": str, "joints": [str], "limbs": [[str]], "pairs?": [[str]], "sigmas?": [float], "head?": [str]}
PARTS = {"name": str, "parts": [str], "along?": {"*": [str]}}
PERSON = ("image", "keypoints", "box", "head_box", "parts")
COLUMNS = ("image", "person", "joint", "x", "y", "v")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
SHARES = {"train": (0, 0.8), "val": (0.8, 0.9), "test": (0.9, 1), "all": (0, 1)}
# So much of the box do COCO's outlines fill, and of the square over the longer side of the joints' extent: medians of
# .52 (78 people) and .51 (70 with four joints or more); eight in ten have .37 to .65, and .24 to 1.43.
FILLED = 0.53

ODD_ENTRY = "people without a picture's name or without joints"
ODD_JOINT = "people with a joint that is not x, y, v"
ODD_BOX = "people with a box that is none"
TWICE = "people with a joint given twice"
NOBODY = "pictures with nobody"

FACTS = Facts(title="your own pictures", has=frozenset({"joints", "areas"}), levels={"folder": {}}, storable=True)


class OddPerson(Exception):
    """One person cannot be used: the reason under which this is counted, and where and what it is."""


class Odd(NamedTuple):
    """Somebody who is left out: the picture's name, the reason, and what was found, where the entry says it."""

    picture: str
    reason: str
    detail: str = ""


class Row(NamedTuple):
    """Somebody as annotated: the picture's name, keypoints (K, 3), box (4,) and head box (4,), NaN where unknown."""

    picture: str
    keypoints: np.ndarray
    box: np.ndarray
    head_box: np.ndarray


def source(
    split: str,
    root: str | Path | None = None,
    *,
    size: int = 160,
    count: int | None = None,
    crop: str = "person",
    skeleton: str | Skeleton | None = None,
) -> PeopleSource:
    """The people of a folder with annotations in this module's format, or the first `count`, a size × size sample each.

    `split` is train, val, test (80, 10 and 10 % of the pictures, chosen by a hash of each picture's name, and from
    three pictures on at least one) or all. `crop="person"` cuts out the square around the box, or without one around
    the labelled joints, × 1.25; "whole" squeezes the whole picture into a square. `skeleton` is that of a file that
    names none, as CSV; without it, and where one of the course's is asked for joints that COCO17 has all, it is COCO17.
    Attributes are head_size (N, 1), .6 × the head box's diagonal in the sample's pixels (MPII's rule), and area (N, 1)
    in its pixels², as OKS needs it: .53 × the box, or without one × the square over the longer side of the joints'
    extent. What is not annotated is NaN. Raises DataError for files it cannot understand; people whose picture is
    missing or broken, or whose entry is odd, are left out and counted.
    """
    check_choice("split", split, *SHARES)
    check_choice("crop", crop, "person", "whole")
    if root is None:
        raise DataError("name the folder of your pictures: root=...")
    folder = Path(root).expanduser()
    kind, people, odd = _read(_annotation_file(folder), skeleton)
    pictures = Archive(folder)
    names = pictures.listing()
    people, odd = _as_on_disk(people, odd, names)
    people = _keep(people, are_finite(people.keypoints), NOT_A_NUMBER, odd)
    if crop == "person":
        people = replace(people, crops=_crops(people))
        people = _keep(people, np.isfinite(people.crops).all(-1), NO_CROP, odd)
    title = f"{folder.name or folder} {split}" + (", whole pictures" if crop == "whole" else "")
    people, left_out = _of_split(people, odd, names, split, title)
    options = {"name": "folder", "split": split, "crop": crop}
    return people_source(title, kind, people, pictures, left_out, size, count, options)


# Splits -------------------------------------------------------------------------------------------


def splits_of(pictures: Iterable[str]) -> dict[str, str]:
    """The split of each picture: by its share, or where that leaves one of the three empty, by the shares' order.

    Fewer than three pictures are all for training.
    """
    ranked = sorted(pictures, key=lambda name: (share(name), name))
    splits = {name: _split_by_share(name) for name in ranked}
    if len(set(splits.values())) < 3:
        held_out = max(len(ranked) >= 3, round(0.1 * len(ranked)))
        order = ["train"] * (len(ranked) - 2 * held_out) + ["val"] * held_out + ["test"] * held_out
        return dict(zip(ranked, order, strict=True))
    return splits


def _split_by_share(picture: str) -> str:
    return next(split for split, (_, high) in SHARES.items() if share(picture) < high)


def _of_split(
    people: AnnotatedPeople, odd: list[Odd], names: Iterable[str], split: str, title: str
) -> tuple[AnnotatedPeople, Counter]:
    """The people of a split, and of its pictures how many people are left out, by reason, or have no annotations.

    Raises DataError where the other splits have all people.
    """
    annotated = set(people.pictures.tolist())
    splits = splits_of(annotated & set(names) or annotated)

    def chosen(picture: str) -> bool:
        return split == "all" or (splits.get(picture) or _split_by_share(picture)) == split

    left_out = Counter(reason for picture, reason, _ in odd if chosen(picture))
    unused = {name for name in names if name.lower().endswith(KINDS)} - annotated - {picture for picture, *_ in odd}
    if unused := sum(map(chosen, unused)):
        left_out["pictures without annotations"] = unused
    of_split = people[np.array([chosen(picture) for picture in people.pictures.tolist()], bool)]
    if len(people) and not len(of_split):
        raise DataError(
            f"{title} is empty: {len(splits)} usable pictures are too few for three splits. Annotate at least three, "
            "or take split='all'"
        )
    return of_split, left_out


# Reading ------------------------------------------------------------------------------------------


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


def _read(path: Path, skeleton: str | Skeleton | None) -> tuple[Skeleton, AnnotatedPeople, list[Odd]]:
    """The skeleton, the people and who is left out; raises DataError where nobody else is there."""
    read = _read_json if path.suffix == ".json" else _read_csv
    kind, rows, odd = read(path, skeleton)
    if odd and not rows:
        raise DataError(odd[0].detail)
    return kind, _people(rows, kind), odd


def _read_json(path: Path, skeleton: str | Skeleton | None) -> tuple[Skeleton, list[Row], list[Odd]]:
    content, kind, _ = read_content(path, skeleton)
    rows, odd = [], [Odd(tidy(name), NOBODY, f"in {path} every picture has nobody") for name in content["nobody"]]
    for number, entry in enumerate(content["people"], 1):
        where = f"person {number} in {path}"
        try:
            rows.append(row_of(entry, kind, where))
        except OddPerson as error:
            picture = entry.get("image") if isinstance(entry, dict) else None
            odd.append(Odd(tidy(picture) if isinstance(picture, str) else "", *error.args))
    return kind, rows, odd


def read_content(path: Path, skeleton: str | Skeleton | None = None) -> tuple[dict, Skeleton, Vocabulary | None]:
    """What a JSON file of annotations holds, its skeleton and its parts, None where it has none; raises DataError."""
    content = {"nobody": [], "seconds": {}} | read_json(path, FORMAT, FILE)
    _check_names(content, tuple(name.removesuffix("?") for name in FILE), str(path))
    kind, declared = _skeleton(content.get("skeleton", skeleton), path), content.get("parts")
    try:
        if isinstance(declared, dict):
            check(declared, PARTS, f"parts in {path}", "their form stands in hpe_utils.parts.Vocabulary")
        return content, kind, parts.declared(declared) if declared else None
    except (ValueError, TypeError) as error:
        raise DataError(f"the parts in {path}: {error}") from error


def row_of(entry, kind: Skeleton, where: str) -> Row:
    """Somebody's entry as a row; raises OddPerson for one that is odd, and DataError for names that are not known."""
    if not isinstance(entry, dict):
        raise OddPerson(ODD_ENTRY, f"{where} is {shown(entry)}, and has no image or no keypoints: {FORMAT}")
    _check_names(entry, PERSON, where)
    if not entry.get("image") or not isinstance(entry["image"], str) or "keypoints" not in entry:
        raise OddPerson(ODD_ENTRY, f"{where} has no image or no keypoints: {FORMAT}")
    if not isinstance(entry["keypoints"], dict):
        raise OddPerson(ODD_ENTRY, f"{where}: keypoints must name the joints: {FORMAT}")
    _check_joints(entry["keypoints"], kind, where)
    joints = {joint: _joint(values, f"{joint} of {where}") for joint, values in entry["keypoints"].items()}
    boxes = [_box(entry.get(name), f"{name} of {where}") for name in ("box", "head_box")]
    return Row(tidy(entry["image"]), _keypoints(joints, kind), *boxes)


def _read_csv(path: Path, skeleton: str | Skeleton | None) -> tuple[Skeleton, list[Row], list[Odd]]:
    people = {}
    for number, line in read_csv(path, COLUMNS[:5], f"save it as CSV in UTF-8; {FORMAT}"):
        where = f"line {number} of {path}"
        _check_names({name: None for name in line if name}, COLUMNS, where)
        if not line["image"]:
            raise DataError(f"{where} names no picture: {FORMAT}")
        people.setdefault((line["image"], line["person"].strip()), []).append((where, line))
    named = {line["joint"] for lines in people.values() for _, line in lines}
    given = _skeleton(skeleton or COCO17, path)
    kind = COCO17 if named <= set(COCO17.joints) and given in skeletons.COURSE else given  # `data.load` converts
    rows, odd = [], []
    unknown = np.full(4, np.nan, np.float32)
    for (image, person), lines in people.items():
        where = f"person {shown(person)[1:-1]} of {shown(image)[1:-1]} in {path}"
        _check_joints([line["joint"] for _, line in lines], kind, where)
        try:
            rows.append(Row(tidy(image), _keypoints(_joints_of(lines), kind), unknown, unknown))
        except OddPerson as error:
            odd.append(Odd(tidy(image), *error.args))
    return kind, rows, odd


def _joints_of(lines: list[tuple[str, dict[str, str]]]) -> dict[str, tuple]:
    """x, y, v by joint from one person's lines, each with its place; raises OddPerson."""
    joints = {}
    for where, line in lines:
        values = [_number(line["x"]), _number(line["y"]), _number(line.get("v") or "2")]
        joint = _joint(values, where)
        if line["joint"] in joints:
            raise OddPerson(
                TWICE,
                f"{where} gives {line['joint']} of person {line['person']} in {line['image']} again: give each person "
                "of a picture a number of its own, and each joint one line",
            )
        joints[line["joint"]] = joint
    return joints


def _number(text: str) -> float | str | None:
    """A number from a CSV file, None where nothing is written, or the text where it is none."""
    text = text.strip()
    return float(text) if NUMBER.fullmatch(text) else text or None


def _joint(values, where: str) -> tuple[float, float, float]:
    """x, y and v, as 0, 0, 0 where a joint is unlabelled and with NaN for what is not known; raises OddPerson."""
    if not isinstance(values, list) or len(values) not in (2, 3) or not all(map(_is_number, values[:2])):
        raise OddPerson(ODD_JOINT, f"{where}: {shown(values)} is not x, y, v: {FORMAT}")
    x, y, v = (*values, 2)[:3]
    if isinstance(v, bool) or v not in (0, 1, 2):
        remedy = "it must be 2 for visible, 1 for hidden or 0 for unlabelled"
        raise OddPerson(ODD_JOINT, f"{where}: v is {shown(v)}, but {remedy}")
    if v == 0:
        return 0, 0, 0
    x, y = (np.nan if value is None or value in (np.inf, -np.inf) else value for value in (x, y))
    if abs(x) > FARTHEST or abs(y) > FARTHEST:
        raise OddPerson(FAR, f"{where}: {shown(values)} is far outside every picture: give x and y in pixels")
    return x, y, v


def _is_number(value) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _box(values, where: str) -> np.ndarray:
    """A box (4,), of NaN where there is none; raises OddPerson."""
    if values is None:
        return np.full(4, np.nan, np.float32)
    numbers = isinstance(values, list) and len(values) == 4 and None not in values and all(map(_is_number, values))
    if not numbers or not (values[2] - values[0] >= 1 and values[3] - values[1] >= 1):
        must = "it must be [x0, y0, x1, y1] in pixels with x0 < x1 and y0 < y1, a pixel or more apart"
        raise OddPerson(ODD_BOX, f"{where} is {shown(values)}: {must}")
    if max(map(abs, values)) > FARTHEST:
        raise OddPerson(FAR, f"{where} is {shown(values)}, far outside every picture: give it in pixels")
    return np.array(values, np.float32)


def _check_names(found: dict, known: tuple[str, ...], where: str) -> None:
    """Raise DataError, with the nearest that is known, where a table has a field that is not."""
    for name in found:
        if name not in known:
            raise DataError(f"{where} has {shown(name)}, which means nothing here{_nearest(name, known)}: {FORMAT}")


def _nearest(name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name, known, 1)
    return f"; is {nearest[0]} meant? Known are {', '.join(known)}" if nearest else f"; known are {', '.join(known)}"


def _check_joints(joints: Iterable[str], kind: Skeleton, where: str) -> None:
    for joint in joints:
        if joint not in kind.joints:
            known = ", ".join(kind.joints)
            nearest = get_close_matches(joint, kind.joints, 1)
            others = [s.name for s in skeletons.SKELETONS.values() if joint in s.joints]
            hint = f"; is {nearest[0]} meant?" if nearest else ""
            hint += f"; skeleton={' or '.join(map(repr, others))} has it" if others else ""
            raise DataError(f"{where}: {kind.name} has no joint {shown(joint)}, it has {known}{hint}")


def _skeleton(declared: str | dict | Skeleton | None, path: Path) -> Skeleton:
    """A skeleton by name, one itself, or one that the file declares, which is registered; raises DataError."""
    if declared is None:
        raise DataError(f"{path} names no skeleton: {FORMAT}")
    try:
        if isinstance(declared, dict):
            place = f"the skeleton in {path}"
            _check_names(declared, tuple(name.removesuffix("?") for name in SKELETON), place)
            check(declared, SKELETON, place, "its form stands in hpe_utils.data.sets.folder")
        return skeletons.declared(declared)
    except ValueError as error:
        raise DataError(f"the skeleton in {path}: {error}") from error


# Arrays -------------------------------------------------------------------------------------------


def _as_on_disk(people: AnnotatedPeople, odd: list[Odd], names: Iterable[str]) -> tuple[AnnotatedPeople, list[Odd]]:
    """The people and the odd ones with their pictures named as the folder spells them."""
    written = [*people.pictures.tolist(), *(one.picture for one in odd)]
    found = as_on_disk(np.array(written, str), names)
    odd = [one._replace(picture=str(name)) for one, name in zip(odd, found[len(people) :], strict=True)]
    return replace(people, pictures=found[: len(people)]), odd


def _keep(people: AnnotatedPeople, mask: np.ndarray, reason: str, odd: list[Odd]) -> AnnotatedPeople:
    """Those where the (N,) mask holds; the others join the odd ones."""
    odd += [Odd(picture, reason) for picture in people.pictures[~mask].tolist()]
    return people[mask]


def _keypoints(joints: dict[str, tuple], kind: Skeleton) -> np.ndarray:
    keypoints = np.zeros((len(kind), 3), np.float32)
    for joint, values in joints.items():
        keypoints[kind.index(joint)] = values
    return keypoints


def _people(rows: list[Row], kind: Skeleton) -> AnnotatedPeople:
    seen = Counter()
    numbers = []
    for row in rows:
        numbers.append(seen[row.picture])
        seen[row.picture] += 1
    keypoints = np.array([row.keypoints for row in rows], np.float32).reshape(-1, len(kind), 3)
    boxes, heads = (
        np.array([getattr(row, name) for row in rows], np.float32).reshape(-1, 4) for name in ("box", "head_box")
    )
    return AnnotatedPeople(
        pictures=np.array([row.picture for row in rows], str),
        numbers=np.array(numbers, np.int32),
        keypoints=keypoints,
        boxes=boxes,
        head_boxes=heads,
        head_sizes=0.6 * np.hypot(heads[:, 2] - heads[:, 0], heads[:, 3] - heads[:, 1]),
        areas=_areas(keypoints, boxes),
    )


def _areas(keypoints: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(N,) areas in pixels²: of each box FILLED, or of the square over the longer side of the joints' extent."""
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    for row in np.flatnonzero(np.isnan(areas)):
        points = keypoints[row, keypoints[row, :, 2] > 0, :2]
        if len(points):
            areas[row] = np.ptp(points, axis=0).max() ** 2
    return FILLED * areas


def _crops(people: AnnotatedPeople) -> np.ndarray:
    crops = crops_around(people.keypoints)
    for row, box in enumerate(people.boxes):
        if np.isfinite(box).all():
            crops[row] = square_around(box.reshape(2, 2))
    return crops
