"""Simple Baselines: a classifier's trunk, three deconvolutions, one map per joint (Xiao, Wu & Wei 2018)."""

import keras
from keras import layers

from hpe_utils.models.layers import SoftArgmax, normalised


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
    # Keras' ResNets know pictures with blue first and ImageNet's mean colour taken off.
    x = layers.Rescaling(1.0, offset=(-103.939, -116.779, -123.68))(inputs[..., ::-1])
    x = deconvolutions(trunk(x), 3)
    return keras.Model(inputs, heatmap_layer(outputs)(x), name=f"simple_baseline{depth}_paper")


def simple_baseline_lab(
    outputs: int = 16,
    size: int = 128,
    trunk: str = "lab",
    weights: str | None = None,
    coordinates: bool = False,
    widths: tuple[int, ...] = (32, 64, 128, 192),
) -> keras.Model:
    """The same idea for two cores: a trunk that goes down and up again, then one layer for the maps.

    (B, size, size, 3) pictures, 0–255, to (B, size/4, size/4, outputs), or with `coordinates` to the maps' soft-argmax,
    (B, 2·outputs) fractions. `trunk` is `lab` or `mobilenetv2`, whose `weights` may be "imagenet", a download, or a
    file; `widths` are the lab trunk's. The sub-model `trunk` is shared by notebooks 05–10. Taught in notebook 03.
    """
    inputs = keras.Input((size, size, 3))
    if trunk == "lab":
        x = heatmap_deconvolution(outputs)(lab_trunk(size, widths)(inputs))
    else:
        x = heatmap_layer(outputs)(mobilenetv2_trunk(size, weights)(inputs))
    if coordinates:
        x = SoftArgmax(dtype="float32", name="coordinates")(x)
    return keras.Model(inputs, x, name="simple_baseline_lab")


def lab_trunk(size: int = 128, widths: tuple[int, ...] = (32, 64, 128, 192)) -> keras.Model:
    """Features at an eighth of the picture that know its whole: halved twice more, and doubled again beside shortcuts.

    (B, size, size, 3) pictures, 0–255, to (B, size/8, size/8, widths[1]). Taught in notebook 03.
    """
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = normalised(layers.Conv2D(widths[0], 7, strides=4, padding="same", use_bias=False)(x))
    kept = []
    for number, width in enumerate(widths[1:], start=1):
        x = normalised(layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(x))
        x = block(x, name=f"block_{number}")
        kept.append(x)
    for beside in reversed(kept[:-1]):
        x = layers.UpSampling2D(2)(layers.Conv2D(beside.shape[-1], 1, use_bias=False)(x))
        x = normalised(layers.Conv2D(beside.shape[-1], 3, padding="same", use_bias=False)(x + beside))
    return keras.Model(inputs, x, name="trunk")


def trunk_levels(trunk: keras.Model) -> keras.Model:
    """The lab trunk with all it knows at a quarter, an eighth, a 16th and a 32nd of the picture: a list, finest first.

    Its weights are the trunk's own, in the same order.
    """
    by_height = {x.output.shape[1]: x.output for x in trunk.layers if isinstance(x, layers.ReLU)}  # the last of each
    return keras.Model(trunk.inputs, [by_height[height] for height in sorted(by_height, reverse=True)], name="trunk")


def mobilenetv2_trunk(size: int = 128, weights: str | None = None, widths: tuple[int, ...] = (128, 96, 64)):
    """MobileNetV2 (Sandler et al. 2018) down to a 32nd, and three bilinear steps up beside shortcuts.

    (B, size, size, 3) pictures, 0–255, to (B, size/4, size/4, widths[-1]). With `weights` the layers down to an eighth
    of the picture stay as ImageNet left them: edges and colours are the same everywhere, and training is faster.
    """
    whole = keras.applications.MobileNetV2(include_top=False, weights=weights, input_shape=(size, size, 3))
    names = ("block_3_expand_relu", "block_6_expand_relu", "block_13_expand_relu", "block_16_project_BN")
    classifier = keras.Model(whole.input, [whole.get_layer(name).output for name in names], name="mobilenetv2")
    for layer in classifier.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.95  # Keras' .999 is for days: after a short training it still remembers the start
    if weights:
        last = [layer.name for layer in classifier.layers].index("block_5_add")
        for layer in classifier.layers[: last + 1]:
            layer.trainable = False
    inputs = keras.Input((size, size, 3))
    *kept, x = classifier(layers.Rescaling(1 / 127.5, offset=-1)(inputs))
    for width, beside in zip(widths, reversed(kept), strict=True):
        x = layers.UpSampling2D(2, interpolation="bilinear")(layers.Conv2D(width, 1, use_bias=False)(x))
        x = normalised(x + layers.Conv2D(width, 1, use_bias=False)(beside))
        x = normalised(layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x))
    return keras.Model(inputs, x, name="trunk")


def block(x, name: str | None = None):
    """Two 3×3 convolutions beside a shortcut (He et al. 2016); `name` is its last layer's."""
    y = normalised(layers.Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(x))
    y = layers.BatchNormalization(momentum=0.95)(layers.Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(y))
    return layers.ReLU(name=name)(x + y)


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


def heatmap_deconvolution(outputs: int) -> layers.Layer:
    """The last deconvolution and the maps in one: features at an eighth to one map per joint at a quarter."""
    start = keras.initializers.RandomNormal(stddev=0.001)
    options = {"strides": 2, "padding": "same", "kernel_initializer": start, "dtype": "float32", "name": "maps"}
    return layers.Conv2DTranspose(outputs, 4, **options)
