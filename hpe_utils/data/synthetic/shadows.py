"""Shadows that people and their seats throw on the floor."""

import cv2
import numpy as np

from .scene import Scenes
from .strokes import SHIFT, outlines

_COARSE = 4  # pixels to a sample of the shadow, each way


class Shadows:
    """The shadows of all scenes of a chunk, ready to be drawn one by one."""

    def __init__(self, scenes: Scenes, size: int):
        figures, cameras, owner = scenes.figures, scenes.cameras, scenes.owner
        person, hull = np.nonzero(figures.present & figures.casts)
        self._start = np.searchsorted(owner[person], np.arange(len(scenes.place_rows) + 1))
        self._side = size // _COARSE
        self._strength = scenes.pictures["shadow"]
        centres, radius = _on_floor(figures.spheres, scenes.pictures["sun"], cameras, owner)
        seen = cameras.project(centres, owner)
        seen[..., 2] = cameras.radius(radius, np.maximum(seen[..., 2], 0.5), owner)
        circles = seen[person[:, None], figures.corners[hull]] * self._side
        circles[..., :2] -= 0.5
        # A ball's shadow lies flat: drawn as a circle on a picture stretched upright, then pressed together.
        flatness = np.clip(cameras.position[:, 1] / cameras.position[:, 2], 0.12, 0.6)[owner[person]][:, None]
        circles[..., 1] /= flatness
        self._outlines = outlines(circles)
        self._outlines[..., 1] = np.rint(self._outlines[..., 1] * flatness)

    def light(self, i: int, size: int) -> np.ndarray:
        """(size, size) float32: the share of light that reaches the floor of scene i."""
        mask = np.zeros((self._side, self._side), np.uint8)
        for outline in self._outlines[self._start[i] : self._start[i + 1]]:
            cv2.fillConvexPoly(mask, outline, 255, cv2.LINE_8, SHIFT)
        soft = 2 * (self._side // 20) + 1
        mask = cv2.blur(cv2.blur(mask, (soft, soft)), (soft, soft))
        return cv2.resize(1 - mask * np.float32(self._strength[i] / 255), (size, size))


def _on_floor(spheres: np.ndarray, sun: np.ndarray, cameras, owner) -> tuple[np.ndarray, np.ndarray]:
    """Where the spheres' shadows fall (M, n, 3), and their radii in metres; a low sun is raised to keep them near."""
    toward = (sun[:, None] @ cameras.rotation)[:, 0][owner]
    slope = -toward[:, None] / np.maximum(toward[:, 1], 0.75)[:, None, None]
    centres = spheres[..., :3] + slope * spheres[..., 1:2]
    centres[..., 1] = 0
    return centres, spheres[..., 3]
