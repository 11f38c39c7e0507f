"""One person's joints, or his head box: as numbers, or by way of heat maps (notebooks 01 to 04)."""

from dataclasses import replace

import numpy as np

from hpe_utils import inference, losses, metrics, viz
from hpe_utils.codecs.box import BoxCodec
from hpe_utils.codecs.heatmap import HeatmapCodec
from hpe_utils.codecs.regression import RegressionCodec
from hpe_utils.data.schema import Samples
from hpe_utils.tasks.task import Task, map_stride, picture_size, staged


def regression_codec(model, skeleton, vocabulary, **settings) -> RegressionCodec:
    """The codec of a model that answers with coordinates."""
    return RegressionCodec(picture_size(model), skeleton, **settings)


def box_codec(model, skeleton, vocabulary, **settings) -> BoxCodec:
    """The codec of a model that answers with four edges."""
    return BoxCodec(picture_size(model), **settings)


def heatmap_codec(model, skeleton, vocabulary, **settings) -> HeatmapCodec:
    """The codec of a model that answers with a map for each joint."""
    return HeatmapCodec(picture_size(model), map_stride(model), skeleton=skeleton, **settings)


def keypoint_loss(model, codec, name: str) -> losses.KeypointLoss:
    """A function of `hpe_utils.losses` by name."""
    return staged(model, codec, getattr(losses, name))


def pckh_rows(predicted: np.ndarray, people: Samples) -> list[dict]:
    """PCKh@.5 over all labelled joints, in every head size that this data set allows."""
    return [
        {"variant": variant, "PCKh": float(metrics.pckh(predicted[:, 0], people.keypoints[:, 0], head_size).pooled)}
        for variant, head_size in metrics.head_sizes(people).items()
    ]


def box_rows(predicted: np.ndarray, people: Samples) -> list[dict]:
    """Mean IoU, and the share of people whose head centre is found within half a head (official size)."""
    boxes, truth = predicted[:, 0, :, :2].reshape(-1, 4), people.head_boxes[:, 0]
    near = metrics.centre_error(boxes, truth) <= 0.5 * metrics.mpii_head_size(truth)
    return [{"IoU": float(metrics.box_iou(boxes, truth).mean()), "centre": float(near.mean())}]


def draw_pose(axes, samples: Samples, predicted: np.ndarray, row: int) -> None:
    """A picture with the pose that was found."""
    viz.show_picture(axes, samples.images[row])
    viz.draw_pose(axes, predicted[row, 0], samples.skeleton)


def draw_head_box(axes, samples: Samples, predicted: np.ndarray, row: int) -> None:
    """A picture with the true head box, and the one that was found, dashed."""
    viz.show_picture(axes, samples.images[row])
    viz.draw_box(axes, samples.head_boxes[row, 0])
    viz.draw_box(axes, predicted[row, 0, :, :2].ravel(), viz.PREDICTION, "--")


JOINTS = Task(
    "joints",
    needs=("joints",),
    outputs=lambda samples: {"outputs": 2 * len(samples.skeleton)},
    codec=regression_codec,
    loss=keypoint_loss,
    default_loss="masked_mse",
    predict=inference.predict_keypoints,
    score=pckh_rows,
    watched="PCKh",
    draw=draw_pose,
)

HEAD_BOX = replace(
    JOINTS,
    name="head_box",
    needs=("head boxes",),
    prepare=Samples.as_head_boxes,
    codec=box_codec,
    score=box_rows,
    watched="IoU",
    draw=draw_head_box,
)

MAPS = replace(
    JOINTS,
    name="maps",
    outputs=lambda samples: {"outputs": len(samples.skeleton)},
    codec=heatmap_codec,
    default_loss="spatial_cross_entropy",
    passes=(False, True),
)
