"""Notebook 10, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


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
    return _right(_together(predicted, truth)) / len(truth)


def counts_the_right(predicted, truth):
    return _right(_together(predicted, truth))


def compares_in_the_order_given(predicted, truth):
    return np.mean([_together(p[None], t[None]).item() > 0.5 for p, t in zip(predicted, truth, strict=False)])


def counts_a_person_twice(predicted, truth):
    return np.mean(_together(predicted, truth).max(axis=1) > 0.5)


def takes_the_mean_over_channels(predicted, truth):
    both, found, true = _counts(predicted, truth)
    return _right(np.mean(both / np.maximum(found + true - both, 1), axis=-1)) / len(predicted)


def asks_for_every_channel(predicted, truth):
    both, found, true = _counts(predicted, truth)
    return _right(np.min(both / np.maximum(found + true - both, 1), axis=-1)) / len(predicted)


def looks_at_the_body_alone(predicted, truth):
    return solution(predicted[..., :1], truth[..., :1])


def joins_the_channels_to_one_mask(predicted, truth):
    return solution(predicted.any(axis=-1, keepdims=True), truth.any(axis=-1, keepdims=True))


def counts_background_too(predicted, truth):
    agree = (predicted[:, None] == truth[None]).mean(axis=(2, 3, 4))
    return _right(agree) / len(predicted)


def is_content_with_a_half(predicted, truth):
    return len({row.argmax() for row in _together(predicted, truth) if row.max() >= 0.5}) / len(predicted)


def counts_the_shared_pixels_twice(predicted, truth):
    both, found, true = (np.sum(count, axis=-1) for count in _counts(predicted, truth))
    return _right(both / (found + true)) / len(predicted)


def undone(predicted, truth):
    return None
