"""Leeds Sports Pose (LSP) and its extension (LSPET): one person a picture, 14 joints.

LSPET: Johnson & Everingham, "Learning Effective Human Pose Estimation from Inaccurate Annotation", CVPR 2011; LSP: the
same authors, BMVC 2010. `joints.mat` of LSPET is (14, 3, N) and its third row says whether a joint was annotated: where
it is 0, the coordinates are junk. In LSP's (3, 14, N) it says whether the joint is hidden.
"""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from hpe_utils.data.people import (
    NO_CROP,
    NOT_A_NUMBER,
    AnnotatedPeople,
    PeopleSource,
    are_finite,
    check_choice,
    crops_around,
    people_source,
)
from hpe_utils.data.pictures import Archive
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts, download
from hpe_utils.files import apart, check_array, read_mat
from hpe_utils.skeleton import LSP14

# Pictures, counted from 1, first and last. LSPET has no official split: train and val are fixed so that half of the
# set is enough for the course's figures; more is for longer trainings, and tune for what is chosen on the way. LSP's
# test half is official.
SPLITS = {
    "lspet": {
        "train": (1, 4500),
        "val": (4501, 5000),
        "more": (5001, 8500),
        "tune": (8501, 9000),
        "test": (9001, 10_000),
    },
    "lsp": {"train": (1, 900), "val": (901, 1000), "test": (1001, 2000)},
}
ODD_FLAG = "people with a joint whose flag is not 0 or 1"
NEEDED = "it must hold joints.mat and images/im00001.jpg …, as the official zip does"


FACTS = Facts(
    title="Leeds Sports Pose Extended",
    has=frozenset({"joints"}),
    skeleton=LSP14,
    reported="val",
    levels={"lspet": {}},
    floors={"joints": 0.03, "maps": 0.03},
)


def source(
    split: str,
    root: str | Path | None = None,
    *,
    size: int = 160,
    count: int | None = None,
    variant: str = "lspet",
) -> PeopleSource:
    """The people of LSPET, or with `variant="lsp"` of LSP, each cut out by the square around its joints.

    `root` is the zip, or a folder with the zip or its contents; without it, where `download.fetch(variant)` puts it.
    Samples are size × size, the first `count` of the split or all; the square is 1.25 times as long as the labelled
    joints' longer extent. Keypoints are LSP14; boxes and head boxes are NaN, for the set has none. Splits by picture
    number: LSPET train 1–4,500, val 4,501–5,000, more 5,001–8,500, tune 8,501–9,000, test 9,001–10,000; LSP train
    1–900, val 901–1,000, test 1,001–2,000. Raises DataError.
    """
    check_choice("variant", variant, *SPLITS)
    check_choice("split", split, *SPLITS[variant])
    archive = Archive(_locate(root, variant))
    names = archive.listing()
    matrix = next((name for name in names if name.rsplit("/", 1)[-1] == "joints.mat"), None)
    if matrix is None:
        raise DataError(f"{archive.path} has no joints.mat: {NEEDED}; download it again or name another root")
    people = _people(archive, matrix, names, variant, split)
    left_out = Counter()
    people = people.keep(np.isfinite(people.keypoints[..., 2]).all(-1), ODD_FLAG, left_out)
    people = people.keep(are_finite(people.keypoints), NOT_A_NUMBER, left_out)
    people = replace(people, crops=crops_around(people.keypoints))
    people = people.keep(np.isfinite(people.crops).all(-1), NO_CROP, left_out)
    options = {"name": variant, "split": split}
    return people_source(f"{variant.upper()} {split}", LSP14, people, archive, left_out, size, count, options)


def _people(archive: Archive, matrix: str, names: dict, variant: str, split: str) -> AnnotatedPeople:
    """Everybody in a split, by picture number."""
    held, keypoints = _read_joints(archive, matrix)
    if held != variant:
        raise DataError(f"{archive.path} holds {held.upper()}, not {variant.upper()}: say variant={held!r}")
    first, last = SPLITS[variant][split]
    if len(keypoints) < first:
        raise DataError(
            f"{variant.upper()} {split} is pictures {first:,}–{last:,}, and {archive.path} has {len(keypoints):,}: use "
            f"another split, or the complete set (hpe_utils.data.sets.download.fetch({variant!r}))"
        )
    folder = matrix.removesuffix("joints.mat") + "images/"
    by_number = _picture_names(names, folder)
    keypoints = keypoints[first - 1 : last]
    return AnnotatedPeople(
        pictures=np.array([by_number.get(n, f"{folder}im{n:05d}.jpg") for n in range(first, first + len(keypoints))]),
        numbers=np.zeros(len(keypoints), np.int32),
        keypoints=keypoints,
    )


def _locate(root: str | Path | None, variant: str) -> Path:
    """The zip, or the folder of joints.mat, at or in `root`."""
    path = download.downloads() if root is None else Path(root).expanduser()
    if path.is_file() or (path / "joints.mat").is_file():
        return path
    for name in (f"{variant}_dataset.zip", f"{variant}_dataset"):
        if (path / name).exists():
            return path / name
    raise DataError(
        f"no {variant.upper()} in {path}: {NEEDED}. Give its zip or folder as root, or get it by "
        f"hpe_utils.data.sets.download.fetch({variant!r})"
    )


def _read_joints(archive: Archive, name: str) -> tuple[str, np.ndarray]:
    """The variant and its (N, 14, 3) keypoints, v being NaN where a flag is not 0 or 1.

    Coordinates are 0-based: no labelled joint of LSPET's first 5,000 exceeds W − 1 or H − 1, some lie within the first
    half pixel, and none of the pictures needs the shift by one that MATLAB's would.
    """
    place, remedy = f"{name} of {archive.path}", "download the set again"
    with archive.opened() as read:
        joints = apart(_load_joints, place, read(name), remedy)
    if joints.ndim == 3 and joints.shape[:2] == (14, 3):
        variant, rows, values = "lspet", np.transpose(joints, (2, 0, 1)), (0, 2)
    elif joints.ndim == 3 and joints.shape[:2] == (3, 14):
        variant, rows, values = "lsp", np.transpose(joints, (2, 1, 0)), (2, 1)
    else:
        raise DataError(
            f"joints in {place} is {joints.shape}, not (14, 3, N) as in LSPET or (3, 14, N) as in LSP: {remedy}"
        )
    check_array(joints[:0], "fiu", joints[:0].shape, f"joints in {place}", remedy)
    v = np.select([rows[..., 2:] == 0, rows[..., 2:] == 1], values, np.nan)
    return variant, np.dstack([rows[..., :2].astype(np.float32), v])


def _load_joints(place: str, data: bytes, remedy: str) -> np.ndarray:
    content = read_mat(data, remedy, place)
    if "joints" not in content:
        raise DataError(f"{place} has no joints: {remedy}")
    return np.asarray(content["joints"])


def _picture_names(names, folder: str) -> dict[int, str]:
    """File names by picture number: images/im00001.jpg of LSPET and images/im0001.jpg of LSP are both 1."""
    matches = ((re.fullmatch(re.escape(folder) + r"im0*(\d+)\.jpe?g", name, re.IGNORECASE), name) for name in names)
    return {int(match[1]): name for match, name in matches if match}
