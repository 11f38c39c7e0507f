"""COCO's people with keypoints, and the feet of COCO-WholeBody (Lin et al., ECCV 2014; Jin et al., ECCV 2020).

Keypoints are the numbers of pixels, counted from 0, as everywhere here; boxes are measured from the picture's corner
and are shifted by half a pixel on reading.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from hpe_utils.data.people import (
    NO_CROP,
    AnnotatedPeople,
    PeopleSource,
    as_on_disk,
    check_choice,
    crops_around,
    people_source,
)
from hpe_utils.data.pictures import Archive
from hpe_utils.data.scenes import SceneSource
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts, download
from hpe_utils.data.sets.coco_files import FILES, NO_AREA, Annotations, read_annotations
from hpe_utils.geometry import square_around
from hpe_utils.skeleton import BODY23, COCO17

CROWD = "crowds marked as one region"
NO_JOINTS = "people without labelled joints"
NOBODY = "people in pictures where nobody has labelled joints"
NO_PLACE = "people with neither labelled joints nor a box"


FACTS = Facts(
    title="COCO's people with keypoints",
    has=frozenset({"joints", "areas"}),
    skeleton=COCO17,
    reported="val",  # the joints of the test pictures are withheld
    levels={"coco": {}},
    several={"crop": "whole"},
)


def source(
    split: str,
    root: str | Path | None = None,
    *,
    size: int = 160,
    count: int | None = None,
    images: str | Path | None = None,
    crop: str = "person",
    people: int = 20,
) -> PeopleSource | SceneSource:
    """The people of COCO who have labelled joints, one sample of size × size each: the square around the box × 1.25.

    With `crop="whole"` a sample is a whole picture in which somebody has labelled joints, with up to `people` people:
    of who has none, and of crowds, the box alone (`SceneSource`).

    `count` takes the first so many samples. `root` is an annotation file or the folder that holds it, itself or in
    `annotations`; without it, where `download.fetch` unpacks. `images` is the pictures' folder, by default train2017 or
    val2017 in root or beside it, and where root is a file also `images` there, or the file's own folder.
    Joints are read by name (`read_annotations`): COCO17, BODY23 where the file is COCO-WholeBody's, or others. Joints
    outside the picture or the square are unlabelled: boxes enclose what is seen of a person, and of 722 joints looked
    at 8, all hidden, lay outside. The attribute area (N, 1) is that of the person's outline in the sample's pixels², as
    OKS needs it. Crowds, people without joints or with an empty box, whose record cannot be understood, or whose
    picture has another size than the file says, are left out and counted; `annotations` has the first for scores.
    Raises DataError, for the test split too: COCO withholds its joints.
    """
    root = _root(root)
    path = _locate(root, split)
    found = read_annotations(path)
    check_choice("crop", crop, "person", "whole")
    pictures = Archive(_pictures_folder(root, split, images))
    everybody, left_out = _usable(found, crop)
    everybody = replace(everybody, pictures=as_on_disk(everybody.pictures, pictures.listing()))
    if crop == "person":
        everybody = replace(everybody, crops=_crops(everybody))
        everybody = everybody.keep(np.isfinite(everybody.crops).all(-1), NO_CROP, left_out)
    title = f"COCO {split}" + (" with feet" if found.skeleton is BODY23 else "")
    options = {"name": "coco", "split": split}
    persons = count if crop == "person" else None
    cut = people_source(title, found.skeleton, everybody, pictures, left_out, size, persons, options)
    return cut if crop == "person" else SceneSource(cut, people, count)


def _usable(found: Annotations, crop: str) -> tuple[AnnotatedPeople, Counter]:
    """Who can be a sample, or stand in one, and how many cannot, by reason."""
    sound = found.doubts == ""
    left_out = found.left_out + Counter(found.doubts[~sound].tolist())
    everybody, crowd = found.people[sound], found.crowd[sound]
    everybody = replace(everybody, keypoints=_inside(everybody.keypoints, everybody.sizes))
    labelled = (everybody.keypoints[..., 2] > 0).any(-1)
    if crop == "person":
        everybody = everybody.keep(~crowd, CROWD, left_out)
        return everybody.keep(labelled[~crowd], NO_JOINTS, left_out), left_out
    everybody.keypoints[crowd] = 0
    shown = np.isin(everybody.pictures, everybody.pictures[labelled & ~crowd])
    everybody = everybody.keep(shown, NOBODY, left_out)
    labelled = (everybody.keypoints[..., 2] > 0).any(-1)
    everybody = everybody.keep(labelled | np.isfinite(everybody.boxes).all(-1), NO_PLACE, left_out)
    empty = (everybody.boxes[:, 2:] <= everybody.boxes[:, :2]).any(-1)
    return everybody.keep(~empty, NO_AREA, left_out), left_out


def _crops(people: AnnotatedPeople) -> np.ndarray:
    """(N, 4) squares around the boxes × 1.25, around the joints where a box is unknown."""
    crops = crops_around(people.keypoints)
    for row in np.flatnonzero(np.isfinite(people.boxes).all(-1)):
        crops[row] = square_around(people.boxes[row].reshape(2, 2))
    return crops


def annotations(split: str, root: str | Path | None = None) -> Annotations:
    """Everybody annotated in a split, for scores; `root` as in `source`. Raises DataError."""
    return read_annotations(_locate(_root(root), split))


def _inside(keypoints: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The keypoints with v = 0 beyond their picture's edges."""
    xy = keypoints[..., :2]
    outside = ((xy < -0.5) | (xy >= sizes[:, None] - 0.5)).any(-1, keepdims=True)
    return np.where(outside, 0, keypoints).astype(np.float32)


def _root(root: str | Path | None) -> Path:
    return download.downloads() / "coco" if root is None else Path(root).expanduser()


def _locate(root: Path, split: str) -> Path:
    """The annotation file of the split, at or in `root`."""
    check_choice("split", split, "train", "val", "test")
    if split == "test":
        raise DataError("COCO withholds the joints of its test pictures: use split='val' and call it validation")
    if root.is_file():
        other = {"train": "val", "val": "train"}[split]
        if other in root.name and split not in root.name:
            raise DataError(f"{root} holds the {other} split by its name: give the {split} split's file as root")
        return root
    names = [name.format(split) for name in FILES]
    existing = [path for name in names for path in (root / name, root / "annotations" / name) if path.is_file()]
    if not existing:
        raise DataError(
            f"no COCO annotations of the {split} split in {root}: it must hold {' or '.join(names)}, itself or in "
            'annotations; hpe_utils.data.sets.download.fetch("coco-annotations") gets the first. Give a file of '
            "another name, such as a tool's export, as root"
        )
    return existing[0]


def _pictures_folder(root: Path, split: str, images: str | Path | None) -> Path:
    folder = root if root.is_dir() else root.parent
    named = [base / f"{split}2017" for base in (folder, folder.parent)]
    if root.is_file():
        named += [folder / "images", folder.parent / "images", folder]
    candidates = named if images is None else [Path(images).expanduser()]
    existing = [candidate for candidate in candidates if candidate.is_dir()]
    if not existing:
        raise DataError(
            f"COCO's pictures are expected in {candidates[0]}, which is no folder: put them there, or name their "
            f'folder by images=...; hpe_utils.data.sets.download.fetch("coco-{split}") gets them'
        )
    return existing[0]
