"""Smart cropping: angles, pose classes, garment rules, and the catalogue of a folder."""

import errno
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from browsers import chromium
from PIL import Image

from hpe_utils import data
from hpe_utils.apps import smart_cropping
from hpe_utils.apps.contact_sheet import CAPTION, TILE, contact_sheet
from hpe_utils.apps.garment_rules import (
    POSES,
    RULE_OF,
    RULE_SETS,
    RULES,
    Rule,
    angles_of,
    body_unit,
    crop_box,
    crops_of,
    in_words,
    is_straight,
    kept_and_wasted,
    pose_class,
    reaches,
)
from hpe_utils.apps.smart_cropping import Finder, load_finder, main, make_catalogue
from hpe_utils.data import pictures
from hpe_utils.data.schema import DataError
from hpe_utils.data.synthetic import GARMENTS
from hpe_utils.geometry import joint_angle
from hpe_utils.skeleton import BODY23, LSP14, convert

SIZE = (200, 300)
STANDING = {
    "nose": (100, 40), "left_eye": (105, 35), "right_eye": (95, 35), "left_ear": (110, 38), "right_ear": (90, 38),
    "left_shoulder": (120, 70), "right_shoulder": (80, 70), "left_elbow": (130, 105), "right_elbow": (70, 105),
    "left_wrist": (132, 138), "right_wrist": (68, 138), "left_hip": (112, 130), "right_hip": (88, 130),
    "left_knee": (113, 187), "right_knee": (87, 187), "left_ankle": (113, 240), "right_ankle": (87, 240),
    "left_big_toe": (120, 255), "right_big_toe": (80, 255), "left_small_toe": (125, 253),
    "right_small_toe": (75, 253), "left_heel": (113, 248), "right_heel": (87, 248),
}  # fmt: skip


def person(lacking=(), **moved) -> np.ndarray:
    """(23, 3) keypoints of somebody who stands, some joints elsewhere and some lacking."""
    places = STANDING | moved
    return np.array([(*places[joint], 0 if joint in lacking else 2) for joint in BODY23.joints], np.float32)


def rule(garment: str) -> Rule:
    return next(rule for rule in RULES if rule.garment == garment)


# Angles and poses ---------------------------------------------------------------------------------


def points(*places) -> np.ndarray:
    return np.array([(x, y, 2) for x, y in places], np.float32)


@pytest.mark.parametrize(
    "a, b, c, degrees",
    [((1, 0), (0, 0), (0, 1), 90), ((0, 0), (1, 0), (2, 0), 180), ((3, 3), (0, 0), (1, 1), 0),
     ((10, 0), (0, 0), (-5, 8.6602540378), 120), ((7, 9), (5, 5), (7, 1), 126.8698976)],
)  # fmt: skip
def test_angle(a, b, c, degrees):
    assert joint_angle(*points(a, b, c)) == pytest.approx(degrees, abs=2e-3)
    assert joint_angle(*points(c, b, a)) == pytest.approx(degrees, abs=2e-3)


def test_angles_of_many_people_at_once():
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(0, 50, (3, 200, 3)) + (0, 0, 1000)
    u, v = (a - b)[:, :2], (c - b)[:, :2]
    expected = np.degrees(np.abs(np.arctan2(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0], (u * v).sum(-1))))
    np.testing.assert_allclose(joint_angle(a, b, c), expected, atol=1e-6)
    assert joint_angle(a.reshape(10, 20, 3), b.reshape(10, 20, 3), c.reshape(10, 20, 3)).shape == (10, 20)


@pytest.mark.parametrize("which", range(3))
def test_without_a_joint_there_is_no_angle(which):
    joints = points((1, 0), (0, 0), (0, 1))
    joints[which, 2] = 0
    assert np.isnan(joint_angle(*joints))


@pytest.mark.filterwarnings("error")
def test_without_a_limb_there_is_no_angle():
    assert np.isnan(joint_angle(*points((5, 5), (5, 5), (9, 5))))
    assert np.isnan(joint_angle(*points((9, 5), (5, 5), (5, 5))))


def test_rounding_makes_no_angle_impossible():
    steps = np.linspace(0.1, 40, 4000)
    a, b, c = (np.stack([100 + s * steps, 70 + 0.7 * s * steps, np.full(4000, 2)], -1).astype(np.float32)
               for s in (0, 1, 1.9))  # fmt: skip
    straight, folded = joint_angle(a, b, c), joint_angle(b, a, c)
    assert np.isfinite(straight).all() and np.isfinite(folded).all()
    assert straight.min() > 179 and folded.max() < 1


def test_straight():
    assert is_straight(np.array([180, 165, 140, np.nan])).tolist() == [True, True, False, False]


POSED = {
    "standing": {},
    "arms raised": {"left_elbow": (135, 40), "left_wrist": (140, 10)},
    "sitting": {"left_knee": (160, 140), "left_ankle": (160, 195), "right_knee": (150, 142), "right_ankle": (150, 196)},
    "striding": {"left_ankle": (160, 205)},
    "bending": {side + joint: place for joint, place in (("shoulder", (40, 110)), ("elbow", (30, 145)),
                ("wrist", (25, 180))) for side in ("left_", "right_")},
}  # fmt: skip


@pytest.mark.parametrize("name, moved", POSED.items())
def test_pose_class(name, moved):
    assert pose_class(person(**moved), BODY23) == name


def test_a_pose_that_a_missing_joint_might_be_is_unknown():
    assert pose_class(person(lacking=["left_knee"]), BODY23) == "unknown"
    assert pose_class(person(lacking=["left_wrist", "nose"]), BODY23) == "standing"  # these decide nothing
    raised = person(right_elbow=(65, 40))
    assert pose_class(raised, BODY23) == "arms raised"
    assert pose_class(person(lacking=["left_knee"], right_elbow=(65, 40)), BODY23) == "unknown"  # who may sit
    bent = person(lacking=["left_ankle", "right_wrist"], left_knee=(160, 140))  # the hip alone rules out standing
    assert pose_class(bent, BODY23, [line for line in POSES if line[0] == "standing"]) == "other"


def test_no_line_fits():
    assert pose_class(person(), BODY23, [("headstand", "both", {"hip": (0, 10)})]) == "other"
    assert np.isnan(angles_of(person(lacking=["left_hip"]), BODY23)["left_knee"])


# Rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["", "hips", "hips +.3,", "knes +.1", "hips +.3 | ankles", "left hip +.1",
                                  "hips +x", "hips +nan", "hips +inf", "hips +-1", "hips +"])  # fmt: skip
def test_a_rule_with_a_mistake_is_refused(line):
    with pytest.raises(ValueError, match="socks"):
        Rule("socks", line)


def test_a_rule_for_another_edge_is_refused():
    with pytest.raises(ValueError, match="socks goes on to the edge 'left'"):
        Rule("socks", "ankles +.1", "left")


def test_what_a_line_asks_for():
    line = "hips +.4, wrists? +.1, big_toes heels? +.2 | ankles +.5"
    everything = set(BODY23.joints)
    margins, lacking = reaches(line, everything)
    assert not lacking and margins["left_hip"] == 0.4 and margins["right_heel"] == 0.2 and "left_ankle" not in margins
    margins, lacking = reaches(line, everything - {"left_wrist", "right_heel"})
    assert not lacking and "left_wrist" not in margins and "right_wrist" in margins and "left_big_toe" in margins
    margins, lacking = reaches(line, everything - {"left_big_toe"})
    assert not lacking and margins["left_ankle"] == 0.5 and "right_big_toe" not in margins
    assert reaches(line, everything - {"left_big_toe", "right_ankle"})[1] == ["right_ankle"]
    assert reaches(line, set())[1] == ["left_hip", "right_hip", "left_ankle", "right_ankle"]


def test_lacking_joints_in_words():
    lacking = ["left_hip", "right_hip", "head_top", "left_big_toe"]
    assert in_words(lacking) == "hips, head top, left big toe"


def test_a_crop_by_hand():
    bones = {"left_shoulder": (120, 70), "left_hip": (120, 130)}
    keypoints = person(set(STANDING) - {*bones, "right_hip"}, **bones, right_hip=(60, 130))
    assert body_unit(keypoints, BODY23) == 60
    crop = crop_box(Rule("belt", "hips +.5"), keypoints, BODY23, SIZE)
    assert crop.box.tolist() == [29.5, 99.5, 150.5, 160.5] and not crop.reason  # whole pixels: 29.5 … 150.5
    bare = crop_box(Rule("belt", "hips +.5"), keypoints, BODY23, SIZE, scale=0)
    assert bare.box.tolist() == [59.5, 129.5, 120.5, 130.5]
    between = person(left_hip=(120.6, 130.2), right_hip=(60.8, 130.2))
    bare = crop_box(Rule("belt", "hips +.5"), between, BODY23, SIZE, scale=0)
    assert bare.box.tolist() == [60.5, 129.5, 121.5, 130.5], "the pixels that hold the joints"


def test_a_crop_ends_where_the_picture_does():
    crop = crop_box(Rule("all", "shoulders ankles +9"), person(), BODY23, SIZE)
    assert crop.box.tolist() == [-0.5, -0.5, 199.5, 299.5]
    assert crop_box(rule("hat"), person(), BODY23, SIZE).box[1] == -0.5
    assert crop_box(Rule("floor", "ankles +.1", "bottom"), person(), BODY23, SIZE).box[3] == 299.5
    outside = person(left_wrist=(-90, 138), right_wrist=(-80, 138))
    assert crop_box(Rule("watch", "wrists +.1"), outside, BODY23, SIZE).reason == "it lies outside the picture"


def test_a_foreshortened_torso_does_not_shrink_the_margins():
    upright, towards_the_camera = person(), person(left_shoulder=(120, 120), right_shoulder=(80, 120))
    assert body_unit(towards_the_camera, BODY23) == pytest.approx(body_unit(upright, BODY23), rel=0.05)
    kneeling = person(left_ankle=(113, 195), right_ankle=(87, 195))
    assert body_unit(kneeling, BODY23) == pytest.approx(body_unit(upright, BODY23), rel=0.1)


@pytest.mark.parametrize("skeleton", [BODY23, LSP14], ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.garment)
def test_every_rule_crops_and_refuses(rule, skeleton):
    keypoints = person()
    if skeleton is LSP14:
        keypoints = convert(keypoints, BODY23, LSP14)
        for joint, place in (("upper_neck", (100, 60)), ("head_top", (100, 15))):
            keypoints[LSP14.index(joint)] = (*place, 2)
    assert crop_box(rule, keypoints, skeleton, SIZE).box is not None
    margins, _ = reaches(rule.line, set(skeleton.joints))
    needed = [joint for joint in margins if reaches(rule.line, set(skeleton.joints) - {joint})[1]]
    assert needed
    for joint in needed:
        gone = keypoints.copy()
        gone[skeleton.index(joint), 2] = 0
        crop = crop_box(rule, gone, skeleton, SIZE)
        assert crop.box is None and crop.reason.startswith("not found: ")
    nobody = crop_box(rule, np.zeros_like(keypoints), skeleton, SIZE)
    assert nobody.box is None and nobody.reason.endswith("s")


def test_a_body_that_cannot_be_measured_is_refused():
    crop = crop_box(Rule("ring", "wrists +.1"), person(set(STANDING) - {"left_wrist", "right_wrist"}), BODY23, SIZE)
    assert crop.box is None and "measured" in crop.reason


def test_a_rule_may_hold_for_some_poses_only():
    hats = [Rule("hat", "eyes +.5", poses=("sitting",)), Rule("hat", "eyes +.1", poses=("standing", "unknown"))]
    pose, crops = crops_of(hats, person(), BODY23, SIZE)
    assert pose == "standing" and list(crops) == ["hat"]
    np.testing.assert_array_equal(crops["hat"].box, crop_box(hats[1], person(), BODY23, SIZE).box)
    pose, crops = crops_of(hats, person(**POSED["sitting"]), BODY23, SIZE)
    np.testing.assert_array_equal(crops["hat"].box, crop_box(hats[0], person(**POSED["sitting"]), BODY23, SIZE).box)
    pose, crops = crops_of(hats, person(**POSED["arms raised"]), BODY23, SIZE)
    assert crops["hat"].box is None and crops["hat"].reason == "no rule for the pose: arms raised"
    for_all = Rule("hat", "eyes +.3")
    pose, crops = crops_of([*hats, for_all], person(**POSED["arms raised"]), BODY23, SIZE)
    assert crops["hat"].box is not None


def test_a_rule_for_a_pose_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="'lying'"):
        Rule("hat", "eyes +.5", poses=("lying",))
    with pytest.raises(ValueError, match="different poses"):
        Rule("hat", "eyes +.5", poses=("sitting",)) + Rule("shoes", "ankles +.5")


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=RULE_SETS)
@pytest.mark.parametrize("moved", POSED.values(), ids=POSED)
def test_every_set_of_rules_crops_everybody(rules, moved):
    _, crops = crops_of(rules, person(**moved), BODY23, SIZE)
    assert list(crops) == list(dict.fromkeys(rule.garment for rule in rules))
    assert all(crop.box is not None for crop in crops.values()), crops


def test_two_garments_in_one_crop():
    both = rule("shoulder clothes") + rule("waist clothes")
    boxes = [crop_box(r, person(), BODY23, SIZE).box for r in (rule("shoulder clothes"), rule("waist clothes"))]
    union = np.concatenate([np.minimum(*boxes)[:2], np.maximum(*boxes)[2:]])
    np.testing.assert_array_equal(crop_box(both, person(), BODY23, SIZE).box, union)
    wide, narrow = Rule("belt", "hips +.5"), Rule("string", "hips +.1")
    for both in (wide + narrow, narrow + wide):
        np.testing.assert_array_equal(
            crop_box(both, person(), BODY23, SIZE).box, crop_box(wide, person(), BODY23, SIZE).box
        )
    assert (rule("hat") + Rule("floor", "ankles +.1", "bottom")).edge == "top bottom"


def test_a_long_dress_may_hide_the_knees():
    crop = crop_box(rule("dress"), person(lacking=["left_knee", "right_knee"]), BODY23, SIZE)
    assert crop.box[3] > 240


def test_kept_and_wasted_by_hand():
    garment = np.zeros((10, 10), bool)
    garment[2:6, 2:7] = True  # 20 pixels
    assert kept_and_wasted(np.array([1.5, 1.5, 4.5, 5.5]), garment) == (12 / 20, 0)
    kept, wasted = kept_and_wasted(np.array([-0.5, -0.5, 9.5, 9.5]), garment)
    assert (kept, wasted) == (1, pytest.approx(0.8))


def test_the_rules_keep_what_rendered_people_wear(cache_folder):
    people = data.load("synthetic", "val", count=60, size=96, skeleton="BODY23")
    kept = []
    for garment, name in RULE_OF.items():
        masks = np.asarray(people.garments) == GARMENTS.index(garment)
        for i in np.flatnonzero(masks.any((1, 2))):
            crop = crop_box(rule(name), people.keypoints[i, 0], people.skeleton, (96, 96))
            bare = crop_box(rule(name), people.keypoints[i, 0], people.skeleton, (96, 96), scale=0)
            kept.append([kept_and_wasted(box, masks[i])[0] for box in (crop.box, bare.box)])
    kept, bare = np.array(kept).T
    assert (kept >= 0.95).mean() > 0.97
    assert bare.mean() < 0.9  # joints lie inside the body


# Finders ------------------------------------------------------------------------------------------


def test_an_unknown_model_is_refused():
    with pytest.raises(DataError, match="photo"):
        load_finder("alphapose")
    with pytest.raises(DataError, match="photo_parts finds no joints"):
        load_finder("photo_parts").find([np.zeros((9, 9, 3), np.uint8)])


def test_keras_is_not_loaded_before_it_is_needed():
    script = (
        "import sys; from hpe_utils.apps.smart_cropping import load_finder; finder = load_finder(); "
        "sys.exit(any(name in sys.modules for name in ('keras', 'tensorflow', 'ipywidgets', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


# Catalogues ---------------------------------------------------------------------------------------


class Eye:
    """A finder that knows where everybody is, and notes how many pictures it has seen."""

    def __init__(self, name="eye", lacking=()):
        self.seen, self.lacking, self.name = 0, lacking, name

    def finder(self) -> Finder:
        return Finder(self.name, BODY23, self.find)

    def find(self, images):
        self.seen += len(images)
        assert all(image.shape == (300, 200, 3) for image in images)
        return [person(self.lacking) for _ in images]


@pytest.fixture
def shop(tmp_path):
    """A folder of three pictures, one with an accent, and a file that is none."""
    folder = tmp_path / "my shöp"
    folder.mkdir()
    for number, name in enumerate(("a.jpg", "b.png", "é c.JPG")):
        Image.fromarray(np.full((300, 200, 3), 60 * number + 60, np.uint8)).save(folder / name)
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_a_catalogue(shop):
    eye = Eye(lacking=["left_ankle"])
    catalogue = make_catalogue(shop, eye.finder())
    out = shop.with_name("my shöp-crops")
    assert json.loads((out / "catalogue.json").read_text(encoding="utf-8")) == catalogue
    assert list(catalogue["pictures"]) == ["a.jpg", "b.png", "é c.JPG"]
    crops = catalogue["pictures"]["b.png"]["crops"]
    assert "file" in crops["shoes"], "toes and heels are there"
    assert crops["waist clothes"] == {"refused": "not found: left ankle"}
    x0, y0, x1, y1 = crops["shoulder clothes"]["box"]
    with Image.open(out / crops["shoulder clothes"]["file"]) as picture:
        assert picture.size == (x1 - x0, y1 - y0) and abs(np.asarray(picture).mean() - 120) < 2
    sheet = Image.open(out / "contact_sheet.jpg")
    assert sheet.size == ((1 + len(RULES)) * TILE, 3 * (TILE + CAPTION))
    assert not list(out.rglob("*.partial")) and len(list(shop.iterdir())) == 4


def test_a_second_start_does_only_what_is_missing(shop):
    eye = Eye()

    def start(**options):
        eye.seen = 0
        make_catalogue(shop, eye.finder(), **options)
        return eye.seen

    assert start() == 3 and start() == 0
    Image.fromarray(np.zeros((300, 200, 3), np.uint8)).save(shop / "d.png")
    assert start() == 1
    (shop / "b.png").unlink()
    assert start() == 0
    (shop.with_name("my shöp-crops") / "hat" / "a.jpg").unlink()
    assert start() == 1
    Image.fromarray(np.full((300, 200, 3), 9, np.uint8)).save(shop / "a.jpg")
    assert start() == 1, "another picture under the same name"
    assert start(rules=RULES[:2]) == 3 and start(rules=RULES[:2]) == 0
    wider = [Rule(rule.garment, rule.line.replace("+.3", "+.5"), rule.edge) for rule in RULES]
    assert start(rules=wider) == 3
    eye.name = "another model"
    assert start(rules=wider) == 3 and start(rules=wider) == 0


@pytest.mark.parametrize("content", ["", "[1]", '{"settings": 1}', '{"pictures": {}}'])
def test_a_damaged_catalogue_is_made_anew(shop, content):
    out = shop.with_name("my shöp-crops")
    out.mkdir()
    (out / "catalogue.json").write_text(content)
    eye = Eye()
    make_catalogue(shop, eye.finder())
    assert eye.seen == 3


def test_a_refusal_leaves_no_earlier_crop(shop):
    make_catalogue(shop, Eye().finder())
    catalogue = make_catalogue(shop, Eye("worse", lacking=["left_ankle"]).finder())
    assert not list((shop.with_name("my shöp-crops") / "waist_clothes").iterdir())
    assert "refused" in catalogue["pictures"]["a.jpg"]["crops"]["waist clothes"]


def test_a_broken_picture_is_reported_and_the_rest_done(shop, capsys, monkeypatch):
    (shop / "broken.png").write_bytes((shop / "b.png").read_bytes()[:200])
    eye = Eye()
    monkeypatch.setattr(smart_cropping, "load_finder", lambda *_: eye.finder())
    assert main([str(shop)]) == 0
    said = capsys.readouterr().out
    assert "broken.png" in said and f"{3 * len(RULES)} crops, 0 refusals" in said and "1 of them not readable" in said
    assert eye.seen == 3 and main([str(shop)]) == 0 and eye.seen == 3


def test_a_stop_leaves_whole_files_and_the_next_start_goes_on(shop, monkeypatch, capsys):
    monkeypatch.setattr(smart_cropping, "BATCH", 1)
    eye = Eye()

    def find(images):
        if eye.seen == 2:
            raise KeyboardInterrupt
        return eye.find(images)

    monkeypatch.setattr(smart_cropping, "load_finder", lambda *_: Finder("eye", BODY23, find))
    assert main([str(shop)]) == 130 and "goes on" in capsys.readouterr().err
    out = shop.with_name("my shöp-crops")
    for path in out.rglob("*.jpg"):
        Image.open(path).load()
    assert len(json.loads((out / "catalogue.json").read_text(encoding="utf-8"))["pictures"]) == 2
    make_catalogue(shop, eye.finder())
    assert eye.seen == 3


def tree(folder) -> dict:
    """Every file below a folder and its bytes; the catalogue's without the times of the pictures."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    catalogue = json.loads(files.pop("catalogue.json").decode(errors="surrogateescape"))
    for entry in catalogue["pictures"].values():
        del entry["stamp"]
    return files | {"catalogue": {key: catalogue[key] for key in ("settings", "pictures")}}


def undisturbed(shop, tmp_path, **options) -> dict:
    out = tmp_path / "undisturbed"
    make_catalogue(shop, Eye().finder(), out=out, **options)
    return tree(out)


@pytest.mark.parametrize("damage", ["hat/a.jpg", "shoes/b.png.jpg", "contact_sheet.jpg"])
@pytest.mark.parametrize("content", [b"", b"half"])
def test_a_damaged_file_is_made_anew(shop, tmp_path, damage, content):
    out = shop.with_name("my shöp-crops")
    make_catalogue(shop, Eye().finder())
    (out / damage).write_bytes(content)
    make_catalogue(shop, Eye().finder())
    assert tree(out) == undisturbed(shop, tmp_path)


def test_a_sheet_that_was_not_drawn_is_drawn_at_the_next_start(shop, tmp_path, monkeypatch):
    make_catalogue(shop, Eye().finder())
    Image.fromarray(np.zeros((300, 200, 3), np.uint8)).save(shop / "d.png")

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(smart_cropping, "contact_sheet", stop)
        with pytest.raises(KeyboardInterrupt):
            make_catalogue(shop, Eye().finder())
    make_catalogue(shop, Eye().finder())
    assert tree(shop.with_name("my shöp-crops")) == undisturbed(shop, tmp_path)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_a_stop_at_any_write_leaves_nothing_even_if_a_picture_goes(shop, tmp_path, monkeypatch, late):
    monkeypatch.setattr(smart_cropping, "BATCH", 1)
    monkeypatch.setattr(smart_cropping, "SAVED", 0)
    replace, writes, rules = os.replace, [], RULES[4:]
    lost = (shop / "b.png").read_bytes()
    (shop / "b.png").unlink()
    expected = undisturbed(shop, tmp_path, rules=rules)

    def killed_at(last):
        def write(partial, path):
            writes.append(path)
            if late:
                replace(partial, path)
            if len(writes) == last:
                shutil.copy(path if late else partial, f"{path}.99999.partial")  # as a kill would leave it
                raise Killed
            if not late:
                replace(partial, path)

        return write

    for last in range(1, 15):
        (shop / "b.png").write_bytes(lost)
        out = tmp_path / str(last)
        writes.clear()
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(os, "replace", killed_at(last))
            make_catalogue(shop, Eye().finder(), rules, out)
        (shop / "b.png").unlink()
        make_catalogue(shop, Eye().finder(), rules, out)
        assert tree(out) == expected, writes[-1]


def test_a_folder_that_shrank_leaves_nothing_of_what_is_gone(shop, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("hpe_utils.apps.smart_cropping.ON_A_SHEET", 2)
    out = shop.with_name("my shöp-crops")
    make_catalogue(shop, Eye().finder())
    (out / "hat" / "mine.jpg").write_bytes(b"my own")
    (out / "hat" / "b.png.jpg").write_bytes(b"retouched by hand")
    (shop / "b.png").unlink()
    capsys.readouterr()
    make_catalogue(shop, Eye().finder(), rules=RULES[1:])
    assert capsys.readouterr().err.startswith("8 files of earlier starts that are not wanted now are deleted")
    expected = undisturbed(shop, tmp_path, rules=RULES[1:])
    assert tree(out) == expected | {"hat/mine.jpg": b"my own", "hat/b.png.jpg": b"retouched by hand"}
    assert "contact_sheet_2.jpg" not in expected


def test_files_that_are_not_the_catalogues_are_kept(shop, capsys):
    out = shop.with_name("my shöp-crops")
    foreign = {"hat/a.jpg": b"a hat", "contact_sheet.jpg": b"a sheet", "catalogue.json": b'{"spring": [1, 2]}'}
    for name, content in foreign.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    for _ in range(2):
        make_catalogue(shop, Eye().finder())
        Image.open(out / "hat" / "a.jpg").load()
    for name, content in foreign.items():
        path = out / name
        assert path.with_name(f"{path.stem}.kept{path.suffix}").read_bytes() == content
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 3 and "catalogue.json has no settings" in said[0] and "kept as catalogue.kept.json" in said[0]


@pytest.mark.parametrize("file", ["../stolen.jpg", "/tmp/stolen.jpg", "hat/../../stolen.jpg", "a\0b"])
def test_a_forged_catalogue_deletes_nothing_outside(shop, file):
    out = shop.with_name("my shöp-crops")
    (shop.parent / "stolen.jpg").write_bytes(b"mine")
    out.mkdir()
    forged = {"settings": {}, "pictures": {}, "sheets": {}, "files": {file: ""}}
    (out / "catalogue.json").write_text(json.dumps(forged))
    make_catalogue(shop, Eye().finder())
    assert (shop.parent / "stolen.jpg").read_bytes() == b"mine"


@pytest.mark.parametrize("place, value", [("crops", 7), ("crops", {"hat": 7}), ("crops", {"hat": {"file": 7}}),
                                          ("stamp", None), ("pose", [])])  # fmt: skip
def test_a_catalogue_with_an_odd_entry_is_made_anew(shop, place, value, capsys):
    path = shop.with_name("my shöp-crops") / "catalogue.json"
    catalogue = make_catalogue(shop, Eye().finder())
    catalogue["pictures"]["a.jpg"][place] = value
    path.write_text(json.dumps(catalogue))
    eye = Eye()
    make_catalogue(shop, eye.finder())
    assert eye.seen == 3 and "cannot be used" in capsys.readouterr().err


def test_no_two_crops_share_a_file(shop):
    names = ["a.jpg.jpg", "A.JPG", "é c.png", "e\u0301 c.png", "b.png.jpg", "x" * 240 + ".png", "x" * 240 + ".bmp"]
    for name in names:
        (shop / name).write_bytes((shop / "b.png").read_bytes())
    rules = [Rule("long boots", "ankles +.1"), Rule("long_boots", "ankles +.3"), Rule("../up", "hips +.1")]
    catalogue = make_catalogue(shop, Eye().finder(), rules=rules)
    out = shop.with_name("my shöp-crops")
    files = [crop["file"] for entry in catalogue["pictures"].values() for crop in entry["crops"].values()]
    assert len(files) == 30 == len({unicodedata.normalize("NFC", file).casefold() for file in files})
    assert {path.relative_to(out).as_posix() for path in out.glob("*/*")} == set(files)
    assert {file.split("/")[0] for file in files} == {"long_boots", "long_boots~2", "___up"}
    assert catalogue["pictures"]["a.jpg"]["crops"]["../up"]["file"] != "___up/a.jpg", "A.JPG comes first"
    with pytest.raises(DataError, match="two rules are called 'hat'"):
        make_catalogue(shop, Eye().finder(), rules=[rule("hat"), Rule("hat", "eyes +.1", poses=("sitting",))])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_odd_names_and_files_are_told_not_fatal(shop, capsys, monkeypatch):
    picture = (shop / "b.png").read_bytes()
    for name in (b"caf\xe9.png", b"two\nlines.png", b"broken \xff.png"):
        (shop / os.fsdecode(name)).write_bytes(picture if b"broken" not in name else b"no picture")
    os.mkfifo(shop / "pipe.png")
    (shop / "nowhere.png").symlink_to("nothing")
    (shop / "circle.png").symlink_to("circle.png")
    (shop / "folder.png").mkdir()
    monkeypatch.setattr(smart_cropping, "load_finder", lambda *_: Eye().finder())
    for _ in range(2):
        assert main([str(shop)]) == 0
        said = capsys.readouterr().out.splitlines()
        assert len(said) == 5 and "9 pictures, 4 of them not readable" in said[-1]
        assert r"broken \udcff.png" in said[0] and "no plain file" in said[3]
    crops = {os.fsencode(path.name) for path in (shop.with_name("my shöp-crops") / "hat").iterdir()}
    assert {b"caf\xe9.png.jpg", b"two\nlines.png.jpg"} < crops


def test_few_pixels_are_in_memory_at_once(shop, monkeypatch):
    monkeypatch.setattr(pictures, "PIXELS", 100_000)
    seen = []
    eye = Eye()
    finder = Finder("eye", BODY23, lambda images: seen.append(len(images)) or eye.find(images))
    make_catalogue(shop, finder)
    assert seen == [2, 1]


@pytest.mark.parametrize("fails", ["catalogue.json", "hat", "contact_sheet.jpg"])
def test_a_full_disk_is_one_line_and_loses_nothing(shop, tmp_path, fails, monkeypatch, capsys):
    monkeypatch.setattr(smart_cropping, "load_finder", lambda *_: Eye().finder())
    out = shop.with_name("my shöp-crops")
    replace = os.replace

    def full(partial, path):
        if fails in str(path):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(partial, path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert main([str(shop)]) == 1
        (line,) = capsys.readouterr().err.strip().splitlines()
        assert str(out) in line and "No space left on device" in line and "free some space" in line
    assert main([str(shop)]) == 0
    assert tree(out) == undisturbed(shop, tmp_path)


def test_crops_never_go_among_the_pictures(shop):
    before = sorted(shop.iterdir())
    hats = shop.rename(shop.with_name("hat"))
    with pytest.raises(DataError, match="another folder"):
        make_catalogue(hats, Eye().finder(), out=hats.parent)
    assert sorted(path.name for path in hats.iterdir()) == [path.name for path in before]
    with pytest.raises(DataError, match="/ has no name"):
        smart_cropping.crops_folder(Path("/"))


def test_folders_that_cannot_be_used(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.jpg").write_bytes(b"no picture")
    for name, said in (("none", "is no folder"), ("empty", "holds no pictures"), ("bad", "none of the 1 pictures")):
        with pytest.raises(DataError, match=said):
            make_catalogue(tmp_path / name, Eye().finder())
        assert main([str(tmp_path / name)]) == 1
        assert said in capsys.readouterr().err


def test_crops_do_not_go_among_the_pictures(shop):
    with pytest.raises(DataError, match="another folder"):
        make_catalogue(shop, Eye().finder(), out=shop)


def test_many_pictures_make_several_sheets(shop, monkeypatch):
    monkeypatch.setattr("hpe_utils.apps.smart_cropping.ON_A_SHEET", 2)
    make_catalogue(shop, Eye().finder(), out=shop / "crops")
    names = {path.name for path in (shop / "crops").glob("contact*")}
    assert names == {"contact_sheet.jpg", "contact_sheet_2.jpg"}


def test_workers_make_the_same_catalogue(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(smart_cropping, "SHARE", 1)
    expected = undisturbed(shop, tmp_path)
    foreign = shop.with_name("my shöp-crops") / "hat" / "a.jpg"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"a hat")
    make_catalogue(shop, Eye().finder(), workers=2)
    assert tree(shop.with_name("my shöp-crops")) == expected | {"hat/a.kept.jpg": b"a hat"}


def test_a_file_moved_aside_takes_no_place_of_ours(shop):
    (shop / "a.kept.png").write_bytes((shop / "b.png").read_bytes())
    hats = shop.with_name("my shöp-crops") / "hat"
    hats.mkdir(parents=True)
    (hats / "a.jpg").write_bytes(b"a hat")
    catalogue = make_catalogue(shop, Eye().finder())
    kept = [path for path in hats.iterdir() if path.read_bytes() == b"a hat"]
    assert len(kept) == 1 and len(list(hats.iterdir())) == 5
    assert f"hat/{kept[0].name}" not in catalogue["files"]


def test_a_catalogue_of_poses_and_mirrors_is_another(shop):
    make_catalogue(shop, Eye().finder())
    eye = Eye()
    make_catalogue(shop, eye.finder(), rules=RULE_SETS["by pose"])
    assert eye.seen == 3


def test_a_finder_goes_to_workers_without_its_network():
    finder = pickle.loads(pickle.dumps(load_finder("openpose", mirrored=True)))
    assert finder == load_finder("openpose", mirrored=True) != load_finder("openpose")


def page_of(shop, **options) -> str:
    make_catalogue(shop, Eye(**options).finder())
    return (shop.with_name("my shöp-crops") / "index.html").read_text(encoding="utf-8")


def test_the_page_holds_all_it_shows(shop):
    (shop / "<b>&.png").write_bytes((shop / "b.png").read_bytes())
    (shop / "broken.png").write_bytes(b"no picture")
    page = page_of(shop, lacking=["left_ankle"])
    assert page.count("<article>") == 5 and page.count("<li ") == 4 * len(RULES)
    assert page.count('data-kind="refused"') == 4 and page.count("not found: left ankle") == 4
    assert page.count('src="data:image/jpeg;base64,') == 4 * len(RULES) == page.count("<img ")
    assert "&lt;b&gt;&amp;.png" in page and "<b>&.png" not in page and "1 not readable" in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)


def test_many_pictures_make_several_pages(shop, monkeypatch):
    monkeypatch.setattr(smart_cropping, "ON_A_PAGE", 2)
    assert '<a href="index_2.html">2</a>' in page_of(shop)
    out = shop.with_name("my shöp-crops")
    assert '<a href="index.html">1</a>' in (out / "index_2.html").read_text(encoding="utf-8")
    (shop / "a.jpg").unlink()
    assert "Pages" not in page_of(shop) and not (out / "index_2.html").exists()


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_filters(shop, width):
    page_of(shop, lacking=["left_ankle"])
    with chromium() as start:
        page = start().new_page(viewport={"width": width, "height": 800})
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto((shop.with_name("my shöp-crops") / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("li:visible").count() == 3 * len(RULES)
        page.get_by_label("Garment").select_option("waist clothes")
        assert page.locator("li:visible").count() == 3 and page.locator("output").inner_text() == "3 on this page"
        page.get_by_label("Show").select_option("crop")
        assert page.locator("article:visible").count() == 0
        assert not errors


@pytest.mark.parametrize(
    "options, said",
    [(["--workers", "0"], "one at least"), (["--rules", "source", "--garment", "dress"], "none for dress")],
)
def test_options_that_cannot_be(shop, options, said, capsys):
    with pytest.raises(SystemExit):
        main([str(shop), *options])
    assert said in capsys.readouterr().err


def test_a_refusal_is_a_grey_tile(shop):
    entries = {"a.jpg": {"pose": "standing", "crops": {"hat": {"refused": "not found: left eye"}}}}
    sheet = np.asarray(contact_sheet(shop, entries, shop))
    assert (sheet[10, TILE + 10] == 221).all() and (sheet[10:TILE, TILE:] < 100).any()
