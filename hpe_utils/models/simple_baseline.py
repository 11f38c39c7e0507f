"""Simple Baselines: a classifier's trunk, three deconvolutions, one map per joint (Xiao, Wu & Wei 2018)."""

import keras
from keras import layers

from hpe_utils.models.layers import normalised


def simple_baseline_paper(
    outputs: int = 17, depth: int = 50, size: tuple[int, int] = (192, 256), weights: str | None = None
) -> keras.Model:
    """ResNet50, 101 or 152 and three deconvolutions of 256: 34,080,913 weights for depth 50 and 17 maps.

    (B, H, W, 3) pictures of `size` (width, height), 0–255, to (B, H/4, W/4, outputs). `weights="imagenet"` downloads
    Keras' pre-trained trunk.
    """
    resnet = getattr(keras.applications, f"ResNet{depth}")
    trunk = resnet(include_top=False, weights=weights, input_shape=(size[1], size[0], 3), name="trunk")
    inputs = keras.Input((size[1], size[0], 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = deconvolutions(trunk(x), 3)
    return keras.Model(inputs, heatmap_layer(outputs)(x), name=f"simple_baseline{depth}_paper")


def deconvolutions(x, count: int, filters: int = 256):
    """So many times: a deconvolution that doubles the map, normalised, ReLU."""
    for _ in range(count):
        x = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False)(x)
        x = normalised(x)
    return x


def heatmap_layer(outputs: int) -> layers.Layer:
    """The 1×1 convolution to one map per joint, begun near zero as in the source."""
    start = keras.initializers.RandomNormal(stddev=0.001)
    return layers.Conv2D(outputs, 1, kernel_initializer=start, dtype="float32", name="maps")
