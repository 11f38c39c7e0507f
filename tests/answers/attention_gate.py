"""Answers to the exercise attention_gate, right and wrong."""

import math

import numpy as np
from scipy.ndimage import zoom
from scipy.special import expit


def right_in_another_style(features, g, w_l, w_g, psi, bias):
    times = len(features) // len(g)
    answer = np.zeros((features.shape[0], features.shape[1], features.shape[2] + 1))
    for row, column in np.ndindex(features.shape[:2]):
        inner = w_l.T @ features[row, column] + w_g.T @ g[row // times, column // times]
        mask = expit(float(inner.clip(0) @ psi) + bias)
        answer[row, column] = [*(features[row, column] * mask), mask]
    return answer


def right_by_repeat(features, g, w_l, w_g, psi, bias):
    k = features.shape[1] // g.shape[1]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    score = np.maximum(features @ w_l + big @ w_g, 0) @ psi + bias
    mask = 0.5 * (1 + np.tanh(score / 2))
    return np.concatenate([features * mask[..., None], mask[..., None]], axis=-1)


def right_enlarged_after_the_product(features, g, w_l, w_g, psi, bias):
    h, w, channels = features.shape
    small = np.einsum("yxc,cd->yxd", g, w_g)
    rows, columns = np.arange(h) * len(g) // h, np.arange(w) * g.shape[1] // w
    inner = np.tensordot(features, w_l, 1) + small[rows][:, columns]
    score = np.where(inner > 0, inner, 0).dot(psi) + bias
    small_exp = np.exp(-np.abs(score))
    mask = np.where(score >= 0, 1, small_exp) / (1 + small_exp)
    answer = np.ones((h, w, channels + 1))
    answer[..., :channels] = features
    answer *= mask[:, :, np.newaxis]
    return answer


def right_by_kron(features, g, w_l, w_g, psi, bias):
    k = len(features) // len(g)
    big = np.kron(g, np.ones((k, k, 1)))
    inner = np.dot(features, w_l) + np.dot(big, w_g)
    inner[inner < 0] = 0
    with np.errstate(over="ignore"):
        mask = 1 / (1 + np.exp(-(inner @ psi + bias)))
    return np.dstack([features * mask[:, :, None], mask]).astype(np.float32)


def right_by_lists(features, g, w_l, w_g, psi, bias):
    k = len(features) // len(g)
    rows = []
    for r, line in enumerate(features.tolist()):
        row = []
        for c, cell in enumerate(line):
            score = float(bias)
            for d in range(len(psi)):
                one = sum(cell[i] * w_l[i, d] for i in range(len(cell)))
                one += sum(g[r // k, c // k, i] * w_g[i, d] for i in range(g.shape[2]))
                score += max(one, 0) * psi[d]
            mask = 1 / (1 + math.exp(-score)) if score > -700 else 0.0
            row.append([one * mask for one in cell] + [mask])
        rows.append(row)
    return rows


def wrong_exp_over_one_plus_exp(features, g, w_l, w_g, psi, bias):
    k = len(features) // len(g)
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    power = np.exp(np.maximum(features @ w_l + big @ w_g, 0) @ psi + bias)
    mask = (power / (1 + power))[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_features_changed(features, g, w_l, w_g, psi, bias):
    k = len(features) // len(g)
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    mask = expit(np.maximum(features @ w_l + big @ w_g, 0) @ psi + bias)[..., None]
    features *= mask
    return np.concatenate([features, mask], axis=-1)


def wrong_tiles_for_blocks(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = np.tile(g, (k, k, 1))
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_smooth_enlargement(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = zoom(g, (k, k, 1), order=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_always_twice(features, g, w_l, w_g, psi, bias):
    k = 2 if len(g) < len(features) else 1
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_one_cell_too_far(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = np.roll(g.repeat(k, axis=0).repeat(k, axis=1), 1, axis=(0, 1))
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_zeros_between_cells(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = np.zeros((*features.shape[:2], g.shape[2]))
    big[::k, ::k] = g
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_blocks_read_as_rows(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.reshape(-1, g.shape[2]).repeat(k * k, axis=0).reshape(*features.shape[:2], -1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_no_relu(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = inner @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_relu_of_score(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner @ psi + bias, 0)
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_relu_before_bias_only(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner @ psi, 0) + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_relu_of_each(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = np.maximum(features @ w_l, 0) + np.maximum(big @ w_g, 0)
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_leaky_relu(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.where(inner > 0, inner, 0.01 * inner) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_relu_six(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.clip(inner, 0, 6) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_no_bias(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_bias_inside(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g + bias
    score = np.maximum(inner, 0) @ psi
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_bias_subtracted(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi - bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_softmax_over_places(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = (np.exp(score - score.max()) / np.exp(score - score.max()).sum())[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_mask_divided_by_its_largest(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    mask = mask / max(mask.max(), 1e-12)
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_mask_first(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([mask, features * mask], axis=-1)


def wrong_mask_left_out(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return features * mask


def wrong_score_for_mask(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, score[..., None]], axis=-1)


def wrong_residual(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * (1 + mask), mask], axis=-1)


def wrong_mask_turned(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * (1 - mask), 1 - mask], axis=-1)


def wrong_features_as_they_were(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features, mask], axis=-1)


def wrong_mask_twice(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask * mask, mask], axis=-1)


def wrong_projected_features(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([(features @ w_l) * mask, mask], axis=-1)


def wrong_only_g_asked(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_only_features_asked(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_product_for_sum(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l * (big @ w_g)
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_clipped_at_ten(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(np.clip(score, -10, 10))[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_hard_sigmoid(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = np.clip(score / 6 + 0.5, 0, 1)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_tanh(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = np.tanh(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_hard_mask(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = (score > 0).astype(float)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_mean_for_psi(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0).mean(axis=-1) + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_transposed_g(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.swapaxes(0, 1).repeat(k, axis=0).repeat(k, axis=1).reshape(*features.shape[:2], -1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_half_precision_mask(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score).astype(np.float16)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_nan_to_a_half(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = np.nan_to_num(np.exp(score) / (1 + np.exp(score)), nan=0.5)[..., None]
    return np.concatenate([features * mask, mask], axis=-1)


def wrong_mask_of_first_channel_only(features, g, w_l, w_g, psi, bias):
    k = features.shape[0] // g.shape[0]
    big = g.repeat(k, axis=0).repeat(k, axis=1)
    inner = features @ w_l + big @ w_g
    score = np.maximum(inner, 0) @ psi + bias
    mask = expit(score)[..., None]
    return np.concatenate([features[..., :1] * mask, features[..., 1:], mask], axis=-1)
