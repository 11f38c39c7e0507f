"""Pascal-Person-Part and Pascal-Part: label order, painting, layouts, splits, and what becomes of damaged files."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from conftest import shared_file
from PIL import Image

from hpe_utils import data
from hpe_utils.data.cache import cached
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import pascal_parts
from hpe_utils.geometry import Affine
from hpe_utils.parts import IFTIMIE6, PASCAL6, PASCAL_PART24, UNLABELLED
from hpe_utils.skeleton import COCO17

COLOURS = np.array([[90, 90, 90], *([20 * k, 250 - 30 * k, 40 * (k % 3)] for k in range(1, 7))], np.uint8)
SHARED_ORDER = {"lower_arm": 1, "torso": 2, "lower_leg": 3, "head": 4, "upper_leg": 5, "upper_arm": 6}
LABELS = "0 background\n1 lower arm (with hand)\n2 torso\n3 lower leg (with foot)\n4 head\n5 upper leg\n6 upper arm\n"


def encoded(pixels, kind="PNG", mode=None) -> bytes:
    file = io.BytesIO()
    picture = Image.fromarray(pixels)
    if mode == "P":
        picture.putpalette(np.random.default_rng(0).integers(0, 256, 768, np.uint8).tobytes())
    elif mode:
        picture = picture.convert(mode)
    picture.save(file, kind)
    return file.getvalue()


def blocks(height=40, width=64) -> np.ndarray:
    """A mask of six upright bars, head to lower leg, on background."""
    mask = np.zeros((height, width), np.uint8)
    for label in range(1, 7):
        mask[8:32, 9 * label : 9 * label + 7] = label
    return mask


def pair(mask=None, mode="P") -> tuple[bytes, bytes]:
    """A picture that shows each label in its own colour, and its mask."""
    mask = blocks() if mask is None else mask
    return encoded(COLOURS[np.where(mask > 6, 0, mask)]), encoded(mask, mode=mode)


def contents(count=10, pictures="JPEGImages", masks="pascal_person_part_gt", **options) -> dict[str, bytes]:
    files = {}
    for number in range(count):
        picture, mask = pair(**options)
        files |= {f"{pictures}/2008_{number:06d}.png": picture, f"{masks}/2008_{number:06d}.png": mask}
    return files


def write(path: Path, files: dict[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def with_first(files: dict[str, bytes], mask=None, picture=None) -> dict[str, bytes]:
    """The files with another first mask or picture."""
    return files | {
        name: content
        for name, content in (("pascal_person_part_gt/2008_000000.png", mask), ("JPEGImages/2008_000000.png", picture))
        if content is not None
    }


def read(root, split="all", **options):
    source = pascal_parts.source(split, root, **options)
    return source.read(0, len(source))


# Pascal-Person-Part -------------------------------------------------------------------------------


def test_samples_follow_the_schema(tmp_path, cache_folder):
    root = write(tmp_path / "été 'n ü", contents())
    people = data.load("pascal_parts", "all", root, size=48)
    assert people.images.shape == (10, 48, 48, 3) and people.images.dtype == np.uint8
    assert people.parts.shape == (10, 48, 48) and people.parts.dtype == np.uint8
    assert people.keypoints.shape == (10, 4, 17, 3) and people.keypoints.dtype == np.float32
    assert not people.keypoints.any() and np.isnan(people.boxes).all() and np.isnan(people.head_boxes).all()
    assert people.skeleton is COCO17 and people.vocabulary is PASCAL6 and people.instances is None
    assert people.ids[3] == "JPEGImages/2008_000003.png" and not people.left_out
    assert people[2:4].vocabulary is PASCAL6 and people[2:4].parts.shape == (2, 48, 48)
    assert people.describe() == "Pascal-Person-Part all: 10 pictures of 48×48, pascal6 parts"


@pytest.mark.parametrize("size", [64, 128, 32, 50])
def test_a_label_stays_on_its_pixel(tmp_path, size):
    arrays, _ = read(write(tmp_path, contents(1)), size=size)
    image, parts = arrays["images"][0].astype(int), arrays["parts"][0]
    top = (parts == UNLABELLED).all(axis=1).sum() // 2
    assert abs(top - size * 12 / 64) <= 1, "64 × 40 pixels in the middle of a square"
    assert (image[: top - 1] == 128).all() and (parts[: top - 1] == UNLABELLED).all()
    assert (parts == UNLABELLED)[[0, -1]].all() and not (parts == UNLABELLED)[top + 1 : -top - 1].any()
    scale = size / 64
    for label in range(1, 7):
        middle = np.array([(9 * label + 3.5) * scale - 0.5, (12 + 20) * scale - 0.5])  # of its bar, x and y
        rows, columns = np.nonzero(parts == label)
        assert np.abs([columns.mean(), rows.mean()] - middle).max() <= (0 if scale >= 1 else 0.5)
        x, y = middle.round().astype(int)
        assert (image[y, x] == COLOURS[label]).all()
    if size == 64:
        np.testing.assert_array_equal(parts[12:52], blocks())
        np.testing.assert_array_equal(image[12:52], COLOURS[blocks()])


def test_the_sample_maps_back_to_the_picture(tmp_path):
    arrays, _ = read(write(tmp_path, contents(1)), size=32)
    back = Affine(arrays["to_picture"][0]).box(np.array([-0.5, 5.5, 31.5, 25.5]))
    np.testing.assert_allclose(back, [-0.5, -0.5, 63.5, 39.5], atol=1e-4)


def test_a_void_pixel_is_unlabelled_and_an_empty_mask_is_a_picture_of_nobody(tmp_path):
    void = blocks()
    void[:4] = 255
    files = with_first(contents(2), mask=encoded(void, mode="P"))
    files["pascal_person_part_gt/2008_000001.png"] = encoded(np.zeros_like(void), mode="P")
    arrays, left_out = read(write(tmp_path, files), size=64)
    assert (arrays["parts"][0, 12:16] == UNLABELLED).all() and (arrays["parts"][0, 16:52] != UNLABELLED).all()
    assert len(arrays["ids"]) == 2 and not left_out
    assert (arrays["parts"][1, 12:52] == 0).all() and (arrays["parts"][1, :12] == UNLABELLED).all()


def test_a_palette_is_read_by_its_numbers_whatever_the_colours(tmp_path):
    for mode in ("P", "L"):
        arrays, _ = read(write(tmp_path / mode, contents(1, mode=mode)), size=64)
        np.testing.assert_array_equal(arrays["parts"][0, 12:52], blocks())


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "1", "I;16"])
def test_a_mask_of_colours_is_refused(tmp_path, mode):
    mask = encoded(blocks().astype(np.uint16) if mode == "I;16" else blocks(), mode=mode if mode != "I;16" else None)
    root = write(tmp_path, with_first(contents(), mask=mask))
    with pytest.raises(DataError, match=f"2008_000000.png in .* is a PNG of mode {mode}, and must be L or P") as error:
        read(root)
    assert str(root) in str(error.value)


def permuted(order: dict[str, int]) -> dict[str, bytes]:
    """One picture whose mask numbers the parts in another order."""
    numbers = np.array([0, *(order[part] for part in PASCAL6.parts)], np.uint8)
    return contents(1) | {"pascal_person_part_gt/2008_000000.png": encoded(numbers[blocks()], mode="P")}


@pytest.mark.parametrize("place", ["inside", "beside", "zip", "beside a zip", "none"])
def test_a_labels_file_says_what_the_numbers_mean(tmp_path, place):
    folder = tmp_path / "a"
    files = permuted(SHARED_ORDER)
    if place in ("inside", "zip"):
        files["LABELS.txt"] = LABELS.encode()
    root = write(folder / ("b.zip" if place.endswith("zip") else "b"), files) if folder.mkdir() is None else None
    if place.startswith("beside"):
        (folder / "LABELS_pascal_person_part.txt").write_text(LABELS, encoding="utf-8")
    parts = read(root, size=64)[0]["parts"][0, 12:52]
    assert np.array_equal(parts, blocks()) == (place != "none")


def test_a_labels_file_inside_wins_and_the_root_may_be_relative(tmp_path, monkeypatch):
    root = write(tmp_path / "b", permuted(SHARED_ORDER) | {"LABELS.txt": LABELS.encode()})
    (tmp_path / "LABELS_of_another_set.txt").write_text("1 hat\n")
    np.testing.assert_array_equal(read(root, size=64)[0]["parts"][0, 12:52], blocks())
    (tmp_path / "LABELS_of_another_set.txt").write_text(LABELS)
    (root / "LABELS.txt").unlink()
    monkeypatch.chdir(root)
    np.testing.assert_array_equal(read(".", size=64)[0]["parts"][0, 12:52], blocks())


@pytest.mark.parametrize(
    "text",
    ["1 head\n2 torso\n", LABELS.replace("2 torso", "2 belly"), LABELS.replace("6 upper arm", "5 upper arm"), "",
     LABELS.replace("4 head", "400 head"), LABELS + "7 hat\n"],
    ids=["four missing", "unknown name", "a number twice", "empty", "too large", "a seventh"],
)  # fmt: skip
def test_a_wrong_labels_file_is_refused_by_name(tmp_path, text):
    root = write(tmp_path / "a", contents(1) | {"LABELS.txt": text.encode()})
    with pytest.raises(DataError, match="LABELS.txt in .*must give each of head, torso, .* a number of its own"):
        pascal_parts.source("all", root)


def test_two_labels_files_are_one_too_many(tmp_path):
    root = write(tmp_path / "a", contents(1) | {"LABELS.txt": LABELS.encode(), "LABELS_2.txt": LABELS.encode()})
    with pytest.raises(DataError, match="several files could say .*LABELS.txt, LABELS_2.txt; put the right one"):
        pascal_parts.source("all", root)


def test_unknown_labels_name_the_file_and_the_numbers(tmp_path):
    mask = blocks()
    mask[0, 0], mask[1, 1] = 7, 200
    root = write(tmp_path, with_first(contents(), mask=encoded(mask, mode="P")))
    with pytest.raises(DataError, match="2008_000000.png in .* has the labels 7, 200; known are 0 .*, 1 head, .* 255"):
        read(root)


def test_a_mask_of_another_size_names_the_file_and_both_sizes(tmp_path):
    root = write(tmp_path, with_first(contents(), mask=encoded(blocks(41), mode="P")))
    with pytest.raises(DataError, match="2008_000000.png in .*41 × 64 pixels .* its picture has 40 × 64"):
        read(root)


def test_what_cannot_be_read_or_found_is_counted(tmp_path, cache_folder):
    files = contents(6)
    files["JPEGImages/2008_000000.png"] = files["JPEGImages/2008_000000.png"][:-60]
    files["pascal_person_part_gt/2008_000001.png"] = files["pascal_person_part_gt/2008_000001.png"][:-30]
    files["pascal_person_part_gt/2008_000002.png"] = b"<html>"
    del files["JPEGImages/2008_000003.png"], files["pascal_person_part_gt/2008_000004.png"]
    people = data.load("pascal_parts", "all", write(tmp_path / "a", files), size=32)
    assert people.ids.tolist() == ["JPEGImages/2008_000005.png"]
    assert people.left_out == {
        "pictures that cannot be read": 1,
        "pictures whose labels cannot be read": 2,
        "labels whose picture was not found": 1,
        "pictures without labels": 1,
    }
    (tmp_path / "a" / "JPEGImages" / "2008_000005.png").write_bytes(b"")
    with pytest.raises(DataError, match="nothing usable in Pascal-Person-Part all: 1 pictures without labels"):
        data.load("pascal_parts", "all", tmp_path / "a", size=32)


@pytest.mark.parametrize(
    "pictures, masks, kind",
    [
        ("images", "masks", "folder"),
        ("VOCdevkit/VOC2010/JPEGImages", "pascal_person_part/pascal_person_part_gt", "folder"),
        ("JPEGImages", "SegmentationPart", "folder"),
        ("pascal/JPEGImages", "pascal/pascal_person_part_gt", "zip"),
    ],
)
def test_every_layout_gives_the_same_samples(tmp_path, pictures, masks, kind):
    expected, _ = read(write(tmp_path / "a", contents(3)), size=32)
    strays = {f"__MACOSX/{masks}/._2008_000000.png": b"x", f"{masks}/._2008_000000.png": b"x", "readme.png": b"x"}
    root = write(tmp_path / ("b.zip" if kind == "zip" else "b"), strays | contents(3, pictures, masks))
    arrays, left_out = read(root, size=32)
    np.testing.assert_array_equal(arrays["parts"], expected["parts"])
    np.testing.assert_array_equal(arrays["images"], expected["images"])
    assert not left_out


def test_splits_are_tenths_of_the_sorted_masks(tmp_path):
    files = contents(23)
    del files["JPEGImages/2008_000004.png"]  # a picture that is missing moves no other into another split
    root = write(tmp_path, files)
    numbers = {
        split: [int(name[-10:-4]) for name, _ in pascal_parts.source(split, root).files]
        for split in pascal_parts.SPLITS
    }
    assert numbers["val"] == [8, 18] and numbers["test"] == [9, 19]
    assert numbers["train"] == [n for n in range(23) if n % 10 < 8 and n != 4]
    assert numbers["all"] == [n for n in range(23) if n != 4]


@pytest.mark.parametrize(
    "files, message",
    [
        ({}, r"must hold one folder pascal_person_part_gt or SegmentationPart or masks with .png files, and has none"),
        ({"masks/a.png": b""}, r"must hold one folder JPEGImages or images with .*, and has none"),
        (contents(1, masks="masks") | contents(1), "has several: masks, pascal_person_part_gt; give the folder"),
        (
            {"masks/a.png": b"", "images/b.png": b""},
            "1 label files, 1 of them in this split, none with its picture",
        ),
    ],
    ids=["empty", "no pictures", "two folders", "no pair"],
)
def test_a_folder_that_is_no_set_says_what_is_needed(tmp_path, files, message):
    with pytest.raises(DataError, match=message) as error:
        pascal_parts.source("all", write(tmp_path / "a", files))
    assert str(tmp_path / "a") in str(error.value)


def test_wrong_options_are_refused_with_the_choices(tmp_path):
    root = write(tmp_path, contents(3))
    for split, options, message in (
        ("valid", {}, "choose one of train, val, test, all"),
        ("all", {"variant": "parts"}, "choose one of person_part, part"),
        ("all", {"size": 64.5}, "whole number of pixels"),
        ("all", {"size": 0}, "whole number of pixels"),
        ("all", {"people": 0}, "whole number from 1 to 254"),
        ("val", {}, "3 label files, 0 of them in this split"),
    ):
        with pytest.raises(DataError, match=message):
            pascal_parts.source(split, root, **options)
    with pytest.raises(DataError, match="name the folder or zip of Pascal-Part: root="):
        pascal_parts.source("all", variant="part")
    with pytest.raises(DataError, match="nowhere does not exist"):
        pascal_parts.source("all", tmp_path / "nowhere")


def test_the_source_is_picklable_and_its_spec_notices_changes(tmp_path):
    root = write(tmp_path / "a", contents(3))
    source = pascal_parts.source("all", root)
    arrays, _ = pickle.loads(pickle.dumps(source)).read(1, 2)
    assert arrays["ids"].tolist() == ["JPEGImages/2008_000001.png"]
    assert pascal_parts.source("all", root).spec == source.spec
    specs = [pascal_parts.source("all", root, **options).spec for options in ({"size": 161}, {"people": 5})]
    (root / "LABELS.txt").write_text(LABELS)
    specs.append(pascal_parts.source("all", root).spec)
    write(root, with_first({}, mask=encoded(blocks(), mode="L")))
    specs.append(pascal_parts.source("all", root).spec)
    assert len({str(spec) for spec in [source.spec, *specs]}) == 5


# Pascal-Part --------------------------------------------------------------------------------------


def struct(rows: list[tuple], *fields: str) -> np.ndarray:
    """A 1 × N struct array, as MATLAB has it."""
    array = np.empty((1, len(rows)), [(field, object) for field in fields])
    for number, row in enumerate(rows):
        array[0, number] = row
    return array


def thing(mask, parts=(), kind="person", index=15, shape=None) -> tuple:
    """One object of the file; without parts it has MATLAB's [], a 0 × 0 matrix of numbers."""
    found = struct(list(parts), "part_name", "mask") if parts else np.zeros((0, 0))
    return kind, index, mask, found.reshape(shape) if shape else found


def matrix(*objects, shape=None, name="2008_000000") -> bytes:
    objects = struct(list(objects), "class", "class_ind", "mask", "parts") if objects else np.zeros((0, 0))
    file = io.BytesIO()
    content = {"anno": struct([(name, objects.reshape(shape) if shape else objects)], "imname", "objects")}
    scipy.io.savemat(file, content, do_compression=True)
    return file.getvalue()


def box(x0, y0, x1, y1, height=40, width=64, kind=np.uint8) -> np.ndarray:
    """A mask of the pixels x0 … x1 − 1, y0 … y1 − 1."""
    mask = np.zeros((height, width), kind)
    mask[y0:y1, x0:x1] = 1
    return mask


def adult(x=4, parts=None) -> tuple:
    """A body of 16 × 30 pixels with a head, an eye in it, a torso, and legs that nobody named."""
    head, eye, torso = box(x + 4, 4, x + 12, 12), box(x + 9, 6, x + 11, 8), box(x, 12, x + 16, 24)
    return thing(box(x, 4, x + 16, 34), [("leye", eye), ("head", head), ("torso", torso)] if parts is None else parts)


def part_set(path: Path, *matrices: bytes) -> Path:
    files = {f"Annotations_Part/2008_{i:06d}.mat": content for i, content in enumerate(matrices)}
    pictures = {f"JPEGImages/2008_{i:06d}.png": encoded(np.zeros((40, 64, 3), np.uint8)) for i in range(len(matrices))}
    return write(path, files | pictures)


def read_one(tmp_path, *objects, **options):
    """The arrays of one picture at its own scale, its maps cut to the picture, and what was left out."""
    arrays, left_out = read(part_set(tmp_path, matrix(*objects)), variant="part", size=64, **options)
    maps = [arrays[name][0, 12:52] for name in ("parts", "instances")]
    return arrays, *maps, left_out


def label(name: str) -> int:
    return PASCAL_PART24.label(name)


def test_the_test_files_have_the_structure_that_public_readers_expect():
    """As read by scipy.io.loadmat alone in public code: `['anno'][0, 0]`, `obj['parts'].shape[1]`, `(0, 0)` if none."""
    anno = scipy.io.loadmat(io.BytesIO(matrix(adult(), thing(box(0, 0, 2, 2)))))["anno"][0, 0]
    assert anno["imname"][0] == "2008_000000" and anno["objects"].shape == (1, 2)
    person, bare = anno["objects"][0]
    assert person["class"][0] == "person" and person["class_ind"][0, 0] == 15 and person["mask"].dtype == np.uint8
    assert person["parts"].shape == (1, 3) and bare["parts"].shape == (0, 0)
    assert person["parts"][0, 0]["part_name"][0] == "leye" and person["parts"][0, 0]["mask"].shape == (40, 64)


def test_people_parts_and_boxes_are_those_of_the_file(tmp_path):
    other = thing(box(40, 10, 50, 20), [("hair", box(40, 10, 50, 13))])
    arrays, parts, instances, left_out = read_one(tmp_path, other, adult())
    assert arrays["boxes"].shape == (1, 8, 4) and not left_out, "four people told apart, and room for as many more"
    shifted = arrays["boxes"][0] - [0, 12, 0, 12]
    np.testing.assert_allclose(shifted[:2], [[3.5, 3.5, 19.5, 33.5], [39.5, 9.5, 49.5, 19.5]], atol=1e-4)
    assert np.isnan(shifted[2:]).all() and np.isnan(arrays["head_boxes"]).all() and not arrays["keypoints"].any()
    np.testing.assert_array_equal(instances, box(4, 4, 20, 34) + 2 * box(40, 10, 50, 20))
    assert (arrays["instances"][0, :12] == 0).all() and (arrays["parts"][0, :12] == UNLABELLED).all()
    assert (parts[10:13, 40:50] == label("hair")).all() and (parts[13:20, 40:50] == UNLABELLED).all()
    assert ((parts > 0) == (instances > 0)).all()
    counts = {name: (parts == label(name)).sum() for name in ("head", "left_eye", "torso")}
    assert counts == {"head": 8 * 8 - 4, "left_eye": 4, "torso": 16 * 12}


def test_small_parts_lie_on_large_ones_in_any_order(tmp_path):
    names = ("leye", "head", "torso")
    masks = box(13, 6, 15, 8), box(8, 4, 16, 13), box(4, 11, 20, 24)
    rows = list(zip(names, masks, strict=True))
    for number, order in enumerate(([0, 1, 2], [2, 1, 0], [1, 0, 2])):
        _, parts, _, _ = read_one(tmp_path / str(number), adult(parts=[rows[i] for i in order]))
        assert (parts[6:8, 13:15] == label("left_eye")).all()
        assert (parts[11:13, 8:16] == label("head")).all() and (parts[13:24, 4:20] == label("torso")).all()


def test_a_smaller_person_lies_on_a_larger_one_and_parts_stay_within_their_person(tmp_path):
    child = thing(box(10, 20, 16, 30), [("torso", box(0, 20, 64, 30)), ("head", box(10, 18, 16, 22))])
    for number, objects in enumerate(([child, adult()], [adult(), child])):
        _, parts, instances, _ = read_one(tmp_path / str(number), *objects)
        assert (instances[20:30, 10:16] == 2).all() and (instances == 2).sum() == 60
        assert (parts[22:30, 10:16] == label("torso")).all() and (parts[20:22, 10:16] == label("head")).all()
        assert (parts[20:24, 4:10] == label("torso")).all() and (parts[24:30, 4:10] == UNLABELLED).all()
        assert not parts[:, 20:].any(), "a part outside everybody is background"


@pytest.mark.parametrize("kind", [np.uint8, bool, np.float64])
def test_one_object_one_part_no_parts_columns_and_any_number_type(tmp_path, kind):
    mask, head = box(4, 4, 20, 34, kind=kind), box(4, 4, 20, 10, kind=kind)
    shapes = {
        "one part": matrix(thing(mask, [("head", head)])),
        "no parts": matrix(thing(mask)),
        "parts in a column": matrix(thing(mask, [("head", head), ("neck", head)], shape=(2, 1))),
        "objects in a column": matrix(thing(mask), thing(head), shape=(2, 1)),
    }
    arrays, left_out = read(part_set(tmp_path, *shapes.values()), variant="part", size=64)
    heads = (arrays["parts"][:, 12:52] == label("head")).sum(axis=(1, 2))
    necks = (arrays["parts"] == label("neck")).sum(axis=(1, 2))
    assert heads.tolist() == [96, 0, 0, 0] and necks.tolist() == [0, 0, 96, 0] and not left_out
    assert (arrays["instances"] > 0).sum(axis=(1, 2)).tolist() == [480] * 4
    assert np.isfinite(arrays["boxes"]).all(-1).sum(axis=1).tolist() == [1, 1, 1, 2]


def test_every_name_means_its_part():
    pairs = (
        "head head, leye left_eye, reye right_eye, lear left_ear, rear right_ear, lebrow left_eyebrow, rebrow "
        "right_eyebrow, nose nose, mouth mouth, hair hair, torso torso, neck neck, llarm left_lower_arm, luarm "
        "left_upper_arm, lhand left_hand, rlarm right_lower_arm, ruarm right_upper_arm, rhand right_hand, llleg "
        "left_lower_leg, luleg left_upper_leg, lfoot left_foot, rlleg right_lower_leg, ruleg right_upper_leg, rfoot "
        "right_foot"
    )
    assert dict(pair.split() for pair in pairs.split(", ")) == pascal_parts.NAMES


def test_pictures_without_people_and_people_beyond_the_number_are_counted(tmp_path, cache_folder):
    dog = thing(box(0, 0, 9, 9), [("muzzle", box(0, 0, 3, 3))], "dog", 12)
    empty = thing(np.zeros((40, 64), np.uint8))
    family = [thing(box(10 * i, 3, 10 * i + 9, 20 + i), [("head", box(10 * i, 3, 10 * i + 9, 8))]) for i in range(5)]
    root = part_set(tmp_path / "a", matrix(dog), matrix(), matrix(empty), matrix(dog, *family))
    people = data.load("pascal_parts", "all", root, variant="part", size=64, people=2)
    assert people.ids.tolist() == ["JPEGImages/2008_000003.png"] and people.vocabulary is PASCAL_PART24
    assert people.left_out == {"pictures with nobody": 3, "people of crowded pictures": 3}
    assert people.describe().startswith("Pascal-Part all: 1 pictures of 64×64, pascal_part24 parts, 4 people; left out")
    assert np.isfinite(people.boxes[0]).all(), "two have a number, the boxes of two more say where not to learn"
    assert np.unique(people.instances).tolist() == [0, 1, 2] and (people.instances[0, 12:52, 40:49] == 1).any()
    assert (people.parts == label("head")).sum() == 5 * 9 * 5, "parts are everybody's"


@pytest.mark.parametrize(
    "broken, message",
    [
        (matrix(adult(parts=[("tail", box(4, 4, 9, 9))])), "with the part 'tail'; known are head, leye, reye"),
        (matrix(thing(box(0, 0, 9, 9, height=41))), "41 × 64 pixels .* its picture has 40 × 64"),
        (matrix(adult(parts=[("head", box(0, 0, 9, 9, width=65))])), "40 × 65 pixels .* its picture has 40 × 64"),
        (matrix(("person", 15, box(0, 0, 9, 9), np.ones((2, 2)))), "is no file of Pascal-Part"),
        (matrix(thing(2 * box(0, 0, 9, 9))), "is no file of Pascal-Part .*values than 0 and 1"),
        (matrix(thing(np.full((40, 64), np.nan))), "is no file of Pascal-Part .*values than 0 and 1"),
        (matrix((15, 15, box(0, 0, 9, 9), np.zeros((0, 0)))), "is no file of Pascal-Part .*is no text"),
    ],
    ids=[
        "unknown part",
        "outline of another size",
        "part of another size",
        "parts are numbers",
        "mask of twos",
        "mask of NaN",
        "class is a number",
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path, broken, message):
    root = part_set(tmp_path, matrix(adult()), broken)
    with pytest.raises(DataError, match=f"Annotations_Part/2008_000001.mat in .*{message}"):
        read(root, variant="part")


@pytest.mark.parametrize("content", [{"other": 1}, {"anno": 5}, {"anno": {"objects": [{"class": "person"}]}}])
def test_another_matrix_is_refused_by_name(tmp_path, content):
    file = io.BytesIO()
    scipy.io.savemat(file, content)
    with pytest.raises(DataError, match="2008_000000.mat in .* is no file of Pascal-Part .*the struct anno"):
        read(part_set(tmp_path, file.getvalue()), variant="part")


@pytest.mark.parametrize("broken", [b"", b"<html>", matrix(adult())[:300], matrix(adult())[:-40]])
def test_a_file_cut_short_is_counted(tmp_path, broken):
    arrays, left_out = read(part_set(tmp_path, broken, matrix(adult())), variant="part", size=32)
    assert left_out == {"pictures whose labels cannot be read": 1}
    assert arrays["ids"].tolist() == ["JPEGImages/2008_000001.png"] and len(arrays["instances"]) == 1


def test_a_picture_that_exif_turns_is_counted(tmp_path):
    """Its mask may have been drawn before or after the turn; by 180 degrees both fit."""
    exif = Image.Exif()
    exif[0x0112] = 3
    file = io.BytesIO()
    Image.new("RGB", (64, 40)).save(file, "JPEG", exif=exif)
    files = contents(2)
    del files["JPEGImages/2008_000000.png"]
    arrays, left_out = read(write(tmp_path, files | {"JPEGImages/2008_000000.jpg": file.getvalue()}), size=32)
    assert arrays["ids"].tolist() == ["JPEGImages/2008_000001.png"]
    assert left_out == {"pictures that EXIF turns, so that their labels may be of either way": 1}


def test_nothing_but_broken_files_is_an_empty_chunk(tmp_path, cache_folder):
    source = pascal_parts.source("all", part_set(tmp_path / "a", b"", b""), variant="part", size=32)
    arrays, left_out = source.read(0, 2)
    assert {len(array) for array in arrays.values()} == {0} and left_out.total() == 2
    with pytest.raises(DataError, match="nothing usable in Pascal-Part all: 2 pictures whose labels cannot be read"):
        cached(source)


# The schema ---------------------------------------------------------------------------------------


def test_parts_are_read_in_coarser_words(tmp_path, cache_folder):
    root = part_set(tmp_path / "a", matrix(adult()))
    fine = data.load("pascal_parts", "all", root, variant="part", size=64)
    coarse = data.load("pascal_parts", "all", root, variant="part", size=64, parts="pascal6")
    assert coarse.vocabulary is PASCAL6 and fine.vocabulary is PASCAL_PART24
    found = {1: ("head", "left_eye"), 2: ("torso",)}
    for number, names in found.items():
        assert ((coarse.parts == number) == np.isin(fine.parts, [label(name) for name in names])).all()
    assert ((coarse.parts == UNLABELLED) == (fine.parts == UNLABELLED)).all()
    assert coarse.as_parts(PASCAL6) is coarse
    np.testing.assert_array_equal(fine.as_parts(PASCAL6).parts, coarse.parts)
    with pytest.raises(ValueError, match="pascal6 cannot be read as iftimie6"):
        coarse.as_parts(IFTIMIE6)
    with pytest.raises(ValueError, match="unknown parts 'six'; known are bodypix24, pascal6"):
        data.load("pascal_parts", "all", root, variant="part", size=64, parts="six")


def test_rendered_people_have_pascals_parts_too(cache_folder):
    options = {"count": 3, "size": 64, "difficulty": "hard"}
    fine = data.load("synthetic", "val", **options)
    coarse = data.load("synthetic", "val", parts="pascal6", **options)
    assert fine.vocabulary.name == "bodypix24" and coarse.vocabulary is PASCAL6
    assert set(np.unique(coarse.parts)) == set(range(7)) and ((coarse.parts > 0) == (fine.parts > 0)).all()
    assert (coarse[:2].parts == coarse.parts[:2]).all()
    assert coarse.describe() == fine.describe()


def test_a_set_without_part_maps_says_so(cache_folder):
    from counting_source import CountingSource

    people = cached(CountingSource(3))
    assert people.vocabulary is None
    with pytest.raises(DataError, match="counted pictures has no part maps: use the synthetic people or pascal_parts"):
        people.as_parts(PASCAL6)


# Real files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, counts", [("224", (720, 90, 90, 900)), ("full", (20, 2, 2, 24))])
def test_real_masks_fit_their_pictures_in_the_order_of_their_labels_file(name, counts):
    root = shared_file(f"parts/pascal_person_part_{name}")
    sources = {split: pascal_parts.source(split, root, size=64) for split in ("train", "val", "test", "all")}
    assert tuple(map(len, sources.values())) == counts
    assert sources["all"].spec["order"] == SHARED_ORDER and not sources["all"].left_out
    arrays, left_out = sources["all"].read(0, 24)
    assert len(arrays["ids"]) == 24 and not left_out
    parts = arrays["parts"]
    assert set(np.unique(parts)) == {0, 1, 2, 3, 4, 5, 6, UNLABELLED}
    height = [np.mean([np.nonzero(m == k)[0].mean() for m in parts if (m == k).any()]) for k in range(1, 7)]
    assert np.argmin(height) == 0 and set(np.argsort(height)[-2:]) == {4, 5}, "heads are above, legs below"


def test_real_masks_come_pixel_for_pixel():
    root = shared_file("parts/pascal_person_part_224")
    source = pascal_parts.source("val", root, size=224)
    arrays, _ = source.read(0, 10)
    compared = 0
    for (name, _), parts in zip(source.files, arrays["parts"], strict=False):
        numbers = np.array(Image.open(root / name))
        height, width = numbers.shape
        if height % 2 or width % 2:
            continue  # its middle lies between two pixels of the sample's middle
        compared += 1
        top, left = (224 - height) // 2, (224 - width) // 2
        expected = np.full((224, 224), UNLABELLED, np.uint8)
        own = expected[top : top + height, left : left + width]
        own[:] = 0
        for part, number in SHARED_ORDER.items():
            own[numbers == number] = PASCAL6.label(part)
        np.testing.assert_array_equal(parts, expected)
    assert compared > 1
