"""Notebook 04: attention of one head."""

import numpy as np


def inputs(rng):
    n, m, d, e = rng.integers(1, 6, 4)
    if rng.random() < 0.4:
        n, e = m, d
    q, k, v = rng.normal(0, 1.5, (n, d)), rng.normal(0, 1.5, (m, d)), rng.normal(0, 3, (m, e))
    if rng.random() < 0.3:
        q[rng.integers(n)] *= 2000  # one query alone with large scores
    elif rng.random() < 0.2:
        q, k = q * 2000, k[:1] + rng.normal(0, 5e-4, (m, d))  # all large, and close to each other
    if rng.random() < 0.2:
        q, k, v = (np.round(2 * one).astype(int) for one in (q, k, v))
    return q, k, v


def _softmax(scores, axis=1):
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def _scores(q, k):
    return q @ k.T / np.sqrt(q.shape[1])


def solution(q, k, v):
    return _softmax(_scores(q, k)) @ v


def forgets_the_scale(q, k, v):
    """the scores are not divided by the square root of d"""
    return _softmax(q @ k.T) @ v


def divides_by_d(q, k, v):
    """you divided by d: its square root is asked for"""
    return _softmax(q @ k.T / q.shape[1]) @ v


def multiplies_by_the_root(q, k, v):
    """you multiplied by the square root of d: divide"""
    return _softmax(q @ k.T * np.sqrt(q.shape[1])) @ v


def takes_the_root_of_the_number_of_keys(q, k, v):
    """d is the width of a query, not the number of keys"""
    return _softmax(q @ k.T / np.sqrt(len(k))) @ v


def takes_the_width_of_the_values(q, k, v):
    """d is the width of a query, not that of a value"""
    return _softmax(q @ k.T / np.sqrt(v.shape[1])) @ v


def shares_over_the_queries(q, k, v):
    """the weights of one query add up to 1: the softmax runs over the keys"""
    return _softmax(_scores(q, k), axis=0) @ v


def shares_over_all_pairs(q, k, v):
    """every query has a softmax of its own: yours runs over all pairs together"""
    scores = _scores(q, k)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ v


def overflows(q, k, v):
    """large scores overflow: take the row's maximum off before the exponential"""
    weights = np.exp(_scores(q, k))
    return weights / weights.sum(axis=1, keepdims=True) @ v


def takes_one_maximum_off(q, k, v):
    """one maximum for all rows lets the others underflow: take off each row's own"""
    scores = _scores(q, k)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum(axis=1, keepdims=True) @ v


def clips_large_scores(q, k, v):
    """clipping the scores makes equal what is not: take the row's maximum off instead"""
    return _softmax(np.clip(_scores(q, k), -50, 50)) @ v


def forgets_to_divide(q, k, v):
    """the weights of a query must add up to 1: divide by their sum"""
    scores = _scores(q, k)
    return np.exp(scores - scores.max(axis=1, keepdims=True)) @ v


def leaves_out_the_softmax(q, k, v):
    """the scores go through a softmax before they weigh the values"""
    return _scores(q, k) @ v


def returns_the_weights(q, k, v):
    """those are the weights: multiply them with the values"""
    return _softmax(_scores(q, k))


def takes_the_best_key_alone(q, k, v):
    """every key counts by its weight, not the best one alone"""
    return np.asarray(v[_scores(q, k).argmax(axis=1)], float)


def weighs_the_keys(q, k, v):
    """the weights go with the values: you weighed the keys"""
    return _softmax(_scores(q, k)) @ k


def exchanges_queries_and_keys(q, k, v):
    """queries and keys are exchanged: a row of scores belongs to a query"""
    return _softmax(_scores(k, q)) @ v
