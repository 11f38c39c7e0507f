"""Notebook 09, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def _mix(cells, u, v, far=False, outside="clip"):
    """The value at column u and row v, in cells; beyond the outermost centres as `outside` says."""
    height, width = cells.shape
    if outside == "clip":
        u, v = np.clip(u, 0, width - 1), np.clip(v, 0, height - 1)
    left, top = (int(np.floor(place)) for place in (u, v))
    first_u, first_v = u - left, v - top
    if outside == "slope":
        left, top = min(max(left, 0), width - 2), min(max(top, 0), height - 2)
        first_u, first_v = u - left, v - top
    total = 0.0
    for right in (0, 1):
        for below in (0, 1):
            x, y = left + right, top + below
            weight = (first_u if right != far else 1 - first_u) * (first_v if below != far else 1 - first_v)
            if outside in ("clip", "wrap"):
                x, y = min(x, width - 1), min(y, height - 1)
            if outside != "zero" or (0 <= x < width and 0 <= y < height):
                total += weight * cells[y, x]
    return total


def _places(x, y, stride):
    return (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5


def solution(cells, x, y, stride):
    return _mix(cells, *_places(x, y, stride))


def forgets_the_half_pixel(cells, x, y, stride):
    return _mix(cells, x / stride, y / stride)


def keeps_half_a_cell(cells, x, y, stride):
    return _mix(cells, (x + 0.5) / stride, (y + 0.5) / stride)


def exchanges_the_halves(cells, x, y, stride):
    return _mix(cells, (x - 0.5) / stride + 0.5, (y - 0.5) / stride + 0.5)


def aligns_the_corners(cells, x, y, stride):
    height, width = cells.shape
    return _mix(cells, x * (width - 1) / (width * stride - 1), y * (height - 1) / (height * stride - 1))


def takes_the_nearest_cell(cells, x, y, stride):
    return _mix(cells, *np.round(_places(x, y, stride)))


def exchanges_rows_and_columns(cells, x, y, stride):
    return _mix(cells, *_places(y, x, stride))


def forgets_the_stride(cells, x, y, stride):
    return _mix(cells, x, y, outside="raise")


def weighs_the_far_cell(cells, x, y, stride):
    return _mix(cells, *_places(x, y, stride), far=True)


def mixes_columns_only(cells, x, y, stride):
    u, v = _places(x, y, stride)
    return _mix(cells, u, np.round(v))


def weighs_by_ceil_and_floor(cells, x, y, stride):
    u, v = (np.clip(place, 0, n - 1) for place, n in zip(_places(x, y, stride), cells.shape[::-1], strict=True))
    left, right, top, bottom = (int(edge(place)) for place in (u, v) for edge in (np.floor, np.ceil))
    upper = cells[top, left] * (right - u) + cells[top, right] * (u - left)
    lower = cells[bottom, left] * (right - u) + cells[bottom, right] * (u - left)
    return upper * (bottom - v) + lower * (v - top)


def leaves_the_map(cells, x, y, stride):
    return _mix(cells, *_places(x, y, stride), outside="raise")


def wraps_around(cells, x, y, stride):
    return _mix(cells, *_places(x, y, stride), outside="wrap")


def continues_the_slope(cells, x, y, stride):
    return _mix(cells, *_places(x, y, stride), outside="slope")


def mixes_with_zero(cells, x, y, stride):
    return _mix(cells, *_places(x, y, stride), outside="zero")


def undone(cells, x, y, stride):
    return None
