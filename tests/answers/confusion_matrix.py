"""Answers to the exercise confusion_matrix, right and wrong."""

from collections import Counter

import numpy as np


def right_in_another_style(truth, predicted, classes, ignored):
    whole = np.stack([truth.astype(np.int64).ravel(), predicted.astype(np.int64).ravel()])
    whole = whole[:, (whole[0] != ignored) & ((whole >= 0) & (whole < classes)).all(axis=0)]
    counts = np.zeros((classes, classes))
    np.add.at(counts, tuple(whole), 1)
    return counts.astype(int)


def right_by_bincount(truth, predicted, classes, ignored):
    t, p = truth.astype(object).ravel(), predicted.astype(object).ravel()
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    t, p = t[keep].astype(int), p[keep].astype(int)
    return np.bincount(t * classes + p, minlength=classes * classes).reshape(classes, classes)


def right_pixel_by_pixel(truth, predicted, classes, ignored):
    counts = [[0] * classes for _ in range(classes)]
    for row_t, row_p in zip(truth, predicted, strict=True):
        for t, p in zip(row_t, row_p, strict=True):
            t, p = int(t), int(p)
            if t == ignored or not 0 <= t < classes or not 0 <= p < classes:
                continue
            counts[t][p] += 1
    return counts


def right_class_by_class(truth, predicted, classes, ignored):
    answer = np.zeros((classes, classes), dtype=np.int32)
    for i in range(classes):
        if i == ignored:
            continue
        for j in range(classes):
            answer[i, j] = np.count_nonzero((truth == i) & (predicted == j))
    return answer


def right_by_counter(truth, predicted, classes, ignored):
    pairs = Counter(zip(truth.ravel().tolist(), predicted.ravel().tolist()))
    return tuple(tuple(0 if t == ignored else pairs[t, p] for p in range(classes)) for t in range(classes))


def right_one_hot(truth, predicted, classes, ignored):
    labels = np.arange(classes)
    t = (truth.reshape(-1, 1) == labels) & (truth.reshape(-1, 1) != ignored)
    return (t.T.astype(float) @ (predicted.reshape(-1, 1) == labels).astype(float)).astype(int)


def wrong_in_the_maps_own_kind(truth, predicted, classes, ignored):
    keep = (truth != ignored) & (truth >= 0) & (truth < classes) & (predicted >= 0) & (predicted < classes)
    t, p = truth[keep], predicted[keep]
    cell = t * t.dtype.type(classes) + p
    return np.bincount(cell.astype(int) % classes**2, minlength=classes**2).reshape(classes, classes)


def wrong_clipped_labels(truth, predicted, classes, ignored):
    keep = truth != ignored
    t, p = np.clip(truth[keep], 0, classes - 1).astype(int), np.clip(predicted[keep], 0, classes - 1).astype(int)
    return np.bincount(t * classes + p, minlength=classes**2).reshape(classes, classes)


def wrong_ignored_pixels_set_in_place(truth, predicted, classes, ignored):
    predicted[truth == ignored] = 0
    counts = np.zeros((classes, classes), int)
    for t, p in zip(truth.ravel().tolist(), predicted.ravel().tolist()):
        if t != ignored and 0 <= t < classes and 0 <= p < classes:
            counts[t, p] += 1
    return counts


def wrong_added_without_repeats(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(int), predicted.ravel().astype(int)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    counts[t[keep], p[keep]] += 1
    return counts


def wrong_bincount_without_length(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(int), predicted.ravel().astype(int)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    return np.bincount(t[keep] * classes + p[keep]).reshape(classes, classes)


def wrong_cell_tested_not_labels(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(int), predicted.ravel().astype(int)
    cell = (t * classes + p)[t != ignored]
    cell = cell[(cell >= 0) & (cell < classes**2)]
    return np.bincount(cell, minlength=classes**2).reshape(classes, classes)


def wrong_transposed(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (p[keep], t[keep]), 1)
    return counts


def wrong_ignored_predictions_too(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (p != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_ignored_predictions_only(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (p != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_ignored_in_both_only(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = ((t != ignored) | (p != ignored)) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_nothing_ignored(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_zero_never_ignored(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = ((t != ignored) if ignored else True) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_ignored_only_outside(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = ((t != ignored) | (0 <= ignored < classes)) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_ignored_row_and_column_empty(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    if 0 <= ignored < classes:
        counts[:, ignored] = 0
    return counts


def wrong_unlabelled_255(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != 255) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_negative_truth(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= -classes) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_negative_prediction(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= -classes) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_prediction_not_asked(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes)
    counts = np.zeros((classes, classes), int)
    p = np.clip(p, 0, classes - 1)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_prediction_outside_is_background(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes)
    counts = np.zeros((classes, classes), int)
    p = np.where((p >= 0) & (p < classes), p, 0)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_large_truth_wraps(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    t = t % classes
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_background_not_counted(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t > 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_background_not_predicted(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p > 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_last_class_lost(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes - 1) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_last_prediction_lost(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes - 1)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_one_class_more(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes + 1, classes + 1), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_without_background(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts[1:, 1:]


def wrong_as_bytes(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.uint8), predicted.ravel().astype(np.uint8)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_as_signed_bytes(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int8), predicted.ravel().astype(np.int8)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_as_shorts(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int16), predicted.ravel().astype(np.int16)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_as_32_bits(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int32), predicted.ravel().astype(np.int32)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_counts_as_bytes(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), np.uint8)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_counts_as_signed_bytes(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), np.int8)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_counts_as_shorts(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), np.int16)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_truth_as_bytes(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.uint8).astype(int), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_ignored_as_byte(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored % 256) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_ignored_as_size(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != abs(ignored)) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_shares_of_rows(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def wrong_shares_of_all(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts / max(counts.sum(), 1)


def wrong_only_errors(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts - np.diag(np.diag(counts))


def wrong_only_hits(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return np.diag(np.diag(counts))


def wrong_both_directions(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return (counts + counts.T) // 2


def wrong_booleans(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts > 0


def wrong_first_row_only(truth, predicted, classes, ignored):
    t, p = truth[0].ravel().astype(np.int64), predicted[0].ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_square_part_only(truth, predicted, classes, ignored):
    t, p = truth[:, : len(truth)].ravel().astype(np.int64), predicted[:, : len(predicted)].ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_predicted_read_by_columns(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.T.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts


def wrong_labels_counted_from_one(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), predicted.ravel().astype(np.int64)
    keep = (t != ignored) & (t >= 1) & (t <= classes) & (p >= 1) & (p <= classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep] - 1, p[keep] - 1), 1)
    return counts


def wrong_size_of_label(truth, predicted, classes, ignored):
    t, p = truth.ravel().astype(np.int64), abs(predicted.ravel().astype(np.int64))
    keep = (t != ignored) & (t >= 0) & (t < classes) & (p >= 0) & (p < classes)
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (t[keep], p[keep]), 1)
    return counts
