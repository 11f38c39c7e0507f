"""Notebook 09, exercise 2: a solution, and the misconceptions that the check must reject."""

import numpy as np


def _survivors(iou, scores, removes, sign=-1):
    kept = []
    for i in np.argsort(sign * scores, kind="stable"):
        if not any(removes(iou[i, k]) for k in kept):
            kept.append(int(i))
    return kept


def solution(iou, scores, threshold):
    return _survivors(iou, scores, lambda overlap: overlap > threshold)


def begins_with_the_worst(iou, scores, threshold):
    return _survivors(iou, scores, lambda overlap: overlap > threshold, sign=1)


def removes_at_the_threshold(iou, scores, threshold):
    return _survivors(iou, scores, lambda overlap: overlap >= threshold)


def keeps_what_overlaps(iou, scores, threshold):
    return _survivors(iou, scores, lambda overlap: overlap <= threshold)


def lets_the_dead_remove(iou, scores, threshold):
    order = np.argsort(-scores, kind="stable")
    return [int(i) for n, i in enumerate(order) if not (iou[i, order[:n]] > threshold).any()]


def compares_with_the_best_alone(iou, scores, threshold):
    order = np.argsort(-scores, kind="stable")
    return [int(i) for n, i in enumerate(order) if n == 0 or iou[i, order[0]] <= threshold]


def compares_with_the_last_alone(iou, scores, threshold):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if not kept or iou[i, kept[-1]] <= threshold:
            kept.append(int(i))
    return kept


def returns_them_by_index(iou, scores, threshold):
    return sorted(solution(iou, scores, threshold))


def returns_a_mask(iou, scores, threshold):
    return np.isin(np.arange(len(scores)), solution(iou, scores, threshold))


def returns_scores(iou, scores, threshold):
    return [float(scores[i]) for i in solution(iou, scores, threshold)]


def changes_the_scores(iou, scores, threshold):
    kept = []
    while (scores > 0).any():
        kept.append(int(scores.argmax()))
        scores[iou[kept[-1]] > threshold] = 0
    return kept


def fails_without_boxes(iou, scores, threshold):
    left, kept = scores.copy(), []
    while left[left.argmax()] > 0:
        kept.append(int(left.argmax()))
        left[iou[kept[-1]] > threshold] = 0
    return kept


def undone(iou, scores, threshold):
    return None
