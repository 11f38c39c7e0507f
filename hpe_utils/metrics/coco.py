"""COCO's scores of poses, from arrays: OKS, AP and AR through pycocotools, and which errors the joints make.

A person is a row; rows of one picture share its entry in `pictures`, a name or a number.
"""

import json
import warnings
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from hpe_utils.codecs.grouping import People
from hpe_utils.data.schema import Samples
from hpe_utils.data.sets.coco_files import Annotations
from hpe_utils.files import BINARY, DataError, read_json, shown, write_bytes
from hpe_utils.skeleton import COCO17

CLOSE, RIGHT = 0.5, 0.85  # similarities from which a joint is near its place, and as good as people place it
ERRORS = ("good", "jitter", "inversion", "swap", "miss")


class Truth(NamedTuple):
    """M annotated people: `pictures` (M,), `keypoints` (M, K, 3), `areas` (M,) in pixels², `boxes` (M, 4) edges.

    Who has no labelled joint, and who is a `crowd` (M,) bool, is not looked for: a detection there is neither right
    nor wrong. Only for such people the box matters; for others it may be NaN.
    """

    pictures: np.ndarray
    keypoints: np.ndarray
    areas: np.ndarray
    boxes: np.ndarray
    crowd: np.ndarray


class Detections(NamedTuple):
    """D predicted people: `pictures` (D,), `keypoints` (D, K, 2+) in pixels of the picture, `scores` (D,)."""

    pictures: np.ndarray
    keypoints: np.ndarray
    scores: np.ndarray


class Scores(NamedTuple):
    """COCO's ten numbers for keypoints, as fractions; NaN where no person of that size is labelled.

    AP and AR are means over the OKS thresholds .50, .55 … .95; M is 32² to 96² pixels, L is larger; smaller people
    count in the numbers without M or L.
    """

    AP: float
    AP50: float
    AP75: float
    AP_M: float
    AP_L: float
    AR: float
    AR50: float
    AR75: float
    AR_M: float
    AR_L: float


def keypoint_similarity(predicted: np.ndarray, truth: np.ndarray, area: np.ndarray, sigmas) -> np.ndarray:
    """(..., K) from 1 where a joint is exact towards 0 where it is far off; 0 where it is unlabelled or not a number.

    `predicted` (..., K, 2+) and `truth` (..., K, 3) in pixels, `area` (...) of the person in pixels², `sigmas` (K,).
    Taught in notebook 03.
    """
    squared = ((predicted[..., :2] - truth[..., :2]) ** 2).sum(axis=-1)
    e = squared / (2 * np.asarray(sigmas)) ** 2 / (area[..., None] + np.spacing(1)) / 2
    return np.where(truth[..., 2] > 0, np.nan_to_num(np.exp(-e)), 0)


def oks(predicted: np.ndarray, truth: np.ndarray, area: np.ndarray, sigmas) -> np.ndarray:
    """Object keypoint similarity (N,): the mean similarity of a person's labelled joints; NaN where there is none.

    `predicted` (N, K, 2+) and `truth` (N, K, 3) in pixels, `area` (N,) in pixels², `sigmas` (K,) as in
    `skeleton.sigmas`. Taught in notebook 03.
    """
    labelled = (truth[..., 2] > 0).sum(axis=-1)
    total = keypoint_similarity(predicted, truth, area, sigmas).sum(axis=-1)
    return np.where(labelled > 0, total / np.maximum(labelled, 1), np.nan)


def truth_of(people: Annotations | Samples) -> Truth:
    """What to compare predictions with: an annotation file's people in their pictures, or a data set's samples.

    A sample is its own picture, named by its row; its people's areas are those of the instance mask where there is
    one, a pixel where somebody is hidden altogether, who so counts as missed, else the attribute `area`. Raises
    DataError for samples without areas, and where the record of anybody in an annotation file could not be understood,
    naming who: scores would take it for a mistake that this person is found. Warns of annotations that are nobody's.
    """
    if isinstance(people, Annotations):
        found = people.people
        if (rows := np.flatnonzero(people.doubts != "")).size:
            first = f"person {found.numbers[rows[0]]} (from 0) of {shown(str(found.pictures[rows[0]]))}"
            raise DataError(
                f"{len(rows):,} of {len(found):,} annotated people cannot be scored, first {first}, one of the "
                f"{people.doubts[rows[0]]}: correct their annotations, or remove them from the file"
            )
        if people.left_out:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in people.left_out.items())
            warnings.warn(f"not in the truth: {reasons}", stacklevel=2)
        truth = Truth(found.pictures, found.keypoints, found.areas, found.boxes, people.crowd)
        _check_truth(truth)
        return truth
    count = people.keypoints.shape[1]
    if people.instances is not None:
        numbers = np.arange(1, count + 1)
        areas = np.stack([(people.instances == number).sum(axis=(1, 2)) for number in numbers], axis=1).clip(1)
    elif "area" in people.attributes:
        areas = people.attributes["area"]
    else:
        raise DataError(f"{people.title} knows no areas of people, and OKS needs them: use the synthetic set or COCO")
    rows, persons = np.nonzero((people.keypoints[..., 2] > 0).any(-1) | np.isfinite(people.boxes).all(-1))
    boxes, areas = people.boxes[rows, persons], areas[rows, persons]
    truth = Truth(rows, people.keypoints[rows, persons], areas, boxes, np.zeros(len(rows), bool))
    _check_truth(truth)
    return truth


def detections_of(everybody: Sequence[People], pictures: Sequence | None = None) -> Detections:
    """What `inference.find_people` found in each picture, for COCO's score; `pictures` are names, else row numbers.

    A joint that was not found stands where the person's found joints are on average: OKS knows no missing joint, and a
    guess costs nothing.
    """
    pictures = np.arange(len(everybody)) if pictures is None else np.asarray(pictures)
    if len(pictures) != len(everybody):
        raise ValueError(f"{len(pictures)} names of pictures for the finds in {len(everybody)}: give one for each")
    if not len(everybody):
        return Detections(pictures, np.zeros((0, len(COCO17), 3)), np.zeros(0))
    rows = np.repeat(np.arange(len(everybody)), [len(people.scores) for people in everybody])
    keypoints = np.concatenate([people.keypoints for people in everybody])
    found = keypoints[..., 2:] > 0
    mean = (keypoints[..., :2] * found).sum(axis=1, keepdims=True) / np.maximum(found.sum(axis=1, keepdims=True), 1)
    keypoints = np.concatenate([np.where(found, keypoints[..., :2], mean), keypoints[..., 2:]], axis=-1)
    return Detections(pictures[rows], keypoints, np.concatenate([people.scores for people in everybody]))


def evaluate(detections: Detections, truth: Truth, sigmas=COCO17.sigmas) -> Scores:
    """COCO's AP and AR by pycocotools; `sigmas` (K,) are those of another skeleton where it is not COCO's.

    Every picture that holds a detection or a person counts, and of each picture the 20 best detections. Without
    detections all scores are 0. Raises ValueError where arrays do not fit together, or a prediction is not a number:
    COCO has no word for a joint not found; DataError where a person to be found has no area above 0, or has a labelled
    joint that is not a number, for no score of them means anything.
    """
    evaluation = _evaluation(detections, truth, sigmas)
    with redirect_stdout(StringIO()):
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return Scores(*(float(score) if score >= 0 else np.nan for score in evaluation.stats))


def match(detections: Detections, truth: Truth, sigmas=COCO17.sigmas, threshold: float = 0.1) -> np.ndarray:
    """(D,) int: the row of `truth` that each detection is of, as COCO matches them at one OKS threshold; −1 for none.

    The threshold is Ronchi & Perona's, low enough that a person with many wrong joints is still found.
    """
    evaluation = _evaluation(detections, truth, sigmas)
    evaluation.params.iouThrs = np.array([threshold])
    evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, np.inf]], ["all"]
    with redirect_stdout(StringIO()):
        evaluation.evaluate()
    rows = np.full(len(detections.scores), -1)
    for picture in filter(None, evaluation.evalImgs):
        found = np.where(picture["dtIgnore"][0], 0, picture["dtMatches"][0])
        rows[np.array(picture["dtIds"], int) - 1] = found - 1
    return rows


class Judged(NamedTuple):
    """What became of D detections in N pictures, the surest first, at each of COCO's ten OKS thresholds.

    `pictures` (D,) are rows of `people` (N,), how many are looked for in each picture; `right` and `counted` (D, 10)
    bool: a detection of somebody who is not looked for does not count.
    """

    pictures: np.ndarray
    right: np.ndarray
    counted: np.ndarray
    people: np.ndarray


def judge(detections: Detections, truth: Truth, sigmas=COCO17.sigmas) -> Judged:
    """COCO's verdict on every detection, picture by picture in the order of their names; raises as `evaluate` does."""
    evaluation = _evaluation(detections, truth, sigmas)
    evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, np.inf]], ["all"]
    with redirect_stdout(StringIO()):
        evaluation.evaluate()
    pictures = [picture for picture in evaluation.evalImgs if picture]
    found = [len(picture["dtScores"]) for picture in pictures]
    order = np.argsort([-score for picture in pictures for score in picture["dtScores"]], kind="stable")
    ignored, matched = (
        np.concatenate([np.zeros((0, 10), bool), *(np.array(picture[key], bool).T for picture in pictures)])[order]
        for key in ("dtIgnore", "dtMatches")
    )
    people = np.array([(np.array(picture["gtIgnore"]) == 0).sum() for picture in pictures])
    return Judged(np.repeat(np.arange(len(pictures)), found)[order], matched & ~ignored, ~ignored, people)


def average_precision(judged: Judged, times: np.ndarray | None = None) -> float:
    """COCO's AP where picture i occurs `times[i]` times, by default once; NaN where nobody is looked for."""
    times = np.ones(len(judged.people)) if times is None else times
    sought = times @ judged.people
    if not sought:
        return float("nan")
    weights = times[judged.pictures][:, None]
    right = np.cumsum(weights * judged.right, axis=0)
    counted = np.cumsum(weights * judged.counted, axis=0)
    precision = right / np.maximum(counted, np.spacing(1))
    highest = np.maximum.accumulate(precision[::-1], axis=0)[::-1]  # from each recall on
    levels = np.linspace(0, 1, 101)
    found = [np.append(highest[:, k], 0)[np.searchsorted(right[:, k] / sought, levels)] for k in range(right.shape[1])]
    return float(np.mean(found))


def keypoint_errors(predicted: np.ndarray, rows: np.ndarray, truth: Truth, sigmas, flip: np.ndarray) -> np.ndarray:
    """(D, K) int8 indices of `ERRORS`, −1 for unlabelled joints: what became of each joint (Ronchi & Perona 2017).

    `predicted` (D, K, 2+) are of the people in `rows` (D,) of `truth`, as `match` finds them; `flip` is
    `skeleton.flip`. good: similarity to the joint's place ≥ .85; jitter: ≥ .5; inversion: ≥ .5 to the same person's
    other side; swap: ≥ .5 to the joint, on either side, of somebody else in the picture; miss: none of these. Where
    inversion and swap both hold, the nearer place decides. In the authors' code the nearest place decides always, which
    differs where a joint is near its own place and nearer to another.
    """
    keypoints, areas = truth.keypoints, truth.areas
    mirrored = keypoints[:, flip]
    own, inverted = (keypoint_similarity(predicted, k[rows], areas[rows], sigmas) for k in (keypoints, mirrored))
    together = truth.pictures[rows][:, None] == truth.pictures
    together[np.arange(len(rows)), rows] = False
    mine, other = np.nonzero(together)
    swapped = np.zeros_like(own)
    for k in (keypoints, mirrored):
        np.maximum.at(swapped, mine, keypoint_similarity(predicted[mine], k[other], areas[other], sigmas))
    tests = [keypoints[rows, :, 2] == 0, own >= RIGHT, own >= CLOSE, (inverted >= CLOSE) & (inverted >= swapped)]
    return np.select([*tests, swapped >= CLOSE], [-1, 0, 1, 2, 3], 4).astype(np.int8)


def save_results(path: str | Path, detections: Detections, picture_ids: Mapping[str, int] | None = None) -> None:
    """Write COCO's results JSON, which its server and other programs read.

    `picture_ids` are COCO's numbers by picture name (`Annotations.picture_ids`); without, `pictures` are numbers.
    Raises DataError for a picture without a number, ValueError for a prediction that is not a number.
    """
    joints = np.asarray(detections.keypoints, np.float64)
    if joints.shape[-1] == 2:
        joints = np.concatenate([joints, np.ones_like(joints[..., :1])], axis=-1)
    _check_finite(detections)
    unknown = [] if picture_ids is None else sorted(set(detections.pictures.tolist()) - set(picture_ids))
    if unknown or picture_ids is None and len(detections.pictures) and detections.pictures.dtype.kind not in "iu":
        named = unknown[0] if unknown else detections.pictures[0]
        raise DataError(
            f"no number of the picture {shown(str(named))} is known: give its file's Annotations.picture_ids"
        )
    results = [
        {
            "image_id": picture if picture_ids is None else picture_ids[picture],
            "category_id": 1,
            "keypoints": keypoints.ravel().tolist(),
            "score": float(score),
        }
        for picture, keypoints, score in zip(detections.pictures.tolist(), joints, detections.scores, strict=True)
    ]
    write_bytes(path, json.dumps(results, allow_nan=False).encode())


def load_results(path: str | Path, picture_ids: Mapping[str, int] | None = None) -> Detections:
    """Read COCO's results JSON: `keypoints` (D, K, 3) float64 and the pictures' numbers, or with `picture_ids` names.

    Raises DataError when the file holds no such results, or those of other pictures.
    """
    remedy = (
        'as COCO keypoint results it must be a list of {"image_id": 139, "category_id": 1, "keypoints": [x, y, v, …], '
        '"score": 0.9} of the annotated pictures'
    )
    results = read_json(path, remedy, [{"image_id": (int, str), "keypoints": list, "score": float}], BINARY)
    pictures = [result["image_id"] for result in results]
    if picture_ids is not None:
        names = {number: name for name, number in picture_ids.items()}
        if unknown := [number for number in pictures if number not in names]:
            raise DataError(f"{path} has results of the picture {shown(unknown[0])}: {remedy}")
        pictures = [names[number] for number in pictures]
    length = len(results[0]["keypoints"]) if results else 0
    keypoints = np.zeros((len(results), length // 3, 3))
    for number, result in enumerate(results, 1):
        values, place = result["keypoints"], f"keypoints of entry {number} of {path}"
        if len(values) != length or length % 3:
            raise DataError(f"{place} are {len(values)} values, not {length // 3} × 3: {remedy}")
        if not set(map(type, values)) <= {int, float} or not all(abs(value) < 1e300 for value in values):
            raise DataError(f"{place} are not all numbers: {remedy}")
        keypoints[number - 1] = np.reshape(values, (-1, 3))
    return Detections(np.array(pictures), keypoints, np.array([result["score"] for result in results], np.float64))


def _evaluation(detections: Detections, truth: Truth, sigmas) -> COCOeval:
    """pycocotools' evaluation of the arrays, not yet run."""
    _check(detections, truth, sigmas)
    names = sorted({*truth.pictures.tolist(), *detections.pictures.tolist()})
    numbers = {name: number for number, name in enumerate(names)}
    joints, areas = np.asarray(truth.keypoints, np.float64), np.asarray(truth.areas, np.float64)
    corners = np.asarray(truth.boxes, np.float64) + 0.5  # COCO measures boxes from the picture's corner
    people = [
        {
            "keypoints": keypoints.ravel(), "num_keypoints": int((keypoints[:, 2] > 0).sum()), "area": float(area),
            "bbox": [*box[:2], *(box[2:] - box[:2])], "iscrowd": int(crowd),
        }
        for keypoints, area, box, crowd in zip(joints, areas, corners, truth.crowd, strict=True)
    ]  # fmt: skip
    found = [
        {"keypoints": np.pad(xy, ((0, 0), (0, 1))).ravel(), "area": float(np.prod(np.ptp(xy, axis=0))), "score": score}
        for xy, score in zip(
            np.asarray(detections.keypoints, np.float64)[..., :2], detections.scores.tolist(), strict=True
        )
    ]
    pictures = [numbers[name] for name in truth.pictures.tolist()], [numbers[n] for n in detections.pictures.tolist()]
    images = list(numbers.values())
    evaluation = COCOeval(_coco(people, pictures[0], images), _coco(found, pictures[1], images), "keypoints")
    evaluation.params.kpt_oks_sigmas = np.asarray(sigmas, np.float64)
    return evaluation


def _coco(entries: list[dict], pictures: list[int], images: list[int]) -> COCO:
    """The entries as pycocotools' data set; ids count from 1, for 0 means unmatched."""
    coco = COCO()
    for number, (entry, picture) in enumerate(zip(entries, pictures, strict=True), 1):
        entry.update(id=number, image_id=picture, category_id=1)
    coco.dataset = {"images": [{"id": i} for i in images], "annotations": entries, "categories": [{"id": 1}]}
    with redirect_stdout(StringIO()):
        coco.createIndex()
    return coco


def _check(detections: Detections, truth: Truth, sigmas) -> None:
    joints = np.shape(sigmas)
    if not joints:
        raise ValueError("OKS needs a sigma for each joint, and this skeleton has none: give sigmas=...")
    for name, keypoints in (("detections", detections.keypoints), ("truth", truth.keypoints)):
        if len(keypoints) and (keypoints.ndim != 3 or keypoints.shape[1:2] != joints):
            raise ValueError(f"{name} have keypoints {keypoints.shape}, but with these sigmas (N, {joints[0]}, 2+)")
    texts = [found.pictures.dtype.kind in "USO" for found in (detections, truth) if len(found.pictures)]
    if len(set(texts)) > 1:
        raise ValueError("pictures are named by text in one and by number in the other: use one kind for both")
    _check_finite(detections)
    _check_truth(truth)
    if len(texts) == 2 and not np.isin(detections.pictures, truth.pictures).any():
        named = [shown(found.pictures[0].item()) for found in (detections, truth)]
        warnings.warn(
            f"no detection is in a picture of the truth: names such as {named[0]} and {named[1]} must be spelt alike",
            stacklevel=4,
        )


def _check_finite(detections: Detections) -> None:
    """Raise ValueError, naming the detection, where a joint or score is not a number."""
    if not len(detections.scores):
        return
    wrong = ~np.isfinite(detections.keypoints[..., :2]).all(axis=(1, 2)) | ~np.isfinite(detections.scores)
    if wrong.any():
        raise ValueError(
            f"detection {np.flatnonzero(wrong)[0]} has a joint or score that is not a number: place a joint that was "
            "not found at 0, 0, as COCO's own results do"
        )


def _check_truth(truth: Truth) -> None:
    """Raise DataError, naming the person, where no score of somebody to be found would mean anything."""
    keypoints, areas = np.asarray(truth.keypoints, np.float64), np.asarray(truth.areas, np.float64)
    if not len(areas):
        return
    labelled = ~(keypoints[..., 2] <= 0) & ~np.asarray(truth.crowd, bool)[:, None]
    nowhere = (labelled & ~np.isfinite(keypoints).all(-1)).any(-1)
    for wrong, what in (
        (nowhere, "a labelled joint that is not a number"),
        (labelled.any(-1) & ~((areas > 0) & np.isfinite(areas)), "no area above 0"),
    ):
        if (rows := np.flatnonzero(wrong)).size:
            raise DataError(
                f"{len(rows):,} of {len(areas):,} people of the truth have {what} and cannot be scored, first row "
                f"{rows[0]}, in picture {shown(truth.pictures[rows[0]].item())}: correct their labels, or omit them"
            )
