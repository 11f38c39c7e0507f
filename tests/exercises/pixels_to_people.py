"""Notebook 08: whose pixel is it? The person whose joint its arrow points to."""

import numpy as np


def inputs(rng):
    height, width = rng.integers(1, 6, 2)
    people = int(rng.choice([0, 1, 2, 3, 4], p=[0.08, 0.12, 0.4, 0.25, 0.15]))
    places = np.zeros((people, 3))
    places[:, :2] = rng.uniform(-2, (width + 1, height + 1), (people, 2))
    places[:, 2] = rng.choice([1, 2], people)
    offsets = rng.normal(0, 2, (height, width, 2))
    mask = rng.random((height, width)) < 0.7
    if people > 1 and rng.random() < 0.25:  # two people as far from every aim: the first of them
        middle, away = rng.integers(0, 2 * width) / 2, rng.integers(1, 5) / 2
        one, other = rng.permutation(people)[:2]
        places[one, :2], places[other, :2] = (middle - away, height / 2), (middle + away, height / 2)
        offsets[..., 0] = middle - np.arange(width)
    elif people > 1 and rng.random() < 0.2:
        places[-1, :2] = places[0, :2]
    places[rng.random(people) < rng.choice([0, 0.4])] = 0  # this joint of theirs is not found
    if people and rng.random() < 0.15:
        places[rng.integers(people)] = 0, 0, 2  # the first pixel is a place like any other
    offsets *= rng.choice([1, 1, 1, 60, 600])
    kind = rng.choice(["float32", "float64"])
    return mask.astype(rng.choice([bool, np.uint8])), offsets.astype(kind), places.astype(kind)


def _aims(offsets, sign=1, own=1):
    y, x = np.indices(offsets.shape[:2])
    return own * np.stack([x, y], axis=-1) + sign * offsets.astype(float)


def _nearest(mask, aims, places, lost=np.inf, length=lambda d: np.sqrt((d**2).sum(axis=-1)), outside=-1, first=True):
    if not len(places) or (lost == np.inf and not (places[:, 2] > 0).any()):
        return np.full(mask.shape, outside)
    away = length(aims[:, :, None] - places[:, :2].astype(float))
    away[:, :, places[:, 2] == 0] = lost if lost is not None else away[:, :, places[:, 2] == 0]
    best = away.argmin(axis=-1) if first else len(places) - 1 - away[..., ::-1].argmin(axis=-1)
    return np.where(mask > 0, best, outside)


def solution(mask, offsets, places):
    return _nearest(mask, _aims(offsets), places)


def takes_the_nearest_person(mask, offsets, places):
    """you take the joint nearest to the pixel: follow its arrow first"""
    return _nearest(mask, _aims(offsets, sign=0), places)


def takes_arrows_for_places(mask, offsets, places):
    """an arrow begins at its own pixel: add x and y"""
    return _nearest(mask, _aims(offsets, own=0), places)


def walks_backwards(mask, offsets, places):
    """the arrow points from the pixel to the joint: add it, do not take it away"""
    return _nearest(mask, _aims(offsets, sign=-1), places)


def exchanges_rows_and_columns(mask, offsets, places):
    """a pixel's x is its column and its y its row"""
    return _nearest(mask, np.indices(mask.shape).transpose(1, 2, 0) + offsets.astype(float), places)


def reads_arrows_as_y_and_x(mask, offsets, places):
    """arrows are x, y, in this order"""
    return _nearest(mask, _aims(offsets[..., ::-1]), places)


def forgets_the_mask(mask, offsets, places):
    """outside of the mask there is nobody"""
    return _nearest(np.ones_like(mask), _aims(offsets), places)


def marks_nobody_by_0(mask, offsets, places):
    """0 is the first person: nobody is -1"""
    return _nearest(mask, _aims(offsets), places, outside=0)


def numbers_people_from_1(mask, offsets, places):
    """people are numbered from 0, as the rows of `places`"""
    return solution(mask, offsets, places) + (solution(mask, offsets, places) >= 0)


def takes_the_last_of_equals(mask, offsets, places):
    """of two people as near, the first has the pixel"""
    return _nearest(mask, _aims(offsets), places, first=False)


def takes_the_corner_for_a_joint(mask, offsets, places):
    """a joint with v = 0 is not found: (0, 0) is no place"""
    return _nearest(mask, _aims(offsets), places, lost=None)


def numbers_those_who_are_left(mask, offsets, places):
    """the numbers are rows of `places`: do not number anew after leaving people out"""
    return _nearest(mask, _aims(offsets), places[places[:, 2] > 0])


def gives_the_first_all_where_none_is_found(mask, offsets, places):
    """where no person's joint is found, every pixel is nobody's"""
    return _nearest(mask, _aims(offsets), places, lost=1e9)


def needs_people(mask, offsets, places):
    """without people every pixel is nobody's: the smallest of no numbers is an error"""
    if not len(places):
        raise ValueError("no people")
    return solution(mask, offsets, places)


def adds_the_sides(mask, offsets, places):
    """the distance is the square root of dx² + dy²"""
    return _nearest(mask, _aims(offsets), places, length=lambda d: np.abs(d).sum(axis=-1))


def compares_x_alone(mask, offsets, places):
    """use both parts of the distance, x and y"""
    return _nearest(mask, _aims(offsets), places, length=lambda d: np.abs(d[..., 0]))


def rounds_the_aim(mask, offsets, places):
    """an arrow may point between pixels: do not round"""
    return _nearest(mask, np.rint(_aims(offsets)), places)


def looks_within_the_picture_alone(mask, offsets, places):
    """an arrow may point beyond the picture: do not clip"""
    last = np.array(mask.shape[::-1]) - 1
    return _nearest(mask, np.clip(_aims(offsets), 0, last), places)


def takes_the_farthest(mask, offsets, places):
    """you take the largest distance: take the smallest"""
    return _nearest(mask, _aims(offsets), places, length=lambda d: -np.sqrt((d**2).sum(axis=-1)))
