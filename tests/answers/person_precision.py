"""Answers to the exercise person_precision, right and wrong."""

import numpy as np


def right_by_pairs(predicted, truth):
    found = set()
    for one in predicted:
        ious = [(one & person).sum() / (one | person).sum() for person in truth]
        if max(ious) > 0.5:
            found.add(int(np.argmax(ious)))
    return len(found) / len(predicted)
