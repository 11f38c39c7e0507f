"""The one schema of all data sources: pictures of people with their labels, as arrays of equal length."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from hpe_utils import skeleton as skeletons
from hpe_utils.files import DataError
from hpe_utils.parts import Vocabulary, mapping
from hpe_utils.skeleton import Skeleton


@dataclass(frozen=True)
class Samples:
    """N pictures of one size with the labels of up to P people each. Pixel centres lie at integers.

    `images` (N, H, W, 3) uint8 RGB; `keypoints` (N, P, K, 3) float32 as x, y, v with v = 0 unlabelled, 1 hidden,
    2 visible; `boxes` and `head_boxes` (N, P, 4) float32 edges x0, y0, x1, y1 in the frame −.5 … W−.5, NaN where
    unknown; `to_picture` (N, 2, 3) float32 maps pixels of the sample to pixels of the picture `ids` names;
    `instances`, `parts`, `garments` (N, H, W) uint8 maps where the source has them; `vocabulary` says what the labels
    of `parts` mean; `attributes` maps a name to an array whose first axis is N; `left_out` counts, by reason, what the
    source could not use; `origin` says by name of which set, split and level (such as "hard") they are. Pictures and
    maps may be `streaming.Streamed`, which reads rows when they are asked for.
    """

    images: np.ndarray
    keypoints: np.ndarray
    boxes: np.ndarray
    head_boxes: np.ndarray
    to_picture: np.ndarray
    ids: np.ndarray
    skeleton: Skeleton
    title: str
    instances: np.ndarray | None = None
    parts: np.ndarray | None = None
    garments: np.ndarray | None = None
    vocabulary: Vocabulary | None = None
    attributes: Mapping[str, np.ndarray] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows) -> "Samples":
        """The samples of a slice, an index array or a boolean mask."""
        if isinstance(rows, (int, np.integer)):
            raise TypeError("index samples with a slice or an array, so that every axis stays: samples[3:4]")
        arrays = {f.name: value[rows] for f in fields(self) if hasattr(value := getattr(self, f.name), "dtype")}
        return replace(self, **arrays, attributes={k: v[rows] for k, v in self.attributes.items()})

    def joined(self, other: "Samples") -> "Samples":
        """These samples and then the other's, in memory: pictures, joints, boxes and maps: what training needs.

        The other fields keep this set's rows.
        """
        names = ("images", "keypoints", "boxes", "instances", "parts")
        names = [name for name in names if getattr(self, name) is not None]
        return replace(self, **{name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in names})

    def as_skeleton(self, target: Skeleton) -> "Samples":
        """The same samples with keypoints converted by joint name (`skeleton.plan_conversion` says what is lost)."""
        if target == self.skeleton:
            return self
        return replace(self, keypoints=skeletons.convert(self.keypoints, self.skeleton, target), skeleton=target)

    def as_parts(self, target: Vocabulary) -> "Samples":
        """The same samples with part maps in the words of another vocabulary, in memory (`parts.mapping`).

        Raises DataError for a data set without part maps, ValueError where the target lacks words.
        """
        if self.parts is None or self.vocabulary is None:
            raise DataError(f"{self.title} has no part maps: use the synthetic people or pascal_parts")
        if target == self.vocabulary:
            return self
        return replace(self, parts=mapping(self.vocabulary, target)[self.parts], vocabulary=target)

    def as_head_boxes(self) -> "Samples":
        """The same samples with the head box as the label: two opposite corners, v = 0 where the box is unknown.

        Corners lie half a pixel outside the pixels they enclose, so that `keypoints` (N, P, 2, 3) hold box edges.
        Raises DataError for a data set without head boxes. Taught in notebook 01.
        """
        if not np.isfinite(self.head_boxes).any():
            raise DataError(f"{self.title} has no head boxes: use the synthetic people or MPII")
        corners = self.head_boxes.reshape(*self.head_boxes.shape[:2], 2, 2)
        known = np.isfinite(corners).all(axis=(-2, -1), keepdims=True) & np.ones(corners.shape[:-1] + (1,), bool)
        keypoints = np.concatenate([np.where(known, corners, 0), 2 * known], axis=-1).astype(np.float32)
        return replace(self, keypoints=keypoints, skeleton=skeletons.HEAD_BOX)

    def describe(self) -> str:
        """One line: how many pictures of what size, the share of joints known to be hidden, and what was left out.

        Where nobody has labelled joints it names the parts, and counts the boxes as people.
        """
        height, width = self.images.shape[1:3]
        v = self.keypoints[..., 2]
        people, hidden = (v > 0).any(-1).sum(), (v == 1).sum()
        text = f"{self.title}: {len(self):,} pictures of {width}×{height}, "
        if people or self.vocabulary is None:
            text += f"{self.skeleton.name}, {people:,} people"
        else:
            text += f"{self.vocabulary.name} parts"
            if boxes := np.isfinite(self.boxes).all(-1).sum():
                text += f", {boxes:,} people"
        if hidden:
            text += f", {hidden / (v > 0).sum():.0%} of the labelled joints hidden"
        if self.left_out:
            text += "; left out: " + ", ".join(f"{n:,} {reason}" for reason, n in sorted(self.left_out.items()))
        return text
