"""Notebook 08: the counts from which every score of part maps is made."""

import numpy as np

KINDS = (np.uint8, np.int8, np.uint16, np.int16, np.int32, np.int64)


def inputs(rng):
    height, width = rng.integers(1, 7, 2) if rng.random() < 0.9 else (23, 29)
    many = rng.random() < 0.15  # products of labels no longer fit into a byte
    classes = int(rng.integers(17, 20)) if many else int(rng.integers(2, 6))
    truth, predicted = (rng.integers(0, classes, (height, width)) for _ in range(2))
    if many:
        truth, predicted = np.maximum(truth, rng.integers(0, classes, truth.shape)), np.maximum(predicted, truth)
    if height == 23:  # more pixels in one cell of the table than a byte can count
        truth, predicted = truth // classes, predicted // classes
    predicted = np.where(rng.random(truth.shape) < 0.4, truth, predicted)
    ignored = int(rng.choice([255, classes, 0, classes - 1, -1, 256], p=[0.3, 0.15, 0.2, 0.15, 0.1, 0.1]))
    maps = []
    for labels in (truth, predicted):
        kind = KINDS[rng.integers(len(KINDS))]
        outside = [classes, classes + 2] + [-1, -2] * (np.iinfo(kind).min < 0)
        outside += [one for one in (256, 65536, 2**32) if one <= np.iinfo(kind).max]
        labels = np.where(rng.random(labels.shape) < rng.choice([0, 0.15]), rng.choice(outside, labels.shape), labels)
        hidden = rng.random(labels.shape) < (0.2 if not maps else 0.05)
        known = np.iinfo(kind).min <= ignored <= np.iinfo(kind).max
        labels = np.where(hidden & known, ignored, labels)
        maps.append(labels.astype(kind))
    return *maps, classes, ignored


def _table(truth, predicted, classes, ignored=None):
    counts = np.zeros((classes, classes), int)
    for t, p in zip(truth.ravel().tolist(), predicted.ravel().tolist(), strict=True):
        if t != ignored and 0 <= t < classes and 0 <= p < classes:
            counts[t, p] += 1
    return counts


def solution(truth, predicted, classes, ignored):
    return _table(truth, predicted, classes, ignored)


def exchanges_rows_and_columns(truth, predicted, classes, ignored):
    """rows are the truth, columns the prediction"""
    return _table(truth, predicted, classes, ignored).T


def counts_what_is_ignored(truth, predicted, classes, ignored):
    """a pixel whose truth is `ignored` counts nowhere, also where that number is a class"""
    return _table(truth, predicted, classes)


def ignores_predictions_too(truth, predicted, classes, ignored):
    """`ignored` concerns the truth alone: a prediction of that number is a prediction like others"""
    return _table(np.where(predicted == ignored, -1, truth.astype(int)), predicted, classes, ignored)


def leaves_the_kind_of_number(truth, predicted, classes, ignored):
    """a byte holds 255 at most: make the labels larger integers before you multiply them"""
    inside = (truth >= 0) & (truth < classes) & (predicted >= 0) & (predicted < classes)
    known = inside & (truth != ignored)
    cells = truth[known] * classes + predicted[known]
    return np.bincount(cells, minlength=classes**2)[: classes**2].reshape(classes, classes)


def takes_the_nearest_class(truth, predicted, classes, ignored):
    """a label outside of 0 ... classes - 1 counts nowhere: do not clip it to the nearest class"""
    known = truth != ignored
    clipped = (np.clip(labels[known].astype(int), 0, classes - 1) for labels in (truth, predicted))
    return _table(*clipped, classes)


def counts_from_the_end(truth, predicted, classes, ignored):
    """a negative label counts nowhere (an index of -1 is the last class)"""
    whole = truth.astype(int), predicted.astype(int)
    whole = [np.where((labels < 0) & (labels >= -classes), labels + classes, labels) for labels in whole]
    return _table(np.where(truth == ignored, -1, whole[0]), whole[1], classes)


def calls_unknown_predictions_background(truth, predicted, classes, ignored):
    """a predicted label outside of 0 ... classes - 1 counts nowhere: it is not the background"""
    known = np.where((predicted < 0) | (predicted >= classes), 0, predicted.astype(int))
    return _table(truth, known, classes, ignored)


def calls_unknown_truth_background(truth, predicted, classes, ignored):
    """a true label outside of 0 ... classes - 1 counts nowhere: it is not the background"""
    known = np.where((truth < 0) | (truth >= classes), 0, truth.astype(int))
    return _table(np.where(truth == ignored, -1, known), predicted, classes)


def counts_each_pair_once(truth, predicted, classes, ignored):
    """each pair is counted once: counts[t, p] += 1 with arrays t and p adds 1 however often a pair occurs"""
    return np.minimum(_table(truth, predicted, classes, ignored), 1)


def returns_shares(truth, predicted, classes, ignored):
    """return the counts, not shares of the rows"""
    counts = _table(truth, predicted, classes, ignored)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def has_a_class_too_many(truth, predicted, classes, ignored):
    """`classes` counts the background already: the table is (classes, classes)"""
    return np.pad(_table(truth, predicted, classes, ignored), (0, 1))


def has_the_classes_that_occur(truth, predicted, classes, ignored):
    """the table is (classes, classes) whatever occurs in these two maps"""
    counts = _table(truth, predicted, classes, ignored)
    last = max(np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1)), default=0) + 1
    return counts[:last, :last]


def counts_right_pixels_alone(truth, predicted, classes, ignored):
    """wrong pixels count as well, beside the diagonal"""
    return np.diag(np.diag(_table(truth, predicted, classes, ignored)))


def leaves_the_background_out(truth, predicted, classes, ignored):
    """the background is a class too"""
    counts = _table(truth, predicted, classes, ignored)
    counts[0] = counts[:, 0] = 0
    return counts
