"""Answers to the exercise smooth_joints, right and wrong."""

import math

import numpy as np


def right_row_by_row(before, now, elapsed, cutoff=2.0):
    turn = 2 * np.pi * cutoff * elapsed
    rows = []
    for old, new in zip(before, now, strict=True):
        place = new[:2] if old[2] == 0 else old[:2] + turn / (turn + 1) * (new[:2] - old[:2])
        rows.append([*place, new[2]] if new[2] else [0, 0, 0])
    return np.array(rows)


def share(cutoff, elapsed):
    turn = 2 * np.pi * cutoff * elapsed
    return turn / (turn + 1)


def right_vectorised(before, now, elapsed, cutoff=2.0):
    new, old = np.array(now, dtype=float), np.array(before, dtype=float)
    way = np.where(old[:, 2:] > 0, share(cutoff, elapsed), 1.0)
    new[:, :2] = old[:, :2] * (1 - way) + new[:, :2] * way
    new[new[:, 2] == 0] = 0
    return new


def right_by_lists(before, now, elapsed, cutoff=2.0):
    answer = []
    for (x0, y0, v0), (x1, y1, v1) in zip(before.tolist(), now.tolist(), strict=True):
        if not v1:
            answer.append((0.0, 0.0, 0.0))
        elif not v0:
            answer.append((x1, y1, v1))
        else:
            s = share(cutoff, elapsed)
            answer.append((x0 + s * (x1 - x0), y0 + s * (y1 - y0), v1))
    return answer


def right_by_index(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3), np.float64)
    here, both = now[:, 2] != 0, (now[:, 2] != 0) & (before[:, 2] != 0)
    answer[here] = now[here]
    s = 1 - 1 / (1 + 2 * math.pi * cutoff * elapsed)
    answer[both, :2] = (1 - s) * before[both, :2] + s * now[both, :2]
    return answer


def wrong_now_changed(before, now, elapsed, cutoff=2.0):
    both = (before[:, 2] > 0) & (now[:, 2] > 0)
    now[both, :2] = before[both, :2] + share(cutoff, elapsed) * (now[both, :2] - before[both, :2])
    now[now[:, 2] == 0] = 0
    return now


def wrong_before_changed(before, now, elapsed, cutoff=2.0):
    both = (before[:, 2] > 0) & (now[:, 2] > 0)
    answer = before
    answer[both, :2] += share(cutoff, elapsed) * (now[both, :2] - before[both, :2])
    answer[~both] = now[~both]
    answer[:, 2] = now[:, 2]
    answer[now[:, 2] == 0] = 0
    return answer


def wrong_lost_joints_stay(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            answer[k] = before[k]
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_lost_joints_stay_with_v_zero(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            answer[k, :2] = before[k, :2]
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_lost_joints_keep_their_place(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            answer[k] = now[k]
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_lost_not_asked(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_lost_are_nan(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            answer[k] = np.nan
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_begins_at_zero(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if True:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_begins_a_share_of_the_way(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k] * [s, s, 1]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_hidden_begins_anew(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 1:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_hidden_now_is_lost(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] < 2:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_old_at_zero_is_lost(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, :2].any():
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_old_on_an_axis_is_lost(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and before[k, :2].all():
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_new_at_zero_is_lost(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if not now[k, :2].any():
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_new_on_an_axis_is_lost(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0 or not now[k, :2].all():
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_v_smoothed(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k] = before[k] + s * (now[k] - before[k])
    return answer


def wrong_v_of_before(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    answer[:, 2] = np.where(answer[:, 2] > 0, np.where(before[:, 2] > 0, before[:, 2], now[:, 2]), 0)
    return answer


def wrong_larger_v(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    answer[:, 2] = np.where(answer[:, 2] > 0, np.maximum(before[:, 2], now[:, 2]), 0)
    return answer


def wrong_v_always_two(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    answer[answer[:, 2] > 0, 2] = 2
    return answer


def wrong_v_one_or_zero(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    answer[:, 2] = answer[:, 2] > 0
    return answer


def wrong_share_of_the_old(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = now[k, :2] + s * (before[k, :2] - now[k, :2])
    return answer


def wrong_from_now_backwards(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] - s * (now[k, :2] - before[k, :2])
    return answer


def wrong_beyond_the_new_place(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = now[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_mean_of_both(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = 0.5
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_fixed_share(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = 0.3
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_thirty_frames_a_second(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, 1 / 30)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_cutoff_two(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(2.0, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_milliseconds(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed / 1000)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_rate_for_time(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, 1 / elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_no_circle(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = cutoff * elapsed / (cutoff * elapsed + 1)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_half_a_circle(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff / 2, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_share_not_divided(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = min(2 * np.pi * cutoff * elapsed, 1)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_by_exponential(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = 1 - np.exp(-2 * np.pi * cutoff * elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_share_rounded(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = round(share(cutoff, elapsed), 2)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_pause_begins_anew(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and elapsed < 0.5:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_long_pause_begins_anew(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and elapsed < 1:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_very_long_pause_begins_anew(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and elapsed < 10:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_no_time_gives_now(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and elapsed > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_places_rounded(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return np.round(answer)


def wrong_places_whole(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3), int)
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_half_precision(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3), np.float16)
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_only_x(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, 0] = before[k, 0] + s * (now[k, 0] - before[k, 0])
    return answer


def wrong_only_places_returned(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer[:, :2]


def wrong_first_lost_ends_it(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            break
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_anybody_lost_begins_all_anew(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if (before[:, 2] > 0).all():
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_anybody_lost_now_begins_all_anew(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and (now[:, 2] > 0).all():
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_large_steps_not_smoothed(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and np.hypot(*(now[k, :2] - before[k, :2])) < 100:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_very_large_steps_not_smoothed(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0 and np.hypot(*(now[k, :2] - before[k, :2])) < 500:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_kept_in_the_picture(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    answer[:, :2] = np.maximum(answer[:, :2], 0)
    return answer


def wrong_joints_outside_are_lost(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now)):
        if now[k, 2] == 0 or (now[k, :2] < 0).any():
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_seventeen_joints(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(min(17, len(now))):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer


def wrong_last_joint_lost(before, now, elapsed, cutoff=2.0):
    answer = np.zeros((len(now), 3))
    s = share(cutoff, elapsed)
    for k in range(len(now) - 1):
        if now[k, 2] == 0:
            continue
        answer[k] = now[k]
        if before[k, 2] > 0:
            answer[k, :2] = before[k, :2] + s * (now[k, :2] - before[k, :2])
    return answer
