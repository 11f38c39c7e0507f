"""Batches for `fit`: pictures as uint8 and labels as keypoints, in a seeded order, augmented on the fly."""

import keras
import numpy as np

from hpe_utils.data.augment import Augment
from hpe_utils.data.schema import Samples

KEEP = Augment(flip=0.0)


class Batches(keras.utils.PyDataset):
    """(B, H, W, 3) uint8 pictures and (B, P, K, 3) float32 keypoints; the same seed gives the same batches.

    `size` is the side of the square pictures it yields (default: as stored). With `shuffle` every epoch has its own
    order and the last, incomplete batch is dropped; without, the order is the samples' and every sample comes once.
    """

    def __init__(self, samples: Samples, batch_size=32, size=None, augment: Augment = KEEP, shuffle=False, seed=0):
        # With one worker Keras leaves prefetching to tf.data's autotuner, whose iterators take seconds to close.
        super().__init__(workers=2)
        self.samples, self.batch_size, self.augment = samples, batch_size, augment
        height, width = samples.images.shape[1:3]
        self.size = (size, size) if size else (width, height)
        self.shuffle, self.seed = shuffle, seed
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
        if self.augment != KEEP or self.size != images.shape[2:0:-1]:
            rng = np.random.default_rng([self.seed, self.epoch, index])
            images, keypoints = self.augment(images, keypoints, self.samples.skeleton, self.size, rng)
        return images, keypoints

    def on_epoch_end(self) -> None:
        """Move on to the next epoch."""
        self.start_at(self.epoch + 1)
