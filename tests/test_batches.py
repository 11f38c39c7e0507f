"""Augmentation keeps pictures and labels together; batches come in a seeded order."""

import numpy as np
import pytest
from dotted_people import dots

from hpe_utils.data.augment import Augment, cover_rectangle, move_keypoints
from hpe_utils.data.batches import Batches
from hpe_utils.geometry import Affine
from hpe_utils.skeleton import MPII16

STRONG = Augment(flip=0.5, rotate=30, scale=0.25, shift=0.05)


def centroid(grey):
    grey = grey.astype(float)
    columns, rows = np.meshgrid(np.arange(grey.shape[1]), np.arange(grey.shape[0]))
    return np.array([(grey * columns).sum(), (grey * rows).sum()]) / grey.sum()


@pytest.mark.parametrize("size", [(96, 96), (64, 64), (64, 96)])
def test_the_dot_stays_on_its_joint_which_changes_its_name_when_mirrored(size):
    samples, augment = dots(24), STRONG
    images, keypoints = augment(samples.images, samples.keypoints, MPII16, size, np.random.default_rng(1))
    sides = set()
    for image, pose in zip(images, keypoints[:, 0], strict=True):
        distances = {
            name: np.linalg.norm(centroid(image[..., 0]) - pose[MPII16.index(name), :2])
            for name in ("left_wrist", "right_wrist")
        }
        side = min(distances, key=distances.get)
        sides.add(side)
        assert distances[side] < 0.5
    assert sides == {"left_wrist", "right_wrist"}  # both mirrored and unmirrored people were tested


def test_joints_that_leave_the_picture_are_unlabelled():
    keypoints = np.array([[[[5, 5, 2]] * 16]], np.float32)
    for dx, v in ((-5.6, 0), (-5.4, 2)):
        left = Affine.shift(np.array([dx]), np.array([0.0]))
        assert (move_keypoints(keypoints, left, np.array([False]), MPII16, (9, 9))[..., 2] == v).all()


def test_unlabelled_joints_stay_unlabelled_and_hidden_ones_hidden():
    samples = dots(4)
    samples.keypoints[:, :, 3, 2], samples.keypoints[:, :, 6, 2] = 0, 1  # pelvis is its own mirror image
    _, keypoints = Augment(flip=1.0)(samples.images, samples.keypoints, MPII16, (96, 96), np.random.default_rng(0))
    assert (keypoints[:, :, MPII16.flip[3], 2] == 0).all() and (keypoints[:, :, 6, 2] == 1).all()


def test_an_occluder_hides_joints_but_keeps_their_labels():
    image, pose = np.zeros((64, 64, 3), np.uint8), np.zeros((1, 400, 3), np.float32)
    pose[..., :2] = np.random.default_rng(0).uniform(0, 63, (1, 400, 2))
    pose[..., 2] = 2
    cover_rectangle(image, pose, np.random.default_rng(3))
    covered = image[pose[0, :, 1].round().astype(int), pose[0, :, 0].round().astype(int)].any(-1)
    assert 0 < covered.sum() < 400
    assert (pose[0, covered, 2] == 1).all() and (pose[0, ~covered, 2] == 2).all()


def test_colour_changes_pictures_and_no_labels():
    samples = dots(4)
    images, keypoints = Augment(flip=0, colour=0.3)(
        samples.images, samples.keypoints, MPII16, (96, 96), np.random.default_rng(0)
    )
    assert (images != samples.images).any()
    np.testing.assert_allclose(keypoints, samples.keypoints)


def test_the_same_seed_gives_the_same_batches_and_each_epoch_another_order():
    def epochs(seed):
        batches = Batches(dots(9), 4, augment=STRONG, shuffle=True, seed=seed)
        result = []
        for _ in range(2):
            result.append([batches[i] for i in range(len(batches))])
            batches.on_epoch_end()
        return result

    first, again, other = epochs(0), epochs(0), epochs(1)
    for a, b in zip(sum(first, []), sum(again, []), strict=True):
        np.testing.assert_array_equal(a[0], b[0])
        np.testing.assert_array_equal(a[1], b[1])
    assert (first[0][0][0] != first[1][0][0]).any() and (first[0][0][0] != other[0][0][0]).any()


def test_every_sample_comes_once_without_shuffling():
    samples = dots(9)
    batches = Batches(samples, 4)
    np.testing.assert_array_equal(np.concatenate([batches[i][0] for i in range(len(batches))]), samples.images)
    assert Batches(samples, 4, shuffle=True).__len__() == 2


def test_resuming_takes_up_the_order_of_its_epoch():
    went_on, resumed = (Batches(dots(9), 4, augment=STRONG, shuffle=True) for _ in range(2))
    went_on.on_epoch_end()
    resumed.start_at(1)
    np.testing.assert_array_equal(went_on[0][0], resumed[0][0])


def test_too_few_samples_for_a_batch_is_an_error():
    with pytest.raises(ValueError, match="lower batch_size"):
        Batches(dots(3), 4, shuffle=True)
