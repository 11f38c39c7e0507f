"""A pose as plain numbers: every joint's x and y as fractions of the picture."""

from dataclasses import dataclass

import numpy as np
from keras import ops

from hpe_utils.codecs import Codec, skeleton_of
from hpe_utils.skeleton import Skeleton


@dataclass(frozen=True)
class RegressionCodec(Codec):
    """Pixels of a picture of `size` (width, height) to fractions of it and back: u = (x + .5) / width.

    Fractions run from 0 at the left or upper edge to 1 at the other. Toshev & Szegedy 2014 normalise by a box around
    the person; here the box is the picture. `skeleton` is needed for mirrored pictures alone. Taught in notebook 02.
    """

    size: tuple[int, int]
    skeleton: Skeleton | None = None

    def encode(self, keypoints):
        """(B, P, K, 3) keypoints to targets (B, P·K·2) and weights of the same shape, 1 where the joint is labelled."""
        keypoints = ops.cast(keypoints, "float32")
        target = (keypoints[..., :2] + 0.5) / ops.convert_to_tensor(self.size, "float32")
        weight = ops.cast(keypoints[..., 2:] > 0, "float32") * ops.ones_like(target)
        # An unlabelled joint may carry junk, even NaN; weight 0 alone would not silence it.
        target = ops.where(weight > 0, target, 0.0)
        flat = (keypoints.shape[0] or -1, target.shape[1] * target.shape[2] * 2)
        return ops.reshape(target, flat), ops.reshape(weight, flat)

    def decode(self, outputs, people: int = 1):
        """(B, P·K·2) outputs to (B, P, K, 3) keypoints in pixels with v = 2."""
        fractions = ops.reshape(ops.cast(outputs, "float32"), (-1, people, outputs.shape[-1] // (2 * people), 2))
        points = fractions * ops.convert_to_tensor(self.size, "float32") - 0.5
        return ops.concatenate([points, 2 * ops.ones_like(points[..., :1])], axis=-1)

    def confidence(self, outputs):
        """(B, 2K) outputs to (B, 1, K), all 1: a number does not say how sure it is."""
        return ops.ones((ops.shape(outputs)[0], 1, outputs.shape[-1] // 2))

    def mirrored(self, outputs):
        """(B, 2K) fractions of mirrored pictures as fractions of the pictures; raises ValueError without a skeleton."""
        points = ops.reshape(outputs, (-1, outputs.shape[-1] // 2, 2))
        points = ops.stack([1 - points[..., 0], points[..., 1]], axis=-1)
        return ops.reshape(ops.take(points, np.asarray(skeleton_of(self).flip), axis=1), (-1, outputs.shape[-1]))
