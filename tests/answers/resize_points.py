"""Answers to the exercise resize_points, right and wrong."""

import numpy as np


def right_in_another_style(points, old_size, new_size):
    (w, h), (new_w, new_h) = old_size, new_size
    rows = []
    for x, y, v in points.tolist():
        rows.append([(2 * x + 1) * new_w / (2 * w) - 0.5, (2 * y + 1) * new_h / (2 * h) - 0.5, v] if v else [0, 0, 0])
    return rows


def right_vectorised_where(points, old_size, new_size):
    points = np.asarray(points, dtype=float)
    scale = np.array(new_size, dtype=float) / np.array(old_size, dtype=float)
    xy = (points[:, :2] + 0.5) * scale - 0.5
    labelled = points[:, 2:] > 0
    return np.where(labelled, np.hstack([xy, points[:, 2:]]), 0.0)


def right_float_copy_in_place(points, old_size, new_size):
    result = points.astype(np.float64)
    for axis in (0, 1):
        result[:, axis] += 0.5
        result[:, axis] *= new_size[axis] / old_size[axis]
        result[:, axis] -= 0.5
    result[points[:, 2] == 0] = 0
    return result


def right_by_interp_of_edges(points, old_size, new_size):
    out = np.zeros((len(points), 3))
    for k, (x, y, v) in enumerate(points):
        if not v:
            continue
        out[k] = (
            (float(x) - -0.5) / old_size[0] * new_size[0] + -0.5,
            (float(y) - -0.5) / old_size[1] * new_size[1] + -0.5,
            v,
        )
    return out


def right_affine_matrix(points, old_size, new_size):
    sx, sy = new_size[0] / old_size[0], new_size[1] / old_size[1]
    matrix = np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2]])
    rows = [tuple(matrix @ [x, y, 1]) + (float(v),) if v > 0 else (0.0, 0.0, 0.0) for x, y, v in points]
    return tuple(rows)


def wrong_x_times_scale(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] *= np.array(new_size) / np.array(old_size)
    out[out[:, 2] == 0] = 0
    return out


def wrong_integer_copy(points, old_size, new_size):
    out = points.copy()
    out[:, :2] = (points[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_first_to_last_centre(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] *= (np.array(new_size) - 1) / np.maximum(np.array(old_size) - 1, 1)
    out[out[:, 2] == 0] = 0
    return out


def wrong_unlabelled_keep_place(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    return out


def wrong_hidden_also_zero(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[out[:, 2] < 2] = 0
    return out


def wrong_one_scale_for_both(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * (new_size[0] / old_size[0]) - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_sizes_as_height_width(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size[::-1], old_size[::-1]) - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_scale_inverted(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(old_size, new_size) - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_integer_scale(points, old_size, new_size):
    out = points.astype(float)
    scale = np.array([new_size[0] // old_size[0], new_size[1] // old_size[1]])
    out[:, :2] = (out[:, :2] + 0.5) * scale - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_rounded(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = np.round((out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5)
    out[out[:, 2] == 0] = 0
    return out


def wrong_clipped_to_new_picture(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[:, :2] = np.clip(out[:, :2], 0, np.array(new_size) - 1)
    out[out[:, 2] == 0] = 0
    return out


def wrong_clipped_to_edges(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[:, :2] = np.clip(out[:, :2], -0.5, np.array(new_size) - 0.5)
    out[out[:, 2] == 0] = 0
    return out


def wrong_changed_in_place(points, old_size, new_size):
    points[points[:, 2] == 0] = 0
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_in_place_where_float(points, old_size, new_size):
    out = np.asarray(points, dtype=float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_half_sign(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] - 0.5) * np.divide(new_size, old_size) + 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_half_not_taken_back(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size)
    out[out[:, 2] == 0] = 0
    return out


def wrong_v_scaled_too(points, old_size, new_size):
    scale = [new_size[0] / old_size[0], new_size[1] / old_size[1], new_size[0] / old_size[0]]
    out = (points + 0.5) * scale - 0.5
    out[points[:, 2] == 0] = 0
    return out


def wrong_zero_before_scaling(points, old_size, new_size):
    out = points.astype(float)
    out[out[:, 2] == 0] = 0
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    return out


def wrong_only_zero_points_count_as_unlabelled(points, old_size, new_size):
    out = points.astype(float)
    missing = (points[:, 0] == 0) & (points[:, 1] == 0)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[missing] = 0
    return out


def wrong_all_zero_rows_only(points, old_size, new_size):
    out = points.astype(float)
    missing = ~points.any(axis=1)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[missing] = 0
    return out


def wrong_mask_by_multiplication(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[:, :2] *= np.minimum(out[:, 2:], 1)
    out[:, :2] += 0.0 * points[:, 2:]
    return np.round(out, 1)


def wrong_rows_dropped(points, old_size, new_size):
    out = points[points[:, 2] > 0].astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    return out


def wrong_origin_is_missing(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[(out[:, 2] == 0) | ((points[:, 0] == 0) & (points[:, 1] == 0))] = 0
    return out


def wrong_outside_is_unlabelled(points, old_size, new_size):
    out = points.astype(float)
    x, y, v = points.T
    outside = (x < -0.5) | (y < -0.5) | (x > old_size[0] - 0.5) | (y > old_size[1] - 0.5)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[(v == 0) | outside] = 0
    return out


def wrong_nan_times_zero(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = ((out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5) * (points[:, 2:] > 0)
    return out


def wrong_scale_of_two_digits(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.round(np.divide(new_size, old_size), 2) - 0.5
    out[out[:, 2] == 0] = 0
    return out


def wrong_real_only_if_enlarged(points, old_size, new_size):
    scale = np.divide(new_size, old_size)
    out = points.astype(float) if (scale != 1).any() else points.copy()
    out[:, :2] = np.where(scale < 1, (out[:, :2] + 0.5) * scale - 0.5, out[:, :2] * scale + (scale - 1) // 2)
    out[points[:, 2] == 0] = 0
    return out


def wrong_negative_is_unlabelled(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = (out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5
    out[(points[:, 2] == 0) | (points[:, :2] < 0).any(axis=1)] = 0
    return out


def wrong_negative_answers_become_zero(points, old_size, new_size):
    out = points.astype(float)
    out[:, :2] = np.maximum((out[:, :2] + 0.5) * np.divide(new_size, old_size) - 0.5, 0)
    out[points[:, 2] == 0] = 0
    return out
