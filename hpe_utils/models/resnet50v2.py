"""A residual network that regresses coordinates: ResNet50V2 (He et al. 2016), as Calvo & Cañadillas use it."""

import keras
from keras import layers


def resnet50v2_paper(
    outputs: int = 32, size: int = 220, activation: str | None = "relu", weights: str | None = None
) -> keras.Model:
    """ResNet50V2 with two Dense(2048) on its 7×7 map: 35.17 M weights for 32 outputs, 32.36 M for 4.

    This head is a fit to the counts the source prints, not its statement. `weights="imagenet"` downloads Keras'
    pre-trained trunk. (B, size, size, 3) pictures, 0–255, to (B, outputs) fractions of the picture.
    """
    trunk = keras.applications.ResNet50V2(include_top=False, weights=weights, input_shape=(size, size, 3))
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = trunk(x)
    for _ in range(2):
        x = layers.Dense(2048, activation="relu")(x)
    x = layers.Flatten()(x)
    outputs = layers.Dense(outputs, activation=activation, dtype="float32", name="coordinates")(x)
    return keras.Model(inputs, outputs, name="resnet50v2_paper")


def resnet50v2_lab(outputs: int = 32, size: int = 128, activation: str | None = None) -> keras.Model:
    """The same idea for two cores: four stages of pre-activation blocks, then one dense layer on the 4×4 map.

    (B, size, size, 3) pictures, 0–255, to (B, outputs) fractions of the picture.
    """
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.Conv2D(32, 7, strides=4, padding="same", use_bias=False)(x)
    for filters, stride in ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (192, 2), (192, 1)):
        x = residual_block(x, filters, stride)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(x))
    x = layers.Dense(outputs, name="standardised")(layers.Flatten()(x))
    x = layers.Rescaling(0.1, offset=0.5, dtype="float32")(x)
    x = layers.Activation(activation, dtype="float32", name="coordinates")(x)
    return keras.Model(inputs, x, name="resnet50v2_lab")


def residual_block(x, filters: int, stride: int):
    """Normalise and activate first, then convolve (version 2); the shortcut is projected where the shape changes."""
    activated = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(x))
    shortcut = x
    if stride > 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(activated)
    y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(activated)
    y = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    return shortcut + y
