"""Annotated people, and the samples that are cut out of their pictures: what the loaders of real data share."""

import hashlib
import json
import unicodedata
from collections import Counter
from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np

from hpe_utils import moved
from hpe_utils.data.pictures import NOT_FOUND, Archive, PictureError, decode
from hpe_utils.data.schema import DataError
from hpe_utils.geometry import Affine, square_around
from hpe_utils.skeleton import Skeleton

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
NOT_A_NUMBER = "people with a coordinate that is not a number"
NO_CROP = "people whose joints span no square to cut out"
OUTSIDE = "people outside their picture"


@dataclass(frozen=True, eq=False)
class AnnotatedPeople:
    """N annotated people, a row each, in the 0-based pixels of their pictures.

    `pictures` (N,) names in the archive; `numbers` (N,) which person of its picture, from 0; `keypoints` (N, K, 3)
    float32; `crops` (N, 4) the boxes to cut out, or None for whole pictures; `boxes`, `head_boxes` (N, 4) float32,
    `head_sizes` (N,) float32 in pixels and `areas` (N,) float32 in pixels² of the body's outline, NaN where unknown,
    or None where the source never knows them.
    """

    pictures: np.ndarray
    numbers: np.ndarray
    keypoints: np.ndarray
    crops: np.ndarray | None = None
    boxes: np.ndarray | None = None
    head_boxes: np.ndarray | None = None
    head_sizes: np.ndarray | None = None
    areas: np.ndarray | None = None

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
        if self.areas is None:  # they joined later: caches made before them stay valid
            del arrays["areas"]
        return fingerprint({n: a if a is None else hashlib.sha256(a.tobytes()).hexdigest() for n, a in arrays.items()})


def are_finite(keypoints: np.ndarray) -> np.ndarray:
    """(N,) bool: whether every labelled joint of (N, K, 3) keypoints has finite coordinates."""
    return (np.isfinite(keypoints).all(-1) | (keypoints[..., 2] == 0)).all(-1)


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
    """A data set's people and pictures as the cache's Source: one sample of `size`² pixels a person."""

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
    marks = pictures.listing()
    wanted = len(people)
    people = people.keep(np.array([name in marks for name in people.pictures], bool), NOT_FOUND, left_out)
    if wanted and not len(people):
        raise DataError(f"{title}: none of the {wanted:,} people's pictures is in {pictures.path}: put them there")
    if not wanted:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in left_out.items()) or "it lists no people"
        raise DataError(f"nothing usable in {title}, {pictures.path}: {reasons}. Try another split, or check the files")
    people = people[:count]
    files = [[name, marks[name]] for name in people.pictures.tolist()]
    spec = options | {"version": VERSION, "title": title, "skeleton": skeleton.name, "size": int(size)}
    spec |= {"left_out": dict(left_out), "people": people.digest(), "pictures": fingerprint(files)}
    return PeopleSource(title, skeleton, spec, dict(left_out), people, pictures, int(size))


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
    height, width = picture.shape[:2]
    box = np.array([-0.5, -0.5, width - 0.5, height - 0.5]) if people.crops is None else people.crops[row]
    if (box[:2] >= (width - 0.5, height - 0.5)).any() or (box[2:] <= -0.5).any():
        raise PictureError(OUTSIDE)
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
