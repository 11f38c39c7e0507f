"""People as boxes with masks: what Mask R-CNN's heads are taught, and how its answers come back to the picture."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from keras import ops

from hpe_utils.codecs import Codec
from hpe_utils.codecs.bodypix import labelled, under_cells
from hpe_utils.codecs.heatmap import HeatmapCodec
from hpe_utils.geometry import Affine, mask_box
from hpe_utils.parts import IFTIMIE6, UNLABELLED, Vocabulary
from hpe_utils.skeleton import COCO17, Skeleton


class Detected(NamedTuple):
    """n people found in a picture, the best first, in its pixels.

    `boxes` (n, 4), `scores` (n,), `probabilities` (n, H, W, 1 + parts) of the body and of each part, `keypoints`
    (n, K, 3).
    """

    boxes: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray
    keypoints: np.ndarray

    @property
    def masks(self) -> np.ndarray:
        """(n, H, W, 1 + parts) bool: the body and the parts, each for itself, clipped by the body (Iftimie 2017)."""
        solid = self.probabilities >= 0.5
        return solid & solid[..., :1]

    @property
    def parts(self) -> np.ndarray:
        """(n, H, W) uint8: the likeliest part of the body's pixels, 0 elsewhere."""
        likeliest = self.probabilities[..., 1:].argmax(axis=-1) + 1
        return np.where(self.probabilities[..., 0] >= 0.5, likeliest, 0).astype(np.uint8)


@dataclass(frozen=True)
class DetectionCodec(Codec):
    """Maps of a picture of `size` (width, height) to boxes, and to masks and joints in them, and back.

    Masks have `mask` × `mask` cells; up to `people` people are taught. In training the masks' boxes are the true ones,
    each edge moved by up to `jitter` of the side, as found boxes will be off. Taught in notebook 10.
    """

    size: tuple[int, int]
    vocabulary: Vocabulary = IFTIMIE6
    mask: int = 28
    people: int = 4
    jitter: float = 0.1
    skeleton: Skeleton = COCO17

    def labels(self, images, keypoints, rng, instances, parts) -> tuple[dict, dict]:
        """What `Batches` hands to `fit`, by name: pictures, given boxes; boxes, and maps and joints in the given.

        The part maps (B, P, 2·mask, 2·mask) hold their own person alone. After the boxes (B, people, 4) come those of
        people without a mask, NaN for none: what overlaps them is taught as neither right nor wrong.
        """
        boxes = boxes_of(instances, self.people)
        given = self.moved(boxes, rng)
        crops = np.full((*given.shape[:2], 2 * self.mask, 2 * self.mask), UNLABELLED, np.uint8)
        points = np.zeros((*given.shape[:2], *keypoints.shape[2:]), np.float32)
        for i, j in zip(*np.nonzero(np.isfinite(given[..., 0])), strict=True):
            own = np.where(instances[i] == j + 1, parts[i], 0)
            crops[i, j] = Affine.crop(given[i, j], crops.shape[2:]).map(own, crops.shape[2:])
            points[i, j] = self.in_box(keypoints[i, j], given[i, j])
        everybody = np.concatenate([boxes, unlabelled_boxes(keypoints, boxes)], axis=1)
        targets = {"rpn": everybody, "boxes": everybody, "masks": crops, "keypoints": points}
        return {"images": images, "given": given}, targets

    def moved(self, boxes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The boxes with each edge moved at random."""
        sides = np.concatenate([boxes[..., 2:] - boxes[..., :2]] * 2, axis=-1)
        return (boxes + rng.uniform(-self.jitter, self.jitter, boxes.shape) * sides).astype(np.float32)

    def in_box(self, keypoints: np.ndarray, box: np.ndarray) -> np.ndarray:
        """(K, 3) keypoints in cells of a box's masks, v = 0 outside."""
        cells = Affine.crop(box, (self.mask, self.mask)).points(keypoints)
        inside = ((cells[:, :2] >= -0.5) & (cells[:, :2] < self.mask - 0.5)).all(axis=-1)
        return np.where(inside[:, None], cells, 0)

    def masks(self, crops):
        """Part maps (B, P, 2m, 2m) to shares (B, P, m, m, 1 + parts) of the body and of its parts, and what is known.

        The latter, (B, P, m, m), is 0 for nobody's boxes.
        """
        pixels = under_cells(ops.reshape(crops, (-1, *crops.shape[2:])), 2)
        labels, known = labelled(ops.reshape(pixels, (-1, crops.shape[1], self.mask, self.mask, 4)))
        parts = ops.mean(ops.one_hot(labels, len(self.vocabulary) + 1), axis=-2)
        return ops.concatenate([1 - parts[..., :1], parts[..., 1:]], axis=-1), ops.mean(known, axis=-1)

    def encode(self, crops):
        """The targets of the mask head; those of the other heads are matched with boxes in `losses.detection`."""
        return self.masks(crops)

    def confidence(self, outputs: dict) -> np.ndarray:
        """(B, n): how sure the network is that each box holds somebody."""
        return np.asarray(outputs["scores"])

    def mirrored(self, outputs: dict) -> dict:
        """A detector's answers to mirrored pictures as answers to the pictures themselves."""
        boxes, masks = np.asarray(outputs["boxes"]), np.flip(np.asarray(outputs["masks"]), axis=3)
        x0, y0, x1, y1 = np.moveaxis(boxes, -1, 0)
        sides = np.r_[0, self.vocabulary.flip[1 : len(self.vocabulary) + 1]].astype(int)
        turned = {"boxes": np.stack([self.size[0] - 1 - x1, y0, self.size[0] - 1 - x0, y1], axis=-1)}
        turned |= {"scores": self.confidence(outputs), "masks": masks[..., sides]}
        if "keypoints" in outputs:
            turned["keypoints"] = np.flip(np.asarray(outputs["keypoints"]), axis=3)[..., self.skeleton.flip]
        return turned

    def decode(self, outputs: dict, least: float = 0.5) -> list[Detected]:
        """A detector's outputs to the people of each picture whose score is at least `least`.

        A joint's place is read between the cells, from the smoothed map (Zhang et al. 2020, DARK).
        """
        outputs = {name: np.asarray(output) for name, output in outputs.items()}
        if "keypoints" in outputs:
            maps = outputs["keypoints"]
            cells = HeatmapCodec((self.mask, self.mask), stride=1, logits=True, blur=1.0).decode(
                maps.reshape(-1, *maps.shape[2:])
            )
            outputs["keypoints"] = np.reshape(cells, (*maps.shape[:2], -1, 3))
        return [
            self._people({name: output[i] for name, output in outputs.items()}, least)
            for i in range(len(outputs["boxes"]))
        ]

    def _people(self, output: dict, least: float) -> Detected:
        rows = np.flatnonzero((output["scores"] >= least) & np.isfinite(output["boxes"]).all(axis=1))
        boxes = output["boxes"][rows]
        probabilities = 1 / (1 + np.exp(-output["masks"][rows]))
        width, height = self.size
        pasted = np.zeros((len(rows), height, width, probabilities.shape[-1]), np.float32)
        keypoints = output["keypoints"][rows] if "keypoints" in output else np.zeros((len(rows), 0, 3), np.float32)
        for n, box in enumerate(boxes):
            back = Affine.crop(box, (self.mask, self.mask)).inverse()
            pasted[n] = cv2.warpAffine(probabilities[n], back.matrix, self.size, flags=cv2.INTER_LINEAR)
            keypoints[n] = back.points(keypoints[n])
        return Detected(boxes, output["scores"][rows], pasted, keypoints)


def unlabelled_boxes(keypoints: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The boxes (B, P, 4) of people whose keypoints are its corners, v = −1, unless among `boxes`; else NaN."""
    corner = keypoints[..., 2:] < 0
    low = np.where(corner, keypoints[..., :2], np.inf).min(axis=2)
    high = np.where(corner, keypoints[..., :2], -np.inf).max(axis=2)
    found = np.concatenate([low, high], axis=-1)
    known = np.zeros(found.shape[:2], bool)
    rows = min(boxes.shape[1], found.shape[1])
    known[:, :rows] = np.isfinite(boxes[:, :rows, 0])
    return np.where(corner.any(axis=(2, 3))[..., None] & ~known[..., None], found, np.nan).astype(np.float32)


def boxes_of(instances: np.ndarray, people: int) -> np.ndarray:
    """The boxes (B, people, 4) around the pixels of persons 1, 2 … of (B, H, W) maps; NaN where there is nobody."""
    boxes = [[mask_box(owners == person) for person in range(1, people + 1)] for owners in instances]
    return np.reshape(boxes, (-1, people, 4)).astype(np.float32)
