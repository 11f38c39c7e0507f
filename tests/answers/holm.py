"""Answers to the exercise holm, right and wrong."""

import numpy as np


def right_by_loop(p_values):
    n = len(p_values)
    result = [0.0] * n
    before = 0.0
    for rank, place in enumerate(sorted(range(n), key=lambda k: p_values[k])):
        before = max(before, (n - rank) * float(p_values[place]))
        result[place] = min(before, 1.0)
    return result


def right_by_definition(p):
    p = np.asarray(p)
    n = len(p)
    ordered = np.sort(p)
    steps = [(n - k) * ordered[k] for k in range(n)]
    highest = np.array([max(steps[: k + 1]) for k in range(n)])
    return np.minimum(1, highest[np.searchsorted(ordered, p, side="right") - 1])


def right_by_pandas(p_values):
    import pandas as pd

    series = pd.Series(p_values).sort_values(kind="stable")
    factors = range(len(series), 0, -1)
    return (series * list(factors)).cummax().clip(upper=1).sort_index().to_numpy()


def right_without_sorting(p):
    n = len(p)
    answer = np.zeros(n)
    for i in range(n):
        below = [k for k in range(n) if p[k] <= p[i]]
        answer[i] = max((n - sum(p[j] < p[k] for j in range(n))) * p[k] for k in below)
    return answer.clip(max=1)


def wrong_bonferroni(p):
    return [min(1.0, len(p) * one) for one in p]


def wrong_no_maximum(p):
    ranks = np.argsort(np.argsort(p))
    return np.minimum((len(p) - ranks) * np.asarray(p), 1)


def wrong_unclipped(p):
    order = np.argsort(p)
    result = np.zeros(len(p))
    highest = 0
    for rank, place in enumerate(order):
        highest = max(highest, (len(p) - rank) * p[place])
        result[place] = highest
    return result


def wrong_sorted(p):
    return np.minimum(np.maximum.accumulate(np.sort(p) * np.arange(len(p))[::-1] + np.sort(p)), 1)


def wrong_benjamini_hochberg(p):
    from scipy.stats import false_discovery_control

    return false_discovery_control(p)


def wrong_hochberg(p):
    order = np.argsort(p)[::-1]
    result, lowest = np.zeros(len(p)), 1.0
    for k, place in enumerate(order, start=1):
        lowest = min(lowest, k * p[place])
        result[place] = lowest
    return result


def wrong_sidak(p):
    return 1 - (1 - np.asarray(p)) ** len(p)


def wrong_changes_its_argument(p):
    order = np.argsort(p, kind="stable")
    p[order] = np.minimum(np.maximum.accumulate(np.arange(len(p), 0, -1) * p[order]), 1)
    return p


def wrong_counts_from_zero(p):
    order = np.argsort(p)
    result, before = np.zeros(len(p)), 0
    for rank, place in enumerate(order, start=1):
        before = max(before, (len(p) - rank) * p[place])
        result[place] = min(before, 1)
    return result


def wrong_stops_at_the_first_failure(p, level=0.05):
    order = np.argsort(p)
    found = np.zeros(len(p), bool)
    for rank, place in enumerate(order):
        if p[place] > level / (len(p) - rank):
            break
        found[place] = True
    return found


def wrong_unsorted_factors(p):
    return np.minimum(np.maximum.accumulate(np.arange(len(p), 0, -1) * p), 1)


def wrong_maximum_before_factors(p):
    order = np.argsort(p)
    result = np.zeros(len(p))
    result[order] = np.maximum.accumulate(np.minimum(1, np.sort(p))) * np.arange(len(p), 0, -1)
    return result.clip(max=1)
