"""Notebook 06: the interval of paired runs."""

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student


def inputs(rng):
    pairs = rng.choice([*range(2, 13), 25, 40])
    plain = rng.uniform(0.2, 0.6, pairs)
    spread = rng.choice([0.02, 0.02, 0.5, 0.0], p=[0.4, 0.3, 0.2, 0.1])
    if spread == 0:  # every pair differs by the same, exactly
        plain = np.round(plain * 8) / 8
    return plain + rng.normal(rng.choice([-0.125, 0.125]) if spread == 0 else 0.01, spread, pairs), plain


def _interval(gate, plain, half=None):
    differences = gate - plain
    n = len(differences)
    if half is None:
        half = student.ppf(0.975, n - 1) * differences.std(ddof=1) / np.sqrt(n)
    return differences.mean(), differences.mean() - half, differences.mean() + half


def _spread(gate, plain):
    return (gate - plain).std(ddof=1)


def solution(gate, plain):
    return _interval(gate, plain)


def treats_the_runs_as_unpaired(gate, plain):
    """you took the runs as unpaired: use the spread of the differences"""
    n = len(gate)
    error = np.sqrt((gate.var(ddof=1) + plain.var(ddof=1)) / n)
    return _interval(gate, plain, student.ppf(0.975, 2 * n - 2) * error)


def sorts_the_scores_first(gate, plain):
    """do not sort: that breaks the pairs"""
    return _interval(np.sort(gate), np.sort(plain))


def divides_by_n(gate, plain):
    """s is divided by √n, not by n"""
    return _interval(gate, plain, student.ppf(0.975, len(gate) - 1) * _spread(gate, plain) / len(gate))


def forgets_the_root_of_n(gate, plain):
    """that is where single differences lie; for their mean divide by √n"""
    return _interval(gate, plain, student.ppf(0.975, len(gate) - 1) * _spread(gate, plain))


def takes_the_normal_quantile(gate, plain):
    """1.96 is the normal quantile; the s of few pairs is uncertain too: take Student's"""
    return _interval(gate, plain, norm.ppf(0.975) * _spread(gate, plain) / np.sqrt(len(gate)))


def takes_numpys_standard_deviation(gate, plain):
    """np.std divides by n: say ddof=1"""
    n = len(gate)
    return _interval(gate, plain, student.ppf(0.975, n - 1) * (gate - plain).std() / np.sqrt(n))


def counts_n_degrees_of_freedom(gate, plain):
    """n differences have n - 1 degrees of freedom, the mean takes one"""
    n = len(gate)
    return _interval(gate, plain, student.ppf(0.975, n) * _spread(gate, plain) / np.sqrt(n))


def leaves_five_per_cent_on_each_side(gate, plain):
    """95 % inside leaves 2.5 % on each side, not 5 %"""
    n = len(gate)
    return _interval(gate, plain, student.ppf(0.95, n - 1) * _spread(gate, plain) / np.sqrt(n))


def gives_one_standard_error(gate, plain):
    """that is one standard error: multiply by the quantile"""
    return _interval(gate, plain, _spread(gate, plain) / np.sqrt(len(gate)))


def gives_the_smallest_and_the_largest_difference(gate, plain):
    """that is the range of the differences; it grows with n, an interval of the mean shrinks"""
    return (gate - plain).mean(), (gate - plain).min(), (gate - plain).max()


def has_one_quantile_for_every_number_of_pairs(gate, plain):
    """the quantile depends on how many pairs there are"""
    return _interval(gate, plain, 2.776445 * _spread(gate, plain) / np.sqrt(len(gate)))


def subtracts_the_wrong_way_round(gate, plain):
    """the sign is turned: with gates minus without"""
    return _interval(plain, gate)


def drops_the_signs(gate, plain):
    """keep the signs of the differences: gains and losses must cancel"""
    return _interval(np.abs(gate - plain), 0 * plain)


def returns_the_interval_without_its_mean(gate, plain):
    """return three numbers, the mean difference and both ends"""
    return _interval(gate, plain)[1:]
