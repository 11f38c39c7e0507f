"""Fields and maps of several people: what the cells hold, masks and degenerate limbs."""

import numpy as np
import pytest

pytest.importorskip("keras")

from hpe_utils.codecs.paf import PAFCodec  # noqa: E402
from hpe_utils.data.batches import with_boxes  # noqa: E402
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


def test_people_without_labels_silence_the_cells_of_their_box():
    boxes = np.array([[[7.5, -0.5, 15.5, 7.5], [np.nan] * 4]], np.float32)
    keypoints = with_boxes(np.zeros((1, 2, 17, 3), np.float32), boxes)
    weight = np.asarray(PAFCodec((32, 32), COCO17).encode(keypoints)[1])
    assert weight.shape == (1, 4, 4) and weight[0, 0].tolist() == [1, 0, 1, 1] and weight[0, 1:].min() == 1


def test_maps_of_mirrored_pictures_exchange_sides_of_any_spelling():
    joints, limbs = ("nose", "handL", "handR"), (("nose", "handL"), ("handR", "nose"))
    own = Skeleton("OWN", joints, limbs)
    renamed = {"handL": "left_hand", "handR": "right_hand", "nose": "nose"}
    course = Skeleton("COURSE", tuple(map(renamed.get, joints)), tuple(tuple(map(renamed.get, limb)) for limb in limbs))
    outputs = np.random.default_rng(0).normal(size=(1, 4, 4, 8)).astype(np.float32)
    found, expected = (PAFCodec((16, 16), skeleton, 4).mirrored(outputs) for skeleton in (own, course))
    np.testing.assert_array_equal(found, expected)
    # the left hand's map, and its limb's x, which runs the other way in the other limb
    np.testing.assert_array_equal(found[..., 1], outputs[:, :, ::-1, 2])
    np.testing.assert_array_equal(found[..., 4], outputs[:, :, ::-1, 6])
    one_sided = Skeleton("OWN", joints, limbs[:1])
    with pytest.raises(ValueError, match=r"on one side alone: declare \('nose', 'handR'\) too"):
        PAFCodec((16, 16), one_sided, 4).mirrored(outputs[..., :6])
