"""Answers to the exercise flip_pose, right and wrong."""

import numpy as np


def right_row_by_row(pose, width, partner):
    rows = [pose[other] for other in partner]
    return [(width - 1 - x, y, v) for x, y, v in rows]


def right_scatter_loop(pose, width, partner):
    out = np.zeros(np.shape(pose), dtype=float)
    for k in range(len(partner)):
        out[partner[k], 0] = width - 1 - pose[k, 0]
        out[partner[k], 1:] = pose[k, 1:]
    return out


def right_fancy_index(pose, width, partner):
    flipped = pose[partner]
    flipped[:, 0] = width - 1 - flipped[:, 0]
    return flipped


def right_matrix_product(pose, width, partner):
    homogeneous = np.column_stack([pose, np.ones(len(pose))])
    matrix = np.array([[-1, 0, 0], [0, 1, 0], [0, 0, 1], [width - 1, 0, 0]], dtype=float)
    return np.take(homogeneous @ matrix, partner, axis=0)


def right_stack_of_columns(pose, width, partner):
    x, y, v = pose.T
    return np.stack([(width - 1) - x, y, v], axis=1)[list(partner)]


def right_lists_by_comprehension(pose, width, partner):
    rows = pose.tolist()
    result = [None] * len(rows)
    for k, (x, y, v) in enumerate(rows):
        result[int(partner[k])] = [width - 1 - x, y, v]
    return result


def wrong_width_minus_x(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = width - out[:, 0]
    return out


def wrong_names_not_exchanged(pose, width, partner):
    out = pose.copy()
    out[:, 0] = width - 1 - out[:, 0]
    return out


def wrong_only_names_exchanged(pose, width, partner):
    return pose[partner].copy()


def wrong_changes_pose_in_place(pose, width, partner):
    pose[:, 0] = width - 1 - pose[:, 0]
    return pose[partner]


def wrong_changes_pose_and_returns_it(pose, width, partner):
    pose[:] = pose[partner]
    pose[:, 0] = width - 1 - pose[:, 0]
    return pose


def wrong_y_mirrored(pose, width, partner):
    out = pose[partner].copy()
    out[:, 1] = width - 1 - out[:, 1]
    return out


def wrong_rows_reversed(pose, width, partner):
    out = pose[::-1].copy()
    out[:, 0] = width - 1 - out[:, 0]
    return out


def wrong_sign_minus_x(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = -out[:, 0]
    return out


def wrong_width_plus_one(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = width + 1 - out[:, 0]
    return out


def wrong_visibility_not_exchanged(pose, width, partner):
    out = pose.copy()
    out[:, :2] = pose[partner, :2]
    out[:, 0] = width - 1 - out[:, 0]
    return out


def wrong_y_not_exchanged(pose, width, partner):
    out = pose.copy()
    out[:, 0] = width - 1 - pose[partner, 0]
    out[:, 2] = pose[partner, 2]
    return out


def wrong_cast_to_int(pose, width, partner):
    out = pose[partner].astype(int)
    out[:, 0] = width - 1 - out[:, 0]
    return out


def wrong_clipped_to_picture(pose, width, partner):
    out = pose[partner].astype(float)
    out[:, 0] = np.clip(width - 1 - out[:, 0], 0, width - 1)
    return out


def wrong_names_exchanged_twice(pose, width, partner):
    out = pose[partner][partner].copy()
    out[:, 0] = width - 1 - out[:, 0]
    return out


def wrong_hidden_joints_dropped(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = width - 1 - out[:, 0]
    out[out[:, 2] < 2] = 0
    return out


def wrong_exchange_while_overwriting(pose, width, partner):
    out = pose.copy()
    for k in range(len(pose)):
        out[k] = out[partner[k]]
    out[:, 0] = width - 1 - out[:, 0]
    return out


def wrong_swaps_pairs_twice_in_loop(pose, width, partner):
    out = pose.copy()
    out[:, 0] = width - 1 - out[:, 0]
    for k in range(len(pose)):
        out[[k, partner[k]]] = out[[partner[k], k]]
    return out


def wrong_mirrored_at_pose_middle(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = pose[:, 0].max() + pose[:, 0].min() - out[:, 0]
    return out


def wrong_view_of_list(pose, width, partner):
    out = pose
    out[:, 0] = width - 1 - out[:, 0]
    return out[list(partner)].copy()


def wrong_hidden_not_mirrored(pose, width, partner):
    out = pose[partner].copy()
    seen = out[:, 2] == 2
    out[seen, 0] = width - 1 - out[seen, 0]
    return out


def wrong_rounded(pose, width, partner):
    out = pose[partner].astype(float)
    out[:, 0] = np.round(width - 1 - out[:, 0])
    return out


def wrong_partner_of_sixteen(pose, width, partner):
    partner = [5, 4, 3, 2, 1, 0, 6, 7, 8, 9, 15, 14, 13, 12, 11, 10]
    out = pose.copy()
    for k in range(min(len(pose), 16)):
        if partner[k] < len(pose):
            out[k] = pose[partner[k]]
    out[:, 0] = width - 1 - out[:, 0]
    return out


def wrong_abs_of_x(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = np.abs(width - 1 - out[:, 0])
    return out


def wrong_x_zero_is_missing(pose, width, partner):
    out = pose[partner].copy()
    here = out[:, 0] != 0
    out[here, 0] = width - 1 - out[here, 0]
    return out


def wrong_origin_is_missing(pose, width, partner):
    out = pose[partner].copy()
    here = out[:, :2].any(axis=1)
    out[here, 0] = width - 1 - out[here, 0]
    return out


def wrong_negative_x_is_missing(pose, width, partner):
    out = pose[partner].copy()
    here = out[:, 0] >= 0
    out[here, 0] = width - 1 - out[here, 0]
    out[~here] = 0
    return out


def wrong_outside_is_missing(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = width - 1 - out[:, 0]
    out[(out[:, 0] < 0) | (out[:, 0] > width - 1)] = 0
    return out


def wrong_visibility_all_two(pose, width, partner):
    out = pose[partner].copy()
    out[:, 0] = width - 1 - out[:, 0]
    out[out[:, 2] > 0, 2] = 2
    return out


def wrong_exchange_only_if_both_labelled(pose, width, partner):
    out = pose.copy()
    for k, other in enumerate(partner):
        if pose[k, 2] > 0 and pose[other, 2] > 0:
            out[k] = pose[other]
    out[:, 0] = width - 1 - out[:, 0]
    return out
