"""One Affine moves pixels and points alike, and can be undone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpe_utils.geometry import Affine, mpii_box, square_around

numbers = st.floats(-40, 40)


@st.composite
def affines(draw):
    """Maps of a 96² picture that keep its middle in sight: turned, scaled, perhaps mirrored, shifted."""
    centre = (47.5, 47.5)
    factor = draw(st.floats(0.6, 1.6))
    mirrored = Affine.flip(96) if draw(st.booleans()) else Affine.of()
    middle = Affine.shift(*centre) @ Affine.scale(factor) @ Affine.shift(-47.5, -47.5)
    return Affine.shift(draw(st.floats(-6, 6)), draw(st.floats(-6, 6))) @ (
        Affine.rotate(draw(st.floats(-180, 180)), centre) @ middle @ mirrored
    )


def blob(x, y, size=96):
    """A picture of a soft dot at (x, y)."""
    columns, rows = np.meshgrid(np.arange(size), np.arange(size))
    return (200 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 18)).astype(np.uint8)[..., None].repeat(3, -1)


def centroid(image):
    grey = image[..., 0].astype(float)
    columns, rows = np.meshgrid(np.arange(grey.shape[1]), np.arange(grey.shape[0]))
    return np.array([(grey * columns).sum(), (grey * rows).sum()]) / grey.sum()


@settings(max_examples=40, deadline=None)
@given(affines(), st.floats(36, 60), st.floats(36, 60))
def test_pixels_and_points_agree(affine, x, y):
    moved = affine.image(blob(x, y), (96, 96))
    expected = affine.points(np.array([[x, y]]))[0]
    np.testing.assert_allclose(centroid(moved), expected, atol=0.12)


@given(affines(), numbers, numbers)
def test_the_inverse_undoes_a_map(affine, x, y):
    point = np.array([[x, y]])
    np.testing.assert_allclose(affine.inverse().points(affine.points(point)), point, atol=1e-9)


@given(affines(), affines(), numbers, numbers)
def test_composition_applies_the_right_hand_side_first(second, first, x, y):
    point = np.array([[x, y]])
    np.testing.assert_allclose((second @ first).points(point), second.points(first.points(point)), atol=1e-9)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_resizing_maps_edges_to_edges(w, h, new_w, new_h):
    edges = np.array([[-0.5, -0.5], [w - 0.5, h - 0.5]])
    resized = Affine.resize((w, h), (new_w, new_h)).points(edges)
    np.testing.assert_allclose(resized, [[-0.5, -0.5], [new_w - 0.5, new_h - 0.5]], atol=1e-9)


@given(affines(), st.tuples(numbers, numbers, st.floats(1, 30), st.floats(1, 30)))
def test_a_mapped_box_holds_the_mapped_points(affine, box):
    x, y, w, h = box
    inside = np.random.default_rng(0).uniform((x, y), (x + w, y + h), (50, 2))
    mapped, points = affine.box(np.array([x, y, x + w, y + h])), affine.points(inside)
    assert (points >= mapped[:2] - 1e-9).all() and (points <= mapped[2:] + 1e-9).all()


@pytest.mark.parametrize("factor", [2, 3, 7])
def test_strong_shrinking_keeps_positions_and_does_not_alias(factor):
    image = np.zeros((210, 210, 3), np.uint8)
    image[60:102, 40:102] = 255
    small = Affine.resize((210, 210), (210 // factor, 210 // factor)).image(image, (210 // factor, 210 // factor))
    expected = Affine.resize((210, 210), (210 // factor, 210 // factor)).points(centroid(image)[None])[0]
    np.testing.assert_allclose(centroid(small), expected, atol=0.05)
    checker = (np.indices((210, 210)).sum(0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, -1)
    assert Affine.resize((210, 210), (30, 30)).image(checker, (30, 30)).std() < 8


def test_flip_by_hand_and_keypoints_keep_their_visibility():
    flipped = Affine.flip(4).points(np.array([[0, 2, 1], [3, 0, 2]], np.float32))
    assert flipped.tolist() == [[3, 2, 1], [0, 0, 2]] and flipped.dtype == np.float32
    image = np.arange(16, dtype=np.uint8).reshape(4, 4, 1).repeat(3, -1)
    np.testing.assert_array_equal(Affine.flip(4).image(image, (4, 4)), image[:, ::-1])


def test_label_maps_take_the_nearest_pixel():
    labels = np.array([[0, 7], [9, 0]], np.uint8)
    assert set(np.unique(Affine.resize((2, 2), (8, 8)).map(labels, (8, 8)))) == {0, 7, 9}


def test_a_batch_of_maps_equals_single_maps():
    degrees = np.array([0.0, 30.0, 200.0])
    batch = Affine.rotate(degrees, (5, 6)) @ Affine.scale(np.array([1.0, 2.0, 0.5]))
    points = np.random.default_rng(0).random((3, 4, 2))
    for i, d in enumerate(degrees):
        single = Affine.rotate(d, (5, 6)) @ Affine.scale([1.0, 2.0, 0.5][i])
        np.testing.assert_allclose(batch.points(points)[i], single.points(points[i]))


def test_a_map_onto_a_line_has_no_inverse():
    with pytest.raises(ValueError, match="cannot be inverted"):
        Affine.scale(1.0, 0.0).inverse()


def test_crop_rules_by_hand():
    assert mpii_box((100, 100), 1.0).tolist() == [-25, -10, 225, 240]
    assert square_around(np.array([[0, 0], [10, 40]]), 1.25).tolist() == [-20, -5, 30, 45]
