"""Streets and parks under a sky; each function sketches a place and returns the colour of its ground."""

from .dice import RowDice
from .sketch import Sketch, add_leaves, any_colour, earth, mix, shade

_FAR = 60.0


def _sky(sketch: Sketch, dice: RowDice):
    high = mix((110, 160, 220), (205, 210, 215), dice.uniform())
    low = mix(high, (250, 240, 225), dice.uniform(0.4, 0.9))
    for k in range(5):
        sketch.facing(-80, 80, k * 7, 60, -_FAR, mix(low, high, k / 4))
    for _ in range(dice.integer(6)):
        sketch.blob(dice.uniform(-30, 30), dice.uniform(8, 35), -_FAR + 1, dice.uniform(3, 9), dice.uniform(0.5, 2),
                    mix(low, (252, 252, 252), 0.7))  # fmt: skip


def street(sketch: Sketch, dice: RowDice):
    road = any_colour(dice, 0.08, 0.3, 0.6)
    _sky(sketch, dice)
    near = sketch.near
    depth = -dice.uniform(3, 14)
    left, right = sketch.span(depth)
    x = left - dice.uniform(0.5, 3)
    while x < right + 0.5:
        wide, tall, facade = dice.uniform(3, 7), dice.uniform(4, 16), any_colour(dice, 0.35, 0.35, 0.9)
        sketch.facing(x, x + wide, 0, tall, depth, facade)
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
            sketch.facing(left, left + 0.5 * step, bottom, bottom + 1.5, depth, glass)


def _car(sketch, dice, z):
    x, paint = dice.uniform(-4, 1), any_colour(dice, 0.8, 0.2, 0.9)
    sketch.box(x, x + 3.8, 0.3, 0.85, z - 1.4, z, paint)
    sketch.polygon(x + 0.6, 0.85, z, x + 3.2, 0.85, z, x + 2.7, 1.4, z, x + 1.1, 1.4, z, colour=(60, 70, 80))
    for wheel in (0.75, 3.0):
        sketch.blob(x + wheel, 0.32, z + 0.01, 0.32, 0.32, (32, 32, 34))


def park(sketch: Sketch, dice: RowDice):
    grass = mix((96, 128, 62), (168, 160, 104), dice.uniform())
    if dice.chance(0.15):
        grass = mix((214, 196, 152), (226, 222, 214), dice.uniform())
    _sky(sketch, dice)
    for _ in range(dice.integer(3)):
        x, wide = dice.uniform(-40, 20), dice.uniform(20, 50)
        sketch.blob(x, 0, -50, wide, dice.uniform(3, 12), mix((84, 110, 92), (150, 170, 180), dice.uniform()))
    for depth, count in ((-dice.uniform(14, 35), 5), (-dice.uniform(4, 14), 2)):
        left, right = sketch.span(depth)
        for _ in range(count):
            x, tall = dice.uniform(left - 1, right + 1), dice.uniform(3, 9)
            green = mix((44, 78, 40), (132, 148, 74), dice.uniform())
            sketch.box(x - 0.12, x + 0.12, 0, tall * 0.6, depth - 0.1, depth, (88, 68, 52))
            for _ in range(3):
                wide, high, tone = dice.uniform(0.8, 1.9), dice.uniform(0.8, 1.7), dice.uniform(0.85, 1.1)
                aside, up = dice.uniform(-0.8, 0.8), tall * dice.uniform(0.5, 0.9)
                sketch.blob(x + aside, up, depth + 0.01, wide, high, shade(green, tone))
    near = sketch.near
    if dice.chance(0.4):
        x, bend = dice.uniform(-2, 2), dice.uniform(-3, 3)
        sketch.polygon(x - 0.7, 0, near, x + 0.7, 0, near, x + bend + 0.7, 0, -12, x + bend - 0.7, 0, -12,
                       colour=mix((190, 176, 150), grass, 0.2))  # fmt: skip
    if dice.chance(0.35):
        z, wood = -dice.uniform(0.8, 4), earth(dice)
        left, right = sketch.span(z)
        for k in range(int(left / 0.8) - 1, int(right / 0.8) + 2):
            sketch.facing(k * 0.8, k * 0.8 + 0.09, 0, 1.0, z, wood)
        for y in (0.4, 0.8):
            sketch.facing(left - 1, right + 1, y, y + 0.1, z, shade(wood, 1.1))
    for _ in range(dice.integer(3)):
        add_leaves(sketch, dice, dice.uniform(-2.5, 2.5), 0.35, -dice.uniform(0.6, 2.5), 0.5)
    return grass
