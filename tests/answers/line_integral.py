"""Answers to the exercise line_integral, right and wrong."""

import numpy as np


def right_by_steps(field, start, end, samples=10):
    way = np.subtract(end, start)
    length = (way[0] ** 2 + way[1] ** 2) ** 0.5
    if length < 1e-12:
        return 0
    total = 0
    for n in range(samples):
        x, y = np.rint(start + way * n / (samples - 1)).astype(int)
        if 0 <= y < len(field) and 0 <= x < len(field[0]):
            total += (field[y, x, 0] * way[0] + field[y, x, 1] * way[1]) / length
    return total / samples
