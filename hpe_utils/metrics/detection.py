"""Scores of detectors that find people with boxes and part masks, in NumPy."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from hpe_utils.data.schema import Samples
from hpe_utils.geometry import mask_box
from hpe_utils.metrics.parts import (
    Overlaps,
    box_precision,
    confusion,
    overlaps,
    part_precision,
    part_scores,
    person_precision,
)
from hpe_utils.metrics.poses import box_iou


class DetectionScores(NamedTuple):
    """What a detector with part masks reached, as fractions; NaN where there is nothing to score.

    `box_AP50`: average precision of the boxes. `parts_mIoU`, `body_IoU`: of the people who were surely found, pixels
    pooled, without the background. `body_AP`, `parts_AP`: AP^r of the body's masks and the mean over its parts'.
    `person_precision`, `person_recall`: Iftimie's, over the people surely predicted and over the true ones.
    """

    box_AP50: float
    parts_mIoU: float
    body_IoU: float
    body_AP: float
    parts_AP: float
    person_precision: float
    person_recall: float


def detection_scores(everybody: Iterable, people: Samples, sure: float = 0.5) -> DetectionScores:
    """The scores of what was found in each picture: boxes, scores, masks and parts as in `codecs.detection.Detected`.

    `people` have instance and part maps; a prediction is sure from a score of `sure` on. Used in notebook 10.
    """
    boxes, masks, counts, classes = [], [], [], len(people.vocabulary)
    for row, found in enumerate(everybody):
        true, maps = true_people(people.instances[row], people.parts[row])
        pairs = match_boxes(found.boxes[found.scores >= sure], true)
        own = [confusion(maps[whom], found.parts[which], classes) for whom, which in pairs.items()]
        counts.append(np.sum(own, axis=0, dtype=int) if own else np.zeros((classes + 1, classes + 1), int))
        solid = np.stack([maps > 0, *(maps == label for label in range(1, classes + 1))], axis=-1)
        boxes.append((found.boxes, found.scores, true))
        masks.append(overlaps(found.masks, found.scores, solid))
    parts, precise = part_scores(np.array(counts)), part_precision(masks)
    right = person_precision([certain(one, sure) for one in masks])
    of_masks = float(precise[0]), float(np.nanmean(precise[1:]))
    return DetectionScores(box_precision(boxes), parts.pooled_parts, parts.person, *of_masks, *right)


def true_people(instances: np.ndarray, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (n, 4) and part maps (n, H, W), each of one person alone, of the people in an (H, W) instance map."""
    numbers = [number for number in np.unique(instances) if number]
    boxes = np.array([mask_box(instances == number) for number in numbers], np.float32).reshape(-1, 4)
    maps = [np.where(instances == number, parts, 0) for number in numbers]
    return boxes, np.array(maps, np.uint8).reshape(-1, *instances.shape)


def match_boxes(found: np.ndarray, truth: np.ndarray, least: float = 0.5) -> dict[int, int]:
    """{row of the true box: row of the found one}, IoU at least `least`; of the found (n, 4) the first choose first."""
    whom, iou = {}, box_iou(found[:, None], truth[None])
    for row in range(len(found) if len(truth) else 0):
        if iou[row].max() >= least:
            whom.setdefault(int(iou[row].argmax()), row)
    return whom


def certain(one: Overlaps, sure: float = 0.5) -> Overlaps:
    """The same without the predictions that nobody would call a person."""
    rows = one.scores >= sure
    return one._replace(scores=one.scores[rows], both=one.both[rows], predicted=one.predicted[rows])
