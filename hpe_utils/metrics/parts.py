"""Scores of part maps and of people as masks, in NumPy. A printed score names its pooling, its classes, its people."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hpe_utils.metrics import box_iou
from hpe_utils.parts import UNLABELLED


class PartScores(NamedTuple):
    """Scores of N part maps, as fractions; NaN where there is nothing to score.

    `iou` (n + 1,): intersection over union of each class, the background first, over the pixels of all pictures
    together; NaN for the `absent` classes, which have no pixel in truth or prediction. `pooled` and `pooled_parts`: its
    mean with and without the background. `image` and `image_parts`: the mean over pictures of the mean over the
    classes in that picture's truth; a picture without any is left out. `person`: IoU of all parts taken as one.
    `accuracy`: the share of right pixels.
    """

    iou: np.ndarray
    absent: int
    pooled: float
    pooled_parts: float
    image: float
    image_parts: float
    person: float
    accuracy: float


class Overlaps(NamedTuple):
    """The P people predicted in one picture and its Q true ones, in C channels, counted in pixels.

    `scores` (P,) of the predictions, `both` (P, Q, C) pixels that they share, `predicted` (P, C), `truth` (Q, C).
    """

    scores: np.ndarray
    both: np.ndarray
    predicted: np.ndarray
    truth: np.ndarray


class PersonScores(NamedTuple):
    """Right people as a fraction of the predicted and of the true ones; NaN where there are none."""

    precision: float
    recall: float


def confusion(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """(n + 1, n + 1) counts of pixels, rows by truth, columns by prediction, for `classes` = n parts and background.

    Label maps of one shape, such as (N, H, W); UNLABELLED pixels of the truth are left out. Raises ValueError where
    the maps do not fit together or hold other labels. Taught in notebook 08a.
    """
    check_labels(truth, predicted, classes)
    known = truth != UNLABELLED
    cell = truth[known].astype(int) * (classes + 1) + predicted[known]
    return np.bincount(cell, minlength=(classes + 1) ** 2).reshape(classes + 1, classes + 1)


def confusions(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """The confusion of each picture, (N, n + 1, n + 1); their sum over the pictures is the confusion of all."""
    check_labels(truth, predicted, classes)
    counts = [confusion(one, other, classes) for one, other in zip(truth, predicted, strict=True)]
    return np.reshape(counts, (-1, classes + 1, classes + 1)).astype(int)


def check_labels(truth: np.ndarray, predicted: np.ndarray, classes: int) -> None:
    """Raise ValueError unless the maps have one shape, and labels 0 … n, the truth UNLABELLED too."""
    if truth.shape != predicted.shape:
        raise ValueError(f"true maps are {truth.shape} and predicted ones {predicted.shape}: resize the predictions")
    for name, maps in (("truth", truth[truth != UNLABELLED]), ("prediction", predicted)):
        if maps.size and not 0 <= maps.min() <= maps.max() <= classes:
            raise ValueError(
                f"the {name} has labels {maps.min()} to {maps.max()}, but with {classes} parts 0 to {classes}"
            )


def class_iou(counts: np.ndarray) -> np.ndarray:
    """Intersection over union of each class of (..., n + 1, n + 1) counts; NaN where the union is empty."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    union = counts.sum(axis=-1) + counts.sum(axis=-2) - right
    return np.where(union > 0, right / np.maximum(union, 1), np.nan)


def mean_iou(counts: np.ndarray) -> float:
    """The mean IoU over the classes that occur, pooled over (N, n + 1, n + 1) counts by picture (Long et al. 2015).

    NaN where no class occurs. Practised in notebook 08a.
    """
    return _mean(class_iou(counts.sum(axis=0)))


def part_scores(counts: np.ndarray) -> PartScores:
    """All scores of part maps from their `confusions`, (N, n + 1, n + 1)."""
    pooled = counts.sum(axis=0)
    iou, by_picture = class_iou(pooled), class_iou(counts)
    by_picture[counts.sum(axis=-1) == 0] = np.nan
    person = pooled[1:, 1:].sum()
    return PartScores(
        iou=iou,
        absent=int(np.isnan(iou).sum()),
        pooled=_mean(iou),
        pooled_parts=_mean(iou[1:]),
        image=_mean([_mean(one) for one in by_picture]),
        image_parts=_mean([_mean(one[1:]) for one in by_picture]),
        person=_ratio(person, pooled.sum() - pooled[0, 0]),
        accuracy=_ratio(np.trace(pooled), pooled.sum()),
    )


def person_masks(instances: np.ndarray, parts: np.ndarray, people: int, classes: int) -> np.ndarray:
    """(people, H, W, classes) bool: the parts of persons 1, 2 … of an instance map (H, W) and a part map (H, W)."""
    owner = np.arange(1, people + 1)[:, None, None, None]
    return (instances[..., None] == owner) & (parts[..., None] == np.arange(1, classes + 1))


def overlaps(predicted: np.ndarray, scores: np.ndarray, truth: np.ndarray, labelled: np.ndarray | None = None):
    """The `Overlaps` of one picture's predicted (P, H, W, C) and true (Q, H, W, C) masks of people, in C channels.

    Channels may overlap. Pixels that are not `labelled` (H, W) count for nobody. Raises ValueError where shapes differ.
    """
    if predicted.shape[1:] != truth.shape[1:] or len(scores) != len(predicted):
        raise ValueError(f"{predicted.shape} masks with {len(scores)} scores do not fit true masks of {truth.shape}")
    if labelled is not None:
        predicted, truth = predicted & labelled[..., None], truth & labelled[..., None]
    both = np.einsum("phwc,qhwc->pqc", predicted.astype(np.float32), truth.astype(np.float32), optimize=True)
    return Overlaps(np.asarray(scores), both, predicted.sum(axis=(1, 2)), truth.sum(axis=(1, 2)))


def part_precision(pictures: Sequence[Overlaps], threshold: float = 0.5) -> np.ndarray:
    """AP^r of every part (C,): all-point average precision of the part masks of predicted people; NaN without truth.

    A part mask is right when its IoU with the best of the picture's true masks of that part is at least `threshold`,
    and no prediction with a higher score has claimed that one (Hariharan et al. 2014; for parts of people Li, Arnab &
    Torr 2017). It has the score of its person; empty masks neither count nor are looked for. The AP^p of Li et al. 2017
    is another score: it counts people by the mean IoU of their parts. The mean over parts is the caller's.
    """
    channels = pictures[0].truth.shape[-1] if len(pictures) else 0
    return np.array([_average_precision(pictures, channel, threshold) for channel in range(channels)])


def box_precision(pictures: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], threshold: float = 0.5) -> float:
    """All-point average precision of people's boxes: AP50 at `threshold` .5 (Everingham et al. 2010).

    Each picture is the predicted boxes (P, 4), their scores (P,) and the true boxes (Q, 4). A box is right when its IoU
    with the best true one is at least `threshold` and no higher score has claimed that. NaN where nobody is.
    """
    scores, right, objects = [], [], 0
    for boxes, score, truth in pictures:
        iou = box_iou(boxes[:, None], truth[None])
        scores.append(score)
        right.append(_claims(score, iou, iou >= threshold))
        objects += len(truth)
    return _area_under_precision(scores, right, objects)


def person_precision(pictures: Sequence[Overlaps], threshold: float = 0.5) -> PersonScores:
    """Iftimie's precision over predicted people, and the recall beside it.

    A prediction is right when its IoU with a true person exceeds `threshold`, its channels taken together:
    intersections and unions are summed over the channels. The source does not say what a second prediction of the same
    person is; here it is wrong, the one with the higher score being first.
    """
    right = predicted = true = 0
    for one in pictures:
        union = one.predicted.sum(axis=-1)[:, None] + one.truth.sum(axis=-1) - one.both.sum(axis=-1)
        iou = one.both.sum(axis=-1) / np.maximum(union, 1)
        right += _claims(one.scores, iou, iou > threshold).sum()
        predicted += len(one.scores)
        true += (one.truth.sum(axis=-1) > 0).sum()
    return PersonScores(_ratio(right, predicted), _ratio(right, true))


def _average_precision(pictures: Sequence[Overlaps], channel: int, threshold: float) -> float:
    scores, right, objects = [], [], 0
    for one in pictures:
        there = one.predicted[:, channel] > 0
        both = one.both[there, :, channel]
        union = one.predicted[there, channel][:, None] + one.truth[:, channel] - both
        iou = both / np.maximum(union, 1)
        scores.append(one.scores[there])
        right.append(_claims(one.scores[there], iou, iou >= threshold))
        objects += (one.truth[:, channel] > 0).sum()
    return _area_under_precision(scores, right, objects)


def _area_under_precision(scores: list[np.ndarray], right: list[np.ndarray], objects: int) -> float:
    if not objects:
        return np.nan
    right = np.concatenate(right)[np.argsort(-np.concatenate(scores), kind="stable")]
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    highest_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    return float(highest_from_here[right].sum() / objects)


def _claims(scores: np.ndarray, iou: np.ndarray, enough: np.ndarray) -> np.ndarray:
    """(P,) bool: predictions whose best true one is good `enough` (P, Q) and was not claimed at a higher score."""
    right, claimed = np.zeros(len(scores), bool), set()
    for row in np.argsort(-scores, kind="stable") if iou.shape[1] else ():
        best = int(iou[row].argmax())
        if enough[row, best] and best not in claimed:
            claimed.add(best)
            right[row] = True
    return right


def _ratio(count, total) -> float:
    return float(count / total) if total else np.nan


def _mean(values) -> float:
    """The mean of what is not NaN; NaN where nothing is left."""
    values = np.asarray(values, float)
    return float(values[~np.isnan(values)].mean()) if (~np.isnan(values)).any() else np.nan
