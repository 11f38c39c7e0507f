"""Whole pictures with everybody in them, made of a data set's people: for networks that find several at once."""

from collections import Counter
from functools import cached_property

import numpy as np

from hpe_utils.data.people import AnnotatedPeople, PeopleSource
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
        samples, left_out = [], Counter()
        with self.source.pictures.opened() as read:
            for name, rows in zip(self.names[start:stop], self.rows[start:stop], strict=True):
                try:
                    samples.append(self._sample(decode(read(name)), self.source.people[rows]) | {"ids": name})
                except PictureError as reason:
                    left_out[str(reason)] += len(rows)
        return {
            name: np.array([sample[name] for sample in samples]) for name in samples[0]
        } if samples else {}, left_out

    def _sample(self, picture: np.ndarray, people: AnnotatedPeople) -> dict[str, np.ndarray]:
        size, count = (self.source.size, self.source.size), len(people)
        affine = Affine.crop(whole_square(picture.shape), size)
        labelled = people.keypoints[..., 2:] > 0
        keypoints = np.zeros((self.most, len(self.skeleton), 3), np.float32)
        keypoints[:count] = np.where(labelled, affine.points(people.keypoints), 0)
        boxes = np.full((self.most, 4), np.nan, np.float32)
        boxes[:count] = affine.box(people.boxes)
        areas = np.full(self.most, np.nan, np.float32)
        areas[:count] = people.areas * abs(np.linalg.det(affine.matrix[:, :2]))
        return {
            "images": affine.image(picture, size, 128),
            "keypoints": keypoints,
            "boxes": boxes,
            "head_boxes": np.full((self.most, 4), np.nan, np.float32),
            "to_picture": affine.inverse().matrix.astype(np.float32),
            "attribute_area": areas,
        }
