"""What each pixel sees: strokes filled into a buffer of numbers from far to near, and the surface points in front."""

from dataclasses import dataclass

import cv2
import numpy as np

from .strokes import OVERSAMPLING, SHAPE, SHIFT, Region, Strokes

COLUMN = {name: index for index, name in enumerate(SHAPE)}
PIXEL = np.ones((OVERSAMPLING, OVERSAMPLING), np.uint8)


@dataclass(frozen=True)
class Surface:
    """Visible points of n pixels: normal and depth in picture axes (z away from the camera), and place on the hull.

    `along` runs from 0 at the first edge to 1 at the second, `side` from 1 at an edge's first sphere to −1 at its
    second, `across` is the distance from the middle line in pixels.
    """

    nx: np.ndarray
    ny: np.ndarray
    nz: np.ndarray
    z: np.ndarray
    along: np.ndarray
    across: np.ndarray
    side: np.ndarray


@dataclass(frozen=True)
class Sight:
    """The n pixels of one picture that strokes cover: `place` in the picture and `inside` the region, row by row.

    `stroke` (n,) counts from the picture's first, `shape` (columns, n) and `surface` are those of the stroke there.
    For every pixel of the region: `number` of its nearest stroke from 1, or 0; `alpha` the share of it that strokes
    cover; `edges` where several meet.
    """

    region: Region
    number: np.ndarray
    alpha: np.ndarray
    edges: np.ndarray
    inside: np.ndarray
    place: np.ndarray
    stroke: np.ndarray
    shape: np.ndarray
    surface: Surface

    @property
    def solid(self) -> np.ndarray:
        """(n,) bool: pixels at least half covered, which is what counts for labels."""
        return self.alpha.ravel().take(self.inside) >= 0.5


def look(buffer: np.ndarray, strokes: Strokes, i: int, size: int) -> Sight:
    """Fill picture i's strokes into the buffer (samples, samples) uint16 and find what its pixels see."""
    rows, region = slice(strokes.start[i], strokes.start[i + 1]), strokes.region[i]
    number, alpha, edges = _fill(buffer, strokes.outline[rows], region)
    inside = np.flatnonzero(number != 0)
    stroke = number.ravel().take(inside).astype(np.intp) - 1
    y, x = np.divmod(inside, number.shape[1])
    x, y = x + region.x, y + region.y
    shape = strokes.shape[:, rows].take(stroke, axis=1)
    return Sight(region, number, alpha, edges, inside, y * size + x, stroke, shape, _surface(shape, x, y))


def _fill(buffer: np.ndarray, outlines: np.ndarray, region: Region) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    buffer[:] = 0
    for number, outline in enumerate(outlines, start=1):
        cv2.fillConvexPoly(buffer, outline, number, cv2.LINE_8, SHIFT)
    samples = buffer[region.samples]
    shape = region.columns.stop - region.x, region.rows.stop - region.y
    covered = cv2.resize(cv2.compare(samples, 0, cv2.CMP_GT), shape, interpolation=cv2.INTER_AREA)
    nearest, farthest = (
        change(samples, PIXEL, anchor=(0, 0))[::OVERSAMPLING, ::OVERSAMPLING] for change in (cv2.dilate, cv2.erode)
    )
    alpha = covered.astype(np.float32) / np.float32(255)
    return np.ascontiguousarray(nearest), alpha, (nearest != farthest).view(np.uint8)


def _surface(shape: np.ndarray, x: np.ndarray, y: np.ndarray) -> Surface:
    """The front of each pixel's hull, taken as a row of spheres between its two edges."""
    (ax, ay, az, ar, aux, auy, auz, dx, dy, dz, dr, dux, duy, duz, inverse_square, tilt, inverse_length,
     open_low, open_high, relief) = shape[:20]  # fmt: skip
    px, py = x.astype(np.float32) - ax, y.astype(np.float32) - ay
    run = (px * dx + py * dy) * inverse_square
    across = (px * dy - py * dx) * inverse_length
    # A limb that points at the camera shows its near end: the visible point lies nearer along the axis.
    radius = ar + _clip(run, 0, 1) * dr
    run -= np.sqrt(np.maximum(radius * radius - across * across, 0)) * tilt
    t = _clip(run, 0, 1)
    run = _clip(run, open_low, open_high)
    radius = ar + t * dr
    ox, oy = px - run * dx, py - run * dy
    ux, uy = aux + t * dux, auy + t * duy
    s = _clip((ox * ux + oy * uy) / (ux * ux + uy * uy + np.float32(1e-6)), -1, 1)
    nx, ny = (ox - s * ux) / radius, (oy - s * uy) / radius
    square = nx * nx + ny * ny
    shrink = 1 / np.sqrt(np.maximum(square, 1))
    nx *= shrink
    ny *= shrink
    nz = -np.sqrt(np.maximum(1 - square, 0))
    z = az + t * dz + s * (auz + t * duz) + radius * nz
    nx *= relief
    ny *= relief
    return Surface(nx, ny, nz, z, t, across, s)


def _clip(values: np.ndarray, low, high) -> np.ndarray:
    return np.minimum(np.maximum(values, low), high)  # half the time of np.clip on a few thousand numbers
