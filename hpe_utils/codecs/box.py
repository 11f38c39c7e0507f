"""A head box as four numbers: its edges as fractions of the picture."""

from dataclasses import dataclass
from typing import ClassVar

from keras import ops

from hpe_utils.codecs import Codec
from hpe_utils.codecs.regression import RegressionCodec
from hpe_utils.skeleton import HEAD_BOX, Skeleton


@dataclass(frozen=True)
class BoxCodec(Codec):
    """Two opposite corners in pixels of a picture of `size` (width, height) to four fractions x0, y0, x1, y1 and back.

    A mirrored picture exchanges which corner is which, so the edges are sorted. Taught in notebook 01.
    """

    size: tuple[int, int]

    skeleton: ClassVar[Skeleton] = HEAD_BOX

    def encode(self, corners):
        """(B, 1, 2, 3) corners to targets (B, 4) and weights of the same shape, 0 where the box is unknown."""
        target, weight = RegressionCodec(self.size).encode(corners)
        points = ops.reshape(target, (-1, 2, 2))
        edges = ops.concatenate([ops.min(points, axis=1), ops.max(points, axis=1)], axis=-1)
        # One corner outside the picture leaves no box.
        return edges, ops.min(weight, axis=1, keepdims=True) * ops.ones_like(edges)

    def decode(self, outputs):
        """(B, 4) outputs to (B, 1, 2, 3) corners in pixels with v = 2."""
        return RegressionCodec(self.size).decode(outputs)

    def confidence(self, outputs):
        """(B, 4) outputs to (B, 1, 2), all 1: a number does not say how sure it is."""
        return RegressionCodec(self.size).confidence(outputs)

    def mirrored(self, outputs):
        """(B, 4) edges of mirrored pictures as edges of the pictures."""
        x0, y0, x1, y1 = (outputs[:, edge] for edge in range(4))
        return ops.stack([1 - x1, y0, 1 - x0, y1], axis=-1)
