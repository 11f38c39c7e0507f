"""Effects on pictures: what a mask covers changes as said, and nothing else does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpe_utils.apps import effects
from hpe_utils.parts import BODYPIX24, UNLABELLED

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
SQUARE = np.zeros((20, 30), bool)
SQUARE[5:15, 8:20] = True
EFFECTS = {
    "draw_mask": lambda image, mask: effects.draw_mask(image, ~np.asarray(mask, bool), (10, 20, 30)),
    "draw_parts": lambda image, mask: effects.draw_parts(image, np.asarray(mask, int), [[0, 0, 0], [200, 0, 90]]),
    "blur": effects.blur,
    "pixelate": effects.pixelate,
}
each_effect = pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)


@each_effect
def test_only_what_the_mask_covers_changes(effect):
    before = IMAGE.copy()
    changed = effect(IMAGE, SQUARE)
    assert changed.shape == IMAGE.shape and changed.dtype == np.uint8
    np.testing.assert_array_equal(changed[~SQUARE], IMAGE[~SQUARE])
    assert (changed[SQUARE] != IMAGE[SQUARE]).mean() > 0.9
    np.testing.assert_array_equal(IMAGE, before)


@each_effect
def test_an_empty_mask_changes_nothing(effect):
    np.testing.assert_array_equal(effect(IMAGE, np.zeros_like(SQUARE)), IMAGE)


@each_effect
def test_a_mask_of_the_whole_picture_changes_all_of_it(effect):
    changed = effect(IMAGE, np.ones_like(SQUARE))
    assert (changed != IMAGE).any(axis=-1).mean() > 0.95


@each_effect
def test_sizes_that_differ_are_refused(effect):
    with pytest.raises(ValueError, match=r"the picture is \(20, 30, 3\) and the mask \(30, 20\)"):
        effect(IMAGE, SQUARE.T)
    with pytest.raises(ValueError, match="a picture is"):
        effect(IMAGE[..., 0], SQUARE)
    with pytest.raises(ValueError, match="a picture is"):
        effect(IMAGE / 255, SQUARE)


@pytest.mark.parametrize("effect", [effects.blur, effects.pixelate, effects.draw_mask])
@pytest.mark.parametrize("mask", [SQUARE * np.uint8(255), SQUARE - 0.5, np.where(SQUARE, np.nan, 0)])
def test_a_mask_beyond_its_range_is_refused(effect, mask):
    with pytest.raises(ValueError, match="from 0 to 1"):
        effect(IMAGE, mask)


def test_settings_that_mean_nothing_are_refused():
    for sigma in (0, -1, np.nan, np.inf):
        with pytest.raises(ValueError, match="sigma="):
            effects.blur(IMAGE, SQUARE, sigma)
    with pytest.raises(ValueError, match="block=0"):
        effects.pixelate(IMAGE, SQUARE, block=0)
    with pytest.raises(ValueError, match="the label 7, and there are 2 colours"):
        effects.draw_parts(IMAGE, np.where(SQUARE, 7, 0), [[0, 0, 0], [1, 1, 1]])


def test_the_person_stays_before_a_colour_or_a_picture():
    grey = effects.draw_mask(IMAGE, SQUARE, (127, 128, 129))
    assert (grey[~SQUARE] == (127, 128, 129)).all() and (grey[SQUARE] == IMAGE[SQUARE]).all()
    beach = RNG.integers(0, 256, IMAGE.shape, dtype=np.uint8)
    there = effects.draw_mask(IMAGE, SQUARE, beach)
    np.testing.assert_array_equal(there, np.where(SQUARE[..., None], IMAGE, beach))
    with pytest.raises(ValueError, match=r"a colour or as large as it, not \(19, 30, 3\)"):
        effects.draw_mask(IMAGE, SQUARE, beach[1:])


def test_a_soft_mask_mixes():
    half = effects.draw_mask(np.full((2, 2, 3), 100, np.uint8), np.full((2, 2), 0.5), (200, 0, 100))
    assert (half == (150, 50, 100)).all()


def test_parts_are_coloured_by_their_labels():
    parts = np.array([[0, 1, 2, UNLABELLED]])
    colours = np.array([[9, 9, 9], [200, 0, 0], [0, 100, 0]])
    image = np.full((1, 4, 3), 100, np.uint8)
    drawn = effects.draw_parts(image, parts, colours, opacity=0.25)
    assert drawn[0].tolist() == [[100, 100, 100], [125, 75, 75], [75, 100, 75], [100, 100, 100]]
    np.testing.assert_array_equal(effects.draw_parts(image, parts, colours, 1.0)[0, 1:3], colours[1:])


def test_a_blurred_background_knows_nothing_of_the_person():
    image = np.full((40, 40, 3), 50, np.uint8)
    person = np.zeros((40, 40), bool)
    person[10:30, 10:30] = True
    image[person] = 250
    np.testing.assert_array_equal(effects.blur(image, ~person, sigma=6), image)


def test_blur_levels_what_it_covers():
    spread = {sigma: effects.blur(IMAGE, SQUARE, sigma)[SQUARE].std() for sigma in (1, 3, 30)}
    assert IMAGE[SQUARE].std() > spread[1] > spread[3] > spread[30]
    mean = IMAGE[SQUARE].mean(axis=0)
    assert np.abs(effects.blur(IMAGE, SQUARE, 100.0)[SQUARE] - mean).max() < 3


def test_pixels_are_the_means_of_their_squares():
    image = RNG.integers(0, 256, (16, 24, 3), dtype=np.uint8)
    large = effects.pixelate(image, np.ones((16, 24), bool), block=8)
    for y in (0, 8):
        for x in (0, 8, 16):
            block = (slice(y, y + 8), slice(x, x + 8))
            assert np.ptp(large[block], axis=(0, 1)).max() == 0
            assert np.abs(large[block][0, 0] - image[block].mean(axis=(0, 1))).max() <= 0.51


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 12))
def test_pixelate_takes_any_block_and_size(block, height, width):
    image = RNG.integers(0, 256, (height, width, 3), dtype=np.uint8)
    large = effects.pixelate(image, np.ones((height, width), bool), block)
    cells = -(-height // block) * -(-width // block)
    assert len(np.unique(large.reshape(-1, 3), axis=0)) <= cells
    if block == 1:
        np.testing.assert_array_equal(large, image)


def test_the_mask_of_named_parts():
    parts = np.array([[0, 1, 2, 3, UNLABELLED]])
    assert effects.mask_of(parts, BODYPIX24, "left_face", "right_face").tolist() == [[False, True, True, False, False]]
    assert not effects.mask_of(parts, BODYPIX24).any()
    with pytest.raises(KeyError, match="bodypix24 has no part 'face'"):
        effects.mask_of(parts, BODYPIX24, "face")
