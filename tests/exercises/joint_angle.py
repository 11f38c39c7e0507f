"""Notebook 07: the angle at a joint."""

import math

import numpy as np


def inputs(rng):
    a, b, c = rng.uniform(0, 100, (3, 2))
    kind = rng.choice(
        ["any", "straight", "folded", "without length", "missing", "whole"], p=[0.3, 0.25, 0.1, 0.1, 0.2, 0.05]
    )
    if kind == "straight":
        b, c = a + 0.3 * c, a + c
    if kind == "folded":
        c = b + rng.uniform(0.2, 2) * (a - b)
    if kind == "whole":
        a, b, c = np.round(a), np.round(b), np.round(c)
    if kind == "without length":
        a, c = (b, c) if rng.random() < 0.5 else (a, b)
    if rng.random() < 0.2:  # a coordinate of 0 is a place like any other
        (a, b, c)[rng.integers(3)][rng.integers(2)] = 0
    if rng.random() < 0.1:
        c = a
    if rng.random() < 0.1:
        a, b, c = a / 200, b / 200, c / 200
    seen = rng.integers(1, 3, 3)
    joints = [(*map(float, place), int(v)) for place, v in zip((a, b, c), seen, strict=True)]
    if kind == "missing":
        lost = rng.integers(3)
        joints[lost] = (0.0, 0.0, 0) if rng.random() < 0.5 else (*joints[lost][:2], 0)
    return tuple(map(np.array, joints))


def settled(answer):
    """Near 0 and 180 degrees the last digits depend on the formula."""
    return np.round(answer, 3)


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
    """a missing joint's 0, 0 is no place: look at v of all three joints"""
    if _length(a, b) == 0 or _length(c, b) == 0:
        return float("nan")
    return np.degrees(np.arccos(np.clip(_cosine(a, b, c), -1, 1)))


def says_zero_for_a_missing_joint(a, b, c):
    """0 is an angle, that of a folded limb; a missing joint gives nan"""
    return 0.0 if _lacks(a, b, c) else solution(a, b, c)


def takes_a_hidden_joint_for_a_missing_one(a, b, c):
    """v = 1 is hidden, and a hidden joint has a place; only v = 0 is missing"""
    return float("nan") if min(a[2], b[2], c[2]) < 2 else solution(a, b, c)


def looks_at_the_middle_joint_alone(a, b, c):
    """each of the three joints may be missing, not the middle one alone"""
    return (
        float("nan")
        if b[2] == 0 or _lacks((*a[:2], 2), b, (*c[:2], 2))
        else solution(*((*p[:2], 2) for p in (a, b, c)))
    )


def lets_rounding_leave_the_range(a, b, c):
    """rounding pushed the cosine of a straight limb beyond -1 or 1: clip it"""
    with np.errstate(invalid="ignore"):
        return float("nan") if _lacks(a, b, c) else np.degrees(np.arccos(_cosine(a, b, c)))


def lets_rounding_raise_an_error(a, b, c):
    """rounding pushed a cosine beyond -1 or 1, and the error ends the job: clip it"""
    return float("nan") if _lacks(a, b, c) else math.degrees(math.acos(_cosine(a, b, c)))


def stays_in_radians(a, b, c):
    """these are radians: np.degrees makes degrees of them"""
    return np.radians(solution(a, b, c))


def measures_at_the_first_joint(a, b, c):
    """this is the angle at a"""
    return solution(b, a, c)


def measures_at_the_last_joint(a, b, c):
    """this is the angle at c"""
    return solution(a, c, b)


def measures_the_bend(a, b, c):
    """that is how far the limb is bent away from straight: 180 less the angle"""
    return 180 - solution(a, b, c)


def returns_the_cosine(a, b, c):
    """this is the cosine: np.arccos makes an angle of it"""
    return float("nan") if _lacks(a, b, c) else _cosine(a, b, c)


def forgets_the_two(a, b, c):
    """divide by twice the product of the lengths"""
    return float("nan") if _lacks(a, b, c) else np.degrees(np.arccos(np.clip(2 * _cosine(a, b, c), -1, 1)))


def divides_by_a_limb_without_length(a, b, c):
    """a limb without length has no direction, so there is no angle: return nan"""
    if min(a[2], b[2], c[2]) == 0:
        return float("nan")
    ab, cb, ac = float(_length(a, b)), float(_length(c, b)), float(_length(a, c))
    return math.degrees(math.acos(max(-1.0, min(1.0, (ab**2 + cb**2 - ac**2) / (2 * ab * cb)))))
