"""A small network that knows photographs: MobileNetV2 (Sandler et al. 2018) with its ImageNet weights."""

import keras
from keras import layers


def mobilenetv2_lab(
    outputs: int = 32, size: int = 128, activation: str | None = None, weights: str | None = None
) -> keras.Model:
    """Keras' MobileNetV2 without its classifier, then one dense layer on the 4×4 map.

    (B, size, size, 3) pictures, 0–255, to (B, outputs) fractions of the picture. `weights="imagenet"` downloads Keras'
    pre-trained trunk; a path takes them from a file. For recorded runs: too slow to be trained live on two cores.
    """
    trunk = keras.applications.MobileNetV2(include_top=False, weights=weights, input_shape=(size, size, 3))
    for layer in trunk.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.95  # Keras' .999 is for days: after a short training it still remembers the start
    inputs = keras.Input((size, size, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.Dense(outputs, name="standardised")(layers.Flatten()(trunk(x)))
    x = layers.Rescaling(0.1, offset=0.5, dtype="float32")(x)
    x = layers.Activation(activation, dtype="float32", name="coordinates")(x)
    return keras.Model(inputs, x, name="mobilenetv2_lab")
