"""What a body is, as data: joint names, limbs, flip pairs and OKS sigmas, and conversion between skeletons by name."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Skeleton:
    """Names of K joints in their order, the limbs that connect them, and the OKS sigmas where they were published."""

    name: str
    joints: tuple[str, ...]
    limbs: tuple[tuple[str, str], ...]
    sigmas: tuple[float, ...] | None = None

    def __len__(self) -> int:
        return len(self.joints)

    def index(self, joint: str) -> int:
        """Position of a joint by name; raises KeyError with the known names."""
        if joint not in self.joints:
            raise KeyError(f"{self.name} has no joint {joint!r}; it has {', '.join(self.joints)}")
        return self.joints.index(joint)

    def indices(self, *joints: str) -> list[int]:
        """Positions of several joints by name, in the order asked."""
        return [self.index(joint) for joint in joints]

    @cached_property
    def flip(self) -> np.ndarray:
        """(K,) int: `keypoints[..., skeleton.flip, :]` swaps left and right names, as a mirrored picture needs."""
        return np.array([self.index(mirror_name(joint)) for joint in self.joints])

    @cached_property
    def limb_indices(self) -> np.ndarray:
        """(L, 2) int: both ends of every limb."""
        return np.array([self.indices(*limb) for limb in self.limbs])


@dataclass(frozen=True)
class Conversion:
    """What happens to each joint of the target: copied by name, derived as a midpoint, or missing."""

    source: str
    target: str
    copied: tuple[str, ...]
    derived: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        text = f"{self.source} → {self.target}: {len(self.copied)} joints copied"
        if self.derived:
            text += "; derived: " + ", ".join(f"{j} (midpoint of {' and '.join(MIDPOINTS[j])})" for j in self.derived)
        if self.missing:
            text += "; cannot be converted, left unlabelled: " + ", ".join(self.missing)
        return text


# Midpoints stand in for joints that a skeleton does not annotate. OpenPose's neck is defined so; MPII's pelvis and
# thorax were clicked by people and lie only near these midpoints.
MIDPOINTS = {
    "neck": ("left_shoulder", "right_shoulder"),
    "thorax": ("left_shoulder", "right_shoulder"),
    "pelvis": ("left_hip", "right_hip"),
}


def mirror_name(joint: str) -> str:
    """The joint's name in a mirrored picture: left_knee becomes right_knee, nose stays."""
    if joint.startswith("left_"):
        return "right_" + joint.removeprefix("left_")
    if joint.startswith("right_"):
        return "left_" + joint.removeprefix("right_")
    return joint


def plan_conversion(source: Skeleton, target: Skeleton) -> Conversion:
    """Say, before converting, which joints of `target` are copied, derived as midpoints, or missing."""
    copied = tuple(j for j in target.joints if j in source.joints)
    derived = tuple(
        j for j in target.joints if j not in copied and j in MIDPOINTS and set(MIDPOINTS[j]) <= set(source.joints)
    )
    missing = tuple(j for j in target.joints if j not in copied + derived)
    return Conversion(source.name, target.name, copied, derived, missing)


def convert(keypoints: np.ndarray, source: Skeleton, target: Skeleton) -> np.ndarray:
    """Rearrange (..., K, 3) keypoints of one skeleton into (..., K', 3) of another, by joint name.

    A derived joint is labelled when both of its parents are, with the lower of their visibilities.
    A joint that cannot be converted gets v = 0; `plan_conversion` names it. Raises ValueError on a wrong K.
    """
    keypoints = np.asarray(keypoints, np.float32)
    if keypoints.shape[-2:] != (len(source), 3):
        raise ValueError(f"{source.name} keypoints have shape (..., {len(source)}, 3), these have {keypoints.shape}")
    plan = plan_conversion(source, target)
    result = np.zeros((*keypoints.shape[:-2], len(target), 3), np.float32)
    result[..., target.indices(*plan.copied), :] = keypoints[..., source.indices(*plan.copied), :]
    for joint in plan.derived:
        parents = keypoints[..., source.indices(*MIDPOINTS[joint]), :]
        visibility = parents[..., 2].min(axis=-1, keepdims=True)
        midpoint = np.concatenate([parents[..., :2].mean(axis=-2), visibility], axis=-1)
        result[..., target.index(joint), :] = np.where(visibility > 0, midpoint, 0)
    return result


def get(name: str) -> Skeleton:
    """A skeleton by its name, in any case; raises ValueError with the known names."""
    if str(name).upper() not in SKELETONS:
        raise ValueError(f"unknown skeleton {name!r}; known are {', '.join(SKELETONS)}")
    return SKELETONS[str(name).upper()]


def _both_sides(*limbs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{side}_{a}", f"{side}_{b}") for side in ("right", "left") for a, b in limbs)


_ARM = (("shoulder", "elbow"), ("elbow", "wrist"))
_LEG = (("hip", "knee"), ("knee", "ankle"))

MPII16 = Skeleton(
    "MPII16",
    joints=(
        "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle",
        "pelvis", "thorax", "upper_neck", "head_top",
        "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist",
    ),
    limbs=(
        ("head_top", "upper_neck"), ("upper_neck", "thorax"), ("thorax", "pelvis"),
        ("thorax", "right_shoulder"), ("thorax", "left_shoulder"), ("pelvis", "right_hip"), ("pelvis", "left_hip"),
        *_both_sides(*_ARM, *_LEG),
    ),
)  # fmt: skip

# LSP's "neck" is called upper_neck here: training on LSP and MPII together conventionally equates the two.
LSP14 = Skeleton(
    "LSP14",
    joints=(
        "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle",
        "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist",
        "upper_neck", "head_top",
    ),
    limbs=(
        ("head_top", "upper_neck"), ("upper_neck", "right_shoulder"), ("upper_neck", "left_shoulder"),
        ("right_shoulder", "right_hip"), ("left_shoulder", "left_hip"), ("right_hip", "left_hip"),
        *_both_sides(*_ARM, *_LEG),
    ),
)  # fmt: skip

_COCO_JOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
_COCO_LIMBS = (
    ("left_ankle", "left_knee"), ("left_knee", "left_hip"), ("right_ankle", "right_knee"), ("right_knee", "right_hip"),
    ("left_hip", "right_hip"), ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
    ("left_shoulder", "right_shoulder"), ("left_shoulder", "left_elbow"), ("right_shoulder", "right_elbow"),
    ("left_elbow", "left_wrist"), ("right_elbow", "right_wrist"), ("left_eye", "right_eye"),
    ("nose", "left_eye"), ("nose", "right_eye"), ("left_eye", "left_ear"), ("right_eye", "right_ear"),
    ("left_ear", "left_shoulder"), ("right_ear", "right_shoulder"),
)  # fmt: skip
_COCO_SIGMAS = (
    .026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087, .087, .089, .089,
)  # fmt: skip
COCO17 = Skeleton("COCO17", _COCO_JOINTS, _COCO_LIMBS, _COCO_SIGMAS)

OPENPOSE18 = Skeleton(
    "OPENPOSE18",
    joints=(
        "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
        "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle",
        "right_eye", "left_eye", "right_ear", "left_ear",
    ),
    limbs=(
        ("neck", "right_shoulder"), ("neck", "left_shoulder"),
        ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
        ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("neck", "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("neck", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("neck", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"), ("nose", "left_eye"),
        ("left_eye", "left_ear"), ("right_shoulder", "right_ear"), ("left_shoulder", "left_ear"),
    ),
)  # fmt: skip

# 23 keypoints of Sorokina & Ablameyko 2021: COCO's 17 and six points on the feet (sigmas of COCO-WholeBody).
_FEET = ("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel")
BODY23 = Skeleton(
    "BODY23",
    joints=_COCO_JOINTS + _FEET,
    limbs=_COCO_LIMBS + _both_sides(("ankle", "big_toe"), ("big_toe", "small_toe"), ("ankle", "heel")),
    sigmas=(*_COCO_SIGMAS, .068, .066, .066, .092, .094, .094),
)  # fmt: skip

# Every joint that the renderer of people knows: MPII's sixteen, and BODY23's that MPII lacks.
SYNTHETIC27 = Skeleton(
    "SYNTHETIC27",
    joints=MPII16.joints + tuple(j for j in BODY23.joints if j not in MPII16.joints),
    limbs=MPII16.limbs + tuple(limb for limb in BODY23.limbs if not set(limb) <= set(MPII16.joints)),
)

# Two opposite corners of a head box, for the regression of notebook 01; it is no body, so conversion does not know it.
HEAD_BOX = Skeleton("HEAD_BOX", joints=("corner", "opposite_corner"), limbs=())

SKELETONS = {s.name: s for s in (MPII16, LSP14, COCO17, OPENPOSE18, BODY23, SYNTHETIC27)}
