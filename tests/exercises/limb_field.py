"""Notebook 05: the field of one kind of limb, of several people."""

import numpy as np


def inputs(rng):
    width, height = (int(side) for side in rng.integers(3, 10, 2))
    people = rng.integers(1, 5)
    limbs = rng.uniform(-1.5, (width + 0.5, height + 0.5), (people, 2, 2))
    kind = rng.choice(["any", "straight", "together", "short"], p=[0.4, 0.3, 0.2, 0.1])
    if kind == "straight":  # along rows and columns, through the cells' centres: its edges run through others
        limbs = np.round(limbs)
        everybody, axis = np.arange(people), rng.integers(2, size=people)
        limbs[everybody, 1, axis] = limbs[everybody, 0, axis]
    if kind == "together":  # all on one another, half of them the other way round
        limbs[:] = limbs[:1]
        turned = rng.random(people) < 0.5
        limbs[turned] = limbs[turned][:, ::-1]
        limbs[:, 1] += rng.uniform(-0.6, 0.6, (people, 2))
    if kind == "short":
        limbs[:, 1] = limbs[:, 0] + rng.uniform(-0.5, 0.5, (people, 2))
    if rng.random() < 0.15:
        limbs[0, 1] = limbs[0, 0]
    seen = rng.choice([0, 1, 2], (people, 2, 1), p=[0.15, 0.3, 0.55])
    limbs = np.concatenate([limbs, seen], axis=2)
    if rng.random() < 0.5:
        limbs[limbs[..., 2] == 0] = 0  # what is missing stands at the corner
    half_width = float(rng.choice([0.5, 1.0, 1.5])) if kind == "straight" else float(rng.uniform(0.4, 1.6))
    return limbs, (width, height), half_width


def _field(limbs, size, half_width, least=1, unit=True, sign=1, ends=1.0, round_ends=False, endless=False,
           share="there", swapped=False, last=False, strict=False, again=False, across_of=1.0):  # fmt: skip
    width, height = size[::-1] if swapped else size
    total, count = np.zeros((height, width, 2)), np.zeros((height, width))
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    for (x0, y0, v0), (x1, y1, v1) in np.array(limbs, float):
        length = np.hypot(x1 - x0, y1 - y0)
        if min(v0, v1) < least or length == 0:
            continue
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        along, across = (x - x0) * ux + (y - y0) * uy, np.abs((x - x0) * uy - (y - y0) * ux)
        room = ends * half_width
        between = np.full(along.shape, True) if endless else (along >= -room) & (along <= length + room)
        near = across < across_of * half_width if strict else across <= across_of * half_width
        if round_ends:
            beyond = np.maximum(np.maximum(-along, along - length), 0)
            between, near = True, np.hypot(beyond, across) <= half_width
        on = between & near
        arrow = sign * np.array([ux, uy]) * (1 if unit else length)
        total[on] = arrow if last else total[on] + arrow
        count[on] += 1
    by = {"there": np.maximum(count, 1), "all": len(limbs), "none": 1}["none" if last else share]
    field = total / (by[..., None] if np.ndim(by) else by)
    if again:
        lengths = np.linalg.norm(field, axis=2, keepdims=True)
        field = np.divide(field, lengths, out=np.zeros_like(field), where=lengths > 1e-9)
    return field


def solution(limbs, size, half_width=1.0):
    return _field(limbs, size, half_width)


def forgets_to_divide_by_the_length(limbs, size, half_width=1.0):
    """a field is a direction: divide by the length, so that every arrow has the length 1"""
    return _field(limbs, size, half_width, unit=False)


def points_from_end_to_start(limbs, size, half_width=1.0):
    """the arrows run from the first joint to the second: end - start"""
    return _field(limbs, size, half_width, sign=-1)


def leaves_no_room_beyond_the_ends(limbs, size, half_width=1.0):
    """a limb has half_width of room beyond both its ends"""
    return _field(limbs, size, half_width, ends=0.0)


def goes_on_beyond_the_ends(limbs, size, half_width=1.0):
    """measure along the limb too: behind its ends it goes on for half_width and no farther"""
    return _field(limbs, size, half_width, endless=True)


def rounds_the_ends(limbs, size, half_width=1.0):
    """the room beyond the ends is square: along and across are two limits, not one distance"""
    return _field(limbs, size, half_width, round_ends=True)


def takes_the_whole_width_for_half(limbs, size, half_width=1.0):
    """half_width is the distance from the line on either side, not the whole width"""
    return _field(limbs, size, half_width, across_of=0.5)


def leaves_the_edge_out(limbs, size, half_width=1.0):
    """a cell at exactly half_width from the line is on the limb"""
    return _field(limbs, size, half_width, strict=True)


def lets_the_last_person_win(limbs, size, half_width=1.0):
    """where limbs of several people lie on each other the field is the mean of their arrows"""
    return _field(limbs, size, half_width, last=True)


def sums_the_arrows(limbs, size, half_width=1.0):
    """take the mean where limbs lie on each other, not the sum"""
    return _field(limbs, size, half_width, share="none")


def divides_by_everybody(limbs, size, half_width=1.0):
    """divide by the number of limbs that lie on this cell, not by the number of people"""
    return _field(limbs, size, half_width, share="all")


def makes_the_mean_a_unit_vector(limbs, size, half_width=1.0):
    """the mean of two arrows stays as it is: crossing limbs have a shorter one"""
    return _field(limbs, size, half_width, again=True)


def draws_missing_limbs(limbs, size, half_width=1.0):
    """a limb with an end that has v = 0 is not labelled, and has no field"""
    return _field(limbs, size, half_width, least=0)


def leaves_hidden_joints_out(limbs, size, half_width=1.0):
    """v = 1 is hidden and has a place: only v = 0 is missing"""
    return _field(limbs, size, half_width, least=2)


def exchanges_rows_and_columns(limbs, size, half_width=1.0):
    """size is (width, height), and the array has rows first: (height, width, 2)"""
    return _field(limbs, size, half_width, swapped=True)


def divides_by_no_length(limbs, size, half_width=1.0):
    """a limb without length has no direction: leave it out before you divide"""
    limbs = np.array(limbs, float)
    labelled = limbs[..., 2].min(axis=1) > 0
    if (labelled & (limbs[:, 0, :2] == limbs[:, 1, :2]).all(axis=1)).any():
        return np.full((size[1], size[0], 2), np.nan)
    return solution(limbs, size, half_width)
