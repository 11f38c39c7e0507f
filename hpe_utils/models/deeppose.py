"""DeepPose: a picture in, coordinates out, through an AlexNet (Toshev & Szegedy 2014; Calvo & Cañadillas)."""

import keras
from keras import layers

from hpe_utils.models.layers import LocalResponseNormalization


def deeppose_paper(
    outputs: int = 32, size: int = 220, activation: str | None = "relu", dropout: float = 0.6
) -> keras.Model:
    """The CNN of Calvo & Cañadillas: 58,412,448 weights for 32 outputs; 60 % of the dense units are dropped.

    (B, size, size, 3) pictures, 0–255, to (B, outputs) fractions of the picture.
    """
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 255)(inputs)
    x = layers.Conv2D(96, 11, strides=4, padding="same", activation="relu")(x)
    x = LocalResponseNormalization()(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(256, 5, padding="same", activation="relu")(x)
    x = LocalResponseNormalization()(x)
    x = layers.MaxPooling2D(2)(x)
    for filters in (384, 384, 256):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(dropout)(layers.Dense(4096, activation="relu")(x))
    outputs = layers.Dense(outputs, activation=activation, dtype="float32", name="coordinates")(x)
    return keras.Model(inputs, outputs, name="deeppose_paper")


def deeppose_lab(outputs: int = 32, size: int = 128, activation: str | None = None) -> keras.Model:
    """The same idea for two cores: a strided first layer, seven convolutions with batch norm, one dense layer.

    (B, size, size, 3) pictures, 0–255, to (B, outputs) fractions of the picture. Each halving of the map is followed
    by a layer that looks around. Taught in notebook 02.
    """
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.Conv2D(24, 7, strides=4, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(x))
    for filters, stride in ((48, 2), (48, 1), (96, 2), (96, 1), (128, 2), (128, 1), (192, 2)):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(x))
    x = layers.Dense(outputs, name="standardised")(layers.Flatten()(x))
    x = layers.Rescaling(0.1, offset=0.5, dtype="float32")(x)
    x = layers.Activation(activation, dtype="float32", name="coordinates")(x)
    return keras.Model(inputs, x, name="deeppose_lab")
