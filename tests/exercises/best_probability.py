"""Notebook 12: the probability that each of several networks is best."""

import numpy as np


def inputs(rng):
    networks, people, joints = rng.integers(2, 6), rng.integers(3, 9), rng.integers(2, 6)
    labelled = rng.random((people, joints)) < 0.8
    labelled[:, 0] = True
    skill = rng.uniform(0.4, 0.8, (networks, 1, 1)) + rng.normal(0, 0.25, (1, people, 1))
    right = rng.random((networks, people, joints)) < skill  # also of joints without labels, which do not count
    right[-1] = right[0]  # the first and the last tie in every draw
    return right, labelled, rng.integers(people, size=(rng.integers(5, 40), people))


def _scores(right, labelled, draws):
    found, counts = (right & labelled).sum(axis=2), labelled.sum(axis=1)
    return found[:, draws].sum(axis=2) / counts[draws].sum(axis=1)


def _shares(scores):
    best = scores == scores.max(axis=0)
    return (best / best.sum(axis=0)).mean(axis=1)


def solution(right, labelled, draws):
    return _shares(_scores(right, labelled, draws))


def resamples_the_networks_apart(right, labelled, draws):
    """you draw other people for every network: the luck of a draw must be the same for all"""
    rows = [_scores(right, labelled, np.roll(draws, k, axis=0))[k] for k in range(len(right))]
    return _shares(np.array(rows))


def draws_joints_instead_of_people(right, labelled, draws):
    """you draw joints: those of one person belong together, so draw people"""
    found, known = (right & labelled).reshape(len(right), -1), labelled.reshape(-1)
    return _shares(found[:, draws].sum(axis=2) / np.maximum(known[draws].sum(axis=1), 1))


def gives_ties_to_the_first(right, labelled, draws):
    """you give a tie to the first network: those who tie share the draw"""
    first = _scores(right, labelled, draws).argmax(axis=0)
    return np.bincount(first, minlength=len(right)) / len(draws)


def gives_ties_to_everybody(right, labelled, draws):
    """you give a whole draw to each who ties: the probabilities must add up to 1"""
    scores = _scores(right, labelled, draws)
    return (scores == scores.max(axis=0)).mean(axis=1)


def gives_ties_to_nobody(right, labelled, draws):
    """you leave out the draws with a tie: those who tie share them"""
    scores = _scores(right, labelled, draws)
    best = scores == scores.max(axis=0)
    return (best & (best.sum(axis=0) == 1)).mean(axis=1)


def averages_people(right, labelled, draws):
    """you average the people's shares: add up right and labelled joints of a draw, then divide"""
    share = (right & labelled).sum(axis=2) / labelled.sum(axis=1)
    return _shares(share[:, draws].mean(axis=2))


def counts_joints_without_labels(right, labelled, draws):
    """joints without a label do not count as right"""
    return _shares(right.sum(axis=2)[:, draws].sum(axis=2) / labelled.sum(axis=1)[draws].sum(axis=1))


def counts_instead_of_probabilities(right, labelled, draws):
    """those are counts of draws: divide by their number"""
    return solution(right, labelled, draws) * len(draws)


def finds_the_worst(right, labelled, draws):
    """you count who has the least right joints"""
    scores = _scores(right, labelled, draws)
    worst = scores == scores.min(axis=0)
    return (worst / worst.sum(axis=0)).mean(axis=1)


def ignores_the_draws(right, labelled, draws):
    """that is who is best among these people: score every draw of them"""
    return _shares(_scores(right, labelled, np.arange(len(labelled))[None]))


def takes_columns_for_draws(right, labelled, draws):
    """a row of draws is one draw of people: sum along the last axis"""
    found, counts = (right & labelled).sum(axis=2), labelled.sum(axis=1)
    return _shares(found[:, draws].sum(axis=1) / counts[draws].sum(axis=0))


def takes_everybody_once(right, labelled, draws):
    """who was drawn twice counts twice"""
    found, counts = (right & labelled).sum(axis=2), labelled.sum(axis=1)
    rows = [np.unique(row) for row in draws]
    return _shares(np.array([found[:, row].sum(axis=1) / counts[row].sum() for row in rows]).T)


def beats_the_first(right, labelled, draws):
    """that is how often each is at least as good as the first network: compare with all of them"""
    scores = _scores(right, labelled, draws)
    return (scores >= scores[:1]).mean(axis=1)


def shares_the_mean_score(right, labelled, draws):
    """mean scores are no probabilities of being best: see for every draw who has the highest"""
    scores = _scores(right, labelled, draws).mean(axis=1)
    return scores / max(scores.sum(), 1e-9)
