"""Codecs: what a network is asked to output for a person (`encode`), and how people are read from it (`decode`)."""

from typing import Protocol

from hpe_utils.skeleton import Skeleton


class Codec(Protocol):
    """What every codec offers. `size` is the picture's (width, height); it knows a `skeleton`, a `vocabulary` or both.

    Sigmoid and softmax are the codec's matter: callers hand over a network's outputs as they are.
    """

    size: tuple[int, int]

    def labels(self, images, keypoints, rng=None, instances=None, parts=None) -> tuple:
        """What `Batches` hands to `fit`: inputs and targets, by default pictures and their (B, P, K, 3) keypoints."""
        return images, keypoints

    def encode(self, labels) -> tuple:
        """Targets to the network's output, and weights, 0 where there is nothing to learn; on the device."""

    def decode(self, outputs):
        """People, joints or parts in pixels of the picture."""

    def confidence(self, outputs):
        """How sure the network is of what `decode` reads, from 0 to 1."""

    def mirrored(self, outputs):
        """Outputs for mirrored pictures as outputs for the pictures: turned back, left and right exchanged."""


def skeleton_of(codec: Codec) -> Skeleton:
    """The codec's skeleton; raises ValueError where it was made without one."""
    if codec.skeleton is None:
        raise ValueError(f"{type(codec).__name__} cannot tell left from right: make it with skeleton=...")
    return codec.skeleton
