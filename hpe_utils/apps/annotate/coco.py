"""Annotations as a file in COCO's form: keypoints, boxes, areas, outlines as run lengths, and parts beside."""

import numpy as np

from hpe_utils.apps.annotate.agreement import Person, people_of
from hpe_utils.apps.annotate.book import Book
from hpe_utils.data.masks import encode
from hpe_utils.data.pictures import read_picture
from hpe_utils.found import joint_boxes
from hpe_utils.geometry import mask_box


def as_coco(book: Book) -> dict:
    """What a book says in COCO's form; pictures with nobody are in it too.

    As in COCO's own files keypoints are the numbers of pixels, and boxes are measured from the picture's corner. A box
    is that of the masks, else the annotated one, else that of the joints; "parts" has run lengths by the parts' names,
    which COCO's own readers pass over. Raises DataError for a picture that cannot be read.
    """
    images, annotations = [], []
    for name in filter(book.is_done, book.names):
        height, width = read_picture(book.folder / name).shape[:2]
        images.append({"id": len(images) + 1, "file_name": name, "width": width, "height": height})
        for person in people_of(book, name):
            head = {"id": len(annotations) + 1, "image_id": len(images), "category_id": 1, "iscrowd": 0}
            annotations.append(head | _annotation(person))
    limbs = (book.skeleton.limb_indices + 1).tolist()
    category = {"id": 1, "name": "person", "keypoints": list(book.skeleton.joints), "skeleton": limbs}
    return {"images": images, "annotations": annotations, "categories": [category]}


def _annotation(person: Person) -> dict:
    known = person.keypoints[:, 2:] > 0
    joints = np.where(known, person.keypoints, 0)
    box = mask_box(person.parts > 0) if person.parts is not None else person.entry.get("box")
    x0, y0, x1, y1 = joint_boxes(person.keypoints[None])[0].tolist() if box is None else map(float, box)
    annotation = {
        "keypoints": [round(value, 2) for value in joints.ravel().tolist()],
        "num_keypoints": int(known.sum()),
        "bbox": [round(value, 2) for value in (x0 + 0.5, y0 + 0.5, x1 - x0, y1 - y0)],
        "area": round(person.area, 2),
    }
    if person.parts is not None:
        annotation |= {"segmentation": encode(person.parts > 0), "parts": person.entry["parts"]}
    return annotation
