"""Answers to the exercise join_limbs, right and wrong."""

import numpy as np


def right_by_relabelling(kinds, pairs):
    person = np.arange(len(kinds))
    for a, b in pairs:
        one, other = sorted((person[a], person[b]))
        if one != other and not set(kinds[person == one]) & set(kinds[person == other]):
            person[person == other] = one
    return person


def right_by_sets(kinds, pairs):
    people = [{peak} for peak in range(len(kinds))]
    for a, b in np.asarray(pairs).tolist():
        one = next(group for group in people if a in group)
        other = next(group for group in people if b in group)
        together = [kinds[peak] for peak in one | other]
        if one is not other and len(set(together)) == len(together):
            people.remove(other)
            one |= other
    answer = [0] * len(kinds)
    for group in people:
        for peak in group:
            answer[peak] = min(group)
    return answer


def right_by_parents(kinds, pairs):
    parent = list(range(len(kinds)))
    has = [{int(kind)} for kind in kinds]

    def root(peak):
        while parent[peak] != peak:
            peak = parent[peak]
        return peak

    for a, b in pairs:
        a, b = root(a), root(b)
        if a != b and not has[a] & has[b]:
            low, high = min(a, b), max(a, b)
            parent[high] = low
            has[low] |= has[high]
    return np.array([root(peak) for peak in range(len(kinds))])


def _joined(kinds, pairs, may, move="all", order=None):
    person = list(range(len(kinds)))
    for a, b in np.asarray(pairs).reshape(-1, 2)[::order].tolist():
        one, other = person[a], person[b]
        mine = [k for k, p in zip(kinds, person) if p == one]
        yours = [k for k, p in zip(kinds, person) if p == other]
        if one == other or not may(mine, yours, kinds[a], kinds[b]):
            continue
        low, high = min(one, other), max(one, other)
        if move == "all":
            person = [low if p == high else p for p in person]
        elif move == "second":
            person[b] = person[a]
        elif move == "into first":
            person = [one if p == other else p for p in person]
        else:
            person = [high if p == low else p for p in person]
    return np.array(person)


def _apart(mine, yours, a, b):
    return not set(mine) & set(yours)


def wrong_nothing_asked(kinds, pairs):
    return _joined(kinds, pairs, lambda *_: True)


def wrong_kinds_of_the_pair_alone(kinds, pairs):
    return _joined(kinds, pairs, lambda mine, yours, a, b: a != b)


def wrong_second_kind_alone(kinds, pairs):
    return _joined(kinds, pairs, lambda mine, yours, a, b: b not in mine)


def wrong_first_kind_alone(kinds, pairs):
    return _joined(kinds, pairs, lambda mine, yours, a, b: a not in yours)


def wrong_both_kinds_but_no_others(kinds, pairs):
    return _joined(kinds, pairs, lambda mine, yours, a, b: b not in mine and a not in yours)


def wrong_moves_the_second_peak_alone(kinds, pairs):
    return _joined(kinds, pairs, _apart, move="second")


def wrong_called_by_the_first(kinds, pairs):
    return _joined(kinds, pairs, _apart, move="into first")


def wrong_called_by_the_highest(kinds, pairs):
    return _joined(kinds, pairs, _apart, move="highest")


def wrong_worst_first(kinds, pairs):
    return _joined(kinds, pairs, _apart, order=-1)


def wrong_smaller_person_wins(kinds, pairs):
    return _joined(kinds, pairs, lambda mine, yours, a, b: _apart(mine, yours, a, b) and len(mine) >= len(yours))


def wrong_first_pair_of_a_peak_alone(kinds, pairs):
    kept, used = [], set()
    for a, b in np.asarray(pairs).reshape(-1, 2).tolist():
        if a not in used and b not in used:
            kept.append((a, b))
            used |= {a, b}
    return _joined(kinds, kept, _apart)


def wrong_connected_parts(kinds, pairs):
    person = np.arange(len(kinds))
    for _ in kinds:
        for a, b in pairs:
            person[[a, b]] = min(person[a], person[b])
    return person


def wrong_numbered_anew(kinds, pairs):
    return np.unique(right_by_relabelling(kinds, pairs), return_inverse=True)[1]


def wrong_numbers_from_one(kinds, pairs):
    return right_by_relabelling(kinds, pairs) + 1


def wrong_lonely_peaks_left_out(kinds, pairs):
    person = np.asarray(right_by_relabelling(kinds, pairs))
    return np.array([p if (person == p).sum() > 1 else -1 for p in person])


def wrong_list_of_people(kinds, pairs):
    person = np.asarray(right_by_relabelling(kinds, pairs))
    return [np.flatnonzero(person == p).tolist() for p in np.unique(person)]


def wrong_one_pass_without_the_last(kinds, pairs):
    return right_by_relabelling(kinds, pairs[:-1])


def wrong_two_of_a_kind_are_one_person(kinds, pairs):
    person = right_by_relabelling(kinds, pairs)
    return np.array([min(person[kinds == kind]) for kind in kinds])


def wrong_stops_at_a_conflict(kinds, pairs):
    person = np.arange(len(kinds))
    for a, b in pairs:
        one, other = sorted((person[a], person[b]))
        if set(kinds[person == one]) & set(kinds[person == other]) and one != other:
            break
        person[person == other] = one
    return person
