"""Somebody without labels teaches nothing: inside of that box every gradient is 0, where a labelled one's is not."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from coco_files import crowd, joints, person, write  # noqa: E402
from training_rows import Row, asked  # noqa: E402

from hpe_utils.boxes import pairwise_iou  # noqa: E402
from hpe_utils.data.augment import Augment  # noqa: E402
from hpe_utils.data.batches import Batches  # noqa: E402
from hpe_utils.data.cache import cached  # noqa: E402
from hpe_utils.data.sets import coco  # noqa: E402
from hpe_utils.losses import detection as detection_losses  # noqa: E402
from hpe_utils.models import mask_rcnn  # noqa: E402

SIDE = 64
BOX = np.array([35.5, 7.5, 59.5, 55.5], np.float32)
MIRRORED = np.array([3.5, 7.5, 27.5, 55.5], np.float32)
UNLABELLED, NOT_THERE, LABELLED = "a box alone", "nothing", "joints"


def scene(people, second: str):
    """The first person's joints on the left; of the second, in BOX, what `second` says."""
    rng = np.random.default_rng(0)
    keypoints = np.full(people.keypoints.shape, 2.0, np.float32)
    for row, (x0, y0, x1, y1) in enumerate(((3, 3, 24, 60), BOX)):
        keypoints[:, row, :, :2] = rng.uniform((x0, y0), (x1, y1), keypoints[:, row, :, :2].shape)
    boxes = np.full(people.boxes.shape, np.nan, np.float32)
    if second != LABELLED:
        keypoints[:, 1] = 0
    if second == UNLABELLED:
        boxes[:, 1] = BOX
    instances = np.zeros(people.images.shape[:3], np.uint8)
    instances[:, 8:56, 4:24], instances[:, 8:56, 36:60] = 1, 2
    return replace(people, keypoints=keypoints, boxes=boxes, instances=instances)


def gradient(loss, labels, answers) -> np.ndarray:
    """How the loss changes with every number of the answers."""
    answers = tf.constant(answers, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(answers)
        value = loss(labels, answers)
    return tape.gradient(value, answers).numpy()


def noise(shape) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape).astype(np.float32)


def cells_in(box, width: int) -> np.ndarray:
    """(h, w) bool: which cells of square maps of the picture have their centre in the box."""
    centres = (np.arange(width) + 0.5) * SIDE / width - 0.5
    across, down = (centres >= box[0]) & (centres <= box[2]), (centres >= box[1]) & (centres <= box[3])
    return down[:, None] & across


def batch(people, codec, flip=0.0):
    return Batches(people, 2, augment=Augment(flip=flip), labels=codec.labels)[0]


# Maps and fields of several people ----------------------------------------------------------------


@pytest.fixture(scope="module")
def openpose():
    return asked(Row("openpose", "people", SIDE, {"stages": 2}))


def of_maps(openpose, name: str, people, flip=0.0) -> np.ndarray:
    """The gradient (2, stages, h, w, channels) of a loss by name."""
    task, _, model, codec = openpose
    labels = batch(people, codec, flip)[1]
    return gradient(task.loss(model, codec, name), labels, noise((2, *model.output_shape[1:])))


@pytest.mark.parametrize("name", ["people_loss", "squared_error"])
@pytest.mark.parametrize("flip, box", [(0.0, BOX), (1.0, MIRRORED)])
def test_maps_and_fields_learn_nothing_in_the_box_of_somebody_without_labels(openpose, name, flip, box):
    silent, background = (of_maps(openpose, name, scene(openpose[1], s), flip) for s in (UNLABELLED, NOT_THERE))
    inside = cells_in(box, silent.shape[2])
    assert not silent[:, :, inside].any() and silent[:, :, ~inside].all()
    assert background[:, :, inside].all()


def test_cocos_people_without_joints_and_crowds_teach_nothing(openpose, tmp_path, cache_folder):
    near, far = (80.0, 50.0, 20.0, 30.0), (5.0, 60.0, 30.0, 20.0)
    people = person(), person(2, keypoints=joints(), box=near), crowd() | {"bbox": list(far)}
    whole = cached(coco.source("val", write(tmp_path, *people), size=SIDE, crop="whole", people=4), 1)
    assert len(whole) == 1 and np.isfinite(whole.boxes[0, :3]).all()
    whole = whole[np.array([0, 0])]
    silent = of_maps(openpose, "people_loss", whole)
    background = of_maps(openpose, "people_loss", replace(whole, boxes=np.full_like(whole.boxes, np.nan)))
    labelled = (whole.keypoints[0, :3, :, 2] > 0).any(axis=-1)
    assert labelled.sum() == 1
    boxes = [cells_in(box, silent.shape[2]) for box in whole.boxes[0, :3][~labelled]]
    assert [inside.sum() > 4 for inside in boxes] == [True, True]
    inside = np.logical_or(*boxes)
    assert not silent[:, :, inside].any() and background[:, :, inside].all() and silent[:, :, ~inside].all()


# BodyPix ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bodypix():
    return asked(Row("bodypix", "parts", SIDE))


def of_head(bodypix, head: str, second: str) -> np.ndarray:
    """The gradient (2, h, w, channels) of a head's loss."""
    task, people, model, codec = bodypix
    people = scene(replace(people, keypoints=np.zeros((2, 2, 17, 3)), boxes=np.zeros((2, 2, 4))), second)
    labels = batch(people, codec)[1]
    return gradient(task.loss(model, codec, "")[head], labels[head], noise((2, *model.output[head].shape[1:])))


@pytest.mark.parametrize("head", ["heatmaps", "short", "mid", "long"])
def test_no_head_that_learns_from_joints_learns_in_the_box_of_somebody_without_labels(bodypix, head):
    silent, labelled = (of_head(bodypix, head, second) for second in (UNLABELLED, LABELLED))
    inside = cells_in(BOX, silent.shape[1])
    assert not silent[:, inside].any() and silent[:, ~inside].any()
    assert labelled[:, inside].any()


def test_discs_would_learn_that_nobody_is_there(bodypix):
    background = of_head(bodypix, "heatmaps", NOT_THERE)
    assert background[:, cells_in(BOX, background.shape[1])].all()


# Detector -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def detector():
    return asked(Row("mask_rcnn", "detector", SIDE, {"people": 2, "proposals": 4}))


def boxes_taught(detector, second: str, flip=0.0) -> np.ndarray:
    """(2, 4, 4): the boxes that the detector's frames are matched with; of the second person there is no mask."""
    _, people, _, codec = detector
    people = scene(people, second)
    people.instances[people.instances == 2] = 0
    return batch(people, codec, flip)[1]["rpn"]


@pytest.mark.parametrize("flip, box", [(0.0, BOX), (1.0, MIRRORED)])
def test_anchors_on_somebody_without_labels_learn_nothing(detector, flip, box):
    task, _, model, codec = detector
    loss, anchors = task.loss(model, codec, "")["rpn"], mask_rcnn.anchors_of(model)
    loss.hardest = len(anchors)  # all, else an easy anchor learns nothing for another reason
    answers = noise((2, len(anchors), 5))
    taught = [boxes_taught(detector, second, flip) for second in (UNLABELLED, NOT_THERE)]
    silent, background = (gradient(loss, boxes, answers)[..., 0] for boxes in taught)
    on, near = (np.asarray(pairwise_iou(anchors, b[None]))[:, 0] >= loss.low for b in (box, taught[0][0, 0]))
    assert on.any() and not silent[:, on].any()
    assert silent[:, ~on & ~near].all() and background[:, on & ~near].all()


def test_rois_on_somebody_without_labels_learn_nothing(detector):
    _, _, _, codec = detector
    loss = detection_losses.FrameLoss(None, 0.5, 0.5, 4, "boxes_loss", codec.people)
    shifts = np.array([0, 4, -30, 60], np.float32)  # on the person, nearly, on the other one, and on nobody
    rois = BOX + shifts[:, None] * np.array([1, 0, 1, 0], np.float32)
    answers = np.concatenate([np.tile(rois, (2, 1, 1)), noise((2, 4, 5))], axis=-1)
    silent, background = (gradient(loss, boxes_taught(detector, s), answers)[..., 4] for s in (UNLABELLED, NOT_THERE))
    assert not silent[:, :2].any() and silent[:, 2:].all() and background.all()
