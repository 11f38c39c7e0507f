"""Your own pictures as labelme annotates them: beside each picture a JSON file of shapes.

A point is a joint, named by its label in any spelling; the points of one `group_id` are a person, and a rectangle of
the group is the person's box. Points without a group are one person. A point with a flag `hidden` or `occluded` that is
true has v = 1. labelme turns pictures upright as EXIF says, and measures from the picture's corner: points and boxes
are shifted by half a pixel on reading.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, join

import numpy as np

from hpe_utils import skeleton as skeletons
from hpe_utils.data.people import (
    NO_CROP,
    AnnotatedPeople,
    Doubtful,
    PeopleSource,
    as_on_disk,
    check_choice,
    crops_around,
    people_source,
)
from hpe_utils.data.pictures import Archive
from hpe_utils.data.sets import Facts
from hpe_utils.data.sets.coco_joints import joint_name
from hpe_utils.data.sets.folder import SHARES, splits_of
from hpe_utils.files import DataError, read_json
from hpe_utils.geometry import square_around
from hpe_utils.skeleton import Skeleton

SHAPE = {"label": str, "points": [[float]], "group_id?": (int, None), "shape_type?": str, "flags?": (dict, None)}
FORM = {"imagePath": str, "shapes": [SHAPE], "imageWidth?": (int, None), "imageHeight?": (int, None)}
NOT_LABELME = "JSON files that are not labelme's"

FACTS = Facts(title="pictures annotated in labelme", has=frozenset({"joints"}), levels={"labelme": {}}, storable=True)


def source(
    split: str, root: str | Path | None = None, *, size: int = 160, count: int | None = None,
    skeleton: str | Skeleton = "COCO17",
) -> PeopleSource:  # fmt: skip
    """The people of a folder that labelme wrote, or the first `count`, a size × size sample each.

    `split` is train, val, test or all, as in `folder`; `skeleton` names the joints. A sample is the square around the
    person's rectangle, or without one around the joints, × 1.25. Raises DataError for a folder without such files;
    people whose points cannot be understood, and files that are not labelme's, are left out and counted.
    """
    check_choice("split", split, *SHARES)
    if root is None or not Path(root).expanduser().is_dir():
        raise DataError(f"root={root!r}: name the folder that holds your pictures and labelme's JSON files")
    pictures = Archive(Path(root).expanduser())
    try:
        kind = skeletons.get(skeleton)
    except ValueError as error:
        raise DataError(f"skeleton={skeleton!r}: {error}") from error
    names = pictures.listing()
    files = sorted(name for name in names if name.lower().endswith(".json"))
    people, left_out = _read(pictures.path, files, kind)
    people = replace(people, pictures=as_on_disk(people.pictures, names))
    splits = splits_of(set(people.pictures.tolist()))
    people = people[np.array([split in ("all", splits[name]) for name in people.pictures.tolist()], bool)]
    people = people.keep(np.isfinite(people.crops).all(-1), NO_CROP, left_out)
    title = f"{pictures.path.name or pictures.path} {split}"
    return people_source(title, kind, people, pictures, left_out, size, count, {"name": "labelme", "split": split})


def _read(folder: Path, files: list[str], kind: Skeleton) -> tuple[AnnotatedPeople, Counter]:
    """Everybody in the files, and what could not be understood, by reason."""
    rows, left_out = [], Counter()
    for name in files:
        try:
            content = read_json(folder / name, "write it by labelme", FORM)
        except DataError:
            left_out[NOT_LABELME] += 1
            continue
        picture = join(dirname(name), content["imagePath"].replace("\\", "/"))
        size = [content.get(side) or np.nan for side in ("imageWidth", "imageHeight")]
        groups = defaultdict(list)
        for shape in content["shapes"]:
            groups[shape.get("group_id")].append(shape)
        for number, shapes in enumerate(groups.values()):
            try:
                rows.append((picture, number, *_person(shapes, kind), size))
            except Doubtful as reason:
                left_out[str(reason)] += 1
    names, numbers, keypoints, boxes, sizes = zip(*rows, strict=True) if rows else ([],) * 5
    keypoints = np.array(keypoints, np.float32).reshape(-1, len(kind), 3)
    boxes, crops = np.array(boxes, np.float32).reshape(-1, 4), crops_around(keypoints)
    for row in np.flatnonzero(np.isfinite(boxes).all(-1)):
        crops[row] = square_around(boxes[row].reshape(2, 2))
    sizes = np.array(sizes, np.float32).reshape(-1, 2)
    people = AnnotatedPeople(np.array(names, str), np.array(numbers, np.int32), keypoints, crops, boxes, sizes=sizes)
    return people, left_out


def _person(shapes: list[dict], kind: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """A group's keypoints (K, 3) and box (4,), NaN where there is none; raises Doubtful."""
    keypoints, box = np.zeros((len(kind), 3)), np.full(4, np.nan)
    for shape in shapes:
        if any(len(point) != 2 for point in shape["points"]):
            raise Doubtful("people with a point that is not x and y")
        points = np.array(shape["points"], np.float64).reshape(-1, 2) - 0.5
        if shape.get("shape_type") == "rectangle" and len(points) == 2:
            box = np.concatenate([points.min(axis=0), points.max(axis=0)])
        elif shape.get("shape_type", "point") == "point" and len(points) == 1:
            joint = joint_name(shape["label"])
            if joint not in kind.joints:
                raise Doubtful(f"people with the joint {joint[:40]!r}, which {kind.name} lacks")
            if keypoints[kind.index(joint), 2]:
                raise Doubtful("people with a joint that is there twice")
            hidden = any((shape.get("flags") or {}).get(flag) is True for flag in ("hidden", "occluded"))
            keypoints[kind.index(joint)] = *points[0], 1 if hidden else 2
    if not keypoints[:, 2].any():
        raise Doubtful("people without labelled joints")
    return keypoints, box
