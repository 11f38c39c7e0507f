"""A pose as maps: one Gaussian peak per joint, and four ways to read the peak's place (Tompson et al. 2014)."""

from dataclasses import dataclass

import numpy as np
from keras import ops

from hpe_utils.codecs import Codec, skeleton_of
from hpe_utils.skeleton import Skeleton

DECODERS = ("argmax", "quarter", "dark", "soft_argmax")


@dataclass(frozen=True)
class HeatmapCodec(Codec):
    """Pixels of a picture of `size` (width, height) to peaks on maps of a `stride`-th of that size, and back.

    A pixel x lies at (x + .5) / stride − .5 in cells, so that map and picture have their edges in common. Peaks have
    height 1 and the standard deviation `sigma` in cells. `rounded` centres them on a cell, as much of the literature
    does. `logits` says what the outputs are: heights (False), or logarithms of them up to a constant, as a model has
    them that was trained by cross-entropy (True). `decoder` is one of DECODERS; of a model's several stages, `stage` is
    read. `blur`, a standard deviation in cells, smooths the heights before they are read, as DARK's authors do: of two
    spots of one height it prefers the broader. `skeleton` is needed for mirrored pictures alone. Taught in notebook 03.
    """

    size: tuple[int, int]
    stride: int = 4
    sigma: float = 2.0
    rounded: bool = False
    logits: bool = False
    decoder: str = "dark"
    stage: int = -1
    blur: float = 0.0
    skeleton: Skeleton | None = None

    def __post_init__(self):
        if self.decoder not in DECODERS:
            raise ValueError(f"unknown decoder {self.decoder!r}; known are {', '.join(DECODERS)}")

    @property
    def map_size(self) -> tuple[int, int]:
        """Width and height of the maps in cells."""
        return self.size[0] // self.stride, self.size[1] // self.stride

    def encode(self, keypoints):
        """(B, P, K, 3) keypoints to maps (B, h, w, K), the highest peak of several people, and (B, K) weights.

        A weight is 1 where anybody's joint is labelled; where nobody's is, the map is empty and the weight 0.
        """
        keypoints = ops.cast(keypoints, "float32")
        labelled = keypoints[..., 2] > 0
        cells = ops.where(labelled[..., None], (keypoints[..., :2] + 0.5) / self.stride - 0.5, 0.0)
        if self.rounded:
            cells = ops.floor(cells + 0.5)
        width, height = self.map_size
        # A Gaussian in two dimensions is the product of two in one.
        across = gaussian(ops.arange(width, dtype="float32"), cells[..., :1], self.sigma)
        down = gaussian(ops.arange(height, dtype="float32"), cells[..., 1:], self.sigma)
        across = across * ops.cast(labelled, "float32")[..., None]
        maps = ops.max(ops.einsum("bpkh,bpkw->bphwk", down, across), axis=1)
        return maps, ops.cast(ops.any(labelled, axis=1), "float32")

    def decode(self, maps):
        """(B, h, w, K) maps to (B, 1, K, 3) keypoints in pixels with v = 2, read by this codec's decoder.

        Of (B, S, h, w, K) maps of S stages one is read.
        """
        maps = self.blurred(self.of_stage(maps))
        cells = {
            "argmax": argmax_cells,
            "quarter": quarter_offset,
            "dark": lambda m: dark(self.log_heights(m)),
            "soft_argmax": lambda m: soft_argmax(self.log_heights(m)),
        }[self.decoder](maps)
        points = (cells + 0.5) * self.stride - 0.5
        return ops.concatenate([points, 2 * ops.ones_like(points[..., :1])], axis=-1)[:, None]

    def of_stage(self, maps):
        """(B, h, w, K) float32 maps as they are, or those of one stage of (B, S, h, w, K)."""
        maps = ops.cast(maps, "float32")
        return maps[:, self.stage] if len(maps.shape) == 5 else maps

    def blurred(self, maps):
        """(B, h, w, K) maps whose heights, or probabilities for logits, are smoothed by this codec's `blur`."""
        if not self.blur:
            return maps
        smooth = ops.exp(maps - ops.logsumexp(maps, axis=(1, 2), keepdims=True)) if self.logits else maps
        for axis, equation in ((1, "ij,bjwk->biwk"), (2, "ij,bhjk->bhik")):
            cells = ops.arange(maps.shape[axis], dtype="float32")
            smooth = ops.einsum(equation, gaussian(cells, cells[:, None], self.blur), smooth)
        return ops.log(ops.maximum(smooth, 1e-12)) if self.logits else smooth

    def log_heights(self, maps):
        """The logarithm of the maps' heights, up to a constant where the outputs are logits."""
        return maps if self.logits else ops.log(ops.maximum(maps, 1e-6))

    def confidence(self, maps):
        """(B, h, w, K) maps to (B, 1, K): the height of each map's highest cell, or its probability for logits."""
        flat = _flat(self.of_stage(maps))
        return ops.max(ops.softmax(flat, axis=-1) if self.logits else flat, axis=-1)[:, None]

    def mirrored(self, maps):
        """Maps of mirrored pictures as maps of the pictures: turned back, left and right exchanged.

        Nothing is left to align, for picture and map have their edges in common. Raises ValueError without a skeleton.
        """
        return ops.take(ops.flip(maps, axis=-2), np.asarray(skeleton_of(self).flip), axis=-1)


def learnt_cells(keypoints, x, y):
    """(B, h, w): 0 for cells whose centre lies in the box of somebody without labels, 1 elsewhere.

    Such a person's keypoints, of (B, P, K, 3), are corners of the box, with v = −1 (`hpe_utils.data.batches`); `x` (w,)
    and `y` (h,) are the centres of the map's columns and rows in pixels.
    """
    keypoints = ops.cast(keypoints, "float32")
    corner = keypoints[..., 2:] < 0
    low = ops.min(ops.where(corner, keypoints[..., :2], np.inf), axis=2)
    high = ops.max(ops.where(corner, keypoints[..., :2], -np.inf), axis=2)
    across = ops.logical_and(x >= low[..., :1], x <= high[..., :1])
    down = ops.logical_and(y >= low[..., 1:], y <= high[..., 1:])
    inside = ops.logical_and(down[..., :, None], across[..., None, :])
    return 1 - ops.cast(ops.any(inside, axis=1), "float32")


def gaussian(positions, centre, sigma):
    """A Gaussian of height 1 at `centre`, read at `positions`."""
    return ops.exp(-ops.square(positions - centre) / (2 * sigma**2))


def argmax_cells(maps):
    """(B, h, w, K) maps to (B, K, 2) whole cells x, y of the highest value. Taught in notebook 03."""
    width = maps.shape[2]
    best = ops.argmax(_flat(maps), axis=-1)
    return ops.cast(ops.stack([best % width, best // width], axis=-1), "float32")


def quarter_offset(maps):
    """The highest cell, moved by a quarter of one towards the higher of its neighbours in x and in y.

    (B, h, w, K) to (B, K, 2) cells; at an edge, where a neighbour is missing, that axis stays (Newell et al. 2016).
    Practised in notebook 03.
    """
    cells = argmax_cells(maps)
    around, inside = neighbours(maps, cells)
    slope = ops.stack([around[..., 1, 2] - around[..., 1, 0], around[..., 2, 1] - around[..., 0, 1]], axis=-1)
    return cells + 0.25 * ops.sign(slope) * inside


def dark(log_maps):
    """The top of the parabola through the logarithms around the highest cell (Zhang et al. 2020, DARK).

    (B, h, w, K) logarithms of heights to (B, K, 2) cells: one Newton step −H⁻¹g, at most one cell long in x and in y.
    The cell itself where the surface is no hill, or at an edge. Taught in notebook 03.
    """
    cells = argmax_cells(log_maps)
    f, inside = neighbours(log_maps, cells)
    gx, gy = (f[..., 1, 2] - f[..., 1, 0]) / 2, (f[..., 2, 1] - f[..., 0, 1]) / 2
    xx = f[..., 1, 2] - 2 * f[..., 1, 1] + f[..., 1, 0]
    yy = f[..., 2, 1] - 2 * f[..., 1, 1] + f[..., 0, 1]
    xy = (f[..., 2, 2] - f[..., 2, 0] - f[..., 0, 2] + f[..., 0, 0]) / 4
    determinant = xx * yy - xy**2
    hill = ops.cast(ops.logical_and(determinant > 1e-9, xx < 0), "float32") * ops.min(inside, axis=-1)
    step = ops.stack([xy * gy - yy * gx, xy * gx - xx * gy], axis=-1) / ops.maximum(determinant, 1e-9)[..., None]
    return cells + ops.clip(step, -1.0, 1.0) * hill[..., None]


def neighbours(maps, cells):
    """The 3×3 values (B, K, 3, 3), rows first, around (B, K, 2) whole cells of (B, h, w, K) maps.

    Also (B, K, 2): 1 where a cell has both neighbours in x, and in y; else 0, and values are repeated.
    """
    height, width = maps.shape[1:3]
    x, y = ops.cast(cells[..., 0], "int32"), ops.cast(cells[..., 1], "int32")
    offsets = ops.arange(-1, 2)
    columns = ops.clip(x[..., None] + offsets, 0, width - 1)
    rows = ops.clip(y[..., None] + offsets, 0, height - 1)
    places = ops.reshape(rows[..., :, None] * width + columns[..., None, :], (-1, maps.shape[3], 9))
    values = ops.reshape(ops.take_along_axis(_flat(maps), places, axis=-1), (-1, maps.shape[3], 3, 3))
    inside = ops.stack([(x > 0) & (x < width - 1), (y > 0) & (y < height - 1)], axis=-1)
    return values, ops.cast(inside, "float32")


def soft_argmax(log_maps):
    """The mean place under softmax of the (B, h, w, K) logarithms, (B, K, 2) in cells (Sun et al. 2018)."""
    height, width = log_maps.shape[1:3]
    probability = ops.reshape(ops.softmax(_flat(log_maps), axis=-1), (-1, log_maps.shape[3], height, width))
    x = ops.sum(ops.sum(probability, axis=2) * ops.arange(width, dtype="float32"), axis=-1)
    y = ops.sum(ops.sum(probability, axis=3) * ops.arange(height, dtype="float32"), axis=-1)
    return ops.stack([x, y], axis=-1)


def _flat(maps):
    """(B, h, w, K) to (B, K, h·w)."""
    return ops.reshape(ops.transpose(maps, (0, 3, 1, 2)), (-1, maps.shape[3], maps.shape[1] * maps.shape[2]))
