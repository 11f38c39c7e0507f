"""Answers to the exercise merge_labels, right and wrong."""

import math

import numpy as np


def right_joint_by_joint(one, other, area, sigmas):
    merged = []
    for (x, y, v), (x2, y2, v2), sigma in zip(one, other, sigmas):
        if v and v2:
            d2 = (x - x2) ** 2 + (y - y2) ** 2
            if math.exp(-d2 / (2 * area * (2 * sigma) ** 2)) >= 0.5:
                x, y = (x + x2) / 2, (y + y2) / 2
            merged.append((x, y, min(v, v2)))
        elif v or v2:
            merged.append((x, y, v) if v else (x2, y2, v2))
        else:
            merged.append((0, 0, 0))
    return np.array(merged, float)


def right_with_where(one, other, area, sigmas):
    a, b = one[:, 2:] > 0, other[:, 2:] > 0
    far = np.linalg.norm(one[:, :2] - other[:, :2], axis=1, keepdims=True)
    near = far <= 2 * sigmas[:, None] * np.sqrt(2 * np.log(2) * area)
    place = np.where(near, (one[:, :2] + other[:, :2]) / 2, one[:, :2])
    both = np.concatenate([place, np.minimum(one[:, 2:], other[:, 2:])], axis=1)
    return np.where(a & b, both, np.where(a, one, np.where(b, other, 0)))


def right_by_masks(one, other, area, sigmas):
    merged = np.where(one[:, 2:] > 0, one, other)
    merged[(one[:, 2] == 0) & (other[:, 2] == 0)] = 0
    both = np.flatnonzero((one[:, 2] > 0) & (other[:, 2] > 0))
    for k in both:
        similarity = np.exp(-np.sum((one[k, :2] - other[k, :2]) ** 2) / (8 * area * sigmas[k] ** 2))
        if similarity >= 0.5:
            merged[k, :2] = 0.5 * (one[k, :2] + other[k, :2])
        merged[k, 2] = min(one[k, 2], other[k, 2])
    return merged


def right_as_lists(one, other, area, sigmas):
    rows = []
    for k in range(len(one)):
        mine, theirs = [float(value) for value in one[k]], [float(value) for value in other[k]]
        if mine[2] == 0:
            rows.append(theirs if theirs[2] > 0 else [0.0, 0.0, 0.0])
            continue
        if theirs[2] == 0:
            rows.append(mine)
            continue
        apart = math.hypot(mine[0] - theirs[0], mine[1] - theirs[1]) / (2 * sigmas[k])
        if math.exp(-(apart**2) / (2 * area)) < 0.5:
            rows.append([mine[0], mine[1], min(mine[2], theirs[2])])
        else:
            rows.append([(mine[0] + theirs[0]) / 2, (mine[1] + theirs[1]) / 2, min(mine[2], theirs[2])])
    return rows


def _merge(one, other, near, middle=0.5, v=min, alone=True, absent=0.0):
    rows = []
    for k, (a, b) in enumerate(zip(one, other)):
        if a[2] and b[2]:
            place = a[:2] * (1 - middle) + b[:2] * middle if near(a, b, k) else a[:2]
            rows.append([*place, v(a[2], b[2])])
        elif (a[2] or b[2]) and alone:
            rows.append(list(a if a[2] else b))
        else:
            rows.append([absent] * 2 + [0])
    return np.array(rows, float)


def _near(area, sigmas, least=0.5, scale=1.0):
    return lambda a, b, k: np.exp(-scale * ((a - b)[:2] ** 2).sum() / (8 * area * sigmas[k] ** 2)) >= least


def wrong_least_of_another_value(one, other, area, sigmas):
    return _merge(one, other, _near(area, sigmas, least=0.85))


def wrong_a_third_of_the_way(one, other, area, sigmas):
    return _merge(one, other, _near(area, sigmas), middle=1 / 3)


def wrong_v_multiplied(one, other, area, sigmas):
    return _merge(one, other, _near(area, sigmas), v=lambda a, b: a * b)


def wrong_always_visible(one, other, area, sigmas):
    return _merge(one, other, _near(area, sigmas), v=lambda a, b: 2)


def wrong_alone_is_lost(one, other, area, sigmas):
    return _merge(one, other, _near(area, sigmas), alone=False)


def wrong_absent_is_nan(one, other, area, sigmas):
    return _merge(one, other, _near(area, sigmas), absent=np.nan)


def wrong_sigma_not_squared(one, other, area, sigmas):
    return _merge(one, other, lambda a, b, k: np.exp(-((a - b)[:2] ** 2).sum() / (8 * area * sigmas[k])) >= 0.5)


def wrong_area_not_used(one, other, area, sigmas):
    return _merge(one, other, lambda a, b, k: np.exp(-((a - b)[:2] ** 2).sum() / (8 * sigmas[k] ** 2)) >= 0.5)


def wrong_distance_not_squared(one, other, area, sigmas):
    return _merge(one, other, lambda a, b, k: np.exp(-np.linalg.norm((a - b)[:2]) / (8 * area * sigmas[k] ** 2)) >= 0.5)


def wrong_v_in_the_distance(one, other, area, sigmas):
    return _merge(one, other, lambda a, b, k: np.exp(-((a - b) ** 2).sum() / (8 * area * sigmas[k] ** 2)) >= 0.5)


def wrong_height_alone(one, other, area, sigmas):
    return _merge(one, other, lambda a, b, k: np.exp(-((a - b)[1] ** 2) / (8 * area * sigmas[k] ** 2)) >= 0.5)


def wrong_sigma_of_the_first_joint(one, other, area, sigmas):
    return _merge(one, other, _near(area, np.full(len(sigmas), sigmas[0])))


def wrong_one_pixel_is_near(one, other, area, sigmas):
    return _merge(one, other, lambda a, b, k: np.linalg.norm((a - b)[:2]) <= 1)


def wrong_first_alone(one, other, area, sigmas):
    return np.where(one[:, 2:] > 0, one, 0)


def wrong_mean_of_all(one, other, area, sigmas):
    return (one + other) / 2
