"""Labels of rendered scenes, all from the geometry and buffers that made the picture."""

import numpy as np

from hpe_utils.skeleton import SYNTHETIC27

from . import body, clothes, head, objects, places, poses
from .clay import SEGMENTS
from .render import Canvas
from .scene import CUTS, Scenes
from .strokes import NO_SEGMENT, Strokes

# Where a joint's pixel may fall for the joint to be seen: on its own and adjacent segments.
_OWN_SEGMENTS = {
    "ankle": ("shin", "foot"), "knee": ("thigh", "shin", "skirt"), "hip": ("lower_torso", "thigh", "skirt"),
    "wrist": ("forearm", "hand"), "elbow": ("upper_arm", "forearm"), "shoulder": ("upper_torso", "upper_arm", "neck"),
    "pelvis": ("lower_torso", "skirt", "left_thigh", "right_thigh"), "thorax": ("upper_torso", "neck"),
    "upper_neck": ("neck", "head", "upper_torso"), "head_top": ("head", "hair", "hat"), "nose": ("head",),
    "eye": ("head",), "ear": ("head",), "big_toe": ("foot",), "small_toe": ("foot",), "heel": ("foot", "shin"),
}  # fmt: skip
# Metres from a joint to the surface seen in front of it, when nothing else is there.
_RADIUS = {
    "ankle": 0.04, "knee": 0.06, "hip": 0.11, "wrist": 0.03, "elbow": 0.04, "shoulder": 0.06, "pelvis": 0.12,
    "thorax": 0.10, "upper_neck": 0.07, "head_top": 0.06, "nose": 0.012, "eye": 0.01, "ear": 0.02, "big_toe": 0.02,
    "small_toe": 0.02, "heel": 0.035,
}  # fmt: skip


def _kind(joint: str) -> str:
    return joint.removeprefix("left_").removeprefix("right_")


def _allowed() -> np.ndarray:
    """(27, segments + 1) bool: segments on which a joint counts as seen."""
    table = np.zeros((len(SYNTHETIC27), len(SEGMENTS) + 1), bool)
    for k, joint in enumerate(SYNTHETIC27.joints):
        side = joint.split("_")[0]
        for name in _OWN_SEGMENTS[_kind(joint)]:
            table[k, SEGMENTS.index(name if name in SEGMENTS else f"{side}_{name}")] = True
    return table


_ALLOWED = _allowed()
_JOINT_RADIUS = np.array([_RADIUS[_kind(joint)] for joint in SYNTHETIC27.joints])


def keypoints(scenes: Scenes, canvas: Canvas, strokes: Strokes, people: int) -> np.ndarray:
    """(N, people, 27, 3) float32 pixels; v = 0 outside the frame, 2 where its pixel shows the joint's own surface."""
    size = canvas.images.shape[1]
    xy = scenes.joints[..., :2] * size - 0.5
    inside = ((xy >= -0.5) & (xy < size - 0.5)).all(-1)
    segment, person = strokes.labels[1:3, canvas.joint_stroke]
    segment = np.where(canvas.joint_stroke < 0, NO_SEGMENT, segment)
    mine = person == np.arange(len(person))[:, None]
    per_metre = (scenes.cameras.focal / scenes.cameras.position[:, 2] * size)[scenes.owner][:, None]
    in_front = scenes.joints[..., 2] - canvas.joint_depth / per_metre
    near = np.abs(in_front) < 1.7 * _JOINT_RADIUS + 0.03
    seen = mine & near & _ALLOWED[np.arange(len(SYNTHETIC27)), segment]
    result = np.zeros((len(canvas.images), people, len(SYNTHETIC27), 3), np.float32)
    points = np.concatenate([xy, np.where(inside, 1 + seen, 0)[..., None]], -1)
    result[scenes.owner, scenes.rank] = np.where(inside[..., None], points, 0)
    return result


def boxes(scenes: Scenes, size: int, people: int) -> np.ndarray:
    """(N, people, 4) float32 edges around each person, clipped to the frame; NaN for nobody."""
    edges = _enclose(scenes, scenes.used) * size - 0.5
    clipped = np.clip(edges, -0.5, size - 0.5)
    empty = (clipped[:, 2:] <= clipped[:, :2]).any(1)
    return _per_person(np.where(empty[:, None], np.nan, clipped), scenes, people)


def head_boxes(scenes: Scenes, size: int, people: int) -> np.ndarray:
    """(N, people, 4) float32 edges around head and hair, hidden or not; NaN for nobody or a head outside the frame."""
    figures = scenes.figures
    on_head = figures.present & np.isin(figures.parts[:, 0, 0], (1, 2))
    used = np.zeros(scenes.spheres.shape[:2], bool)
    for corner in figures.corners.T:
        rows, hulls = np.nonzero(on_head)
        used[rows, corner[hulls]] = True
    edges = _enclose(scenes, used) * size - 0.5
    outside = (edges[:, :2] >= size - 0.5).any(1) | (edges[:, 2:] <= -0.5).any(1)
    return _per_person(np.where(outside[:, None], np.nan, edges), scenes, people)


def attributes(scenes: Scenes, points: np.ndarray, people: int) -> dict[str, np.ndarray]:
    """What can be said of each picture (N,) or person (N, people); text is empty and numbers are NaN for nobody."""
    facts, pictures = scenes.people, scenes.pictures
    visible = points[..., 2]
    in_frame = (visible > 0).sum(-1)
    hidden = np.where(in_frame > 0, (visible == 1).sum(-1) / np.maximum(in_frame, 1), np.nan)

    def named(names, indices):
        return _per_person(np.array(names)[indices], scenes, people)

    return {
        "pose": named(poses.ARCHETYPES, facts["archetype"]),
        "yaw": _per_person(np.degrees(facts["yaw"]).astype(np.float32), scenes, people),
        "hidden_share": hidden.astype(np.float32),
        "body_shape": named(body.BODY_SHAPES, facts["shape"]),
        "skin_tone": _per_person(scenes.palette["skin_tone"].astype(np.float32), scenes, people),
        "clothing": named(clothes.CLOTHING, facts["clothing"]),
        "hair": named(head.HAIR_STYLES, facts["hair"]),
        "hat": named(head.HATS, facts["hat"]),
        "occluder": np.array(objects.OCCLUDERS)[pictures["occluder"]],
        "cut": np.array(CUTS)[pictures["cut"]],
        "place": np.array(places.PLACES)[pictures["place"]],
    }


def _enclose(scenes: Scenes, used: np.ndarray) -> np.ndarray:
    """(M, 4) in picture widths around the spheres in use."""
    x, y, _, r = np.moveaxis(scenes.spheres, -1, 0)
    low = [np.where(used, v - r, np.inf).min(1) for v in (x, y)]
    high = [np.where(used, v + r, -np.inf).max(1) for v in (x, y)]
    return np.stack([*low, *high], -1)


def _per_person(values: np.ndarray, scenes: Scenes, people: int) -> np.ndarray:
    empty = "" if values.dtype.kind == "U" else np.nan
    dtype = values.dtype if values.dtype.kind == "U" else np.float32
    result = np.full((len(scenes.place_rows), people, *values.shape[1:]), empty, dtype)
    result[scenes.owner, scenes.rank] = values
    return result
