"""MoveNet's answers: from maps of centres and joints to the person in the middle, or to the surest six.

What a cell of each head says is described at `hpe_utils.models.movenet`. Ways, offsets and boxes are in cells, y before
x, a cell's number being its corner's.
"""

from typing import NamedTuple

import numpy as np
from keras import ops


class Several(NamedTuple):
    """People by MultiPose: (B, n, 17, 3) keypoints as x, y in pixels and score, (B, n, 4) boxes, (B, n) scores."""

    keypoints: object
    boxes: object
    scores: object


def decode_one(outputs: dict, stride: int = 4):
    """The person nearest to the picture's middle, of a lightning or thunder: (B, 17, 3) as x, y in pixels and score.

    Centres are weighed by 1 / (cells from the middle + 1.8) and the highest is taken; from there the way to every joint
    is a rough guess, and a joint's map, weighed likewise by the cells from that guess, gives its cell and score. The
    published graph has fractions y, x of the picture measured from its corner: a pixel's is x · width − .5.
    """
    probabilities = {name: ops.sigmoid(outputs[name]) for name in ("center_0", "kpt_heatmap_0")}
    height, width = probabilities["center_0"].shape[1:3]
    y, x = grid(height, width)
    far = np.sqrt((y - height / 2) ** 2 + (x - width / 2) ** 2)
    row, column = cell_of(probabilities["center_0"] / (far + 1.8)[..., None])
    guess_y, guess_x = guessed(outputs["kpt_regress_0"], row, column)
    y, x = y[..., None], x[..., None]
    far = ops.sqrt(ops.square(guess_y[:, None, None] - y) + ops.square(guess_x[:, None, None] - x))
    row, column = cell_of(probabilities["kpt_heatmap_0"] / (far + 1.8))
    return placed(outputs["kpt_offset_0"], probabilities["kpt_heatmap_0"], row, column, stride)


def decode_several(outputs: dict, most: int = 6, stride: int = 4) -> Several:
    """The `most` surest people of a multipose: a centre is the highest cell of 5×5.

    A joint's map is weighed by exp(−d² / (.3 · the shorter side)), d cells from the guess, and read within the person's
    box. A person's score is the centre's times the mean score of the joints above .127. There are always `most`
    answers: who is nobody has a low score.
    """
    centres, heights = (ops.sigmoid(outputs[name]) for name in ("center_0", "kpt_heatmap_0"))
    height, width = centres.shape[1:3]
    highest = ops.max_pool(centres, 5, strides=1, padding="same")
    peaks = ops.where(ops.abs(centres - highest) < 1e-6, centres, 0.0)
    sure, cells = ops.top_k(ops.reshape(peaks, (-1, height * width)), most)
    row, column = cells // width, cells % width
    top, left, bottom, right = edges(outputs["box_scale_0"], outputs["box_offset_0"], row, column)
    y, x = (axis[None, ..., None] for axis in grid(height, width))
    people = []
    for person in range(most):
        guess_y, guess_x = guessed(outputs["kpt_regress_0"], row[:, person], column[:, person])
        d2 = ops.square(guess_y[:, None, None] - y) + ops.square(guess_x[:, None, None] - x)
        low_y, low_x, high_y, high_x = (e[:, person, None, None, None] for e in (top, left, bottom, right))
        inside = (low_y <= y) & (high_y > y) & (low_x <= x) & (high_x > x)
        people.append(heights * ops.exp(-d2 / (0.3 * min(height, width))) * ops.cast(inside, "float32"))
    weighed = ops.max(ops.stack(people, axis=1), axis=1)
    found = [placed(outputs["kpt_offset_0"], weighed, *cell_of(maps), stride) for maps in people]
    keypoints = ops.stack(found, axis=1)
    counted = ops.cast(keypoints[..., 2] > 0.127, "float32")
    mean = ops.sum(keypoints[..., 2] * counted, axis=-1) / ops.maximum(ops.sum(counted, axis=-1), 1.0)
    boxes = ops.stack([left, top, right, bottom], axis=-1) * stride - 0.5
    return Several(keypoints, boxes, sure * mean)


def grid(height: int, width: int) -> list[np.ndarray]:
    """Row and column (height, width) of every cell."""
    return np.meshgrid(np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32), indexing="ij")


def cell_of(maps) -> tuple:
    """Row and column (B, K) of the highest cell of each of (B, h, w, K) maps."""
    height, width, joints = maps.shape[1:]
    best = ops.argmax(ops.reshape(maps, (-1, height * width, joints)), axis=1)
    return best // width, best % width


def at(maps, row, column):
    """(B, n, channels) values of (B, h, w, channels) maps at (B, n) cells, of (B, h, w, n, channels) the nth's."""
    width, flat = maps.shape[2], ops.reshape(maps, (-1, int(np.prod(maps.shape[1:-1])), maps.shape[-1]))
    places = ops.cast(row, "int32") * width + ops.cast(column, "int32")
    if len(maps.shape) == 5:
        places = places * maps.shape[3] + ops.arange(maps.shape[3])
    return ops.take_along_axis(flat, places[..., None], axis=1)


def guessed(ways, row, column) -> tuple:
    """Rows and columns (B, 17) of a person's joints by the ways from his centre, whose row and column are (B,)."""
    row, column = ops.reshape(row, (-1, 1)), ops.reshape(column, (-1, 1))
    steps = ops.reshape(at(ways, row, column), (-1, 17, 2))
    return steps[..., 0] + ops.cast(row, "float32"), steps[..., 1] + ops.cast(column, "float32")


def placed(offsets, heights, row, column, stride: int):
    """(B, 17, 3) x, y in pixels and height of joints in their (B, 17) cells, moved by the offsets there."""
    rows, columns = heights.shape[1:3]
    steps = at(ops.reshape(offsets, (-1, rows, columns, 17, 2)), row, column)
    height = at(heights[..., None], row, column)[..., 0]
    x = (ops.cast(column, "float32") + steps[..., 1]) * stride - 0.5
    y = (ops.cast(row, "float32") + steps[..., 0]) * stride - 0.5
    return ops.stack([x, y, height], axis=-1)


def edges(scales, offsets, row, column) -> tuple:
    """Top, left, bottom and right (B, n) of people's boxes in cells, from the corner, by their centres' cells."""
    height, width = scales.shape[1:3]
    half = ops.maximum(at(scales, row, column), 0.0) / 2
    middle = at(offsets, row, column) + ops.stack([ops.cast(row, "float32"), ops.cast(column, "float32")], axis=-1)
    low, high = middle - half, middle + half
    y, x = (ops.clip(ops.stack([low[..., i], high[..., i]]), 0, side) for i, side in enumerate((height, width)))
    return y[0], x[0], y[1], x[1]
