"""COCO files as people have them: odd records, joints by name, sizes that disagree, spellings, and tools' exports."""

import json

import cv2
import numpy as np
import pytest
from coco_files import PERSON, content, crowd, joints, person, write

from hpe_utils import data
from hpe_utils.data.people import as_on_disk
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import coco, coco_files
from hpe_utils.data.sets.coco_joints import joint_name
from hpe_utils.metrics import coco as coco_eval
from hpe_utils.skeleton import COCO17, LSP14

NAN, INF = float("nan"), float("inf")
NUMBER = "people with a coordinate that is not a number"
FAR = "people with a coordinate farther outside the picture than its size"
EMPTY = "people whose box or area is empty"
BAD_V = "people with a joint whose v is not 0, 1 or 2, as predictions have"
FIT = "people whose area does not fit their box"


def without(entry: dict, *fields: str) -> dict:
    return {name: value for name, value in entry.items() if name not in fields}


def renamed(entry: dict, old: str, new: str) -> dict:
    return {new if name == old else name: value for name, value in entry.items()}


def only(entry, root, **options):
    """What is left out where this entry stands beside a sound one, and the sound one is there."""
    source = coco.source("val", write(root, person(), entry, **options))
    assert source.people.numbers.tolist() == [0], "the sound person alone"
    return source.left_out


# Records ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"keypoints": joints(count=16)}, "people without 51 numbers as keypoints"),
        ({"keypoints": [*joints(), 1]}, "people without 51 numbers as keypoints"),
        ({"keypoints": "none"}, "people without 51 numbers as keypoints"),
        ({"keypoints": [str(n) for n in joints((9, 9, 2))]}, "people without 51 numbers as keypoints"),
        ({"keypoints": [True, *joints((30, 20, 2))[1:]]}, "people without 51 numbers as keypoints"),
        ({"keypoints": joints((30, 20, 0.93))}, BAD_V),
        ({"keypoints": joints((30, 20, 3))}, BAD_V),
        ({"keypoints": [30, 20, None, *joints(count=16)]}, BAD_V),
        ({"keypoints": [None, None, 2, *joints(count=16)]}, NUMBER),
        ({"keypoints": joints((NAN, 20, 2))}, NUMBER),
        ({"keypoints": joints((30, INF, 2))}, NUMBER),
        ({"keypoints": [10**400, 20, 2, *joints(count=16)]}, NUMBER),
        ({"keypoints": joints((1e20, 20, 2))}, FAR),
        ({"keypoints": joints((221, 20, 2))}, FAR),
        ({"keypoints": joints((30, -91, 1))}, FAR),
        ({"num_keypoints": 5}, odd := "people whose num_keypoints is not the number of their labelled joints"),
        ({"num_keypoints": "2"}, odd),
        ({"bbox": [1, 2, 3]}, "people without 4 numbers as bbox"),
        ({"bbox": ["1", 2, 3, 4]}, "people without 4 numbers as bbox"),
        ({"bbox": {"x": 1}}, "people without 4 numbers as bbox"),
        ({"bbox": [20, NAN, 40, 60]}, NUMBER),
        ({"bbox": [20, 10, 1e20, 60]}, FAR),
        ({"bbox": [20, 10, -40, 60]}, EMPTY),
        ({"bbox": [20, 10, 0, 60]}, EMPTY),
        ({"area": 0}, EMPTY),
        ({"area": -4}, EMPTY),
        ({"area": NAN}, NUMBER),
        ({"area": 10**400}, NUMBER),
        ({"area": "900"}, "people without a number as area"),
        ({"area": True}, "people without a number as area"),
        ({"area": 1}, FIT),
        ({"area": 1e9}, FIT),
        ({"area": 1e39, "bbox": None}, FIT),
        ({"iscrowd": "0"}, whole := "people whose iscrowd is not 0 or 1"),
        ({"iscrowd": 2}, whole),
        ({"iscrowd": []}, whole),
        ({"image_id": 99}, "people whose picture is not listed"),
        ({"image_id": None}, "people whose picture is not listed"),
        ({"image_id": [7]}, "people whose picture is not listed"),
        ({"category_id": 5}, "annotations of no listed category"),
        ({"id": 1}, "people whose annotation is there twice by its id"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_an_odd_record_is_counted_and_costs_nobody_else(tmp_path, changes, reason):
    entry = person(2) | changes
    assert only(entry, tmp_path) == {reason: 1}
    if reason in ("people whose picture is not listed", "annotations of no listed category"):
        with pytest.warns(UserWarning, match=f"not in the truth: 1 {reason}"):
            assert len(coco_eval.truth_of(coco.annotations("val", tmp_path)).areas) == 1
    else:
        with pytest.raises(DataError, match="1 of 2 annotated people cannot be scored, first person 1 .*'a.png'"):
            coco_eval.truth_of(coco.annotations("val", tmp_path))


@pytest.mark.parametrize(
    "field, wrong, reason",
    [
        ("bbox", "box", "people with the unknown field 'box', perhaps 'bbox'"),
        ("keypoints", "keypoint", "people with the unknown field 'keypoint', perhaps 'keypoints'"),
        ("area", "Area", "people with the unknown field 'Area', perhaps 'area'"),
        ("iscrowd", "is_crowd", "people with the unknown field 'is_crowd', perhaps 'iscrowd'"),
        ("image_id", "imageid", "people with the unknown field 'imageid', perhaps 'image_id'"),
        ("category_id", "category", "annotations with the unknown field 'category', perhaps 'category_id'"),
    ],
)
def test_a_misspelt_field_is_named(tmp_path, field, wrong, reason):
    assert only(renamed(person(2), field, wrong), tmp_path) == {reason: 1}


def test_what_is_no_table_and_nobody_with_joints_are_counted(tmp_path):
    assert only("person", tmp_path) == {"annotations that are no table": 1}
    assert only(without(person(2), "keypoints", "num_keypoints"), tmp_path) == {"people without labelled joints": 1}
    with pytest.raises(DataError, match="has no keypoints: take person_keypoints_val2017.json, not instances"):
        coco.source("val", write(tmp_path, without(person(), "keypoints")))


def test_optional_fields_may_be_missing(tmp_path):
    """Area by the box, null joints, the number of all joints, no segmentation, no info, iscrowd as a flag."""
    nulls = [None, None, 0, None, None, None, *joints((30, 20, 2), (50, 60, 1), count=15)]
    entries = [
        without(person(1), "area"),
        person(2, area=None),
        person(3) | {"keypoints": nulls, "num_keypoints": 17},
        without(person(4), "id", "iscrowd", "num_keypoints"),
        person(5, iscrowd=False),
        person(6, bbox=None, area=None),
        person(7, bbox=[0, 0, 0, 0], area=0),
    ]
    source = coco.source("val", write(tmp_path, *entries))
    assert len(source) == 7 and not source.left_out
    np.testing.assert_allclose(source.people.areas[:5], [0.53 * 40 * 60] * 2 + [900] * 3, rtol=1e-6)
    assert np.isnan(source.people.areas[5:]).all() and np.isnan(source.people.boxes[5:]).all()
    np.testing.assert_array_equal(source.people.crops[5], [15, 15, 65, 65])
    np.testing.assert_array_equal(source.people.keypoints[2, :4], [[0, 0, 0], [0, 0, 0], [30, 20, 2], [50, 60, 1]])
    with pytest.raises(DataError, match="2 of 7 people of the truth have no area above 0"):
        coco_eval.truth_of(coco.annotations("val", tmp_path))


def test_pictures_entries_are_judged_too(tmp_path):
    root = write(tmp_path, person(), person(2, image=8), person(3, image=8, bbox=[30, 10, 40, 60]))
    path = root / "annotations" / "person_keypoints_val2017.json"
    plain = json.loads(path.read_text())
    for changes, reason in (
        ({"file_name": None}, "people of pictures without a file_name"),
        ({"width": "110"}, size := "people of pictures whose width or height is no number of pixels"),
        ({"height": -90}, size),
        ({"height": 1e39}, size),
    ):
        first, second = plain["images"]
        path.write_text(json.dumps(plain | {"images": [first, second | changes]}))
        assert coco.source("val", root).left_out == {reason: 2}
    path.write_text(
        json.dumps(plain | {"images": [plain["images"][0], *plain["images"], {"id": 8, "file_name": "c.png"}]})
    )
    assert coco.source("val", root).left_out == {"people of pictures whose id is there twice": 2}
    path.write_text(
        json.dumps(plain | {"images": [plain["images"][0], renamed(plain["images"][1], "file_name", "filename")]})
    )
    assert coco.source("val", root).left_out == {
        "people of pictures with the unknown field 'filename', perhaps 'file_name'": 2
    }


@pytest.mark.parametrize("crop", ["person", "whole"])
def test_a_picture_of_another_size_is_counted(tmp_path, cache_folder, crop):
    root = write(tmp_path, person(), person(2, image=8))
    for size, reason in (((90, 110), "annotations' width and height swapped, as an EXIF turn does"),
                         ((55, 45), "another size than the annotations say")):  # fmt: skip
        cv2.imwrite(str(root / "val2017" / "a.png"), np.zeros((*size[::-1], 3), np.uint8))
        people = data.load("coco", "val", root, size=32, crop=crop)
        assert people.ids.tolist() == ["b.png"] and list(people.left_out.values()) == [1]
        assert reason in next(iter(people.left_out))
    root = write(tmp_path / "unknown", person())
    path = root / "annotations" / "person_keypoints_val2017.json"
    path.write_text(path.read_text().replace('"width": 110', '"width": null'))
    cv2.imwrite(str(root / "val2017" / "a.png"), np.zeros((200, 200, 3), np.uint8))
    assert len(data.load("coco", "val", root, size=32, crop=crop)) == 1, "what the file does not say is not compared"


@pytest.mark.parametrize("crop", ["person", "whole"])
def test_where_the_file_says_no_size_the_picture_tells_who_is_far(tmp_path, crop):
    far, beyond = joints((30, 20, 2), (400, 20, 2)), joints((30, 20, 2), (120, 20, 2))
    root = write(tmp_path, person(), person(2, keypoints=far), person(3, image=8, keypoints=beyond))
    path = root / "annotations" / "person_keypoints_val2017.json"
    path.write_text(path.read_text().replace('"width": 110', '"width": 0'))
    source = coco.source("val", root, crop=crop)
    arrays, left_out = source.read(0, len(source))
    assert left_out == {FAR: 1} and arrays["ids"].tolist() == ["a.png", "b.png"]
    if crop == "whole":
        visible = (arrays["keypoints"][..., 2] > 0).sum(-1)
        assert visible[:, :2].tolist() == [[2, 0], [1, 0]], "a joint beyond the edge is unlabelled"


def test_no_readable_scene_is_an_empty_chunk(tmp_path, cache_folder):
    root = write(tmp_path, person(), person(2, image=8))
    for name in ("a.png", "b.png"):
        (root / "val2017" / name).write_bytes(b"")
    source = coco.source("val", root, crop="whole", size=32, people=3)
    arrays, left_out = source.read(0, 2)
    assert arrays["images"].shape == (0, 32, 32, 3) and arrays["keypoints"].shape == (0, 3, 17, 3)
    assert arrays["boxes"].shape == arrays["head_boxes"].shape == (0, 3, 4) and arrays["ids"].shape == (0,)
    assert left_out == {"people whose picture cannot be read": 2}
    with pytest.raises(DataError, match="nothing usable in COCO val, whole pictures: 2 people whose picture cannot be"):
        data.load("coco", "val", root, crop="whole", size=32, people=3)


def test_somebody_with_neither_joints_nor_box_stands_in_no_scene(tmp_path):
    entries = [
        person(),
        crowd(),
        person(3, keypoints=joints(), bbox=None),
        person(4, keypoints=joints(), bbox=[9, 9, -3, 4]),
    ]
    scenes = coco.source("val", write(tmp_path, *entries), crop="whole")
    assert scenes.left_out == {"people with neither labelled joints nor a box": 1, EMPTY: 1}
    assert np.isfinite(scenes.read(0, 1)[0]["boxes"]).all(-1).sum() == 2


# Joints by name -----------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["left_ear", "Left Ear", "leftEar", "l_ear", "L-ear", "ear_left", "LEar", "EAR.L"])
def test_spellings_of_one_joint(written):
    assert joint_name(written) == "left_ear"


def test_joints_are_read_in_the_files_order(tmp_path):
    order = np.random.default_rng(0).permutation(17)
    shown = [(3 * i + 1, 2 * i + 1, 1 + i % 2) for i in range(17)]
    names = [COCO17.joints[i].replace("_", " ").title() for i in order]
    category = PERSON | {"keypoints": names, "skeleton": [[1, 2]]}
    entry = person(keypoints=joints(*(shown[i] for i in order)))
    source = coco.source("val", write(tmp_path, entry, categories=(category,)))
    assert source.skeleton is COCO17
    np.testing.assert_array_equal(source.people.keypoints[0], shown)


def test_other_joints_are_a_known_skeletons_or_the_files_own(tmp_path):
    lsp = PERSON | {"keypoints": list(LSP14.joints[::-1])}
    entry = person(keypoints=joints((30, 20, 2), (50, 60, 1), count=14))
    source = coco.source("val", write(tmp_path / "lsp", entry, categories=(lsp,)))
    assert source.skeleton is LSP14 and source.people.keypoints[0, -2:].tolist() == [[50, 60, 1], [30, 20, 2]]
    horse = {"id": 1, "name": "horse", "keypoints": ["nose", "Left Hoof", "hoof_r"], "skeleton": [[1, 2], [1, 3]]}
    entry = person(keypoints=joints((30, 20, 2), (50, 60, 1), count=3))
    source = coco.source("val", write(tmp_path / "horse", entry, person(2), categories=(horse,)))
    assert source.skeleton.name == "horse" and source.skeleton.joints == ("nose", "left_hoof", "right_hoof")
    assert source.skeleton.limbs == (("nose", "left_hoof"), ("nose", "right_hoof")) and source.skeleton.sigmas is None
    assert source.skeleton.flip.tolist() == [0, 2, 1] and source.left_out == {
        "people without 9 numbers as keypoints": 1
    }
    assert source.read(0, 1)[0]["keypoints"].shape == (1, 1, 3, 3)


@pytest.mark.parametrize(
    "categories, message",
    [
        ([{"id": 1, "name": "a", "keypoints": ["x"]}, {"id": 2, "keypoints": ["y"]}], "several have keypoints"),
        ([PERSON | {"keypoints": ["nose", "nose"]}], "keypoints of the category 'person' .* has a joint twice, 'nose'"),
        ([PERSON | {"keypoints": ["nose", 3]}], "entry 2 of keypoints of the category 'person' in .* is 3, not a text"),
        ([PERSON | {"keypoints": ["a", "b"], "skeleton": [[0, 1]]}], r"limb \[0, 1\], not two numbers .* 1 to 2"),
        ([PERSON | {"keypoint": ["nose"]}], "category 1 in .* has the unknown field 'keypoint', perhaps 'keypoints'"),
        ([PERSON | {"name": 3}], "name in category 1 in .* is 3, not a text"),
        ([PERSON, 3], "entry 2 of categories in .* is 3, not a table"),
    ],
)  # fmt: skip
def test_categories_that_do_not_say_the_joints_are_refused(tmp_path, categories, message):
    with pytest.raises(DataError, match=message):
        coco.source("val", write(tmp_path, person(), categories=categories))


def test_a_misspelt_table_is_named(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(renamed(content(person()), "annotations", "annotation")))
    with pytest.raises(DataError, match="mine.json .*has the unknown field 'annotation', perhaps 'annotations'"):
        coco.read_annotations(path)


# Names of pictures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written, there, expected",
    [
        (["a.jpg"], ["a.jpg", "A.jpg"], ["a.jpg"]),
        (["b\\a.jpg", "./c.jpg"], ["b/a.jpg", "c.jpg"], ["b/a.jpg", "c.jpg"]),
        (["a%20b.jpg"], ["a b.jpg"], ["a b.jpg"]),
        (["a%20b.jpg"], ["a b.jpg", "a%20b.jpg"], ["a%20b.jpg"]),
        (["caf\u00e9.jpg"], ["cafe\u0301.jpg"], ["cafe\u0301.jpg"]),
        (["cafe\u0301.jpg"], ["caf\u00e9.jpg"], ["caf\u00e9.jpg"]),
        (["IMG_1.JPG"], ["img_1.jpg"], ["img_1.jpg"]),
        (["IMG_1.JPG"], ["img_1.jpg", "Img_1.jpg"], ["IMG_1.JPG"]),
        (["A.jpg", "a.jpg"], ["a.jpg"], ["A.jpg", "a.jpg"]),
        (["A.jpg", "a.JPG"], ["a.jpg"], ["A.jpg", "a.JPG"]),
        (["train2017/a.jpg", "train2017/b.jpg"], ["a.jpg", "b.jpg"], ["a.jpg", "b.jpg"]),
        (["C:\\x\\images\\a.jpg"], ["images/a.jpg"], ["images/a.jpg"]),
        (["one/a.jpg", "two/b.jpg"], ["a.jpg", "two/b.jpg"], ["one/a.jpg", "two/b.jpg"]),
        (["c.jpg"], ["a.jpg"], ["c.jpg"]),
        ([], ["a.jpg"], []),
    ],
    ids=str,
)
def test_names_are_found_as_they_are_spelt_on_the_disk_and_not_guessed(written, there, expected):
    assert as_on_disk(np.array(written, str), there).tolist() == expected


def test_a_picture_that_is_not_there_is_named_with_a_hint(tmp_path):
    root = write(tmp_path, person(), images=("train/IMG.JPG",))
    with pytest.raises(DataError, match="none of the 1 people's pictures .*spelt as in .*the first is 'train/IMG.JPG'"):
        coco.source("val", root)


# Exports of tools ---------------------------------------------------------------------------------

NAMES = list(COCO17.joints)
LIMBS = [[16, 14], [14, 12], [17, 15]]
CVAT = {
    "licenses": [{"name": "", "id": 0, "url": ""}],
    "info": {"contributor": "", "date_created": "", "description": "", "url": "", "version": "", "year": ""},
    "categories": [{"id": 1, "name": "figure", "supercategory": "", "keypoints": NAMES[::-1], "skeleton": LIMBS}],
    "images": [
        {"id": 1, "width": 110, "height": 90, "file_name": "a.png", "license": 0, "flickr_url": "", "coco_url": "",
         "date_captured": 0}
    ],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [], "area": 2400.0, "bbox": [20.0, 10.0, 40.0, 60.0],
         "iscrowd": 0, "attributes": {"occluded": False, "keyframe": True},
         "keypoints": np.reshape(joints((30, 20, 2), (50, 60, 1)), (17, 3))[::-1].ravel().tolist(), "num_keypoints": 2}
    ],
}  # fmt: skip
LABEL_STUDIO = {
    "images": [{"width": 110, "height": 90, "id": 0, "file_name": "images\\a.png"}],
    "categories": [{"id": 0, "name": "Person", "keypoints": [n.replace("_", " ") for n in NAMES], "skeleton": []}],
    "annotations": [
        {"id": 0, "image_id": 0, "category_id": 0, "segmentation": [], "bbox": [20, 10, 40, 60], "ignore": 0,
         "iscrowd": 0, "area": 2400, "keypoints": joints((30, 20, 2), (50, 60, 1)), "num_keypoints": 2}
    ],
    "info": {"year": 2024, "version": "1.0", "description": "", "contributor": "Label Studio", "url": ""},
}  # fmt: skip
ROBOFLOW = {
    "info": {"year": "2024", "version": "1", "description": "Exported from roboflow.com"},
    "licenses": [{"id": 1, "url": "", "name": "CC BY 4.0"}],
    "categories": [
        {"id": 0, "name": "people", "supercategory": "none"},
        {"id": 1, "name": "adult", "supercategory": "people", "keypoints": NAMES, "skeleton": LIMBS},
    ],
    "images": [
        {"id": 0, "license": 1, "file_name": "a.png", "height": 90, "width": 110,
         "date_captured": "2024-01-01T00:00:00+00:00", "extra": {"name": "a_original.png"}}
    ],
    "annotations": [
        {"id": 0, "image_id": 0, "category_id": 1, "bbox": [20, 10, 40, 60], "area": 2400, "segmentation": [],
         "iscrowd": 0, "keypoints": joints((30, 20, 2), (50, 60, 1))}
    ],
}  # fmt: skip
COCO_ANNOTATOR = {
    "images": [
        {"id": 12, "dataset_id": 3, "category_ids": [], "path": "/datasets/mine/a.png", "width": 110, "height": 90,
         "file_name": "a.png", "annotated": False, "annotating": [], "num_annotations": 1, "metadata": {},
         "deleted": False, "milliseconds": 0, "events": [], "regenerate_thumbnail": False}
    ],
    "categories": [
        {"id": 4, "name": "body", "supercategory": "", "color": "#1b5b70", "metadata": {}, "creator": "me",
         "keypoint_colors": ["#bf5c4d"] * 17, "keypoints": NAMES, "skeleton": LIMBS}
    ],
    "annotations": [
        {"id": 9, "image_id": 12, "category_id": 4, "dataset_id": 3, "segmentation": [], "area": 0,
         "bbox": [0, 0, 0, 0], "iscrowd": False, "creator": "me", "width": 110, "height": 90, "color": "#db4f49",
         "keypoints": joints((30, 20, 2), (50, 60, 1)), "metadata": {}, "milliseconds": 0, "events": [],
         "isbbox": False, "num_keypoints": 2}
    ],
}  # fmt: skip
TEXT_IDS = {
    "images": [{"id": "p-1", "file_name": "./a.png", "width": 110, "height": 90}],
    "categories": [{"id": "1", "name": "person"}],
    "annotations": [person("x", "p-1") | {"category_id": 1}],
}


@pytest.mark.parametrize(
    "name, exported, pictures",
    [
        ("annotations/person_keypoints_default.json", CVAT, "images"),
        ("result.json", LABEL_STUDIO, "images"),
        ("train/_annotations.coco.json", ROBOFLOW, "train"),
        ("mine.json", COCO_ANNOTATOR, "."),
        ("own.json", TEXT_IDS, "images"),
    ],
    ids=["CVAT", "Label Studio", "Roboflow", "COCO-Annotator", "ids as text"],
)
def test_exports_of_annotation_tools_load(tmp_path, cache_folder, name, exported, pictures):
    """The same picture and person as these tools write them.

    | tool           | annotations, pictures        | what differs from COCO                                         |
    |----------------|------------------------------|----------------------------------------------------------------|
    | CVAT           | annotations/…, images/       | another category, joints in another order, attributes          |
    | Label Studio   | result.json, images/         | ids from 0, names with a folder and a backslash, "left ear"    |
    | Roboflow       | train/_annotations.coco.json | a first category without joints, no num_keypoints, extra       |
    | COCO-Annotator | mine.json                    | no info, bbox all 0, area 0, iscrowd false, many other fields  |
    | own scripts    | own.json, images/            | ids as text, one of them of a number, ./ in front              |

    Written from the formats' descriptions and from memory; none of these programs was run.
    """
    (tmp_path / pictures).mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(tmp_path / pictures / "a.png"), np.full((90, 110, 3), 60, np.uint8))
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(exported))
    people = data.load("coco", "train", path, size=64)
    assert len(people) == 1 and people.skeleton is COCO17 and people.ids.tolist() == ["a.png"] and not people.left_out
    back = people.to_picture[0] @ np.append(people.keypoints[0, 0, 0, :2], 1)
    np.testing.assert_allclose(back, [30, 20], atol=1e-4)
    assert people.keypoints[0, 0, :, 2].tolist() == [2, 1] + [0] * 15
    found = coco.read_annotations(path)
    if name != "mine.json":
        assert coco_eval.truth_of(found).areas[0] > 0
    detections = coco_eval.Detections(found.people.pictures, found.people.keypoints, np.ones(1))
    coco_eval.save_results(tmp_path / "r.json", detections, found.picture_ids)
    read = coco_eval.load_results(tmp_path / "r.json", found.picture_ids)
    assert read.pictures.tolist() == found.people.pictures.tolist()
    assert json.loads((tmp_path / "r.json").read_text())[0]["image_id"] == exported["images"][0]["id"]


@pytest.mark.parametrize("joints, limbs", [(["left_fin", "tail"], []), (["a", "b"], [[1, 2], [2, 1]])])
def test_joints_of_ones_own_that_are_no_body_are_an_error_with_the_file(tmp_path, joints, limbs):
    fish = {"id": 1, "name": "fish", "keypoints": joints, "skeleton": limbs}
    path = tmp_path / "fish.json"
    path.write_text(json.dumps({"images": [], "annotations": [], "categories": [fish]}))
    with pytest.raises(DataError, match="fish.json are no body: .*: correct it there"):
        coco_files.read_annotations(path)
