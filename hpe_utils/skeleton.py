"""What a body is, as data: joint names, limbs, flip pairs and OKS sigmas, and conversion between skeletons by name."""

import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from numbers import Real

import numpy as np

from hpe_utils.files import shown

# Published for COCO's joints, and for six points on the feet by COCO-WholeBody.
SIGMAS = {
    "nose": .026, "left_eye": .025, "right_eye": .025, "left_ear": .035, "right_ear": .035,
    "left_shoulder": .079, "right_shoulder": .079, "left_elbow": .072, "right_elbow": .072,
    "left_wrist": .062, "right_wrist": .062, "left_hip": .107, "right_hip": .107,
    "left_knee": .087, "right_knee": .087, "left_ankle": .089, "right_ankle": .089,
    "left_big_toe": .068, "left_small_toe": .066, "left_heel": .066,
    "right_big_toe": .092, "right_small_toe": .094, "right_heel": .094,
}  # fmt: skip
HEAD_BONE = ("head_top", "upper_neck")


@dataclass(frozen=True)
class Skeleton:
    """Names of K joints in their order, the limbs that connect them, and how they are mirrored and scored.

    `sigmas` are those of OKS; without, those published for joints of these names, None where one has none. `pairs` name
    the left and the right joint that a mirrored picture exchanges; joints that are in none are paired by their names,
    where these say the side in a usual way (`partners`), and a joint paired with itself stays. The distance of the two
    joints of `head` is the scale of PCK: the head bone, taken by itself where a skeleton has one, or another, such as
    left_shoulder and right_hip. Raises ValueError, naming the joint, where these do not fit together.
    """

    name: str
    joints: tuple[str, ...]
    limbs: tuple[tuple[str, str], ...]
    sigmas: tuple[float, ...] | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    head: tuple[str, str] | None = None

    def __post_init__(self):
        self._check_joints()
        for field in ("limbs", "pairs"):
            object.__setattr__(self, field, tuple(self._two_joints(two, field) for two in getattr(self, field)))
        if len(set(map(frozenset, self.limbs))) < len(self.limbs):
            raise ValueError(f"{self.name} names a limb twice")
        if self.head is not None:
            object.__setattr__(self, "head", self._two_joints(self.head, "head"))
        elif set(HEAD_BONE) <= set(self.joints):
            object.__setattr__(self, "head", HEAD_BONE)
        if self.sigmas is not None:
            self._check_sigmas()
        elif set(self.joints) <= set(SIGMAS):
            object.__setattr__(self, "sigmas", tuple(SIGMAS[joint] for joint in self.joints))
        partners(self.joints, self.pairs)  # a side without one is found here, not in the middle of a training

    def _check_joints(self) -> None:
        if isinstance(self.joints, str) or not all(isinstance(joint, str) and joint for joint in self.joints):
            raise ValueError(f"{self.name}: joints are {shown(self.joints)}, not a list of names")
        object.__setattr__(self, "joints", tuple(self.joints))
        if not self.joints:
            raise ValueError(f"{self.name} has no joints")
        if twice := [joint for joint in self.joints if self.joints.count(joint) > 1]:
            raise ValueError(f"{self.name} names the joint {twice[0]!r} twice")

    def _two_joints(self, two, field: str) -> tuple[str, str]:
        if isinstance(two, str) or len(two) != 2:
            raise ValueError(f"{self.name}: {field} has {shown(two)}, not two joints")
        if unknown := [joint for joint in two if joint not in self.joints]:
            raise ValueError(f"{self.name}: {field} names {unknown[0]!r}, but the joints are {', '.join(self.joints)}")
        if two[0] == two[1] and field != "pairs":
            raise ValueError(f"{self.name}: {field} has {two[0]!r} at both ends")
        return tuple(two)

    def _check_sigmas(self) -> None:
        object.__setattr__(self, "sigmas", tuple(self.sigmas))
        if len(self.sigmas) != len(self):
            raise ValueError(f"{self.name} has {len(self)} joints and {len(self.sigmas)} sigmas: give one for each")
        for joint, sigma in zip(self.joints, self.sigmas, strict=True):
            if not isinstance(sigma, Real) or not 0 < sigma < math.inf:
                raise ValueError(f"{self.name}: the sigma of {joint} is {shown(sigma)}, and must be a number above 0")

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
        partner = partners(self.joints, self.pairs)
        return np.array(self.indices(*(partner[joint] for joint in self.joints)))

    def mirrored(self, joint: str) -> str:
        """The joint that a joint becomes in a mirrored picture: left_knee becomes right_knee, nose stays."""
        return self.joints[self.flip[self.index(joint)]]

    @cached_property
    def limb_indices(self) -> np.ndarray:
        """(L, 2) int: both ends of every limb."""
        return np.array([self.indices(*limb) for limb in self.limbs], int).reshape(-1, 2)


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


OTHER_SIDE = {"left": "right", "right": "left"}
OTHER_PART = {**OTHER_SIDE, "l": "r", "r": "l"}
BETWEEN_WORDS = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # left_ear, leftEar, LEar


def mirror_name(joint: str) -> str:
    """The mirrored name of the course's own joints and parts: left_knee becomes right_knee, nose stays."""
    if joint.startswith("left_"):
        return "right_" + joint.removeprefix("left_")
    if joint.startswith("right_"):
        return "left_" + joint.removeprefix("right_")
    return joint


def side_of(joint: str) -> str:
    """left, right or middle, as a word or letter of the name says."""
    return next((word for word in words_of(joint) if word in OTHER_SIDE), "middle")


def partners(joints: tuple[str, ...], pairs: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
    """The joint that each joint becomes in a mirrored picture: the other of its pair, or, where it has none, by name.

    A side is a word or letter of its own, in any case and place, as in left_ear, "Ear Right", earLeft, l_ear and EyeL;
    or it is part of a word, as in lear and LSHO, where what the other side would be called is a joint too. Raises
    ValueError for a joint in two pairs, and for a side whose partner is missing or may be any of several.
    """
    partner = {joint: other for pair in pairs for joint, other in (pair, pair[::-1])}
    if len(partner) < sum(len(set(pair)) for pair in pairs):
        raise ValueError(f"a joint is in two of the pairs {', '.join(map(str, pairs))}")
    words = {joint: words_of(joint) for joint in joints if joint not in partner}
    for joint, own in words.items():
        mirrored = tuple(OTHER_SIDE.get(word, word) for word in own)
        possible = [mirrored] if mirrored != own else list(_with_other_part(own))
        found = [other for other in words if words[other] in possible]
        if len(found) > 1 or (not found and mirrored != own):
            lack = f"more than one partner, {' and '.join(found)}" if found else "no partner on the other side"
            raise ValueError(
                f"the joint {joint!r} has {lack}: rename or add joints, or declare its pair, with itself where it "
                "stays as it is in a mirrored picture"
            )
        partner[joint] = found[0] if found else joint
    return partner


def words_of(joint: str) -> tuple[str, ...]:
    """The words of a name in small letters, a side's letter as a word: LEar, l_ear and leftear are (left, ear)."""
    text = BETWEEN_WORDS.sub(" ", joint).lower()
    words = re.sub(r"\b(left|right)", r"\1 ", text).split()
    return tuple({"l": "left", "r": "right"}.get(word, word) for word in words) if len(words) > 1 else tuple(words)


def _with_other_part(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words with the other side where one begins or ends in it: rsho for lsho, earright for earleft."""
    for place, word in enumerate(words):
        for part in ("^[lr]", "[lr]$", "(left|right)$"):
            other = re.sub(part, lambda found: OTHER_PART[found[0]], word)
            if other != word:
                yield (*words[:place], other, *words[place + 1 :])


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


def get(name: str | Skeleton) -> Skeleton:
    """A skeleton by its name, in any case, or one itself; raises ValueError with the known names."""
    if isinstance(name, Skeleton):
        return name
    for known, skeleton in SKELETONS.items():
        if known.upper() == str(name).upper():
            return skeleton
    raise ValueError(f"unknown skeleton {shown(name)}; known are {', '.join(SKELETONS)}")


def register(skeleton: Skeleton) -> Skeleton:
    """Let `get` and all that asks it, such as checkpoints and records, know a skeleton of your own until Python ends.

    One registered before under its name is replaced. Raises ValueError where that name is the course's for another.
    """
    for own in (*COURSE, HEAD_BOX):
        if own.name.upper() == skeleton.name.upper() and own != skeleton:
            raise ValueError(f"{own.name} is the course's name for another skeleton: choose another name")
    for known in [name for name in SKELETONS if name.upper() == skeleton.name.upper()]:
        del SKELETONS[known]
    SKELETONS[skeleton.name] = skeleton
    return skeleton


def declaration(skeleton: Skeleton) -> str | dict:
    """What a file says of a skeleton, for `declared` to read: the name of one of the course's, all of your own."""
    return skeleton.name if skeleton in (*COURSE, HEAD_BOX) else asdict(skeleton)


def declared(value: str | dict) -> Skeleton:
    """The skeleton that a file names, or says whole and is registered; raises ValueError or TypeError."""
    return register(Skeleton(**value)) if isinstance(value, dict) else get(value)


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
COCO17 = Skeleton("COCO17", _COCO_JOINTS, _COCO_LIMBS)

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

# 23 keypoints of Sorokina & Ablameyko 2021: COCO's 17 and six points on the feet.
_FEET = ("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel")
BODY23 = Skeleton(
    "BODY23",
    joints=_COCO_JOINTS + _FEET,
    limbs=_COCO_LIMBS + _both_sides(("ankle", "big_toe"), ("big_toe", "small_toe"), ("ankle", "heel")),
)

# What photographs are labelled with: COCO's joints, and the two of Leeds Sports Pose that COCO lacks.
PHOTO19 = Skeleton(
    "PHOTO19",
    joints=_COCO_JOINTS + HEAD_BONE[::-1],
    limbs=_COCO_LIMBS[:16]
    + (("head_top", "upper_neck"), ("upper_neck", "right_shoulder"), ("upper_neck", "left_shoulder")),
)

# Every joint that the renderer of people knows: MPII's sixteen, and BODY23's that MPII lacks.
SYNTHETIC27 = Skeleton(
    "SYNTHETIC27",
    joints=MPII16.joints + tuple(j for j in BODY23.joints if j not in MPII16.joints),
    limbs=MPII16.limbs + tuple(limb for limb in BODY23.limbs if not set(limb) <= set(MPII16.joints)),
)

# Two opposite corners of a head box, for the regression of notebook 01; it is no body, so conversion does not know it.
HEAD_BOX = Skeleton("HEAD_BOX", joints=("corner", "opposite_corner"), limbs=())

COURSE = (MPII16, LSP14, COCO17, OPENPOSE18, BODY23, PHOTO19, SYNTHETIC27)
SKELETONS = {skeleton.name: skeleton for skeleton in COURSE}  # and those of `register`
