"""Several people as maps: a confidence map for every joint, and a field of directions for every limb (Cao et al. 2017).

What joins the joints to people again is `hpe_utils.codecs.grouping`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from keras import ops

from hpe_utils.codecs import Codec
from hpe_utils.codecs.grouping import Grouping, People
from hpe_utils.codecs.heatmap import HeatmapCodec, learnt_cells
from hpe_utils.geometry import Affine
from hpe_utils.skeleton import Skeleton


@dataclass(frozen=True)
class PAFCodec(Codec):
    """Pixels of a picture of `size` (width, height) to K + 1 confidence maps and 2·L fields of a `stride`-th of it.

    The maps are those of `HeatmapCodec`, the highest peak of several people, and the background, 1 − the highest of
    all. A limb's field is the unit vector from its first joint to its second on the cells within `half_width` of the
    line between them, and 0 elsewhere; where limbs of several people overlap it is their mean. A limb without length
    has no field. Channels: K maps, background, then x and y of every limb. `sigma` and `half_width` are in cells;
    OpenPose's are 7 and 8 pixels. Of a model's several stages `stage` is read; with `logits` its maps are heights
    before the sigmoid. With `partial` a joint without a label of somebody who has others may be anywhere around them:
    its map and its limbs' fields have NaN there, for `losses.where_known`. `grouping` has fields of `Grouping` that
    suit the network. Taught in notebook 05.
    """

    size: tuple[int, int]
    skeleton: Skeleton
    stride: int = 8
    sigma: float = 0.875
    half_width: float = 1.0
    logits: bool = False
    stage: int = -1
    partial: bool = False
    grouping: Mapping = field(default_factory=dict)

    @property
    def channels(self) -> tuple[int, int]:
        """How many maps, the background among them, and how many fields."""
        return len(self.skeleton) + 1, 2 * len(self.skeleton.limbs)

    def encode(self, keypoints):
        """(B, P, K, 3) keypoints to (B, h, w, K + 1 + 2·L) maps and fields, and weights (B, h, w).

        A weight is 1, but 0 on people without labels: who is not labelled is not taught as background.
        """
        keypoints = ops.cast(keypoints, "float32")
        maps = HeatmapCodec(self.size, self.stride, self.sigma).encode(keypoints)[0]
        background = 1 - ops.max(maps, axis=-1, keepdims=True)
        target = ops.concatenate([maps, background, self.fields(keypoints)], axis=-1)
        x, y = ((np.arange(side // self.stride, dtype=np.float32) + 0.5) * self.stride - 0.5 for side in self.size)
        if self.partial:
            target = ops.where(self.unknown(keypoints, x, y) & (ops.abs(target) < 0.01), np.nan, target)
        return target, learnt_cells(keypoints, x, y)

    def unknown(self, keypoints, x, y, margin: float = 0.25):
        """(B, h, w, K + 1 + 2·L) bool: the channels of joints and limbs that somebody who is there lacks a label of.

        He may have them in the box of his labelled joints, grown by a share of its longer side; `x` (w,) and `y` (h,)
        are the cells' centres.
        """
        labelled = keypoints[..., 2] > 0
        partly = ops.logical_and(ops.any(labelled, axis=-1, keepdims=True), ops.logical_not(labelled))
        low = ops.min(ops.where(labelled[..., None], keypoints[..., :2], np.inf), axis=2)
        high = ops.max(ops.where(labelled[..., None], keypoints[..., :2], -np.inf), axis=2)
        around = margin * ops.max(high - low, axis=-1, keepdims=True)
        low, high = low - around, high + around
        across = (x >= low[..., :1]) & (x <= high[..., :1])
        down = (y >= low[..., 1:]) & (y <= high[..., 1:])
        inside = ops.cast(down[..., :, None] & across[..., None, :], "float32")
        joints = ops.cast(partly, "float32")
        first, second = self.skeleton.limb_indices.T
        limbs = ops.maximum(ops.take(joints, first, axis=2), ops.take(joints, second, axis=2))
        channels = ops.concatenate([joints, ops.max(joints, axis=2, keepdims=True), ops.repeat(limbs, 2, axis=2)], 2)
        return ops.einsum("bphw,bpc->bhwc", inside, channels) > 0

    def fields(self, keypoints):
        """(B, P, K, 3) keypoints to the limbs' fields (B, h, w, 2·L)."""
        width, height = self.size[0] // self.stride, self.size[1] // self.stride
        labelled = keypoints[..., 2:] > 0
        cells = ops.where(labelled, (keypoints[..., :2] + 0.5) / self.stride - 0.5, 0.0)
        first, second = self.skeleton.limb_indices.T
        start, end = ops.take(cells, first, axis=2), ops.take(cells, second, axis=2)
        both = ops.logical_and(ops.take(labelled, first, axis=2), ops.take(labelled, second, axis=2))
        near, unit = limb_region(start, end, (width, height), self.half_width)
        near = near * ops.cast(both, "float32")[..., None]
        together = ops.einsum("bplhw,bplc->bhwlc", near, unit)
        people = ops.transpose(ops.sum(near, axis=1), (0, 2, 3, 1))
        return ops.reshape(together / ops.maximum(people, 1.0)[..., None], (-1, height, width, 2 * len(first)))

    def decode(self, outputs, grouping: Grouping | None = None) -> list[People]:
        """The people of each picture, in its pixels; by the Hungarian method where no `grouping` says how."""
        grouping = grouping or self.grouped()
        maps, fields = self.split(outputs)
        pixels = Affine.crop((-0.5, -0.5, *(np.array(maps.shape[2:0:-1]) - 0.5)), self.size)
        found = [grouping.people(*picture) for picture in zip(maps, fields, strict=True)]
        return [people._replace(keypoints=pixels.points(people.keypoints)) for people in found]

    def grouped(self, **changes) -> Grouping:
        """How this codec groups people, with some fields changed."""
        return Grouping(self.skeleton, **{"assignment": "hungarian", **self.grouping, **changes})

    def confidence(self, outputs) -> np.ndarray:
        """(B, 1, K): the height of each joint's highest cell."""
        return self.split(outputs)[0][..., : len(self.skeleton)].max(axis=(1, 2))[:, None]

    def split(self, outputs) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (B, S, h, w, K + 1 + 2·L), or of one stage, to heights (B, h, w, K + 1) and fields (B, h, w, 2·L)."""
        outputs = np.asarray(outputs, np.float32)
        outputs = outputs[:, self.stage] if outputs.ndim == 5 else outputs
        maps, fields = np.split(outputs, self.channels[:1], axis=-1)
        return (1 / (1 + np.exp(-maps)) if self.logits else maps), fields

    def mirrored(self, outputs) -> np.ndarray:
        """Outputs for mirrored pictures as outputs for the pictures: turned back, left and right exchanged.

        Raises ValueError for a skeleton that has a limb on one side alone.
        """
        maps, sides = self.channels[0], list(self.skeleton.limbs)
        order, signs = [*self.skeleton.flip, maps - 1], [1] * maps
        for limb in sides:
            a, b = map(self.skeleton.mirrored, limb)
            if not {(a, b), (b, a)} & set(sides):
                raise ValueError(f"{self.skeleton.name} has the limb {limb} on one side alone: declare {(a, b)} too")
            same = (a, b) in sides
            first = maps + 2 * sides.index((a, b) if same else (b, a))
            order += [first, first + 1]
            signs += [-1, 1] if same else [1, -1]  # arrows that point to the right now point to the left
        return np.flip(np.asarray(outputs), axis=-2)[..., order] * np.array(signs, np.float32)


def limb_region(start, end, size, half_width):
    """Which cells lie on limbs from `start` to `end`, (..., 2) in cells, and the limbs' directions.

    Returns (..., h, w), 1 within `half_width` of the line and between its ends, else 0, and unit vectors (..., 2); both
    are 0 for a limb without length. `size` is width and height in cells. Taught in notebook 05.
    """
    limb = end - start
    length = ops.sqrt(ops.sum(ops.square(limb), axis=-1))
    unit = limb / ops.maximum(length, 1e-6)[..., None]
    dx = ops.arange(size[0], dtype="float32") - start[..., :1]
    dy = ops.arange(size[1], dtype="float32") - start[..., 1:]
    along = (dx * unit[..., :1])[..., None, :] + (dy * unit[..., 1:])[..., :, None]
    across = (dx * unit[..., 1:])[..., None, :] - (dy * unit[..., :1])[..., :, None]
    between = ops.logical_and(along >= -half_width, along <= length[..., None, None] + half_width)
    near = ops.logical_and(between, ops.abs(across) <= half_width)
    return ops.cast(ops.logical_and(near, length[..., None, None] > 1e-6), "float32"), unit
