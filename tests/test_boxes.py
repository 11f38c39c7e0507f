"""Head boxes as labels: corners and back, mirrored, unknown; the errors of boxes by hand."""

import keras
import numpy as np
import pytest
from dotted_people import dots

from hpe_utils import losses, metrics
from hpe_utils.codecs.box import BoxCodec
from hpe_utils.data.augment import Augment
from hpe_utils.data.batches import Batches
from hpe_utils.data.schema import DataError
from hpe_utils.skeleton import HEAD_BOX

BOX = np.array([9.5, 19.5, 39.5, 59.5], np.float32)


def boxed(count=4, size=96):
    people = dots(count, size)
    people.head_boxes[:] = BOX
    return people


def test_corners_are_the_box_and_an_unknown_box_has_weight_zero():
    people = boxed()
    people.head_boxes[1, 0, 2] = np.nan
    labelled = people.as_head_boxes()
    assert labelled.skeleton == HEAD_BOX
    np.testing.assert_array_equal(labelled.keypoints[0, 0], [[9.5, 19.5, 2], [39.5, 59.5, 2]])
    np.testing.assert_array_equal(labelled.keypoints[1, 0, :, 2], 0)
    target, weight = map(np.asarray, BoxCodec((96, 96)).encode(labelled.keypoints))
    np.testing.assert_allclose(target[0], (BOX + 0.5) / 96, rtol=1e-6)
    assert weight[0].all() and not weight[1].any()


def test_people_without_any_head_box_are_refused_by_name():
    with pytest.raises(DataError, match="dots has no head boxes"):
        dots(2).as_head_boxes()


def test_a_mirrored_picture_has_the_mirrored_box():
    people = boxed().as_head_boxes()
    _, corners = Batches(people, 4, 96, Augment(flip=1.0))[0]
    target, _ = BoxCodec((96, 96)).encode(corners)
    mirrored = np.array([95 - BOX[2], BOX[1], 95 - BOX[0], BOX[3]])
    np.testing.assert_allclose(np.asarray(target)[0], (mirrored + 0.5) / 96, atol=1e-5)
    back = np.asarray(BoxCodec((96, 96)).decode(target))[0, 0, :, :2].reshape(4)
    np.testing.assert_allclose(back, mirrored, atol=1e-3)


def test_half_a_box_teaches_nothing():
    corners = boxed(1).as_head_boxes().keypoints
    corners[..., 1, 2] = 0  # one corner has left the picture
    loss = losses.KeypointLoss(BoxCodec((96, 96)), losses.masked_mae)
    assert float(loss(corners, keras.ops.ones((1, 4)))) == 0


@pytest.mark.parametrize(
    "move, expected", [([0, 0, 0, 0], 0), ([3, 4, 3, 4], 5), ([-6, 0, 6, 0], 0), ([0, 0, 0, 8], 4)]
)
def test_centre_error_by_hand(move, expected):
    np.testing.assert_allclose(metrics.centre_error(BOX[None], BOX[None] + move), [expected])
