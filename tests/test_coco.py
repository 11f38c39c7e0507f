"""COCO's people: half a pixel, crops, ignored regions, feet, broken files, and the real ones."""

import numpy as np
import pytest
from coco_files import DOG, PERSON, crowd, joints, person, write
from conftest import shared_file

from hpe_utils import data
from hpe_utils.data.cache import cached
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import coco
from hpe_utils.geometry import Affine, square_around
from hpe_utils.skeleton import BODY23, COCO17


def test_keypoints_stay_and_boxes_move_by_half_a_pixel(tmp_path):
    source = coco.source("val", write(tmp_path, person()), size=150)
    np.testing.assert_array_equal(source.people.boxes, [[19.5, 9.5, 59.5, 69.5]])
    np.testing.assert_array_equal(source.people.keypoints[0, :3], [[30, 20, 2], [50, 60, 1], [0, 0, 0]])
    arrays, left_out = source.read(0, 1)
    assert not left_out and arrays["ids"].tolist() == ["a.png"]
    assert arrays["keypoints"][0, 0, :, 2].tolist() == [2, 1] + [0] * 15
    x, y, _ = arrays["keypoints"][0, 0, 0]
    bright = np.clip(arrays["images"][0, ..., 0].astype(int) - 60, 0, None)
    rows, columns = np.indices(bright.shape)
    np.testing.assert_allclose([np.average(axis, weights=bright) for axis in (columns, rows)], [x, y], atol=0.1)
    np.testing.assert_allclose(Affine(arrays["to_picture"][0]).points(np.array([[x, y]])), [[30, 20]], atol=1e-4)


def test_the_crop_is_the_boxs_square_grown_by_a_quarter_and_the_area_shrinks_with_it(tmp_path):
    source = coco.source("val", write(tmp_path, person()), size=150)
    np.testing.assert_allclose(source.people.crops, [square_around(np.array([[19.5, 9.5], [59.5, 69.5]]), 1.25)])
    arrays, _ = source.read(0, 1)
    assert source.people.crops[0, 2] - source.people.crops[0, 0] == 75
    np.testing.assert_allclose(arrays["attribute_area"], [[900 * 4]], rtol=1e-5)
    np.testing.assert_allclose(arrays["boxes"][0, 0], [34.5, 14.5, 114.5, 134.5], atol=1e-3)


def test_crowds_and_people_without_joints_are_left_out_of_samples_but_kept_for_scores(tmp_path):
    root = write(tmp_path, person(), crowd(), person(3, 8, joints()))
    source = coco.source("val", root)
    assert len(source) == 1
    assert source.left_out == {"crowds marked as one region": 1, "people without labelled joints": 1}
    found = coco.annotations("val", root)
    assert found.crowd.tolist() == [False, True, False]
    assert found.people.pictures.tolist() == ["a.png", "a.png", "b.png"]
    np.testing.assert_array_equal(found.people.boxes[1], [-0.5, -0.5, 109.5, 29.5])
    assert found.people.numbers.tolist() == [0, 1, 0] and found.picture_ids == {"a.png": 7, "b.png": 8}


def test_a_joint_outside_the_picture_is_unlabelled_in_samples_and_counted_in_scores(tmp_path):
    edges = joints((-0.5, 20, 2), (-1, 20, 2), (109, 89, 2), (109.5, 40, 2), (40, 90, 1))
    root = write(tmp_path, person(keypoints=edges), person(2, keypoints=joints((-4, 5, 2))))
    source = coco.source("val", root)
    assert source.people.keypoints[0, :5, 2].tolist() == [2, 0, 2, 0, 0]
    assert len(source) == 1 and source.left_out == {"people without labelled joints": 1}
    assert (coco.annotations("val", root).people.keypoints[..., 2] > 0).sum() == 6


def test_a_person_beyond_the_picture_is_left_out(tmp_path):
    root = write(tmp_path, person(), person(2, box=(130.0, 100.0, 20.0, 60.0)))
    arrays, left_out = coco.source("val", root).read(0, 2)
    assert len(arrays["ids"]) == 1 and left_out == {"people outside their picture": 1}


@pytest.mark.parametrize(
    "fields, reason",
    [
        ({"box": (20.0, 10.0, 0.0, 60.0)}, "people whose box or area is empty"),
        ({"box": (20.0, 10.0, 40.0, -1.0)}, "people whose box or area is empty"),
        ({"area": 0.0}, "people whose box or area is empty"),
        ({"area": float("nan")}, "people with a coordinate that is not a number"),
        ({"box": (20.0, float("nan"), 40.0, 60.0)}, "people with a coordinate that is not a number"),
        ({"keypoints": joints((float("nan"), 20, 2))}, "people with a coordinate that is not a number"),
    ],
)
def test_people_who_cannot_be_cut_out_are_counted(tmp_path, fields, reason):
    source = coco.source("val", write(tmp_path, person(), person(2, **fields)))
    assert len(source) == 1 and source.left_out == {reason: 1}


def test_missing_pictures_are_counted_and_none_at_all_is_an_error(tmp_path):
    root = write(tmp_path, person(), person(2), person(3, 8))
    (root / "val2017" / "a.png").unlink()
    source = coco.source("val", root)
    assert len(source) == 1 and source.left_out == {"people whose picture was not found": 2}
    (root / "val2017" / "b.png").unlink()
    with pytest.raises(DataError, match="none of the 3 people's pictures is in .*val2017: put them there"):
        coco.source("val", root)


def test_other_categories_are_no_people(tmp_path):
    dog = person(5) | {"category_id": 18}
    assert len(coco.source("val", write(tmp_path, dog, person(), categories=(DOG, PERSON)))) == 1
    with pytest.raises(DataError, match="has no category named person: take person_keypoints_val2017.json"):
        coco.source("val", write(tmp_path, dog, categories=(DOG,)))


def test_a_file_without_people_says_so(tmp_path):
    with pytest.raises(DataError, match="nothing usable in COCO val.*it lists no people"):
        coco.source("val", write(tmp_path))
    with pytest.raises(DataError, match="nothing usable in COCO val.*1 crowds marked as one region"):
        coco.source("val", write(tmp_path, crowd()))


@pytest.mark.parametrize("data", [b"", b'{"images": [', b"[]", b"{}", b"\x93NUMPY", b'{"images": 3, "categories": []}'])
def test_broken_files_are_refused_by_name(tmp_path, data):
    root = write(tmp_path, person())
    path = root / "annotations" / "person_keypoints_val2017.json"
    path.write_bytes(data)
    with pytest.raises(DataError, match="person_keypoints_val2017.json.*download.fetch"):
        coco.source("val", root)
    path.rename(root / "mine.json")
    with pytest.raises(DataError, match="mine.json.*name a file of COCO keypoints"):
        coco.read_annotations(root / "mine.json")
    with pytest.raises(DataError, match="no plain file.*name a file of COCO keypoints"):
        coco.read_annotations(root)


def test_the_usual_places_of_annotations_and_pictures(tmp_path, monkeypatch):
    beside = write(tmp_path / "beside", person(), name="person_keypoints_val2017.json")
    inside = write(tmp_path / "inside", person())
    file = inside / "annotations" / "person_keypoints_val2017.json"
    elsewhere = write(tmp_path / "elsewhere", person(), name="mine.json", pictures="shots")
    monkeypatch.setattr(coco.download, "downloads", lambda: tmp_path)
    write(tmp_path / "coco", person())
    roots = [beside, inside, inside / "annotations", file, None]
    sources = [coco.source("val", root) for root in roots]
    sources.append(coco.source("val", elsewhere / "mine.json", images=elsewhere / "shots"))
    assert [len(source) for source in sources] == [1] * 6
    assert len({source.people.digest() for source in sources}) == 1


@pytest.mark.parametrize(
    "options, message",
    [
        ({"split": "test"}, "withholds the joints"),
        ({"split": "valid"}, "choose one of train, val, test"),
        ({"split": "train"}, "no COCO annotations of the train split.*annotations; .*download.fetch"),
        ({"split": "val", "images": "nowhere"}, r"expected in nowhere.*images=\.\.\.; .*fetch\(\"coco-val\"\)"),
        ({"split": "val", "size": 0}, "whole number of pixels"),
    ],
)
def test_wrong_options_name_the_remedy(tmp_path, options, message):
    with pytest.raises(DataError, match=message):
        coco.source(options.pop("split"), write(tmp_path, person()), **options)


def test_a_file_of_the_other_split_is_refused(tmp_path):
    file = write(tmp_path, person()) / "annotations" / "person_keypoints_val2017.json"
    with pytest.raises(DataError, match="holds the val split by its name: give the train split's file"):
        coco.source("train", file)


def test_feet_follow_the_body(tmp_path):
    toes = joints((40, 80, 2), (44, 80, 1), count=6)
    people = [person(foot_kpts=toes, foot_valid=True), person(2, foot_kpts=toes, foot_valid=False), person(3)]
    root = write(tmp_path, *people, name="annotations/coco_wholebody_val_v1.0.json")
    source = coco.source("val", root)
    assert source.skeleton is BODY23 and source.title == "COCO val with feet"
    keypoints = source.people.keypoints
    assert keypoints.shape == (3, 23, 3)
    left_toes = BODY23.indices("left_big_toe", "left_small_toe")
    np.testing.assert_array_equal(keypoints[0, left_toes], [[40, 80, 2], [44, 80, 1]])
    assert (keypoints[:, 17:, 2] > 0).sum(axis=1).tolist() == [2, 0, 0]
    np.testing.assert_array_equal(keypoints[:, :17], np.tile(keypoints[:1, :17], (3, 1, 1)))


def test_load_takes_the_set_by_name(tmp_path, cache_folder):
    root = write(tmp_path / "coco", person(), crowd())
    samples = data.load("coco", "val", root, size=32)
    assert "COCO val: 1 pictures of 32×32, COCO17, 1 people" in samples.describe()
    assert "left out: 1 crowds marked as one region" in samples.describe()
    assert samples.attributes["area"].shape == (1, 1)
    assert data.load("coco", "val", root, skeleton="openpose18", size=32).keypoints.shape == (1, 1, 18, 3)


@pytest.mark.parametrize("split, people, ignored", [("train", 50, 36), ("val", 28, 17)])
def test_real_coco(cache_folder, split, people, ignored):
    root = shared_file("coco")
    source = coco.source(split, root)
    assert len(source) == people and source.left_out["people without labelled joints"] == ignored
    assert source.left_out.get("crowds marked as one region", 0) == {"train": 3, "val": 0}[split]
    samples = cached(source)
    assert len(samples) == people and samples.skeleton is COCO17
    moved = Affine(samples.to_picture).points(samples.keypoints[:, 0])
    labelled = samples.keypoints[:, 0, :, 2] > 0
    np.testing.assert_allclose(moved[labelled], source.people.keypoints[labelled], atol=1e-3)
    beyond = source.people.keypoints[..., 2][~labelled]
    assert (beyond < 2).all() and (beyond == 1).sum() < 0.02 * labelled.sum(), "the square holds what is seen"


def test_real_coco_counts_joints_from_zero_and_boxes_from_the_corner():
    """Joints reach 0 … W − 1; boxes reach 0 and W."""
    found = coco.annotations("train", shared_file("coco"))
    labelled = found.people.keypoints[..., 2] > 0
    assert found.people.keypoints[labelled].min() >= 0
    slack = (found.sizes[:, None] - 1 - found.people.keypoints[..., :2])[labelled]
    assert slack.min() == 0
    assert found.people.boxes[:, :2].min() == -0.5
    assert (found.people.boxes[:, 2:] - found.sizes).max() == pytest.approx(-0.5, abs=0.02)


def test_real_wholebody():
    path = shared_file("coco/annotations/coco_wholebody_4images_val2017.json")
    source = coco.source("val", path, images=shared_file("coco/wholebody_val2017"))
    arrays, left_out = source.read(0, 12)
    assert not left_out and arrays["keypoints"].shape == (12, 1, 23, 3)
    feet = source.people.keypoints[:, 17:, 2] > 0
    assert feet.any(axis=1).sum() == 10 and feet.sum() == 38
    ankle, heel = (source.people.keypoints[0, BODY23.index(f"left_{joint}"), :2] for joint in ("ankle", "heel"))
    assert np.linalg.norm(ankle - heel) < 40, "the heel is at the ankle"
