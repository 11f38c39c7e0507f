"""Backgrounds by name: where the people are."""

import numpy as np

from .dice import RowDice
from .indoors import hall, room, studio
from .outdoors import park, street
from .sketch import Sketch

PLACES = ("room", "hall", "street", "park", "studio")
NUMBERS = 420  # uniform numbers a place may use before it begins anew
_DRAW = (room, hall, street, park, studio)


def draw_place(place: int, row: np.ndarray, camera: tuple, size: int) -> np.ndarray:
    """The background (size, size, 3) uint8 of a place for a `camera` (position, rotation, focal, centre).

    `row` holds NUMBERS uniform numbers, the place's only source of chance.
    """
    sketch = Sketch(*camera)
    ground = _DRAW[place](sketch, RowDice(row))
    return sketch.paint(size, ground)
