"""Notebook 11, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


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
    return _smooth(before, now, elapsed, cutoff, lost=False)


def begins_at_zero(before, now, elapsed, cutoff=2.0):
    return _smooth(before, now, elapsed, cutoff, fresh=False)


def goes_the_other_share(before, now, elapsed, cutoff=2.0):
    return _smooth(before, now, elapsed, cutoff, reverse=True)


def forgets_the_time(before, now, elapsed, cutoff=2.0):
    return _smooth(before, now, elapsed, cutoff, fixed=True)


def follows_at_once(before, now, elapsed, cutoff=2.0):
    return _smooth(before, now, 1e9 * elapsed, cutoff)


def takes_the_mean(before, now, elapsed, cutoff=2.0):
    result = _smooth(before, now, elapsed, cutoff)
    result[0, :2] = (before[0, :2] + elapsed * now[0, :2]) / (1 + elapsed)
    return result


def smooths_v_too(before, now, elapsed, cutoff=2.0):
    return _smooth(before * [1, 1, 0.5], now, elapsed, cutoff, visible=True)


def changes_its_input(before, now, elapsed, cutoff=2.0):
    now[:] = _smooth(before, now, elapsed, cutoff)
    return now


def returns_places_only(before, now, elapsed, cutoff=2.0):
    return _smooth(before, now, elapsed, cutoff)[:, :2]


def undone(before, now, elapsed, cutoff=2.0):
    return None
