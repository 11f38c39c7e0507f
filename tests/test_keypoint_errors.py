"""Which joint is good, jitters, is inverted, swapped or missed, and who is matched with whom."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from posed_people import POSES, SIGMAS, VISIBLE, found, people, unlabelled

from hpe_utils.metrics import coco as coco_eval
from hpe_utils.metrics.coco import ERRORS, Truth
from hpe_utils.skeleton import COCO17

GOOD, JITTER, INVERSION, SWAP, MISS = range(5)
WRIST, OTHER_WRIST, NOSE = COCO17.indices("left_wrist", "right_wrist", "nose")


def pixels(similarity: float, joint: int, area=1e4) -> float:
    """How far off a joint lies at this similarity."""
    return np.sqrt(-2 * area * np.log(similarity)) * 2 * SIGMAS[joint]


def errors_of(predicted, truth, rows=(0,)) -> np.ndarray:
    return coco_eval.keypoint_errors(np.asarray(predicted), np.array(rows), truth, SIGMAS, COCO17.flip)


@pytest.fixture
def two():
    """Two people far apart; every wrist is far from every other joint."""
    return people((0, 0), (1000, 0))


@pytest.mark.parametrize(
    "similarity, error", [(1, GOOD), (0.851, GOOD), (0.849, JITTER), (0.501, JITTER), (0.499, MISS), (1e-9, MISS)]
)
def test_distance_alone_parts_good_jitter_and_miss(two, similarity, error):
    predicted = two.keypoints[:1].copy()
    predicted[0, WRIST, 1] -= pixels(similarity, WRIST)
    two.keypoints[:, OTHER_WRIST, 1] += 500
    predicted[0, OTHER_WRIST, 1] += 500
    assert errors_of(predicted, two)[0].tolist() == [error if joint == WRIST else GOOD for joint in range(17)]


@pytest.mark.parametrize(
    "person, joint, error",
    [(0, OTHER_WRIST, INVERSION), (1, WRIST, SWAP), (1, OTHER_WRIST, SWAP), (1, NOSE, MISS), (0, NOSE, MISS)],
)
def test_the_place_of_another_joint_tells_inversion_from_swap(two, person, joint, error):
    two.keypoints[:, [WRIST, OTHER_WRIST, NOSE], :2] += [[0, 300], [0, 600], [0, -300]]
    predicted = two.keypoints[:1].copy()
    predicted[0, WRIST, :2] = two.keypoints[person, joint, :2] + [pixels(0.6, WRIST), 0]
    assert errors_of(predicted, two)[0, WRIST] == error


def test_the_nearer_of_two_wrong_places_decides(two):
    two.keypoints[0, [WRIST, OTHER_WRIST], :2] = [[0, -500], [100, 500]]
    two.keypoints[1, WRIST, :2] = [100 + pixels(0.8, WRIST), 500]
    predicted = two.keypoints[:1].copy()
    predicted[0, WRIST, :2] = [100, 500]
    assert errors_of(predicted, two)[0, WRIST] == INVERSION
    predicted[0, WRIST, :2] = two.keypoints[1, WRIST, :2]
    assert errors_of(predicted, two)[0, WRIST] == SWAP


def test_near_its_own_place_a_joint_jitters_even_if_another_is_nearer(two):
    two.keypoints[0, OTHER_WRIST, :2] = two.keypoints[0, WRIST, :2] + [pixels(0.6, WRIST), 0]
    predicted = two.keypoints[:1].copy()
    predicted[0, WRIST] = two.keypoints[0, OTHER_WRIST]
    assert errors_of(predicted, two)[0, WRIST] == JITTER


def test_people_of_other_pictures_and_unlabelled_joints_are_no_swaps(two):
    two.keypoints[1, :, 1] += 500
    predicted = two.keypoints[1:].copy()
    assert set(errors_of(predicted, two)[0]) == {SWAP}
    assert set(errors_of(predicted, two._replace(pictures=np.array([0, 1])))[0]) == {MISS}
    assert set(errors_of(predicted, unlabelled(two, 1))[0]) == {MISS}
    assert set(errors_of(predicted, unlabelled(two, 0))[0]) == {-1}
    assert set(errors_of(np.full_like(predicted, np.nan), two)[0]) == {MISS}


def test_a_mirrored_person_is_inverted_where_sides_differ(two):
    two.keypoints[..., :2] = two.keypoints[..., :2] * 50  # so that no two joints are near
    errors = errors_of(two.keypoints[:, COCO17.flip], two, [0, 1])
    assert errors.shape == (2, 17) and ERRORS[INVERSION] == "inversion"
    assert (errors[:, NOSE] == GOOD).all() and (errors[:, 1:] == INVERSION).all()


def test_a_swap_is_measured_by_the_other_persons_size(two):
    near = two.keypoints[1:].copy()
    near[..., 1] += 30
    assert SWAP in errors_of(near, two)[0]
    small = two._replace(areas=np.array([1e4, 100.0]))
    assert SWAP not in errors_of(near, small)[0]


@given(POSES, POSES, VISIBLE, nps.arrays(np.int64, 3, elements=st.integers(0, 1)))
@settings(max_examples=50, deadline=None)
def test_every_labelled_joint_has_one_kind_and_the_truth_is_good(predicted, xy, v, pictures):
    keypoints = np.concatenate([xy, v[..., None]], axis=-1)
    truth = Truth(pictures, keypoints, np.full(3, 5e3), np.full((3, 4), np.nan), np.zeros(3, bool))
    rows = np.arange(3)
    errors = errors_of(predicted, truth, rows)
    np.testing.assert_array_equal(errors == -1, v == 0)
    assert ((errors >= -1) & (errors < len(ERRORS))).all()
    own = coco_eval.keypoint_similarity(predicted, keypoints, truth.areas, SIGMAS)
    np.testing.assert_array_equal((errors == GOOD) | (errors == JITTER), own >= 0.5)
    assert set(errors_of(keypoints, truth, rows)[v > 0]) <= {GOOD}


def test_each_person_is_matched_once_and_the_best_detection_has_it():
    truth = people((0, 0), (400, 0), (400, 0), pictures=[0, 0, 1])
    detections = found(people((3, 0), (400, 0), (1, 0), (900, 900), pictures=[0, 0, 0, 0]), [0.9, 0.8, 0.7, 0.6])
    assert coco_eval.match(detections, truth).tolist() == [0, 1, -1, -1]
    assert coco_eval.match(detections._replace(scores=np.array([0.1, 0.8, 0.7, 0.6])), truth).tolist() == [-1, 1, 0, -1]
    assert coco_eval.match(detections, truth, threshold=0.99).tolist() == [-1, 1, 0, -1]
