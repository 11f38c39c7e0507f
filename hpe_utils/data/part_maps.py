"""Whole pictures with maps of body parts: what the loaders of part data sets share.

Each picture lies in the middle of a square sample, grey and unlabelled beside it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils.data.pictures import Archive, PictureError, decode, opened
from hpe_utils.data.scenes import OVERFLOW
from hpe_utils.data.schema import DataError
from hpe_utils.geometry import Affine, mask_box, whole_square
from hpe_utils.parts import UNLABELLED, Vocabulary
from hpe_utils.skeleton import COCO17, Skeleton

BROKEN_PICTURE = "pictures that cannot be read"
BROKEN_LABELS = "pictures whose labels cannot be read"
TURNED = "pictures that EXIF turns, so that their labels may be of either way"
NOBODY = "pictures with nobody"
ORIENTATION = 0x0112  # EXIF's number for it; 1 is upright

Masks = list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]]  # each person's outline, and parts as label and mask


class Labels(NamedTuple):
    """What is known of a picture of H × W pixels, in its own pixels.

    `parts` (H, W) uint8 has the parts' labels; `boxes` (n, 4) the edges of everybody's outline, the largest first;
    `people` (H, W) uint8 numbers the first of them from 1, None where nobody is told apart; `keypoints` (n, K, 3) are
    their joints, None where the set has none; `left_out` counts what of the picture could not be used.
    """

    parts: np.ndarray
    boxes: np.ndarray
    people: np.ndarray | None = None
    keypoints: np.ndarray | None = None
    left_out: Counter = Counter()


@dataclass(frozen=True, eq=False)
class PartSource:
    """Pictures with part maps as the cache's Source: one sample of `size`² pixels a picture, `rows` people in it.

    `files` are pairs: what `labels` is to read, and the picture's name in the archive. `labels(read, name, shape,
    where)` gives the Labels of a picture of this shape, or raises PictureError with the reason under which the picture
    is counted; `where` names the labels in an error. `told_apart` says whether the labels have maps of people.
    """

    title: str
    spec: dict
    left_out: dict
    archive: Archive
    files: list[tuple[str, str]]
    size: int
    rows: int
    vocabulary: Vocabulary
    labels: Callable[[Callable[[str], bytes], str, tuple[int, int], str], Labels]
    told_apart: bool = True
    skeleton: Skeleton = COCO17

    def __len__(self) -> int:
        return len(self.files)

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """The arrays of samples start … stop; pictures that cannot be used are counted."""
        files = self.files[start:stop]
        arrays, ids, left_out = self._arrays(len(files)), [], Counter()
        with self.archive.opened() as read:
            for name, picture_name in files:
                try:
                    picture = _upright(read, picture_name)
                    labels = self.labels(read, name, picture.shape[:2], f"{name} in {self.archive.path}")
                except PictureError as reason:
                    left_out[str(reason)] += 1
                    continue
                for field, values in self._sample(picture, labels).items():
                    arrays[field][len(ids)] = values
                left_out.update(labels.left_out)
                ids.append(picture_name)
        return {name: array[: len(ids)] for name, array in arrays.items()} | {"ids": np.array(ids, str)}, left_out

    def _arrays(self, count: int) -> dict[str, np.ndarray]:
        """The arrays of so many samples."""
        size, boxes = (count, self.size, self.size), (count, self.rows, 4)
        arrays = {
            "images": np.zeros((*size, 3), np.uint8),
            "parts": np.zeros(size, np.uint8),
            "keypoints": np.zeros((count, self.rows, len(self.skeleton), 3), np.float32),
            "boxes": np.zeros(boxes, np.float32),
            "head_boxes": np.full(boxes, np.nan, np.float32),
            "to_picture": np.zeros((count, 2, 3), np.float32),
        }
        return arrays | ({"instances": np.zeros(size, np.uint8)} if self.told_apart else {})

    def _sample(self, picture: np.ndarray, labels: Labels) -> dict[str, np.ndarray]:
        """The fields of one sample."""
        size, boxes = (self.size, self.size), np.full((self.rows, 4), np.nan)
        boxes[: len(labels.boxes)] = labels.boxes[: self.rows]
        affine = Affine.crop(whole_square(picture.shape), size)
        sample = {
            "images": affine.image(picture, size, 128),
            "parts": affine.map(labels.parts, size, UNLABELLED),
            "boxes": affine.box(boxes),
            "to_picture": affine.inverse().matrix,
        }
        if labels.people is not None:
            sample["instances"] = affine.map(labels.people, size)
        if labels.keypoints is not None:
            joints = labels.keypoints
            sample["keypoints"] = np.where(joints[..., 2:] > 0, affine.points(joints), 0)
        return sample


def listed(root: str | Path | None, title: str) -> tuple[Archive, dict[str, str]]:
    """The files of a set's folder or zip, and what tells whether each changed; macOS's shadows are no files of a set.

    Raises DataError where there is no such folder or zip.
    """
    if root is None:
        raise DataError(f"name the folder or zip of {title}: root=...")
    archive = Archive(Path(root).expanduser())
    return archive, {name: mark for name, mark in archive.listing().items() if "/." not in f"/{name}"}


def _upright(read: Callable[[str], bytes], name: str) -> np.ndarray:
    """A picture (H, W, 3) uint8; raises PictureError for one that cannot be read, or that EXIF turns."""
    with counted_as(BROKEN_PICTURE):
        data = read(name)
        picture = decode(data)
        with opened(data) as file:
            turned = file.getexif().get(ORIENTATION, 1) != 1
    if turned:
        raise PictureError(TURNED)
    return picture


def paint(people: Masks, shape: tuple[int, int], most: int) -> Labels:
    """People's masks, (H, W) bool of this shape, as maps: from large to small, so that an eye lies on its head.

    A smaller person lies on a larger one; parts are cut off at their person's outline, whose other pixels are
    unlabelled. The `most` largest people are numbered, the others counted; an empty outline is nobody.
    """
    people = sorted((person for person in people if person[0].any()), key=lambda person: -person[0].sum())
    parts, owners = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for number, (outline, named) in enumerate(people, start=1):
        owners[outline] = number if number <= most else 0
        parts[outline] = UNLABELLED
        for label, mask in sorted(named, key=lambda part: -part[1].sum()):
            parts[mask & outline] = label
    boxes = np.array([mask_box(outline) for outline, _ in people]).reshape(-1, 4)
    return Labels(parts, boxes, owners, left_out=+Counter({OVERFLOW: len(people) - most}))


@contextmanager
def counted_as(reason: str) -> Iterator[None]:
    """Whatever a decoder raises on a broken file becomes a PictureError of this reason."""
    try:
        yield
    except Exception as error:
        raise PictureError(reason) from error


def check_map_size(mask: np.ndarray, shape: tuple[int, int], where: str) -> None:
    """Raise DataError, naming both sizes, unless a mask has its picture's shape (H, W)."""
    if mask.shape != shape:
        raise DataError(
            f"{where} has a mask of {' × '.join(map(str, mask.shape))} pixels (rows × columns) and its picture has "
            f"{shape[0]} × {shape[1]}: masks and pictures are of different copies; get both from one"
        )


def check_every(every: int) -> None:
    """Raise DataError unless every so-many-th frame of a film can be taken."""
    if not isinstance(every, (int, np.integer)) or every < 1:
        raise DataError(f"every={every!r}: 1 takes all frames, 6 every sixth")


def check_people(people: int) -> None:
    """Raise DataError unless so many people can be told apart in a map."""
    if people not in range(1, UNLABELLED):
        raise DataError(f"people={people!r}: choose how many are told apart, a whole number from 1 to {UNLABELLED - 1}")
