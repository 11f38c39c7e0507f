"""Notebook 01, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def _sides(a, b):
    return np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])


def _area(box):
    return np.prod(box[2:] - box[:2])


def solution(a, b):
    shared = np.prod(np.clip(_sides(a, b), 0, None))
    union = _area(a) + _area(b) - shared
    return shared / union if union > 0 else 0.0


def counts_the_shared_area_twice(a, b):
    return np.prod(np.clip(_sides(a, b), 0, None)) / (_area(a) + _area(b))


def adds_one_to_every_width(a, b):
    shared = np.prod(np.clip(_sides(a, b) + 1, 0, None))
    return shared / (np.prod(a[2:] - a[:2] + 1) + np.prod(b[2:] - b[:2] + 1) - shared)


def divides_by_one_box(a, b):
    return np.prod(np.clip(_sides(a, b), 0, None)) / _area(a)


def is_upside_down(a, b):
    return 1 / solution(a, b)


def divides_by_the_box_around_both(a, b):
    return np.prod(np.clip(_sides(a, b), 0, None)) / np.prod(np.maximum(a[2:], b[2:]) - np.minimum(a[:2], b[:2]))


def is_the_dice_score(a, b):
    return 2 * np.prod(np.clip(_sides(a, b), 0, None)) / (_area(a) + _area(b))


def forgets_to_clip(a, b):
    shared = np.prod(_sides(a, b))
    return shared / (_area(a) + _area(b) - shared)


def clips_the_area_only(a, b):
    shared = max(np.prod(_sides(a, b)), 0)
    return shared / (_area(a) + _area(b) - shared)


def divides_zero_by_zero(a, b):
    shared = np.prod(np.clip(_sides(a, b), 0, None))
    with np.errstate(invalid="ignore"):
        return shared / (_area(a) + _area(b) - shared) if _area(a) > 0 else float("nan")


def undone(a, b):
    return None
