"""Notebook 10: Iftimie's precision."""

import numpy as np


def _body(rng, column):
    mask = np.zeros((4, 24, 3), bool)
    for channel, (low, high) in enumerate(((0, 4), (0, 2), (2, 4))):
        width = rng.integers(2, 6)
        mask[low:high, column : column + width, channel] = True
    return mask


def inputs(rng):
    truth = np.array([_body(rng, column) for column in rng.permutation([0, 6, 12, 18])[: rng.integers(1, 4)]])
    if len(truth) > 1 and rng.random() < 0.4:  # one nearly hidden behind the other
        truth[1] = truth[0]
        truth[1, 0] = False
    predicted = []
    for _ in range(rng.integers(1, 5)):
        one = truth[rng.integers(len(truth))].copy()
        kind = rng.choice(["as it is", "noise", "half", "other parts", "elsewhere"], p=[0.2, 0.3, 0.1, 0.2, 0.2])
        if kind == "noise":
            one ^= rng.random(one.shape) < rng.uniform(0, 0.15)
        if kind == "half":
            one = np.logical_and(one, np.cumsum(one.ravel()).reshape(one.shape) <= one.sum() // 2)
        if kind == "other parts":
            one = one[..., rng.permutation(3)]
        predicted.append(_body(rng, int(rng.choice([0, 6, 12, 18]))) if kind == "elsewhere" else one)
    return np.array(predicted), truth


def _counts(predicted, truth):
    both = np.einsum("phwc,qhwc->pqc", predicted.astype(int), truth.astype(int))
    return both, predicted.sum(axis=(1, 2))[:, None], truth.sum(axis=(1, 2))


def _together(predicted, truth):
    both, found, true = (np.sum(count, axis=-1) for count in _counts(predicted, truth))
    return both / (found + true - both)


def _right(iou, threshold=0.5):
    return len({row.argmax() for row in iou if row.max() > threshold})


def solution(predicted, truth):
    return _right(_together(predicted, truth)) / len(predicted)


def divides_by_the_true_people(predicted, truth):
    """you divide by the true people, which is the recall"""
    return _right(_together(predicted, truth)) / len(truth)


def counts_the_right(predicted, truth):
    """divide by the predictions"""
    return _right(_together(predicted, truth))


def compares_in_the_order_given(predicted, truth):
    """people come in any order: compare each prediction with everybody"""
    pairs = zip(predicted, truth, strict=False)
    return sum(_together(p[None], t[None]).item() > 0.5 for p, t in pairs) / len(predicted)


def counts_a_person_twice(predicted, truth):
    """somebody who is found twice is right once"""
    return np.mean(_together(predicted, truth).max(axis=1) > 0.5)


def takes_the_mean_over_channels(predicted, truth):
    """sum over the channels, then divide; no mean of IoUs"""
    both, found, true = _counts(predicted, truth)
    return _right(np.mean(both / np.maximum(found + true - both, 1), axis=-1)) / len(predicted)


def asks_for_every_channel(predicted, truth):
    """sum over the channels, ask not each"""
    both, found, true = _counts(predicted, truth)
    return _right(np.min(both / np.maximum(found + true - both, 1), axis=-1)) / len(predicted)


def looks_at_the_body_alone(predicted, truth):
    """take all channels, not the body alone"""
    return solution(predicted[..., :1], truth[..., :1])


def joins_the_channels_to_one_mask(predicted, truth):
    """parts that are exchanged are wrong: join no channels"""
    return solution(predicted.any(axis=-1, keepdims=True), truth.any(axis=-1, keepdims=True))


def counts_background_too(predicted, truth):
    """that both say no is no agreement"""
    agree = (predicted[:, None] == truth[None]).mean(axis=(2, 3, 4))
    return _right(agree) / len(predicted)


def is_content_with_a_half(predicted, truth):
    """.5 exactly does not exceed .5"""
    return len({row.argmax() for row in _together(predicted, truth) if row.max() >= 0.5}) / len(predicted)


def counts_the_shared_pixels_twice(predicted, truth):
    """a union has the shared pixels once"""
    both, found, true = (np.sum(count, axis=-1) for count in _counts(predicted, truth))
    return _right(both / (found + true)) / len(predicted)
