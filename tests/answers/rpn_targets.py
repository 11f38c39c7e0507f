"""Answers to the exercise rpn_targets, right and wrong."""

import numpy as np


def right_in_another_style(anchors, boxes, low, high):
    def iou(a, b):
        wide, high_ = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        shared = max(wide, 0) * max(high_, 0)
        return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)

    boxes = [box for box in boxes if not np.isnan(box[0])]
    table = [[iou(anchor, box) for box in boxes] for anchor in anchors]
    labels = []
    for row in table:
        best = max(row, default=0)
        forced = any(v > 0 and v >= max(r[k] for r in table) - 1e-12 for k, v in enumerate(row))
        labels.append(1 if best >= high or forced else 0 if best < low else -1)
    return labels


def right_vectorised(anchors, boxes, low, high):
    boxes = boxes[~np.isnan(boxes).any(axis=1)]
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    corner = np.maximum(anchors[:, None, :2], boxes[None, :, :2])
    other = np.minimum(anchors[:, None, 2:], boxes[None, :, 2:])
    shared = np.prod(np.clip(other - corner, 0, None), axis=-1)
    of_anchor, of_box = np.prod(anchors[:, 2:] - anchors[:, :2], axis=1), np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    iou = shared / (of_anchor[:, None] + of_box - shared)
    best = iou.max(axis=1)
    answer = np.where(best >= high, 1, np.where(best < low, 0, -1))
    answer[((iou == iou.max(axis=0)) & (iou > 0)).any(axis=1)] = 1
    return answer


def right_nan_to_zero(anchors, boxes, low, high):
    anchors, boxes = np.asarray(anchors, np.float64), np.asarray(boxes, np.float64).reshape(-1, 4)
    ax0, ay0, ax1, ay1 = (anchors[:, [k]] for k in range(4))
    bx0, by0, bx1, by1 = boxes.T
    wide = np.minimum(ax1, bx1) - np.maximum(ax0, bx0)
    tall = np.minimum(ay1, by1) - np.maximum(ay0, by0)
    shared = np.where((wide > 0) & (tall > 0), wide * tall, 0.0)
    iou = np.nan_to_num(shared / ((ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared))
    answer = -np.ones(len(anchors), np.int8)
    answer[(iou < low).all(axis=1)] = 0
    answer[(iou >= high).any(axis=1)] = 1
    for column in iou.T:
        if column.max() > 0:
            answer[column == column.max()] = 1
    return answer


def right_by_sets(anchors, boxes, low, high):
    def overlap(a, b):
        w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        if np.isnan(b).any() or w <= 0 or h <= 0:
            return 0.0
        both = w * h
        return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)

    nearest, best = set(), [0.0] * len(anchors)
    for box in boxes:
        values = [overlap(anchor, box) for anchor in anchors]
        best = [max(pair) for pair in zip(best, values, strict=True)]
        if any(values):
            nearest |= {i for i, value in enumerate(values) if value == max(values)}
    kinds = []
    for i, value in enumerate(best):
        if i in nearest or value >= high and len(boxes):
            kinds.append(1)
        elif value < low or not np.isfinite(boxes).any():
            kinds.append(0)
        else:
            kinds.append(-1)
    return kinds


def wrong_sides_one_longer(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]) + 1, 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]) + 1, 0)
    area_a = (a[..., 2] - a[..., 0] + 1) * (a[..., 3] - a[..., 1] + 1)
    area_b = (b[..., 2] - b[..., 0] + 1) * (b[..., 3] - b[..., 1] + 1)
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_shared_area_not_clipped(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    h = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_first_nearest_only(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g].argmax()] = 1
    return answer


def wrong_last_nearest_only(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[np.flatnonzero(iou[:, g] == iou[:, g].max())[-1]] = 1
    return answer


def wrong_nearest_of_nothing(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if True:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nearest_forgotten(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    return answer


def wrong_nearest_only_above_low(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() >= low:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nearest_only_above_a_twentieth(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0.05:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nearest_only_above_a_thousandth(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0.001:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nearest_of_best_box_only(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() == iou.max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nearest_of_first_box_only(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(1):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nearest_only_if_its_own_best(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[(iou[:, g] == iou[:, g].max()) & (iou.argmax(axis=1) == g)] = 1
    return answer


def wrong_nearest_box_of_each_anchor(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    answer[best > 0] = 1
    return answer


def wrong_nearest_only_where_ignored(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[(iou[:, g] == iou[:, g].max()) & (answer < 0)] = 1
    return answer


def wrong_nearest_before_background(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    answer[best >= high] = 1
    answer[best < low] = 0
    return answer


def wrong_nearest_only_without_positive(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if 0 < iou[:, g].max() and not (answer == 1).any():
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nearest_of_missed_boxes_swap(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = -1
    return answer


def wrong_nearly_nearest_too(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] > iou[:, g].max() - 1e-3] = 1
    return answer


def wrong_nearest_rounded(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g].round(2) == iou[:, g].max().round(2)] = 1
    return answer


def wrong_nearest_by_centre(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[np.hypot(*(anchors[:, :2] + anchors[:, 2:] - boxes[g, :2] - boxes[g, 2:]).T).argmin()] = 1
    return answer


def wrong_nearest_by_shared_area(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[(w * h)[:, g] == (w * h)[:, g].max()] = 1
    return answer


def wrong_above_high_only(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best > high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_background_up_to_low(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best <= low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_no_ignored(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.zeros(len(anchors), int)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_ignored_and_background_exchanged(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.zeros(len(anchors), int)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = -1
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_thresholds_exchanged(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < high] = 0
    answer[best >= low] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_without_boxes_ignored(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return answer
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_without_boxes_raises(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_without_boxes_empty(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(0, int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nan_not_left_out(anchors, boxes, low, high):
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nan_ends_the_boxes(anchors, boxes, low, high):
    boxes = boxes[: np.cumprod(np.isfinite(boxes).all(axis=1)).sum()]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nan_means_nobody(anchors, boxes, low, high):
    boxes = boxes if np.isfinite(boxes).all() else boxes[:0]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nan_is_the_unit_box(anchors, boxes, low, high):
    boxes = np.where(np.isnan(boxes), [0, 0, 1, 1], boxes)
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_nan_zeroed_in_place(anchors, boxes, low, high):
    boxes[np.isnan(boxes)] = 0
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_share_of_the_box(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_b + 0 * area_a)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_share_of_the_anchor(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + 0 * area_b)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_areas_added(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_sum_over_boxes(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.sum(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_mean_over_boxes(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.mean(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_first_box_only(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou[:, 0]
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_last_box_only(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou[:, -1]
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_iou_rounded(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    iou = iou.round(2)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_usual_thresholds(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < 0.3] = 0
    answer[best >= 0.7] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_box_numbers(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1 + g
    return answer


def wrong_booleans(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer == 1


def wrong_whole_edges(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None].astype(int), boxes[None].astype(int)
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= high] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer


def wrong_middle_between_is_positive(anchors, boxes, low, high):
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    answer = np.full(len(anchors), -1)
    if len(boxes) == 0:
        return np.zeros(len(anchors), int)
    a, b = anchors[:, None], boxes[None]
    w = np.maximum(np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0]), 0)
    h = np.maximum(np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1]), 0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    iou = w * h / (area_a + area_b - w * h)
    best = iou.max(axis=1)
    answer[best < low] = 0
    answer[best >= (low + high) / 2] = 1
    for g in range(len(boxes)):
        if iou[:, g].max() > 0:
            answer[iou[:, g] == iou[:, g].max()] = 1
    return answer
