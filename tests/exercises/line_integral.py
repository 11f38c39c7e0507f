"""Notebook 05, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def _integral(field, start, end, samples, unit=True, sign=1, total=False, magnitude=False, swapped=False, edge="zero"):
    start, end = np.array(start, float), np.array(end, float)
    line = sign * (end - start)
    length = np.linalg.norm(line)
    if length == 0:
        return 0.0
    values = []
    for step in np.linspace(0, 1, samples):
        x, y = (int(round(v)) for v in start + step * (end - start))
        if swapped:
            x, y = y, x
        inside = 0 <= x < field.shape[1] and 0 <= y < field.shape[0]
        if edge == "clip":
            x, y = np.clip(x, 0, field.shape[1] - 1), np.clip(y, 0, field.shape[0] - 1)
        arrow = field[y, x] if inside or edge != "zero" else np.zeros(2)
        value = arrow @ (line / length if unit else line)
        values.append(abs(value) if magnitude else value)
    return sum(values) if total else sum(values) / len(values)


def solution(field, start, end, samples=10):
    return _integral(field, start, end, samples)


def forgets_to_divide_by_the_length(field, start, end, samples=10):
    return _integral(field, start, end, samples, unit=False)


def points_from_end_to_start(field, start, end, samples=10):
    return _integral(field, start, end, samples, sign=-1)


def sums_the_samples(field, start, end, samples=10):
    return _integral(field, start, end, samples, total=True)


def loses_the_sign(field, start, end, samples=10):
    return _integral(field, start, end, samples, magnitude=True)


def exchanges_rows_and_columns(field, start, end, samples=10):
    return _integral(field, start, end, samples, swapped=True, edge="raise")


def clips_to_the_edge(field, start, end, samples=10):
    return _integral(field, start, end, samples, edge="clip")


def leaves_the_map(field, start, end, samples=10):
    return _integral(field, start, end, samples, edge="raise")


def divides_by_no_length(field, start, end, samples=10):
    return _integral(field, start, end, samples) if tuple(start) != tuple(end) else float("nan")


def reads_x_only(field, start, end, samples=10):
    return _integral(field * [1, 0], start, end, samples)


def undone(field, start, end, samples=10):
    return None
