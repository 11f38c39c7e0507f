"""Notebook 01: intersection over union."""

import numpy as np


def _box(rng):
    low = rng.integers(-9, 10, 2)
    return np.concatenate([low, low + rng.integers(0, 9, 2)])


def inputs(rng):
    a, b = _box(rng), _box(rng)
    if rng.random() < 0.4:  # a box beside or inside the other, as they often are
        b = a + rng.integers(-2, 3, 4)
        b[2:] = np.maximum(b[:2], b[2:])
    b = a.copy() if rng.random() < 0.1 else b
    scale = rng.choice([1, 0.37])
    return (a * scale, b * scale) if rng.random() < 0.7 else (a, b)


def _sides(a, b):
    return np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])


def _area(box):
    return np.prod(box[2:] - box[:2])


def solution(a, b):
    shared = np.prod(np.clip(_sides(a, b), 0, None))
    union = _area(a) + _area(b) - shared
    return shared / union if union > 0 else 0.0


def counts_the_shared_area_twice(a, b):
    """the union counts the shared area twice: take it off once"""
    return np.prod(np.clip(_sides(a, b), 0, None)) / (_area(a) + _area(b))


def adds_one_to_every_width(a, b):
    """a box from 0 to 4 is 4 wide here, not 5: edges, not pixel numbers"""
    shared = np.prod(np.clip(_sides(a, b) + 1, 0, None))
    return shared / (np.prod(a[2:] - a[:2] + 1) + np.prod(b[2:] - b[:2] + 1) - shared)


def divides_by_one_box(a, b):
    """divide by the union, not by one of the boxes"""
    return np.prod(np.clip(_sides(a, b), 0, None)) / _area(a)


def is_upside_down(a, b):
    """upside down: intersection over union"""
    return 1 / solution(a, b)


def divides_by_the_box_around_both(a, b):
    """the union is not the box around both"""
    return np.prod(np.clip(_sides(a, b), 0, None)) / np.prod(np.maximum(a[2:], b[2:]) - np.minimum(a[:2], b[:2]))


def is_the_dice_score(a, b):
    """twice the intersection over the sum of areas is the Dice score, a relative of IoU"""
    return 2 * np.prod(np.clip(_sides(a, b), 0, None)) / (_area(a) + _area(b))


def forgets_to_clip(a, b):
    """boxes that do not touch: minus times minus is plus, so clip width and height at 0 first"""
    shared = np.prod(_sides(a, b))
    return shared / (_area(a) + _area(b) - shared)


def clips_the_area_only(a, b):
    """clip width and height, not their product: minus times minus is plus"""
    shared = max(np.prod(_sides(a, b)), 0)
    return shared / (_area(a) + _area(b) - shared)


def divides_zero_by_zero(a, b):
    """two boxes without area: 0 / 0 must become 0"""
    shared = np.prod(np.clip(_sides(a, b), 0, None))
    with np.errstate(invalid="ignore"):
        return shared / (_area(a) + _area(b) - shared)
