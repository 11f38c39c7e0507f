"""MPII Human Pose: 16 joints, head boxes, several people a picture (Andriluka et al., CVPR 2014).

Three forms of the annotations are read: the official MATLAB structure `mpii_human_pose_v1_u12_1.mat`; the same
structure without picture names, `detections.mat`, with `valid_images.txt` beside it; and the HDF5 files `train.h5` and
`valid.h5` of the stacked hourglass's authors (Newell et al., ECCV 2016), which have head sizes but no head boxes.
All count pixels from 1; here they are counted from 0.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from hpe_utils.data.people import (
    NOT_A_NUMBER,
    PeopleSource,
    are_finite,
    check_choice,
    people_source,
    share,
)
from hpe_utils.data.pictures import Archive
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts, download
from hpe_utils.data.sets.mpii_files import NEEDED, OFFICIAL, Annotations, read_annotations
from hpe_utils.files import read_text
from hpe_utils.skeleton import MPII16

FOLDERS = (".", "annot", "annotations", "mpii_human_pose_v1_u12_2")


FACTS = Facts(
    title="MPII Human Pose",
    has=frozenset({"joints", "head boxes", "head sizes"}),
    skeleton=MPII16,
    reported="val",  # the joints of the test pictures are withheld
    levels={"mpii": {}},
)


def source(
    split: str, root: str | Path | None = None, *, size: int = 160, count: int | None = None,
    single_person: bool = False, crop: str = "person", images: str | Path | None = None,
) -> PeopleSource:  # fmt: skip
    """The labelled people of MPII, or the first `count`, one sample of size × size each: MPII16, head boxes and sizes.

    `root` is an annotation file or the folder that holds it, itself or in a folder of the usual names; without it,
    where `download.fetch` unpacks. `images` is the pictures' folder, by default `images` in or beside root.
    `crop="person"` cuts MPII's square out; "whole" squeezes the whole picture into a square as Calvo & Cañadillas do,
    so x and y shrink differently and distances are best taken in the picture's pixels (`to_picture`).
    `single_person=True` keeps RELEASE.single_person's people, or pictures of one person where a file lacks it; the
    title says which. Visible joints have v = 2, hidden ones 1; the attribute head_size (N, 1) is .6 × the head box's
    diagonal in pixels of the sample. train and val part the official training pictures by the list of Tompson et al.
    where valid.h5 or valid_images.txt is there, else 9 : 1 by picture name; the list's exact 2,958 people come from
    valid.h5 or detections.mat. Whose record cannot be understood is left out and counted. Raises DataError, for the
    test split too: MPII withholds its joints.
    """
    check_choice("split", split, "train", "val", "test")
    check_choice("crop", crop, "person", "whole")
    if split == "test":
        raise DataError("MPII withholds the joints of its test pictures: use split='val' and call it validation")
    root = download.downloads() / "mpii" if root is None else Path(root).expanduser()
    path = _locate(root, split)
    found = read_annotations(path)
    chosen, rule = _choose(found, path, split)
    title = f"MPII {split} ({rule})"
    sound, left_out = chosen & (found.doubts == ""), Counter(found.doubts[chosen & (found.doubts != "")].tolist())
    people, single = found.people[sound], found.single[sound]
    if single_person:
        people = people.keep(single, "people who are not single", left_out)
        title += f", {found.single_rule}"
    people = people.keep((people.keypoints[..., 2] > 0).any(-1), "people without labelled joints", left_out)
    people = people.keep(are_finite(people.keypoints), NOT_A_NUMBER, left_out)
    if crop == "person":
        people = people.keep(np.isfinite(people.crops).all(-1), "people without position or scale", left_out)
    else:
        people = replace(people, crops=None)
        title += ", whole pictures"
    options = {"name": "mpii", "split": split, "crop": crop, "single_person": single_person}
    return people_source(title, MPII16, people, Archive(_pictures_folder(root, images)), left_out, size, count, options)


def _locate(root: Path, split: str) -> Path:
    """The annotation file of the split; one with head boxes is preferred to one with head sizes alone."""
    if root.is_file():
        return root
    names = [OFFICIAL, "mpii_human_pose_v1_u12_2.zip"]
    names += ["train.h5"] if split == "train" else ["detections.mat", "valid.h5"]
    paths = [root / folder / name for name in names for folder in FOLDERS]
    existing = [path for path in paths if path.is_file()]
    if not existing:
        raise DataError(
            f"no MPII annotations of the {split} split in {root}: it must hold {NEEDED}; "
            'hpe_utils.data.sets.download.fetch("mpii-annotations") gets the first'
        )
    return existing[0]


def _pictures_folder(root: Path, images: str | Path | None) -> Path:
    folder = root if root.is_dir() else root.parent
    candidates = [folder / "images", folder.parent / "images"] if images is None else [Path(images).expanduser()]
    existing = [candidate for candidate in candidates if candidate.is_dir()]
    if not existing:
        raise DataError(
            f"MPII's pictures are expected in {candidates[0]}, which is no folder: put them there, or name their "
            'folder by images=...; hpe_utils.data.sets.download.fetch("mpii-pictures") gets all 12.9 GB'
        )
    return existing[0]


def _choose(found: Annotations, path: Path, split: str) -> tuple[np.ndarray, str]:
    """(N,) bool: who is of the split, and the rule by which that was decided."""
    if found.train is None:
        held = "train" if "train" in path.stem else "val"
        if split != held:
            raise DataError(f"{path} holds the {held} split only: give the {split} split's file as root")
        return np.full(len(found.people), True), f"split of Tompson et al., {path.name}"
    names = found.people.pictures
    listed = _validation_names(path.parent)
    if listed is None:
        return found.train & (np.array([share(n) < 0.1 for n in names]) == (split == "val")), "9 : 1 by picture name"
    return found.train & (np.isin(names, listed) == (split == "val")), "pictures of Tompson et al.'s split"


def _validation_names(folder: Path) -> list[str] | None:
    for place in (base / name for base in (folder, folder.parent) for name in FOLDERS):
        if (place / "valid_images.txt").is_file():
            return read_text(place / "valid_images.txt", "save it as text, a name of a picture on each line").split()
        if (place / "valid.h5").is_file():
            return read_annotations(place / "valid.h5").people.pictures.tolist()
    return None
