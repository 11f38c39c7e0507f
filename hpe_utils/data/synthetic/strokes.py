"""From scenes to strokes: every visible hull as a row, sorted by picture and from far to near, ready to be filled."""

from dataclasses import dataclass

import numpy as np

from .clay import SEGMENTS, SURFACES
from .scene import Scenes

_DIRECTIONS = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_FURNITURE = SEGMENTS.index("furniture")
SHIFT = 4  # fractional bits of outline corners
NO_SEGMENT = len(SEGMENTS)


@dataclass(frozen=True)
class Strokes:
    """R hulls; picture i has the rows `start[i]` to `start[i + 1]`, the farthest first.

    `outline` (R, 20, 2) int32 in 1/16 of a sample at `oversampling` samples a pixel; `shape` (columns, R) float32, see
    SHAPE; `labels` (R, 5) instance, part where the normal follows the axis, part where not, segment, person row;
    `paint` (R, 2) rows of the colour table before and beyond the cut.
    """

    start: np.ndarray
    outline: np.ndarray
    shape: np.ndarray
    labels: np.ndarray
    paint: np.ndarray


SHAPE = (
    "ax", "ay", "az", "ar", "aux", "auy", "auz", "dx", "dy", "dz", "dr", "dux", "duy", "duz",
    "inverse_square", "tilt", "inverse_length", "open_low", "open_high", "axis_x", "axis_y", "axis_z", "cut", "along", "length", "per_metre",
)  # fmt: skip


def make_strokes(scenes: Scenes, size: int, oversampling: int) -> Strokes:
    """Rows of all hulls of the scenes at `size` pixels."""
    figures, pictures = scenes.figures, scenes.pictures
    person, hull = np.nonzero(figures.present)
    picture, which = np.nonzero(pictures["occluder_shown"])
    extra = len(picture)
    corners = scenes.spheres[person[:, None], figures.corners[hull]]
    metres = figures.spheres[person[:, None], figures.corners[hull]][..., :3]
    depth = corners[..., 2].mean(1) - figures.nearer[hull]

    front = pictures["occluder_corners"][picture, which]
    front = np.concatenate([front[..., :2], np.full((extra, 4, 1), 0.2), front[..., 2:]], -1)
    corners = np.concatenate([corners, front])
    depth = np.concatenate([depth, -1.0 * which])
    of = np.concatenate([scenes.owner[person], picture])
    order = np.lexsort((-depth, of))
    start = np.searchsorted(of[order], np.arange(len(scenes.place_rows) + 1))

    surface = figures.surface[person, hull] + person[:, None] * len(SURFACES)
    paint = np.concatenate([surface, np.repeat(picture[:, None] + len(figures.present) * len(SURFACES), 2, 1)])
    furniture = figures.segment[hull] == _FURNITURE
    labels = np.stack(
        [
            np.where(furniture, 0, scenes.rank[person] + 1), figures.parts[hull, 0], figures.parts[hull, 1],
            figures.segment[hull], person,
        ], 1,
    )  # fmt: skip
    labels = np.concatenate([labels, np.tile([0, 0, 0, NO_SEGMENT, -1], (extra, 1))])
    per_metre = scenes.cameras.focal / scenes.cameras.position[:, 2]
    corners[..., 2] *= per_metre[of][:, None]
    pixels = corners * size
    pixels[..., :2] -= 0.5

    length = np.linalg.norm(metres[:, 2:].mean(1) - metres[:, :2].mean(1), axis=-1)
    rows = {
        "axis": np.concatenate([scenes.axes[person, hull], np.zeros((extra, 3))]),
        "open": np.concatenate([figures.open_ends[hull], np.zeros((extra, 2), bool)]) * (-50.0, 50.0) + (0.0, 1.0),
        "cut": np.concatenate([figures.cut[person, hull], np.ones(extra)]),
        "along": np.concatenate([figures.along[hull], np.zeros(extra)]),
        "length": np.concatenate([length, np.ones(extra)]),
        "per_metre": per_metre[of] * size,
    }
    shape = _shape(pixels, rows)[:, order]
    return Strokes(start, _outline(pixels[order], oversampling), shape, labels[order], paint[order])


def _shape(pixels: np.ndarray, rows: dict) -> np.ndarray:
    first, second = pixels[:, :2].mean(1), pixels[:, 2:].mean(1)
    spread, spread2 = (pixels[:, 0] - pixels[:, 1]) / 2, (pixels[:, 2] - pixels[:, 3]) / 2
    along = second - first
    flat = np.maximum(np.hypot(along[:, 0], along[:, 1]), 0.05)
    deep = np.maximum(np.linalg.norm(along[:, :3], axis=1), 0.05)
    round_hull = (np.abs(spread[:, :3]).max(1) + np.abs(spread2[:, :3]).max(1)) < 1e-6
    tilt = np.where(round_hull, along[:, 2] / (flat * deep), 0)
    return np.stack([
        *first.T, *spread[:, :3].T, *along.T, *(spread2 - spread)[:, :3].T, 1 / flat**2, tilt, 1 / flat,
        *rows["open"].T, *rows["axis"].T, rows["cut"], rows["along"], rows["length"], rows["per_metre"],
    ]).astype(np.float32)  # fmt: skip


def _outline(pixels: np.ndarray, oversampling: int) -> np.ndarray:
    """The convex hull of each row's circles: the farthest point of any of them in each of 20 directions.

    fillConvexPoly also draws the border, which grows a shape by about half a sample; the radii make up for it.
    """
    directions = np.stack([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)]).astype(np.float32)
    centre = ((pixels[..., :2] + 0.5) * oversampling - 0.5).astype(np.float32)
    radius = np.maximum(pixels[..., 3] * oversampling * 1.008 - 0.45, 0.1).astype(np.float32)
    reach = centre @ directions + radius[..., None]
    best = reach.argmax(1)
    rows = np.arange(len(pixels))[:, None]
    points = centre[rows, best] + radius[rows, best][..., None] * directions.T
    return np.clip(np.rint(points * (1 << SHIFT)), -1e6, 1e6).astype(np.int32)
