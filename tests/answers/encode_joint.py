"""Answers to the exercise encode_joint, right and wrong."""

import math

import numpy as np
from scipy.stats import norm


def right_in_another_style(x, y, v, shape, stride, sigma):
    height, width = shape
    rows = [[0.0] * width for _ in range(height)]
    if v > 0:
        a, b = (2 * x + 1 - stride) / (2 * stride), (2 * y + 1 - stride) / (2 * stride)
        for row in range(height):
            for column in range(width):
                rows[row][column] = math.exp(-0.5 * (((column - a) / sigma) ** 2 + ((row - b) / sigma) ** 2))
    return rows


def right_outer_product(x, y, v, shape, stride, sigma):
    if v == 0:
        return np.zeros(shape)
    cx, cy = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    across = np.exp(-((np.arange(shape[1]) - cx) ** 2) / (2 * sigma**2))
    down = np.exp(-((np.arange(shape[0]) - cy) ** 2) / (2 * sigma**2))
    return np.outer(down, across)


def right_meshgrid(x, y, v, shape, stride, sigma):
    if not v:
        return np.zeros(shape, dtype=np.float32)
    columns, rows = np.meshgrid(range(shape[1]), range(shape[0]))
    px, py = (columns + 0.5) * stride - 0.5, (rows + 0.5) * stride - 0.5
    return np.exp(-((px - x) ** 2 + (py - y) ** 2) / (2 * (sigma * stride) ** 2))


def right_indices_complex(x, y, v, shape, stride, sigma):
    rows, columns = np.indices(shape)
    place = complex(x, y) + 0.5 + 0.5j
    away = np.abs(columns + 1j * rows - (place / stride - 0.5 - 0.5j))
    return np.exp(-0.5 * (away / sigma) ** 2) if v > 0 else 0.0 * rows


def right_scipy_norm(x, y, v, shape, stride, sigma):
    h, w = shape
    if v < 1:
        return [[0.0 for _ in range(w)] for _ in range(h)]
    a = norm.pdf(np.arange(w), (x + 0.5) / stride - 0.5, sigma) * sigma * np.sqrt(2 * np.pi)
    b = norm.pdf(np.arange(h), (y + 0.5) / stride - 0.5, sigma) * sigma * np.sqrt(2 * np.pi)
    return (b.reshape(-1, 1) * a.reshape(1, -1)).tolist()


def _gauss(cx, cy, v, shape, sigma):
    if v == 0:
        return np.zeros(shape)
    rows, columns = np.indices(shape)
    return np.exp(-((columns - cx) ** 2 + (rows - cy) ** 2) / (2 * sigma**2))


def wrong_x_over_stride(x, y, v, shape, stride, sigma):
    return _gauss(x / stride, y / stride, v, shape, sigma)


def wrong_rounded_place(x, y, v, shape, stride, sigma):
    if v == 0:
        return np.zeros(shape)
    return _gauss(round((x + 0.5) / stride - 0.5), round((y + 0.5) / stride - 0.5), v, shape, sigma)


def wrong_floor_place(x, y, v, shape, stride, sigma):
    return _gauss(x // stride, y // stride, v, shape, sigma)


def wrong_half_not_taken_back(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride, (y + 0.5) / stride, v, shape, sigma)


def wrong_half_signs(x, y, v, shape, stride, sigma):
    return _gauss((x - 0.5) / stride + 0.5, (y - 0.5) / stride + 0.5, v, shape, sigma)


def wrong_x_and_y_exchanged(x, y, v, shape, stride, sigma):
    return _gauss((y + 0.5) / stride - 0.5, (x + 0.5) / stride - 0.5, v, shape, sigma)


def wrong_map_transposed(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape[::-1], sigma).T


def wrong_shape_as_width_height(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape[::-1], sigma)


def wrong_sigma_in_pixels(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma / stride)


def wrong_sigma_not_squared(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, np.sqrt(sigma))


def wrong_two_forgotten(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma / np.sqrt(2))


def wrong_sum_is_one(x, y, v, shape, stride, sigma):
    heat = _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)
    return heat / heat.sum() if heat.sum() > 0 else heat


def wrong_density(x, y, v, shape, stride, sigma):
    heat = _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)
    return heat / (2 * np.pi * sigma**2)


def wrong_maximum_is_one(x, y, v, shape, stride, sigma):
    heat = _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)
    return heat / heat.max() if heat.max() > 0 else heat


def wrong_cut_at_three_sigma(x, y, v, shape, stride, sigma):
    heat = _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)
    return np.where(heat < np.exp(-4.5), 0, heat)


def wrong_cut_at_four_sigma_window(x, y, v, shape, stride, sigma):
    cx, cy = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    heat = _gauss(cx, cy, v, shape, sigma)
    rows, columns = np.indices(shape)
    return np.where((abs(rows - cy) <= 4 * sigma) & (abs(columns - cx) <= 4 * sigma), heat, 0)


def wrong_outside_is_zero(x, y, v, shape, stride, sigma):
    cx, cy = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    if not (-0.5 <= cx <= shape[1] - 0.5 and -0.5 <= cy <= shape[0] - 0.5):
        return np.zeros(shape)
    return _gauss(cx, cy, v, shape, sigma)


def wrong_clipped_into_map(x, y, v, shape, stride, sigma):
    cx = np.clip((x + 0.5) / stride - 0.5, 0, shape[1] - 1)
    cy = np.clip((y + 0.5) / stride - 0.5, 0, shape[0] - 1)
    return _gauss(cx, cy, v, shape, sigma)


def wrong_clipped_to_edges(x, y, v, shape, stride, sigma):
    cx = np.clip((x + 0.5) / stride - 0.5, -0.5, shape[1] - 0.5)
    cy = np.clip((y + 0.5) / stride - 0.5, -0.5, shape[0] - 0.5)
    return _gauss(cx, cy, v, shape, sigma)


def wrong_hidden_is_empty(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v if v == 2 else 0, shape, sigma)


def wrong_hidden_is_half(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma) * v / 2


def wrong_multiplied_by_labelled(x, y, v, shape, stride, sigma):
    return (v > 0) * _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, 1, shape, sigma)


def wrong_missing_only_if_nan(x, y, v, shape, stride, sigma):
    missing = np.isnan(x) or np.isnan(y)
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, not missing, shape, sigma)


def wrong_exponential_of_distance(x, y, v, shape, stride, sigma):
    if v == 0:
        return np.zeros(shape)
    rows, columns = np.indices(shape)
    d = np.hypot(columns - (x + 0.5) / stride + 0.5, rows - (y + 0.5) / stride + 0.5)
    return np.exp(-d / (2 * sigma**2))


def wrong_square_map(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, (shape[0], shape[0]), sigma)


def wrong_stride_always_four(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / 4 - 0.5, (y + 0.5) / 4 - 0.5, v, shape, sigma)


def wrong_negative_pixels_as_missing(x, y, v, shape, stride, sigma):
    if v == 0 or x < 0 or y < 0:
        return np.zeros(shape)
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)


def wrong_origin_as_missing(x, y, v, shape, stride, sigma):
    if v == 0 or (x == 0 and y == 0):
        return np.zeros(shape)
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)


def wrong_cut_at_five_sigma(x, y, v, shape, stride, sigma):
    heat = _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)
    return np.where(heat < np.exp(-12.5), 0, heat)


def wrong_cut_at_six_sigma(x, y, v, shape, stride, sigma):
    heat = _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)
    return np.where(heat < np.exp(-18), 0, heat)


def wrong_far_outside_is_zero(x, y, v, shape, stride, sigma):
    cx, cy = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    if v == 0 or not (-3 * sigma <= cx <= shape[1] - 1 + 3 * sigma and -3 * sigma <= cy <= shape[0] - 1 + 3 * sigma):
        return np.zeros(shape)
    return _gauss(cx, cy, v, shape, sigma)


def wrong_outside_on_the_right_is_zero(x, y, v, shape, stride, sigma):
    if v == 0 or x > shape[1] * stride or y > shape[0] * stride:
        return np.zeros(shape)
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, sigma)


def wrong_sigma_at_least_one(x, y, v, shape, stride, sigma):
    return _gauss((x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5, v, shape, max(sigma, 1))


def wrong_integer_half(x, y, v, shape, stride, sigma):
    if v == 0:
        return np.zeros(shape)
    return _gauss((x - stride // 2 + 0.5) / stride, (y - stride // 2 + 0.5) / stride, v, shape, sigma)
