"""Annotation files in COCO's form with two small pictures, for tests without the real ones."""

import json

import cv2
import numpy as np

PERSON = {"id": 1, "name": "person"}
DOG = {"id": 18, "name": "dog"}


def joints(*labelled, count=17) -> list[float]:
    """COCO's flat list; the first joints are given as (x, y, v)."""
    return [float(n) for joint in labelled for n in joint] + [0.0] * 3 * (count - len(labelled))


def person(number=1, image=7, keypoints=None, box=(20.0, 10.0, 40.0, 60.0), area=900.0, **fields) -> dict:
    keypoints = joints((30, 20, 2), (50, 60, 1)) if keypoints is None else keypoints
    labelled = sum(v > 0 for v in keypoints[2::3])
    return {
        "id": number, "image_id": image, "category_id": 1, "keypoints": keypoints, "num_keypoints": labelled,
        "bbox": list(box), "area": area, "iscrowd": 0,
    } | fields  # fmt: skip


def crowd(number=9, image=7) -> dict:
    return person(number, image, joints(), (0.0, 0.0, 110.0, 30.0), iscrowd=1)


def content(*people, categories=(PERSON,), images=("a.png", "b.png")) -> dict:
    pictures = [{"id": 7 + i, "file_name": name, "width": 110, "height": 90} for i, name in enumerate(images)]
    return {"info": {}, "images": pictures, "annotations": list(people), "categories": list(categories)}


def write(folder, *people, name="annotations/person_keypoints_val2017.json", pictures="val2017", **fields):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content(*people, **fields)))
    (folder / pictures).mkdir(exist_ok=True)
    for picture in ("a.png", "b.png"):
        image = np.full((90, 110, 3), 60, np.uint8)
        image[20, 30] = 255
        cv2.imwrite(str(folder / pictures / picture), image)
    return folder
