"""ADE20K: people and parts on their pixels in both releases, splits, and colours that their list does not explain."""

import json
import pickle

import numpy as np
import pytest
from part_sets import CODES, OBJECTS, PARTS, PARTS_OF_PARTS, TOP, box, coded, make_ade20k, make_scene, save_png
from PIL import Image

from hpe_utils import data
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import ade20k
from hpe_utils.parts import ADE20K14, UNLABELLED

RELEASES = pytest.mark.parametrize("release", [2016, 2021])
FIRST = "images/training/street/ADE_train_00000000"


def read(root, split="all", **options):
    source = ade20k.source(split, root, size=64, **options)
    return source.read(0, len(source))


def one(tmp_path, release=2021, **options):
    """What is read of one picture: its maps, cut to the picture, its arrays and what was left out."""
    make_scene(tmp_path, "ADE_train_00000000", release, **options)
    arrays, left_out = read(tmp_path)
    maps = [arrays[name][0, TOP:-TOP] if len(arrays["ids"]) else None for name in ("parts", "instances")]
    return *maps, arrays, left_out


@RELEASES
def test_people_and_parts_lie_on_their_pixels(tmp_path, release):
    parts, owners, arrays, left_out = one(tmp_path, release)
    expected, persons = np.zeros((40, 64), np.uint8), np.zeros((40, 64), np.uint8)
    expected[4:36, 4:20] = expected[8:30, 30:40] = UNLABELLED  # people, as far as nobody says which part
    persons[4:36, 4:20], persons[8:30, 30:40] = 1, 2
    expected[12:24, 4:20] = ADE20K14.label("torso")
    expected[4:12, 8:16] = expected[8:14, 32:38] = ADE20K14.label("head")
    expected[12:20, 16:20] = ADE20K14.label("left_arm")  # which the file has beyond the body's outline
    expected[18:20, 17:20] = ADE20K14.label("right_hand")
    np.testing.assert_array_equal(parts, expected)
    np.testing.assert_array_equal(owners, persons)
    assert (arrays["parts"][0, :TOP] == UNLABELLED).all() and not left_out
    boxes = arrays["boxes"][0] - [0, TOP, 0, TOP]
    np.testing.assert_allclose(boxes[:2], [[3.5, 3.5, 19.5, 35.5], [29.5, 7.5, 39.5, 29.5]], atol=1e-4)
    assert boxes.shape == (8, 4) and np.isnan(boxes[2:]).all() and not arrays["keypoints"].any()


@RELEASES
def test_a_set_loads_and_is_read_as_iftimies(tmp_path, cache_folder, release):
    people = data.load("ade20k", "test", make_ade20k(tmp_path / "set", release), size=64, parts="iftimie6")
    assert people.ids.tolist() == ["images/validation/street/ADE_val_00000001.jpg"]
    words = {word: people.parts[0, TOP:-TOP] == people.vocabulary.label(word) for word in people.vocabulary.parts}
    assert words["left_arm"][12:18, 16:20].all() and words["right_arm"].sum() == 6 and words["head"].sum() == 64 + 36
    assert not words["left_leg"].any() and not words["right_leg"].any(), "the dog's leg is nobody's"
    assert people.describe() == "ADE20K test: 1 pictures of 64×64, iftimie6 parts, 2 people"


def test_splits_are_the_official_ones_and_a_tenth_of_train_is_val(tmp_path):
    root = make_ade20k(tmp_path, count=1)
    folder = (root / FIRST).parent
    for number in range(1, 60):
        for end in (".jpg", ".json", "_seg.png"):
            (folder / f"ADE_train_{number:08d}{end}").write_bytes((root / f"{FIRST}{end}").read_bytes())
    found = {split: [name for _, name in ade20k.source(split, root).files] for split in ade20k.SPLITS}
    assert len(found["test"]) == 1 and len(found["all"]) == 61 and 1 <= len(found["val"]) <= 14
    assert sorted(found["train"] + found["val"] + found["test"]) == found["all"]
    assert ade20k.source("all", root, count=4).files == ade20k.source("all", root).files[:4]


def test_pictures_with_nobody_and_crowds_are_counted(tmp_path, cache_folder):
    crowd = [(OBJECTS[1][0], box(10 * i, 3, 10 * i + 8, 20 + i)) for i in range(5)]
    make_scene(tmp_path / "set", "ADE_train_00000001", levels=(OBJECTS[:1] + OBJECTS[2:3], PARTS[2:3]))
    make_scene(tmp_path / "set", "ADE_train_00000002", levels=(crowd,))
    people = data.load("ade20k", "all", tmp_path / "set", size=64, people=2)
    assert people.left_out == {"pictures with nobody": 1, "people of crowded pictures": 3}
    assert np.unique(people.instances).tolist() == [0, 1, 2] and np.isfinite(people.boxes[0]).all()
    assert (people.parts[0, TOP:-TOP][people.parts[0, TOP:-TOP] > 0] == UNLABELLED).all(), "nobody's parts were said"


def test_a_list_of_one_object_as_matlab_writes_it(tmp_path):
    make_scene(tmp_path, "ADE_train_00000000", levels=(OBJECTS[1:2],))
    path = tmp_path / f"{FIRST}.json"
    content = json.loads(path.read_text())
    content["annotation"]["object"] = content["annotation"]["object"][0]
    path.write_text(json.dumps(content))
    arrays, left_out = read(tmp_path)
    assert (arrays["instances"] == 1).sum() == 16 * 32 and not left_out


@RELEASES
@pytest.mark.parametrize("level", [0, 1])
def test_colours_that_the_list_does_not_explain_are_counted(tmp_path, release, level):
    make_scene(tmp_path, "ADE_train_00000000", release)
    things = [OBJECTS, PARTS][level]
    other = [(name, mask) if name not in (things[1][0], "torso") else ("wall", mask) for name, mask in things]
    save_png(tmp_path / f"{FIRST}{'_parts_1' if level else '_seg'}.png", coded(other))
    arrays, left_out = read(tmp_path)
    assert left_out == {"pictures with colours that their list does not explain": 1} and not len(arrays["ids"])


def test_of_2016_a_hidden_part_or_exchanged_lines_are_noticed(tmp_path):
    hidden = [*PARTS, ("torso", box(0, 0, 0, 0))]
    *_, left_out = one(tmp_path, 2016, levels=(OBJECTS, hidden, PARTS_OF_PARTS))
    assert left_out == {"pictures with colours that their list does not explain": 1}
    path = tmp_path / f"{FIRST}_atr.txt"
    save_png(tmp_path / f"{FIRST}_parts_1.png", coded(PARTS))
    lines = [line for line in path.read_text().splitlines() if not line.startswith("006 # 1")]
    path.write_text("\n".join(reversed(lines)))
    assert len(read(tmp_path)[0]["ids"]) == 1, "lines have their own order"
    path.write_text(path.read_text().replace("002 # 1", "009 # 1"))
    assert read(tmp_path)[1] == {"pictures with colours that their list does not explain": 1}


def test_what_cannot_be_read_or_found_is_counted(tmp_path, cache_folder):
    root = make_ade20k(tmp_path / "set", count=7)
    begin = str(root / FIRST)[:-1]
    for number, end in ((0, ".jpg"), (1, ".json"), (2, "_parts_2.png")):
        path = root / f"{begin}{number}{end}"
        path.write_bytes(path.read_bytes()[:-40])
    for number, end in ((3, ".jpg"), (4, ".json"), (5, "_parts_1.png")):
        (root / f"{begin}{number}{end}").unlink()
    people = data.load("ade20k", "all", root, size=64)
    assert people.left_out == {
        "labels whose picture was not found": 1,
        "pictures that cannot be read": 1,
        "pictures whose labels cannot be read": 3,
        "pictures without a list of their colours": 1,
    }
    assert len(people) == 2


def change(content: dict, key: str, value) -> dict:
    content["annotation"]["object"][1][key] = value
    return content


@pytest.mark.parametrize(
    "write, message",
    [
        (lambda p: save_png(p("_seg.png"), np.zeros((40, 64), np.uint8)), r"_seg.png of .* RGB .*\(mode L\): get"),
        (lambda p: save_png(p("_seg.png"), np.full((40, 64, 3), 7, np.uint8)), "reds are multiples of ten"),
        (lambda p: save_png(p("_seg.png"), np.zeros((41, 64, 3), np.uint8)), "41 × 64 pixels .* has 40 × 64"),
        (lambda p: p(".json").write_text("[]"), "ADE_train_00000000.json of .* is .*not a table"),
        (lambda p: p(".json").write_text('{"annotation": {}}'), "has no object"),
        (lambda p: p(".json").write_text(json.dumps(change(json.loads(p(".json").read_text()), "name_ndx", "x"))),
         "name_ndx in entry 2 of .* is 'x', not a whole number"),
    ],
    ids=["grey", "other colours", "another size", "a list", "no objects", "a word for a number"],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_name(tmp_path, write, message):
    make_scene(tmp_path, "ADE_train_00000000")
    write(lambda end: tmp_path / f"{FIRST}{end}")
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_a_line_of_2016_that_is_no_line_is_counted(tmp_path):
    make_scene(tmp_path, "ADE_train_00000000", 2016)
    path = tmp_path / f"{FIRST}_atr.txt"
    for text in (path.read_text() + "001 # 1\n", "\n"):
        path.write_text(text)
        assert read(tmp_path)[1] == {"pictures whose labels cannot be read": 1}


def test_wrong_options_and_folders_are_refused(tmp_path):
    root = make_ade20k(tmp_path / "set", count=1)
    for options, message in (
        ({"split": "valid"}, "choose one of train, val, test, all"),
        ({"people": 0}, "whole number from 1 to 254"),
        ({"root": None}, "name the folder or zip of ADE20K: root="),
        (
            {"root": root / "images" / "validation", "split": "train"},
            "has 1 files NAME_seg.png, none of them of this split",
        ),
    ):
        with pytest.raises(DataError, match=message):
            ade20k.source(**{"split": "all", "root": root} | options)


def test_the_source_is_picklable_and_its_spec_notices_changes(tmp_path):
    root = make_ade20k(tmp_path)
    source = ade20k.source("all", root)
    arrays, _ = pickle.loads(pickle.dumps(source)).read(1, 2)
    assert arrays["ids"].tolist() == [f"{FIRST[:-1]}1.jpg"]
    specs = [ade20k.source("all", root, **options).spec for options in ({}, {"size": 99}, {"people": 5})]
    Image.new("RGB", (64, 40)).save(root / f"{FIRST}_parts_1.png")
    specs.append(ade20k.source("all", root).spec)
    assert source.spec == specs[0] and len({str(spec) for spec in specs}) == 4
    assert CODES[ade20k.PERSON] == ade20k.PERSON_2016
