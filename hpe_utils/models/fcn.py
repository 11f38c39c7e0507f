"""Fully convolutional networks: a classifier whose dense layers become convolutions (Long, Shelhamer & Darrell 2015).

Iftimie's warm-up, which learns one picture by heart.
"""

from itertools import pairwise

import keras
import numpy as np
from keras import layers

from hpe_utils.models.layers import caffe

SKIPS = {32: (), 16: ("block4_pool",), 8: ("block4_pool", "block3_pool")}


def fcn_paper(outputs: int = 21, stride: int = 32, weights: str | None = None) -> keras.Model:
    """FCN-32s, -16s or -8s on VGG-16: 136,152,917 weights for 21 classes and stride 32, 134,346,581 of them below.

    (B, H, W, 3) pictures of any size in multiples of 32, 0–255, to (B, H, W, outputs) logits, the background first.
    `weights="imagenet"` downloads Keras' VGG-16 with its dense layers.
    """
    if stride not in SKIPS:
        raise ValueError(f"FCN-{stride}s is not known; known strides are {', '.join(map(str, SKIPS))}")
    vgg = as_convolutions(keras.applications.VGG16(weights=weights, classifier_activation=None), padding="same")
    inputs = keras.Input((None, None, 3))
    x = caffe(inputs)
    kept = {}
    for layer in vgg.layers[1:-1]:
        x = kept[layer.name] = layer(x)
        if layer.name in ("fc1", "fc2"):
            x = layers.Dropout(0.5)(x)
    x = score_layer(outputs)(x)
    for pool in SKIPS[stride]:
        x = layers.Add(dtype="float32")([upsampling(outputs, 2)(x), score_layer(outputs)(kept[pool])])
    return keras.Model(inputs, upsampling(outputs, stride, name="logits")(x), name="fcn_paper")


def fcn_lab(outputs: int = 25, width: int = 96) -> keras.Model:
    """The same idea for two cores: `window_lab` slid over the picture, its answers enlarged eight times.

    (B, H, W, 3) pictures of any size in multiples of 8, 0–255, to (B, H, W, outputs) logits, the background first.
    Taught in notebook 08a.
    """
    windows = as_convolutions(window_lab(outputs, width), padding="same")
    return keras.Model(windows.input, upsampling(outputs, 8, name="logits")(windows.output), name="fcn_lab")


def window_lab(outputs: int = 25, width: int = 96, size: int = 40) -> keras.Model:
    """A small VGG that names the class in the middle of a window: (B, size, size, 3), 0–255, to (B, outputs) logits."""
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    for filters in (16, 32, 64):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Dense(width, activation="relu")(layers.Flatten()(x))
    x = layers.Dense(width, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(outputs, dtype="float32")(x), name="window_lab")


def as_convolutions(model: keras.Model, padding: str = "valid") -> keras.Model:
    """The same chain of layers with the same weights for pictures of any size: Flatten and Dense become convolutions.

    The first Dense layer looks at the whole of its h × w map, so it is a convolution with a kernel of h × w; those
    after it see one place each, 1 × 1. (B, H, W, C) to a map of answers, one a place at which the old picture fits;
    with `padding="same"` one for every cell. Raises ValueError where the model is no chain. Taught in notebook 08a.
    """
    inputs = x = keras.Input((None, None, model.input_shape[-1]))
    for before, layer in pairwise(model.layers):
        if layer.input is not before.output:
            raise ValueError(f"{model.name} is no chain of layers: {layer.name} does not follow {before.name}")
        if isinstance(layer, layers.Flatten):
            continue
        copy = layer.__class__.from_config(layer.get_config())
        if isinstance(layer, layers.Dense):
            size = before.input.shape[1:3] if isinstance(before, layers.Flatten) else (1, 1)
            options = {key: getattr(layer, key) for key in ("activation", "use_bias", "name")}
            copy = layers.Conv2D(layer.units, size, padding=padding, dtype=layer.dtype_policy, **options)
        x = copy(x)
        copy.set_weights([w.reshape(v.shape) for w, v in zip(layer.get_weights(), copy.weights, strict=True)])
    return keras.Model(inputs, x, name=model.name)


def score_layer(outputs: int) -> layers.Layer:
    """The 1×1 convolution to one map of logits per class."""
    return layers.Conv2D(outputs, 1, dtype="float32")


def upsampling(outputs: int, factor: int, **options) -> layers.Layer:
    """The transposed convolution that enlarges maps `factor` times; it begins bilinear, each class for itself."""
    start = keras.initializers.Constant(bilinear(factor, outputs))
    options |= {"strides": factor, "padding": "same", "use_bias": False, "dtype": "float32"}
    return layers.Conv2DTranspose(outputs, 2 * factor, kernel_initializer=start, **options)


def bilinear(factor: int, channels: int) -> np.ndarray:
    """(2·factor, 2·factor, channels, channels) weights that enlarge each channel bilinearly, half-pixel centres."""
    slope = 1 - np.abs(np.arange(2 * factor) + 0.5 - factor) / factor
    return np.outer(slope, slope)[:, :, None, None] * np.eye(channels)
