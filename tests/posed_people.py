"""Squares full of joints as people, and detections of them, for the tests of COCO's scores."""

import json

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from hpe_utils.metrics import coco as coco_eval
from hpe_utils.metrics.coco import Detections, Truth
from hpe_utils.skeleton import COCO17

SIGMAS = np.array(COCO17.sigmas)
FINITE = {"allow_nan": False, "allow_infinity": False}
POSES = nps.arrays(np.float64, (3, 17, 2), elements=st.floats(-500, 500, **FINITE))
VISIBLE = nps.arrays(np.int64, (3, 17), elements=st.integers(0, 2))


def people(*corners, side=100.0, pictures=None, joints=17, **fields) -> Truth:
    """People whose joints are spread over squares with these upper left corners, all visible; area is the square's."""
    rng = np.random.default_rng(0)
    keypoints = np.full((len(corners), joints, 3), 2.0)
    keypoints[..., :2] = np.array(corners, float).reshape(-1, 1, 2) + rng.uniform(0, side, (joints, 2))
    boxes = np.array([(x, y, x + side, y + side) for x, y in corners], float).reshape(-1, 4)
    pictures = np.zeros(len(corners), int) if pictures is None else np.array(pictures)
    truth = Truth(pictures, keypoints, np.full(len(corners), side**2), boxes, np.zeros(len(corners), bool))
    return truth._replace(**fields)


def found(truth: Truth, scores=None) -> Detections:
    """Detections that lie exactly on the truth."""
    scores = np.linspace(1, 0.5, len(truth.areas)) if scores is None else np.array(scores, float)
    return Detections(truth.pictures, truth.keypoints.copy(), scores)


def unlabelled(truth: Truth, *rows) -> Truth:
    keypoints = truth.keypoints.copy()
    keypoints[list(rows)] = 0
    return truth._replace(keypoints=keypoints)


def nothing(joints=17) -> Detections:
    return Detections(np.array([]), np.zeros((0, joints, 3)), np.array([]))


def reference(detections: Detections, truth: Truth, folder) -> np.ndarray:
    """pycocotools' ten numbers by its usual way, through files."""
    images = sorted({*truth.pictures.tolist(), *detections.pictures.tolist()})
    content = {
        "info": {}, "images": [{"id": i} for i in images], "categories": [{"id": 1, "name": "person"}],
        "annotations": [
            {
                "id": i + 1, "image_id": int(truth.pictures[i]), "category_id": 1, "area": float(truth.areas[i]),
                "keypoints": truth.keypoints[i].ravel().tolist(), "iscrowd": int(truth.crowd[i]),
                "num_keypoints": int((truth.keypoints[i, :, 2] > 0).sum()),
                "bbox": [*(truth.boxes[i, :2] + 0.5), *(truth.boxes[i, 2:] - truth.boxes[i, :2])],
            }
            for i in range(len(truth.areas))
        ],
    }  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(content))
    coco_eval.save_results(folder / "results.json", detections)
    api = COCO(str(folder / "truth.json"))
    evaluation = COCOeval(api, api.loadRes(str(folder / "results.json")), "keypoints")
    evaluation.evaluate(), evaluation.accumulate(), evaluation.summarize()
    return np.where(evaluation.stats < 0, np.nan, evaluation.stats)
