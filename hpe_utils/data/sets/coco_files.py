"""COCO's annotation files, and what annotation tools export in their form, read into one.

Joints are read by name. Optional fields may be missing: nobody has joints without `keypoints`; without `bbox`, or where
it is [0, 0, 0, 0], the box is unknown; without `area` it is BOX_SHARE of the box; `segmentation` and `info` are not
looked at. Whose record cannot be understood keeps a row, for somebody stands there, and the reason beside it.
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils.data.people import FAR, FARTHEST, NOT_A_NUMBER, AnnotatedPeople, Doubtful, are_far, misspelt, tidy
from hpe_utils.data.sets.coco_joints import Category, category_of
from hpe_utils.files import BINARY, DataError, check, read_json
from hpe_utils.skeleton import BODY23, COCO17, Skeleton

FILES = ("person_keypoints_{}2017.json", "coco_wholebody_{}_v1.0.json")
FORM = {"images": list, "annotations": list, "categories": [dict]}
FIELDS = (
    *("id", "image_id", "category_id", "keypoints", "num_keypoints", "bbox", "area", "iscrowd"),
    *("foot_kpts", "foot_valid"),
)
PICTURE_FIELDS = ("id", "file_name", "width", "height")
BOX_SHARE = 0.53  # of its box's area that a person fills, where the file has no area: mmpose's factor
SMALLEST, LARGEST = 1e-3, 10  # of its box's area that a person's can have
NO_AREA = "people whose box or area is empty"
ODD_AREA = "people whose area does not fit their box"
NOT_LISTED = "people whose picture is not listed"
ODD_SIZE = "people of pictures whose width or height is no number of pixels"
NO_TABLE = "annotations that are no table"
NO_CATEGORY = "annotations of no listed category"
TWICE = "people whose annotation is there twice by its id"
ODD_CROWD = "people whose iscrowd is not 0 or 1"
ODD_V = "people with a joint whose v is not 0, 1 or 2, as predictions have"
ODD_COUNT = "people whose num_keypoints is not the number of their labelled joints"


class Annotations(NamedTuple):
    """Everybody in a COCO file, in its order: crowds and people without joints too, which scores must ignore.

    `crowd` (N,) bool marks boxes around many people; `picture_ids` holds COCO's number of every picture in the file, by
    name; `doubts` (N,) says why somebody's record cannot be used, "" where it can; `left_out` counts, by reason, the
    annotations that are nobody's row.
    """

    people: AnnotatedPeople
    crowd: np.ndarray
    skeleton: Skeleton
    picture_ids: dict[str, int | str]
    doubts: np.ndarray
    left_out: Counter

    @property
    def sizes(self) -> np.ndarray:
        """(N, 2) width and height of each one's picture, NaN where the file does not say."""
        return self.people.sizes


class Picture(NamedTuple):
    """A picture's entry: its number, its name, its size (width, height), and why it cannot be used, "" where it can."""

    number: int | str
    name: str
    size: tuple[float, float]
    doubt: str


class Person(NamedTuple):
    """A person's entry as numbers: keypoints (K, 3), box (4,) as edges, area, and whether it is a crowd."""

    keypoints: np.ndarray
    box: np.ndarray
    area: float
    crowd: bool


def read_annotations(path: str | Path) -> Annotations:
    """Everybody annotated in a COCO file; raises DataError with the remedy for any other file.

    The skeleton is the one that has the joints which the file names, in any order and spelling, BODY23 where the file
    is COCO-WholeBody's, else one made of the category's own joints and limbs.
    """
    path = Path(path).expanduser()
    remedy = _remedy(path)
    content = read_json(path, remedy, most=BINARY)
    place = f"{path} as COCO annotations"
    check(content, dict, place, remedy)
    if wrong := misspelt(content, tuple(FORM)):
        raise DataError(f"{place} has {wrong}: {remedy}")
    check(content, FORM, place, remedy)
    category = category_of(content["categories"], path)
    pictures = _pictures(content["images"])
    entries, left_out = _entries(content["annotations"], content["categories"], category, pictures)
    if entries and not any("keypoints" in entry for entry, _ in entries):
        raise DataError(f"{path} has no keypoints: take {FILES[0].format('val')}, not instances_val2017.json")
    if category.skeleton is COCO17 and any("foot_kpts" in entry for entry, _ in entries):
        category = category._replace(skeleton=BODY23)
    read = [_read(entry, picture, category) for entry, picture in entries]
    doubts = _doubts([entry for entry, _ in entries], [doubt for _, doubt in read])
    people = _people([person for person, _ in read], [picture for _, picture in entries], len(category.skeleton))
    crowd = np.array([person.crowd for person, _ in read], bool)
    picture_ids = {picture.name: picture.number for picture in pictures.values()}
    return Annotations(people, crowd, category.skeleton, picture_ids, doubts, left_out)


def _remedy(path: Path) -> str:
    if path.name in [name.format(split) for name in FILES for split in ("train", "val")]:
        return (
            'get it again, for instance by hpe_utils.data.sets.download.fetch("coco-annotations"), or export it again '
            "where it is your own"
        )
    return "name a file of COCO keypoints, one JSON table of images, annotations and categories, or export it again"


def _key(value) -> str | None:
    """An id by which entries find each other: some tools write a number as text in one of them."""
    return str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None


def _pictures(entries: list) -> dict[str, Picture]:
    """The pictures by id; of those that share one it cannot be told whose the people are."""
    pictures, first = {}, {}
    for entry in entries:
        key = _key(entry.get("id")) if isinstance(entry, dict) else None
        if key is None:
            continue
        if key not in first:
            pictures[key], first[key] = _picture(entry), entry
        elif entry != first[key]:
            pictures[key] = pictures[key]._replace(doubt="people of pictures whose id is there twice")
    return pictures


def _picture(entry: dict) -> Picture:
    name, unknown = entry.get("file_name"), (np.nan, np.nan)
    if wrong := misspelt(entry, PICTURE_FIELDS):
        return Picture(entry["id"], str(name), unknown, f"people of pictures with {wrong}")
    if not isinstance(name, str) or not 0 < len(name) < 4096:
        return Picture(entry["id"], "", unknown, "people of pictures without a file_name")
    try:
        sides = [_number(entry.get(side) or np.nan, "") for side in ("width", "height")]
        doubt = ODD_SIZE if any(side < 0 or side > FARTHEST for side in sides) else ""
    except Doubtful:
        doubt = ODD_SIZE
    if doubt:
        sides = unknown
    return Picture(entry["id"], tidy(name), tuple(sides), doubt)


def _entries(
    annotations: list, categories: list[dict], category: Category, pictures: dict[str, Picture]
) -> tuple[list[tuple[dict, Picture]], Counter]:
    """The category's annotations with their pictures, and how many others are neither its nor another's."""
    entries, left_out = [], Counter()
    others = {_key(one.get("id")) for one in categories} - category.ids - {None}
    for entry in annotations:
        if not isinstance(entry, dict):
            left_out[NO_TABLE] += 1
        elif (kind := _key(entry.get("category_id"))) not in category.ids:
            if kind not in others:
                wrong = misspelt(entry, FIELDS)
                left_out[f"annotations with {wrong}" if wrong else NO_CATEGORY] += 1
        elif (picture := pictures.get(_key(entry.get("image_id")))) is None:
            wrong = misspelt(entry, FIELDS)
            left_out[f"people with {wrong}" if wrong else NOT_LISTED] += 1
        else:
            entries.append((entry, picture))
    return entries, left_out


def _read(entry: dict, picture: Picture, category: Category) -> tuple[Person, str]:
    """A person's numbers and "", or nobody's numbers and the reason."""
    try:
        if wrong := misspelt(entry, FIELDS):
            raise Doubtful(f"people with {wrong}")
        if picture.doubt:
            raise Doubtful(picture.doubt)
        return _person(entry, picture, category), ""
    except Doubtful as reason:
        unknown = np.full(4, np.nan)
        return Person(np.zeros((len(category.skeleton), 3)), unknown, np.nan, False), str(reason)


def _person(entry: dict, picture: Picture, category: Category) -> Person:
    """A person's numbers; raises Doubtful."""
    crowd = entry.get("iscrowd")
    if crowd is not None and (not isinstance(crowd, (bool, int, float)) or crowd not in (0, 1)):
        raise Doubtful(ODD_CROWD)
    keypoints, box = _keypoints(entry, category), _box(entry)
    if are_far(np.concatenate([keypoints[:, :2], box.reshape(2, 2)])[None], picture.size).any():
        raise Doubtful(FAR)
    labelled, said = keypoints[: len(category.order), 2] > 0, entry.get("num_keypoints")
    if said is not None and (type(said) not in (int, float) or said not in (labelled.sum(), len(labelled))):
        raise Doubtful(ODD_COUNT)  # some tools write how many joints the skeleton has
    scored = not crowd and bool((keypoints[:, 2] > 0).any())
    return Person(keypoints, box, _area(entry, box, scored), bool(crowd))


def _keypoints(entry: dict, category: Category) -> np.ndarray:
    """(K, 3) in the skeleton's order, the feet after the body; unlabelled joints lie at 0, 0."""
    count = len(category.order)
    values = entry.get("keypoints")
    body = np.zeros((count, 3)) if values in (None, []) else _joints(values, count, "keypoints")
    if (feet := len(category.skeleton) - count) == 0:
        return body[category.order]
    valid = entry.get("foot_valid", "foot_kpts" in entry)
    toes = _joints(entry.get("foot_kpts"), feet, "foot_kpts") if valid else np.zeros((feet, 3))
    return np.concatenate([body[category.order], toes])


def _joints(values, count: int, field: str) -> np.ndarray:
    """(count, 3) of a flat list x, y, v, …; of unlabelled joints x and y may be anything or null."""
    joints = _numbers(values, 3 * count, field).reshape(count, 3)
    joints[np.isnan(joints).all(axis=1)] = 0
    if not set(joints[:, 2].tolist()) <= {0, 1, 2}:
        raise Doubtful(ODD_V)
    joints = np.where(joints[:, 2:] > 0, joints, 0)
    if not np.isfinite(joints).all():
        raise Doubtful(NOT_A_NUMBER)
    return joints


def _box(entry: dict) -> np.ndarray:
    """The edges (4,), NaN where there is no box. COCO measures from the picture's corner, half a pixel away."""
    if (values := entry.get("bbox")) in (None, [], [0, 0, 0, 0]):
        return np.full(4, np.nan)
    x, y, width, height = box = _numbers(values, 4, "bbox")
    if not np.isfinite(box).all():
        raise Doubtful(NOT_A_NUMBER)
    return np.array([x - 0.5, y - 0.5, x - 0.5 + width, y - 0.5 + height])


def _area(entry: dict, box: np.ndarray, scored: bool) -> float:
    """The area of a person's outline, NaN where neither it nor a box is known; that of others is not looked at."""
    width, height = box[2:] - box[:2]
    said, room = entry.get("area"), width * height
    share = BOX_SHARE * room
    area = share if said is None or said == 0 and np.isnan(room) else _number(said, "area")
    if not scored:
        return area if 0 <= area <= FARTHEST**2 else share
    if width <= 0 or height <= 0 or area <= 0:
        raise Doubtful(NO_AREA)
    if not np.isfinite(area) and area is not share:
        raise Doubtful(NOT_A_NUMBER)
    if area > FARTHEST**2 or not np.isnan(room) and not SMALLEST * room <= area <= LARGEST * room:
        raise Doubtful(ODD_AREA)
    return area


def _number(value, field: str) -> float:
    return float(_numbers([value], 1, field)[0])


def _numbers(values, count: int, field: str) -> np.ndarray:
    """A list's `count` numbers as float64, null as NaN; raises Doubtful."""
    if not isinstance(values, list) or len(values) != count or not set(map(type, values)) <= {int, float, type(None)}:
        raise Doubtful(f"people without {'a number' if count == 1 else f'{count} numbers'} as {field}")
    try:
        return np.array(values, np.float64)
    except OverflowError as error:  # whole numbers of hundreds of digits
        raise Doubtful(NOT_A_NUMBER) from error


def _doubts(entries: list[dict], doubts: list[str]) -> np.ndarray:
    """The doubts, also of who comes after another of the same id in the same picture."""
    seen = set()
    for row, entry in enumerate(entries):
        number = _key(entry.get("id")), _key(entry["image_id"])
        if number in seen and not doubts[row]:
            doubts[row] = TWICE
        if number[0] is not None:
            seen.add(number)
    return np.array(doubts, str)


def _people(people: list[Person], pictures: list[Picture], joints: int) -> AnnotatedPeople:
    seen, numbers = Counter(), []
    for picture in pictures:
        numbers.append(seen[picture.name])
        seen[picture.name] += 1
    return AnnotatedPeople(
        pictures=np.array([picture.name for picture in pictures], str),
        numbers=np.array(numbers, np.int32),
        keypoints=np.array([person.keypoints for person in people], np.float32).reshape(-1, joints, 3),
        boxes=np.array([person.box for person in people], np.float32).reshape(-1, 4),
        areas=np.array([person.area for person in people], np.float32),
        sizes=np.array([picture.size for picture in pictures], np.float32).reshape(-1, 2),
    )
