"""What is behind the people: a place, out of focus, unevenly lit, with their shadows on the floor."""

import cv2
import numpy as np

from . import places, textures
from .scene import Scenes
from .shadows import Shadows


def draw_backdrop(scenes: Scenes, shadows: Shadows, i: int, size: int) -> np.ndarray:
    """(size, size, 3) float32 0–255 of scene i."""
    pictures, cameras = scenes.pictures, scenes.cameras
    camera = (cameras.position[i], cameras.rotation[i], cameras.focal[i], cameras.centre[i])
    picture = places.draw_place(pictures["place"][i], scenes.place_rows[i], camera, size)
    blur = 1 + 2 * int(pictures["blur"][i] * size + 0.5)
    picture = cv2.blur(picture, (blur, blur))
    light = textures.crop(textures.unevenness(size), pictures["offset"][i, :2], size) * np.float32(
        pictures["texture"][i]
    )
    light += 1
    light *= _slope(pictures["corner_light"][i], size)
    light *= shadows.light(i, size)
    return picture * cv2.merge([light * value for value in pictures["gain"][i]])


def _slope(corners: np.ndarray, size: int) -> np.ndarray:
    """(size, size) float32 that runs from corner to corner: top left, top right, bottom left, bottom right."""
    share = np.arange(size, dtype=np.float32) / np.float32(size - 1)
    top = corners[0] + (corners[1] - corners[0]) * share
    bottom = corners[2] + (corners[3] - corners[2]) * share
    return top + (bottom - top) * share[:, None]
