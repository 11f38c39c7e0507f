"""Batches for `fit`: pictures as uint8 and labels as keypoints, in a seeded order, augmented on the fly."""

from collections.abc import Callable

import keras
import numpy as np

from hpe_utils.data.augment import Augment
from hpe_utils.data.schema import DataError, Samples

KEEP = Augment(flip=0.0)


class Batches(keras.utils.PyDataset):
    """(B, H, W, 3) uint8 pictures and (B, P, K, 3) float32 keypoints; the same seed gives the same batches.

    `size` is the side of the square pictures it yields (default: as stored). With `shuffle` every epoch has its own
    order and the last, incomplete batch is dropped; without, the order is the samples' and every sample comes once.
    Of people without labelled joints whose box is known the keypoints are corners of that box, with v = −1, so that
    losses over maps can leave them out (`codecs.heatmap.learnt_cells`). `labels`, a codec's, makes inputs and targets
    of the pictures, the keypoints, a generator `rng`, and the samples' maps `instances` and `parts`, (B, H, W), where
    they have them. With `shard` (k, n) it yields of every batch the k-th of n equal parts, from 0, and reads no other
    pictures, so that n processes yield together what one does. Raises DataError where there are no equal parts.
    """

    def __init__(
        self,
        samples: Samples,
        batch_size=32,
        size=None,
        augment: Augment = KEEP,
        shuffle=False,
        seed=0,
        labels: Callable | None = None,
        shard: tuple[int, int] = (0, 1),
    ):
        # With one worker Keras leaves prefetching to tf.data's autotuner, whose iterators take seconds to close.
        super().__init__(workers=2)
        self.samples, self.batch_size, self.augment = samples, batch_size, augment
        height, width = samples.images.shape[1:3]
        self.size = (size, size) if size else (width, height)
        self.shuffle, self.seed, self.labels = shuffle, seed, labels
        if shuffle and len(samples) < batch_size:
            raise ValueError(f"{len(samples)} samples do not fill one batch of {batch_size}: lower batch_size")
        number, count = shard
        if batch_size % count:
            raise DataError(f"{count} processes cannot share a batch of {batch_size} equally: choose their number anew")
        self.own = slice(number * batch_size // count, (number + 1) * batch_size // count)
        self.start_at(0)

    def start_at(self, epoch: int, batch: int = 0) -> None:
        """Take up the order and the changes of this epoch, from one of its batches on."""
        self.begun, self.first, self.epoch, self.rows = False, batch, epoch, np.arange(len(self.samples))
        if self.shuffle:
            np.random.default_rng([self.seed, epoch]).shuffle(self.rows)

    def __len__(self) -> int:
        full, rest = divmod(len(self.samples), self.batch_size)
        return (full if self.shuffle else full + bool(rest)) - self.first

    def __getitem__(self, index: int):
        index += self.first
        rows = self.rows[index * self.batch_size : (index + 1) * self.batch_size]
        images = self.read(self.samples.images, rows)
        keypoints = with_boxes(self.samples.keypoints[rows], self.samples.boxes[rows])
        maps = self.maps(rows) if self.labels else {}
        rng = np.random.default_rng([self.seed, self.epoch, index])
        if self.augment != KEEP or self.size != images.shape[2:0:-1]:
            images, keypoints, *moved = self.augment(
                images, keypoints, self.samples.skeleton, self.size, rng, list(maps.values()), self.own
            )
            maps = dict(zip(maps, *moved, strict=True))
        else:
            maps = {name: labels for name, (labels, _) in maps.items()}
        batch = self.labels(images, keypoints, rng=rng, **maps) if self.labels else (images, keypoints)
        return keras.tree.map_structure(lambda array: array[self.own], batch)

    def read(self, stored, rows) -> np.ndarray:
        """Stored pictures or maps of a batch's rows; zeros for those that other processes yield."""
        own = rows[self.own]
        if len(own) == len(rows):
            return stored[rows]
        found = np.zeros((len(rows), *stored.shape[1:]), stored.dtype)
        found[self.own] = stored[own]
        return found

    def maps(self, rows) -> dict:
        """The samples' maps by name: (B, H, W) labels, and the table that exchanges their sides."""
        samples = self.samples
        tables = {"instances": None, "parts": samples.vocabulary and samples.vocabulary.flip}
        return {
            name: (np.asarray(self.read(maps, rows)), table)
            for name, table in tables.items()
            if (maps := getattr(samples, name)) is not None
        }

    def on_epoch_begin(self) -> None:
        """Note that this epoch's batches are taken."""
        self.begun = True

    def on_epoch_end(self) -> None:
        """Move on to the next epoch."""
        # `fit` ends an epoch before it begins its first: the batch at which to begin stays.
        self.start_at(self.epoch + 1, 0 if self.begun else self.first)


def with_boxes(keypoints: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(B, P, K, 3) keypoints; people without labelled joints get the corners of their (B, P, 4) box, v = −1."""
    silent = ~(keypoints[..., 2] > 0).any(axis=-1) & np.isfinite(boxes).all(axis=-1)
    if not silent.any():
        return keypoints
    corners = boxes[silent][:, [[0, 1], [2, 3], [2, 1], [0, 3]]]  # opposite ones first: two joints hold a box
    keypoints = np.array(keypoints)
    keypoints[silent, :, :2] = corners[:, np.arange(keypoints.shape[2]) % 4]
    keypoints[silent, :, 2] = -1
    return keypoints
