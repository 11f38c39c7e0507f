"""Answers to the exercise hourglass_level, right and wrong."""

import numpy as np
from scipy.ndimage import maximum_filter


def right_by_loops(x, inner):
    small = np.array(
        [[x[r : r + 2, c : c + 2].max() for c in range(0, x.shape[1], 2)] for r in range(0, x.shape[0], 2)]
    )
    small = inner(small)
    return np.array([[x[r, c] + small[r // 2, c // 2] for c in range(x.shape[1])] for r in range(x.shape[0])])


def right_pad_reshape_repeat(x, inner):
    h, w = x.shape
    padded = np.pad(x, ((0, h % 2), (0, w % 2)), mode="edge")
    small = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2).max(axis=(1, 3))
    return x + np.asarray(inner(small)).repeat(2, axis=0).repeat(2, axis=1)[:h, :w]


def right_strided_maxima(x, inner):
    h, w = x.shape
    even = x
    if h % 2:
        even = np.vstack([even, even[-1:]])
    if w % 2:
        even = np.hstack([even, even[:, -1:]])
    small = np.maximum.reduce([even[::2, ::2], even[::2, 1::2], even[1::2, ::2], even[1::2, 1::2]])
    return x + np.kron(inner(small), np.ones((2, 2)))[:h, :w]


def right_reduceat_and_index(x, inner):
    small = np.maximum.reduceat(x, np.arange(0, x.shape[0], 2), axis=0)
    small = np.maximum.reduceat(small, np.arange(0, x.shape[1], 2), axis=1)
    answer = inner(small)
    rows, columns = np.indices(x.shape) // 2
    return answer[rows, columns] + x


def right_scipy_filter(x, inner):
    h, w = x.shape
    rows, columns = np.minimum(np.arange(h + h % 2), h - 1), np.minimum(np.arange(w + w % 2), w - 1)
    even = x[np.ix_(rows, columns)]
    small = maximum_filter(even, size=2, origin=-1)[::2, ::2]
    out = x.astype(float)
    big = inner(small.copy())
    for dy in (0, 1):
        for dx in (0, 1):
            part = out[dy::2, dx::2]
            part += big[: part.shape[0], : part.shape[1]]
    return out


def _even(x, mode="edge"):
    h, w = x.shape
    return np.pad(x, ((0, h % 2), (0, w % 2)), mode=mode)


def _blocks(e):
    return e.reshape(e.shape[0] // 2, 2, e.shape[1] // 2, 2)


def _double(s, h, w):
    return np.repeat(np.repeat(s, 2, axis=0), 2, axis=1)[:h, :w]


def wrong_mean_pooling(x, inner):
    return x + _double(inner(_blocks(_even(x)).mean(axis=(1, 3))), *x.shape)


def wrong_zero_padding(x, inner):
    return x + _double(inner(_blocks(_even(x, "constant")).max(axis=(1, 3))), *x.shape)


def wrong_wrapped_padding(x, inner):
    return x + _double(inner(_blocks(_even(x, "wrap")).max(axis=(1, 3))), *x.shape)


def wrong_first_row_repeated(x, inner):
    h, w = x.shape
    e = np.pad(x, ((h % 2, 0), (w % 2, 0)), mode="edge")
    return x + _double(inner(_blocks(e).max(axis=(1, 3))), h, w)


def wrong_padding_in_front_and_cut_in_front(x, inner):
    h, w = x.shape
    e = np.pad(x, ((h % 2, 0), (w % 2, 0)), mode="edge")
    s = inner(_blocks(e).max(axis=(1, 3)))
    return x + np.repeat(np.repeat(s, 2, axis=0), 2, axis=1)[h % 2 :, w % 2 :]


def wrong_odd_row_dropped(x, inner):
    h, w = x.shape
    if min(h, w) < 2:
        return x + inner(x)
    s = inner(_blocks(x[: h - h % 2, : w - w % 2]).max(axis=(1, 3)))
    return x + np.pad(_double(s, h, w), ((0, h % 2), (0, w % 2)))


def wrong_odd_row_dropped_and_edge_copied(x, inner):
    h, w = x.shape
    if min(h, w) < 2:
        return x + inner(x)
    s = inner(_blocks(x[: h - h % 2, : w - w % 2]).max(axis=(1, 3)))
    return x + np.pad(_double(s, h, w), ((0, h % 2), (0, w % 2)), mode="edge")


def wrong_not_cut(x, inner):
    e = _even(x)
    return e + _double(inner(_blocks(e).max(axis=(1, 3))), *e.shape)


def wrong_without_shortcut(x, inner):
    return _double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape)


def wrong_inner_of_the_large_map(x, inner):
    return x + _double(_blocks(_even(inner(x))).max(axis=(1, 3)), *x.shape)


def wrong_inner_after_doubling(x, inner):
    return x + inner(_double(_blocks(_even(x)).max(axis=(1, 3)), *x.shape))


def wrong_inner_forgotten(x, inner):
    return x + _double(_blocks(_even(x)).max(axis=(1, 3)), *x.shape)


def wrong_tiled_instead_of_repeated(x, inner):
    s = inner(_blocks(_even(x)).max(axis=(1, 3)))
    return x + np.tile(s, (2, 2))[: x.shape[0], : x.shape[1]]


def wrong_repeated_in_rows_tiled_in_columns(x, inner):
    s = inner(_blocks(_even(x)).max(axis=(1, 3)))
    return x + np.tile(np.repeat(s, 2, axis=0), (1, 2))[: x.shape[0], : x.shape[1]]


def wrong_doubled_in_place_with_zeros_between(x, inner):
    s = inner(_blocks(_even(x)).max(axis=(1, 3)))
    big = np.zeros(_even(x).shape)
    big[::2, ::2] = s
    return x + big[: x.shape[0], : x.shape[1]]


def wrong_bilinear_doubling(x, inner):
    s = np.asarray(inner(_blocks(_even(x)).max(axis=(1, 3))), float)
    h, w = x.shape
    r, c = np.clip((np.arange(h) + 0.5) / 2 - 0.5, 0, None), np.clip((np.arange(w) + 0.5) / 2 - 0.5, 0, None)
    down = np.array([np.interp(r, range(len(s)), s[:, k]) for k in range(s.shape[1])]).T
    return x + np.array([np.interp(c, range(s.shape[1]), row) for row in down])


def wrong_every_second_value(x, inner):
    return x + _double(inner(_even(x)[::2, ::2]), *x.shape)


def wrong_reshape_2_first(x, inner):
    e = _even(x)
    s = e.reshape(2, e.shape[0] // 2, 2, e.shape[1] // 2).max(axis=(0, 2))
    return x + _double(inner(s), *x.shape)


def wrong_product(x, inner):
    return x * _double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape)


def wrong_maximum_of_both(x, inner):
    return np.maximum(x, _double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape))


def wrong_added_in_place(x, inner):
    x += _double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape)
    return x


def wrong_only_even_height_checked(x, inner):
    h, w = x.shape
    e = np.pad(x, ((0, h % 2), (0, h % 2)), mode="edge") if w % 2 == h % 2 else _even(x, "constant")
    return x + _double(inner(_blocks(e).max(axis=(1, 3))), h, w)


def wrong_maximum_at_least_zero(x, inner):
    s = np.zeros(((x.shape[0] + 1) // 2, (x.shape[1] + 1) // 2))
    for r in range(x.shape[0]):
        for c in range(x.shape[1]):
            s[r // 2, c // 2] = max(s[r // 2, c // 2], x[r, c])
    return x + _double(inner(s), *x.shape)


def wrong_absolute_maximum(x, inner):
    return x + _double(inner(np.abs(_blocks(_even(x))).max(axis=(1, 3))), *x.shape)


def wrong_inner_of_each_value(x, inner):
    s = _blocks(_even(x)).max(axis=(1, 3))
    s = np.array([[np.asarray(inner(np.array([[v]]))).ravel()[0] for v in row] for row in s])
    return x + _double(s, *x.shape)


def wrong_inner_twice(x, inner):
    return x + _double(inner(inner(_blocks(_even(x)).max(axis=(1, 3)))), *x.shape)


def wrong_inner_also_on_shortcut(x, inner):
    return inner(x) + _double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape)


def wrong_overlapping_blocks(x, inner):
    return x + _double(inner(maximum_filter(x, size=3, mode="nearest")[::2, ::2]), *x.shape)


def wrong_integers(x, inner):
    return (x + _double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape)).astype(int)


def wrong_pads_only_if_both_odd(x, inner):
    h, w = x.shape
    e = np.pad(x, ((0, 1), (0, 1)), mode="edge") if h % 2 and w % 2 else _even(x, "constant")
    return x + _double(inner(_blocks(e).max(axis=(1, 3))), h, w)


def wrong_pads_both_if_either_odd(x, inner):
    h, w = x.shape
    if h % 2 or w % 2:
        e = np.pad(x, ((0, 2 - h % 2), (0, 2 - w % 2)), mode="edge")
    else:
        e = x
    return x + _double(inner(_blocks(e).max(axis=(1, 3))), h, w)


def wrong_rounded_to_two_digits(x, inner):
    out = np.zeros_like(x)
    out[:] = x + _double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape)
    return np.float32(out).round(2)


def wrong_padded_by_reflection(x, inner):
    h, w = x.shape
    if min(h, w) < 2:
        return x + _double(inner(_blocks(_even(x)).max(axis=(1, 3))), h, w)
    return x + _double(inner(_blocks(_even(x, "reflect")).max(axis=(1, 3))), h, w)


def wrong_relu_before_sum(x, inner):
    return x + np.maximum(_double(inner(_blocks(_even(x)).max(axis=(1, 3))), *x.shape), 0)
