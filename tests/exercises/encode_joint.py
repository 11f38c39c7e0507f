"""Notebook 03: a joint as a map."""

import numpy as np


def inputs(rng):
    height, width = rng.choice(12, 2, replace=False) + 1
    stride, sigma = int(rng.choice([1, 2, 4, 8])), float(rng.uniform(0.4, 2.5))
    x, y = rng.uniform(-0.5, stride * width - 0.5), rng.uniform(-0.5, stride * height - 0.5)
    if rng.random() < 0.2:  # a little outside the picture
        x = rng.choice([-0.5 - stride * rng.uniform(0.6, 1.5), stride * (width + rng.uniform(0.6, 1.5)) - 0.5])
    elif rng.random() < 0.2:
        y = rng.choice([-0.5 - stride * rng.uniform(0.6, 1.5), stride * (height + rng.uniform(0.6, 1.5)) - 0.5])
    if rng.random() < 0.2:
        x, y = int(x), int(y)
    v = int(rng.choice([0, 1, 2], p=[0.2, 0.3, 0.5]))
    if v == 0 and rng.random() < 0.6:
        x = y = rng.choice([0.0, np.nan])
    return x, y, v, (int(height), int(width)), stride, sigma


def _cells(x, y, stride):
    return (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5


def _gaussian(centre, shape, sigma, exponent=2):
    (x, y), (height, width) = centre, shape
    across = np.exp(-(np.abs(np.arange(width) - x) ** exponent) / (2 * sigma**2))
    down = np.exp(-(np.abs(np.arange(height) - y) ** exponent) / (2 * sigma**2))
    return down[:, None] * across


def solution(x, y, v, shape, stride, sigma):
    if v == 0:
        return np.zeros(shape)
    return _gaussian(_cells(x, y, stride), shape, sigma)


def divides_by_the_stride_alone(x, y, v, shape, stride, sigma):
    """the centre is off: picture and map have their edges in common, and the first pixel's centre is at 0"""
    return solution(stride * (x / stride + 0.5) - 0.5, stride * (y / stride + 0.5) - 0.5, v, shape, stride, sigma)


def measures_from_the_edge(x, y, v, shape, stride, sigma):
    """the centre is half a cell off: the first cell's centre is at 0, and its edge at -.5"""
    return solution(x + stride / 2, y + stride / 2, v, shape, stride, sigma)


def rounds_the_centre(x, y, v, shape, stride, sigma):
    """the centre is rounded to a cell: it may lie between cells"""
    if v == 0:
        return np.zeros(shape)
    return _gaussian(np.floor(np.add(_cells(x, y, stride), 0.5)), shape, sigma)


def cuts_the_centre_down_to_a_cell(x, y, v, shape, stride, sigma):
    """the centre is cut down to a whole number: it may lie between cells"""
    return np.zeros(shape) if v == 0 else _gaussian(np.floor(_cells(x, y, stride)), shape, sigma)


def exchanges_x_and_y(x, y, v, shape, stride, sigma):
    """x and y are exchanged: x counts columns, y rows"""
    return solution(y, x, v, shape, stride, sigma)


def has_columns_first(x, y, v, shape, stride, sigma):
    """the map is (w, h): rows come first"""
    return solution(x, y, v, shape, stride, sigma).T


def turns_the_map_upside_down(x, y, v, shape, stride, sigma):
    """the map is upside down: row 0 is at the top, where y is small"""
    return solution(x, y, v, shape, stride, sigma)[::-1]


def adds_up_to_one(x, y, v, shape, stride, sigma):
    """the heights add up to 1: what is asked for is a height of 1 at the centre"""
    heat = solution(x, y, v, shape, stride, sigma)
    return heat / heat.sum() if heat.any() else heat


def is_a_density(x, y, v, shape, stride, sigma):
    """that is a density, with its factor in front: the height at the centre is 1"""
    return solution(x, y, v, shape, stride, sigma) / (2 * np.pi * sigma**2)


def lifts_the_highest_cell_to_one(x, y, v, shape, stride, sigma):
    """the highest cell is 1 only where the centre lies on it"""
    heat = solution(x, y, v, shape, stride, sigma)
    return heat / heat.max() if heat.any() else heat


def leaves_hidden_joints_out(x, y, v, shape, stride, sigma):
    """a hidden joint (v = 1) has a label and a place"""
    return solution(x, y, 2 if v == 2 else 0, shape, stride, sigma)


def draws_joints_without_a_label(x, y, v, shape, stride, sigma):
    """v = 0 is no label: the map is empty, wherever x and y point"""
    return solution(x, y, 2, shape, stride, sigma)


def multiplies_nan_by_zero(x, y, v, shape, stride, sigma):
    """0 times NaN is NaN: look at v first"""
    return solution(x, y, 2, shape, stride, sigma) * (v > 0)


def weighs_by_v(x, y, v, shape, stride, sigma):
    """v is a code, no weight: a joint that is seen is not twice as high as a hidden one"""
    return solution(x, y, v, shape, stride, sigma) * v


def forgets_the_two(x, y, v, shape, stride, sigma):
    """the Gaussian is too narrow: a 2 is missing beside sigma squared"""
    return solution(x, y, v, shape, stride, sigma / 2**0.5)


def forgets_to_square_sigma(x, y, v, shape, stride, sigma):
    """sigma is squared in a Gaussian"""
    return solution(x, y, v, shape, stride, sigma**0.5)


def forgets_to_square_the_distance(x, y, v, shape, stride, sigma):
    """the distance is squared in a Gaussian"""
    return np.zeros(shape) if v == 0 else _gaussian(_cells(x, y, stride), shape, sigma, exponent=1)


def takes_sigma_for_pixels(x, y, v, shape, stride, sigma):
    """sigma is in cells, not in pixels"""
    return solution(x, y, v, shape, stride, sigma / stride)


def empties_the_map_of_a_joint_outside(x, y, v, shape, stride, sigma):
    """a labelled joint outside the picture keeps its place: what of its Gaussian reaches the map is drawn"""
    inside = -0.5 <= x < stride * shape[1] - 0.5 and -0.5 <= y < stride * shape[0] - 0.5
    return solution(x, y, v if inside else 0, shape, stride, sigma)


def pulls_a_joint_outside_to_the_edge(x, y, v, shape, stride, sigma):
    """a labelled joint outside the picture keeps its place: it is not moved to the nearest cell"""
    if v == 0:
        return np.zeros(shape)
    a, b = _cells(x, y, stride)
    return _gaussian((np.clip(a, 0, shape[1] - 1), np.clip(b, 0, shape[0] - 1)), shape, sigma)


def cuts_off_at_three_sigma(x, y, v, shape, stride, sigma):
    """the Gaussian is cut off: every cell has its value"""
    if v == 0:
        return np.zeros(shape)
    a, b = _cells(x, y, stride)
    near = np.maximum(np.abs(np.arange(shape[0]) - b)[:, None], np.abs(np.arange(shape[1]) - a)) <= 3 * sigma
    return solution(x, y, v, shape, stride, sigma) * near


def adds_the_two_axes(x, y, v, shape, stride, sigma):
    """the Gaussians of x and y are multiplied, not added: theirs is a cross"""
    if v == 0:
        return np.zeros(shape)
    a, b = _cells(x, y, stride)
    return _gaussian((a, 0), (1, shape[1]), sigma) + _gaussian((0, b), (shape[0], 1), sigma)


def marks_one_cell(x, y, v, shape, stride, sigma):
    """one cell alone is marked: neighbours get the Gaussian's height as well"""
    heat = solution(x, y, v, shape, stride, sigma)
    return (heat == heat.max()) * 1.0 if heat.any() else heat


def gives_no_map_without_a_label(x, y, v, shape, stride, sigma):
    """without a label the map is empty, but it is a map of the same shape"""
    return solution(x, y, v, shape, stride, sigma) if v else 0


def knows_a_stride_of_four_alone(x, y, v, shape, stride, sigma):
    """the stride is an argument, not always 4"""
    return solution(x, y, v, shape, 4, sigma)


def knows_a_sigma_of_two_alone(x, y, v, shape, stride, sigma):
    """sigma is an argument, not always 2"""
    return solution(x, y, v, shape, stride, 2.0)
