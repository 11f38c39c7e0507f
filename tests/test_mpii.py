"""MPII's three annotation forms: conventions, filters, splits, missing fields, and agreement on the real files."""

import zipfile

import cv2
import h5py
import numpy as np
import pytest
import scipy.io
from conftest import shared_file

from hpe_utils.data.cache import cached
from hpe_utils.data.people import share
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import mpii
from hpe_utils.data.sets.mpii_files import read_annotations
from hpe_utils.geometry import Affine, mpii_box

EMPTY = np.zeros((0, 0))


def structs(*rows: dict) -> np.ndarray:
    """MATLAB's structure array: one field list for all, [] where a row lacks a field."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    array = np.empty((1, len(rows)), [(name, object) for name in names])
    for i, row in enumerate(rows):
        array[0, i] = tuple(row.get(name, EMPTY) for name in names)
    return array


def cell(*values) -> np.ndarray:
    array = np.empty((len(values), 1), object)
    array[:, 0] = values
    return array


def points(*joints) -> dict:
    """annopoints of (x, y, id, is_visible)."""
    return structs({"point": structs(*(dict(zip(("x", "y", "id", "is_visible"), j, strict=True)) for j in joints))})


def person(*joints, x1=40.0, y1=10.0, x2=48.0, y2=16.0, scale=0.4, x=51.0, y=41.0) -> dict:
    return {
        "x1": x1, "y1": y1, "x2": x2, "y2": y2, "scale": scale, "objpos": structs({"x": x, "y": y}),
        "annopoints": points(*(joints or [(31.0, 21.0, 9, EMPTY), (61.0, 71.0, 0, 1), (41.0, 51.0, 1, 0)])),
    }  # fmt: skip


def picture(name, *people) -> dict:
    return {"image": structs({"name": name}), "annorect": structs(*people) if people else EMPTY}


def write_release(path, pictures, train=None, single=None) -> None:
    release = {"annolist": structs(*pictures), "img_train": np.array([train or [1] * len(pictures)])}
    if single is not None:
        release["single_person"] = cell(*single)
    path.parent.mkdir(parents=True, exist_ok=True)
    scipy.io.savemat(path, {"RELEASE": release})


def write_pictures(folder, *names) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        image = np.full((90, 110, 3), 60, np.uint8)
        image[20, 30] = 255, 255, 255  # MPII's (31, 21)
        cv2.imwrite(str(folder / name), image)


@pytest.fixture
def root(tmp_path):
    """Four training pictures: one person, two people, trouble of all kinds, nobody; and one test picture."""
    lonely = {"scale": 0.4, "objpos": structs({"x": 51.0, "y": 41.0})}
    headless = {k: v for k, v in person((31.0, 21.0, 9, "1"), (61.0, 71.0, 0, "0")).items() if len(k) > 2}
    nowhere = {"annopoints": points((31.0, 21.0, 9, 1))}
    broken = person((np.nan, 21.0, 9, 1))
    pictures = [
        picture("a.png", person()),
        picture("b.png", person(), headless),
        picture("c.png", lonely, nowhere, broken),
        picture("d.png"),
        picture("e.png", lonely),
    ]
    single = [np.array([[1]]), np.array([[2]]), EMPTY, EMPTY, np.array([[1]])]
    write_release(tmp_path / mpii.OFFICIAL, pictures, [1, 1, 1, 1, 0], single)
    write_pictures(tmp_path / "images", "a.png", "b.png", "c.png")
    (tmp_path / "valid_images.txt").write_text("z.png\n")
    return tmp_path


def test_release_counts_from_one_and_samples_from_zero(root):
    source = mpii.source("train", root, size=100)
    arrays, left_out = source.read(0, 1)
    assert not left_out and arrays["ids"].tolist() == ["a.png"]
    np.testing.assert_array_equal(source.people.keypoints[0, [9, 0, 1]], [[30, 20, 2], [60, 70, 2], [40, 50, 1]])
    x, y, _ = arrays["keypoints"][0, 0, 9]
    bright = np.clip(arrays["images"][0, ..., 0].astype(int) - 60, 0, None)
    rows, columns = np.indices(bright.shape)
    centre = [np.average(axis, weights=bright) for axis in (columns, rows)]
    np.testing.assert_allclose(centre, [x, y], atol=0.1)
    np.testing.assert_allclose(Affine(arrays["to_picture"][0]).points(np.array([[x, y]])), [[30, 20]], atol=1e-4)


def test_crop_and_head_size_follow_mpii(root):
    source = mpii.source("train", root, size=200)
    np.testing.assert_allclose(source.people.crops[0], mpii_box((50, 40), 0.4))
    arrays, _ = source.read(0, 1)
    head = arrays["head_boxes"][0, 0]
    assert arrays["attribute_head_size"].shape == (1, 1) and arrays["attribute_head_size"].dtype == np.float32
    np.testing.assert_allclose(arrays["attribute_head_size"], 0.6 * 10 * 200 / 100, rtol=1e-6)
    np.testing.assert_allclose(0.6 * np.hypot(*(head[2:] - head[:2])), arrays["attribute_head_size"][0, 0], rtol=1e-5)


def test_everyone_left_out_is_counted(root):
    source = mpii.source("train", root)
    assert source.people.pictures.tolist() == ["a.png", "b.png", "b.png"]
    assert source.people.numbers.tolist() == [0, 0, 1]
    assert source.left_out == {
        "people without labelled joints": 1,
        "people with a coordinate that is not a number": 1,
        "people without position or scale": 1,
    }


def test_a_person_without_head_box_has_no_head_size(root):
    arrays, _ = mpii.source("train", root).read(2, 3)
    assert np.isnan(arrays["head_boxes"]).all() and np.isnan(arrays["attribute_head_size"]).all()
    assert arrays["keypoints"][0, 0, [9, 0], 2].tolist() == [2, 1]  # is_visible written as text


def test_single_people_are_the_releases(root):
    source = mpii.source("train", root, single_person=True)
    assert list(zip(source.people.pictures, source.people.numbers, strict=True)) == [("a.png", 0), ("b.png", 1)]
    assert "RELEASE.single_person" in source.title and source.left_out["people who are not single"] == 4
    assert source.spec["single_person"] is True


def test_without_the_list_single_means_alone_in_the_picture(tmp_path):
    write_release(tmp_path / mpii.OFFICIAL, [picture("a.png", person()), picture("b.png", person(), person())])
    write_pictures(tmp_path / "images", "a.png", "b.png")
    (tmp_path / "valid_images.txt").write_text("")
    source = mpii.source("train", tmp_path, single_person=True)
    assert source.people.pictures.tolist() == ["a.png"] and "pictures of one person" in source.title


def test_one_person_with_one_point_in_one_picture(tmp_path):
    """MATLAB's arrays of one become plain structures on reading."""
    write_release(tmp_path / mpii.OFFICIAL, [picture("a.png", person((31, 21, 9, 1)))], single=[np.array([[1]])])
    write_pictures(tmp_path / "images", "a.png")
    (tmp_path / "valid_images.txt").write_text("")
    source = mpii.source("train", tmp_path, single_person=True)
    assert len(source) == 1 and (source.people.keypoints[0, :, 2] > 0).sum() == 1


def test_whole_pictures_are_squeezed(root):
    source = mpii.source("train", root, size=220, crop="whole")
    assert len(source) == 4  # position and scale are not needed
    arrays, _ = source.read(0, 1)
    np.testing.assert_allclose(arrays["to_picture"][0][:, :2], [[110 / 220, 0], [0, 90 / 220]], rtol=1e-6)
    np.testing.assert_allclose(arrays["attribute_head_size"], 6 * np.sqrt(220 / 110 * 220 / 90), rtol=1e-6)
    assert "whole pictures" in source.title


def test_the_list_of_tompson_parts_train_and_val(root):
    (root / "valid_images.txt").write_text("b.png\n")
    assert mpii.source("train", root).people.pictures.tolist() == ["a.png"]
    assert mpii.source("val", root).people.pictures.tolist() == ["b.png", "b.png"]


def test_without_the_list_the_names_part_them(tmp_path):
    names = [f"{i:09d}.png" for i in range(40)]
    write_release(tmp_path / mpii.OFFICIAL, [picture(name, person()) for name in names])
    write_pictures(tmp_path / "images", *names)
    train, val = (mpii.source(split, tmp_path) for split in ("train", "val"))
    assert sorted([*train.people.pictures, *val.people.pictures]) == names
    assert val.people.pictures.tolist() == [name for name in names if share(name) < 0.1]
    assert "9 : 1 by picture name" in val.title


def write_h5(path, people=2, codes=False) -> None:
    """The stacked hourglass's form: the crop's shift and enlargement are in center and scale already."""
    part, visible = np.zeros((people, 16, 2)), np.zeros((people, 16))
    part[:, [9, 0, 1]] = [[31, 21], [61, 71], [41, 51]]
    visible[:, [9, 0]] = 1
    names = [f"{'ab'[i % 2]}.png" for i in range(people)]
    with h5py.File(path, "w") as file:
        file["imgname"] = [[ord(c) for c in n.ljust(16, "\0")] for n in names] if codes else np.array(names, "S")
        file["person"] = np.zeros(people)
        file["center"] = np.full((people, 2), (51, 41 + 15 * 0.4))
        file["scale"] = np.full(people, 0.4 * 1.25)
        file["part"], file["visible"] = part, visible
        file["normalize"] = np.array([6.0] + [0] * (people - 1))


@pytest.mark.parametrize("codes", [False, True])
def test_h5_gives_the_same_sample_as_the_release(root, codes):
    write_h5(root / "train.h5", codes=codes)
    expected, _ = mpii.source("train", root).read(0, 1)
    source = mpii.source("train", root / "train.h5")
    arrays, _ = source.read(0, 2)
    for name in ("images", "keypoints", "to_picture", "attribute_head_size"):
        np.testing.assert_allclose(arrays[name][:1], expected[name], atol=1e-4)
    assert np.isnan(arrays["head_boxes"]).all() and np.isnan(arrays["attribute_head_size"][1, 0])


def test_an_h5_file_holds_one_split(root):
    write_h5(root / "train.h5")
    with pytest.raises(DataError, match="holds the train split only"):
        mpii.source("val", root / "train.h5")


def test_the_official_zip_is_read_as_it_is(root, tmp_path):
    with zipfile.ZipFile(tmp_path / "mpii_human_pose_v1_u12_2.zip", "w") as archive:
        archive.write(root / mpii.OFFICIAL, "mpii_human_pose_v1_u12_2/" + mpii.OFFICIAL)
    expected = mpii.source("train", root).spec
    (root / mpii.OFFICIAL).unlink()
    assert mpii.source("train", root).spec == expected


def test_detections_need_the_names_beside_them(root):
    path = root / "detections.mat"
    scipy.io.savemat(path, {"annolist": structs({"annorect": structs(person())}), "RELEASE_person_index": 3})
    (root / "valid_images.txt").unlink()
    with pytest.raises(DataError, match="has no picture names: put .*valid_images.txt with its 1 names there"):
        mpii.source("val", path)
    (root / "valid_images.txt").write_text("a.png")
    people = mpii.source("val", path).people
    assert people.pictures.tolist() == ["a.png"] and people.numbers.tolist() == [2]
    assert np.isfinite(people.head_boxes).all()


def test_missing_pictures_are_counted_and_none_at_all_is_an_error(root):
    (root / "images" / "b.png").unlink()
    assert mpii.source("train", root).left_out["people whose picture was not found"] == 2
    (root / "images" / "a.png").unlink()
    with pytest.raises(DataError, match="none of the 3 people's pictures is in .*images: put them there"):
        mpii.source("train", root)


def test_a_broken_picture_costs_its_people_only(root):
    (root / "images" / "b.png").write_bytes(b"\x89PNG but no more")
    arrays, left_out = mpii.source("train", root).read(0, 3)
    assert arrays["ids"].tolist() == ["a.png"] and left_out == {"people whose picture cannot be read": 2}


def test_a_person_beyond_the_picture_is_left_out(tmp_path):
    write_release(tmp_path / mpii.OFFICIAL, [picture("a.png", person(), person(x=900.0, y=900.0))])
    write_pictures(tmp_path / "images", "a.png")
    (tmp_path / "valid_images.txt").write_text("")
    arrays, left_out = mpii.source("train", tmp_path).read(0, 2)
    assert len(arrays["ids"]) == 1 and left_out == {"people outside their picture": 1}


@pytest.mark.parametrize(
    "options, message",
    [
        ({"split": "test"}, "withholds the joints"),
        ({"split": "valid"}, "choose one of train, val, test"),
        ({"split": "train", "crop": "square"}, "choose one of person, whole"),
        ({"split": "train", "images": "nowhere"}, "expected in nowhere"),
    ],
)
def test_wrong_options_name_the_remedy(root, options, message):
    with pytest.raises(DataError, match=message):
        mpii.source(options.pop("split"), root, **options)


@pytest.mark.parametrize("name", [mpii.OFFICIAL, "train.h5"])
@pytest.mark.parametrize("content", [b"", b"garbage" * 90])
def test_broken_annotations_are_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"cannot read .*{name} .*: get mpii_human_pose_v1_u12_1.mat .* again"):
        mpii.source("train", tmp_path)


FAR = "people with a coordinate farther outside the picture than its size"
NO_NUMBER = "people whose {} is not a number"


@pytest.mark.parametrize(
    "odd, reason",
    [
        (person(x1="40"), NO_NUMBER.format("x1")),
        (person(y2=np.array([1.0, 2.0])), NO_NUMBER.format("y2")),
        (person(x2=np.inf), NO_NUMBER.format("x2")),
        (person(x2=40.0), "people whose head box is empty"),
        (person(x1=1e20, x2=2e20), FAR),
        (person(scale="big"), NO_NUMBER.format("scale")),
        (person(scale=1e-9), "people whose square to cut out is smaller than a pixel"),
        (person(scale=1e6), FAR),
        (person(x="51"), NO_NUMBER.format("x")),
        (person(x=1e6), FAR),
        (person((31.0, 21.0, 9, 7)), flag := "people with a joint whose visibility is not 0 or 1"),
        (person((31.0, 21.0, 9, "yes")), flag),
        (person((31.0, 21.0, 9, np.array([1, 0]))), flag),
        (person((31.0, 21.0, 16, 1)), no_joint := "people with a joint whose id is not 0 … 15"),
        (person((31.0, 21.0, 1.5, 1)), no_joint),
        (person((31.0, 21.0, "9", 1)), NO_NUMBER.format("id")),
        (person((31.0, 21.0, 9, 1), (33.0, 21.0, 9, 1)), "people with a joint that is there twice"),
        (person(("31", 21.0, 9, 1)), NO_NUMBER.format("x")),
        (person((1e20, 21.0, 9, 1)), FAR),
        (person((31.0, -1e6, 9, 1)), FAR),
        ({"annopoint": points((31.0, 21.0, 9, 1))}, "people with the unknown field 'annopoint', perhaps 'annopoints'"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)  # fmt: skip
def test_an_odd_person_is_counted_and_costs_nobody_else(tmp_path, odd, reason):
    write_release(tmp_path / mpii.OFFICIAL, [picture("a.png", person()), picture("b.png", odd)])
    write_pictures(tmp_path / "images", "a.png", "b.png")
    (tmp_path / "valid_images.txt").write_text("")
    source = mpii.source("train", tmp_path)
    assert source.people.pictures.tolist() == ["a.png"] and source.left_out == {reason: 1}


@pytest.mark.parametrize(
    "odd, reason",
    [
        (person((400.0, 21.0, 9, 1)), FAR),
        (person(scale=20.0), "people whose square to cut out is far larger than the picture"),
    ],
)
def test_what_only_the_picture_can_tell_is_counted_when_it_is_read(tmp_path, odd, reason):
    write_release(tmp_path / mpii.OFFICIAL, [picture("a.png", person(), odd)])
    write_pictures(tmp_path / "images", "a.png")
    (tmp_path / "valid_images.txt").write_text("")
    arrays, left_out = mpii.source("train", tmp_path).read(0, 2)
    assert arrays["attribute_person"].tolist() == [0] and left_out == {reason: 1}


@pytest.mark.parametrize("flags", ["ab", [1, 2], [1], [1, np.nan]])
def test_flags_of_another_kind_are_refused(tmp_path, flags):
    write_release(tmp_path / mpii.OFFICIAL, [picture("a.png", person()), picture("b.png", person())])
    release = {
        "annolist": structs(picture("a.png", person()), picture("b.png", person())),
        "img_train": np.array(flags),
    }
    scipy.io.savemat(tmp_path / mpii.OFFICIAL, {"RELEASE": release})
    with pytest.raises(DataError, match="img_train in .*mat .*again"):
        mpii.source("train", tmp_path)


def test_an_h5_file_of_odd_values_and_shapes(root):
    write_h5(root / "train.h5", people=5)
    with h5py.File(root / "train.h5", "r+") as file:
        file["visible"][1, 9] = 3
        file["part"][2, 9] = np.inf
        file["part"][3, 9] = 1e20
        file["scale"][4] = 1e-9
    assert mpii.source("train", root / "train.h5").left_out == {
        "people with a joint whose visibility is not 0 or 1": 1,
        "people with a coordinate that is not a number": 1,
        FAR: 1,
        "people whose square to cut out is smaller than a pixel": 1,
    }
    with h5py.File(root / "train.h5", "r+") as file:
        del file["center"]
        file["center"] = np.zeros((5, 3))
    with pytest.raises(DataError, match=r"center in .*train.h5 is float64 of shape \(5, 3\), not .* again"):
        mpii.source("train", root / "train.h5")
    with h5py.File(root / "train.h5", "r+") as file:
        del file["center"]
    with pytest.raises(DataError, match="cannot read .*train.h5 .it lacks center.*again"):
        mpii.source("train", root / "train.h5")


def test_annotations_of_another_shape_are_refused(tmp_path):
    scipy.io.savemat(tmp_path / mpii.OFFICIAL, {"RELEASE": {"annolist": 3}})
    with pytest.raises(DataError, match="as MPII annotations"):
        mpii.source("train", tmp_path)


def test_no_annotations_and_no_pictures_say_what_is_needed(root, tmp_path):
    with pytest.raises(DataError, match="no MPII annotations of the val split.*download.fetch"):
        mpii.source("val", tmp_path / "empty")
    (root / "images").rename(root / "pictures")
    with pytest.raises(DataError, match=r"expected in .*images.*images=\.\.\."):
        mpii.source("train", root)
    assert len(mpii.source("train", root, images=root / "pictures")) == 3


def test_the_cache_takes_the_source(root, cache_folder):
    samples = cached(mpii.source("train", root, size=32))
    assert samples.attributes["head_size"].shape == (3, 1)
    assert "MPII16, 3 people" in samples.describe() and "1 people without position or scale" in samples.describe()


def test_real_forms_agree():
    """Tompson's 2,958 people: the .mat counts joints in fractions, the .h5 cuts them off."""
    folder = shared_file("mpii/annot")
    mat, h5 = (read_annotations(folder / name).people for name in ("detections.mat", "valid.h5"))
    assert len(mat) == len(h5) == 2958 and len(set(h5.pictures)) == 2729
    assert (mat.pictures == h5.pictures).all() and (mat.numbers == h5.numbers).all()
    np.testing.assert_array_equal(mat.keypoints[..., 2], h5.keypoints[..., 2])
    assert 0.99 < np.abs(mat.keypoints - h5.keypoints).max() < 1
    np.testing.assert_allclose(mat.crops, h5.crops, atol=1e-3)
    np.testing.assert_allclose(mat.head_sizes, h5.head_sizes, rtol=1e-5)


def test_real_pictures_become_samples():
    source = mpii.source("val", shared_file("mpii/annot/valid.h5"))
    assert len(source) == 5 and source.left_out == {"people whose picture was not found": 2953}
    arrays, left_out = source.read(0, 5)
    assert not left_out
    np.testing.assert_allclose(arrays["attribute_head_size"], 0.1 * 160, rtol=1e-3)  # scale is made from the head box
