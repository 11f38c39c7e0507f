"""Notebook 04, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def _double(y):
    return y.repeat(2, axis=0).repeat(2, axis=1)


def _blocks(x):
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2)


def _pool(x):
    return _blocks(x).max(axis=(1, 3))


def _even(x):
    return np.pad(x, [(0, size % 2) for size in x.shape], mode="edge")


def solution(x, inner):
    return x + _double(inner(_pool(_even(x))))[: x.shape[0], : x.shape[1]]


def forgets_the_branch_beside(x, inner):
    return _double(inner(_pool(_even(x))))[: x.shape[0], : x.shape[1]]


def keeps_after_pooling(x, inner):
    pooled = _pool(_even(x))
    return _double(pooled + inner(pooled))[: x.shape[0], : x.shape[1]]


def forgets_inner(x, inner):
    return x + _double(_pool(_even(x)))[: x.shape[0], : x.shape[1]]


def averages(x, inner):
    return x + _double(inner(_blocks(_even(x)).mean(axis=(1, 3))))[: x.shape[0], : x.shape[1]]


def tiles(x, inner):
    return x + np.tile(inner(_pool(_even(x))), (2, 2))[: x.shape[0], : x.shape[1]]


def takes_every_other_value(x, inner):
    return x + _double(inner(x[::2, ::2]))[: x.shape[0], : x.shape[1]]


def applies_inner_to_the_sum(x, inner):
    return inner(x + _double(_pool(_even(x)))[: x.shape[0], : x.shape[1]])


def does_not_double(x, inner):
    return inner(_pool(_even(x)))


def knows_even_sizes_only(x, inner):
    return x + _double(inner(_pool(x)))


def fills_odd_sizes_with_zeros(x, inner):
    even = np.pad(x - 100, [(0, size % 2) for size in x.shape])
    return x + _double(inner(_pool(even) + 100))[: x.shape[0], : x.shape[1]]


def undone(x, inner):
    return None
