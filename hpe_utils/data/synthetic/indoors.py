"""Rooms, halls and studios; each function sketches a place and returns the colour of its floor."""

from .dice import RowDice
from .sketch import Sketch, Wall, add_leaves, any_colour, earth, mix, shade


def _floor_lines(sketch: Sketch, dice: RowDice, colour):
    """Planks toward the wall, or square tiles."""
    if dice.chance(0.35):
        return
    near, gap, dark = sketch.near, dice.uniform(0.12, 0.6), shade(colour, dice.uniform(0.78, 0.94))
    width = gap * 0.07
    offset = dice.uniform(0, gap)
    left, right = sketch.span(-1.5)
    for k in range(int(left / gap) - 1, int(right / gap) + 2):
        x = k * gap + offset
        sketch.floor(x, x + width, -6, near, dark)
    if gap > 0.25:
        z = -4 + offset
        while z < near:
            sketch.floor(-5, 5, z, z + width, dark)
            z += gap


def room(sketch: Sketch, dice: RowDice):
    floor, paper = earth(dice), any_colour(dice, 0.35, 0.3, 0.95)
    back = -dice.uniform(0.5, 3.0)
    wall = Wall(dice.uniform(-1, 1), back, dice.uniform(-0.3, 0.3))
    _floor_lines(sketch, dice, floor)
    if dice.chance(0.4):
        sketch.floor(
            dice.uniform(-2, -0.5), dice.uniform(0.5, 2), back, dice.uniform(-0.2, 1), any_colour(dice, 0.6, 0.2, 0.8)
        )
    sketch.upright(wall, -9, 9, 0, 4, paper)
    if dice.chance(0.3):
        step = dice.uniform(0.15, 0.5)
        left, right = sketch.span(back)
        for k in range(int(left / step) - 2, int(right / step) + 2):
            sketch.upright(wall, k * step - wall.x, (k + 0.4) * step - wall.x, 0, 4, shade(paper, 0.92))
    trim = mix(paper, (240, 238, 232), 0.7)
    sketch.upright(wall, -9, 9, 0, dice.uniform(0.06, 0.14), trim)
    left, right = sketch.span(back)
    at = left - wall.x - dice.uniform(0, 1.0)
    while at < right - wall.x:
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
    leaf = earth(dice)
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
    sketch.upright(wall, at, at + wide, low, high, earth(dice))
    inner = any_colour(dice, 0.6, 0.3, 0.95)
    sketch.upright(wall, at + 0.05, at + wide - 0.05, low + 0.05, high - 0.05, inner)
    sketch.upright(wall, at + wide * 0.3, at + wide * 0.7, low + 0.1, (low + high) / 2, any_colour(dice, 0.7, 0.2, 0.8))
    return wide


def _shelves(sketch, dice, wall, at, paper, trim):
    wide, wood = dice.uniform(0.6, 1.1), earth(dice)
    sketch.upright(wall, at, at + wide, 0, 2.0, shade(wood, 0.55))
    for level in (0.02, 0.5, 0.98, 1.46, 1.94):
        x = at + 0.05
        while level < 1.9 and x < at + wide - 0.1:
            book = dice.uniform(0.05, 0.14)
            sketch.upright(wall, x, x + book, level, level + dice.uniform(0.22, 0.4), any_colour(dice, 0.7, 0.2, 0.9))
            x += book + 0.01
        sketch.upright(wall, at, at + wide, level - 0.02, level + 0.03, wood)
    return wide


def _curtain(sketch, dice, wall, at, paper, trim):
    wide, cloth = dice.uniform(0.5, 1.2), any_colour(dice, 0.6, 0.25, 0.9)
    folds = 5 + dice.integer(5)
    for k in range(folds):
        tone = shade(cloth, 0.8 + 0.2 * (k % 2))
        sketch.upright(wall, at + wide * k / folds, at + wide * (k + 1) / folds, 0.05, 2.5, tone)
    return wide


def _side_wall(sketch, dice, wall, paper, trim):
    side = dice.pick((-1, 1))
    x, z = wall.at(side * dice.uniform(0.8, 1.6))
    near = sketch.near
    lean = side * dice.uniform(0.3, 1.0)
    tone = shade(paper, dice.uniform(0.75, 0.92))
    for top, colour in ((4, tone), (0.1, shade(trim, 0.9))):
        sketch.polygon(x, 0, z, x + lean, 0, near, x + lean, top, near, x, top, z, colour=colour)


def _furniture(sketch, dice, back):
    left, right = sketch.span(back)
    x, z = dice.uniform(left, right) - 0.4, back + dice.uniform(0.05, 0.3)
    kind = dice.integer(4)
    colour = any_colour(dice, 0.5, 0.2, 0.8)
    if kind == 0:
        wide = dice.uniform(0.9, 1.7)
        sketch.box(x, x + wide, 0.1, 0.85, z, z + 0.2, shade(colour, 0.9))
        sketch.box(x, x + wide, 0.1, 0.45, z + 0.2, z + 0.5, colour)
    elif kind == 1:
        wide, high, wood = dice.uniform(0.5, 1.3), dice.uniform(0.5, 0.8), earth(dice)
        for leg in (x, x + wide - 0.05):
            sketch.box(leg, leg + 0.05, 0, high, z + 0.35, z + 0.4, shade(wood, 0.8))
        sketch.box(x, x + wide, high, high + 0.05, z, z + 0.45, wood)
    elif kind == 2:
        sketch.box(x, x + 0.04, 0, 1.4, z + 0.2, z + 0.24, (60, 58, 56))
        front = z + 0.2
        sketch.polygon(x - 0.2, 1.4, front, x + 0.24, 1.4, front, x + 0.14, 1.75, front, x - 0.1, 1.75, front,
                       colour=(244, 232, 200))  # fmt: skip
    else:
        sketch.box(x, x + 0.25, 0, 0.3, z, z + 0.25, any_colour(dice, 0.5, 0.3, 0.9))
        add_leaves(sketch, dice, x + 0.12, 0.75, z + 0.12, 0.4)


def hall(sketch: Sketch, dice: RowDice):
    floor, upper = earth(dice), any_colour(dice, 0.25, 0.5, 0.95)
    wall = Wall(0, -dice.uniform(2.0, 6.0), dice.uniform(-0.15, 0.15))
    near = sketch.near
    for _ in range(2 + dice.integer(3)):
        line = any_colour(dice, 0.8, 0.4, 1.0)
        x, z = dice.uniform(-2, 2), dice.uniform(-2, near)
        sketch.floor(x, x + 0.06, -6, near, line)
        sketch.floor(-6, 6, z, z + 0.06, line)
    sketch.upright(wall, -15, 15, 0, 8, upper)
    sketch.upright(wall, -15, 15, 0, dice.uniform(0.8, 1.6), any_colour(dice, 0.4, 0.3, 0.8))
    pitch = dice.uniform(1.0, 2.5)
    kind = dice.integer(3)
    left, right = sketch.span(wall.z)
    for k in range(int(left / pitch) - 1, int(right / pitch) + 1):
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
        sketch.box(
            x, x + dice.uniform(0.3, 1.2), 0, dice.uniform(0.2, 1.1), z, z + 0.4, any_colour(dice, 0.7, 0.2, 0.9)
        )
    return floor


def studio(sketch: Sketch, dice: RowDice):
    paper = any_colour(dice, 0.4, 0.25, 0.97)
    wall = Wall(0, -dice.uniform(0.8, 2.5), 0)
    soft = 10
    for k in range(soft):
        tone = shade(paper, 0.9 + 0.12 * k / soft)
        sketch.upright(wall, -12, 12, 0.5 * (k / soft) ** 2, 6, tone)
    return shade(paper, 0.9)
