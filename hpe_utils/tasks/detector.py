"""Everybody as a box with part masks and joints (notebook 10)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hpe_utils import inference, viz
from hpe_utils.codecs.detection import Detected, DetectionCodec
from hpe_utils.data.schema import Samples
from hpe_utils.found import Found
from hpe_utils.losses.detection import WEIGHTS, mask_rcnn_losses
from hpe_utils.metrics.detection import detection_scores
from hpe_utils.models import mask_rcnn
from hpe_utils.tasks.task import Task, as_it_is, picture_size


def detection_codec(model, skeleton, vocabulary, **settings) -> DetectionCodec:
    """The codec of a Mask R-CNN."""
    people, mask = model.output["masks"].shape[1:3]
    return DetectionCodec(picture_size(model), vocabulary, mask, people, skeleton=skeleton, **settings)


def detect(model, codec: DetectionCodec, samples: Samples, mirrored: bool = False) -> list[Detected]:
    """Everybody in each picture, the unsure too; raises ValueError for a mirrored pass."""
    if mirrored:
        raise ValueError("detections are not averaged over mirrored pictures: their boxes differ")
    finder, found = mask_rcnn.detector(model), []
    for start in range(0, len(samples), 16):
        pictures = np.asarray(samples.images[start : start + 16])
        found += codec.decode(finder.predict_on_batch(pictures), least=0.05)
    return found


def find_detected(
    model, codec: DetectionCodec, least: float = 0.5, mirrored: bool = False, run: Callable = as_it_is
) -> Callable:
    """Finds boxes, parts and joints of everybody whose score is at least `least`; ValueError for a mirrored pass."""
    if mirrored:
        raise ValueError("detections are not averaged over mirrored pictures: their boxes differ")
    finder = run(mask_rcnn.detector(model))

    def find(images: list[np.ndarray]) -> list[Found]:
        views, pictures = inference.letterboxed(images, codec.size)
        found = []
        for image, view, people in zip(
            images, views, codec.decode(finder.predict_on_batch(pictures), least), strict=True
        ):
            size, back = image.shape[1::-1], view.inverse()
            parts, owners = np.zeros((2, *codec.size[::-1]), np.uint8)
            for number in reversed(range(len(people.scores))):  # the surest comes last and is on top
                shown = people.parts[number] > 0
                parts[shown], owners[shown] = people.parts[number][shown], number + 1
            sure = np.where(people.keypoints[..., 2] > 0, people.scores[:, None], 0)
            one = Found(codec.size, people.keypoints, sure, people.scores, people.boxes, codec.skeleton)
            maps = {"parts": back.map(parts, size), "instances": back.map(owners, size)}
            found.append(replace(one.moved(back, size), **maps, vocabulary=codec.vocabulary))
        return found

    return find


def detector_rows(everybody: list[Detected], people: Samples) -> list[dict]:
    """The scores of boxes, parts and people of `metrics.detection.detection_scores`."""
    scores = detection_scores(everybody, people)
    return [{"variant": people.vocabulary.name} | {name: float(value) for name, value in scores._asdict().items()}]


def draw_detected(axes, samples: Samples, predicted: list[Detected], row: int) -> None:
    """A picture with the boxes and parts of those who were surely found."""
    viz.show_picture(axes, samples.images[row])
    sure = predicted[row].scores >= 0.5
    for box, parts in zip(predicted[row].boxes[sure], predicted[row].parts[sure], strict=True):
        viz.draw_map(axes, parts)
        viz.draw_box(axes, box, viz.PREDICTION, "--")


DETECTOR = Task(
    "detector",
    title="everybody's box, parts and joints",
    needs=("parts", "instances", "several"),
    outputs=lambda samples: {"parts": len(samples.vocabulary), "joints": len(samples.skeleton)},
    codec=detection_codec,
    loss=lambda model, codec, name: mask_rcnn_losses(codec, mask_rcnn.anchors_of(model)),
    loss_weights=WEIGHTS,
    predict=detect,
    score=detector_rows,
    watched="box_AP50",
    draw=draw_detected,
    finder=find_detected,
)
