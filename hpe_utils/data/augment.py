"""Random changes to pictures of people that leave the labels true, in NumPy and OpenCV.

One Affine moves a picture, its points, its boxes and its maps together; a mirrored person swaps left and right.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from hpe_utils.geometry import Affine
from hpe_utils.parts import UNLABELLED
from hpe_utils.skeleton import Skeleton


@dataclass(frozen=True)
class Augment:
    """How much each change may do: chances as fractions, rotation in degrees, shift as a fraction of the side.

    `scale` .25 draws factors from .75 to 1.25; `colour` is the strength of brightness, contrast and tint changes;
    `occlude` is the chance of covering a random rectangle (joints beneath it become hidden).
    """

    flip: float = 0.5
    rotate: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    colour: float = 0.0
    occlude: float = 0.0

    def __call__(
        self,
        images,
        keypoints,
        skeleton: Skeleton,
        size: tuple[int, int],
        rng: np.random.Generator,
        maps=(),
        own: slice = slice(None),
    ):
        """(B, H, W, 3) uint8 and (B, P, K, 3) to pictures of `size` (width, height) and their keypoints.

        `maps` are pairs of (B, H, W) uint8 labels and the table (256,) that exchanges their left and right, or None;
        they come back as a list beside the keypoints, UNLABELLED where the picture has no pixels. Of a batch that
        several machines share, only the pictures and maps of its `own` rows are made; what is drawn is that of all.
        """
        count, (height, width) = len(images), images.shape[1:3]
        flipped = rng.random(count) < self.flip
        affine = self.draw_affine((width, height), size, flipped, rng)
        tables = self.draw_colours(count, rng)
        covered = rng.random(count) < self.occlude
        result = np.zeros((count, size[1], size[0], 3), np.uint8)
        for i in range(count)[own]:
            # Stored pictures may be memory-mapped; OpenCV wants them in memory.
            cv2.warpAffine(np.asarray(images[i]), affine.matrix[i], size, dst=result[i], flags=cv2.INTER_LINEAR)
            if tables is not None:
                cv2.LUT(result[i], tables[i], dst=result[i])
        keypoints = move_keypoints(keypoints, affine, flipped, skeleton, size)
        moved = [move_map(labels, affine, flipped, table, size, own) for labels, table in maps]
        for i in np.flatnonzero(covered):
            cover_rectangle(result[i], keypoints[i], rng, [labels[i] for labels in moved])
        return (result, keypoints, moved) if maps else (result, keypoints)

    def draw_affine(self, old_size, new_size, flipped: np.ndarray, rng: np.random.Generator) -> Affine:
        """A batch of maps from stored pictures to batch pictures; `flipped` (B,) says which are mirrored."""
        count, middle = len(flipped), (np.array(new_size) - 1) / 2
        factor = 1 + rng.uniform(-self.scale, self.scale, count)
        degrees = rng.uniform(-self.rotate, self.rotate, count)
        dx, dy = (rng.uniform(-self.shift, self.shift, (count, 2)) * new_size).T
        centred = Affine.shift(*-middle) @ Affine.resize(old_size, new_size)
        change = Affine.rotate(degrees) @ Affine.scale(np.where(flipped, -factor, factor), factor)
        return Affine.shift(*(middle[:, None] + (dx, dy))) @ change @ centred

    def draw_colours(self, count: int, rng: np.random.Generator) -> np.ndarray | None:
        """(B, 256, 1, 3) uint8 tables that change brightness, contrast and tint; None when colour is 0."""
        if not self.colour:
            return None
        contrast = 1 + self.colour * rng.uniform(-1, 1, (count, 1, 1, 1))
        tint = self.colour * (40 * rng.uniform(-1, 1, (count, 1, 1, 1)) + 20 * rng.uniform(-1, 1, (count, 1, 1, 3)))
        values = (np.arange(256.0)[:, None, None] - 128) * contrast + 128 + tint
        return np.clip(values, 0, 255).astype(np.uint8)


def move_keypoints(keypoints, affine: Affine, flipped, skeleton: Skeleton, size) -> np.ndarray:
    """Map (B, P, K, 3) keypoints, swap sides of mirrored people, set v = 0 outside a picture of `size`.

    Corners of a box, v = −1, stay where they are outside.
    """
    moved = Affine(affine.matrix[:, None]).points(keypoints).astype(np.float32)
    moved[flipped] = moved[flipped][..., skeleton.flip, :]
    inside = ((moved[..., :2] >= -0.5) & (moved[..., :2] <= np.array(size) - 0.5)).all(axis=-1)
    moved[..., 2] *= inside | (moved[..., 2] < 0)
    return moved


def move_map(labels, affine: Affine, flipped, table, size, own: slice = slice(None)) -> np.ndarray:
    """Map (B, H, W) labels by the nearest pixel and exchange the sides of mirrored ones by `table`, if there is one."""
    moved = np.zeros((len(labels), size[1], size[0]), np.uint8)
    for i in range(len(labels))[own]:
        moved[i] = Affine(affine.matrix[i]).map(np.asarray(labels[i]), size, UNLABELLED)
    if table is not None:
        moved[flipped] = table[moved[flipped]]
    return moved


def cover_rectangle(image: np.ndarray, keypoints: np.ndarray, rng: np.random.Generator, maps=()) -> None:
    """Paint one rectangle of a random grey over a picture, in place.

    Visible joints beneath become hidden; (H, W) `maps` have 0 there.
    """
    height, width = image.shape[:2]
    w, h = (rng.uniform(0.1, 0.4, 2) * (width, height)).astype(int)
    x, y = rng.integers(0, width - w + 1), rng.integers(0, height - h + 1)
    image[y : y + h, x : x + w] = rng.integers(0, 256, 3)
    for labels in maps:
        labels[y : y + h, x : x + w] = 0
    inside = ((keypoints[..., :2] >= (x - 0.5, y - 0.5)) & (keypoints[..., :2] <= (x + w - 0.5, y + h - 0.5))).all(-1)
    keypoints[..., 2] = np.where(inside & (keypoints[..., 2] > 1), 1, keypoints[..., 2])
