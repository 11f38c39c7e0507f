"""Scores of poses and boxes, in NumPy. A printed score names variant, joints and people."""

from typing import NamedTuple

import numpy as np

from hpe_utils.data.schema import Samples
from hpe_utils.skeleton import HEAD_BONE, Skeleton

PELVIS_AND_THORAX = ("pelvis", "thorax")  # MPII's official score leaves these two joints out


class PCKh(NamedTuple):
    """Fractions of right joints: (K,) per joint (NaN where none is labelled), pooled, mean over joints; (K,) counts."""

    per_joint: np.ndarray
    pooled: float
    macro: float
    counts: np.ndarray


def pckh(predicted: np.ndarray, truth: np.ndarray, head_size: np.ndarray, threshold: float = 0.5) -> PCKh:
    """Share of labelled joints that lie within `threshold` head sizes of the truth (Andriluka et al. 2014).

    `predicted` (N, K, 2+) and `truth` (N, K, 3) in pixels, `head_size` (N,) in pixels. A joint counts where v > 0,
    hidden or not; a person whose size is NaN or ≤ 0 is left out; the caller selects joints. Taught in notebook 02.
    """
    error = np.linalg.norm(predicted[..., :2] - truth[..., :2], axis=-1)
    counted = (truth[..., 2] > 0) & (head_size > 0)[:, None]
    right = counted & (error <= threshold * head_size[:, None])
    counts = counted.sum(axis=0)
    per_joint = np.where(counts > 0, right.sum(axis=0) / np.maximum(counts, 1), np.nan)
    macro = per_joint[counts > 0].mean() if counts.any() else np.nan
    pooled = right.sum() / counts.sum() if counts.any() else np.nan
    return PCKh(per_joint, pooled, macro, counts)


def mpii_head_size(head_boxes: np.ndarray) -> np.ndarray:
    """MPII's official head size: 0.6 × the diagonal of (..., 4) head boxes, in pixels. Taught in notebook 02."""
    return 0.6 * np.hypot(head_boxes[..., 2] - head_boxes[..., 0], head_boxes[..., 3] - head_boxes[..., 1])


def head_bone(keypoints: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """The head bone, from head top to upper neck, of (..., K, 3) keypoints, in pixels; NaN unless both are labelled.

    The head size of Calvo & Cañadillas; on MPII's own head boxes it is 4/3 of the official size. Of a skeleton that
    declares another `head`, the distance of those two joints.
    """
    top, neck = (keypoints[..., skeleton.index(joint), :] for joint in skeleton.head)
    length = np.linalg.norm(top[..., :2] - neck[..., :2], axis=-1)
    return np.where((top[..., 2] > 0) & (neck[..., 2] > 0), length, np.nan)


def head_sizes(people: Samples) -> dict[str, np.ndarray]:
    """The head sizes (N,) that the labels of a data set's first people allow, by name of the PCKh variant.

    "official" needs head boxes, or a stored size as in MPII's own files; "head bone" both ends of the bone, or it is
    the distance of the two joints that a skeleton declares as `head`, and called by these. Where nobody has it, "box"
    is a fifth of the box's longer side, so that half of it is the tenth that Yang & Ramanan (2013) allow in their PCK;
    where somebody lacks a box "extent" is a fifth of the labelled joints' extent.
    """
    keypoints, boxes, head = people.keypoints[:, 0], people.boxes[:, 0], people.skeleton.head
    official = people.attributes["head_size"][:, 0] if "head_size" in people.attributes else None
    sizes = {"official": mpii_head_size(people.head_boxes[:, 0]) if official is None else np.asarray(official)}
    bone = np.full(len(people), np.nan) if head is None else head_bone(keypoints, people.skeleton)
    if (bone > 0).any():
        sizes["head bone" if head == HEAD_BONE else " to ".join(head)] = bone
    elif np.isfinite(boxes[(keypoints[..., 2] > 0).any(axis=-1)]).all():
        sizes["box"] = 0.2 * (boxes[:, 2:] - boxes[:, :2]).max(axis=-1)
    else:
        sizes["extent"] = 0.2 * extent(keypoints)
    return {name: size for name, size in sizes.items() if (size > 0).any()}


def extent(keypoints: np.ndarray) -> np.ndarray:
    """The longer side of the box around the labelled joints of (N, K, 3) keypoints, in pixels; NaN without joints."""
    places = np.where(keypoints[..., 2:] > 0, keypoints[..., :2], np.nan)
    some = (keypoints[..., 2] > 0).any(axis=-1)
    sides = np.full(len(keypoints), np.nan)
    sides[some] = (np.nanmax(places[some], axis=1) - np.nanmin(places[some], axis=1)).max(axis=-1)
    return sides


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of (..., 4) boxes x0, y0, x1, y1, pair by pair; 0 where they do not overlap."""
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    intersection = np.prod(np.clip(high - low, 0, None), axis=-1)
    areas = [np.prod(np.clip(box[..., 2:] - box[..., :2], 0, None), axis=-1) for box in (a, b)]
    union = areas[0] + areas[1] - intersection
    return np.where(union > 0, intersection / np.where(union > 0, union, 1), 0.0)


def centre_error(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance in pixels between the centres of (..., 4) boxes x0, y0, x1, y1, pair by pair. Taught in notebook 01."""
    middles = [(box[..., :2] + box[..., 2:]) / 2 for box in (a, b)]
    return np.linalg.norm(middles[0] - middles[1], axis=-1)
