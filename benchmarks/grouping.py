"""Grouping on perfect maps: share of joints given to the right person, and milliseconds, for 1 to 30 people.

Pictures of 656×368 at stride 8, OPENPOSE18; people of random poses, sizes and places, as skeletons without pixels.
Joints that have another person's joint of the same kind within two cells are left out, and their share is printed.
"""

import os
import time

os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND", "tensorflow")
import cv2
import numpy as np

from hpe_utils.runtime import import_quietly

import_quietly("keras")
from hpe_utils import data  # noqa: E402
from hpe_utils.codecs.paf import PAFCodec  # noqa: E402
from hpe_utils.geometry import Affine  # noqa: E402
from hpe_utils.grouping import Grouping, People  # noqa: E402
from hpe_utils.skeleton import OPENPOSE18  # noqa: E402

SIZE = (656, 368)
NEAR = 2.0  # cells


def crowd(people: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """(1, count, K, 3) keypoints: so many of `people` (N, K, 3), each 128² pixels, scaled and put somewhere."""
    chosen = people[rng.integers(len(people), size=count)]
    factor = rng.uniform(0.6, 2.4, count)
    free = np.array(SIZE) - 128 * factor[:, None]
    corner = rng.uniform(np.minimum(free, 0), np.maximum(free, 0))
    placed = (Affine.shift(*corner.T) @ Affine.scale(factor)).points(chosen)
    inside = ((placed[..., :2] >= -0.5) & (placed[..., :2] <= np.array(SIZE) - 0.5)).all(-1)
    placed[..., 2] *= inside
    return placed[None].astype(np.float32)


def count_right(found: People, truth: np.ndarray) -> tuple[int, int, int]:
    """Joints given to the right person, joints that count, and all labelled joints; `truth` (P, K, 3) is in cells.

    A found person is whoever most of its joints lie on, within one cell; each true person is taken once.
    """
    labelled = truth[..., 2] > 0
    apart = np.linalg.norm(truth[:, None, :, :2] - truth[None, :, :, :2], axis=-1)
    other = labelled[None] & ~np.eye(len(truth), dtype=bool)[..., None]
    alone = labelled & ~((apart < NEAR) & other).any(axis=1)
    off = np.linalg.norm(found.keypoints[:, None, :, :2] - truth[None, :, :, :2], axis=-1)
    hit = (off <= 1) & (found.keypoints[:, None, :, 2] > 0) & labelled[None]
    right, free = np.zeros_like(labelled), np.ones(len(truth), bool)
    for person in np.argsort(-hit.sum(-1).max(axis=1, initial=0), kind="stable"):
        owner = int(np.argmax(np.where(free, hit[person].sum(-1), -1)))
        if free[owner]:
            right[owner], free[owner] = hit[person, owner], False
    return int((right & alone).sum()), int(alone.sum()), int(labelled.sum())


def main() -> None:
    cv2.setNumThreads(1)
    single = data.load("synthetic", "val", count=500, skeleton="OPENPOSE18").keypoints[:, 0]
    codec, grouping = PAFCodec(SIZE, OPENPOSE18), Grouping(OPENPOSE18)
    rng = np.random.default_rng(0)
    total = np.zeros(3, int)
    print("people  pictures  right of counted  left out   ms a picture (fastest)")
    for count in (1, 2, 3, 5, 10, 15, 20, 30):
        tally, times = np.zeros(3, int), []
        for _ in range(20):
            keypoints = crowd(single, count, rng)
            target = np.asarray(codec.encode(keypoints)[0])[0]
            maps, fields = target[..., : len(OPENPOSE18)].copy(), target[..., len(OPENPOSE18) + 1 :].copy()
            for _ in range(3):
                begin = time.perf_counter()
                found = grouping.people(maps, fields)
                times.append(1e3 * (time.perf_counter() - begin))
            truth = keypoints[0].copy()
            truth[..., :2] = (truth[..., :2] + 0.5) / codec.stride - 0.5
            tally += count_right(found, truth)
        total += tally
        right, counted, labelled = tally
        print(
            f"{count:6}  {20:8}  {right / counted:16.2%}  {1 - counted / labelled:8.1%}   "
            f"{np.median(times):6.2f} ({min(times):.2f})"
        )
    right, counted, labelled = total
    print(f"   all  {160:8}  {right / counted:16.2%}  {1 - counted / labelled:8.1%}")


if __name__ == "__main__":
    main()
