"""Notebook 12: p-values corrected for many questions."""

import numpy as np


def inputs(rng):
    count = rng.integers(1, 13)
    p_values = np.round(rng.random(count) ** rng.choice([1.0, 3.0, 6.0]), 4)
    if count > 2 and rng.random() < 0.5:
        p_values[rng.integers(count)] = p_values[0]
    return (p_values,)


def _steps(p_values):
    order = np.argsort(p_values, kind="stable")
    return order, np.arange(len(p_values), 0, -1) * p_values[order]


def _back(order, values):
    result = np.empty(len(values))
    result[order] = values
    return result


def solution(p_values):
    order, steps = _steps(p_values)
    return _back(order, np.minimum(np.maximum.accumulate(steps), 1))


def multiplies_all_by_n(p_values):
    """that is Bonferroni's rule: only the smallest is multiplied by n, the next by n − 1 and so on"""
    return np.minimum(len(p_values) * p_values, 1)


def lets_a_larger_one_fall_below_a_smaller(p_values):
    """a corrected p-value may not be smaller than that of the question before it: take the larger of the two"""
    order, steps = _steps(p_values)
    return _back(order, np.minimum(steps, 1))


def exceeds_one(p_values):
    """a probability is at most 1"""
    order, steps = _steps(p_values)
    return _back(order, np.maximum.accumulate(steps))


def gives_them_in_order_of_size(p_values):
    """return them in the order in which the questions were asked"""
    _, steps = _steps(p_values)
    return np.minimum(np.maximum.accumulate(steps), 1)


def begins_with_the_largest(p_values):
    """the smallest gets the factor n: you gave it to the largest"""
    order = np.argsort(-p_values, kind="stable")
    steps = np.arange(len(p_values), 0, -1) * p_values[order]
    return _back(order, np.minimum(np.maximum.accumulate(steps), 1))


def takes_the_false_discovery_rate(p_values):
    """that is Benjamini and Hochberg's rule, n / rank, for another question: the share of false findings"""
    order = np.argsort(p_values, kind="stable")
    steps = len(p_values) / np.arange(1, len(p_values) + 1) * p_values[order]
    return _back(order, np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1))


def steps_up_from_the_largest(p_values):
    """that is Hochberg's rule: the largest of those before decides, not the smallest of those behind"""
    order, steps = _steps(p_values)
    return _back(order, np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1))


def counts_down_from_n_minus_one(p_values):
    """the smallest is multiplied by n, not by n − 1"""
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(len(p_values) - 1, -1, -1) * p_values[order]
    return _back(order, np.minimum(np.maximum.accumulate(steps), 1))


def multiplies_by_the_rank(p_values):
    """the factors fall from n to 1, they do not rise"""
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(1, len(p_values) + 1) * p_values[order]
    return _back(order, np.minimum(np.maximum.accumulate(steps), 1))


def divides(p_values):
    """many questions make a p-value larger: multiply"""
    order = np.argsort(p_values, kind="stable")
    return _back(order, np.maximum.accumulate(p_values[order] / np.arange(len(p_values), 0, -1)))


def takes_sidaks_rule(p_values):
    """1 − (1 − p)^n supposes independent questions: multiply"""
    order = np.argsort(p_values, kind="stable")
    steps = 1 - (1 - p_values[order]) ** np.arange(len(p_values), 0, -1)
    return _back(order, np.maximum.accumulate(steps))


def takes_the_order_for_the_ranks(p_values):
    """argsort gives places, not ranks: put each value back where its question stands"""
    order, steps = _steps(p_values)
    return np.minimum(np.maximum.accumulate(steps), 1)[order]


def decides(p_values):
    """return the corrected p-values, not whether they are findings"""
    return solution(p_values) <= 0.05


def leaves_them(p_values):
    """that is uncorrected"""
    return p_values.copy()
