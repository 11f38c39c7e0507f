"""What the networks are asked: one row a task, from labels to batches, codec, loss, prediction, score and picture.

A table, not a trainer: notebooks show `compile` and `fit`; recorded runs, tests and the timed step read the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import keras
import numpy as np

from hpe_utils import inference, losses, metrics, viz
from hpe_utils.codecs import Codec
from hpe_utils.codecs.bodypix import PartCodec
from hpe_utils.codecs.box import BoxCodec
from hpe_utils.codecs.detection import Detected, DetectionCodec
from hpe_utils.codecs.grouping import People
from hpe_utils.codecs.heatmap import HeatmapCodec
from hpe_utils.codecs.paf import PAFCodec
from hpe_utils.codecs.regression import RegressionCodec
from hpe_utils.data.schema import Samples
from hpe_utils.losses import detection as detection_losses
from hpe_utils.losses import parts as part_losses
from hpe_utils.metrics import coco
from hpe_utils.metrics import parts as part_metrics
from hpe_utils.metrics.detection import detection_scores
from hpe_utils.models import mask_rcnn, openpose
from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton


@dataclass(frozen=True)
class Task:
    """How one kind of answer is learnt, read and scored.

    `needs` names what the samples must have (`data.Facts.has`, or "several" for whole pictures with everybody).
    `prepare(samples)` puts the labels where the codec looks for them. `outputs(samples)` are the options by which a
    model answers for these samples' skeleton or vocabulary. `codec(model, skeleton, vocabulary, **settings)` fits the
    model's sizes. `loss(model, codec, name)` is for `compile`, as are `loss_weights`; `default_loss` its usual name.
    `begin(model, source, codec)` gives a model what a trained one, `source`, knows. `predict(model, codec, samples,
    mirrored=False)` answers in pixels of the samples; `score(predicted, samples)` gives rows of numbers, the first of
    which, by the name `watched`, is followed while a network learns; `passes` says whether it is scored as it is, and
    mirrored too. `draw(axes, samples, predicted, row)` shows one.
    """

    name: str
    needs: tuple[str, ...]
    outputs: Callable[[Samples], dict]
    codec: Callable[..., Codec]
    loss: Callable
    predict: Callable
    score: Callable[..., list[dict]]
    watched: str
    draw: Callable
    prepare: Callable[[Samples], Samples] = lambda samples: samples
    begin: Callable = lambda model, source, codec: take_trunk(model, source)
    default_loss: str = ""
    passes: tuple[bool, ...] = (False,)
    loss_weights: dict | None = None


def get(name: str) -> Task:
    """A task by its name; raises ValueError with the known names."""
    if name not in TASKS:
        raise ValueError(f"unknown task {name!r}; known are {', '.join(TASKS)}")
    return TASKS[name]


def score_rows(task: Task, model, codec: Codec, samples: Samples, mirrored: bool = False) -> tuple[list[dict], object]:
    """The scores of a model on samples, a row for each variant, with what they are of; and the predictions."""
    predicted = task.predict(model, codec, samples, mirrored=mirrored)
    people = int((samples.keypoints[..., 2] > 0).any(-1).sum()) or None
    facts = {**samples.origin, "mirrored": mirrored, "pictures": len(samples), "people": people}
    facts |= {"size": samples.images.shape[2], "joints": people and samples.skeleton.name}
    rows = [
        facts | {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}
        for row in task.score(predicted, samples)
    ]
    return rows, predicted


# Sizes and codecs ---------------------------------------------------------------------------------


def picture_size(model: keras.Model) -> tuple[int, int]:
    """Width and height of the pictures that a model takes."""
    images = model.input["images"] if isinstance(model.input, dict) else model.input
    return images.shape[2], images.shape[1]


def map_stride(model: keras.Model) -> int:
    """How many pixels wide the cells of a model's maps are; (B, h, w, K), or (B, S, h, w, K) for stages."""
    return picture_size(model)[0] // model.output_shape[-2]


def regression_codec(model, skeleton: Skeleton, vocabulary=None, **settings) -> RegressionCodec:
    return RegressionCodec(picture_size(model), skeleton, **settings)


def box_codec(model, skeleton=None, vocabulary=None, **settings) -> BoxCodec:
    return BoxCodec(picture_size(model), **settings)


def heatmap_codec(model, skeleton: Skeleton, vocabulary=None, **settings) -> HeatmapCodec:
    return HeatmapCodec(picture_size(model), map_stride(model), skeleton=skeleton, **settings)


def paf_codec(model, skeleton: Skeleton, vocabulary=None, **settings) -> PAFCodec:
    return PAFCodec(picture_size(model), skeleton, map_stride(model), **settings)


def part_codec(model, skeleton: Skeleton, vocabulary: Vocabulary, **settings) -> PartCodec:
    return PartCodec.of(model, skeleton=skeleton, vocabulary=vocabulary, **settings)


def detection_codec(model, skeleton: Skeleton, vocabulary: Vocabulary, **settings) -> DetectionCodec:
    people, mask = model.output["masks"].shape[1:3]
    return DetectionCodec(picture_size(model), vocabulary, mask, people, skeleton=skeleton, **settings)


# Losses -------------------------------------------------------------------------------------------


def keypoint_loss(model, codec, name: str) -> losses.KeypointLoss:
    """A function of `hpe_utils.losses` by name, on every stage of a model that has several."""
    return staged(model, codec, getattr(losses, name))


def people_loss(model, codec: PAFCodec, name: str) -> losses.KeypointLoss:
    """`losses.people_loss` for the codec's channels, or another function over maps and fields by name."""
    functions = {"people_loss": lambda: losses.people_loss(codec.channels[0], len(codec.skeleton))}
    return staged(model, codec, functions.get(name, lambda: getattr(losses, name))())


def staged(model, codec, function: Callable) -> losses.KeypointLoss:
    several = len(model.output_shape) == 5
    return losses.KeypointLoss(codec, losses.every_stage(function) if several else function)


def bodypix_losses(model, codec: PartCodec, name: str) -> dict:
    return part_losses.bodypix_losses(codec)


def detector_losses(model, codec: DetectionCodec, name: str) -> dict:
    return detection_losses.mask_rcnn_losses(codec, mask_rcnn.anchors_of(model))


# Beginning with what another network knows --------------------------------------------------------


def take_trunk(model: keras.Model, source: keras.Model) -> None:
    """Give a model the trunk of another; both call it `trunk`."""
    model.get_layer("trunk").set_weights(source.get_layer("trunk").get_weights())


def take_trunk_and_maps(model: keras.Model, source: keras.Model, codec: PAFCodec) -> None:
    """Give an OpenPose the trunk and the maps of a network that finds MPII16's joints of one person."""
    openpose.begin_with(model, source, codec.skeleton.name, "MPII16", codec.logits)


# Predictions --------------------------------------------------------------------------------------


def find_people(model, codec: PAFCodec, samples: Samples, mirrored: bool = False) -> list[People]:
    return inference.find_people(model, codec, None, samples.images, mirrored=mirrored)


def detect(model, codec: DetectionCodec, samples: Samples, mirrored: bool = False) -> list[Detected]:
    """Everybody that a Mask R-CNN finds in the samples' pictures; raises ValueError for a mirrored pass."""
    if mirrored:
        raise ValueError("detections are not averaged over mirrored pictures: their boxes differ")
    finder, found = mask_rcnn.detector(model), []
    for start in range(0, len(samples), 16):
        pictures = np.asarray(samples.images[start : start + 16])
        found += codec.decode(finder.predict_on_batch(pictures), least=0.05)
    return found


# Scores -------------------------------------------------------------------------------------------


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


def coco_rows(everybody: list[People], people: Samples) -> list[dict]:
    """COCO's AP and AR; raises ValueError for a skeleton without sigmas."""
    scores = coco.evaluate(coco.detections_of(everybody), coco.truth_of(people), people.skeleton.sigmas)
    return [{name: value for name, value in scores._asdict().items() if "_" not in name}]


def iou_rows(predicted: np.ndarray, people: Samples) -> list[dict]:
    """Pooled mean IoU of the parts, with and without the background, its mean over pictures, and that of people."""
    scores = part_metrics.part_scores(part_metrics.confusions(people.parts, predicted, len(people.vocabulary)))
    return [
        {
            "variant": people.vocabulary.name,
            "mIoU": float(scores.pooled_parts),
            "mIoU with background": float(scores.pooled),
            "mIoU of pictures": float(scores.image_parts),
            "person": float(scores.person),
        }
    ]


def detector_rows(everybody: list[Detected], people: Samples) -> list[dict]:
    """`metrics.detection.detection_scores` of boxes, parts and people."""
    scores = detection_scores(everybody, people)
    return [{"variant": people.vocabulary.name} | {name: float(value) for name, value in scores._asdict().items()}]


# Pictures -----------------------------------------------------------------------------------------


def draw_pose(axes, samples: Samples, predicted: np.ndarray, row: int) -> None:
    viz.show_picture(axes, samples.images[row])
    viz.draw_pose(axes, predicted[row, 0], samples.skeleton)


def draw_head_box(axes, samples: Samples, predicted: np.ndarray, row: int) -> None:
    viz.show_picture(axes, samples.images[row])
    viz.draw_box(axes, samples.head_boxes[row, 0])
    viz.draw_box(axes, predicted[row, 0, :, :2].ravel(), viz.PREDICTION, "--")


def draw_people(axes, samples: Samples, predicted: list[People], row: int) -> None:
    viz.show_picture(axes, samples.images[row])
    for keypoints in predicted[row].keypoints:
        viz.draw_pose(axes, keypoints, samples.skeleton)


def draw_parts(axes, samples: Samples, predicted: np.ndarray, row: int) -> None:
    viz.show_picture(axes, samples.images[row])
    viz.draw_map(axes, predicted[row])


def draw_detected(axes, samples: Samples, predicted: list[Detected], row: int) -> None:
    viz.show_picture(axes, samples.images[row])
    sure = predicted[row].scores >= 0.5
    for box, parts in zip(predicted[row].boxes[sure], predicted[row].parts[sure], strict=True):
        viz.draw_map(axes, parts)
        viz.draw_box(axes, box, viz.PREDICTION, "--")


# The table ----------------------------------------------------------------------------------------

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

PEOPLE = Task(
    "people",
    needs=("joints", "areas", "several"),
    outputs=lambda samples: {"skeleton": samples.skeleton.name},
    codec=paf_codec,
    loss=people_loss,
    default_loss="people_loss",
    begin=take_trunk_and_maps,
    passes=(False, True),
    predict=find_people,
    score=coco_rows,
    watched="AP",
    draw=draw_people,
)

PARTS = Task(
    "parts",
    needs=("parts",),
    outputs=lambda samples: {"parts": len(samples.vocabulary)},
    codec=part_codec,
    loss=bodypix_losses,
    predict=inference.predict_parts,
    passes=(False, True),
    score=iou_rows,
    watched="mIoU",
    draw=draw_parts,
)

DETECTOR = Task(
    "detector",
    needs=("parts", "instances", "several"),
    outputs=lambda samples: {"parts": len(samples.vocabulary), "joints": len(samples.skeleton)},
    codec=detection_codec,
    loss=detector_losses,
    loss_weights=detection_losses.WEIGHTS,
    predict=detect,
    score=detector_rows,
    watched="box_AP50",
    draw=draw_detected,
)

TASKS = {task.name: task for task in (JOINTS, HEAD_BOX, MAPS, PEOPLE, PARTS, DETECTOR)}
