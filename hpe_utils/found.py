"""Who was found in a picture: joints, boxes, scores and parts, and all of it as a table or in COCO's format."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hpe_utils.files import DataError
from hpe_utils.geometry import Affine
from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton

COLUMNS = ("picture", "person", "score", "joint", "x", "y", "confidence")


@dataclass(frozen=True, eq=False)
class Found:
    """n people in a picture of `size` (width, height), the surest first, in its pixels.

    `keypoints` (n, K, 3) are x, y and v, 2 where a joint was found and else 0; `confidences` (n, K) and `scores` (n,)
    lie between 0 and 1; `boxes` (n, 4) have the edges x0, y0, x1, y1. `skeleton` names the joints. Where the network
    finds parts, `parts` (H, W) uint8 has their labels in the `vocabulary`, 0 for nobody; where it tells people's pixels
    apart, `instances` (H, W) uint8 says whose a pixel is, 1 … n. `numbers` (n,) are the people's own in a film.
    """

    size: tuple[int, int]
    keypoints: np.ndarray
    confidences: np.ndarray
    scores: np.ndarray
    boxes: np.ndarray
    skeleton: Skeleton | None = None
    parts: np.ndarray | None = None
    instances: np.ndarray | None = None
    vocabulary: Vocabulary | None = None
    numbers: np.ndarray | None = None

    @classmethod
    def of_boxes(cls, size: tuple[int, int], boxes: np.ndarray, scores: np.ndarray, **others) -> "Found":
        """People of whom (n, 4) boxes are known and no joints; `others` are the fields that do not speak of people."""
        keypoints, confidences = np.zeros((len(boxes), 0, 3), np.float32), np.zeros((len(boxes), 0), np.float32)
        return cls(size, keypoints, confidences, scores, boxes, **others)

    @property
    def names(self) -> tuple[str, ...]:
        """The joints, in the order of `keypoints`."""
        return self.skeleton.joints if self.skeleton else ()

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, rows) -> "Found":
        """Some of the people, by a slice, a mask or a list; the part map is everybody's and stays."""
        if isinstance(rows, (int, np.integer)):
            raise TypeError("choose people by a slice or an array, so that every axis stays: people[3:4]")
        names = ("keypoints", "confidences", "scores", "boxes", "numbers")
        people = {name: value[rows] for name in names if (value := getattr(self, name)) is not None}
        return replace(self, **people, instances=None)

    def moved(self, view: Affine, size: tuple[int, int]) -> "Found":
        """The people as they lie in another picture of this size, whose pixels `view` gives; without maps."""
        keypoints = np.where(self.keypoints[..., 2:] > 0, view.points(self.keypoints), 0)
        return replace(self, size=size, keypoints=keypoints, boxes=view.box(self.boxes), parts=None, instances=None)


def joint_boxes(keypoints: np.ndarray) -> np.ndarray:
    """(n, 4): the edges of the smallest boxes around the found joints of (n, K, 3) people, zeros for who has none."""
    known = keypoints[..., 2:] > 0
    low = np.where(known, keypoints[..., :2], np.inf).min(axis=1, initial=np.inf)
    high = np.where(known, keypoints[..., :2], -np.inf).max(axis=1, initial=-np.inf)
    return np.where(known.any(axis=1), np.concatenate([low, high], axis=1), 0).astype(np.float32)


# Tables -------------------------------------------------------------------------------------------


def joint_rows(found: Mapping[str, Found]) -> list[tuple]:
    """A row of COLUMNS for every joint that was found, by the pictures' names; people count from 1."""
    rows = []
    for picture, people in found.items():
        numbers = np.arange(1, len(people) + 1) if people.numbers is None else people.numbers
        each = zip(numbers.tolist(), people.scores.tolist(), people.keypoints, people.confidences, strict=True)
        for number, score, keypoints, confidences in each:
            joints = zip(people.names, keypoints.tolist(), confidences.tolist(), strict=True)
            rows += [(picture, number, score, joint, x, y, sure) for joint, (x, y, v), sure in joints if v > 0]
    return rows


def joint_table(found: Mapping[str, Found]):
    """A pandas frame of `joint_rows`; raises DataError where pandas is not installed."""
    try:
        import pandas
    except ImportError as error:
        raise DataError("pandas is not installed: pip install pandas") from error
    return pandas.DataFrame(joint_rows(found), columns=COLUMNS)


def as_coco(found: Mapping[str, Found]) -> dict:
    """A file of COCO's format, with `score` for every person and the skeleton's own names of the joints.

    Its "annotations" alone are what COCO calls results, which pycocotools' loadRes takes: x, y and confidence of every
    joint, 0 where it was not found. As in COCO's files joints have pixel centres at integers, as the set `coco` reads
    them, and boxes begin at the first pixel's corner.
    """
    images, annotations = [], []
    skeleton = next((people.skeleton for people in found.values() if people.skeleton), None)
    for number, (name, people) in enumerate(found.items(), start=1):
        width, height = people.size
        images.append({"id": number, "file_name": name, "width": width, "height": height})
        for row in range(len(people)):
            annotations.append({"id": len(annotations) + 1, "image_id": number} | _annotation(people, row))
    category = {"id": 1, "name": "person", "keypoints": list(skeleton.joints if skeleton else ())}
    category["skeleton"] = (skeleton.limb_indices + 1).tolist() if skeleton else []
    return {"images": images, "annotations": annotations, "categories": [category]}


def from_coco(content: Mapping, skeleton: Skeleton | None) -> dict[str, Found]:
    """What `as_coco` wrote, by the pictures' names; maps of parts are not in such files."""
    people = {image["id"]: [] for image in content["images"]}
    for annotation in content["annotations"]:
        people[annotation["image_id"]].append(annotation)
    found, count = {}, len(content["categories"][0]["keypoints"])
    for image in content["images"]:
        rows = people[image["id"]]
        joints = np.array([row["keypoints"] for row in rows], np.float32).reshape(len(rows), count, 3)
        known = joints[..., 2:] > 0
        keypoints = np.where(known, np.concatenate([joints[..., :2], 2 * known], axis=-1), 0).astype(np.float32)
        corners = np.array([row["bbox"] for row in rows], np.float32).reshape(-1, 4)
        boxes = np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:]], axis=1) - 0.5
        scores = np.array([row["score"] for row in rows], np.float32)
        size = (image["width"], image["height"])
        numbers = np.array([row["track_id"] for row in rows], int) if rows and "track_id" in rows[0] else None
        one = Found(size, keypoints, joints[..., 2], scores, boxes, skeleton, numbers=numbers)
        found[image["file_name"]] = one
    return found


def _annotation(people: Found, row: int) -> dict:
    x0, y0, x1, y1 = people.boxes[row].tolist()
    known = people.keypoints[row, :, 2] > 0
    sure = np.maximum(people.confidences[row], 0.001)  # 0 is a joint that was not found
    joints = np.column_stack([people.keypoints[row, :, :2], sure]) * known[:, None]
    own = {} if people.numbers is None else {"track_id": int(people.numbers[row])}
    return own | {
        "category_id": 1,
        "iscrowd": 0,
        "keypoints": [round(value, 3) for value in joints.ravel().tolist()],
        "num_keypoints": int(known.sum()),
        "bbox": [round(value, 2) for value in (x0 + 0.5, y0 + 0.5, x1 - x0, y1 - y0)],
        "area": round((x1 - x0) * (y1 - y0), 2),
        "score": round(float(people.scores[row]), 4),
    }
