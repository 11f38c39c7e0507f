"""Mask R-CNN: what it is taught, what it weighs, and what a detector makes of its layers."""

import keras
import numpy as np
import pytest

from hpe_utils import boxes as detection
from hpe_utils import data, models
from hpe_utils.codecs.detection import Detected, DetectionCodec, boxes_of
from hpe_utils.data.batches import Batches
from hpe_utils.losses import detection as detection_losses
from hpe_utils.models import mask_rcnn
from hpe_utils.parts import IFTIMIE6, UNLABELLED


@pytest.fixture(scope="module")
def crowd():
    return data.load("synthetic", "val", people=(1, 4), size=96, count=8, skeleton="COCO17", parts="iftimie6")


@pytest.fixture(scope="module")
def codec():
    return DetectionCodec((96, 96))


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return models.build("mask_rcnn", size=96)


class TestCodec:
    def test_boxes_enclose_the_pixels(self):
        instances = np.zeros((1, 9, 9), np.uint8)
        instances[0, 2:5, 3:8] = 2
        boxes = boxes_of(instances, 3)
        assert boxes[0, 1].tolist() == [2.5, 1.5, 7.5, 4.5] and np.isnan(boxes[0, [0, 2]]).all()

    def test_boxes_are_the_renderers(self, crowd):
        boxes = boxes_of(np.asarray(crowd.instances), 4)
        assert (np.isfinite(boxes) == np.isfinite(crowd.boxes)).all()
        assert np.nanmedian(np.abs(boxes - crowd.boxes)) < 1  # a neighbour may cover an edge of the body

    def test_crops_hold_their_own_person_alone(self, codec, crowd):
        inputs, targets = Batches(crowd, 8, labels=codec.labels)[0]
        there = np.isfinite(inputs["given"][..., 0])
        assert (targets["masks"][~there] == UNLABELLED).all()
        for i, j in zip(*np.nonzero(there), strict=True):
            own = np.asarray(crowd.parts[i])[np.asarray(crowd.instances[i]) == j + 1]
            assert set(np.unique(targets["masks"][i, j])) <= {0, *np.unique(own)}

    def test_given_boxes_are_moved_by_at_most_the_jitter_and_by_the_seed(self, codec, crowd):
        first, again = (Batches(crowd, 8, labels=codec.labels)[0] for _ in range(2))
        boxes, given = first[1]["boxes"][:, : codec.people], first[0]["given"]
        sides = np.concatenate([boxes[..., 2:] - boxes[..., :2]] * 2, axis=-1)
        assert np.nanmax(np.abs(given - boxes) / sides) <= codec.jitter + 1e-6 < 1
        assert np.nanmax(np.abs(given - boxes)) > 0
        assert np.array_equal(given, again[0]["given"], equal_nan=True)

    def test_masks_and_joints_come_back_to_their_place(self, crowd):
        codec = DetectionCodec((96, 96), jitter=0.0)
        inputs, targets = Batches(crowd, 8, labels=codec.labels)[0]
        shares, _ = codec.masks(targets["masks"])
        joints = np.full((8, 4, 28, 28, 17), -9.0, np.float32)
        for i, j, k in np.argwhere(targets["keypoints"][..., 2] > 0):
            x, y = np.clip(np.rint(targets["keypoints"][i, j, k, :2]), 0, 27).astype(int)
            joints[i, j, y, x, k] = 9
        boxes = inputs["given"]
        scores = np.isfinite(boxes[..., 0]) * 0.9
        outputs = {"boxes": boxes, "scores": scores, "masks": 20 * np.asarray(shares) - 10, "keypoints": joints}
        for i, found in enumerate(codec.decode(outputs)):
            assert len(found.boxes) == (scores[i] > 0).sum()
            for n, j in enumerate(np.flatnonzero(scores[i] > 0)):
                own = np.where(np.asarray(crowd.instances[i]) == j + 1, np.asarray(crowd.parts[i]), 0)
                both, either = ((found.parts[n] > 0) & (own > 0)).sum(), ((found.parts[n] > 0) | (own > 0)).sum()
                assert both / either > 0.8
                labelled = targets["keypoints"][i, j, :, 2] > 0
                away = np.linalg.norm(found.keypoints[n, :, :2] - np.asarray(crowd.keypoints[i, j, :, :2]), axis=-1)
                assert away[labelled].max() < 5

    def test_parts_are_clipped_by_the_body(self):
        probabilities = np.zeros((1, 1, 2, 7), np.float32)
        probabilities[0, 0, :, 3] = 0.9
        probabilities[0, 0, 0, 0] = 0.8
        found = Detected(np.zeros((1, 4)), np.ones(1), probabilities, np.zeros((1, 0, 3)))
        assert found.masks[0, 0, :, 3].tolist() == [True, False] and found.parts[0, 0].tolist() == [3, 0]

    def test_a_joint_is_read_between_the_cells(self, codec):
        x, y = np.meshgrid(np.arange(28), np.arange(28))
        maps = -((x - 10.3) ** 2 + (y - 17.6) ** 2)[None, None, ..., None] / 8.0
        boxes = np.array([[[9.5, 9.5, 65.5, 37.5]]], np.float32)  # a cell is 2 pixels wide and 1 high
        outputs = {"boxes": boxes, "scores": np.ones((1, 1)), "masks": np.zeros((1, 1, 28, 28, 7)), "keypoints": maps}
        (found,) = codec.decode(outputs)
        assert np.allclose(found.keypoints, [[[9.5 + 2 * 10.8, 9.5 + 18.1, 2]]], atol=0.02)

    def test_nobody_is_an_empty_answer(self, codec):
        outputs = {
            "boxes": np.full((1, 8, 4), np.nan),
            "scores": np.zeros((1, 8)),
            "masks": np.zeros((1, 8, 28, 28, 7)),
        }
        (found,) = codec.decode(outputs)
        assert (
            found.boxes.shape == (0, 4) and found.masks.shape == (0, 96, 96, 7) and found.keypoints.shape == (0, 0, 3)
        )


class TestModel:
    def test_answers_and_anchors_belong_together(self, model):
        anchors = mask_rcnn.anchors_of(model)
        assert model.output["rpn"].shape[1] == len(anchors) == 3 * (12**2 + 6**2 + 3**2)
        assert model.output["boxes"].shape[1:] == (28, 9) and model.output["masks"].shape[1:] == (4, 28, 28, 7)
        sides = np.sqrt((anchors[:, 2] - anchors[:, 0]) * (anchors[:, 3] - anchors[:, 1]))
        assert sorted(set(np.round(sides).astype(int))) == [32, 64, 128]

    def test_a_roi_is_read_from_one_level(self):
        levels = [np.full((1, 32 // 2**i, 32 // 2**i, 1), i + 1, np.float32) for i in range(4)]
        layer = mask_rcnn.RoIAlign(2, 1, 1, 4, 40.0)
        boxes = np.array([[[10, 10, 20, 20], [10, 10, 52, 52], [0, 0, 90, 90], [np.nan] * 4]], np.float32)
        assert np.asarray(layer([boxes, *levels]))[0, :, 0, 0, 0].tolist() == [2, 2, 3, 0]

    def test_proposals_of_perfect_answers_are_the_people(self, crowd, model):
        anchors = mask_rcnn.anchors_of(model)
        boxes = boxes_of(np.asarray(crowd.instances), 4)
        matched = np.asarray(detection.match(anchors, boxes, 0.3, 0.7))
        own = np.take_along_axis(boxes, np.maximum(matched, 0)[..., None], axis=1)
        answers = np.concatenate(
            [np.where(matched >= 0, 9.0, -9.0)[..., None], detection.encode_boxes(own, anchors)], -1
        )
        found = np.asarray(model.get_layer("proposals")(answers.astype(np.float32)))
        iou = np.asarray(detection.pairwise_iou(boxes, found)).max(axis=-1)
        assert iou[np.isfinite(boxes[..., 0])].min() > 0.95

    def test_the_detector_shares_the_layers(self, model, crowd):
        found = mask_rcnn.detector(model, people=5)
        assert {id(w) for w in found.weights} == {id(w) for w in model.weights}
        outputs = found.predict_on_batch(np.asarray(crowd.images[:2]))
        assert outputs["boxes"].shape == (2, 5, 4) and outputs["keypoints"].shape == (2, 5, 28, 28, 17)
        assert (np.diff(outputs["scores"], axis=1) <= 0).all()

    def test_a_box_outside_of_the_picture_is_nobody(self):
        rois = np.array([[[100, 10, 120, 40], [80, 10, 110, 40], [np.nan] * 4]], np.float32)
        answers = np.zeros((1, 3, 5), np.float32)
        answers[0, :, 0] = (9, 2, 9)
        boxes, scores = mask_rcnn.DetectionLayer(96, 2, 0.5, 0.05)([rois, answers])
        assert np.allclose(boxes, [[[80, 10, 95.5, 40], [np.nan] * 4]], equal_nan=True)
        assert np.allclose(scores, [[1 / (1 + np.exp(-2)), 0]])

    def test_masks_have_as_many_cells_as_asked(self):
        sizes = {m: models.build("mask_rcnn", size=96, mask=m) for m in (14, 56)}
        for cells, network in sizes.items():
            assert network.output["masks"].shape[1:] == (4, cells, cells, 7)
            assert network.output["keypoints"].shape[1:] == (4, cells, cells, 17)
        assert sizes[14].count_params() == sizes[56].count_params()

    def test_a_new_branch_begins_and_the_rest_is_taken_over(self, model):
        without = models.build("mask_rcnn", size=96, joints=0)
        assert mask_rcnn.transfer(model, without) == ["keypoints"]
        assert (model.get_layer("masks").get_weights()[0] == without.get_layer("masks").get_weights()[0]).all()

    def test_paper_form_has_its_exact_size(self):
        paper = models.build("mask_rcnn", "paper", size=128)
        resnet, pyramid = 23_587_712, 256 * (256 + 512 + 1024 + 2048) + 4 * 256 + 4 * (9 * 256 * 256 + 256)
        rpn = 9 * 256 * 512 + 512 + 512 * 15 + 15
        box = 49 * 256 * 1024 + 1024 + 1024 * 1024 + 1024 + 1024 * 5 + 5
        branch = 4 * (9 * 256 * 256 + 4 * 256) + 4 * 256 * 256 + 256
        assert paper.count_params() == resnet + pyramid + rpn + box + branch + 257 * 7 + 257 * 17 == 44_652_716
        assert paper.output["masks"].shape[1:] == (20, 112, 112, 7)

    @pytest.mark.slow
    def test_learns_a_batch(self, codec, crowd):
        keras.utils.set_random_seed(0)
        small = models.build("mask_rcnn", size=96)
        anchors = mask_rcnn.anchors_of(small)
        small.compile(
            keras.optimizers.AdamW(1e-3, clipnorm=5.0),
            detection_losses.mask_rcnn_losses(codec, anchors),
            loss_weights=detection_losses.WEIGHTS,
            jit_compile=False,
        )
        inputs, targets = Batches(crowd, 4, labels=codec.labels)[0]
        history = [small.train_on_batch(inputs, targets)[0] for _ in range(16)]
        assert np.isfinite(history).all() and history[-1] < 0.6 * history[0]


class TestLosses:
    def test_perfect_boxes_cost_nothing(self, model, crowd):
        anchors = mask_rcnn.anchors_of(model)
        boxes = boxes_of(np.asarray(crowd.instances), 4)
        matched = np.asarray(detection.match(anchors, boxes, 0.3, 0.7))
        own = np.take_along_axis(boxes, np.maximum(matched, 0)[..., None], axis=1)
        deltas = np.asarray(detection.encode_boxes(own, anchors))
        answers = np.concatenate([np.where(matched >= 0, 30.0, -30.0)[..., None], deltas], axis=-1).astype(np.float32)
        loss = detection_losses.FrameLoss(anchors, 0.3, 0.7, 32, "rpn_loss")
        assert float(loss(boxes, answers)) == pytest.approx(0, abs=1e-4)
        assert float(loss(boxes, -answers)) > 10
        assert float(loss(np.full_like(boxes, np.nan), np.minimum(answers, -1) * [30, 0, 0, 0, 0])) == pytest.approx(
            0, abs=1e-4
        )

    def test_rois_that_are_not_there_teach_nothing(self):
        boxes = np.array([[[10, 10, 30, 50], [np.nan] * 4]], np.float32)
        rois = np.array([[[10, 10, 30, 50], [60, 60, 90, 90], [np.nan] * 4]], np.float32)
        right = np.array([[[20, 0, 0, 0, 0], [-20, 5, 5, 5, 5], [33, 9, 9, 9, 9]]], np.float32)
        loss = detection_losses.FrameLoss(None, 0.5, 0.5, 1, "boxes_loss")
        assert float(loss(boxes, np.concatenate([rois, right], axis=-1))) == pytest.approx(0, abs=1e-4)

    def test_masks_and_joints_of_nobody_teach_nothing(self, codec):
        crops = np.full((1, 4, 56, 56), UNLABELLED, np.uint8)
        logits = np.ones((1, 4, 28, 28, len(IFTIMIE6) + 1), np.float32)
        assert float(detection_losses.MaskLoss(codec)(crops, logits)) == 0
        assert (
            float(detection_losses.JointLoss()(np.zeros((1, 4, 17, 3)), np.ones((1, 4, 28, 28, 17), np.float32))) == 0
        )

    def test_a_joint_between_cells_is_shared_among_the_four_around_it(self):
        joint, loss = np.array([[[[2.25, 1.0, 2]]]], np.float32), detection_losses.JointLoss()
        flat = np.full((1, 1, 4, 5, 1), -30, np.float32)
        shared, nearest = flat.copy(), flat.copy()
        shared[0, 0, 1, 2:4, 0] = np.log([0.75, 0.25])
        nearest[0, 0, 1, 2, 0] = 0
        assert float(loss(joint, shared)) == pytest.approx(-0.75 * np.log(0.75) - 0.25 * np.log(0.25), abs=1e-4)
        assert float(loss(joint, nearest)) == pytest.approx(0.25 * 30, abs=1e-3)
        corner = np.array([[[[4.4, 3.4, 2]]]], np.float32)  # half a cell beyond the last centres counts as there
        nearest[0, 0] = np.roll(nearest[0, 0], (2, 2), axis=(0, 1))
        assert float(loss(corner, nearest)) == pytest.approx(0, abs=1e-4)
