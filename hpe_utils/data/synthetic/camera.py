"""Cameras: where people stand, how they are projected, and how much of them the frame shows."""

from dataclasses import dataclass

import numpy as np

from .dice import Dice


@dataclass(frozen=True)
class Cameras:
    """N cameras. A world point maps to (x, y, depth): picture widths from the frame's left and top edge, and metres."""

    position: np.ndarray
    rotation: np.ndarray
    focal: np.ndarray
    centre: np.ndarray

    def view(self, points: np.ndarray, of: np.ndarray) -> np.ndarray:
        """(M, n, 3) world to camera axes (right, down, forward) by the cameras numbered `of` (M,)."""
        return (points - self.position[of][:, None]) @ self.rotation[of].swapaxes(-1, -2)

    def project(self, points: np.ndarray, of: np.ndarray) -> np.ndarray:
        """(M, n, 3) world to x, y in picture widths and depth in metres."""
        seen = self.view(points, of)
        flat = seen[..., :2] / seen[..., 2:] * self.focal[of][:, None, None] + self.centre[of][:, None]
        return np.concatenate([flat, seen[..., 2:]], axis=-1)

    def radius(self, radius: np.ndarray, depth: np.ndarray, of: np.ndarray) -> np.ndarray:
        """Radii (M, n) in metres at a depth (M, n) to picture widths."""
        return radius / depth * self.focal[of][:, None]


def aim(dice: Dice, difficulty: str) -> Cameras:
    """Cameras at eye or waist level, a few metres away, tilted toward the people; not yet zoomed."""
    steep = difficulty == "hard"
    distance = dice.uniform(2.4, 6.5)
    height = np.clip(dice.normal(1.35, 0.45 if steep else 0.3), 0.4, 2.6)
    pitch = np.arctan((height - 0.9) / distance) * dice.uniform(0.2, 1.3)
    roll = np.radians(dice.normal(0, 5 if steep else 2))
    cos_p, sin_p, cos_r, sin_r, zero = np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll), np.zeros(len(dice))
    right = np.stack([np.ones(len(dice)), zero, zero], -1)
    down = np.stack([zero, -cos_p, sin_p], -1)
    forward = np.stack([zero, -sin_p, -cos_p], -1)
    cos_r, sin_r = cos_r[:, None], sin_r[:, None]
    rotation = np.stack([cos_r * right + sin_r * down, cos_r * down - sin_r * right, forward], axis=1)
    position = np.stack([zero, height, distance], -1)
    return Cameras(position, rotation, np.ones(len(dice)), np.zeros((len(dice), 2)))


def spread_out(dice: Dice, rank: np.ndarray, count: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Places (M, 3) on the floor for people by their rank in a row of `count`; alone, one stands at the origin."""
    several = count > 1
    x = (rank - (count - 1) / 2) * spacing + dice.normal(0, 0.12) * several
    z = np.where(several, np.clip(dice.normal(0, 0.5), -1.2, 0.8), 0)
    return np.stack([x, np.zeros_like(x), z], -1)


def frame(cameras: Cameras, bounds: np.ndarray, cut: np.ndarray, fill: np.ndarray, shift: np.ndarray) -> Cameras:
    """Zoom and shift so that the people's `bounds` fill that share of the frame.

    `bounds` (N, 4) as projected by the unzoomed cameras; `cut` (N,) is the y at which the frame's lower edge cuts the
    people, NaN where it does not; `shift` (N, 2) in −1 … 1 places them within the room that is left.
    """
    low, high = bounds[:, :2], bounds[:, 2:].copy()
    is_cut = ~np.isnan(cut)
    high[:, 1] = np.where(is_cut, cut, high[:, 1])
    extent = high - low
    width_weight = np.where(is_cut, 0.7, 1.0)
    focal = fill / np.maximum(extent[:, 0] * width_weight, extent[:, 1])
    room = np.abs(1 - extent * focal[:, None]) / 2
    middle = 0.5 + shift * room
    middle[:, 1] = np.where(is_cut, 1 - extent[:, 1] * focal / 2, middle[:, 1])
    return Cameras(
        cameras.position, cameras.rotation, focal, middle - (low + high) / 2 * focal[:, None]
    )  # fmt: skip
