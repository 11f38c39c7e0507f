"""Batches for `fit`: pictures as uint8 and labels as keypoints, in a seeded order, augmented on the fly."""

from collections.abc import Callable

import keras
import numpy as np

from hpe_utils.data.augment import Augment
from hpe_utils.data.schema import Samples

KEEP = Augment(flip=0.0)


class Batches(keras.utils.PyDataset):
    """(B, H, W, 3) uint8 pictures and (B, P, K, 3) float32 keypoints; the same seed gives the same batches.

    `size` is the side of the square pictures it yields (default: as stored). With `shuffle` every epoch has its own
    order and the last, incomplete batch is dropped; without, the order is the samples' and every sample comes once.
    `mask`, such as `PAFCodec.mask`, makes sample weights of the boxes (B, P, 4) of people without labelled joints.
    `labels`, such as `PartCodec.labels`, makes inputs and targets of the pictures, the keypoints, a generator `rng`,
    and the samples' maps `instances` and `parts`, (B, H, W), where they have them.
    """

    def __init__(
        self,
        samples: Samples,
        batch_size=32,
        size=None,
        augment: Augment = KEEP,
        shuffle=False,
        seed=0,
        mask: Callable | None = None,
        labels: Callable | None = None,
    ):
        # With one worker Keras leaves prefetching to tf.data's autotuner, whose iterators take seconds to close.
        super().__init__(workers=2)
        self.samples, self.batch_size, self.augment = samples, batch_size, augment
        height, width = samples.images.shape[1:3]
        self.size = (size, size) if size else (width, height)
        self.shuffle, self.seed, self.mask, self.labels = shuffle, seed, mask, labels
        if shuffle and len(samples) < batch_size:
            raise ValueError(f"{len(samples)} samples do not fill one batch of {batch_size}: lower batch_size")
        self.start_at(0)

    def start_at(self, epoch: int) -> None:
        """Take up the order and the changes of this epoch."""
        self.epoch, self.rows = epoch, np.arange(len(self.samples))
        if self.shuffle:
            np.random.default_rng([self.seed, epoch]).shuffle(self.rows)

    def __len__(self) -> int:
        full, rest = divmod(len(self.samples), self.batch_size)
        return full if self.shuffle else full + bool(rest)

    def __getitem__(self, index: int):
        rows = self.rows[index * self.batch_size : (index + 1) * self.batch_size]
        images, keypoints = self.samples.images[rows], self.samples.keypoints[rows]
        people = keypoints.shape[1]
        if self.mask:
            somebody = (keypoints[..., 2] > 0).any(axis=-1, keepdims=True)
            boxes = np.where(somebody, np.nan, self.samples.boxes[rows])
            keypoints = np.concatenate([keypoints, corners_of(boxes, keypoints.shape[2])], axis=1)
        maps = self.maps(rows) if self.labels else {}
        rng = np.random.default_rng([self.seed, self.epoch, index])
        if self.augment != KEEP or self.size != images.shape[2:0:-1]:
            images, keypoints, *moved = self.augment(
                images, keypoints, self.samples.skeleton, self.size, rng, list(maps.values())
            )
            maps = dict(zip(maps, *moved, strict=True))
        else:
            maps = {name: labels for name, (labels, _) in maps.items()}
        if self.labels:
            return self.labels(images, keypoints, rng=rng, **maps)
        if self.mask:
            corners = keypoints[:, people:, :, :2]
            boxes = np.concatenate([corners.min(axis=2), corners.max(axis=2)], axis=-1)
            return images, keypoints[:, :people], np.asarray(self.mask(boxes))
        return images, keypoints

    def maps(self, rows) -> dict:
        """The samples' maps by name: (B, H, W) labels, and the table that exchanges their sides."""
        samples = self.samples
        tables = {"instances": None, "parts": samples.vocabulary and samples.vocabulary.flip}
        return {
            name: (np.asarray(maps[rows]), table)
            for name, table in tables.items()
            if (maps := getattr(samples, name)) is not None
        }

    def on_epoch_end(self) -> None:
        """Move on to the next epoch."""
        self.start_at(self.epoch + 1)


def corners_of(boxes: np.ndarray, joints: int) -> np.ndarray:
    """The corners of (B, P, 4) edges as (B, P, joints, 3) unlabelled keypoints, which any change moves like joints."""
    x0, y0, x1, y1 = np.moveaxis(boxes, -1, 0)
    corners = np.stack([np.stack(corner, axis=-1) for corner in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))], axis=2)
    corners = np.take(corners, np.arange(joints) % 4, axis=2)
    return np.concatenate([corners, np.zeros_like(corners[..., :1])], axis=-1).astype(np.float32)
