"""Answers to the exercise box_iou, right and wrong."""

import numpy as np


def right_by_sides(a, b):
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    shared = wide * high if wide > 0 and high > 0 else 0
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return 0 if union == 0 else shared / union


def right_vectorised_maximum(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    sides = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    inter = np.prod(sides)
    union = np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - inter
    return np.divide(inter, union) if union > 0 else 0.0


def right_early_returns(a, b):
    ax0, ay0, ax1, ay1 = map(float, a)
    bx0, by0, bx1, by1 = map(float, b)
    if ax1 <= bx0 or bx1 <= ax0 or ay1 <= by0 or by1 <= ay0:
        return 0
    x = sorted([ax0, ax1, bx0, bx1])
    y = sorted([ay0, ay1, by0, by1])
    inter = (x[2] - x[1]) * (y[2] - y[1])
    union = (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - inter
    if union == 0:
        return 0
    return inter / union


def right_nan_to_num(a, b):
    a, b = np.array([a, b], dtype=np.float64)
    w = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    h = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    with np.errstate(all="ignore"):
        union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h
        return np.nan_to_num(np.float64(w * h) / union)


def right_cells_between_edges(a, b):
    xs, ys = np.unique([a[0], a[2], b[0], b[2]]), np.unique([a[1], a[3], b[1], b[3]])
    both = either = 0.0
    for left, r in zip(xs, xs[1:]):
        for t, d in zip(ys, ys[1:]):
            x, y, area = (left + r) / 2, (t + d) / 2, (r - left) * (d - t)
            inside = [box[0] < x < box[2] and box[1] < y < box[3] for box in (a, b)]
            both += area * all(inside)
            either += area * any(inside)
    return both / either if either else 0.0


def _parts(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return w, h, (a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])


def wrong_no_clip_at_zero(a, b):
    w, h, one, two = _parts(a, b)
    union = one + two - w * h
    return w * h / union if union else 0.0


def wrong_only_product_clipped(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w * h, 0)
    union = one + two - inter
    return inter / union if union else 0.0


def wrong_intersection_counted_twice(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    return inter / (one + two) if one + two else 0.0


def wrong_pixels_plus_one(a, b):
    w, h = max(min(a[2], b[2]) - max(a[0], b[0]) + 1, 0), max(min(a[3], b[3]) - max(a[1], b[1]) + 1, 0)
    one, two = (a[2] - a[0] + 1) * (a[3] - a[1] + 1), (b[2] - b[0] + 1) * (b[3] - b[1] + 1)
    return w * h / (one + two - w * h)


def wrong_nan_without_area(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union else float("nan")


def wrong_division_by_zero(a, b):
    w, h, one, two = _parts([float(x) for x in a], [float(x) for x in b])
    inter = max(w, 0) * max(h, 0)
    return inter / (one + two - inter)


def wrong_epsilon_one(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    return inter / (one + two - inter + 1)


def wrong_divided_by_smaller_area(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    return inter / min(one, two) if min(one, two) else 0.0


def wrong_divided_by_hull(a, b):
    w, h, _, _ = _parts(a, b)
    hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return max(w, 0) * max(h, 0) / hull if hull else 0.0


def wrong_dice(a, b):
    w, h, one, two = _parts(a, b)
    return 2 * max(w, 0) * max(h, 0) / (one + two) if one + two else 0.0


def wrong_boxes_as_x_y_w_h(a, b):
    w = max(0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    h = max(0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    union = a[2] * a[3] + b[2] * b[3] - w * h
    return w * h / union if union else 0.0


def wrong_boxes_as_x0_x1_y0_y1(a, b):
    w = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[2], b[2]))
    union = (a[1] - a[0]) * (a[3] - a[2]) + (b[1] - b[0]) * (b[3] - b[2]) - w * h
    return w * h / union if union else 0.0


def wrong_only_first_box_checked_for_area(a, b):
    w, h, one, two = _parts(a, b)
    if one == 0:
        return 0.0
    inter = max(w, 0) * max(h, 0)
    return inter / one if two == 0 else inter / max(one, two)


def wrong_identical_boxes_are_one(a, b):
    if np.array_equal(a, b):
        return 1.0
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union else 0.0


def wrong_sides_inexact_integers(a, b):
    a, b = [int(x) for x in a], [int(x) for x in b]
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union else 0.0


def wrong_corner_must_be_inside(a, b):
    w, h, one, two = _parts(a, b)
    corner = any(a[0] <= x <= a[2] and a[1] <= y <= a[3] for x in (b[0], b[2]) for y in (b[1], b[3]))
    if not corner:
        return 0.0
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union else 0.0


def wrong_corner_of_either_must_be_inside(a, b):
    def corner(p, q):
        return any(p[0] <= x <= p[2] and p[1] <= y <= p[3] for x in (q[0], q[2]) for y in (q[1], q[3]))

    w, h, one, two = _parts(a, b)
    if not corner(a, b) and not corner(b, a):
        return 0.0
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union else 0.0


def wrong_assumes_a_is_left(a, b):
    w, h = min(a[2], b[2]) - b[0], min(a[3], b[3]) - max(a[1], b[1])
    inter = max(w, 0) * max(h, 0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter
    return inter / union if union else 0.0


def wrong_percent(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return 100 * inter / union if union else 0.0


def wrong_iou_of_sides(a, b):
    def line(p0, p1, q0, q1):
        union = max(p1, q1) - min(p0, q0)
        return max(0, min(p1, q1) - max(p0, q0)) / union if union else 0.0

    return line(a[0], a[2], b[0], b[2]) * line(a[1], a[3], b[1], b[3])


def wrong_rounded_to_two_digits(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return round(float(inter / union), 2) if union else 0.0


def wrong_zero_if_one_box_flat_side(a, b):
    w, h, one, two = _parts(a, b)
    if a[0] == b[0] or a[1] == b[1] or a[2] == b[2] or a[3] == b[3]:
        return 1.0 if np.array_equal(a, b) and one > 0 else 0.0
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union else 0.0


def wrong_sign_taken_away(a, b):
    w, h, one, two = _parts(a, b)
    inter = abs(w) * abs(h)
    union = one + two - inter
    return inter / union if union > 0 else 0.0


def wrong_changes_b(a, b):
    b[:2], b[2:] = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    inter = max(b[2] - b[0], 0) * max(b[3] - b[1], 0)
    one = (a[2] - a[0]) * (a[3] - a[1])
    return inter / one if one else 0.0


def wrong_union_below_one_is_zero(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union >= 1 else 0.0


def wrong_intersection_below_one_is_zero(a, b):
    w, h, one, two = _parts(a, b)
    if w < 1 or h < 1:
        return 0.0
    return w * h / (one + two - w * h)


def wrong_negative_coordinates_clipped(a, b):
    a, b = np.maximum(a, 0), np.maximum(b, 0)
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    union = one + two - inter
    return inter / union if union else 0.0


def wrong_inner_box_is_one(a, b):
    w, h, one, two = _parts(a, b)
    inter = max(w, 0) * max(h, 0)
    if inter == 0:
        return 0.0
    return 1.0 if inter == min(one, two) else inter / (one + two - inter)
