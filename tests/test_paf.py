"""Fields and maps of several people: what the cells hold, masks and degenerate limbs."""

from dataclasses import replace

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from hpe_utils import losses  # noqa: E402
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


# Labels that lack joints --------------------------------------------------------------------------


def partly_labelled() -> np.ndarray:
    """Two people in 64 pixels, the left one without a nose, the right one whole; and the box of a third one."""
    keypoints = np.zeros((1, 3, 17, 3), np.float32)
    rng = np.random.default_rng(0)
    keypoints[0, 0] = np.column_stack([rng.uniform(4, 20, (17, 1)), rng.uniform(10, 50, (17, 1)), np.full(17, 2)])
    keypoints[0, 1] = np.column_stack([rng.uniform(44, 60, (17, 1)), rng.uniform(10, 50, (17, 1)), np.full(17, 2)])
    keypoints[0, 0, COCO17.index("nose")] = 0
    keypoints[0, 2] = (30, 5, -1)
    keypoints[0, 2, ::2] = (34, 9, -1)
    return keypoints


def test_a_joint_without_a_label_is_unknown_around_its_person_and_nowhere_else():
    codec = PAFCodec((64, 64), COCO17, 4, partial=True)
    keypoints = partly_labelled()
    target, weight = (np.asarray(value)[0] for value in codec.encode(keypoints))
    unknown = np.isnan(target)
    nose = COCO17.index("nose")
    assert unknown[:, :4, nose].any() and not unknown[:, 10:, nose].any()
    lacking = {("nose", "left_eye"), ("nose", "right_eye")} & set(COCO17.limbs)
    of_nose = [18 + 2 * COCO17.limbs.index(limb) for limb in lacking]
    others = [c for c in range(target.shape[-1]) if c not in (nose, 17, *of_nose, *(c + 1 for c in of_nose))]
    assert not unknown[..., others].any()
    whole = np.asarray(replace(codec, partial=False).encode(keypoints)[0])[0]
    np.testing.assert_array_equal(np.where(unknown, 0, target)[~unknown], whole[~unknown])
    assert (weight == 0).any() and weight[:, :4].all(), "only the third one's box has no weight"


def test_what_is_unknown_teaches_nothing():
    codec = PAFCodec((64, 64), COCO17, 4, logits=True, partial=True)
    target, weight = codec.encode(partly_labelled())
    unknown, rng = np.isnan(np.asarray(target)), np.random.default_rng(1)
    function = losses.where_known(losses.people_loss(18, 17), np.repeat([-10.0, 0.0], codec.channels))
    predicted = rng.normal(size=unknown.shape).astype(np.float32)
    other = np.where(unknown, 3 * rng.normal(size=unknown.shape), predicted).astype(np.float32)
    one, two = (np.asarray(function(target, keras.ops.convert_to_tensor(p), weight)) for p in (predicted, other))
    assert np.isfinite(one).all() and (one > 0).any()
    np.testing.assert_allclose(one, two, rtol=1e-5)
    changed = np.where(unknown, predicted, predicted + 1).astype(np.float32)
    assert np.abs(np.asarray(function(target, keras.ops.convert_to_tensor(changed), weight)) - one).max() > 0.1
