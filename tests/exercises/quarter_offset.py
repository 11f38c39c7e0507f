"""Notebook 03, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def _decode(heat, step=0.25, along_x=1, along_y=1):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    dx = np.sign(heat[y, x + 1] - heat[y, x - 1]) if 0 < x < heat.shape[1] - 1 else 0
    dy = np.sign(heat[y + 1, x] - heat[y - 1, x]) if 0 < y < heat.shape[0] - 1 else 0
    return x + along_x * step * dx, y + along_y * step * dy


def solution(heat):
    return _decode(heat)


def exchanges_x_and_y(heat):
    return _decode(heat)[::-1]


def returns_the_highest_cell(heat):
    return _decode(heat, step=0)


def moves_away(heat):
    return _decode(heat, along_x=-1, along_y=-1)


def thinks_that_y_points_up(heat):
    return _decode(heat, along_y=-1)


def moves_by_half_a_cell(heat):
    return _decode(heat, step=0.5)


def forgets_y(heat):
    return _decode(heat, along_y=0)


def moves_where_neighbours_are_equal(heat):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    if min(x, y) == 0 or x == heat.shape[1] - 1 or y == heat.shape[0] - 1:
        return _decode(heat)
    right, down = heat[y, x + 1] >= heat[y, x - 1], heat[y + 1, x] >= heat[y - 1, x]
    return x + (0.25 if right else -0.25), y + (0.25 if down else -0.25)


def leaves_the_map(heat):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    return (
        x + 0.25 * np.sign(heat[y, x + 1] - heat[y, x - 1]),
        y + 0.25 * np.sign(heat[y + 1, x] - heat[y - 1, x]),
    )


def wraps_around_at_an_edge(heat):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    height, width = heat.shape
    dx = np.sign(heat[y, (x + 1) % width] - heat[y, x - 1])
    dy = np.sign(heat[(y + 1) % height, x] - heat[y - 1, x])
    return x + 0.25 * dx, y + 0.25 * dy


def moves_neither_way_at_an_edge(heat):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    inside = 0 < x < heat.shape[1] - 1 and 0 < y < heat.shape[0] - 1
    return _decode(heat) if inside else (x, y)


def stays_beside_an_edge_too(heat):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    inside = 1 < x < heat.shape[1] - 1 and 1 < y < heat.shape[0] - 1
    return _decode(heat) if inside else (x, y)


def moves_to_the_right_and_up_alone(heat):
    x, y = _decode(heat)
    return np.ceil(x) - 0.75 if x % 1 else x, np.floor(y) + 0.75 if y % 1 else y


def returns_the_index_in_the_flat_map(heat):
    return heat.argmax()


def undone(heat):
    return None
