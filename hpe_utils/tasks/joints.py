"""One person's joints, or his head box: as numbers, or by way of heat maps (notebooks 01 to 04)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hpe_utils import inference, losses, metrics, viz
from hpe_utils.codecs.box import BoxCodec
from hpe_utils.codecs.heatmap import HeatmapCodec
from hpe_utils.codecs.regression import RegressionCodec
from hpe_utils.data.schema import Samples
from hpe_utils.found import Found, joint_boxes
from hpe_utils.tasks.task import Graph, Task, as_it_is, map_stride, picture_size, staged


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


def joint_difference(answers: np.ndarray, wanted: np.ndarray) -> str:
    """How many pixels joints of (N, K, 3) answers lie apart."""
    far = np.linalg.norm(answers[..., :2] - wanted[..., :2], axis=-1)
    return (
        f"joints lie {np.median(far):.2f} pixels from Keras' in the median, {far.max():.2f} at most, "
        f"{(far <= 0.5).mean():.1%} within half a pixel"
    )


ONE_GRAPH = Graph(inference.reader, predicted=lambda answers: answers[:, None], difference=joint_difference)


def find_one(model, codec, least: float = 0.0, mirrored: bool = False, run: Callable = as_it_is) -> Callable:
    """Finds the person that a whole picture shows; a joint whose confidence is below `least` is not found."""
    read = run(inference.reader(model, codec, mirrored))

    def find(images: list[np.ndarray]) -> list[Found]:
        views, pictures = inference.letterboxed(images, codec.size)
        found = []
        for image, view, joints in zip(images, views, read.predict_on_batch(pictures), strict=True):
            sure = joints[:, 2]
            keypoints = np.column_stack([view.inverse().points(joints[:, :2]), np.full(len(joints), 2)])
            keypoints = np.where((sure >= least)[:, None], keypoints, 0)[None].astype(np.float32)
            one = Found(image.shape[1::-1], keypoints, sure[None], sure.mean(keepdims=True), joint_boxes(keypoints))
            found.append(replace(one, skeleton=codec.skeleton)[keypoints[..., 2].any(axis=1)])
        return found

    return find


def find_head(model, codec, least: float = 0.0, mirrored: bool = False, run: Callable = as_it_is) -> Callable:
    """Finds the head box of the person that a whole picture shows."""
    model = run(model)

    def find(images: list[np.ndarray]) -> list[Found]:
        views, pictures = inference.letterboxed(images, codec.size)
        corners = np.asarray(codec.decode(inference.answers(model, codec, pictures, mirrored)))[:, 0, :, :2]
        return [
            Found.of_boxes(image.shape[1::-1], view.inverse().points(two).reshape(1, 4), np.ones(1, np.float32))
            for image, view, two in zip(images, views, corners, strict=True)
        ]

    return find


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
    title="one person's joints",
    needs=("joints",),
    outputs=lambda samples: {"outputs": 2 * len(samples.skeleton)},
    codec=regression_codec,
    loss=keypoint_loss,
    default_loss="masked_mse",
    predict=inference.predict_keypoints,
    score=pckh_rows,
    watched="PCKh",
    draw=draw_pose,
    channels=lambda skeleton: {
        "standardised": [(joint, axis) for joint in skeleton.joints for axis in "xy"],
        "maps": list(skeleton.joints),  # of networks with a soft-argmax behind them
    },
    one_person=True,
    graph=ONE_GRAPH,
    finder=find_one,
)

HEAD_BOX = replace(
    JOINTS,
    name="head_box",
    title="one person's head box",
    needs=("head boxes",),
    prepare=Samples.as_head_boxes,
    codec=box_codec,
    score=box_rows,
    joints=lambda codec: None,
    channels=None,
    one_person=False,
    graph=None,
    watched="IoU",
    draw=draw_head_box,
    finder=find_head,
)

MAPS = replace(
    JOINTS,
    name="maps",
    outputs=lambda samples: {"outputs": len(samples.skeleton)},
    codec=heatmap_codec,
    default_loss="spatial_cross_entropy",
    channels=lambda skeleton: {"maps": list(skeleton.joints)},
    passes=(False, True),
)
