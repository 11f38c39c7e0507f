"""Answers to the exercise person_precision, right and wrong."""

import numpy as np
from scipy.optimize import linear_sum_assignment


def right_by_pairs(predicted, truth):
    found = set()
    for one in predicted:
        ious = [(one & person).sum() / (one | person).sum() for person in truth]
        if max(ious) > 0.5:
            found.add(int(np.argmax(ious)))
    return len(found) / len(predicted)


def right_vectorised(predicted, truth):
    shared = (predicted[:, None] & truth[None]).sum(axis=(2, 3, 4))
    either = (predicted[:, None] | truth[None]).sum(axis=(2, 3, 4))
    iou = np.divide(shared, either, out=np.zeros(shared.shape), where=either > 0)
    owner = iou.argmax(axis=1)
    return len(np.unique(owner[iou.max(axis=1) > 0.5])) / len(predicted)


def right_by_matrix_product(predicted, truth):
    p, t = predicted.reshape(len(predicted), -1).astype(int), truth.reshape(len(truth), -1).astype(int)
    shared = p @ t.T
    either = p.sum(axis=1)[:, None] + t.sum(axis=1) - shared
    right, taken = 0, [False] * len(t)
    for one in range(len(p)):
        best = max(range(len(t)), key=lambda q: shared[one, q] / either[one, q] if either[one, q] else 0)
        if 2 * shared[one, best] > either[one, best] and not taken[best]:
            taken[best] = True
            right += 1
    return float(np.float64(right) / len(p))


def right_by_loops_over_channels(predicted, truth):
    owners = []
    for one in predicted:
        best, owner = 0.5, None
        for number, person in enumerate(truth):
            shared = sum(np.logical_and(one[..., c], person[..., c]).sum() for c in range(one.shape[-1]))
            either = sum(np.logical_or(one[..., c], person[..., c]).sum() for c in range(one.shape[-1]))
            if either and shared / either > best:
                best, owner = shared / either, number
        if owner is not None:
            owners.append(owner)
    return np.array(len(set(owners)) / predicted.shape[0], np.float32)


def wrong_best_sum_of_pairs(predicted, truth):
    iou = _table(predicted, truth)
    rows, columns = linear_sum_assignment(-iou)
    return (iou[rows, columns] > 0.5).sum() / len(predicted)


def wrong_next_best_person_taken(predicted, truth):
    iou, right = _table(predicted, truth), 0
    for _ in range(min(iou.shape)):
        p, q = np.unravel_index(iou.argmax(), iou.shape)
        if iou[p, q] > 0.5:
            right += 1
        iou[p], iou[:, q] = -1, -1
    return right / len(predicted)


def wrong_person_taken_by_a_false_one(predicted, truth):
    iou, taken, right = _table(predicted, truth), set(), 0
    for row in iou:
        q = row.argmax()
        if q not in taken and row[q] > 0.5:
            right += 1
        taken.add(q)
    return right / len(predicted)


def wrong_must_be_best_of_its_person(predicted, truth):
    iou = _table(predicted, truth)
    right = sum(row.max() > 0.5 and iou[:, row.argmax()].argmax() == p for p, row in enumerate(iou))
    return right / len(predicted)


def wrong_doubles_all_wrong(predicted, truth):
    iou = _table(predicted, truth)
    owners = iou.argmax(axis=1)[iou.max(axis=1) > 0.5]
    return (np.bincount(owners, minlength=1) == 1).sum() / len(predicted)


def wrong_people_found_by_anybody(predicted, truth):
    return (_table(predicted, truth).max(axis=0) > 0.5).sum() / len(predicted)


def wrong_in_the_order_of_the_list(predicted, truth):
    n = min(len(predicted), len(truth))
    return (np.diag(_table(predicted, truth))[:n] > 0.5).sum() / len(predicted)


def _table(predicted, truth):
    shared = (predicted[:, None] & truth).sum(axis=(2, 3, 4))
    return shared / np.maximum((predicted[:, None] | truth).sum(axis=(2, 3, 4)), 1)


def wrong_mean_over_channels(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(axis=(0, 1)), (one | person).sum(axis=(0, 1))
            ious[q] = (shared / np.maximum(either, 1)).mean()
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_mean_over_channels_there(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(axis=(0, 1)), (one | person).sum(axis=(0, 1))
            ious[q] = (shared[either > 0] / either[either > 0]).mean() if either.any() else 0
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_best_channel(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(axis=(0, 1)), (one | person).sum(axis=(0, 1))
            ious[q] = (shared / np.maximum(either, 1)).max()
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_worst_channel(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(axis=(0, 1)), (one | person).sum(axis=(0, 1))
            ious[q] = (shared / np.maximum(either, 1)).min()
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_first_channel_only(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person)[..., 0].sum(), (one | person)[..., 0].sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_channels_merged(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (
                (one.any(axis=-1) & person.any(axis=-1)).sum(),
                (one.any(axis=-1) | person.any(axis=-1)).sum(),
            )
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_last_channel_left_out(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            n = max(1, one.shape[-1] - 1)
            shared, either = (one & person)[..., :n].sum(), (one | person)[..., :n].sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_at_least_a_half(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] >= 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_three_quarters(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.75 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_any_overlap(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_rounded_iou(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = round(shared / max(either, 1), 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_rounded_to_two_digits(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = round(shared / max(either, 1), 2)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_doubles_count(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_divided_by_people(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(truth)


def wrong_divided_by_the_larger(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / max(len(truth), len(predicted))


def wrong_divided_by_both(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return 2 * right / (len(truth) + len(predicted))


def wrong_number_not_share(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right


def wrong_whole_division(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right // len(predicted)


def wrong_percent(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return 100 * right / len(predicted)


def wrong_share_of_the_found(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), one.sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_share_of_the_person(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), person.sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_dice(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = 2 * shared / max(either + shared, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_both_areas_added(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), one.sum() + person.sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_smaller_area(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), min(one.sum(), person.sum())
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_first_person_above_a_half(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = (ious > 0.5).argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_any_free_person_above_a_half(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = max(range(len(ious)), key=lambda q: -1 if q in taken else ious[q])
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_last_of_the_best(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmin()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_person_with_most_pixels_shared(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = np.argmax([(one & person).sum() for person in truth])
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_wrong_ones(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return 1 - right / len(predicted)


def wrong_mean_iou_of_right(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += ious[best]
    return right / len(predicted)


def wrong_pixel_accuracy(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = (one == person).mean()
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_truth_struck(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
            truth[best] = False
    return right / len(predicted)


def wrong_predictions_as_many_as_people(predicted, truth):
    taken, right = set(), 0
    for one in predicted[: len(truth)]:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
    return right / len(predicted)


def wrong_false_ends_the_search(predicted, truth):
    taken, right = set(), 0
    for one in predicted:
        ious = np.zeros(len(truth))
        for q, person in enumerate(truth):
            shared, either = (one & person).sum(), (one | person).sum()
            ious[q] = shared / max(either, 1)
        best = ious.argmax()
        if ious[best] > 0.5 and best not in taken:
            taken.add(best)
            right += 1
        else:
            break
    return right / len(predicted)
