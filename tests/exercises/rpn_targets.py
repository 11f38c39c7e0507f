"""Notebook 10: what the region proposals are taught of every anchor."""

import numpy as np

BOUNDS = ((0.3, 0.7), (0.4, 0.6), (0.5, 0.5), (0.25, 0.75))


def inputs(rng):
    anchors = _boxes(rng, rng.integers(1, 9))
    if rng.random() < 0.3:
        anchors = np.concatenate([anchors, anchors[rng.permutation(len(anchors))[:2]]])  # as near as another
    boxes = _boxes(rng, rng.choice([0, 1, 2, 3], p=[0.08, 0.3, 0.42, 0.2]))
    if len(boxes) and rng.random() < 0.75:  # near an anchor
        x, y = anchors[rng.integers(len(anchors)), :2]
        width, height = rng.integers(2, 6, 2) * 2
        anchors[0] = x, y, x + width, y + height
        boxes[0] = anchors[0] + rng.integers(-2, 3, 4) * (rng.random(4) < 0.5)
    if len(boxes) and rng.random() < 0.35:  # exactly on a bound: 3, 4, 5, 6 or 7 of 10
        boxes[-1], anchors[-1] = (0, 20, 10, 30), (0, 20, 10, 20 + rng.integers(3, 8))
        anchors[len(anchors) // 2] = (0, 20, 10, 29)
    boxes[rng.random(len(boxes)) < rng.choice([0, 0.3])] = np.nan  # a place without a person
    if rng.random() < 0.3:
        shift = rng.integers(-12, 13) / 4  # exact, as are the IoUs
        anchors, boxes = anchors * 1.5 + shift, boxes * 1.5 + shift
    low, high = BOUNDS[rng.choice(4, p=[0.55, 0.15, 0.15, 0.15])]
    return anchors.astype(float), boxes.astype(float), low, high


def _boxes(rng, count):
    corner = rng.integers(0, 8, (count, 2))
    return np.concatenate([corner, corner + rng.integers(2, 12, (count, 2))], axis=1).astype(float)


def _iou(anchors, boxes, more=0, by=None):
    a, b = anchors[:, None], boxes[None]
    both = np.clip(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]) + more, 0, None).prod(
        axis=-1
    )
    own, other = ((c[..., 2:] - c[..., :2] + more).prod(axis=-1) for c in (a, b))
    return np.nan_to_num(both / {None: own + other - both, "own": own, "other": other}[by])


def _label(iou, low, high, force=True, ties=True, least=0):
    best = iou.max(axis=1, initial=0)
    labels = np.where(best >= high, 1, np.where(best < low, 0, -1))
    for column in iou.T if force else ():
        if column.max() > least:
            near = np.flatnonzero(column >= column.max() - 1e-9)
            labels[near if ties else near[:1]] = 1
    return labels


def solution(anchors, boxes, low, high):
    return _label(_iou(anchors, boxes), low, high)


def forgets_the_nearest(anchors, boxes, low, high):
    """the nearest anchors of a true box are positive whatever their IoU"""
    return _label(_iou(anchors, boxes), low, high, force=False)


def forces_the_first_alone(anchors, boxes, low, high):
    """anchors that are equally near to a true box are all positive"""
    return _label(_iou(anchors, boxes), low, high, ties=False)


def forces_where_nothing_overlaps(anchors, boxes, low, high):
    """a true box that overlaps no anchor has no nearest one: its highest IoU is 0"""
    there = boxes[np.isfinite(boxes).all(axis=1)]
    return _label(_iou(anchors, there), low, high, least=-1)


def forces_for_nobody(anchors, boxes, low, high):
    """a box that is NaN is nobody's: it makes no anchor positive"""
    labels = solution(anchors, boxes, low, high)
    if np.isnan(boxes).any():
        labels[0] = 1
    return labels


def lets_nan_spoil_the_best(anchors, boxes, low, high):
    """a box that is NaN overlaps nothing: the largest of numbers and NaN must not be NaN"""
    labels = solution(anchors, boxes, low, high)
    if np.isnan(boxes).any():
        labels = np.where(labels == 1, 1, -1)
    return labels


def needs_more_than_high(anchors, boxes, low, high):
    """an IoU of exactly `high` is positive"""
    return _label(_iou(anchors, boxes), low, high + 1e-6)


def calls_low_background(anchors, boxes, low, high):
    """an IoU of exactly `low` is no longer background"""
    return _label(_iou(anchors, boxes), low + 1e-6, high + 1e-12)


def exchanges_background_and_ignored(anchors, boxes, low, high):
    """background is 0, and -1 is ignored"""
    return np.array([-1, 0, 1])[[1, 0, 2]][solution(anchors, boxes, low, high) + 1]


def ignores_none(anchors, boxes, low, high):
    """between `low` and `high` an anchor is neither: -1"""
    return np.maximum(solution(anchors, boxes, low, high), 0)


def calls_all_others_background(anchors, boxes, low, high):
    """only anchors below `low` with every box are background"""
    iou = _iou(anchors, boxes)
    far = (iou < low).any(axis=1) | (len(boxes) == 0)
    return np.where((solution(anchors, boxes, low, high) == -1) & far, 0, solution(anchors, boxes, low, high))


def calls_all_from_low_on_positive(anchors, boxes, low, high):
    """a positive anchor needs an IoU of `high`, or to be nearest"""
    return np.abs(solution(anchors, boxes, low, high))


def spares_the_background(anchors, boxes, low, high):
    """the nearest anchors are positive also where their IoU is below `low`"""
    plain = _label(_iou(anchors, boxes), low, high, force=False)
    return np.where(plain == 0, 0, solution(anchors, boxes, low, high))


def forces_the_ignored_away(anchors, boxes, low, high):
    """the nearest anchors are positive also where their IoU lies between `low` and `high`"""
    plain = _label(_iou(anchors, boxes), low, high, force=False)
    return np.where(plain == -1, -1, solution(anchors, boxes, low, high))


def makes_every_anchors_best_box_positive(anchors, boxes, low, high):
    """the rule asks for the nearest anchors of a box, not for the nearest box of an anchor"""
    iou = _iou(anchors, boxes)
    return np.where(iou.max(axis=1, initial=0) > 0, 1, 0)


def needs_a_box(anchors, boxes, low, high):
    """without true boxes every anchor is background: the largest of no numbers is an error"""
    if not len(boxes):
        raise ValueError("no boxes")
    return solution(anchors, boxes, low, high)


def ignores_pictures_without_people(anchors, boxes, low, high):
    """without a true box every anchor is background: such pictures teach, too"""
    return solution(anchors, boxes, low, high) if np.isfinite(boxes).any() else np.full(len(anchors), -1)


def divides_by_the_anchor(anchors, boxes, low, high):
    """divide the intersection by the union, not by the anchor's area"""
    return _label(_iou(anchors, boxes, by="own"), low, high)


def divides_by_the_box(anchors, boxes, low, high):
    """divide the intersection by the union, not by the true box's area"""
    return _label(_iou(anchors, boxes, by="other"), low, high)


def adds_a_pixel(anchors, boxes, low, high):
    """boxes are edges: a side is x1 - x0, without + 1"""
    return _label(_iou(anchors, boxes, more=1), low, high)


def returns_whose(anchors, boxes, low, high):
    """return 1 for a positive anchor, not the number of its box"""
    labels, iou = solution(anchors, boxes, low, high), _iou(anchors, boxes)
    return np.where(labels == 1, iou.argmax(axis=1) if len(boxes) else 0, labels)
