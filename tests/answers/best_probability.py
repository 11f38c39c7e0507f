"""Answers to the exercise best_probability, right and wrong."""

import numpy as np


def right_by_loop(right, labelled, draws):
    won = [0.0] * len(right)
    for rows in draws:
        found = [sum(int((one[row] & labelled[row]).sum()) for row in rows) for one in right]
        best = [k for k, count in enumerate(found) if count == max(found)]
        for k in best:
            won[k] += 1 / len(best)
    return np.array(won) / len(draws)


def right_by_weights(right, labelled, draws):
    times = np.array([np.bincount(row, minlength=len(labelled)) for row in draws])
    found = (right * labelled).sum(-1) @ times.T
    winners = found == found.max(axis=0, keepdims=True)
    return np.mean(winners / winners.sum(axis=0), axis=1)


def right_with_nan(right, labelled, draws):
    known = np.where(labelled, right, np.nan)
    scores = np.array([[np.nanmean(one[rows]) for rows in draws] for one in known])
    best = np.isclose(scores, scores.max(axis=0), rtol=0, atol=1e-12)
    return (best / best.sum(axis=0)).sum(axis=1) / best.shape[1]


def right_as_list(right, labelled, draws):
    total = np.zeros(len(right))
    hits = np.logical_and(right, labelled[None]).sum(axis=-1)
    for rows in draws.tolist():
        scores = hits[:, rows].sum(axis=1)
        total += (scores == scores.max()) / np.count_nonzero(scores == scores.max())
    return (total / len(draws)).tolist()


def wrong_argmax(right, labelled, draws):
    hits = (right & labelled).sum(axis=2)
    return np.bincount([hits[:, rows].sum(axis=1).argmax() for rows in draws], minlength=len(right)) / len(draws)


def wrong_last_argmax(right, labelled, draws):
    hits = (right & labelled).sum(axis=2)[::-1]
    return np.bincount([hits[:, rows].sum(axis=1).argmax() for rows in draws], minlength=len(right))[::-1] / len(draws)


def wrong_own_draws(right, labelled, draws):
    rng = np.random.default_rng(0)
    hits = (right & labelled).sum(axis=2)
    won = np.zeros(len(right))
    for _ in draws:
        rows = rng.integers(len(labelled), size=len(labelled))
        scores = hits[:, rows].sum(axis=1)
        won += (scores == scores.max()) / (scores == scores.max()).sum()
    return won / len(draws)


def wrong_apart(right, labelled, draws):
    rng = np.random.default_rng(0)
    hits, counts = (right & labelled).sum(axis=2), labelled.sum(axis=1)
    scores = []
    for one in hits:
        mixed = rng.permutation(draws)
        scores.append(one[mixed].sum(axis=1) / counts[mixed].sum(axis=1))
    best = np.array(scores) == np.max(scores, axis=0)
    return (best / best.sum(axis=0)).mean(axis=1)


def wrong_joints(right, labelled, draws):
    people = np.where(labelled, right, 0).reshape(len(right), -1)
    scores = people[:, draws % people.shape[1]].sum(axis=2)
    best = scores == scores.max(axis=0)
    return (best / best.sum(axis=0)).mean(axis=1)


def wrong_mean_of_people(right, labelled, draws):
    share = np.nanmean(np.where(labelled, right, np.nan), axis=2)
    scores = share[:, draws].mean(axis=2)
    best = np.isclose(scores, scores.max(axis=0), rtol=0, atol=1e-12)
    return (best / best.sum(axis=0)).mean(axis=1)


def wrong_ties_count_twice(right, labelled, draws):
    hits = (right & labelled).sum(axis=2)
    scores = hits[:, draws].sum(axis=2)
    return (scores >= scores.max(axis=0)).mean(axis=1)


def wrong_normalised_ties(right, labelled, draws):
    hits = (right & labelled).sum(axis=2)
    won = (hits[:, draws].sum(axis=2) >= hits[:, draws].sum(axis=2).max(axis=0)).sum(axis=1)
    return won / won.sum()


def wrong_unlabelled(right, labelled, draws):
    hits = right.sum(axis=2)
    scores = hits[:, draws].sum(axis=2)
    best = scores == scores.max(axis=0)
    return (best / best.sum(axis=0)).mean(axis=1)


def wrong_pairs(right, labelled, draws):
    hits = (right & labelled).sum(axis=2)
    scores = hits[:, draws].sum(axis=2)
    return np.array([(one > np.delete(scores, k, axis=0)).mean() for k, one in enumerate(scores)])


def wrong_percent(right, labelled, draws):
    return 100 * right_by_weights(right, labelled, draws)


def wrong_ranks(right, labelled, draws):
    hits = (right & labelled).sum(axis=2)
    ranks = hits[:, draws].sum(axis=2).argsort(axis=0).argsort(axis=0)
    return (ranks == len(right) - 1).mean(axis=1)


def wrong_best_name(right, labelled, draws):
    return int(np.argmax(right_by_weights(right, labelled, draws)))


def wrong_without_repeats(right, labelled, draws):
    hits = (right & labelled).sum(axis=2)
    times = np.array([np.isin(np.arange(len(labelled)), row) for row in draws]).astype(int)
    scores = hits @ times.T
    best = scores == scores.max(axis=0)
    return (best / best.sum(axis=0)).mean(axis=1)
