"""labelme's files: one JSON a picture, points by group, boxes, and what is counted."""

import json

import numpy as np
import pytest
from PIL import Image

from hpe_utils import data
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import labelme


def shape(label, *points, group=None, kind="point", **fields) -> dict:
    return {
        "label": label, "points": [list(point) for point in points], "group_id": group, "description": "",
        "shape_type": kind, "flags": {}, "mask": None,
    } | fields  # fmt: skip


def write(folder, name, *shapes, picture=None, size=(110, 90)):
    folder.mkdir(exist_ok=True)
    picture = picture or f"{name}.png"
    content = {
        "version": "5.4.1", "flags": {}, "shapes": list(shapes), "imagePath": picture, "imageData": None,
        "imageHeight": size[1], "imageWidth": size[0],
    }  # fmt: skip
    (folder / f"{name}.json").write_text(json.dumps(content))
    Image.new("RGB", (110, 90)).save(folder / f"{name}.png")
    return folder


COUPLE = [
    shape("nose", (30.5, 20.5), group=1),
    shape("Left Ear", (50.5, 60.5), group=1, flags={"occluded": True}),
    shape("person", (60, 70), (20, 10), group=1, kind="rectangle"),
    shape("nose", (80.5, 20.5), group=2),
    shape("right_ankle", (80.5, 60.5), group=2),
]


def test_groups_are_people_and_rectangles_their_boxes(tmp_path, cache_folder):
    source = labelme.source("all", write(tmp_path / "mine", "a", *COUPLE))
    assert len(source) == 2 and not source.left_out and source.people.numbers.tolist() == [0, 1]
    left_ear, right_ankle = source.skeleton.indices("left_ear", "right_ankle")
    assert source.people.keypoints[0, [0, left_ear]].tolist() == [[30, 20, 2], [50, 60, 1]]
    assert source.people.keypoints[1, [0, right_ankle]].tolist() == [[80, 20, 2], [80, 60, 2]]
    assert source.people.boxes[0].tolist() == [19.5, 9.5, 59.5, 69.5] and np.isnan(source.people.boxes[1]).all()
    assert source.people.crops.tolist() == [[2, 2, 77, 77], [55, 15, 105, 65]]
    people = data.load("labelme", "all", tmp_path / "mine", size=32)
    assert people.ids.tolist() == ["a.png"] * 2 and people.title == "mine all"


def test_what_cannot_be_understood_is_counted(tmp_path):
    folder = write(tmp_path / "mine", "a", *COUPLE)
    write(folder, "b", shape("nose", (3, 3)), shape("nose", (9, 9)))
    write(folder, "c", shape("tail", (3, 3)), shape("nose", (9, 9)))
    write(folder, "d", shape("nose", (3, 3, 3)))
    write(folder, "e", shape("person", (3, 3), (9, 9), kind="rectangle"))
    write(folder, "f", *(shape(joint, (9e5, i)) for i, joint in enumerate(("nose", "left_eye", "left_hip"))))
    write(folder, "g", shape("nose", ("3", 3)))
    write(folder, "h", *COUPLE, picture="..\\elsewhere.png")
    (folder / "i.json").write_text("{")
    source = labelme.source("all", folder)
    assert source.people.pictures.tolist() == ["a.png"] * 2
    assert source.left_out == {
        "people with a joint that is there twice": 1,
        "people with the joint 'tail', which COCO17 lacks": 1,
        "people with a point that is not x and y": 1,
        "people without labelled joints": 1,
        "people whose joints span no square to cut out": 1,
        "JSON files that are not labelme's": 2,
        "people whose picture was not found": 2,
    }


def test_a_picture_of_another_size_and_splits(tmp_path):
    folder = write(tmp_path / "mine", "a", *COUPLE, size=(90, 110))
    arrays, left_out = labelme.source("all", folder).read(0, 2)
    assert not len(arrays["ids"])
    assert left_out == {"people whose picture has the annotations' width and height swapped, as an EXIF turn does": 2}
    for number in range(40):
        write(folder, f"p{number}", *COUPLE[:2])
    names = [set(labelme.source(split, folder).people.pictures) for split in ("train", "val", "test", "all")]
    assert names[0] | names[1] | names[2] == names[3] and sum(map(len, names[:3])) == len(names[3]) == 41


def test_few_pictures_leave_no_split_empty(tmp_path):
    for number in range(4):
        folder = write(tmp_path / "mine", f"p{number}", *COUPLE)
    assert all(len(labelme.source(split, folder)) for split in ("train", "val", "test"))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"root": None}, "root=None: name the folder"),
        ({"root": "nowhere"}, "root='nowhere': name the folder"),
        ({"split": "half"}, "choose one of train, val, test, all"),
        ({"skeleton": "COCO"}, "skeleton='COCO': unknown skeleton"),
        ({}, "nothing usable in .*it lists no people"),
    ],
)
def test_wrong_options_name_the_remedy(tmp_path, options, message):
    with pytest.raises(DataError, match=message):
        labelme.source(**({"split": "all", "root": tmp_path} | options))
