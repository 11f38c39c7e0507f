"""Everybody's joints, by confidence maps and fields of limbs (notebooks 05 to 07)."""

from collections.abc import Callable

import numpy as np

from hpe_utils import inference, losses, viz
from hpe_utils.codecs.grouping import People
from hpe_utils.codecs.paf import PAFCodec
from hpe_utils.data.schema import Samples
from hpe_utils.found import Found, joint_boxes
from hpe_utils.metrics import coco
from hpe_utils.models import openpose
from hpe_utils.skeleton import Skeleton
from hpe_utils.tasks.task import Task, as_it_is, map_stride, picture_size, staged


def paf_codec(model, skeleton, vocabulary, **settings) -> PAFCodec:
    """The codec of a model that answers with maps and fields."""
    return PAFCodec(picture_size(model), skeleton, map_stride(model), **settings)


def people_loss(model, codec: PAFCodec, name: str) -> losses.KeypointLoss:
    """`losses.people_loss` for the codec's channels, or another function over maps and fields by name."""
    mixed = losses.people_loss(codec.channels[0], len(codec.skeleton))
    function = {"people_loss": mixed}.get(name) or getattr(losses, name)
    if codec.partial:
        function = losses.where_known(function, np.repeat([-10.0 if codec.logits else 0.0, 0.0], codec.channels))
    return staged(model, codec, function)


def take_trunk_and_maps(model, source, codec: PAFCodec) -> None:
    """Give an OpenPose the trunk and the maps of a network that finds MPII16's joints of one person."""
    openpose.begin_with(model, source, codec.skeleton.name, "MPII16", codec.logits)


def map_and_field_names(skeleton: Skeleton) -> dict[str, list]:
    """What the layers answer: on MoveNet's trunk the joints' maps, and the others with the fields; else all in one."""
    joints, fields = list(skeleton.joints), [(limb, axis) for limb in skeleton.limbs for axis in "xy"]
    others = ["background", *fields]
    return {"maps": joints, "fields": others, "stage_1": joints + others}


def find_people(model, codec: PAFCodec, samples: Samples, mirrored: bool = False) -> list[People]:
    """Everybody in each picture, grouped as the codec does."""
    return inference.find_people(model, codec, None, samples.images, mirrored=mirrored)


def find_everybody(
    model, codec: PAFCodec, least: float | None = None, mirrored: bool = False, run: Callable = as_it_is
) -> Callable:
    """Finds everybody in a picture; a joint whose peak is below `least`, or what the codec says, is not found."""
    model, grouping = run(model), codec.grouped(**({} if least is None else {"peak": least}))

    def find(images: list[np.ndarray]) -> list[Found]:
        everybody = inference.find_people(model, codec, grouping, images, mirrored=mirrored)
        return [
            Found(image.shape[1::-1], *(people.keypoints, people.heights, people.scores.clip(0, 1)),
                  joint_boxes(people.keypoints), codec.skeleton)
            for image, people in zip(images, everybody, strict=True)
        ]  # fmt: skip

    return find


def coco_rows(everybody: list[People], people: Samples) -> list[dict]:
    """COCO's AP and AR; raises ValueError for a skeleton without sigmas."""
    scores = coco.evaluate(coco.detections_of(everybody), coco.truth_of(people), people.skeleton.sigmas)
    return [{name: value for name, value in scores._asdict().items() if "_" not in name}]


def draw_people(axes, samples: Samples, predicted: list[People], row: int) -> None:
    """A picture with the poses that were found."""
    viz.show_picture(axes, samples.images[row])
    for keypoints in predicted[row].keypoints:
        viz.draw_pose(axes, keypoints, samples.skeleton)


PEOPLE = Task(
    "people",
    title="everybody's joints",
    needs=("joints", "areas", "several"),
    outputs=lambda samples: {"skeleton": samples.skeleton.name},
    codec=paf_codec,
    loss=people_loss,
    default_loss="people_loss",
    begin=take_trunk_and_maps,
    predict=find_people,
    passes=(False, True),
    score=coco_rows,
    watched="AP",
    draw=draw_people,
    channels=map_and_field_names,
    finder=find_everybody,
)
