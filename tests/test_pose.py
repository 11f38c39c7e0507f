"""The door: whatever picture goes in, people come out in its pixels, and from there into tables and files."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

keras = pytest.importorskip("keras")

import hpe_utils  # noqa: E402
from hpe_utils import data, found, models, runs  # noqa: E402
from hpe_utils import skeleton as skeletons  # noqa: E402
from hpe_utils.apps import command_line  # noqa: E402
from hpe_utils.data import films  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402
from hpe_utils.found import Found, joint_boxes  # noqa: E402
from hpe_utils.litert import Interpreted  # noqa: E402
from hpe_utils.pose import Pose  # noqa: E402
from hpe_utils.skeleton import COCO17, Skeleton  # noqa: E402


@pytest.fixture(scope="module")
def everybody() -> Pose:
    return Pose.load("openpose")


@pytest.fixture(scope="module")
def group():
    """Three pictures of two people."""
    return data.load("synthetic", "test", people=(2, 2), size=160, count=3, skeleton="BODY23")


def near(people: Found, other: Found, scale: float = 1.0, atol: float = 2.0) -> None:
    """The same people, of whom one joint in ten may be found elsewhere, in a picture enlarged by `scale`."""
    assert len(people) == len(other) > 0
    wanted = scale * (other.keypoints[..., :2] + 0.5) - 0.5
    both = (people.keypoints[..., 2] > 0) & (other.keypoints[..., 2] > 0)
    off = np.linalg.norm(people.keypoints[..., :2] - wanted, axis=-1)[both]
    assert both.mean() > 0.5 and (off <= atol * scale).mean() > 0.9


# In -----------------------------------------------------------------------------------------------


def test_a_picture_of_any_kind_gives_the_same_people(everybody, group, tmp_path):
    image = group.images[0]
    Image.fromarray(image).save(tmp_path / "a b é.png")
    wanted = everybody(image)
    assert wanted.names == everybody.names and wanted.size == (160, 160)
    kinds = [Image.fromarray(image), image / 255.0, image.astype(np.uint16) * 257, np.dstack([image, image[..., :1]])]
    for same in (tmp_path / "a b é.png", str(tmp_path / "a b é.png"), *kinds):
        near(everybody(same), wanted, atol=1e-3)
    for several in ([image] * 2, np.stack([image] * 2), (image, tmp_path / "a b é.png")):
        for people in everybody(several, batch=1):
            near(people, wanted, atol=1e-2)
    assert everybody([]) == []


def test_people_are_in_the_pictures_own_pixels(everybody, group):
    image = group.images[0]
    large = np.asarray(Image.fromarray(image).resize((480, 480), Image.BICUBIC))
    wide = np.pad(large, ((0, 0), (20, 60), (0, 0)), constant_values=128)
    near(everybody(large), everybody(image), scale=3)
    found, shift = everybody(wide), np.array([20, 0, 0], np.float32)
    assert found.size == (560, 480) and len(found) >= 2
    joints = found.keypoints[found.keypoints[..., 2] > 0] - shift
    known = everybody(large).keypoints.reshape(-1, 3)
    nearest = np.linalg.norm(joints[:, None, :2] - known[known[:, 2] > 0][None, :, :2], axis=-1).min(axis=1)
    assert np.median(nearest) < 8


def test_one_person_cut_out_by_another_network_lies_where_the_whole_picture_has_him(group):
    finder = Pose.load("openpose")
    top_down = Pose.load("trunk", finder="openpose")
    for image in group.images:
        found, people = finder(image), top_down(image)
        boxes = people.boxes
        assert len(people) >= 2 and {tuple(box) for box in boxes} <= {tuple(box) for box in found.boxes}
        known = people.keypoints[..., 2] > 0
        low, high = boxes[:, None, :2], boxes[:, None, 2:]
        margin = 0.4 * (high - low).max(axis=-1, keepdims=True)
        inside = ((people.keypoints[..., :2] >= low - margin) & (people.keypoints[..., :2] <= high + margin)).all(-1)
        assert inside[known].mean() > 0.9
    nobody = top_down(np.full((100, 150, 3), 128, np.uint8))
    assert len(nobody) == 0 and nobody.keypoints.shape == (0, 16, 3)


def test_a_joint_counts_as_found_from_the_given_confidence_on(group):
    none, all_of_them = (Pose.load("trunk", least=least)(group.images[0]) for least in (0.99, 0.0))
    assert len(none) == 0 and (all_of_them.keypoints[..., 2] == 2).all()


def test_the_mirrored_pass_gives_mirrored_people_to_mirrored_pictures(group):
    pose = Pose.load("trunk", mirrored=True, least=0.0)
    plain, turned = pose(group.images[0]), pose(group.images[0][:, ::-1])
    back = turned.keypoints[:, pose.skeleton.flip]
    np.testing.assert_allclose(159 - back[..., 0], plain.keypoints[..., 0], atol=0.1)


def test_parts_and_boxes_come_where_the_network_has_them(group):
    large = np.asarray(Image.fromarray(group.images[0]).resize((300, 200)))
    for name, joints in (("photo_parts", 0), ("bodypix", 17), ("mask_rcnn", 17)):
        people = Pose.load(name)(large)
        assert people.parts.shape == (200, 300) and 0 < people.parts.max() <= len(people.vocabulary)
        assert people.keypoints.shape[1] == joints and len(people.boxes) == len(people)
        assert joints == 0 or people.instances.max() <= len(people)
    head = Pose.load("01_deeppose_long")(large)
    assert head.boxes.shape == (1, 4) and head.names == ()


def test_bodypix_sees_the_mirror_image_too_where_it_is_asked(group):
    plain, twice = (Pose.load("bodypix", mirrored=mirrored)(group.images[0]) for mirrored in (False, True))
    assert len(plain) and len(twice) and (plain.parts != twice.parts).any()
    assert ((plain.parts > 0) == (twice.parts > 0)).mean() > 0.9


@pytest.mark.parametrize(
    "name, mirrored",
    [("openpose", False), ("openpose", True), ("trunk", True), ("bodypix", False), ("mask_rcnn", False)],
)
def test_litert_finds_the_same(group, name, mirrored):
    slow, fast = (Pose.load(name, mirrored=mirrored, fast=fast)(group.images[0]) for fast in (False, True))
    near(fast, slow, atol=0.01)
    assert slow.parts is None or (fast.parts == slow.parts).mean() > 0.999


def test_litert_runs_in_float32_whatever_the_precision_and_says_what_it_lacks(group):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert len(Pose.load("openpose", fast=True)(group.images[0]))
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
        with pytest.raises(DataError, match="half precision"):
            Interpreted(runs.load_network("openpose").model)
    finally:
        keras.config.set_dtype_policy(policy)
    picture = keras.Input((3, 3, 3))
    with pytest.raises(DataError, match="lacks"):
        Interpreted(keras.Model(picture, keras.ops.det(picture)))


def test_folders_and_films_are_read_and_what_is_broken_is_said(everybody, group, tmp_path, capsys):
    for number, image in enumerate(group.images):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    (tmp_path / "9.png").write_bytes(b"no picture")
    people = everybody(tmp_path)
    assert list(people) == ["0.png", "1.png", "2.png"]
    near(people["1.png"], everybody(group.images[1]))
    assert "cannot read the picture" in capsys.readouterr().err
    with films.writer(tmp_path / "film.mp4") as add:
        for number in range(3):
            add(number / 25, group.images[0])
    assert list(everybody(tmp_path / "film.mp4")) == ["0.000", "0.040", "0.080"]
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.jpg").write_bytes(b"")
    problems = {"none.jpg": "no picture", "empty": "no pictures", "broken": "nothing in", "x.mp4": "no film"}
    for path, words in problems.items():
        with pytest.raises(DataError, match=words):
            everybody(tmp_path / path)


def test_the_door_says_what_it_is_and_what_there_is(everybody):
    for word in ("openpose", "everybody's joints", "160 × 160", "BODY23", "AP ", "MIT"):
        assert word in repr(everybody)
    with pytest.raises(DataError, match="there are .*openpose"):
        Pose.load("alphapose")
    assert hpe_utils.Pose is Pose
    with pytest.raises(AttributeError):
        hpe_utils.Posse  # noqa: B018


def test_an_own_checkpoint_is_loaded_by_its_path(tmp_path, group):
    model, task, codec, facts = runs.load_network("trunk")
    path = runs.save_checkpoint(model, "mine", facts, tmp_path)
    near(Pose.load(path)(group.images[0]), Pose.load("trunk")(group.images[0]), atol=1e-3)
    assert Pose.load(tmp_path / "mine").identity.split()[1] == Pose.load(path).identity.split()[1]
    with pytest.raises(DataError, match="no checkpoint .*nobody.weights.h5: check the path"):
        Pose.load(tmp_path / "nobody")


def test_weights_in_no_file_are_told_apart():
    network = runs.load_network("trunk")
    facts = {key: value for key, value in network.facts.items() if key != "sha256"}
    first = Pose("mine", network._replace(facts=facts), None, False, None).identity
    weight = network.model.trainable_weights[0]
    weight.assign(weight + 1e-3)
    assert Pose("mine", network._replace(facts=facts), None, False, None).identity != first


def test_people_in_joints_of_one_s_own_are_loaded_by_somebody_who_does_not_know_them(tmp_path):
    own = Skeleton("TWO", joints=("left_hand", "right_hand"), limbs=(("left_hand", "right_hand"),))
    skeletons.register(own)
    options = {"skeleton": "TWO", "stages": 1, "size": 64}
    model = models.build("openpose", "lab", **options)
    facts = {"task": "people", "model": "openpose", "preset": "lab", "options": options, "codec": {"sigma": 1.0}}
    path = runs.save_checkpoint(model, "two", facts | {"skeleton": skeletons.declaration(own)}, tmp_path)
    del skeletons.SKELETONS["TWO"]
    assert Pose.load(path).names == own.joints


def test_drawing_changes_a_copy_where_people_are(everybody, group):
    image = group.images[0]
    before, drawn = image.copy(), np.asarray(everybody.draw(image))
    assert drawn.shape == image.shape and (drawn != image).any() and (image == before).all()
    assert (np.asarray(everybody.draw(image, everybody(image)[:0])) == image).all()
    assert (np.asarray(Pose.load("mask_rcnn").draw(image)) != image).any()


# Out ----------------------------------------------------------------------------------------------


def some_people(count: int = 2) -> Found:
    rng = np.random.default_rng(0)
    keypoints = np.dstack([rng.uniform(0, 90, (count, 17, 2)), np.full((count, 17, 1), 2)]).astype(np.float32)
    keypoints[:1, 3] = 0
    sure = np.where(keypoints[..., 2] > 0, rng.uniform(0.1, 1, (count, 17)), 0)
    return Found((120, 100), keypoints, sure, np.linspace(0.9, 0.5, count), joint_boxes(keypoints), COCO17)


def test_a_file_in_cocos_format_holds_what_was_found():
    people = {"a.jpg": some_people(), "b.jpg": some_people(0), "c.jpg": some_people(1)}
    content = json.loads(json.dumps(found.as_coco(people)))
    assert content["categories"][0]["keypoints"] == list(COCO17.joints)
    written = np.reshape(content["annotations"][1]["keypoints"], (17, 3))
    np.testing.assert_allclose(written[:, :2], people["a.jpg"].keypoints[1, :, :2], atol=1e-2)  # as the set coco reads
    back = found.from_coco(content, COCO17)
    assert list(back) == list(people)
    for name, some in people.items():
        np.testing.assert_allclose(back[name].keypoints, some.keypoints, atol=1e-3)
        np.testing.assert_allclose(back[name].confidences, some.confidences, atol=1e-3)
        np.testing.assert_allclose(back[name].boxes, some.boxes, atol=2e-2)


def test_cocos_own_tool_takes_the_annotations_as_results(tmp_path):
    from pycocotools.coco import COCO

    content = found.as_coco({"a.jpg": some_people()})
    (tmp_path / "truth.json").write_text(json.dumps(content))
    truth = COCO(str(tmp_path / "truth.json"))
    results = truth.loadRes([dict(annotation) for annotation in content["annotations"]])
    assert len(results.anns) == 2


def test_a_table_has_a_row_for_every_joint_that_was_found():
    people = some_people()
    table = found.joint_table({"a.jpg": people})
    assert list(table.columns) == list(found.COLUMNS) and len(table) == 2 * 17 - 1
    row = table[(table.person == 2) & (table.joint == "left_knee")].iloc[0]
    np.testing.assert_allclose([row.x, row.y], people.keypoints[1, COCO17.index("left_knee"), :2])
    numbered = replace(people, numbers=np.array([7, 3]))
    assert sorted(found.joint_table({"a.jpg": numbered}).person.unique()) == [3, 7]


def test_some_of_the_people_can_be_chosen():
    people = replace(some_people(3), numbers=np.array([4, 5, 6]))
    sure = people[people.scores > 0.6]
    assert len(sure) == 2 and sure.numbers.tolist() == [4, 5] and len(people[:0]) == 0


# The command line ---------------------------------------------------------------------------------


def hpe(monkeypatch, *arguments) -> int:
    monkeypatch.setattr(sys, "argv", ["hpe", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        command_line.main()
    return end.value.code or 0


def test_find_writes_people_and_pictures_and_goes_on_where_it_was_stopped(monkeypatch, group, tmp_path, capsys):
    folder, out = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for number, image in enumerate(group.images):
        Image.fromarray(image).save(folder / f"{number}.png")
    (folder / "9.png").write_bytes(b"no picture")
    arguments = ("find", folder, "--model", "openpose", "--out", out, "--csv")
    assert hpe(monkeypatch, *arguments) == 0
    said = capsys.readouterr()
    assert said.out.startswith("3 pictures, ") and "1 problems" in said.out and "cannot read the picture" in said.err
    content = json.loads((out / "people.json").read_text())
    assert len(content["images"]) == 3 and (out / "people.csv").read_text().startswith(",".join(found.COLUMNS))
    assert sorted(path.name for path in out.glob("*.jpg")) == [f"{number}.png.jpg" for number in range(3)]

    looked_at = []
    nobody = [some_people(0)]
    monkeypatch.setattr(Pose, "everybody", lambda self, images: looked_at.append(len(images)) or nobody * len(images))
    (out / "1.png.jpg").unlink()
    Image.fromarray(group.images[0]).save(folder / "2.png")
    assert hpe(monkeypatch, *arguments) == 0
    assert looked_at == [2], "one copy is gone, one picture has changed"
    assert hpe(monkeypatch, *arguments) == 0 and sum(looked_at) == 2

    content = json.loads((out / "people.json").read_text())
    del content["annotations"][0]["bbox"]
    (out / "people.json").write_text(json.dumps(content))
    assert hpe(monkeypatch, *arguments) == 1 and "not as it was written" in capsys.readouterr().err


def test_part_maps_are_written_too(monkeypatch, group, tmp_path):
    Image.fromarray(group.images[0]).save(tmp_path / "a.png")
    assert hpe(monkeypatch, "find", tmp_path / "a.png", "--model", "bodypix", "--out", tmp_path / "out") == 0
    written = Image.open(tmp_path / "out" / "a.png.parts.png")
    assert written.mode == "P"
    np.testing.assert_array_equal(np.asarray(written), Pose.load("bodypix")(group.images[0]).parts)
    info = json.loads((tmp_path / "out" / "people.json").read_text())["info"]
    assert tuple(info["parts"]) == Pose.load("bodypix").vocabulary.parts


def test_nobodys_own_pictures_are_written_over(monkeypatch, group, tmp_path, capsys):
    Image.fromarray(group.images[0]).save(tmp_path / "me.jpg")
    before = (tmp_path / "me.jpg").read_bytes()
    for source in (tmp_path / "me.jpg", tmp_path):
        assert hpe(monkeypatch, "find", source, "--model", "openpose", "--out", tmp_path) == 1
        assert "cannot go into" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["me.jpg"] and (tmp_path / "me.jpg").read_bytes() == before


def test_results_of_other_networks_and_other_folders_are_kept(monkeypatch, group, tmp_path, capsys):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        Image.fromarray(group.images[0]).save(tmp_path / folder / "1.png")
        assert hpe(monkeypatch, "find", tmp_path / folder, "--model", "openpose", "--out", tmp_path / "out") == 0
    content = json.loads((tmp_path / "out" / "people.json").read_text())
    assert len(content["images"]) == 2 and len(list((tmp_path / "out").glob("*.jpg"))) == 2
    assert hpe(monkeypatch, "find", tmp_path / "a", "--model", "trunk", "--out", tmp_path / "out") == 1
    assert "holds what openpose" in capsys.readouterr().err


def test_a_finder_is_for_networks_of_one_person():
    with pytest.raises(DataError, match="a finder is for a network of one person's joints"):
        Pose.load("mask_rcnn", finder="openpose")


def test_boxes_without_a_size_are_nobody(group, monkeypatch):
    pose = Pose.load("trunk", finder="openpose")
    flat = some_people(2)
    flat.boxes[0] = (5, 5, 5, 5)
    monkeypatch.setattr(pose.finder, "everybody", lambda images: [flat])
    (people,) = pose.everybody([group.images[0]])
    assert np.isfinite(people.keypoints).all() and len(people) <= 1


def test_ctrl_c_keeps_what_was_found(monkeypatch, group, tmp_path, capsys):
    folder, out = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for number in range(20):
        Image.fromarray(group.images[number % 3]).save(folder / f"{number:02d}.png")
    calls = iter([[some_people(0)] * 16])
    monkeypatch.setattr(Pose, "everybody", lambda self, images: next(calls, None) or interrupt())
    assert hpe(monkeypatch, "find", folder, "--model", "openpose", "--out", out) == 130
    assert "Stopped." in capsys.readouterr().err
    assert len(json.loads((out / "people.json").read_text())["images"]) == 16


def interrupt():
    raise KeyboardInterrupt


def test_a_film_comes_back_with_its_people_numbered(monkeypatch, group, tmp_path, capsys):
    with films.writer(tmp_path / "film.mp4") as add:
        for number in range(5):
            add(number / 25, group.images[0])
    assert hpe(monkeypatch, "find", tmp_path / "film.mp4", "--model", "openpose", "--out", tmp_path / "out") == 0
    assert "joints tremble by" in capsys.readouterr().out
    assert len(list(films.Film(tmp_path / "out" / "film.mp4"))) == 5
    content = json.loads((tmp_path / "out" / "film.json").read_text())
    assert len(content["images"]) == 5 and {a["track_id"] for a in content["annotations"]} >= {1, 2}


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (("find",), 2, "SOURCES"),
        (("find", "none.jpg", "--model", "openpose"), 1, "no picture none.jpg"),
        (("find", "none.jpg", "--model", "alphapose"), 1, "there are .*openpose"),
        (("score", "trunk", "nowhere"), 1, "nowhere"),
        (("dance",), 2, "dance"),
    ],
)
def test_mistakes_are_one_line(monkeypatch, capsys, arguments, code, words):
    import re

    assert hpe(monkeypatch, *arguments) == code
    said = capsys.readouterr()
    assert re.search(words, said.err) and "Traceback" not in said.err


def test_a_network_is_scored_and_all_are_listed(monkeypatch, tmp_path, capsys):
    scores = {"trunk": "PCKh", "photo_parts": "pascal6, mIoU", "mask_rcnn": "iftimie6, box_AP50", "openpose": "AP"}
    for name, word in scores.items():
        assert hpe(monkeypatch, "score", name, "synthetic", "--count", 4) == 0
        assert word in capsys.readouterr().out
    assert hpe(monkeypatch, "score", "mask_rcnn", "lspet") == 1
    assert "no parts" in capsys.readouterr().err
    (tmp_path / "stray.weights.h5").write_bytes(b"")
    monkeypatch.setenv("HPE_MODELS", str(tmp_path))
    assert hpe(monkeypatch, "models") == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} >= {"photo", "openpose", "trunk"}


@pytest.mark.slow
def test_the_command_is_also_a_module():
    line = [sys.executable, "-m", "hpe_utils", "models"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 0 and "photo" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--fast"]])
def test_the_command_says_nothing_of_tensorflows(group, tmp_path, more):
    Image.fromarray(group.images[0]).save(tmp_path / "me.png")
    line = [sys.executable, "-m", "hpe_utils", "find", str(tmp_path / "me.png"), "--model", "openpose", *more]
    done = subprocess.run([*line, "--out", str(tmp_path / "out")], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and "1 pictures" in done.stdout
    assert "rebuild" not in done.stderr and "cuda" not in done.stderr
