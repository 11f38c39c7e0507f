"""Boxes: published values, plain loops, the rules of matching; everything inside a compiled training step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

keras = pytest.importorskip("keras")
from backend_probe import detector_probe  # noqa: E402
from keras import ops  # noqa: E402

from hpe_utils import boxes as detection  # noqa: E402
from hpe_utils.boxes import BACKGROUND, IGNORED, pairwise_iou  # noqa: E402
from hpe_utils.metrics import box_iou  # noqa: E402

NONE = [np.nan] * 4
MAP5 = np.arange(25, dtype=np.float32).reshape(1, 5, 5, 1)


def array(values):
    return np.asarray(values, np.float32)


def some_boxes(rng, *shape, extent=40.0, longest=25.0):
    corner = rng.uniform(0, extent, (*shape, 2))
    return array(np.concatenate([corner, corner + rng.uniform(0.5, longest, (*shape, 2))], axis=-1))


# Anchors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "side, published",
    [
        (32, [[-30, -6, 34, 10], [-14, -14, 18, 18], [-6, -30, 10, 34]]),
        (64, [[-62, -14, 66, 18], [-30, -30, 34, 34], [-14, -62, 18, 66]]),
    ],
)
def test_anchors_are_those_of_detectron2(side, published):
    """Its test of centred anchors: stride 4, a map of two cells in one row, h / w = ¼, 1, 4, in the frame 0 … W."""
    second = array(published) + [4, 0, 4, 0]
    expected = np.concatenate([array(published), second]) - 0.5
    found = detection.anchor_boxes((8, 4), stride=4, side=side, ratios=(0.25, 1, 4))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_map_that_does_not_divide_the_picture_reaches_beyond_its_edge():
    anchors = detection.anchor_boxes((9, 5), stride=4, side=4, ratios=(1,)).reshape(2, 3, 4)
    np.testing.assert_allclose(anchors[0, 0], [-0.5, -0.5, 3.5, 3.5])
    np.testing.assert_allclose(anchors[1, 2], [7.5, 3.5, 11.5, 7.5])


# IoU and the four numbers -------------------------------------------------------------------------


def test_iou_of_all_pairs_is_that_of_each_pair():
    rng = np.random.default_rng(0)
    a, b = some_boxes(rng, 3, 5), some_boxes(rng, 3, 4)
    b[1, 2] = np.nan
    found = np.asarray(pairwise_iou(a, b))
    expected = box_iou(a[:, :, None], np.nan_to_num(b)[:, None])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert (found[1, :, 2] == 0).all() and found.max() > 0.1
    np.testing.assert_allclose(np.asarray(pairwise_iou(a[0], b))[2], np.asarray(pairwise_iou(a[0], b[2])))


def test_boxes_without_area_overlap_nothing():
    point, box = array([[3, 3, 3, 3]]), array([[0, 0, 6, 6]])
    assert np.asarray(pairwise_iou(point, np.concatenate([point, box]))).tolist() == [[0, 0]]


def test_encoded_boxes_by_hand():
    anchor, box = array([0, 0, 10, 20]), array([1, 4, 21, 24])
    found = np.asarray(detection.encode_boxes(box, anchor))
    np.testing.assert_allclose(found, [0.6 / 0.1, 0.2 / 0.1, np.log(2) / 0.2, 0], atol=1e-5)


def test_boxes_come_back_from_their_deltas():
    rng = np.random.default_rng(1)
    boxes, anchors = some_boxes(rng, 2, 50), some_boxes(rng, 50)
    deltas = detection.encode_boxes(boxes, anchors)
    np.testing.assert_allclose(np.asarray(detection.decode_boxes(deltas, anchors)), boxes, atol=1e-3)
    zeros = detection.decode_boxes(np.zeros((50, 4), np.float32), anchors)
    np.testing.assert_allclose(np.asarray(zeros), anchors, atol=1e-5)


def test_nothing_breaks_the_four_numbers():
    anchor = array([0, 0, 10, 10])
    deltas = np.asarray(detection.encode_boxes(array([NONE, [5, 5, 5, 5], [5, 5, 5, 9]]), anchor))
    assert np.isfinite(deltas).all() and deltas[0].tolist() == [0, 0, 0, 0]
    x0, _, x1, _ = np.asarray(detection.decode_boxes(array([0, 0, 1e4, -1e4]), anchor))
    assert x1 - x0 == pytest.approx(10 * 1000 / 16, rel=1e-4)


# Matching -----------------------------------------------------------------------------------------

ANCHORS = array([[0, 0, 10, 10], [0, 0, 10, 6], [0, 0, 10, 4], [30, 30, 40, 40], [34, 30, 44, 40]])
BOXES = array([[[0, 0, 10, 10], [30, 30, 40, 70], NONE], [NONE, NONE, NONE]])  # the second picture is empty


def test_an_anchor_is_matched_ignored_or_background():
    matched = np.asarray(detection.match(ANCHORS, BOXES, 0.5, 0.7, force=False))
    assert matched.dtype == np.int32
    assert matched.tolist() == [[0, IGNORED, BACKGROUND, BACKGROUND, BACKGROUND], [BACKGROUND] * 5]
    at_the_bounds = np.asarray(detection.match(ANCHORS, BOXES[:1], 0.4, 0.6, force=False))
    assert at_the_bounds[0, :3].tolist() == [0, 0, IGNORED]


def test_the_nearest_anchor_takes_a_box_that_nobody_else_takes():
    matched = np.asarray(detection.match(ANCHORS, BOXES, 0.5, 0.7))
    assert matched.tolist() == [[0, IGNORED, BACKGROUND, 1, BACKGROUND], [BACKGROUND] * 5]


def test_all_of_several_nearest_anchors_take_the_box():
    anchors = array([[0, 0, 10, 10], [10, 0, 20, 10], [50, 50, 60, 60]])
    assert np.asarray(detection.match(anchors, array([[[5, 0, 15, 10]]]), 0.4, 0.6)).tolist() == [[0, 0, BACKGROUND]]


def test_a_forced_anchor_belongs_to_the_box_it_is_nearest_to():
    """Its own best box has a better anchor, and would take it away from the box that has none."""
    anchors = array([[0, 0, 20, 20], [0, 0, 20, 19]])
    boxes = array([[[0, 0, 20, 20], [0, 0, 6, 6]]])
    assert np.asarray(detection.match(anchors, boxes, 0.3, 0.99, force=False)).tolist() == [[0, IGNORED]]
    assert np.asarray(detection.match(anchors, boxes, 0.3, 0.7)).tolist() == [[0, 1]]


def test_anchors_may_differ_from_picture_to_picture():
    anchors = np.stack([ANCHORS, ANCHORS[::-1]])
    boxes = np.stack([BOXES[0], BOXES[0]])
    found = np.asarray(detection.match(anchors, boxes, 0.5, 0.7))
    assert found[1, ::-1].tolist() == found[0].tolist() == [0, IGNORED, BACKGROUND, 1, BACKGROUND]


# Non-maximum suppression --------------------------------------------------------------------------


def plain_nms(boxes, scores, threshold):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if all(box_iou(boxes[i], boxes[k]) <= threshold for k in kept):
            kept.append(int(i))
    return kept


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.5, 1.0]), st.sampled_from([1, 6, 16]))
def test_nms_is_a_plain_loop(seed, threshold, count):
    """Whole-numbered corners and three scores, so that ties are the rule; boxes without area among them."""
    rng = np.random.default_rng(seed)
    corner = rng.integers(0, 6, (2, 16, 2))
    boxes = array(np.concatenate([corner, corner + rng.integers(0, 6, (2, 16, 2))], axis=-1))
    scores = array(rng.integers(1, 4, (2, 16)) / 4)
    kept, valid = map(np.asarray, detection.nms(boxes, scores, threshold, count))
    assert kept.shape == valid.shape == (2, count) and kept.dtype == np.int32
    for i in range(2):
        expected = plain_nms(boxes[i], scores[i], threshold)[:count]
        assert kept[i, valid[i]].tolist() == expected
        assert valid[i].tolist() == [k < len(expected) for k in range(count)]


def test_nms_leaves_out_padding_and_what_has_no_score():
    boxes = array([[NONE, [0, 0, 4, 4], [9, 9, 12, 12]], [NONE, NONE, NONE]])
    kept, valid = detection.nms(boxes, array([[0.9, 0.5, -np.inf], [0.9, 0.8, 0.7]]), 0.5, 3)
    assert np.asarray(valid).tolist() == [[True, False, False], [False] * 3]
    assert np.asarray(kept).tolist() == [[1, 0, 0], [0, 0, 0]]


# Reading features ---------------------------------------------------------------------------------


def test_levels_of_the_pyramid():
    sides = array([224, 223, 112, 448, 10, 4000, 0])
    boxes = np.stack([0 * sides, 0 * sides, sides, sides], axis=-1)
    found = detection.pyramid_level(np.concatenate([boxes, array([NONE])]), lowest=2, highest=5)
    assert np.asarray(found).tolist() == [4, 3, 3, 5, 2, 5, 2, 2]
    assert int(detection.pyramid_level(array([0, 0, 56, 224]), 2, 5)) == 3


def test_samples_between_the_cells_and_at_the_border():
    """The rule of Caffe2's and detectron2's kernel: the border's value for one cell outside, then nothing."""
    points = {(1, 2): 11, (1.5, 0.5): 4, (0.25, 0): 0.25, (-1, 0): 0, (-0.5, 1): 5, (5, 4): 24, (4.5, 2.5): 16.5,
              (-1.1, 3): 0, (2, 5.1): 0, (np.nan, 3): 0}  # fmt: skip
    found = detection.bilinear_sample(MAP5, array([list(points)]))
    np.testing.assert_allclose(np.asarray(found)[0, :, 0], list(points.values()), atol=1e-5)


def test_roi_align_has_detectron2s_values():
    """Its test: 0 … 24 in 5×5 cells, box 1, 1, 3, 3 in the frame 0 … W, half a pixel more than ours; "aligned"."""
    published = [[4.5, 5, 5.5, 6], [7, 7.5, 8, 8.5], [9.5, 10, 10.5, 11], [12, 12.5, 13, 13.5]]
    for samples in (1, 2, 3):
        found = detection.roi_align(MAP5, array([[[0.5, 0.5, 2.5, 2.5]]]), 4, stride=1, samples=samples)
        np.testing.assert_allclose(np.asarray(found)[0, 0, :, :, 0], published, atol=1e-5)


def test_roi_align_is_the_mean_of_samples():
    rng = np.random.default_rng(2)
    features = array(rng.normal(size=(2, 6, 7, 3)))
    boxes = some_boxes(rng, 2, 5, extent=70, longest=30) - 20  # partly, and wholly, outside of 56×48 pixels
    steps = (np.arange(8) + 0.5) / 8
    x0, y0, x1, y1 = np.moveaxis((boxes + 0.5) / 8 - 0.5, -1, 0)[..., None]
    x, y = x0 + steps * (x1 - x0), y0 + steps * (y1 - y0)
    points = np.stack(np.broadcast_arrays(x[:, :, None], y[..., None]), axis=-1)
    values = np.asarray(detection.bilinear_sample(features, array(points.reshape(2, -1, 2))))
    expected = values.reshape(2, 5, 4, 2, 4, 2, 3).mean(axis=(3, 5))
    found = np.asarray(detection.roi_align(features, boxes, 4, stride=8))
    assert (expected == 0).any() and (expected != 0).any()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_box_is_read_from_its_own_picture_and_padding_reads_nothing():
    features = array([1, 2])[:, None, None, None] * np.ones((2, 4, 4, 2), np.float32)
    boxes = array([[NONE, [4, 4, 20, 20]], [[4, 4, 20, 20], NONE]])
    for function in (detection.roi_align, detection.roi_pool):
        found = np.asarray(function(features, boxes, 2, 8))
        assert found[..., 0, 0, 0].tolist() == [[0, 1], [2, 0]]


def test_whatever_is_linear_in_the_picture_is_read_exactly():
    """The stride's half pixel: a ramp seen by stride 8 is read back at the middles of the bins."""
    centres = (np.arange(20) + 0.5) * 8 - 0.5
    ramp = array(np.broadcast_to(np.stack(np.meshgrid(centres, centres), axis=-1), (1, 20, 20, 2)))
    found = np.asarray(detection.roi_align(ramp, array([[[20, 33, 90, 61]]]), 7, stride=8))[0, 0]
    np.testing.assert_allclose(found[0, :, 0], 20 + (np.arange(7) + 0.5) * 10, atol=1e-3)
    np.testing.assert_allclose(found[:, 0, 1], 33 + (np.arange(7) + 0.5) * 4, atol=1e-3)


def plain_roi_pool(features, box, size, stride):
    first, last = np.floor((box[:2] + 0.5) / stride + 0.5), np.floor((box[2:] - 0.5) / stride + 0.5)
    result = np.zeros((size, size, features.shape[-1]))
    for row in range(size):
        for column in range(size):
            bins = np.maximum(last - first + 1, 1) / size
            x0, y0 = np.maximum(np.floor(bins * [column, row]) + first, 0).astype(int)
            x1, y1 = np.maximum(np.ceil(bins * [column + 1, row + 1]) + first, 0).astype(int)
            cells = features[y0:y1, x0:x1].reshape(-1, features.shape[-1])
            result[row, column] = cells.max(axis=0) if len(cells) else 0
    return result


def test_roi_pool_is_a_plain_loop():
    rng = np.random.default_rng(3)
    features = array(rng.normal(size=(1, 6, 7, 2)))
    boxes = some_boxes(rng, 1, 30, extent=70, longest=40) - 20
    found = np.asarray(detection.roi_pool(features, boxes, 4, stride=8))
    for box, pooled in zip(boxes[0], found[0], strict=True):
        np.testing.assert_allclose(pooled, plain_roi_pool(features[0], box, 4, 8), atol=1e-6)


# A training step ----------------------------------------------------------------------------------


def test_a_compiled_training_step_goes_through_all_of_it():
    """What `backend_probe` compares between two backends is finite, and moves every weight."""
    numbers = detector_probe()
    assert all(np.isfinite(values).all() for values in numbers.values())
    assert np.abs(numbers["detector step"]).min() > 1e-6


def test_gradients_reach_the_cells_of_the_box_and_no_others():
    tensorflow = pytest.importorskip("tensorflow")
    features = tensorflow.zeros((1, 8, 8, 1))
    with tensorflow.GradientTape() as tape:
        tape.watch(features)
        total = ops.sum(detection.roi_align(features, array([[[7.5, 7.5, 15.5, 23.5], NONE]]), 2, 4, samples=1))
    gradient = tape.gradient(total, features).numpy()[0, :, :, 0]
    assert gradient.sum() == pytest.approx(4, abs=1e-5)
    assert (gradient[2:6, 2:4] > 0).all() and gradient[2:6, 2:4].sum() == pytest.approx(4, abs=1e-5)
