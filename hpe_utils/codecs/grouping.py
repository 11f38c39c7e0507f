"""From maps and fields to people: peaks, line integrals along candidate limbs, assignment, assembly (Cao et al. 2017).

NumPy on the maps of one picture; places are in cells, x before y.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from hpe_utils.skeleton import Skeleton

ASSIGNMENTS = ("greedy", "hungarian")
BEFORE = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], np.uint8)  # a cell's neighbours that come before it
UNEXPLAINED = 0.3  # height at which what the Gaussians leave of a map is a peak; 0.2 to 0.4 score alike


class Peaks(NamedTuple):
    """M peaks, ordered by joint: `joints` (M,) int, `places` (M, 2) in cells, `heights` (M,)."""

    joints: np.ndarray
    places: np.ndarray
    heights: np.ndarray


class People(NamedTuple):
    """n people: `keypoints` (n, K, 3) as x, y in cells and v, 2 where found and else 0, `scores` (n,), best first.

    `heights` (n, K), where they are told, are those of the joints' peaks, 0 where there is none.
    """

    keypoints: np.ndarray
    scores: np.ndarray
    heights: np.ndarray | None = None


@dataclass(frozen=True)
class Grouping:
    """How maps become people. The defaults are those of the paper's first code; the paper itself assigns by the
    Hungarian method.

    A peak is higher than `peak`. A limb's field is read at `samples` points of the line between two peaks: at least
    `ratio` of them must be above `least`. With `above_only` its score is the mean of these alone, as in OpenPose's C++,
    else of all. Limbs longer than half the map's height lose score. `assignment` is "greedy" or "hungarian". Who has
    fewer than `joints` joints or less than `score` a joint is dropped. `sigma`, in cells, is ours and not the paper's:
    peaks that a higher neighbour has swallowed are looked for with Gaussians of this width. Taught in notebook 05.
    """

    skeleton: Skeleton
    peak: float = 0.1
    samples: int = 10
    least: float = 0.05
    ratio: float = 0.8
    above_only: bool = False
    assignment: str = "greedy"
    joints: int = 3
    score: float = 0.2
    sigma: float | None = None

    def __post_init__(self):
        if self.assignment not in ASSIGNMENTS:
            raise ValueError(f"unknown assignment {self.assignment!r}; known are {', '.join(ASSIGNMENTS)}")

    def people(self, maps: np.ndarray, fields: np.ndarray) -> People:
        """The people in (h, w, K) confidence maps and (h, w, 2·L) fields; a background map after the K is ignored."""
        joints, limbs = len(self.skeleton), self.skeleton.limb_indices
        if maps.ndim != 3 or maps.shape[2] not in (joints, joints + 1):
            raise ValueError(f"{self.skeleton.name} needs maps (h, w, {joints} or {joints + 1}), got {maps.shape}")
        if fields.shape != (*maps.shape[:2], 2 * len(limbs)):
            raise ValueError(f"maps {maps.shape} need fields {(*maps.shape[:2], 2 * len(limbs))}, got {fields.shape}")
        peaks = self.peaks(maps)
        rows = np.split(np.arange(len(peaks.joints)), np.searchsorted(peaks.joints, np.arange(1, joints)))
        starts = np.concatenate([np.repeat(rows[a], len(rows[b])) for a, b in limbs])
        ends = np.concatenate([np.tile(rows[b], len(rows[a])) for a, b in limbs])
        limb = np.repeat(np.arange(len(limbs)), [len(rows[a]) * len(rows[b]) for a, b in limbs])
        scores, possible = self.limb_scores(fields, peaks.places[starts], peaks.places[ends], limb)
        candidates = starts[possible], ends[possible], scores[possible]
        chosen = assign(*candidates, limb[possible], self.assignment)
        return self.kept(peaks, *assemble(peaks.joints, *(values[chosen] for values in candidates), joints))

    def peaks(self, maps: np.ndarray) -> Peaks:
        """The joints' peaks in (h, w, K or K + 1) maps."""
        maps = np.ascontiguousarray(maps[..., : len(self.skeleton)], np.float32)
        peaks = find_peaks(maps, self.peak)
        return peaks if self.sigma is None else with_swallowed(maps, peaks, self.sigma)

    def limb_scores(self, fields, starts, ends, limbs) -> tuple[np.ndarray, np.ndarray]:
        """Scores (M,) of limbs from (M, 2) `starts` to `ends`, `limbs` (M,) their kinds, and which are candidates."""
        values, lengths = line_integrals(fields, starts, ends, limbs, self.samples)
        above = values > self.least
        counts = above.sum(-1)
        scores = (values * above).sum(-1) / np.maximum(counts, 1) if self.above_only else values.mean(-1)
        scores = scores + np.minimum(0.5 * fields.shape[0] / np.maximum(lengths, 1e-6) - 1, 0)
        return scores, (counts >= self.ratio * self.samples) & (scores > 0)

    def kept(self, peaks: Peaks, members: np.ndarray, sums: np.ndarray) -> People:
        """The people with joints and score enough, best first; `members` (n, K) are rows of `peaks`, −1 for none."""
        found = members >= 0
        heights = np.where(found, peaks.heights[members], 0) if len(peaks.heights) else np.zeros(members.shape)
        counts = found.sum(axis=1)
        scores = (heights.sum(axis=1) + sums) / np.maximum(counts, 1)
        order = np.argsort(-scores, kind="stable")
        order = order[(counts[order] >= self.joints) & (scores[order] >= self.score)]
        keypoints = np.zeros((len(order), members.shape[1], 3), np.float32)
        keypoints[found[order]] = np.c_[peaks.places[members[order]][found[order]], np.full(counts[order].sum(), 2)]
        return People(keypoints, scores[order].astype(np.float32), heights[order].astype(np.float32))


def find_peaks(maps: np.ndarray, threshold: float) -> Peaks:
    """All cells of (h, w, K) float32 maps that are above `threshold` and no lower than their eight neighbours.

    Of neighbours of equal height the first counts. The place is moved to the top of the parabola through the logarithms
    of three cells, in x and in y, which for a Gaussian is its centre. Taught in notebook 05.
    """
    before, after = cv2.dilate(maps, BEFORE), cv2.dilate(maps, BEFORE[::-1, ::-1])
    shape = maps.shape
    top = (maps > threshold) & (maps > before.reshape(shape)) & (maps >= after.reshape(shape))
    y, x, joints = np.unravel_index(np.flatnonzero(top), shape)
    order = np.argsort(joints, kind="stable")
    y, x, joints = y[order], x[order], joints[order]
    places = np.stack([x, y], axis=1).astype(np.float32)
    heights = maps[y, x, joints]
    for axis, (dx, dy) in enumerate(((1, 0), (0, 1))):
        inside = (x >= dx) & (x < shape[1] - dx) & (y >= dy) & (y < shape[0] - dy)
        at = y[inside], x[inside]
        left, middle, right = (
            np.log(np.maximum(maps[at[0] + s * dy, at[1] + s * dx, joints[inside]], 1e-6)) for s in (-1, 0, 1)
        )
        bend = 2 * middle - left - right
        places[inside, axis] += np.clip((right - left) / 2 / np.maximum(bend, 1e-6), -0.5, 0.5)
    return Peaks(joints, places, heights)


def with_swallowed(maps: np.ndarray, peaks: Peaks, sigma: float) -> Peaks:
    """The peaks, and those that had merged with a higher one: peaks of what the Gaussians of `peaks` leave of the maps.

    A map is the highest of several people's Gaussians, so a cell that those found so far do not reach is another's.
    """
    reach = int(np.ceil(3 * sigma))
    cells = np.rint(peaks.places).astype(int)[:, None] + np.arange(-reach, reach + 1)[:, None]
    sides = np.exp((cells - peaks.places[:, None]) ** 2 / (-2 * sigma**2))
    x, y = np.moveaxis(sides / sides.max(axis=1, keepdims=True), 2, 0)
    gaussians = peaks.heights[:, None, None] * y[:, :, None] * x[:, None]
    padded = np.zeros((maps.shape[0] + 2 * reach, maps.shape[1] + 2 * reach, maps.shape[2]), np.float32)
    index = cells[:, :, None, 1] + reach, cells[:, None, :, 0] + reach, peaks.joints[:, None, None]
    at = np.ravel_multi_index(index, padded.shape)
    np.maximum.at(padded.reshape(-1), at.ravel(), gaussians.ravel().astype(np.float32))
    explained = padded[reach:-reach, reach:-reach]
    both = [np.concatenate(pair) for pair in zip(peaks, find_peaks(maps - explained, UNEXPLAINED), strict=True)]
    order = np.argsort(both[0], kind="stable")
    return Peaks(*(values[order] for values in both))


def line_integrals(fields: np.ndarray, starts: np.ndarray, ends: np.ndarray, limbs: np.ndarray, samples: int = 10):
    """How much of each limb's field points along the line between two places.

    `fields` (h, w, 2·L); `starts` and `ends` (M, 2) in cells, `limbs` (M,) which of the L fields. Returns (M, samples):
    the field, read by bilinear sampling at equal distances and 0 outside the map, times the line's unit vector; and the
    lengths (M,). A line without length has 0. Taught in notebook 05.
    """
    height, width, channels = fields.shape
    lines = (ends - starts).astype(np.float32)
    lengths = np.linalg.norm(lines, axis=-1)
    unit = lines / np.maximum(lengths, 1e-6)[:, None]
    steps = np.linspace(0, 1, samples, dtype=np.float32)[:, None]
    points = starts[:, None].astype(np.float32) + steps * lines[:, None]
    # All fields below one another, a row of zeros between them, are one picture to read from.
    below = np.zeros((channels // 2, height + 2, width + 2, 2), np.float32)
    below[:, 1:-1, 1:-1] = fields.reshape(height, width, -1, 2).transpose(2, 0, 1, 3)
    across = np.clip(points[..., 0] + 1, 0, width + 1)
    down = np.clip(points[..., 1] + 1, 0, height + 1) + (height + 2) * limbs[:, None].astype(np.float32)
    read = read_bilinear(below.reshape(-1, width + 2, 2), across.ravel(), down.ravel())
    return np.einsum("msc,mc->ms", read.reshape(len(lines), samples, 2), unit), lengths


def read_bilinear(picture: np.ndarray, x: np.ndarray, y: np.ndarray, row: int = 4096) -> np.ndarray:
    """(n, C) values of an (h, w, C) picture between its cells; OpenCV reads at most 32,766 places in one row."""
    if not len(x):
        return np.zeros((0, picture.shape[2]), np.float32)
    fill = -len(x) % min(row, len(x))
    x, y = (np.pad(values, (0, fill)).reshape(-1, min(row, len(x))) for values in (x, y))
    return cv2.remap(picture, x, y, cv2.INTER_LINEAR).reshape(-1, picture.shape[2])[: x.size - fill]


def assign(starts, ends, scores, limbs, assignment: str = "greedy") -> np.ndarray:
    """Which candidates to choose, best first: no peak twice in one kind of limb. All arguments are arrays (M,).

    Greedy takes the best that is left, again and again; Hungarian makes each kind's sum the greatest (Kuhn 1955).
    """
    order = np.argsort(-scores, kind="stable")
    if assignment == "hungarian":
        chosen = np.concatenate([[], *(best_sum(starts, ends, scores, limbs == limb) for limb in np.unique(limbs))])
        return order[np.isin(order, chosen)]
    chosen, taken = [], set()
    for row, *places in zip(order.tolist(), *(v[order].tolist() for v in (starts, ends, limbs)), strict=True):
        start, end, limb = places
        if (limb, start) not in taken and (limb, end) not in taken:
            taken |= {(limb, start), (limb, end)}
            chosen.append(row)
    return np.array(chosen, int)


def best_sum(starts, ends, scores, rows: np.ndarray) -> np.ndarray:
    """Of the candidates `rows` (M,) bool, those that together have the greatest sum of scores, no peak twice."""
    rows = np.flatnonzero(rows)
    first, a = np.unique(starts[rows], return_inverse=True)
    second, b = np.unique(ends[rows], return_inverse=True)
    table = np.zeros((len(first), len(second)))
    table[a, b] = scores[rows]
    matched = np.zeros_like(table, bool)
    matched[linear_sum_assignment(table, maximize=True)] = True
    return rows[matched[a, b]]


def assemble(kinds: np.ndarray, starts, ends, scores, joints: int) -> tuple[np.ndarray, np.ndarray]:
    """Join pairs of peaks to people: rows of peaks (n, K), −1 where none, and the sums of the pairs' scores (n,).

    `kinds` (peaks,) are the peaks' joints; `starts`, `ends` and `scores` (M,) are pairs in the order in which they are
    joined. A pair joins the people its peaks belong to, unless both have the same joint already. Taught in notebook 05.
    """
    kinds = kinds.tolist()
    person_of, people, sums = {}, {}, {}
    for a, b, score in zip(starts.tolist(), ends.tolist(), scores.tolist(), strict=True):
        one, other = (person_of.setdefault(peak, peak) for peak in (a, b))
        for person in (one, other):
            if person not in people:
                people[person], sums[person] = {kinds[person]: person}, 0.0
        if one != other:
            if people[one].keys() & people[other].keys():
                continue
            person_of |= dict.fromkeys(people[other].values(), one)
            people[one] |= people.pop(other)
            sums[one] += sums.pop(other)
        sums[one] += score
    members = np.full((len(people), joints), -1)
    for row, person in enumerate(people.values()):
        members[row, list(person)] = list(person.values())
    return members, np.array([sums[person] for person in people], np.float32)
