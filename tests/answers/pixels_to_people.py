"""Answers to the exercise pixels_to_people, right and wrong."""

import numpy as np
from scipy.spatial.distance import cdist


def right_in_another_style(mask, offsets, places):
    rows = []
    for y in range(mask.shape[0]):
        row = []
        for x in range(mask.shape[1]):
            best, least = -1, float("inf")
            for number, (px, py, v) in enumerate(places):
                away = (x + float(offsets[y, x, 0]) - float(px)) ** 2 + (y + float(offsets[y, x, 1]) - float(py)) ** 2
                if v and mask[y, x] and away < least:
                    best, least = number, away
            row.append(best)
        rows.append(row)
    return rows


def right_vectorised(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    found = np.flatnonzero(places[:, 2] > 0) if len(places) else []
    if len(found) == 0:
        return answer
    rows, columns = np.nonzero(mask)
    points = np.stack([columns, rows], axis=-1) + np.asarray(offsets, float)[rows, columns]
    away = ((points[:, None] - np.asarray(places, float)[None, found, :2]) ** 2).sum(axis=-1)
    answer[rows, columns] = found[away.argmin(axis=1)]
    return answer


def right_by_cdist(mask, offsets, places):
    y, x = np.mgrid[: mask.shape[0], : mask.shape[1]]
    there = np.dstack([x + offsets[..., 0], y + offsets[..., 1]]).reshape(-1, 2).astype(float)
    if not len(places) or not places[:, 2].any():
        return -np.ones(mask.shape, np.int16)
    away = cdist(there, places[:, :2].astype(float), "sqeuclidean")
    away[:, places[:, 2] == 0] = np.inf
    return np.where(mask, away.argmin(axis=1).reshape(mask.shape), -1)


def right_person_by_person(mask, offsets, places):
    yx = np.indices(np.shape(mask)).astype(float)
    to_x, to_y = yx[1] + offsets[:, :, 0], yx[0] + offsets[:, :, 1]
    best = np.full(np.shape(mask), np.inf)
    owner = np.zeros(np.shape(mask), dtype=int) - 1
    for number, (x, y, v) in enumerate(places):
        if not v:
            continue
        away = np.square(to_x - x) + np.square(to_y - y)
        nearer = np.asarray(mask, bool) & (away < best)
        owner[nearer] = number
        best[nearer] = away[nearer]
    return owner


def wrong_whole_mask_as_index(mask, offsets, places):
    y, x = np.indices(mask.shape)
    found = np.flatnonzero(places[:, 2] > 0) if len(places) else []
    answer = np.full(mask.shape, -1)
    if len(found):
        to = np.stack([x, y], axis=-1) + offsets
        nearest = found[((to[:, :, None] - places[found, :2]) ** 2).sum(axis=-1).argmin(axis=-1)]
        answer = nearest
        answer[~mask] = -1
    return answer


def wrong_one_owner_for_all(mask, offsets, places):
    y, x = np.indices(mask.shape)
    found = np.flatnonzero(places[:, 2] > 0) if len(places) else []
    answer = np.full(mask.shape, -1)
    if len(found) and mask.any():
        to = (np.stack([x, y], axis=-1) + offsets)[mask > 0].mean(axis=0)
        answer[mask > 0] = found[((to - places[found, :2]) ** 2).sum(axis=-1).argmin()]
    return answer


def wrong_only_in_the_picture(mask, offsets, places):
    y, x = np.indices(mask.shape)
    found = np.flatnonzero(places[:, 2] > 0) if len(places) else []
    answer = np.full(mask.shape, -1)
    if len(found):
        to = np.stack([x, y], axis=-1) + offsets
        nearest = found[((to[:, :, None] - places[found, :2]) ** 2).sum(axis=-1).argmin(axis=-1)]
        inside = ((to >= 0) & (to < mask.shape[::-1])).all(axis=-1)
        answer[(mask > 0) & inside] = nearest[(mask > 0) & inside]
    return answer


def wrong_lost_joints_far_away(mask, offsets, places):
    y, x = np.indices(mask.shape)
    answer = np.full(mask.shape, -1)
    if len(places) and (places[:, 2] > 0).any():
        to = np.stack([x, y], axis=-1) + offsets
        where = np.where(places[:, 2:] > 0, places[:, :2], 999)
        nearest = ((to[:, :, None] - where) ** 2).sum(axis=-1).argmin(axis=-1)
        answer[mask > 0] = nearest[mask > 0]
    return answer


def wrong_lost_joints_a_hundred_away(mask, offsets, places):
    y, x = np.indices(mask.shape)
    answer = np.full(mask.shape, -1)
    if len(places) and (places[:, 2] > 0).any():
        to = np.stack([x, y], axis=-1) + offsets
        where = np.where(places[:, 2:] > 0, places[:, :2], -100)
        nearest = ((to[:, :, None] - where) ** 2).sum(axis=-1).argmin(axis=-1)
        answer[mask > 0] = nearest[mask > 0]
    return answer


def wrong_lost_joints_struck_in_places(mask, offsets, places):
    y, x = np.indices(mask.shape)
    answer = np.full(mask.shape, -1)
    if len(places) and (places[:, 2] > 0).any():
        to = np.stack([x, y], axis=-1) + offsets
        places[places[:, 2] == 0, :2] = 1e9
        nearest = ((to[:, :, None] - places[:, :2]) ** 2).sum(axis=-1).argmin(axis=-1)
        answer[mask > 0] = nearest[mask > 0]
    return answer


def wrong_arrow_forgotten(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c, r
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_pixel_forgotten(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = offsets[r, c, 0], offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_arrow_backwards(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c - offsets[r, c, 0], r - offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_arrow_y_first(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 1], r + offsets[r, c, 0]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_row_is_x(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = r + offsets[r, c, 0], c + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_y_downwards_turned(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r - offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_half_a_pixel_added(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + 0.5 + offsets[r, c, 0], r + 0.5 + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_arrow_rounded(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = round(c + offsets[r, c, 0]), round(r + offsets[r, c, 1])
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_arrow_cut_to_whole(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = int(c + offsets[r, c, 0]), int(r + offsets[r, c, 1])
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_clipped_to_the_picture(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = np.clip(c + offsets[r, c, 0], 0, w - 1), np.clip(r + offsets[r, c, 1], 0, h - 1)
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_places_y_first(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (py, px, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_lost_joints_count(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_hidden_joints_lost(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v < 2:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_joint_at_zero_is_lost(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if px == 0 and py == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_joint_on_an_axis_is_lost(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0 or px == 0 or py == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_row_among_the_found(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(row for row in places if row[2]):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_ties_last(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away <= least:
                    answer[r, c], least = p, away
    return answer


def wrong_mask_forgotten(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_mask_turned(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_zero_outside(mask, offsets, places):
    h, w = mask.shape
    answer = np.zeros((h, w), int)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_zero_where_none_found(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            answer[r, c] = 0
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_counted_from_one(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p + 1, away
    return answer


def wrong_city_blocks(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = abs(x - px) + abs(y - py)
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_larger_of_both(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = max(abs(x - px), abs(y - py))
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_x_only(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_y_only(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_farthest(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = -1
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away > least:
                    answer[r, c], least = p, away
    return answer


def wrong_only_near_ones(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = 20.0**2
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_only_within_a_thousand(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = 1000.0**2
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_distance_in_whole_pixels(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = int(((x - px) ** 2 + (y - py) ** 2) ** 0.5)
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_distance_rounded(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = round(((x - px) ** 2 + (y - py) ** 2) ** 0.5, 1)
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_longest_side_as_square(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(min(h, w)):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_last_row_forgotten(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h - 1):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_last_column_forgotten(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w - 1):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_first_two_people(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places[:2]):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_no_people_raises(mask, offsets, places):
    h, w = mask.shape
    places[0]
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_mask_is_true(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if mask[r, c] is not np.True_:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_person_number_as_byte(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), 255, np.uint8)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = (x - px) ** 2 + (y - py) ** 2
                if away < least:
                    answer[r, c], least = p, away
    return answer


def wrong_person_weighted_by_v(mask, offsets, places):
    h, w = mask.shape
    answer = np.full((h, w), -1)
    for r in range(h):
        for c in range(w):
            if not mask[r, c]:
                continue
            x, y = c + offsets[r, c, 0], r + offsets[r, c, 1]
            least = np.inf
            for p, (px, py, v) in enumerate(places):
                if v == 0:
                    continue
                away = ((x - px) ** 2 + (y - py) ** 2) / v
                if away < least:
                    answer[r, c], least = p, away
    return answer
