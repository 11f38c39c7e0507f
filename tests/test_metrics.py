"""PCKh against published predictions on MPII, and scores worked out by hand."""

import json

import h5py
import numpy as np
import pytest
from conftest import shared_file
from scipy.io import loadmat

from hpe_utils import metrics
from hpe_utils.data.schema import Samples
from hpe_utils.skeleton import COCO17, MPII16, Skeleton

JOINTS_14 = [i for i, joint in enumerate(MPII16.joints) if joint not in metrics.PELVIS_AND_THORAX]
PAIRS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
# FACTS of the published files, in per cent: head top, then PAIRS, pooled, macro at .5 of the official head size
OFFICIAL = {
    "tompson.h5": (95.60, 92.71, 83.36, 76.74, 81.93, 73.36, 65.45, 82.34, 81.46),
    "bearpaw-hg_s2_b1.mat": (95.80, 94.57, 88.12, 83.31, 86.24, 80.88, 77.44, 87.30, 86.76),
}
HEAD_BONE = {  # threshold: (pooled, macro)
    "tompson.h5": {0.5: (86.21, 85.38), 0.1: (41.67, 40.87)},
    "bearpaw-hg_s2_b1.mat": {0.5: (91.01, 90.52), 0.1: (38.11, 37.77)},
}


@pytest.fixture(scope="module")
def mpii_validation():
    """Truth (2958, 16, 3), head boxes (2958, 4) and the two published predictions (2958, 16, 2)."""
    truth = loadmat(shared_file("mpii/annot/detections_our_format.mat"))
    joints = truth["pos_gt_src"].transpose(2, 0, 1)
    labelled = (truth["jnt_missing"].T == 0)[..., None]
    boxes = truth["headboxes_src"].transpose(2, 0, 1).reshape(-1, 4)
    with h5py.File(shared_file("mpii/predictions/tompson.h5")) as file:
        tompson = file["preds"][:].transpose(2, 1, 0)
    hourglass = loadmat(shared_file("mpii/predictions/bearpaw-hg_s2_b1.mat"))["preds"]
    predictions = {"tompson.h5": tompson, "bearpaw-hg_s2_b1.mat": hourglass}
    return np.concatenate([joints, 2 * labelled], axis=-1), boxes, predictions


def score_14(predicted, truth, head_size, threshold):
    return metrics.pckh(predicted[:, JOINTS_14], truth[:, JOINTS_14], head_size, threshold)


@pytest.mark.parametrize("file", OFFICIAL)
def test_official_pckh_of_published_predictions(mpii_validation, file):
    truth, boxes, predictions = mpii_validation
    score = metrics.pckh(predictions[file], truth, metrics.mpii_head_size(boxes))
    joint = {name: score.per_joint[i] for i, name in enumerate(MPII16.joints)}
    measured = [joint["head_top"]] + [(joint[f"left_{p}"] + joint[f"right_{p}"]) / 2 for p in PAIRS]
    total = score_14(predictions[file], truth, metrics.mpii_head_size(boxes), 0.5)
    np.testing.assert_allclose(100 * np.array([*measured, total.pooled, total.macro]), OFFICIAL[file], atol=0.01)


@pytest.mark.parametrize("threshold", [0.5, 0.2, 0.1])
@pytest.mark.parametrize("file", OFFICIAL)
def test_every_joint_equals_the_expected_scores(mpii_validation, file, threshold):
    truth, boxes, predictions = mpii_validation
    expected = json.loads(shared_file("mpii/predictions/EXPECTED_SCORES.json").read_text())
    expected = expected["predictions"][file]["computed"][f"PCKh@{threshold}"]
    score = score_14(predictions[file], truth, metrics.mpii_head_size(boxes), threshold)
    per_joint = np.array(list(expected["per_joint"].values()))[JOINTS_14]
    np.testing.assert_allclose(100 * score.per_joint, per_joint, atol=0.01)
    assert 100 * score.pooled == pytest.approx(expected["mean_count_weighted_14_joints"], abs=0.01)
    assert 100 * score.macro == pytest.approx(expected["mean_unweighted_14_joints"], abs=0.01)


@pytest.mark.parametrize("file", HEAD_BONE)
def test_head_bone_pckh_of_published_predictions(mpii_validation, file):
    truth, _, predictions = mpii_validation
    bone = metrics.head_bone(truth, MPII16)
    assert np.isnan(bone).sum() == 26
    for threshold, expected in HEAD_BONE[file].items():
        score = score_14(predictions[file], truth, bone, threshold)
        assert (100 * score.pooled, 100 * score.macro) == pytest.approx(expected, abs=0.01)


def test_on_mpii_the_head_bone_is_four_thirds_of_the_official_size(mpii_validation):
    truth, boxes, _ = mpii_validation
    ratio = metrics.head_bone(truth, MPII16) / metrics.mpii_head_size(boxes)
    assert np.nanmedian(ratio) == pytest.approx(4 / 3, abs=0.01)


def test_pckh_by_hand():
    truth = np.array([[[0, 0, 2], [0, 0, 1], [0, 0, 0]], [[0, 0, 2], [0, 0, 2], [0, 0, 0]]], float)
    predicted = np.array([[[3, 4], [3, 4.1], [0, 0]], [[0, 0], [0, 0], [0, 0]]], float)
    score = metrics.pckh(predicted, truth, np.array([10.0, np.nan]))
    assert score.counts.tolist() == [1, 1, 0]  # the second person has no head size, the third joint no label
    assert score.per_joint[:2].tolist() == [1, 0]  # an error of exactly half a head is right
    assert np.isnan(score.per_joint[2])
    assert score.pooled == score.macro == 0.5


def test_pckh_counts_a_missing_prediction_as_wrong_and_bears_no_people():
    truth = np.array([[[5, 5, 2]]], float)
    assert metrics.pckh(np.full((1, 1, 2), np.nan), truth, np.array([9.0])).pooled == 0
    nobody = metrics.pckh(truth, truth, np.array([0.0]))
    assert np.isnan(nobody.pooled) and np.isnan(nobody.macro) and nobody.counts.sum() == 0


def test_pooled_weighs_joints_and_macro_weighs_names():
    truth = np.zeros((4, 2, 3))
    truth[:, 0, 2] = 2
    truth[0, 1, 2] = 2
    predicted = np.zeros((4, 2, 2))
    predicted[0, 1] = 100
    score = metrics.pckh(predicted, truth, np.ones(4))
    assert (score.pooled, score.macro) == (0.8, 0.5)


@pytest.mark.parametrize(
    "other, expected",
    [((0, 0, 2, 2), 1), ((1, 0, 3, 2), 1 / 3), ((2, 0, 4, 2), 0), ((5, 5, 6, 6), 0), ((3, 3, 1, 1), 0)],
)
def test_box_iou_by_hand(other, expected):
    assert metrics.box_iou(np.array([0, 0, 2, 2.0]), np.array(other, float)) == pytest.approx(expected)


def test_the_bootstrap_interval_of_a_mean_is_the_textbook_one():
    values = np.random.default_rng(1).normal(5, 2, 400)
    low, high = metrics.bootstrap_interval(lambda rows: values[rows].mean(), len(values), draws=4000)
    half = 1.96 * values.std() / 20
    assert low == pytest.approx(values.mean() - half, abs=0.02)
    assert high == pytest.approx(values.mean() + half, abs=0.02)
    assert metrics.bootstrap_interval(lambda rows: 0.5, 10) == (0.5, 0.5)
    narrow = metrics.bootstrap_interval(lambda rows: values[rows].mean(), len(values), level=0.5)
    assert low < narrow[0] < narrow[1] < high


def people_of(keypoints, skeleton=COCO17, **fields) -> Samples:
    """Samples of these (N, K, 3) keypoints, without boxes unless they are given."""
    keypoints = np.asarray(keypoints, np.float32)[:, None]
    nothing = np.full((len(keypoints), 1, 4), np.nan, np.float32)
    return Samples(**{
        "images": np.zeros((len(keypoints), 8, 8, 3), np.uint8), "keypoints": keypoints, "boxes": nothing,
        "head_boxes": nothing, "to_picture": np.zeros((len(keypoints), 2, 3), np.float32),
        "ids": np.arange(len(keypoints)).astype(str), "skeleton": skeleton, "title": "people",
    } | fields)  # fmt: skip


BOXES = np.array([[[0, 0, 50, 100]], [[0, 0, 200, 100]]], np.float32)


def test_without_heads_a_fifth_of_the_box_is_the_unit():
    (name, size), *others = metrics.head_sizes(people_of(np.ones((2, 17, 3)), boxes=BOXES)).items()
    assert name == "box" and not others
    np.testing.assert_allclose(size, [20, 40])


def test_where_somebody_lacks_a_box_the_joints_extent_is_everybodys_unit():
    keypoints = np.zeros((2, 17, 3))
    keypoints[0, :2] = [[10, 20, 2], [40, 30, 1]]
    keypoints[1, :2] = [[10, 20, 2], [10, 70, 1]]
    boxes = np.where([[[True]], [[False]]], BOXES, np.nan).astype(np.float32)
    sizes = metrics.head_sizes(people_of(keypoints, boxes=boxes))
    assert list(sizes) == ["extent"]
    np.testing.assert_allclose(sizes["extent"], [6, 10])


def test_a_skeleton_of_ones_own_declares_its_scale():
    torso = ("left_shoulder", "right_hip")
    own = Skeleton("OWN", (*torso, "right_shoulder", "left_hip"), (), head=torso)
    keypoints = np.zeros((2, 4, 3))
    keypoints[0, :2] = [[10, 20, 2], [13, 24, 1]]
    keypoints[1, :1] = [[10, 20, 2]]
    sizes = metrics.head_sizes(people_of(keypoints, own, boxes=BOXES))
    assert list(sizes) == ["left_shoulder to right_hip"]
    np.testing.assert_allclose(sizes["left_shoulder to right_hip"], [5, np.nan])
    assert list(metrics.head_sizes(people_of(keypoints[1:], own, boxes=BOXES[1:]))) == ["box"]
