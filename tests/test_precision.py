"""Own layers in mixed precision: numbers as in float32 up to 16 bits, and what needs 32 bits keeps them."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from keras import ops  # noqa: E402

from hpe_utils import models  # noqa: E402
from hpe_utils.codecs.heatmap import HeatmapCodec  # noqa: E402
from hpe_utils.codecs.regression import RegressionCodec  # noqa: E402
from hpe_utils.models import mask_rcnn  # noqa: E402
from hpe_utils.models.attention import KINDS, AttentionGate  # noqa: E402
from hpe_utils.models.layers import LocalResponseNormalization, PositionEmbedding, doubled  # noqa: E402

ROUNDING = {"bfloat16": 2**-8, "float16": 2**-11}  # the largest relative error of a rounded number
RNG = np.random.default_rng(0)


@pytest.fixture(params=ROUNDING)
def short(request, policy):
    """A dtype of 16 bits, the policy of which is in force."""
    policy(f"mixed_{request.param}")
    return request.param


def rounded(array, short: str) -> np.ndarray:
    """Numbers as 16 bits keep them, in float32."""
    return np.array(ops.cast(ops.cast(array, short), "float32"))


def in_32_bits(layer, *inputs):
    """What a layer of the same kind and weights answers in float32."""
    config = layer.get_config() | {"dtype": "float32"}
    twin = type(layer).from_config(config)
    twin.build(np.shape(inputs[0]))
    twin.set_weights(layer.get_weights())
    return np.asarray(twin(*inputs))


def assert_near(found, expected, short: str, roundings: int) -> None:
    """Equal up to so many roundings, beside the largest number."""
    found = np.array(ops.cast(found, "float32"))
    assert np.isfinite(found).all()
    assert np.abs(found - expected).max() <= roundings * ROUNDING[short] * np.abs(expected).max()


def test_local_response_normalisation(short):
    features = RNG.normal(0, 300, (2, 4, 4, 12)).astype(np.float32)  # the squares are beyond float16
    layer = LocalResponseNormalization()
    answer = layer(features)
    assert answer.dtype == short
    assert_near(answer, in_32_bits(layer, rounded(features, short)), short, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_attention_gates(short, kind):
    features = RNG.normal(0, 2, (2, 46, 46, 8)).astype(np.float32)
    layer = AttentionGate(kind)
    layer.build(features.shape)
    kernel = RNG.normal(0, 0.5, (8, 1))
    layer.set_weights([kernel, np.ones(1)])
    features[np.abs(features @ kernel + 1)[..., 0] < 0.2] = 0  # a binary gate's threshold lies there
    answer = layer(features)
    assert answer.dtype == short
    assert_near(answer, in_32_bits(layer, features), short, 16)


def test_a_softmax_mask_has_mean_one_in_32_bits(short):
    layer = AttentionGate("softmax")
    layer.build((None, 46, 46, 8))
    layer.set_weights([RNG.normal(0, 0.5, (8, 1)), np.ones(1)])
    mask = np.asarray(layer.mask(ops.cast(RNG.normal(0, 2, (2, 46, 46, 8)), short)))
    assert mask.dtype == np.float32
    np.testing.assert_allclose(mask.mean(axis=(1, 2)), 1, atol=1e-5)


def test_position_embedding(short):
    tokens = RNG.normal(size=(2, 16, 8)).astype(np.float32)
    layer = PositionEmbedding()
    answer = layer(tokens)
    assert answer.dtype == short and np.ptp(layer.get_weights()[0]) > 0
    assert_near(answer, in_32_bits(layer, tokens), short, 3)


def test_soft_argmax_in_a_model_answers_in_32_bits_where_the_codec_would(short):
    maps = models.build("simple_baseline", "lab", size=64)
    coordinates = models.build("simple_baseline", "lab", size=64, coordinates=True)
    coordinates.set_weights(maps.get_weights())
    pictures = RNG.integers(0, 256, (2, 64, 64, 3)).astype(np.uint8)
    expected = HeatmapCodec((64, 64), logits=True, decoder="soft_argmax").decode(maps(pictures))
    answer = coordinates(pictures)
    found = RegressionCodec((64, 64)).decode(answer)
    assert answer.dtype == "float32"
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), atol=1e-3)


def test_doubling_a_map_is_done_in_32_bits(short):
    features = rounded(RNG.normal(size=(1, 4, 4, 3)), short)
    answer = doubled(ops.cast(features, short))
    expected = ops.image.resize(features, (8, 8), "bilinear")
    np.testing.assert_allclose(np.asarray(answer), np.asarray(expected), atol=1e-6)


# Boxes: in 16 bits an edge at 127.3 would lie at 127.5 ----------------------------------------------

BOXES = np.array([[[3.3, 120.7, 127.3, 150.1], [90.2, 90.1, 110.3, 130.9], [np.nan] * 4]], np.float32)


def test_features_are_read_from_the_very_boxes(short, policy):
    levels = [rounded(RNG.normal(size=(1, side, side, 5)), short) for side in (40, 20, 10)]
    layer = mask_rcnn.RoIAlign(7, 2, 0, 3, 40.0)
    found = np.asarray(layer([BOXES, *(ops.cast(level, short) for level in levels)]))
    policy("float32")
    expected = np.asarray(mask_rcnn.RoIAlign(7, 2, 0, 3, 40.0)([BOXES, *levels]))
    assert np.abs(expected[0, :2]).max() > 0.5
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_model_for_every_box_answers_as_in_32_bits(short, policy):
    features = RNG.normal(size=(2, 3, 7, 7, 8)).astype(np.float32)
    head = mask_rcnn.box_head((7, 7, 8), 16)
    answer = mask_rcnn.PerBox(head)(features)
    policy("float32")
    exact = mask_rcnn.box_head((7, 7, 8), 16)
    exact.set_weights(head.get_weights())
    assert answer.dtype == "float32" and answer.shape == (2, 3, 5)
    assert_near(answer, np.asarray(mask_rcnn.PerBox(exact)(features)), short, 8)


def test_proposals_and_detections_are_those_of_float32(short, policy):
    anchors = mask_rcnn.pyramid_anchors(64, mask_rcnn.LAB, 3)
    answers = RNG.normal(0, 1, (1, len(anchors), 5)).astype(np.float32)
    seen = RNG.normal(0, 1, (1, 8, 5)).astype(np.float32)

    def found():
        proposals = mask_rcnn.Proposals(anchors, 8)(answers)
        return [np.asarray(a) for a in (proposals, *mask_rcnn.DetectionLayer(64, 4, 0.5, 0.05)([proposals, seen]))]

    shorts = found()
    policy("float32")
    assert np.isfinite(shorts[1][..., 0]).sum() > 2
    for one, other in zip(shorts, found(), strict=True):
        np.testing.assert_array_equal(one, other)
