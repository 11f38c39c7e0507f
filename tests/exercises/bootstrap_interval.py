"""Notebook 02: the bootstrap interval of a pooled score."""

import numpy as np


def inputs(rng):
    people, draws = rng.integers(2, 10), rng.integers(5, 60)
    labelled = rng.integers(0, 17, people) * (rng.random(people) < 0.85)
    labelled[0] += labelled.sum() == 0
    right = rng.binomial(labelled, rng.uniform(0.2, 0.9, people))
    rows = rng.integers(people, size=(draws, people))
    empty = labelled[rows].sum(axis=1) == 0
    rows[empty, 0] = labelled.argmax()
    kind = rng.choice([np.int64, np.int32, np.float64])
    return right.astype(kind), labelled.astype(kind), rows


def _scores(right, labelled, draws):
    return right[draws].sum(axis=1) / labelled[draws].sum(axis=1)


def solution(right, labelled, draws):
    return np.percentile(_scores(right, labelled, draws), [2.5, 97.5])


def averages_people(right, labelled, draws):
    """you average the people's shares: add up right and labelled joints of a draw, then divide"""
    share = np.where(labelled > 0, right / np.maximum(labelled, 1), np.nan)
    return np.percentile(np.nanmean(share[draws], axis=1), [2.5, 97.5])


def divides_by_all_labels(right, labelled, draws):
    """divide by the labelled joints of the draw, not of the people as they were"""
    return np.percentile(right[draws].sum(axis=1) / labelled.sum(), [2.5, 97.5])


def divides_by_people(right, labelled, draws):
    """divide by labelled joints, not by people"""
    return np.percentile(right[draws].mean(axis=1), [2.5, 97.5])


def takes_ninety_per_cent(right, labelled, draws):
    """2.5 % lie below and 2.5 % above, not 5 % each"""
    return np.percentile(_scores(right, labelled, draws), [5, 95])


def takes_fractions_for_percentages(right, labelled, draws):
    """np.percentile counts from 0 to 100"""
    return np.percentile(_scores(right, labelled, draws), [0.025, 0.975])


def takes_the_extremes(right, labelled, draws):
    """smallest and largest hold all draws: leave 2.5 % out at each end"""
    scores = _scores(right, labelled, draws)
    return np.array([scores.min(), scores.max()])


def takes_the_normal_interval(right, labelled, draws):
    """mean ± 1.96 standard deviations supposes a Gaussian: take the percentiles of the draws"""
    scores = _scores(right, labelled, draws)
    return scores.mean() + np.array([-1.96, 1.96]) * scores.std()


def takes_one_standard_deviation(right, labelled, draws):
    """mean ± one standard deviation is no 95 % interval: take percentiles"""
    scores = _scores(right, labelled, draws)
    return scores.mean() + np.array([-1, 1]) * scores.std()


def takes_the_standard_error_of_the_draws(right, labelled, draws):
    """more draws must not narrow the interval: do not divide by their number"""
    scores = _scores(right, labelled, draws)
    return scores.mean() + np.array([-1.96, 1.96]) * scores.std() / np.sqrt(len(scores))


def turns_the_ends(right, labelled, draws):
    """the lower end comes first"""
    return solution(right, labelled, draws)[::-1]


def gives_distances_from_the_score(right, labelled, draws):
    """return the ends themselves, not their distance from the score"""
    return solution(right, labelled, draws) - right.sum() / labelled.sum()


def ignores_the_draws(right, labelled, draws):
    """those are percentiles over people: compute one pooled score for every draw"""
    some = labelled > 0
    return np.percentile(right[some] / labelled[some], [2.5, 97.5])


def takes_columns_for_draws(right, labelled, draws):
    """a row of draws is one draw of people: sum along the last axis"""
    counts = labelled[draws].sum(axis=0)
    return np.percentile(right[draws].sum(axis=0) / np.maximum(counts, 1), [2.5, 97.5])


def takes_everybody_once(right, labelled, draws):
    """who was drawn twice counts twice"""
    rows = [np.unique(row) for row in draws]
    counts = np.array([labelled[row].sum() for row in rows])
    return np.percentile(np.array([right[row].sum() for row in rows]) / np.maximum(counts, 1), [2.5, 97.5])


def leaves_out_who_was_drawn(right, labelled, draws):
    """a draw is whom you score, not whom you leave out"""
    rows = [np.setdiff1d(np.arange(len(right)), row) for row in draws]
    counts = np.array([labelled[row].sum() for row in rows])
    return np.percentile(np.array([right[row].sum() for row in rows]) / np.maximum(counts, 1), [2.5, 97.5])


def draws_labels_apart(right, labelled, draws):
    """right and labelled joints of one person belong together: draw both by the same row"""
    return np.percentile(right[draws].sum(axis=1) / np.maximum(labelled[draws[::-1]].sum(axis=1), 1), [2.5, 97.5])


def gives_the_width(right, labelled, draws):
    """return both ends, not the width"""
    return np.ptp(solution(right, labelled, draws))


def gives_per_cent(right, labelled, draws):
    """return fractions, not percentages"""
    return 100 * solution(right, labelled, draws)


def gives_every_score(right, labelled, draws):
    """return the two ends of the interval, not all scores"""
    return _scores(right, labelled, draws)


def uses_the_first_draws(right, labelled, draws):
    """use every draw: their number differs from call to call"""
    return solution(right, labelled, draws[:10])
