"""Notebook 03: object keypoint similarity."""

import numpy as np


def inputs(rng):
    joints = int(rng.integers(1, 8))
    area, sigmas = float(rng.uniform(300, 20000) * rng.choice([1, 1, 1, 15])), rng.uniform(0.025, 0.11, joints)
    truth = np.zeros((joints, 3))
    truth[:, :2] = rng.uniform(0, 200, (joints, 2))
    truth[:, 2] = rng.choice([0, 1, 2], joints, p=[0.3, 0.25, 0.45])
    way = rng.normal(0, 1, (joints, 2)) * (sigmas * area**0.5)[:, None] * rng.uniform(0.2, 3)
    case = rng.random((joints, 1))  # the first pixel is a place like any other, as a label and as an answer
    truth[:, :2] = np.where(case < 0.1, 0, np.where(case < 0.2, -way, truth[:, :2]))
    predicted = truth[:, :2] + way
    predicted[rng.random(joints) < 0.12] = np.nan  # not found
    if rng.random() < 0.08:
        truth[:, 2] = 0
    if rng.random() < 0.7:
        truth[truth[:, 2] == 0, :2] = rng.choice([0.0, np.nan])
    if rng.random() < 0.3:
        predicted, truth = predicted.astype(np.float32), truth.astype(np.float32)
    elif rng.random() < 0.3:
        truth = np.where(np.isnan(truth), 0, truth).round().astype(int)
    return predicted, truth, area, sigmas


def _similarity(predicted, truth, scale):
    squared = ((np.asarray(predicted, float) - truth[:, :2]) ** 2).sum(axis=1)
    return np.exp(-squared / scale)


def _mean(similarity, truth):
    labelled = truth[:, 2] > 0
    return np.nan_to_num(similarity)[labelled].mean() if labelled.any() else np.nan


def solution(predicted, truth, area, sigmas):
    return _mean(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2), truth)


def forgets_that_sigma_is_doubled(predicted, truth, area, sigmas):
    """you are too strict: COCO doubles sigma before it squares it"""
    return solution(predicted, truth, area, sigmas / 2)


def forgets_the_two_of_the_gaussian(predicted, truth, area, sigmas):
    """you are too strict: there is a 2 beside the area, and another beside sigma that is squared with it"""
    return solution(predicted, truth, area / 2, sigmas)


def squares_the_area(predicted, truth, area, sigmas):
    """the area is in squared pixels as it is: it is not squared again"""
    return solution(predicted, truth, area**2, sigmas)


def takes_the_root_of_the_area(predicted, truth, area, sigmas):
    """the squared distance is divided by the area, not by its root"""
    return solution(predicted, truth, area**0.5, sigmas)


def forgets_the_area(predicted, truth, area, sigmas):
    """the person's size is missing: five pixels are much on a small person"""
    return solution(predicted, truth, 1.0, sigmas)


def forgets_to_square_sigma(predicted, truth, area, sigmas):
    """sigma is squared, too"""
    return _mean(_similarity(predicted, truth, 2 * area * 2 * sigmas), truth)


def forgets_to_square_the_distance(predicted, truth, area, sigmas):
    """the distance is squared"""
    far = np.linalg.norm(np.asarray(predicted, float) - truth[:, :2], axis=1)
    return _mean(np.exp(-far / (2 * area * (2 * sigmas) ** 2)), truth)


def adds_the_sides_of_the_error(predicted, truth, area, sigmas):
    """the distance is the straight one: square dx and dy before you add them"""
    far = np.abs(np.asarray(predicted, float) - truth[:, :2]).sum(axis=1)
    return _mean(np.exp(-(far**2) / (2 * area * (2 * sigmas) ** 2)), truth)


def counts_joints_without_a_label_as_wrong(predicted, truth, area, sigmas):
    """a joint without a label is neither right nor wrong: the mean is over the labelled joints"""
    labelled = truth[:, 2] > 0
    each = np.nan_to_num(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2))
    return (each * labelled).mean() if labelled.any() else np.nan


def counts_joints_without_a_label_as_labelled(predicted, truth, area, sigmas):
    """v = 0 is no label, and what stands in x and y means nothing: leave the joint out"""
    return np.nan_to_num(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2)).mean()


def leaves_hidden_joints_out(predicted, truth, area, sigmas):
    """a hidden joint (v = 1) has a label and counts"""
    return _mean(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2), truth - [0, 0, 1])


def weighs_by_v(predicted, truth, area, sigmas):
    """v is a code, no weight: a joint that is seen counts like a hidden one"""
    each = np.nan_to_num(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2))
    return (each * truth[:, 2]).sum() / truth[:, 2].sum() if truth[:, 2].any() else np.nan


def is_zero_without_labels(predicted, truth, area, sigmas):
    """without a labelled joint nothing was measured: NaN, not 0"""
    return np.nan_to_num(solution(predicted, truth, area, sigmas))


def is_one_without_labels(predicted, truth, area, sigmas):
    """without a labelled joint nothing was measured: NaN, not 1"""
    return np.nan_to_num(solution(predicted, truth, area, sigmas), nan=1.0)


def takes_the_mean_before_the_exponential(predicted, truth, area, sigmas):
    """the mean is over similarities, so that it comes after the exponential"""
    with np.errstate(all="ignore"):
        each = -np.log(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2))
    labelled = truth[:, 2] > 0
    return np.exp(-np.nan_to_num(each, nan=np.inf)[labelled].mean()) if labelled.any() else np.nan


def gives_all_joints_one_sigma(predicted, truth, area, sigmas):
    """every joint has a sigma of its own"""
    return solution(predicted, truth, area, np.full_like(sigmas, sigmas.mean()))


def adds_the_similarities_up(predicted, truth, area, sigmas):
    """that is the sum: divide by the number of labelled joints"""
    return solution(predicted, truth, area, sigmas) * (truth[:, 2] > 0).sum()


def returns_every_joint(predicted, truth, area, sigmas):
    """return one number for the person, the mean over the labelled joints"""
    return np.where(truth[:, 2] > 0, np.nan_to_num(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2)), 0)


def skips_joints_that_were_not_found(predicted, truth, area, sigmas):
    """a labelled joint that was not found has the similarity 0 and counts"""
    found = ~np.isnan(predicted[:, 0])
    return solution(predicted[found], truth[found], area, sigmas[found])


def lets_a_joint_that_was_not_found_spoil_all(predicted, truth, area, sigmas):
    """a labelled joint that was not found has the similarity 0, and NaN spoils the mean"""
    each = _similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2)[truth[:, 2] > 0]
    return each.mean() if each.size else np.nan


def counts_joints_that_are_near(predicted, truth, area, sigmas):
    """that is the share of joints with a similarity of at least .5: the mean is over the similarities themselves"""
    return _mean(_similarity(predicted, truth, 2 * area * (2 * sigmas) ** 2) >= 0.5, truth)


def returns_the_distance_from_one(predicted, truth, area, sigmas):
    """1 is perfect and 0 far off, and yours is the other way round"""
    return 1 - solution(predicted, truth, area, sigmas)
