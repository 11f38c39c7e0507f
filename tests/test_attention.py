"""Gates on a trunk: how they begin, what they do, where they stand, what they cost; and the interval of paired runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

keras = pytest.importorskip("keras")

from keras import ops  # noqa: E402

from hpe_utils import metrics, models  # noqa: E402
from hpe_utils.models.attention import KINDS, AttentionGate, gated, straight_through, with_summary  # noqa: E402
from hpe_utils.models.openpose import LAB_POSITIONS, VGG_POSITIONS  # noqa: E402

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(2, 5, 7, 3)).astype(np.float32)


def gate_of(kind, kernel=(0.5, -1.0, 2.0), bias=0.25) -> AttentionGate:
    """A gate for three channels that has learnt something."""
    gate = AttentionGate(kind)
    gate.build(FEATURES.shape)
    gate.set_weights([np.array(kernel, np.float32)[:, None], np.array([bias], np.float32)])
    return gate


@pytest.fixture(scope="module")
def trunk():
    """A small trunk with names to stand behind, whose weights are not those it began with."""
    inputs = keras.Input((16, 16, 3))
    x = inputs
    for number in (1, 2, 3):
        x = keras.layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name=f"step_{number}")(x)
    model = keras.Model(inputs, x, name="trunk")
    model.set_weights([RNG.normal(size=w.shape) for w in model.get_weights()])
    return model


PICTURES = RNG.normal(size=(2, 16, 16, 3)).astype(np.float32)


def answer(model) -> np.ndarray:
    return np.asarray(model.predict_on_batch(PICTURES))


# One gate -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind, factor", [("sigmoid", 1 / (1 + np.exp(-2))), ("softmax", 1.0), ("none", 1.0)])
def test_a_new_gate_lets_everything_through_evenly(kind, factor):
    gated_features = np.asarray(AttentionGate(kind)(FEATURES))
    np.testing.assert_allclose(gated_features, factor * FEATURES, rtol=1e-6)
    assert factor == 1 or factor == pytest.approx(0.88, abs=0.001)


def test_a_sigmoid_gate_by_hand():
    scores = FEATURES @ np.array([0.5, -1.0, 2.0], np.float32) + 0.25
    mask = 1 / (1 + np.exp(-scores))
    gate = gate_of("sigmoid")
    np.testing.assert_allclose(np.asarray(gate.mask(FEATURES))[..., 0], mask, rtol=1e-5)
    np.testing.assert_allclose(np.asarray(gate(FEATURES)), FEATURES * mask[..., None], rtol=1e-5)


def test_a_binary_gate_is_open_or_shut_and_learns_as_a_sigmoid_does():
    backend = keras.backend.backend()
    scores = FEATURES @ np.array([0.5, -1.0, 2.0], np.float32) + 0.25
    gate = gate_of("binary")
    np.testing.assert_array_equal(np.asarray(gate.mask(FEATURES))[..., 0], scores > 0)
    np.testing.assert_allclose(np.asarray(gate(FEATURES)), FEATURES * (scores > 0)[..., None])
    assert np.asarray(AttentionGate("binary")(FEATURES)).tolist() == FEATURES.tolist()  # all open at the start
    if backend == "tensorflow":
        import tensorflow as tf

        x = tf.constant(scores)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = straight_through(x)
        slope = tape.gradient(y, x).numpy()
    else:
        import jax

        slope = np.asarray(jax.grad(lambda x: straight_through(x).sum())(scores))
    sigmoid = 1 / (1 + np.exp(-scores))
    np.testing.assert_allclose(slope, sigmoid * (1 - sigmoid), rtol=1e-4)


@pytest.mark.parametrize("scale", [1, 1000])
def test_a_softmax_mask_has_mean_one_in_every_picture(scale):
    mask = np.asarray(gate_of("softmax").mask(scale * FEATURES))
    assert np.isfinite(mask).all() and mask.min() >= 0
    np.testing.assert_allclose(mask.mean(axis=(1, 2)), 1, rtol=1e-5)
    assert mask.max() > 1.5
    other_bias = np.asarray(gate_of("softmax", bias=7.0).mask(FEATURES))
    np.testing.assert_allclose(other_bias, np.asarray(gate_of("softmax").mask(FEATURES)), rtol=1e-4)


def test_the_control_adds_the_same_number_to_all_channels_and_masks_nothing():
    gate = gate_of("none")
    added = np.asarray(gate(FEATURES)) - FEATURES
    scores = FEATURES @ np.array([0.5, -1.0, 2.0], np.float32) + 0.25
    np.testing.assert_allclose(added, np.repeat(scores[..., None], 3, axis=-1), atol=1e-5)
    assert np.asarray(gate.mask(FEATURES)).min() == np.asarray(gate.mask(FEATURES)).max() == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 64])
def test_a_gate_costs_one_weight_a_channel_and_one(kind, channels):
    gate = AttentionGate(kind)
    gate.build((None, None, None, channels))
    assert gate.count_params() == channels + 1


@pytest.mark.parametrize("kind", KINDS)
def test_one_channel_keeps_its_axis_and_sizes_may_be_open(kind):
    inputs = keras.Input((None, None, 1))
    model = keras.Model(inputs, AttentionGate(kind)(inputs))
    assert model.output_shape == (None, None, None, 1)
    for height, width in ((5, 7), (1, 1), (8, 3)):
        assert model.predict_on_batch(np.ones((2, height, width, 1), np.float32)).shape == (2, height, width, 1)


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(ValueError, match="unknown attention 'tanh'; known are sigmoid, softmax, binary, none"):
        AttentionGate("tanh")


@pytest.mark.parametrize("kind", KINDS)
def test_a_gate_is_saved_with_its_kind(kind, tmp_path):
    inputs = keras.Input((5, 7, 3))
    model = keras.Model(inputs, gate_of(kind)(inputs))
    model.save(tmp_path / "gate.keras")
    again = keras.models.load_model(tmp_path / "gate.keras")
    np.testing.assert_allclose(np.asarray(again(FEATURES)), np.asarray(model(FEATURES)), rtol=1e-6)
    assert again.layers[-1].kind == kind


# Gates on a trunk ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["softmax", "none"])
def test_a_gated_trunk_has_learnt_what_the_trunk_has(trunk, kind):
    np.testing.assert_allclose(answer(gated(trunk, kind, ("step_1", "step_3"))), answer(trunk), rtol=1e-4, atol=1e-5)


def test_without_a_kind_the_trunk_is_copied_without_gates(trunk):
    copy = gated(trunk, None, ("step_1",))
    assert copy is not trunk and [layer.name for layer in copy.layers[1:]] == [layer.name for layer in trunk.layers[1:]]
    np.testing.assert_array_equal(answer(copy), answer(trunk))


@pytest.mark.parametrize("positions", [("step_2",), ("step_1", "step_3"), ("step_3", "step_1")])
def test_each_gate_stands_behind_its_layer(trunk, positions):
    model = gated(trunk, "sigmoid", positions)
    gates = [layer for layer in model.layers if isinstance(layer, AttentionGate)]
    assert len(gates) == len(positions) and model.name == trunk.name
    for number, position in enumerate(positions, start=1):
        assert model.get_layer(f"gate_{number}").input is model.get_layer(position).output
    assert model.count_params() == trunk.count_params() + 5 * len(positions)


def test_an_unknown_layer_is_refused_and_the_known_are_named(trunk):
    with pytest.raises(ValueError, match="no layer step_7; it has .*step_1, step_2, step_3"):
        gated(trunk, "sigmoid", ("step_1", "step_7"))


def test_a_changed_mask_multiplies_instead_of_the_learnt_one(trunk):
    model = gated(trunk, "sigmoid", ("step_3",))
    plain = answer(trunk)
    np.testing.assert_allclose(answer(model), plain / (1 + np.exp(-2)), rtol=1e-4, atol=1e-5)
    gate = model.get_layer("gate_1")
    for change, factor in ((lambda mask: ops.zeros_like(mask), 0), (lambda mask: mask / mask, 1), (None, 0.8808)):
        gate.change = change
        model.make_predict_function(force=True)
        np.testing.assert_allclose(answer(model), factor * plain, rtol=1e-4, atol=1e-5)


def test_the_lab_form_has_gates_of_equal_size_behind_its_blocks():
    counts = {kind: models.build("openpose", stages=1, size=64, attention=kind).count_params() for kind in KINDS}
    plain = models.build("openpose", stages=1, size=64).count_params()
    assert set(counts.values()) == {plain + 64 + 128 + 192 + 3}
    trunk = models.build("openpose", stages=1, size=64, attention="sigmoid").get_layer("trunk")
    assert [trunk.get_layer(f"gate_{n}").input for n in (1, 2, 3)] == [trunk.get_layer(p).output for p in LAB_POSITIONS]


def test_the_paper_form_has_the_papers_parameters_and_three_gates_more():
    assert models.build("openpose", "paper", size=64).count_params() == 52_311_446
    model = models.build("openpose", "paper", size=64, attention="sigmoid")
    assert model.count_params() == 52_312_473
    trunk = model.get_layer("trunk")
    assert [trunk.get_layer(f"gate_{n}").input for n in (1, 2, 3)] == [trunk.get_layer(p).output for p in VGG_POSITIONS]


def test_positions_are_a_parameter_of_the_network():
    model = models.build("openpose", stages=1, size=64, attention="softmax", positions=("block_2",))
    gates = [layer for layer in model.get_layer("trunk").layers if isinstance(layer, AttentionGate)]
    assert [gate.name for gate in gates] == ["gate_1"] and gates[0].kernel.shape == (128, 1)


# The interval of paired runs ----------------------------------------------------------------------


@given(st.integers(2, 30), st.sampled_from([0.8, 0.95, 0.99]), st.integers(0, 1000))
def test_the_interval_is_that_of_the_paired_t_test(pairs, level, seed):
    first, second = np.random.default_rng(seed).normal(size=(2, pairs))
    mean, low, high = metrics.paired_interval(first, second, level)
    expected = stats.ttest_rel(first, second).confidence_interval(level)
    assert mean == pytest.approx(np.mean(first - second))
    assert (low, high) == pytest.approx(tuple(expected))


def test_pairs_that_share_their_luck_have_a_narrower_interval():
    rng = np.random.default_rng(0)
    luck, noise = rng.normal(0, 1, 10), rng.normal(0, 0.1, (2, 10))
    first, second = luck + noise + [[0.5], [0]]
    mean, low, high = metrics.paired_interval(first, second)
    shuffled = metrics.paired_interval(first, second[::-1])
    assert low > 0.3 and high < 0.7 and shuffled[0] == pytest.approx(mean)
    assert shuffled[2] - shuffled[1] > 3 * (high - low)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        first, second = rng.normal(0, 1, (2, 5)) + [[0.3], [0]]
        _, low, high = metrics.paired_interval(first, second)
        held += low <= 0.3 <= high
    assert held / 2000 == pytest.approx(0.95, abs=0.02)


def test_a_summary_adds_to_every_place_what_one_layer_makes_of_the_gates_means(trunk):
    with_gates = gated(trunk, "sigmoid", ("step_1", "step_3"))
    inputs = keras.Input((16, 16, 3))
    model = keras.Model(inputs, with_summary(with_gates, inputs))
    np.testing.assert_allclose(answer(model), answer(with_gates), rtol=1e-5)  # nothing at the start
    layer = model.get_layer("fully_connected")
    kernel, bias = RNG.normal(size=(8, 4)).astype(np.float32), np.arange(4, dtype=np.float32)
    layer.set_weights([kernel, bias])
    gates = keras.Model(with_gates.inputs, [with_gates.get_layer(f"gate_{n}").output for n in (1, 2)])
    means = np.concatenate([np.asarray(each).mean(axis=(1, 2)) for each in gates.predict_on_batch(PICTURES)], axis=1)
    expected = answer(with_gates) + (means @ kernel + bias)[:, None, None]
    np.testing.assert_allclose(answer(model), expected, rtol=1e-4, atol=1e-4)
    with pytest.raises(ValueError, match="choose a kind of attention"):
        with_summary(trunk, inputs)


def test_the_fully_connected_reading_keeps_the_trunks_names_for_the_start():
    model = models.build("openpose", stages=1, size=64, attention="sigmoid", fully_connected=True)
    gates_only = models.build("openpose", stages=1, size=64, attention="sigmoid")
    more = model.count_params() - gates_only.count_params()
    channels = [w.shape[0] for w in gates_only.weights if "gate_" in w.path and w.path.endswith("kernel")]
    assert more == (sum(channels) + 1) * model.get_layer("trunk").outputs[0].shape[-1]
    assert len(model.get_layer("trunk").get_weights()) == len(gates_only.get_layer("trunk").get_weights())
