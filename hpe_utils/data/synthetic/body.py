"""The body in clothes: trunk, arms, hands, legs and feet as hulls of spheres (the head is in head.py)."""

import numpy as np

from hpe_utils.skeleton import SYNTHETIC27

from .clay import Clay, index_of
from .dice import Dice
from .kinematics import BONES, Frames
from .poses import SIDES

BODY_SHAPES = ("slim", "average", "broad", "heavy", "child")


def sample_shapes(dice: Dice) -> dict[str, np.ndarray]:
    """Lengths and widths relative to an adult of 1.75 m, each (M,); `kind` indexes BODY_SHAPES."""
    kind = dice.choice([0.25, 0.38, 0.15, 0.12, 0.10])
    child = kind == 4
    girth = np.array([0.87, 1.0, 1.06, 1.25, 0.86])[kind]
    return {
        "kind": kind,
        "scale": np.where(child, dice.uniform(0.6, 0.85), dice.normal(0.98, 0.05)),
        "torso": dice.normal(np.where(child, 0.95, 1.0), 0.05),
        "neck": dice.normal(np.where(child, 0.8, 1.0), 0.1),
        "arm": dice.normal(np.where(child, 0.9, 1.0), 0.04),
        "leg": dice.normal(np.where(child, 0.86, 1.0), 0.05),
        "shoulders": dice.normal(np.array([0.95, 1.0, 1.14, 1.08, 0.86])[kind], 0.05),
        "hips": dice.normal(np.array([0.95, 1.0, 1.02, 1.12, 0.86])[kind], 0.06),
        "girth": dice.normal(girth, 0.05),
        "muscle": dice.normal(np.array([0.95, 1.0, 1.12, 1.05, 0.95])[kind], 0.05),
        "waist": dice.normal(np.array([0.92, 0.96, 1.02, 1.28, 0.98])[kind], 0.07),
        "bust": np.where(dice.chance(0.45) & ~child, dice.uniform(0.4, 1.1), 0.0),
        "head": dice.normal(np.where(child, 1.06, 1.0), 0.04),
    }


def add_body(clay: Clay, shape: dict, outfit: dict):
    """Everything below the head, dressed: sleeves and trouser legs end where the outfit says."""
    _trunk(clay, shape, outfit)
    for side, sign in zip(SIDES, (1, -1), strict=True):
        _arm(clay, shape, outfit, side, sign)
        _leg(clay, shape, outfit, side, sign)
    _skirt(clay, shape, outfit)


def _trunk(clay: Clay, shape: dict, outfit: dict):
    girth, torso = shape["girth"], shape["torso"]
    wide = girth * shape["hips"]
    cloth = outfit["thickness"]
    upper, lower = outfit["torso"], outfit["pelvis"]
    hips = clay.pair("pelvis", 0.075 * wide, -0.02, -0.005, 0.092 * girth + cloth * 0.5)
    paunch = np.maximum(shape["waist"] - 1, 0)
    waist = clay.pair("spine", 0.06 * shape["waist"] * girth, 0.035 * torso, 0.12 * paunch,
                      (0.083 + 0.05 * paunch) * girth + cloth)  # fmt: skip
    ribs = clay.pair("chest", 0.072 * girth, 0.03 * torso, 0.006, 0.09 * girth + cloth)
    breast = clay.pair("chest", 0.098 * shape["shoulders"], 0.15 * torso, 0.0, 0.078 * girth + cloth)
    yoke = clay.pair("chest", 0.135 * shape["shoulders"], 0.2 * torso, -0.008, 0.045 * girth + cloth)
    nape = clay.sphere("chest", 0, 0.235 * torso, -0.016, 0.05 * girth)
    throat = clay.sphere("head", 0, 0.012, -0.008, 0.047 * girth)
    torso_parts = {"parts": ("torso_front", "torso_back")}
    low = {**torso_parts, "axis": ("spine", 2)}
    high = {**torso_parts, "axis": ("chest", 2)}
    clay.hull(waist, hips, "lower_torso", upper, open_ends=(True, False), beyond=lower, cut=outfit["hem"], **low)
    clay.hull(ribs, waist, "lower_torso", upper, along=0.25, open_ends=(True, True), **low)
    clay.hull(breast, ribs, "upper_torso", upper, along=0.13, open_ends=(True, True), **high)
    clay.hull(yoke, breast, "upper_torso", upper, open_ends=(False, True), **high)
    for side, shoulder in zip(SIDES, yoke, strict=True):
        clay.hull(nape, shoulder, "upper_torso", upper, open_ends=(True, True), relief=0.7, casts=False, **high)
        sign = 1 if side == "left" else -1
        bust = clay.sphere("chest", sign * 0.065 * girth, 0.09 * torso, 0.058 * girth, 0.056 * girth * shape["bust"])
        bust_top = clay.sphere("chest", sign * 0.06 * girth, 0.15 * torso, 0.04 * girth, 0.045 * girth)
        clay.hull(bust_top, bust, "upper_torso", upper, present=shape["bust"] > 0, along=0.06,
                  open_ends=(True, False), relief=0.6, casts=False, **high)  # fmt: skip
        buttock = clay.sphere("pelvis", sign * 0.065 * wide, -0.045, -0.045, 0.08 * girth + cloth * 0.5)
        clay.hull(buttock, hips[0 if sign > 0 else 1], "lower_torso", lower, **torso_parts, axis=("pelvis", 2),
                  relief=0.7, casts=False)  # fmt: skip
    clay.hull(nape, throat, "neck", outfit["collar"], beyond="skin", cut=0.35, open_ends=(True, True), **high)
    # An open jacket or coat shows a strip of what is worn under it.
    strip = clay.sphere("chest", 0, 0.175 * torso, 0.052 * girth + cloth, 0.04)
    strip_low = clay.sphere("spine", 0, -0.02, 0.062 * girth + cloth, 0.048 * girth)
    clay.hull(strip, strip_low, "upper_torso", "top", present=outfit["open"], nearer=0.03, open_ends=(True, True),
              relief=0.5, casts=False, **high)  # fmt: skip


def _arm(clay: Clay, shape: dict, outfit: dict, side: str, sign: int):
    girth, long = shape["girth"] * shape["muscle"], shape["arm"]
    upper, lower, hand = f"{side}_upper_arm", f"{side}_forearm", f"{side}_hand"

    def sphere(bone, at, length, z, radius):
        covered = outfit["sleeve"] > at - 0.1
        return clay.sphere(bone, 0, -length * long, z, radius * girth + outfit["thickness"] * covered * 0.8)

    chain = [
        (0.0, sphere(upper, 0.0, 0.0, 0.0, 0.053)),
        (0.4, sphere(upper, 0.4, 0.12, 0.006, 0.045)),
        (1.0, sphere(upper, 1.0, 0.285, 0.0, 0.036)),
        (1.3, sphere(lower, 1.3, 0.07, 0.004, 0.04)),
        (2.0, sphere(lower, 2.0, 0.25, 0.0, 0.025)),
    ]
    for (start, first), (end, second) in zip(chain[:-1], chain[1:], strict=True):
        bone, name = (upper, "upper_arm") if end <= 1 else (lower, "lower_arm")
        clay.hull(
            first, second, bone, outfit["sleeves"], beyond="skin", cut=(outfit["sleeve"] - start) / (end - start),
            parts=(f"{side}_{name}_front", f"{side}_{name}_back"), axis=(bone, 2), along=0.27 * start,
            open_ends=(start > 0, True),
        )  # fmt: skip
    _hand(clay, shape, hand, side, sign, chain[-1][1])


def _hand(clay: Clay, shape: dict, hand: str, side: str, sign: int, wrist: int):
    """Palm, fingers and thumb; the palm faces the thigh when the arm hangs."""
    size, curl = shape["girth"] ** 0.5 * shape["arm"], shape[f"{side}_curl"]
    parts = {"parts": (f"{side}_hand", f"{side}_hand"), "casts": False}
    reach, bend = 0.085 * np.cos(curl) * size, -sign * 0.085 * np.sin(curl) * size

    def edge(y, x, spread, radius):
        return tuple(clay.sphere(hand, x, y, z * size, radius * size) for z in (spread, -spread))

    knuckles = edge(-0.085 * size, 0, 0.028, 0.0145)
    clay.hull(wrist, knuckles, hand, open_ends=(True, True), **parts)
    clay.hull(knuckles, edge(-0.085 * size - reach, bend, 0.022, 0.0105), hand, open_ends=(True, False), **parts)
    root = clay.sphere(hand, 0, -0.03 * size, 0.02 * size, 0.016 * size)
    clay.hull(root, clay.sphere(hand, -sign * 0.012, -0.085 * size, 0.056 * size, 0.011 * size), hand, **parts)


def _leg(clay: Clay, shape: dict, outfit: dict, side: str, sign: int):
    girth, muscle, long = shape["girth"], shape["girth"] * shape["muscle"], shape["leg"]
    thigh, shin = f"{side}_thigh", f"{side}_shin"

    def sphere(bone, at, length, z, radius):
        covered = outfit["leg"] > at - 0.1
        boot = at > outfit["boot"]
        cloth = outfit["leg_thickness"] * covered * (1 + outfit["flare"] * max(at - 1, 0)) + 0.006 * boot
        return clay.sphere(bone, 0, -length * long, z, radius + cloth)

    chain = [
        (0.0, sphere(thigh, 0.0, 0.02, 0.0, 0.087 * girth)),
        (0.45, sphere(thigh, 0.45, 0.19, 0.008, 0.074 * girth)),
        (1.0, sphere(thigh, 1.0, 0.43, 0.0, 0.05 * girth**0.7)),
        (1.3, sphere(shin, 1.3, 0.125, -0.016, 0.053 * muscle)),
        (1.7, sphere(shin, 1.7, 0.29, -0.006, 0.038 * muscle)),
        (2.0, sphere(shin, 2.0, 0.405, 0.0, 0.033 * girth**0.5)),
    ]
    for (start, first), (end, second) in zip(chain[:-1], chain[1:], strict=True):
        bone, name = (thigh, "upper_leg") if end <= 1 else (shin, "lower_leg")
        booted = outfit["boot"] < (start + end) / 2
        bare = outfit["leg"] <= start
        clay.hull(
            first, second, bone, np.where(booted, index_of("shoes"), np.where(bare, 0, outfit["legs"])), beyond=0,
            cut=np.where(booted | bare, 1.0, (outfit["leg"] - start) / (end - start)),
            parts=(f"{side}_{name}_front", f"{side}_{name}_back"), axis=(bone, 2), along=0.43 * start,
            open_ends=(True, True),
        )  # fmt: skip
    _foot(clay, outfit, side, sign)


def _foot(clay: Clay, outfit: dict, side: str, sign: int):
    """Ankle, heel, ball and toes, in shoes unless barefoot."""
    foot, shod = f"{side}_foot", 0.006 * outfit["shod"]
    about = {
        "segment": foot, "surface": np.where(outfit["shod"], index_of("shoes"), 0),
        "parts": (f"{side}_foot", f"{side}_foot"), "relief": 0.85,
    }  # fmt: skip

    def edge(y, z, spread, radius):
        return tuple(clay.sphere(foot, s * spread - sign * 0.004, y, z, radius + shod) for s in (sign, -sign))

    ankle = clay.sphere(foot, 0, 0, 0, 0.033 + shod)
    heel = clay.sphere(foot, 0, -0.042, -0.038, 0.031 + shod)
    instep = clay.sphere(foot, 0, -0.028, 0.055, 0.029 + shod)
    ball = edge(-0.055, 0.095, 0.024, 0.02)
    toes = edge(-0.06, 0.15, 0.018, 0.0155)
    clay.hull(ankle, heel, open_ends=(True, False), **about)
    clay.hull(ankle, instep, open_ends=(True, True), **about)
    clay.hull(heel, ball, **about)
    clay.hull(instep, ball, open_ends=(True, True), **about)
    clay.hull(ball, toes, open_ends=(True, False), **about)


def _skirt(clay: Clay, shape: dict, outfit: dict):
    """From the waist to a hem that follows both legs: a skirt, the lower half of a dress, or of a coat."""
    girth, hem, flare = shape["girth"], outfit["skirt_hem"], outfit["skirt_flare"]
    long = 0.43 * shape["leg"]
    present = outfit["skirted"]

    def ring(bone, share, radius):
        return tuple(clay.sphere(f"{side}_{bone}", 0, -share * long, 0, radius) for side in SIDES)

    waist = clay.pair("spine", 0.06 * shape["waist"] * girth, 0.0, 0, 0.087 * girth)
    on_thigh = np.minimum(hem, 1.0)
    middle = ring("thigh", 0.45 * on_thigh, 0.1 * girth + 0.5 * flare)
    knee = ring("thigh", on_thigh, 0.075 * girth + flare)
    low = ring("shin", np.maximum(hem - 1, 0), 0.07 * girth + 1.3 * flare)
    upper_leg, lower_leg = (
        tuple((f"{side}_{name}_leg_front", f"{side}_{name}_leg_back") for side in SIDES) for name in ("upper", "lower")
    )
    about = {"segment": "skirt", "surface": outfit["skirt"], "nearer": 0.1, "open_ends": (True, True)}
    clay.hull(waist, middle, present=present, parts=("torso_front", "torso_back"), **about)
    clay.hull(middle, knee, present=present, parts=upper_leg, along=0.2, **about)
    clay.hull(knee, low, present=present & (hem > 1), parts=lower_leg, along=0.43, **about)


_JOINTS_ON_BONES = {
    "pelvis": ("pelvis", (0, 0, 0)), "thorax": ("chest", (0, 0.215, -0.005)),
    "upper_neck": ("head", (0, 0.0, 0)), "head_top": ("head", (0, 0.222, -0.002)), "nose": ("head", (0, 0.093, 0.108)),
    **{f"{side}_{joint}": (f"{side}_{bone}", (0, 0, 0)) for side in SIDES for joint, bone in (
        ("shoulder", "upper_arm"), ("elbow", "forearm"), ("wrist", "hand"), ("hip", "thigh"), ("knee", "shin"),
        ("ankle", "foot"))},
    **{f"{side}_{joint}": (bone.format(side=side), (sign * x, y, z)) for side, sign in (("left", 1), ("right", -1))
       for joint, bone, (x, y, z) in (
        ("eye", "head", (0.034, 0.125, 0.084)), ("ear", "head", (0.08, 0.115, -0.004)),
        ("big_toe", "{side}_foot", (-0.02, -0.058, 0.15)), ("small_toe", "{side}_foot", (0.018, -0.056, 0.135)),
        ("heel", "{side}_foot", (-0.002, -0.048, -0.05)))},
}  # fmt: skip


def joints(frames: Frames, head_size: np.ndarray) -> np.ndarray:
    """(M, 27, 3) joints of SYNTHETIC27 in the world, metres."""
    bones = [BONES.index(_JOINTS_ON_BONES[name][0]) for name in SYNTHETIC27.joints]
    places = np.array([_JOINTS_ON_BONES[name][1] for name in SYNTHETIC27.joints])
    on_head = np.array([_JOINTS_ON_BONES[name][0] == "head" for name in SYNTHETIC27.joints])
    places = places * np.where(on_head, head_size[:, None], 1.0)[..., None]
    return frames.origin[:, bones] + (frames.rotation[:, bones] @ places[..., None])[..., 0]
