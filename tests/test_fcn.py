"""Dense layers as convolutions with the same answers, and the two forms of the fully convolutional network."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from keras import layers  # noqa: E402

from hpe_utils import models  # noqa: E402
from hpe_utils.models import fcn  # noqa: E402

RNG = np.random.default_rng(0)


def chain(padding="valid", size=10):
    """Windows of 10 × 10 to 5 probabilities, with weights that are not those it began with."""
    inputs = keras.Input((size, size, 3))
    x = layers.Conv2D(4, 3, padding=padding, activation="relu")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Dense(7, activation="relu", name="wide")(layers.Flatten()(x))
    x = layers.Dense(6, use_bias=False)(x)
    model = keras.Model(inputs, layers.Dense(5, activation="softmax", name="classes")(x), name="chain")
    model.set_weights([RNG.uniform(0.1, 0.5, w.shape) for w in model.get_weights()])
    return model


def answer(model, pictures):
    return np.asarray(model.predict_on_batch(pictures.astype(np.float32)))


# Dense layers turned into convolutions ------------------------------------------------------------


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_answer_at_the_old_size_is_the_same(padding):
    dense = chain(padding)
    convolved = fcn.as_convolutions(dense)
    pictures = RNG.uniform(0, 1, (2, 10, 10, 3))
    map_of_one = answer(convolved, pictures)
    assert map_of_one.shape == (2, 1, 1, 5)
    np.testing.assert_allclose(map_of_one[:, 0, 0], answer(dense, pictures), rtol=1e-5)
    assert convolved.count_params() == dense.count_params()
    assert not any(isinstance(layer, (layers.Dense, layers.Flatten)) for layer in convolved.layers)
    assert [convolved.get_layer(name).kernel.shape[:2] for name in ("wide", "classes")] == [dense_map(dense), (1, 1)]


def dense_map(model):
    return next(layer.input.shape[1:3] for layer in model.layers if isinstance(layer, layers.Flatten))


def test_a_larger_picture_gives_the_answers_of_all_its_windows():
    dense, picture = chain(), RNG.uniform(0, 1, (1, 16, 20, 3))
    answers = answer(fcn.as_convolutions(dense), picture)
    assert answers.shape == (1, 4, 6, 5)
    for row in range(4):
        for column in range(6):
            window = picture[:, 2 * row : 2 * row + 10, 2 * column : 2 * column + 10]
            np.testing.assert_allclose(answers[:, row, column], answer(dense, window), rtol=1e-4)


def test_with_same_padding_every_cell_has_an_answer():
    convolved = fcn.as_convolutions(chain("same"), padding="same")
    assert answer(convolved, RNG.uniform(0, 1, (1, 16, 20, 3))).shape == (1, 8, 10, 5)


def test_the_copy_learns_for_itself():
    dense = chain()
    before, convolved = dense.get_weights(), fcn.as_convolutions(dense)
    convolved.set_weights([0 * w for w in convolved.get_weights()])
    for kept, now in zip(before, dense.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_a_network_that_is_no_chain_is_refused():
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(3, 3, padding="same", name="first")(inputs)
    model = keras.Model(inputs, layers.Add(name="shortcut")([inputs, x]), name="forked")
    with pytest.raises(ValueError, match="forked is no chain of layers: shortcut does not follow first"):
        fcn.as_convolutions(model)


# The networks -------------------------------------------------------------------------------------

VGG = ((3, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 256), (256, 512)) + 5 * ((512, 512),)
VGG_16 = sum(9 * inputs * outputs + outputs for inputs, outputs in VGG)
FC6, FC7 = 7 * 7 * 512 * 4096 + 4096, 4096 * 4096 + 4096


@pytest.mark.slow
def test_the_paper_form_has_the_weights_of_the_paper():
    below = VGG_16 + FC6 + FC7 + 4096 * 21 + 21
    assert below == 134_346_581, "the 134 million that Long et al. give"
    model = models.build("fcn", "paper", outputs=21)
    assert model.count_params() == below + 64 * 64 * 21 * 21 == 136_152_917
    assert model.get_layer("fc1").kernel.shape == (7, 7, 512, 4096)
    assert sum(isinstance(layer, layers.Dropout) for layer in model.layers) == 2


def tiny_vgg(**options):
    """Keras' VGG-16 in small: its names and halvings."""
    inputs = x = keras.Input((64, 64, 3))
    for number in range(1, 6):
        x = layers.Conv2D(number, 3, padding="same", name=f"block{number}_conv1")(x)
        x = layers.MaxPooling2D(2, name=f"block{number}_pool")(x)
    x = layers.Flatten()(x)
    for name in ("fc1", "fc2", "predictions"):
        x = layers.Dense(6, name=name)(x)
    return keras.Model(inputs, x, name="tiny_vgg")


@pytest.mark.parametrize(
    "stride, scored, enlarged", [(32, (6,), (64,)), (16, (6, 4), (4, 32)), (8, (6, 4, 3), (4, 4, 16))]
)
def test_skips_see_finer_maps_and_leave_less_to_enlarge(stride, scored, enlarged, monkeypatch):
    monkeypatch.setattr(keras.applications, "VGG16", tiny_vgg)
    model = fcn.fcn_paper(outputs=5, stride=stride)
    scores = [layer for layer in model.layers if type(layer) is layers.Conv2D]
    scores = [layer.kernel.shape[2] for layer in scores if layer.filters == 5 and layer.kernel_size == (1, 1)]
    assert sorted(scores) == sorted(scored)
    kernels = [layer.kernel_size[0] for layer in model.layers if isinstance(layer, layers.Conv2DTranspose)]
    assert tuple(kernels) == enlarged
    assert answer(model, RNG.integers(0, 256, (2, 64, 96, 3))).shape == (2, 64, 96, 5)


def test_the_paper_form_knows_its_three_strides():
    with pytest.raises(ValueError, match="FCN-4s is not known; known strides are 32, 16, 8"):
        fcn.fcn_paper(stride=4)


@pytest.mark.parametrize("size", [(128, 128), (40, 64)])
@pytest.mark.parametrize("outputs", [1, 25])
def test_the_lab_form_answers_every_pixel(size, outputs):
    model = models.build("fcn", outputs=outputs)
    pictures = RNG.integers(0, 256, (2, *size, 3))
    assert answer(model, pictures).shape == (2, *size, outputs)
    assert model.layers[-1].dtype_policy.compute_dtype == "float32"
    assert model.layers[1].scale == pytest.approx(1 / 127.5), "pictures are scaled inside"


def test_the_lab_form_is_its_windows_and_an_enlargement():
    windows = fcn.window_lab(25)
    assert windows.output_shape == (None, 25)
    assert models.build("fcn").count_params() == windows.count_params() + 16 * 16 * 25 * 25


def test_the_enlargement_begins_bilinear():
    ramp = np.tile(np.arange(6, dtype=np.float32)[:, None, None], (1, 6, 2))[None] * [1, -2]
    inputs = keras.Input((6, 6, 2))
    large = answer(keras.Model(inputs, fcn.upsampling(2, 4)(inputs)), ramp)[0]
    rows = (np.arange(24) + 0.5) / 4 - 0.5  # where the pixels' centres lie among the cells' centres
    inside = slice(4, 20)
    np.testing.assert_allclose(large[inside, inside, 0], np.tile(rows[inside, None], (1, 16)), atol=1e-5)
    np.testing.assert_allclose(large[..., 1], -2 * large[..., 0], atol=1e-5)


def test_one_picture_is_learnt_by_heart():
    keras.utils.set_random_seed(0)
    picture = RNG.integers(0, 256, (1, 16, 16, 3)).astype(np.float32)
    labels = np.repeat(np.repeat(RNG.integers(0, 4, (1, 4, 4)), 4, axis=1), 4, axis=2)
    model = fcn.fcn_lab(4, width=32)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(3e-3), loss)
    model.fit(np.repeat(picture, 120, axis=0), np.repeat(labels, 120, axis=0), batch_size=1, verbose=0)
    assert (answer(model, picture).argmax(axis=-1) == labels).mean() > 0.95
