"""Notebook 04: one level of an hourglass."""

import numpy as np


def inputs(rng):
    x = rng.integers(-80, 80, rng.integers(1, 8, 2)) / rng.choice([4, 7])
    factor, shift = rng.integers(2, 6), rng.integers(1, 9)

    def inner(y):
        return factor * y + shift + np.arange(y.size).reshape(y.shape)

    return x, inner


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
    """the branch beside is missing: add x"""
    return _double(inner(_pool(_even(x))))[: x.shape[0], : x.shape[1]]


def keeps_after_pooling(x, inner):
    """you kept x after pooling: keep it before"""
    pooled = _pool(_even(x))
    return _double(pooled + inner(pooled))[: x.shape[0], : x.shape[1]]


def forgets_inner(x, inner):
    """inner was not applied to the small map"""
    return x + _double(_pool(_even(x)))[: x.shape[0], : x.shape[1]]


def averages(x, inner):
    """you averaged the blocks: take the largest value"""
    return x + _double(inner(_blocks(_even(x)).mean(axis=(1, 3))))[: x.shape[0], : x.shape[1]]


def tiles(x, inner):
    """you tiled the small map: every value must be repeated beside itself"""
    return x + np.tile(inner(_pool(_even(x))), (2, 2))[: x.shape[0], : x.shape[1]]


def takes_every_other_value(x, inner):
    """you took one value of each block: take the largest"""
    return x + _double(inner(x[::2, ::2]))[: x.shape[0], : x.shape[1]]


def applies_inner_to_the_sum(x, inner):
    """inner belongs on the small map, not on the sum"""
    return inner(x + _double(_pool(_even(x)))[: x.shape[0], : x.shape[1]])


def does_not_double(x, inner):
    """the level must keep the size of x: double the small map"""
    return inner(_pool(_even(x)))


def knows_even_sizes_only(x, inner):
    """with an odd size repeat the last row or column before pooling, and cut after doubling"""
    return x + _double(inner(_pool(x)))


def fills_odd_sizes_with_zeros(x, inner):
    """with an odd size repeat the last row or column: zeros may be larger than all of the block"""
    even = np.pad(x, [(0, size % 2) for size in x.shape])
    return x + _double(inner(_pool(even)))[: x.shape[0], : x.shape[1]]
