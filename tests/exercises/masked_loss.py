"""Notebook 02: the loss that leaves out what nobody labelled."""

import numpy as np


def inputs(rng):
    people, joints = rng.integers(1, 5), rng.integers(1, 6)
    kind = rng.choice([np.float64, np.float32])
    truth = rng.normal(0, rng.choice([1, 1, 90]), (people, joints, 3)).astype(kind)
    truth[rng.random(truth.shape) < 0.1] = 0  # a coordinate like any other
    truth[..., 2] = rng.integers(0, 3, (people, joints)) * (rng.random() < 0.95)  # sometimes nothing is labelled
    predicted = truth[..., :2] + rng.normal(0, 0.5, (people, joints, 2)).astype(kind)
    predicted[rng.random(predicted.shape) < 0.06] = 0
    truth[truth[..., 2] == 0, :2] = rng.choice([0, -322, np.nan], p=[0.6, 0.2, 0.2])
    return truth, np.where(np.isnan(predicted), kind(0.1), predicted)


def solution(truth, predicted):
    labelled = truth[..., 2:] > 0
    error = np.where(labelled, np.abs(truth[..., :2] - predicted), 0)
    return error.sum() / max(2 * labelled.sum(), 1)


def forgets_the_mask(truth, predicted):
    """joints without a label reach the loss: give them weight 0"""
    return np.abs(truth[..., :2] - predicted).mean()


def divides_by_all_joints(truth, predicted):
    """you divide by all joints: divide by the labelled ones only"""
    return np.where(truth[..., 2:] > 0, np.abs(truth[..., :2] - predicted), 0).mean()


def weighs_by_the_visibility_code(truth, predicted):
    """you weigh by v itself, so visible joints count twice: v > 0 is the mask"""
    weight = truth[..., 2:]
    return (weight * np.abs(truth[..., :2] - predicted)).sum() / (2 * (weight > 0).sum())


def weighs_and_divides_by_the_visibility_code(truth, predicted):
    """you weigh by v itself, above and below: v > 0 is the mask"""
    weight = truth[..., 2:]
    return (weight * np.abs(truth[..., :2] - predicted)).sum() / (2 * weight.sum())


def leaves_out_hidden_joints(truth, predicted):
    """hidden joints (v = 1) have a label and count too: v > 0 is the mask"""
    return np.abs(truth[..., :2] - predicted)[truth[..., 2] == 2].mean()


def squares_the_error(truth, predicted):
    """that is the squared error: the exercise asks for the absolute one"""
    return np.square(truth[..., :2] - predicted)[truth[..., 2] > 0].mean()


def averages_each_person_first(truth, predicted):
    """you average each person first: pool all labelled joints of the batch"""
    pairs = zip(truth, predicted, strict=True)
    return np.mean([np.abs(t[:, :2] - p)[t[:, 2] > 0].mean() for t, p in pairs])


def divides_by_joints_not_numbers(truth, predicted):
    """divide by the numbers compared, x and y: two a joint"""
    labelled = truth[..., 2:] > 0
    return np.where(labelled, np.abs(truth[..., :2] - predicted), 0).sum() / max(labelled.sum(), 1)


def lets_errors_cancel(truth, predicted):
    """errors of opposite sign cancel: take the absolute value before summing"""
    return (truth[..., :2] - predicted)[truth[..., 2] > 0].mean()


def multiplies_junk_by_zero(truth, predicted):
    """junk under v = 0 gets through (0 × nan is nan): replace it with np.where first"""
    labelled = truth[..., 2:] > 0
    return (labelled * np.abs(truth[..., :2] - predicted)).sum() / max(2 * labelled.sum(), 1)


def is_nan_when_nothing_is_labelled(truth, predicted):
    """when nothing at all is labelled the loss is 0: divide by at least 1"""
    labelled = truth[..., 2:] > 0
    with np.errstate(invalid="ignore"):
        return np.where(labelled, np.abs(truth[..., :2] - predicted), 0).sum() / (2 * labelled.sum())
