"""From one person's joints to a pose class and to the crop of a garment, by rules that are data.

After Sorokina & Ablameyko (2021). Lengths are in torsos: `body_unit` measures one. Taught in notebook 07.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hpe_utils.geometry import joint_angle
from hpe_utils.skeleton import SYNTHETIC27, Skeleton, mirror_name

# The joint in the middle, where the angle is, and the joints at the ends of its two limbs. Each side has its own.
ANGLES = {
    "elbow": ("shoulder", "elbow", "wrist"),
    "armpit": ("elbow", "shoulder", "hip"),
    "hip": ("shoulder", "hip", "knee"),
    "knee": ("hip", "knee", "ankle"),
}
MARGIN = re.compile(r"\+\d*\.?\d+")  # as a rule's line writes it
STRAIGHT = 160  # degrees; in a picture the knees of people who stand have 160 to 180

# The first line that fits names the pose: all of its angles, of "both" sides or of "one", must lie in their ranges.
# Sitting comes first: many who sit also raise an arm, and it is the legs that a crop of trousers depends on.
POSES = (
    ("sitting", "one", {"hip": (0, 135), "knee": (0, 145)}),
    ("arms raised", "one", {"armpit": (115, 180)}),
    ("bending", "both", {"hip": (0, 145), "knee": (145, 180)}),
    ("standing", "both", {"hip": (140, 180), "knee": (155, 180)}),
    ("striding", "one", {"hip": (135, 180), "knee": (0, 155)}),
)

POSE_NAMES = {name for name, *_ in POSES} | {"other", "unknown"}

# What stands for a torso where that is foreshortened or lacks a joint: this bone, and its length in torsos.
BONES = (("shoulder", "hip", 1.0), ("hip", "knee", 0.95), ("knee", "ankle", 0.92))


def asked_of(choice: str) -> list[tuple[str, float, bool]]:
    """What a part of a rule's line such as "wrists? +.1" asks for: joint, margin and whether it may be missing.

    A plural names both sides. Taught in notebook 07.
    """
    words, asked = [], []
    for token in choice.split():
        if token.startswith("+"):
            asked += [(joint, float(token), word.endswith("?")) for word in words for joint in joints_of(word)]
            words = []
        else:
            words.append(token)
    return asked


def joints_of(word: str) -> list[str]:
    """The joints that a word of a rule means: left_big_toe and right_big_toe for "big_toes", "head_top" for itself."""
    word = word.removesuffix("?")
    return [f"{side}_{word.removesuffix('s')}" for side in ("left", "right")] if word.endswith("s") else [word]


@dataclass(frozen=True)
class Rule:
    """Which joints a garment's crop encloses, and how far the cloth reaches beyond each, in torsos.

    A line such as "shoulders +.3, wrists? +.1, big_toes heels +.1 | ankles +.3": a plural means both sides; with "?" a
    joint is enclosed where it was found, else the crop is refused without it; after "|" stands what serves in its
    place. `edge` is "top" or "bottom" where the crop goes on to that edge of the picture. `poses` names the pose
    classes for which the rule holds; without, it holds for all.
    """

    garment: str
    line: str
    edge: str = ""
    poses: tuple[str, ...] = ()

    def __post_init__(self):
        for choice in self.line.replace("|", ",").split(","):
            words = choice.split()
            margins = [word for word in words if word.startswith("+")]
            sound = margins and margins[-1] is words[-1] and all(map(MARGIN.fullmatch, margins))
            if not sound or any(joint not in SYNTHETIC27.joints for joint, *_ in asked_of(choice)):
                raise ValueError(
                    f"the rule for {self.garment} cannot be understood at {choice.strip()!r}: write joints of a "
                    "skeleton, in the plural for both sides, and a margin, as in 'hips +.3'"
                )
        if not set(self.edge.split()) <= {"top", "bottom"}:
            raise ValueError(f"the rule for {self.garment} goes on to the edge {self.edge!r}: write 'top' or 'bottom'")
        if unknown := set(self.poses) - POSE_NAMES:
            raise ValueError(
                f"the rule for {self.garment} is for the pose {min(unknown)!r}: write {', '.join(sorted(POSE_NAMES))}"
            )

    def holds_for(self, pose: str) -> bool:
        """Whether the rule is for people of this pose class."""
        return not self.poses or pose in self.poses

    def __add__(self, other: "Rule") -> "Rule":
        """The rule for both garments in one crop, of two rules for the same poses."""
        if self.poses != other.poses:
            raise ValueError(f"the rules for {self.garment} and {other.garment} are for different poses")
        return Rule(
            f"{self.garment} and {other.garment}",
            f"{self.line}, {other.line}",
            f"{self.edge} {other.edge}".strip(),
            self.poses,
        )


class Crop(NamedTuple):
    """The edges x0, y0, x1, y1 of a crop in whole pixels, or None and the reason for the refusal."""

    box: np.ndarray | None
    reason: str = ""


# A wrist that was not found lies about a forearm from its elbow, .53 torsos, and mostly before or behind the body: on
# val people +.40 kept as much as +.70 did. A foot is near its ankle.
_ARMS = "elbows +.20 wrists +.15 | elbows +.40"
_FEET = "big_toes heels +.20 | ankles +.50"

RULES = (
    Rule("shoulder clothes", f"shoulders +.30, {_ARMS}, hips +.35"),
    Rule("waist clothes", "hips +.40, knees +.30, ankles +.25"),
    Rule("outerwear", f"shoulders +.30, {_ARMS}, hips +.40, knees +.30"),
    Rule("dress", f"shoulders +.30, {_ARMS}, hips +.40, knees +.30 | ankles +.20, ankles? +.15"),
    Rule("hat", "eyes ears +.45 | head_top +.30, shoulders +.10", edge="top"),
    Rule("shoes", f"knees +.10, {_FEET}"),
)

# Lines for some poses stand before the one that is for all others; notebook 07 chooses them on val people. The trousers
# of those who sit or stride reach further from their joints than of those who stand.
BY_POSE = (
    Rule("waist clothes", "hips +.30, knees +.20, ankles +.05", poses=("standing", "arms raised")),
    Rule("waist clothes", "hips +.30, knees +.30, ankles +.05", poses=("sitting",)),
    Rule("waist clothes", "hips +.40, knees +.10, ankles +.05", poses=("striding",)),
    *RULES,
)

# The source's (section IV), whose lines have joints and the picture's edges, and no margins. Its strokes may mean "and"
# or "or"; this is the widest reading.
OF_SOURCE = (
    Rule("shoulder clothes", "eyes nose shoulders wrists hips +0"),
    Rule("waist clothes", "wrists elbows knees ankles big_toes? +0"),
    Rule("hat", "shoulders +0", edge="top"),
    Rule("shoes", "knees ankles big_toes? +0", edge="bottom"),
)

RULE_SETS = {"ours": RULES, "by pose": BY_POSE, "source": OF_SOURCE}

# Which of them crops what the renderer draws.
RULE_OF = {
    "top": "shoulder clothes", "outerwear": "outerwear", "dress": "dress", "trousers": "waist clothes",
    "skirt": "waist clothes", "shoes": "shoes", "hat": "hat",
}  # fmt: skip


def angles_of(keypoints: np.ndarray, skeleton: Skeleton) -> dict[str, float]:
    """One person's angles in degrees by name, such as left_knee; NaN where a joint lacks."""
    return {
        f"{side}_{name}": float(joint_angle(*keypoints[skeleton.indices(*(f"{side}_{joint}" for joint in joints))]))
        for side in ("left", "right")
        for name, joints in ANGLES.items()
    }


def is_straight(angle: np.ndarray) -> np.ndarray:
    """Whether two limbs lie on a line, near enough; False where the angle is NaN."""
    return np.asarray(angle) >= STRAIGHT


def pose_class(keypoints: np.ndarray, skeleton: Skeleton, poses=POSES) -> str:
    """The name of the first line of `poses` that fits one person's (K, 3) keypoints, else "other".

    "unknown" where a line could still fit if joints were there that are not.
    """
    angles = angles_of(keypoints, skeleton)
    for name, sides, ranges in poses:
        fits, might_fit = [], []
        for side in ("left", "right"):
            ranged = [(angles[f"{side}_{joint}"], low, high) for joint, (low, high) in ranges.items()]
            fits.append(all(low <= angle <= high for angle, low, high in ranged))
            might_fit.append(all(np.isnan(angle) or low <= angle <= high for angle, low, high in ranged))
        enough = all if sides == "both" else any
        if enough(fits):
            return name
        if enough(might_fit):
            return "unknown"
    return "other"


def body_unit(keypoints: np.ndarray, skeleton: Skeleton, bones=BONES) -> float:
    """How long one person's torso would be in pixels if it were seen from the side; 0 where nothing can be measured.

    The longest of the bones, each by its length in torsos: a bone that points at the camera looks short, none looks
    long.
    """
    lengths = [0.0]
    for start, end, torsos in bones:
        for side in ("left", "right"):
            a, b = keypoints[skeleton.indices(f"{side}_{start}", f"{side}_{end}")]
            if min(a[2], b[2]) > 0:
                lengths.append(float(np.hypot(*(a - b)[:2])) / torsos)
    return max(lengths)


def reaches(line: str, found: set[str]) -> tuple[dict[str, float], list[str]]:
    """Each joint's margin by a rule's line for a person whose joints `found` are there, and the joints that lack.

    Taught in notebook 07.
    """
    margins, lacking = {}, []
    for item in line.split(","):
        for choice in item.split("|"):
            missed = [joint for joint, _, optional in asked_of(choice) if joint not in found and not optional]
            if not missed:
                for joint, margin, _ in asked_of(choice):
                    margins[joint] = max(margin, margins.get(joint, 0))
                break
        else:
            lacking += [joint for joint in missed if joint not in lacking]
    return {joint: margin for joint, margin in margins.items() if joint in found}, lacking


def in_words(joints: list[str]) -> str:
    """Joints as a reader wants them: "hips, left knee" for left_hip, right_hip and left_knee."""
    pairs = {joint: joint.split("_", 1)[1] + "s" for joint in joints if mirror_name(joint) in set(joints) - {joint}}
    return ", ".join(dict.fromkeys(pairs.get(joint, joint) for joint in joints)).replace("_", " ")


def crop_box(rule: Rule, keypoints: np.ndarray, skeleton: Skeleton, size: tuple[int, int], scale=1.0) -> Crop:
    """The crop of a rule's garment on one person's (K, 3) keypoints in a picture of `size` (width, height).

    All margins are multiplied by `scale`. Taught in notebook 07.
    """
    found = {joint for joint, v in zip(skeleton.joints, keypoints[:, 2], strict=True) if v > 0}
    margins, lacking = reaches(rule.line, found)
    if lacking:
        return Crop(None, "not found: " + in_words(lacking))
    unit = body_unit(keypoints, skeleton)
    if not unit:
        return Crop(None, "the body cannot be measured: no bone has both of its joints")
    points = keypoints[skeleton.indices(*margins), :2]
    box = enclose(points, scale * unit * np.array(list(margins.values())), size, rule.edge)
    return Crop(box) if (box[2:] > box[:2]).all() else Crop(None, "it lies outside the picture")


def crops_of(rules: Sequence[Rule], keypoints: np.ndarray, skeleton: Skeleton, size: tuple[int, int]):
    """The pose class of one person's (K, 3) keypoints, and for each garment of the rules the crop, a dict.

    Of a garment's rules the first counts that holds for the pose; where none does the crop is refused. Taught in
    notebook 07.
    """
    pose, crops = pose_class(keypoints, skeleton), {}
    for garment in dict.fromkeys(rule.garment for rule in rules):
        rule = next((rule for rule in rules if rule.garment == garment and rule.holds_for(pose)), None)
        refusal = Crop(None, f"no rule for the pose: {pose}")
        crops[garment] = crop_box(rule, keypoints, skeleton, size) if rule else refusal
    return pose, crops


def enclose(points: np.ndarray, reach: np.ndarray, size: tuple[int, int], edge: str = "") -> np.ndarray:
    """The box (4,) of whole pixels around circles of radius `reach` (N,) about (N, 2) points, clipped to the picture.

    `edge` names the edges of the picture, "top" or "bottom", that it goes on to. Taught in notebook 07.
    """
    low, high = points - reach[:, None], points + reach[:, None]
    box = np.concatenate([np.floor(low.min(axis=0) + 0.5), np.ceil(high.max(axis=0) + 0.5)]) - 0.5
    if "top" in edge:
        box[1] = -0.5
    if "bottom" in edge:
        box[3] = size[1] - 0.5
    return np.clip(box, -0.5, np.tile(size, 2) - 0.5)


def kept_and_wasted(box: np.ndarray, garment: np.ndarray) -> tuple[float, float]:
    """The share of an (H, W) garment mask's pixels inside the box, and the share of the box that is not garment."""
    x0, y0, x1, y1 = (np.asarray(box) + 0.5).astype(int)
    inside = garment[y0:y1, x0:x1]
    return float(inside.sum() / garment.sum()), float(1 - inside.mean())
