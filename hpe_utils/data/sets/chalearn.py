"""ChaLearn Looking at People 2014, track 1 (HuPBA 8K+): two actors in nine films, a mask for each of 14 limbs.

Escalera, Baró, Gonzàlez, Bautista, Madadi, Reyes, Ponce, Escalante, Shotton & Guyon, "ChaLearn Looking at People
Challenge 2014", ECCV Workshops 2014; the challenge of 2013 had the first of these films. A film SeqXX.zip holds
`imagesjpg/XX_YYYY.jpg` and, where its labels were published, `maskspng/XX_YYYY_W_Z.png`: film XX, frame YYYY, actor W,
limb Z.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hpe_utils.data.part_maps import (
    BROKEN_LABELS,
    NOBODY,
    Labels,
    PartSource,
    check_every,
    check_map_size,
    counted_as,
    listed,
    paint,
)
from hpe_utils.data.people import check_choice, check_numbers, fingerprint
from hpe_utils.data.pictures import NOT_FOUND, Archive, PictureError, decode_numbers
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts
from hpe_utils.geometry import Affine
from hpe_utils.parts import CHALEARN14

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
TITLE = "ChaLearn LAP 2014"
PICTURE = re.compile(r"(.*/)?imagesjpg/(\d+)_(\d+)\.jpe?g", re.IGNORECASE)
MASK = re.compile(r"((?:.*/)?maskspng/(\d+)_(\d+)_)\d+_\d+\.png", re.IGNORECASE)
ACTORS = 2
SPLITS = {"train": slice(0, -2), "val": slice(-2, -1), "test": slice(-1, None), "all": slice(None)}  # of the films
NO_LABELS = "pictures without labels"
NO_MASK = "limbs without a mask"
NEEDED = "imagesjpg/XX_YYYY.jpg and maskspng/XX_YYYY_W_Z.png, as in SeqXX.zip: unpack the zips into one folder"

FACTS = Facts(
    title=TITLE,
    has=frozenset({"parts", "instances"}),
    vocabulary=CHALEARN14,
    levels={"chalearn": {}},
    several={},
)


def source(
    split: str, root: str | Path | None = None, *, size: int = 160, count: int | None = None, every: int = 1
) -> PartSource:
    """Whole frames with CHALEARN14 maps, or the first `count`, each in the middle of a size × size sample.

    `root` is the folder of the unpacked SeqXX.zip, or one of them; `every` takes every so-many-th frame of a film. Of
    the films that have labels, by number, the last is the test, the one before it val, the others train, "all" is all;
    this is not the official list. Limbs are painted from large to small, the smaller actor over the larger;
    `instances` numbers the larger 1, and `boxes` are the edges of all their limbs. Masks of another size than their
    frame, but of its form, are stretched. All keypoints are zero. Raises DataError for wrong files; frames without
    labels or with nobody are counted.
    """
    check_choice("split", split, *SPLITS)
    check_numbers(size, count)
    check_every(every)
    archive, marks = listed(root, TITLE)
    masks, own_marks = _masks(marks)
    frames, left_out = _frames(archive, marks, masks)
    numbers = sorted(frames)
    if split != "all" and len(numbers) < 3:
        raise DataError(f"{archive.path} has {len(numbers)} films with labels, and three are split: use split='all'")
    chosen = [frame for number in numbers[SPLITS[split]] for frame in sorted(frames[number])[::every]][:count]
    files = [(masks[frame], name) for frame, name in chosen]
    spec = {"name": "chalearn", "split": split, "version": VERSION, "size": int(size), "left_out": dict(left_out)}
    spec["files"] = fingerprint([[name, marks[name], own_marks[frame]] for frame, name in chosen])
    title = f"{TITLE} {split}"
    return PartSource(title, spec, dict(left_out), archive, files, int(size), ACTORS, CHALEARN14, _labels)


def _masks(marks: dict[str, str]) -> tuple[dict, dict]:
    """How the names of a frame's masks begin, by film and frame, and what tells whether one of them changed."""
    begins, own_marks = {}, defaultdict(list)
    for name, mark in marks.items():
        if match := MASK.fullmatch(name):
            begins[int(match[2]), int(match[3])] = match[1]
            own_marks[int(match[2]), int(match[3])].append([name, mark])
    return begins, own_marks


def _frames(archive: Archive, marks: dict, masks: dict) -> tuple[dict[int, list], Counter]:
    """Film and frame, and the picture's name, by film; those without masks are counted. Raises DataError for none."""
    frames, left_out = defaultdict(list), Counter()
    for name in marks:
        if match := PICTURE.fullmatch(name):
            frame = int(match[2]), int(match[3])
            if frame in masks:
                frames[frame[0]].append((frame, name))
            else:
                left_out[NO_LABELS] += 1
    if not frames:
        raise DataError(
            f"{archive.path} has {left_out[NO_LABELS]:,} frames and masks of {len(masks):,} others: it must hold "
            f"{NEEDED}"
        )
    return frames, left_out


def _labels(read: Callable[[str], bytes], begin: str, shape: tuple[int, int], where: str) -> Labels:
    """The limbs of a frame of this shape (H, W), of which all masks' names begin so."""
    people, missing = [], 0
    for actor in range(1, ACTORS + 1):
        limbs = []
        for limb in range(1, len(CHALEARN14) + 1):
            mask = _mask(read, f"{begin}{actor}_{limb}.png", shape, f"{where}, actor {actor}, limb {limb},")
            if mask is not None:
                limbs.append((limb, mask))
        if limbs:
            missing += len(CHALEARN14) - len(limbs)
            people.append((np.any([mask for _, mask in limbs], axis=0), limbs))
    if not any(outline.any() for outline, _ in people):
        raise PictureError(NOBODY)
    labels = paint(people, shape, ACTORS)
    return labels._replace(left_out=labels.left_out + Counter({NO_MASK: missing}))


def _mask(read: Callable[[str], bytes], name: str, shape: tuple[int, int], where: str) -> np.ndarray | None:
    """A limb's mask as (H, W) bool, None where there is none; raises PictureError for one that cannot be read.

    White is 1 in some masks and 255 in others; the challenge's own evaluation parts black from white at 127.
    """
    try:
        data = read(name)
    except PictureError as reason:
        if str(reason) == NOT_FOUND:
            return None
        raise PictureError(BROKEN_LABELS) from reason
    with counted_as(BROKEN_LABELS):
        numbers = decode_numbers(data)[1]
        numbers = numbers.reshape(*numbers.shape[:2], -1)[..., :3].max(axis=-1)
    mask = (numbers > (127 if numbers.max() > 1 else 0)).astype(np.uint8)
    (height, width), (rows, columns) = shape, mask.shape
    if mask.shape != shape and abs(rows * width - columns * height) < max(height, width):
        mask = Affine.resize((columns, rows), (width, height)).map(mask, (width, height))
    check_map_size(mask, shape, where)
    return mask > 0
