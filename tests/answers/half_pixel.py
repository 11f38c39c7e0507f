"""Answers to the exercise half_pixel, right and wrong."""

import math

import numpy as np
from scipy.ndimage import map_coordinates


def right_by_weights(cells, x, y, stride):
    across = np.maximum(
        0, 1 - abs(np.arange(cells.shape[1]) - np.clip((x + 0.5) / stride - 0.5, 0, cells.shape[1] - 1))
    )
    down = np.maximum(0, 1 - abs(np.arange(cells.shape[0]) - np.clip((y + 0.5) / stride - 0.5, 0, cells.shape[0] - 1)))
    return down @ cells @ across


def right_by_scipy(cells, x, y, stride):
    place = [[(y + 0.5) / stride - 0.5], [(x + 0.5) / stride - 0.5]]
    return map_coordinates(np.asarray(cells, float), place, order=1, mode="nearest")[0]


def right_by_interp(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    return float(np.interp(row, range(h), [np.interp(column, range(w), line) for line in cells]))


def right_clipped_indices(cells, x, y, stride):
    column, row = (2 * x + 1 - stride) / (2 * stride), (2 * y + 1 - stride) / (2 * stride)
    c, r = math.floor(column), math.floor(row)
    total = 0.0
    for i, of_row in ((r, r + 1 - row), (r + 1, row - r)):
        for j, of_column in ((c, c + 1 - column), (c + 1, column - c)):
            i_in = min(max(i, 0), len(cells) - 1)
            j_in = min(max(j, 0), len(cells[0]) - 1)
            total += of_row * of_column * float(cells[i_in][j_in])
    return total


def right_with_a_padded_map(cells, x, y, stride):
    h, w = cells.shape
    padded = np.pad(cells.astype(float), ((0, 1), (0, 1)), mode="edge")
    row = min(max((y - (stride - 1) / 2) / stride, 0), h - 1)
    column = min(max((x - (stride - 1) / 2) / stride, 0), w - 1)
    r, c = int(row), int(column)
    upper, lower = padded[r : r + 2, c : c + 2] @ np.array([1 - (column - c), column - c])
    return np.array([upper + (row - r) * (lower - upper)]).item()


def wrong_indices_in_but_not_the_place(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    c, r = min(max(math.floor(column), 0), max(w - 2, 0)), min(max(math.floor(row), 0), max(h - 2, 0))
    one, other = column - c, row - r
    below, right = min(r + 1, h - 1), min(c + 1, w - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_beyond_the_last_raises(cells, x, y, stride):
    h, w = cells.shape
    column, row = np.clip((x + 0.5) / stride - 0.5, 0, w - 1), np.clip((y + 0.5) / stride - 0.5, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    upper = (1 - one) * cells[r, c] + one * cells[r, c + 1]
    lower = (1 - one) * cells[r + 1, c] + one * cells[r + 1, c + 1]
    return (1 - other) * upper + other * lower


def wrong_cubic(cells, x, y, stride):
    return map_coordinates(
        cells.astype(float), [[(y + 0.5) / stride - 0.5], [(x + 0.5) / stride - 0.5]], mode="nearest"
    )[0]


def wrong_outside_mixed_with_zero(cells, x, y, stride):
    return map_coordinates(
        cells.astype(float), [[(y + 0.5) / stride - 0.5], [(x + 0.5) / stride - 0.5]], order=1, mode="constant"
    )[0]


def wrong_wraps_around(cells, x, y, stride):
    return map_coordinates(
        cells.astype(float), [[(y + 0.5) / stride - 0.5], [(x + 0.5) / stride - 0.5]], order=1, mode="grid-wrap"
    )[0]


def wrong_nearness_by_distance(cells, x, y, stride):
    h, w = cells.shape
    column, row = np.clip((x + 0.5) / stride - 0.5, 0, w - 1), np.clip((y + 0.5) / stride - 0.5, 0, h - 1)
    c, r = int(column), int(row)
    top = bottom = 0.0
    for i in (r, min(r + 1, h - 1)):
        for j in (c, min(c + 1, w - 1)):
            weight = max(0, 1 - math.hypot(i - row, j - column))
            top, bottom = top + weight * cells[i, j], bottom + weight
    return top / bottom


def wrong_nearest_where_outside(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    if not (0 <= column <= w - 1 and 0 <= row <= h - 1):
        return cells[int(np.clip(round(row), 0, h - 1)), int(np.clip(round(column), 0, w - 1))]
    c, r = int(column), int(row)
    one, other = column - c, row - r
    below, right = min(r + 1, h - 1), min(c + 1, w - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_no_half_pixel(cells, x, y, stride):
    h, w = cells.shape
    column, row = x / stride, y / stride
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_half_cell_not_taken_off(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride, (y + 0.5) / stride
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_half_pixel_not_added(cells, x, y, stride):
    h, w = cells.shape
    column, row = x / stride - 0.5, y / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_half_pixel_taken_off(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x - 0.5) / stride + 0.5, (y - 0.5) / stride + 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_half_pixel_in_x_only(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, y / stride
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_cells_to_pixels(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) * stride - 0.5, (y + 0.5) * stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_whole_division(cells, x, y, stride):
    h, w = cells.shape
    column, row = x // stride, y // stride
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_x_is_the_row(cells, x, y, stride):
    h, w = cells.shape
    row, column = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_square_clip(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, w - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, w - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_clip_swapped(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, min(h, w) - 1), np.clip(row, 0, min(h, w) - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_nearest(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    return cells[round(row), round(column)]
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_floor(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    return cells[int(row), int(column)]
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_shares_exchanged(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = 1 - (column - c), 1 - (row - r)
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_shares_of_axes_exchanged(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    other, one = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_share_of_row_exchanged(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return other * upper + (1 - other) * lower


def wrong_mean_of_four(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = 0.5, 0.5
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_place_not_clipped_below(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = min(column, w - 1), min(row, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_x_not_clipped_below(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = min(column, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_zero_outside(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    if not (0 <= column <= w - 1 and 0 <= row <= h - 1):
        return 0.0
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_nan_outside(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    if not (0 <= column <= w - 1 and 0 <= row <= h - 1):
        return float("nan")
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_zero_far_outside(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    if not (-1 <= column <= w and -1 <= row <= h):
        return 0.0
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_last_cell_never_read(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, max(w - 2, 0)), np.clip(row, 0, max(h - 2, 0))
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_only_along_the_row(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return upper


def wrong_only_along_the_column(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = 0, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_stride_eight(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / 8 - 0.5, (y + 0.5) / 8 - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_stride_sixteen(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / 16 - 0.5, (y + 0.5) / 16 - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_shares_rounded(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = round(column - c, 1), round(row - r, 1)
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_shares_in_quarters(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = round(4 * (column - c)) / 4, round(4 * (row - r)) / 4
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_shares_squared(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = (column - c) ** 2, (row - r) ** 2
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_smooth_shares(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    one, other = one * one * (3 - 2 * one), other * other * (3 - 2 * other)
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_answer_rounded(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return round((1 - other) * upper + other * lower)


def wrong_pixel_made_whole(cells, x, y, stride):
    h, w = cells.shape
    column, row = (int(x) + 0.5) / stride - 0.5, (int(y) + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_pixel_kept_in_the_picture(cells, x, y, stride):
    h, w = cells.shape
    x, y = np.clip(x, 0, w * stride - stride), np.clip(y, 0, h * stride - stride)
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_twice_the_upper(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[r, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_diagonal_only(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    return (1 - one * other) * cells[r, c] + one * other * cells[below, right]
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_three_cells(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    return cells[r, c] + one * (cells[r, right] - cells[r, c]) + other * (cells[below, c] - cells[r, c])
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_one_cell_further(cells, x, y, stride):
    h, w = cells.shape
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(np.ceil(column)), int(np.ceil(row))
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower


def wrong_cells_changed(cells, x, y, stride):
    h, w = cells.shape
    cells *= 1.0
    cells += 0.5
    column, row = (x + 0.5) / stride - 0.5, (y + 0.5) / stride - 0.5
    column, row = np.clip(column, 0, w - 1), np.clip(row, 0, h - 1)
    c, r = int(column), int(row)
    one, other = column - c, row - r
    right, below = min(c + 1, w - 1), min(r + 1, h - 1)
    upper = (1 - one) * cells[r, c] + one * cells[r, right]
    lower = (1 - one) * cells[below, c] + one * cells[below, right]
    return (1 - other) * upper + other * lower
