"""Grouping on perfect maps: share of joints given to the right person, its errors by cause, and milliseconds.

Pictures of 656×368 at stride 8, OPENPOSE18, 1 to 30 people, as skeletons without pixels, in two layouts: people of any
size anywhere, and people on a floor as a camera sees them. Joints that have another person's joint of the same kind
within two cells are left out, and their share is printed; joints hidden by others count. Greedy is the paper's way;
"with sigma" is Hungarian, and looks for peaks that merged with a neighbour; "true places" is Hungarian, and takes the
labels' places for peaks: what is wrong then is lost by fields and assembly. Pin it to one core for the times.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass, replace

os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND", "tensorflow")
import cv2
import numpy as np

from hpe_utils.runtime import import_quietly

import_quietly("keras")
from hpe_utils import data  # noqa: E402
from hpe_utils.codecs.grouping import Grouping, Peaks, People  # noqa: E402
from hpe_utils.codecs.paf import PAFCodec  # noqa: E402
from hpe_utils.geometry import Affine  # noqa: E402
from hpe_utils.skeleton import OPENPOSE18  # noqa: E402

SIZE = (656, 368)
COUNTS = (1, 2, 3, 5, 10, 15, 20, 30)
PICTURES = 20
NEAR = 2.0  # cells
CODEC = PAFCodec(SIZE, OPENPOSE18)


@dataclass(frozen=True)
class AtTruePlaces(Grouping):
    """A grouping that is handed the joints' true places in place of peaks: `truth` (P, K, 3), in cells."""

    truth: np.ndarray | None = None

    def peaks(self, maps: np.ndarray) -> Peaks:
        joints, people = np.nonzero(self.truth[..., 2].T > 0)
        return Peaks(joints, self.truth[people, joints, :2], np.ones(len(joints), np.float32))


GROUPINGS = {
    "greedy": Grouping(OPENPOSE18),
    "hungarian": Grouping(OPENPOSE18, assignment="hungarian"),
    "with sigma": Grouping(OPENPOSE18, assignment="hungarian", sigma=CODEC.sigma),
    "true places": AtTruePlaces(OPENPOSE18, assignment="hungarian"),
}


def anywhere(people: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, K, 3) keypoints: so many of `people` (N, K, 3), each 128² pixels, scaled by .6 to 2.4 and put somewhere.

    Thirty of them overlap more than in a photograph of a crowd.
    """
    chosen = people[rng.integers(len(people), size=count)]
    factor = rng.uniform(0.6, 2.4, count)
    free = np.array(SIZE) - 128 * factor[:, None]
    corner = rng.uniform(np.minimum(free, 0), np.maximum(free, 0))
    placed = (Affine.shift(*corner.T) @ Affine.scale(factor)).points(chosen)
    inside = ((placed[..., :2] >= -0.5) & (placed[..., :2] <= np.array(SIZE) - 0.5)).all(-1)
    placed[..., 2] *= inside
    return placed


def on_a_floor(people: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, K, 3) keypoints: so many of `people` (N, K, 3) on a floor in perspective, with 2 m² for each.

    They stand at random, no two within .6 m, on a floor twice as wide as deep; the camera is 1.4 to 4 m high and 3 to
    6 m before it, and zooms until they fill .75 to .95 of the picture, as the renderer does. A person's own picture of
    128² pixels is taken to be 2 m high, its lower edge on the floor.
    """
    depth = np.sqrt(count)
    places = np.empty((0, 2))
    while len(places) < count:
        place = rng.uniform((-depth, 0), (depth, depth))
        if (np.linalg.norm(places - place, axis=1) >= 0.6).all():
            places = np.append(places, [place], axis=0)
    across, away = places[:, 0], places[:, 1] + rng.uniform(3, 6)
    chosen = people[rng.integers(len(people), size=count)].copy()
    feet = np.stack([across, np.full(count, rng.uniform(1.4, 4))], axis=1)  # right of and below the camera, in metres
    seen = (feet[:, None] + (chosen[..., :2] - (63.5, 127.5)) * 2 / 128) / away[:, None, None]
    low, high = (bound(seen[chosen[..., 2] > 0], axis=0) for bound in (np.min, np.max))
    zoom = rng.uniform(0.75, 0.95) * (np.array(SIZE) / (high - low)).min()
    chosen[..., :2] = (seen - (low + high) / 2) * zoom + (np.array(SIZE) - 1) / 2
    return chosen


LAYOUTS = {"anywhere": anywhere, "on a floor": on_a_floor}


def crowding(people: np.ndarray) -> tuple[float, float]:
    """Mean height of `people` (P, K, 3) from joint to joint, and the mean over them of the greatest box IoU."""
    seen = people[people[..., 2].any(axis=1)]
    joints = np.where(seen[..., 2:] > 0, seen[..., :2], np.nan)
    low, high = np.nanmin(joints, axis=1), np.nanmax(joints, axis=1)
    both = np.clip(np.minimum(high[:, None], high) - np.maximum(low[:, None], low), 0, None).prod(-1)
    area = (high - low).prod(-1)
    iou = both / np.maximum(area[:, None] + area - both, 1e-6)
    return (high - low)[:, 1].mean(), np.where(np.eye(len(iou)), 0, iou).max(1).mean()


def left_out(truth: np.ndarray) -> np.ndarray:
    """(P, K) bool: labelled joints of `truth` (P, K, 3), in cells, with another person's of the same kind near."""
    labelled = truth[..., 2] > 0
    apart = np.linalg.norm(truth[:, None, :, :2] - truth[None, :, :, :2], axis=-1)
    other = labelled[None] & ~np.eye(len(truth), dtype=bool)[..., None]
    return labelled & ((apart < NEAR) & other).any(axis=1)


def right_joints(found: People, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(P, K) bool for `truth` (P, K, 3) in cells: joints given to the right person, strictly, by majority, or at all.

    A joint is found where one of its kind lies within one cell. Strictly, a found person is whoever most of its joints
    lie on, and each true person is taken once, so that a second fragment is wrong; by majority, a joint is right when
    more than half of its found person's joints lie on the same true person.
    """
    labelled = truth[..., 2] > 0
    given = found.keypoints[..., 2] > 0
    off = np.linalg.norm(found.keypoints[:, None, :, :2] - truth[None, :, :, :2], axis=-1)
    hit = (off <= 1) & given[:, None] & labelled[None]
    strict, free = np.zeros_like(labelled), np.ones(len(truth), bool)
    for person in np.argsort(-hit.sum(-1).max(axis=1, initial=0), kind="stable"):
        owner = int(np.argmax(np.where(free, hit[person].sum(-1), -1)))
        if free[owner]:
            strict[owner], free[owner] = hit[person, owner], False
    most = 2 * hit.sum(-1) > given.sum(-1)[:, None]
    return strict, (hit & most[..., None]).any(axis=0), hit.any(axis=0)


def causes(grouping: Grouping, maps: np.ndarray, found: People, truth: np.ndarray) -> Counter:
    """Joints that count but are not strictly right, by what happened, and by whether others of the person are near."""
    strict, majority, somewhere = right_joints(found, truth)
    near, peaks = left_out(truth), grouping.peaks(maps)
    tally = Counter()
    for person, joint in np.argwhere((truth[..., 2] > 0) & ~near & ~strict):
        off = np.linalg.norm(peaks.places[peaks.joints == joint] - truth[person, joint, :2], axis=1)
        if off.min(initial=np.inf) > 1:
            cause = "no peak within one cell"
        elif not somewhere[person, joint]:
            cause = "a peak that nobody has"
        else:
            cause = "in a second fragment of its person" if majority[person, joint] else "in another person"
        tally[cause, "some joint near another's" if near[person].any() else "all joints apart"] += 1
    return tally


def milliseconds(grouping: Grouping, maps: np.ndarray, fields: np.ndarray) -> list[float]:
    """How long each of three groupings takes, peaks included."""
    times = [time.perf_counter()]
    for _ in range(3):
        grouping.people(maps, fields)
        times.append(time.perf_counter())
    return list(1e3 * np.diff(times))


def measure(layout, people: np.ndarray) -> None:
    """Print the tables of one layout."""
    rng = np.random.default_rng(0)
    total, why = {name: np.zeros(6, int) for name in GROUPINGS}, {name: Counter() for name in GROUPINGS}
    print(f"{'':34}" + "".join(f"  {name:32}" for name in GROUPINGS))
    print("people  height  overlap  left out " + "    right  majority  ms (fastest)  " * len(GROUPINGS))
    for count in COUNTS:
        tally, times = {name: np.zeros(6, int) for name in GROUPINGS}, {name: [] for name in GROUPINGS}
        crowded = []
        for _ in range(PICTURES):
            keypoints = layout(people, count, rng).astype(np.float32)
            target = np.asarray(CODEC.encode(keypoints[None])[0])[0]
            maps, fields = target[..., : len(OPENPOSE18)].copy(), target[..., len(OPENPOSE18) + 1 :].copy()
            truth = keypoints.copy()
            truth[..., :2] = (truth[..., :2] + 0.5) / CODEC.stride - 0.5
            labelled, near = truth[..., 2] > 0, left_out(truth)
            counted = labelled & ~near
            free = counted & ~near.any(axis=1, keepdims=True)
            crowded.append(crowding(keypoints))
            for name, grouping in GROUPINGS.items():
                grouping = replace(grouping, truth=truth) if isinstance(grouping, AtTruePlaces) else grouping
                times[name] += milliseconds(grouping, maps, fields)
                found = grouping.people(maps, fields)
                strict, majority, _ = right_joints(found, truth)
                shares = strict & counted, majority & counted, strict & free, counted, free, labelled
                tally[name] += [share.sum() for share in shares]
                why[name] += causes(grouping, maps, found, truth)
        line = "{:6}  {:6.0f}  {:7.2f}  ".format(count, *np.mean(crowded, axis=0))
        *_, counted, _, labelled = tally["greedy"]
        line += f"{1 - counted / labelled:8.1%} "
        for name, (right, majority, _, counted, _, _) in tally.items():
            total[name] += tally[name]
            time_taken = f"{np.median(times[name]):.1f} ({min(times[name]):.1f})"
            line += f"  {right / counted:7.2%}  {majority / counted:8.2%}  {time_taken:>12}  "
        print(line)
    for title, part, whole in (
        ("all", 0, 3),
        ("all, by majority", 1, 3),
        ("people none of whose joints is near", 2, 4),
    ):
        print(f"{title:36}" + "".join(f"{sums[part] / sums[whole]:7.2%}    " for sums in total.values()))
    print("of all joints that count, wrong:")
    for cause in sorted(set().union(*why.values())):
        shares = "".join(f"{why[name][cause] / total[name][3]:7.2%}    " for name in GROUPINGS)
        print(f"  {'; '.join(cause):64}{shares}")


def main() -> None:
    cv2.setNumThreads(1)
    people = data.load("synthetic", "val", count=500, skeleton="OPENPOSE18").keypoints[:, 0]
    for name, layout in LAYOUTS.items():
        print(f"\nPeople {name}")
        measure(layout, people)


if __name__ == "__main__":
    main()
