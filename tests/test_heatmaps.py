"""Heat maps: encode and decode test each other, closed forms of the decoders hold, losses do what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

keras = pytest.importorskip("keras")

from hpe_utils import inference, losses  # noqa: E402
from hpe_utils.codecs.heatmap import DECODERS, HeatmapCodec  # noqa: E402
from hpe_utils.geometry import grown_boxes  # noqa: E402
from hpe_utils.skeleton import MPII16  # noqa: E402

SIZE = (96, 64)


def somewhere(count: int, joints: int = 4, margin: float = 14.0, seed: int = 0) -> np.ndarray:
    """(count, 1, joints, 3) labelled keypoints, away from the edges."""
    rng = np.random.default_rng(seed)
    points = rng.uniform([margin, margin], np.array(SIZE) - margin, (count, 1, joints, 2))
    return np.concatenate([points, np.full((count, 1, joints, 1), 2)], axis=-1).astype(np.float32)


def errors_in_cells(decoder: str, rounded: bool) -> float:
    """Mean error per axis, in cells, of ideal maps of 4,000 centres."""
    codec = HeatmapCodec(SIZE, rounded=rounded, decoder=decoder)
    keypoints = somewhere(1000)
    found = np.asarray(codec.decode(codec.encode(keypoints)[0]))
    return float(np.abs(found - keypoints)[..., :2].mean() / codec.stride)


@pytest.mark.parametrize(
    "decoder, rounded, error",
    [
        ("argmax", False, 0.25),
        ("quarter", False, 0.125),
        ("dark", False, 0.0),
        ("argmax", True, 0.25),
        ("quarter", True, 0.25),
        ("dark", True, 0.25),
    ],
)
def test_the_decoders_errors_are_the_closed_forms(decoder, rounded, error):
    assert errors_in_cells(decoder, rounded) == pytest.approx(error, abs=0.005)


def test_plain_soft_argmax_lands_cells_off_and_a_logarithm_mends_it():
    codec = HeatmapCodec(SIZE, decoder="soft_argmax")
    keypoints = somewhere(50, margin=20)
    maps = codec.encode(keypoints)[0]
    plain = np.asarray(HeatmapCodec(SIZE, decoder="soft_argmax", logits=True).decode(maps))
    assert np.abs(plain - keypoints)[..., :2].mean() / 4 > 1
    assert np.abs(np.asarray(codec.decode(maps)) - keypoints)[..., :2].mean() / 4 < 0.1


@settings(max_examples=40, deadline=None)
@given(st.floats(6, 88), st.floats(6, 56))
def test_dark_returns_the_point_that_was_encoded(x, y):
    codec = HeatmapCodec(SIZE)
    back = np.asarray(codec.decode(codec.encode(np.array([[[[x, y, 2]]]], np.float32))[0]))
    assert np.abs(back[0, 0, 0, :2] - [x, y]).max() < 0.02


def test_a_blurred_bell_keeps_its_place_and_a_broad_spot_wins_over_a_lone_cell():
    keypoints = somewhere(50, margin=30)
    for logits in (False, True):
        codec = HeatmapCodec(SIZE, sigma=1.0, blur=1.0, logits=logits)
        maps = np.array(codec.encode(keypoints)[0])
        maps[:, 0, 0] = 1.05  # one cell, a little higher than the Gaussian
        back = np.asarray(codec.decode(np.log(np.maximum(maps, 1e-6)) if logits else maps))
        assert np.abs(back - keypoints)[..., :2].max() < 0.1


@pytest.mark.parametrize("decoder", DECODERS)
def test_corners_of_the_picture_stay_in_it(decoder):
    codec = HeatmapCodec(SIZE, decoder=decoder)
    corners = np.array([[[[-0.5, -0.5, 2], [95.5, -0.5, 2], [-0.5, 63.5, 2], [95.5, 63.5, 2]]]], np.float32)
    found = np.asarray(codec.decode(codec.encode(corners)[0]))
    assert (np.abs(found - corners)[..., :2] < 12).all()


def test_unlabelled_joints_leave_an_empty_map_and_no_weight_whatever_their_coordinates():
    keypoints = np.array([[[[30, 30, 2], [np.nan, -322, 0]]]], np.float32)
    maps, weight = map(np.asarray, HeatmapCodec(SIZE).encode(keypoints))
    assert weight.tolist() == [[1, 0]] and maps[..., 1].max() == 0 and maps[..., 0].max() > 0.9


def test_two_people_share_a_map_by_its_maximum():
    codec = HeatmapCodec(SIZE)
    both = somewhere(1, joints=2, seed=3).reshape(1, 2, 1, 3)
    each = [np.asarray(codec.encode(both[:, p : p + 1])[0]) for p in (0, 1)]
    np.testing.assert_allclose(np.asarray(codec.encode(both)[0]), np.maximum(*each), atol=1e-6)


def test_mirrored_maps_are_those_of_mirrored_people():
    codec = HeatmapCodec(SIZE, skeleton=MPII16)
    keypoints = somewhere(2, joints=16)
    mirrored = keypoints[:, :, MPII16.flip] * [-1, 1, 1] + [SIZE[0] - 1, 0, 0]
    maps = codec.mirrored(codec.encode(mirrored.astype(np.float32))[0])
    np.testing.assert_allclose(np.asarray(maps), np.asarray(codec.encode(keypoints)[0]), atol=1e-5)


def test_an_unknown_decoder_says_what_is_known():
    with pytest.raises(ValueError, match="known are argmax, quarter, dark, soft_argmax"):
        HeatmapCodec(SIZE, decoder="guess")


MAP_LOSSES = [losses.heatmap_mse, losses.foreground_mse, losses.ohkm, losses.spatial_cross_entropy]


@pytest.mark.parametrize("loss", MAP_LOSSES, ids=lambda f: f.__name__)
def test_a_map_loss_is_least_at_the_target_and_blind_to_unlabelled_joints(loss):
    keypoints = somewhere(3, joints=16)
    keypoints[:, 0, 5:] *= [1, 1, 0]
    codec = HeatmapCodec(SIZE)
    target, weight = codec.encode(keypoints)
    perfect = (
        np.log(np.maximum(np.asarray(target), 1e-6)) if loss is losses.spatial_cross_entropy else np.asarray(target)
    )
    moved = np.roll(perfect, 3, axis=2)
    assert float(loss(target, perfect, weight)) < float(loss(target, moved, weight))
    junk = np.where(np.asarray(weight)[:, None, None, :] > 0, perfect, 7.0)
    assert float(loss(target, junk, weight)) == pytest.approx(float(loss(target, perfect, weight)), abs=1e-6)


def test_silence_is_cheaper_than_a_peak_that_is_too_far_off():
    """Two unit peaks of sigma 2 that lie 2σ√ln 2 cells apart cost what an empty map costs; farther, more."""
    codec = HeatmapCodec((256, 256))
    for cells, cheaper in ((3.2, False), (3.46, True)):
        pair = [np.array([[[[128 + 4 * dx, 128, 2]]]], np.float32) for dx in (0, cells)]
        (target, weight), (answer, _) = map(codec.encode, pair)
        wrong, silent = (float(losses.heatmap_mse(target, a, weight)) for a in (answer, 0 * np.asarray(answer)))
        assert (silent < wrong) == cheaper


def test_every_stage_is_supervised_and_the_last_is_read():
    codec, keypoints = HeatmapCodec(SIZE), somewhere(2)
    target, weight = codec.encode(keypoints)
    stages = np.stack([np.roll(np.asarray(target), 5, axis=1), np.asarray(target)], axis=1)
    loss = losses.every_stage(losses.heatmap_mse)
    first = float(losses.heatmap_mse(target, stages[:, 0], weight))
    assert float(loss(target, stages, weight)) == pytest.approx(first) and first > 0
    np.testing.assert_allclose(np.asarray(codec.decode(stages)), keypoints, atol=0.1)
    assert np.asarray(codec.confidence(stages)).shape == (2, 1, 4)


def test_ohkm_takes_the_worst_eight():
    target, weight = np.zeros((1, 2, 2, 16), np.float32), np.ones((1, 16), np.float32)
    answer = np.broadcast_to(np.arange(16, dtype=np.float32), (1, 2, 2, 16))
    assert float(losses.ohkm(target, answer, weight)) == pytest.approx(0.5 * np.mean(np.arange(8, 16) ** 2))


def test_boxes_grow_to_the_models_shape_and_by_a_quarter():
    wide, tall = grown_boxes(np.array([[0, 0, 40, 10], [0, 0, 10, 40]]), aspect=0.75)
    np.testing.assert_allclose(wide, [20 - 25, 5 - 100 / 3, 20 + 25, 5 + 100 / 3], rtol=1e-5)
    np.testing.assert_allclose(tall, [5 - 18.75, 20 - 25, 5 + 18.75, 20 + 25], rtol=1e-5)


class Perfect(keras.Model):
    """Answers every picture with maps whose peaks lie where its red, green and blue are brightest."""

    output_shape = (None, 16, 24, 3)

    def call(self, pictures):
        bright = keras.ops.cast(pictures, "float32") / 255
        return keras.ops.average_pool(bright, 4, 4)


def test_top_down_puts_the_joints_back_where_they_are_in_the_picture():
    codec, image = HeatmapCodec(SIZE, decoder="argmax"), np.zeros((200, 300, 3), np.uint8)
    places = np.array([[120, 80], [150, 90], [135, 110]])
    for channel, (x, y) in enumerate(places):
        image[y - 3 : y + 4, x - 3 : x + 4, channel] = 255
    people, heights = inference.predict_people(Perfect(), codec, image, np.array([[110, 70, 160, 120]]))
    assert people.shape == (1, 3, 3) and heights.shape == (1, 3)
    assert np.abs(people[0, :, :2] - places).max() < 3
    nobody, none = inference.predict_people(Perfect(), codec, image, np.zeros((0, 4)))
    assert nobody.shape == (0, 3, 3) and none.shape == (0, 3)
