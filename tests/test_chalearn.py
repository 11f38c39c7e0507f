"""ChaLearn: limbs on their pixels, films as splits, masks of several kinds, and what is missing or wrong."""

import pickle
import shutil
import zipfile

import numpy as np
import pytest
from part_sets import ACTORS, TOP, box, make_chalearn, save_png
from PIL import Image

from hpe_utils import data
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import chalearn
from hpe_utils.parts import CHALEARN14, UNLABELLED


def read(root, split="all", **options):
    source = chalearn.source(split, root, size=64, **options)
    return source.read(0, len(source))


def expected() -> tuple[np.ndarray, np.ndarray]:
    """The maps of a frame, written down by the limbs' names."""
    parts, owners = np.zeros((2, 40, 64), np.uint8)
    actors = (
        {"torso": (8, 22, 8, 18), "head": (2, 8, 10, 16), "left_hand": (14, 18, 4, 8),
         "right_upper_arm": (8, 16, 18, 22), "left_lower_leg": (28, 34, 8, 12)},
        {"torso": (10, 20, 38, 46), "head": (6, 10, 40, 44), "right_upper_leg": (20, 28, 38, 42)},
    )  # fmt: skip
    for actor, limbs in enumerate(actors, start=1):
        for name, (y0, y1, x0, x1) in limbs.items():
            parts[y0:y1, x0:x1], owners[y0:y1, x0:x1] = CHALEARN14.label(name), actor
    return parts, owners


@pytest.mark.parametrize("white", [1, 255])
def test_limbs_lie_on_their_pixels(tmp_path, white):
    arrays, left_out = read(make_chalearn(tmp_path, films=[1], frames=1, white=white))
    parts, owners = expected()
    np.testing.assert_array_equal(arrays["parts"][0, TOP:-TOP], parts)
    np.testing.assert_array_equal(arrays["instances"][0, TOP:-TOP], owners)
    assert (arrays["parts"][0, :TOP] == UNLABELLED).all() and not left_out and not arrays["keypoints"].any()
    boxes = arrays["boxes"][0] - [0, TOP, 0, TOP]
    np.testing.assert_allclose(boxes, [[3.5, 1.5, 21.5, 33.5], [37.5, 5.5, 45.5, 27.5]], atol=1e-4)


def test_a_set_loads_and_is_read_as_iftimies(tmp_path, cache_folder):
    people = data.load("chalearn", "all", make_chalearn(tmp_path / "set", films=[1]), size=64, parts="iftimie6")
    words = {word: people.parts[1, TOP:-TOP] == people.vocabulary.label(word) for word in people.vocabulary.parts}
    assert words["left_arm"].sum() == 16 and words["right_arm"].sum() == 32 and words["right_leg"].sum() == 32
    assert words["left_leg"][28:34, 8:12].all() and people.ids[1] == "Seq01/imagesjpg/01_0002.jpg"
    assert people.describe() == "ChaLearn LAP 2014 all: 2 pictures of 64×64, iftimie6 parts, 4 people"
    assert not data.facts_of("chalearn").lacks("parts", "instances", "several")


def test_films_are_split_whole(tmp_path):
    root = make_chalearn(tmp_path, films=[1, 2, 3, 6], frames=3)
    shutil.rmtree(make_chalearn(tmp_path, films=[8], frames=2) / "Seq08" / "maskspng")
    found = {split: [name for _, name in chalearn.source(split, root).files] for split in chalearn.SPLITS}
    assert {split: sorted({name[:5] for name in names}) for split, names in found.items()} == {
        "train": ["Seq01", "Seq02"], "val": ["Seq03"], "test": ["Seq06"], "all": ["Seq01", "Seq02", "Seq03", "Seq06"],
    }  # fmt: skip
    assert chalearn.source("all", root).left_out == {"pictures without labels": 2}
    assert [name[-8:-4] for _, name in chalearn.source("test", root, every=2).files] == ["0001", "0003"]
    assert len(chalearn.source("all", root, count=5)) == 5
    with pytest.raises(DataError, match="has 1 films with labels, and three are split: use split='all'"):
        chalearn.source("train", make_chalearn(tmp_path / "one", films=[1]))


def test_one_films_zip_is_read_too(tmp_path):
    root = make_chalearn(tmp_path / "set", films=[1], frames=1)
    with zipfile.ZipFile(tmp_path / "Seq01.zip", "w") as archive:
        for path in sorted((root / "Seq01").rglob("*.*")):
            archive.write(path, path.relative_to(root / "Seq01"))
    arrays, _ = read(tmp_path / "Seq01.zip")
    np.testing.assert_array_equal(arrays["parts"], read(root)[0]["parts"])


def test_masks_in_colour_blurred_or_larger_than_their_frame(tmp_path):
    root = make_chalearn(tmp_path, films=[1], frames=1)
    head = root / "Seq01/maskspng/01_0001_1_1.png"
    blurred = box(10, 2, 16, 8, 200)
    blurred[1, 10:16] = 100
    save_png(head, np.dstack([blurred, blurred, blurred]))
    larger = box(16, 16, 36, 44, 255, 80, 128)
    save_png(root / "Seq01/maskspng/01_0001_1_2.png", larger)
    arrays, _ = read(root)
    np.testing.assert_array_equal(arrays["parts"][0, TOP:-TOP], expected()[0])


def test_what_is_missing_or_broken_is_counted(tmp_path, cache_folder):
    root = make_chalearn(tmp_path / "set", films=[1], frames=5)
    masks = root / "Seq01" / "maskspng"
    (masks / "01_0001_2_5.png").unlink()
    (masks / "01_0002_1_1.png").write_bytes(b"<html>")
    (root / "Seq01/imagesjpg/01_0003.jpg").write_bytes(b"")
    for path in masks.glob("01_0004_*"):
        save_png(path, np.zeros((40, 64), np.uint8))
    for path in masks.glob("01_0005_2_*"):
        path.unlink()
    people = data.load("chalearn", "all", root, size=64)
    assert people.ids.tolist() == ["Seq01/imagesjpg/01_0001.jpg", "Seq01/imagesjpg/01_0005.jpg"]
    assert people.left_out == {
        "limbs without a mask": 1,
        "pictures whose labels cannot be read": 1,
        "pictures that cannot be read": 1,
        "pictures with nobody": 1,
    }
    assert np.isfinite(people.boxes[1]).all(-1).tolist() == [True, False]


def test_a_mask_of_another_form_names_the_limb_and_both_sizes(tmp_path):
    root = make_chalearn(tmp_path, films=[1], frames=1)
    save_png(root / "Seq01/maskspng/01_0001_2_14.png", np.zeros((64, 64), np.uint8))
    with pytest.raises(DataError, match="01_0001_ in .*, actor 2, limb 14, has a mask of 64 × 64 .* has 40 × 64"):
        read(root)


def test_wrong_options_and_folders_are_refused(tmp_path):
    root = make_chalearn(tmp_path / "set")
    for options, message in (
        ({"split": "valid"}, "choose one of train, val, test, all"),
        ({"every": 0.5}, "every=0.5: 1 takes all frames"),
        ({"root": None}, "name the folder or zip of ChaLearn LAP 2014: root="),
        (
            {"root": root / "Seq01" / "imagesjpg"},
            "has 0 frames and masks of 0 others: it must hold imagesjpg/XX_YYYY.jpg",
        ),
    ):
        with pytest.raises(DataError, match=message):
            chalearn.source(**{"split": "all", "root": root} | options)


def test_the_source_is_picklable_and_its_spec_notices_changes(tmp_path):
    root = make_chalearn(tmp_path, films=[1])
    source = chalearn.source("all", root)
    arrays, _ = pickle.loads(pickle.dumps(source)).read(1, 2)
    assert arrays["ids"].tolist() == ["Seq01/imagesjpg/01_0002.jpg"]
    specs = [chalearn.source("all", root, **options).spec for options in ({}, {"size": 99}, {"every": 2})]
    Image.new("L", (64, 40), 255).save(root / "Seq01/maskspng/01_0002_1_9.png")
    specs.append(chalearn.source("all", root).spec)
    assert source.spec == specs[0] and len({str(spec) for spec in specs}) == 4
    assert set(ACTORS) == {1, chalearn.ACTORS}
