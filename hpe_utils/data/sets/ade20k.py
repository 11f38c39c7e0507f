"""ADE20K: people in photographs of scenes, some of them with parts of the body, left and right told apart.

Zhou, Zhao, Puig, Fidler, Barriuso & Torralba, "Scene Parsing through ADE20K Dataset", CVPR 2017. Beside NAME.jpg lie
NAME_seg.png of objects and NAME_parts_1.png … of their parts: red / 10 · 256 + green is a pixel's class, blue tells
things of a class apart. What a class is called stands in NAME.json (release of 2021) with the class's number, or
in NAME_atr.txt (2016) with the thing's: the how-manieth of the blue values above 0, level by level.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

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
from hpe_utils.data.people import check_choice, check_numbers, fingerprint, share
from hpe_utils.data.pictures import NOT_FOUND, Archive, PictureError, decode_numbers
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts
from hpe_utils.files import check, json_of
from hpe_utils.parts import ADE20K14

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
TITLE = "ADE20K"
SPLITS = ("train", "val", "test", "all")
PERSON = "person, individual, someone, somebody, mortal, soul"
PERSON_2016 = 1831  # its class, which the list of 2016 does not say; that of 2021 says the same
LEVELS = 9  # of parts of parts, at most
LISTED = {"annotation": {"object": [{"name": str, "name_ndx": int, "parts": {"part_level": int}}]}}
NO_LIST = "pictures without a list of their colours"
NO_PICTURE = "labels whose picture was not found"
UNTOLD = "pictures with colours that their list does not explain"
REMEDY = "get the set again, a release whole"

FACTS = Facts(
    title=TITLE,
    has=frozenset({"parts", "instances"}),
    vocabulary=ADE20K14,
    levels={"ade20k": {}},
    several={},
)


class Thing(NamedTuple):
    """A line of a picture's list: an object at level 0, a part of one at 1; `code` is None where it is not said."""

    level: int
    name: str
    code: int | None


def source(
    split: str, root: str | Path | None = None, *, size: int = 160, count: int | None = None, people: int = 4
) -> PartSource:
    """Whole pictures with ADE20K14 maps, or the first `count`, each in the middle of a size × size sample.

    `root` is the folder or zip of either release. The official validation pictures are the test, a tenth of the
    training pictures, by name, is val, the others train, "all" is all. Parts are painted from large to small, within
    their person, whose other pixels are unlabelled: all of somebody of whom no part was annotated. `instances` numbers
    the `people` largest and `boxes` has their edges; the others are counted, keep their parts, and the boxes of as
    many again stay. All keypoints are zero. Pictures with nobody, and those whose colours their list does not explain,
    are left out and counted. Raises DataError for wrong files.
    """
    check_choice("split", split, *SPLITS)
    check_numbers(size, count)
    check_people(people)
    archive, marks = listed(root, TITLE)
    files, left_out = _files(archive, marks, split)
    files = files[:count]
    spec = {"name": "ade20k", "split": split, "version": VERSION, "size": int(size), "people": int(people)}
    spec |= {"left_out": dict(left_out), "files": fingerprint([_marked(marks, *pair) for pair in files])}
    title, read = f"{TITLE} {split}", partial(_labels, most=int(people))
    return PartSource(title, spec, dict(left_out), archive, files, int(size), 2 * int(people), ADE20K14, read)


def _files(archive: Archive, marks: dict[str, str], split: str) -> tuple[list[tuple[str, str]], Counter]:
    """The pictures' names without ending, and the pictures; raises DataError where the split has none."""
    names = sorted(name.removesuffix("_seg.png") for name in marks if name.endswith("_seg.png"))
    files, left_out = [], Counter()
    for name in names:
        if split not in ("all", _split(name)):
            continue
        if f"{name}.jpg" not in marks:
            left_out[NO_PICTURE] += 1
        elif not {f"{name}.json", f"{name}_atr.txt"} & marks.keys():
            left_out[NO_LIST] += 1
        else:
            files.append((name, f"{name}.jpg"))
    if not files:
        raise DataError(
            f"nothing in {TITLE} {split}: {archive.path} has {len(names):,} files NAME_seg.png, none of them of this "
            "split and beside NAME.jpg and NAME.json or NAME_atr.txt: give the folder above images as root"
        )
    return files, left_out


def _split(name: str) -> str:
    stem = PurePosixPath(name).name
    if stem.startswith("ADE_val_"):
        return "test"
    return "val" if share(stem) < 0.1 else "train"


def _marked(marks: dict[str, str], name: str, picture: str) -> list:
    """A picture's files, and what tells whether they changed."""
    ends = ("_seg.png", ".json", "_atr.txt", *(f"_parts_{level}.png" for level in range(1, LEVELS + 1)))
    return [picture, marks[picture], *(marks.get(name + end) for end in ends)]


def _labels(read: Callable[[str], bytes], name: str, shape: tuple[int, int], where: str, most: int) -> Labels:
    """The people of a picture of this shape (H, W), and their parts."""
    things = _things(read, name, where)
    persons = {thing.code or PERSON_2016 for thing in things if thing.level == 0 and thing.name == PERSON}
    if not persons:
        raise PictureError(NOBODY)
    codes, numbers = _coded(read, f"{name}_seg.png", shape, where)
    anybody = np.isin(codes, list(persons))
    if not anybody.any():
        raise PictureError(UNTOLD)
    named = _parts(read, name, things, anybody, where)
    people = [
        (outline, [(label, mask & outline) for label, mask in named])
        for outline in (anybody & (numbers == number) for number in np.unique(numbers[anybody]))
    ]
    return paint(people, shape, most)


def _parts(read: Callable, name: str, things: list[Thing], anybody: np.ndarray, where: str) -> list:
    """The labels and masks of parts on people's pixels (H, W)."""
    named = []
    for level in range(1, LEVELS + 1):
        own = [thing for thing in things if thing.level == level]
        if not own:
            break
        codes, numbers = _coded(read, f"{name}_parts_{level}.png", anybody.shape, where)
        words = {thing.code: thing.name for thing in own} if own[0].code is not None else _by_order(codes, numbers, own)
        for code in np.unique(codes[anybody & (codes > 0)]).tolist():
            if code not in words:
                raise PictureError(UNTOLD)
            part = words[code].replace(" ", "_")
            if part in ADE20K14.parts:
                named.append((ADE20K14.label(part), anybody & (codes == code)))
    return named


def _by_order(codes: np.ndarray, numbers: np.ndarray, things: list[Thing]) -> dict[int, str]:
    """What each class is called where the list has things in their order; raises PictureError if they do not fit.

    A thing that is wholly hidden has no colour, which would shift all others: such pictures are not read.
    """
    values, words = np.unique(numbers[numbers > 0]), {}
    if len(values) != len(things):
        raise PictureError(UNTOLD)
    for value, thing in zip(values, things, strict=True):
        own = np.unique(codes[numbers == value])
        if len(own) > 1 or words.setdefault(int(own[0]), thing.name) != thing.name:
            raise PictureError(UNTOLD)
    return words


def _coded(read: Callable, name: str, shape: tuple[int, int], where: str) -> tuple[np.ndarray, np.ndarray]:
    """A PNG's classes (H, W) int32, and what tells things of a class apart (H, W) uint8."""
    with counted_as(BROKEN_LABELS):
        mode, pixels = decode_numbers(read(name))
    if mode != "RGB" or (pixels[..., 0] % 10).any():
        raise DataError(
            f"the colours in {PurePosixPath(name).name} of {where} are not ADE20K's, whose PNGs are RGB and whose reds "
            f"are multiples of ten (mode {mode}): {REMEDY}"
        )
    check_map_size(pixels[..., 0], shape, f"{PurePosixPath(name).name} of {where}")
    red, green, blue = np.moveaxis(pixels.astype(np.int32), -1, 0)
    return red // 10 * 256 + green, blue


def _things(read: Callable[[str], bytes], name: str, where: str) -> list[Thing]:
    """The list of a picture's objects and parts."""
    try:
        data = read(f"{name}.json")
    except PictureError as reason:
        if str(reason) != NOT_FOUND:
            raise PictureError(BROKEN_LABELS) from reason
        return _things_2016(read, f"{name}_atr.txt")
    with counted_as(BROKEN_LABELS):
        content = json_of(data.decode(errors="replace"))
    if isinstance(content, dict) and isinstance(content.get("annotation"), dict):
        annotation = content["annotation"]
        if isinstance(annotation.get("object"), dict):  # MATLAB writes a list of one as the one
            annotation["object"] = [annotation["object"]]
    check(content, LISTED, f"{PurePosixPath(name).name}.json of {where}", REMEDY)
    things = content["annotation"]["object"]
    return [Thing(thing["parts"]["part_level"], thing["name"], thing["name_ndx"]) for thing in things]


def _things_2016(read: Callable[[str], bytes], name: str) -> list[Thing]:
    """Lines of number # level # cropped # name # name as annotated # "attributes"; numbers begin anew at each level."""
    with counted_as(BROKEN_LABELS):
        lines = [line.split("#", 5) for line in read(name).decode(errors="replace").splitlines() if line.strip()]
        rows = sorted((int(level), int(number), word.strip()) for number, level, _, word, _, _ in lines)
    if not rows:
        raise PictureError(BROKEN_LABELS)
    return [Thing(level, word, None) for level, _, word in rows]
