"""Backgrounds: rooms, halls, streets, parks and studios drawn in perspective by the camera that sees the people."""

import cv2
import numpy as np

from .dice import RowDice

PLACES = ("room", "hall", "street", "park", "studio")
NUMBERS = 420
_FAR = 60.0


class Sketch:
    """Collects flat polygons in the world and paints them, in the order they came, in one go."""

    def __init__(self, position, rotation, focal: float, centre):
        self.position, self.rotation, self.focal, self.centre = position, rotation, focal, centre
        self._points, self._counts, self._colours = [], [], []

    def polygon(self, points, colour):
        """A convex polygon of (x, y, z) corners, all in front of the camera."""
        self._points += points
        self._counts.append(len(points))
        self._colours.append(colour)

    def upright(self, wall, left, right, bottom, top, colour):
        """A rectangle on a wall: metres along it and above the floor."""
        a, b = wall.at(left), wall.at(right)
        self.polygon([(*a[:1], bottom, a[1]), (*b[:1], bottom, b[1]), (*b[:1], top, b[1]), (*a[:1], top, a[1])], colour)

    def floor(self, x0, x1, z0, z1, colour, y=0.0):
        """A rectangle on the floor, or at a height y."""
        self.polygon([(x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)], colour)

    def box(self, x0, x1, y0, y1, z0, z1, colour):
        """A cuboid: its front, its top if seen, and a side."""
        if self.position[1] > y1:
            self.floor(x0, x1, z0, z1, shade(colour, 1.15), y1)
        if x0 > 0 or x1 < 0:
            x = x0 if x0 > 0 else x1
            self.polygon([(x, y0, z0), (x, y0, z1), (x, y1, z1), (x, y1, z0)], shade(colour, 0.75))
        self.polygon([(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)], colour)

    def blob(self, x, y, z, width, height, colour):
        """A round patch facing the camera."""
        self.polygon([(x + width * c, y + height * s, z) for c, s in _CIRCLE], colour)

    def paint(self, picture: np.ndarray):
        """Fill the polygons into the (H, W, 3) uint8 picture."""
        seen = (np.array(self._points) - self.position) @ self.rotation.T
        size = picture.shape[0]
        flat = (seen[:, :2] / np.maximum(seen[:, 2:], 0.05) * self.focal + self.centre) * size - 0.5
        flat = np.clip(flat * 16, -1e6, 1e6).astype(np.int32)
        start = 0
        for count, colour in zip(self._counts, self._colours, strict=True):
            cv2.fillConvexPoly(picture, flat[start : start + count], colour, cv2.LINE_8, 4)
            start += count


_CIRCLE = [(float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 12, endpoint=False)]


class Wall:
    """A vertical plane through (x, z), turned by an angle."""

    def __init__(self, x, z, angle):
        self.x, self.z, self.cos, self.sin = x, z, float(np.cos(angle)), float(np.sin(angle))

    def at(self, along):
        return self.x + along * self.cos, self.z + along * self.sin


def shade(colour, factor):
    """A lighter or darker colour."""
    return tuple(min(255.0, value * factor) for value in colour)


def mix(first, second, share):
    """A colour between two."""
    return tuple(a + (b - a) * share for a, b in zip(first, second, strict=True))


def draw_place(place: int, row: np.ndarray, camera, size: int) -> np.ndarray:
    """The background (size, size, 3) uint8 of a place; `row` holds NUMBERS uniform numbers."""
    dice = RowDice(row)
    sketch = Sketch(*camera)
    picture = np.empty((size, size, 3), np.uint8)
    picture[:] = _DRAW[place](sketch, dice)
    sketch.paint(picture)
    return picture


def _colour(dice: RowDice, saturation: float, low: float, high: float):
    """Any hue at a saturation up to the given one and a value within bounds."""
    hue, depth, value = dice.uniform(0, 6), dice.uniform(0, saturation), 255 * dice.uniform(low, high)
    return tuple(
        value * (1 - depth * (1 - min(max(abs((hue + shift) % 6 - 3) - 1, 0), 1))) for shift in (0, 4, 2)
    )


def _earth(dice: RowDice):
    return mix(dice.pick(_WOODS), _colour(dice, 0.3, 0.3, 0.8), dice.uniform(0, 0.4))


_WOODS = ((172, 130, 90), (120, 84, 56), (200, 166, 122), (92, 66, 50), (150, 140, 128), (188, 184, 176))


def _floor_lines(sketch: Sketch, dice: RowDice, colour):
    """Planks toward the wall, or square tiles."""
    if dice.chance(0.35):
        return
    near, gap, dark = sketch.position[2] - 0.7, dice.uniform(0.12, 0.6), shade(colour, dice.uniform(0.78, 0.94))
    width = gap * 0.07
    offset = dice.uniform(0, gap)
    for k in range(-int(2.4 / gap), int(2.4 / gap)):
        x = k * gap + offset
        sketch.floor(x, x + width, -6, near, dark)
    if gap > 0.25:
        z = -4 + offset
        while z < near:
            sketch.floor(-5, 5, z, z + width, dark)
            z += gap


def _room(sketch: Sketch, dice: RowDice):
    floor, paper = _earth(dice), _colour(dice, 0.35, 0.3, 0.95)
    back = -dice.uniform(0.5, 3.0)
    wall = Wall(dice.uniform(-1, 1), back, dice.uniform(-0.3, 0.3))
    _floor_lines(sketch, dice, floor)
    if dice.chance(0.4):
        sketch.floor(dice.uniform(-2, -0.5), dice.uniform(0.5, 2), back, dice.uniform(-0.2, 1), _colour(dice, 0.6, 0.2, 0.8))
    sketch.upright(wall, -9, 9, 0, 4, paper)
    if dice.chance(0.3):
        step = dice.uniform(0.15, 0.5)
        for k in range(int(5 / step)):
            sketch.upright(wall, k * step - 2.5, k * step - 2.5 + step * 0.4, 0, 4, shade(paper, 0.92))
    trim = mix(paper, (240, 238, 232), 0.7)
    sketch.upright(wall, -9, 9, 0, dice.uniform(0.06, 0.14), trim)
    at = -2.4 + dice.uniform(0, 0.6)
    while at < 2.2:
        width = dice.pick((_door, _window, _pictures, _shelves, _curtain, _gap))(sketch, dice, wall, at, paper, trim)
        at += width + dice.uniform(0.1, 0.7)
    if dice.chance(0.45):
        _side_wall(sketch, dice, wall, paper, trim)
    for _ in range(dice.integer(3)):
        _furniture(sketch, dice, back)
    return floor


def _gap(sketch, dice, wall, at, paper, trim):
    return 0.5


def _door(sketch, dice, wall, at, paper, trim):
    leaf = _earth(dice)
    sketch.upright(wall, at, at + 1.0, 0, 2.12, trim)
    sketch.upright(wall, at + 0.07, at + 0.93, 0, 2.05, leaf)
    for low, high in ((0.25, 0.9), (1.05, 1.9)):
        sketch.upright(wall, at + 0.2, at + 0.8, low, high, shade(leaf, 0.9))
    sketch.upright(wall, at + 0.12, at + 0.18, 0.95, 1.07, (190, 186, 170))
    return 1.0


def _window(sketch, dice, wall, at, paper, trim):
    wide, sill, top = dice.uniform(0.7, 1.6), dice.uniform(0.6, 1.1), dice.uniform(1.9, 2.4)
    sky = mix((150, 190, 230), (250, 250, 245), dice.uniform())
    sketch.upright(wall, at, at + wide, sill - 0.07, top + 0.07, trim)
    sketch.upright(wall, at + 0.06, at + wide - 0.06, sill, top, sky)
    sketch.upright(wall, at + 0.06, at + wide - 0.06, sill, sill + dice.uniform(0.1, 0.6), mix(sky, (80, 110, 70), 0.6))
    sketch.upright(wall, at + wide / 2 - 0.03, at + wide / 2 + 0.03, sill, top, trim)
    sketch.upright(wall, at, at + wide, (sill + top) / 2 - 0.02, (sill + top) / 2 + 0.02, trim)
    return wide


def _pictures(sketch, dice, wall, at, paper, trim):
    wide = dice.uniform(0.3, 0.9)
    low, high = dice.uniform(1.1, 1.5), dice.uniform(1.6, 2.2)
    sketch.upright(wall, at, at + wide, low, high, _earth(dice))
    inner = _colour(dice, 0.6, 0.3, 0.95)
    sketch.upright(wall, at + 0.05, at + wide - 0.05, low + 0.05, high - 0.05, inner)
    sketch.upright(wall, at + wide * 0.3, at + wide * 0.7, low + 0.1, (low + high) / 2, _colour(dice, 0.7, 0.2, 0.8))
    return wide


def _shelves(sketch, dice, wall, at, paper, trim):
    wide, wood = dice.uniform(0.6, 1.1), _earth(dice)
    sketch.upright(wall, at, at + wide, 0, 2.0, shade(wood, 0.55))
    for level in (0.02, 0.5, 0.98, 1.46, 1.94):
        x = at + 0.05
        while level < 1.9 and x < at + wide - 0.1:
            book = dice.uniform(0.05, 0.14)
            sketch.upright(wall, x, x + book, level, level + dice.uniform(0.22, 0.4), _colour(dice, 0.7, 0.2, 0.9))
            x += book + 0.01
        sketch.upright(wall, at, at + wide, level - 0.02, level + 0.03, wood)
    return wide


def _curtain(sketch, dice, wall, at, paper, trim):
    wide, cloth = dice.uniform(0.5, 1.2), _colour(dice, 0.6, 0.25, 0.9)
    folds = 5 + dice.integer(5)
    for k in range(folds):
        tone = shade(cloth, 0.8 + 0.2 * (k % 2))
        sketch.upright(wall, at + wide * k / folds, at + wide * (k + 1) / folds, 0.05, 2.5, tone)
    return wide


def _side_wall(sketch, dice, wall, paper, trim):
    side = dice.pick((-1, 1))
    x, z = wall.at(side * dice.uniform(0.8, 1.6))
    near = sketch.position[2] - 0.6
    lean = side * dice.uniform(0.3, 1.0)
    tone = shade(paper, dice.uniform(0.75, 0.92))
    sketch.polygon([(x, 0, z), (x + lean, 0, near), (x + lean, 4, near), (x, 4, z)], tone)
    sketch.polygon([(x, 0, z), (x + lean, 0, near), (x + lean, 0.1, near), (x, 0.1, z)], shade(trim, 0.9))


def _furniture(sketch, dice, back):
    x, z = dice.uniform(-1.6, 1.2), back + dice.uniform(0.05, 0.3)
    kind = dice.integer(4)
    colour = _colour(dice, 0.5, 0.2, 0.8)
    if kind == 0:
        wide = dice.uniform(0.9, 1.7)
        sketch.box(x, x + wide, 0.1, 0.85, z, z + 0.2, shade(colour, 0.9))
        sketch.box(x, x + wide, 0.1, 0.45, z + 0.2, z + 0.5, colour)
    elif kind == 1:
        wide, high, wood = dice.uniform(0.5, 1.3), dice.uniform(0.5, 0.8), _earth(dice)
        for leg in (x, x + wide - 0.05):
            sketch.box(leg, leg + 0.05, 0, high, z + 0.35, z + 0.4, shade(wood, 0.8))
        sketch.box(x, x + wide, high, high + 0.05, z, z + 0.45, wood)
    elif kind == 2:
        sketch.box(x, x + 0.04, 0, 1.4, z + 0.2, z + 0.24, (60, 58, 56))
        sketch.polygon([(x - 0.2, 1.4, z + 0.2), (x + 0.24, 1.4, z + 0.2), (x + 0.14, 1.75, z + 0.2),
                        (x - 0.1, 1.75, z + 0.2)], (244, 232, 200))  # fmt: skip
    else:
        sketch.box(x, x + 0.25, 0, 0.3, z, z + 0.25, _colour(dice, 0.5, 0.3, 0.9))
        _leaves(sketch, dice, x + 0.12, 0.75, z + 0.12, 0.4)


def _leaves(sketch, dice, x, y, z, spread):
    for _ in range(7):
        green = mix((50, 92, 44), (120, 140, 70), dice.uniform())
        sketch.blob(x + dice.uniform(-spread, spread) * 0.7, y + dice.uniform(-spread, spread), z,
                    spread * dice.uniform(0.12, 0.4), spread * dice.uniform(0.2, 0.5), green)  # fmt: skip


def _hall(sketch: Sketch, dice: RowDice):
    floor, upper = _earth(dice), _colour(dice, 0.25, 0.5, 0.95)
    wall = Wall(0, -dice.uniform(2.0, 6.0), dice.uniform(-0.15, 0.15))
    near = sketch.position[2] - 0.7
    for _ in range(2 + dice.integer(3)):
        line = _colour(dice, 0.8, 0.4, 1.0)
        x, z = dice.uniform(-2, 2), dice.uniform(-2, near)
        sketch.floor(x, x + 0.06, -6, near, line)
        sketch.floor(-6, 6, z, z + 0.06, line)
    sketch.upright(wall, -15, 15, 0, 8, upper)
    sketch.upright(wall, -15, 15, 0, dice.uniform(0.8, 1.6), _colour(dice, 0.4, 0.3, 0.8))
    pitch = dice.uniform(1.0, 2.5)
    kind = dice.integer(3)
    for k in range(-4, 4):
        at = k * pitch + dice.uniform(0, 0.3)
        if kind == 0:
            sketch.upright(wall, at, at + pitch * 0.2, 0, 6, shade(upper, 0.8))
        elif kind == 1:
            sketch.upright(wall, at, at + pitch * 0.7, 2.2, 3.8, mix((170, 200, 230), (250, 250, 245), dice.uniform()))
        else:
            for bar in range(8):
                sketch.upright(wall, at, at + pitch * 0.6, 0.3 + bar * 0.3, 0.36 + bar * 0.3, (176, 136, 92))
    for _ in range(dice.integer(3)):
        x, z = dice.uniform(-2.5, 2), dice.uniform(-2, -0.6)
        sketch.box(x, x + dice.uniform(0.3, 1.2), 0, dice.uniform(0.2, 1.1), z, z + 0.4, _colour(dice, 0.7, 0.2, 0.9))
    return floor


def _sky(sketch: Sketch, dice: RowDice):
    high = mix((110, 160, 220), (205, 210, 215), dice.uniform())
    low = mix(high, (250, 240, 225), dice.uniform(0.4, 0.9))
    for k in range(8):
        sketch.polygon([(-80, k * 5, -_FAR), (80, k * 5, -_FAR), (80, 60, -_FAR), (-80, 60, -_FAR)], mix(low, high, k / 7))
    for _ in range(dice.integer(6)):
        sketch.blob(dice.uniform(-30, 30), dice.uniform(8, 35), -_FAR + 1, dice.uniform(3, 9), dice.uniform(0.5, 2),
                    mix(low, (252, 252, 252), 0.7))  # fmt: skip


def _street(sketch: Sketch, dice: RowDice):
    road = _colour(dice, 0.08, 0.3, 0.6)
    _sky(sketch, dice)
    near = sketch.position[2] - 0.7
    x = -16.0
    depth = -dice.uniform(3, 14)
    while x < 14:
        wide, tall, facade = dice.uniform(3, 7), dice.uniform(4, 16), _colour(dice, 0.35, 0.35, 0.9)
        sketch.polygon([(x, 0, depth), (x + wide, 0, depth), (x + wide, tall, depth), (x, tall, depth)], facade)
        if -7 < x < 6:
            _facade(sketch, dice, x, wide, tall, depth, facade)
        x += wide
    kerb = depth + dice.uniform(1, 2)
    sketch.floor(-20, 20, depth, kerb, shade(road, 1.35))
    sketch.floor(-20, 20, kerb, kerb + 0.15, shade(road, 1.6))
    if dice.chance(0.5):
        for k in range(-6, 6):
            sketch.floor(k * 1.0, k * 1.0 + 0.5, dice.uniform(-2, -1.5), near, (226, 224, 216))
    for _ in range(dice.integer(3)):
        x, z = dice.uniform(-3, 3), dice.uniform(depth + 0.5, -0.8)
        sketch.box(x, x + 0.09, 0, dice.uniform(1.0, 4.5), z, z + 0.1, (70, 72, 74))
    if dice.chance(0.4):
        _car(sketch, dice, min(depth + 2.5, -1.2))
    return road


def _facade(sketch, dice, x, wide, tall, depth, facade):
    glass = mix((70, 84, 100), (190, 205, 215), dice.uniform())
    columns = 2 + dice.integer(3)
    step = wide / columns
    for level in range(min(int(tall / 2.8), 3)):
        for column in range(columns):
            left, bottom = x + column * step + 0.25 * step, 0.9 + level * 2.8
            sketch.polygon([(left, bottom, depth), (left + 0.5 * step, bottom, depth),
                            (left + 0.5 * step, bottom + 1.5, depth), (left, bottom + 1.5, depth)], glass)  # fmt: skip


def _car(sketch, dice, z):
    x, paint = dice.uniform(-4, 1), _colour(dice, 0.8, 0.2, 0.9)
    sketch.box(x, x + 3.8, 0.3, 0.85, z - 1.4, z, paint)
    sketch.polygon([(x + 0.6, 0.85, z), (x + 3.2, 0.85, z), (x + 2.7, 1.4, z), (x + 1.1, 1.4, z)], (60, 70, 80))
    for wheel in (0.75, 3.0):
        sketch.blob(x + wheel, 0.32, z + 0.01, 0.32, 0.32, (32, 32, 34))


def _park(sketch: Sketch, dice: RowDice):
    grass = mix((96, 128, 62), (168, 160, 104), dice.uniform())
    if dice.chance(0.15):
        grass = mix((214, 196, 152), (226, 222, 214), dice.uniform())
    _sky(sketch, dice)
    for _ in range(dice.integer(3)):
        x, wide = dice.uniform(-40, 20), dice.uniform(20, 50)
        sketch.blob(x, 0, -50, wide, dice.uniform(3, 12), mix((84, 110, 92), (150, 170, 180), dice.uniform()))
    for depth, count in ((-dice.uniform(14, 35), 9), (-dice.uniform(4, 14), 3)):
        for _ in range(count):
            x, tall = dice.uniform(-1.0, 1.0) * (3 - depth) * 0.6, dice.uniform(3, 9)
            green = mix((44, 78, 40), (132, 148, 74), dice.uniform())
            sketch.box(x - 0.12, x + 0.12, 0, tall * 0.6, depth - 0.1, depth, (88, 68, 52))
            for _ in range(3):
                sketch.blob(x + dice.uniform(-0.8, 0.8), tall * dice.uniform(0.5, 0.9), depth + 0.01,
                            dice.uniform(0.8, 1.9), dice.uniform(0.8, 1.7), shade(green, dice.uniform(0.85, 1.1)))  # fmt: skip
    near = sketch.position[2] - 0.7
    if dice.chance(0.4):
        x, bend = dice.uniform(-2, 2), dice.uniform(-3, 3)
        sketch.polygon([(x - 0.7, 0, near), (x + 0.7, 0, near), (x + bend + 0.7, 0, -12), (x + bend - 0.7, 0, -12)],
                       mix((190, 176, 150), grass, 0.2))  # fmt: skip
    if dice.chance(0.35):
        z, wood = -dice.uniform(0.8, 4), _earth(dice)
        for k in range(-6, 7):
            sketch.box(k * 0.8, k * 0.8 + 0.09, 0, 1.0, z - 0.05, z, wood)
        for y in (0.4, 0.8):
            sketch.box(-6, 6, y, y + 0.1, z, z + 0.02, shade(wood, 1.1))
    for _ in range(dice.integer(3)):
        _leaves(sketch, dice, dice.uniform(-2.5, 2.5), 0.35, -dice.uniform(0.6, 2.5), 0.5)
    return grass


def _studio(sketch: Sketch, dice: RowDice):
    paper = _colour(dice, 0.4, 0.25, 0.97)
    wall = Wall(0, -dice.uniform(0.8, 2.5), 0)
    soft = 14
    for k in range(soft):
        tone = shade(paper, 0.9 + 0.12 * k / soft)
        sketch.upright(wall, -12, 12, 0.5 * (k / soft) ** 2, 6, tone)
    return shade(paper, 0.9)


_DRAW = (_room, _hall, _street, _park, _studio)
