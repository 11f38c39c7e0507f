"""From strokes to pictures and maps: fill an id buffer from far to near, then shade the pixels that people cover."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from . import clothes, places
from .clay import SURFACES
from .scene import Scenes
from .strokes import SHAPE, SHIFT, Strokes, make_strokes

_COLUMN = {name: index for index, name in enumerate(SHAPE)}


@dataclass(frozen=True)
class Canvas:
    """Pictures and maps of N scenes; `row` (N, H, W) int32 is the stroke seen, −1 for none, `depth` its surface."""

    images: np.ndarray
    instances: np.ndarray
    parts: np.ndarray
    garments: np.ndarray
    row: np.ndarray
    depth: np.ndarray


def render(scenes: Scenes, size: int, material: str) -> tuple[Canvas, Strokes]:
    """Draw every scene at size × size pixels."""
    cv2.setNumThreads(1)
    oversampling = 2
    strokes = make_strokes(scenes, size, oversampling)
    colours, pattern, pitch, garment = _colour_table(scenes, material)
    count = len(scenes.place_rows)
    maps = [np.zeros((count, size, size), np.uint8) for _ in range(3)]
    images = np.empty((count, size, size, 3), np.uint8)
    row, depth = np.full((count, size, size), -1, np.int32), np.zeros((count, size, size), np.float32)
    buffer = np.zeros((size * oversampling, size * oversampling), np.uint16)
    for i in range(count):
        rows = slice(strokes.start[i], strokes.start[i + 1])
        seen, covered, alpha = _fill(buffer, strokes.outline[rows])
        where = np.flatnonzero(covered)
        ids = covered.ravel()[where].astype(np.intp) - 1
        shape = strokes.shape[:, rows].take(ids, axis=1)
        surface = _surface(shape, where, size)
        paint = np.where(surface.along > shape[_COLUMN["cut"]], *strokes.paint[rows].T[::-1].take(ids, axis=1))
        rgb = _shade(surface, shape, paint, colours, pattern, pitch, scenes, i)

        labels = strokes.labels[rows].take(ids, axis=0)
        facing = surface.nx * shape[_COLUMN["axis_x"]] + surface.ny * shape[_COLUMN["axis_y"]]
        facing += surface.nz * shape[_COLUMN["axis_z"]]
        owned = (seen.ravel()[where] > 0) & (labels[:, 0] > 0)
        kept = where[owned]
        maps[0][i].ravel()[kept] = labels[owned, 0]
        maps[1][i].ravel()[kept] = np.where(facing > 0, labels[:, 1], labels[:, 2])[owned]
        maps[2][i].ravel()[kept] = garment[paint[owned]]
        row[i].ravel()[where] = ids + rows.start
        depth[i].ravel()[where] = surface.z

        picture = _background(scenes, i, size)
        images[i] = _develop(picture, where, rgb, alpha, scenes, i)
    return Canvas(images, *maps, row, depth), strokes


def _fill(buffer: np.ndarray, outlines: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids (1-based rows) of pixels at least half covered, of pixels covered at all, and the coverage in 0 … 1."""
    buffer[:] = 0
    for number, outline in enumerate(outlines, start=1):
        cv2.fillConvexPoly(buffer, outline, number, cv2.LINE_8, SHIFT)
    a, b, c, d = buffer[::2, ::2], buffer[::2, 1::2], buffer[1::2, ::2], buffer[1::2, 1::2]
    low, high = np.minimum(a, b), np.maximum(a, b)
    low2, high2 = np.minimum(c, d), np.maximum(c, d)
    seen = np.maximum(np.maximum(low, low2), np.minimum(high, high2))  # the third of four in ascending order
    top = np.maximum(high, high2)
    covered = np.where(seen > 0, seen, top)
    mask = (buffer > 0).view(np.uint8)
    alpha = cv2.resize(mask * 255, seen.shape[::-1], interpolation=cv2.INTER_AREA)
    return seen, covered, alpha.astype(np.float32) / np.float32(255)


@dataclass(frozen=True)
class Surface:
    """Visible points of n pixels: normal in picture axes (z away from the camera), place along and across the hull."""

    nx: np.ndarray
    ny: np.ndarray
    nz: np.ndarray
    z: np.ndarray
    along: np.ndarray
    across: np.ndarray


def _surface(shape: np.ndarray, where: np.ndarray, size: int) -> Surface:
    """The front of each pixel's hull, taken as a row of spheres between its two edges."""
    ax, ay, az, ar, aux, auy, auz, dx, dy, dz, dr, dux, duy, duz, inverse_square, tilt, inverse_length, \
        open_low, open_high = shape[:19]
    y, x = np.divmod(where, size)
    px, py = x.astype(np.float32) - ax, y.astype(np.float32) - ay
    run = (px * dx + py * dy) * inverse_square
    t = np.clip(run, 0, 1)
    across = (px * dy - py * dx) * inverse_length
    # A limb that points at the camera shows its near end: the visible point lies nearer along the axis.
    share = np.minimum(across / np.maximum(ar + t * dr, 0.1), 1) ** 2
    run = run - (ar + t * dr) * np.sqrt(np.maximum(1 - share, 0)) * tilt
    t, run = np.clip(run, 0, 1), np.clip(run, open_low, open_high)
    radius = np.maximum(ar + t * dr, 0.1)
    ox, oy = px - run * dx, py - run * dy
    ux, uy = aux + t * dux, auy + t * duy
    s = np.clip((ox * ux + oy * uy) / (ux * ux + uy * uy + np.float32(1e-6)), -1, 1)
    nx, ny = (ox - s * ux) / radius, (oy - s * uy) / radius
    square = nx * nx + ny * ny
    shrink = 1 / np.sqrt(np.maximum(square, 1))
    nx, ny = nx * shrink, ny * shrink
    nz = -np.sqrt(np.maximum(1 - square, 0))
    z = az + t * dz + s * (auz + t * duz) + radius * nz
    return Surface(nx, ny, nz, z, t, across)


def _colour_table(scenes: Scenes, material: str):
    """Colours (rows, 6), pattern, pitch and garment class of every person's surfaces, then of every scene's occluder."""
    palette, extra = scenes.palette, scenes.pictures["occluder_colour"]
    people = len(palette["pattern"])
    colours = np.concatenate([palette["colours"].reshape(-1, 6), np.tile(extra, 2)]).astype(np.float32)
    pattern = np.concatenate([palette["pattern"].ravel(), np.zeros(len(extra), np.intp)])
    pitch = np.concatenate([palette["pitch"].ravel(), np.ones(len(extra))]).astype(np.float32)
    garment = np.concatenate([np.tile(clothes.GARMENT_OF_SURFACE, people), np.zeros(len(extra), np.uint8)])
    return colours, pattern, pitch, garment


def _shade(surface: Surface, shape, paint, colours, pattern, pitch, scenes: Scenes, i: int) -> np.ndarray:
    """(n, 3) colours of the pixels: pattern, light from one side, and the sky's from above."""
    azimuth, elevation = scenes.pictures["light"][i]
    lx, ly = np.float32(np.sin(azimuth) * np.cos(elevation)), np.float32(-np.sin(elevation))
    lz = np.float32(-np.cos(azimuth) * np.cos(elevation))
    ambient = np.float32(scenes.pictures["ambient"][i])
    glow = np.maximum(surface.nx * lx + surface.ny * ly + surface.nz * lz, 0)
    light = ambient * (np.float32(0.8) - np.float32(0.2) * surface.ny) + (np.float32(1.05) - ambient) * glow

    metre = shape[_COLUMN["per_metre"]]
    scale = np.float32(64) / pitch[paint]
    v = ((shape[_COLUMN["along"]] + surface.along * shape[_COLUMN["length"]]) * scale).astype(np.intp) & 63
    u = (surface.across * scale / metre).astype(np.intp) & 63
    share = _tiles().take(pattern[paint] * 4096 + v * 64 + u)
    table = colours.take(paint, axis=0)
    rgb = table[:, :3] + (table[:, 3:] - table[:, :3]) * share[:, None]
    return rgb * light[:, None]


@lru_cache
def _tiles() -> np.ndarray:
    return clothes.pattern_tiles(64).ravel()


@lru_cache
def _noise(kind: str) -> np.ndarray:
    """Textures computed once: "soft" has structure at every scale, "grain" is white; (512, 512) float32, unit variance."""
    rng = np.random.default_rng(7)
    if kind == "grain":
        return rng.standard_normal((512, 512, 3)).astype(np.float32)
    total = np.zeros((512, 512), np.float32)
    for octave in range(2, 9):
        coarse = rng.standard_normal((2**octave, 2**octave)).astype(np.float32)
        total += cv2.resize(coarse, (512, 512), interpolation=cv2.INTER_CUBIC) * 0.75**octave
    return (total - total.mean()) / total.std()


def _background(scenes: Scenes, i: int, size: int) -> np.ndarray:
    """(size, size, 3) float32: the place, out of focus, with soft light and texture."""
    pictures, cameras = scenes.pictures, scenes.cameras
    camera = (cameras.position[i], cameras.rotation[i], cameras.focal[i], cameras.centre[i])
    picture = places.draw_place(pictures["place"][i], scenes.place_rows[i], camera, size)
    blur = 1 + 2 * int(pictures["blur"][i] * size + 0.5)
    picture = cv2.GaussianBlur(picture, (blur, blur), 0)
    light = cv2.resize(pictures["corner_light"][i].reshape(2, 2).astype(np.float32), (size, size))
    top, left = (pictures["offset"][i, :2] * 255).astype(int)
    texture = cv2.resize(_noise("soft")[top : top + 256, left : left + 256], (size, size))
    light *= 1 + np.float32(pictures["texture"][i]) * texture
    return picture * light[..., None]


def _develop(picture, where, rgb, alpha, scenes: Scenes, i: int) -> np.ndarray:
    """Lay the people over the background and expose: tint, vignette, grain; uint8."""
    pictures, size = scenes.pictures, len(picture)
    flat = picture.reshape(-1, 3)
    share = alpha.ravel()[where][:, None]
    flat[where] = flat[where] * (1 - share) + rgb * share
    top, left = (pictures["offset"][i, 2:] * (512 - size)).astype(int)
    picture *= (pictures["exposure"][i] * pictures["tint"][i]).astype(np.float32)
    picture += _noise("grain")[top : top + size, left : left + size] * np.float32(pictures["grain"][i])
    return np.clip(picture, 0, 255).astype(np.uint8)
