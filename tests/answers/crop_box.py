"""Answers to the exercise crop_box, right and wrong."""

import math

import numpy as np


def right_in_another_style(keypoints, rule, bones, size):
    nothing = [math.nan] * 4
    unit = 0.0
    for a, b, usual in bones:
        (xa, ya, va), (xb, yb, vb) = keypoints[int(a)], keypoints[int(b)]
        if va > 0 and vb > 0:
            unit = max(unit, math.dist((xa, ya), (xb, yb)) / usual)
    edges = []
    for joint, margin, needed in rule:
        x, y, v = map(float, keypoints[int(joint)])
        if v > 0:
            edges.append((x - margin * unit, y - margin * unit, x + margin * unit, y + margin * unit))
        elif needed:
            return nothing
    if not edges or unit == 0:
        return nothing
    x0, y0, x1, y1 = zip(*edges)
    x0, y0 = max(0, math.floor(min(x0) + 0.5)), max(0, math.floor(min(y0) + 0.5))
    x1, y1 = min(size[0], math.ceil(max(x1) + 0.5)), min(size[1], math.ceil(max(y1) + 0.5))
    return [x0 - 0.5, y0 - 0.5, x1 - 0.5, y1 - 0.5] if x0 < x1 and y0 < y1 else nothing


def right_vectorised(keypoints, rule, bones, size):
    keypoints, rule, bones = (np.asarray(one, float) for one in (keypoints, rule, bones))
    nothing = np.full(4, np.nan)
    found = keypoints[:, 2] > 0
    a, b = bones[:, 0].astype(int), bones[:, 1].astype(int)
    both = found[a] & found[b]
    if not both.any():
        return nothing
    lengths = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2], axis=1) / bones[:, 2]
    unit = lengths[both].max()
    joints = rule[:, 0].astype(int)
    here = found[joints]
    if unit == 0 or not here.any() or (~here & (rule[:, 2] == 1)).any():
        return nothing
    centre, radius = keypoints[joints[here], :2], (rule[here, 1] * unit)[:, None]
    low = np.floor((centre - radius).min(axis=0) - 0.5 + 1) - 0.5
    high = np.ceil((centre + radius).max(axis=0) - 0.5) + 0.5
    low = np.maximum(low, -0.5)
    high = np.minimum(high, np.array(size) - 0.5)
    return np.concatenate([low, high]) if (low < high).all() else nothing


def right_clipped_before_widening(keypoints, rule, bones, size):
    nothing = tuple([float("nan")] * 4)
    units = []
    for a, b, usual in bones:
        one, other = keypoints[int(a)], keypoints[int(b)]
        if one[2] > 0 and other[2] > 0:
            units.append(np.hypot(one[0] - other[0], one[1] - other[1]) / usual)
    if len(units) == 0 or max(units) == 0:
        return nothing
    box = [np.inf, np.inf, -np.inf, -np.inf]
    for joint, margin, needed in rule:
        joint = int(joint)
        if keypoints[joint][2] == 0:
            if needed == 1:
                return nothing
            continue
        for axis in range(2):
            box[axis] = min(box[axis], keypoints[joint][axis] - margin * max(units))
            box[axis + 2] = max(box[axis + 2], keypoints[joint][axis] + margin * max(units))
    if box[0] == np.inf:
        return nothing
    box = [*np.maximum(box[:2], -0.5), *np.minimum(box[2:], np.subtract(size, 0.5))]
    box = np.array([np.floor(box[0] + 0.5), np.floor(box[1] + 0.5), np.ceil(box[2] + 0.5), np.ceil(box[3] + 0.5)]) - 0.5
    return tuple(box) if box[2] > box[0] and box[3] > box[1] else nothing


def right_with_a_dictionary(keypoints, rule, bones, size):
    refused = np.array([np.nan] * 4, np.float64)
    places = {number: np.array([x, y], float) for number, (x, y, v) in enumerate(keypoints) if v > 0}
    if any(int(joint) not in places for joint, _, needed in rule if needed):
        return refused
    lengths = [
        float(np.sqrt(((places[int(a)] - places[int(b)]) ** 2).sum())) / usual
        for a, b, usual in bones
        if int(a) in places and int(b) in places
    ]
    circles = [(places[int(joint)], margin) for joint, margin, _ in rule if int(joint) in places]
    if not circles or not any(lengths):
        return refused
    torso = max(lengths)
    upper_left = np.min([place - margin * torso for place, margin in circles], axis=0)
    lower_right = np.max([place + margin * torso for place, margin in circles], axis=0)
    upper_left, lower_right = np.floor(upper_left + 0.5) - 0.5, np.ceil(lower_right + 0.5) - 0.5
    limit = np.array(size, float) - 0.5
    box = np.concatenate([np.clip(upper_left, -0.5, limit), np.clip(lower_right, -0.5, limit)])
    return refused if (box[:2] == box[2:]).any() else box


def wrong_mean_bone(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = np.mean(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_median_bone(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = np.median(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_shortest_bone(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = min(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_first_bone(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = units[0]
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_times_usual_length(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length * usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_usual_length_forgotten(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_longest_in_pixels_then_divided(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append((length, usual))
    if not units or max(units)[0] == 0:
        return np.full(4, np.nan)
    unit = max(units)[0] / max(units)[1]
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_hidden_is_not_found(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 1
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_bones_not_asked(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if True:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_bone_with_one_joint(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] or found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_bones_of_the_rule_only(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b] and a in rule[:, 0] and b in rule[:, 0]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_bone_height_only(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = abs(keypoints[a, 1] - keypoints[b, 1])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_bone_with_v(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a] - keypoints[b])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_lost_joints_enclosed(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint] or not needed:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_needed_forgotten(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_every_joint_needed(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        else:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_margin_in_pixels(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin)
            high.append(keypoints[joint, :2] + margin)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_no_margin(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - 0)
            high.append(keypoints[joint, :2] + 0)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_largest_margin_for_all(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - rule[:, 1].max() * unit)
            high.append(keypoints[joint, :2] + rule[:, 1].max() * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_margin_as_diameter(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit / 2)
            high.append(keypoints[joint, :2] + margin * unit / 2)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_row_of_rule_for_joint(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, (_, margin, needed) in enumerate(rule):
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_rounded_for_widened(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.round(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.round(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_narrowed(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.ceil(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.floor(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_whole_pixels_for_halves(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0))
    x1, y1 = np.ceil(np.max(high, axis=0))
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_half_beyond_whole_pixels(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0)) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0)) + 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_always_to_another_half(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.floor(np.max(high, axis=0) + 0.5) + 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_left_always_to_another_half(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.ceil(np.min(low, axis=0) + 0.5) - 1.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_not_widened(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.min(low, axis=0)
    x1, y1 = np.max(high, axis=0)
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_picture_from_zero(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, 0), max(y0, 0)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_picture_to_width(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0]), min(y1, size[1])
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_picture_to_width_less_one(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 1), min(y1, size[1] - 1)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_not_clipped(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_not_clipped_below(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_height_and_width_swapped(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[1] - 0.5), min(y1, size[0] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_square_picture(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[0] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_outside_not_refused(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    return np.array([x0, y0, x1, y1])


def wrong_refused_without_width_and_height(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 and y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_only_empty_refused_not_inside_out(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 == x1 or y0 == y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_only_width_asked(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_one_pixel_refused(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x1 - x0 <= 1 or y1 - y0 <= 1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_unit_zero_not_refused(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_small_unit_refused(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) < 1:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_no_bone_raises(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_unit_one_without_bones(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    unit = max(units, default=1.0)
    if unit == 0:
        return np.full(4, np.nan)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_zero_box_for_refused(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.zeros(4)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.zeros(4)
    if not low:
        return np.zeros(4)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.zeros(4)
    return np.array([x0, y0, x1, y1])


def wrong_none_for_refused(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return None
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return None
    if not low:
        return None
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return None
    return np.array([x0, y0, x1, y1])


def wrong_one_joint_refused(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if len(low) < 2:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_all_found_joints(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint in range(len(keypoints)):
        margin, needed = next(((m, n) for j, m, n in rule if j == joint), (0, 0))
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_edges_by_axis(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, x1, y0, y1])


def wrong_corner_and_size(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1 - x0, y1 - y0])


def wrong_whole_numbers(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1]).astype(int)


def wrong_picture_before_margin(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(np.clip(keypoints[joint, :2], -0.5, np.array(size) - 0.5) - margin * unit)
            high.append(np.clip(keypoints[joint, :2], -0.5, np.array(size) - 0.5) + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_joints_outside_left_out(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint] and (keypoints[joint, :2] >= -0.5).all():
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_joint_at_zero_is_lost(keypoints, rule, bones, size):
    found = (keypoints[:, 2] > 0) & (keypoints[:, :2] != 0).all(axis=1)
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])


def wrong_first_joint_not_needed(keypoints, rule, bones, size):
    found = keypoints[:, 2] > 0
    units = []
    for a, b, usual in bones:
        a, b = int(a), int(b)
        if found[a] and found[b]:
            length = np.linalg.norm(keypoints[a, :2] - keypoints[b, :2])
            units.append(length / usual)
    if not units or max(units) == 0:
        return np.full(4, np.nan)
    unit = max(units)
    low, high = [], []
    for joint, margin, needed in rule:
        joint = int(joint)
        if found[joint]:
            low.append(keypoints[joint, :2] - margin * unit)
            high.append(keypoints[joint, :2] + margin * unit)
        elif needed and joint:
            return np.full(4, np.nan)
    if not low:
        return np.full(4, np.nan)
    x0, y0 = np.floor(np.min(low, axis=0) + 0.5) - 0.5
    x1, y1 = np.ceil(np.max(high, axis=0) + 0.5) - 0.5
    x0, y0 = max(x0, -0.5), max(y0, -0.5)
    x1, y1 = min(x1, size[0] - 0.5), min(y1, size[1] - 0.5)
    if x0 >= x1 or y0 >= y1:
        return np.full(4, np.nan)
    return np.array([x0, y0, x1, y1])
