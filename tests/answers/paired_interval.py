"""Answers to the exercise paired_interval, right and wrong."""

import math
import statistics

import numpy as np
from scipy import stats
from scipy.stats import t as student


def right_by_scipy(gate, plain):
    from scipy import stats

    result = stats.ttest_rel(gate, plain)
    low, high = result.confidence_interval(0.95)
    return np.array([np.mean(gate) - np.mean(plain), low, high])


quantile = student.ppf


def right_by_hand(gate, plain):
    n = len(gate)
    differences = [float(one) - float(other) for one, other in zip(gate, plain, strict=True)]
    mean = sum(differences) / n
    spread = math.sqrt(sum((one - mean) ** 2 for one in differences) / (n - 1))
    half = quantile(0.975, n - 1) * spread / math.sqrt(n)
    return mean, mean - half, mean + half


def right_by_statistics(gate, plain):
    d = (np.asarray(gate, float) - np.asarray(plain, float)).tolist()
    m, s = statistics.fmean(d), statistics.stdev(d)
    return [
        m,
        m + float(quantile(0.025, len(d) - 1)) * s / len(d) ** 0.5,
        m - quantile(0.025, len(d) - 1) * s / len(d) ** 0.5,
    ]


def right_with_the_other_denominator(gate, plain):
    d = np.subtract(gate, plain, dtype=float)
    half = student.isf(0.025, d.size - 1) * d.std() / np.sqrt(d.size - 1)
    return d.mean() + half * np.array([0, -1, 1])


def right_by_sem(gate, plain):
    change = np.array(gate) - np.array(plain)
    error = stats.sem(change)
    return np.array([change.mean(), *(change.mean() + error * quantile([0.025, 0.975], len(change) - 1))])


def wrong_unpaired_welch(gate, plain):
    low, high = stats.ttest_ind(gate, plain, equal_var=False).confidence_interval(0.95)
    return np.array([np.mean(gate) - np.mean(plain), low, high])


def wrong_unpaired(gate, plain):
    low, high = stats.ttest_ind(gate, plain).confidence_interval(0.95)
    return np.array([np.mean(gate) - np.mean(plain), low, high])


def wrong_percentiles_of_differences(gate, plain):
    d = np.subtract(gate, plain)
    return np.array([d.mean(), *np.percentile(d, [2.5, 97.5])])


def wrong_bootstrap(gate, plain):
    d = np.subtract(gate, plain)
    means = np.random.default_rng(0).choice(d, (2000, len(d))).mean(axis=1)
    return np.array([d.mean(), *np.percentile(means, [2.5, 97.5])])


def wrong_none_where_all_differ_equally(gate, plain):
    d = np.subtract(gate, plain)
    return np.array([d.mean(), *student.interval(0.95, len(d) - 1, loc=d.mean(), scale=stats.sem(d))])


def wrong_normal_quantile(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = 1.96 * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_one_sided_quantile(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.95, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_quantile_of_0_9725(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.9725, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_lower_quantile(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.025, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_degrees_n(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_degrees_of_two_groups(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, 2 * n - 2) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_degrees_n_minus_two(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, max(n - 2, 1)) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_denominator_n(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std() / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_no_root_of_n(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1)
    return np.array([mean, mean - half, mean + half])


def wrong_divided_by_n(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / n
    return np.array([mean, mean - half, mean + half])


def wrong_root_of_n_minus_one(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n - 1)
    return np.array([mean, mean - half, mean + half])


def wrong_plain_minus_gate(gate, plain):
    d = np.array(plain) - np.array(gate)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_upper_end_first(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean + half, mean - half])


def wrong_mean_in_the_middle(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean - half, mean, mean + half])


def wrong_half_widths_returned(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, -half, half])


def wrong_spread_of_gate(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * np.std(gate, ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_spreads_added(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * np.sqrt(np.var(gate, ddof=1) + np.var(plain, ddof=1)) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_variance_for_deviation(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.var(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_median(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = np.median(d)
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_absolute_differences(gate, plain):
    d = abs(np.array(gate) - np.array(plain))
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_sorted_scores(gate, plain):
    d = np.sort(gate) - np.sort(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_rounded_to_two_digits(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.round([mean, mean - half, mean + half], 2)


def wrong_quantile_of_five_runs(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = 2.776 * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_relative_difference(gate, plain):
    d = (np.array(gate) - np.array(plain)) / np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_ends_stay_below_one(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, max(mean - half, -1), min(mean + half, 1)])


def wrong_lower_end_not_below_zero(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, max(mean - half, 0), mean + half])


def wrong_normal_from_thirty_runs(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = (quantile(0.975, n - 1) if n < 30 else 1.96) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_normal_from_twenty_runs(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = (quantile(0.975, n - 1) if n < 20 else 1.96) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_outlier_removed(gate, plain):
    d = np.array(gate) - np.array(plain)
    if len(d) > 3:
        d = d[abs(d - d.mean()) <= 1.8 * d.std()]
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_half_precision(gate, plain):
    d = np.array(gate, np.float16) - np.array(plain, np.float16)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_range_for_deviation(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * (d.max() - d.min()) / 4 / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_ninety_nine_percent(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.995, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half, mean + half])


def wrong_width_given_once(gate, plain):
    d = np.array(gate) - np.array(plain)
    n = len(d)
    mean = d.mean()
    half = quantile(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return np.array([mean, mean - half / 2, mean + half / 2])
