"""People as pixels: mask, parts, and what tells them apart (notebook 08b)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hpe_utils import inference, viz
from hpe_utils.codecs.bodypix import PartCodec
from hpe_utils.data.schema import Samples
from hpe_utils.found import Found, joint_boxes
from hpe_utils.losses.parts import bodypix_losses
from hpe_utils.metrics.parts import confusions, part_scores
from hpe_utils.tasks.task import Graph, Task, as_it_is


def part_codec(model, skeleton, vocabulary, **settings) -> PartCodec:
    """The codec of a BodyPix."""
    return PartCodec.of(model, skeleton=skeleton, vocabulary=vocabulary, **settings)


def find_parts(
    model, codec: PartCodec, least: float = 0.5, mirrored: bool = False, run: Callable = as_it_is
) -> Callable:
    """Finds parts, from a person's probability of `least` on, and people where the network has all BodyPix's heads."""
    model = run(model)

    def masks(images: list[np.ndarray]) -> list[Found]:
        views, pictures = inference.letterboxed(images, codec.size)
        found = []
        for image, view, probability, parts in zip(
            images, views, *codec.decode(inference.answers(model, codec, pictures, mirrored)), strict=True
        ):
            size, back = image.shape[1::-1], view.inverse()
            person = back.image(np.float32(probability), size) >= least
            parts = np.where(person, back.map(parts.astype(np.uint8), size), 0)
            found.append(Found.of_boxes(size, np.zeros((0, 4)), np.zeros(0), parts=parts, vocabulary=codec.vocabulary))
        return found

    def people(images: list[np.ndarray]) -> list[Found]:
        views, pictures = inference.letterboxed(images, codec.size)
        found = []
        everybody = inference.segment_people(model, codec, list(pictures), least, mirrored=mirrored)
        for image, view, (parts, owners, poses) in zip(images, views, everybody, strict=True):
            size, back = image.shape[1::-1], view.inverse()
            keypoints = np.where(poses.keypoints[..., 2:] > 0, back.points(poses.keypoints), 0)
            sure = np.where(keypoints[..., 2] > 0, poses.scores[:, None], 0)
            one = Found(size, keypoints, sure, poses.scores, joint_boxes(keypoints), codec.skeleton)
            maps = {"parts": back.map(parts, size), "instances": back.map(owners, size)}
            found.append(replace(one, **maps, vocabulary=codec.vocabulary))
        return found

    return people if "long" in codec.heads else masks


def iou_rows(predicted: np.ndarray, people: Samples) -> list[dict]:
    """Pooled mean IoU of the parts, with and without the background, its mean over pictures, and that of people."""
    scores = part_scores(confusions(people.parts, predicted, len(people.vocabulary)))
    return [
        {
            "variant": people.vocabulary.name,
            "mIoU": float(scores.pooled_parts),
            "mIoU with background": float(scores.pooled),
            "mIoU of pictures": float(scores.image_parts),
            "person": float(scores.person),
        }
    ]


def draw_parts(axes, samples: Samples, predicted: np.ndarray, row: int) -> None:
    """A picture with the parts that were found."""
    viz.show_picture(axes, samples.images[row])
    viz.draw_map(axes, predicted[row])


def label_difference(answers: np.ndarray, wanted: np.ndarray) -> str:
    """How many pixels have other labels in two (N, H, W) maps."""
    return f"{(answers != wanted).mean():.2%} of the pixels have another label than Keras gives them"


PARTS = Task(
    "parts",
    title="parts of people",
    needs=("parts",),
    outputs=lambda samples: {"parts": len(samples.vocabulary)},
    codec=part_codec,
    loss=lambda model, codec, name: bodypix_losses(codec),
    predict=inference.predict_parts,
    passes=(False, True),
    score=iou_rows,
    watched="mIoU",
    draw=draw_parts,
    finder=find_parts,
    graph=Graph(inference.part_reader, predicted=lambda answers: answers.astype(np.uint8), difference=label_difference),
    joints=lambda codec: codec.skeleton if "long" in codec.heads else None,
)
