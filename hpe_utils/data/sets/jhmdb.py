"""J-HMDB: one person in each of 928 short films of 21 actions, with 15 joints and a puppet of ten parts.

Jhuang, Gall, Zuffi, Schmid & Black, "Towards Understanding Action Recognition", ICCV 2013. Of each film, in folders
ACTION/FILM: its frames in `Rename_Images` as 00001.png …; `pos_img` (2, 15, T) in `joint_positions`; the puppet's
outline, `part_mask` (H, W, T), in `puppet_mask`; its ten parts, `part_mask` too, in `puppet_flow_com`, from each frame
to the next, so that the last may have none. `splits/ACTION_test_split1.txt` says which films train (1) and test (2).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils.data.part_maps import (
    BROKEN_LABELS,
    Labels,
    PartSource,
    check_every,
    check_map_size,
    counted_as,
    listed,
)
from hpe_utils.data.people import check_choice, check_numbers, fingerprint, share
from hpe_utils.data.pictures import Archive, PictureError
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts
from hpe_utils.files import apart, read_mat
from hpe_utils.geometry import mask_box
from hpe_utils.parts import JHMDB10, UNLABELLED
from hpe_utils.skeleton import Skeleton

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
TITLE = "J-HMDB"
SPLITS = ("train", "val", "test", "all")
FRAME = re.compile(r"(?:.*/)?Rename_Images/([^/]+)/([^/]+)/(\d+)\.(?:png|jpe?g)", re.IGNORECASE)
MATRIX = re.compile(r"(?:.*/)?(joint_positions|puppet_mask|puppet_flow_com)/([^/]+)/([^/]+)/[^/]+\.mat")
LIST = re.compile(r"(?:.*/)?splits/([^/]+)_test_split([123])\.txt")
NO_FRAMES = "films without frames"
NO_MATRIX = "films without joints"
NO_JOINTS = "frames without joints"
NO_PUPPET = "frames without a puppet, in which no part is known"
NO_PARTS = "frames whose puppet has no parts"
REMEDY = "get the set again"

_LIMBS = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
JHMDB15 = Skeleton(
    "JHMDB15",
    joints=(
        "neck", "belly", "face", "right_shoulder", "left_shoulder", "right_hip", "left_hip", "right_elbow",
        "left_elbow", "right_knee", "left_knee", "right_wrist", "left_wrist", "right_ankle", "left_ankle",
    ),
    limbs=(
        ("face", "neck"), ("neck", "belly"), ("neck", "right_shoulder"), ("neck", "left_shoulder"),
        ("belly", "right_hip"), ("belly", "left_hip"),
        *((f"{side}_{a}", f"{side}_{b}") for side in ("right", "left") for a, b in _LIMBS),
    ),
)  # fmt: skip

FACTS = Facts(
    title=TITLE,
    has=frozenset({"joints", "parts", "instances"}),
    skeleton=JHMDB15,
    vocabulary=JHMDB10,
    levels={"jhmdb": {}},
)


class Film(NamedTuple):
    """What a film's matrices hold: joints (2, 15, T) in pixels from 0; outline and parts (H, W, T) uint8, or None."""

    joints: np.ndarray
    outline: np.ndarray | None
    parts: np.ndarray | None


def source(
    split: str, root: str | Path | None = None, *, size: int = 160, count: int | None = None, fold: int = 1,
    every: int = 1,
) -> PartSource:  # fmt: skip
    """Whole frames with a person's JHMDB15 joints and JHMDB10 map, or the first `count`, each in a size × size sample.

    `root` is the folder or zip above `Rename_Images`, `joint_positions` and, as far as they are there, `puppet_mask`,
    `puppet_flow_com` and `splits`. test is that of the official split `fold`, 1 to 3; of its films for training a
    tenth, clips of one film together, is val; "all" needs no lists. `every` takes every so-many-th frame. Joints
    outside the picture are unlabelled; whether one is hidden is not said. Where the puppet is missing, the map is
    unlabelled and the box NaN; pixels of the puppet that no part covers are unlabelled; both are counted. Others who
    are in the picture have no labels and are background. Raises DataError for wrong files; films without frames or
    joints are counted.
    """
    check_choice("split", split, *SPLITS)
    check_numbers(size, count)
    check_every(every)
    if fold not in (1, 2, 3):
        raise DataError(f"fold={fold!r}: the official splits are 1, 2 and 3")
    archive, marks = listed(root, TITLE)
    frames, matrices = _found(marks)
    films = sorted(frames.keys() | matrices.keys()) if split == "all" else _films(archive, marks, split, fold)
    sound, left_out = _sound(archive, films, frames, matrices)
    files = [(f"{film}/{number}", frames[film][number]) for film in sound for number in sorted(frames[film])[::every]]
    files = files[:count]
    own = {film: matrices[film] for film in sound}
    spec = {"name": "jhmdb", "split": split, "version": VERSION, "size": int(size), "fold": fold}
    names = [name for _, name in files] + [name for film in own.values() for name in film.values()]
    spec |= {"left_out": dict(left_out), "files": fingerprint([[name, marks[name]] for name in names])}
    title, read = f"{TITLE} {split}", partial(_labels, matrices=own)
    title += "" if split == "all" else f" of split {fold}"
    return PartSource(title, spec, dict(left_out), archive, files, int(size), 1, JHMDB10, read, skeleton=JHMDB15)


def _found(marks: Iterable[str]) -> tuple[dict[str, dict[int, str]], dict[str, dict[str, str]]]:
    """By ACTION/FILM the frames' names by number, and the matrices' by their kind."""
    frames, matrices = defaultdict(dict), defaultdict(dict)
    for name in marks:
        if match := FRAME.fullmatch(name):
            frames[f"{match[1]}/{match[2]}"][int(match[3])] = name
        elif match := MATRIX.fullmatch(name):
            matrices[f"{match[2]}/{match[3]}"][match[1]] = name
    return frames, matrices


def _films(archive: Archive, marks: Iterable[str], split: str, fold: int) -> list[str]:
    """The films of a split by the official lists; raises DataError where there are none, or one cannot be read."""
    films = []
    with archive.opened() as read:
        for name in sorted(marks):
            if (match := LIST.fullmatch(name)) and int(match[2]) == fold:
                rows = [line.split() for line in read(name).decode(errors="replace").splitlines() if line.strip()]
                if any(len(row) != 2 or row[1] not in ("0", "1", "2") for row in rows):
                    raise DataError(f"{name} in {archive.path} must have lines of FILM.avi and 0, 1 or 2: {REMEDY}")
                films += [(match[1], row[0].removesuffix(".avi"), row[1]) for row in rows]
    if not films:
        raise DataError(
            f"{archive.path} has no splits/ACTION_test_split{fold}.txt: put the set's splits there, or use split='all'"
        )
    return sorted(f"{action}/{film}" for action, film, use in films if _split(action, film, use) == split)


def _split(action: str, film: str, use: str) -> str:
    """Which split a line of the lists means; what a clip was cut from is what its name says before the action."""
    if use != "1":
        return {"2": "test"}.get(use, "")
    return "val" if share(film.split(f"_{action}_")[0]) < 0.1 else "train"


def _sound(archive: Archive, films: list[str], frames: dict, matrices: dict) -> tuple[list[str], Counter]:
    """The films with frames and joints; the others are counted. Raises DataError where none is left."""
    left_out = Counter()
    left_out[NO_FRAMES] = sum(film not in frames for film in films)
    left_out[NO_MATRIX] = sum(film in frames and "joint_positions" not in matrices.get(film, {}) for film in films)
    sound = [film for film in films if film in frames and "joint_positions" in matrices.get(film, {})]
    if not sound:
        raise DataError(
            f"{archive.path} has no film of this split with frames in Rename_Images and joints in joint_positions "
            f"({left_out[NO_FRAMES]:,} without frames, {left_out[NO_MATRIX]:,} without joints): put both there; "
            "ReCompress_Videos are not read"
        )
    return sound, +left_out


def _labels(
    read: Callable[[str], bytes], name: str, shape: tuple[int, int], where: str, matrices: dict[str, dict]
) -> Labels:
    """The person of the frame ACTION/FILM/NUMBER, whose shape is (H, W)."""
    title, _, number = name.rpartition("/")
    film, frame = _film(read, tuple(sorted(matrices[title].items())), where), int(number) - 1
    if not 0 <= frame < film.joints.shape[2]:
        raise PictureError(NO_JOINTS)
    puppet, parts = (_frame(masks, frame, shape, where) for masks in (film.outline, film.parts))
    outline = (puppet > 0) | (parts > 0)
    x, y = film.joints[..., frame]
    inside = (x >= -0.5) & (y >= -0.5) & (x < shape[1] - 0.5) & (y < shape[0] - 0.5)  # NaN is not
    keypoints = np.where(inside[:, None], np.stack([x, y, np.full(len(x), 2)], axis=-1), 0)[None]
    if not outline.any():
        unknown = np.full(shape, UNLABELLED, np.uint8)
        return Labels(unknown, np.empty((0, 4)), np.zeros(shape, np.uint8), keypoints, Counter({NO_PUPPET: 1}))
    left_out = Counter() if parts.any() else Counter({NO_PARTS: 1})
    parts = np.where(outline & (parts == 0), UNLABELLED, parts)
    return Labels(parts, mask_box(outline)[None], outline.astype(np.uint8), keypoints, left_out)


def _frame(masks: np.ndarray | None, frame: int, shape: tuple[int, int], where: str) -> np.ndarray:
    """The mask (H, W) of a frame, empty where the film has none."""
    if masks is None or frame >= masks.shape[2]:
        return np.zeros(shape, np.uint8)
    check_map_size(masks[..., frame], shape, where)
    return masks[..., frame]


@lru_cache(maxsize=4)
def _film(read: Callable[[str], bytes], names: tuple[tuple[str, str], ...], where: str) -> Film:
    """A film's matrices, read once for its frames; raises PictureError for what cannot be read, DataError for others.

    `read` is new with every opening of the archive, so that nothing old is taken.
    """
    with counted_as(BROKEN_LABELS):
        data = {kind: read(name) for kind, name in names}
    try:
        return apart(_read_film, where, data)
    except DataError as error:
        raise PictureError(BROKEN_LABELS) from error
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(f"the matrices of {where} are not J-HMDB's ({error}): {REMEDY}") from error


def _read_film(where: str, data: dict[str, bytes]) -> Film:
    """The matrices of a film; in a process of its own, for a damaged file can kill its reader.

    Coordinates count from 1: in a published film, annotated in steps of four pixels, all of the first frame's but the
    belly's are 4k + 2.5, the middles of such steps only if so counted.
    """
    joints = _matrix(data["joint_positions"], "pos_img", "fiu", where).astype(np.float64) - 1
    if joints.shape[:2] != (2, len(JHMDB15)):
        raise ValueError(f"pos_img is {joints.shape}, not (2, 15, T)")
    masks = []
    for kind, most in (("puppet_mask", 1), ("puppet_flow_com", len(JHMDB10))):
        mask = _matrix(data[kind], "part_mask", "biuf", where) if kind in data else None
        if mask is not None and not np.isin(mask, np.arange(most + 1)).all():
            raise ValueError(f"part_mask of {kind} has other numbers than 0 to {most}")
        masks.append(mask if mask is None else mask.astype(np.uint8))
    return Film(joints, *masks)


def _matrix(data: bytes, name: str, kinds: str, where: str) -> np.ndarray:
    """A matrix over a film's frames, which MATLAB leaves out where there is one frame."""
    array = read_mat(data, REMEDY, where)[name]
    if array.dtype.kind not in kinds or array.ndim not in (2, 3):
        raise ValueError(f"{name} is no matrix of numbers over frames")
    return array if array.ndim == 3 else array[..., None]
