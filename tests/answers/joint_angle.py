"""Answers to the exercise joint_angle, right and wrong."""

import numpy as np


def right_by_vectors(a, b, c):
    if 0 in (a[2], b[2], c[2]):
        return np.nan
    one, other = np.subtract(a[:2], b[:2]), np.subtract(c[:2], b[:2])
    if not one.any() or not other.any():
        return float("nan")
    turn = one[0] * other[1] - one[1] * other[0]
    return abs(np.degrees(np.arctan2(turn, one @ other)))
