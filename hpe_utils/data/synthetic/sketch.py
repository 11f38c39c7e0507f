"""Drawing boards for backgrounds: flat polygons in the world, seen by the camera that sees the people."""

import cv2
import numpy as np

from .dice import RowDice


class Sketch:
    """Collects flat polygons in the world and paints them, in the order they came, in one go."""

    def __init__(self, position, rotation, focal: float, centre):
        self.position, self.rotation, self.focal, self.centre = position, rotation, focal, centre
        self.eye = float(position[1])
        self.near = float(position[2]) - 0.7  # where floors end, so that nothing lies behind the camera
        self._numbers, self._counts, self._colours = [], [], []

    def span(self, z) -> tuple[float, float]:
        """x of the frame's left and right edge at a distance behind the people."""
        deep = (float(self.position[2]) - z) / float(self.focal)
        centre = float(self.centre[0])
        return -centre * deep, (1 - centre) * deep

    def polygon(self, *numbers, colour):
        """A convex polygon: x, y, z of each corner in turn, all in front of the camera."""
        self._numbers += numbers
        self._counts.append(len(numbers) // 3)
        self._colours.append(colour)

    def upright(self, wall, left, right, bottom, top, colour):
        """A rectangle on a wall: metres along it and above the floor."""
        x0, z0 = wall.x + left * wall.cos, wall.z + left * wall.sin
        x1, z1 = wall.x + right * wall.cos, wall.z + right * wall.sin
        self._numbers += (x0, bottom, z0, x1, bottom, z1, x1, top, z1, x0, top, z0)
        self._counts.append(4)
        self._colours.append(colour)

    def floor(self, x0, x1, z0, z1, colour, y=0.0):
        """A rectangle on the floor, or at a height y."""
        self.polygon(x0, y, z0, x1, y, z0, x1, y, z1, x0, y, z1, colour=colour)

    def facing(self, x0, x1, y0, y1, z, colour):
        """A rectangle that faces the camera."""
        self.polygon(x0, y0, z, x1, y0, z, x1, y1, z, x0, y1, z, colour=colour)

    def box(self, x0, x1, y0, y1, z0, z1, colour):
        """A cuboid: its front, its top if seen, and a side."""
        if self.eye > y1:
            self.floor(x0, x1, z0, z1, shade(colour, 1.15), y1)
        if x0 > 0 or x1 < 0:
            x = x0 if x0 > 0 else x1
            self.polygon(x, y0, z0, x, y0, z1, x, y1, z1, x, y1, z0, colour=shade(colour, 0.75))
        self.facing(x0, x1, y0, y1, z1, colour)

    def blob(self, x, y, z, width, height, colour):
        """A round patch facing the camera."""
        self._numbers += [value for c, s in _CIRCLE for value in (x + width * c, y + height * s, z)]
        self._counts.append(len(_CIRCLE))
        self._colours.append(colour)

    def paint(self, size: int, ground) -> np.ndarray:
        """The picture (size, size, 3) uint8: polygons are numbered in a map of one channel, then coloured."""
        seen = (np.array(self._numbers).reshape(-1, 3) - self.position) @ self.rotation.T
        scale = (self.focal * size) / np.maximum(seen[:, 2:], 0.05)
        flat = seen[:, :2] * scale + (self.centre * size - 0.5)
        flat = np.clip(flat * 16, -1e6, 1e6).astype(np.int32)
        numbers = np.zeros((size, size), np.uint8)
        start = 0
        for number, count in enumerate(self._counts[:255], start=1):
            cv2.fillConvexPoly(numbers, flat[start : start + count], number, cv2.LINE_8, 4)
            start += count
        colours = np.zeros((256, 1, 3), np.uint8)
        colours[: len(self._counts) + 1, 0] = [ground, *self._colours][:256]
        return cv2.applyColorMap(numbers, colours)


_CIRCLE = [(float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 10, endpoint=False)]


class Wall:
    """A vertical plane through (x, z), turned by an angle."""

    def __init__(self, x, z, angle):
        self.x, self.z, self.cos, self.sin = x, z, float(np.cos(angle)), float(np.sin(angle))

    def at(self, along):
        """x and z of a point of the wall."""
        return self.x + along * self.cos, self.z + along * self.sin


def shade(colour, factor):
    """A lighter or darker colour."""
    red, green, blue = colour
    return min(255.0, red * factor), min(255.0, green * factor), min(255.0, blue * factor)


def mix(first, second, share):
    """A colour between two."""
    (r, g, b), (red, green, blue) = first, second
    return r + (red - r) * share, g + (green - g) * share, b + (blue - b) * share


def any_colour(dice: RowDice, saturation: float, low: float, high: float):
    """Any hue at a saturation up to the given one and a value within bounds."""
    hue, depth, value = dice.uniform(0, len(_HUES)), dice.uniform(0, saturation), 255 * dice.uniform(low, high)
    red, green, blue = _HUES[int(hue)]
    return value * (1 - depth * red), value * (1 - depth * green), value * (1 - depth * blue)


# What full saturation takes from red, green and blue.
_HUES = [tuple(1 - min(max(abs((hue / 15 + shift) % 6 - 3) - 1, 0), 1) for shift in (0, 4, 2)) for hue in range(90)]


def earth(dice: RowDice):
    return mix(dice.pick(_WOODS), any_colour(dice, 0.3, 0.3, 0.8), dice.uniform(0, 0.4))


_WOODS = ((172, 130, 90), (120, 84, 56), (200, 166, 122), (92, 66, 50), (150, 140, 128), (188, 184, 176))


def add_leaves(sketch, dice, x, y, z, spread):
    for _ in range(7):
        green = mix((50, 92, 44), (120, 140, 70), dice.uniform())
        sketch.blob(x + dice.uniform(-spread, spread) * 0.7, y + dice.uniform(-spread, spread), z,
                    spread * dice.uniform(0.12, 0.4), spread * dice.uniform(0.2, 0.5), green)  # fmt: skip
