"""Losses: of joints and maps (`keypoints`, importable from here), of `parts` and of `detection`."""

from hpe_utils.losses.keypoints import (
    KeypointLoss,
    balanced_fields,
    every_stage,
    focal_cross_entropy,
    foreground_mse,
    heatmap_mse,
    masked_mae,
    masked_mse,
    mse_with_zeros,
    ohkm,
    people_loss,
    shared_cross_entropy,
    spatial_cross_entropy,
    squared_error,
    where_known,
)

__all__ = [
    "KeypointLoss",
    "balanced_fields",
    "every_stage",
    "focal_cross_entropy",
    "foreground_mse",
    "heatmap_mse",
    "masked_mae",
    "masked_mse",
    "mse_with_zeros",
    "ohkm",
    "people_loss",
    "shared_cross_entropy",
    "spatial_cross_entropy",
    "squared_error",
    "where_known",
]
