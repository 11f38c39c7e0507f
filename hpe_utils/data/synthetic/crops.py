"""One person cut out of each rendered picture of several, neighbours and all: what top-down networks learn from."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from hpe_utils.geometry import Affine, grown_boxes

MAPS = ("instances", "parts", "garments")


@dataclass(frozen=True)
class PersonCrops:
    """A square of `size`² pixels around one person of each of a source's pictures, as the cache's Source.

    The crop is that of `inference.predict_people`: the person's box made square and grown by a quarter, black outside
    the picture. Picture i shows person i modulo the number of its people, so that all of a picture's places come up.
    Labels are that person's; the maps show who else stands there.
    """

    pictures: "SyntheticSource"  # noqa: F821 (its own module imports this one)
    size: int

    @property
    def skeleton(self):
        return self.pictures.skeleton

    @property
    def vocabulary(self):
        return self.pictures.vocabulary

    @property
    def title(self) -> str:
        return f"{self.pictures.title}, one person cut out"

    @property
    def spec(self) -> dict:
        return self.pictures.spec | {"crop": "person", "side": self.size}

    @property
    def left_out(self) -> dict:
        return self.pictures.left_out

    def __len__(self) -> int:
        return len(self.pictures)

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """As `SyntheticSource.read`, with one person a picture."""
        fields, left_out = self.pictures.read(start, stop)
        there = np.isfinite(fields["boxes"]).all(axis=-1)
        rows, most = np.arange(stop - start), there.shape[1]
        number = np.arange(start, stop) % np.maximum(there.sum(axis=1), 1)
        person = np.argsort(~there, axis=1, kind="stable")[rows, number]
        own = {
            name: values[rows, person][:, None] if values.shape[1:2] == (most,) and name not in MAPS else values
            for name, values in fields.items()
            if name != "images"
        }
        crops = Affine.crop(grown_boxes(fields["boxes"][rows, person], 1.0), (self.size, self.size))
        return self._moved(fields["images"], own, crops), left_out

    def _moved(self, images: np.ndarray, own: dict[str, np.ndarray], crops: Affine) -> dict[str, np.ndarray]:
        """The arrays of one person a picture in the crops' pixels."""
        size, each = (self.size, self.size), [Affine(matrix) for matrix in crops.matrix]
        points = Affine(crops.matrix[:, None]).points(own["keypoints"])
        inside = ((points[..., :2] >= -0.5) & (points[..., :2] < self.size - 0.5)).all(axis=-1, keepdims=True)
        moved = {
            "images": np.stack([crop.image(image, size) for crop, image in zip(each, images, strict=True)]),
            "keypoints": np.where(inside & (own["keypoints"][..., 2:] > 0), points, 0).astype(np.float32),
            "to_picture": crops.inverse().matrix.astype(np.float32),
        }
        for name in ("boxes", "head_boxes"):
            moved[name] = Affine(crops.matrix[:, None]).box(own[name]).astype(np.float32)
        for name in MAPS:
            moved[name] = np.stack([crop.map(labels, size) for crop, labels in zip(each, own[name], strict=True)])
        return own | moved
