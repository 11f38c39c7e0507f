"""Architectures have the papers' sizes; codecs and losses do what they say."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from hpe_utils import losses, models  # noqa: E402
from hpe_utils.codecs.heatmap import HeatmapCodec  # noqa: E402
from hpe_utils.codecs.regression import RegressionCodec  # noqa: E402
from hpe_utils.models.layers import LocalResponseNormalization  # noqa: E402


def slow(*values):
    """Values of a test that stand for larger forms of an architecture."""
    return pytest.param(*values, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    "name, outputs, parameters",
    [
        ("deeppose", 32, 58_412_448),
        slow("deeppose", 4, 58_297_732),
        ("resnet50v2", 32, 35_168_800),
        slow("resnet50v2", 4, 32_358_916),
    ],
)
def test_paper_forms_have_the_papers_parameters(name, outputs, parameters):
    model = models.build(name, "paper", outputs=outputs)
    assert model.count_params() == parameters
    assert model.output_shape == (None, outputs) and model.outputs[0].dtype == "float32"


@pytest.mark.parametrize(
    "name, options, parameters, trainable",
    [
        ("simple_baseline", {"depth": 50}, 34_080_913, 34_026_257),
        slow("simple_baseline", {"depth": 101}, 53_151_377, 53_044_497),
        slow("simple_baseline", {"depth": 152}, 68_864_145, 68_711_185),
        ("hourglass", {"stacks": 1}, 3_443_088, 3_426_448),
        slow("hourglass", {"stacks": 2}, 6_601_888, 6_570_400),
        slow("hourglass", {"stacks": 4}, 12_919_488, 12_858_304),
        slow("hourglass", {"stacks": 8}, 25_554_688, 25_434_112),
    ],
)
def test_map_models_have_the_papers_parameters(name, options, parameters, trainable):
    model = models.build(name, "paper", **options)
    assert model.count_params() == parameters
    assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == trainable


def test_the_trunk_of_the_paper_resnet_is_keras_own():
    trunk = next(layer for layer in models.build("resnet50v2", "paper").layers if isinstance(layer, keras.Model))
    assert trunk.count_params() == 23_564_800


@pytest.mark.parametrize("name", ["deeppose", "resnet50v2", "mobilenetv2"])
@pytest.mark.parametrize("outputs", [4, 32])
def test_lab_forms_take_pictures_and_give_float32(name, outputs):
    model = models.build(name, "lab", outputs=outputs, size=64)
    result = model.predict_on_batch(np.zeros((2, 64, 64, 3), np.uint8))
    assert result.shape == (2, outputs) and result.dtype == np.float32


@pytest.mark.parametrize(
    "name, options, parameters, stages",
    [
        ("simple_baseline", {}, 1_589_232, ()),
        ("simple_baseline", {"trunk": "mobilenetv2"}, 2_039_664, ()),
        ("simple_baseline", {"trunk": "classifier"}, 1_684_464, ()),
        ("hourglass", {}, 361_552, (2,)),
        ("hourglass", {"stacks": 1}, 197_376, (1,)),
        ("vit", {}, 590_256, ()),
    ],
)
def test_lab_forms_of_map_models(name, options, parameters, stages):
    model = models.build(name, "lab", outputs=16, **options)
    assert model.count_params() == parameters
    result = model.predict_on_batch(np.zeros((2, 128, 128, 3), np.uint8))
    assert result.shape == (2, *stages, 32, 32, 16) and result.dtype == np.float32


def test_a_map_model_with_one_joint_keeps_its_last_axis():
    model = models.build("simple_baseline", "lab", outputs=1, size=32)
    assert model.predict_on_batch(np.zeros((2, 32, 32, 3), np.uint8)).shape == (2, 8, 8, 1)


def test_soft_argmax_in_the_model_answers_where_the_codec_would():
    model = models.build("simple_baseline", "lab", size=64)
    control = models.build("simple_baseline", "lab", size=64, coordinates=True)
    control.set_weights(model.get_weights())
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3)).astype(np.float32)
    codec = HeatmapCodec((64, 64), logits=True, decoder="soft_argmax")
    expected = codec.decode(model.predict_on_batch(pictures))
    found = RegressionCodec((64, 64)).decode(control.predict_on_batch(pictures))
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), atol=1e-3)


def test_with_weights_the_first_layers_of_the_photo_trunk_stay(tmp_path):
    whole = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3))
    whole.save_weights(tmp_path / "any.weights.h5")
    model = models.build("simple_baseline", "lab", size=64, trunk="mobilenetv2", weights=tmp_path / "any.weights.h5")
    loaded, given = (
        {layer.name: layer.get_weights() for layer in layers if layer.weights}
        for layers in (model.get_layer("trunk").get_layer("mobilenetv2").layers, whole.layers)
    )
    assert all(np.array_equal(a, b) for name in loaded for a, b in zip(loaded[name], given[name], strict=True))
    trained = {weight.path for weight in model.trainable_weights}
    assert any("block_6" in path for path in trained) and not any("block_5" in path for path in trained)


@pytest.mark.parametrize("activation", ["relu", None, "sigmoid"])
def test_the_output_activation_is_a_parameter(activation):
    model = models.build("deeppose", "lab", activation=activation, size=64)
    assert model.layers[-1].activation.__name__ == (activation or "linear")


def test_unknown_names_and_presets_say_what_is_known():
    with pytest.raises(ValueError, match="known are bodypix, deeppose, fcn"):
        models.build("alexnet")
    with pytest.raises(ValueError, match="known are lab, paper"):
        models.build("deeppose", "huge")
    with pytest.raises(ValueError, match="mobilenetv2 has no paper form"):
        models.build("mobilenetv2", "paper")


def test_dropout_drops_sixty_per_cent_in_the_paper_form():
    layers = models.build("deeppose", "paper").layers
    rates = [layer.rate for layer in layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == [0.6, 0.6]


def test_local_response_normalisation_by_hand():
    x = np.random.default_rng(0).normal(0, 30, (2, 3, 3, 12)).astype(np.float32)
    expected = np.empty_like(x)
    for c in range(12):
        squares = (x[..., max(0, c - 2) : c + 3] ** 2).sum(-1)
        expected[..., c] = x[..., c] / (2 + 1e-4 * squares) ** 0.75
    np.testing.assert_allclose(np.asarray(LocalResponseNormalization()(x)), expected, rtol=1e-5)


@pytest.mark.parametrize("people", [1, 3])
def test_the_codec_returns_the_keypoints_it_was_given(people):
    keypoints = np.full((4, people, 16, 3), 2.0, np.float32)
    keypoints[..., :2] = np.random.default_rng(0).uniform(-0.5, 99.5, (4, people, 16, 2))
    codec = RegressionCodec((100, 120))
    target, weight = codec.encode(keypoints)
    assert target.shape == weight.shape == (4, people * 32)
    np.testing.assert_allclose(np.asarray(codec.decode(target, people)), keypoints, atol=1e-4)


def test_the_edges_of_the_picture_are_zero_and_one():
    target, _ = RegressionCodec((100, 50)).encode(np.array([[[[-0.5, -0.5, 2], [99.5, 49.5, 2]]]], np.float32))
    assert np.asarray(target).tolist() == [[0, 0, 1, 1]]


def test_unlabelled_joints_do_not_reach_the_loss_whatever_their_coordinates():
    keypoints = np.array([[[[10, 20, 2], [np.nan, -322, 0]]]], np.float32)
    codec = RegressionCodec((100, 100))
    for function in (losses.masked_mse, losses.masked_mae):
        loss = losses.KeypointLoss(codec, function)
        perfect = np.array([[0.105, 0.205, 0.9, 0.9]], np.float32)
        assert float(loss(keypoints, perfect)) == pytest.approx(0, abs=1e-6)
        worse = float(loss(keypoints, perfect + 0.1))
        assert worse == pytest.approx(0.01 if function is losses.masked_mse else 0.1, rel=1e-4)
        nothing = keypoints * [1, 1, 0]
        assert float(loss(nothing, perfect)) == 0


def test_zeros_for_missing_joints_pull_towards_the_corner():
    keypoints = np.array([[[[10, 20, 2], [70, 80, 0]]]], np.float32)
    loss = losses.KeypointLoss(RegressionCodec((100, 100)), losses.mse_with_zeros)
    perfect = np.array([[0.105, 0.205, 0.8, 0.6]], np.float32)
    assert float(loss(keypoints, perfect)) == pytest.approx((0.64 + 0.36) / 4)


def test_hidden_and_visible_joints_weigh_the_same():
    keypoints = np.array([[[[10, 20, 2], [30, 40, 1]]]], np.float32)
    _, weight = RegressionCodec((100, 100)).encode(keypoints)
    assert np.asarray(weight).tolist() == [[1, 1, 1, 1]]
