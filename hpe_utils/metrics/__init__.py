"""Scores, in NumPy: of joints and boxes (`poses`, importable from here), COCO's (`coco`), of body parts (`parts`)."""

from hpe_utils.metrics.poses import (
    PELVIS_AND_THORAX,
    PCKh,
    bootstrap_interval,
    box_iou,
    centre_error,
    head_bone,
    head_sizes,
    mpii_head_size,
    paired_interval,
    pckh,
)

__all__ = [
    "PELVIS_AND_THORAX",
    "PCKh",
    "bootstrap_interval",
    "box_iou",
    "centre_error",
    "head_bone",
    "head_sizes",
    "mpii_head_size",
    "paired_interval",
    "pckh",
]
