"""The three forms of MPII's annotations, read into one: all count pixels from 1, here they are counted from 0."""

import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import scipy.io

from hpe_utils.data.people import AnnotatedPeople
from hpe_utils.data.schema import DataError
from hpe_utils.geometry import mpii_box
from hpe_utils.skeleton import MPII16

OFFICIAL = "mpii_human_pose_v1_u12_1.mat"
NEEDED = f"{OFFICIAL} (in mpii_human_pose_v1_u12_2.zip), or train.h5 and valid.h5"


class Annotations(NamedTuple):
    """All people of a file. `train` says who belongs to the official training set, None where the file is one split;
    `single` says who stands alone, by `single_rule`. Crops are NaN where position or scale is unknown."""

    people: AnnotatedPeople
    train: np.ndarray | None
    single: np.ndarray
    single_rule: str


def read_annotations(path: Path) -> Annotations:
    """The people of an .h5 or .mat file, or of the official zip; raises DataError when it is none of them."""
    try:
        return _read_h5(path) if path.suffix == ".h5" else _read_mat(path)
    except DataError:
        raise
    except Exception as error:  # loadmat and h5py raise almost anything on a broken file
        raise DataError(f"cannot read {path} as MPII annotations ({error!r}): get {NEEDED} again") from error


def _read_h5(path: Path) -> Annotations:
    with h5py.File(path) as file:
        parts, visible, center, scale, heads = (
            np.asarray(file[name], np.float64) for name in ("part", "visible", "center", "scale", "normalize")
        )
        pictures = np.array([_text(name) for name in file["imgname"][:]])
        numbers = np.asarray(file["person"], np.int32)
    missing = (parts == 0).all(-1)
    v = np.where(missing, 0, np.where(visible > 0, 2, 1))
    # These files have the crop's shift and enlargement in them already: geometry.mpii_box adds both.
    scale = scale / 1.25
    center = center - np.stack([np.zeros_like(scale), 15 * scale], axis=-1)
    people = AnnotatedPeople(
        pictures=pictures,
        numbers=numbers,
        keypoints=np.where(missing[..., None], 0, np.dstack([parts - 1, v])).astype(np.float32),
        crops=_crops(center, scale),
        head_sizes=np.where(heads > 0, heads, np.nan).astype(np.float32),
    )
    return Annotations(people, None, _alone(pictures), f"pictures of one person in {path.name}")


def _text(name) -> str:
    """A picture's name: bytes, or the row of character codes that older files hold."""
    return name.decode() if isinstance(name, bytes) else "".join(chr(int(code)) for code in name if code)


def _read_mat(path: Path) -> Annotations:
    content = _load_mat(path)
    if "RELEASE" in content:
        release = content["RELEASE"]
        pictures = _entries(release.annolist)
        names = [_text_of(picture) for picture in pictures]
        train = np.atleast_1d(release.img_train).astype(bool)
        cells = getattr(release, "single_person", None)
    else:
        pictures = _entries(content["annolist"])
        listed = path.with_name("valid_images.txt")
        names = listed.read_text(encoding="utf-8").split() if listed.is_file() else []
        if len(names) != len(pictures):
            raise DataError(f"{path} has no picture names: put {listed} with its {len(pictures):,} names there")
        train = cells = None
    people, index = _people(pictures, names)
    if "RELEASE_person_index" in content:  # one person an entry, whoever it was in its picture
        people = replace(people, numbers=np.atleast_1d(content["RELEASE_person_index"])[index].astype(np.int32) - 1)
    if cells is None:
        single, rule = _alone(people.pictures), f"pictures of one person in {path.name}"
    else:
        cells = [cells] if len(pictures) == 1 else cells  # loadmat squeezes a lone cell away
        singles = [set(np.ravel(cell).tolist()) for cell in cells]
        single = np.array([n + 1 in singles[i] for i, n in zip(index, people.numbers, strict=True)], bool)
        rule = "single people by RELEASE.single_person"
    return Annotations(people, None if train is None else train[index], single, rule)


def _load_mat(path: Path) -> dict:
    options = {"struct_as_record": False, "squeeze_me": True}
    if not zipfile.is_zipfile(path):
        return scipy.io.loadmat(path, **options)
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith("/" + OFFICIAL) or name == OFFICIAL]
        return scipy.io.loadmat(BytesIO(archive.read(names[0])), **options)


def _people(pictures: list, names: list[str]) -> tuple[AnnotatedPeople, np.ndarray]:
    """Everybody in annolist, labelled or not, and (N,) the position of each one's picture in it."""
    rects = [(i, n, rect) for i, picture in enumerate(pictures) for n, rect in enumerate(_rects(picture))]
    index = np.array([i for i, _, _ in rects], int)
    heads = _numbers([[_number(rect, name) for name in ("x1", "y1", "x2", "y2")] for *_, rect in rects], 4)
    place = _numbers([[*_point(getattr(rect, "objpos", None)), _number(rect, "scale")] for *_, rect in rects], 3)
    people = AnnotatedPeople(
        pictures=np.array([names[i] for i in index], str),
        numbers=np.array([n for _, n, _ in rects], np.int32),
        keypoints=np.array([_joints(rect) for *_, rect in rects], np.float32).reshape(-1, len(MPII16), 3),
        crops=_crops(place[:, :2], place[:, 2]),
        head_boxes=(heads - 1).astype(np.float32),
        head_sizes=(0.6 * np.hypot(heads[:, 2] - heads[:, 0], heads[:, 3] - heads[:, 1])).astype(np.float32),
    )
    return people, index


def _joints(rect) -> np.ndarray:
    """(16, 3) keypoints. An empty is_visible, as head top and neck have, means visible."""
    joints = np.zeros((len(MPII16), 3), np.float32)
    for point in _entries(getattr(getattr(rect, "annopoints", None), "point", None)):
        joint = int(point.id)
        if joint not in range(len(MPII16)):
            raise ValueError(f"joint id {joint}")
        x, y = _point(point)
        joints[joint] = x - 1, y - 1, 1 if _number(point, "is_visible") == 0 else 2
    return joints


def _crops(center: np.ndarray, scale: np.ndarray) -> np.ndarray:
    scale = np.where(scale > 0, scale, np.nan)
    return mpii_box((center - 1).T, scale).T


def _alone(names: np.ndarray) -> np.ndarray:
    counts = Counter(names.tolist())
    return np.array([counts[name] == 1 for name in names.tolist()], bool)


# scipy's loadmat gives a structure for one entry, an array for several, an empty array for none.
def _entries(value) -> list:
    return [] if value is None else list(np.atleast_1d(value).ravel())


def _rects(picture) -> list:
    return [rect for rect in _entries(getattr(picture, "annorect", None)) if hasattr(rect, "_fieldnames")]


def _text_of(picture) -> str:
    name = getattr(getattr(picture, "image", None), "name", "")
    return name if isinstance(name, str) else ""


def _point(struct) -> tuple[float, float]:
    return _number(struct, "x"), _number(struct, "y")


def _number(struct, field: str) -> float:
    try:
        return float(getattr(struct, field))
    except (AttributeError, TypeError, ValueError):
        return np.nan


def _numbers(rows: list, columns: int) -> np.ndarray:
    return np.array(rows, np.float64).reshape(-1, columns)
