"""Weights in fewer bytes: how exact they are, how large the files are, and which files are refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

keras = pytest.importorskip("keras")

from hpe_utils import models  # noqa: E402
from hpe_utils.data.schema import DataError  # noqa: E402
from hpe_utils.models import quantise  # noqa: E402

RNG = np.random.default_rng(0)
BYTES = (4, 2, 1)


@pytest.fixture(scope="module")
def model():
    """A network of more than 100,000 weights, with batch norm, whose weights are not those it began with."""
    made = models.build("simple_baseline", outputs=16)
    made.set_weights([w + RNG.normal(0, 0.1, w.shape) for w in made.get_weights()])
    assert made.count_params() > 100_000
    return made


@pytest.fixture(scope="module")
def files(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    paths = {number: folder / f"{number}.weights" for number in BYTES}
    for number, path in paths.items():
        quantise.save_quantised(model, path, number)
    return paths


def test_codes_by_hand():
    codes, low, step = quantise.to_codes(np.array([1.0, 2.0, 3.55]), 1)
    assert codes.tolist() == [0, 100, 255] and codes.dtype == np.uint8
    assert (low, step) == (1.0, pytest.approx(0.01))
    np.testing.assert_allclose(quantise.from_codes(codes, low, step), [1, 2, 3.55], rtol=1e-6)


def test_zero_is_exact():
    # From −.3 to 1 in steps of 1.3/255: zero would lie at code 58.85, and is moved to 59.
    values = np.array([-0.3, 0.0, 1.0])
    codes, low, step = quantise.to_codes(values, 1)
    assert step == pytest.approx(1.3 / 255) and low == pytest.approx(-59 * step)
    assert codes.tolist() == [0, 59, 255]
    assert quantise.from_codes(codes, low, step)[1] == 0


@given(
    arrays(np.float32, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6, width=32)),
    st.sampled_from(BYTES),
)
def test_values_come_back_to_a_step(values, bytes_each):
    codes, low, step = quantise.to_codes(values, bytes_each)
    back = quantise.from_codes(codes, low, step)
    assert codes.itemsize == bytes_each and back.dtype == np.float32
    error = np.abs(back - values).max()
    assert error <= (0 if bytes_each == 4 else step + 1e-6 * np.abs(values).max())
    assert (back[values == 0] == 0).all() or values.min() > 0 or values.max() < 0
    if values.min() == values.max():
        assert error <= 1e-6 * np.abs(values).max(), "one value alone is exact"


@pytest.mark.parametrize("bytes_each, error", [(4, 0), (2, 0.5 / 65535), (1, 0.5 / 255)])
def test_a_network_comes_back_to_half_a_step(model, files, bytes_each, error):
    other = models.build("simple_baseline", outputs=16)
    quantise.load_quantised(other, files[bytes_each])
    for before, after in zip(model.get_weights(), other.get_weights(), strict=True):
        # The range was moved by up to half a step to meet zero, so its ends are off by up to a whole one.
        largest = 2.01 * error * np.ptp(before) if before.ndim > 1 else 0
        assert np.abs(after - before).max() <= largest
        assert after.dtype == np.float32
    pictures = RNG.integers(0, 256, (2, 128, 128, 3)).astype(np.float32)
    answers = [np.asarray(network.predict_on_batch(pictures)) for network in (model, other)]
    spread = np.ptp(answers[0])
    assert np.abs(answers[1] - answers[0]).max() <= {4: 0, 2: 1e-2, 1: 0.5}[bytes_each] * spread
    if bytes_each < 4:
        assert (answers[0] != answers[1]).any()


def test_sizes_are_as_four_to_two_to_one(model, files):
    sizes = {number: path.stat().st_size for number, path in files.items()}
    assert sizes[4] / (4 * model.count_params()) == pytest.approx(1, abs=0.05)
    for number in (2, 1):
        assert sizes[number] / sizes[4] == pytest.approx(number / 4, rel=0.15)


def test_another_number_of_bytes_is_refused(model, tmp_path):
    with pytest.raises(ValueError, match="4, 2 or 1 bytes, not 3"):
        quantise.save_quantised(model, tmp_path / "w", 3)
    assert not (tmp_path / "w").exists()


def test_a_diverged_network_is_refused(tmp_path):
    inputs = keras.Input((3,))
    diverged = keras.Model(inputs, keras.layers.Dense(2, name="lost")(inputs))
    diverged.set_weights([np.full((3, 2), np.nan), np.zeros(2)])
    with pytest.raises(ValueError, match="lost/kernel holds a weight that is not a number"):
        quantise.save_quantised(diverged, tmp_path / "w", 1)


def test_weights_of_another_architecture_are_refused(files):
    other = models.build("simple_baseline", outputs=17)
    before = other.get_weights()
    with pytest.raises(DataError, match="another architecture than simple_baseline_lab"):
        quantise.load_quantised(other, files[1])
    for kept, now in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


@settings(max_examples=25, deadline=None)
@given(where=st.floats(0, 0.999), bit=st.integers(0, 7))
def test_a_damaged_file_is_refused(files, where, bit):
    content = bytearray(files[1].read_bytes())
    content[int(where * len(content))] ^= 1 << bit
    damaged = files[1].with_name("damaged.weights")
    damaged.write_bytes(content)
    with pytest.raises(DataError, match="damaged.weights is damaged"):
        quantise.load_quantised(None, damaged)


@pytest.mark.parametrize("content", [b"", b"\n", b"hello", b"PK\x03\x04"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(DataError, match="no file of quantised weights"):
        quantise.load_quantised(None, tmp_path / "w")


def test_half_a_file_is_refused(files, tmp_path):
    whole = files[2].read_bytes()
    (tmp_path / "w").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="damaged"):
        quantise.load_quantised(None, tmp_path / "w")
