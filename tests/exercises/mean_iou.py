"""Notebook 08, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def _parts_of(counts):
    right, truth, answer = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    return right, truth, answer, truth + answer - right


def _iou(counts):
    right, _, _, union = _parts_of(counts)
    return np.where(union > 0, right / np.maximum(union, 1), np.nan)


def solution(counts):
    return np.nanmean(_iou(counts.sum(axis=0)))


def counts_absent_classes_as_perfect(counts):
    return np.nan_to_num(_iou(counts.sum(axis=0)), nan=1).mean()


def counts_absent_classes_as_missed(counts):
    return np.nan_to_num(_iou(counts.sum(axis=0)), nan=0).mean()


def lets_absent_classes_spoil_all(counts):
    return _iou(counts.sum(axis=0)).mean()


def skips_classes_that_are_only_predicted(counts):
    pooled = counts.sum(axis=0)
    return _iou(pooled)[pooled.sum(axis=1) > 0].mean()


def leaves_out_the_background(counts):
    return np.nanmean(_iou(counts.sum(axis=0))[1:])


def takes_the_mean_over_pictures(counts):
    return np.mean([np.nanmean(_iou(one)) for one in counts])


def divides_by_rows(counts):
    right, truth, _, _ = _parts_of(counts.sum(axis=0))
    return (right[truth > 0] / truth[truth > 0]).mean()


def divides_by_columns(counts):
    right, _, answer, _ = _parts_of(counts.sum(axis=0))
    return (right[answer > 0] / answer[answer > 0]).mean()


def counts_the_shared_pixels_twice(counts):
    right, truth, answer, union = _parts_of(counts.sum(axis=0))
    there = union > 0
    return (right[there] / (truth + answer)[there]).mean()


def takes_dice(counts):
    return 2 * counts_the_shared_pixels_twice(counts)


def takes_the_pixel_accuracy(counts):
    pooled = counts.sum(axis=0)
    return np.trace(pooled) / pooled.sum()


def weighs_classes_by_their_pixels(counts):
    pooled = counts.sum(axis=0)
    return np.nansum(_iou(pooled) * pooled.sum(axis=1)) / pooled.sum()


def returns_every_class(counts):
    return _iou(counts.sum(axis=0))


def knows_that_the_fifth_class_is_absent(counts):
    return _iou(counts.sum(axis=0))[[k for k in range(counts.shape[1]) if k != 4]].mean()


def undone(counts):
    return None
