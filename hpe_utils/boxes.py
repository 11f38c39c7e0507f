"""Boxes for detectors: anchors, overlap, matching, what survives of many, and the features inside of a box.

Boxes are edges x0, y0, x1, y1 in pixels whose centres lie at integers; a place that may hold a box and does not is NaN.
Shapes are static, so that everything runs inside a compiled training step. Taught in notebook 09.
"""

import numpy as np
from keras import ops

BACKGROUND, IGNORED = -1, -2  # what `match` says of anchors that are nobody's, and of those that are neither
DEVIATIONS = (0.1, 0.1, 0.2, 0.2)  # of x, y, log width, log height, as py-faster-rcnn has them (Ren et al. 2015)
LARGEST = float(np.log(1000 / 16))  # no box is decoded to more than 62.5 times its anchor's side (detectron2)


def anchor_boxes(size, stride: int, side: float, ratios=(0.5, 1, 2)) -> np.ndarray:
    """The boxes (h·w·A, 4) that a detector classifies: A shapes around the centre of every cell of a stride-s map.

    `size` is the picture's (width, height); each shape has the area `side`² and one of the `ratios` height / width.
    Cells go row by row, the ratios of one cell follow each other (Ren et al. 2015).
    """
    width, height = (-(-pixels // stride) for pixels in size)
    x, y = np.meshgrid((np.arange(width) + 0.5) * stride - 0.5, (np.arange(height) + 0.5) * stride - 0.5)
    half = side / 2 * np.stack([np.power(ratios, -0.5), np.power(ratios, 0.5)], axis=-1)
    centres = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
    return np.concatenate([centres - half, centres + half], axis=-1).reshape(-1, 4).astype(np.float32)


def pairwise_iou(a, b):
    """Intersection over union of boxes (..., N, 4) with boxes (..., M, 4): (..., N, M); 0 with one that is NaN."""
    a, b = a[..., :, None, :], b[..., None, :, :]
    sides = ops.minimum(a[..., 2:], b[..., 2:]) - ops.maximum(a[..., :2], b[..., :2])
    shared = ops.prod(ops.maximum(sides, 0), axis=-1)
    union = ops.prod(a[..., 2:] - a[..., :2], axis=-1) + ops.prod(b[..., 2:] - b[..., :2], axis=-1) - shared
    return ops.where(union > 0, shared / ops.where(union > 0, union, 1), 0)


def encode_boxes(boxes, anchors):
    """How (..., 4) boxes differ from their anchors: dx / w, dy / h, log w, log h, in DEVIATIONS; 0 for a NaN box.

    A side below a hundredth of a pixel counts as that (Girshick et al. 2014).
    """
    size, anchor_size = ops.maximum(boxes[..., 2:] - boxes[..., :2], 0.01), anchors[..., 2:] - anchors[..., :2]
    moved = (boxes[..., 2:] + boxes[..., :2] - anchors[..., 2:] - anchors[..., :2]) / 2 / anchor_size
    deltas = ops.concatenate([moved, ops.log(size / anchor_size)], axis=-1) / np.array(DEVIATIONS, np.float32)
    return ops.where(ops.isnan(deltas), 0.0, deltas)


def decode_boxes(deltas, anchors):
    """The boxes (..., 4) that `encode_boxes` wrote as `deltas` from `anchors`; none grows beyond all bounds."""
    deltas = deltas * np.array(DEVIATIONS, np.float32)
    anchor_size = anchors[..., 2:] - anchors[..., :2]
    centre = (anchors[..., 2:] + anchors[..., :2]) / 2 + deltas[..., :2] * anchor_size
    half = ops.exp(ops.minimum(deltas[..., 2:], LARGEST)) * anchor_size / 2
    return ops.concatenate([centre - half, centre + half], axis=-1)


def match(anchors, boxes, low: float, high: float, force: bool = True):
    """For each anchor, (N, 4) or (B, N, 4), the index of its box among (B, P, 4), BACKGROUND or IGNORED: (B, N) int32.

    An anchor belongs to the box that it overlaps most: if the IoU is `high` or more; below `low` it is background. With
    `force`, the anchors nearest to a box belong to it at any IoU above 0, so that none goes without, unless one anchor
    is the nearest to two boxes (Ren et al. 2015).
    """
    iou = pairwise_iou(anchors, boxes)
    best, index = ops.max(iou, axis=-1), ops.cast(ops.argmax(iou, axis=-1), "int32")
    matched = ops.where(best >= high, index, ops.where(best < low, BACKGROUND, IGNORED))
    if force:
        nearest = iou > ops.maximum(ops.max(iou, axis=-2, keepdims=True) - 1e-6, 1e-6)  # a compiler may round twice
        index = ops.cast(ops.argmax(ops.where(nearest, iou, -1), axis=-1), "int32")
        matched = ops.where(ops.any(nearest, axis=-1), index, matched)
    return matched


def nms(boxes, scores, threshold: float, count: int):
    """Greedy non-maximum suppression: the best box stays, what overlaps it by an IoU above `threshold` goes, and so on.

    Boxes (B, N, 4) and scores (B, N) to the indices (B, count) of those that stay, by falling score, of equal ones the
    first, and whether there is one (B, count); where not, the index is 0. A score of −inf or a NaN box never stays.
    """
    scores = ops.where(ops.any(ops.isnan(boxes), axis=-1), -np.inf, scores)

    def keep_best(step, state):
        scores, kept, valid = state
        best = ops.cast(ops.argmax(scores, axis=1), "int32")[:, None]
        found = ops.max(scores, axis=1, keepdims=True) > -np.inf
        itself = ops.equal(ops.arange(scores.shape[1]), best)
        box = ops.sum(ops.where(itself[..., None], boxes, 0), axis=1, keepdims=True)
        gone = ops.logical_or(pairwise_iou(boxes, box)[..., 0] > threshold, itself)
        now = ops.logical_and(ops.arange(count) == step, found)
        return ops.where(gone, -np.inf, scores), ops.where(now, best, kept), ops.logical_or(valid, now)

    none = ops.zeros_like(scores[:, :1], dtype="int32") + ops.zeros(count, "int32")
    return ops.fori_loop(0, count, keep_best, (scores, none, none > 0))[1:]


def pyramid_level(boxes, lowest: int, highest: int, side: float = 224, level: int = 4):
    """Which level of a feature pyramid reads a box: ⌊level + log2(√(w·h) / side)⌋, int32 (Lin et al. 2017)."""
    area = ops.prod(boxes[..., 2:] - boxes[..., :2], axis=-1)
    exact = level + ops.log2(ops.sqrt(ops.where(area > 0, area, 1)) / side)
    return ops.cast(ops.clip(ops.floor(exact + 1e-5), lowest, highest), "int32")


def bilinear_sample(features, points):
    """Read (B, h, w, C) features at (B, N, 2) points x, y in cells, between four centres: (B, N, C).

    A point up to one cell outside of the outermost centres takes the border's value, one beyond that or NaN takes 0, as
    in Caffe2 and detectron2. The cell of a pixel x is (x + .5) / stride − .5.
    """
    height, width, channels = features.shape[1:]
    last = np.array([width - 1, height - 1], np.float32)
    inside = ops.all(ops.logical_and(points >= -1, points <= last + 1), axis=-1, keepdims=True)
    points = ops.clip(ops.where(inside, points, 0), 0, last)
    corner = ops.floor(points)
    share, corner = points - corner, ops.cast(corner, "int32")
    flat = ops.reshape(features, (-1, channels))
    start = ops.arange(ops.shape(features)[0])[:, None] * (height * width)
    total = 0
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = ops.minimum(corner[..., 0] + right, width - 1), ops.minimum(corner[..., 1] + below, height - 1)
        across, down = share[..., :1] if right else 1 - share[..., :1], share[..., 1:] if below else 1 - share[..., 1:]
        total += ops.where(inside, across * down, 0) * ops.take(flat, start + y * width + x, axis=0)
    return total


def roi_align(features, boxes, size: int, stride: int, samples: int = 2):
    """Features (B, h, w, C) of a stride-s map inside of (B, R, 4) boxes: (B, R, size, size, C), nothing rounded.

    Each of size² bins is the mean of samples² points, read as `bilinear_sample` reads them (He et al. 2017). A point's
    share in a cell is a product, its share in the row times that in the column, so that two matrix products do it for
    all points. The half pixel is in the frame, and nothing is added to it. A NaN box has 0.
    """

    def weights(low, high, cells):
        steps = (ops.arange(size * samples, dtype="float32") + 0.5) / (size * samples)
        at = low[..., None] + steps * (high - low)[..., None]
        inside = ops.logical_and(at >= -1, at <= cells)[..., None]
        distance = ops.abs(ops.clip(at, 0, cells - 1)[..., None] - ops.arange(cells, dtype="float32"))
        shares = ops.where(inside, ops.maximum(1 - distance, 0), 0)
        return ops.mean(ops.reshape(shares, (-1, boxes.shape[1], size, samples, cells)), axis=3)

    corners = (boxes + 0.5) / stride - 0.5
    (rows, columns, channels), count = features.shape[1:], boxes.shape[1]
    of_rows = ops.reshape(weights(corners[..., 1], corners[..., 3], rows), (-1, count * size, rows))
    of_columns = weights(corners[..., 0], corners[..., 2], columns)[:, :, None]
    # In this order no map is transposed, which took longer than the products.
    down = ops.matmul(of_rows, ops.reshape(features, (-1, rows, columns * channels)))
    return ops.matmul(of_columns, ops.reshape(down, (-1, count, size, columns, channels)))


def roi_pool(features, boxes, size: int, stride: int):
    """What RoIAlign replaced: the maximum in each of size² bins whose edges are rounded to cells (Girshick 2015).

    Shapes as in `roi_align`. The box is rounded, from its first pixel to its last, then every bin, outwards, so that
    bins may share a cell. A bin without a cell has 0. For teaching: every bin looks at every cell.
    """

    def cells_of_bins(low, high, cells):
        first, last = ops.floor((low + 0.5) / stride + 0.5), ops.floor((high - 0.5) / stride + 0.5)
        edges = ops.arange(size + 1, dtype="float32") * (ops.maximum(last - first + 1, 1) / size)[..., None]
        start, end = ops.floor(edges[..., :-1]) + first[..., None], ops.ceil(edges[..., 1:]) + first[..., None]
        cell = ops.arange(cells, dtype="float32")
        return ops.logical_and(cell >= start[..., None], cell < end[..., None])

    columns = cells_of_bins(boxes[..., 0], boxes[..., 2], features.shape[2])[:, :, None, :, :, None]
    rows = cells_of_bins(boxes[..., 1], boxes[..., 3], features.shape[1])[..., None, None]
    across = ops.max(ops.where(columns, features[:, None, :, None], -np.inf), axis=4)
    highest = ops.max(ops.where(rows, across[:, :, None], -np.inf), axis=3)
    return ops.where(highest > -np.inf, highest, 0)
