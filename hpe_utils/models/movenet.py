"""MoveNet: a pyramid on MobileNetV2, and heads that know where people's middles are (Google Research 2021).

The published graphs (Apache-2.0), read from their TensorFlow.js files, as plain Keras models. The heads are CenterNet's
(Zhou, Wang & Krähenbühl, "Objects as Points", 2019): a map of people's centres; from every cell the way to the joints
of who stands there, a rough guess; a map for each joint; and from every cell how far its joint lies from its corner.
"""

import math
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops

from hpe_utils.files import DataError, read_bytes, read_json
from hpe_utils.models.layers import doubled
from hpe_utils.skeleton import COCO17, Skeleton

REMEDY = "take it from the published model again"
GRAPH = {
    "weightsManifest": [
        {"weights": [{"name": str, "shape": [int], "dtype": str, "quantization?": {"dtype": str, "*": object}}]}
    ]
}
TYPES = {"float16": "<f2", "float32": "<f4", "int32": "<i4", "bool": "?"}
# Of the finest level whatever the width is: what a cell of each head says, one number or two (y, x) each.
ONE = {"center_0": 1, "kpt_heatmap_0": 17, "kpt_regress_0": 34, "kpt_offset_0": 34}
SEVERAL = {
    "center_0": 1,
    "box_scale_0": 2,
    "box_offset_0": 2,
    "kpt_heatmap_0": 17,
    "kpt_regress_0": 34,
    "kpt_offset_0": 34,
}
# MobileNetV2's stages (Sandler et al. 2018, table 2): blocks of each, and the stride of the first.
STAGES = ((1, 1), (2, 2), (3, 2), (4, 2), (3, 1), (3, 2), (1, 1))
TAPS = ("block_2_add", "block_5_add", "block_9_add")


class Form(NamedTuple):
    """A published form: channels of the stem and of MobileNetV2's seven stages, side of the picture, and heads."""

    widths: tuple[int, ...]
    size: int
    heads: dict[str, int]


FORMS = {
    "lightning": Form((32, 16, 24, 32, 64, 96, 160, 320), 192, ONE),
    "thunder": Form((56, 32, 40, 56, 112, 168, 280, 560), 256, ONE),
    "multipose": Form((48, 24, 40, 48, 96, 144, 240, 480), 256, SEVERAL),
}


def movenet(form: str = "lightning", size: int | None = None, weights: str | Path | None = None) -> keras.Model:
    """MoveNet as published, batch norm folded into its convolutions: 2.3, 6.2 or 4.7 million weights.

    (B, size, size, 3) pictures, 0–255, to a dict of heads, (B, size/4, size/4, channels): probabilities of centres and
    joints before the sigmoid, ways and offsets in cells, y before x. `size`, a multiple of 32, is 192 for lightning,
    256 for thunder and multipose, if not given. `weights` is the published graph's .json, its .bin beside it; without,
    they are random. Raises DataError for a file that is none, ValueError for another form.
    """
    if form not in FORMS:
        raise ValueError(f"unknown form {form!r}; known are {', '.join(FORMS)}")
    widths, usual, heads = FORMS[form]
    inputs = keras.Input((size or usual, size or usual, 3))
    features = pyramid(*mobilenetv2(layers.Rescaling(1 / 127.5, offset=-1)(inputs), widths))[-1]
    model = keras.Model(inputs, {name: head(features, name, n) for name, n in heads.items()}, name=f"movenet_{form}")
    if weights is not None:
        give(model, read_graph(weights), weights)
    return model


def begin(model: keras.Model, weights: str | Path, pictures: np.ndarray, skeleton: Skeleton) -> None:
    """Give a model whose trunk is `trunks.movenet_trunk` what the published graph in the file `weights` knows.

    Trunk and heads take the weights of the graph's layers of their names, and the last layer, named maps, the joints of
    COCO that are the `skeleton`'s. Batch norm takes its moments from some hundred (N, size, size, 3) pictures. Raises
    DataError.
    """
    constants, trunk = read_graph(weights), model.get_layer("trunk")
    whole = "Conv_1" in [layer.name for layer in trunk.layers]
    give(trunk, constants if whole else without_deepest(constants), weights)
    if not whole:
        fit_deepest(trunk, weights, pictures)
    give(model, {name: values for name, values in constants.items() if "_0" in layer_of(name)}, weights)
    if "maps" in [layer.name for layer in model.layers]:
        give_joints(model.get_layer("maps"), constants, skeleton)
    unfold(trunk, pictures)


def mobilenetv2(x, widths: tuple[int, ...], norm: bool = False, deepest: str = "out_relu") -> list:
    """MobileNetV2 to its layer `deepest`: maps at a quarter, an eighth, a 16th and a 32nd of the picture.

    `norm` keeps its batch norm beside the convolutions.
    """
    maps = {}
    x = layers.ReLU(6.0)(convolved(x, layers.Conv2D, widths[0], 3, strides=2, padding="same", name="Conv1", norm=norm))
    number = 0
    for width, (count, stride) in zip(widths[1:], STAGES, strict=True):
        for position in range(count):
            name = f"block_{number}" if number else "expanded_conv"
            x = inverted_residual(x, name, width, 1 if position else stride, bool(number), norm)
            maps[f"{name}_add"] = x
            number += 1
            if name == deepest.removesuffix("_add"):
                return [maps[tap] for tap in (*TAPS, deepest)]
    x = layers.ReLU(6.0)(convolved(x, layers.Conv2D, 1280, 1, name="Conv_1", norm=norm))
    return [*(maps[tap] for tap in TAPS), x]


def inverted_residual(x, name: str, width: int, stride: int, expand: bool, norm: bool):
    """1×1 to six times the channels, 3×3 each channel by itself, 1×1 back; beside a shortcut where it fits."""
    y = x
    if expand:
        y = layers.ReLU(6.0)(convolved(y, layers.Conv2D, 6 * x.shape[-1], 1, name=f"{name}_expand", norm=norm))
    options = {"strides": stride, "padding": "same", "name": f"{name}_depthwise", "norm": norm}
    y = layers.ReLU(6.0)(convolved(y, layers.DepthwiseConv2D, 3, **options))
    y = convolved(y, layers.Conv2D, width, 1, name=f"{name}_project", norm=norm)
    return layers.Add(name=f"{name}_add")([x, y]) if y.shape == x.shape else y


def convolved(x, kind, *sizes, name: str, norm: bool, **options):
    """A convolution with a bias, or with batch norm NAME_norm behind it instead."""
    x = kind(*sizes, name=name, use_bias=not norm, **options)(x)
    return layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x) if norm else x


def pyramid(*maps) -> list:
    """The feature pyramid (Lin et al. 2017): from a 32nd of the picture to a quarter; the finer three, finest last."""
    *beside, x = maps
    x = layers.Conv2D(64, 1, name="conv2d")(x)
    levels = []
    for step, (fine, width) in enumerate(zip(reversed(beside), (32, 24, 24), strict=True)):
        x = doubled(x)
        x = x + layers.Conv2D(x.shape[-1], 1, name=f"conv2d_{step + 1}")(fine)
        x = separable(x, width, name="separable_conv2d" + f"_{step}" * (step > 0))
        levels.append(x)
    return levels


def separable(x, width: int, name: str):
    """3×3 each channel by itself, 1×1 between them, ReLU."""
    return layers.ReLU()(layers.SeparableConv2D(width, 3, padding="same", name=name)(x))


def head(x, name: str, channels: int):
    """A head: separable convolution to 96 channels, ReLU, 1×1."""
    x = separable(x, 96, name=f"{name}_separable")
    return layers.Conv2D(channels, 1, dtype="float32", name=name)(x)


# Reading ------------------------------------------------------------------------------------------


def read_graph(path: str | Path) -> dict[str, np.ndarray]:
    """The constants of a TensorFlow.js graph by name, as float32 where they were halves; raises DataError."""
    path = Path(path)
    manifest = read_json(path, REMEDY, GRAPH)["weightsManifest"]
    data, start, constants = read_bytes(path.with_suffix(".bin"), REMEDY), 0, {}
    for tensor in (tensor for group in manifest for tensor in group["weights"]):
        kind = TYPES.get(tensor.get("quantization", tensor)["dtype"])
        count = math.prod(tensor["shape"])
        if kind is None or min([0, *tensor["shape"]]) < 0 or start + count * np.dtype(kind).itemsize > len(data):
            raise DataError(f"{path} and its .bin do not fit each other: {REMEDY}")
        values = np.frombuffer(data, kind, count, start).reshape(tensor["shape"])
        start += values.nbytes
        constants[tensor["name"]] = values.astype("f4") if kind == "<f2" else values
    return constants


def give(model: keras.Model, constants: dict[str, np.ndarray], path: str | Path) -> None:
    """Set the weights of a model's layers from a graph's constants by name; what the graph lacks keeps its own.

    A convolution's bias goes to the batch norm behind it, if there is one, which else lets everything through. Raises
    DataError where shapes differ.
    """
    by_layer = defaultdict(list)
    for name, values in constants.items():
        by_layer[layer_of(name)].append(values)
    norms = {layer.name: layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)}
    for layer in model.layers:
        if layer.weights and layer.name in by_layer:
            # As Keras has them: the kernel for each channel, the one between channels, the bias.
            found = sorted(by_layer[layer.name], key=lambda values: (-values.ndim, values.shape[:1] != (3,)))
            if norm := norms.get(f"{layer.name}_norm"):
                bias = found.pop()
                norm.set_weights([np.ones_like(bias), bias, 0 * bias, np.full_like(bias, 1 - norm.epsilon)])
            if [values.shape for values in found] != [tuple(weight.shape) for weight in layer.weights]:
                raise DataError(f"{path} has other weights for {layer.name} than {model.name}: {REMEDY}")
            layer.set_weights(found)


def without_deepest(constants: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The constants without those of the pyramid's first layer, which sees the deepest map."""
    return {name: values for name, values in constants.items() if layer_of(name) != "conv2d"}


def fit_deepest(trunk: keras.Model, weights: str | Path, pictures: np.ndarray) -> None:
    """Let the first layer of a pyramid on a shortened MobileNetV2 answer as that on the whole one, in least squares."""
    form = next(form for form in FORMS if FORMS[form].widths[0] == trunk.get_layer("Conv1").filters)
    published, first = movenet(form, pictures.shape[1], weights), trunk.get_layer("conv2d")
    seen = keras.Model(trunk.inputs, first.input)
    wanted = keras.Model(published.inputs, published.get_layer("conv2d").output)
    x, y = (np.concatenate([m.predict_on_batch(p) for p in np.array_split(pictures, 20)]) for m in (seen, wanted))
    x, y = x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])
    solution = np.linalg.lstsq(np.c_[x, np.ones(len(x))], y, rcond=None)[0]
    first.set_weights([solution[:-1].reshape(first.kernel.shape), solution[-1]])


def give_joints(maps: layers.Layer, constants: dict[str, np.ndarray], skeleton: Skeleton) -> None:
    """Set those channels of a 1×1 convolution to a skeleton's maps that the graph's head of joints has."""
    known = [values for name, values in constants.items() if layer_of(name) == "kpt_heatmap_0"]
    (kernel, bias), (here, there) = maps.get_weights(), sorted(known, key=lambda values: -values.ndim)
    for joint in set(skeleton.joints) & set(COCO17.joints):
        channel, source = skeleton.index(joint), COCO17.index(joint)
        kernel[..., channel], bias[channel] = here[..., source], there[source]
    maps.set_weights([kernel, bias])


def unfold(trunk: keras.Model, pictures: np.ndarray) -> None:
    """Make batch norm that lets everything through do its work, without another answer of the trunk.

    What a norm answers on the (N, H, W, 3) pictures has a mean and a variance. They become its moments, and its scale
    and shift undo them: now the trunk can be trained as it was before its norms were folded into its convolutions.
    """
    norms = [layer for layer in trunk.layers if isinstance(layer, layers.BatchNormalization)]
    seen = keras.Model(trunk.inputs, [[mean_of(norm.output), mean_of(ops.square(norm.output))] for norm in norms])
    moments = [seen.predict_on_batch(pictures[start : start + 16]) for start in range(0, len(pictures), 16)]
    for norm, both in zip(norms, zip(*moments, strict=True), strict=True):
        mean, square = (np.concatenate(values).mean(axis=0) for values in zip(*both, strict=True))
        variance = np.maximum(square - mean**2, 0)
        shift = norm.beta.numpy()
        norm.set_weights([np.sqrt(variance + norm.epsilon), mean, mean - shift, variance])


def mean_of(maps):
    """(B, C): the mean over the cells of (B, h, w, C) maps."""
    return ops.mean(maps, axis=(1, 2))


def layer_of(name: str) -> str:
    """The layer whose weights a constant of the graph is, by the constant's name; empty where it is none's."""
    parts = [part for part in name.split("/") if part not in ("StatefulPartitionedCall", "model")]
    if "model_1" in parts:
        return parts[parts.index("model_1") + 1]
    if parts[0].endswith("_0"):
        return parts[0] + ("_separable" if parts[1].startswith("separable") else "")
    return ""
