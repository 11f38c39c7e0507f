"""The joints of a COCO file by name: which skeleton's they are, in any order and spelling, or one of the file's own."""

from pathlib import Path
from typing import NamedTuple

from hpe_utils.data.people import misspelt
from hpe_utils.files import DataError, check, shown
from hpe_utils.skeleton import COCO17, OTHER_SIDE, SKELETONS, Skeleton, words_of

FIELDS = ("id", "name", "keypoints", "skeleton")
FORM = {"name?": str, "keypoints?": (list, None), "skeleton?": (list, None)}
REMEDY = "correct it there, or export the file again as COCO keypoints"


class Category(NamedTuple):
    """People's category: its ids, its skeleton, and the position in the file of each of the skeleton's joints."""

    ids: set[str]
    skeleton: Skeleton
    order: list[int]


def category_of(categories: list[dict], path: Path) -> Category:
    """The category named person, or the only one with keypoints, whatever its name; raises DataError.

    Joints are COCO17's where none are named.
    """
    for number, category in enumerate(categories, 1):
        check(category, FORM, f"category {number} in {path}", REMEDY)
        if wrong := misspelt(category, FIELDS):
            raise DataError(f"category {number} in {path} has {wrong}: {REMEDY}")
    persons = [one for one in categories if one.get("name", "").strip().lower() == "person"]
    posed = [one for one in categories if one.get("keypoints")]
    chosen = [one for one in persons if one in posed] or (posed if len(posed) == 1 else persons)
    if not chosen:
        names = shown(", ".join(str(one.get("name")) for one in posed))
        also = f", and several have keypoints ({names})" if posed else ""
        raise DataError(
            f"{path} has no category named person{also}: take person_keypoints_val2017.json or a file like it, in "
            "which one category has keypoints"
        )
    if any(one.get("keypoints") != chosen[0].get("keypoints") for one in chosen):
        raise DataError(f"{path} names the joints of a person twice, and not alike: {REMEDY}")
    ids = {str(one.get("id")) for one in chosen}
    if not chosen[0].get("keypoints"):
        return Category(ids, COCO17, list(range(len(COCO17))))
    return Category(ids, *_skeleton(chosen[0], f"the category {shown(chosen[0].get('name', ''))} in {path}"))


def _skeleton(category: dict, place: str) -> tuple[Skeleton, list[int]]:
    """The skeleton of the named joints, and the position in the file of each of its joints; raises DataError."""
    written = category["keypoints"]
    check(written, [str], f"keypoints of {place}", REMEDY)
    if len(set(written)) < len(written):
        raise DataError(f"keypoints of {place} has a joint twice, {max(written, key=written.count)!r}: {REMEDY}")
    names = [joint_name(name) for name in written]
    names = names if len(set(names)) == len(names) else written
    for skeleton in SKELETONS.values():
        if set(names) == set(skeleton.joints):
            return skeleton, [names.index(joint) for joint in skeleton.joints]
    limbs = category.get("skeleton") or []
    check(limbs, [[int]], f"skeleton of {place}", REMEDY)
    wrong = [limb for limb in limbs if len(limb) != 2 or not all(1 <= end <= len(names) for end in limb)]
    if wrong:
        raise DataError(
            f"skeleton of {place} has the limb {shown(wrong[0])}, not two numbers of joints from 1 to {len(names)}: "
            f"{REMEDY}"
        )
    ends = tuple((names[a - 1], names[b - 1]) for a, b in limbs)
    try:
        return Skeleton(category.get("name", "person"), tuple(names), ends), list(range(len(names)))
    except ValueError as error:
        raise DataError(f"keypoints and skeleton of {place} are no body: {error}: {REMEDY}") from error


def joint_name(written: str) -> str:
    """A joint's name as skeletons here spell it: "Left Ear", "leftEar", "l-ear" and "ear_left" are left_ear."""
    words = words_of(written)
    sides = [word for word in words if word in OTHER_SIDE]
    others = [word for word in words if word not in OTHER_SIDE]
    return "_".join([*sides, *others] if len(sides) == 1 and others else words) or written
