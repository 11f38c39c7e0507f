"""Several people: losses by cell, networks that begin from another, pictures of any size, and the finds for COCO."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import shared_file

keras = pytest.importorskip("keras")

from hpe_utils import data, inference, losses, models  # noqa: E402
from hpe_utils.codecs.grouping import Grouping, People  # noqa: E402
from hpe_utils.codecs.paf import PAFCodec  # noqa: E402
from hpe_utils.data.augment import Augment  # noqa: E402
from hpe_utils.data.batches import Batches  # noqa: E402
from hpe_utils.metrics import coco as coco_eval  # noqa: E402
from hpe_utils.models import openpose  # noqa: E402
from hpe_utils.skeleton import COCO17, MPII16, OPENPOSE18, SKELETONS  # noqa: E402

CODEC = PAFCodec((64, 64), COCO17, stride=4, logits=True)


@pytest.fixture(scope="module")
def couple():
    """Two rendered pictures of two people at 64²; at that size only the labels are of use."""
    return data.load("synthetic", "val", people=(2, 2), size=64, count=2, skeleton="COCO17")


class Perfect:
    """A model that gives the same answer for every picture."""

    def __init__(self, target):
        self.target = target

    def predict_on_batch(self, pictures):
        return np.repeat(self.target[None], len(pictures), axis=0)


def logits_of(target):
    heights = np.clip(target[..., :18], 1e-4, 1 - 1e-4)
    return np.concatenate([np.log(heights / (1 - heights)), target[..., 18:]], axis=-1)


def test_losses_are_numbers_of_cells_and_prefer_the_truth(couple):
    target = np.asarray(CODEC.encode(couple.keypoints)[0])
    perfect, empty = logits_of(target), np.zeros_like(target)
    empty[..., :17] = -6
    weight = np.ones(target.shape[:3], np.float32)
    loss = losses.people_loss(maps=18, joints=17)
    assert loss(target, perfect, weight).shape == weight.shape
    assert np.mean(loss(target, perfect, weight)) < 0.5 * np.mean(loss(target, empty, weight))
    assert np.mean(losses.squared_error(target, target, weight)) == 0
    half = weight * (np.arange(16) < 8)
    assert not np.asarray(loss(target, empty, half))[..., 8:].any()


def test_the_focal_factor_silences_right_cells_and_gamma_0_is_cross_entropy():
    target, logits = np.array([[[[0.0]], [[1.0]]]], np.float32), np.array([[[[-3.0]], [[3.0]]]], np.float32)
    plain = np.asarray(losses.focal_cross_entropy(target, logits, gamma=0.0))
    np.testing.assert_allclose(plain, np.log1p(np.exp(-3)), rtol=1e-4)
    np.testing.assert_allclose(
        losses.focal_cross_entropy(target, logits), plain * (1 / (1 + np.exp(3))) ** 2, rtol=1e-3
    )


def test_shared_cross_entropy_is_the_spatial_one_for_one_person_and_shares_for_two():
    one = np.zeros((1, 4, 4, 2), np.float32)
    one[0, 1, 2, 0] = 1  # the second joint is nowhere
    logits = np.random.default_rng(0).normal(size=one.shape).astype(np.float32)
    shared = np.asarray(losses.shared_cross_entropy(one, logits))
    spatial = np.asarray(losses.spatial_cross_entropy(one, logits, np.array([[1.0, 0.0]], np.float32)))
    np.testing.assert_allclose(shared.mean(), spatial / 2, rtol=1e-5)  # the mean over two maps, one of them empty
    two = one.copy()
    two[0, 3, 0, 0] = 1
    best = np.where(two > 0, 20.0, 0.0).astype(np.float32)
    np.testing.assert_allclose(np.asarray(losses.shared_cross_entropy(two, best)).mean(), np.log(2) / 2, rtol=1e-3)


def test_cells_on_limbs_weigh_as_much_as_all_others():
    target = np.zeros((1, 10, 10, 2), np.float32)
    target[0, 0, :4, 0] = 1
    for wrong in (target != 0, target == 0):
        predicted = np.where(wrong, target + 0.5, target)
        np.testing.assert_allclose(np.asarray(losses.balanced_fields(target, predicted)).mean(), 0.5, rtol=1e-5)


@pytest.mark.parametrize("name", ["COCO17", "BODY23", "OPENPOSE18", "MPII16", "LSP14"])
def test_the_mirrored_picture_has_the_mirrored_targets(name):
    skeleton = SKELETONS[name]
    codec = PAFCodec((64, 64), skeleton, stride=4)
    pose = np.random.default_rng(3).uniform(4, 60, (1, 2, len(skeleton), 3)).astype(np.float32)
    pose[..., 2] = 2
    turned = pose[..., skeleton.flip, :] * [-1, 1, 1] + [63, 0, 0]
    target, mirrored = (np.asarray(codec.encode(k)[0]) for k in (pose, turned))
    np.testing.assert_allclose(codec.mirrored(mirrored), target, atol=2e-3)
    np.testing.assert_allclose(codec.mirrored(codec.mirrored(target)), target, atol=1e-6)


def test_a_model_of_heights_or_logits_and_of_stages_is_split(couple):
    target = np.asarray(CODEC.encode(couple.keypoints)[0])
    maps, fields = CODEC.split(np.stack([0 * target, logits_of(target)], axis=1))
    np.testing.assert_allclose(maps, target[..., :18], atol=2e-4)
    np.testing.assert_array_equal(fields, target[..., 18:])
    heights, _ = replace(CODEC, logits=False, stage=0).split(np.stack([target, 0 * target], axis=1))
    np.testing.assert_array_equal(heights, target[..., :18])


def test_people_come_back_in_the_pixels_of_a_picture_of_any_size():
    """One picture as the model sees it, one twice as large, one broad: its upper and lower quarter are filled."""
    people = data.load("synthetic", "val", people=(1, 1), size=128, count=1, skeleton="COCO17")
    codec = PAFCodec((128, 128), COCO17, stride=4, logits=True)
    model = Perfect(logits_of(np.asarray(codec.encode(people.keypoints)[0])))
    for shape, scale, up in (((128, 128), 1, 0), ((256, 256), 2, 0), ((64, 128), 1, 32)):
        (found,) = inference.find_people(model, codec, Grouping(COCO17), [np.zeros((*shape, 3), np.uint8)])
        pose = found.keypoints[0]
        there = (pose[:, 2] > 0) & (people.keypoints[0, 0, :, 2] > 0)
        assert there.sum() >= 12
        back = ((pose[:, :2] + 0.5) / scale - 0.5 + [0, up])[there]
        assert np.abs(back - people.keypoints[0, 0, there, :2]).max() < 1.5
        assert not pose[pose[:, 2] == 0].any()


def test_nobody_in_a_picture_is_no_error():
    empty = Perfect(np.full((1, 16, 16, 56), -9.0, np.float32))
    found = inference.find_people(empty, CODEC, Grouping(COCO17), [np.zeros((64, 64, 3), np.uint8)])
    assert found[0].keypoints.shape == (0, 17, 3)
    assert len(coco_eval.detections_of(found).scores) == 0
    assert inference.find_people(empty, CODEC, Grouping(COCO17), []) == []


def test_joints_not_found_stand_in_the_middle_of_the_found_ones():
    keypoints = np.zeros((1, 3, 3), np.float32)
    keypoints[0, :2] = [[2, 4, 2], [4, 8, 2]]
    nobody = People(np.zeros((0, 3, 3), np.float32), np.zeros(0))
    finds = coco_eval.detections_of([nobody, People(keypoints, np.array([0.7]))], pictures=["a", "b"])
    assert finds.pictures.tolist() == ["b"] and finds.scores.tolist() == [0.7]
    assert finds.keypoints[0].tolist() == [[2, 4, 2], [4, 8, 2], [3, 6, 0]]


def test_a_network_begins_with_trunk_and_maps_of_another():
    single = models.build("simple_baseline", outputs=16, size=64)
    for attention in (None, "sigmoid"):
        model = models.build("openpose", size=64, attention=attention)
        openpose.begin_with(model, single, "COCO17", "MPII16")
        known, begun = (m.get_layer("trunk") for m in (single, model))
        kernels = [[w for w in trunk.get_weights() if w.ndim == 4] for trunk in (known, begun)]
        assert all(np.array_equal(a, b) for a, b in zip(*kernels, strict=True))
        kernel, bias = model.get_layer("stage_1").get_weights()
        wrist = [skeleton.index("left_wrist") for skeleton in (COCO17, MPII16)]
        there = single.get_layer("maps").get_weights()[0]
        np.testing.assert_allclose(kernel[..., wrist[0], :], there[..., wrist[1], :] / 2)
        assert bias[wrist[0]] == -3 and bias[COCO17.index("nose")] == -4 and not bias[17:].any()
    trunk_only = models.build("openpose", size=64)
    before = trunk_only.get_layer("stage_1").get_weights()
    openpose.begin_with(trunk_only, single, "COCO17", "MPII16", logits=False)
    assert all(np.array_equal(a, b) for a, b in zip(before, trunk_only.get_layer("stage_1").get_weights(), strict=True))


def test_at_first_the_second_stage_adds_nothing():
    model = models.build("openpose", size=64, stages=3, skeleton="OPENPOSE18")
    answers = np.asarray(model(np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)))
    assert answers.shape == (1, 3, 16, 16, len(OPENPOSE18) + 1 + 2 * len(OPENPOSE18.limbs))
    np.testing.assert_array_equal(answers[:, 0], answers[:, 2])


def test_a_masked_batch_moves_the_boxes_of_people_without_joints_with_the_picture(couple):
    keypoints, boxes = couple.keypoints.copy(), np.full((2, 2, 4), np.nan, np.float32)
    keypoints[:, 1], boxes[:] = 0, np.array([[3.5, 7.5, 19.5, 31.5]])
    nobody_labelled = replace(couple, keypoints=keypoints, boxes=boxes)
    for flip, columns in ((0.0, slice(1, 5)), (1.0, slice(11, 15))):
        images, labels = Batches(nobody_labelled, 2, augment=Augment(flip=flip), labels=CODEC.labels)[0]
        weights = np.asarray(CODEC.encode(labels)[1])
        assert images.shape == (2, 64, 64, 3) and labels.shape == keypoints.shape and weights.shape == (2, 16, 16)
        assert not weights[:, 2:8, columns].any() and weights.sum() == 2 * (256 - 6 * 4)


def test_masked_cells_do_not_teach(couple):
    """With the paper's loss a cell of weight 0 leaves no trace in the gradients."""
    inputs = keras.Input((64, 64, 3))
    outputs = keras.layers.Conv2D(56, 4, strides=4)(inputs)
    model = keras.Model(inputs, keras.layers.Reshape((1, 16, 16, 56))(outputs))
    start = model.get_weights()
    model.compile(keras.optimizers.SGD(1e-3), losses.KeypointLoss(CODEC, losses.every_stage(losses.squared_error)))
    pictures = couple.images.astype(np.float32)
    weight = np.zeros((2, 16, 16), np.float32)
    model.train_on_batch(pictures, couple.keypoints, weight)
    assert all(np.array_equal(a, b) for a, b in zip(start, model.get_weights(), strict=True))
    weight[:, :8] = 1
    model.train_on_batch(pictures, couple.keypoints, weight)
    assert not np.array_equal(start[0], model.get_weights()[0])


def test_whole_coco_pictures_hold_everybody():
    scenes = data.load("coco", "val", shared_file("coco"), crop="whole", size=96)
    labelled = (scenes.keypoints[..., 2] > 0).any(axis=-1)
    assert scenes.keypoints.shape[1:] == (20, 17, 3) and (labelled.sum(axis=1) >= 1).all()
    unlabelled = np.isfinite(scenes.boxes).all(axis=-1) & ~labelled
    assert unlabelled.any()
    one_by_one = data.load("coco", "val", shared_file("coco"), size=96)
    assert labelled.sum() == len(one_by_one) and set(scenes.ids) == set(one_by_one.ids)
    back = scenes.to_picture[0] @ np.append(scenes.keypoints[0, 0, labelled[0, 0].argmax(), :2], 1)
    assert np.isfinite(back).all()
    few = data.load("coco", "val", shared_file("coco"), crop="whole", size=96, people=1)
    assert few.left_out["people of crowded pictures"] == (np.isfinite(scenes.boxes).all(-1)).sum() - len(few)
    truth = coco_eval.truth_of(scenes)
    perfect = coco_eval.Detections(truth.pictures, truth.keypoints, np.ones(len(truth.areas)))
    rows = (truth.keypoints[..., 2] > 0).any(axis=-1)
    assert coco_eval.evaluate(coco_eval.Detections(*(v[rows] for v in perfect)), truth).AP == 1
