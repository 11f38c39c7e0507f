"""Notebook 03: a quarter of a cell."""

import numpy as np


def inputs(rng):
    height, width = rng.integers(1, 9, 2)
    x, y = rng.uniform(-0.5, width - 0.5), rng.uniform(-0.5, height - 0.5)
    if rng.random() < 0.3:
        x, y = np.round(x), np.round(y)  # its neighbours are equal
    down, across = np.arange(height)[:, None], np.arange(width)
    heat = np.exp(-((across - x) ** 2 + 1.7 * (down - y) ** 2) / rng.uniform(2, 20)) - rng.choice([0, 2])
    if rng.random() < 0.2:  # many peaks
        heat = rng.normal(0, 1, heat.shape)
    return (heat + rng.normal(0, 1e-3, heat.shape) if rng.random() < 0.5 else heat,)


def _decode(heat, step=0.25, along_x=1, along_y=1):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    dx = np.sign(heat[y, x + 1] - heat[y, x - 1]) if 0 < x < heat.shape[1] - 1 else 0
    dy = np.sign(heat[y + 1, x] - heat[y - 1, x]) if 0 < y < heat.shape[0] - 1 else 0
    return x + along_x * step * dx, y + along_y * step * dy


def solution(heat):
    return _decode(heat)


def exchanges_x_and_y(heat):
    """x and y are exchanged: rows of the array are y"""
    return _decode(heat)[::-1]


def returns_the_highest_cell(heat):
    """you return the highest cell itself: the quarter is missing"""
    return _decode(heat, step=0)


def moves_away(heat):
    """the step goes away from the higher neighbour: turn the sign"""
    return _decode(heat, along_x=-1, along_y=-1)


def thinks_that_y_points_up(heat):
    """the step in y has the wrong sign: rows count downwards, as y does"""
    return _decode(heat, along_y=-1)


def moves_by_half_a_cell(heat):
    """you move by half a cell: a quarter is asked for"""
    return _decode(heat, step=0.5)


def forgets_y(heat):
    """only x moves: y has neighbours too"""
    return _decode(heat, along_y=0)


def moves_where_neighbours_are_equal(heat):
    """where both neighbours are equal, that axis stays"""
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    if min(x, y) == 0 or x == heat.shape[1] - 1 or y == heat.shape[0] - 1:
        return _decode(heat)
    right, down = heat[y, x + 1] >= heat[y, x - 1], heat[y + 1, x] >= heat[y - 1, x]
    return x + (0.25 if right else -0.25), y + (0.25 if down else -0.25)


def leaves_the_map(heat):
    """at an edge one neighbour is missing, and your index leaves the map"""
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    return (
        x + 0.25 * np.sign(heat[y, x + 1] - heat[y, x - 1]),
        y + 0.25 * np.sign(heat[y + 1, x] - heat[y - 1, x]),
    )


def wraps_around_at_an_edge(heat):
    """at an edge that axis stays (index -1 is the other side of the map)"""
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    height, width = heat.shape
    dx = np.sign(heat[y, (x + 1) % width] - heat[y, x - 1])
    dy = np.sign(heat[(y + 1) % height, x] - heat[y - 1, x])
    return x + 0.25 * dx, y + 0.25 * dy


def moves_neither_way_at_an_edge(heat):
    """at an edge that axis stays, and the other one moves"""
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    inside = 0 < x < heat.shape[1] - 1 and 0 < y < heat.shape[0] - 1
    return _decode(heat) if inside else (x, y)


def stays_beside_an_edge_too(heat):
    """a cell beside the edge has both neighbours: it moves"""
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    inside = 1 < x < heat.shape[1] - 1 and 1 < y < heat.shape[0] - 1
    return _decode(heat) if inside else (x, y)


def moves_to_the_right_and_up_alone(heat):
    """the higher neighbour may lie on either side"""
    x, y = _decode(heat)
    return np.ceil(x) - 0.75 if x % 1 else x, np.floor(y) + 0.75 if y % 1 else y


def returns_the_index_in_the_flat_map(heat):
    """that is the index in the flattened map: np.unravel_index makes row and column of it"""
    return heat.argmax()
