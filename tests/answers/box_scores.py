"""Answers to the exercise box_scores, right and wrong."""

import math

import numpy as np


def right_in_another_style(truth, predicted):
    rows = []
    for t, p in zip(truth.tolist(), predicted.tolist(), strict=True):
        if np.isnan(t).any():
            rows.append([np.nan] * 3)
            continue
        error = sum(abs(a - b) for a, b in zip(t, p, strict=True)) / 4
        wide, high = min(t[2], p[2]) - max(t[0], p[0]), min(t[3], p[3]) - max(t[1], p[1])
        shared = wide * high if wide > 0 and high > 0 else 0
        own = (p[2] - p[0]) * (p[3] - p[1]) if p[2] > p[0] and p[3] > p[1] else 0
        area = (t[2] - t[0]) * (t[3] - t[1])
        dx, dy = (t[0] + t[2] - p[0] - p[2]) / 2, (t[1] + t[3] - p[1] - p[3]) / 2
        head = 0.6 * ((t[2] - t[0]) ** 2 + (t[3] - t[1]) ** 2) ** 0.5
        rows.append([error, shared / (area + own - shared), (dx * dx + dy * dy) ** 0.5 / head])
    return rows


def right_vectorised(truth, predicted):
    truth, predicted = np.asarray(truth, float), np.asarray(predicted, float)
    mae = np.abs(truth - predicted).mean(axis=1)
    side = np.minimum(truth[:, 2:], predicted[:, 2:]) - np.maximum(truth[:, :2], predicted[:, :2])
    inter = np.maximum(side, 0).prod(axis=1)
    own = np.maximum(predicted[:, 2:] - predicted[:, :2], 0).prod(axis=1)
    size = truth[:, 2:] - truth[:, :2]
    iou = inter / (size.prod(axis=1) + own - inter)
    shift = (truth[:, :2] + truth[:, 2:] - predicted[:, :2] - predicted[:, 2:]) / 2
    centre = np.linalg.norm(shift, axis=1) / (0.6 * np.linalg.norm(size, axis=1))
    out = np.stack([mae, iou, centre], axis=1)
    out[np.isnan(truth).any(axis=1)] = np.nan
    return out


def right_filled_for_known_rows(truth, predicted):
    out = np.full((len(truth), 3), np.nan)
    known = ~np.isnan(truth[:, 0])
    t, p = truth[known].T, predicted[known].T
    out[known, 0] = (abs(t[0] - p[0]) + abs(t[1] - p[1]) + abs(t[2] - p[2]) + abs(t[3] - p[3])) / 4
    w = np.clip(np.minimum(t[2], p[2]) - np.maximum(t[0], p[0]), 0, None)
    h = np.clip(np.minimum(t[3], p[3]) - np.maximum(t[1], p[1]), 0, None)
    flat = (p[2] <= p[0]) | (p[3] <= p[1])
    area = (t[2] - t[0]) * (t[3] - t[1])
    other = np.where(flat, 0, (p[2] - p[0]) * (p[3] - p[1]))
    out[known, 1] = np.where(flat, 0, w * h / (area + other - w * h))
    out[known, 2] = np.hypot((t[0] + t[2] - p[0] - p[2]) / 2, (t[1] + t[3] - p[1] - p[3]) / 2)
    out[known, 2] /= 0.6 * np.hypot(t[2] - t[0], t[3] - t[1])
    return out


def right_complex_centres(truth, predicted):
    def one(t, p):
        if any(value != value for value in t):
            return (math.nan,) * 3
        ct, cp = complex(t[0] + t[2], t[1] + t[3]) / 2, complex(p[0] + p[2], p[1] + p[3]) / 2
        w, h = min(t[2], p[2]) - max(t[0], p[0]), min(t[3], p[3]) - max(t[1], p[1])
        iou = 0.0
        if min(w, h) > 0:
            iou = w * h / ((t[2] - t[0]) * (t[3] - t[1]) + (p[2] - p[0]) * (p[3] - p[1]) - w * h)
        return (
            math.fsum(abs(x - y) for x, y in zip(t, p)) / 4,
            iou,
            abs(ct - cp) / (0.6 * math.dist(t[:2], t[2:])),
        )

    return tuple(one(t, p) for t, p in zip(truth.tolist(), predicted.tolist()))


def _scores(truth, predicted):
    truth, predicted = np.array(truth, float), np.array(predicted, float)
    size = truth[:, 2:] - truth[:, :2]
    side = np.maximum(np.minimum(truth[:, 2:], predicted[:, 2:]) - np.maximum(truth[:, :2], predicted[:, :2]), 0)
    inter = side.prod(axis=1)
    own = np.maximum(predicted[:, 2:] - predicted[:, :2], 0).prod(axis=1)
    shift = (truth[:, :2] + truth[:, 2:] - predicted[:, :2] - predicted[:, 2:]) / 2
    return {
        "t": truth,
        "p": predicted,
        "size": size,
        "inter": inter,
        "own": own,
        "area": size.prod(axis=1),
        "shift": shift,
        "mae": np.abs(truth - predicted).mean(axis=1),
        "iou": inter / (size.prod(axis=1) + own - inter),
        "centre": np.linalg.norm(shift, axis=1) / (0.6 * np.linalg.norm(size, axis=1)),
    }


def _stack(mae, iou, centre, truth):
    out = np.stack([mae, iou, centre], axis=1)
    out[np.isnan(truth).any(axis=1)] = np.nan
    return out


def wrong_diagonal_of_predicted(truth, predicted):
    s = _scores(truth, predicted)
    diagonal = np.linalg.norm(s["p"][:, 2:] - s["p"][:, :2], axis=1)
    return _stack(s["mae"], s["iou"], np.linalg.norm(s["shift"], axis=1) / (0.6 * diagonal), truth)


def wrong_without_point_six(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["mae"], s["iou"], s["centre"] * 0.6, truth)


def wrong_times_point_six(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["mae"], s["iou"], s["centre"] * 0.36, truth)


def wrong_squared_error(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(((s["t"] - s["p"]) ** 2).mean(axis=1), s["iou"], s["centre"], truth)


def wrong_sum_of_edges(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(4 * s["mae"], s["iou"], s["centre"], truth)


def wrong_mean_before_abs(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(np.abs((s["t"] - s["p"]).mean(axis=1)), s["iou"], s["centre"], truth)


def wrong_mean_over_people(truth, predicted):
    s = _scores(truth, predicted)
    mae = np.full(len(truth), np.nanmean(np.abs(s["t"] - s["p"])))
    return _stack(mae, s["iou"], s["centre"], truth)


def wrong_inside_out_repaired(truth, predicted):
    p = np.concatenate(
        [np.minimum(predicted[:, :2], predicted[:, 2:]), np.maximum(predicted[:, :2], predicted[:, 2:])], axis=1
    )
    s, plain = _scores(truth, p), _scores(truth, predicted)
    return _stack(plain["mae"], s["iou"], plain["centre"], truth)


def wrong_all_scores_of_repaired(truth, predicted):
    p = np.concatenate(
        [np.minimum(predicted[:, :2], predicted[:, 2:]), np.maximum(predicted[:, :2], predicted[:, 2:])], axis=1
    )
    s = _scores(truth, p)
    return _stack(s["mae"], s["iou"], s["centre"], truth)


def wrong_inside_out_all_nan(truth, predicted):
    s = _scores(truth, predicted)
    out = _stack(s["mae"], s["iou"], s["centre"], truth)
    out[(predicted[:, 2] <= predicted[:, 0]) | (predicted[:, 3] <= predicted[:, 1])] = np.nan
    return out


def wrong_product_of_negative_sides(truth, predicted):
    s = _scores(truth, predicted)
    side = np.minimum(s["t"][:, 2:], s["p"][:, 2:]) - np.maximum(s["t"][:, :2], s["p"][:, :2])
    inter = np.maximum(side.prod(axis=1), 0)
    own = np.maximum((s["p"][:, 2:] - s["p"][:, :2]).prod(axis=1), 0)
    return _stack(s["mae"], inter / (s["area"] + own - inter), s["centre"], truth)


def wrong_negative_area_can_cancel_the_true_one(truth, predicted):
    s = _scores(truth, predicted)
    own = (s["p"][:, 2:] - s["p"][:, :2]).prod(axis=1)
    side = np.minimum(s["t"][:, 2:], s["p"][:, 2:]) - np.maximum(s["t"][:, :2], s["p"][:, :2])
    inter = side.prod(axis=1) * (side > 0).any(axis=1)
    return _stack(s["mae"], np.maximum(inter, 0) / (s["area"] + own - inter), s["centre"], truth)


def wrong_unknown_are_zero(truth, predicted):
    s = _scores(truth, predicted)
    return np.nan_to_num(np.stack([s["mae"], s["iou"], s["centre"]], axis=1))


def wrong_unknown_iou_zero(truth, predicted):
    s = _scores(truth, predicted)
    return np.stack([s["mae"], np.nan_to_num(s["iou"]), s["centre"]], axis=1)


def wrong_unknown_left_out(truth, predicted):
    known = ~np.isnan(truth).any(axis=1)
    s = _scores(truth[known], predicted[known])
    return np.stack([s["mae"], s["iou"], s["centre"]], axis=1)


def wrong_python_max_hides_nan(truth, predicted):
    rows = []
    for t, p in zip(truth.tolist(), predicted.tolist()):
        w, h = max(0, min(t[2], p[2]) - max(t[0], p[0])), max(0, min(t[3], p[3]) - max(t[1], p[1]))
        union = (t[2] - t[0]) * (t[3] - t[1]) + max(0, p[2] - p[0]) * max(0, p[3] - p[1]) - w * h
        iou = w * h / union if union > 0 else 0.0
        d = np.hypot(t[0] + t[2] - p[0] - p[2], t[1] + t[3] - p[1] - p[3]) / 2
        rows.append([np.mean(np.abs(np.subtract(t, p))), iou, d / (0.6 * np.hypot(t[2] - t[0], t[3] - t[1]))])
    return rows


def wrong_centre_distance_manhattan(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["mae"], s["iou"], np.abs(s["shift"]).sum(axis=1) / (0.6 * np.linalg.norm(s["size"], axis=1)), truth)


def wrong_centre_is_upper_left(truth, predicted):
    s = _scores(truth, predicted)
    d = np.linalg.norm(s["t"][:, :2] - s["p"][:, :2], axis=1)
    return _stack(s["mae"], s["iou"], d / (0.6 * np.linalg.norm(s["size"], axis=1)), truth)


def wrong_centre_not_halved(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["mae"], s["iou"], 2 * s["centre"], truth)


def wrong_centre_whole_pixels(truth, predicted):
    s = _scores(truth, predicted)
    ct, cp = (s["t"][:, :2] + s["t"][:, 2:]) // 2, (s["p"][:, :2] + s["p"][:, 2:]) // 2
    d = np.linalg.norm(ct - cp, axis=1)
    return _stack(s["mae"], s["iou"], d / (0.6 * np.linalg.norm(s["size"], axis=1)), truth)


def wrong_order_of_scores(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["iou"], s["mae"], s["centre"], truth)


def wrong_transposed(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["mae"], s["iou"], s["centre"], truth).T


def wrong_head_size_of_width(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["mae"], s["iou"], np.linalg.norm(s["shift"], axis=1) / (0.6 * s["size"][:, 0]), truth)


def wrong_mean_head_size(truth, predicted):
    s = _scores(truth, predicted)
    head = np.nanmean(0.6 * np.linalg.norm(s["size"], axis=1))
    return _stack(s["mae"], s["iou"], np.linalg.norm(s["shift"], axis=1) / head, truth)


def wrong_pixel_counted_plus_one(truth, predicted):
    s = _scores(truth, predicted)
    side = np.maximum(np.minimum(s["t"][:, 2:], s["p"][:, 2:]) - np.maximum(s["t"][:, :2], s["p"][:, :2]) + 1, 0)
    inter = side.prod(axis=1)
    own = np.maximum(s["p"][:, 2:] - s["p"][:, :2] + 1, 0).prod(axis=1)
    area = (s["size"] + 1).prod(axis=1)
    return _stack(s["mae"], inter / (area + own - inter), s["centre"], truth)


def wrong_truth_nan_replaced_in_place(truth, predicted):
    unknown = np.isnan(truth).any(axis=1)
    truth[unknown] = 0
    s = _scores(truth, predicted)
    out = np.stack([s["mae"], s["iou"], s["centre"]], axis=1)
    out[unknown] = np.nan
    return out


def wrong_flat_only_in_x(truth, predicted):
    s = _scores(truth, predicted)
    side = np.minimum(s["t"][:, 2:], s["p"][:, 2:]) - np.maximum(s["t"][:, :2], s["p"][:, :2])
    low, high = np.minimum(s["p"][:, 1], s["p"][:, 3]), np.maximum(s["p"][:, 1], s["p"][:, 3])
    h = np.maximum(np.minimum(s["t"][:, 3], high) - np.maximum(s["t"][:, 1], low), 0)
    inter = np.maximum(side[:, 0], 0) * h
    own = np.maximum(s["p"][:, 2] - s["p"][:, 0], 0) * (high - low)
    return _stack(s["mae"], inter / (s["area"] + own - inter), s["centre"], truth)


def wrong_centre_error_capped_at_one(truth, predicted):
    s = _scores(truth, predicted)
    return _stack(s["mae"], s["iou"], np.minimum(s["centre"], 1), truth)


def wrong_negative_area_of_inside_out_box(truth, predicted):
    s = _scores(truth, predicted)
    own = (s["p"][:, 2:] - s["p"][:, :2]).prod(axis=1)
    return _stack(s["mae"], s["inter"] / (s["area"] + own - s["inter"]), s["centre"], truth)


def wrong_far_boxes_overlap_in_one_axis(truth, predicted):
    s = _scores(truth, predicted)
    side = np.minimum(s["t"][:, 2:], s["p"][:, 2:]) - np.maximum(s["t"][:, :2], s["p"][:, :2])
    inter = np.where((side > 0).any(axis=1), np.abs(side).prod(axis=1), 0)
    return _stack(s["mae"], inter / (s["area"] + s["own"] - inter), s["centre"], truth)


def wrong_error_of_flat_boxes_nan(truth, predicted):
    s = _scores(truth, predicted)
    flat = (predicted[:, 2] <= predicted[:, 0]) | (predicted[:, 3] <= predicted[:, 1])
    return _stack(s["mae"], s["iou"], np.where(flat, np.nan, s["centre"]), truth)


def wrong_inside_out_in_both_axes_has_area(truth, predicted):
    s = _scores(truth, predicted)
    p = s["p"].copy()
    both = (p[:, 2] < p[:, 0]) & (p[:, 3] < p[:, 1])
    p[both] = p[both][:, [2, 3, 0, 1]]
    return _stack(s["mae"], _scores(truth, p)["iou"], s["centre"], truth)


def wrong_predicted_clipped_in_place(truth, predicted):
    out = _scores(truth, predicted)
    predicted[:, 2:] = np.maximum(predicted[:, 2:], predicted[:, :2])
    return _stack(out["mae"], _scores(truth, predicted)["iou"], out["centre"], truth)


def wrong_negative_edges_clipped(truth, predicted):
    s = _scores(truth, np.maximum(predicted, 0))
    return _stack(s["mae"], s["iou"], s["centre"], truth)
