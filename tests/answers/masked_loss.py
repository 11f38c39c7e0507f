"""Answers to the exercise masked_loss, right and wrong."""

import numpy as np


def right_joint_by_joint(truth, predicted):
    errors = [
        abs(float(truth[b, k, axis]) - float(predicted[b, k, axis]))
        for b, k in np.ndindex(truth.shape[:2])
        if truth[b, k, 2] > 0
        for axis in (0, 1)
    ]
    return np.mean(errors) if errors else 0
