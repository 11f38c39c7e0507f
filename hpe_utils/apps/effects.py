"""What one does with part maps: another background, coloured parts, blur and pixels (Mankotia & Garg 2020).

Pictures are (H, W, 3) uint8 and stay as they were; masks are (H, W), bool or from 0 to 1; a new picture comes back.
"""

import cv2
import numpy as np

from hpe_utils.parts import UNLABELLED, Vocabulary


def mask_of(parts: np.ndarray, vocabulary: Vocabulary, *names: str) -> np.ndarray:
    """(H, W) bool: where a part map shows one of the named parts; raises KeyError for a name that it does not have."""
    return np.isin(parts, [vocabulary.label(name) for name in names])


def draw_mask(image: np.ndarray, person: np.ndarray, background=(255, 255, 255)) -> np.ndarray:
    """Keep the person; elsewhere show `background`, a colour or a picture (H, W, 3)."""
    return blend(image, background, 1 - np.asarray(person, np.float32))


def draw_parts(image: np.ndarray, parts: np.ndarray, colours: np.ndarray, opacity: float = 0.6) -> np.ndarray:
    """Lay the colours (n + 1, 3) of a part map over the picture; background and UNLABELLED stay clear.

    Raises ValueError for a label that has no colour.
    """
    shown = (parts > 0) & (parts != UNLABELLED)
    if shown.any() and parts[shown].max() >= len(colours):
        raise ValueError(f"the part map has the label {parts[shown].max()}, and there are {len(colours)} colours")
    return blend(image, np.asarray(colours)[np.where(shown, parts, 0)], opacity * shown)


def blur(image: np.ndarray, mask: np.ndarray, sigma: float = 5.0) -> np.ndarray:
    """Blur what the mask covers, by a Gaussian of `sigma` pixels: the background, or a face.

    Only covered pixels are averaged, so that no halo of the person runs into a blurred background. Raises ValueError
    unless `sigma` is above 0.
    """
    check(image, mask)
    if not 0 < sigma < np.inf:
        raise ValueError(f"sigma={sigma}: a blur has a width above 0, in pixels")
    share = np.asarray(mask, np.float32)[..., None]
    total, weight = (cv2.GaussianBlur(values, (0, 0), sigma) for values in (image * share, share))
    return blend(image, total / np.maximum(np.reshape(weight, share.shape), 1e-6), mask)


def pixelate(image: np.ndarray, mask: np.ndarray, block: int = 8) -> np.ndarray:
    """Show what the mask covers as squares of `block` pixels in their mean colour; raises ValueError below 1."""
    check(image, mask)
    if block < 1:
        raise ValueError(f"block={block}: a square has a side of 1 pixel or more")
    height, width = image.shape[:2]
    cells = cv2.resize(image, (-(-width // block), -(-height // block)), interpolation=cv2.INTER_AREA)
    return blend(image, cv2.resize(cells, (width, height), interpolation=cv2.INTER_NEAREST), mask)


def blend(image: np.ndarray, other, share: np.ndarray) -> np.ndarray:
    """`other`, a colour or a picture, laid over the picture, at each pixel as opaque as its `share` (H, W) says."""
    check(image, share)
    other = np.asarray(other, np.float32)
    if other.shape not in ((3,), image.shape):
        raise ValueError(f"what is laid over a picture {image.shape} is a colour or as large as it, not {other.shape}")
    mixed = image + np.asarray(share, np.float32)[..., None] * (other - image)
    return np.clip(np.round(mixed), 0, 255).astype(np.uint8)


def check(image: np.ndarray, mask: np.ndarray) -> None:
    """Raise ValueError unless the picture is (H, W, 3) uint8 and the mask (H, W), from 0 to 1."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"a picture is (H, W, 3) uint8, not {image.shape} {image.dtype}")
    if np.shape(mask) != image.shape[:2]:
        raise ValueError(f"the picture is {image.shape} and the mask {np.shape(mask)}: resize one of them")
    low, high = (np.min(mask), np.max(mask)) if np.size(mask) else (0, 1)
    if not (low >= 0 and high <= 1):
        raise ValueError(f"a mask is bool or from 0 to 1, not from {low} to {high}: divide one of 0 to 255 by 255")
