"""Whole pictures with everybody in them, made of a data set's people: for networks that find several at once."""

from collections import Counter
from functools import cached_property

import numpy as np

from hpe_utils.data.people import FAR, AnnotatedPeople, PeopleSource, are_far, check_size, labelled_points
from hpe_utils.data.pictures import PictureError, decode
from hpe_utils.geometry import Affine, whole_square

OVERFLOW = "people of crowded pictures"


class SceneSource:
    """Pictures of `people.size`² pixels with up to `most` people each, as the cache's Source.

    A picture lies in the middle of its sample, grey beside it. Somebody without labelled joints keeps the box, which
    says where not to learn (`Batches`); of more than `most` people those with most joints stay, and the others
    are counted.
    """

    def __init__(self, people: PeopleSource, most: int, count: int | None = None):
        self.source, self.most = people, most
        self.title, self.skeleton = people.title + ", whole pictures", people.skeleton
        self.names, scene = np.unique(people.people.pictures, return_inverse=True)
        labelled = (people.people.keypoints[..., 2] > 0).sum(axis=-1)
        order = np.lexsort((-labelled, scene))
        starts = np.searchsorted(scene[order], np.arange(len(self.names) + 1))
        self.rows = [order[a:b][:most] for a, b in zip(starts, starts[1:], strict=False)]
        self.rows, self.names = self.rows[:count], self.names[:count]
        self.spec = people.spec | {"most": most, "title": self.title, "count": count}

    @cached_property
    def left_out(self) -> dict:
        """The people's reasons, and how many were too many for their picture."""
        shown = np.isin(self.source.people.pictures, self.names).sum()
        spare = int(shown) - sum(map(len, self.rows))
        return self.source.left_out | ({OVERFLOW: spare} if spare else {})

    def __len__(self) -> int:
        return len(self.rows)

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """The arrays of samples start … stop; people whose picture cannot be used are counted."""
        arrays, ids, left_out = self._arrays(len(self.rows[start:stop])), [], Counter()
        people = self.source.people
        with self.source.pictures.opened() as read:
            for name, rows in zip(self.names[start:stop], self.rows[start:stop], strict=True):
                try:
                    picture = decode(read(name))
                    check_size(picture, people[rows])
                except PictureError as reason:
                    left_out[str(reason)] += len(rows)
                    continue
                far = are_far(labelled_points(people[rows]), picture.shape[1::-1])
                left_out[FAR] += int(far.sum())
                for field, values in self._sample(picture, people[rows[~far]]).items():
                    arrays[field][len(ids), : len(values)] = values
                ids.append(name)
        return {name: array[: len(ids)] for name, array in arrays.items()} | {"ids": np.array(ids, str)}, +left_out

    def _arrays(self, count: int) -> dict[str, np.ndarray]:
        """The arrays of so many samples with nobody in them."""
        size, boxes = self.source.size, (count, self.most, 4)
        return {
            "images": np.zeros((count, size, size, 3), np.uint8),
            "keypoints": np.zeros((count, self.most, len(self.skeleton), 3), np.float32),
            "boxes": np.full(boxes, np.nan, np.float32),
            "head_boxes": np.full(boxes, np.nan, np.float32),
            "to_picture": np.zeros((count, 2, 3), np.float32),
            "attribute_area": np.full(boxes[:2], np.nan, np.float32),
        }

    def _sample(self, picture: np.ndarray, people: AnnotatedPeople) -> dict[str, np.ndarray]:
        """A picture's arrays, a row for each of its people."""
        size = (self.source.size, self.source.size)
        affine = Affine.crop(whole_square(picture.shape), size)
        points, (height, width) = labelled_points(people), picture.shape[:2]
        inside = ((points >= -0.5) & (points < (width - 0.5, height - 0.5))).all(-1, keepdims=True)
        labelled = (people.keypoints[..., 2:] > 0) & inside
        return {
            "images": affine.image(picture, size, 128),
            "keypoints": np.where(labelled, affine.points(people.keypoints), 0),
            "boxes": affine.box(people.boxes),
            "to_picture": affine.inverse().matrix,
            "attribute_area": people.areas * abs(np.linalg.det(affine.matrix[:, :2])),
        }
