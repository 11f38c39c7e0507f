"""Affine maps that move pictures, points, boxes and label maps together, and the crop rules of the data sets.

Pixel centres lie at integers, x to the right, y down, so a picture W wide spans −.5 … W−.5; boxes are edges
(x0, y0, x1, y1) in that frame. Taught in notebook 00.
"""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True, eq=False)
class Affine:
    """One map (2, 3), or a batch of maps (..., 2, 3), float64, from source pixels to target pixels."""

    matrix: np.ndarray

    @classmethod
    def of(cls, a=1.0, b=0.0, c=0.0, d=0.0, e=1.0, f=0.0) -> "Affine":
        """The map x' = a·x + b·y + c, y' = d·x + e·y + f from numbers or arrays of one shape."""
        a, b, c, d, e, f = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (a, b, c, d, e, f)))
        return cls(np.stack([a, b, c, d, e, f], axis=-1).reshape(*a.shape, 2, 3))

    @classmethod
    def shift(cls, dx, dy) -> "Affine":
        """Move by (dx, dy) pixels."""
        return cls.of(c=dx, f=dy)

    @classmethod
    def scale(cls, sx, sy=None) -> "Affine":
        """Enlarge about the coordinates' origin, which is the first pixel's centre."""
        return cls.of(a=sx, e=sx if sy is None else sy)

    @classmethod
    def rotate(cls, degrees, centre=(0.0, 0.0)) -> "Affine":
        """Turn about `centre`; positive degrees turn x towards y, clockwise as seen on a screen."""
        cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        turn = cls.of(a=cosine, b=-sine, d=sine, e=cosine)
        return cls.shift(*centre) @ turn @ cls.shift(-np.asarray(centre[0]), -np.asarray(centre[1]))

    @classmethod
    def flip(cls, width) -> "Affine":
        """Mirror a picture of this width: x becomes width − 1 − x. Left and right joints must be swapped as well."""
        return cls.of(a=-1.0, c=np.asarray(width) - 1.0)

    @classmethod
    def crop(cls, box, size) -> "Affine":
        """Map the edges of `box` (..., 4) to the edges of a picture of `size` (width, height)."""
        x0, y0, x1, y1 = np.moveaxis(np.asarray(box, np.float64), -1, 0)
        width, height = size
        return cls.shift(-0.5, -0.5) @ cls.scale(width / (x1 - x0), height / (y1 - y0)) @ cls.shift(-x0, -y0)

    @classmethod
    def resize(cls, old_size, new_size) -> "Affine":
        """Resize a whole picture from (width, height) to (width, height): x' = (x + .5)·s − .5."""
        return cls.crop((-0.5, -0.5, old_size[0] - 0.5, old_size[1] - 0.5), new_size)

    def __matmul__(self, first: "Affine") -> "Affine":
        """`(second @ first).points(p)` equals `second.points(first.points(p))`."""
        linear = self.matrix[..., :2] @ first.matrix[..., :2]
        offset = self.matrix[..., :2] @ first.matrix[..., 2:] + self.matrix[..., 2:]
        return Affine(np.concatenate([linear, offset], axis=-1))

    def inverse(self) -> "Affine":
        """The map back; raises ValueError where the map squashes the plane to a line."""
        linear, offset = self.matrix[..., :2], self.matrix[..., 2:]
        if np.any(np.abs(np.linalg.det(linear)) < 1e-12):
            raise ValueError("this affine map cannot be inverted: it squashes the picture to a line")
        back = np.linalg.inv(linear)
        return Affine(np.concatenate([back, -back @ offset], axis=-1))

    def points(self, points: np.ndarray) -> np.ndarray:
        """Map (..., N, 2) points, or the x, y of (..., N, 3) keypoints whose third column is kept."""
        points = np.asarray(points)
        moved = points[..., :2] @ np.swapaxes(self.matrix[..., :2], -1, -2) + self.matrix[..., None, :, 2]
        return np.concatenate([moved, points[..., 2:]], axis=-1).astype(np.result_type(points, np.float32))

    def box(self, box: np.ndarray) -> np.ndarray:
        """Map (..., 4) edges to the upright box around the mapped corners."""
        x0, y0, x1, y1 = np.moveaxis(np.asarray(box), -1, 0)
        corners = self.points(np.stack([np.stack(c, -1) for c in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))], -2))
        return np.concatenate([corners.min(axis=-2), corners.max(axis=-2)], axis=-1)

    def image(self, image: np.ndarray, size, border=0) -> np.ndarray:
        """Resample (H, W, C) into `size` (width, height) by bilinear sampling; `border` is the value outside.

        A picture that shrinks to less than half is averaged first, so that it does not alias.
        """
        shrink = np.sqrt(abs(np.linalg.det(self.matrix[:, :2])))
        factor = int(min(1 / max(shrink, 1e-6), *image.shape[:2])) if shrink < 0.5 else 1
        matrix = self.matrix
        if factor > 1:
            small = (max(1, image.shape[1] // factor), max(1, image.shape[0] // factor))
            matrix = (self @ Affine.resize(image.shape[1::-1], small).inverse()).matrix
            image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        border = np.full(4, border, np.float64).tolist()
        return cv2.warpAffine(image, matrix, tuple(size), flags=cv2.INTER_LINEAR, borderValue=border)

    def map(self, labels: np.ndarray, size, border=0) -> np.ndarray:
        """Resample an (H, W) map of labels into `size` (width, height) by the nearest pixel."""
        return cv2.warpAffine(labels, self.matrix, tuple(size), flags=cv2.INTER_NEAREST, borderValue=border)


def square_around(points: np.ndarray, factor: float = 1.25) -> np.ndarray:
    """The square box (4,) centred on (N, 2) points, its side `factor` times their longer extent (LSPET's crop)."""
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    half = max(np.max(high - low), 1.0) * factor / 2
    return np.concatenate([(low + high) / 2 - half, (low + high) / 2 + half]).astype(np.float32)


def grown_boxes(boxes: np.ndarray, aspect: float, factor: float = 1.25) -> np.ndarray:
    """COCO's top-down crops: (..., 4) boxes widened or heightened to width / height = `aspect`, then × `factor`."""
    x0, y0, x1, y1 = np.moveaxis(np.asarray(boxes, np.float32), -1, 0)
    half_width = np.maximum(x1 - x0, (y1 - y0) * aspect) * factor / 2
    x, y, half_height = (x0 + x1) / 2, (y0 + y1) / 2, half_width / aspect
    return np.stack([x - half_width, y - half_height, x + half_width, y + half_height], axis=-1)


def mask_box(mask: np.ndarray) -> np.ndarray:
    """The edges (4,) around the pixels of an (H, W) bool mask; NaN where there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return np.full(4, np.nan)
    return np.array([columns[0] - 0.5, rows[0] - 0.5, columns[-1] + 0.5, rows[-1] + 0.5])


def whole_square(shape: tuple[int, ...]) -> np.ndarray:
    """The edges (4,) of the smallest square around a whole picture (H, W, …), the picture in its middle."""
    height, width = shape[:2]
    side = max(height, width)
    left, top = (width - side) / 2 - 0.5, (height - side) / 2 - 0.5
    return np.array([left, top, left + side, top + side])


def mpii_box(center, scale: float) -> np.ndarray:
    """MPII's square crop (4,): c_y += 15·scale, scale × 1.25, side = 200·scale; `center` is 0-based (x, y)."""
    half = 200 * 1.25 * scale / 2
    x, y = center[0], center[1] + 15 * scale
    return np.array([x - half, y - half, x + half, y + half], np.float32)


def joint_angle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The angle at joint b between the limbs to a and c, 0 … 180 degrees, by the rule of cosines.

    Keypoints (..., 3) give angles (...,); NaN where a joint has v = 0 or a limb no length. Practised in notebook 07.
    """
    a, b, c = (np.asarray(joint, np.float64) for joint in (a, b, c))
    ab, cb, ac = (np.linalg.norm(p[..., :2] - q[..., :2], axis=-1) for p, q in ((a, b), (c, b), (a, c)))
    known = (np.minimum(np.minimum(a[..., 2], b[..., 2]), c[..., 2]) > 0) & (ab > 0) & (cb > 0)
    cosine = (ab**2 + cb**2 - ac**2) / np.where(known, 2 * ab * cb, 1)
    return np.where(known, np.degrees(np.arccos(np.clip(cosine, -1, 1))), np.nan)
