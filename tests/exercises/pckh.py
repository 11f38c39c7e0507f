"""Notebook 02: PCKh."""

import numpy as np


def inputs(rng):
    people, joints = rng.integers(1, 6), rng.integers(1, 7)
    kind = rng.choice([np.float64, np.float32])
    threshold = float(rng.choice([0.5, 0.5, 0.2, 1.5]))
    head = rng.choice([0.9, 8.0, 10.0, 10.0, 20.0, 33.0], people)
    radius = np.where(rng.random((people, joints)) < 0.5, rng.uniform(0.1, 0.9), rng.uniform(1.1, 3))
    radius[rng.random((people, joints)) < 0.1] = 1.001
    angle = rng.uniform(0, 2 * np.pi, (people, joints))
    step = (radius * threshold * head[:, None])[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    if threshold == 0.5:  # just on the ring of a head of 10 or 20, without rounding
        edge = (rng.random((people, joints)) < 0.2) & np.isin(head, [10, 20])[:, None]
        exact = np.array([[3, 4], [-4, 3], [0, -5]])[rng.integers(0, 3, (people, joints))] * (head / 10)[:, None, None]
        step = np.where(edge[..., None], exact, step)
    place = rng.integers(0, 128, (people, joints, 2)).astype(float)
    v = rng.integers(0, 3, (people, joints)) * (rng.random() < 0.93)  # sometimes nothing is labelled
    v[rng.random(people) < 0.1] = 0
    truth = np.concatenate([place, v[..., None]], axis=-1)
    truth[v == 0, :2] = rng.choice([0, -322, np.nan], p=[0.7, 0.2, 0.1])
    head[rng.random(people) < 0.2] = rng.choice([0, np.nan])
    return (place + step).astype(kind), truth.astype(kind), head.astype(kind), threshold


def _distance(predicted, truth):
    return np.hypot(*np.moveaxis(np.where(truth[..., 2:] > 0, predicted - truth[..., :2], 0), -1, 0))


def _counted(truth, head_size):
    return (truth[..., 2] > 0) & (head_size > 0)[:, None]


def _right(predicted, truth, head_size, threshold):
    return _counted(truth, head_size) & (_distance(predicted, truth) <= threshold * head_size[:, None])


def _share(right, counted):
    return right.sum() / counted.sum() if counted.sum() else np.nan


def _mean_of_shares(right, counted, axis):
    counts = counted.sum(axis=axis)
    return (right.sum(axis=axis)[counts > 0] / counts[counts > 0]).mean() if counts.any() else np.nan


def solution(predicted, truth, head_size, threshold):
    counted = _counted(truth, head_size)
    return _share(_right(predicted, truth, head_size, threshold), counted)


def counts_missing_labels_as_wrong(predicted, truth, head_size, threshold):
    """joints without a label are neither right nor wrong: divide by the labelled ones"""
    counted = np.broadcast_to((head_size > 0)[:, None], truth.shape[:2])
    return _share(_right(predicted, truth, head_size, threshold), counted)


def scores_the_junk_of_missing_labels(predicted, truth, head_size, threshold):
    """what stands in x and y of a joint without a label is junk: v > 0 says what counts"""
    return solution(predicted, np.where([False, False, True], 2, truth), head_size, threshold)


def leaves_out_hidden_joints(predicted, truth, head_size, threshold):
    """hidden joints (v = 1) have a label and count too"""
    return solution(predicted, np.where(truth[..., 2:] == 1, 0, truth), head_size, threshold)


def leaves_out_visible_joints(predicted, truth, head_size, threshold):
    """v = 2 is a visible joint, and counts"""
    return solution(predicted, np.where(truth[..., 2:] == 2, 0, truth), head_size, threshold)


def refuses_the_ring_itself(predicted, truth, head_size, threshold):
    """a distance of exactly threshold × head size is right: ≤, not <"""
    near = _distance(predicted, truth) < threshold * head_size[:, None]
    counted = _counted(truth, head_size)
    return _share(near & counted, counted)


def takes_the_mean_over_joints(predicted, truth, head_size, threshold):
    """that is the macro share, a mean over joints: pool all labelled joints"""
    return _mean_of_shares(_right(predicted, truth, head_size, threshold), _counted(truth, head_size), 0)


def takes_the_mean_over_people(predicted, truth, head_size, threshold):
    """you average each person first: pool all labelled joints"""
    return _mean_of_shares(_right(predicted, truth, head_size, threshold), _counted(truth, head_size), 1)


def counts_people_without_a_head_as_wrong(predicted, truth, head_size, threshold):
    """a person without a head size cannot be scored: leave the person out"""
    return _share(_right(predicted, truth, head_size, threshold), truth[..., 2] > 0)


def keeps_heads_of_size_zero(predicted, truth, head_size, threshold):
    """a head size of 0 is as unknown as nan: leave the person out"""
    counted = (truth[..., 2] > 0) & ~np.isnan(head_size)[:, None]
    return _share(_right(predicted, truth, head_size, threshold), counted)


def is_zero_when_nothing_is_labelled(predicted, truth, head_size, threshold):
    """where nothing can be scored there is no score: return nan"""
    return np.nan_to_num(solution(predicted, truth, head_size, threshold))


def takes_each_axis_for_itself(predicted, truth, head_size, threshold):
    """x and y are compared one by one, which is a square: take the distance"""
    gap = np.abs(np.where(truth[..., 2:] > 0, predicted - truth[..., :2], 0)).max(axis=-1)
    counted = _counted(truth, head_size)
    return _share(counted & (gap <= threshold * head_size[:, None]), counted)


def adds_the_axes(predicted, truth, head_size, threshold):
    """|dx| + |dy| is no straight distance"""
    gap = np.abs(np.where(truth[..., 2:] > 0, predicted - truth[..., :2], 0)).sum(axis=-1)
    counted = _counted(truth, head_size)
    return _share(counted & (gap <= threshold * head_size[:, None]), counted)


def forgets_the_root(predicted, truth, head_size, threshold):
    """that is the squared distance: take its root"""
    counted = _counted(truth, head_size)
    return _share(counted & (_distance(predicted, truth) ** 2 <= threshold * head_size[:, None]), counted)


def measures_in_pixels(predicted, truth, head_size, threshold):
    """the threshold counts head sizes, not pixels"""
    counted = _counted(truth, head_size)
    return _share(counted & (_distance(predicted, truth) <= threshold), counted)


def takes_a_whole_head(predicted, truth, head_size, threshold):
    """the threshold is not used: a whole head is allowed"""
    return solution(predicted, truth, head_size, 1.0)


def takes_half_a_head_always(predicted, truth, head_size, threshold):
    """the threshold is an argument: it is not always 0.5"""
    return solution(predicted, truth, head_size, 0.5)


def takes_one_head_for_all(predicted, truth, head_size, threshold):
    """every person is measured by the own head, not by the mean head"""
    known = head_size > 0
    mean = head_size[known].mean() if known.any() else np.nan
    return solution(predicted, truth, np.where(known, mean, np.nan), threshold)


def takes_the_first_head_for_all(predicted, truth, head_size, threshold):
    """every person is measured by the own head, not by that of the first"""
    known = head_size > 0
    first = head_size[known][0] if known.any() else np.nan
    return solution(predicted, truth, np.where(known, first, np.nan), threshold)


def counts_complete_people_alone(predicted, truth, head_size, threshold):
    """a person with a missing label still has the others: they count"""
    whole = (truth[..., 2] > 0).all(axis=1)
    return solution(predicted, truth, np.where(whole, head_size, np.nan), threshold)


def wants_every_joint_right(predicted, truth, head_size, threshold):
    """a share of joints is asked for, not of people with all joints right"""
    right, counted = _right(predicted, truth, head_size, threshold), _counted(truth, head_size)
    some = counted.any(axis=1)
    return _share((right == counted).all(axis=1) & some, some)


def gives_per_cent(predicted, truth, head_size, threshold):
    """return a fraction between 0 and 1, not a percentage"""
    return 100 * solution(predicted, truth, head_size, threshold)


def counts_the_right_joints(predicted, truth, head_size, threshold):
    """that is how many are right: divide by how many are labelled"""
    return float(_right(predicted, truth, head_size, threshold).sum())


def gives_the_share_of_wrong_joints(predicted, truth, head_size, threshold):
    """that is the share of wrong joints"""
    return 1 - solution(predicted, truth, head_size, threshold)


def gives_every_joint(predicted, truth, head_size, threshold):
    """return one number for all joints together"""
    right, counted = _right(predicted, truth, head_size, threshold), _counted(truth, head_size)
    counts = counted.sum(axis=0)
    return np.where(counts > 0, right.sum(axis=0) / np.maximum(counts, 1), np.nan)
