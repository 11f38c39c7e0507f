"""Losses that take keypoints: the codec builds the target on the device, inside the loss."""

import keras
from keras import ops


def masked_mse(target, predicted, weight):
    """Mean squared error over the entries whose weight is not 0; 0 when there is none. Practised in notebook 02."""
    return ops.sum(weight * ops.square(target - predicted)) / ops.maximum(ops.sum(weight), 1.0)


def mse_with_zeros(target, predicted, weight):
    """Mean squared error over all entries: a joint nobody labelled is trained towards its placeholder, (0, 0).

    What Calvo & Cañadillas did, kept to show what it does. Taught in notebook 02.
    """
    return ops.mean(ops.square(target - predicted))


def masked_mae(target, predicted, weight):
    """Mean absolute error over the entries whose weight is not 0; 0 when there is none."""
    return ops.sum(weight * ops.abs(target - predicted)) / ops.maximum(ops.sum(weight), 1.0)


class KeypointLoss(keras.losses.Loss):
    """Compare a model's outputs with (B, P, K, 3) keypoints by way of a codec.

    `codec.encode(keypoints)` gives target and weight; `function(target, predicted, weight)` gives the loss.
    """

    def __init__(self, codec, function=masked_mse, name="keypoint_loss"):
        super().__init__(name=name)
        self.codec, self.function = codec, function

    def call(self, keypoints, predicted):
        """The scalar loss of a batch."""
        target, weight = self.codec.encode(keypoints)
        return self.function(target, ops.cast(predicted, "float32"), weight)
