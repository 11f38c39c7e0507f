"""Textures computed once and then cut from: patterns of cloth, soft unevenness of surfaces, grain of a sensor."""

from functools import lru_cache

import cv2
import numpy as np

TILE = 64  # samples to a side of a cloth pattern, a power of two


@lru_cache
def patterns() -> np.ndarray:
    """All of clothes.PATTERNS in a row, each TILE × TILE float32 in 0 … 1: how much of the second colour shows."""
    y, x = (np.mgrid[:TILE, :TILE] + 0.5) / TILE
    noise = np.random.default_rng(0).random((TILE, TILE))
    across, along = (y < 0.5).astype(float), (x < 0.5).astype(float)
    dots = np.hypot(x - 0.5, y - 0.5) < 0.27
    return (
        np.stack([np.zeros_like(x), across, along, (across + along) / 2, dots, noise * 0.7]).astype(np.float32).ravel()
    )


@lru_cache
def grain() -> np.ndarray:
    """White noise (768, 768, 3) float32 of unit variance."""
    return np.random.default_rng(7).standard_normal((768, 768, 3), np.float32)


@lru_cache
def unevenness(size: int) -> np.ndarray:
    """Noise with structure at every scale (2 size, 2 size) float32 of unit variance, the same at every size."""
    rng = np.random.default_rng(8)
    total = np.zeros((2 * size, 2 * size), np.float32)
    for octave in range(2, 8):
        coarse = rng.standard_normal((2**octave, 2**octave)).astype(np.float32)
        total += cv2.resize(coarse, (2 * size, 2 * size), interpolation=cv2.INTER_CUBIC) * 0.8**octave
    return (total - total.mean()) / total.std()


def crop(texture: np.ndarray, place: np.ndarray, size: int) -> np.ndarray:
    """A square cut at a place (2,) in 0 … 1."""
    top, left = (place * (len(texture) - size)).astype(int)
    return texture[top : top + size, left : left + size]
