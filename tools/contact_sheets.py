"""Draw the sheets of rendered people in data/pictures: python tools/contact_sheets.py

The pictures are the first of the test split, 256 × 256 each, so anybody gets the same ones.
"""

from pathlib import Path

import cv2
import matplotlib
import numpy as np

from hpe_utils import data, viz, widgets

FOLDER = Path(__file__).parents[1] / "data" / "pictures"
COLUMNS, ROWS, SIZE, QUALITY = 6, 2, 256, 92


def main() -> None:
    matplotlib.use("agg")
    viz.use_style()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, options in {"easy": {}, "hard": {"difficulty": "hard"}, "several": {"people": (2, 4)}}.items():
        write_pictures(f"people_{name}.jpg", load(COLUMNS * ROWS, **options))
    write_layers("people_parts.jpg", load(COLUMNS), "parts")
    write_layers("people_garments.jpg", load(COLUMNS), "garments")
    write_strip("people_layers.jpg")


def load(count: int, split: str = "test", **options) -> data.Samples:
    return data.load("synthetic", split, count=count, size=SIZE, skeleton="MPII16", **options)


def write_pictures(name: str, people: data.Samples) -> None:
    """All pictures side by side, COLUMNS in a row."""
    rows = [np.concatenate(list(people.images[k : k + COLUMNS]), axis=1) for k in range(0, len(people), COLUMNS)]
    write(name, np.concatenate(rows))


def write_layers(name: str, people: data.Samples, layer: str) -> None:
    """A row of pictures, and beneath each its labels with outlines and names."""
    figure, axes = viz.grid(2 * len(people), columns=len(people), side=2.56)
    for k in range(len(people)):
        widgets.draw_layers(axes[k], people, k, ["pixels"])
        widgets.draw_layers(axes[len(people) + k], people, k, [layer])
    write(name, pixels(figure))


def write_strip(name: str) -> None:
    """The promise of notebook 00: one picture with less and less in it."""
    people = load(2, "val", people=(1, 3))
    less_and_less = (["pixels"], ["pixels", "joints", "limbs"], ["joints", "limbs"], ["joints"])
    figure, axes = viz.grid(4, columns=4, side=2.56)
    for axis, layers in zip(axes, less_and_less, strict=True):
        widgets.draw_layers(axis, people, 1, layers)
    write(name, pixels(figure))


def write(name: str, picture: np.ndarray) -> None:
    """Write an (H, W, 3) picture as a JPEG file."""
    _, file = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    (FOLDER / name).write_bytes(file)
    print(f"{name:22} {len(file) / 1000:4.0f} kB")


def pixels(figure) -> np.ndarray:
    """A figure as an (H, W, 3) picture."""
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(widgets.png(figure), np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


if __name__ == "__main__":
    main()
