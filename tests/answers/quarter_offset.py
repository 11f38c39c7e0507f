"""Answers to the exercise quarter_offset, right and wrong."""

import numpy as np


def right_by_cases(heat):
    row, column = divmod(int(np.argmax(heat)), heat.shape[1])
    x, y = column, row
    if 0 < column < heat.shape[1] - 1 and heat[row, column - 1] != heat[row, column + 1]:
        x = column + (0.25 if heat[row, column + 1] > heat[row, column - 1] else -0.25)
    if 0 < row < heat.shape[0] - 1 and heat[row - 1, column] != heat[row + 1, column]:
        y = row + (0.25 if heat[row + 1, column] > heat[row - 1, column] else -0.25)
    return [x, y]


def right_by_sign(heat):
    h, w = heat.shape
    r, c = np.unravel_index(heat.argmax(), heat.shape)
    place = np.array([c, r], dtype=float)
    if 1 <= c <= w - 2:
        place[0] += 0.25 * np.sign(float(heat[r, c + 1]) - float(heat[r, c - 1]))
    if 1 <= r <= h - 2:
        place[1] += 0.25 * np.sign(float(heat[r + 1, c]) - float(heat[r - 1, c]))
    return place


def right_padded_with_nan(heat):
    padded = np.pad(np.asarray(heat, dtype=float), 1, constant_values=np.nan)
    r, c = np.unravel_index(np.nanargmax(padded), padded.shape)

    def step(low, high):
        return 0.25 * (int(high > low) - int(high < low))

    return (
        c - 1 + step(padded[r, c - 1], padded[r, c + 1]),
        r - 1 + step(padded[r - 1, c], padded[r + 1, c]),
    )


def right_loops_and_helper(heat):
    rows = heat.tolist()
    best, x, y = -float("inf"), 0, 0
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value > best:
                best, x, y = value, c, r

    def quarter(line, k):
        if k == 0 or k == len(line) - 1:
            return float(k)
        if line[k - 1] > line[k + 1]:
            return k - 0.25
        return k + 0.25 if line[k + 1] > line[k - 1] else float(k)

    return quarter(rows[y], x), quarter([row[x] for row in rows], y)


def right_early_nested_dict(heat):
    y, x = (int(i[0]) for i in np.where(heat == heat.max()))
    value = {(i, j): heat[i, j] for i, j in np.ndindex(*heat.shape)}
    dx = dy = 0.0
    if (y, x - 1) in value and (y, x + 1) in value:
        dx = (0.25 if value[y, x + 1] > value[y, x - 1] else -0.25) if value[y, x + 1] != value[y, x - 1] else 0
    if (y - 1, x) in value and (y + 1, x) in value:
        dy = (0.25 if value[y + 1, x] > value[y - 1, x] else -0.25) if value[y + 1, x] != value[y - 1, x] else 0
    return np.float32(x + dx), np.float32(y + dy)


def _peak(heat):
    r, c = np.unravel_index(np.argmax(heat), heat.shape)
    return int(r), int(c), np.asarray(heat, float)


def _quarter(heat, size=0.25):
    r, c, z = _peak(heat)
    dx = size * np.sign(z[r, c + 1] - z[r, c - 1]) if 0 < c < z.shape[1] - 1 else 0.0
    dy = size * np.sign(z[r + 1, c] - z[r - 1, c]) if 0 < r < z.shape[0] - 1 else 0.0
    return c, r, dx, dy


def wrong_row_before_column(heat):
    c, r, dx, dy = _quarter(heat)
    return r + dy, c + dx


def wrong_away_from_higher(heat):
    c, r, dx, dy = _quarter(heat)
    return c - dx, r - dy


def wrong_half_a_cell(heat):
    c, r, dx, dy = _quarter(heat, 0.5)
    return c + dx, r + dy


def wrong_argmax_only(heat):
    c, r, _, _ = _quarter(heat)
    return c, r


def wrong_offsets_exchanged(heat):
    c, r, dx, dy = _quarter(heat)
    return c + dy, r + dx


def wrong_y_upwards(heat):
    c, r, dx, dy = _quarter(heat)
    return c + dx, r - dy


def wrong_equal_goes_right(heat):
    r, c, z = _peak(heat)
    x, y = float(c), float(r)
    if 0 < c < z.shape[1] - 1:
        x += 0.25 if z[r, c + 1] >= z[r, c - 1] else -0.25
    if 0 < r < z.shape[0] - 1:
        y += 0.25 if z[r + 1, c] >= z[r - 1, c] else -0.25
    return x, y


def wrong_equal_goes_left(heat):
    r, c, z = _peak(heat)
    x, y = float(c), float(r)
    if 0 < c < z.shape[1] - 1:
        x += 0.25 if z[r, c + 1] > z[r, c - 1] else -0.25
    if 0 < r < z.shape[0] - 1:
        y += 0.25 if z[r + 1, c] > z[r - 1, c] else -0.25
    return x, y


def wrong_both_stay_at_an_edge(heat):
    r, c, z = _peak(heat)
    if not (0 < c < z.shape[1] - 1 and 0 < r < z.shape[0] - 1):
        return float(c), float(r)
    c, r, dx, dy = _quarter(heat)
    return c + dx, r + dy


def wrong_missing_neighbour_is_zero(heat):
    r, c, z = _peak(heat)
    p = np.pad(z, 1)
    return c + 0.25 * np.sign(p[r + 1, c + 2] - p[r + 1, c]), r + 0.25 * np.sign(p[r + 2, c + 1] - p[r, c + 1])


def wrong_missing_neighbour_is_lowest(heat):
    r, c, z = _peak(heat)
    p = np.pad(z, 1, constant_values=-np.inf)
    a = p[r + 1, c + 2], p[r + 1, c], p[r + 2, c + 1], p[r, c + 1]
    return c + 0.25 * (float(a[0] > a[1]) - (a[0] < a[1])), r + 0.25 * (float(a[2] > a[3]) - (a[2] < a[3]))


def wrong_negative_index_wraps(heat):
    r, c, z = _peak(heat)
    h, w = z.shape
    dx = np.sign(z[r, c + 1] - z[r, c - 1]) if c < w - 1 else 0
    dy = np.sign(z[r + 1, c] - z[r - 1, c]) if r < h - 1 else 0
    return c + 0.25 * dx, r + 0.25 * dy


def wrong_wraps_at_both_edges(heat):
    r, c, z = _peak(heat)
    h, w = z.shape
    dx = np.sign(z[r, (c + 1) % w] - z[r, c - 1])
    dy = np.sign(z[(r + 1) % h, c] - z[r - 1, c])
    return c + 0.25 * dx, r + 0.25 * dy


def wrong_last_column_fails(heat):
    r, c, z = _peak(heat)
    dx = np.sign(z[r, c + 1] - z[r, c - 1]) if c > 0 else 0
    dy = np.sign(z[r + 1, c] - z[r - 1, c]) if r > 0 else 0
    return c + 0.25 * dx, r + 0.25 * dy


def wrong_edge_replicated(heat):
    r, c, z = _peak(heat)
    p = np.pad(z, 1, mode="edge")
    return c + 0.25 * np.sign(p[r + 1, c + 2] - p[r + 1, c]), r + 0.25 * np.sign(p[r + 2, c + 1] - p[r, c + 1])


def wrong_width_and_height_exchanged_at_edge(heat):
    r, c, z = _peak(heat)
    h, w = z.shape
    dx = np.sign(z[r, c + 1] - z[r, c - 1]) if 0 < c < min(h, w) - 1 else 0
    dy = np.sign(z[r + 1, c] - z[r - 1, c]) if 0 < r < min(h, w) - 1 else 0
    return c + 0.25 * dx, r + 0.25 * dy


def wrong_divmod_by_height(heat):
    _, _, z = _peak(heat)
    r, c = divmod(int(np.argmax(heat)), z.shape[0])
    r, c = min(r, z.shape[0] - 1), min(c, z.shape[1] - 1)
    dx = np.sign(z[r, c + 1] - z[r, c - 1]) if 0 < c < z.shape[1] - 1 else 0
    dy = np.sign(z[r + 1, c] - z[r - 1, c]) if 0 < r < z.shape[0] - 1 else 0
    return c + 0.25 * dx, r + 0.25 * dy


def wrong_subpixel_parabola(heat):
    r, c, z = _peak(heat)

    def vertex(a, b, d):
        bend = a - 2 * b + d
        return 0.5 * (a - d) / bend if bend else 0.0

    dx = vertex(*z[r, c - 1 : c + 2]) if 0 < c < z.shape[1] - 1 else 0
    dy = vertex(*z[r - 1 : r + 2, c]) if 0 < r < z.shape[0] - 1 else 0
    return c + dx, r + dy


def wrong_centre_of_mass(heat):
    _, _, z = _peak(heat)
    rows, columns = np.indices(z.shape)
    return (z * columns).sum() / z.sum(), (z * rows).sum() / z.sum()


def wrong_only_the_higher_axis(heat):
    c, r, dx, dy = _quarter(heat)
    _, _, z = _peak(heat)
    if dx and dy and abs(z[r, c + 1] - z[r, c - 1]) < abs(z[r + 1, c] - z[r - 1, c]):
        dx = 0
    elif dx and dy:
        dy = 0
    return c + dx, r + dy


def wrong_nearly_equal_stays(heat):
    r, c, z = _peak(heat)
    x, y = float(c), float(r)
    if 0 < c < z.shape[1] - 1 and not np.isclose(z[r, c + 1], z[r, c - 1], atol=1e-3):
        x += 0.25 * np.sign(z[r, c + 1] - z[r, c - 1])
    if 0 < r < z.shape[0] - 1 and not np.isclose(z[r + 1, c], z[r - 1, c], atol=1e-3):
        y += 0.25 * np.sign(z[r + 1, c] - z[r - 1, c])
    return x, y


def wrong_one_based(heat):
    c, r, dx, dy = _quarter(heat)
    return c + 1 + dx, r + 1 + dy


def wrong_whole_numbers(heat):
    c, r, dx, dy = _quarter(heat)
    place = np.array([c, r])
    place[:] = place + [dx, dy]
    return place


def wrong_diagonal_neighbours(heat):
    r, c, z = _peak(heat)
    if not (0 < c < z.shape[1] - 1 and 0 < r < z.shape[0] - 1):
        return _quarter(heat)[0] + _quarter(heat)[2], _quarter(heat)[1] + _quarter(heat)[3]
    block = z[r - 1 : r + 2, c - 1 : c + 2]
    dx = np.sign(block[:, 2].max() - block[:, 0].max())
    dy = np.sign(block[2].max() - block[0].max())
    return c + 0.25 * dx, r + 0.25 * dy


def wrong_positive_neighbours_only(heat):
    c, r, dx, dy = _quarter(np.maximum(heat, 0))
    return c + dx, r + dy


def wrong_clipped_to_inner_cells(heat):
    r, c, z = _peak(heat)
    if min(z.shape) < 3:
        return float(c), float(r)
    r, c = np.clip(r, 1, z.shape[0] - 2), np.clip(c, 1, z.shape[1] - 2)
    return c + 0.25 * np.sign(z[r, c + 1] - z[r, c - 1]), r + 0.25 * np.sign(z[r + 1, c] - z[r - 1, c])


def wrong_zero_peak_is_nothing(heat):
    if heat.max() <= 0:
        return 0.0, 0.0
    c, r, dx, dy = _quarter(heat)
    return c + dx, r + dy


def wrong_neighbours_rounded_to_two_digits(heat):
    r, c, z = _peak(heat)
    x, y = float(c), float(r)
    small = np.round(z, 2)
    if 0 < c < z.shape[1] - 1:
        x += 0.25 * np.sign(small[r, c + 1] - small[r, c - 1])
    if 0 < r < z.shape[0] - 1:
        y += 0.25 * np.sign(small[r + 1, c] - small[r - 1, c])
    return x, y


def wrong_peak_inside_the_border(heat):
    _, _, z = _peak(heat)
    if min(z.shape) < 3:
        c, r, dx, dy = _quarter(heat)
        return c + dx, r + dy
    r, c = np.unravel_index(z[1:-1, 1:-1].argmax(), (z.shape[0] - 2, z.shape[1] - 2))
    r, c = r + 1, c + 1
    return c + 0.25 * np.sign(z[r, c + 1] - z[r, c - 1]), r + 0.25 * np.sign(z[r + 1, c] - z[r - 1, c])


def wrong_maxima_of_column_and_row_sums(heat):
    _, _, z = _peak(heat)
    r, c = int(z.sum(axis=1).argmax()), int(z.sum(axis=0).argmax())
    dx = 0.25 * np.sign(z[r, c + 1] - z[r, c - 1]) if 0 < c < z.shape[1] - 1 else 0
    dy = 0.25 * np.sign(z[r + 1, c] - z[r - 1, c]) if 0 < r < z.shape[0] - 1 else 0
    return c + dx, r + dy


def wrong_moves_only_if_neighbour_is_positive(heat):
    r, c, z = _peak(heat)
    c, r, dx, dy = _quarter(heat)
    if dx and z[r, c + int(np.sign(dx))] <= 0:
        dx = 0
    if dy and z[r + int(np.sign(dy)), c] <= 0:
        dy = 0
    return c + dx, r + dy
