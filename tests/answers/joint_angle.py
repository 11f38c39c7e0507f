"""Answers to the exercise joint_angle, right and wrong."""

import cmath
import math

import numpy as np


def right_by_vectors(a, b, c):
    if 0 in (a[2], b[2], c[2]):
        return np.nan
    one, other = np.subtract(a[:2], b[:2]), np.subtract(c[:2], b[:2])
    if not one.any() or not other.any():
        return float("nan")
    turn = one[0] * other[1] - one[1] * other[0]
    return abs(np.degrees(np.arctan2(turn, one @ other)))


def right_by_clipped_cosine(a, b, c):
    a, b, c = (np.asarray(one, np.float64) for one in (a, b, c))
    if min(a[2], b[2], c[2]) <= 0:
        return float("nan")
    one, other = (a - b)[:2], (c - b)[:2]
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    if lengths == 0:
        return float("nan")
    return float(np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1))))


def right_by_complex_numbers(a, b, c):
    if not (a[2] and b[2] and c[2]):
        return float("nan")
    one = complex(a[0] - b[0], a[1] - b[1])
    other = complex(c[0] - b[0], c[1] - b[1])
    if one == 0 or other == 0:
        return float("nan")
    return abs(math.degrees(cmath.phase(other * one.conjugate())))


def right_by_two_directions(a, b, c):
    ax, ay, av = a
    bx, by, bv = b
    cx, cy, cv = c
    if av == 0 or bv == 0 or cv == 0 or (ax, ay) == (bx, by) or (cx, cy) == (bx, by):
        return math.nan
    turn = abs(math.degrees(math.atan2(ay - by, ax - bx) - math.atan2(cy - by, cx - bx))) % 360
    return 360 - turn if turn > 180 else turn


def right_by_half_the_chord(a, b, c):
    if any(joint[2] == 0 for joint in (a, b, c)):
        return np.array(np.nan)
    one, other = np.array(a[:2], float) - b[:2], np.array(c[:2], float) - b[:2]
    if np.hypot(*one) == 0 or np.hypot(*other) == 0:
        return np.array(np.nan)
    one, other = one / np.hypot(*one), other / np.hypot(*other)
    return np.rad2deg(2 * np.arctan2(np.hypot(*(one - other)), np.hypot(*(one + other))))


def wrong_signed(a, b, c):
    if 0 in (a[2], b[2], c[2]):
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    if not u.any() or not w.any():
        return float("nan")
    return math.degrees(math.atan2(u[0] * w[1] - u[1] * w[0], u @ w))


def wrong_up_to_360(a, b, c):
    return wrong_signed(a, b, c) % 360


def wrong_difference_of_directions_not_folded(a, b, c):
    if 0 in (a[2], b[2], c[2]):
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    if not u.any() or not w.any():
        return float("nan")
    return abs(math.degrees(math.atan2(u[1], u[0]) - math.atan2(w[1], w[0])))


def wrong_by_slopes(a, b, c):
    if 0 in (a[2], b[2], c[2]):
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    if u[0] == 0 or w[0] == 0:
        return float("nan")
    return abs(math.degrees(math.atan(u[1] / u[0]) - math.atan(w[1] / w[0])))


def wrong_by_sine(a, b, c):
    if 0 in (a[2], b[2], c[2]):
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    return np.degrees(np.arcsin(np.clip(abs(u[0] * w[1] - u[1] * w[0]) / lengths, 0, 1)))


def wrong_no_clip(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = u @ w / lengths
    return np.degrees(np.arccos(cosine))


def wrong_clip_above_only(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = min(u @ w / lengths, 1)
    return np.degrees(np.arccos(cosine))


def wrong_clip_below_only(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = max(u @ w / lengths, -1)
    return np.degrees(np.arccos(cosine))


def wrong_clip_just_inside(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1 + 1e-6, 1 - 1e-6)
    return np.degrees(np.arccos(cosine))


def wrong_clip_at_zero(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, 0, 1)
    return np.degrees(np.arccos(cosine))


def wrong_radians(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.arccos(cosine)


def wrong_supplement(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return 180 - np.degrees(np.arccos(cosine))


def wrong_limbs_head_to_tail(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], b[:2] - c[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_angle_at_a(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = b[:2] - a[:2], c[:2] - a[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_acute_only(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(abs(u @ w) / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_hidden_is_missing(a, b, c):
    if a[2] < 2 or b[2] < 2 or c[2] < 2:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_only_middle_missing(a, b, c):
    if b[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_all_must_be_missing(a, b, c):
    if a[2] == 0 and b[2] == 0 and c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_ends_missing_only(a, b, c):
    if a[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_missing_not_asked(a, b, c):
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_zero_for_missing(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return 0.0
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_missing_by_x_zero(a, b, c):
    if 0 in (a[0], b[0], c[0]) or 0 in (a[2], b[2], c[2]):
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_zero_for_no_length(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return 0.0
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_straight_for_no_length(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return 180.0
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_only_one_limb_without_length(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if not u.any():
        return float("nan")
    lengths = max(lengths, 1e-12)
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_short_limbs_have_no_length(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths < 1:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_very_short_limbs_have_no_length(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths < 1e-3:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_same_place_of_ends(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0 or (a[:2] == c[:2]).all():
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_a_little_added(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / (lengths + 1e-6), -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_v_in_the_limb(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a - b, c - b
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_rounded(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return round(np.degrees(np.arccos(cosine)))


def wrong_whole_pixels(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = (a[:2] - b[:2]).astype(int), (c[:2] - b[:2]).astype(int)
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_half_precision(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.float16(np.clip(u @ w / lengths, -1, 1))
    return np.degrees(np.arccos(cosine))


def wrong_straight_is_nan(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    if abs(cosine) == 1:
        return float("nan")
    return np.degrees(np.arccos(cosine))


def wrong_at_most_179(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return min(np.degrees(np.arccos(cosine)), 179.9)


def wrong_one_length_only(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) ** 2
    if lengths == 0:
        return float("nan")
    cosine = np.clip(u @ w / lengths, -1, 1)
    return np.degrees(np.arccos(cosine))


def wrong_nearly_straight_is_straight(a, b, c):
    if a[2] == 0 or b[2] == 0 or c[2] == 0:
        return float("nan")
    u, w = a[:2] - b[:2], c[:2] - b[:2]
    lengths = np.linalg.norm(u) * np.linalg.norm(w)
    if lengths == 0:
        return float("nan")
    cosine = np.round(np.clip(u @ w / lengths, -1, 1), 3)
    return np.degrees(np.arccos(cosine))
