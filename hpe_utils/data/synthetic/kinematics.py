"""Forward kinematics: joint angles and bone lengths in, the frame of every bone in the world out, for M people at once.

Body and world share their axes when a person faces the camera: x to the person's left (right in the picture), y up,
z to the front (toward the camera); metres.
"""

from dataclasses import dataclass

import numpy as np

from .poses import SIDES

BONES = (
    "pelvis", "spine", "chest", "neck", "head", "seat",
    *(f"{side}_{bone}" for side in SIDES for bone in ("upper_arm", "forearm", "hand", "thigh", "shin", "foot")),
)  # fmt: skip


@dataclass(frozen=True)
class Frames:
    """`origin` (M, bones, 3) and `rotation` (M, bones, 3, 3), whose columns are the bone's axes in the world."""

    origin: np.ndarray
    rotation: np.ndarray


def turn(axis: str, angle: np.ndarray) -> np.ndarray:
    """(M, 3, 3) rotations about x, y or z by angles (M,) in radians."""
    cos, sin, zero, one = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    rows = {
        "x": (one, zero, zero, zero, cos, -sin, zero, sin, cos),
        "y": (cos, zero, sin, zero, one, zero, -sin, zero, cos),
        "z": (cos, -sin, zero, sin, cos, zero, zero, zero, one),
    }[axis]
    return np.stack(rows, axis=-1).reshape(*angle.shape, 3, 3)


def turns(sequence: str, *angles: np.ndarray) -> np.ndarray:
    """The product of turns about several axes, as in turns("zxy", a, b, c)."""
    product = turn(sequence[0], angles[0])
    for axis, angle in zip(sequence[1:], angles[1:], strict=True):
        product = product @ turn(axis, angle)
    return product


def solve(angles: dict[str, np.ndarray], yaw: np.ndarray, shape: dict[str, np.ndarray]) -> Frames:
    """Frames of all bones, the pelvis at the world's origin; `shape` gives lengths and widths relative to 1."""
    count = len(yaw)
    origin, rotation = {}, {}

    def attach(bone, parent, offset, local):
        offset = np.stack([np.broadcast_to(np.asarray(value, float), count) for value in offset], axis=-1)
        origin[bone] = origin[parent] + (rotation[parent] @ offset[..., None])[..., 0]
        rotation[bone] = rotation[parent] @ local

    def trunk(prefix):
        return turns("yxz", *(angles[f"{prefix}_{kind}"] * 0.5 for kind in ("twist", "flex", "side")))

    origin["pelvis"] = origin["seat"] = np.zeros((count, 3))
    rotation["seat"] = turn("y", yaw)
    rotation["pelvis"] = rotation["seat"] @ turns("zx", angles["root_roll"], angles["root_lean"])
    torso, arm, leg = shape["torso"], shape["arm"], shape["leg"]
    attach("spine", "pelvis", (0, 0.10 * torso, -0.01), trunk("spine"))
    attach("chest", "spine", (0, 0.15 * torso, 0), trunk("spine"))
    attach("neck", "chest", (0, 0.245 * torso, -0.012), trunk("neck"))
    attach("head", "neck", (0, 0.095 * shape["neck"], 0.012), trunk("neck"))
    for side, sign in zip(SIDES, (1, -1), strict=True):
        angle = {name.removeprefix(f"{side}_"): value for name, value in angles.items() if name.startswith(f"{side}_")}
        lift, width = angle["shoulder_lift"], 0.175 * shape["shoulders"]
        attach(
            f"{side}_upper_arm", "chest", (sign * width * np.cos(lift), 0.2 * torso + width * np.sin(lift), -0.005),
            turns("zxy", sign * angle["shoulder_abduct"], -angle["shoulder_flex"], sign * angle["shoulder_twist"]),
        )  # fmt: skip
        attach(f"{side}_forearm", f"{side}_upper_arm", (0, -0.285 * arm, 0), turn("x", -angle["elbow_flex"]))
        attach(
            f"{side}_hand", f"{side}_forearm", (0, -0.25 * arm, 0),
            turns("yz", sign * angle["wrist_twist"], -sign * angle["wrist_flex"]),
        )  # fmt: skip
        attach(
            f"{side}_thigh", "pelvis", (sign * 0.088 * shape["hips"], 0, 0),
            turns("zxy", sign * angle["hip_abduct"], -angle["hip_flex"], sign * angle["hip_twist"]),
        )  # fmt: skip
        attach(f"{side}_shin", f"{side}_thigh", (0, -0.43 * leg, 0), turn("x", angle["knee_flex"]))
        attach(f"{side}_foot", f"{side}_shin", (0, -0.415 * leg, 0), turn("x", -angle["ankle_flex"]))
    return Frames(np.stack([origin[b] for b in BONES], axis=1), np.stack([rotation[b] for b in BONES], axis=1))
