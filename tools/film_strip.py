"""Draw data/pictures/film_strip.jpg, the README's: python tools/film_strip.py

A film of two drawn people, as the live page answers it: joints of everybody, then the 24 parts, then a blurred
background; people and film are the course's own.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from hpe_utils import Pose
from hpe_utils.apps import effects
from hpe_utils.data import synthetic
from hpe_utils.painting import paint

PICTURE = Path(__file__).parents[1] / "data" / "pictures" / "film_strip.jpg"
FRAMES, SIDE, EDGE, HOLE = (0, 15, 30, 45, 60), 360, 26, 12


def answers() -> list[np.ndarray]:
    """The frames, painted."""
    film = synthetic.film(max(FRAMES) + 1, people=2, size=SIDE, number=3)
    joints, parts = Pose.load("openpose"), Pose.load("bodypix")
    frames = [film.images[number] for number in FRAMES]
    found = [joints(frame) for frame in frames]
    painted = [paint(frame, people) for frame, people in zip(frames, found, strict=True)]
    painted[3] = paint(frames[3], parts(frames[3]))
    painted[4] = paint(effects.blur(frames[4], parts(frames[4]).parts == 0, 6), found[4])
    return painted


def strip(frames: list[np.ndarray]) -> np.ndarray:
    """Frames side by side between two rows of holes."""
    gap = np.full((SIDE, 8, 3), 20, np.uint8)
    middle = np.concatenate([piece for frame in frames for piece in (gap, frame)] + [gap], axis=1)
    edge = np.full((EDGE, middle.shape[1], 3), 20, np.uint8)
    top = (EDGE - HOLE) // 2
    for left in range(12, edge.shape[1] - HOLE, 2 * HOLE + 6):
        edge[top : top + HOLE, left : left + HOLE + 4] = 235
    return np.concatenate([edge, middle, edge])


def main() -> None:
    Image.fromarray(strip(answers())).save(PICTURE, quality=85)
    print(f"{PICTURE.name} {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
