"""LSPET and LSP: flags, crops, splits, and what becomes of damaged files."""

import io
import pickle
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
import scipy.io
from conftest import shared_file
from PIL import Image

from hpe_utils.data.cache import cached
from hpe_utils.data.pictures import Archive, PictureError, decode, read_picture
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import lspet
from hpe_utils.geometry import Affine, square_around

RED = (255, 0, 0)


def picture(width=60, height=50, dot=None, kind="PNG", **options) -> bytes:
    image = np.full((height, width, 3), 90, np.uint8)
    if dot is not None:
        image[dot[1], dot[0]] = RED
    data = io.BytesIO()
    Image.fromarray(image).save(data, kind, **options)
    return data.getvalue()


def joints(people=3) -> np.ndarray:
    """LSPET's (14, 3, N): joint 13 unannotated with junk coordinates, the rest in a 20-pixel square."""
    array = np.zeros((14, 3, people))
    array[:, 0] = (20 + np.linspace(0, 20, 14))[:, None]
    array[:, 1] = (10 + np.linspace(0, 20, 14))[:, None]
    array[:, 2] = 1
    array[13] = np.array([-322, -5, 0])[:, None]
    return array


def matrix(array) -> bytes:
    data = io.BytesIO()
    scipy.io.savemat(data, {"joints": array})
    return data.getvalue()


def contents(array=None, pictures=3, name="images/im{:05d}.jpg") -> dict[str, bytes]:
    files = {name.format(i + 1): picture(dot=(20, 10)) for i in range(pictures)}
    return files | {"joints.mat": matrix(joints() if array is None else array)}


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@pytest.fixture
def archive(tmp_path):
    return write_zip(tmp_path / "lspet_dataset.zip", contents())


def test_samples_follow_the_schema(archive):
    source = lspet.source("train", archive, size=64)
    arrays, left_out = source.read(0, 3)
    assert len(source) == 3 and not left_out and source.left_out == {}
    assert arrays["images"].shape == (3, 64, 64, 3) and arrays["images"].dtype == np.uint8
    assert arrays["keypoints"].shape == (3, 1, 14, 3) and arrays["keypoints"].dtype == np.float32
    assert np.isnan(arrays["boxes"]).all() and np.isnan(arrays["head_boxes"]).all()
    assert arrays["ids"].tolist() == ["images/im00001.jpg", "images/im00002.jpg", "images/im00003.jpg"]


def test_unannotated_joint_is_read_from_its_flag(archive):
    arrays, _ = lspet.source("train", archive).read(0, 1)
    assert (arrays["keypoints"][0, 0, 13] == 0).all()
    assert (arrays["keypoints"][0, 0, :13, 2] == 2).all()


def test_joint_stays_on_its_pixel_and_maps_back(archive):
    arrays, _ = lspet.source("train", archive, size=160).read(0, 1)
    x, y, _ = arrays["keypoints"][0, 0, 0]
    red = arrays["images"][0, ..., 0].astype(int) - arrays["images"][0, ..., 1]
    rows, columns = np.nonzero(red > red.max() * 0.5)
    assert abs(columns.mean() - x) < 0.6 and abs(rows.mean() - y) < 0.6
    back = Affine(arrays["to_picture"][0]).points(np.array([[x, y]]))
    np.testing.assert_allclose(back, [[20, 10]], atol=1e-4)


def test_crop_is_the_square_around_the_labelled_joints(archive):
    source = lspet.source("train", archive)
    np.testing.assert_allclose(source.people.crops[0], square_around(joints()[:13, :2, 0]), atol=1e-5)


@pytest.mark.parametrize("form", ["zip", "zip in a folder", "unpacked", "unpacked below", "zip with a folder inside"])
def test_every_layout_gives_the_same_samples(tmp_path, archive, form):
    expected, _ = lspet.source("train", archive).read(0, 3)
    root = {
        "zip": lambda: archive,
        "zip in a folder": lambda: tmp_path,
        "unpacked": lambda: write_folder(tmp_path / "a é b", contents()),
        "unpacked below": lambda: write_folder(tmp_path / "c" / "lspet_dataset", contents()).parent,
        "zip with a folder inside": lambda: write_zip(
            tmp_path / "n.zip", {f"lspet/{k}": v for k, v in contents().items()} | {"__MACOSX/._joints.mat": b"x"}
        ),
    }[form]()
    arrays, _ = lspet.source("train", root).read(0, 3)
    np.testing.assert_array_equal(arrays["images"], expected["images"])
    np.testing.assert_array_equal(arrays["keypoints"], expected["keypoints"])


def test_classic_lsp_flags_hidden_joints(tmp_path):
    array = np.transpose(joints(), (1, 0, 2)).copy()
    array[2] = 0
    array[:, 13] = [[30], [12], [1]]
    root = write_zip(tmp_path / "lsp_dataset.zip", contents(array, name="images/im{:04d}.jpg"))
    with pytest.raises(DataError, match="holds LSP, not LSPET: say variant='lsp'"):
        lspet.source("train", root)
    source = lspet.source("train", root, variant="lsp")
    v = source.read(0, 1)[0]["keypoints"][0, 0, :, 2]
    assert source.spec["name"] == "lsp" and v.tolist() == [2] * 13 + [1]


def test_splits_are_fixed_ranges_of_pictures(tmp_path):
    names = {f"images/im{i:05d}.jpg": b"" for i in (1, 4500, 4501, 5000, 5001, 8500, 8501, 9000, 9001)}
    root = write_zip(tmp_path / "a.zip", names | {"joints.mat": matrix(joints(9001))})
    pictures = {split: lspet.source(split, root).people.pictures.tolist() for split in lspet.SPLITS["lspet"]}
    assert pictures == {
        "train": ["images/im00001.jpg", "images/im04500.jpg"],
        "val": ["images/im04501.jpg", "images/im05000.jpg"],
        "more": ["images/im05001.jpg", "images/im08500.jpg"],
        "tune": ["images/im08501.jpg", "images/im09000.jpg"],
        "test": ["images/im09001.jpg"],
    }


def test_a_split_that_is_not_there_names_the_remedy(archive):
    with pytest.raises(DataError, match="LSPET test is pictures 9,001–10,000.*has 3.*download.fetch"):
        lspet.source("test", archive)
    with pytest.raises(DataError, match="choose one of train, val, more, tune, test"):
        lspet.source("training", archive)


def test_one_persons_trouble_costs_only_that_person(tmp_path):
    array = joints(6)
    array[0, 0, 1] = np.nan  # annotated, not a number
    array[1:, 2, 2] = 0  # a single joint
    array[:, :2, 3] = 7  # all joints on one spot
    files = contents(array, pictures=5)  # picture 6 is missing
    files["images/im00005.jpg"] = picture()[:-60]  # cut short
    source = lspet.source("train", write_zip(tmp_path / "a.zip", files))
    arrays, left_out = source.read(0, len(source))
    assert arrays["ids"].tolist() == ["images/im00001.jpg"]
    assert source.left_out == {
        "people whose picture was not found": 1,
        "people with a coordinate that is not a number": 1,
        "people whose joints span no square to cut out": 2,
    }
    assert left_out == {"people whose picture cannot be read": 1}


def test_odd_flags_and_far_joints_are_counted(tmp_path):
    array = joints(5)
    array[0, 2, 1], array[0, 2, 2] = 3, np.nan  # flags
    array[0, 0, 3], array[0, 0, 4] = 1e20, 300  # x; the second is far from a picture of 60 × 50 alone
    source = lspet.source("train", write_zip(tmp_path / "a.zip", contents(array, 5)))
    far = "people with a coordinate farther outside the picture than its size"
    assert source.left_out == {"people with a joint whose flag is not 0 or 1": 2, far: 1}
    arrays, left_out = source.read(0, 2)
    assert arrays["ids"].tolist() == ["images/im00001.jpg"] and left_out == {far: 1}


@pytest.mark.parametrize("array", [np.full((14, 3, 2), "a"), np.full((14, 3, 2), 1j)], ids=["text", "complex"])
def test_joints_that_are_no_numbers_are_refused(tmp_path, array):
    files = contents(array if array.dtype.kind == "c" else np.full((14, 3, 2), "a", object))
    with pytest.raises(DataError, match=r"joints in joints.mat of .*a.zip is .*: download the set again"):
        lspet.source("train", write_zip(tmp_path / "a.zip", files))


def test_nan_of_an_unannotated_joint_does_no_harm(tmp_path):
    array = joints(1)
    array[13, :2] = np.nan
    arrays, _ = lspet.source("train", write_zip(tmp_path / "a.zip", contents(array, 1))).read(0, 1)
    assert np.isfinite(arrays["keypoints"]).all()


def test_joints_outside_the_sample_are_unlabelled(tmp_path):
    array = joints(1)
    source = lspet.source("train", write_zip(tmp_path / "a.zip", contents(array, 1)))
    source.people.crops[:] = 25, 15, 45, 35
    v = source.read(0, 1)[0]["keypoints"][0, 0, :, 2]
    assert v[0] == 0 and v[12] == 2


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda files: {k: v for k, v in files.items() if k != "joints.mat"}, "has no joints.mat"),
        (lambda files: files | {"joints.mat": b"not matlab"}, "cannot read joints.mat"),
        (lambda files: files | {"joints.mat": files["joints.mat"][:80]}, "cannot read joints.mat"),
        (lambda files: files | {"joints.mat": matrix(np.zeros((5, 5)))}, r"is \(5, 5\), not \(14, 3, N\)"),
        (lambda files: {"joints.mat": files["joints.mat"]}, "none of the 3 people's pictures is in"),
    ],
    ids=["no joints.mat", "not MATLAB", "cut short", "wrong shape", "no pictures"],
)
def test_damaged_sets_are_refused_by_name(tmp_path, damage, message):
    root = write_zip(tmp_path / "broken.zip", damage(contents()))
    with pytest.raises(DataError, match=message) as error:
        lspet.source("train", root)
    assert str(root) in str(error.value)


def test_a_zip_cut_short_is_refused(archive):
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(DataError, match="no complete zip file.*download it again"):
        lspet.source("train", archive)


def test_a_wrong_root_says_what_is_needed(tmp_path):
    for root in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(DataError, match="no LSPET in .*joints.mat.*download.fetch"):
            lspet.source("train", root)


@pytest.mark.parametrize("size", [0, -3, 64.5, "big"])
def test_an_impossible_size_is_refused(archive, size):
    with pytest.raises(DataError, match="whole number of pixels"):
        lspet.source("train", archive, size=size)


def test_the_source_is_picklable_and_its_spec_notices_changes(tmp_path, archive):
    source = lspet.source("train", archive)
    arrays, _ = pickle.loads(pickle.dumps(source)).read(1, 2)
    assert arrays["ids"].tolist() == ["images/im00002.jpg"]
    moved = joints()
    moved[0, 0, 0] += 1
    other_labels = write_zip(tmp_path / "b.zip", contents(moved))
    other_picture = write_zip(tmp_path / "c.zip", contents() | {"images/im00002.jpg": picture(61)})
    specs = [lspet.source("train", root).spec for root in (archive, other_labels, other_picture)]
    specs.append(lspet.source("train", archive, size=161).spec)
    assert lspet.source("train", archive).spec == source.spec
    assert len({str(spec) for spec in specs}) == 4


def test_the_cache_takes_the_source(archive, cache_folder):
    samples = cached(lspet.source("train", archive, size=32))
    assert "LSPET train: 3 pictures of 32×32, LSP14, 3 people" in samples.describe()
    assert samples.attributes["person"].tolist() == [0, 0, 0]


def in_mode(mode: str, kind: str, **options) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 6), (200, 100, 50)).convert(mode).save(data, kind, **options)
    return data.getvalue()


@pytest.mark.parametrize(
    "data, colour",
    [
        (in_mode("RGB", "PNG"), (200, 100, 50)),
        (in_mode("CMYK", "JPEG"), (200, 100, 50)),
        (in_mode("L", "PNG"), (124, 124, 124)),
        (in_mode("P", "GIF"), (200, 100, 50)),
        (in_mode("RGBA", "PNG"), (200, 100, 50)),
    ],
    ids=["RGB", "CMYK", "grey", "palette", "RGBA"],
)
def test_every_kind_of_picture_becomes_rgb(data, colour):
    image = decode(data)
    assert image.shape == (6, 8, 3) and image.dtype == np.uint8
    assert np.abs(np.median(image, axis=(0, 1)) - colour).max() <= 30


def test_transparent_pixels_become_white():
    data = io.BytesIO()
    Image.new("RGBA", (4, 4), (9, 9, 9, 0)).save(data, "PNG")
    assert (decode(data.getvalue()) == 255).all()


def test_sixteen_bit_grey_is_scaled_not_clipped():
    _, data = cv2.imencode(".png", np.full((4, 4), 128 * 256, np.uint16))
    assert (decode(data.tobytes()) == 128).all()


def test_exif_orientation_is_obeyed():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90°
    assert decode(picture(60, 50, kind="JPEG", exif=exif)).shape == (60, 50, 3)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<html>", picture(kind="JPEG")[:400], picture()[:100]],
                         ids=["empty", "GIF's head", "web page", "cut JPEG", "cut PNG"])  # fmt: skip
def test_broken_pictures_are_refused(data):
    with pytest.raises(PictureError):
        decode(data)


def test_read_picture_takes_accents_and_names_the_remedy(tmp_path):
    path = tmp_path / "été 'n ü.png"
    path.write_bytes(picture())
    assert read_picture(path).shape == (50, 60, 3)
    path.write_bytes(picture()[:50])
    with pytest.raises(DataError, match="cannot read the picture .*save it as JPEG or PNG"):
        read_picture(path)
    with pytest.raises(DataError, match="there is no picture"):
        read_picture(tmp_path / "b.png")


def test_a_damaged_member_of_a_zip_is_unreadable(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.png": picture()})
    data = bytearray(path.read_bytes())
    data[60] ^= 255
    path.write_bytes(bytes(data))
    with Archive(path).opened() as read, pytest.raises(PictureError, match="cannot be read"):
        read("a.png")


def test_real_lspet_has_the_published_shape():
    root = shared_file("lspet")
    sources = {split: lspet.source(split, root) for split in ("train", "val")}
    assert [len(source) for source in sources.values()] == [4500, 500]
    labelled = [(source.people.keypoints[..., 2] > 0).sum() for source in sources.values()]
    assert round(sum(labelled) / (5000 * 14), 3) == 0.88
    arrays, left_out = sources["val"].read(0, 20)
    assert (
        not left_out
        and (arrays["keypoints"][..., 2] > 0).sum() == (sources["val"].people.keypoints[:20, :, 2] > 0).sum()
    )


def test_real_lspet_counts_pixels_from_zero():
    source = lspet.source("val", shared_file("lspet"))
    with source.pictures.opened() as read:
        sizes = np.array([Image.open(io.BytesIO(read(name))).size for name in source.people.pictures])
    keypoints = source.people.keypoints
    slack = (sizes[:, None] - 1 - keypoints[..., :2])[keypoints[..., 2] > 0]
    assert slack.min() >= 0, "a joint beyond W − 1: the coordinates would count from 1"
