"""Fields and maps of several people: what the cells hold, masks, degenerate limbs, and people coming back from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("keras")

from hpe_utils.codecs.paf import PAFCodec  # noqa: E402
from hpe_utils.grouping import ASSIGNMENTS, Grouping, assemble, assign, find_peaks, line_integrals  # noqa: E402
from hpe_utils.skeleton import BODY23, COCO17, OPENPOSE18, Skeleton  # noqa: E402

STICK = Skeleton("STICK", joints=("left_hand", "right_hand"), limbs=(("left_hand", "right_hand"),))


def person(*joints) -> np.ndarray:
    """(1, 1, K, 3) keypoints, all visible, from (x, y) in cells of stride 1."""
    return np.array([[[(x, y, 2) for x, y in joints]]], np.float32)


def fields_of(keypoints, size=(16, 12), **options) -> np.ndarray:
    return np.asarray(PAFCodec(size, STICK, stride=1, **options).fields(keypoints))[0]


def test_channels_are_those_of_the_paper():
    assert PAFCodec((368, 368), OPENPOSE18).channels == (19, 38)
    assert PAFCodec((368, 368), BODY23).channels == (24, 50)
    target, weight = PAFCodec((368, 368), OPENPOSE18).encode(np.zeros((2, 3, 18, 3), np.float32))
    assert target.shape == (2, 46, 46, 57) and weight.shape == (2, 46, 46)
    assert np.asarray(target[..., :18]).max() == 0 and np.asarray(target[..., 18]).min() == 1


def test_a_field_is_the_unit_vector_on_the_limb_and_nothing_beside_it():
    field = fields_of(person((2, 5), (11, 5)))
    assert field[5, 6].tolist() == [1, 0] and field[4, 2].tolist() == [1, 0]
    assert not field[3].any() and not field[5, 13:].any() and not field[5, 0].any()
    slanted = fields_of(person((2, 2), (5, 6)))
    np.testing.assert_allclose(slanted[4, 3], [0.6, 0.8], atol=1e-6)


def test_overlapping_limbs_are_averaged_and_opposite_ones_cancel():
    across, down = person((2, 5), (12, 5)), person((7, 1), (7, 10))
    both = fields_of(np.concatenate([across, down], axis=1))
    np.testing.assert_allclose(both[5, 7], [0.5, 0.5], atol=1e-6)
    assert both[5, 3].tolist() == [1, 0] and both[9, 7].tolist() == [0, 1]
    back = fields_of(np.concatenate([across, across[:, :, ::-1]], axis=1))
    assert np.abs(back).max() == 0


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_limb_without_length_or_label_has_no_field(hidden):
    assert not fields_of(person((4, 4), (4, 4))).any()
    alone = person((2, 5), (11, 5))
    alone[0, 0, hidden] = (np.nan, np.nan, 0)
    assert not fields_of(alone).any()


def test_a_short_limb_between_the_cells_still_has_a_field():
    assert fields_of(person((4.4, 4.4), (4.6, 4.6))).any()


def test_maps_hold_the_highest_peak_and_the_background():
    keypoints = np.concatenate([person((4, 4), (9, 4)), person((6, 4), (9, 9))], axis=1)
    target = np.asarray(PAFCodec((16, 12), STICK, stride=1, sigma=1.0).encode(keypoints)[0])[0]
    np.testing.assert_allclose(target[4, 5, 0], np.exp(-0.5), atol=1e-6)
    np.testing.assert_allclose(target[..., 2], 1 - target[..., :2].max(-1), atol=1e-6)


def test_a_mask_silences_unlabelled_people():
    codec = PAFCodec((32, 32), COCO17)
    mask = np.asarray(codec.mask(np.array([[[7.5, -0.5, 15.5, 7.5], [np.nan] * 4]], np.float32)))
    assert mask.shape == (1, 4, 4) and mask[0, 0].tolist() == [1, 0, 1, 1] and mask[0, 1:].min() == 1


def test_peaks_are_found_between_the_cells_and_once_on_a_plateau():
    y, x = np.mgrid[:20, :30]
    bell = np.exp(-((x - 7.3) ** 2 + (y - 11.8) ** 2) / 2)
    flat = np.zeros((20, 30))
    flat[5:7, 9:12] = 0.9
    peaks = find_peaks(np.stack([bell, flat, np.zeros_like(flat)], -1).astype(np.float32), 0.1)
    assert peaks.joints.tolist() == [0, 1]
    np.testing.assert_allclose(peaks.places[0], [7.3, 11.8], atol=1e-3)
    assert np.abs(peaks.places[1] - (9, 5)).max() <= 0.5
    np.testing.assert_allclose(peaks.heights, [bell.max(), 0.9], atol=1e-6)


def test_peaks_at_the_edge_count_and_stay_inside():
    maps = np.zeros((5, 6, 1), np.float32)
    maps[0, 0], maps[4, 5] = 1, 0.5
    assert find_peaks(maps, 0.1).places.tolist() == [[0, 0], [5, 4]]


def test_a_line_integral_knows_the_direction_and_the_map_ends_somewhere():
    field = fields_of(person((2, 5), (11, 5)))
    starts, ends = np.array([[2.0, 5], [11, 5], [2, 5], [-9, -9]]), np.array([[11.0, 5], [2, 5], [2, 5], [-5, -5]])
    two = np.concatenate([np.zeros_like(field), field], axis=-1)
    values, lengths = line_integrals(two, starts, ends, np.array([1, 1, 1, 1]))
    np.testing.assert_allclose(values[:2].mean(axis=1), [1, -1], atol=1e-5)
    assert lengths[2] == 0 and not values[2].any(), "no length, no vote"
    assert not values[3].any(), "nothing outside the map"
    assert not line_integrals(two, starts, ends, np.array([0, 0, 0, 0]))[0].any()


def test_greedy_takes_the_best_and_hungarian_the_best_sum():
    starts, ends, limbs = np.array([0, 0, 1, 1]), np.array([2, 3, 2, 3]), np.zeros(4, int)
    scores = np.array([0.9, 0.8, 0.7, 0.1])
    assert assign(starts, ends, scores, limbs).tolist() == [0, 3]
    assert assign(starts, ends, scores, limbs, "hungarian").tolist() == [1, 2]
    for name in ASSIGNMENTS:
        assert assign(starts, ends, scores, np.array([0, 1, 1, 0]), name).tolist() == [0, 1, 2, 3], "kinds apart"
        assert assign(*np.zeros((4, 0), int), name).tolist() == []


def test_peak_number_zero_is_a_peak_like_any_other():
    """ZheC's code takes row 0 for an absent joint when it merges people."""
    field = fields_of(person((2, 5), (11, 5)))
    maps = np.asarray(PAFCodec((16, 12), STICK, stride=1).encode(person((2, 5), (11, 5)))[0])[0][..., :2]
    people = Grouping(STICK, joints=2).people(maps, field)
    np.testing.assert_allclose(people.keypoints[0], [[2, 5, 2], [11, 5, 2]], atol=1e-3)


def test_two_people_are_not_merged_where_both_have_the_joint():
    pairs = np.array([0, 1, 0]), np.array([2, 3, 3]), np.array([0.9, 0.8, 0.5])
    members, sums = assemble(np.array([0, 0, 1, 1]), *pairs, 2)
    assert members.tolist() == [[0, 2], [1, 3]] and np.allclose(sums, [0.9, 0.8])


@given(st.integers(1, 4), st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_from_perfect_maps_the_people_come_back(count, seed):
    rng = np.random.default_rng(seed)
    base = np.array([[0, -9], [-1, -10], [1, -10], [-2, -9], [2, -9], [-4, -6], [4, -6], [-6, -2], [6, -2], [-6, 2],
                     [6, 2], [-2, 3], [2, 3], [-3, 8], [3, 8], [-3, 13], [3, 13]])  # fmt: skip
    keypoints = np.full((1, count, 17, 3), 2, np.float32)
    for k in range(count):
        centre = (16 + 20 * k, 20) + rng.uniform(-2, 2, 2)
        keypoints[0, k, :, :2] = 4 * (centre + base * rng.uniform(0.8, 1.2) + rng.uniform(-0.5, 0.5, (17, 2)))
    codec = PAFCodec((4 * 100, 4 * 40), COCO17, stride=4)
    target = np.asarray(codec.encode(keypoints)[0])[0]
    for assignment in ASSIGNMENTS:
        found = Grouping(COCO17, assignment=assignment).people(target[..., :18], target[..., 18:])
        assert len(found.scores) == count
        places = found.keypoints[np.argsort(found.keypoints[:, 0, 0])]
        assert (places[..., 2] == 2).all()
        np.testing.assert_allclose((places[..., :2] + 0.5) * 4 - 0.5, keypoints[0, ..., :2], atol=1.0)


def test_empty_maps_have_nobody_and_wrong_shapes_are_refused():
    grouping = Grouping(COCO17)
    nobody = grouping.people(np.zeros((8, 9, 18)), np.zeros((8, 9, 38)))
    assert nobody.keypoints.shape == (0, 17, 3) and nobody.scores.shape == (0,)
    with pytest.raises(ValueError, match="COCO17 needs maps .h, w, 17 or 18."):
        grouping.people(np.zeros((8, 9, 19)), np.zeros((8, 9, 38)))
    with pytest.raises(ValueError, match=r"need fields \(8, 9, 38\)"):
        grouping.people(np.zeros((8, 9, 18)), np.zeros((8, 9, 36)))
    with pytest.raises(ValueError, match="known are greedy, hungarian"):
        Grouping(COCO17, assignment="auction")
