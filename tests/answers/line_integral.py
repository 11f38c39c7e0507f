"""Answers to the exercise line_integral, right and wrong."""

import numpy as np


def right_by_steps(field, start, end, samples=10):
    way = np.subtract(end, start)
    length = (way[0] ** 2 + way[1] ** 2) ** 0.5
    if length < 1e-12:
        return 0
    total = 0
    for n in range(samples):
        x, y = np.rint(start + way * n / (samples - 1)).astype(int)
        if 0 <= y < len(field) and 0 <= x < len(field[0]):
            total += (field[y, x, 0] * way[0] + field[y, x, 1] * way[1]) / length
    return total / samples


def right_vectorised(field, start, end, samples=10):
    way = end - start
    length = np.linalg.norm(way)
    if length == 0:
        return 0.0
    places = start + np.linspace(0, 1, samples)[:, None] * way
    x, y = np.round(places).astype(int).T
    inside = (x >= 0) & (x < field.shape[1]) & (y >= 0) & (y < field.shape[0])
    values = np.zeros((samples, 2))
    values[inside] = field[y[inside], x[inside]]
    return (values @ (way / length)).mean()


def right_padded_and_clipped(field, start, end, samples=10):
    h, w, _ = field.shape
    padded = np.pad(np.asarray(field, float), ((1, 1), (1, 1), (0, 0)))
    t = np.linspace(0, 1, samples)
    x = np.clip(np.rint((1 - t) * start[0] + t * end[0]), -1, w).astype(int) + 1
    y = np.clip(np.rint((1 - t) * start[1] + t * end[1]), -1, h).astype(int) + 1
    d = np.hypot(end[0] - start[0], end[1] - start[1])
    return float((padded[y, x] @ (end - start)).sum() / samples / d) if d > 0 else 0.0


def right_mean_of_arrows_first(field, start, end, samples=10):
    if np.array_equal(start, end):
        return 0
    arrows = []
    for x, y in np.linspace(start, end, samples):
        column, row = round(float(x)), round(float(y))
        try:
            if row < 0 or column < 0:
                raise IndexError
            arrows.append(field[row, column].astype(float))
        except IndexError:
            arrows.append(np.zeros(2))
    unit = (end - start) / np.sqrt(((end - start) ** 2).sum())
    return np.mean(arrows, axis=0).dot(unit)


def right_complex(field, start, end, samples=10):
    a, b = complex(*start), complex(*end)
    if a == b:
        return 0.0
    arrows = field[..., 0] + 1j * field[..., 1]
    cells = dict(np.ndenumerate(arrows))
    points = [a + (b - a) * t for t in np.linspace(0, 1, samples)]
    read = [cells.get((round(p.imag), round(p.real)), 0) for p in points]
    return sum((z * ((b - a) / abs(b - a)).conjugate()).real for z in read) / samples


def _read(field, x, y):
    values = np.zeros((len(x), 2))
    ok = (x >= 0) & (y >= 0) & (x < field.shape[1]) & (y < field.shape[0])
    values[ok] = field[y[ok], x[ok]]
    return values, ok


def _line(start, end, samples):
    way = np.subtract(end, start)
    length = np.hypot(*way)
    return np.linspace(start, end, samples), way / length if length else way * 0, length


def wrong_x_and_y_exchanged(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    y, x = np.rint(places).astype(int).T
    return (_read(field, x, y)[0] @ unit).mean()


def wrong_floor_for_round(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    x, y = np.floor(places).astype(int).T
    return (_read(field, x, y)[0] @ unit).mean()


def wrong_truncated(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    x, y = places.astype(int).T
    return (_read(field, x, y)[0] @ unit).mean()


def wrong_half_added_and_truncated(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    x, y = (places + 0.5).astype(int).T
    return (_read(field, x, y)[0] @ unit).mean()


def wrong_clamped_to_border(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    x, y = np.rint(places).astype(int).T
    x, y = np.clip(x, 0, field.shape[1] - 1), np.clip(y, 0, field.shape[0] - 1)
    return (field[y, x] @ unit).mean()


def wrong_negative_index_wraps(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    total = 0.0
    for x, y in np.rint(places).astype(int):
        if x < field.shape[1] and y < field.shape[0] and x >= -field.shape[1] and y >= -field.shape[0]:
            total += field[y, x] @ unit
    return total / samples


def wrong_mean_of_inside_only(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    values, ok = _read(field, *np.rint(places).astype(int).T)
    return (values[ok] @ unit).mean() if ok.any() else 0.0


def wrong_direction_not_normalised(field, start, end, samples=10):
    places, unit, length = _line(start, end, samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ (unit * length)).mean()


def wrong_from_end_to_start(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    return -(_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_sum_for_mean(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).sum()


def wrong_end_not_included(field, start, end, samples=10):
    _, unit, _ = _line(start, end, samples)
    places = start + np.arange(samples)[:, None] / samples * np.subtract(end, start)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_middles_of_pieces(field, start, end, samples=10):
    _, unit, _ = _line(start, end, samples)
    places = start + (np.arange(samples)[:, None] + 0.5) / samples * np.subtract(end, start)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_always_ten_samples(field, start, end, samples=10):
    places, unit, _ = _line(start, end, 10)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_one_sample_more(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples + 1)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_nan_without_length(field, start, end, samples=10):
    way = end - start
    unit = way / np.linalg.norm(way)
    places = np.linspace(start, end, samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_absolute_values(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    return np.abs(_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_negative_is_zero(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    return np.maximum(_read(field, *np.rint(places).astype(int).T)[0] @ unit, 0).mean()


def wrong_cosine_of_arrows(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    values, _ = _read(field, *np.rint(places).astype(int).T)
    n = np.linalg.norm(values, axis=1, keepdims=True)
    return (np.divide(values, n, out=np.zeros_like(values), where=n > 0) @ unit).mean()


def wrong_length_of_arrows(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    return np.linalg.norm(_read(field, *np.rint(places).astype(int).T)[0], axis=1).mean() * np.linalg.norm(unit)


def wrong_ends_rounded_first(field, start, end, samples=10):
    places, _, _ = _line(np.rint(start), np.rint(end), samples)
    _, unit, _ = _line(start, end, samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_direction_of_rounded_ends(field, start, end, samples=10):
    places, _, _ = _line(start, end, samples)
    _, unit, _ = _line(np.rint(start), np.rint(end), samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_short_line_is_zero(field, start, end, samples=10):
    places, unit, length = _line(start, end, samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean() if length >= 1 else 0.0


def wrong_same_x_or_y_is_zero(field, start, end, samples=10):
    if start[0] == end[0] or start[1] == end[1]:
        return 0.0
    places, unit, _ = _line(start, end, samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_cross_product(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    values, _ = _read(field, *np.rint(places).astype(int).T)
    return (values[:, 0] * unit[1] - values[:, 1] * unit[0]).mean()


def wrong_width_and_height_exchanged_at_border(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    total = 0.0
    for x, y in np.rint(places).astype(int):
        if 0 <= x < min(field.shape[:2]) and 0 <= y < min(field.shape[:2]):
            total += field[y, x] @ unit
    return total / samples


def wrong_places_outside_checked_before_rounding(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    total = 0.0
    for p in places:
        if 0 <= p[0] <= field.shape[1] - 1 and 0 <= p[1] <= field.shape[0] - 1:
            total += field[round(p[1]), round(p[0])] @ unit
    return total / samples


def wrong_each_cell_once(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    cells = np.unique(np.rint(places).astype(int), axis=0)
    return (_read(field, *cells.T)[0] @ unit).mean()


def wrong_bilinear(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    total = 0.0
    for x, y in places:
        x0, y0 = int(np.floor(x)), int(np.floor(y))
        for c, r in ((x0, y0), (x0 + 1, y0), (x0, y0 + 1), (x0 + 1, y0 + 1)):
            if 0 <= c < field.shape[1] and 0 <= r < field.shape[0]:
                total += (1 - abs(x - c)) * (1 - abs(y - r)) * (field[r, c] @ unit)
    return total / samples


def wrong_start_changed_in_place(field, start, end, samples=10):
    way = end - start
    length = np.hypot(*way)
    if length == 0:
        return 0.0
    total = 0.0
    for _ in range(samples):
        x, y = np.rint(start).astype(int)
        if 0 <= x < field.shape[1] and 0 <= y < field.shape[0]:
            total += field[y, x] @ way / length
        start += way / (samples - 1)
    return total / samples


def wrong_stops_at_the_border(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    total = 0.0
    for x, y in np.rint(places).astype(int):
        if not (0 <= x < field.shape[1] and 0 <= y < field.shape[0]):
            break
        total += field[y, x] @ unit
    return total / samples


def wrong_empty_cells_left_out(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    values, _ = _read(field, *np.rint(places).astype(int).T)
    some = values.any(axis=1)
    return (values[some] @ unit).mean() if some.any() else 0.0


def wrong_ends_not_read(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    values, _ = _read(field, *np.rint(places).astype(int).T)
    return (values[1:-1] @ unit).mean() if samples > 2 else (values @ unit).mean()


def wrong_result_at_most_one(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    return np.clip((_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean(), -1, 1)


def wrong_last_row_and_column_outside(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    return (_read(field[:-1, :-1], *np.rint(places).astype(int).T)[0] @ unit).mean()


def wrong_outside_if_either_end_is(field, start, end, samples=10):
    places, unit, _ = _line(start, end, samples)
    values, ok = _read(field, *np.rint(places).astype(int).T)
    return (values @ unit).mean() if ok[0] and ok[-1] else 0.0


def wrong_close_ends_are_equal(field, start, end, samples=10):
    if np.linalg.norm(end - start) < 0.1:
        return 0.0
    places, unit, _ = _line(start, end, samples)
    return (_read(field, *np.rint(places).astype(int).T)[0] @ unit).mean()
