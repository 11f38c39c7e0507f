"""Answers to the exercise pckh, right and wrong."""

import numpy as np


def right_in_another_style(predicted, truth, head_size, threshold):
    right = labelled = 0
    for answers, joints, head in zip(predicted.tolist(), truth.tolist(), head_size.tolist(), strict=True):
        if not head > 0:
            continue
        for (px, py), (x, y, v) in zip(answers, joints, strict=True):
            if v:
                labelled += 1
                right += ((px - x) ** 2 + (py - y) ** 2) ** 0.5 <= threshold * head
    return right / labelled if labelled else float("nan")


def right_vectorised(predicted, truth, head_size, threshold):
    distance = np.linalg.norm(predicted - truth[..., :2], axis=-1)
    radius = threshold * np.asarray(head_size)[:, None]
    counts = (truth[..., 2] > 0) & (np.asarray(head_size) > 0)[:, None]
    return (distance <= radius)[counts].mean() if counts.any() else np.nan


def right_flat_lists_and_masks(predicted, truth, head_size, threshold):
    heads = np.repeat(np.nan_to_num(head_size), truth.shape[1])
    flat_t, flat_p = truth.reshape(-1, 3), predicted.reshape(-1, 2)
    keep = np.flatnonzero((flat_t[:, 2] > 0) & (heads > 0))
    if not len(keep):
        return float("nan")
    d = np.hypot(*(flat_p[keep] - flat_t[keep, :2]).T)
    return np.count_nonzero(d <= threshold * heads[keep]) / len(keep)


def right_early_continue(predicted, truth, head_size, threshold):
    hits = total = 0
    for n in range(len(truth)):
        if np.isnan(head_size[n]) or head_size[n] == 0:
            continue
        seen = truth[n, :, 2] != 0
        total += seen.sum()
        error = ((predicted[n][seen] - truth[n][seen][:, :2]) ** 2).sum(axis=1) ** 0.5
        hits += (error <= threshold * head_size[n]).sum()
    if total == 0:
        return np.nan
    return hits / total


def right_masked_array(predicted, truth, head_size, threshold):
    head = np.where(np.asarray(head_size) > 0, head_size, np.nan)
    d = np.sqrt(np.square(np.asarray(predicted, float) - truth[:, :, :2]).sum(2))
    ok = np.ma.array(d <= threshold * head[:, np.newaxis], mask=~(truth[:, :, 2] > 0) | np.isnan(head)[:, np.newaxis])
    mean = ok.mean()
    return np.nan if mean is np.ma.masked else float(mean)


def _pckh(predicted, truth, head_size):
    d = np.linalg.norm(predicted - truth[..., :2], axis=-1)
    head = np.asarray(head_size, float)[:, None]
    return d, head, (truth[..., 2] > 0) & (head > 0)


def wrong_strictly_less(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (d < threshold * head)[use].mean() if use.any() else np.nan


def wrong_mean_of_people(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    shares = [(d <= threshold * head)[n][use[n]].mean() for n in range(len(d)) if use[n].any()]
    return np.mean(shares) if shares else np.nan


def wrong_mean_of_joints(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    shares = [(d <= threshold * head)[:, k][use[:, k]].mean() for k in range(d.shape[1]) if use[:, k].any()]
    return np.mean(shares) if shares else np.nan


def wrong_only_visible(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    use = use & (truth[..., 2] == 2)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_unlabelled_count_as_wrong(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    people = (head[:, 0] > 0).sum()
    return ((d <= threshold * head) & use).sum() / (people * d.shape[1]) if use.any() else np.nan


def wrong_headless_count_as_wrong(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    labelled = (truth[..., 2] > 0).sum()
    return ((d <= threshold * head) & use).sum() / labelled if use.any() else np.nan


def wrong_zero_where_nothing(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (d <= threshold * head)[use].mean() if use.any() else 0.0


def wrong_mean_head_size(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    heads = head[head > 0]
    return (d <= threshold * heads.mean())[use].mean() if use.any() else np.nan


def wrong_threshold_always_half(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (d <= 0.5 * head)[use].mean() if use.any() else np.nan


def wrong_threshold_in_pixels(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (d <= threshold)[use].mean() if use.any() else np.nan


def wrong_percent(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return 100 * (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_square_instead_of_circle(predicted, truth, head_size, threshold):
    _, head, use = _pckh(predicted, truth, head_size)
    d = np.abs(predicted - truth[..., :2]).max(axis=-1)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_manhattan(predicted, truth, head_size, threshold):
    _, head, use = _pckh(predicted, truth, head_size)
    d = np.abs(predicted - truth[..., :2]).sum(axis=-1)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_squared_distance(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (d**2 <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_each_axis_for_itself(predicted, truth, head_size, threshold):
    _, head, use = _pckh(predicted, truth, head_size)
    ok = np.abs(predicted - truth[..., :2]) <= (threshold * head)[..., None]
    return ok[use].mean() if use.any() else np.nan


def wrong_head_size_along_joints(predicted, truth, head_size, threshold):
    d, _, use = _pckh(predicted, truth, head_size)
    head = np.resize(head_size, d.shape[1])[None, :]
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_nan_labels_poison(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return ((d / head <= threshold) * use * (d * 0 + 1)).sum() / use.sum() if use.any() else np.nan


def wrong_head_zero_not_left_out(predicted, truth, head_size, threshold):
    d, head, _ = _pckh(predicted, truth, head_size)
    use = (truth[..., 2] > 0) & ~np.isnan(head)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_head_nan_not_left_out(predicted, truth, head_size, threshold):
    d, head, _ = _pckh(predicted, truth, head_size)
    use = (truth[..., 2] > 0) & (head != 0)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_distances_rounded(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (np.round(d) <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_radius_floor(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (d <= np.floor(threshold * head))[use].mean() if use.any() else np.nan


def wrong_nan_prediction_left_out(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    use = use & ~((truth[..., 0] == 0) & (truth[..., 1] == 0))
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_tolerance_for_equal(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return (d <= threshold * head + 0.01)[use].mean() if use.any() else np.nan


def wrong_visibility_as_weight(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    weight = np.where(use, truth[..., 2], 0)
    return ((d <= threshold * head) * weight).sum() / weight.sum() if use.any() else np.nan


def wrong_tiny_heads_left_out(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    use = use & (head >= 1)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_junk_overwritten_in_place(predicted, truth, head_size, threshold):
    truth[truth[..., 2] == 0] = 0
    d, head, use = _pckh(predicted, truth, head_size)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_person_left_out_if_a_joint_is_missing(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    use = use & (truth[..., 2] > 0).all(axis=1, keepdims=True)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_headless_right_if_exact(predicted, truth, head_size, threshold):
    d, head, _ = _pckh(predicted, truth, head_size)
    use = (truth[..., 2] > 0) & ((head > 0) | (d == 0))
    return (d <= threshold * np.nan_to_num(head))[use].mean() if use.any() else np.nan


def wrong_far_predictions_left_out(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    use = use & (predicted >= 0).all(axis=2)
    return (d <= threshold * head)[use].mean() if use.any() else np.nan


def wrong_rounded_to_two_digits(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    return round(float((d <= threshold * head)[use].mean()), 2) if use.any() else np.nan


def wrong_pooled_by_repeated_mean(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    score = None
    for n in range(len(d)):
        if use[n].any():
            one = (d <= threshold * head)[n][use[n]].mean()
            score = one if score is None else (score + one) / 2
    return np.nan if score is None else score


def wrong_threshold_above_one_is_percent(predicted, truth, head_size, threshold):
    d, head, use = _pckh(predicted, truth, head_size)
    threshold = threshold / 100 if threshold > 1 else threshold
    return (d <= threshold * head)[use].mean() if use.any() else np.nan
