"""People as pixels: mask, parts, and what tells them apart (notebook 08)."""

import numpy as np

from hpe_utils import inference, viz
from hpe_utils.codecs.bodypix import PartCodec
from hpe_utils.data.schema import Samples
from hpe_utils.losses.parts import bodypix_losses
from hpe_utils.metrics.parts import confusions, part_scores
from hpe_utils.tasks.task import Task


def part_codec(model, skeleton, vocabulary, **settings) -> PartCodec:
    """The codec of a BodyPix."""
    return PartCodec.of(model, skeleton=skeleton, vocabulary=vocabulary, **settings)


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


PARTS = Task(
    "parts",
    needs=("parts",),
    outputs=lambda samples: {"parts": len(samples.vocabulary)},
    codec=part_codec,
    loss=lambda model, codec, name: bodypix_losses(codec),
    predict=inference.predict_parts,
    passes=(False, True),
    score=iou_rows,
    watched="mIoU",
    draw=draw_parts,
)
