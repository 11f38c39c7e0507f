"""Answers to the exercise hourglass_level, right and wrong."""

import numpy as np


def right_by_loops(x, inner):
    small = np.array(
        [[x[r : r + 2, c : c + 2].max() for c in range(0, x.shape[1], 2)] for r in range(0, x.shape[0], 2)]
    )
    small = inner(small)
    return np.array([[x[r, c] + small[r // 2, c // 2] for c in range(x.shape[1])] for r in range(x.shape[0])])
