"""Answers to the exercise oks, right and wrong."""

import math

import numpy as np


def right_in_another_style(predicted, truth, area, sigmas):
    each = []
    for (px, py), (x, y, v), sigma in zip(predicted, truth, sigmas):
        if v == 0:
            continue
        d = math.hypot(px - x, py - y)
        each.append(0.0 if math.isnan(d) else math.exp(-((d / (2 * sigma)) ** 2) / (2 * area)))
    return sum(each) / len(each) if each else math.nan


def right_vectorised(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    if not labelled.any():
        return np.nan
    d2 = ((predicted[labelled] - truth[labelled, :2]) ** 2).sum(axis=1)
    return np.nan_to_num(np.exp(-d2 / (2 * area * (2 * np.asarray(sigmas)[labelled]) ** 2))).mean()


def right_lost_are_infinitely_far(predicted, truth, area, sigmas):
    d = np.linalg.norm(np.asarray(predicted, float) - np.asarray(truth, float)[:, :2], axis=1)
    d[np.isnan(predicted).any(axis=1)] = np.inf
    each = np.exp(-(d**2) / (8 * area * np.square(sigmas)))
    return float(each[truth[:, 2] != 0].mean()) if (truth[:, 2] != 0).any() else float("nan")


def right_masked_array(predicted, truth, area, sigmas):
    d2 = np.nansum((predicted - truth[:, :2]) ** 2, axis=1)
    each = np.where(np.isnan(predicted[:, 0]), 0.0, np.exp(-0.5 * d2 / area / (2 * sigmas) ** 2))
    mean = np.ma.masked_array(each, mask=truth[:, 2] < 1).mean()
    return np.nan if mean is np.ma.masked else mean


def right_average_with_weights(predicted, truth, area, sigmas):
    total, count = 0.0, 0
    for k in range(len(truth)):
        if truth[k][2] not in (1, 2):
            continue
        count += 1
        dx, dy = predicted[k][0] - truth[k][0], predicted[k][1] - truth[k][1]
        if dx == dx and dy == dy:
            total += float(np.exp(-(dx**2 + dy**2) / (2 * area * 4 * sigmas[k] ** 2)))
    try:
        return total / count
    except ZeroDivisionError:
        return math.nan


def _oks(predicted, truth, exponent):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(np.exp(-exponent))
    return each[labelled].mean() if labelled.any() else np.nan


def _d2(predicted, truth):
    return ((predicted - truth[:, :2]) ** 2).sum(axis=1)


def wrong_two_beside_sigma_forgotten(predicted, truth, area, sigmas):
    return _oks(predicted, truth, _d2(predicted, truth) / (2 * area * sigmas**2))


def wrong_two_before_area_forgotten(predicted, truth, area, sigmas):
    return _oks(predicted, truth, _d2(predicted, truth) / (area * (2 * sigmas) ** 2))


def wrong_two_not_squared(predicted, truth, area, sigmas):
    return _oks(predicted, truth, _d2(predicted, truth) / (2 * area * 2 * sigmas**2))


def wrong_area_squared(predicted, truth, area, sigmas):
    return _oks(predicted, truth, _d2(predicted, truth) / (2 * area**2 * (2 * sigmas) ** 2))


def wrong_root_of_area(predicted, truth, area, sigmas):
    return _oks(predicted, truth, _d2(predicted, truth) / (2 * np.sqrt(area) * (2 * sigmas) ** 2))


def wrong_distance_not_squared(predicted, truth, area, sigmas):
    return _oks(predicted, truth, np.sqrt(_d2(predicted, truth)) / (2 * area * (2 * sigmas) ** 2))


def wrong_sigma_not_squared(predicted, truth, area, sigmas):
    return _oks(predicted, truth, _d2(predicted, truth) / (2 * area * 2 * sigmas))


def wrong_manhattan(predicted, truth, area, sigmas):
    d = np.abs(predicted - truth[:, :2]).sum(axis=1)
    return _oks(predicted, truth, d**2 / (2 * area * (2 * sigmas) ** 2))


def wrong_mean_sigma(predicted, truth, area, sigmas):
    return _oks(predicted, truth, _d2(predicted, truth) / (2 * area * (2 * sigmas.mean()) ** 2))


def _similar(predicted, truth, area, sigmas):
    return np.exp(-_d2(predicted, truth) / (2 * area * (2 * sigmas) ** 2))


def wrong_only_visible(predicted, truth, area, sigmas):
    seen = truth[:, 2] == 2
    return np.nan_to_num(_similar(predicted, truth, area, sigmas))[seen].mean() if seen.any() else np.nan


def wrong_lost_do_not_count(predicted, truth, area, sigmas):
    seen = (truth[:, 2] > 0) & ~np.isnan(predicted).any(axis=1)
    return _similar(predicted, truth, area, sigmas)[seen].mean() if seen.any() else np.nan


def wrong_lost_do_not_count_unless_all_lost(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    if not labelled.any():
        return np.nan
    seen = labelled & ~np.isnan(predicted).any(axis=1)
    return _similar(predicted, truth, area, sigmas)[seen].mean() if seen.any() else 0.0


def wrong_lost_make_nan(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    return _similar(predicted, truth, area, sigmas)[labelled].mean() if labelled.any() else np.nan


def wrong_lost_are_at_zero(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = _similar(np.nan_to_num(predicted), truth, area, sigmas)
    return each[labelled].mean() if labelled.any() else np.nan


def wrong_lost_are_perfect(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, area, sigmas), nan=1.0)
    return each[labelled].mean() if labelled.any() else np.nan


def wrong_zero_for_a_person_without_labels(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    return np.nan_to_num(_similar(predicted, truth, area, sigmas))[labelled].mean() if labelled.any() else 0.0


def wrong_mean_over_all_joints(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, area, sigmas)) * labelled
    return each.mean() if labelled.any() else np.nan


def wrong_unlabelled_count_as_right(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.where(labelled, np.nan_to_num(_similar(predicted, truth, area, sigmas)), 1)
    return each.mean() if labelled.any() else np.nan


def wrong_nanmean_over_all(predicted, truth, area, sigmas):
    return np.nanmean(_similar(predicted, truth, area, sigmas))


def wrong_weighted_by_visibility(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.where(labelled, np.nan_to_num(_similar(predicted, truth, area, sigmas)), 0)
    return np.average(each, weights=truth[:, 2]) if labelled.any() else np.nan


def wrong_exponent_of_mean(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    e = _d2(predicted, truth) / (2 * area * (2 * sigmas) ** 2)
    return np.exp(-e[labelled].mean()) if labelled.any() else np.nan


def wrong_product_of_similarities(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, area, sigmas))
    return each[labelled].prod() ** (1 / labelled.sum()) if labelled.any() else np.nan


def wrong_share_above_half(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, area, sigmas))
    return (each[labelled] >= 0.5).mean() if labelled.any() else np.nan


def wrong_sigmas_not_masked(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    n = labelled.sum()
    each = np.nan_to_num(_similar(predicted[labelled], truth[labelled], area, sigmas[:n]))
    return each.mean() if n else np.nan


def wrong_nan_overwritten_in_place(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    predicted[np.isnan(predicted)] = 1e9
    return _similar(predicted, truth, area, sigmas)[labelled].mean() if labelled.any() else np.nan


def wrong_lost_are_at_minus_100(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    filled = np.nan_to_num(predicted, nan=-100.0)
    return _similar(filled, truth, area, sigmas)[labelled].mean() if labelled.any() else np.nan


def wrong_nan_of_truth_decides(predicted, truth, area, sigmas):
    labelled = ~np.isnan(truth[:, 0])
    return np.nan_to_num(_similar(predicted, truth, area, sigmas))[labelled].mean() if labelled.any() else np.nan


def wrong_origin_is_unlabelled(predicted, truth, area, sigmas):
    labelled = (truth[:, 2] > 0) & ((truth[:, 0] != 0) | (truth[:, 1] != 0))
    return np.nan_to_num(_similar(predicted, truth, area, sigmas))[labelled].mean() if labelled.any() else np.nan


def wrong_origin_is_lost(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, area, sigmas))
    each[(predicted == 0).all(axis=1)] = 0
    return each[labelled].mean() if labelled.any() else np.nan


def wrong_small_similarities_are_zero(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, area, sigmas))
    each[each < 0.01] = 0
    return each[labelled].mean() if labelled.any() else np.nan


def wrong_all_lost_is_nan(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    if np.isnan(predicted[labelled]).all():
        return np.nan
    return np.nan_to_num(_similar(predicted, truth, area, sigmas))[labelled].mean() if labelled.any() else np.nan


def wrong_lost_hidden_do_not_count(predicted, truth, area, sigmas):
    labelled = (truth[:, 2] == 2) | ((truth[:, 2] == 1) & ~np.isnan(predicted[:, 0]))
    return np.nan_to_num(_similar(predicted, truth, area, sigmas))[labelled].mean() if labelled.any() else np.nan


def wrong_all_zero_is_nan(predicted, truth, area, sigmas):
    each = np.where(truth[:, 2] > 0, np.nan_to_num(_similar(predicted, truth, area, sigmas)), 0)
    return each.sum() / (truth[:, 2] > 0).sum() if each.any() else np.nan


def wrong_area_at_least_one_thousand(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, max(area, 1000), sigmas))
    return each[labelled].mean() if labelled.any() else np.nan


def wrong_negative_prediction_is_lost(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similar(predicted, truth, area, sigmas))
    each[(predicted < 0).any(axis=1)] = 0
    return each[labelled].mean() if labelled.any() else np.nan


def wrong_lost_keep_distance_zero(predicted, truth, area, sigmas):
    labelled = truth[:, 2] > 0
    d2 = np.nansum((predicted - truth[:, :2]) ** 2, axis=1)
    return np.exp(-d2 / (8 * area * sigmas**2))[labelled].mean() if labelled.any() else np.nan
