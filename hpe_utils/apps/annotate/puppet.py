"""What a body is for who drags it: which joint hangs on which, how it stands, and what shapes its parts have.

Joints of people are known by their names; those of another skeleton hang together by its limbs.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton, side_of

# The first of these that a skeleton has is what a joint of this name, without its side, hangs on.
HANGS_ON = {
    "thorax": ("pelvis",), "neck": ("thorax", "pelvis"), "upper_neck": ("thorax", "neck", "pelvis"),
    "head_top": ("upper_neck", "neck", "nose"), "nose": ("upper_neck", "neck", "thorax"), "eye": ("nose",),
    "ear": ("nose",), "shoulder": ("thorax", "neck", "upper_neck"), "elbow": ("shoulder",), "wrist": ("elbow",),
    "hip": ("pelvis",), "knee": ("hip",), "ankle": ("knee",), "big_toe": ("ankle",), "small_toe": ("ankle",),
    "heel": ("ankle",), "pelvis": (),
}  # fmt: skip

# How a person stands who faces the camera, arms a little away: x as a share of the height, for the left side, and y
# from the head's top to the ankles.
STANDING = {
    "head_top": (0, 0), "nose": (0, 0.085), "eye": (0.017, 0.07), "ear": (0.036, 0.075), "upper_neck": (0, 0.15),
    "neck": (0, 0.2), "thorax": (0, 0.2), "shoulder": (0.105, 0.2), "elbow": (0.145, 0.37), "wrist": (0.165, 0.52),
    "pelvis": (0, 0.53), "hip": (0.06, 0.53), "knee": (0.065, 0.76), "ankle": (0.07, 0.97), "heel": (0.065, 0.995),
    "big_toe": (0.08, 1.0), "small_toe": (0.105, 0.995),
}  # fmt: skip

# The shape of a part by its name, without side and front or back. A part with nothing at its end, as an arm without a
# hand of its own, goes on beyond its last joint.
ARM, LEG = ("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle")
HEAD = (("head_top", "upper_neck"), ("ear", "eye", "nose"))


class Shape(NamedTuple):
    """Chains of joints, of which those are drawn that a skeleton has; lengths are in heights of a person.

    `filled` fills what lies between the chains, `inset` keeps the ends within the width, `end` names the part that
    covers what lies `beyond` the last joint.
    """

    chains: tuple[tuple[str, ...], ...]
    width: float
    filled: bool = False
    inset: bool = False
    end: str = ""
    beyond: float = 0.0


TORSO, FACE = Shape((("shoulder", "hip"),), 0.06, filled=True), Shape(HEAD, 0.105, inset=True)
SHAPES = {
    "torso": TORSO, "back": TORSO, "head": FACE, "face": FACE, "neck": Shape((("upper_neck", "thorax"),), 0.06),
    "shoulder": Shape((("shoulder",),), 0.07), "arm": Shape((ARM,), 0.055, end="hand", beyond=0.06),
    "upper_arm": Shape((ARM[:2],), 0.06), "lower_arm": Shape((ARM[1:],), 0.05, end="hand", beyond=0.06),
    "hand": Shape((("wrist",),), 0.06), "leg": Shape((LEG,), 0.08, end="foot", beyond=0.02),
    "upper_leg": Shape((LEG[:2],), 0.09), "lower_leg": Shape((LEG[1:],), 0.065, end="foot", beyond=0.02),
    "foot": Shape((("ankle", "big_toe"), ("ankle",)), 0.06),
}  # fmt: skip
OWN_WIDTH = 0.08  # of a part that says itself along which joints it lies


def puppet(skeleton: Skeleton, vocabulary: Vocabulary | None = None) -> dict:
    """All that a page needs: names, sides, limbs, "mirrored" joints, "parents" (−1 for none), and more.

    "standing" are places in heights of a person, the middle at 0; "shapes" are those of parts (`Shape`), with the
    part's label and the joints' numbers.
    """
    return {
        "skeleton": skeleton.name,
        "joints": list(skeleton.joints),
        "sides": [side_of(joint) for joint in skeleton.joints],
        "limbs": skeleton.limb_indices.tolist(),
        "mirrored": skeleton.flip.tolist(),
        "parents": parents(skeleton),
        "standing": np.round(standing(skeleton), 4).tolist(),
        "shapes": shapes(skeleton, vocabulary) if vocabulary else [],
    }


def parents(skeleton: Skeleton) -> list[int]:
    """(K,) the joint that each hangs on, −1 for none."""
    found = [_parent_by_name(skeleton, joint) for joint in skeleton.joints]
    if None not in found:
        return found
    neighbours = [[] for _ in skeleton.joints]
    for a, b in skeleton.limb_indices.tolist():
        neighbours[a].append(b)
        neighbours[b].append(a)
    result = {}
    for start in sorted(range(len(skeleton)), key=lambda k: -len(neighbours[k])):  # the joint with most limbs carries
        waiting = deque() if start in result else deque([(start, -1)])
        while waiting:
            joint, parent = waiting.popleft()
            if joint not in result:
                result[joint] = parent
                waiting += [(other, joint) for other in neighbours[joint]]
    return [result[joint] for joint in range(len(skeleton))]


def _parent_by_name(skeleton: Skeleton, joint: str) -> int | None:
    """The joint that one of a person hangs on, −1 for none, and None for a name that is not known."""
    side, name = _sided(joint)
    if name not in HANGS_ON:
        return None
    near = [other for wanted in HANGS_ON[name] for other in (side + wanted, wanted) if other in skeleton.joints]
    return skeleton.index(near[0]) if near else -1


def standing(skeleton: Skeleton) -> np.ndarray:
    """(K, 2) places of a puppet that stands, or of joints that are not a person's on an oval."""
    places = np.zeros((len(skeleton), 2))
    for k, joint in enumerate(skeleton.joints):
        side, name = _sided(joint)
        x, y = STANDING.get(name, (np.nan, np.nan))
        places[k] = (-x if side == "right_" else x), y - 0.5
    if np.isnan(places).any():
        turn = 2 * np.pi * np.arange(len(skeleton)) / len(skeleton)
        places = np.stack([0.4 * np.sin(turn), -0.4 * np.cos(turn)], axis=1)
    return places


def shapes(skeleton: Skeleton, vocabulary: Vocabulary) -> list[dict]:
    """The parts of which a puppet can be drawn, those on top last."""
    own, result, names = dict(vocabulary.along), [], {_sided(part)[1] for part in vocabulary.parts}
    for label, part in enumerate(vocabulary.parts, 1):
        side, name = _sided(part)
        name = name.removesuffix("_front").removesuffix("_back") if name != "back" else name
        shape = Shape((own[part],), OWN_WIDTH) if part in own else SHAPES.get(name)
        if shape is None or part.endswith("_back"):  # a puppet faces the camera
            continue
        sides = [side] if side else ["left_", "right_"]
        found = [_numbers(skeleton, chain, one) for chain in shape.chains for one in sides]
        found = [chain for n, chain in enumerate(found) if chain and chain not in found[:n]]
        if found:
            facts = {"filled": shape.filled, "inset": shape.inset, "width": shape.width}
            beyond = 0 if shape.end in names else shape.beyond
            result.append({"label": label, "chains": found, "beyond": beyond} | facts)
    return sorted(result, key=lambda shape: not shape["filled"])


def _numbers(skeleton: Skeleton, chain: tuple[str, ...], side: str) -> list[int]:
    """The joints of a chain that a skeleton has, of this side where a joint has sides."""
    names = [next((one for one in (side + joint, joint) if one in skeleton.joints), None) for joint in chain]
    return skeleton.indices(*filter(None, names))


def _sided(name: str) -> tuple[str, str]:
    """left_, right_ or nothing, and the rest of a name."""
    side = next((side for side in ("left_", "right_") if name.startswith(side)), "")
    return side, name.removeprefix(side)
