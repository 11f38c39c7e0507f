"""Answers to the exercise attention, right and wrong."""

import math

import numpy as np
from scipy.special import softmax


def right_in_another_style(q, k, v):
    answers = np.zeros((len(q), v.shape[1]))
    for i, query in enumerate(q):
        scores = np.array([np.dot(query, key) for key in k]) / len(query) ** 0.5
        weights = np.exp(scores - np.logaddexp.reduce(scores))
        for weight, value in zip(weights, v):
            answers[i] += weight * value
    return answers


def right_keepdims(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores = scores - scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    return weights / weights.sum(axis=-1, keepdims=True) @ v


def right_scipy_softmax(q, k, v):
    return softmax(np.einsum("nd,md->nm", q, k) / math.sqrt(k.shape[1]), axis=1) @ v


def right_pure_python(q, k, v):
    answers = []
    for query in q.tolist():
        scores = [sum(a * b for a, b in zip(query, key)) / math.sqrt(len(query)) for key in k.tolist()]
        top = max(scores)
        weights = [math.exp(s - top) for s in scores]
        total = sum(weights)
        answers.append([sum(w * value for w, value in zip(weights, column)) / total for column in v.T.tolist()])
    return answers


def right_transposed_world(q, k, v):
    scores = np.dot(k, q.T) * q.shape[1] ** -0.5
    weights = np.exp(scores - scores.max(axis=0))
    return (v.T @ (weights / weights.sum(axis=0))).T


def right_divide_at_the_end(q, k, v):
    scores = np.matmul(q.astype(float), k.T.astype(float)) / len(q[0]) ** 0.5
    np.subtract(scores, np.max(scores, axis=1)[:, None], out=scores)
    np.exp(scores, out=scores)
    return (scores @ v) / scores.sum(1)[:, None]


def _soft(s, axis=-1):
    w = np.exp(s - s.max(axis=axis, keepdims=True))
    return w / w.sum(axis=axis, keepdims=True)


def wrong_without_root(q, k, v):
    return _soft(q @ k.T) @ v


def wrong_divided_by_d(q, k, v):
    return _soft(q @ k.T / q.shape[1]) @ v


def wrong_root_of_queries(q, k, v):
    return _soft(q @ k.T / np.sqrt(len(q))) @ v


def wrong_root_of_keys(q, k, v):
    return _soft(q @ k.T / np.sqrt(len(k))) @ v


def wrong_root_of_value_size(q, k, v):
    return _soft(q @ k.T / np.sqrt(v.shape[1])) @ v


def wrong_times_root(q, k, v):
    return _soft(q @ k.T * np.sqrt(q.shape[1])) @ v


def wrong_softmax_over_queries(q, k, v):
    return _soft(q @ k.T / np.sqrt(q.shape[1]), axis=0) @ v


def wrong_softmax_over_everything(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s.max())
    return w / w.sum() @ v


def wrong_overflow(q, k, v):
    w = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_one_maximum_for_all(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s.max())
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_maximum_of_each_key(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s.max(axis=0, keepdims=True))
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_mean_taken_off(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s.mean(axis=1, keepdims=True))
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_minimum_taken_off(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s.min(axis=1, keepdims=True))
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_constant_taken_off(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - 5000)
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_scores_clipped(q, k, v):
    s = np.clip(q @ k.T / np.sqrt(q.shape[1]), -700, 700)
    w = np.exp(s)
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_scores_clipped_at_fifty(q, k, v):
    return _soft(np.clip(q @ k.T / np.sqrt(q.shape[1]), -50, 50)) @ v


def wrong_nan_to_zero(q, k, v):
    w = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    return np.nan_to_num(w / w.sum(axis=1, keepdims=True)) @ v


def wrong_epsilon_and_one_maximum(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s.max())
    return w / (w.sum(axis=1, keepdims=True) + 1e-9) @ v


def wrong_epsilon_in_denominator(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s.max(axis=1, keepdims=True))
    return w / (w.sum(axis=1, keepdims=True) + 1e-2) @ v


def wrong_no_normalisation(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    return np.exp(s - s.max(axis=1, keepdims=True)) @ v


def wrong_hard_attention(q, k, v):
    return v[(q @ k.T).argmax(axis=1)]


def wrong_hard_where_large(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    out = _soft(s) @ v
    large = np.abs(s).max(axis=1) > 500
    out[large] = v[s[large].argmax(axis=1)]
    return out


def wrong_linear_weights(q, k, v):
    s = np.maximum(q @ k.T / np.sqrt(q.shape[1]), 0)
    return s / (s.sum(axis=1, keepdims=True) + 1e-12) @ v


def wrong_weights_of_keys_as_values(q, k, v):
    return _soft(q @ k.T / np.sqrt(q.shape[1])) @ k


def wrong_keys_and_queries_exchanged(q, k, v):
    return _soft((k @ q.T).reshape(len(q), len(k)) / np.sqrt(q.shape[1])) @ v


def wrong_returns_weights(q, k, v):
    return _soft(q @ k.T / np.sqrt(q.shape[1]))


def wrong_root_after_softmax(q, k, v):
    return _soft(q @ k.T) / np.sqrt(q.shape[1]) @ v


def wrong_division_of_maximum_only_if_positive(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - np.maximum(s.max(axis=1, keepdims=True), 0))
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_distance_as_score(q, k, v):
    s = -((q[:, None] - k[None]) ** 2).sum(axis=2) / np.sqrt(q.shape[1])
    return _soft(s) @ v


def wrong_cosine_as_score(q, k, v):
    a = q / np.maximum(np.linalg.norm(q, axis=1, keepdims=True), 1e-12)
    b = k / np.maximum(np.linalg.norm(k, axis=1, keepdims=True), 1e-12)
    return _soft(a @ b.T / np.sqrt(q.shape[1])) @ v


def wrong_single_row_maximum(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - s[:, :1])
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_float16(q, k, v):
    s = (q @ k.T / np.sqrt(q.shape[1])).astype(np.float16)
    return _soft(s).astype(float) @ v


def wrong_q_scaled_in_place(q, k, v):
    q /= np.sqrt(q.shape[1])
    return _soft(q @ k.T) @ v


def wrong_differences_clipped_at_minus_five(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(np.maximum(s - s.max(axis=1, keepdims=True), -5))
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_small_weights_dropped(q, k, v):
    w = _soft(q @ k.T / np.sqrt(q.shape[1]))
    w[w < 0.01] = 0
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_largest_magnitude_taken_off(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(s - np.abs(s).max(axis=1, keepdims=True))
    return w / w.sum(axis=1, keepdims=True) @ v


def wrong_scores_divided_by_maximum(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    big = np.maximum(np.abs(s).max(axis=1, keepdims=True) / 700, 1)
    return _soft(s / big) @ v


def wrong_large_scores_rounded(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    s = np.where(np.abs(s) > 500, np.round(s), s)
    return _soft(s) @ v


def wrong_only_large_rows_stabilised_by_clipping(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    w = np.exp(np.clip(s, -745, 709))
    return w / np.minimum(w.sum(axis=1, keepdims=True), np.finfo(float).max) @ v
