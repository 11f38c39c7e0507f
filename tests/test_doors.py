"""Pictures and boxes as people bring them: one preparation before every prediction, or one clear error."""

import os
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from hpe_utils.data.pictures import KINDS, PictureError, as_rgb, decode, read_picture
from hpe_utils.files import DataError

PIXELS = np.random.default_rng(0).integers(2, 255, (20, 30, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "picture",
    [
        PIXELS.astype(np.int64),
        PIXELS.astype(np.float32),
        PIXELS / 255,
        (PIXELS / 255).astype(np.float16),
        PIXELS.astype(np.uint16) * 257,
        np.dstack([PIXELS, np.full((20, 30), 255, np.uint8)]),
        np.dstack([PIXELS / 255, np.ones((20, 30))]),
        Image.fromarray(PIXELS),
        PIXELS[::-1][::-1],
        np.asfortranarray(PIXELS),
    ],
)
def test_the_same_picture_in_any_kind_is_the_same(picture):
    found = as_rgb(picture)
    assert found.dtype == np.uint8 and found.shape == (20, 30, 3)
    assert np.abs(found.astype(int) - PIXELS).max() <= 1


def test_grey_becomes_three_equal_channels_and_a_mask_black_and_white():
    for grey in (PIXELS[..., 0], PIXELS[..., :1]):
        assert (as_rgb(grey) == PIXELS[..., :1]).all()
    assert np.unique(as_rgb(PIXELS[..., 0] > 99)).tolist() == [0, 255]


def test_alpha_is_left_out_of_arrays_and_shows_white_in_pictures():
    clear = np.dstack([PIXELS, np.zeros((20, 30), np.uint8)])
    assert (as_rgb(clear) == PIXELS).all()
    assert (as_rgb(Image.fromarray(clear)) == 255).all()


@pytest.mark.parametrize(
    "picture, words",
    [
        (PIXELS[..., :2], r"RGB of shape \(H, W, 3\).* has the shape \(20, 30, 2\)"),
        (np.moveaxis(PIXELS, -1, 0), r"has the shape \(3, 20, 30\)"),
        (PIXELS[None], r"has the shape \(1, 20, 30, 3\)"),
        (PIXELS[:0], r"has the shape \(0, 30, 3\)"),
        (PIXELS.astype(float) - 100, "float64 of -"),
        (PIXELS.astype(float) * 9, "uint8 of 0 … 255"),
        (np.full((4, 4, 3), np.nan), "nan … nan"),
        (PIXELS.astype(complex), "holds complex128"),
        (PIXELS.astype(str), "holds <U"),
        ("a.jpg", r"has the shape \(\)"),
        (None, r"has the shape \(\)"),
    ],
)
def test_what_is_no_picture_is_named(picture, words):
    with pytest.raises(ValueError, match=words):
        as_rgb(picture)


def test_people_of_boxes_without_size_are_not_there():
    pytest.importorskip("keras")
    from hpe_utils import inference

    codec = SimpleNamespace(
        size=(8, 16),
        decode=lambda maps: np.concatenate([np.full((len(maps), 1, 5, 2), 4.0), np.full((len(maps), 1, 5, 1), 2)], -1),
        confidence=lambda maps: np.ones((len(maps), 1, 5)),
    )
    model = SimpleNamespace(output_shape=(None, 4, 2, 5), predict_on_batch=lambda pictures: pictures)
    boxes = [[2, 2, 9, 15], [5, 5, 5, 5], [np.nan] * 4, [9, 15, 2, 2], [100, 2, 120, 9], [-np.inf, 2, 9, 15]]
    people, heights = inference.predict_people(model, codec, PIXELS / 255, boxes)
    assert people.shape == (6, 5, 3) and np.isfinite(people).all()
    assert people[0, :, 2].tolist() == [2.0] * 5 and heights[0].tolist() == [1.0] * 5
    assert (people[1:] == 0).all() and (heights[1:] == 0).all()
    for nobody in ([], np.zeros((0, 4))):
        people, heights = inference.predict_people(model, codec, PIXELS, nobody)
        assert people.shape == (0, 5, 3) and heights.shape == (0, 5)
    with pytest.raises(ValueError, match=r"boxes must be \(n, 4\)"):
        inference.predict_people(model, codec, PIXELS, [2, 2, 9, 15])
    with pytest.raises(ValueError, match="give a list of pictures"):
        inference.as_pictures(PIXELS[..., 0])
    with pytest.raises(ValueError, match="picture 1 must be RGB"):
        inference.as_pictures([PIXELS, "a.jpg"])
    with pytest.raises(ValueError, match="the model sees 8 × 16 pixels and a picture has 30 × 20"):
        inference.check_sizes(SimpleNamespace(input_shape=(None, 16, 8, 3)), [PIXELS])


def test_large_pictures_are_refused_before_they_are_opened_and_the_limit_can_be_raised(tmp_path, monkeypatch):
    path = tmp_path / "large.png"
    Image.new("L", (3000, 2000)).save(path)
    monkeypatch.setenv("HPE_MEGAPIXELS", "5")
    with pytest.raises(DataError, match="large.png has more than 5 megapixels: save a smaller copy"):
        read_picture(path)
    with pytest.raises(PictureError, match="too large"):
        decode(path.read_bytes())
    monkeypatch.setenv("HPE_MEGAPIXELS", "7")
    assert read_picture(path).shape == (2000, 3000, 3)
    for wrong in ("0", "many", "-3", "nan", "inf"):
        monkeypatch.setenv("HPE_MEGAPIXELS", wrong)
        with pytest.raises(DataError, match=f"HPE_MEGAPIXELS={wrong}"):
            read_picture(path)


def test_files_that_would_start_a_program_are_no_pictures(tmp_path, monkeypatch):
    started = tmp_path / "started"
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch {started}\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (tmp_path / "a.png").write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
    )
    with pytest.raises(DataError, match="no format that is known"):
        read_picture(tmp_path / "a.png")
    assert not started.exists() and ".eps" not in KINDS and ".jpg" in KINDS


def test_an_error_names_a_cause_and_no_address_in_memory(tmp_path):
    for content, words in ((b"", "it is empty"), (b"no picture", "no format that is known")):
        (tmp_path / "a.jpg").write_bytes(content)
        with pytest.raises(DataError, match=words) as error:
            read_picture(tmp_path / "a.jpg")
        assert "object at 0x" not in str(error.value)
