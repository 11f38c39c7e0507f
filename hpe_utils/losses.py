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


def heatmap_mse(target, predicted, weight):
    """Half the mean squared error of (B, h, w, K) maps, weighted by (B, K) labels (Xiao et al. 2018)."""
    return 0.5 * ops.mean(ops.square(target - predicted) * weight[:, None, None, :])


def foreground_mse(target, predicted, weight, gain: float = 20.0):
    """`heatmap_mse` in which a cell counts the more, up to 1 + `gain` times, the higher its target is."""
    importance = (1 + gain * target) * weight[:, None, None, :]
    return 0.5 * ops.mean(ops.square(target - predicted) * importance)


def ohkm(target, predicted, weight, hardest: int = 8):
    """`heatmap_mse` of the `hardest` joints of each person alone (online hard keypoint mining, Chen et al. 2018)."""
    each = ops.mean(ops.square(target - predicted), axis=(1, 2)) * weight
    return 0.5 * ops.mean(ops.top_k(each, min(hardest, each.shape[-1]))[0])


def spatial_cross_entropy(target, predicted, weight):
    """Cross-entropy between target and softmax over the cells of each map, mean over labelled joints.

    `target` (B, h, w, K) heights, scaled to a sum of 1 a map; `predicted` logits of that shape. Taught in notebook 03.
    """
    target = target / ops.maximum(ops.sum(target, axis=(1, 2), keepdims=True), 1e-6)
    log_chance = predicted - ops.logsumexp(predicted, axis=(1, 2), keepdims=True)
    each = -ops.sum(target * log_chance, axis=(1, 2))
    return ops.sum(weight * each) / ops.maximum(ops.sum(weight), 1.0)


def every_stage(function):
    """The same loss on every stage of (B, S, h, w, K) outputs, summed: Newell et al. supervise every stack."""

    def summed(target, predicted, weight):
        return sum(function(target, predicted[:, stage], weight) for stage in range(predicted.shape[1]))

    return summed


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
