"""How sure a score is: intervals over people or pairs, who is best, and many questions at once. NumPy, one quantile."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import stdtrit


def bootstrap_interval(statistic: Callable, people: int, draws=1000, level=0.95, seed=0) -> tuple[float, float]:
    """The interval that holds `level` of a score's values when the people are drawn anew (Efron 1979).

    `statistic` takes (people,) row numbers, drawn with replacement, and returns a number. Taught in notebook 02.
    """
    rng = np.random.default_rng(seed)
    values = [statistic(rng.integers(people, size=people)) for _ in range(draws)]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_interval(first, second, level: float = 0.95) -> tuple[float, float, float]:
    """The mean difference first − second of (n,) scores in pairs, and the ends of its interval (Student 1908).

    A pair is equal in all but what is compared: one seed, or one picture. Takes n ≥ 2 pairs, independent of each other,
    and SciPy's quantile for n − 1 degrees of freedom. Practised in notebook 06.
    """
    differences = np.asarray(first, float) - np.asarray(second, float)
    pairs = len(differences)
    mean = float(differences.mean())
    half = float(stdtrit(pairs - 1, (1 + level) / 2) * differences.std(ddof=1) / np.sqrt(pairs))
    return mean, mean - half, mean + half


def best_probability(statistics: Sequence[Callable], people: int, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """(M,) probabilities that each of M networks scores best when the same people are drawn anew for all of them.

    Each of the `statistics` takes (people,) row numbers and returns a network's score; who ties for the best shares the
    draw. They add up to 1. Practised in notebook 12.
    """
    rng = np.random.default_rng(seed)
    won = np.zeros(len(statistics))
    for _ in range(draws):
        rows = rng.integers(people, size=people)
        scores = np.array([statistic(rows) for statistic in statistics])
        best = scores == scores.max()
        won += best / best.sum()
    return won / draws


def permutation_p(right, labelled, inside, draws: int = 2000, seed: int = 0) -> float:
    """The share of random groups of the same size whose pooled score differs as much from the others' (Fisher 1935).

    `right` and `labelled` (N,) are people's counts of joints, `inside` (N,) bool says who is in the group. The group
    itself counts as one of the draws, so that the least value is 1 / (draws + 1). Taught in notebook 12.
    """
    rng = np.random.default_rng(seed)
    groups = np.concatenate([[inside], rng.permuted(np.tile(inside, (draws, 1)), axis=1)]).astype(float)
    found, asked = groups @ right, groups @ labelled
    rest = (np.sum(right) - found) / np.maximum(np.sum(labelled) - asked, 1)
    difference = np.abs(found / np.maximum(asked, 1) - rest)
    return float((difference >= difference[0] - 1e-12).mean())


def holm(p_values) -> np.ndarray:
    """(n,) p-values corrected for n questions asked at once (Holm 1979), in their own order.

    The smallest is multiplied by n, the next by n − 1 and so on; none is smaller than the one before it, nor above 1.
    Those at most .05 may be called findings with at most .05 probability of a false one among them. Practised in
    notebook 12.
    """
    p_values = np.asarray(p_values, float)
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(len(p_values), 0, -1)
    corrected = np.empty_like(p_values)
    corrected[order] = np.minimum(np.maximum.accumulate(steps * p_values[order]), 1)
    return corrected
