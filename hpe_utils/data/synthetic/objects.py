"""Things that are not people: the seats they sit on, and what stands between them and the camera."""

import numpy as np

from .clay import Clay
from .clothes import hsv_to_rgb
from .dice import Dice

OCCLUDERS = ("none", "pole", "board", "rail", "plant", "edge")
HULLS = 6  # of one occluder, at most


def add_seat(clay: Clay, dice: Dice, sits: np.ndarray, height: np.ndarray):
    """A stool, chair, bench or block under those who sit; `height` (M,) of the pelvis above the floor, in metres."""
    kind = dice.choice((0.3, 0.35, 0.2, 0.15))
    back, block = kind == 1, kind == 3
    wide = np.where(kind == 2, dice.uniform(0.4, 0.8), dice.uniform(0.18, 0.24))
    top, floor, deep = -0.12, -height, dice.uniform(0.15, 0.2)
    about = {"segment": "furniture", "surface": "furniture"}

    def edge(y, z, radius, x=wide):
        return clay.pair("seat", x, y, z, radius)

    clay.hull(edge(top, -deep, 0.022), edge(top, deep, 0.022), present=sits & ~block, nearer=-0.25, **about)
    clay.hull(edge(top, deep - 0.03, 0.03), edge(floor + 0.03, deep - 0.03, 0.03), present=sits & block, nearer=-0.3,
              **about)  # fmt: skip
    for sign in (1, -1):
        for z in (-1, 1):
            foot = clay.sphere("seat", sign * wide * 0.93, floor, z * deep, 0.014)
            clay.hull(clay.sphere("seat", sign * wide * 0.9, top, z * deep * 0.95, 0.016), foot,
                      present=sits & ~block, nearer=-0.26, **about)  # fmt: skip
        clay.hull(clay.sphere("seat", sign * wide * 0.9, top, -deep, 0.016),
                  clay.sphere("seat", sign * wide * 0.85, top + 0.5, -deep - 0.06, 0.014), present=sits & back,
                  nearer=-0.03, **about)  # fmt: skip
    for y in (0.28, 0.47):
        bar = (edge(top + y + dy, -deep - 0.045, 0.03, wide * 0.86) for dy in (0, 0.02))
        clay.hull(*bar, present=sits & back, nearer=-0.03, **about)


def occluders(dice: Dice, share: float, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Things in front of the people: kind (N,), corners (N, HULLS, 4, 3) as x, y, radius in picture widths, present.

    `boxes` (N, 4) is the people's extent in picture widths: an occluder covers some of it.
    """
    count = len(dice)
    kind = np.where(dice.chance(share), 1 + dice.choice((0.26, 0.24, 0.16, 0.2, 0.14)), 0)
    x0, y0, x1, y1 = np.clip(boxes, 0, 1).T
    tall = y1 - y0
    x = x0 + (x1 - x0) * dice.uniform(0.15, 0.85)
    y = y0 + tall * dice.uniform(0.35, 0.8)
    slant, thick = dice.normal(0, 0.03), dice.uniform(0.012, 0.04)
    corners = np.zeros((count, HULLS, 4, 3))
    present = np.zeros((count, HULLS), bool)

    def place(which, hull, points):
        present[:, hull] |= which
        for corner, point in enumerate(points):
            for axis, value in enumerate(point):
                corners[:, hull, corner, axis] = np.where(which, value, corners[:, hull, corner, axis])

    top, bottom = (x - slant, -0.2, thick), (x + slant, 1.2, thick)
    place(kind == 1, 0, (top, top, bottom, bottom))
    wide, high = dice.uniform(0.08, 0.3), tall * dice.uniform(0.12, 0.3)
    low = np.where(dice.chance(0.5), 1.2, np.minimum(y + high, 1.2))
    place(kind == 2, 0, ((x - wide, y, 0.012), (x + wide, y + slant, 0.012), (x - wide, low, 0.012),
                         (x + wide, low, 0.012)))  # fmt: skip
    gap = tall * dice.uniform(0.08, 0.16)
    for bar in range(3):
        left, right = (-0.2, y + bar * gap - slant, thick * 0.5), (1.2, y + bar * gap + slant, thick * 0.5)
        place(kind == 3, bar, (left, left, right, right))
    for leaf in range(HULLS):
        place(kind == 4, leaf, _leaf(dice, leaf, x, y, tall))
    at_left = dice.chance(0.5)
    inner = np.where(at_left, x0 + (x1 - x0) * 0.3, x1 - (x1 - x0) * 0.3)
    outer = np.where(at_left, -0.2, 1.2)
    place(kind == 5, 0, ((inner - slant, -0.2, 0.01), (outer, -0.2, 0.01), (inner + slant, 1.2, 0.01),
                         (outer, 1.2, 0.01)))  # fmt: skip
    return kind, corners, present


def _leaf(dice: Dice, number: int, x: np.ndarray, y: np.ndarray, tall: np.ndarray) -> tuple:
    """Four corners of one leaf of a plant."""
    angle = np.pi * (1.5 + (number - 2.5) / 4.2) + dice.normal(0, 0.15)
    reach = tall * dice.uniform(0.2, 0.5)
    root = np.minimum(y + tall * 0.3, 1.1)
    middle = (x + 0.5 * reach * np.cos(angle), root + 0.6 * reach * np.sin(angle), 0.04 * tall)
    tip = (x + reach * np.cos(angle) * 1.1, root + reach * np.sin(angle), 0.006)
    return (x, root, 0.008), middle, middle, tip


def occluder_colours(dice: Dice, kind: np.ndarray) -> np.ndarray:
    """(N, 3) 0–255: plants are green, the rest has any muted colour."""
    plant = kind == OCCLUDERS.index("plant")
    hue = np.where(plant, dice.uniform(0.2, 0.42), dice.uniform())
    return 255 * hsv_to_rgb(hue, dice.uniform(0, 0.5) + 0.3 * plant, dice.uniform(0.15, 0.8) - 0.1 * plant)
