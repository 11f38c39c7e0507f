"""tools/label_photographs.py: what MoveNet says is believed only where it says so twice, and never against a label."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from scripts import script

keras = pytest.importorskip("keras")

from hpe_utils import data  # noqa: E402
from hpe_utils.skeleton import COCO17, LSP14, PHOTO19, convert  # noqa: E402

tool = script("tools/label_photographs.py")
SIDE = tool.SIDE


class Reader:
    """Answers with a point for every joint that stays with its picture: where the picture's brightest column is."""

    def __init__(self, wrong=(), score=0.9):
        self.wrong, self.score = wrong, score

    def predict_on_batch(self, pictures):
        column = pictures[..., 0].sum(axis=1).argmax(axis=1).astype(float)
        found = np.full((len(pictures), 17, 3), self.score)
        found[..., 0], found[..., 1] = column[:, None], np.arange(17) * 10
        if column[0] > SIDE / 2:  # the mirrored pass of the picture below
            found = found[:, COCO17.flip]
            found[:, list(self.wrong), 0] += 40
        return found


def bright(column: int) -> np.ndarray:
    picture = np.zeros((1, SIDE, SIDE, 3), np.uint8)
    picture[:, :, column] = 255
    return picture


def test_both_answers_must_agree_and_be_sure():
    found = tool.agreed(Reader(wrong=[3, 4]), bright(20))
    agreed = np.delete(np.arange(17), COCO17.flip[[3, 4]])
    assert (found[0, agreed, 2] == 2).all() and (found[0, COCO17.flip[[3, 4]], 2] == 0).all()
    np.testing.assert_allclose(found[0, agreed, 0], 20)
    assert (tool.agreed(Reader(score=0.1), bright(20)) == 0).all()


@pytest.mark.parametrize("degrees", [0, 40, 90, 180, -135])
def test_everybody_is_turned_up(degrees):
    keypoints = np.zeros((19, 3))
    angle, middle = np.radians(degrees), SIDE / 2
    keypoints[PHOTO19.index("upper_neck")] = middle, middle, 2
    for joint in ("left_hip", "right_hip"):
        keypoints[PHOTO19.index(joint)] = middle + 50 * np.sin(angle), middle + 50 * np.cos(angle), 2
    neck, hips = tool.turned_up(keypoints).points(keypoints)[PHOTO19.indices("upper_neck", "left_hip"), :2]
    np.testing.assert_allclose(hips - neck, (0, 50), atol=1e-6)


def person(x: float, y: float, joints=range(19), size: float = 40) -> np.ndarray:
    """Joints (19, 3) spread over a square with this corner."""
    rng, keypoints = np.random.default_rng(0), np.zeros((19, 3))
    places = np.array([x, y]) + size * rng.random((19, 2))
    keypoints[list(joints), :2], keypoints[list(joints), 2] = places[list(joints)], 2
    return keypoints


def test_a_labelled_person_gets_the_face_of_whom_multipose_found_there():
    own, found, other = person(10, 10, range(5, 19)), person(11, 10, range(17)), person(200, 200, range(17))
    boxes = [np.array([8.0, 8, 55, 55]), np.array([195.0, 195, 245, 245])]
    keypoints, places = tool.merged([own], [found, other], boxes, [])
    assert len(keypoints) == 2
    np.testing.assert_array_equal(keypoints[0][:5], found[:5])
    np.testing.assert_array_equal(keypoints[0][5:], own[5:])
    np.testing.assert_array_equal(keypoints[1], other)


def test_an_answer_that_contradicts_a_label_is_left_out_not_taught():
    own, found = person(10, 10, range(5, 19)), person(60, 10, range(17))
    keypoints, _ = tool.merged([own], [found], [np.array([10.0, 10, 48, 48])], [np.array([12.0, 12, 40, 40])])
    assert len(keypoints) == 2 and (keypoints[1] == 0).all(), "the doubtful box lies in a person's, and is dropped"


def test_people_whom_multipose_missed_are_regions():
    labels = np.zeros((100, 100), np.uint8)
    labels[10:40, 10:30], labels[60:90, 70:80], labels[0, 0] = 3, 1, 255
    boxes = tool.unfound(labels, [np.array([8.0, 8, 32, 42])])
    assert len(boxes) == 1
    np.testing.assert_allclose(boxes[0], (65.5, 55.5, 83.5, 93.5))


def test_who_lies_beside_all_masks_is_nobody():
    mask = np.zeros((100, 100), np.uint8)
    mask[:60, :60] = 1
    assert tool.on_mask(person(5, 5)[:17], mask) and not tool.on_mask(person(55, 55)[:17], mask)
    assert not tool.on_mask(person(5, 5, (1, 2))[:17], mask), "two joints are too few"


def test_what_is_written_is_read_as_a_set(tmp_path, cache_folder):
    file = tool.CocoFile(tmp_path)
    picture = np.stack([*np.meshgrid(np.arange(SIDE), np.arange(SIDE)), np.full((SIDE, SIDE), 9)], axis=-1)
    people = [person(30, 40), np.zeros((19, 3))]
    file.add(picture.astype(np.uint8), people, [tool.middle_box(), np.array([180.0, 180, 220, 230])])
    file.write()
    content = json.loads((tmp_path / "annotations" / "person_keypoints_train2017.json").read_text())
    assert content["categories"][0]["keypoints"] == list(PHOTO19.joints)
    alone = data.load("coco", "train", tmp_path, size=SIDE, skeleton="PHOTO19")
    np.testing.assert_allclose(alone.keypoints[0, 0], people[0], atol=0.02)
    assert np.abs(alone.images[0].astype(int) - picture).mean() < 2, "the crop is the whole picture"
    whole = data.load("coco", "train", tmp_path, size=SIDE, skeleton="PHOTO19", crop="whole")
    np.testing.assert_allclose(whole.keypoints[0, 0], people[0], atol=0.02)
    np.testing.assert_allclose(whole.boxes[0, 1], (180, 180, 220, 230), atol=0.02)


def test_thunder_has_a_say_where_it_stands_near_the_label(monkeypatch):
    own = person(60, 60, range(5, 19), size=120)
    own[9, 2] = 0  # a wrist without a label
    answer = np.zeros((1, 17, 3))
    answer[0, :, :2], answer[0, :, 2] = own[:17, :2] + (4, 0), 2
    answer[0, 11, :2] += 60  # a hip elsewhere
    crops = SimpleNamespace(keypoints=convert(own, PHOTO19, LSP14)[None, None], images=np.zeros((1, SIDE, SIDE, 3)))
    monkeypatch.setattr(tool, "turned_up", lambda keypoints: tool.Affine.rotate(0.0))
    monkeypatch.setattr(tool, "agreed", lambda reader, pictures: answer)
    (taught,) = tool.with_thunder(None, crops)[1]
    near = [5, 6, 7, 8, 10, 12, 13, 14, 15, 16]
    np.testing.assert_allclose(taught[near, :2], own[near, :2] + (2, 0), atol=1e-4)
    np.testing.assert_allclose(taught[[11, 17, 18]], own[[11, 17, 18]], atol=1e-4)
    np.testing.assert_allclose(taught[[0, 1, 2, 3, 4, 9]], answer[0, [0, 1, 2, 3, 4, 9]], atol=1e-4)
    answer[0, 5:, 0] += 40
    (taught,) = tool.with_thunder(None, crops)[1]
    np.testing.assert_allclose(taught[5:][own[5:, 2] > 0], own[5:][own[5:, 2] > 0], atol=1e-4)
    assert (taught[:5] == 0).all(), "somebody else was found"
