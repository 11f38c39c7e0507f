"""Layers that several architectures share and Keras lacks."""

import keras
from keras import ops

from hpe_utils.codecs.heatmap import soft_argmax


@keras.saving.register_keras_serializable("hpe_utils")
class LocalResponseNormalization(keras.layers.Layer):
    """AlexNet's x / (k + α·Σ x²)^β, the sum running over `depth` neighbouring channels (Krizhevsky et al. 2012).

    Input and output (B, H, W, C). TensorFlow's `tf.nn.lrn` has other defaults (radius 5, 1, 1, .5).
    """

    def __init__(self, depth=5, k=2.0, alpha=1e-4, beta=0.75, **kwargs):
        super().__init__(**kwargs)
        self.depth, self.k, self.alpha, self.beta = depth, k, alpha, beta

    def call(self, inputs):
        radius, channels = self.depth // 2, inputs.shape[-1]
        squares = ops.pad(ops.square(inputs), [[0, 0], [0, 0], [0, 0], [radius, radius]])
        total = sum(squares[..., i : i + channels] for i in range(self.depth))
        return inputs / ops.power(self.k + self.alpha * total, self.beta)

    def get_config(self):
        config = {"depth": self.depth, "k": self.k, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **config}


def normalised(x, momentum: float = 0.95):
    """Batch norm, whose averages follow a short training, and ReLU."""
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=momentum)(x))


@keras.saving.register_keras_serializable("hpe_utils")
class PositionEmbedding(keras.layers.Layer):
    """Add one learnt vector to each of (B, N, D) tokens, by position (Dosovitskiy et al. 2021)."""

    def build(self, shape):
        start = keras.initializers.TruncatedNormal(stddev=0.02)
        self.positions = self.add_weight(shape=shape[1:], initializer=start, name="positions")

    def call(self, tokens):
        return tokens + self.positions


@keras.saving.register_keras_serializable("hpe_utils")
class SoftArgmax(keras.layers.Layer):
    """The mean place under softmax of each of (B, h, w, K) maps: (B, 2K) fractions of the picture (Sun et al. 2018)."""

    def call(self, maps):
        height, width, joints = maps.shape[1:]
        cells = soft_argmax(ops.cast(maps, "float32"))
        return ops.reshape((cells + 0.5) / ops.convert_to_tensor((width, height), "float32"), (-1, 2 * joints))
