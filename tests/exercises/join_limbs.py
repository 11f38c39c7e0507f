"""Notebook 05: from chosen limbs to people."""

import numpy as np


def inputs(rng):
    joints, people = rng.integers(2, 6), rng.integers(1, 5)
    kinds = np.repeat(np.arange(joints), people)
    kinds = kinds[rng.random(len(kinds)) < 0.85]
    if not len(kinds):
        kinds = np.array([0])
    order = rng.permutation(len(kinds)) if rng.random() < 0.5 else np.arange(len(kinds))
    kinds = kinds[order]
    count = rng.integers(0, 2 * len(kinds) + 1)
    pairs = rng.integers(len(kinds), size=(count, 2))
    if rng.random() < 0.7:  # else some pairs are of one kind
        pairs = pairs[kinds[pairs[:, 0]] != kinds[pairs[:, 1]]]
    return kinds, pairs


def _people(kinds, pairs, may=lambda kinds, person, a, b: not set(kinds[person == person[a]])
            & set(kinds[person == person[b]]), whole=True, number=min, ends=False, once=False):  # fmt: skip
    kinds, person, used = np.array(kinds), np.arange(len(kinds)), set()
    for a, b in np.array(pairs).reshape(-1, 2):
        one, other = person[a], person[b]
        if one == other or (once and used & {a, b}):
            continue
        if not may(kinds, person, a, b):
            if ends:
                break
            continue
        used |= {a, b}
        if whole:
            person[(person == one) | (person == other)] = number(one, other)
        else:
            person[[a, b]] = number(one, other)
    return person


def solution(kinds, pairs):
    return _people(kinds, pairs)


def gives_somebody_two_of_a_joint(kinds, pairs):
    """nobody has two joints of one kind: leave out a pair that would join two people who share a kind"""
    return _people(kinds, pairs, may=lambda *_: True)


def looks_at_the_pair_alone(kinds, pairs):
    """compare all joints of the two people, not the kinds of the two peaks alone"""
    return _people(kinds, pairs, may=lambda kinds, person, a, b: kinds[a] != kinds[b])


def looks_at_the_second_peak_alone(kinds, pairs):
    """the second peak brings its whole person along: compare all of that person's kinds"""
    return _people(kinds, pairs, may=lambda kinds, person, a, b: kinds[b] not in kinds[person == person[a]])


def looks_at_the_first_peak_alone(kinds, pairs):
    """the first peak brings its whole person along: compare all of that person's kinds"""
    return _people(kinds, pairs, may=lambda kinds, person, a, b: kinds[a] not in kinds[person == person[b]])


def moves_two_peaks_alone(kinds, pairs):
    """all peaks of both people become one person, not the two of the pair alone"""
    return _people(kinds, pairs, whole=False)


def begins_with_the_worst(kinds, pairs):
    """the pairs are in the order in which they are joined, the best first"""
    return _people(kinds, np.array(pairs).reshape(-1, 2)[::-1])


def ends_at_the_first_conflict(kinds, pairs):
    """leave a pair that does not fit out, and go on with the next"""
    return _people(kinds, pairs, ends=True)


def takes_every_peak_once(kinds, pairs):
    """a peak may be in several pairs: an elbow joins the wrist and the shoulder"""
    return _people(kinds, pairs, once=True)


def names_people_by_the_highest_peak(kinds, pairs):
    """a person is called by the lowest number among its peaks"""
    return _people(kinds, pairs, number=max)


def names_people_by_the_first_of_the_pair(kinds, pairs):
    """a person is called by the lowest number among its peaks, whichever peak of a pair stands first"""
    return _people(kinds, pairs, number=lambda one, other: one)


def counts_people(kinds, pairs):
    """do not number the people anew: a person is called by the lowest number among its peaks"""
    return np.unique(_people(kinds, pairs), return_inverse=True)[1]


def leaves_out_who_stands_alone(kinds, pairs):
    """a peak that no pair joins is a person of its own, and keeps its number"""
    person = _people(kinds, pairs)
    return np.where(np.bincount(person, minlength=len(person))[person] > 1, person, -1)
