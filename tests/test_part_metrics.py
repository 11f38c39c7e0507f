"""Scores of part maps and of people as masks, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hpe_utils.metrics import parts as pm
from hpe_utils.parts import UNLABELLED

X = UNLABELLED
# Two pictures of 2 × 4, three parts; nobody in the second; part 3 occurs nowhere.
TRUTH = np.array([[[0, 0, 1, 1], [0, 2, 2, X]], [[0, 0, 0, 0], [0, 0, 0, 0]]], np.uint8)
PREDICTED = np.array([[[0, 1, 1, 1], [0, 2, 0, 2]], [[0, 0, 0, 0], [0, 0, 0, 1]]], np.uint8)


def scores_of(truth=TRUTH, predicted=PREDICTED, classes=3):
    return pm.part_scores(pm.confusions(truth, predicted, classes))


# Counting -----------------------------------------------------------------------------------------


def test_confusion_by_hand():
    expected = [[9, 2, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    assert pm.confusion(TRUTH, PREDICTED, 3).tolist() == expected
    by_picture = pm.confusions(TRUTH, PREDICTED, 3)
    assert by_picture.shape == (2, 4, 4) and by_picture.sum(axis=0).tolist() == expected
    assert by_picture[1, 0].tolist() == [7, 1, 0, 0] and by_picture.sum() == 15  # one pixel of 16 is unlabelled


def test_part_scores_by_hand():
    scores = scores_of()
    np.testing.assert_allclose(scores.iou, [9 / 12, 2 / 4, 1 / 2, np.nan])
    assert scores.absent == 1
    assert scores.pooled == pytest.approx((9 / 12 + 2 / 4 + 1 / 2) / 3)
    assert scores.pooled_parts == pytest.approx((2 / 4 + 1 / 2) / 2)
    first, second = (2 / 4 + 2 / 3 + 1 / 2) / 3, 7 / 8
    assert scores.image == pytest.approx((first + second) / 2)
    assert scores.image_parts == pytest.approx((2 / 3 + 1 / 2) / 2)  # the second picture has nobody and is left out
    assert scores.person == pytest.approx(3 / 6)
    assert scores.accuracy == pytest.approx(12 / 15)
    assert pm.mean_iou(pm.confusions(TRUTH, PREDICTED, 3)) == scores.pooled


def test_a_class_that_is_only_predicted_has_nothing_right_but_is_not_absent():
    only_predicted = np.zeros((1, 2, 2), np.uint8), np.array([[[0, 0], [0, 2]]], np.uint8)
    scores = scores_of(*only_predicted)
    np.testing.assert_allclose(scores.iou, [3 / 4, np.nan, 0, np.nan])
    assert scores.pooled == pytest.approx(3 / 8) and scores.absent == 2
    assert scores.image == 3 / 4, "in a picture the classes of its truth count"


def test_all_background_is_mostly_right_and_worth_little():
    truth = np.zeros((1, 10, 10), np.uint8)
    truth[0, 0, :5] = np.arange(1, 6)
    scores = scores_of(truth, np.zeros_like(truth), 5)
    assert scores.accuracy == pytest.approx(0.95)
    assert scores.pooled == pytest.approx(0.95 / 6)
    assert scores.pooled_parts == scores.person == scores.image_parts == 0


def test_the_truth_as_prediction_is_perfect():
    known = np.where(TRUTH == X, 0, TRUTH)
    scores = scores_of(TRUTH, known)
    assert scores[2:] == (1,) * 6 and scores.absent == 1


@pytest.mark.parametrize("shape", [(0, 4, 4), (2, 0, 0), (2, 3, 3)])
def test_without_labelled_pixels_there_is_no_score(shape):
    nothing = np.full(shape, X, np.uint8)
    scores = scores_of(nothing, np.ones(shape, np.uint8))
    assert scores.absent == 4 and np.isnan(scores.iou).all() and np.isnan(scores[2:]).all()


def test_pictures_without_anybody_have_no_score_of_parts():
    empty = np.zeros((3, 2, 2), np.uint8)
    scores = scores_of(empty, empty)
    assert scores.pooled == scores.image == scores.accuracy == 1
    assert np.isnan([scores.pooled_parts, scores.image_parts, scores.person]).all()


def test_maps_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"true maps are \(2, 2, 4\) and predicted ones \(2, 1, 4\)"):
        pm.confusions(TRUTH, PREDICTED[:, :1], 3)
    with pytest.raises(ValueError, match="predicted ones"):
        pm.confusion(TRUTH, PREDICTED[:1], 3)
    with pytest.raises(ValueError, match="the prediction has labels 0 to 2, but with 1 parts 0 to 1"):
        pm.confusion(np.minimum(TRUTH, 1), PREDICTED, 1)
    with pytest.raises(ValueError, match="the truth has labels 0 to 2"):
        pm.confusion(TRUTH, np.zeros_like(TRUTH), 1)
    with pytest.raises(ValueError, match="the prediction has labels -1"):
        pm.confusion(TRUTH, PREDICTED.astype(int) - 1, 3)
    with pytest.raises(ValueError, match="the prediction has labels 0 to 255"):
        pm.confusion(TRUTH, TRUTH, 3)


labels = arrays(np.uint8, (3, 4, 5), elements=st.integers(0, 4))


@given(labels, labels)
def test_confusion_against_counting_one_by_one(truth, predicted):
    counts = pm.confusion(truth, predicted, 4)
    for row in range(5):
        for column in range(5):
            assert counts[row, column] == ((truth == row) & (predicted == column)).sum()
    np.testing.assert_array_equal(pm.confusion(predicted, truth, 4), counts.T)


@given(labels, labels)
def test_iou_is_symmetric_and_order_does_not_matter(truth, predicted):
    scores, turned = scores_of(truth, predicted, 4), scores_of(predicted, truth, 4)
    np.testing.assert_array_equal(scores.iou, turned.iou)
    np.testing.assert_array_equal(scores_of(truth[::-1], predicted[::-1], 4).iou, scores.iou)
    for label in range(5):
        union = ((truth == label) | (predicted == label)).sum()
        expected = ((truth == label) & (predicted == label)).sum() / union if union else np.nan
        np.testing.assert_allclose(scores.iou[label], expected)


# People as masks ----------------------------------------------------------------------------------


def strips(*columns, width=12, channels=1):
    """Masks (len(columns), 1, width, channels) of pixels from first to last column in the given channel."""
    masks = np.zeros((len(columns), 1, width, channels), bool)
    for mask, (first, last, channel) in zip(masks, columns, strict=True):
        mask[0, first:last, channel] = True
    return masks


def test_person_masks_by_hand():
    instances = np.array([[0, 1, 1, 2]])
    parts = np.array([[0, 1, 2, X]])
    masks = pm.person_masks(instances, parts, people=3, classes=2)
    assert masks.shape == (3, 1, 4, 2) and masks.dtype == bool
    assert masks.sum() == 2 and masks[0, 0, 1, 0] and masks[0, 0, 2, 1], "an unlabelled pixel is nobody's part"


def test_overlaps_by_hand():
    one = pm.overlaps(strips((0, 4, 0), (6, 8, 0)), [0.9, 0.8], strips((2, 6, 0)))
    assert one.both[..., 0].tolist() == [[2], [0]]
    assert one.predicted.tolist() == [[4], [2]] and one.truth.tolist() == [[4]]
    labelled = np.arange(12)[None] != 3
    one = pm.overlaps(strips((0, 4, 0), (6, 8, 0)), [0.9, 0.8], strips((2, 6, 0)), labelled)
    assert one.both[..., 0].tolist() == [[1], [0]]
    assert one.predicted.tolist() == [[3], [2]] and one.truth.tolist() == [[3]]


def test_masks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        pm.overlaps(strips((0, 4, 0)), [0.9], strips((0, 4, 0), width=11))
    with pytest.raises(ValueError, match="do not fit"):
        pm.overlaps(strips((0, 4, 0)), [0.9], strips((0, 4, 0), channels=2))
    with pytest.raises(ValueError, match="with 2 scores"):
        pm.overlaps(strips((0, 4, 0)), [0.9, 0.8], strips((0, 4, 0)))


def part_precision(*pictures):
    return pm.part_precision([pm.overlaps(*picture) for picture in pictures])


def test_average_precision_by_hand():
    # Two true masks. By falling score: right, wrong, right; precision 1, 1/2, 2/3; recall 1/2, 1/2, 1.
    first = strips((0, 4, 0), (8, 12, 0)), [0.9, 0.8], strips((0, 4, 0))
    second = strips((0, 3, 0)), [0.7], strips((0, 4, 0))
    assert part_precision(first, second)[0] == pytest.approx((1 + 2 / 3) / 2)
    assert part_precision(second, first)[0] == pytest.approx((1 + 2 / 3) / 2)


def test_precision_is_raised_to_what_follows():
    # By falling score: wrong, right, right of two; precision 0, 1/2, 2/3, of which the envelope is 2/3 throughout.
    first = strips((8, 12, 0), (0, 4, 0)), [0.9, 0.8], strips((0, 4, 0))
    second = strips((0, 3, 0)), [0.7], strips((0, 4, 0))
    assert part_precision(first, second)[0] == pytest.approx(2 / 3)


def test_half_an_overlap_is_enough_for_a_part_and_less_is_not():
    assert part_precision((strips((0, 2, 0)), [1.0], strips((0, 4, 0))))[0] == 1
    assert part_precision((strips((0, 4, 0)), [1.0], strips((1, 12, 0))))[0] == 0


def test_a_part_is_claimed_once_and_by_the_higher_score():
    twice = strips((0, 3, 0), (0, 4, 0)), [0.9, 0.8], strips((0, 4, 0))
    assert part_precision(twice)[0] == 1, "the second is a false find, after all true ones were found"
    more = strips((0, 4, 0)), [0.5], strips((0, 4, 0))
    assert part_precision(twice, more)[0] == pytest.approx((1 + 2 / 3) / 2)


def test_parts_are_scored_apart_and_empty_masks_are_no_finds():
    # One person: its first part is found, its second missed; the third is predicted and in no truth.
    predicted = strips((0, 4, 0), channels=3) | strips((8, 12, 2), channels=3)
    truth = strips((0, 4, 0), channels=3) | strips((4, 8, 1), channels=3)
    precision = part_precision((predicted, [0.9], truth))
    np.testing.assert_array_equal(precision, [1, 0, np.nan])
    nobody = np.zeros((0, 1, 12, 3), bool)
    np.testing.assert_array_equal(part_precision((nobody, [], truth)), [0, 0, np.nan])
    np.testing.assert_array_equal(part_precision((predicted, [0.9], nobody)), [np.nan] * 3)
    assert pm.part_precision([]).shape == (0,)


def test_person_precision_takes_all_channels_together():
    # Channel 0 shares 1 of 3 pixels, channel 1 shares 8 of 8: together 9 of 11, apart a mean of 2/3.
    predicted = strips((0, 2, 0), channels=2) | strips((0, 8, 1), channels=2)
    truth = strips((1, 3, 0), channels=2) | strips((0, 8, 1), channels=2)
    one = pm.overlaps(predicted, [0.9], truth)
    assert pm.person_precision([one]) == (1, 1)
    assert pm.person_precision([one], threshold=9 / 11).precision == 0, "the IoU must exceed the threshold"
    assert pm.person_precision([one], threshold=0.8).precision == 1


def test_person_precision_counts_predictions_and_recall_people():
    twice = pm.overlaps(strips((0, 4, 0), (0, 4, 0)), [0.9, 0.8], strips((0, 4, 0), (6, 9, 0), (0, 0, 0)))
    assert pm.person_precision([twice]) == (1 / 2, 1 / 2), "the second find is wrong; who has no pixel is not missed"
    nobody = np.zeros((0, 1, 12, 1), bool)
    assert np.isnan(pm.person_precision([])).all()
    scores = pm.person_precision([pm.overlaps(nobody, [], strips((0, 4, 0)))])
    assert np.isnan(scores.precision) and scores.recall == 0
    scores = pm.person_precision([pm.overlaps(strips((0, 4, 0)), [0.9], nobody)])
    assert scores.precision == 0 and np.isnan(scores.recall)


def test_precision_alone_is_bought_by_silence():
    truth = strips((0, 4, 0), (6, 12, 0))
    bold = pm.overlaps(strips((0, 4, 0), (4, 8, 0)), [0.9, 0.4], truth)
    shy = pm.overlaps(strips((0, 4, 0)), [0.9], truth)
    assert pm.person_precision([shy]).precision > pm.person_precision([bold]).precision
    assert pm.person_precision([shy]).recall == pm.person_precision([bold]).recall == 1 / 2


@given(arrays(np.uint8, (2, 4, 5), elements=st.integers(0, 3)), arrays(np.uint8, (2, 4, 5), elements=st.integers(0, 2)))
def test_the_truth_as_prediction_has_full_precision(instances, parts):
    pictures = []
    for instance, part in zip(instances, parts, strict=True):
        masks = pm.person_masks(instance, part, 3, 2)
        pictures.append(pm.overlaps(masks, [0.3, 0.2, 0.1], masks))
    precision = pm.part_precision(pictures)
    assert ((precision == 1) | np.isnan(precision)).all()
    true = sum(((i == n) & (p > 0)).any() for i, p in zip(instances, parts, strict=True) for n in (1, 2, 3))
    scores = pm.person_precision(pictures)
    np.testing.assert_allclose(scores, (true / 6, 1) if true else (0, np.nan))
