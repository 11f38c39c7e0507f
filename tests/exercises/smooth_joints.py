"""Notebook 11: smoothing that knows lost joints and the frame's time."""

import numpy as np


def inputs(rng):
    joints = rng.choice([1, 2, 3, 4, 5, 6, 18, 23])
    before, now = (
        np.column_stack([rng.integers(-60, 900, (joints, 2)), rng.integers(0, 3, joints)]).astype(float)
        for _ in range(2)
    )
    before[rng.random(joints) < 0.1, : rng.integers(1, 3)] = 0  # a joint at the picture's edge, or in its corner
    before[before[:, 2] == 0] = 0
    return (
        before,
        now,
        float(rng.choice([1 / 60, 1 / 30, 1 / 10, 1.0, 0.0, 12.0], p=[0.25, 0.25, 0.2, 0.15, 0.1, 0.05])),
        float(rng.choice([0.5, 2.0, 5.0])),
    )


def _smooth(before, now, elapsed, cutoff, lost=True, fresh=True, reverse=False, fixed=False, visible=False):
    turn = 2 * np.pi * cutoff * (1 / 30 if fixed else elapsed)
    share = turn / (turn + 1)
    share = 1 - share if reverse else share
    result = now.copy()
    for k in range(len(now)):
        if before[k, 2] > 0 or not fresh:
            columns = slice(0, 3 if visible else 2)
            result[k, columns] = before[k, columns] + share * (now[k, columns] - before[k, columns])
        if now[k, 2] == 0 and lost:
            result[k] = 0
    return result


def solution(before, now, elapsed, cutoff=2.0):
    return _smooth(before, now, elapsed, cutoff)


def pulls_lost_joints_to_the_corner(before, now, elapsed, cutoff=2.0):
    """a joint that is lost now has a row of zeros: a place that nobody found must not be shown"""
    return _smooth(before, now, elapsed, cutoff, lost=False)


def begins_at_zero(before, now, elapsed, cutoff=2.0):
    """a joint that was lost before begins where it is found: (0, 0) is no place to come from"""
    return _smooth(before, now, elapsed, cutoff, fresh=False)


def goes_the_other_share(before, now, elapsed, cutoff=2.0):
    """the share is of the way to the new place, and you keep as much of the old one"""
    return _smooth(before, now, elapsed, cutoff, reverse=True)


def forgets_the_time(before, now, elapsed, cutoff=2.0):
    """the share depends on the time between the frames: use elapsed"""
    return _smooth(before, now, elapsed, cutoff, fixed=True)


def forgets_the_cutoff(before, now, elapsed, cutoff=2.0):
    """the share depends on the cut-off: use it"""
    return _smooth(before, now, elapsed, 2.0)


def takes_a_share_in_proportion_to_the_time(before, now, elapsed, cutoff=2.0):
    """the share does not grow in proportion to the time: share(cutoff, elapsed)"""
    at_thirty = 2 * np.pi * cutoff / 30 / (2 * np.pi * cutoff / 30 + 1)
    result = _smooth(before, now, elapsed, cutoff)
    both = (before[:, 2] > 0) & (now[:, 2] > 0)
    result[both, :2] = (before + min(1, at_thirty * 30 * elapsed) * (now - before))[both, :2]
    return result


def thinks_that_no_joint_lies_at_the_edge(before, now, elapsed, cutoff=2.0):
    """x = 0 is a place at the picture's edge: v says whether a joint was found"""
    result = _smooth(before, now, elapsed, cutoff)
    result[before[:, 0] == 0] = now[before[:, 0] == 0]
    return result


def smooths_only_what_is_fully_seen(before, now, elapsed, cutoff=2.0):
    """v = 1 is hidden and found: only v = 0 is lost"""
    result = _smooth(before, now, elapsed, cutoff)
    partly = (before[:, 2] == 1) | (now[:, 2] == 1)
    result[partly] = now[partly]
    return result


def follows_at_once(before, now, elapsed, cutoff=2.0):
    """the joint jumps to where it is found: go the share of the way"""
    return _smooth(before, now, 1e9 * elapsed, cutoff)


def takes_the_mean(before, now, elapsed, cutoff=2.0):
    """that is no share of the way: before + share · (now - before)"""
    result = _smooth(before, now, elapsed, cutoff)
    result[0, :2] = (before[0, :2] + elapsed * now[0, :2]) / (1 + elapsed)
    return result


def smooths_v_too(before, now, elapsed, cutoff=2.0):
    """v stays that of now"""
    return _smooth(before, now, elapsed, cutoff, visible=True)


def changes_its_input(before, now, elapsed, cutoff=2.0):
    """before or now was changed: work on a copy"""
    now[:] = _smooth(before, now, elapsed, cutoff)
    return now


def returns_places_only(before, now, elapsed, cutoff=2.0):
    """return x, y and v"""
    return _smooth(before, now, elapsed, cutoff)[:, :2]
