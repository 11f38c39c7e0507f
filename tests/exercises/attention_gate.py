"""Notebook 06: a gate that asks a later layer."""

import numpy as np


def inputs(rng):
    rows, columns, times = rng.integers(1, 4), rng.integers(1, 4), rng.integers(1, 4)
    channels, of_g, inner = rng.integers(1, 6, 3)
    scale = rng.choice([1, 1, 1, 30])
    features = scale * rng.normal(0, 1, (rows * times, columns * times, channels))
    g = scale * rng.normal(0, 1, (rows, columns, of_g))
    w_l, w_g = rng.normal(0, 1, (channels, inner)), rng.normal(0, 1, (of_g, inner))
    psi = rng.normal(0, 1, inner)
    bias = rng.choice([rng.normal(), 2.0, -3000.0, 3000.0], p=[0.6, 0.2, 0.1, 0.1])
    dtype = np.float32 if scale == 1 and rng.random() < 0.2 else np.float64
    return *(array.astype(dtype) for array in (features, g, w_l, w_g, psi)), float(bias)


def _larger(g, features):
    down, across = features.shape[0] // g.shape[0], features.shape[1] // g.shape[1]
    return g.repeat(down, axis=0).repeat(across, axis=1)


def _relu(values):
    return np.maximum(values, 0)


def _sigmoid(scores):
    small = np.exp(-np.abs(scores))
    return np.where(scores >= 0, 1, small) / (1 + small)


def _scores(features, g, w_l, w_g, psi, bias, larger=_larger, bend=_relu):
    return bend(features @ w_l + larger(g, features) @ w_g) @ psi + bias


def _with_mask(features, mask):
    return np.concatenate([features * mask[..., None], mask[..., None]], axis=-1)


def solution(features, g, w_l, w_g, psi, bias):
    return _with_mask(features, _sigmoid(_scores(features, g, w_l, w_g, psi, bias)))


def overflows(features, g, w_l, w_g, psi, bias):
    """for large scores your exponential is infinite, and infinite by infinite is no number: 1 is meant"""
    power = np.exp(_scores(features, g, w_l, w_g, psi, bias))
    return _with_mask(features, power / (1 + power))


def overflows_below(features, g, w_l, w_g, psi, bias):
    """for very negative scores your exponential is infinite, and the mask is no number: 0 is meant"""
    power = np.exp(-_scores(features, g, w_l, w_g, psi, bias))
    return _with_mask(features, 1 - power / (1 + power))


def forgets_the_relu(features, g, w_l, w_g, psi, bias):
    """between the sum of the projections and psi stands a ReLU"""
    return _with_mask(features, _sigmoid(_scores(features, g, w_l, w_g, psi, bias, bend=lambda values: values)))


def takes_tanh(features, g, w_l, w_g, psi, bias):
    """that is Bahdanau's tanh: a ReLU is asked for"""
    return _with_mask(features, _sigmoid(_scores(features, g, w_l, w_g, psi, bias, bend=np.tanh)))


def cuts_each_part(features, g, w_l, w_g, psi, bias):
    """the ReLU comes after the sum of both projections, not before it"""
    inner = _relu(features @ w_l) + _relu(_larger(g, features) @ w_g)
    return _with_mask(features, _sigmoid(inner @ psi + bias))


def cuts_the_scores(features, g, w_l, w_g, psi, bias):
    """the ReLU stands before psi: cutting the scores keeps the mask from ever falling below a half"""
    scores = (features @ w_l + _larger(g, features) @ w_g) @ psi + bias
    return _with_mask(features, _sigmoid(_relu(scores)))


def cuts_the_scores_too(features, g, w_l, w_g, psi, bias):
    """there is one ReLU, before psi: the scores may be negative"""
    return _with_mask(features, _sigmoid(_relu(_scores(features, g, w_l, w_g, psi, bias))))


def multiplies_the_projections(features, g, w_l, w_g, psi, bias):
    """the two projections are added, not multiplied"""
    inner = _relu((features @ w_l) * (_larger(g, features) @ w_g))
    return _with_mask(features, _sigmoid(inner @ psi + bias))


def asks_one_place_alone(features, g, w_l, w_g, psi, bias):
    """g has a say as well: add its projection"""
    return _with_mask(features, _sigmoid(_relu(features @ w_l) @ psi + bias))


def asks_g_alone(features, g, w_l, w_g, psi, bias):
    """the features of the place itself have a say as well: add their projection"""
    return _with_mask(features, _sigmoid(_relu(_larger(g, features) @ w_g) @ psi + bias))


def forgets_the_bias(features, g, w_l, w_g, psi, bias):
    """the bias is missing from the scores"""
    return _with_mask(features, _sigmoid(_scores(features, g, w_l, w_g, psi, 0)))


def adds_the_bias_before_the_relu(features, g, w_l, w_g, psi, bias):
    """the bias belongs to the scores, after psi"""
    inner = _relu(features @ w_l + _larger(g, features) @ w_g + bias)
    return _with_mask(features, _sigmoid(inner @ psi))


def tiles(features, g, w_l, w_g, psi, bias):
    """each cell of g covers a block of places: repeat the cells, do not lay the whole map side by side"""

    def side_by_side(g, features):
        return np.tile(g, (features.shape[0] // g.shape[0], features.shape[1] // g.shape[1], 1))

    return _with_mask(features, _sigmoid(_scores(features, g, w_l, w_g, psi, bias, larger=side_by_side)))


def sums_g_up(features, g, w_l, w_g, psi, bias):
    """g is a map: each place asks its own cell of g, not the mean of all"""
    mean = g.mean(axis=(0, 1), keepdims=True)
    return _with_mask(features, _sigmoid(_scores(features, mean, w_l, w_g, psi, bias)))


def blends_g(features, g, w_l, w_g, psi, bias):
    """g is enlarged by repeating its cells: do not blend neighbours"""

    def blended(g, features):
        for axis in (0, 1):
            times = features.shape[axis] // g.shape[axis]
            places = np.clip((np.arange(features.shape[axis]) + 0.5) / times - 0.5, 0, g.shape[axis] - 1)
            below = np.floor(places).astype(int)
            share = (places - below).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
            g = (1 - share) * g.take(below, axis) + share * g.take(np.ceil(places).astype(int), axis)
        return g

    return _with_mask(features, _sigmoid(_scores(features, g, w_l, w_g, psi, bias, larger=blended)))


def shares_by_softmax(features, g, w_l, w_g, psi, bias):
    """each place decides for itself: a sigmoid, not a softmax over the map"""
    scores = _scores(features, g, w_l, w_g, psi, bias)
    share = np.exp(scores - scores.max())
    return _with_mask(features, share / share.sum())


def opens_or_shuts(features, g, w_l, w_g, psi, bias):
    """the mask is soft: the sigmoid itself, not whether it exceeds a half"""
    return _with_mask(features, 1.0 * (_scores(features, g, w_l, w_g, psi, bias) > 0))


def shuts_what_should_be_open(features, g, w_l, w_g, psi, bias):
    """a high score opens the gate: the sign is turned"""
    return _with_mask(features, _sigmoid(-_scores(features, g, w_l, w_g, psi, bias)))


def adds_the_mask(features, g, w_l, w_g, psi, bias):
    """the mask multiplies the features"""
    mask = _sigmoid(_scores(features, g, w_l, w_g, psi, bias))[..., None]
    return np.concatenate([features + mask, mask], axis=-1)


def keeps_the_features_beside_the_gate(features, g, w_l, w_g, psi, bias):
    """features · mask, not features · (1 + mask)"""
    mask = _sigmoid(_scores(features, g, w_l, w_g, psi, bias))[..., None]
    return np.concatenate([features * (1 + mask), mask], axis=-1)


def puts_the_mask_first(features, g, w_l, w_g, psi, bias):
    """the gated features come first, the mask is the last channel"""
    both = solution(features, g, w_l, w_g, psi, bias)
    return np.concatenate([both[..., -1:], both[..., :-1]], axis=-1)


def gives_the_features_alone(features, g, w_l, w_g, psi, bias):
    """return the mask too, as the last channel"""
    return solution(features, g, w_l, w_g, psi, bias)[..., :-1]


def gives_the_scores(features, g, w_l, w_g, psi, bias):
    """the last channel is the mask, after the sigmoid: yours are the scores"""
    scores = _scores(features, g, w_l, w_g, psi, bias)[..., None]
    return np.concatenate([features * _sigmoid(scores), scores], axis=-1)
