"""The rendered people as a data source: pictures and every label, made on demand from a seed."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from hpe_utils.data.people import check_choice
from hpe_utils.data.schema import Samples
from hpe_utils.data.sets import Facts
from hpe_utils.parts import BODYPIX24
from hpe_utils.skeleton import SYNTHETIC27

from . import labels, scene
from .crops import PersonCrops
from .render import render

RENDERER_VERSION = 4
MATERIALS = ("person", "statue", "cartoon")
COUNTS = {"train": 12_000, "val": 1_000, "test": 1_000}
_CHUNK = 128


FACTS = Facts(
    title="people drawn by code",
    has=frozenset({"joints", "head boxes", "areas", "instances", "parts", "garments"}),
    skeleton=SYNTHETIC27,
    vocabulary=BODYPIX24,
    levels={"easy": {"difficulty": "easy"}, "hard": {"difficulty": "hard"}},
    options={"skeleton": "MPII16"},
    several={"people": (1, 4)},
    floors={
        "head_box": 0.55, "joints": 0.60, "maps": 0.65, "people": 0.25, "parts": 0.75, "detector": 0.60,
        "detector_parts": 0.40,
    },
    storable=True,
)  # fmt: skip


@dataclass(frozen=True)
class SyntheticSource:
    """Pictures of rendered people: number i depends only on the seed, the split, i and the options.

    `people` is the least and the most in a picture, `size` the pixels of its side. Raises ValueError on an unknown
    split, difficulty or material, and on sizes or numbers of people that cannot be drawn.
    """

    split: str
    count: int
    difficulty: str = "easy"
    people: tuple[int, int] = (1, 1)
    size: int = 128
    material: str = "person"
    seed: int = 0

    skeleton = SYNTHETIC27
    vocabulary = BODYPIX24

    def __post_init__(self):
        for name, allowed in (("split", scene.SPLITS), ("difficulty", scene.DIFFICULTIES), ("material", MATERIALS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it can be {', '.join(allowed)}")
        if np.shape(self.people) != (2,) or not 1 <= self.people[0] <= self.people[1] <= 8:
            raise ValueError(f"people is {self.people}; it must be (least, most) with 1 ≤ least ≤ most ≤ 8")
        object.__setattr__(self, "people", tuple(self.people))  # a list would not hash
        if self.size not in range(32, 513):
            raise ValueError(f"size is {self.size}; it must be a whole number of pixels in 32 … 512")
        if self.count < 1:
            raise ValueError(f"count is {self.count}; it must be at least 1")

    def __len__(self) -> int:
        return self.count

    @property
    def title(self) -> str:
        people = "" if self.people == (1, 1) else f" {self.people[0]} to {self.people[1]} a picture,"
        material = "" if self.material == "person" else f" {self.material},"
        return f"synthetic people,{people}{material} {self.difficulty}, {self.split}"

    @property
    def spec(self) -> dict:
        """Everything that decides pixels and labels, ready for JSON."""
        return {
            "name": "synthetic", "renderer_version": RENDERER_VERSION, "split": self.split, "count": self.count,
            "difficulty": self.difficulty, "people": list(self.people), "size": self.size, "material": self.material,
            "seed": self.seed,
        }  # fmt: skip

    @property
    def left_out(self) -> dict:
        return {}

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """The fields of `Samples` for pictures start … stop − 1, attributes as "attribute_NAME"; nothing is left out.

        Raises ValueError on pictures that the source does not have.
        """
        if not 0 <= start < stop <= self.count:
            raise ValueError(f"pictures {start} to {stop} asked of a source of {self.count}")
        chunks = [self._draw(range(low, min(low + _CHUNK, stop))) for low in range(start, stop, _CHUNK)]
        return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}, Counter()

    def _draw(self, indices: range) -> dict[str, np.ndarray]:
        scenes = scene.sample(self.seed, self.split, indices, self.difficulty, self.people, self.material)
        fields, attributes = drawn(scenes, self.size, self.people[1], self.material)
        ids = np.array([f"{self.difficulty}-{self.split}-{i:05d}" for i in indices])
        return fields | {"ids": ids} | {f"attribute_{name}": values for name, values in attributes.items()}


def drawn(scenes: scene.Scenes, size: int, most: int, material: str) -> tuple[dict, dict]:
    """The fields of `Samples` for scenes of at most so many people, but for their ids, and their attributes."""
    canvas, strokes = render(scenes, size, material)
    points = labels.keypoints(scenes, canvas, strokes, most)
    fields = {
        "images": canvas.images,
        "keypoints": points,
        "boxes": labels.boxes(scenes, size, most),
        "head_boxes": labels.head_boxes(scenes, size, most),
        "to_picture": np.tile(np.eye(2, 3, dtype=np.float32), (len(points), 1, 1)),
        "instances": canvas.instances,
        "parts": canvas.parts,
        "garments": canvas.garments,
    }
    return fields, labels.attributes(scenes, points, most)


def film(frames: int = 120, people: int = 1, size: int = 256, number: int = 0, pace: int = 30) -> Samples:
    """The frames of a film of drawn people who move their limbs, one pose after another in `pace` frames each.

    Other numbers give other people and places. Its pictures and labels are as those of `data.load("synthetic", …)`.
    """
    scenes = scene.sample_film(0, "test", number, "easy", people, "person", frames, pace)
    fields, attributes = drawn(scenes, size, people, "person")
    ids = np.array([f"film-{number}-{frame:05d}" for frame in range(frames)])
    origin = {"set": "synthetic", "split": "test", "level": "film"}
    return Samples(
        **fields, ids=ids, skeleton=SYNTHETIC27, title=f"drawn film {number}", vocabulary=BODYPIX24,
        attributes=attributes, origin=origin,
    )  # fmt: skip


def source(
    split: str, root=None, count: int | None = None, crop: str = "whole", side: int = 128, **options
) -> SyntheticSource | PersonCrops:
    """The renderer as `hpe_utils.data.load` calls it; without a count 12,000 pictures to train on, 1,000 to test with.

    With `crop="person"` one person of each picture is cut out, `side` pixels a side (`crops.PersonCrops`). Raises
    ValueError on wrong options, and for a root, since the renderer reads no files; DataError for an unknown crop.
    """
    if root is not None:
        raise ValueError(f"root={str(root)!r}: the synthetic people are drawn, not read; leave root out")
    check_choice("crop", crop, "person", "whole")
    pictures = SyntheticSource(split, count or COUNTS.get(split, 1), **options)
    return PersonCrops(pictures, side) if crop == "person" else pictures
