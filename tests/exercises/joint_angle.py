"""Notebook 07, exercise 1: a solution, and the misconceptions that the check must reject."""

import math

import numpy as np


def _length(p, q):
    return np.hypot(p[0] - q[0], p[1] - q[1])


def _cosine(a, b, c):
    ab, cb, ac = _length(a, b), _length(c, b), _length(a, c)
    return (ab**2 + cb**2 - ac**2) / (2 * ab * cb)


def _lacks(a, b, c):
    return min(a[2], b[2], c[2]) == 0 or _length(a, b) == 0 or _length(c, b) == 0


def solution(a, b, c):
    if _lacks(a, b, c):
        return float("nan")
    return np.degrees(np.arccos(np.clip(_cosine(a, b, c), -1, 1)))


def takes_a_missing_joint_for_the_corner(a, b, c):
    if _length(a, b) == 0 or _length(c, b) == 0:
        return float("nan")
    return np.degrees(np.arccos(np.clip(_cosine(a, b, c), -1, 1)))


def says_zero_for_a_missing_joint(a, b, c):
    return 0.0 if _lacks(a, b, c) else solution(a, b, c)


def takes_a_hidden_joint_for_a_missing_one(a, b, c):
    return float("nan") if min(a[2], b[2], c[2]) < 2 else solution(a, b, c)


def looks_at_the_middle_joint_alone(a, b, c):
    return (
        float("nan")
        if b[2] == 0 or _lacks((*a[:2], 2), b, (*c[:2], 2))
        else solution(*((*p[:2], 2) for p in (a, b, c)))
    )


def lets_rounding_leave_the_range(a, b, c):
    with np.errstate(invalid="ignore"):
        return float("nan") if _lacks(a, b, c) else np.degrees(np.arccos(_cosine(a, b, c)))


def lets_rounding_raise_an_error(a, b, c):
    return float("nan") if _lacks(a, b, c) else math.degrees(math.acos(_cosine(a, b, c)))


def stays_in_radians(a, b, c):
    return np.radians(solution(a, b, c))


def measures_at_the_first_joint(a, b, c):
    return solution(b, a, c)


def measures_at_the_last_joint(a, b, c):
    return solution(a, c, b)


def measures_the_bend(a, b, c):
    return 180 - solution(a, b, c)


def returns_the_cosine(a, b, c):
    return float("nan") if _lacks(a, b, c) else _cosine(a, b, c)


def forgets_the_two(a, b, c):
    return float("nan") if _lacks(a, b, c) else np.degrees(np.arccos(np.clip(2 * _cosine(a, b, c), -1, 1)))


def divides_by_a_limb_without_length(a, b, c):
    if min(a[2], b[2], c[2]) == 0:
        return float("nan")
    ab, cb, ac = float(_length(a, b)), float(_length(c, b)), float(_length(a, c))
    return math.degrees(math.acos(max(-1.0, min(1.0, (ab**2 + cb**2 - ac**2) / (2 * ab * cb)))))


def undone(a, b, c):
    return None
