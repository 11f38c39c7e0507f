"""Answers to the exercise limb_field, right and wrong."""

import math

import numpy as np


def right_cell_by_cell(limbs, size, half_width=1.0):
    field = np.zeros((size[1], size[0], 2))
    for y in range(size[1]):
        for x in range(size[0]):
            arrows = []
            for (x0, y0, v0), (x1, y1, v1) in limbs:
                way = np.array([x1 - x0, y1 - y0])
                length = math.sqrt(way @ way)
                if v0 == 0 or v1 == 0 or length == 0:
                    continue
                unit = way / length
                along = (x - x0) * unit[0] + (y - y0) * unit[1]
                across = (x - x0) * unit[1] - (y - y0) * unit[0]
                if -half_width <= along <= length + half_width and abs(across) <= half_width:
                    arrows.append(unit)
            if arrows:
                field[y, x] = np.mean(arrows, axis=0)
    return field


def right_with_arrays(limbs, size, half_width=1.0):
    labelled = (limbs[..., 2] > 0).all(axis=1) & (limbs[:, 0, :2] != limbs[:, 1, :2]).any(axis=1)
    start, end = limbs[labelled, 0, :2], limbs[labelled, 1, :2]
    length = np.linalg.norm(end - start, axis=1)
    unit = (end - start) / length[:, None]
    cells = np.stack(np.meshgrid(np.arange(size[0]), np.arange(size[1])), axis=-1)
    way = cells[None] - start[:, None, None]
    along = (way * unit[:, None, None]).sum(axis=-1)
    across = way[..., 0] * unit[:, None, None, 1] - way[..., 1] * unit[:, None, None, 0]
    on = (along >= -half_width) & (along <= length[:, None, None] + half_width) & (abs(across) <= half_width)
    return np.einsum("phw,pc->hwc", on, unit) / np.maximum(on.sum(axis=0), 1)[..., None]


def right_in_lists(limbs, size, half_width=1.0):
    width, height = size
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            sx = sy = n = 0
            for (a, b, v), (c, d, w) in np.asarray(limbs).tolist():
                dx, dy = c - a, d - b
                long = (dx * dx + dy * dy) ** 0.5
                if v * w > 0 and long > 0:
                    t, s = ((x - a) * dx + (y - b) * dy) / long, ((x - a) * dy - (y - b) * dx) / long
                    if t >= -half_width and t - long <= half_width and -half_width <= s <= half_width:
                        sx, sy, n = sx + dx / long, sy + dy / long, n + 1
            row.append([sx / n, sy / n] if n else [0, 0])
        rows.append(row)
    return rows


def _of(limbs, size, half_width, on=None, arrow=None, mean=True, labelled=lambda v, w: v > 0 and w > 0):
    """Wrong answers begin here: what lies on a limb, the arrow there, and whom it counts for."""
    total, count = np.zeros((size[1], size[0], 2)), np.zeros((size[1], size[0], 1))
    for (x0, y0, v), (x1, y1, w) in np.asarray(limbs, float):
        length = np.hypot(x1 - x0, y1 - y0)
        if not labelled(v, w) or length == 0:
            continue
        u = np.array([x1 - x0, y1 - y0]) / length
        for y in range(size[1]):
            for x in range(size[0]):
                along = (x - x0) * u[0] + (y - y0) * u[1]
                across = (x - x0) * u[1] - (y - y0) * u[0]
                near = -half_width <= along <= length + half_width and abs(across) <= half_width
                if near if on is None else on(along, across, length):
                    total[y, x] += u if arrow is None else arrow(u, length, x - x0, y - y0, x1 - x, y1 - y)
                    count[y, x] += 1
    return total / np.maximum(count, 1) if mean else total


def wrong_arrows_as_long_as_the_limb(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, arrow=lambda u, length, *_: u * length)


def wrong_arrows_to_the_end(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, arrow=lambda u, length, a, b, dx, dy: np.array([dx, dy]))


def wrong_unit_arrows_to_the_end(limbs, size, half_width=1.0):
    def arrow(u, length, a, b, dx, dy):
        return np.array([dx, dy]) / max(np.hypot(dx, dy), 1e-9)

    return _of(limbs, size, half_width, arrow=arrow)


def wrong_x_and_y_exchanged_in_the_arrow(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, arrow=lambda u, *_: u[::-1])


def wrong_backwards(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, arrow=lambda u, *_: -u)


def wrong_without_direction(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, arrow=lambda u, *_: abs(u))


def wrong_sum(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, mean=False)


def wrong_sum_cut_at_one(limbs, size, half_width=1.0):
    return np.clip(_of(limbs, size, half_width, mean=False), -1, 1)


def wrong_no_room_behind_the_end(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, lambda t, s, length: -half_width <= t <= length and abs(s) <= half_width)


def wrong_no_room_before_the_start(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, lambda t, s, length: 0 <= t <= length + half_width and abs(s) <= half_width)


def wrong_between_the_ends_alone(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, lambda t, s, length: 0 <= t <= length and abs(s) <= half_width)


def wrong_whole_line(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, lambda t, s, length: abs(s) <= half_width)


def wrong_one_side_of_the_line(limbs, size, half_width=1.0):
    def on(t, s, length):
        return -half_width <= t <= length + half_width and s <= half_width

    return _of(limbs, size, half_width, on)


def wrong_below_the_half_width(limbs, size, half_width=1.0):
    def on(t, s, length):
        return -half_width <= t <= length + half_width and abs(s) < half_width

    return _of(limbs, size, half_width, on)


def wrong_width_of_one_always(limbs, size, half_width=1.0):
    return _of(limbs, size, 1.0)


def wrong_box_around_the_limb(limbs, size, half_width=1.0):
    field = np.zeros((size[1], size[0], 2))
    for (x0, y0, v), (x1, y1, w) in np.asarray(limbs, float):
        length = np.hypot(x1 - x0, y1 - y0)
        if v > 0 and w > 0 and length > 0:
            for y in range(size[1]):
                for x in range(size[0]):
                    if min(x0, x1) - half_width <= x <= max(x0, x1) + half_width:
                        if min(y0, y1) - half_width <= y <= max(y0, y1) + half_width:
                            field[y, x] = np.array([x1 - x0, y1 - y0]) / length
    return field


def wrong_first_person_alone(limbs, size, half_width=1.0):
    return _of(limbs[:1], size, half_width)


def wrong_one_labelled_end_is_enough(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, labelled=lambda v, w: v > 0 or w > 0)


def wrong_start_must_be_labelled(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, labelled=lambda v, w: v > 0)


def wrong_visible_alone(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, labelled=lambda v, w: v > 1 and w > 1)


def wrong_labels_are_not_asked(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, labelled=lambda v, w: True)


def wrong_columns_first(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width).transpose(1, 0, 2)


def wrong_channels_first(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width).transpose(2, 0, 1)


def wrong_mean_over_people(limbs, size, half_width=1.0):
    return _of(limbs, size, half_width, mean=False) / len(limbs)


def wrong_whole_cells(limbs, size, half_width=1.0):
    limbs = np.array(limbs, float)
    limbs[..., :2] = np.round(limbs[..., :2])
    return _of(limbs, size, half_width)


def wrong_length_by_sides(limbs, size, half_width=1.0):
    def arrow(u, *_):
        return u / np.abs(u).sum()

    return _of(limbs, size, half_width, arrow=arrow)


def wrong_normalised_again(limbs, size, half_width=1.0):
    field = _of(limbs, size, half_width)
    return field / np.maximum(np.linalg.norm(field, axis=-1, keepdims=True), 1e-9)
