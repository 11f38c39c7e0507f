"""What the parts of a body are called, as data: vocabularies of part maps, and how one is read as another.

A part map holds 0 where there is no person, 1 … n for the parts of its vocabulary, and UNLABELLED where nobody said.
"""

from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from hpe_utils.files import shown
from hpe_utils.skeleton import mirror_name

UNLABELLED = 255  # as in PASCAL VOC's masks: neither trained on nor scored


@dataclass(frozen=True)
class Vocabulary:
    """The names of n parts; label k of a map is `parts[k − 1]`. The background is no part.

    `along` says of a part, by name, which joints it lies along: with that a puppet of one's own parts can be drawn.
    Raises ValueError for names that are none, are there twice, or lack the other side.
    """

    name: str
    parts: tuple[str, ...]
    along: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self):
        if isinstance(self.parts, str) or not all(isinstance(part, str) and part for part in self.parts):
            raise ValueError(f"{self.name}: parts are {shown(self.parts)}, not a list of names")
        object.__setattr__(self, "parts", tuple(self.parts))
        along = self.along.items() if isinstance(self.along, dict) else self.along
        object.__setattr__(self, "along", tuple((part, tuple(joints)) for part, joints in along))
        if len(self.parts) >= UNLABELLED:
            raise ValueError(f"{self.name} has {len(self.parts)} parts, and may have at most {UNLABELLED - 1}")
        if twice := [part for part in self.parts if self.parts.count(part) > 1]:
            raise ValueError(f"{self.name} names the part {twice[0]!r} twice")
        needed = [*map(mirror_name, self.parts), *(part for part, _ in self.along)]
        if unknown := [part for part in needed if part not in self.parts]:
            raise ValueError(f"{self.name} has no part {unknown[0]!r}; it has {', '.join(self.parts)}")

    def __len__(self) -> int:
        return len(self.parts)

    def label(self, part: str) -> int:
        """The label of a part by name; raises KeyError with the known names."""
        if part not in self.parts:
            raise KeyError(f"{self.name} has no part {part!r}; it has {', '.join(self.parts)}")
        return self.parts.index(part) + 1

    @cached_property
    def flip(self) -> np.ndarray:
        """(256,) uint8: `vocabulary.flip[maps]` exchanges left and right, as a mirrored picture needs."""
        return table({k: self.label(mirror_name(part)) for k, part in enumerate(self.parts, start=1)})


def table(labels: dict[int, int]) -> np.ndarray:
    """(256,) uint8 that sends each key to its value, 0 to 0, and every other number to UNLABELLED."""
    result = np.full(256, UNLABELLED, np.uint8)
    result[0] = 0
    result[list(labels)] = list(labels.values())
    return result


def mapping(source: Vocabulary, target: Vocabulary) -> np.ndarray:
    """(256,) uint8: `mapping(source, target)[maps]` reads maps of one vocabulary in the coarser words of another.

    Raises ValueError where the source has a part for which the target has no word, as pascal6 for iftimie6's sides.
    """
    if source == target:
        return table({k: k for k in range(1, len(source) + 1)})
    words = _COARSER.get((source.name, target.name))
    if words is None:
        known = ", ".join(f"{a} → {b}" for a, b in _COARSER)
        raise ValueError(f"{source.name} cannot be read as {target.name}; known are {known}")
    return table({source.label(part): target.label(word) for part, word in words.items()})


def get(name: str) -> Vocabulary:
    """A vocabulary by its name; raises ValueError with the known names."""
    if name not in VOCABULARIES:
        raise ValueError(f"unknown parts {name!r}; known are {', '.join(VOCABULARIES)}")
    return VOCABULARIES[name]


def register(vocabulary: Vocabulary) -> Vocabulary:
    """Let `get` and all that asks it, such as records, know parts of your own until Python ends.

    Those registered before under this name are replaced. Raises ValueError where the name is the course's for others.
    """
    if vocabulary != next((own for own in COURSE if own.name == vocabulary.name), vocabulary):
        raise ValueError(f"{vocabulary.name} is the course's name for other parts: choose another name")
    VOCABULARIES[vocabulary.name] = vocabulary
    return vocabulary


def declaration(vocabulary: Vocabulary) -> str | dict:
    """What a file says of parts, for `declared` to read: the name of some of the course's, all of your own."""
    if vocabulary in COURSE:
        return vocabulary.name
    return asdict(vocabulary) | {"along": dict(vocabulary.along)}


def declared(value: str | dict) -> Vocabulary:
    """The parts that a file names, or says whole and are registered; raises ValueError or TypeError."""
    return register(Vocabulary(**value)) if isinstance(value, dict) else get(value)


# BodyPix's 24 parts (Mankotia & Garg 2020); its own labels begin at 0, for it has no background.
BODYPIX24 = Vocabulary(
    "bodypix24",
    (
        "left_face", "right_face", "left_upper_arm_front", "left_upper_arm_back", "right_upper_arm_front",
        "right_upper_arm_back", "left_lower_arm_front", "left_lower_arm_back", "right_lower_arm_front",
        "right_lower_arm_back", "left_hand", "right_hand", "torso_front", "torso_back", "left_upper_leg_front",
        "left_upper_leg_back", "right_upper_leg_front", "right_upper_leg_back", "left_lower_leg_front",
        "left_lower_leg_back", "right_lower_leg_front", "right_lower_leg_back", "left_foot", "right_foot",
    ),
)  # fmt: skip

# Pascal-Person-Part (Chen et al. 2014, merged by Chen et al. 2016), which tells no sides apart.
PASCAL6 = Vocabulary("pascal6", ("head", "torso", "upper_arm", "lower_arm", "upper_leg", "lower_leg"))

# Iftimie's six; his seventh channel, the body, is all of them together.
IFTIMIE6 = Vocabulary("iftimie6", ("head", "torso", "left_arm", "right_arm", "left_leg", "right_leg"))

# A person's parts in Pascal-Part (Chen et al. 2014), by the names in its .mat files.
PASCAL_PART24 = Vocabulary(
    "pascal_part24",
    (
        "head", "left_eye", "right_eye", "left_ear", "right_ear", "left_eyebrow", "right_eyebrow", "nose", "mouth",
        "hair", "torso", "neck", "left_lower_arm", "left_upper_arm", "left_hand", "right_lower_arm",
        "right_upper_arm", "right_hand", "left_lower_leg", "left_upper_leg", "left_foot", "right_lower_leg",
        "right_upper_leg", "right_foot",
    ),
)  # fmt: skip

# J-HMDB's puppet (Jhuang et al. 2013), in the numbers of its files.
JHMDB10 = Vocabulary(
    "jhmdb10",
    (
        "torso", "head", "right_upper_arm", "left_upper_arm", "right_upper_leg", "left_upper_leg", "right_lower_arm",
        "left_lower_arm", "right_lower_leg", "left_lower_leg",
    ),
)  # fmt: skip

# ADE20K's names for parts of a person (Zhou et al. 2017) that lie on the body, as Iftimie chose them.
ADE20K14 = Vocabulary(
    "ade20k14",
    (
        "back", "head", "left_arm", "left_foot", "left_hand", "left_leg", "left_shoulder", "neck", "right_arm",
        "right_foot", "right_hand", "right_leg", "right_shoulder", "torso",
    ),
)  # fmt: skip

# ChaLearn's limbs (Escalera et al. 2014), in the numbers of its files.
CHALEARN14 = Vocabulary(
    "chalearn14",
    (
        "head", "torso", "left_hand", "right_hand", "left_lower_arm", "right_lower_arm", "left_upper_arm",
        "right_upper_arm", "left_foot", "right_foot", "left_lower_leg", "right_lower_leg", "left_upper_leg",
        "right_upper_leg",
    ),
)  # fmt: skip

COURSE = (BODYPIX24, PASCAL6, IFTIMIE6, PASCAL_PART24, JHMDB10, ADE20K14, CHALEARN14)
VOCABULARIES = {vocabulary.name: vocabulary for vocabulary in COURSE}  # and those of `register`

_ENDS = {"hand": "lower_arm", "foot": "lower_leg"}  # a hand belongs to the lower arm, a foot to the lower leg
_LIMBS = {"arm": "arm", "hand": "arm", "shoulder": "arm", "leg": "leg", "foot": "leg"}


def _as_pascal6(part: str) -> str:
    side_less = part.removeprefix("left_").removeprefix("right_").removesuffix("_front").removesuffix("_back")
    if side_less == "neck":
        return "torso"
    return _ENDS.get(side_less, side_less if side_less in PASCAL6.parts else "head")


def _as_iftimie6(part: str) -> str:
    words = part.split("_")
    if limb := next((_LIMBS[word] for word in words if word in _LIMBS), ""):
        return f"{words[0]}_{limb}"
    return "torso" if {"torso", "neck", "back"} & set(words) else "head"


# ADE20K does not part an arm or a leg in two, as Pascal's six parts do.
_COARSER = {
    (source.name, target.name): {part: words(part) for part in source.parts}
    for sources, target, words in (
        ((BODYPIX24, PASCAL_PART24, JHMDB10, CHALEARN14), PASCAL6, _as_pascal6),
        ((BODYPIX24, PASCAL_PART24, JHMDB10, CHALEARN14, ADE20K14), IFTIMIE6, _as_iftimie6),
    )
    for source in sources
}
