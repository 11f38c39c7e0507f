"""People as pixels: who is where, which part of a body, and arrows from every pixel to its person's joints.

BodyPix's targets (Papandreou et al. 2018, PersonLab; Mankotia & Garg 2020). What makes poses and instances of a
network's answers is `hpe_utils.codecs.instances`.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from keras import ops

from hpe_utils.codecs import Codec
from hpe_utils.codecs.heatmap import learnt_cells
from hpe_utils.parts import BODYPIX24, UNLABELLED, Vocabulary, mapping
from hpe_utils.skeleton import COCO17, Skeleton

# BodyPix's tree of joints: each edge is followed in both directions by the mid-range offsets.
EDGES = (
    ("nose", "left_eye"), ("left_eye", "left_ear"), ("nose", "right_eye"), ("right_eye", "right_ear"),
    *((a.format(side), b.format(side)) for side in ("left", "right") for a, b in (
        ("nose", "{}_shoulder"), ("{}_shoulder", "{}_elbow"), ("{}_elbow", "{}_wrist"), ("{}_shoulder", "{}_hip"),
        ("{}_hip", "{}_knee"), ("{}_knee", "{}_ankle"))),
)  # fmt: skip


@dataclass(frozen=True)
class PartCodec(Codec):
    """Labels of a picture of `size` (width, height) to the targets of BodyPix's heads, by the head's name.

    mask, parts: the labels of the pixels under each cell, whose side is `fine` pixels. The other heads' cells are
    `stride` pixels wide. heatmaps: 1 within `radius` cells of a joint. short: from those cells to that joint. mid: from
    there to the joint at the other end of each edge. long: from every cell of a person to all of its joints. An offset
    is x, y in units of `unit` pixels. In pictures of n strides and one pixel, as BodyPix's own, cells lie around every
    stride-th pixel, the outermost ones on the edge. Taught in notebook 08b.
    """

    size: tuple[int, int]
    vocabulary: Vocabulary = BODYPIX24
    skeleton: Skeleton = COCO17
    stride: int = 4
    fine: int = 2
    radius: float = 2.0
    unit: float = 32.0
    heads: tuple[str, ...] = ("mask", "parts", "heatmaps", "short", "mid", "long")

    @classmethod
    def of(cls, model, **options) -> "PartCodec":
        """The codec of a BodyPix's own heads and sizes; `options` are the other fields."""
        height, width = model.input.shape[1:3]
        strides = {head: 2 ** round(np.log2(width / output.shape[2])) for head, output in model.output.items()}
        stride = next((s for head, s in strides.items() if head not in ("mask", "parts")), strides["mask"])
        return cls((width, height), stride=stride, fine=strides["mask"], heads=tuple(strides), **options)

    @property
    def edges(self) -> np.ndarray:
        """(32, 2) int: where each mid-range offset begins and ends, 16 edges forward and then backward."""
        forward = np.array([self.skeleton.indices(*edge) for edge in EDGES])
        return np.concatenate([forward, forward[:, ::-1]])

    def labels(self, images, keypoints, rng=None, instances=None, parts=None) -> tuple:
        """What `Batches` hands to `fit`: the pictures, and for each head part maps (B, H, W) or keypoints (B, P, K, 3).

        For long offsets these are the keypoints (B, h, w, K, 3) of the person on each cell, v = 0 where there is none.
        """
        every = {"mask": parts, "parts": parts} | dict.fromkeys(("heatmaps", "short", "mid"), keypoints)
        if "long" in self.heads:
            every["long"] = self.owners(keypoints, instances)
        return images, {head: every[head] for head in self.heads}

    def owners(self, keypoints, instances) -> np.ndarray:
        """(B, P, K, 3) keypoints and (B, H, W) instance maps to (B, h, w, K, 3)."""
        middle = 0 if self.on_edge(self.stride) else self.stride // 2
        person = instances[:, middle :: self.stride, middle :: self.stride]
        nobody = np.zeros_like(keypoints[:, :1])
        table = np.concatenate([nobody, keypoints], axis=1)
        return table[np.arange(len(table))[:, None, None], np.where(person < table.shape[1], person, 0)]

    def head(self, name: str) -> SimpleNamespace:
        """One head's `encode`, for `KeypointLoss`."""
        return SimpleNamespace(encode=self.pixels if name in ("mask", "parts") else getattr(self, name))

    def pixels(self, parts):
        """(B, H, W) part maps to the labels under each cell, (B, h, w, n), and 1 for those that are labelled, else 0.

        A cell around a stride-th pixel has that pixel's label alone.
        """
        cell = self.fine
        return labelled(parts[:, ::cell, ::cell, None] if self.on_edge(cell) else under_cells(parts, cell))

    def heatmaps(self, keypoints):
        """(B, P, K, 3) keypoints to discs (B, h, w, K), and weights (B, h, w, 1), 0 on people without labels."""
        _, near = self.nearest(keypoints)
        y, x = self.centres[:, 0, 0, 1], self.centres[0, :, 0, 0]
        return near, learnt_cells(keypoints, x, y)[..., None]

    def short(self, keypoints):
        """(B, P, K, 3) keypoints to offsets (B, h, w, 2K), and weights, 1 within a joint's disc."""
        person, near = self.nearest(keypoints)
        return self.arrows(*self.of_person(person, keypoints), near)

    def mid(self, keypoints):
        """(B, P, K, 3) keypoints to offsets (B, h, w, 2·32), and weights: 1 in the disc of an edge's first joint."""
        person, near = self.nearest(keypoints)
        begin, end = self.edges.T
        joints, labelled = self.of_person(ops.take(person, begin, axis=2), ops.take(keypoints, end, axis=2))
        return self.arrows(joints, labelled, ops.take(near, begin, axis=-1))

    def long(self, owners):
        """The owners' keypoints (B, h, w, K, 3) to offsets (B, h, w, 2K), and weights, 1 where there is a joint."""
        owners = ops.cast(owners, "float32")
        return self.arrows(owners[..., :2], ops.cast(owners[..., 2] > 0, "float32"), 1.0)

    @property
    def first(self) -> float:
        """The first cell's centre in pixels, in x and in y."""
        return 0 if self.on_edge(self.stride) else (self.stride - 1) / 2

    @property
    def centres(self) -> np.ndarray:
        """The cells' centres in pixels, (h, w, 1, 2)."""
        x, y = (np.arange(self.first, side, self.stride, dtype=np.float32) for side in self.size)
        return np.stack(np.meshgrid(x, y), axis=-1)[:, :, None]

    def on_edge(self, cell: int) -> bool:
        """Whether cells of this side lie around every so-many-th pixel, from the first to the last."""
        return cell > 1 and all(side % cell == 1 for side in self.size)

    def nearest(self, keypoints):
        """Whose joint is nearest to each cell, one-hot (B, P, K, h, w), and the joints' discs (B, h, w, K)."""
        keypoints = ops.cast(keypoints, "float32")
        away = keypoints[:, :, :, None, None, :2] - self.centres[:, :, 0]
        distance = ops.sqrt(ops.sum(ops.square(away), axis=-1))
        distance = ops.where(keypoints[..., 2, None, None] > 0, distance, 1e6)
        person = ops.one_hot(ops.argmin(distance, axis=1), keypoints.shape[1], axis=1)
        near = ops.min(distance, axis=1) <= self.radius * self.stride
        return person, ops.cast(ops.transpose(near, (0, 2, 3, 1)), "float32")

    def of_person(self, person, keypoints):
        """Places (B, h, w, K, 2) and labels (B, h, w, K) of the joints of the person chosen at each cell."""
        keypoints = ops.cast(keypoints, "float32")
        labelled = ops.cast(keypoints[..., 2:] > 0, "float32")
        values = ops.moveaxis(ops.concatenate([keypoints[..., :2], labelled], axis=-1), -1, 0)
        # A product and a sum, not an einsum: compiled for a CPU that is many small matrices, one after the other.
        chosen = ops.sum(values[..., None, None] * person, axis=2)
        chosen = ops.transpose(chosen, (1, 3, 4, 2, 0))
        return chosen[..., :2], chosen[..., 2]

    def decode(self, outputs: dict, vocabulary: Vocabulary | None = None) -> tuple[np.ndarray, np.ndarray]:
        """A model's outputs to the probability (B, H, W) that a pixel is a person's, and its part (B, H, W) uint8.

        The part is the most probable one. Both are enlarged between the cells' centres to the picture. With a coarser
        `vocabulary` the probabilities of all parts that share a word are added. A part is named everywhere: where
        nobody is, the probability says so.
        """
        both = ops.convert_to_numpy(self.probabilities(outputs, vocabulary))
        return both[..., 0], (both[..., 1:].argmax(axis=-1) + 1).astype(np.uint8)

    def probabilities(self, outputs: dict, vocabulary: Vocabulary | None = None):
        """(B, H, W, 1 + n): at every pixel the probability of a person and of each part of one, in Keras' operators."""
        parts = ops.softmax(outputs["parts"])
        if vocabulary:
            words = mapping(self.vocabulary, vocabulary)[1 : len(self.vocabulary) + 1]
            parts = ops.matmul(parts, np.eye(len(vocabulary), dtype=np.float32)[words - 1])
        return self._enlarged(ops.concatenate([self.confidence(outputs), parts], axis=-1))

    def enlarged(self, maps: np.ndarray) -> np.ndarray:
        """(B, h, w, C) values of the fine cells at every pixel, (B, H, W, C), straight between the cells' centres."""
        return ops.convert_to_numpy(self._enlarged(maps))

    def _enlarged(self, maps):
        edge = (self.fine - 1) / 2 if self.on_edge(self.fine) else 0
        size = (maps.shape[1] * self.fine, maps.shape[2] * self.fine)
        large = ops.image.resize(maps, size, "bilinear")
        width, height = self.size
        first, last = int(np.floor(edge)), int(np.ceil(edge))  # between two pixels where a stride is even
        return (
            large[:, first:][:, :height, first:][:, :, :width] + large[:, last:][:, :height, last:][:, :, :width]
        ) / 2

    def confidence(self, outputs: dict):
        """The probability that a person is in each fine cell, (B, h, w, 1)."""
        return ops.sigmoid(outputs["mask"])

    def heights(self, outputs: dict) -> np.ndarray:
        """How sure the network is of each joint's disc, (B, h, w, K)."""
        return ops.convert_to_numpy(ops.sigmoid(outputs["heatmaps"]))

    def mirrored(self, outputs: dict) -> dict:
        """What the heads answer to mirrored pictures as answers to the pictures themselves."""
        sides = self.vocabulary.flip[1 : len(self.vocabulary) + 1].astype(int) - 1
        joints, edges = self.skeleton.flip, [tuple(edge) for edge in self.edges]
        orders = {"mask": [0], "parts": sides, "heatmaps": joints, "short": joints, "long": joints}
        orders["mid"] = [edges.index((joints[a], joints[b])) for a, b in edges]
        arrows = ("short", "mid", "long")
        return {head: _turned(output, orders[head], head in arrows) for head, output in outputs.items()}

    def arrows(self, joints, labelled, near):
        """From the cells' centres to (B, h, w, K, 2) places: offsets (B, h, w, 2K) and their weights."""
        weight = (labelled * near)[..., None] * ops.ones_like(joints)
        offsets = ops.where(weight > 0, (joints - self.centres) / self.unit, 0.0)
        flat = (-1, *offsets.shape[1:3], 2 * offsets.shape[3])
        return ops.reshape(offsets, flat), ops.reshape(weight, flat)


def _turned(output, order, arrows: bool) -> np.ndarray:
    """(B, h, w, C) mirrored, the channels in another order; arrows, two channels each, point to the other side."""
    turned = np.flip(np.asarray(output), axis=2)
    if not arrows:
        return turned[..., order]
    pairs = turned.reshape(*turned.shape[:3], -1, 2)[..., order, :] * np.array([-1, 1], np.float32)
    return pairs.reshape(turned.shape)


def under_cells(labels, cell: int):
    """(N, H, W) labels to those of the pixels under each cell of `cell` × `cell` pixels: (N, h, w, cell²)."""
    height, width = labels.shape[1] // cell, labels.shape[2] // cell
    split = ops.reshape(labels, (-1, height, cell, width, cell))
    return ops.reshape(ops.transpose(split, (0, 1, 3, 2, 4)), (-1, height, width, cell * cell))


def labelled(labels):
    """Labels as int32, 0 where they are UNLABELLED, and float32 of their shape: 1 where they are not."""
    labels = ops.cast(labels, "int32")
    known = labels != UNLABELLED
    return ops.where(known, labels, 0), ops.cast(known, "float32")
