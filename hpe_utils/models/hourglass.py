"""Stacked hourglasses with supervision between the stacks (Newell, Yang & Deng 2016)."""

import keras
from keras import layers

from hpe_utils.models.layers import normalised


def hourglass_paper(
    outputs: int = 16, stacks: int = 8, size: int = 256, filters: int = 256, levels: int = 4, supervise: str = "every"
) -> keras.Model:
    """Newell's network: 3,443,088 weights for one stack and 16 maps, 25,554,688 for eight.

    (B, size, size, 3) pictures, 0–255, to (B, stacks, size/4, size/4, outputs): every stack answers. With `supervise`
    "last" the same network answers with the last stack's maps alone, (B, size/4, size/4, outputs), so that no loss
    reaches the maps of the others.
    """
    return _stacked(outputs, stacks, size, filters, levels, (64, 128, 128), supervise, name="hourglass_paper")


def hourglass_lab(
    outputs: int = 16, stacks: int = 2, size: int = 128, filters: int = 64, levels: int = 3, supervise: str = "every"
) -> keras.Model:
    """The same for two cores: fewer channels, three levels on the 32×32 map."""
    return _stacked(outputs, stacks, size, filters, levels, (32, 48, 48), supervise, name="hourglass_lab")


def _stacked(outputs, stacks, size, filters, levels, stem, supervise, name) -> keras.Model:
    if supervise not in ("every", "last"):
        raise ValueError(f"supervise is {supervise!r}, and must be 'every' or 'last'")
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = normalised(layers.Conv2D(stem[0], 7, strides=2, padding="same")(x))
    x = layers.MaxPooling2D(2)(residual(x, stem[1]))
    x = residual(residual(x, stem[2]), filters)
    answers = []
    for stack in range(stacks):
        y = residual(hourglass(x, levels, filters), filters)
        y = normalised(layers.Conv2D(filters, 1)(y))
        maps = layers.Conv2D(outputs, 1, dtype="float32", name=f"maps_{stack + 1}")(y)
        answers.append(layers.Reshape((1, *maps.shape[1:]), dtype="float32")(maps))
        if stack < stacks - 1:  # what was found goes back into the stream, and on to the next hourglass
            x = x + layers.Conv2D(filters, 1)(y) + layers.Conv2D(filters, 1)(maps)
    if supervise == "last":
        return keras.Model(inputs, maps, name=name)
    outputs = layers.Concatenate(axis=1, dtype="float32")(answers) if stacks > 1 else answers[0]
    return keras.Model(inputs, outputs, name=name)


def hourglass(x, levels: int, filters: int):
    """One hourglass: a branch at full size beside one that is halved, worked on, and doubled again, nested.

    Taught in notebook 04.
    """
    beside = residual(x, filters)
    y = residual(layers.MaxPooling2D(2)(x), filters)
    y = hourglass(y, levels - 1, filters) if levels > 1 else residual(y, filters)
    y = residual(y, filters)
    return beside + layers.UpSampling2D(2)(y)


def residual(x, filters: int):
    """Newell's bottleneck: normalise and activate first, 1×1 to half the filters, 3×3, 1×1 back, and the shortcut."""
    y = layers.Conv2D(filters // 2, 1)(normalised(x))
    y = layers.Conv2D(filters // 2, 3, padding="same")(normalised(y))
    y = layers.Conv2D(filters, 1)(normalised(y))
    shortcut = x if x.shape[-1] == filters else layers.Conv2D(filters, 1)(x)
    return shortcut + y
