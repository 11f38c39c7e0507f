"""What a network costs: multiplications, and the memory that training takes."""

from collections.abc import Iterator

import keras
import numpy as np
from keras import layers

from hpe_utils.models.mask_rcnn import PerBox

# Of a weight in training: itself, its gradient and AdamW's two averages, all in float32.
BYTES_A_WEIGHT = 16


def count_macs(model: keras.Model) -> int:
    """Multiply-accumulates of convolutions, dense layers and attention for one picture; the rest is small change.

    A layer that is used several times counts as often. Taught in notebook 04.
    """
    return sum(_macs(node) for node in _uses(model))


def training_bytes(model: keras.Model, batch: int) -> int:
    """Memory that AdamW's training takes, counted: 16 bytes a weight, and for a batch what every layer answers.

    The answers have the sizes that the policy at the model's making gave them. A compiler that joins layers needs less,
    one that copies more.
    """
    return BYTES_A_WEIGHT * model.count_params() + batch * sum(_answer_bytes(node) for node in _uses(model))


def _uses(model: keras.Model) -> Iterator:
    """Every use of every layer, as Keras' graph knows them: the layer, what goes in and what comes out."""
    return (node for level in model._nodes_by_depth.values() for node in level)


def _macs(node) -> int:
    layer, inside, out = node.operation, node.input_tensors, node.outputs[0]
    if isinstance(layer, keras.Model):
        return count_macs(layer)
    if isinstance(layer, PerBox):
        return inside[0].shape[1] * count_macs(layer.model)
    if isinstance(layer, layers.Conv2DTranspose):
        return _size(layer.kernel) * _places(inside[0])
    if isinstance(layer, layers.SeparableConv2D):
        return (_size(layer.depthwise_kernel) + _size(layer.pointwise_kernel)) * _places(out)
    if isinstance(layer, (layers.Conv2D, layers.DepthwiseConv2D, layers.Dense)):
        return _size(layer.kernel) * _places(out)
    if isinstance(layer, layers.MultiHeadAttention):
        tokens, width = out.shape[1:]
        projections = sum(_size(weight) for weight in layer.trainable_weights if len(weight.shape) == 3)
        return projections * tokens + 2 * tokens * tokens * width
    return 0


def _answer_bytes(node) -> int:
    layer = node.operation
    if isinstance(layer, keras.Model):
        return sum(map(_answer_bytes, _uses(layer)))
    if isinstance(layer, PerBox):
        return node.input_tensors[0].shape[1] * sum(map(_answer_bytes, _uses(layer.model)))
    return sum(int(np.prod(out.shape[1:])) * (2 if str(out.dtype).endswith("16") else 4) for out in node.outputs)


def _size(weight) -> int:
    return int(np.prod(weight.shape))


def _places(tensor) -> int:
    return int(np.prod(tensor.shape[1:-1]))
