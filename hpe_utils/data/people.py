"""Annotated people, and the samples that are cut out of their pictures: what the loaders of real data share."""

import difflib
import hashlib
import json
import posixpath
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from urllib.parse import unquote

import numpy as np

from hpe_utils import moved
from hpe_utils.data.pictures import NOT_FOUND, Archive, PictureError, decode
from hpe_utils.data.schema import DataError
from hpe_utils.files import shown
from hpe_utils.geometry import Affine, square_around
from hpe_utils.skeleton import Skeleton, declaration

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
NOT_A_NUMBER = "people with a coordinate that is not a number"
NO_CROP = "people whose joints span no square to cut out"
NO_ROOM = "people whose square to cut out is smaller than a pixel"
OUTSIDE = "people outside their picture"
FAR = "people with a coordinate farther outside the picture than its size"
OTHER_SIZE = "people whose picture has another size than the annotations say"
TURNED = "people whose picture has the annotations' width and height swapped, as an EXIF turn does"
TOO_WIDE = "people whose square to cut out is far larger than the picture"
FARTHEST = 1e5  # pixels: no picture file is so large
WIDEST = 20  # times the picture's longer side: a square to cut out that is larger holds nobody to be seen


class Doubtful(Exception):
    """One person's record cannot be used; the text is the reason under which the person is counted."""


@dataclass(frozen=True, eq=False)
class AnnotatedPeople:
    """N annotated people, a row each, in the 0-based pixels of their pictures.

    `pictures` (N,) names in the archive; `numbers` (N,) which person of its picture, from 0; `keypoints` (N, K, 3)
    float32; `crops` (N, 4) the boxes to cut out, or None for whole pictures; `boxes`, `head_boxes` (N, 4) float32,
    `head_sizes` (N,) float32 in pixels, `areas` (N,) float32 in pixels² of the body's outline and `sizes` (N, 2)
    float32, the width and height of the picture that was annotated, NaN where unknown, or None where the source never
    knows them.
    """

    pictures: np.ndarray
    numbers: np.ndarray
    keypoints: np.ndarray
    crops: np.ndarray | None = None
    boxes: np.ndarray | None = None
    head_boxes: np.ndarray | None = None
    head_sizes: np.ndarray | None = None
    areas: np.ndarray | None = None
    sizes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, rows) -> "AnnotatedPeople":
        arrays = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{name: array[rows] for name, array in arrays.items() if array is not None})

    def keep(self, mask: np.ndarray, reason: str, left_out: Counter) -> "AnnotatedPeople":
        """Those where the (N,) mask holds; the others are counted in `left_out`."""
        if not mask.all():
            left_out[reason] += int((~mask).sum())
        return self[mask]

    def digest(self) -> str:
        """A fingerprint of every label."""
        arrays = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("areas", "sizes"):  # they joined later: caches made before them stay valid
            if arrays[name] is None:
                del arrays[name]
        return fingerprint({n: a if a is None else hashlib.sha256(a.tobytes()).hexdigest() for n, a in arrays.items()})


def are_finite(keypoints: np.ndarray) -> np.ndarray:
    """(N,) bool: whether every labelled joint of (N, K, 3) keypoints has finite coordinates."""
    return (np.isfinite(keypoints).all(-1) | (keypoints[..., 2] == 0)).all(-1)


def are_far(points: np.ndarray, size=(np.nan, np.nan)) -> np.ndarray:
    """(N,) bool: who has a point of (N, n, 2) farther outside the picture than its size (2,) width, height or (N, 2).

    Where the size is NaN, FARTHEST stands for it; points that are NaN are not far.
    """
    span = np.where(np.isnan(size), FARTHEST, size)[..., None, :]
    return ((points < -span) | (points > 2 * span)).any((-2, -1))


def labelled_points(people: AnnotatedPeople) -> np.ndarray:
    """(N, K, 2) places of the joints, 0, 0 where they are unlabelled."""
    return np.where(people.keypoints[..., 2:] > 0, people.keypoints[..., :2], 0)


def misspelt(entry: Iterable[str], known: tuple[str, ...]) -> str:
    """The first field of a record that nearly has the name of a known one which the record lacks, in words, else ""."""
    for name in entry:
        meant = name if name in known else _nearest(name, known)
        if meant != name and meant and meant not in entry:
            return f"the unknown field {name!r}, perhaps {meant!r}"
    return ""


@lru_cache(maxsize=4096)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    by_lower = {field.lower(): field for field in known}
    found = difflib.get_close_matches(name.lower()[:60], by_lower, 1, 0.8)
    return by_lower[found[0]] if found else None


def as_on_disk(written: np.ndarray, on_disk: Iterable[str]) -> np.ndarray:
    """Written names of pictures (N,) as the files are spelt; a name that fits no file, or several, stays as it is.

    `on_disk` are the files as `Archive.listing` names them. Taken for the same are slashes and backslashes, a leading
    ./, %20 and a space, accents of one letter and of two, and, where that means one file only, other cases; a leading
    folder that all written names share may be missing on the disk.
    """
    names, files = sorted(set(written.tolist())), list(on_disk)
    shared = posixpath.commonpath([posixpath.dirname(tidy(name)) for name in names]) if names else ""
    found = _spelt({name: name for name in names}, files)
    for depth in range(1, len(shared.split("/")) + 1 if shared else 1):
        found = found or _spelt({name: tidy(name).split("/", depth)[-1] for name in names}, files)
    return np.array([found.get(name, name) for name in written.tolist()], str)


def tidy(name: str) -> str:
    """A picture's name with forward slashes, without a leading ./ or /, in Unicode's form NFC."""
    return posixpath.normpath(unicodedata.normalize("NFC", name.replace("\\", "/"))).lstrip("/")


def _spelt(names: dict[str, str], files: list[str]) -> dict[str, str]:
    """The file that each name means, where it means one and, if only the case differs, no other name does."""
    exact, plain, folded = set(files), _grouped(files, tidy), _grouped(files, lambda file: tidy(file).casefold())
    found, loose = {}, {}
    for name, short in names.items():
        spellings = tidy(short), tidy(unquote(short))
        if file := short if short in exact else _only(plain, *spellings):
            found[name] = file
        elif file := _only(folded, *map(str.casefold, spellings)):
            loose[name] = file
    claims = Counter([*found.values(), *loose.values()])
    return found | {name: file for name, file in loose.items() if claims[file] == 1}


def _grouped(files: list[str], spelling: Callable[[str], str]) -> dict[str, list[str]]:
    groups = defaultdict(list)
    for file in files:
        groups[spelling(file)].append(file)
    return dict(groups)


def _only(groups: dict[str, list[str]], *spellings: str) -> str | None:
    """The file of the first spelling that there is, unless it has several."""
    files = next((groups[spelling] for spelling in spellings if spelling in groups), [])
    return files[0] if len(files) == 1 else None


def crops_around(keypoints: np.ndarray, smallest: float = 4) -> np.ndarray:
    """(N, 4) squares around the labelled joints × 1.25, NaN where these span fewer than `smallest` pixels."""
    crops = np.full((len(keypoints), 4), np.nan, np.float32)
    for row, joints in enumerate(keypoints):
        points = joints[joints[:, 2] > 0, :2]
        if len(points) and np.ptp(points, axis=0).max() >= smallest:
            crops[row] = square_around(points)
    return crops


@dataclass(frozen=True, eq=False)
class PeopleSource:
    """A data set's people and pictures as the cache's Source: one sample of size × size pixels a person."""

    title: str
    skeleton: Skeleton
    spec: dict
    left_out: dict
    people: AnnotatedPeople
    pictures: Archive
    size: int

    def __len__(self) -> int:
        return len(self.people)

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """The arrays of samples start … stop; people whose picture cannot be used are counted."""
        return cut_samples(self.people[start:stop], self.pictures, self.size)


def people_source(
    title: str, skeleton: Skeleton, people: AnnotatedPeople, pictures: Archive, left_out: Counter, size: int,
    count: int | None, options: dict,
) -> PeopleSource:  # fmt: skip
    """The source of the first `count` people, or all, whose picture is there; `options` join its spec.

    Raises DataError if nobody is left.
    """
    check_numbers(size, count)
    people = _within_reach(people, left_out)
    marks = pictures.listing()
    wanted = len(people)
    first = shown(str(people.pictures[0])) if wanted else ""
    people = people.keep(np.array([name in marks for name in people.pictures], bool), NOT_FOUND, left_out)
    if wanted and not len(people):
        raise DataError(
            f"{title}: none of the {wanted:,} people's pictures is in {pictures.path}: put them there, spelt as in the "
            f"annotations (the first is {first}; where two files differ in case alone, neither is guessed)"
        )
    if not wanted:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in left_out.items()) or "it lists no people"
        raise DataError(f"nothing usable in {title}, {pictures.path}: {reasons}. Try another split, or check the files")
    people = people[:count]
    files = [[name, marks[name]] for name in people.pictures.tolist()]
    spec = options | {"version": VERSION, "title": title, "skeleton": declaration(skeleton), "size": int(size)}
    spec |= {"left_out": dict(left_out), "people": people.digest(), "pictures": fingerprint(files)}
    return PeopleSource(title, skeleton, spec, dict(left_out), people, pictures, int(size))


def _within_reach(people: AnnotatedPeople, left_out: Counter) -> AnnotatedPeople:
    """Those whose coordinates and squares some picture could hold."""
    far = np.any([are_far(points) for points in points_of(people)], axis=0)
    people = people.keep(~far, FAR, left_out)
    if people.crops is None:
        return people
    people = people.keep(~are_far(people.crops.reshape(-1, 2, 2)), FAR, left_out)
    return people.keep((people.crops[:, 2:] - people.crops[:, :2] >= 1).all(-1), NO_ROOM, left_out)


def points_of(people: AnnotatedPeople) -> list[np.ndarray]:
    """The labelled joints, and the corners of boxes and head boxes where there are some, (N, …, 2) each."""
    boxes = [boxes.reshape(-1, 2, 2) for boxes in (people.boxes, people.head_boxes) if boxes is not None]
    return [labelled_points(people), *boxes]


def check_size(picture: np.ndarray, people: AnnotatedPeople) -> None:
    """Raise PictureError unless a picture (H, W, 3) has the width and height at which its people were annotated.

    Sizes that are not known are not compared. Labels of a picture that EXIF turns by 180 degrees fit in size either
    way: whether they were made before or after the turn cannot be told.
    """
    if people.sizes is None:
        return
    height, width = picture.shape[:2]
    for said in np.unique(people.sizes, axis=0):
        if not np.isnan(said).any() and tuple(said) != (width, height):
            raise PictureError(TURNED if tuple(said) == (height, width) else OTHER_SIZE)


def cut_samples(people: AnnotatedPeople, pictures: Archive, size: int) -> tuple[dict[str, np.ndarray], Counter]:
    """Read each person's picture and cut the sample out: the cache's arrays (P = 1) and what was left out."""
    rows, samples, left_out = [], [], Counter()
    with pictures.opened() as read:
        picture_of = lru_cache(maxsize=1)(lambda name: decode(read(name)))
        for row in range(len(people)):
            try:
                samples.append(_cut(picture_of(people.pictures[row]), people, row, size))
                rows.append(row)
            except PictureError as reason:
                left_out[str(reason)] += 1
    arrays = _move_labels(people[rows], np.array([matrix for _, matrix in samples]).reshape(-1, 2, 3), size)
    arrays["images"] = np.array([image for image, _ in samples], np.uint8).reshape(-1, size, size, 3)
    return arrays, left_out


def _cut(picture: np.ndarray, people: AnnotatedPeople, row: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    check_size(picture, people[row : row + 1])
    height, width = picture.shape[:2]
    if any(are_far(points, (width, height)).any() for points in points_of(people[row : row + 1])):
        raise PictureError(FAR)
    box = np.array([-0.5, -0.5, width - 0.5, height - 0.5]) if people.crops is None else people.crops[row]
    if (box[:2] >= (width - 0.5, height - 0.5)).any() or (box[2:] <= -0.5).any():
        raise PictureError(OUTSIDE)
    if (box[2:] - box[:2]).max() > WIDEST * max(width, height):
        raise PictureError(TOO_WIDE)
    affine = Affine.crop(box, (size, size))
    return affine.image(picture, (size, size)), affine.matrix


def _move_labels(people: AnnotatedPeople, matrices: np.ndarray, size: int) -> dict[str, np.ndarray]:
    affine = Affine(matrices)
    labelled = people.keypoints[..., 2:] > 0
    keypoints = affine.points(np.where(labelled, people.keypoints, 0))
    inside = labelled & ((keypoints[..., :2] >= -0.5) & (keypoints[..., :2] < size - 0.5)).all(-1, keepdims=True)
    unknown = np.full((len(people), 4), np.nan, np.float32)
    arrays = {
        "keypoints": np.where(inside, keypoints, 0).astype(np.float32)[:, None],
        "to_picture": affine.inverse().matrix.astype(np.float32),
        "ids": people.pictures,
        "attribute_person": people.numbers,
    }
    for name, boxes in (("boxes", people.boxes), ("head_boxes", people.head_boxes)):
        arrays[name] = affine.box(unknown if boxes is None else boxes).astype(np.float32)[:, None]
    shrink = np.sqrt(np.abs(np.linalg.det(matrices[..., :2])))  # x and y differ where whole pictures are squeezed
    for name, sizes, factor in (("head_size", people.head_sizes, shrink), ("area", people.areas, shrink**2)):
        if sizes is not None:
            arrays[f"attribute_{name}"] = (sizes * factor).astype(np.float32)[:, None]
    return arrays


def share(name: str) -> float:
    """A number in 0 … 1 that depends on the picture's name alone, for splits that never part a picture's people."""
    name = unicodedata.normalize("NFC", name)
    return int(hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8], 16) / 2**32


def fingerprint(value) -> str:
    """A short hash of a JSON-able value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def check_numbers(size: int, count: int | None) -> None:
    """Raise DataError unless samples can have this size, and there can be so many of them."""
    if not isinstance(size, (int, np.integer)) or size < 1:
        raise DataError(f"size={size!r}: the side of a sample must be a whole number of pixels, such as 160")
    if count is not None and (not isinstance(count, (int, np.integer)) or count < 1):
        raise DataError(f"count={count!r}: say how many samples, from 1 on, or leave it out for all")


def check_choice(option: str, value: str, *choices: str) -> None:
    """Raise DataError, naming the choices, unless the value is one of them."""
    if value not in choices:
        raise DataError(f"{option}={value!r}: choose one of {', '.join(choices)}")


__getattr__ = moved.names(__name__)
