"""Answers to the exercise masked_loss, right and wrong."""

import numpy as np


def right_joint_by_joint(truth, predicted):
    errors = [
        abs(float(truth[b, k, axis]) - float(predicted[b, k, axis]))
        for b, k in np.ndindex(truth.shape[:2])
        if truth[b, k, 2] > 0
        for axis in (0, 1)
    ]
    return np.mean(errors) if errors else 0


def right_boolean_index(truth, predicted):
    seen = truth[..., 2] > 0
    errors = np.abs(truth[seen][:, :2] - predicted[seen])
    return errors.mean() if errors.size else 0.0


def right_where_then_divide(truth, predicted):
    mask = (truth[:, :, 2:] > 0).astype(float)
    difference = np.where(mask > 0, truth[:, :, :2] - predicted, 0)
    return np.abs(difference).sum() / max(1, 2 * mask.sum())


def right_early_return_lists(truth, predicted):
    kept = [(t, p) for person, answer in zip(truth, predicted) for t, p in zip(person, answer) if t[2] != 0]
    if not kept:
        return 0
    total = 0.0
    for (x, y, _), (px, py) in kept:
        total += abs(float(x) - float(px)) + abs(float(y) - float(py))
    return total / (2 * len(kept))


def right_masked_array(truth, predicted):
    mask = np.repeat(truth[..., 2:] <= 0, 2, axis=-1)
    errors = np.ma.array(np.abs(np.nan_to_num(truth[..., :2]) - predicted), mask=mask)
    return float(np.ma.filled(errors.mean(), 0.0))


def right_average_by_weights(truth, predicted):
    weights = np.broadcast_to(np.minimum(truth[..., 2:], 1), predicted.shape)
    if weights.sum() == 0:
        return 0.0
    return np.average(np.nan_to_num(np.abs(truth[..., :2] - predicted)), weights=weights)


def _errors(truth, predicted):
    return np.abs(truth[..., :2] - predicted), truth[..., 2] > 0


def wrong_mean_over_all_joints(truth, predicted):
    e, seen = _errors(truth, predicted)
    return np.where(seen[..., None], e, 0).mean()


def wrong_multiplied_by_mask(truth, predicted):
    e, seen = _errors(truth, predicted)
    return (e * seen[..., None]).sum() / (2 * seen.sum()) if seen.any() else 0.0


def wrong_divided_by_joints(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen].sum() / seen.sum() if seen.any() else 0.0


def wrong_mean_of_means_over_people(truth, predicted):
    e, seen = _errors(truth, predicted)
    means = [e[b][seen[b]].mean() for b in range(len(e)) if seen[b].any()]
    return np.mean(means) if means else 0.0


def wrong_mean_over_people_empty_as_zero(truth, predicted):
    e, seen = _errors(truth, predicted)
    return np.mean([e[b][seen[b]].mean() if seen[b].any() else 0 for b in range(len(e))])


def wrong_mean_of_means_over_joints(truth, predicted):
    e, seen = _errors(truth, predicted)
    means = [e[:, k][seen[:, k]].mean() for k in range(e.shape[1]) if seen[:, k].any()]
    return np.mean(means) if means else 0.0


def wrong_nan_if_nothing(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen].mean()


def wrong_squared(truth, predicted):
    e, seen = _errors(truth, predicted)
    return (e[seen] ** 2).mean() if seen.any() else 0.0


def wrong_distance(truth, predicted):
    e, seen = _errors(truth, predicted)
    return np.sqrt((e[seen] ** 2).sum(axis=-1)).mean() if seen.any() else 0.0


def wrong_only_visible(truth, predicted):
    e, _ = _errors(truth, predicted)
    seen = truth[..., 2] == 2
    return e[seen].mean() if seen.any() else 0.0


def wrong_weighted_by_visibility(truth, predicted):
    e, seen = _errors(truth, predicted)
    w = truth[..., 2]
    return (np.where(seen[..., None], e, 0) * w[..., None]).sum() / (2 * w.sum()) if seen.any() else 0.0


def wrong_sum_divided_by_visibilities(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen].sum() / (2 * truth[..., 2].sum()) if seen.any() else 0.0


def wrong_no_absolute_value(truth, predicted):
    seen = truth[..., 2] > 0
    return (truth[seen][:, :2] - predicted[seen]).mean() if seen.any() else 0.0


def wrong_absolute_of_mean(truth, predicted):
    seen = truth[..., 2] > 0
    return abs((truth[seen][:, :2] - predicted[seen]).mean()) if seen.any() else 0.0


def wrong_nan_decides_not_v(truth, predicted):
    e, _ = _errors(truth, predicted)
    return np.nanmean(e) if not np.isnan(e).all() else 0.0


def wrong_zero_place_is_unlabelled(truth, predicted):
    e, seen = _errors(truth, predicted)
    seen = seen & ~((truth[..., 0] == 0) & (truth[..., 1] == 0))
    return e[seen].mean() if seen.any() else 0.0


def wrong_v_compared_too(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen].sum() / (3 * seen.sum()) if seen.any() else 0.0


def wrong_epsilon_in_denominator(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen].sum() / (2 * seen.sum() + 1)


def wrong_sum_instead_of_mean(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen].sum()


def wrong_median(truth, predicted):
    e, seen = _errors(truth, predicted)
    return np.median(e[seen]) if seen.any() else 0.0


def wrong_only_x(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen][:, 0].mean() if seen.any() else 0.0


def wrong_zeroed_in_place(truth, predicted):
    truth[truth[..., 2] == 0] = 0
    e, seen = _errors(truth, predicted)
    return e[seen].mean() if seen.any() else 0.0


def wrong_predicted_zeroed_in_place(truth, predicted):
    seen = truth[..., 2] > 0
    predicted[~seen] = 0
    e = np.abs(np.where(seen[..., None], truth[..., :2], 0) - predicted)
    return e.sum() / (2 * seen.sum()) if seen.any() else 0.0


def wrong_people_without_all_joints_left_out(truth, predicted):
    e, seen = _errors(truth, predicted)
    full = seen.all(axis=1)
    return e[full].mean() if full.any() else 0.0


def wrong_a_number_per_person(truth, predicted):
    e, seen = _errors(truth, predicted)
    return np.array([e[b][seen[b]].mean() if seen[b].any() else 0.0 for b in range(len(e))])


def wrong_nothing_labelled_of_first_person(truth, predicted):
    e, seen = _errors(truth, predicted)
    return e[seen].mean() if seen[0].any() else 0.0


def wrong_huber(truth, predicted):
    e, seen = _errors(truth, predicted)
    e = np.where(e < 1, 0.5 * e**2, e - 0.5)
    return e[seen].mean() if seen.any() else 0.0


def wrong_errors_clipped_at_one_hundred(truth, predicted):
    e, seen = _errors(truth, predicted)
    return np.minimum(e, 100)[seen].mean() if seen.any() else 0.0


def wrong_whole_pixels(truth, predicted):
    seen = truth[..., 2] > 0
    e = np.abs(truth[seen][:, :2].astype(int) - predicted[seen].astype(int))
    return e.mean() if seen.any() else 0.0


def wrong_zero_coordinate_left_out(truth, predicted):
    e, seen = _errors(truth, predicted)
    use = seen[..., None] & (truth[..., :2] != 0)
    return e[use].mean() if use.any() else 0.0


def wrong_zero_prediction_left_out(truth, predicted):
    e, seen = _errors(truth, predicted)
    use = seen & predicted.any(axis=-1)
    return e[use].mean() if use.any() else 0.0


def wrong_negative_label_left_out(truth, predicted):
    e, seen = _errors(truth, predicted)
    use = seen & (truth[..., 0] >= 0) & (truth[..., 1] >= 0)
    return e[use].mean() if use.any() else 0.0
