"""Notebook 09: read a map at a pixel."""

import numpy as np


def inputs(rng):
    cells = rng.normal(0, 10, rng.integers(2, 8, 2))
    cells = cells.round().astype(int) if rng.random() < 0.2 else cells
    stride = int(rng.choice([1, 2, 4, 8, 16]))
    y, x = rng.uniform(-0.5, cells.shape, 2) * stride
    if rng.random() < 0.1:  # far outside
        x += rng.choice([-3, 3]) * cells.shape[1] * stride
    if rng.random() < 0.2:  # at a cell's centre
        x, y = (np.floor(place / stride) * stride + stride / 2 - 0.5 for place in (x, y))
    return cells, float(x), float(y), stride


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
    """your place is x / stride, but the centre of cell 0 is not at pixel 0"""
    return _mix(cells, x / stride, y / stride)


def keeps_half_a_cell(cells, x, y, stride):
    """you added half a pixel; now take off half a cell, for cell 0's centre is at place 0"""
    return _mix(cells, (x + 0.5) / stride, (y + 0.5) / stride)


def exchanges_the_halves(cells, x, y, stride):
    """it is plus half a pixel and minus half a cell, not the other way round"""
    return _mix(cells, (x - 0.5) / stride + 0.5, (y - 0.5) / stride + 0.5)


def aligns_the_corners(cells, x, y, stride):
    """you stretched the outermost centres to the picture's corners"""
    height, width = cells.shape
    return _mix(cells, x * (width - 1) / (width * stride - 1), y * (height - 1) / (height * stride - 1))


def takes_the_nearest_cell(cells, x, y, stride):
    """this is the nearest cell: mix it with its neighbours"""
    return _mix(cells, *np.round(_places(x, y, stride)))


def exchanges_rows_and_columns(cells, x, y, stride):
    """rows are y, columns are x"""
    return _mix(cells, *_places(y, x, stride))


def forgets_the_stride(cells, x, y, stride):
    """pixels are not cells: the stride is missing"""
    return _mix(cells, x, y, outside="raise")


def weighs_the_far_cell(cells, x, y, stride):
    """the nearer cell must weigh more, not less"""
    return _mix(cells, *_places(x, y, stride), far=True)


def mixes_columns_only(cells, x, y, stride):
    """mix the two rows, too"""
    u, v = _places(x, y, stride)
    return _mix(cells, u, np.round(v))


def weighs_by_ceil_and_floor(cells, x, y, stride):
    """at a cell's centre all of your weights are 0: there ceil and floor are the same cell"""
    u, v = (np.clip(place, 0, n - 1) for place, n in zip(_places(x, y, stride), cells.shape[::-1], strict=True))
    left, right, top, bottom = (int(edge(place)) for place in (u, v) for edge in (np.floor, np.ceil))
    upper = cells[top, left] * (right - u) + cells[top, right] * (u - left)
    lower = cells[bottom, left] * (right - u) + cells[bottom, right] * (u - left)
    return upper * (bottom - v) + lower * (v - top)


def leaves_the_map(cells, x, y, stride):
    """beyond the outermost centres take the border's value: your index leaves the map"""
    return _mix(cells, *_places(x, y, stride), outside="raise")


def wraps_around(cells, x, y, stride):
    """at the border you mix in the other end of the map, which is what index -1 means"""
    return _mix(cells, *_places(x, y, stride), outside="wrap")


def continues_the_slope(cells, x, y, stride):
    """beyond the outermost centres you continue the slope: clip the place, not only the index"""
    return _mix(cells, *_places(x, y, stride), outside="slope")


def mixes_with_zero(cells, x, y, stride):
    """beyond the outermost centres take the border's value, not a mixture with 0"""
    return _mix(cells, *_places(x, y, stride), outside="zero")
