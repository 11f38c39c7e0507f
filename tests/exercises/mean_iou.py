"""Notebook 08: mean IoU."""

import numpy as np


def inputs(rng):
    pictures, classes = rng.integers(1, 4), rng.integers(2, 9)
    counts = rng.integers(0, 30, (pictures, classes, classes)) + 40 * np.eye(classes, dtype=int)
    counts[rng.random(counts.shape) < 0.3] = 0
    for absent in np.flatnonzero(rng.random(classes) < 0.3)[: classes - 1]:
        counts[:, absent] = 0  # in no truth
        if rng.random() < 0.6:
            counts[..., absent] = 0  # nor predicted
    counts[0, 0, 0] += counts.sum() == 0
    return (counts,)


def _parts_of(counts):
    right, truth, answer = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    return right, truth, answer, truth + answer - right


def _iou(counts):
    right, _, _, union = _parts_of(counts)
    return np.where(union > 0, right / np.maximum(union, 1), np.nan)


def solution(counts):
    return np.nanmean(_iou(counts.sum(axis=0)))


def counts_absent_classes_as_perfect(counts):
    """a class that occurs nowhere is not perfect: leave it out"""
    return np.nan_to_num(_iou(counts.sum(axis=0)), nan=1).mean()


def counts_absent_classes_as_missed(counts):
    """a class that occurs nowhere is not missed: leave it out"""
    return np.nan_to_num(_iou(counts.sum(axis=0)), nan=0).mean()


def lets_absent_classes_spoil_all(counts):
    """a class occurs nowhere, and 0 / 0 is not a number; leave it out"""
    return _iou(counts.sum(axis=0)).mean()


def skips_classes_that_are_only_predicted(counts):
    """a class that is in no truth but was predicted has the IoU 0 and counts"""
    pooled = counts.sum(axis=0)
    return _iou(pooled)[pooled.sum(axis=1) > 0].mean()


def leaves_out_the_background(counts):
    """the background is a class too"""
    return np.nanmean(_iou(counts.sum(axis=0))[1:])


def takes_the_mean_over_pictures(counts):
    """that is a mean over pictures: add the counts up first"""
    return np.mean([np.nanmean(_iou(one)) for one in counts])


def divides_by_rows(counts):
    """you divide by the rows alone, which is recall: what is claimed wrongly must cost as well"""
    right, truth, _, _ = _parts_of(counts.sum(axis=0))
    return (right[truth > 0] / truth[truth > 0]).mean()


def divides_by_columns(counts):
    """you divide by the columns alone, which is precision: what is missed must cost as well"""
    right, _, answer, _ = _parts_of(counts.sum(axis=0))
    return (right[answer > 0] / answer[answer > 0]).mean()


def counts_the_shared_pixels_twice(counts):
    """rows and columns together count the shared pixels twice: take them off once"""
    right, truth, answer, union = _parts_of(counts.sum(axis=0))
    there = union > 0
    return (right[there] / (truth + answer)[there]).mean()


def takes_dice(counts):
    """that is Dice, 2·both / (truth + prediction): divide by the union"""
    return 2 * counts_the_shared_pixels_twice(counts)


def takes_the_pixel_accuracy(counts):
    """that is pixel accuracy, a score of the background"""
    pooled = counts.sum(axis=0)
    return np.trace(pooled) / pooled.sum()


def weighs_classes_by_their_pixels(counts):
    """you weigh classes by their pixels: a mean IoU weighs a hand like a torso"""
    pooled = counts.sum(axis=0)
    return np.nansum(_iou(pooled) * pooled.sum(axis=1)) / pooled.sum()


def returns_every_class(counts):
    """return one number, the mean over the classes"""
    return _iou(counts.sum(axis=0))


def knows_that_the_fifth_class_is_absent(counts):
    """which class is absent differs from picture to picture: find out by its counts"""
    return _iou(counts.sum(axis=0))[[k for k in range(counts.shape[1]) if k != 4]].mean()
