"""From scenes to pictures and maps: look at every pixel, label it, colour it, and lay it over the background."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import textures
from .backdrop import draw_backdrop
from .clothes import GARMENT_OF_SURFACE
from .scene import Scenes
from .shadows import Shadows
from .sight import COLUMN, PIXEL, Sight, Surface, look
from .strokes import OVERSAMPLING, Strokes, make_strokes


@dataclass(frozen=True)
class Canvas:
    """Pictures and maps of N scenes; for every joint (M, 27) the stroke at its pixel, −1 for none, and its depth."""

    images: np.ndarray
    instances: np.ndarray
    parts: np.ndarray
    garments: np.ndarray
    joint_stroke: np.ndarray
    joint_depth: np.ndarray


@dataclass(frozen=True)
class Paints:
    """Looks of every person's surfaces, then of every scene's occluder: `colours` (6, rows), the rest (rows,)."""

    colours: np.ndarray
    tile: np.ndarray
    repeats: np.ndarray
    garment: np.ndarray


def render(scenes: Scenes, size: int, material: str) -> tuple[Canvas, Strokes]:
    """Draw every scene at size × size pixels."""
    strokes = make_strokes(scenes, size)
    paints, shadows = _paints(scenes), Shadows(scenes, size)
    count, people, joints = len(scenes.place_rows), *scenes.joints.shape[:2]
    canvas = Canvas(
        np.empty((count, size, size, 3), np.uint8), *(np.zeros((count, size, size), np.uint8) for _ in range(3)),
        np.full((people, joints), -1), np.zeros((people, joints), np.float32),
    )  # fmt: skip
    buffer = np.zeros((size * OVERSAMPLING, size * OVERSAMPLING), np.uint16)
    joint_pixels = np.clip(np.rint(scenes.joints[..., :2] * size - 0.5), 0, size - 1).astype(np.intp) @ (1, size)
    first_person = np.searchsorted(scenes.owner, np.arange(count + 1))
    for i in range(count):
        sight = look(buffer, strokes, i, size)
        before, beyond = strokes.paint[:, strokes.start[i] + sight.stroke]
        paint = np.where(sight.surface.along > sight.shape[COLUMN["cut"]], beyond, before)
        _write_maps(canvas, i, sight, strokes, paints.garment.take(paint))
        _find_joints(canvas, slice(first_person[i], first_person[i + 1]), joint_pixels, sight, strokes.start[i], size)
        light = _LIGHT[material](sight.surface, scenes.pictures["sun"][i], scenes.pictures["ambient"][i])
        picture = draw_backdrop(scenes, shadows, i, size)
        part = picture[sight.region.rows, sight.region.columns]
        _overlay(part, sight, _colours(sight, paint, paints) * light)
        if material == "cartoon":
            _ink(part, np.append(-1, strokes.labels[1, strokes.start[i] : strokes.start[i + 1]])[sight.number])
        cv2.copyTo(cv2.blur(part, (3, 3)), sight.edges, part)
        canvas.images[i] = _develop(picture, scenes.pictures, i)
    return canvas, strokes


def _write_maps(canvas: Canvas, i: int, sight: Sight, strokes: Strokes, garment: np.ndarray):
    """Instance, part and garment of the pixels at least half covered by a person."""
    labels = strokes.labels[:, strokes.start[i] : strokes.start[i + 1]]
    instance = labels[0].take(sight.stroke)
    owned = np.flatnonzero(sight.solid & (instance > 0))
    place = sight.place[owned]
    for target, values in (
        (canvas.instances, instance), (canvas.parts, _parts(sight, labels[3:])), (canvas.garments, garment),
    ):  # fmt: skip
        target[i].ravel()[place] = values[owned]


def _parts(sight: Sight, parts: np.ndarray) -> np.ndarray:
    """Part of each pixel, by the half of the hull and by whether the surface faces along the hull's axis."""
    x, y, z = sight.shape[COLUMN["axis_x"] : COLUMN["axis_z"] + 1]
    surface = sight.surface
    facing = x * surface.nx + y * surface.ny + z * surface.nz > 0
    return parts.ravel().take((2 * (surface.side > 0) + facing) * parts.shape[1] + sight.stroke)


def _find_joints(canvas: Canvas, people: slice, pixels: np.ndarray, sight: Sight, first: int, size: int):
    """Which stroke the pixel of each joint shows, and at what depth."""
    slots = np.zeros(size * size, np.int32)
    slots[sight.place] = np.arange(1, len(sight.place) + 1)
    slot = slots[pixels[people]]
    canvas.joint_stroke[people] = np.where(slot > 0, sight.stroke[slot - 1] + first, -1)
    canvas.joint_depth[people] = sight.surface.z[slot - 1]


def _paints(scenes: Scenes) -> Paints:
    palette, pictures = scenes.palette, scenes.pictures
    people, surfaces = palette["pattern"].shape
    gain = pictures["gain"]
    colours = palette["colours"] * gain[scenes.owner][:, None, None]
    occluders = pictures["occluder_colour"] * gain
    extra = len(occluders)
    return Paints(
        np.concatenate([colours.reshape(-1, 6), np.tile(occluders, 2)]).T.astype(np.float32),
        np.concatenate([palette["pattern"].ravel(), np.zeros(extra, np.intp)]) * textures.TILE**2,
        np.concatenate([textures.TILE / palette["pitch"].ravel(), np.ones(extra)]).astype(np.float32),
        np.concatenate([np.tile(GARMENT_OF_SURFACE, people), np.zeros(extra, np.uint8)]),
    )


def _soft_light(surface: Surface, sun: np.ndarray, ambient: np.float32) -> np.ndarray:
    """The sun's light, and the sky's from above."""
    glow = np.maximum(surface.nx * sun[0] + surface.ny * sun[1] + surface.nz * sun[2], 0)
    return ambient * (np.float32(0.8) - np.float32(0.2) * surface.ny) + (np.float32(1.05) - ambient) * glow


def _polished_light(surface: Surface, sun: np.ndarray, ambient: np.float32) -> np.ndarray:
    glow = surface.nx * sun[0] + surface.ny * sun[1] + (surface.nz - 1) * np.float32(0.5)
    return _soft_light(surface, sun, ambient) + np.float32(0.35) * np.maximum(glow, 0) ** 6


def _flat_light(surface: Surface, sun: np.ndarray, ambient: np.float32) -> np.ndarray:
    lit = surface.nx * sun[0] + surface.ny * sun[1] + surface.nz * sun[2] > 0.3
    return np.where(lit, np.float32(1.0), np.float32(0.72))


_LIGHT = {"person": _soft_light, "statue": _polished_light, "cartoon": _flat_light}


def _colours(sight: Sight, paint: np.ndarray, paints: Paints) -> np.ndarray:
    """(3, n) colours of the pixels' cloth, skin or hair with its pattern."""
    shape, surface = sight.shape, sight.surface
    repeats = paints.repeats.take(paint)
    v = ((shape[COLUMN["along"]] + surface.along * shape[COLUMN["length"]]) * repeats).astype(np.int32)
    u = (surface.across * repeats * shape[COLUMN["metre"]]).astype(np.int32)
    place = paints.tile.take(paint) + (v & (textures.TILE - 1)) * textures.TILE + (u & (textures.TILE - 1))
    colours = paints.colours.take(paint, axis=1)
    return colours[:3] + (colours[3:] - colours[:3]) * textures.patterns().take(place)


def _overlay(picture: np.ndarray, sight: Sight, rgb: np.ndarray):
    """Lay colours (3, n) over the region's part of a picture, by the share of each pixel that they cover."""
    planes = np.zeros((3, *sight.alpha.shape), np.float32)
    for plane, values in zip(planes, rgb, strict=True):
        plane.ravel()[sight.inside] = values
    over = cv2.merge(list(planes))
    over -= picture
    over *= cv2.merge([sight.alpha] * 3)
    picture += over


def _ink(picture: np.ndarray, segments: np.ndarray):
    """Dark lines where one segment of a body ends, as a cartoonist draws."""
    segments = segments.astype(np.int16)
    line = cv2.morphologyEx(segments, cv2.MORPH_GRADIENT, PIXEL) > 0
    picture[line] *= np.float32(0.25)


def _develop(picture: np.ndarray, pictures: dict, i: int) -> np.ndarray:
    """Add the sensor's grain and round to uint8."""
    grain = textures.crop(textures.grain(), pictures["offset"][i, 2:], len(picture))
    return cv2.addWeighted(picture, 1, grain, float(pictures["grain"][i]), 0.5, dtype=cv2.CV_8U)
