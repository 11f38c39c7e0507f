"""From discs and offsets to people: poses by following arrows from joint to joint, pixels by their arrows to a pose.

BodyPix's decoding (Papandreou et al. 2018, PersonLab), in NumPy; the arrows are `hpe_utils.codecs.bodypix`'.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter

from hpe_utils.codecs.bodypix import PartCodec
from hpe_utils.codecs.grouping import People


@dataclass(frozen=True)
class Instances:
    """What makes people of one picture's discs and offsets.

    A joint's candidates are the peaks of the votes that its disc casts by short offsets, from `least` on, where 1 is a
    whole disc. The best candidate begins a person unless it lies within `apart` pixels of that joint of a better one.
    A person has its other joints by the mid-range offsets, found (v = 2) where the heat there is at least `found`. It
    counts when its score is at least `person`: the mean heat over all joints, those of better people, that lie as near,
    being 0. Taught in notebook 08b.
    """

    codec: PartCodec
    least: float = 0.3
    apart: float = 12.0
    found: float = 0.3
    person: float = 0.2

    def poses(self, heat: np.ndarray, short: np.ndarray, mid: np.ndarray) -> People:
        """Heights (h, w, K), short (h, w, 2K) and mid-range offsets (h, w, 64) to people in the picture's pixels."""
        short, mid = self.pixels(short), self.pixels(mid)
        people, scores, disc = [], [], np.pi * self.codec.radius**2
        for joint, place in candidates(votes(heat, short / self.codec.stride) / disc, self.least):
            place = self.centre(place)
            if any(np.hypot(*(pose[joint, :2] - place)) < self.apart for pose in people):
                continue
            pose = self.grow(joint, place, short, mid)
            heights = heat[(*self.cell(pose), np.arange(len(pose)))]
            seen = (heights >= self.found) & self.inside(pose)
            near = [np.hypot(*(better[:, :2] - pose).T) < self.apart for better in people]
            score = (heights * ~np.any(near, axis=0)).mean() if people else heights.mean()
            if score >= self.person and seen.any():
                people.append(np.where(seen[:, None], np.column_stack([pose, 2 * seen]), 0))
                scores.append(score)
        return People(np.reshape(people, (-1, heat.shape[2], 3)).astype(np.float32), np.array(scores, np.float32))

    def grow(self, joint: int, place: np.ndarray, short: np.ndarray, mid: np.ndarray) -> np.ndarray:
        """A person's joints (K, 2) in pixels, from one of them along the tree."""
        pose = np.full((short.shape[2], 2), np.nan)
        pose[joint] = place
        todo = [joint]
        while todo:
            begin = todo.pop()
            for number, (a, b) in enumerate(self.codec.edges):
                if a == begin and np.isnan(pose[b, 0]):
                    pose[b] = pose[a] + mid[(*self.cell(pose[a]), number)]
                    pose[b] += short[(*self.cell(pose[b]), b)] * self.inside(pose[b])
                    todo.append(b)
        return pose

    def assign(self, mask: np.ndarray, long: np.ndarray, people: People) -> np.ndarray:
        """A mask (H, W) and long offsets (h, w, 2K) to a map (H, W): 0 for nobody, 1 … n for whom a pixel belongs to.

        The cell under a pixel decides, by `nearest_pose`. Without people every pixel is nobody's.
        """
        if not len(people.keypoints):
            return np.zeros(mask.shape, np.uint8)
        nearest = nearest_pose(self.codec.centres + self.pixels(long), people.keypoints)
        y, x = self.cell(np.stack(np.meshgrid(*map(np.arange, mask.shape[::-1])), axis=-1))
        return np.where(mask, 1 + nearest[y, x], 0).astype(np.uint8)

    def pixels(self, offsets: np.ndarray) -> np.ndarray:
        """Offsets (h, w, 2n) as the heads answer them to (h, w, n, 2) pixels."""
        return offsets.reshape(*offsets.shape[:2], -1, 2) * self.codec.unit

    def centre(self, cells: np.ndarray) -> np.ndarray:
        """Places in cells to pixels."""
        return cells * self.codec.stride + self.codec.first

    def cell(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The row and column of the cell under (..., 2) pixels, or of the nearest one."""
        last = np.array(self.codec.centres.shape[1::-1]) - 1
        cells = np.clip(np.rint((places - self.codec.first) / self.codec.stride), 0, last)
        return cells[..., 1].astype(int), cells[..., 0].astype(int)

    def inside(self, places: np.ndarray) -> np.ndarray:
        """Whether (..., 2) pixels lie in the picture."""
        return ((places >= -0.5) & (places < np.array(self.codec.size) - 0.5)).all(axis=-1)


def nearest_pose(aims: np.ndarray, poses: np.ndarray) -> np.ndarray:
    """Whose joints the arrows hit: the row of the pose (n, K, 3) that (h, w, K, 2) aims miss least, (h, w) int.

    A miss is the mean distance over the joints found, in the pose's own longer extent. Taught in notebook 08b.
    """
    found = poses[:, :, 2] > 0
    places = np.where(found[..., None], poses[:, :, :2], np.nan)
    extent = (np.nanmax(places, axis=1) - np.nanmin(places, axis=1)).max(axis=-1)
    miss = np.linalg.norm(aims[:, :, None] - poses[:, :, :2], axis=-1)
    miss = (miss * found).sum(axis=-1) / found.sum(axis=-1)
    return (miss / np.maximum(extent, 1)).argmin(axis=-1)


def votes(heat: np.ndarray, short: np.ndarray) -> np.ndarray:
    """Where the discs' cells say their joint is: heights (h, w, K) moved by short offsets (h, w, K, 2) in cells.

    Each cell shares its vote between the four cells around the place it points at (Hough voting).
    """
    height, width, joints = heat.shape
    y, x = np.mgrid[:height, :width]
    at = short + np.stack([x, y], axis=-1)[:, :, None]
    corner = np.floor(at).astype(int)
    result = np.zeros((height + 2, width + 2, joints))
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        place = corner + (right, below)
        share = heat * (1 - np.abs(at - place)).prod(axis=-1)
        column, row = np.clip(place[..., 0], -1, width) + 1, np.clip(place[..., 1], -1, height) + 1
        np.add.at(result, (row, column, np.arange(joints)), share)
    return result[1:-1, 1:-1]


def candidates(score: np.ndarray, least: float) -> list[tuple[int, np.ndarray]]:
    """The peaks of (h, w, K) votes, the best first: joint and place (2,) in cells, the middle of the 3×3 around it."""
    whole = np.pad(score, ((1, 1), (1, 1), (0, 0)))
    around = sum(
        whole[1 + dy : 1 + dy + len(score), 1 + dx : 1 + dx + score.shape[1]] for dy in (-1, 0, 1) for dx in (-1, 0, 1)
    )
    peaks = np.argwhere((score == maximum_filter(score, (3, 3, 1))) & (around >= least))
    found = []
    for y, x, joint in peaks[np.argsort(-around[tuple(peaks.T)])]:
        window = whole[y : y + 3, x : x + 3, joint]
        offset = np.array([(window.sum(axis=0) * (-1, 0, 1)).sum(), (window.sum(axis=1) * (-1, 0, 1)).sum()])
        found.append((int(joint), np.array([x, y]) + offset / window.sum()))
    return found
