"""The three forms of MPII's annotations, read into one: all count pixels from 1, here they are counted from 0."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils.data.people import FAR, FARTHEST, AnnotatedPeople, Doubtful, misspelt
from hpe_utils.files import DataError, apart, check_array, open_zip, read_h5, read_mat, read_member, read_text, shown
from hpe_utils.geometry import mpii_box
from hpe_utils.skeleton import MPII16

OFFICIAL = "mpii_human_pose_v1_u12_1.mat"
NEEDED = f"{OFFICIAL} (in mpii_human_pose_v1_u12_2.zip), or train.h5 and valid.h5"

REMEDY = f"get {NEEDED} again"
HEAD = ("x1", "y1", "x2", "y2")
FIELDS = (*HEAD, "scale", "objpos", "annopoints")
POINT_FIELDS = ("x", "y", "id", "is_visible")
ODD_VISIBILITY = "people with a joint whose visibility is not 0 or 1"
H5 = {"part": (None, 16, 2), "visible": (None, 16), "center": (None, 2), "scale": (None,), "normalize": (None,)}


class Annotations(NamedTuple):
    """All people of a file. `train` says who belongs to the official training set, None where the file is one split;
    `single` says who stands alone, by `single_rule`; `doubts` why somebody's record cannot be used, "" where it can.
    Crops are NaN where position or scale is unknown."""

    people: AnnotatedPeople
    train: np.ndarray | None
    single: np.ndarray
    single_rule: str
    doubts: np.ndarray


def read_annotations(path: Path) -> Annotations:
    """The people of an .h5 or .mat file, or of the official zip; raises DataError when it is none of them.

    Read in a process of its own, for a damaged file can kill its reader.
    """
    return apart(_read, path)


def _read(path: Path) -> Annotations:
    try:
        return _read_h5(path) if path.suffix == ".h5" else _read_mat(path)
    except DataError:
        raise
    except Exception as error:  # structures of another kind raise almost anything
        raise DataError(f"cannot read {path} as MPII annotations ({shown(error)}): {REMEDY}") from error


def _read_h5(path: Path) -> Annotations:
    arrays = read_h5(path, (*H5, "imgname", "person"), REMEDY)
    for name, shape in H5.items():
        arrays[name] = np.where(np.isinf(arrays[name]), np.nan, arrays[name])
        check_array(arrays[name], "fiub", (len(arrays["part"]), *shape[1:]), f"{name} in {path}", REMEDY)
    parts, visible, center, scale, heads = (np.asarray(arrays[name], np.float64) for name in H5)
    pictures = np.array([_text(name) for name in arrays["imgname"]])
    numbers = np.asarray(arrays["person"], np.int32)
    if not len(pictures) == len(numbers) == len(parts):
        raise DataError(f"the arrays in {path} differ in length: {REMEDY}")
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
    doubts = np.where(np.isin(visible, (0, 1)).all(-1), "", ODD_VISIBILITY)
    return Annotations(people, None, _alone(pictures), f"pictures of one person in {path.name}", doubts)


def _text(name) -> str:
    """A picture's name: bytes, or the row of character codes that older files hold."""
    return name.decode() if isinstance(name, bytes) else "".join(chr(int(code)) for code in name if code)


def _read_mat(path: Path) -> Annotations:
    content = _load_mat(path)
    train = cells = None
    if "RELEASE" in content:
        release = content["RELEASE"]
        pictures = _entries(release.annolist)
        names = [_text_of(picture) for picture in pictures]
        train = _flags(release.img_train, len(pictures), f"img_train in {path}")
        cells = getattr(release, "single_person", None)
    else:
        pictures = _entries(content["annolist"])
        listed = path.with_name("valid_images.txt")
        names = read_text(listed, "put it there").split() if listed.is_file() else []
        if len(names) != len(pictures):
            raise DataError(f"{path} has no picture names: put {listed} with its {len(pictures):,} names there")
    people, index, doubts = _people(pictures, names)
    if "RELEASE_person_index" in content:  # one person an entry, whoever it was in its picture
        numbers = np.atleast_1d(content["RELEASE_person_index"])
        check_array(numbers, "iuf", (len(pictures),), f"RELEASE_person_index in {path}", REMEDY)
        people = replace(people, numbers=numbers[index].astype(np.int32) - 1)
    if cells is None:
        single, rule = _alone(people.pictures), f"pictures of one person in {path.name}"
    else:
        single, rule = _single(cells, len(pictures), index, people.numbers), "single people by RELEASE.single_person"
    return Annotations(people, None if train is None else train[index], single, rule, doubts)


def _load_mat(path: Path) -> dict:
    options = {"struct_as_record": False, "squeeze_me": True}
    if path.suffix.lower() != ".zip":
        return read_mat(path, REMEDY, **options)
    with open_zip(path, REMEDY) as archive:
        names = [name for name in archive.namelist() if name.endswith("/" + OFFICIAL) or name == OFFICIAL]
        if not names:
            raise DataError(f"{path} has no {OFFICIAL}: {REMEDY}")
        return read_mat(read_member(archive, names[0]), REMEDY, f"{names[0]} in {path}", **options)


def _flags(values, count: int, place: str) -> np.ndarray:
    """(count,) bool of MATLAB's numbers 0 and 1; raises DataError."""
    flags = np.atleast_1d(values)
    check_array(flags, "biuf", (count,), place, REMEDY)
    if not np.isin(flags, (0, 1)).all():
        raise DataError(f"{place} holds other numbers than 0 and 1: {REMEDY}")
    return flags.astype(bool)


def _single(cells, count: int, index: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """(N,) bool: who is in the list of single people of their picture."""
    cells = [cells] if count == 1 else list(cells)  # loadmat squeezes a lone cell away
    if len(cells) != count:
        raise ValueError(f"single_person has {len(cells)} entries for {count} pictures")
    singles = [set(np.ravel(cell).tolist()) for cell in cells]
    return np.array([n + 1 in singles[i] for i, n in zip(index, numbers, strict=True)], bool)


def _people(pictures: list, names: list[str]) -> tuple[AnnotatedPeople, np.ndarray, np.ndarray]:
    """Everybody in annolist, labelled or not, (N,) the position of each one's picture in it, and (N,) doubts."""
    rects = [(i, n, rect) for i, picture in enumerate(pictures) for n, rect in enumerate(_rects(picture))]
    index = np.array([i for i, _, _ in rects], int)
    read = [_read_person(rect) for *_, rect in rects]
    heads = np.array([head for _, head, _, _ in read], np.float64).reshape(-1, 4)
    place = np.array([place for _, _, place, _ in read], np.float64).reshape(-1, 3)
    people = AnnotatedPeople(
        pictures=np.array([names[i] for i in index], str),
        numbers=np.array([n for _, n, _ in rects], np.int32),
        keypoints=np.array([joints for joints, _, _, _ in read], np.float32).reshape(-1, len(MPII16), 3),
        crops=_crops(place[:, :2], place[:, 2]),
        head_boxes=(heads - 1).astype(np.float32),
        head_sizes=(0.6 * np.hypot(heads[:, 2] - heads[:, 0], heads[:, 3] - heads[:, 1])).astype(np.float32),
    )
    return people, index, np.array([doubt for *_, doubt in read], str)


def _read_person(rect) -> tuple[np.ndarray, list, list, str]:
    """A person's joints, head box, place (x, y, scale) and "", or nobody's and the reason."""
    try:
        if wrong := misspelt(rect._fieldnames, FIELDS):
            raise Doubtful(f"people with {wrong}")
        head = [_number(rect, name) for name in HEAD]
        if head[2] <= head[0] or head[3] <= head[1]:
            raise Doubtful("people whose head box is empty")
        return _joints(rect), head, [*_point(getattr(rect, "objpos", None)), _number(rect, "scale")], ""
    except Doubtful as reason:
        return np.zeros((len(MPII16), 3), np.float32), [np.nan] * 4, [np.nan] * 3, str(reason)


def _joints(rect) -> np.ndarray:
    """(16, 3) keypoints; raises Doubtful."""
    joints = np.zeros((len(MPII16), 3), np.float32)
    for point in _entries(getattr(getattr(rect, "annopoints", None), "point", None)):
        if wrong := misspelt(getattr(point, "_fieldnames", ()), POINT_FIELDS):
            raise Doubtful(f"people with a joint that has {wrong}")
        joint = _number(point, "id")
        if joint not in range(len(MPII16)):
            raise Doubtful(f"people with a joint whose id is not 0 … {len(MPII16) - 1}")
        if joints[int(joint), 2]:
            raise Doubtful("people with a joint that is there twice")
        x, y = _point(point)
        joints[int(joint)] = x - 1, y - 1, _visibility(point)
    return joints


def _visibility(point) -> int:
    """2 for visible, 1 for hidden. MPII writes numbers or text, and for head top and neck nothing: they are visible."""
    value = getattr(point, "is_visible", None)
    if value is None or np.size(value) == 0:
        return 2
    if str(value) not in ("0", "1", "0.0", "1.0"):
        raise Doubtful(ODD_VISIBILITY)
    return 1 if float(value) == 0 else 2


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
    """A number, NaN where there is none; raises Doubtful for anything else."""
    value = getattr(struct, field, None)
    if value is None or np.size(value) == 0:
        return np.nan
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool) or np.isinf(value):
        raise Doubtful(f"people whose {field} is not a number")
    if abs(value) > FARTHEST:
        raise Doubtful(FAR)
    return float(value)
