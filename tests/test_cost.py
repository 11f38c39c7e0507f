"""Multiplications of a network, counted by hand."""

import keras
import pytest
from keras import layers

from hpe_utils import models
from hpe_utils.models import mask_rcnn
from hpe_utils.models.cost import count_macs


@pytest.mark.parametrize(
    "layer, expected",
    [
        (layers.Conv2D(5, 3, strides=2, padding="same"), 4 * 4 * 9 * 3 * 5),
        (layers.Conv2DTranspose(5, 4, strides=2, padding="same"), 8 * 8 * 16 * 3 * 5),
        (layers.DepthwiseConv2D(3, padding="same"), 8 * 8 * 9 * 3),
        (layers.SeparableConv2D(5, 3, padding="same"), 8 * 8 * (9 * 3 + 3 * 5)),
        (layers.Dense(5), 8 * 8 * 3 * 5),
        (layers.ReLU(), 0),
    ],
)
def test_one_layer_by_hand(layer, expected):
    inputs = keras.Input((8, 8, 3))
    assert count_macs(keras.Model(inputs, layer(inputs))) == expected


def test_attention_by_hand():
    tokens = keras.Input((7, 6))
    attention = layers.MultiHeadAttention(2, 3)
    # Queries, keys, values and the way out are 6×6 matrices; scores and sums go over all pairs of tokens.
    assert count_macs(keras.Model(tokens, attention(tokens, tokens))) == 4 * 7 * 6 * 6 + 2 * 7 * 7 * 6


def test_models_inside_models_count():
    model = models.build("simple_baseline", "lab")
    assert count_macs(model) == count_macs(model.get_layer("trunk")) + 16 * 16 * 16 * 64 * 16


def test_a_model_for_every_box_counts_once_a_box():
    head = mask_rcnn.box_head((7, 7, 4), 8)
    boxes = keras.Input((5, 7, 7, 4))
    once = 196 * 8 + 8 * 8 + 8 * 5
    assert count_macs(keras.Model(boxes, mask_rcnn.PerBox(head)(boxes))) == 5 * once
