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
    log_probability = predicted - ops.logsumexp(predicted, axis=(1, 2), keepdims=True)
    each = -ops.sum(target * log_probability, axis=(1, 2))
    return ops.sum(weight * each) / ops.maximum(ops.sum(weight), 1.0)


def squared_error(target, predicted, weight):
    """The squared error of (B, h, w, C) maps and fields, summed over channels: (B, h, w) (Cao et al. 2017)."""
    return weight * ops.sum(ops.square(target - predicted), axis=-1)


def focal_cross_entropy(target, logits, gamma: float = 2.0):
    """Cross-entropy of (B, h, w, K) heights, a cell counting by its error to the power `gamma`: (B, h, w).

    `logits` are heights before the sigmoid. Empty cells, nearly all, are soon right and fall silent (Lin et al. 2017,
    for heights between 0 and 1 by Li et al. 2020). Taught in notebook 05.
    """
    cross_entropy = ops.maximum(logits, 0) - logits * target + ops.log1p(ops.exp(-ops.abs(logits)))
    error = ops.abs(target - ops.sigmoid(logits))
    return ops.sum(ops.power(error + 1e-6, gamma) * cross_entropy, axis=-1)


def shared_cross_entropy(target, logits):
    """`spatial_cross_entropy` with several people: a map's peaks share one probability. (B, h, w), empty maps 0.

    The mean over the cells is the mean over maps; both are (B, h, w, K). Taught in notebook 05.
    """
    mass = ops.sum(target, axis=(1, 2), keepdims=True)
    present = ops.cast(mass > 0.1, "float32")
    log_probability = logits - ops.logsumexp(logits, axis=(1, 2), keepdims=True)
    cells = target.shape[1] * target.shape[2]
    return -cells * ops.mean(present * target / ops.maximum(mass, 0.1) * log_probability, axis=-1)


def balanced_fields(target, predicted):
    """Absolute error of (B, h, w, C) fields in which all cells on limbs weigh as much as all others: (B, h, w).

    The mean over the cells is the sum of the two parts' means, channels together. Taught in notebook 05.
    """
    on = ops.cast(target != 0, "float32")
    shares = on / ops.maximum(ops.sum(on), 1.0) + (1 - on) / ops.maximum(ops.sum(1 - on), 1.0)
    cells = ops.cast(ops.size(target[..., 0]), "float32")
    return cells * ops.sum(shares * ops.abs(target - predicted), axis=-1)


def people_loss(maps: int, joints: int, place_weight: float = 0.2):
    """What trains the lab form of OpenPose: a function of target, predicted and weight to (B, h, w).

    The first `maps` channels are logits of heights, of which the first `joints` also share one probability, weighted by
    `place_weight`; the others are fields. Taught in notebook 05.
    """

    def function(target, predicted, weight):
        heights = focal_cross_entropy(target[..., :maps], predicted[..., :maps])
        known = weight[..., None]
        rivals = ops.where(known > 0, predicted[..., :joints], -1e9)  # a cell that is not learnt is nobody's rival
        places = shared_cross_entropy(known * target[..., :joints], rivals)
        return weight * (heights + place_weight * places + balanced_fields(target[..., maps:], predicted[..., maps:]))

    return function


def where_known(function, nothing):
    """The same loss without what nobody knows: where the target is NaN it is 0, and the prediction is `nothing`.

    `nothing` (C,) is what the channels say where nothing is: 0, or of heights before the sigmoid a low number.
    """

    def known(target, predicted, weight):
        unknown = ops.isnan(target)
        silent = ops.convert_to_tensor(nothing, "float32")
        return function(ops.where(unknown, 0.0, target), ops.where(unknown, silent, predicted), weight)

    return known


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
        """The loss of a batch: a number, or one for each cell, (B, h, w), which `fit` weighs by its sample weights."""
        target, weight = self.codec.encode(keypoints)
        return self.function(target, ops.cast(predicted, "float32"), weight)
