"""BodyPix: one trunk, and heads for person, parts, joints and offsets (Mankotia & Garg 2020)."""

import math

import keras
from keras import layers

from hpe_utils.models.layers import block, caffe, doubled, normalised, together
from hpe_utils.models.movenet import FORMS
from hpe_utils.models.trunks import lab_trunk, mobilenetv2_trunk, movenet_trunk, trunk_levels

HEADS = {"mask": 1, "parts": 24, "heatmaps": 17, "short": 34, "mid": 64, "long": 34}
BACKBONES = {"mobilenetv1": "MobileNet", "resnet50": "ResNet50"}


def bodypix_paper(
    backbone: str = "mobilenetv1",
    output_stride: int = 16,
    multiplier: float = 1.0,
    parts: int = 24,
    size: int = 257,
    heads: tuple[str, ...] = tuple(HEADS),
    weights: str | None = None,
) -> keras.Model:
    """A classifier's trunk kept from shrinking below an `output_stride`-th, and six heads of one 1×1 convolution each.

    (B, size, size, 3) pictures, 0–255, to a dict of (B, h, w, channels), h = (size − 1) / output_stride + 1.
    MobileNetV1 with `multiplier` 1.0, .75 or .5 has 3,407,214, 1,966,782 or 918,798 weights, ResNet50 23,944,238;
    `output_stride` changes none of them. `weights="imagenet"` downloads Keras' trunk. Raises ValueError for forms
    that BodyPix lacks.
    """
    strides = {"mobilenetv1": (8, 16), "resnet50": (16, 32)}
    if backbone not in strides:
        raise ValueError(f"unknown backbone {backbone!r}; known are {', '.join(strides)}")
    if output_stride not in strides[backbone]:
        raise ValueError(f"{backbone} has output strides {strides[backbone]}, not {output_stride}")
    if (size - 1) % output_stride:
        raise ValueError(f"size {size}: size − 1 must be a multiple of the output stride {output_stride}, as 257 is")
    options = {"alpha": multiplier} if backbone == "mobilenetv1" else {}
    classifier = getattr(keras.applications, BACKBONES[backbone])
    shape = (size, size, 3)
    # Keras has ImageNet's MobileNets for a few sizes alone; the weights are those of any size.
    whole = classifier(include_top=False, weights=None, input_shape=shape, **options)
    trunk = with_output_stride(whole, output_stride)
    if weights:
        trunk.set_weights(classifier(include_top=False, weights=weights, **options).get_weights())
    inputs = keras.Input(shape)
    if backbone == "resnet50":
        x = caffe(inputs)
    else:
        x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    features = trunk(x)
    channels = HEADS | {"parts": parts}
    answers = {head: layers.Conv2D(channels[head], 1, dtype="float32", name=head)(features) for head in heads}
    return keras.Model(inputs, answers, name=f"bodypix_{backbone}")


def with_output_stride(model: keras.Model, output_stride: int) -> keras.Model:
    """A copy of a classifier's trunk whose maps shrink to an `output_stride`-th only, with as many weights.

    Where a layer would shrink them further it keeps their size, and the kernels behind it look at every second cell, or
    every fourth, so that they see as far as before (Chen et al. 2015). Pads suit odd sizes, whose outermost pixels stay
    the centres of the outermost cells; Keras' MobileNets are padded for even ones.
    """

    def change(layer):
        config = layer.get_config()
        if isinstance(layer, (layers.Conv2D, layers.DepthwiseConv2D, layers.ZeroPadding2D)):
            reached = 2 ** round(math.log2(model.input_shape[1] / layer.input.shape[1]))
            shrinks = reached < output_stride
            if isinstance(layer, layers.ZeroPadding2D):
                config["padding"] = config["padding"] if layer.padding[0] != (0, 1) else int(shrinks)
            elif not shrinks:
                config |= {"strides": 1, "padding": "same", "dilation_rate": reached // output_stride}
        return layer.__class__.from_config(config)

    return keras.models.clone_model(model, clone_function=change)


def bodypix_lab(
    parts: int = 24,
    size: int = 128,
    heads: tuple[str, ...] = tuple(HEADS),
    width: int = 48,
    trunk: str = "lab",
    weights: str | None = None,
) -> keras.Model:
    """The same idea for two cores: the shared trunk, an eighth and a quarter of the picture joined, and the heads.

    (B, size, size, 3) pictures, 0–255, to a dict of the chosen `heads`: mask and parts at half of the picture, the
    others at a quarter. `trunk` is `lab`, a form of MoveNet, or `mobilenetv2`, whose `weights` may be "imagenet" or a
    file. Taught in notebook 08b.
    """
    inputs = keras.Input((size, size, 3))
    if trunk == "lab":
        fine, coarse, *_ = trunk_levels(lab_trunk(size))(inputs)
        x = doubled(layers.Conv2D(width, 1, use_bias=False)(coarse))
        x = normalised(x + layers.Conv2D(width, 1, use_bias=False)(fine))
    elif trunk in FORMS:
        x = normalised(together(movenet_trunk(size, trunk)(inputs), width))
    else:
        x = normalised(layers.Conv2D(width, 1, use_bias=False)(mobilenetv2_trunk(size, weights)(inputs)))
    x = block(x)
    channels = HEADS | {"parts": parts}
    answers = {}
    for head in heads:
        options = {"dtype": "float32", "name": head}
        if head in ("mask", "parts"):
            answers[head] = layers.Conv2DTranspose(channels[head], 4, strides=2, padding="same", **options)(x)
        else:
            answers[head] = layers.Conv2D(channels[head], 1, **options)(x)
    return keras.Model(inputs, answers, name="bodypix_lab")
