"""Trunks that several networks share: the course's own, and two that know photographs, MobileNetV2's and MoveNet's."""

import keras
from keras import layers

from hpe_utils.models.layers import block, doubled, normalised
from hpe_utils.models.movenet import FORMS, mobilenetv2, pyramid

DEEPEST = {"lightning": "out_relu", "thunder": "block_14_add", "multipose": "block_15_add"}  # of a form's MobileNetV2


def lab_trunk(size: int = 128, widths: tuple[int, ...] = (32, 64, 128, 192)) -> keras.Model:
    """Features at an eighth of the picture that know its whole: halved twice more, and doubled again beside shortcuts.

    (B, size, size, 3) pictures, 0–255, to (B, size/8, size/8, widths[1]). Taught in notebook 03.
    """
    inputs = keras.Input((size, size, 3))
    *kept, x = way_down(inputs, widths)
    for beside in reversed(kept):
        x = layers.UpSampling2D(2)(layers.Conv2D(beside.shape[-1], 1, use_bias=False)(x))
        x = normalised(layers.Conv2D(beside.shape[-1], 3, padding="same", use_bias=False)(x + beside))
    return keras.Model(inputs, x, name="trunk")


def classifier_trunk(size: int = 128, widths: tuple[int, ...] = (32, 64, 128, 192)) -> keras.Model:
    """The lab trunk's way down alone, as a classifier has it: to a 32nd of the picture, without a way up.

    (B, size, size, 3) pictures, 0–255, to (B, size/32, size/32, widths[-1]).
    """
    inputs = keras.Input((size, size, 3))
    return keras.Model(inputs, way_down(inputs, widths)[-1], name="trunk")


def way_down(inputs, widths: tuple[int, ...]) -> list:
    """What the lab trunk knows at an eighth, a 16th and a 32nd of its pictures, finest first."""
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = normalised(layers.Conv2D(widths[0], 7, strides=4, padding="same", use_bias=False)(x))
    levels = []
    for number, width in enumerate(widths[1:], start=1):
        x = normalised(layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(x))
        x = block(x, name=f"block_{number}")
        levels.append(x)
    return levels


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
        x = doubled(layers.Conv2D(width, 1, use_bias=False)(x))
        x = normalised(x + layers.Conv2D(width, 1, use_bias=False)(beside))
        x = normalised(layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x))
    return keras.Model(inputs, x, name="trunk")


def movenet_trunk(size: int = 160, form: str = "lightning") -> keras.Model:
    """The pyramid of a published form on MobileNetV2 with batch norm, to be trained further.

    (B, size, size, 3) pictures, 0–255, to a list of maps at a 16th, an eighth and a quarter of the picture, of 32, 24
    and 24 channels; `size` is a multiple of 32. Of the wider forms the last blocks are left out: a network on them
    takes at most 8 MB in half precision. `movenet.begin` gives it the published weights.
    """
    inputs = keras.Input((size, size, 3))
    maps = mobilenetv2(layers.Rescaling(1 / 127.5, offset=-1)(inputs), FORMS[form].widths, True, DEEPEST[form])
    return keras.Model(inputs, pyramid(*maps), name="trunk")
