"""Answers to the exercise half_pixel, right and wrong."""

import numpy as np


def right_by_weights(cells, x, y, stride):
    across = np.maximum(
        0, 1 - abs(np.arange(cells.shape[1]) - np.clip((x + 0.5) / stride - 0.5, 0, cells.shape[1] - 1))
    )
    down = np.maximum(0, 1 - abs(np.arange(cells.shape[0]) - np.clip((y + 0.5) / stride - 0.5, 0, cells.shape[0] - 1)))
    return down @ cells @ across
