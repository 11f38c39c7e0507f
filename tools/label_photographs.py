"""Let MoveNet label photographs, for the runs photo and photo_people of tools/runs.toml to learn from.

python tools/label_photographs.py --lspet FOLDER --pascal FOLDER [FOLDER ...] --movenet FOLDER --to FOLDER

Writes three sets in COCO's format. TO/leeds and TO/pascal have crops of one person each, 256 × 256: LSPET's people
with their own 14 joints, on which Thunder has a say (`with_thunder`), and their faces; and the people whom MultiPose
finds in Pascal-Person-Part, with Thunder's joints. TO/people has the whole pictures of Pascal, and mosaics of LSPET's
crops, with MultiPose's people. An answer counts only where the network gives it again for the mirrored picture. The 90
pictures that Pascal's scores are reported on, and LSPET's beyond 8,500 and from 4,501 to 5,000, are left out.
"""

import argparse
from pathlib import Path

import cv2
import keras
import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from hpe_utils import data
from hpe_utils.codecs.movenet import decode_one, decode_several
from hpe_utils.files import DataError, write_json
from hpe_utils.geometry import Affine, square_around
from hpe_utils.metrics import coco
from hpe_utils.models import movenet
from hpe_utils.skeleton import COCO17, LSP14, PHOTO19, convert

SIDE = 256  # of a crop, as Thunder sees it
SURE, NEAR = 0.3, 6  # a joint counts from this score on, where both answers lie within so many pixels of a crop
WHOLE = 384  # of a whole picture, as MultiPose sees it
FOUND, PERHAPS = 0.25, 0.08  # somebody is taught from the first score on, and from the second nothing is taught there
ALIKE = 0.5  # similarity from which two answers, or an answer and a label, are of one person


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lspet", required=True, help="folder of LSPET, pictures 1 to 9,000")
    parser.add_argument(
        "--pascal", required=True, nargs="+", help="folders of Pascal-Person-Part, the scored one first"
    )
    parser.add_argument("--movenet", required=True, type=Path, help="folder of MoveNet's published graphs")
    parser.add_argument("--to", required=True, type=Path, help="folder to write")
    arguments = parser.parse_args()
    try:
        label(arguments)
    except (DataError, OSError) as error:
        raise SystemExit(f"label_photographs.py: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit("\nstopped; a new start begins anew") from None


def label(arguments: argparse.Namespace) -> None:
    """Make the three sets."""
    thunder = movenet.movenet("thunder", weights=arguments.movenet / "movenet-thunder.json")
    multipose = movenet.movenet("multipose", WHOLE, weights=arguments.movenet / "movenet-multipose.json")
    finder = keras.Model(multipose.inputs, decode_several(multipose.output)._asdict())
    reader = keras.Model(thunder.inputs, decode_one(thunder.output))
    for model in (finder, reader):
        model.compile(jit_compile=False)  # XLA's depthwise convolutions are ten times slower on a CPU
    leeds, single, people = (CocoFile(arguments.to / name) for name in ("leeds", "pascal", "people"))
    for split in ("train", "more"):
        crops = data.load("lspet", split, arguments.lspet, size=SIDE)
        for picture, keypoints in zip(*with_thunder(reader, crops), strict=True):
            leeds.add(picture, [keypoints], [middle_box()])
    leeds.write()
    tiles = []
    for root in arguments.pascal:
        for split in ("train", "val") if root == arguments.pascal[0] else ("all",):
            pictures = data.load("pascal_parts", split, root, size=WHOLE)
            pascal(finder, reader, pictures, people, single)
            tiles += [
                tile for picture in zip(pictures.images, pictures.parts, strict=True) for tile in empty_tiles(*picture)
            ]
    single.write()
    print(f"{len(tiles):,} windows of Pascal's pictures without people")
    mosaics(finder, data.load("lspet", "train", arguments.lspet, size=SIDE), tiles, people)
    people.write()


class CocoFile:
    """A training set in COCO's format that grows picture by picture; `write` ends it."""

    def __init__(self, folder: Path):
        self.folder, self.images, self.annotations = folder, [], []
        (folder / "train2017").mkdir(parents=True, exist_ok=True)

    def add(self, picture: np.ndarray, people: list[np.ndarray], boxes: list[np.ndarray]) -> None:
        """A picture with its people's (19, 3) keypoints and boxes (4,); who has no joints is a region to leave out."""
        number = len(self.images) + 1
        name, (height, width) = f"{number:06d}.jpg", picture.shape[:2]
        Image.fromarray(picture).save(self.folder / "train2017" / name, quality=92)
        self.images.append({"id": number, "file_name": name, "width": width, "height": height})
        for keypoints, (x0, y0, x1, y1) in zip(people, boxes, strict=True):
            self.annotations.append(
                {
                    "id": len(self.annotations) + 1,
                    "image_id": number,
                    "category_id": 1,
                    "iscrowd": 0,
                    "bbox": [round(float(v), 2) for v in (x0 + 0.5, y0 + 0.5, x1 - x0, y1 - y0)],
                    "area": round(0.53 * float((x1 - x0) * (y1 - y0)), 2),
                    "num_keypoints": int((keypoints[:, 2] > 0).sum()),
                    "keypoints": [round(float(v), 2) for v in np.ravel(keypoints)],
                }
            )

    def write(self) -> None:
        limbs = (PHOTO19.limb_indices + 1).tolist()
        kind = {"id": 1, "name": "person", "keypoints": list(PHOTO19.joints), "skeleton": limbs}
        path = self.folder / "annotations" / "person_keypoints_train2017.json"
        write_json(path, {"images": self.images, "categories": [kind], "annotations": self.annotations})
        joints = [annotation["num_keypoints"] for annotation in self.annotations]
        people, noses = np.count_nonzero(joints), sum(a["keypoints"][2] > 0 for a in self.annotations)
        print(f"{path}: {len(self.images):,} pictures, {people:,} people with joints, {noses:,} with a nose, ", end="")
        print(f"{len(joints) - people:,} regions that are left out")


def middle_box() -> np.ndarray:
    """The box whose square, a quarter larger, is a whole crop."""
    return np.array([0.1, 0.1, 0.9, 0.9]) * SIDE - 0.5


# One person a crop --------------------------------------------------------------------------------


def with_thunder(reader, crops: data.Samples) -> tuple[np.ndarray, np.ndarray]:
    """LSPET's crops and their people's (N, 19, 3) joints: their own and, of people whom Thunder finds, Thunder's too.

    Thunder sees everybody upright. It finds somebody where most joints lie near their labels; then the face is its own,
    as are joints without a label, and a joint that lies near its label is taught halfway between the two: LSPET's
    places are rough, and COCO's are to be kept. Where both differ the label counts.
    """
    own = convert(crops.keypoints[:, 0], LSP14, PHOTO19)
    upright = [turned_up(keypoints) for keypoints in own]
    pictures = [
        view.image(np.asarray(image), (SIDE, SIDE), 128) for view, image in zip(upright, crops.images, strict=True)
    ]
    found = agreed(reader, np.stack(pictures))
    for keypoints, view, answer in zip(own, upright, found, strict=True):
        answer = convert(view.inverse().points(answer), COCO17, PHOTO19)
        both = (keypoints[:, 2] > 0) & (answer[:, 2] > 0)
        near = both & (np.linalg.norm(keypoints[:, :2] - answer[:, :2], axis=-1) < 0.06 * SIDE)
        if both.sum() >= 4 and near.sum() >= 0.6 * both.sum():
            keypoints[near, :2] = (keypoints[near, :2] + answer[near, :2]) / 2
            keypoints[keypoints[:, 2] == 0] = inside(answer, SIDE)[keypoints[:, 2] == 0]
    return np.asarray(crops.images), own


def turned_up(keypoints: np.ndarray) -> Affine:
    """The rotation about a crop's middle after which the neck of (19, 3) keypoints is above the hips."""
    neck, hips = keypoints[PHOTO19.index("upper_neck")], keypoints[PHOTO19.indices("left_hip", "right_hip")]
    if neck[2] == 0 or (hips[:, 2] == 0).any():
        return Affine.rotate(0.0)
    x, y = hips[:, :2].mean(axis=0) - neck[:2]
    return Affine.rotate(np.degrees(np.arctan2(x, y)), ((SIDE - 1) / 2, (SIDE - 1) / 2))


def agreed(reader, pictures: np.ndarray) -> np.ndarray:
    """(N, 17, 3): the mean of two answers to (N, SIDE, SIDE, 3) pictures, v = 0 where they differ or are unsure."""
    found = []
    for start in tqdm(range(0, len(pictures), 16), desc="Thunder", unit=" × 16", leave=False):
        batch = pictures[start : start + 16]
        answers = np.stack([reader.predict_on_batch(batch), reader.predict_on_batch(batch[:, :, ::-1])[:, COCO17.flip]])
        answers[1, ..., 0] = SIDE - 1 - answers[1, ..., 0]
        found.append(answers)
    first, second = np.concatenate(found, axis=1)
    near = np.linalg.norm(first[..., :2] - second[..., :2], axis=-1, keepdims=True) <= NEAR
    sure = near & (np.minimum(first, second)[..., 2:] >= SURE)
    mean = (first[..., :2] + second[..., :2]) / 2
    return np.where(sure, np.concatenate([mean, np.full_like(mean[..., :1], 2)], axis=-1), 0)


def inside(keypoints: np.ndarray, side: int) -> np.ndarray:
    """(K, 3) keypoints with v = 0 outside a square picture."""
    within = ((keypoints[:, :2] >= -0.5) & (keypoints[:, :2] < side - 0.5)).all(axis=-1, keepdims=True)
    return np.where(within, keypoints, 0)


# Everybody in a picture ---------------------------------------------------------------------------


def pascal(finder, reader, pictures: data.Samples, people: CocoFile, single: CocoFile) -> None:
    """Add Pascal's whole pictures with MultiPose's people, and each of these as a crop with Thunder's joints."""
    crops = []
    for start in tqdm(range(0, len(pictures), 16), desc=pictures.title, unit=" × 16", leave=False):
        images, parts = np.asarray(pictures.images[start : start + 16]), pictures.parts[start : start + 16]
        for image, labels, (found, boxes, doubtful) in zip(images, parts, everybody(finder, images), strict=True):
            person = cv2.dilate(((labels > 0) & (labels < 255)).astype(np.uint8), np.ones((15, 15)))
            real = [on_mask(keypoints, person) for keypoints in found]
            missed = unfound(labels, [box for box, ok in zip(boxes, real, strict=True) if ok])
            found = [keypoints for keypoints, ok in zip(found, real, strict=True) if ok]
            boxes = [box for box, ok in zip(boxes, real, strict=True) if ok]
            blank = [np.zeros((19, 3))] * (len(doubtful) + len(missed))
            if found:
                people.add(image, [convert(k, COCO17, PHOTO19) for k in found] + blank, boxes + doubtful + missed)
            for box in boxes:
                if max(box[2:] - box[:2]) >= 60:
                    crops.append(
                        Affine.crop(square_around(box.reshape(2, 2)), (SIDE, SIDE)).image(image, (SIDE, SIDE), 128)
                    )
    found = agreed(reader, np.stack(crops))
    for crop, answer in zip(crops, found, strict=True):
        keypoints = convert(inside(answer, SIDE), COCO17, PHOTO19)
        if (keypoints[:, 2] > 0).sum() >= 6:
            single.add(crop, [keypoints], [middle_box()])


def everybody(finder, images: np.ndarray) -> list[tuple[list, list, list]]:
    """For each of the square pictures: (17, 3) keypoints and boxes of who is found twice, boxes of who is doubtful."""
    side = images.shape[1]
    plain, mirrored = finder.predict_on_batch(images), finder.predict_on_batch(images[:, :, ::-1])
    turned = mirrored["keypoints"][..., COCO17.flip, :]
    turned[..., 0] = side - 1 - turned[..., 0]
    boxes_turned = mirrored["boxes"][..., [2, 1, 0, 3]]
    boxes_turned[..., [0, 2]] = side - 1 - boxes_turned[..., [0, 2]]
    result = []
    for i in range(len(images)):
        sure = [], [], []
        used = set()
        for keypoints, box, score in zip(plain["keypoints"][i], plain["boxes"][i], plain["scores"][i], strict=True):
            area = 0.53 * np.prod(box[2:] - box[:2])
            likeness = [
                alike(keypoints, other, keypoints[:, 2] >= 0.2, area) if n not in used else 0
                for n, other in enumerate(turned[i])
            ]
            best = int(np.argmax(likeness))
            if score >= FOUND and mirrored["scores"][i, best] >= FOUND and likeness[best] >= ALIKE:
                used.add(best)
                sure[0].append(inside(both(keypoints, turned[i, best], np.sqrt(area)), side))
                sure[1].append((box + boxes_turned[i, best]) / 2)
            elif score >= PERHAPS:
                sure[2].append(box)
        left = [n for n in range(len(turned[i])) if n not in used and mirrored["scores"][i, n] >= PERHAPS]
        sure[2].extend(boxes_turned[i, n] for n in left)
        sure[2][:] = [
            box
            for box in sure[2]
            if (box[2:] - box[:2] >= 4).all() and all(covered(box, other) < 0.5 for other in sure[1])
        ]
        result.append(sure)
    return result


def alike(one: np.ndarray, other: np.ndarray, counted: np.ndarray, area: float, least: int = 1) -> float:
    """OKS of two answers of COCO's 17 joints over those that are counted; 0 where these are too few."""
    truth = np.column_stack([one[:17, :2], counted])[None]
    return float(coco.oks(other[None, :17], truth, np.array([area]), COCO17.sigmas)[0]) if counted.sum() >= least else 0


def both(one: np.ndarray, other: np.ndarray, scale: float) -> np.ndarray:
    """The mean of two answers (17, 3), v = 0 where one is unsure or they lie apart for a person of this scale."""
    apart = np.linalg.norm(one[:, :2] - other[:, :2], axis=-1) > 1.5 * scale * np.array(COCO17.sigmas)
    sure = (np.minimum(one[:, 2], other[:, 2]) >= 0.2) & ~apart
    mean = (one[:, :2] + other[:, :2]) / 2
    return np.where(sure[:, None], np.column_stack([mean, np.full(17, 2.0)]), 0)


def on_mask(keypoints: np.ndarray, person: np.ndarray) -> bool:
    """Whether somebody's labelled joints, at least three, lie where Pascal has people."""
    x, y = keypoints[keypoints[:, 2] > 0, :2].round().astype(int).T
    return len(x) >= 3 and person[y.clip(0, len(person) - 1), x.clip(0, len(person) - 1)].mean() >= 0.7


def unfound(labels: np.ndarray, boxes: list[np.ndarray]) -> list[np.ndarray]:
    """Boxes of Pascal's people, or parts of them, outside the boxes of those who were found."""
    rest = ((labels > 0) & (labels < 255)).astype(np.uint8)
    for x0, y0, x1, y1 in boxes:
        rest[max(0, int(y0) - 4) : int(y1) + 5, max(0, int(x0) - 4) : int(x1) + 5] = 0
    _, _, facts, _ = cv2.connectedComponentsWithStats(rest)
    return [np.array([x - 4.5, y - 4.5, x + w + 3.5, y + h + 3.5]) for x, y, w, h, area in facts[1:] if area >= 30]


def mosaics(finder, crops: data.Samples, tiles: list[np.ndarray], people: CocoFile, seed: int = 0) -> None:
    """Add pictures of four cells: LSPET's crops with their own joints and MultiPose's people, or tiles with nobody."""
    rng, side = np.random.default_rng(seed), WHOLE // 2
    rows = list(rng.permutation(len(crops)))
    own = convert(crops.keypoints[:, 0], LSP14, PHOTO19)
    bar = tqdm(total=len(rows), desc="mosaics", leave=False)
    while len(rows) >= 4:
        mosaic, labelled = np.zeros((WHOLE, WHOLE, 3), np.uint8), []
        for top in (0, side):
            for left in (0, side):
                if rng.random() < 0.25 and labelled:
                    cell = cv2.resize(tiles[rng.integers(len(tiles))], (side, side))
                else:
                    row = rows.pop()
                    cell = cv2.resize(np.asarray(crops.images[row]), (side, side))
                    view = Affine.shift(left, top) @ Affine.resize((SIDE, SIDE), (side, side))
                    labelled.append(np.where(own[row][:, 2:] > 0, view.points(own[row]), 0))
                mosaic[top : top + side, left : left + side] = cell
        ((found, boxes, doubtful),) = everybody(finder, mosaic[None])
        bar.update(len(labelled))
        people.add(mosaic, *merged(labelled, [convert(k, COCO17, PHOTO19) for k in found], boxes, doubtful))
    bar.close()


def merged(labelled: list, found: list, boxes: list, doubtful: list) -> tuple[list, list]:
    """Labelled people, with the faces of those who were found too; others who were found; and regions to leave out."""
    keypoints, places, used = [], [], set()
    for own in labelled:
        known = own[own[:, 2] > 0, :2]
        low, high = known.min(axis=0), known.max(axis=0)
        grown = np.concatenate([low - 0.1 * (high - low), high + 0.1 * (high - low)])
        area = 0.53 * np.prod(grown[2:] - grown[:2])
        likeness = [
            alike(own, other, (own[:17, 2] > 0) & (other[:17, 2] > 0), area, least=3) if n not in used else 0
            for n, other in enumerate(found)
        ]
        if max(likeness, default=0) >= ALIKE:
            best = int(np.argmax(likeness))
            used.add(best)
            own = np.where((own[:, 2:] > 0) | (np.arange(19) >= 5)[:, None], own, found[best])
        keypoints.append(own)
        places.append(grown)
    for n, other in enumerate(found):
        if n not in used:  # he may be a labelled person whose joints are elsewhere: then he is left out, not taught
            taken = any(covered(boxes[n], place) > 0.5 for place in places[: len(labelled)])
            keypoints.append(np.zeros((19, 3)) if taken else other)
            places.append(boxes[n])
    doubtful = [box for box in doubtful if all(covered(box, place) < 0.5 for place in places)]
    return keypoints + [np.zeros((19, 3))] * len(doubtful), places + doubtful


def covered(box: np.ndarray, other: np.ndarray) -> float:
    """The share of a box that lies in another."""
    low, high = np.maximum(box[:2], other[:2]), np.minimum(box[2:], other[2:])
    return float(np.prod(np.maximum(high - low, 0)) / np.prod(box[2:] - box[:2]))


def empty_tiles(image: np.ndarray, labels: np.ndarray, most: int = 2) -> list[np.ndarray]:
    """Windows of a square picture, two fifths of its side, in which Pascal has nobody and which show no edge."""
    side, tiles = 2 * len(image) // 5, []
    for top in range(0, len(image) - side + 1, side // 2):
        for left in range(0, len(image) - side + 1, side // 2):
            window = np.s_[top : top + side, left : left + side]
            if (labels[window] == 0).all():
                tiles.append(image[window])
    return tiles[:: max(1, len(tiles) // most)][:most]


if __name__ == "__main__":
    main()
