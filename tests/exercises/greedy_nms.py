"""Notebook 09: greedy suppression."""

import numpy as np


def inputs(rng):
    boxes = rng.integers(0, 14)
    steps = rng.choice([10, 1000])
    iou = rng.integers(0, steps + 1, (boxes, boxes)) / steps
    iou = np.triu(iou, 1) * (rng.random((boxes, boxes)) < 0.5)
    scores = (
        rng.permutation(boxes) / rng.choice([10, 999]) + 0.05 - 3 * (rng.random() < 0.2)
    )  # scores may be negative, as logits are
    return iou + iou.T + np.eye(boxes), scores, float(rng.choice([0.3, 0.5, 0.7]))


def _survivors(iou, scores, removes, sign=-1):
    kept = []
    for i in np.argsort(sign * scores, kind="stable"):
        if not any(removes(iou[i, k]) for k in kept):
            kept.append(int(i))
    return kept


def solution(iou, scores, threshold):
    return _survivors(iou, scores, lambda overlap: overlap > threshold)


def begins_with_the_worst(iou, scores, threshold):
    """you begin with the worst box"""
    return _survivors(iou, scores, lambda overlap: overlap > threshold, sign=1)


def removes_at_the_threshold(iou, scores, threshold):
    """a box that overlaps by exactly the threshold stays: only more than that is removed"""
    return _survivors(iou, scores, lambda overlap: overlap >= threshold)


def keeps_what_overlaps(iou, scores, threshold):
    """you remove what overlaps little and keep what overlaps much"""
    return _survivors(iou, scores, lambda overlap: overlap <= threshold)


def lets_the_dead_remove(iou, scores, threshold):
    """a box that was removed removes nobody"""
    order = np.argsort(-scores, kind="stable")
    return [int(i) for n, i in enumerate(order) if not (iou[i, order[:n]] > threshold).any()]


def compares_with_the_best_alone(iou, scores, threshold):
    """go on with the best of what is left: every survivor removes"""
    order = np.argsort(-scores, kind="stable")
    return [int(i) for n, i in enumerate(order) if n == 0 or iou[i, order[0]] <= threshold]


def compares_with_the_last_alone(iou, scores, threshold):
    """compare with all survivors, not the last alone"""
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if not kept or iou[i, kept[-1]] <= threshold:
            kept.append(int(i))
    return kept


def returns_them_by_index(iou, scores, threshold):
    """the right boxes, and not in the order of their scores"""
    return sorted(solution(iou, scores, threshold))


def returns_a_mask(iou, scores, threshold):
    """return the indices of the survivors, best first, not a mask"""
    return np.isin(np.arange(len(scores)), solution(iou, scores, threshold))


def returns_scores(iou, scores, threshold):
    """return the indices of the survivors, not their scores"""
    return [float(scores[i]) for i in solution(iou, scores, threshold)]


def changes_the_scores(iou, scores, threshold):
    """the scores that were given are changed, and a score of 0 or less is a score too"""
    kept = []
    while (scores > 0).any():
        kept.append(int(scores.argmax()))
        scores[iou[kept[-1]] > threshold] = 0
    return kept


def fails_without_boxes(iou, scores, threshold):
    """your function fails where there are no boxes, or where scores are not above 0"""
    left, kept = scores.copy(), []
    while left[left.argmax()] > 0:
        kept.append(int(left.argmax()))
        left[iou[kept[-1]] > threshold] = 0
    return kept
