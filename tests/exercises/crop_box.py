"""Notebook 07: a crop by a rule that is data."""

import numpy as np


def inputs(rng):
    joints = int(rng.integers(3, 8))
    width, height = (int(side) for side in rng.integers(30, 90, 2))
    exact = rng.random() < 0.3  # halves and quarters alone: edges that lie on borders of pixels
    keypoints = np.zeros((joints, 3))
    reach = rng.choice([0, 0, 25])  # some joints lie outside the picture
    keypoints[:, :2] = rng.uniform(-reach, np.array([width, height]) + reach, (joints, 2))
    if rng.random() < 0.08:
        keypoints[:, :2] += [width + 200, 0]  # all of them
    keypoints[:, 2] = rng.choice([0, 1, 2], joints, p=[0.12, 0.22, 0.66])
    if exact:
        keypoints[:, :2] = np.round(2 * keypoints[:, :2]) / 2
        axis = rng.integers(2)
        keypoints[1, axis] = keypoints[0, axis]
    if rng.random() < 0.06:  # all in one place: no bone has a length
        keypoints[:, :2] = keypoints[0, :2]
    if rng.random() < 0.5:
        keypoints[keypoints[:, 2] == 0, :2] = 0  # as the course writes a missing joint
    asked = rng.permutation(joints)[: rng.integers(1, joints + 1)]
    margins = rng.choice([0, 0.25, 0.5] if exact else [0, 0.1, 0.15, 0.35, 0.6], len(asked))
    rule = np.stack([asked, margins, rng.random(len(asked)) < 0.6], axis=1).astype(float)
    pairs = rng.permutation(joints)[: 2 * rng.integers(1, joints // 2 + 1)].reshape(-1, 2)
    if exact:
        pairs = np.array([[0, 1]])
    lengths = rng.choice([0.5, 1, 2] if exact else [0.45, 0.92, 0.95, 1.0, 1.4], len(pairs))
    bones = np.column_stack([pairs, lengths]).astype(float)
    return keypoints.astype(np.float32 if exact and rng.random() < 0.5 else float), rule, bones, (width, height)


NONE = np.full(4, np.nan)


def _lengths(keypoints, bones, found):
    usable = [(int(a), int(b), usual) for a, b, usual in bones if found[int(a)] and found[int(b)]]
    return [np.hypot(*(keypoints[a, :2] - keypoints[b, :2])) / usual for a, b, usual in usable]


def _enclosed(low, high, size, whole=True, clip=(-0.5, -0.5)):
    low, high = low.min(axis=0), high.max(axis=0)
    if whole:
        low, high = np.floor(low + 0.5) - 0.5, np.ceil(high + 0.5) - 0.5
    box = np.concatenate([low, high])
    return box if clip is None else np.clip(box, clip[0], np.tile(size, 2) + clip[1])


def _crop(keypoints, rule, bones, size, found_from=1, strict=False, lenient=False, all_joints=False,
          measured=max, bones_found=True, same_margin=False, empty=False, whole=True, clip=(-0.5, -0.5)):  # fmt: skip
    keypoints = np.asarray(keypoints, float)
    found = keypoints[:, 2] >= found_from
    asked, margins, needed = rule[:, 0].astype(int), rule[:, 1], rule[:, 2] > 0
    if strict:
        needed = np.ones_like(needed)
    if not found[asked[needed]].all() and not lenient:
        return NONE
    there = np.ones(len(asked), bool) if all_joints else found[asked]
    lengths = _lengths(keypoints, bones, found if bones_found else np.ones(len(found), bool))
    unit = measured(lengths) if lengths else 0
    if not there.any() or unit == 0:
        return NONE
    reach = unit * np.full(len(margins), margins[there].max()) if same_margin else unit * margins
    points, reach = keypoints[asked[there], :2], reach[there, None]
    box = _enclosed(points - reach, points + reach, size, whole, clip)
    return box if empty or (box[2:] > box[:2]).all() else NONE


def solution(keypoints, rule, bones, size):
    return _crop(keypoints, rule, bones, size)


def takes_margins_for_pixels(keypoints, rule, bones, size):
    """margins are in torsos: multiply them by the unit"""
    return _crop(keypoints, rule, bones, size, measured=lambda lengths: 1.0)


def measures_by_the_shortest(keypoints, rule, bones, size):
    """a bone that points at the camera looks short, none looks long: the unit is the longest"""
    return _crop(keypoints, rule, bones, size, measured=min)


def measures_by_the_mean(keypoints, rule, bones, size):
    """the mean of the bones is shortened with them: the unit is the longest"""
    return _crop(keypoints, rule, bones, size, measured=np.mean)


def measures_by_the_first(keypoints, rule, bones, size):
    """look at all bones that have both joints, not at the first alone"""
    return _crop(keypoints, rule, bones, size, measured=lambda lengths: lengths[0])


def forgets_the_usual_length(keypoints, rule, bones, size):
    """divide each bone by its usual length in torsos before you compare them"""
    return _crop(keypoints, rule, bones * [1, 1, 0] + [0, 0, 1], size)


def multiplies_by_the_usual_length(keypoints, rule, bones, size):
    """a bone that is usually long must be divided by its usual length, not multiplied"""
    return _crop(keypoints, rule, np.column_stack([bones[:, :2], 1 / bones[:, 2]]), size)


def measures_missing_joints(keypoints, rule, bones, size):
    """a bone counts where both of its joints were found: the place of a missing joint means nothing"""
    return _crop(keypoints, rule, bones, size, bones_found=False)


def adds_the_sides_for_a_length(keypoints, rule, bones, size):
    """the length of a bone is the square root of dx² + dy²"""
    found = keypoints[:, 2] > 0
    sums = [np.abs(keypoints[int(a), :2] - keypoints[int(b), :2]).sum() / usual
            for a, b, usual in bones if found[int(a)] and found[int(b)]]  # fmt: skip
    return _crop(keypoints, rule, bones, size, measured=lambda lengths: max(sums))


def takes_hidden_joints_for_missing(keypoints, rule, bones, size):
    """a hidden joint, v = 1, has a place: it was found"""
    return _crop(keypoints, rule, bones, size, found_from=2)


def crops_without_a_needed_joint(keypoints, rule, bones, size):
    """a joint that the rule needs is missing: refuse"""
    return _crop(keypoints, rule, bones, size, lenient=True)


def refuses_without_an_optional_joint(keypoints, rule, bones, size):
    """a joint that is not needed may be missing: leave it out and crop"""
    return _crop(keypoints, rule, bones, size, strict=True)


def encloses_missing_joints(keypoints, rule, bones, size):
    """a missing joint has no place: do not enclose it"""
    return _crop(keypoints, rule, bones, size, all_joints=True)


def takes_one_margin_for_all(keypoints, rule, bones, size):
    """each joint has its own margin"""
    return _crop(keypoints, rule, bones, size, same_margin=True)


def forgets_the_margins(keypoints, rule, bones, size):
    """joints lie inside the body: the margins are missing"""
    return _crop(keypoints, rule * [1, 0, 1], bones, size)


def leaves_the_picture(keypoints, rule, bones, size):
    """the crop ends where the picture does"""
    return _crop(keypoints, rule, bones, size, clip=None)


def clips_to_the_centres_of_pixels(keypoints, rule, bones, size):
    """the picture reaches from -0.5 to width - 0.5: half a pixel beyond the centres of its first and last"""
    return _crop(keypoints, rule, bones, size, clip=(0.0, -1.0))


def clips_from_zero_to_the_size(keypoints, rule, bones, size):
    """centres of pixels are whole numbers, so the picture reaches from -0.5 to width - 0.5"""
    return _crop(keypoints, rule, bones, size, clip=(0.0, 0.0))


def exchanges_width_and_height(keypoints, rule, bones, size):
    """size is width, height"""
    return _crop(keypoints, rule, bones, size[::-1])


def cuts_through_pixels(keypoints, rule, bones, size):
    """widen the box to whole pixels: its edges lie at halves"""
    return _crop(keypoints, rule, bones, size, whole=False)


def rounds_to_the_nearest(keypoints, rule, bones, size):
    """widen to whole pixels: down on the left and at the top, up on the right and at the bottom"""
    box = _crop(keypoints, rule, bones, size, whole=False)
    return np.clip(np.round(box + 0.5) - 0.5, -0.5, np.tile(size, 2) - 0.5)


def gives_whole_numbers(keypoints, rule, bones, size):
    """the edges lie between pixels, at halves: yours are half a pixel off"""
    return _crop(keypoints, rule, bones, size) + 0.5


def crops_nothing(keypoints, rule, bones, size):
    """a box without width or height is no crop: refuse"""
    return _crop(keypoints, rule, bones, size, empty=True)


def gives_width_and_height(keypoints, rule, bones, size):
    """the box is x0, y0, x1, y1: yours has width and height at its end"""
    x0, y0, x1, y1 = _crop(keypoints, rule, bones, size)
    return np.array([x0, y0, x1 - x0, y1 - y0])


def gives_rows_first(keypoints, rule, bones, size):
    """the box is x0, y0, x1, y1: x comes before y"""
    return _crop(keypoints, rule, bones, size)[[1, 0, 3, 2]]


def never_refuses(keypoints, rule, bones, size):
    """where a crop would be a guess the answer is four NaN"""
    return np.nan_to_num(_crop(keypoints, rule, bones, size))
