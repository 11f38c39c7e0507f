"""A user's own pictures: both annotation formats, splits, and every mistake we could think of."""

import json
import unicodedata

import numpy as np
import pytest
from PIL import Image

from hpe_utils import skeleton
from hpe_utils.data.cache import cached
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import folder
from hpe_utils.geometry import Affine

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
    assert left_out == {"people whose picture cannot be read": 1, "people outside their picture": 1}


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
        ([person(), {"image": "a.png"}], "person 2 in .*no image or no keypoints.*smallest"),
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
        ({"a": 1}, "is no list"),
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


def test_a_split_without_people_says_so(tmp_path):
    root = write(tmp_path, [person()])
    empty = "train" if folder.share("a.png") >= 0.8 else "val"
    with pytest.raises(DataError, match="Try another split"):
        folder.source(empty, root)


def test_the_cache_takes_the_source(tmp_path, cache_folder):
    samples = cached(folder.source("all", write(tmp_path / "mine", [person(), person()]), size=32))
    assert "mine all: 2 pictures of 32×32, COCO17" in samples.describe()
    assert samples.attributes["person"].tolist() == [0, 1]
