"""Notebook 06, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student


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
    n = len(gate)
    error = np.sqrt((gate.var(ddof=1) + plain.var(ddof=1)) / n)
    return _interval(gate, plain, student.ppf(0.975, 2 * n - 2) * error)


def sorts_the_scores_first(gate, plain):
    return _interval(np.sort(gate), np.sort(plain))


def divides_by_n(gate, plain):
    return _interval(gate, plain, student.ppf(0.975, len(gate) - 1) * _spread(gate, plain) / len(gate))


def forgets_the_root_of_n(gate, plain):
    return _interval(gate, plain, student.ppf(0.975, len(gate) - 1) * _spread(gate, plain))


def takes_the_normal_quantile(gate, plain):
    return _interval(gate, plain, norm.ppf(0.975) * _spread(gate, plain) / np.sqrt(len(gate)))


def takes_numpys_standard_deviation(gate, plain):
    n = len(gate)
    return _interval(gate, plain, student.ppf(0.975, n - 1) * (gate - plain).std() / np.sqrt(n))


def counts_n_degrees_of_freedom(gate, plain):
    n = len(gate)
    return _interval(gate, plain, student.ppf(0.975, n) * _spread(gate, plain) / np.sqrt(n))


def leaves_five_per_cent_on_each_side(gate, plain):
    n = len(gate)
    return _interval(gate, plain, student.ppf(0.95, n - 1) * _spread(gate, plain) / np.sqrt(n))


def gives_one_standard_error(gate, plain):
    return _interval(gate, plain, _spread(gate, plain) / np.sqrt(len(gate)))


def gives_the_smallest_and_the_largest_difference(gate, plain):
    return (gate - plain).mean(), (gate - plain).min(), (gate - plain).max()


def has_one_quantile_for_every_number_of_pairs(gate, plain):
    return _interval(gate, plain, 2.776445 * _spread(gate, plain) / np.sqrt(len(gate)))


def subtracts_the_wrong_way_round(gate, plain):
    return _interval(plain, gate)


def drops_the_signs(gate, plain):
    return _interval(np.abs(gate - plain), 0 * plain)


def returns_the_interval_without_its_mean(gate, plain):
    return _interval(gate, plain)[1:]


def undone(gate, plain):
    return None
