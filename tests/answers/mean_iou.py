"""Answers to the exercise mean_iou, right and wrong."""

import numpy as np


def right_by_classes(counts):
    pooled, values = sum(counts), []
    for k in range(len(pooled)):
        union = pooled[k].sum() + pooled[:, k].sum() - pooled[k, k]
        if union:
            values.append(pooled[k, k] / union)
    return sum(values) / len(values)


def right_vectorised(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    union = pooled.sum(axis=0) + pooled.sum(axis=1) - shared
    there = union > 0
    return (shared[there] / union[there]).mean()


def right_by_nanmean(counts):
    m = np.einsum("pij->ij", np.asarray(counts, float))
    with np.errstate(invalid="ignore"):
        return float(np.nanmean(m.diagonal() / (m.sum(0) + m.sum(1) - m.diagonal())))


def right_by_plain_numbers(counts):
    tables = np.asarray(counts).tolist()
    classes = len(tables[0])
    total, number = 0.0, 0
    for k in range(classes):
        hit = either = 0
        for table in tables:
            hit += table[k][k]
            for j in range(classes):
                either += table[k][j]
                if j != k:
                    either += table[j][k]
        if either == 0:
            continue
        total, number = total + hit / either, number + 1
    return total / number


def right_masked_array(counts):
    pooled = np.add.reduce(counts, axis=0, dtype=np.float64)
    shared = np.trace(pooled[None] * np.eye(len(pooled))[:, :, None] * np.eye(len(pooled))[:, None], axis1=1, axis2=2)
    union = pooled.sum(axis=1) - shared + pooled.sum(axis=0)
    return np.array(np.ma.masked_equal(shared, -1).filled().compress(union != 0) / union.compress(union != 0)).mean()


def wrong_mean_of_pictures(counts):
    values = []
    for one in counts:
        shared = np.diag(one)
        union = one.sum(axis=0) + one.sum(axis=1) - shared
        values.append((shared[union > 0] / union[union > 0]).mean())
    return np.mean(values)


def wrong_mean_over_pictures_by_class(counts):
    shared = np.diagonal(counts, axis1=1, axis2=2)
    union = counts.sum(axis=1) + counts.sum(axis=2) - shared
    iou = np.where(union > 0, shared / np.maximum(union, 1), np.nan)
    return np.nanmean(np.nanmean(iou[:, (union > 0).any(axis=0)], axis=0))


def wrong_mean_of_all_pictures_and_classes(counts):
    shared = np.diagonal(counts, axis1=1, axis2=2)
    union = counts.sum(axis=1) + counts.sum(axis=2) - shared
    return (shared[union > 0] / union[union > 0]).mean()


def wrong_pictures_normalised(counts):
    pooled = (counts / np.maximum(counts.sum(axis=(1, 2), keepdims=True), 1)).sum(axis=0)
    shared = np.diag(pooled)
    union = pooled.sum(axis=0) + pooled.sum(axis=1) - shared
    return (shared[union > 0] / union[union > 0]).mean()


def wrong_no_background(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    there[0] = False
    return (shared[there] / union[there]).mean()


def wrong_last_class_as_background(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    there[-1] = False
    return (shared[there] / union[there]).mean()


def wrong_nothing_left_out(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared / union).mean()


def wrong_zero_for_absent(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared / np.maximum(union, 1)).mean()


def wrong_one_for_absent(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return np.where(there, shared / np.maximum(union, 1), 1).mean()


def wrong_classes_of_truth_only(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = truth > 0
    return (shared[there] / union[there]).mean()


def wrong_classes_of_prediction_only(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = predicted > 0
    return (shared[there] / union[there]).mean()


def wrong_classes_of_both(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = (truth > 0) & (predicted > 0)
    return (shared[there] / union[there]).mean()


def wrong_classes_with_a_hit(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = shared > 0
    return (shared[there] / union[there]).mean()


def wrong_recall(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_precision(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = predicted
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_shared_counted_twice(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_dice(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = (truth + predicted) / 2
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_shared_taken_off_twice(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - 2 * shared
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_accuracy(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return shared.sum() / pooled.sum()


def wrong_mean_recall(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / np.maximum(truth[there], 1)).mean()


def wrong_pooled_classes(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return shared.sum() / union.sum()


def wrong_weighted_by_truth(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there] * truth[there]).sum() / truth.sum()


def wrong_one_number_a_class(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return shared[there] / union[there]


def wrong_median(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return np.median(shared[there] / union[there])


def wrong_largest(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there]).max()


def wrong_percent(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return 100 * (shared[there] / union[there]).mean()


def wrong_whole_division(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] // union[there]).mean()


def wrong_rounded(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return round((shared[there] / union[there]).mean(), 2)


def wrong_one_added_to_union(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / (union[there] + 1)).mean()


def wrong_laplace(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return ((shared[there] + 1e-2) / (union[there] + 1e-2)).mean()


def wrong_first_picture_only(counts):
    pooled = counts[0]
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_summed_over_classes(counts):
    pooled = counts.sum(axis=-1)
    shared = np.diag(pooled[:, : len(pooled)])
    truth, predicted = pooled.sum(axis=1)[: len(shared)], pooled.sum(axis=0)[: len(shared)]
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_mean_of_counts_rounded(counts):
    pooled = counts.mean(axis=0).round()
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_only_classes_of_every_picture(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = ((counts.sum(axis=1) + counts.sum(axis=2)) > 0).all(axis=0)
    return (shared[there] / union[there]).mean()


def wrong_classes_of_one_pixel_left_out(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 1
    return (shared[there] / union[there]).mean()


def wrong_rare_classes_left_out(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 5
    return (shared[there] / union[there]).mean()


def wrong_seven_classes(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = (union > 0) & (np.arange(len(union)) < 7)
    return (shared[there] / union[there]).mean()


def wrong_three_classes(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = (union > 0) & (np.arange(len(union)) < 3)
    return (shared[there] / union[there]).mean()


def wrong_single_precision_sum(counts):
    pooled = counts.astype(np.float16).sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there]).mean()


def wrong_number_of_classes_as_divisor(counts):
    pooled = counts.sum(axis=0)
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there]).sum() / len(pooled)


def wrong_changes_counts(counts):
    for one in counts[1:]:
        counts[0] += one
    pooled = counts[0]
    shared = np.diag(pooled)
    truth, predicted = pooled.sum(axis=1), pooled.sum(axis=0)
    union = truth + predicted - shared
    there = union > 0
    return (shared[there] / union[there]).mean()
