"""Losses of Mask R-CNN: boxes matched with people, masks and joints inside of given boxes."""

import numpy as np
from keras import losses, ops

from hpe_utils.boxes import BACKGROUND, IGNORED, encode_boxes, match
from hpe_utils.codecs.detection import DetectionCodec
from hpe_utils.losses.parts import binary_cross_entropy

# He et al. (2017) add all losses up. Iftimie's code weighs boxes of the RPN by .5, its classes by .5, boxes by 1,
# classes by .5 and masks by .1. These are the lab's; "masks" sums seven channels.
WEIGHTS = {"rpn": 1.0, "boxes": 1.0, "masks": 2.0, "keypoints": 0.5}


class FrameLoss(losses.Loss):
    """Whether somebody is in a frame, and how the frame differs from his box: of anchors, or of RoIs.

    `anchors` (N, 4), or None where the frames are the first four numbers of an answer. A frame is somebody's from an
    IoU of `high` on, and nobody's below `low`. Nearly all are nobody's: of these the `hardest` of each picture are
    trained, and as a whole they weigh as much as all that are somebody's (Shrivastava et al. 2016). What is nearest to
    a box after the first `people`, of somebody without a mask, is not trained. Described in notebook 10.
    """

    def __init__(self, anchors, low: float, high: float, hardest: int, name: str, people: int | None = None):
        super().__init__(name=name)
        self.anchors, self.low, self.high, self.hardest, self.people = anchors, low, high, hardest, people

    def call(self, boxes, answers):
        """Boxes (B, P, 4), NaN where there is nobody, and answers (B, N, 5), or (B, N, 9) with the frames before."""
        frames = answers[..., :4] if self.anchors is None else self.anchors
        matched = match(frames, boxes, self.low, self.high, force=self.anchors is not None)
        if self.anchors is None:
            there = ops.isfinite(frames[..., 0])
            matched = ops.where(there, matched, IGNORED)
            frames = ops.where(there[..., None], frames, np.array([0, 0, 1, 1], np.float32))
        if self.people is not None:
            matched = ops.where(matched >= self.people, IGNORED, matched)
        scores, deltas = answers[..., -5], answers[..., -4:]
        somebody = ops.cast(matched >= 0, "float32")
        entropy = binary_cross_entropy(somebody, scores)
        nobody = ops.cast(ops.equal(matched, BACKGROUND), "float32")
        hard = ops.top_k(nobody * entropy, min(self.hardest, scores.shape[1]))[0]
        own = ops.take_along_axis(boxes, ops.maximum(matched, 0)[..., None], axis=1)
        error = huber(encode_boxes(own, frames) - deltas)
        count = ops.maximum(ops.sum(somebody), 1.0)
        return ops.sum(somebody * (entropy + ops.sum(error, axis=-1))) / count + ops.mean(hard)


def huber(error):
    """Half the square up to 1, then the absolute value less a half: Girshick's smooth L1."""
    size = ops.abs(error)
    return ops.where(size < 1, 0.5 * ops.square(error), size - 0.5)


class MaskLoss(losses.Loss):
    """Cross-entropy of the body and each of its parts, each for itself, in the boxes of people (He et al. 2017)."""

    def __init__(self, codec: DetectionCodec):
        super().__init__(name="masks_loss")
        self.codec = codec

    def call(self, crops, logits):
        """Part maps (B, P, 2m, 2m) and logits (B, P, m, m, 1 + parts): summed over the channels, mean over cells."""
        target, known = self.codec.masks(crops)
        entropy = ops.sum(binary_cross_entropy(target, logits), axis=-1)
        return ops.sum(known * entropy) / ops.maximum(ops.sum(known), 1.0)


class JointLoss(losses.Loss):
    """Cross-entropy over the cells of a joint's map in a person's box (He et al. 2017).

    They call the one cell right that is nearest; here the four around the joint share the answer, each by its nearness,
    so that a place between cells can be said.
    """

    def call(self, keypoints, logits):
        """(B, P, K, 3) keypoints in cells of the box and logits (B, P, m, m, K): mean over labelled joints."""
        keypoints = ops.cast(keypoints, "float32")
        down, across = (
            shares(keypoints[..., axis], side) for axis, side in ((1, logits.shape[2]), (0, logits.shape[3]))
        )
        right = ops.sum(down[:, :, :, None] * across[:, :, None] * logits, axis=(2, 3))
        labelled = ops.cast(keypoints[..., 2] > 0, "float32")
        entropy = ops.logsumexp(logits, axis=(2, 3)) - right
        return ops.sum(labelled * entropy) / ops.maximum(ops.sum(labelled), 1.0)


def shares(places, cells: int):
    """Places (B, P, K) on a line of cells, as shares (B, P, cells, K) of the two nearest, which sum to 1."""
    distance = ops.clip(places, 0, cells - 1)[:, :, None] - ops.arange(cells, dtype="float32")[:, None]
    return ops.maximum(1 - ops.abs(distance), 0)


def mask_rcnn_losses(codec: DetectionCodec, anchors: np.ndarray, low: float = 0.3, high: float = 0.7) -> dict:
    """A loss for each output of a Mask R-CNN, for `model.compile`; WEIGHTS are its `loss_weights`."""
    return {
        "rpn": FrameLoss(anchors, low, high, 32, "rpn_loss", codec.people),
        "boxes": FrameLoss(None, 0.5, 0.5, 12, "boxes_loss", codec.people),
        "masks": MaskLoss(codec),
        "keypoints": JointLoss(name="keypoints_loss"),
    }
