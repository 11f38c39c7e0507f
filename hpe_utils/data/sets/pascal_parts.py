"""Body parts in photographs, as masks: Pascal-Person-Part, and Pascal-Part's people.

Pascal-Part: Chen, Mottaghi, Liu, Fidler, Urtasun & Yuille, "Detect What You Can", CVPR 2014: a .mat file a picture of
PASCAL VOC 2010, with the outline of every object and of its parts, left and right told apart. Pascal-Person-Part: its
people merged into six parts, a PNG a picture, by Chen, Yang, Wang, Xu & Yuille, "Attention to Scale", CVPR 2016.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from fnmatch import fnmatch
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from hpe_utils.data.part_maps import (
    BROKEN_LABELS,
    NOBODY,
    Labels,
    PartSource,
    check_map_size,
    check_people,
    counted_as,
    listed,
    paint,
)
from hpe_utils.data.people import check_choice, check_numbers, fingerprint
from hpe_utils.data.pictures import Archive, PictureError, decode_numbers
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts
from hpe_utils.files import apart, read_mat, read_text
from hpe_utils.parts import PASCAL6, PASCAL_PART24, UNLABELLED, table

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
PICTURES = ("JPEGImages", "images"), (".jpg", ".jpeg", ".png")
MASKS = ("pascal_person_part_gt", "SegmentationPart", "masks"), (".png",)
MATRICES = ("Annotations_Part",), (".mat",)
TITLES = {"person_part": "Pascal-Person-Part", "part": "Pascal-Part"}
SPLITS = {"train": range(8), "val": (8,), "test": (9,), "all": range(10)}  # by the last digit of a file's number
NO_LABELS = "pictures without labels"
NO_PICTURE = "labels whose picture was not found"

# A person's parts as Pascal-Part's files call them.
_NAMES = """head leye reye lear rear lebrow rebrow nose mouth hair torso neck llarm luarm lhand rlarm ruarm rhand
llleg luleg lfoot rlleg ruleg rfoot"""
NAMES = dict(zip(_NAMES.split(), PASCAL_PART24.parts, strict=True))


FACTS = Facts(
    title="Pascal-Person-Part",
    has=frozenset({"parts"}),
    vocabulary=PASCAL6,
    levels={"pascal_parts": {}},
)


def source(
    split: str,
    root: str | Path | None = None,
    *,
    size: int = 160,
    count: int | None = None,
    variant: str = "person_part",
    people: int = 4,
) -> "PartSource":
    """Whole pictures with part maps, or the first `count`, each in the middle of a size × size sample, grey beside it.

    `root` is a folder or zip. variant="person_part" is Pascal-Person-Part: pictures in `JPEGImages` or `images`, masks
    in `pascal_person_part_gt`, `SegmentationPart` or `masks`, at any depth; maps are PASCAL6. A mask's numbers mean
    head, torso, upper arm, lower arm, upper leg, lower leg as in the common release, or what LABELS*.txt in the root or
    beside it says: a line "1 head" for each. A picture with nobody is kept: it is all background.

    variant="part" is Pascal-Part: pictures likewise, .mat files in `Annotations_Part`; maps are PASCAL_PART24. Parts
    are painted from large to small, so that an eye lies on its head, and within their person, whose other pixels are
    unlabelled. `instances` numbers the `people` largest and `boxes` has their edges; of the others, who are counted,
    the parts stay, and the boxes of as many again. Pictures with nobody, most of the set, are left out and counted.

    Parts are unlabelled beside the picture too. There are no joints: all keypoints are zero. Of the
    label files by name every tenth is for the test and the one before it val, the other eight train, "all" is all; this
    is not the official list, so scores do not compare with published ones. Raises DataError for wrong files; pictures
    or labels that cannot be read are counted.
    """
    check_numbers(size, count)
    check_choice("split", split, *SPLITS)
    check_choice("variant", variant, *TITLES)
    check_people(people)
    archive, marks = listed(root, TITLES[variant])
    files, left_out = _pairs(archive, marks, variant, split)
    files = files[:count]
    order = _order(archive, marks) if variant == "person_part" else None
    spec = {"variant": variant, "split": split, "version": VERSION, "size": int(size), "people": int(people)}
    spec |= {"name": "pascal_parts" if order else "pascal_part", "order": order, "left_out": dict(left_out)}
    spec["files"] = fingerprint([[name, marks[name]] for pair in files for name in pair])
    rows, vocabulary = (int(people), PASCAL6) if order else (2 * int(people), PASCAL_PART24)
    title, read = f"{TITLES[variant]} {split}", partial(_labels, order=order, most=int(people))
    return PartSource(title, spec, dict(left_out), archive, files, int(size), rows, vocabulary, read, not order)


def _pairs(archive: Archive, marks: dict, variant: str, split: str) -> tuple[list[tuple[str, str]], Counter]:
    """The label files of a split with their pictures, and what has no partner; raises DataError where none has."""
    labels = _files(archive, marks, *(MASKS if variant == "person_part" else MATRICES))
    pictures = _files(archive, marks, *PICTURES)
    left_out = Counter()
    if spare := pictures.keys() - labels.keys():
        left_out[NO_LABELS] = len(spare)
    chosen = [name for number, name in enumerate(sorted(labels)) if number % 10 in SPLITS[split]]
    files = [(labels[name], pictures[name]) for name in chosen if name in pictures]
    if len(files) < len(chosen):
        left_out[NO_PICTURE] = len(chosen) - len(files)
    if not files:
        raise DataError(
            f"nothing in {TITLES[variant]} {split}: {archive.path} has {len(labels):,} label files, {len(chosen):,} of "
            f"them in this split, none with its picture: put the pictures there, or use another split"
        )
    return files, left_out


def _labels(read: Callable[[str], bytes], name: str, shape: tuple, where: str, order: dict | None, most: int) -> Labels:
    """The labels of a picture of this shape; `order` has the number of each part in masks, None for Pascal-Part."""
    with counted_as(BROKEN_LABELS):
        data = read(name)
    return _read_mask(data, shape, order, where) if order else _read_matrix(data, shape, most, where)


def _read_mask(data: bytes, shape: tuple[int, int], order: dict[str, int], where: str) -> Labels:
    """A PNG of part numbers, grey or palette; of the latter the numbers are read, not the colours."""
    with counted_as(BROKEN_LABELS):
        kind, numbers = decode_numbers(data)
    if kind not in ("L", "P"):
        raise DataError(
            f"{where} is a PNG of mode {kind}, and must be L or P, grey or palette of 8 bits, whose pixels are the "
            "numbers of the parts: a coloured copy does not say what its colours mean; get the original masks"
        )
    check_map_size(numbers, shape, where)
    labels = table({number: PASCAL6.label(part) for part, number in order.items()})
    found = np.unique(numbers)
    if (unknown := found[(labels[found] == UNLABELLED) & (found != UNLABELLED)]).size:
        raise DataError(
            f"{where} has the labels {', '.join(map(str, unknown))}; known are 0 for no person, "
            f"{', '.join(f'{number} {part}' for part, number in order.items())} and {UNLABELLED} for unlabelled: is "
            "this Pascal-Person-Part? Other numbers go into a LABELS.txt in its folder"
        )
    return Labels(labels[numbers], np.empty((0, 4)))


def _read_matrix(data: bytes, shape: tuple[int, int], most: int, where: str) -> Labels:
    """A .mat file's people, their outlines and parts; the `most` largest are numbered."""
    try:
        people = apart(_read_people, where, data)
    except DataError as error:
        raise PictureError(BROKEN_LABELS) from error
    except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise DataError(
            f"{where} is no file of Pascal-Part ({error!r}): it must hold the struct anno with imname and objects, "
            "each of these class, mask and parts; get the set's Annotations_Part again"
        ) from error
    for outline, parts in people:
        for mask in (outline, *(mask for _, mask in parts)):
            check_map_size(mask, shape, where)
        if unknown := {name for name, _ in parts} - NAMES.keys():
            raise DataError(f"{where} has a person with the part {min(unknown)!r}; known are {', '.join(NAMES)}")
    if not any(outline.any() for outline, _ in people):
        raise PictureError(NOBODY)
    labels = {name: PASCAL_PART24.label(part) for name, part in NAMES.items()}
    people = [(outline, [(labels[name], mask) for name, mask in parts]) for outline, parts in people]
    return paint(people, shape, most)


def _read_people(where: str, data: bytes) -> list[tuple[np.ndarray, list[tuple[str, np.ndarray]]]]:
    """The outline of each person in a .mat file, with the name and the mask of each part."""
    content = read_mat(data, "get the set again", where)
    people = []
    for thing in content["anno"]["objects"].item().ravel():
        if _text(thing["class"]) == "person":
            parts = [(_text(part["part_name"]), _mask(part["mask"])) for part in thing["parts"].ravel()]
            people.append((_mask(thing["mask"]), parts))
    return people


def _mask(array: np.ndarray) -> np.ndarray:
    """MATLAB's mask as bool; raises ValueError for other values than 0 and 1."""
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise ValueError("a mask of other values than 0 and 1")
    return array > 0


def _text(array: np.ndarray) -> str:
    """MATLAB's string; raises ValueError or TypeError for anything else."""
    if not isinstance(text := array.item(), str):
        raise TypeError(f"{text!r} is no text")
    return text


def _files(archive: Archive, marks: dict, folders: tuple[str, ...], kinds: tuple[str, ...]) -> dict[str, str]:
    """The files of the only folder of these names that has such files, by name without ending."""
    found = defaultdict(dict)
    for path in map(PurePosixPath, marks):
        if path.parent.name in folders and path.suffix.lower() in kinds:
            found[str(path.parent)][path.stem] = str(path)
    if len(found) != 1:
        has = f"several: {', '.join(sorted(found))}" if found else "none"
        raise DataError(
            f"{archive.path} must hold one folder {' or '.join(folders)} with {' or '.join(kinds)} files, and has "
            f"{has}; give the folder above it as root"
        )
    return next(iter(found.values()))


def _order(archive: Archive, marks: dict) -> dict[str, int]:
    """The parts' numbers in the masks, by name: from LABELS*.txt in the archive or beside it, else the common ones."""
    inside = sorted(name for name in marks if fnmatch(PurePosixPath(name).name, "LABELS*.txt"))
    beside = sorted(archive.path.resolve().parent.glob("LABELS*.txt"))
    if not inside and not beside:
        return {part: PASCAL6.label(part) for part in PASCAL6.parts}
    if len(inside or beside) > 1:
        raise DataError(
            f"several files could say what the masks' numbers mean: {', '.join(map(str, inside or beside))}; put the "
            f"right one into {archive.path} as LABELS.txt, and no other"
        )
    if inside:
        path = f"{inside[0]} in {archive.path}"
        with archive.opened() as read:
            text = read(inside[0]).decode(errors="replace")
    else:
        path, text = beside[0], read_text(beside[0], "save it as text in UTF-8, a line such as '1 head' for each part")
    lines = re.findall(r"^\s*(\d+)\s+([a-z][a-z_ ]*[a-z])", text.lower(), re.MULTILINE)
    order = {name.replace(" ", "_"): int(number) for number, name in lines if int(number) not in (0, UNLABELLED)}
    if set(order) != set(PASCAL6.parts) or len(set(order.values())) < 6 or max(order.values()) > UNLABELLED:
        raise DataError(
            f"{path} must give each of {', '.join(PASCAL6.parts)} a number of its own, a line such as '1 head' for "
            "each; correct it, or put a right LABELS.txt into the folder of the set"
        )
    return order
