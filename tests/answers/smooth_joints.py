"""Answers to the exercise smooth_joints, right and wrong."""

import numpy as np


def right_row_by_row(before, now, elapsed, cutoff=2.0):
    turn = 2 * np.pi * cutoff * elapsed
    rows = []
    for old, new in zip(before, now, strict=True):
        place = new[:2] if old[2] == 0 else old[:2] + turn / (turn + 1) * (new[:2] - old[:2])
        rows.append([*place, new[2]] if new[2] else [0, 0, 0])
    return np.array(rows)
