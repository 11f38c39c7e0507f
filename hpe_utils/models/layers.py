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
        x = ops.cast(inputs, "float32")  # the square of 256 is no float16
        radius, channels = self.depth // 2, x.shape[-1]
        squares = ops.pad(ops.square(x), [[0, 0], [0, 0], [0, 0], [radius, radius]])
        total = sum(squares[..., i : i + channels] for i in range(self.depth))
        return ops.cast(x / ops.power(self.k + self.alpha * total, self.beta), inputs.dtype)

    def get_config(self):
        config = {"depth": self.depth, "k": self.k, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **config}


def normalised(x, momentum: float = 0.95):
    """Batch norm, whose averages follow a short training, and ReLU."""
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=momentum)(x))


def caffe(pictures):
    """(B, H, W, 3) pictures, RGB 0–255, as Keras' VGGs and ResNets know them: blue first, ImageNet's mean off."""
    return keras.layers.Rescaling(1.0, offset=(-103.939, -116.779, -123.68))(pictures[..., ::-1])


def block(x, name: str | None = None):
    """Two 3×3 convolutions beside a shortcut (He et al. 2016); `name` is its last layer's."""
    y = normalised(keras.layers.Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(x))
    y = keras.layers.Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(y)
    y = keras.layers.BatchNormalization(momentum=0.95)(y)
    return keras.layers.ReLU(name=name)(x + y)


def doubled(x):
    """A map twice as large, straight between the cells' centres, in float32 whatever the policy."""
    # On a CPU XLA refuses ReLU's gradient before a convolution and a resizing in 16 bits.
    return keras.layers.UpSampling2D(2, interpolation="bilinear", dtype="float32")(x)


def together(levels: list, width: int):
    """The sum of maps, coarsest first, in `width` channels: each is doubled to join the next, twice as fine."""
    first, *finer = (keras.layers.Conv2D(width, 1, use_bias=False)(level) for level in levels)
    for level in finer:
        first = doubled(first) + level
    return first


def deconvolutions(x, count: int, filters: int = 256):
    """So many times: a deconvolution that doubles the map, normalised, ReLU."""
    for _ in range(count):
        x = keras.layers.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False)(x)
        x = normalised(x)
    return x


def heatmap_layer(outputs: int) -> keras.layers.Layer:
    """The 1×1 convolution to one map per joint, begun near zero as in the source."""
    start = keras.initializers.RandomNormal(stddev=0.001)
    return keras.layers.Conv2D(outputs, 1, kernel_initializer=start, dtype="float32", name="maps")


def heatmap_deconvolution(outputs: int) -> keras.layers.Layer:
    """The last deconvolution and the maps in one: features at an eighth to one map per joint at a quarter."""
    start = keras.initializers.RandomNormal(stddev=0.001)
    options = {"strides": 2, "padding": "same", "kernel_initializer": start, "dtype": "float32", "name": "maps"}
    return keras.layers.Conv2DTranspose(outputs, 4, **options)


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
