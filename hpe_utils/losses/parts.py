"""Losses of people as pixels: masks, parts and offsets. `bodypix_losses` gives `compile` one for every head."""

from keras import ops

from hpe_utils.codecs.bodypix import PartCodec
from hpe_utils.losses import KeypointLoss


def binary_cross_entropy(target, logits):
    """The cross-entropy of probabilities, cell by cell; `logits` are probabilities before the sigmoid."""
    return ops.maximum(logits, 0) - logits * target + ops.log1p(ops.exp(-ops.abs(logits)))


def soft_iou(target, probability, axes):
    """Intersection over union of shares and probabilities, summed over `axes`; 0 where both are empty."""
    both = ops.sum(target * probability, axis=axes)
    union = ops.sum(target + probability, axis=axes) - both
    return both / ops.maximum(union, 1.0)


def mask_loss(labels, logits, known):
    """Cross-entropy of person against background, and twice 1 − IoU of each picture: what is scored is trained.

    `labels` (B, h, w, n) of the pixels under each cell of (B, h, w, 1) logits, 0 for the background; `known` is 1 where
    they count. Cross-entropy alone is content with what most pixels are (Rahman & Wang 2016). Taught in notebook 08b.
    """
    share = ops.mean(known, axis=-1, keepdims=True)
    person = ops.mean(ops.cast(labels > 0, "float32") * known, axis=-1, keepdims=True)
    entropy = share * ops.maximum(logits, 0) - logits * person + share * ops.log1p(ops.exp(-ops.abs(logits)))
    overlap = soft_iou(person, share * ops.sigmoid(logits), axes=(1, 2, 3))
    return ops.sum(entropy) / ops.maximum(ops.sum(share), 1.0) + 2 * (1 - ops.mean(overlap))


def part_loss(labels, logits, known):
    """Cross-entropy between the parts, and 1 − IoU of the parts that occur in the batch, on people alone.

    `labels` (B, h, w, n) and `known` as in `mask_loss`; `logits` (B, h, w, parts). Described in notebook 08b.
    """
    parts = logits.shape[-1]
    # Background and unlabelled pixels are −1, which is no part: the large array is made once, and not multiplied.
    shares = ops.mean(ops.one_hot(ops.where(known > 0, labels, 0) - 1, parts), axis=-2)
    log_probability = logits - ops.logsumexp(logits, axis=-1, keepdims=True)
    entropy = -ops.sum(shares * log_probability) / ops.maximum(ops.sum(shares), 1.0)
    person = ops.sum(shares, axis=-1, keepdims=True)
    there = ops.cast(ops.sum(shares, axis=(0, 1, 2)) > 0, "float32")
    overlap = soft_iou(shares, person * ops.exp(log_probability), axes=(0, 1, 2))
    return entropy + ops.sum(there * (1 - overlap)) / ops.maximum(ops.sum(there), 1.0)


def disc_loss(target, logits, weight):
    """Cross-entropy of the discs around joints, summed over joints, mean over cells."""
    return ops.mean(ops.sum(weight * binary_cross_entropy(target, logits), axis=-1))


def offset_loss(target, predicted, weight):
    """Mean absolute error of the offsets whose weight is 1; 0 when there is none."""
    return ops.sum(weight * ops.abs(target - predicted)) / ops.maximum(ops.sum(weight), 1.0)


LOSSES = {
    "mask": mask_loss,
    "parts": part_loss,
    "heatmaps": disc_loss,
    "short": offset_loss,
    "mid": offset_loss,
    "long": offset_loss,
}


def bodypix_losses(codec: PartCodec) -> dict[str, KeypointLoss]:
    """A loss for each of the codec's heads, for `model.compile`."""
    return {head: KeypointLoss(codec.head(head), LOSSES[head], name=f"{head}_loss") for head in codec.heads}
