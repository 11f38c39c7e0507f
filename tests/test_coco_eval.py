"""OKS and COCO's scores: known values, pycocotools, and cases worked out by hand."""

import json

import numpy as np
import pytest
from conftest import shared_file
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from posed_people import FINITE, POSES, SIGMAS, VISIBLE, found, nothing, people, reference, unlabelled
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from hpe_utils.data.schema import DataError, Samples
from hpe_utils.data.sets import coco
from hpe_utils.metrics import coco as coco_eval
from hpe_utils.metrics.coco import Detections, Truth
from hpe_utils.skeleton import BODY23, COCO17, MPII16

FOUR_IMAGES = {"AP": 0.695414, "AP50": 1, "AP75": 0.691269, "AP_M": 0.542574, "AP_L": 0.819264, "AR": 0.741667}


def read_real(name: str) -> tuple[coco.Annotations, Truth]:
    annotations = coco.read_annotations(shared_file(f"coco/{name}"))
    return annotations, coco_eval.truth_of(annotations)


# Known values -------------------------------------------------------------------------------------


def test_known_detections_have_the_known_scores():
    annotations, truth = read_real("eval_known/keypoints_gt_139099.json")
    path = shared_file("coco/eval_known/keypoints_dt_139099.json")
    expected = json.loads(shared_file("coco/eval_known/EXPECTED_SCORES.json").read_text())["keypoints_139099"]
    scores = coco_eval.evaluate(coco_eval.load_results(path, annotations.picture_ids), truth)
    assert scores._asdict() == pytest.approx(expected, abs=1e-6) and len(expected) == 10


def test_the_truth_moved_by_five_pixels_has_the_known_scores():
    path = shared_file("coco/annotations/person_keypoints_4images_val2017.json")
    truth = coco_eval.truth_of(coco.read_annotations(path))
    numbers = np.array([entry["id"] for entry in json.loads(path.read_text())["annotations"]])
    rows = np.array([row for row in np.argsort(numbers) if (truth.keypoints[row, :, 2] > 0).any()])
    moved = truth.keypoints[rows] + np.float32([5, 0, 0])
    detections = Detections(truth.pictures[rows], moved, 1 - 0.01 * np.arange(len(rows)))
    scores = coco_eval.evaluate(detections, truth)._asdict()
    assert {name: scores[name] for name in FOUR_IMAGES} == pytest.approx(FOUR_IMAGES, abs=1e-6)


@pytest.mark.parametrize("split", ["train", "val"])
def test_the_truth_against_itself_is_perfect(split):
    truth = coco_eval.truth_of(coco.annotations(split, shared_file("coco")))
    labelled = (truth.keypoints[..., 2] > 0).any(axis=1)
    detections = Detections(truth.pictures[labelled], truth.keypoints[labelled], np.ones(labelled.sum()))
    assert coco_eval.evaluate(detections, truth) == (1,) * 10
    rows = coco_eval.match(detections, truth)
    np.testing.assert_array_equal(rows, np.flatnonzero(labelled))
    errors = coco_eval.keypoint_errors(detections.keypoints, rows, truth, SIGMAS, COCO17.flip)
    assert set(errors[truth.keypoints[labelled, :, 2] > 0]) == {0}, "the first of ERRORS, good"


def test_oks_equals_pycocotools_on_real_people():
    truth_path = shared_file("coco/eval_known/keypoints_gt_139099.json")
    api = COCO(str(truth_path))
    evaluation = COCOeval(api, api.loadRes(str(shared_file("coco/eval_known/keypoints_dt_139099.json"))), "keypoints")
    evaluation.evaluate()
    (expected,) = evaluation.ious.values()
    _, truth = read_real("eval_known/keypoints_gt_139099.json")
    detections = coco_eval.load_results(shared_file("coco/eval_known/keypoints_dt_139099.json"))
    best = np.argsort(-detections.scores, kind="stable")[:20]
    mine = coco_eval.oks(detections.keypoints[best, None], truth.keypoints[None], truth.areas[None], SIGMAS)
    labelled = (truth.keypoints[..., 2] > 0).any(axis=1)
    assert expected.shape == (20, 14) and labelled.sum() == 11 and np.isnan(mine[:, ~labelled]).all()
    np.testing.assert_allclose(mine[:, labelled], expected[:, labelled], atol=1e-6)


# OKS ----------------------------------------------------------------------------------------------


def test_oks_by_hand():
    truth = np.array([[[10, 10, 2], [50, 10, 1], [90, 90, 0]]], float)
    predicted = truth[..., :2] + [[[0, 0], [3, 4], [500, 500]]]
    e = 25 / (2 * 0.05) ** 2 / 2000 / 2
    oks = coco_eval.oks(predicted, truth, np.array([2000.0]), [0.1, 0.05, 0.1])
    np.testing.assert_allclose(oks, [(1 + np.exp(-e)) / 2], atol=1e-12)


def test_oks_of_a_joint_not_found_and_of_nobody():
    truth = people((0, 0), (0, 0)).keypoints
    truth[1, :, 2] = 0
    predicted = truth.copy()
    predicted[0, 0] = np.nan
    predicted[0, 1, 0] = np.inf
    oks = coco_eval.oks(predicted, truth, np.full(2, 1e4), SIGMAS)
    assert oks[0] == pytest.approx(15 / 17) and np.isnan(oks[1])


@given(POSES, POSES, VISIBLE, st.floats(1, 1e5), st.floats(0.1, 10))
@settings(max_examples=50, deadline=None)
def test_oks_lies_between_0_and_1_and_knows_no_scale(predicted, xy, v, area, factor):
    truth = np.concatenate([xy, v[..., None]], axis=-1)
    oks = coco_eval.oks(predicted, truth, np.full(3, area), SIGMAS)
    assert (np.isnan(oks) == (v == 0).all(axis=1)).all()
    assert ((oks >= 0) & (oks <= 1) | np.isnan(oks)).all()
    larger = np.concatenate([xy * factor, v[..., None]], axis=-1)
    np.testing.assert_allclose(
        coco_eval.oks(predicted * factor, larger, np.full(3, area * factor**2), SIGMAS), oks, atol=1e-9
    )
    exact = coco_eval.oks(truth, truth, np.full(3, area), SIGMAS)
    assert (exact[~np.isnan(exact)] == 1).all()


# AP and AR ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_scores_equal_pycocotools_with_crowds_small_people_and_ties(tmp_path, seed):
    rng = np.random.default_rng(seed)
    count = 24
    side = rng.uniform(10, 200, count)
    keypoints = np.zeros((count, 17, 3))
    keypoints[..., :2] = rng.uniform(0, 300, (count, 1, 2)) + rng.uniform(0, 1, (count, 17, 2)) * side[:, None, None]
    keypoints[..., 2] = rng.integers(0, 3, (count, 17)) * (rng.random((count, 1)) < 0.8)
    corner = keypoints[..., :2].min(axis=1)
    boxes = np.concatenate([corner, corner + side[:, None]], axis=1)
    truth = Truth(rng.integers(1, 7, count), keypoints, side**2 * 0.6, boxes, rng.random(count) < 0.15)
    rows = rng.integers(0, count, 40)
    xy = keypoints[rows, :, :2] + rng.normal(0, 0.06, (40, 17, 2)) * side[rows, None, None]
    detections = Detections(truth.pictures[rows], xy, rng.integers(0, 9, 40) / 9)
    np.testing.assert_allclose(
        coco_eval.evaluate(detections, truth), reference(detections, truth, tmp_path), atol=1e-12
    )


def test_evaluation_prints_nothing(capsys):
    truth = people((0, 0))
    coco_eval.evaluate(found(truth), truth)
    coco_eval.match(found(truth), truth)
    assert capsys.readouterr() == ("", "")


def test_without_detections_all_is_zero_and_without_people_not_a_number():
    truth = people((0, 0), (0, 0), side=200)
    assert coco_eval.evaluate(nothing(), truth)[:3] == (0, 0, 0)
    scores = coco_eval.evaluate(nothing(), truth)
    assert scores.AP_L == scores.AR == scores.AR_L == 0 and np.isnan(scores.AP_M), "nobody is of medium size"
    assert coco_eval.match(nothing(), truth).tolist() == []
    assert np.isnan(coco_eval.evaluate(nothing(), people())).all()
    assert np.isnan(coco_eval.evaluate(found(truth), people())).all()


def test_a_detection_where_nobody_is_labelled_is_wrong_only_outside_ignored_regions():
    truth = people((0, 0), (300, 0), (600, 0), pictures=[0, 0, 1])
    detections = found(truth, [0.5, 0.9, 0.8])
    assert coco_eval.evaluate(detections, truth).AP == 1
    alone = coco_eval.evaluate(detections, people((0, 0)))
    assert alone.AP == pytest.approx(1 / 3) and alone.AR == 1
    assert coco_eval.evaluate(detections, unlabelled(truth, 1, 2)).AP == pytest.approx(1)
    crowded = unlabelled(truth, 1, 2)._replace(crowd=np.array([False, True, True]))
    assert coco_eval.evaluate(detections, crowded).AP == pytest.approx(1)
    assert coco_eval.match(detections, crowded).tolist() == [0, -1, -1]


def test_a_crowd_swallows_many_detections_and_a_person_without_joints_one():
    truth = unlabelled(people((0, 0), (300, 0)), 1)
    twice = people((0, 0), (300, 0), (300, 0))
    detections = found(twice, [0.5, 0.9, 0.8])
    assert coco_eval.evaluate(detections, truth).AP == pytest.approx(1 / 2)
    assert coco_eval.evaluate(detections, truth._replace(crowd=np.array([False, True]))).AP == pytest.approx(1)


def test_twenty_detections_a_picture_count():
    truth = people((0, 0))
    many = people(*[(500.0 + i, 0.0) for i in range(20)], (0, 0))
    assert coco_eval.evaluate(found(many), truth).AR == 0
    assert coco_eval.evaluate(found(many, [0.5] * 20 + [0.9]), truth).AR == 1


def test_another_skeleton_brings_its_own_sigmas():
    truth = people((0, 0), joints=23)
    moved = truth._replace(keypoints=truth.keypoints + np.array([4.0, 0, 0]))
    oks = coco_eval.oks(moved.keypoints, truth.keypoints, truth.areas, BODY23.sigmas)[0]
    expected = np.mean(oks >= np.linspace(0.5, 0.95, 10))
    scores = coco_eval.evaluate(found(moved), truth, BODY23.sigmas)
    assert 0 < expected < 1 and scores.AR == pytest.approx(expected)
    assert coco_eval.evaluate(found(moved), truth, np.array(BODY23.sigmas) * 10).AR == 1


def test_pictures_have_names_or_numbers_but_not_both():
    truth = people((0, 0), (0, 0), pictures=["b.jpg", "a.jpg"])
    assert coco_eval.evaluate(found(truth), truth).AP == 1
    swapped = found(truth)._replace(pictures=truth.pictures[::-1])
    assert coco_eval.evaluate(swapped, truth).AP == 1, "both people stand at the same place"
    names = list("cabhgfed")
    wrong_but_in_a = people(*[(0 if name == "a" else 900, 0) for name in names], pictures=names)
    only_a = people((0, 0), pictures=["a"])
    assert coco_eval.evaluate(found(wrong_but_in_a, [0.5] * 8), only_a).AP == pytest.approx(1), "ties go by name"
    with pytest.raises(ValueError, match="by text in one and by number"):
        coco_eval.evaluate(found(truth)._replace(pictures=np.array([0, 1])), truth)


def test_detections_in_no_picture_of_the_truth_are_warned_of():
    truth = people((0, 0), pictures=["IMG_1.jpg"])
    with pytest.warns(UserWarning, match="names such as 'img_1.jpg' and 'IMG_1.jpg' must be spelt alike"):
        assert coco_eval.evaluate(found(truth)._replace(pictures=np.array(["img_1.jpg"])), truth).AP == 0


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda d: (d, MPII16.sigmas), "this skeleton has none"),
        (lambda d: (d, BODY23.sigmas), r"have keypoints \(2, 17, 3\), but with these sigmas \(N, 23, 2\+\)"),
        (lambda d: (d._replace(keypoints=np.full((2, 17, 2), np.nan)), SIGMAS), "detection 0 .* is not a number"),
        (lambda d: (d._replace(scores=np.array([0, np.nan])), SIGMAS), "detection 1 .* is not a number"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change, message):
    truth = people((0, 0), (200, 0))
    detections, sigmas = change(found(truth))
    with pytest.raises(ValueError, match=message):
        coco_eval.evaluate(detections, truth, sigmas)


@pytest.mark.parametrize(
    "fields, message",
    [
        (
            {"areas": np.array([100.0, np.nan])},
            "1 of 2 people of the truth have no area above 0 .*first row 1, in picture 4",
        ),
        ({"areas": np.array([100.0, None])}, "first row 1"),
        ({"areas": np.array([0, 0])}, "2 of 2 people .*first row 0"),
        ({"areas": np.array([100.0, -5])}, "first row 1"),
        ({"areas": np.array([100.0, np.inf])}, "first row 1"),
        ({"keypoints": np.full((2, 17, 3), [np.nan, 3, 2])}, "a labelled joint that is not a number"),
        ({"keypoints": np.full((2, 17, 3), [3, 3, np.nan])}, "a labelled joint that is not a number"),
    ],
)
def test_truth_that_no_score_can_be_of_is_refused(fields, message):
    truth = people((0, 0), (200, 0), pictures=[4, 4])
    with pytest.raises(DataError, match=message):
        coco_eval.evaluate(found(truth), truth._replace(**fields))
    ignored = truth._replace(**fields, crowd=np.array([True, True]))
    assert np.isnan(coco_eval.evaluate(nothing(), ignored).AP), "crowds are not looked for"


def test_nothing_found_and_empty_arrays_are_no_error():
    none = coco_eval.detections_of([])
    assert none.keypoints.shape == (0, 17, 3) and coco_eval.evaluate(none, people((0, 0))).AP == 0
    bare = Detections(np.zeros(0), np.zeros(0), np.zeros(0))
    assert coco_eval.evaluate(bare, people((0, 0), pictures=["a"])).AP == 0
    assert np.isnan(coco_eval.evaluate(bare, Truth(*[np.zeros(0)] * 5)).AP)
    with pytest.raises(ValueError, match="2 names of pictures for the finds in 0"):
        coco_eval.detections_of([], ["a", "b"])


# Samples as truth ---------------------------------------------------------------------------------


def samples(**fields) -> Samples:
    """Two pictures with up to two people; the second picture's second person is nobody."""
    keypoints = np.full((2, 2, 17, 3), 2, np.float32)
    keypoints[1, 1] = 0
    boxes = np.full((2, 2, 4), np.nan, np.float32)
    boxes[..., 0, :] = boxes[0, 1] = 0, 0, 5, 5
    return Samples(
        np.zeros((2, 8, 8, 3), np.uint8), keypoints, boxes, boxes, np.tile(np.eye(2, 3), (2, 1, 1)),
        np.array(["same.jpg", "same.jpg"]), COCO17, "two pictures", **fields,
    )  # fmt: skip


def test_samples_give_the_areas_of_their_masks():
    instances = np.zeros((2, 8, 8), np.uint8)
    instances[0, :3, :4], instances[0, 5:, :], instances[1, :2, :2] = 1, 2, 1
    truth = coco_eval.truth_of(samples(instances=instances))
    assert truth.areas.tolist() == [12, 24, 4] and truth.pictures.tolist() == [0, 0, 1]
    assert truth.keypoints.shape == (3, 17, 3) and not truth.crowd.any()
    assert coco_eval.truth_of(samples(attributes={"area": np.array([[7, 8], [9, 0]])})).areas.tolist() == [7, 8, 9]
    with pytest.raises(DataError, match="two pictures knows no areas of people"):
        coco_eval.truth_of(samples())
    with pytest.raises(DataError, match="1 of 3 people of the truth have no area above 0 .*first row 2, in picture 1"):
        coco_eval.truth_of(samples(attributes={"area": np.array([[7, 8], [np.nan, 0]])}))


def test_who_shows_no_pixel_has_one_and_counts_as_missed():
    instances = np.zeros((2, 8, 8), np.uint8)
    instances[0, :3, :4], instances[1, :2, :2] = 1, 1
    truth = coco_eval.truth_of(samples(instances=instances))
    assert truth.areas.tolist() == [12, 1, 4] and (truth.keypoints[..., 2] > 0).any(-1).all()


# Results in a file --------------------------------------------------------------------------------


@given(
    nps.arrays(np.float32, (4, 17, 3), elements=st.floats(-1e4, 1e4, width=32, **FINITE)),
    nps.arrays(np.float64, 4, elements=st.floats(-10, 10, **FINITE)),
    nps.arrays(np.int64, 4, elements=st.integers(1, 600_000)),
)
@settings(max_examples=30, deadline=None)
def test_results_read_back_as_they_were(tmp_path_factory, keypoints, scores, pictures):
    path = tmp_path_factory.mktemp("results") / "results.json"
    coco_eval.save_results(path, Detections(pictures, keypoints, scores))
    for mine, read in zip((pictures, keypoints, scores), coco_eval.load_results(path), strict=True):
        np.testing.assert_array_equal(mine, read)


def test_results_name_pictures_by_cocos_numbers(tmp_path):
    detections = Detections(np.array(["b.jpg", "a.jpg"]), np.zeros((2, 17, 2)), np.array([0.5, 0.25]))
    numbers = {"a.jpg": 139, "b.jpg": 285}
    coco_eval.save_results(tmp_path / "results.json", detections, numbers)
    content = json.loads((tmp_path / "results.json").read_text())
    assert [entry["image_id"] for entry in content] == [285, 139] and content[0]["category_id"] == 1
    assert content[0]["keypoints"] == [0, 0, 1] * 17 and content[1]["score"] == 0.25
    assert coco_eval.load_results(tmp_path / "results.json", numbers).pictures.tolist() == ["b.jpg", "a.jpg"]
    with pytest.raises(DataError, match="139.*of the annotated pictures"):
        coco_eval.load_results(tmp_path / "results.json", {"b.jpg": 285})
    for known in (None, {"a.jpg": 139}):
        with pytest.raises(DataError, match="no number of the picture 'b.jpg' is known: give .*picture_ids"):
            coco_eval.save_results(tmp_path / "results.json", detections, known)


def test_no_results_are_written_and_read(tmp_path):
    coco_eval.save_results(tmp_path / "none.json", nothing())
    read = coco_eval.load_results(tmp_path / "none.json")
    assert len(read.scores) == 0 and coco_eval.evaluate(read, people((0, 0))).AP == 0


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "{",
            '{"annotations": []}',
            "[3]",
            '[{"image_id": 1}]',
            '[{"image_id": 1, "score": 1, "keypoints": [1, 2]}]',
        ),
        '[{"image_id": 1, "score": "1", "keypoints": [1, 2, 1]}]',
        '[{"image_id": 1, "score": NaN, "keypoints": [1, 2, 1]}]',
        '[{"image_id": [1], "score": 1, "keypoints": [1, 2, 1]}]',
        '[{"image_id": 1, "score": 1, "keypoints": ["1", 2, 1]}]',
        '[{"image_id": 1, "score": 1, "keypoints": [NaN, 2, 1]}]',
        '[{"image_id": 1, "score": 1, "keypoints": [true, 2, 1]}]',
        f'[{{"image_id": 1, "score": 1, "keypoints": [1{"0" * 400}, 2, 1]}}]',
        '[{"image_id": 1, "score": 1, "keypoints": [1, 2, 1]}, {"image_id": 1, "score": 1, "keypoints": []}]',
    ],
    ids=lambda text: text[:60],
)
def test_broken_results_are_refused_by_name(tmp_path, text):
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(DataError, match="results.json.*as COCO keypoint results it must be a list of"):
        coco_eval.load_results(tmp_path / "results.json")
    with pytest.raises(DataError, match="nowhere.json"):
        coco_eval.load_results(tmp_path / "nowhere.json")
