"""The modelling material: spheres stuck to bones, and hulls spanned over two or four of them.

A hull of two spheres is a tapered capsule; one of four is a slab between two edges, as of a chest or a palm.
"""

from dataclasses import dataclass

import numpy as np

from .kinematics import BONES, Frames

SURFACES = (
    "skin", "hair", "top", "outerwear", "trousers", "skirt", "dress", "shoes", "hat",
    "lips", "eyeball", "iris", "brow", "shade", "furniture",
)  # fmt: skip
SEGMENTS = (
    "head", "hair", "hat", "neck", "upper_torso", "lower_torso", "skirt", "furniture",
    *(f"{side}_{bone}" for side in ("left", "right")
      for bone in ("upper_arm", "forearm", "hand", "thigh", "shin", "foot")),
)  # fmt: skip
PARTS = (
    "left_face", "right_face", "left_upper_arm_front", "left_upper_arm_back", "right_upper_arm_front",
    "right_upper_arm_back", "left_lower_arm_front", "left_lower_arm_back", "right_lower_arm_front",
    "right_lower_arm_back", "left_hand", "right_hand", "torso_front", "torso_back", "left_upper_leg_front",
    "left_upper_leg_back", "right_upper_leg_front", "right_upper_leg_back", "left_lower_leg_front",
    "left_lower_leg_back", "right_lower_leg_front", "right_lower_leg_back", "left_foot", "right_foot",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """M people as S hulls each. Labels are per hull; what differs between people has a first axis M.

    `spheres` (M, n, 4) world x, y, z, radius in metres; `corners` (S, 4) which spheres a hull spans, as two edges;
    `part_axis` (M, S, 3): where the surface normal points along it the part is `parts[:, 0]`, else `parts[:, 1]`
    (ids 1 … 24, 0 none); `surface` (M, S, 2) the surface before and beyond the share `cut` (M, S) of the way from the
    first edge to the second; `open_ends` (S, 2) where an edge runs on into the next hull and must not look rounded;
    `nearer` (S,) metres by which the hull is drawn as if nearer to the camera.
    """

    spheres: np.ndarray
    corners: np.ndarray
    segment: np.ndarray
    parts: np.ndarray
    part_axis: np.ndarray
    open_ends: np.ndarray
    nearer: np.ndarray
    along: np.ndarray
    present: np.ndarray
    surface: np.ndarray
    cut: np.ndarray


class Clay:
    """Collects spheres and hulls for M people; every number may be one for all or an array (M,)."""

    def __init__(self, count: int):
        self.count = count
        self._spheres, self._bones, self._hulls, self._midpoints = [], [], [], []

    def sphere(self, bone: str, x, y, z, radius) -> int:
        """A sphere at a place in the bone's frame; returns its number."""
        self._spheres.append((x, y, z, radius))
        self._bones.append(BONES.index(bone))
        return len(self._bones) - 1

    def pair(self, bone: str, x, y, z, radius) -> tuple[int, int]:
        """Two spheres, at x to the left and mirrored to the right."""
        return self.sphere(bone, x, y, z, radius), self.sphere(bone, -np.asarray(x), y, z, radius)

    def between(self, first: int, second: int) -> int:
        """A sphere halfway between two others, wherever these go."""
        number = self.sphere("pelvis", 0, 0, 0, 0)
        self._midpoints.append((number, first, second))
        return number

    def hull(
        self, first, second, segment: str, surface="skin", beyond=None, cut=1.0, parts=(None, None), axis=None,
        present=True, nearer=0.0, along=0.0, open_ends=(False, False),
    ):  # fmt: skip
        """A hull from an edge to another, each one sphere or two; `axis` (bone, column) splits its two parts.

        `surface` and `beyond` are names or arrays (M,) of indices into SURFACES; `along` is the pattern's start.
        """
        ends = [end if isinstance(end, tuple) else (end, end) for end in (first, second)]
        surfaces = [index_of(surface), index_of(surface if beyond is None else beyond)]
        numbers = tuple(PARTS.index(part) + 1 if part else 0 for part in parts)
        bone, column = axis or ("pelvis", 2)
        self._hulls.append(
            (sum(ends, ()), SEGMENTS.index(segment), numbers, (BONES.index(bone), column), present, surfaces, cut,
             nearer, along, open_ends)
        )  # fmt: skip

    def figures(self, frames: Frames) -> Figures:
        """Everything placed in the world by the bones' frames."""
        spheres = self._columns([value for sphere in self._spheres for value in sphere])
        spheres = spheres.reshape(self.count, -1, 4)
        rotation, origin = frames.rotation[:, self._bones], frames.origin[:, self._bones]
        spheres[..., :3] = origin + (rotation @ spheres[..., :3, None])[..., 0]
        for number, first, second in self._midpoints:
            spheres[:, number] = (spheres[:, first] + spheres[:, second]) / 2
        corners, segment, parts, axes, present, surfaces, cut, nearer, along, open_ends = zip(*self._hulls, strict=True)
        bones, columns = np.array(axes).T
        return Figures(
            spheres=spheres,
            corners=np.array(corners),
            segment=np.array(segment),
            parts=np.array(parts),
            part_axis=frames.rotation[:, bones, :, columns].swapaxes(0, 1),
            open_ends=np.array(open_ends),
            nearer=np.array(nearer),
            along=np.array(along),
            present=self._columns(present, bool),
            surface=self._columns([s for pair in surfaces for s in pair], int).reshape(self.count, -1, 2),
            cut=self._columns(cut),
        )

    def _columns(self, values, dtype=float) -> np.ndarray:
        table = np.empty((self.count, len(values)), dtype)
        for column, value in enumerate(values):
            table[:, column] = value
        return table


def index_of(surface):
    """The index of a surface given by name; an array of indices is returned as it is."""
    return SURFACES.index(surface) if isinstance(surface, str) else surface
