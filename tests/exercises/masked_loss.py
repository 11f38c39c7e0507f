"""Notebook 02, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def solution(truth, predicted):
    labelled = truth[..., 2:] > 0
    error = np.where(labelled, np.abs(truth[..., :2] - predicted), 0)
    return error.sum() / max(2 * labelled.sum(), 1)


def forgets_the_mask(truth, predicted):
    return np.abs(truth[..., :2] - predicted).mean()


def divides_by_all_joints(truth, predicted):
    return np.where(truth[..., 2:] > 0, np.abs(truth[..., :2] - predicted), 0).mean()


def weighs_by_the_visibility_code(truth, predicted):
    weight = truth[..., 2:]
    return (weight * np.abs(truth[..., :2] - predicted)).sum() / (2 * (weight > 0).sum())


def weighs_and_divides_by_the_visibility_code(truth, predicted):
    weight = truth[..., 2:]
    return (weight * np.abs(truth[..., :2] - predicted)).sum() / (2 * weight.sum())


def leaves_out_hidden_joints(truth, predicted):
    return np.abs(truth[..., :2] - predicted)[truth[..., 2] == 2].mean()


def squares_the_error(truth, predicted):
    return np.square(truth[..., :2] - predicted)[truth[..., 2] > 0].mean()


def averages_each_person_first(truth, predicted):
    pairs = zip(truth, predicted, strict=True)
    return np.mean([np.abs(t[:, :2] - p)[t[:, 2] > 0].mean() for t, p in pairs])


def divides_by_joints_not_numbers(truth, predicted):
    labelled = truth[..., 2:] > 0
    return np.where(labelled, np.abs(truth[..., :2] - predicted), 0).sum() / max(labelled.sum(), 1)


def lets_errors_cancel(truth, predicted):
    return (truth[..., :2] - predicted)[truth[..., 2] > 0].mean()


def multiplies_junk_by_zero(truth, predicted):
    labelled = truth[..., 2:] > 0
    return (labelled * np.abs(truth[..., :2] - predicted)).sum() / max(2 * labelled.sum(), 1)


def is_nan_when_nothing_is_labelled(truth, predicted):
    labelled = truth[..., 2:] > 0
    with np.errstate(invalid="ignore"):
        return np.where(labelled, np.abs(truth[..., :2] - predicted), 0).sum() / (2 * labelled.sum())


def undone(truth, predicted):
    return None
