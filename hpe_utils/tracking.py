"""People over a film's frames: who is who, joints that do not tremble, and what smoothing costs in time."""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from hpe_utils.found import Found
from hpe_utils.metrics.coco import oks
from hpe_utils.skeleton import Skeleton

USUAL_SIGMA = 0.08  # of a joint whose spread nobody measured; COCO's mean


def similarity(one: np.ndarray, other: np.ndarray, area: float, skeleton: Skeleton) -> float:
    """OKS of two people's (K, 3) keypoints over the joints that both have; 0 where there are none."""
    both = (one[:, 2] > 0) & (other[:, 2] > 0)
    if not both.any():
        return 0.0
    sigmas = np.array(skeleton.sigmas or [USUAL_SIGMA] * len(skeleton))
    truth = np.column_stack([one[:, :2], both])[None]
    return float(oks(other[None], truth, np.array([max(area, 1.0)]), sigmas)[0])


@dataclass
class Track:
    """One person over the frames: number, the last keypoints (K, 3), area and time, and the smoothing of the joints."""

    number: int
    keypoints: np.ndarray
    area: float
    seconds: float
    smooth: "OneEuro"


@dataclass
class Tracker:
    """Numbers people over frames, so that one person keeps a number: whose OKS has the greatest sum are the same.

    Two are one from the similarity `least` on; who was gone for more than `patience` seconds is somebody new. With
    `smooth` the joints are smoothed (`OneEuro`). The sum is the Hungarian method's (Kuhn 1955).
    """

    least: float = 0.3
    patience: float = 1.0
    smooth: bool = True
    tracks: list[Track] = field(default_factory=list)
    count: int = 0

    def update(self, people: Found, seconds: float) -> Found:
        """The people of the frame at this time, smoothed, with their numbers, from 1."""
        self.tracks = [track for track in self.tracks if seconds - track.seconds <= self.patience]
        areas = 0.53 * np.prod(people.boxes[:, 2:] - people.boxes[:, :2], axis=1)  # COCO's usual share of a box
        alike = np.array([
            [similarity(track.keypoints, one, (track.area + area) / 2, people.skeleton) for track in self.tracks]
            for one, area in zip(people.keypoints, areas, strict=True)
        ]).reshape(len(people), len(self.tracks))  # fmt: skip
        alike[alike < self.least] = 0
        pairs = zip(*linear_sum_assignment(alike, maximize=True), strict=True)
        track_of = {row: self.tracks[column] for row, column in pairs if alike[row, column] > 0}
        keypoints, numbers = people.keypoints.copy(), []
        for row, (one, area) in enumerate(zip(people.keypoints, areas, strict=True)):
            track = track_of.get(row) or self._begun()
            track.keypoints, track.area, track.seconds = one, float(area), seconds
            if self.smooth:
                keypoints[row] = track.smooth(one, seconds, np.sqrt(max(area, 1.0)))
            numbers.append(track.number)
        return replace(people, keypoints=keypoints, numbers=np.array(numbers, int))

    def _begun(self) -> Track:
        self.count += 1
        self.tracks.append(Track(self.count, np.zeros((0, 3)), 0.0, 0.0, OneEuro()))
        return self.tracks[-1]


@dataclass
class OneEuro:
    """A low-pass filter for every joint that lets fast movement through (Casiez, Roussel & Vogel, CHI 2012).

    Its cut-off is `least` hertz for a joint at rest and grows by `slope` for each own size that a person's joint moves
    in a second. A joint that was lost stays lost; after `patience` seconds without it the filter begins anew where it
    is seen again.
    """

    least: float = 1.0
    slope: float = 4.0
    patience: float = 0.5
    places: np.ndarray | None = None
    speeds: np.ndarray | None = None
    times: np.ndarray | None = None

    def __call__(self, keypoints: np.ndarray, seconds: float, size: float) -> np.ndarray:
        """The smoothed (K, 3) keypoints of a frame at this time; `size` is the person's in pixels."""
        if self.places is None:
            self.places, self.speeds = np.zeros((2, len(keypoints), 2))
            self.times = np.full(len(keypoints), -np.inf)
        seen = keypoints[:, 2] > 0
        fresh = seen & (seconds - self.times > self.patience)
        self.places[fresh], self.speeds[fresh] = keypoints[fresh, :2], 0
        known = seen & ~fresh
        elapsed = np.maximum(seconds - self.times[known], 1e-6)[:, None]
        way = keypoints[known, :2] - self.places[known]
        self.speeds[known] += share(1.0, elapsed) * (way / elapsed - self.speeds[known])
        speed = np.linalg.norm(self.speeds[known], axis=1, keepdims=True) / size
        self.places[known] += share(self.least + self.slope * speed, elapsed) * way
        self.times[seen] = seconds
        return np.where(seen[:, None], np.column_stack([self.places, keypoints[:, 2]]), 0).astype(np.float32)


def share(cutoff, elapsed):
    """How much of the way to a new value a low-pass filter of this cut-off in hertz goes in so many seconds."""
    turn = 2 * np.pi * cutoff * elapsed
    return turn / (turn + 1)


def jitter(poses: np.ndarray) -> float:
    """How far a joint lies, in the median and in pixels, from the middle between where it was and where it will be.

    `poses` (T, K, 3) are one person's keypoints by frame; NaN where no joint was found in three frames running.
    """
    seen = (poses[..., 2] > 0).astype(bool)
    three = seen[:-2] & seen[1:-1] & seen[2:]
    off = np.linalg.norm(poses[1:-1, :, :2] - (poses[:-2, :, :2] + poses[2:, :, :2]) / 2, axis=-1)
    return float(np.median(off[three])) if three.any() else np.nan


def lag(raw: np.ndarray, smooth: np.ndarray, most: int = 10) -> int:
    """By how many frames the smoothed poses (T, K, 3) are behind the raw ones: the shift at which they fit best."""
    errors = []
    for frames in range(min(most, len(raw) - 1) + 1):
        one, other = raw[: len(raw) - frames], smooth[frames:]
        both = (one[..., 2] > 0) & (other[..., 2] > 0)
        errors.append(np.square(one - other)[both].mean() if both.any() else np.inf)
    return int(np.argmin(errors))
