"""Attention as one layer: a mask over the places of a map that multiplies it (after Jetley et al. 2018)."""

import keras
from keras import layers, ops

KINDS = ("sigmoid", "softmax", "binary", "none")


@keras.saving.register_keras_serializable("hpe_utils")
class AttentionGate(layers.Layer):
    """Multiply (B, h, w, C) features by a mask (B, h, w, 1) that a 1×1 convolution makes of them: C + 1 weights.

    "sigmoid": each place for itself, between 0 and 1, begun at .88. "binary": 1 where that is above a half, else 0; the
    gradient is the sigmoid's, a straight-through estimate (Bengio et al. 2013). "softmax": the places share h·w, so
    that the mean is 1. "none": a control of equal size, whose convolution is added to all channels and gates nothing.
    Jetley et al. sum the gated places to one vector, which names a picture; a map of joints needs the places.
    `change`, a function of a mask, replaces it before it multiplies, to test what the mask is good for. Taught in
    notebook 06.
    """

    change = None

    def __init__(self, kind: str = "sigmoid", **options):
        super().__init__(**options)
        if kind not in KINDS:
            raise ValueError(f"unknown attention {kind!r}; known are {', '.join(KINDS)}")
        self.kind = kind

    def build(self, shape):
        """Make the convolution: all zeros, so that a trained trunk at first works as before."""
        self.kernel = self.add_weight(shape=(shape[-1], 1), initializer="zeros", name="kernel")
        start = 2.0 if self.kind in ("sigmoid", "binary") else 0.0
        self.bias = self.add_weight(shape=(1,), initializer=keras.initializers.Constant(start), name="bias")

    def scores(self, features):
        """The convolution's answer, (B, h, w, 1)."""
        return ops.matmul(features, self.kernel) + self.bias

    def mask(self, features):
        """The mask (B, h, w, 1), float32; all 1 for the control."""
        scores = ops.cast(self.scores(features), "float32")
        if self.kind == "sigmoid":
            return ops.sigmoid(scores)
        if self.kind == "binary":
            return straight_through(scores)
        if self.kind == "none":
            return ops.ones_like(scores)
        highest = ops.max(scores, axis=(1, 2), keepdims=True)
        share = ops.exp(scores - highest)
        return share / ops.mean(share, axis=(1, 2), keepdims=True)

    def call(self, features):
        """The gated features; the control's with the convolution's answer added."""
        if self.kind == "none":
            return features + self.scores(features)
        mask = self.mask(features)
        return features * ops.cast(self.change(mask) if self.change else mask, features.dtype)

    def compute_output_shape(self, shape):
        """As the input's."""
        return shape

    def get_config(self):
        """The options of `__init__`."""
        return super().get_config() | {"kind": self.kind}


def straight_through(scores):
    """1 where a score is above 0, else 0, of any shape; for the gradient it is the sigmoid (Bengio et al. 2013).

    A step's own slope is 0 everywhere, and nothing could be learnt. Taught in notebook 06.
    """
    soft = ops.sigmoid(scores)
    hard = ops.cast(scores > 0, soft.dtype)
    return soft + ops.stop_gradient(hard - soft)


def gated(trunk: keras.Model, kind: str | None, positions: tuple[str, ...]) -> keras.Model:
    """A copy of the trunk with a gate behind each of its layers named in `positions`, or without where `kind` is None.

    Layers keep their names, and gates are called gate_1 and so on. A copy in every case, so that what is drawn at
    random afterwards is the same with gates and without. Raises ValueError for a layer that is not there.
    """
    positions = positions if kind else ()
    names = [layer.name for layer in trunk.layers]
    if unknown := set(positions) - set(names):
        raise ValueError(f"the trunk has no layer {', '.join(sorted(unknown))}; it has {', '.join(names)}")

    def call(layer, *arguments, **options):
        output = layer(*arguments, **options)
        if layer.name in positions:
            output = AttentionGate(kind, name=f"gate_{positions.index(layer.name) + 1}")(output)
        return output

    result = keras.models.clone_model(trunk, call_function=call)
    for layer in (layer for layer in trunk.layers if layer.weights):
        result.get_layer(layer.name).set_weights(layer.get_weights())
    return result


def with_summary(trunk: keras.Model, pictures):
    """The features of a gated trunk, and at every place what one fully connected layer makes of all its gates' answers.

    Each gate's answer is averaged over its places; the layer turns the means, side by side, into one number a channel,
    at first 0. (B, H, W, 3) pictures to (B, h, w, C). Sorokina & Ablameyko (2021, III.A) put such a layer behind their
    three estimators; what it answers is our reading. Raises ValueError for a trunk without gates. Taught in notebook
    06.
    """
    answers = [layer.output for layer in trunk.layers if isinstance(layer, AttentionGate)]
    if not answers:
        raise ValueError("a fully connected layer joins the answers of gates: choose a kind of attention")
    features, *answers = keras.Model(trunk.inputs, [trunk.output, *answers], name=trunk.name)(pictures)
    means = layers.Concatenate()([layers.GlobalAveragePooling2D()(answer) for answer in answers])
    summary = layers.Dense(features.shape[-1], kernel_initializer="zeros", name="fully_connected")(means)
    return layers.Add()([features, layers.Reshape((1, 1, -1))(summary)])
