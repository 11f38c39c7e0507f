"""Scores, in NumPy: of joints and boxes (`poses`), COCO's (`coco`), of body parts (`parts`); how sure they are.

What `poses` and `intervals` hold is importable from here.
"""

from hpe_utils.metrics.intervals import best_probability, bootstrap_interval, holm, paired_interval, permutation_p
from hpe_utils.metrics.poses import (
    PELVIS_AND_THORAX,
    PCKh,
    box_iou,
    centre_error,
    head_bone,
    head_sizes,
    mpii_head_size,
    pckh,
)

__all__ = [
    "PELVIS_AND_THORAX",
    "PCKh",
    "best_probability",
    "bootstrap_interval",
    "box_iou",
    "centre_error",
    "head_bone",
    "head_sizes",
    "holm",
    "mpii_head_size",
    "paired_interval",
    "pckh",
    "permutation_p",
]
