"""A user's own pictures: both annotation formats, splits, and every mistake we could think of."""

import json
import unicodedata
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from hpe_utils import data, skeleton
from hpe_utils.data.cache import cached
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import folder
from hpe_utils.geometry import Affine
from hpe_utils.metrics import coco

NOSE, LEFT_WRIST = skeleton.COCO17.indices("nose", "left_wrist")
JOINTS = {"nose": [20, 10, 2], "left_wrist": [30, 40, 1], "left_hip": [0, 0, 0]}
CSV = "image,person,joint,x,y,v\na.png,1,nose,20,10,2\na.png,1,left_wrist,30,40,1\n"


def person(image="a.png", **fields) -> dict:
    return {"image": image, "keypoints": JOINTS} | fields


def write(root, people=None, pictures=("a.png",), **fields):
    root.mkdir(exist_ok=True)
    for name in pictures:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (60, 50), (90, 90, 90)).save(root / name)
    if people is not None:
        content = {"skeleton": "COCO17", "people": people} | fields
        (root / "annotations.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return root


def test_json_becomes_samples(tmp_path):
    root = write(tmp_path, [person(box=[10, 5, 40, 45], head_box=[15, 5, 25, 15])])
    source = folder.source("all", root, size=100)
    arrays, left_out = source.read(0, 1)
    assert not left_out and arrays["ids"].tolist() == ["a.png"]
    back = Affine(arrays["to_picture"][0])
    np.testing.assert_allclose(back.points(arrays["keypoints"][0, 0, [NOSE, LEFT_WRIST]]), [[20, 10, 2], [30, 40, 1]])
    np.testing.assert_allclose(back.box(arrays["boxes"][0, 0]), [10, 5, 40, 45], atol=1e-4)
    np.testing.assert_allclose(arrays["keypoints"][0, 0, :, 2].sum(), 3)
    # the square is 1.25 times the box's 40 pixels
    np.testing.assert_allclose(arrays["attribute_head_size"], 0.6 * np.hypot(10, 10) * 100 / 50, rtol=1e-5)


def test_without_a_box_the_joints_decide(tmp_path):
    source = folder.source("all", write(tmp_path, [person()]))
    np.testing.assert_allclose(source.people.crops, [[25 - 18.75, 25 - 18.75, 25 + 18.75, 25 + 18.75]])
    arrays, _ = source.read(0, 1)
    assert np.isnan(arrays["boxes"]).all() and np.isnan(arrays["attribute_head_size"]).all()


def test_csv_and_json_agree(tmp_path):
    expected, _ = folder.source("all", write(tmp_path / "json", [person()])).read(0, 1)
    root = write(tmp_path / "csv")
    (root / "annotations.csv").write_text(CSV)
    arrays, _ = folder.source("all", root).read(0, 1)
    for name in expected:
        np.testing.assert_array_equal(arrays[name], expected[name])


def test_csv_takes_excels_mark_other_skeletons_and_no_v(tmp_path):
    root = write(tmp_path)
    lines = ["1,head_top,20,10", "1,pelvis,20,40", "2,pelvis,9,9", "2,thorax,9,20"]
    text = "\n".join(["image,person,joint,x,y", *(f"a.png,{line}" for line in lines)])
    (root / "annotations.csv").write_text(text, encoding="utf-8-sig")
    source = folder.source("all", root, skeleton="MPII16")
    assert len(source) == 2 and source.skeleton == skeleton.MPII16
    assert source.people.numbers.tolist() == [0, 1] and source.people.keypoints[..., 2].max() == 2


def test_v_defaults_to_visible(tmp_path):
    source = folder.source("all", write(tmp_path, [person(keypoints={"nose": [1, 2], "left_wrist": [30, 40]})]))
    assert source.people.keypoints[0, [NOSE, LEFT_WRIST], 2].tolist() == [2, 2]


def test_whole_pictures_need_no_crop(tmp_path):
    root = write(tmp_path, [person(keypoints={"nose": [20, 10]})])
    arrays, _ = folder.source("all", root, size=100, crop="whole").read(0, 1)
    np.testing.assert_allclose(arrays["to_picture"][0][:, :2], [[0.6, 0], [0, 0.5]], rtol=1e-6)
    with pytest.raises(DataError, match="nothing usable.*span no square"):
        folder.source("all", root)


def test_people_of_a_picture_share_a_split_and_splits_are_stable(tmp_path):
    names = [f"{i}.png" for i in range(60)]
    people = [person(name) for name in names for _ in range(2)]
    root = write(tmp_path, people, names)
    parts = {split: folder.source(split, root).people.pictures.tolist() for split in ("train", "val", "test")}
    assert sorted(sum(parts.values(), [])) == sorted(names * 2)
    assert all(part.count(name) == 2 for part in parts.values() for name in part)
    assert 40 <= len(set(parts["train"])) <= 56
    write(root, [*people, person("new.png")], ["new.png"])
    for split, part in parts.items():
        assert [n for n in folder.source(split, root).people.pictures if n != "new.png"] == part


def test_folders_below_and_accents_of_every_spelling(tmp_path):
    decomposed = unicodedata.normalize("NFD", "été à.png")
    root = write(tmp_path / "mes été", [person("été à.png"), person("sub\\b.png")], [decomposed, "sub/b.png"])
    arrays, left_out = folder.source("all", root).read(0, 2)
    assert not left_out and arrays["ids"].tolist() == [decomposed, "sub/b.png"]


def test_one_persons_trouble_costs_only_that_person(tmp_path):
    people = [
        person(),
        person("missing.png"),
        person("cut.png"),
        person(keypoints={"nose": [float("nan"), 3, 2]}),
        person(keypoints={"nose": [float("inf"), 3, 1], "left_hip": [3, 4, 2]}),
        person(keypoints={"nose": [3, 3, 2]}),
        person(box=[70, 10, 90, 30]),
        person(box=[500, 500, 600, 600]),
    ]
    root = write(tmp_path, people, ["a.png", "cut.png", "spare.png"])
    (root / "cut.png").write_bytes((root / "a.png").read_bytes()[:60])
    source = folder.source("all", root)
    arrays, left_out = source.read(0, len(source))
    assert arrays["ids"].tolist() == ["a.png"]
    assert source.left_out == {
        "people whose picture was not found": 1,
        "people with a coordinate that is not a number": 2,
        "people whose joints span no square to cut out": 1,
        "pictures without annotations": 1,
    }
    assert left_out == {
        "people whose picture cannot be read": 1,
        "people outside their picture": 1,
        "people with a coordinate farther outside the picture than its size": 1,
    }


def test_empty_coordinates_of_an_unlabelled_joint_do_no_harm(tmp_path):
    root = write(tmp_path)
    (root / "annotations.csv").write_text(CSV + "a.png,1,left_hip,,,0\n")
    assert len(folder.source("all", root)) == 1
    (root / "annotations.csv").write_text(CSV + "a.png,1,left_hip,,,2\na.png,2,nose,1,1,2\na.png,2,left_hip,1,9,2\n")
    assert folder.source("all", root).left_out == {"people with a coordinate that is not a number": 1}


@pytest.mark.parametrize(
    "people, message",
    [
        ([person(keypoints={"nos": [1, 2, 2]})], "person 1 in .*COCO17 has no joint 'nos', it has nose, left_eye"),
        ([person(keypoints={"pelvis": [1, 2, 2]})], "no joint 'pelvis'.*skeleton='MPII16'"),
        ([{"image": "a.png"}], "person 1 in .*no image or no keypoints.*smallest"),
        ([person(bbox=[1, 2, 30, 40])], "person 1 in .* has 'bbox', which means nothing here; is box meant"),
        ([person(keypoints={"left_wirst": [1, 2]})], "no joint 'left_wirst', .*; is left_wrist meant"),
        ([person(keypoints={"nose": "12"})], "nose of person 1 in .*'12' is not x, y, v"),
        ([person(keypoints={"nose": [1, 2, 2, 2]})], "is not x, y, v"),
        ([person(keypoints={"nose": [True, 2]})], "is not x, y, v"),
        ([person(keypoints={"nose": [1, 2, True]})], "v is True, but it must be"),
        ([person(keypoints={"nose": [1, 2, "2"]})], "v is '2', but it must be"),
        ([person(keypoints={"nose": [1e20, 2]})], "is far outside every picture"),
        ([person(box=[1, 2, 30])], "box of person 1 in .*must be"),
        ([person(box=[1, 2, 1.5, 40])], "a pixel or more apart"),
        ([person(box=[1, 2, 30, 1e20])], "box of person 1 in .*far outside every picture"),
        ([{"keypoints": JOINTS}], "person 1 in .*no image or no keypoints"),
        (["a.png"], "person 1 in .*no image or no keypoints"),
        ([person(keypoints=[1, 2, 3])], "keypoints must name the joints"),
        ([person(keypoints={"nose": [1]})], r"\[1\] is not x, y, v"),
        ([person(keypoints={"nose": ["x", 1]})], "is not x, y, v"),
        ([person(keypoints={"nose": 7})], "7 is not x, y, v"),
        ([person(keypoints={"nose": [1, 2, 3]})], "v is 3, but it must be"),
        ([person(box=[9, 9, 1, 1])], r"box of person 1 in .*must be \[x0, y0, x1, y1\]"),
        ([person(head_box=[1, 2])], "head_box of person 1 in"),
        ([person(box="big")], "box of person 1 in"),
        ({"a": 1}, "people in .*, not a list"),
        ([], "nothing usable in .*1 pictures without annotations"),
    ],
)
def test_mistakes_in_json_are_named(tmp_path, people, message):
    with pytest.raises(DataError, match=message):
        folder.source("all", write(tmp_path, people))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"people": []}', '{"skeleton": 5, "people": []}'])
def test_json_that_is_something_else(tmp_path, text):
    (tmp_path / "annotations.json").write_text(text)
    with pytest.raises(DataError, match="annotations.json"):
        folder.source("all", tmp_path)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "lacks the columns image, joint, person, x, y.*smallest"),
        ("image;person;joint;x;y;v\n", "lacks the columns"),
        ("image,person,x,y\n", "lacks the columns joint"),
        (CSV + "a.png,1,nose,left,3,2\n", "line 4 of .*not x, y, v"),
        (CSV + "a.png,1,nose,1,3,5\n", "line 4 of .*v is 5"),
        (CSV + ",1,nose,1,3,2\n", "line 4 of .*names no picture"),
        (CSV + "a.png,1,knee,1,3,2\n", "person 1 of a.png in .*no joint 'knee'"),
    ],
)
def test_mistakes_in_csv_are_named(tmp_path, text, message):
    root = write(tmp_path)
    (root / "annotations.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        folder.source("all", root)


def test_csv_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "annotations.csv").write_bytes(CSV.replace("a.png", "é.png").encode("latin-1"))
    with pytest.raises(DataError, match="save it as CSV in UTF-8"):
        folder.source("all", tmp_path)


def test_unknown_skeletons_and_splits_list_the_known(tmp_path):
    with pytest.raises(DataError, match="unknown skeleton 'FROG'; known are MPII16"):
        folder.source("all", write(tmp_path, [person()], skeleton="FROG"))
    with pytest.raises(DataError, match="choose one of train, val, test, all"):
        folder.source("validation", tmp_path)


def test_empty_and_missing_folders_say_what_to_do(tmp_path):
    with pytest.raises(DataError, match="name the folder"):
        folder.source("all")
    with pytest.raises(DataError, match="is no folder"):
        folder.source("all", tmp_path / "nowhere")
    with pytest.raises(DataError, match="is empty: the smallest annotations.json is"):
        folder.source("all", tmp_path)
    write(tmp_path)
    with pytest.raises(DataError, match="has no annotations.json or annotations.csv: the smallest"):
        folder.source("all", tmp_path)
    write(tmp_path, [person()])
    (tmp_path / "annotations.csv").write_text(CSV)
    with pytest.raises(DataError, match="has both"):
        folder.source("all", tmp_path)


@pytest.mark.parametrize("fields", [{"peple": []}, {"info": {}}])
def test_unknown_fields_of_the_file_are_named(tmp_path, fields):
    with pytest.raises(DataError, match=f"annotations.json has '{next(iter(fields))}', which means nothing here"):
        folder.source("all", write(tmp_path, [person()], **fields))


def test_a_field_that_is_there_twice_is_an_error(tmp_path):
    write(tmp_path)
    joints = '"nose": [20, 10], "nose": [30, 10], "left_wrist": [3, 40]'
    text = '{"skeleton": "COCO17", "people": [{"image": "a.png", "keypoints": {' + joints + "}}]}"
    (tmp_path / "annotations.json").write_text(text)
    with pytest.raises(DataError, match="'nose' is there twice"):
        folder.source("all", tmp_path)


ODD = {
    folder.ODD_ENTRY: ["a.png", {"image": "a.png"}, person(7), person(keypoints=[20, 10, 2])],
    folder.ODD_JOINT: [
        person(keypoints={"nose": values}) for values in ("12", [1], [1, 2, 3, 4], [1, 2, True], [1, 2, None], {})
    ],
    folder.ODD_BOX: [person(box=box) for box in ([9, 9, 1, 1], [1, 2, 3], "big", [1, 2, 3, None], [1, 2, 1.5, 9])],
    folder.FAR: [person(keypoints={"nose": [10**400, 2]}), person(keypoints={"nose": [1, -1e20, 1]})],
}


def test_odd_people_are_counted_and_the_others_stay(tmp_path):
    source = folder.source("all", write(tmp_path, [person(), *sum(ODD.values(), []), person()]))
    assert len(source) == 2 and source.left_out == {reason: len(people) for reason, people in ODD.items()}


def test_who_lies_far_outside_the_picture_is_left_out(tmp_path, cache_folder):
    near = person(keypoints={"nose": [20, 10], "left_wrist": [119, 40], "left_hip": [1e20, 0, 0]})
    far = [person(keypoints={"nose": [20, 10], "left_wrist": [xy, 40]}) for xy in (20_000, 121, -61)]
    samples = cached(folder.source("all", write(tmp_path, [near, *far]), size=32))
    assert len(samples) == 1 and samples.left_out == {folder.FAR: 3}


def test_a_joint_twice_in_csv_is_never_merged(tmp_path):
    root = write(tmp_path)
    (root / "annotations.csv").write_text(CSV + "a.png,1,nose,50,10,2\n")
    with pytest.raises(DataError, match="line 4 of .* gives nose of person 1 in a.png again: give each person"):
        folder.source("all", root)
    others = CSV.split("\n", 1)[1].replace("png,1", "png,2")
    (root / "annotations.csv").write_text(CSV + "a.png,1,nose,50,10,2\n" + others)
    source = folder.source("all", root)
    assert len(source) == 1 and source.left_out == {folder.TWICE: 1}


@pytest.mark.parametrize("value", ["1_0", "0x10", "1,5", "١"])
def test_csv_knows_plain_numbers_alone(tmp_path, value):
    root = write(tmp_path)
    (root / "annotations.csv").write_text(CSV + f'a.png,2,nose,"{value}",10,2\n')
    assert folder.source("all", root).left_out == {folder.ODD_JOINT: 1}


def test_a_column_that_means_nothing_is_named(tmp_path):
    root = write(tmp_path)
    (root / "annotations.csv").write_text(CSV.replace(",v", ",visibility"))
    with pytest.raises(DataError, match="line 2 of .* has 'visibility', which means nothing here; known are image"):
        folder.source("all", root)


# Skeletons ----------------------------------------------------------------------------------------

DOG = {
    "name": "DOG4", "joints": ["nose", "tail", "EarL", "EarR"], "limbs": [["nose", "tail"]], "head": ["nose", "tail"],
    "sigmas": [0.03, 0.1, 0.04, 0.04],
}  # fmt: skip
DOGS = [person(keypoints={"nose": [20, 10], "tail": [50, 40], "EarL": [15, 8]})]


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(skeleton, "SKELETONS", dict(skeleton.SKELETONS))


def test_a_file_declares_its_own_skeleton(tmp_path, cache_folder, known):
    samples = data.load("folder", "all", write(tmp_path, DOGS, skeleton=DOG), size=32)
    assert samples.skeleton == skeleton.Skeleton(**DOG) == skeleton.get("dog4")
    assert samples.skeleton.flip.tolist() == [0, 1, 3, 2] and samples.keypoints.shape == (1, 1, 4, 3)
    write(tmp_path, DOGS, skeleton=DOG | {"pairs": [["EarL", "EarL"], ["EarR", "EarR"]]})
    assert data.load("folder", "all", tmp_path, size=32).skeleton.flip.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"joints": ["nose", "tail", "EarL", "Ear"]}, "'EarL' has no partner"),
        ({"limbs": [["nose", "paw"]]}, "limbs names 'paw'"),
        ({"limbs": 7}, "limbs in the skeleton in .* is 7, not a list"),
        ({"sigmas": [0.1]}, "4 joints and 1 sigmas"),
        ({"sigma": [0.1]}, "has 'sigma', which means nothing here; is sigmas meant"),
        ({"name": "coco17"}, "COCO17 is the course's name for another skeleton"),
    ],
)
def test_a_skeleton_that_cannot_be_is_refused(tmp_path, known, fields, message):
    with pytest.raises(DataError, match=message):
        folder.source("all", write(tmp_path, DOGS, skeleton=DOG | fields))


def test_csv_takes_a_skeleton_of_ones_own(tmp_path, cache_folder):
    own = skeleton.Skeleton(**DOG)
    root = write(tmp_path)
    (root / "annotations.csv").write_text("image,person,joint,x,y\na.png,1,nose,20,10\na.png,1,tail,50,40\n")
    samples = data.load("folder", "all", root, skeleton=own, size=32)
    assert samples.skeleton == own and samples.keypoints[0, 0, :, 2].tolist() == [2, 2, 0, 0]


def test_csv_of_shared_joints_is_converted_with_midpoints(tmp_path, cache_folder):
    root = write(tmp_path)
    lines = ["a.png,1,left_shoulder,20,10", "a.png,1,right_shoulder,40,20"]
    (root / "annotations.csv").write_text("\n".join(["image,person,joint,x,y", *lines]))
    samples = data.load("folder", "all", root, skeleton="MPII16", size=32)
    joints = samples.keypoints[0, 0, skeleton.MPII16.indices("left_shoulder", "right_shoulder", "thorax"), :2]
    np.testing.assert_allclose(joints[2], joints[:2].mean(axis=0))


def test_areas_are_of_the_box_or_of_the_joints(tmp_path):
    source = folder.source("all", write(tmp_path, [person(box=[10, 5, 40, 45]), person()]), size=100)
    np.testing.assert_allclose(source.people.areas, [0.53 * 30 * 40, 0.53 * 30**2])
    arrays, _ = source.read(0, 2)
    np.testing.assert_allclose(arrays["attribute_area"][0], 0.53 * 30 * 40 * (100 / 50) ** 2, rtol=1e-5)


def test_a_folder_is_scored_as_coco(tmp_path, cache_folder):
    root = write(tmp_path, [person(), person("b.png", box=[10, 5, 40, 45])], ["a.png", "b.png"])
    samples = data.load("folder", "all", root, size=100)
    truth = coco.truth_of(samples)
    shifted = truth.keypoints + [truth.areas[0] ** 0.5 * 2 * skeleton.COCO17.sigmas[NOSE], 0, 0]
    similarity = coco.keypoint_similarity(shifted, truth.keypoints, truth.areas, samples.skeleton.sigmas)
    assert similarity[0, NOSE] == pytest.approx(np.exp(-0.5), abs=1e-3)
    found = coco.Detections(np.arange(2), truth.keypoints, np.ones(2))
    assert coco.evaluate(found, truth, samples.skeleton.sigmas).AP == pytest.approx(1)


# Splits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(3, 21))
def test_no_split_of_a_small_folder_is_empty(count):
    splits = folder.splits_of([f"{i}.jpg" for i in range(count)])
    sizes = Counter(splits.values())
    assert sizes["val"] and sizes["test"] and sizes["train"] >= max(1, count - 4)
    assert splits == folder.splits_of(reversed(splits))


def test_larger_folders_are_split_by_the_share_alone():
    names = [f"{i}.jpg" for i in range(300)]
    low = {"train": 0, "val": 0.8, "test": 0.9}
    assert all(low[split] <= folder.share(name) < low[split] + 0.8 for name, split in folder.splits_of(names).items())


def test_names_that_are_no_utf8_have_a_split():
    assert Counter(folder.splits_of(["a.png", "b.png", "\udcff.png"]).values()) == {"train": 1, "val": 1, "test": 1}


def test_a_small_folder_splits_its_usable_pictures(tmp_path):
    names = [f"{i}.png" for i in range(3)]
    lost = [person(f"lost{i}.png") for i in range(20)]
    odd = [person(name, box="none") for name in names]
    root = write(tmp_path, [*map(person, names), *map(person, names), *odd, *lost], names)
    parts = [folder.source(split, root) for split in ("train", "val", "test")]
    assert [len(set(part.people.pictures.tolist())) for part in parts] == [1, 1, 1]
    assert [len(part) for part in parts] == [2, 2, 2]
    assert [part.left_out[folder.ODD_BOX] for part in parts] == [1, 1, 1]


def test_a_split_without_people_says_so(tmp_path):
    root = write(tmp_path, [person()])
    assert len(folder.source("train", root)) == 1
    for split in ("val", "test"):
        with pytest.raises(DataError, match=f"{split} is empty: 1 .* too few for three splits.*take split='all'"):
            folder.source(split, root)


def test_the_cache_takes_the_source(tmp_path, cache_folder):
    samples = cached(folder.source("all", write(tmp_path / "mine", [person(), person()]), size=32))
    assert "mine all: 2 pictures of 32×32, COCO17" in samples.describe()
    assert samples.attributes["person"].tolist() == [0, 1]
