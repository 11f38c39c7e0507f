"""From scenes to strokes: every visible hull as a row, sorted by picture and from far to near, ready to be filled."""

from dataclasses import dataclass

import numpy as np

from .clay import SEGMENTS, SURFACES
from .scene import Scenes

_DIRECTIONS = np.linspace(0, 2 * np.pi, 20, endpoint=False, dtype=np.float32)
_FURNITURE = SEGMENTS.index("furniture")
OVERSAMPLING = 2  # samples of the id buffer to a pixel, each way
SHIFT = 4  # fractional bits of outline corners
NO_SEGMENT = len(SEGMENTS)


@dataclass(frozen=True)
class Strokes:
    """R hulls; picture i has the rows `start[i]` to `start[i + 1]`, the farthest first.

    `region[i]` is the part of the picture that they touch; `outline` (R, 20, 2) int32 in 1/16 of a sample; `shape`
    (columns, R) float32, see SHAPE; `labels` (7, R): instance, segment, person, and the parts of the second half (back,
    front) and of the first; `paint` (2, R) rows of the table of looks before and beyond the cut.
    """

    start: np.ndarray
    region: list
    outline: np.ndarray
    shape: np.ndarray
    labels: np.ndarray
    paint: np.ndarray


SHAPE = (
    "ax", "ay", "az", "ar", "aux", "auy", "auz",  # first edge: middle, radius, half its length
    "dx", "dy", "dz", "dr", "dux", "duy", "duz",  # what is added on the way to the second edge
    "inverse_square", "tilt", "inverse_length", "open_low", "open_high", "relief",
    "axis_x", "axis_y", "axis_z", "cut", "along", "length", "metre",
)  # fmt: skip


def make_strokes(scenes: Scenes, size: int) -> Strokes:
    """Rows of all hulls of the scenes at `size` pixels."""
    people, occluders = _rows_of_people(scenes), _rows_of_occluders(scenes)
    rows = {name: np.concatenate([people[name], occluders[name]]) for name in people}
    order = np.lexsort((-rows.pop("distance"), rows["of"]))
    rows = {name: values[order] for name, values in rows.items()}
    start = np.searchsorted(rows["of"], np.arange(len(scenes.place_rows) + 1))
    per_metre = (scenes.cameras.focal / scenes.cameras.position[:, 2])[rows["of"]]
    pixels = rows["corners"].astype(np.float32) * size
    pixels[..., :2] -= 0.5
    pixels[..., 2] *= per_metre.astype(np.float32)[:, None]
    circles = pixels[..., [0, 1, 3]] * OVERSAMPLING
    circles[..., :2] += OVERSAMPLING / 2 - 0.5
    shape = _shape(pixels, rows, 1 / (per_metre * size))
    labels, paint = np.ascontiguousarray(rows["labels"].T), np.ascontiguousarray(rows["paint"].T)
    return Strokes(start, _regions(pixels, start, size), outlines(circles), shape, labels, paint)


def _rows_of_people(scenes: Scenes) -> dict[str, np.ndarray]:
    """Every present hull of people and their seats, unsorted; corners x, y, depth, radius as in Scenes."""
    figures = scenes.figures
    person, hull = np.nonzero(figures.present)
    corners = scenes.spheres[person[:, None], figures.corners[hull]]
    a, b, c, d = (figures.spheres[person, figures.corners[hull, k], :3] for k in range(4))
    instance = np.where(figures.segment[hull] == _FURNITURE, 0, scenes.rank[person] + 1)
    return {
        "of": scenes.owner[person],
        "distance": corners[..., 2].T.mean(0) - figures.nearer[hull],
        "corners": corners,
        "labels": np.column_stack([instance, figures.segment[hull], person, figures.parts[hull].reshape(-1, 4)]),
        "paint": figures.surface[person, hull] + person[:, None] * len(SURFACES),
        "axis": scenes.axes[person, hull],
        "open_ends": figures.open_ends[hull],
        "cut": figures.cut[person, hull],
        "along": figures.along[hull],
        "relief": figures.relief[hull],
        "length": np.linalg.norm(c + d - a - b, axis=-1) / 2,
    }


def _rows_of_occluders(scenes: Scenes) -> dict[str, np.ndarray]:
    """The same for what stands before the people; it belongs to nobody."""
    picture, which = np.nonzero(scenes.pictures["occluder_shown"])
    count = len(picture)
    front = scenes.pictures["occluder_corners"][picture, which]
    paint = picture + len(scenes.owner) * len(SURFACES)
    return {
        "of": picture,
        "distance": -1.0 * which,
        "corners": np.concatenate([front[..., :2], np.full((count, 4, 1), 0.2), front[..., 2:]], -1),
        "labels": np.tile((0, NO_SEGMENT, -1, 0, 0, 0, 0), (count, 1)),
        "paint": np.column_stack([paint, paint]),
        "axis": np.zeros((count, 3)),
        "open_ends": np.zeros((count, 2), bool),
        **{name: np.ones(count) for name in ("cut", "along", "relief", "length")},
    }


@dataclass(frozen=True)
class Region:
    """A rectangle of pixels from x, y, as slices of the picture and of the samples."""

    x: int
    y: int
    rows: slice
    columns: slice
    samples: tuple[slice, slice]


def _regions(pixels: np.ndarray, start: np.ndarray, size: int) -> list[Region]:
    x, y, radius = (np.ascontiguousarray(pixels[..., k].T) for k in (0, 1, 3))
    low = [np.minimum.reduceat((values - radius).min(0), start[:-1]) for values in (x, y)]
    high = [np.maximum.reduceat((values + radius).max(0), start[:-1]) for values in (x, y)]
    low = np.clip(np.floor(low), 0, size - 1).astype(int).T.tolist()
    high = np.clip(np.ceil(high) + 1, 1, size).astype(int).T.tolist()
    regions = []
    for (x0, y0), (x1, y1) in zip(low, high, strict=True):
        samples = slice(y0 * OVERSAMPLING, y1 * OVERSAMPLING), slice(x0 * OVERSAMPLING, x1 * OVERSAMPLING)
        regions.append(Region(x0, y0, slice(y0, y1), slice(x0, x1), samples))
    return regions


def _shape(pixels: np.ndarray, rows: dict[str, np.ndarray], metre: np.ndarray) -> np.ndarray:
    """The columns of SHAPE from corners in pixels; `metre` is metres to a pixel."""
    first, second = (pixels[:, 0] + pixels[:, 1]) / 2, (pixels[:, 2] + pixels[:, 3]) / 2
    spread, spread2 = (pixels[:, 0] - pixels[:, 1]) / 2, (pixels[:, 2] - pixels[:, 3]) / 2
    first[:, 3], second[:, 3] = np.maximum(first[:, 3], 0.1), np.maximum(second[:, 3], 0.1)
    along = second - first
    flat = np.maximum(np.hypot(along[:, 0], along[:, 1]), 0.05)
    deep = np.maximum(np.linalg.norm(along[:, :3], axis=1), 0.05)
    capsule = (np.abs(spread[:, :3]).max(1) + np.abs(spread2[:, :3]).max(1)) < 1e-6
    tilt = np.where(capsule, along[:, 2] / (flat * deep), 0)
    run = rows["open_ends"] * (-50.0, 50.0) + (0.0, 1.0)
    return np.stack([
        *first.T, *spread[:, :3].T, *along.T, *(spread2 - spread)[:, :3].T, 1 / flat**2, tilt, 1 / flat, *run.T,
        rows["relief"], *rows["axis"].T, rows["cut"], rows["along"], rows["length"], metre,
    ]).astype(np.float32)  # fmt: skip


def outlines(circles: np.ndarray) -> np.ndarray:
    """The convex hulls of circles (R, 4, 3), x, y and radius in samples: (R, 20, 2) int32 in 1/16 of a sample.

    A corner is the farthest point of any circle in one of 20 directions. fillConvexPoly also draws the border, which
    grows a shape by about half a sample; the radii make up for it.
    """
    circles = circles.astype(np.float32)
    circles[..., 2] = np.maximum(circles[..., 2] * 1.008 - 0.45, 0.1)
    corners = np.ascontiguousarray(np.moveaxis(circles, 0, -1))  # long rows: several times faster than 20 at a time
    cos, sin = np.cos(_DIRECTIONS)[:, None], np.sin(_DIRECTIONS)[:, None]
    x, y, radius = (np.repeat(values[None], len(cos), 0) for values in corners[0])
    farthest = x * cos + y * sin + radius
    for other in corners[1:]:
        reach = other[0] * cos + other[1] * sin + other[2]
        farther = reach > farthest
        for values, new in zip((x, y, radius, farthest), (*other, reach), strict=True):
            np.copyto(values, new, where=farther)
    points = np.stack([x + radius * cos, y + radius * sin], -1) * np.float32(1 << SHIFT)
    points = np.clip(np.rint(points), -1e6, 1e6).astype(np.int32)
    return np.ascontiguousarray(points.swapaxes(0, 1))
