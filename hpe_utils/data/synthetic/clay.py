"""The modelling material: spheres stuck to bones, and hulls spanned over two or four of them.

A hull of two spheres is a tapered capsule; one of four is a slab between two edges, as of a chest or a palm.
"""

from dataclasses import dataclass

import numpy as np

from hpe_utils.parts import BODYPIX24

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
PARTS = BODYPIX24.parts


@dataclass(frozen=True)
class Figures:
    """M people as S hulls each. Labels are per hull; what differs between people has a first axis M.

    `spheres` (M, n, 4) world x, y, z, radius in metres; `corners` (S, 4) which spheres a hull spans, as two edges;
    `parts` (S, 2, 2) ids 1 … 24 (0 none): of the half at the edges' second spheres and of that at the first, where the
    surface normal points against `part_axis` (M, S, 3) and where along it; `surface` (M, S, 2) the surface before and
    beyond the share `cut` (M, S) of the way from the first edge to the second; `open_ends` (S, 2) where an edge runs on
    into the next hull and must not look rounded; `nearer` (S,) metres by which the hull is drawn as if nearer to the
    camera; `along` (S,) metres at which its pattern starts; `relief` (S,) how far its normals turn away, 1 for a round
    body, less for a bulge on another; `casts` (S,) whether it throws a shadow.
    """

    spheres: np.ndarray
    corners: np.ndarray
    segment: np.ndarray
    parts: np.ndarray
    part_axis: np.ndarray
    open_ends: np.ndarray
    nearer: np.ndarray
    along: np.ndarray
    relief: np.ndarray
    casts: np.ndarray
    present: np.ndarray
    surface: np.ndarray
    cut: np.ndarray


class Clay:
    """Collects spheres and hulls for M people; every number may be one for all or an array (M,)."""

    def __init__(self, count: int):
        self.count = count
        self._spheres, self._bones, self._hulls = [], [], []

    def sphere(self, bone: str, x, y, z, radius) -> int:
        """A sphere at a place in the bone's frame; returns its number."""
        self._spheres.append((x, y, z, radius))
        self._bones.append(BONES.index(bone))
        return len(self._bones) - 1

    def pair(self, bone: str, x, y, z, radius) -> tuple[int, int]:
        """Two spheres, at x to the left and mirrored to the right."""
        return self.sphere(bone, x, y, z, radius), self.sphere(bone, -np.asarray(x), y, z, radius)

    def hull(
        self, first, second, segment: str, surface="skin", beyond=None, cut=1.0, parts=(None, None), axis=None,
        present=True, nearer=0.0, along=0.0, open_ends=(False, False), relief=1.0, casts=True,
    ):  # fmt: skip
        """A hull from an edge to another, each one sphere or two.

        `parts` are the front and the back one as seen along the `axis` (bone, column), or two such pairs: of the half
        at the edges' first spheres, and of the other. `surface` and `beyond` are names or arrays (M,) of indices into
        SURFACES. The rest is explained at Figures.
        """
        edges = [edge if isinstance(edge, tuple) else (edge, edge) for edge in (first, second)]
        bone, column = axis or ("pelvis", 2)
        halves = parts if isinstance(parts[0], tuple) else (parts, parts)
        self._hulls.append({
            "corners": edges[0] + edges[1], "segment": SEGMENTS.index(segment), "axis": (BONES.index(bone), column),
            "parts": [[PARTS.index(part) + 1 if part else 0 for part in half[::-1]] for half in halves[::-1]],
            "open_ends": open_ends,
            "nearer": nearer, "along": along, "relief": relief, "casts": casts, "present": present, "cut": cut,
            "surface": index_of(surface), "beyond": index_of(surface if beyond is None else beyond),
        })  # fmt: skip

    def figures(self, frames: Frames) -> Figures:
        """Everything placed in the world by the bones' frames."""
        spheres = self._columns([value for sphere in self._spheres for value in sphere])
        spheres = spheres.reshape(self.count, -1, 4)
        rotation, origin = frames.rotation[:, self._bones], frames.origin[:, self._bones]
        spheres[..., :3] = origin + (rotation @ spheres[..., :3, None])[..., 0]
        listed = {name: [hull[name] for hull in self._hulls] for name in self._hulls[0]}
        bones, columns = np.array(listed["axis"]).T
        alike = ("corners", "segment", "parts", "open_ends", "nearer", "along", "relief", "casts")
        return Figures(
            spheres=spheres,
            part_axis=frames.rotation[:, bones, :, columns].swapaxes(0, 1),
            present=self._columns(listed["present"], bool),
            surface=np.stack([self._columns(listed[name], int) for name in ("surface", "beyond")], -1),
            cut=self._columns(listed["cut"]),
            **{name: np.array(listed[name]) for name in alike},
        )

    def _columns(self, values, dtype=float) -> np.ndarray:
        """(M, values) from values that are one for all or an array (M,)."""
        table = np.empty((self.count, len(values)), dtype)
        for column, value in enumerate(values):
            table[:, column] = value
        return table


def index_of(surface):
    """The index of a surface given by name; an array of indices is returned as it is."""
    return SURFACES.index(surface) if isinstance(surface, str) else surface
