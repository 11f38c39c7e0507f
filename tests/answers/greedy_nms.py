"""Answers to the exercise greedy_nms, right and wrong."""

import numpy as np


def right_by_removing(iou, scores, threshold):
    left, kept = list(range(len(scores))), []
    while left:
        best = max(left, key=lambda i: scores[i])
        kept.append(best)
        left = [i for i in left if i != best and iou[best, i] <= threshold]
    return np.array(kept, int)


def right_recursive(iou, scores, threshold):
    def survivors(left):
        if not left:
            return []
        best, *rest = left
        return [best, *survivors([i for i in rest if not iou[best][i] > threshold])]

    return survivors(sorted(range(len(scores)), key=lambda i: -scores[i]))


def right_with_a_mask(iou, scores, threshold):
    alive = np.ones(len(scores), bool)
    kept = []
    for i in np.argsort(-np.asarray(scores, float), kind="stable"):
        if alive[i]:
            kept.append(i)
            alive &= iou[i] <= threshold
            alive[i] = False
    return kept


def right_asking_the_kept(iou, scores, threshold):
    kept = []
    for i in sorted(range(len(scores)), key=scores.__getitem__, reverse=True):
        if all(iou[i, j] <= threshold for j in kept):
            kept.append(i)
    return tuple(kept)


def right_on_a_copy(iou, scores, threshold):
    scores = np.array(scores, dtype=float)
    result = []
    for _ in range(scores.size):
        i = int(scores.argmax())
        if scores[i] == -np.inf:
            break
        result.append(i)
        scores[iou[i] > threshold] = -np.inf
        scores[i] = -np.inf
    return result


def wrong_removes_while_walking(iou, scores, threshold):
    left = sorted(range(len(scores)), key=lambda i: -scores[i])
    kept = []
    while left:
        best = left.pop(0)
        kept.append(best)
        for i in left:
            if iou[best, i] > threshold:
                left.remove(i)
    return kept


def wrong_removed_ones_remove_too(iou, scores, threshold):
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [i for k, i in enumerate(order) if all(iou[i, j] <= threshold for j in order[:k])]


def wrong_only_the_one_before_asked(iou, scores, threshold):
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        if not kept or iou[kept[-1], i] <= threshold:
            kept.append(i)
    return kept


def wrong_only_the_first_asked(iou, scores, threshold):
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        if not kept or iou[kept[0], i] <= threshold:
            kept.append(i)
    return kept


def wrong_one_a_group(iou, scores, threshold):
    left, kept = sorted(range(len(scores)), key=lambda i: -scores[i]), []
    while left:
        kept.append(left[0])
        group = {left[0]}
        while more := {i for i in left if i not in group and any(iou[i, j] > threshold for j in group)}:
            group |= more
        left = [i for i in left if i not in group]
    return kept


def wrong_scores_struck_in_place(iou, scores, threshold):
    kept = []
    while len(scores) and scores.max() > -np.inf:
        best = int(scores.argmax())
        kept.append(best)
        scores[iou[best] > threshold] = -np.inf
        scores[best] = -np.inf
    return kept


def wrong_zero_for_struck(iou, scores, threshold):
    scores, kept = np.array(scores, float), []
    while len(scores) and scores.max() > 0:
        best = int(scores.argmax())
        kept.append(best)
        scores[iou[best] > threshold] = 0
        scores[best] = 0
    return kept


def wrong_minus_one_for_struck(iou, scores, threshold):
    scores, kept = np.array(scores, float), []
    while len(scores) and scores.max() > -1:
        best = int(scores.argmax())
        kept.append(best)
        scores[iou[best] > threshold] = -1
        scores[best] = -1
    return kept


def wrong_soft(iou, scores, threshold):
    scores, kept = np.array(scores, float), []
    left = list(range(len(scores)))
    while left:
        best = max(left, key=lambda i: scores[i])
        left.remove(best)
        if scores[best] > 0.05:
            kept.append(best)
        for i in left:
            if iou[best, i] > threshold:
                scores[i] *= 1 - iou[best, i]
    return kept


def wrong_at_least_threshold(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] < threshold]
    return kept


def wrong_keeps_the_overlapping(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] > threshold]
    return kept


def wrong_worst_first(iou, scores, threshold):
    left = np.argsort(np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_worst_first_listed(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept[::-1]


def wrong_by_number(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return sorted(kept)


def wrong_scores_taken_as_sorted(iou, scores, threshold):
    left = np.arange(len(scores))
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_ranks_for_numbers(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(int(np.sum(np.array(scores) > scores[best])))
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_mask_returned(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return [i in kept for i in range(len(scores))]


def wrong_scores_returned(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return [scores[i] for i in kept]


def wrong_removed_ones_returned(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return [i for i in np.argsort(-np.array(scores), kind="stable") if i not in kept]


def wrong_best_only(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept[:1]


def wrong_no_boxes_raise(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    scores[left[0]]
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_half_always(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= 0.5]
    return kept


def wrong_any_overlap(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= 0]
    return kept


def wrong_nothing_removed(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= 1]
    return kept


def wrong_overlap_rounded(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left].round(1) <= threshold]
    return kept


def wrong_overlap_rounded_to_two_digits(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left].round(2) <= threshold]
    return kept


def wrong_a_little_tolerance(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold + 1e-3]
    return kept


def wrong_scores_must_pass_too(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return [i for i in kept if scores[i] > threshold]


def wrong_scores_above_zero_only(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return [i for i in kept if scores[i] > 0]


def wrong_scores_above_a_twentieth_only(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return [i for i in kept if scores[i] > 0.05]


def wrong_overlap_of_ranks(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[len(kept) - 1, left] <= threshold]
    return kept


def wrong_mean_overlap(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[kept][:, left].mean(axis=0) <= threshold]
    return kept


def wrong_sum_of_overlaps(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[kept][:, left].sum(axis=0) <= threshold]
    return kept


def wrong_only_one_removed(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = np.delete(left, np.flatnonzero(iou[best, left] > threshold)[:1])
    return kept


def wrong_only_first_round(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold] if len(kept) == 1 else left
    return kept


def wrong_last_one_lost(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left) > 1:
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_at_most_three(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept[:3]


def wrong_at_most_five(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept[:5]


def wrong_at_most_ten(iou, scores, threshold):
    left = np.argsort(-np.array(scores), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept[:10]


def wrong_scores_whole(iou, scores, threshold):
    left = np.argsort(-np.array(scores).astype(int), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_scores_rounded(iou, scores, threshold):
    left = np.argsort(-np.round(scores, 1), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_scores_rounded_to_two_digits(iou, scores, threshold):
    left = np.argsort(-np.round(scores, 2), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept


def wrong_scores_by_size(iou, scores, threshold):
    left = np.argsort(-abs(np.array(scores)), kind="stable")
    kept = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        left = left[iou[best, left] <= threshold]
    return kept
