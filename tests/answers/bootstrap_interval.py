"""Answers to the exercise bootstrap_interval, right and wrong."""

import numpy as np


def right_in_another_style(right, labelled, draws):
    scores = []
    for rows in draws:
        times = np.bincount(rows, minlength=len(right))
        scores.append(times @ right / (times @ labelled))
    return float(np.quantile(scores, 0.025)), float(np.quantile(scores, 0.975))


def right_vectorised(right, labelled, draws):
    scores = right[draws].sum(axis=1) / labelled[draws].sum(axis=1)
    return np.percentile(scores, [2.5, 97.5])


def right_sorted_by_hand(right, labelled, draws):
    scores = sorted(
        sum(int(right[i]) for i in rows) / sum(int(labelled[i]) for i in rows) for rows in np.asarray(draws)
    )

    def at(share):
        place = share * (len(scores) - 1)
        low = int(place)
        high = min(low + 1, len(scores) - 1)
        return scores[low] + (place - low) * (scores[high] - scores[low])

    return at(0.025), at(0.975)


def right_counts_matrix(right, labelled, draws):
    times = np.zeros((len(draws), len(right)))
    np.add.at(times, (np.arange(len(draws))[:, None], draws), 1)
    return list(np.quantile((times @ right) / (times @ labelled), (0.025, 0.975), method="linear"))


def right_interp(right, labelled, draws):
    pooled = np.sort(np.take(right, draws).sum(-1) / np.take(labelled, draws).sum(-1))
    return np.interp([0.025, 0.975], np.linspace(0, 1, len(pooled)), pooled) if len(pooled) > 1 else [*pooled, *pooled]


def _pooled(right, labelled, draws):
    return right[draws].sum(axis=1) / labelled[draws].sum(axis=1)


def wrong_mean_of_shares(right, labelled, draws):
    shares = right / np.where(labelled > 0, labelled, np.nan)
    return np.percentile(np.nanmean(shares[draws], axis=1), [2.5, 97.5])


def wrong_mean_of_shares_empty_as_zero(right, labelled, draws):
    shares = right / np.maximum(labelled, 1)
    return np.percentile(shares[draws].mean(axis=1), [2.5, 97.5])


def wrong_five_and_ninety_five(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [5, 95])


def wrong_upper_end_first(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [97.5, 2.5])


def wrong_normal_approximation(right, labelled, draws):
    s = _pooled(right, labelled, draws)
    return s.mean() - 1.96 * s.std(), s.mean() + 1.96 * s.std()


def wrong_sum_over_draws(right, labelled, draws):
    s = right[draws].sum(axis=0) / np.maximum(labelled[draws].sum(axis=0), 1)
    return np.percentile(s, [2.5, 97.5])


def wrong_labelled_of_everybody(right, labelled, draws):
    return np.percentile(right[draws].sum(axis=1) / labelled.sum(), [2.5, 97.5])


def wrong_nearest_not_linear(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [2.5, 97.5], method="nearest")


def wrong_lower_and_higher(right, labelled, draws):
    s = _pooled(right, labelled, draws)
    return np.percentile(s, 2.5, method="lower"), np.percentile(s, 97.5, method="higher")


def wrong_index_into_sorted(right, labelled, draws):
    s = np.sort(_pooled(right, labelled, draws))
    return s[int(0.025 * len(s))], s[min(int(0.975 * len(s)), len(s) - 1)]


def wrong_hazen(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [2.5, 97.5], method="hazen")


def wrong_weibull(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [2.5, 97.5], method="weibull")


def wrong_quantile_without_dividing(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [0.025, 0.975])


def wrong_own_draws(right, labelled, draws):
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(right), np.shape(draws))
    return np.percentile(right[draws].sum(axis=1) / np.maximum(labelled[draws].sum(axis=1), 1), [2.5, 97.5])


def wrong_without_replacement(right, labelled, draws):
    s = [right[np.unique(row)].sum() / labelled[np.unique(row)].sum() for row in draws]
    return np.percentile(s, [2.5, 97.5])


def wrong_mean_and_width(right, labelled, draws):
    low, high = np.percentile(_pooled(right, labelled, draws), [2.5, 97.5])
    return (low + high) / 2, (high - low) / 2


def wrong_floor_division(right, labelled, draws):
    return np.percentile(right[draws].sum(axis=1) // labelled[draws].sum(axis=1), [2.5, 97.5])


def wrong_percent(right, labelled, draws):
    return 100 * np.percentile(_pooled(right, labelled, draws), [2.5, 97.5])


def wrong_people_without_labels_dropped_from_numbering(right, labelled, draws):
    kept = labelled > 0
    right, labelled = right[kept], labelled[kept]
    draws = draws % len(right)
    return np.percentile(_pooled(right, labelled, draws), [2.5, 97.5])


def wrong_one_off_in_row_numbers(right, labelled, draws):
    return np.percentile(right[draws - 1].sum(axis=1) / np.maximum(labelled[draws - 1].sum(axis=1), 1), [2.5, 97.5])


def wrong_pooled_over_all_draws(right, labelled, draws):
    score = right[draws].sum() / labelled[draws].sum()
    spread = (right[draws].sum(1) / labelled[draws].sum(1)).std()
    return score - 1.96 * spread, score + 1.96 * spread


def wrong_min_and_max(right, labelled, draws):
    s = _pooled(right, labelled, draws)
    return s.min(), s.max()


def wrong_rounded_to_three_digits(right, labelled, draws):
    return np.round(np.percentile(_pooled(right, labelled, draws), [2.5, 97.5]), 3)


def wrong_percentiles_not_of_last(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws)[:-1] if len(draws) > 1 else [0.0], [2.5, 97.5])


def wrong_distinct_scores_only(right, labelled, draws):
    return np.percentile(np.unique(_pooled(right, labelled, draws)), [2.5, 97.5])


def wrong_trimmed_by_whole_draws(right, labelled, draws):
    s = np.sort(_pooled(right, labelled, draws))
    cut = int(0.025 * len(s))
    return s[cut], s[len(s) - 1 - cut]


def wrong_median_unbiased(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [2.5, 97.5], method="median_unbiased")


def wrong_draws_where_all_are_right_left_out(right, labelled, draws):
    s = _pooled(right, labelled, draws)
    s = s[s < 1] if (s < 1).any() else s
    return np.percentile(s, [2.5, 97.5])


def wrong_draws_without_a_hit_left_out(right, labelled, draws):
    s = _pooled(right, labelled, draws)
    s = s[s > 0] if (s > 0).any() else s
    return np.percentile(s, [2.5, 97.5])


def wrong_two_and_ninety_eight(right, labelled, draws):
    return np.percentile(_pooled(right, labelled, draws), [2, 98])


def wrong_mirrored_about_the_score(right, labelled, draws):
    score = right.sum() / max(labelled.sum(), 1)
    low, high = np.percentile(_pooled(right, labelled, draws), [2.5, 97.5])
    return 2 * score - high, 2 * score - low
