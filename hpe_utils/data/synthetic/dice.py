"""Randomness drawn ahead: one row of uniform numbers per picture or person, turned into distributions column by column.

A row comes from the generator of its picture alone, so that a whole chunk can be sampled with array operations and
still no picture depends on its neighbours.
"""

from itertools import cycle

import numpy as np
from scipy.special import ndtri


class Dice:
    """Hands out the columns of a (rows, columns) table of uniform numbers, each as an array over the rows."""

    def __init__(self, table: np.ndarray):
        self._table = table
        self._used = 0

    def __len__(self) -> int:
        return len(self._table)

    def uniform(self, low=0.0, high=1.0) -> np.ndarray:
        """(rows,) between low and high, which may be arrays over the rows."""
        column = self._table[:, self._used]
        self._used += 1
        return low + (high - low) * column

    def normal(self, mean=0.0, sigma=1.0) -> np.ndarray:
        """(rows,) normal numbers, cut at 2.5 sigma."""
        return mean + sigma * np.clip(ndtri(self.uniform(1e-9, 1 - 1e-9)), -2.5, 2.5)

    def chance(self, probability) -> np.ndarray:
        """(rows,) bool, true with the given probability."""
        return self.uniform() < probability

    def choice(self, shares) -> np.ndarray:
        """(rows,) int: indices drawn with the given shares, (n,) or one set of shares per row (rows, n)."""
        cumulative = np.cumsum(np.asarray(shares, float), axis=-1)
        return (self.uniform()[:, None] * cumulative[..., -1:] >= cumulative[..., :-1]).sum(-1)

    def integers(self, count: int) -> np.ndarray:
        """(rows,) int in 0 … count − 1."""
        return (self.uniform() * count).astype(int)


class RowDice:
    """The same for one row, as plain numbers, where pictures differ in how many they need; starts anew when used up."""

    def __init__(self, row: np.ndarray):
        self._numbers = cycle(row.tolist())

    def uniform(self, low=0.0, high=1.0) -> float:
        return low + (high - low) * next(self._numbers)

    def chance(self, probability: float) -> bool:
        return next(self._numbers) < probability

    def integer(self, count: int) -> int:
        return int(next(self._numbers) * count)

    def pick(self, things):
        return things[int(next(self._numbers) * len(things))]
