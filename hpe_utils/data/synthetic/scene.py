"""A chunk of scenes: every random choice made, people posed and placed, cameras aimed, before any pixel is drawn."""

from dataclasses import dataclass, replace

import numpy as np

from hpe_utils.skeleton import SYNTHETIC27

from . import body, camera, clothes, head, kinematics, objects, places, poses
from .clay import SEGMENTS, Clay, Figures
from .dice import Dice

DIFFICULTIES = ("easy", "hard", "cropped")
CUTS = ("none", "knees", "hips")
SPLITS = ("train", "val", "test")
KEYS = 4  # poses of everybody in a film
_SCENE_COLUMNS, _PERSON_COLUMNS = 100, 640


@dataclass(frozen=True)
class Rules:
    """What a difficulty means; sizes are the share of the frame that people fill."""

    fill: tuple[float, float]
    any_yaw: float
    acrobatic: float
    occluded: float
    cut: float


RULES = {
    "easy": Rules(fill=(0.75, 0.95), any_yaw=0.0, acrobatic=0.0, occluded=0.10, cut=0.0),
    "hard": Rules(fill=(0.45, 1.10), any_yaw=0.25, acrobatic=0.08, occluded=0.30, cut=0.0),
    "cropped": Rules(fill=(0.75, 0.95), any_yaw=0.0, acrobatic=0.0, occluded=0.10, cut=0.40),
}


@dataclass(frozen=True)
class Scenes:
    """N scenes with M people in all. Lengths on the picture are in picture widths from its left and top edge.

    `owner` (M,) is the scene of a person, `rank` (M,) the number within it; `spheres` (M, n, 4) are projected: x, y,
    depth in metres, radius; `joints` (M, 27, 3) x, y, depth; `joint_radius` (M, 27) metres; `boxes` (M, 4).
    """

    owner: np.ndarray
    rank: np.ndarray
    figures: Figures
    spheres: np.ndarray
    joints: np.ndarray
    used: np.ndarray
    cameras: camera.Cameras
    axes: np.ndarray
    palette: dict
    people: dict
    pictures: dict
    place_rows: np.ndarray


def sample(seed: int, split: str, indices, difficulty: str, people: tuple[int, int], material: str) -> Scenes:
    """Scenes for the pictures numbered `indices`, each drawn from its own generator."""
    streams = [np.random.default_rng([seed, SPLITS.index(split), int(i)]) for i in indices]
    dice = Dice(np.stack([rng.random(_SCENE_COLUMNS) for rng in streams]))
    place_rows = np.stack([rng.random(places.NUMBERS) for rng in streams])
    count = people[0] + dice.integers(people[1] - people[0] + 1)
    person = Dice(np.concatenate([rng.random((n, _PERSON_COLUMNS)) for rng, n in zip(streams, count, strict=True)]))
    return _scenes(dice, place_rows, count, person, difficulty, material)


def sample_film(
    seed: int, split: str, index: int, difficulty: str, people: int, material: str, frames: int, pace: int
) -> Scenes:
    """The scenes of a film: `people` who stand and move their limbs, from pose to pose in `pace` frames, and again.

    Place, light, clothes and camera are one picture's, number `index`; nothing stands in front.
    """
    rng = np.random.default_rng([seed, SPLITS.index(split), index, people])
    dice = Dice(np.tile(rng.random(_SCENE_COLUMNS), (frames, 1)))
    place_rows = np.tile(rng.random(places.NUMBERS), (frames, 1))
    person = Dice(np.tile(rng.random((people, _PERSON_COLUMNS)), (frames, 1)))
    keys = rng.random((KEYS * people, _PERSON_COLUMNS))
    keys[:, 0] = 0  # the archetype: standing
    held = poses.sample_poses(Dice(keys), 0.0)
    step, way = np.divmod(np.arange(frames) / pace, 1)
    way = np.repeat(way**2 * (3 - 2 * way), people)
    first, then = (
        (people * ((step.astype(int) + later) % KEYS)[:, None] + np.arange(people)).ravel() for later in (0, 1)
    )
    angles = {name: (1 - way) * values[first] + way * values[then] for name, values in held.angles.items()}
    pose = poses.Poses(angles, held.archetype[first], held.lift[first])
    return _scenes(dice, place_rows, np.full(frames, people), person, difficulty, material, pose)


def _scenes(dice: Dice, place_rows, count, person: Dice, difficulty: str, material: str, pose=None) -> Scenes:
    """Scenes from their numbers; with everybody's `pose` in every frame they are a film's, whose camera stands."""
    rules = RULES[difficulty] if pose is None else replace(RULES[difficulty], occluded=0.0)
    owner = np.repeat(np.arange(len(count)), count)
    rank = np.concatenate([np.arange(n) for n in count])
    figures, used, joints, facts, palette = _people(person, rules, material, pose)
    ground = camera.spread_out(person, rank, count[owner], dice.uniform(0.45, 0.95)[owner])
    scale = np.where(count > 1, 1, 0)[owner] * (facts["scale"] - 1) + 1
    figures.spheres[...] *= scale[:, None, None]
    figures.spheres[..., :3] += ground[:, None]
    joints = joints * scale[:, None, None] + ground[:, None]

    cameras = camera.aim(dice, difficulty)
    bounds = _bounds(cameras, figures, used, owner)
    union = _union(bounds, owner, len(count))
    if pose is not None:
        union[:] = np.concatenate([union[:, :2].min(axis=0), union[:, 2:].max(axis=0)])
    cut, cut_at = _cut(dice, rules.cut, cameras.project(joints, owner), union, owner)
    shift = np.stack([dice.uniform(-1, 1), dice.uniform(-1, 1)], -1)
    cameras = camera.frame(cameras, union, cut_at, dice.uniform(*rules.fill), shift)
    flat = cameras.project(figures.spheres[..., :3], owner)
    spheres = np.concatenate([flat, cameras.radius(figures.spheres[..., 3], flat[..., 2], owner)[..., None]], -1)
    frame_boxes = _union(_bounds(cameras, figures, used, owner), owner, len(count))
    pictures = _pictures(dice, count, cut, objects.occluders(dice, rules.occluded, frame_boxes))
    axes = figures.part_axis @ cameras.rotation[owner].swapaxes(-1, -2)
    return Scenes(owner, rank, figures, spheres, cameras.project(joints, owner), used, cameras, axes, palette, facts,
                  pictures, place_rows)  # fmt: skip


def _pictures(dice: Dice, count: np.ndarray, cut: np.ndarray, occluders: tuple) -> dict[str, np.ndarray]:
    """What is decided for each picture (N, …): place, light, lens and sensor, and what stands in front."""
    occluder, corners, shown = occluders
    return {
        "count": count, "cut": cut, "occluder": occluder, "occluder_corners": corners, "occluder_shown": shown,
        "occluder_colour": objects.occluder_colours(dice, occluder),
        "place": dice.choice((0.36, 0.16, 0.18, 0.2, 0.1)),
        "sun": _sun(dice),
        "ambient": dice.uniform(0.45, 0.75).astype(np.float32),
        "gain": _gain(dice),
        "shadow": dice.uniform(0.15, 0.6),
        "blur": dice.uniform(0, 1) ** 2 * 0.02 + 0.003,
        "grain": dice.uniform(0.5, 5.0),
        "texture": dice.uniform(0.005, 0.05),
        "offset": np.stack([dice.uniform() for _ in range(4)], -1),
        "corner_light": np.stack([dice.uniform(0.72, 1.2) for _ in range(4)], -1).astype(np.float32),
    }  # fmt: skip


def _sun(dice: Dice) -> np.ndarray:
    """(N, 3) float32 direction to the light in picture axes: from above, from either side, from behind the camera."""
    azimuth, elevation = dice.uniform(-1.3, 1.3), dice.uniform(0.3, 1.35)
    across = np.cos(elevation)
    sun = (np.sin(azimuth) * across, -np.sin(elevation), -np.cos(azimuth) * across)
    return np.stack(sun, -1).astype(np.float32)


def _gain(dice: Dice) -> np.ndarray:
    """(N, 3) float32 of red, green and blue: exposure and the colour of the light."""
    tint = np.stack([dice.normal(1, 0.05), np.ones(len(dice)), dice.normal(1, 0.07)], -1)
    return (dice.uniform(0.75, 1.15)[:, None] * tint).astype(np.float32)


def _people(dice: Dice, rules: Rules, material: str, pose: poses.Poses | None):
    """Figures on the floor, in a pose or one of their own, their joints in metres, facts, and their palette."""
    sampled = poses.sample_poses(dice, rules.acrobatic)
    pose = pose or sampled
    shape = body.sample_shapes(dice)
    for side in poses.SIDES:
        shape[f"{side}_curl"] = pose.angles[f"{side}_finger_curl"]
    outfit = clothes.sample_outfits(dice, shape["girth"])
    look = head.sample_heads(dice, shape)
    if material == "cartoon":
        look["size"] = look["size"] * 1.35
    yaw = np.clip(dice.normal(0, np.radians(24)), -np.radians(60), np.radians(60))
    yaw = np.where(dice.chance(rules.any_yaw), dice.uniform(-np.pi, np.pi), yaw)
    frames = kinematics.solve(pose.angles, yaw, shape)

    clay = Clay(len(dice))
    body.add_body(clay, shape, outfit)
    head.add_head(clay, look, features=material != "statue")
    objects.add_seat(clay, dice, *_seated(clay, frames, pose, shape))
    figures = clay.figures(frames)
    joints = body.joints(frames, look["size"])
    used = _used_spheres(figures)
    sinks = np.where(used, figures.spheres[..., 1] - figures.spheres[..., 3], np.inf).min(1)
    rise = (pose.lift - sinks)[:, None]
    figures.spheres[..., 1] += rise
    joints[..., 1] += rise
    palette = clothes.sample_palette(dice)
    if material != "person":
        clothes.CHANGES[material](palette, dice)
    facts = {"archetype": pose.archetype, "yaw": yaw, "shape": shape["kind"], "scale": shape["scale"],
             "clothing": outfit["kind"], "hat": look["hat"], "hair": look["hair"]}  # fmt: skip
    return figures, used, joints, facts, palette


def _seated(clay: Clay, frames, pose, shape):
    """Who needs a seat, and how high the pelvis will be above the floor once the feet stand on it."""
    feet = frames.origin[:, [kinematics.BONES.index(f"{side}_foot") for side in poses.SIDES], 1].min(1) - 0.085
    lowest = np.minimum(feet, -0.13 * shape["girth"])
    sits = (pose.archetype == poses.ARCHETYPES.index("sitting")) & (-lowest > 0.3)
    return sits, -lowest


def _used_spheres(figures: Figures) -> np.ndarray:
    """(M, n) bool: spheres that some present hull of the person (not of furniture) spans."""
    person = figures.present & (figures.segment != _FURNITURE)
    used = np.zeros(figures.spheres.shape[:2], bool)
    for corner in figures.corners.T:
        order = np.argsort(corner, kind="stable")
        spheres, first = np.unique(corner[order], return_index=True)
        used[:, spheres] |= np.logical_or.reduceat(person[:, order], first, axis=1)
    return used


def _bounds(cameras, figures, used, owner) -> np.ndarray:
    """(M, 4) x0, y0, x1, y1 of every person as projected."""
    flat = cameras.project(figures.spheres[..., :3], owner)
    radius = cameras.radius(figures.spheres[..., 3], flat[..., 2], owner)[..., None]
    low = np.where(used[..., None], flat[..., :2] - radius, np.inf).min(1)
    high = np.where(used[..., None], flat[..., :2] + radius, -np.inf).max(1)
    return np.concatenate([low, high], -1)


def _union(bounds: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    """(N, 4) boxes around all people of each scene."""
    union = np.tile([np.inf, np.inf, -np.inf, -np.inf], (count, 1))
    np.minimum.at(union[:, :2], owner, bounds[:, :2])
    np.maximum.at(union[:, 2:], owner, bounds[:, 2:])
    return union


def _cut(dice: Dice, share: float, joints: np.ndarray, union: np.ndarray, owner: np.ndarray):
    """Which scenes the frame cuts above the knees or hips, and at which y; heads stay inside the frame."""
    y = joints[..., 1]
    highest = np.full((len(dice), 3), np.inf)
    for column, names in enumerate((("left_knee", "right_knee"), ("left_hip", "right_hip"), ("thorax",))):
        np.minimum.at(highest[:, column], owner, y[:, SYNTHETIC27.indices(*names)].min(1))
    lowest_head = np.full(len(dice), -np.inf)
    np.maximum.at(lowest_head, owner, y[:, SYNTHETIC27.indices("upper_neck", "head_top")].max(1))
    knee, hip, chest = highest.T
    tall = union[:, 3] - union[:, 1]
    slack = dice.uniform(0.02, 0.5)
    at_knee = knee - 0.02 * tall - slack * np.maximum(knee - hip, 0)
    at_hip = hip - 0.02 * tall - slack * np.maximum(hip - chest, 0) * 0.8
    limit = lowest_head + 0.06 * tall
    at_hips = (dice.chance(0.45) & (at_hip > limit)) | (at_knee <= limit)
    at = np.where(at_hips, at_hip, at_knee)
    chosen = dice.chance(share) & (at > limit)
    kind = np.where(at_hips, CUTS.index("hips"), CUTS.index("knees"))
    return np.where(chosen, kind, CUTS.index("none")), np.where(chosen, at, np.nan)


_FURNITURE = SEGMENTS.index("furniture")
