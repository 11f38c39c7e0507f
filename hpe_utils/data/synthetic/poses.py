"""Joint angles of people: sampled around archetypes of standing, walking, sitting, reaching and acrobatic poses."""

from dataclasses import dataclass

import numpy as np

from .dice import Dice

ARCHETYPES = ("standing", "walking", "sitting", "reaching", "acrobatic")
SIDES = ("left", "right")

# Degrees. Flexion moves a limb forward (the knee: backward), abduction away from the middle, twist turns it outward.
LIMITS = {
    "root_lean": (-180, 180), "root_roll": (-180, 180),
    "spine_flex": (-30, 70), "spine_side": (-30, 30), "spine_twist": (-40, 40),
    "neck_flex": (-40, 45), "neck_side": (-30, 30), "neck_twist": (-65, 65),
    "shoulder_lift": (-8, 30), "shoulder_flex": (-55, 175), "shoulder_abduct": (-40, 170), "shoulder_twist": (-90, 80),
    "elbow_flex": (0, 148), "wrist_flex": (-60, 65), "wrist_twist": (-85, 85), "finger_curl": (0, 95),
    "hip_flex": (-30, 125), "hip_abduct": (-25, 65), "hip_twist": (-35, 50),
    "knee_flex": (0, 145), "ankle_flex": (-25, 50),
}  # fmt: skip
SINGLE = tuple(name for name in LIMITS if name.startswith(("root", "spine", "neck")))
PAIRED = tuple(name for name in LIMITS if name not in SINGLE)

# Means and spreads of (lift, flex, abduct, twist, elbow) by what the arm does.
ARMS = {
    "hanging": ((0, 3), (2, 14), (11, 8), (-10, 25), (16, 13)),
    "on hip": ((2, 4), (-12, 10), (44, 9), (-62, 10), (92, 13)),
    "folded": ((2, 4), (32, 9), (6, 8), (-62, 12), (104, 14)),
    "raised": ((18, 6), (20, 25), (145, 18), (0, 30), (30, 26)),
    "waving": ((6, 5), (10, 18), (82, 20), (62, 20), (88, 28)),
    "sideways": ((4, 5), (5, 20), (80, 18), (10, 35), (18, 18)),
    "forward": ((2, 4), (66, 22), (8, 14), (-10, 25), (28, 24)),
    "upward": ((18, 6), (152, 16), (10, 14), (0, 25), (18, 18)),
    "carrying": ((0, 4), (18, 14), (10, 9), (-14, 22), (84, 20)),
    "at the face": ((4, 5), (52, 16), (22, 14), (-22, 20), (128, 10)),
    "behind": ((0, 4), (-34, 12), (16, 9), (-48, 20), (52, 24)),
}
_ARM_TABLE = np.array(list(ARMS.values()), float)
_ARM_DOFS = ("shoulder_lift", "shoulder_flex", "shoulder_abduct", "shoulder_twist", "elbow_flex")
_ARM_SHARES = {
    #            hang hip fold rais wave side forw upw carr face behi
    "standing": (26, 12, 9, 5, 7, 8, 8, 4, 11, 8, 5),
    "sitting": (14, 6, 8, 4, 6, 6, 22, 3, 20, 9, 2),
    "up": (8, 6, 1, 22, 8, 5, 5, 42, 2, 3, 1),
    "forward": (8, 6, 2, 4, 4, 14, 50, 8, 6, 2, 4),
    "down": (22, 4, 2, 1, 2, 8, 52, 4, 8, 2, 2),
    "acrobatic": (5, 3, 3, 18, 8, 20, 14, 22, 3, 2, 4),
}
_REACH = ("up", "forward", "down")


@dataclass(frozen=True)
class Poses:
    """Angles (M,) in radians by name, `left_elbow_flex` and so on; the archetype (M,) int; height above the floor."""

    angles: dict[str, np.ndarray]
    archetype: np.ndarray
    lift: np.ndarray


def sample_poses(dice: Dice, acrobatic_share: float) -> Poses:
    """Poses for every row of the dice: archetype first, then angles around it, clipped to the limits of anatomy."""
    others = np.array([0.30, 0.24, 0.23, 0.23]) * (1 - acrobatic_share)
    archetype = dice.choice([*others, acrobatic_share])
    candidates = [
        _standing(dice), _walking(dice), _sitting(dice), _reaching(dice), _acrobatic(dice),
    ]  # fmt: skip
    lifts = [pose.pop("lift", np.zeros(len(dice))) for pose in candidates]
    angles = {
        name: np.radians(np.clip(np.choose(archetype, [pose[name] for pose in candidates]), *_limits(name)))
        for name in candidates[0]
    }
    return Poses(angles, archetype, np.choose(archetype, lifts))


def _limits(name: str) -> tuple[float, float]:
    return LIMITS[name.removeprefix("left_").removeprefix("right_")]


def _trunk(dice: Dice, lean=0.0, flex=4.0, spread=1.0) -> dict[str, np.ndarray]:
    return {
        "root_lean": dice.normal(lean, 4 * spread),
        "root_roll": dice.normal(0, 3.5 * spread),
        "spine_flex": dice.normal(flex, 8 * spread),
        "spine_side": dice.normal(0, 7 * spread),
        "spine_twist": dice.normal(0, 10 * spread),
        "neck_flex": dice.normal(2, 14),
        "neck_side": dice.normal(0, 9),
        "neck_twist": dice.normal(0, 25),
    }


def _arms(dice: Dice, shares) -> dict[str, np.ndarray]:
    """Each arm does something of its own; both do the same in some 40 % of people."""
    first, second, alike = dice.choice(shares), dice.choice(shares), dice.chance(0.35)
    angles = {}
    for side, style in zip(SIDES, (first, np.where(alike, first, second)), strict=True):
        for dof, table in zip(_ARM_DOFS, np.moveaxis(_ARM_TABLE[style], 1, 0), strict=True):
            angles[f"{side}_{dof}"] = dice.normal(table[:, 0], table[:, 1])
        angles[f"{side}_wrist_flex"] = dice.normal(6, 20)
        angles[f"{side}_wrist_twist"] = dice.normal(0, 35)
        angles[f"{side}_finger_curl"] = np.abs(dice.normal(20, 35))
    return angles


def _legs(dice: Dice, **means) -> dict[str, np.ndarray]:
    """Both legs from dof=(mean, sigma); a mean may be a pair (left, right)."""
    angles = {}
    for dof in ("hip_flex", "hip_abduct", "hip_twist", "knee_flex", "ankle_flex"):
        mean, sigma = means[dof]
        for side, value in zip(SIDES, mean if isinstance(mean, tuple) else (mean, mean), strict=True):
            angles[f"{side}_{dof}"] = dice.normal(value, sigma)
    return angles


def _standing(dice: Dice) -> dict[str, np.ndarray]:
    relaxed = np.where(dice.chance(0.45), dice.uniform(8, 38), 0.0)
    left = dice.chance(0.5)
    knees = (np.where(left, relaxed, 3.0), np.where(left, 3.0, relaxed))
    apart = dice.uniform(2, 17)
    return {
        **_trunk(dice),
        **_arms(dice, _ARM_SHARES["standing"]),
        **_legs(
            dice, hip_flex=((knees[0] * 0.6, knees[1] * 0.6), 6), hip_abduct=(apart, 4), hip_twist=(12, 11),
            knee_flex=(knees, 4), ankle_flex=((knees[0] * 0.3, knees[1] * 0.3), 4),
        ),
    }  # fmt: skip


def _walking(dice: Dice) -> dict[str, np.ndarray]:
    """A phase of the gait; running has longer swings, bent elbows and more lean."""
    runs = dice.chance(0.4)
    phase, stride = dice.uniform(0, 2 * np.pi), np.where(runs, dice.uniform(32, 58), dice.uniform(16, 34))
    pose = {**_trunk(dice, lean=np.where(runs, 9.0, 3.0)), "lift": runs * dice.uniform(0, 0.1)}
    for side, angle in zip(SIDES, (phase, phase + np.pi), strict=True):
        swing, recover = np.sin(angle), np.maximum(np.cos(angle), 0)
        arm = -swing * stride * dice.uniform(0.5, 1.2)
        pose |= {
            f"{side}_hip_flex": dice.normal(stride * swing + 6, 5),
            f"{side}_hip_abduct": dice.normal(3, 4),
            f"{side}_hip_twist": dice.normal(5, 7),
            f"{side}_knee_flex": dice.normal(8 + recover * np.where(runs, 88, 48) + runs * 14, 6),
            f"{side}_ankle_flex": dice.normal(-6 * swing - 10 * runs * (swing < 0), 6),
            f"{side}_shoulder_lift": dice.normal(0, 3),
            f"{side}_shoulder_flex": dice.normal(arm, 6),
            f"{side}_shoulder_abduct": dice.normal(11, 7),
            f"{side}_shoulder_twist": dice.normal(-12, 18),
            f"{side}_elbow_flex": dice.normal(np.where(runs, 88, 22), np.where(runs, 16, 12)),
            f"{side}_wrist_flex": dice.normal(6, 14),
            f"{side}_wrist_twist": dice.normal(0, 25),
            f"{side}_finger_curl": np.abs(dice.normal(30, 30)),
        }
    return pose


def _sitting(dice: Dice) -> dict[str, np.ndarray]:
    """On a seat, on the floor, or crouching."""
    kind = dice.choice([0.66, 0.17, 0.17])
    hip = np.choose(kind, [dice.normal(82, 10), dice.normal(88, 14), dice.normal(108, 12)])
    knee = np.choose(kind, [dice.normal(84, 18), dice.uniform(5, 125), dice.normal(118, 16)])
    crossed = np.where(dice.chance(0.22) & (kind == 0), dice.uniform(-20, -10), dice.uniform(0, 22))
    lifted = np.where(crossed < 0, 20.0, 0.0)
    other = dice.normal(0, 12)
    return {
        **_trunk(dice, lean=np.choose(kind, [-4.0, -8.0, 18.0]), flex=14.0, spread=1.2),
        **_arms(dice, _ARM_SHARES["sitting"]),
        **_legs(
            dice, hip_flex=((hip + lifted, hip + other * 0.4), 5), hip_abduct=((crossed, np.abs(crossed)), 6),
            hip_twist=(6, 11), knee_flex=((knee, knee + other), 8), ankle_flex=(np.where(kind == 1, -8.0, 2.0), 9),
        ),
    }  # fmt: skip


def _reaching(dice: Dice) -> dict[str, np.ndarray]:
    """Up, forward in a lunge, or down to the floor."""
    kind = dice.choice([0.42, 0.30, 0.28])
    lean = np.choose(kind, [dice.normal(-2, 4), dice.normal(12, 8), dice.uniform(30, 85)])
    left_leads = dice.chance(0.5)
    lead, trail = dice.uniform(25, 75), dice.uniform(-28, 5)
    front = (np.where(left_leads, lead, trail), np.where(left_leads, trail, lead))
    hips = tuple(np.choose(kind, [4.0, side + lean, lean + 4]) for side in front)
    knees = tuple(np.choose(kind, [5.0, np.maximum(side * 1.05, 10), 12 + side * 0.4]) for side in front)
    shares = np.array([_ARM_SHARES[name] for name in _REACH], float)[kind]
    pose = {
        **_trunk(dice, lean=lean, flex=np.choose(kind, [-4.0, 8.0, 22.0])),
        **_arms(dice, shares),
        **_legs(
            dice, hip_flex=(hips, 6), hip_abduct=(dice.uniform(2, 20), 5), hip_twist=(8, 10), knee_flex=(knees, 6),
            ankle_flex=(tuple(k * 0.3 for k in knees), 5),
        ),
    }  # fmt: skip
    tiptoe = (kind == 0) & dice.chance(0.4)
    for side in SIDES:
        pose[f"{side}_ankle_flex"] = np.where(tiptoe, -22.0, pose[f"{side}_ankle_flex"])
    return pose


def _acrobatic(dice: Dice) -> dict[str, np.ndarray]:
    """Jumps, handstands, cartwheels and lying: any root orientation, joints over most of their range."""
    kind = dice.choice([0.35, 0.2, 0.2, 0.25])
    pose = {
        **_trunk(dice, spread=2.2),
        **_arms(dice, _ARM_SHARES["acrobatic"]),
        **_legs(
            dice, hip_flex=((dice.uniform(-25, 110), dice.uniform(-25, 110)), 8), hip_abduct=(dice.uniform(0, 50), 12),
            hip_twist=(8, 16), knee_flex=((dice.uniform(0, 120), dice.uniform(0, 120)), 6), ankle_flex=(-8, 14),
        ),
    }  # fmt: skip
    side = np.where(dice.chance(0.5), 1.0, -1.0)
    pose["root_roll"] = np.choose(kind, [dice.normal(0, 15), dice.normal(180, 18), dice.uniform(40, 150) * side, 0.0])
    pose["root_lean"] = np.choose(kind, [dice.normal(0, 18), dice.normal(0, 12), 0.0, dice.normal(85, 10) * side])
    pose["lift"] = np.where(kind == 0, dice.uniform(0.05, 0.6), 0.0)
    return pose
