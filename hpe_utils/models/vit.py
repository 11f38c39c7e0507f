"""A vision transformer that answers with maps: patch tokens, positions, attention, a head (ViTPose, Xu et al.)."""

import keras
from keras import layers, ops

from hpe_utils.models.layers import PositionEmbedding, deconvolutions, heatmap_layer

SIZES = {"S": (384, 12, 12), "B": (768, 12, 12)}  # width, blocks, heads


def vit_paper(outputs: int = 17, size: str = "B", picture: tuple[int, int] = (192, 256)) -> keras.Model:
    """ViT-S or ViT-B on 16×16 patches with two deconvolutions of 256, as ViTPose's classic head.

    (B, H, W, 3) pictures of `picture` (width, height), 0–255, to (B, H/4, W/4, outputs).
    """
    width, blocks, heads = SIZES[size]
    return _vit(outputs, picture, 16, width, blocks, heads, head_filters=256, name=f"vit_{size.lower()}_paper")


def vit_lab(outputs: int = 16, size: int = 128, width: int = 96, class_token: bool = False) -> keras.Model:
    """The same for two cores: 8×8 patches, four narrow blocks, one deconvolution.

    With `class_token` one more token, which belongs to no patch, goes through the blocks and is left out of the maps.
    """
    return _vit(outputs, (size, size), 8, width, 4, 4, 64, "vit_lab", class_token)


def _vit(outputs, picture, patch, width, blocks, heads, head_filters, name, class_token=False) -> keras.Model:
    inputs = keras.Input((picture[1], picture[0], 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.Conv2D(width, patch, strides=patch, name="patches")(x)
    rows, columns = x.shape[1:3]
    x = PositionEmbedding(name="positions")(layers.Reshape((rows * columns, width))(x))
    if class_token:
        x = ClassToken(name="class_token")(x)
    for _ in range(blocks):
        x = transformer_block(x, heads)
    if class_token:
        x = x[:, 1:]
    x = layers.Reshape((rows, columns, width))(layers.LayerNormalization(epsilon=1e-6)(x))
    x = deconvolutions(x, {16: 2, 8: 1}[patch], head_filters)
    return keras.Model(inputs, heatmap_layer(outputs)(x), name=name)


def transformer_block(x, heads: int):
    """Every token looks at every other, then each by itself through two dense layers; both beside a shortcut.

    (B, N, D) to (B, N, D). Taught in notebook 04.
    """
    width = x.shape[-1]
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    x = x + layers.MultiHeadAttention(heads, width // heads)(y, y)
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    return x + layers.Dense(width)(layers.Dense(4 * width, activation="gelu")(y))


@keras.saving.register_keras_serializable("hpe_utils")
class ClassToken(layers.Layer):
    """One learnt token before (B, N, D) tokens: (B, N + 1, D) (Dosovitskiy et al. 2021)."""

    def build(self, shape):
        start = keras.initializers.TruncatedNormal(stddev=0.02)
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer=start, name="token")

    def call(self, tokens):
        token = ops.cast(self.token, tokens.dtype)
        return ops.concatenate([ops.repeat(token, ops.shape(tokens)[0], axis=0), tokens], axis=1)
