"""Notebook 01: three scores of a box."""

import numpy as np


def inputs(rng):
    people = rng.integers(1, 6)
    corner, size = rng.uniform(0, 60, (people, 2)), rng.uniform(4, 30, (people, 2))
    truth = np.concatenate([corner, corner + size], axis=1)
    predicted = truth + rng.normal(0, 3, truth.shape) * rng.choice([0.0, 1.0], (people, 1), p=[0.1, 0.9])
    for row in range(people):
        case = rng.random()
        if case < 0.15:  # elsewhere, in both directions
            predicted[row] += 70
        elif case < 0.25:  # beside it
            predicted[row, ::2] += 50
        elif case < 0.35:  # turned inside out, in both directions
            predicted[row] = predicted[row, [2, 3, 0, 1]]
        elif case < 0.42:  # or in one
            predicted[row] = predicted[row, [2, 1, 0, 3]]
        elif case < 0.5:  # flat
            predicted[row, 2] = predicted[row, 0]
    if rng.random() < 0.3:
        truth[rng.integers(people)] = np.nan
    kind = rng.choice([np.float64, np.float32])
    return truth.astype(kind), (np.round(predicted).astype(np.int64) if rng.random() < 0.15 else predicted.astype(kind))


def _areas(boxes):
    return np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), axis=1)


def _shared(truth, predicted):
    low, high = np.maximum(truth[:, :2], predicted[:, :2]), np.minimum(truth[:, 2:], predicted[:, 2:])
    return np.prod(np.clip(high - low, 0, None), axis=1)


def _iou(truth, predicted):
    shared = _shared(truth, predicted)
    return shared / (_areas(truth) + _areas(predicted) - shared)


def _middles(truth, predicted):
    return (truth[:, :2] + truth[:, 2:] - predicted[:, :2] - predicted[:, 2:]) / 2


def _head(boxes):
    return 0.6 * np.hypot(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])


def _scores(truth, predicted, error=None, iou=None, centre=None):
    truth, predicted = np.asarray(truth, float), np.asarray(predicted, float)
    error = np.abs(predicted - truth).mean(axis=1) if error is None else error
    iou = _iou(truth, predicted) if iou is None else iou
    centre = np.linalg.norm(_middles(truth, predicted), axis=1) / _head(truth) if centre is None else centre
    return np.stack([error, iou, centre], axis=1)


def solution(truth, predicted):
    return _scores(truth, predicted)


def squares_the_errors(truth, predicted):
    """the first score is the mean of absolute errors, and yours are squared"""
    return _scores(truth, predicted, error=((predicted - truth) ** 2).mean(axis=1))


def takes_the_root_of_the_mean_square(truth, predicted):
    """the first score is the mean of absolute errors, and yours is the root of a mean square"""
    return _scores(truth, predicted, error=np.sqrt(((predicted - truth) ** 2).mean(axis=1)))


def adds_the_errors_up(truth, predicted):
    """the first score is a mean over the four edges, and yours is their sum"""
    return _scores(truth, predicted, error=np.abs(predicted - truth).sum(axis=1))


def lets_errors_cancel(truth, predicted):
    """errors to the left and to the right cancel: take absolute values before the mean"""
    return _scores(truth, predicted, error=np.abs((predicted - truth).mean(axis=1)))


def multiplies_two_negative_sides(truth, predicted):
    """boxes that do not touch share two negative sides, whose product is positive: a side is at least 0"""
    sides = np.minimum(truth[:, 2:], predicted[:, 2:]) - np.maximum(truth[:, :2], predicted[:, :2])
    shared = np.prod(sides, axis=1)
    return _scores(truth, predicted, iou=shared / (_areas(truth) + _areas(predicted) - shared))


def turns_inside_out_boxes_round(truth, predicted):
    """a box that is inside out has no area: do not sort its edges"""
    low, high = np.minimum(predicted[:, :2], predicted[:, 2:]), np.maximum(predicted[:, :2], predicted[:, 2:])
    return _scores(truth, predicted, iou=_iou(truth, np.concatenate([low, high], axis=1)))


def counts_the_shared_area_twice(truth, predicted):
    """the sum of both areas counts what they share twice: take it off once"""
    return _scores(truth, predicted, iou=_shared(truth, predicted) / (_areas(truth) + _areas(predicted)))


def takes_dice(truth, predicted):
    """that is Dice, 2·shared / (sum of both areas): divide by the union"""
    return _scores(truth, predicted, iou=2 * _shared(truth, predicted) / (_areas(truth) + _areas(predicted)))


def divides_by_the_true_area(truth, predicted):
    """you divide by the true area alone: a box as large as the picture would be perfect"""
    return _scores(truth, predicted, iou=_shared(truth, predicted) / _areas(truth))


def adds_a_pixel_to_every_side(truth, predicted):
    """edges are places and no pixels: a side is x1 - x0 long, without + 1"""
    grown = [np.concatenate([box[:, :2], box[:, 2:] + 1], axis=1) for box in (truth, predicted)]
    return _scores(truth, predicted, iou=_iou(*grown))


def leaves_the_centre_in_pixels(truth, predicted):
    """the third score is in pixels: divide by the head's size"""
    return _scores(truth, predicted, centre=np.linalg.norm(_middles(truth, predicted), axis=1))


def takes_the_whole_diagonal(truth, predicted):
    """the head's size is 0.6 of the diagonal"""
    return _scores(truth, predicted, centre=0.6 * solution(truth, predicted)[:, 2])


def measures_by_the_predicted_box(truth, predicted):
    """the head's size is the true box's: a large answer must not make its own error small"""
    distance = np.linalg.norm(_middles(truth, predicted), axis=1)
    return _scores(truth, predicted, centre=distance / _head(predicted))


def measures_by_the_height(truth, predicted):
    """the head's size is 0.6 of the diagonal, and yours is the height"""
    return _scores(
        truth, predicted, centre=np.linalg.norm(_middles(truth, predicted), axis=1) / (truth[:, 3] - truth[:, 1])
    )


def adds_the_two_axes(truth, predicted):
    """the distance of the centres is the root of dx² + dy², and yours is |dx| + |dy|"""
    return _scores(truth, predicted, centre=np.abs(_middles(truth, predicted)).sum(axis=1) / _head(truth))


def measures_at_a_corner(truth, predicted):
    """you compare the upper left corners: the centre is the mean of two opposite corners"""
    return _scores(truth, predicted, centre=np.linalg.norm(truth[:, :2] - predicted[:, :2], axis=1) / _head(truth))


def counts_unknown_boxes_as_missed(truth, predicted):
    """where the true box is unknown nothing can be said: all three are NaN"""
    scores = solution(truth, predicted)
    scores[:, 1] = np.nan_to_num(scores[:, 1])
    return scores


def leaves_unknown_boxes_out(truth, predicted):
    """every person has a row, also one whose true box is unknown"""
    scores = solution(truth, predicted)
    return scores[np.isfinite(scores[:, 0])]


def takes_the_mean_over_people(truth, predicted):
    """return a row for every person: the mean over people comes later"""
    return solution(truth, predicted).mean(axis=0)


def has_the_scores_in_columns_of_people(truth, predicted):
    """a person is a row and a score is a column: yours are exchanged"""
    return solution(truth, predicted).T
