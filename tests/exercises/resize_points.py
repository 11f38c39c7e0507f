"""Notebook 00: resize points with their picture."""

import numpy as np


def inputs(rng):
    joints = rng.integers(1, 7)
    old, new = rng.integers(2, 40, 2), rng.integers(2, 40, 2)
    if rng.random() < 0.2:
        new[0] = old[0]  # one axis stays as it is
    places = rng.uniform(-0.5, 1, (joints, 2)) * old
    on_the_edge = rng.random((joints, 2)) < 0.2
    places = np.where(on_the_edge, rng.choice([-0.5, 0.0], (joints, 2)), np.maximum(places, -0.5))
    points = np.column_stack([places, rng.integers(0, 3, joints)])
    kind = rng.choice([np.float64, np.float32, np.int64])
    if rng.random() < 0.6:
        points[points[:, 2] == 0, :2] = 0 if kind is np.int64 or rng.random() < 0.6 else np.nan
    return points.astype(kind), tuple(map(int, old)), tuple(map(int, new))


def _resized(points, scale, before=0.5, after=0.5):
    moved = np.array(points, float)
    moved[:, :2] = (moved[:, :2] + before) * scale - after
    moved[moved[:, 2] == 0] = 0
    return moved


def solution(points, old_size, new_size):
    return _resized(points, np.divide(new_size, old_size))


def multiplies_alone(points, old_size, new_size):
    """x times the scale keeps the first pixel's centre in place: the picture's edge, at -.5, has to stay"""
    return _resized(points, np.divide(new_size, old_size), 0, 0)


def keeps_first_and_last_centres(points, old_size, new_size):
    """that keeps the centres of the first and the last pixel in place: here the edges of the picture stay"""
    return _resized(points, np.subtract(new_size, 1) / np.subtract(old_size, 1), 0, 0)


def forgets_to_go_back(points, old_size, new_size):
    """half a pixel is added and not taken off again after scaling"""
    return _resized(points, np.divide(new_size, old_size), 0.5, 0)


def forgets_to_add_first(points, old_size, new_size):
    """half a pixel is taken off and was not added before scaling"""
    return _resized(points, np.divide(new_size, old_size), 0, 0.5)


def has_the_signs_reversed(points, old_size, new_size):
    """the half pixels have their signs reversed"""
    return _resized(points, np.divide(new_size, old_size), -0.5, -0.5)


def takes_height_for_width(points, old_size, new_size):
    """sizes are (width, height): x belongs to the first number"""
    return _resized(points, np.divide(new_size, old_size)[::-1])


def scales_both_by_the_width(points, old_size, new_size):
    """y is scaled as the width is: it has a scale of its own"""
    return _resized(points, new_size[0] / old_size[0])


def scales_both_by_the_height(points, old_size, new_size):
    """x is scaled as the height is: it has a scale of its own"""
    return _resized(points, new_size[1] / old_size[1])


def keeps_the_shape(points, old_size, new_size):
    """one scale for both axes keeps the shape of things: this picture is stretched"""
    return _resized(points, np.divide(new_size, old_size).min())


def goes_the_other_way(points, old_size, new_size):
    """the scale is new / old"""
    return _resized(points, np.divide(old_size, new_size))


def moves_lost_joints_too(points, old_size, new_size):
    """a joint without a label (v = 0) has no place: its row is 0, 0, 0"""
    moved = np.array(points, float)
    moved[:, :2] = (moved[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    return moved


def leaves_lost_joints_where_they_were(points, old_size, new_size):
    """a joint without a label (v = 0) has no place, whatever its x and y were: its row is 0, 0, 0"""
    return np.where(np.asarray(points)[:, 2:] > 0, solution(points, old_size, new_size), points)


def drops_lost_joints(points, old_size, new_size):
    """every joint keeps its row, with or without a label"""
    return solution(points, old_size, new_size)[points[:, 2] > 0]


def loses_hidden_joints(points, old_size, new_size):
    """hidden joints (v = 1) have a place and move as the others"""
    moved = solution(points, old_size, new_size)
    moved[moved[:, 2] < 2] = 0
    return moved


def scales_visibility(points, old_size, new_size):
    """v is no coordinate: it stays"""
    x, y = np.divide(new_size, old_size)
    moved = solution(points, old_size, new_size)
    return moved * [1, 1, x] if x != 1 else moved * [1, 1, y]


def drops_visibility(points, old_size, new_size):
    """keep all three columns: x, y and v"""
    return solution(points, old_size, new_size)[:, :2]


def rounds(points, old_size, new_size):
    """a place between two centres is a place: do not round"""
    return np.round(solution(points, old_size, new_size))


def writes_into_whole_numbers(points, old_size, new_size):
    """the points can be whole numbers and their copy cannot hold a fraction: make it real first"""
    return solution(points, old_size, new_size).astype(points.dtype)


def keeps_to_the_centres(points, old_size, new_size):
    """a place between the picture's edge and the first centre lies in the picture: do not clip it"""
    moved = solution(points, old_size, new_size)
    moved[:, :2] = np.clip(moved[:, :2], 0, np.subtract(new_size, 1))
    return moved


def changes_what_it_was_given(points, old_size, new_size):
    """the points that were given are changed: work on a copy"""
    moved = solution(points, old_size, new_size)
    points[:] = moved
    return moved
