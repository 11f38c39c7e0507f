"""Answers to the exercise patch_tokens, right and wrong."""

import numpy as np


def right_in_another_style(picture, p):
    rows, columns = picture.shape[0] // p, picture.shape[1] // p
    tokens = []
    for row in range(rows):
        for column in range(columns):
            tokens.append(picture[row * p : (row + 1) * p, column * p : (column + 1) * p].flatten())
    return np.stack(tokens)


def right_reshape_transpose(picture, p):
    h, w, c = picture.shape
    rows, columns = h // p, w // p
    cut = picture[: rows * p, : columns * p]
    return cut.reshape(rows, p, columns, p, c).transpose(0, 2, 1, 3, 4).reshape(rows * columns, p * p * c)


def right_sliding_windows(picture, p):
    windows = np.lib.stride_tricks.sliding_window_view(picture, (p, p), axis=(0, 1))[::p, ::p]
    return np.moveaxis(windows, 2, -1).reshape(-1, p * p * picture.shape[2])


def right_value_by_value(picture, p):
    h, w, channels = picture.shape
    out = np.empty(((h // p) * (w // p), p * p * channels), dtype=picture.dtype)
    for y in range(h // p * p):
        for x in range(w // p * p):
            token = (y // p) * (w // p) + x // p
            place = ((y % p) * p + x % p) * channels
            out[token, place : place + channels] = picture[y, x]
    return out


def right_nested_lists(picture, p):
    h, w, _ = picture.shape
    return [
        [float(value) for row in range(y, y + p) for pixel in picture[row, x : x + p] for value in pixel]
        for y in range(0, h - p + 1, p)
        for x in range(0, w - p + 1, p)
    ]


def right_fancy_index(picture, p):
    y = np.arange(picture.shape[0] // p)[:, None, None, None] * p + np.arange(p)[:, None]
    x = np.arange(picture.shape[1] // p)[:, None, None] * p + np.arange(p)
    tokens = picture[y, x]
    return tokens.reshape(tokens.shape[0] * tokens.shape[1], -1)


def _cut(picture, p):
    return picture[: picture.shape[0] // p * p, : picture.shape[1] // p * p]


def _tokens(cut, p, order=(0, 2, 1, 3, 4)):
    h, w, c = cut.shape
    return cut.reshape(h // p, p, w // p, p, c).transpose(order).reshape(h // p * (w // p), p * p * c)


def wrong_plain_reshape(picture, p):
    cut = _cut(picture, p)
    return cut.reshape(cut.shape[0] // p * (cut.shape[1] // p), -1)


def wrong_columns_of_patches_first(picture, p):
    return _tokens(_cut(picture, p), p, (2, 0, 1, 3, 4))


def wrong_pixels_column_by_column(picture, p):
    return _tokens(_cut(picture, p), p, (0, 2, 3, 1, 4))


def wrong_channels_first(picture, p):
    return _tokens(_cut(picture, p), p, (0, 2, 4, 1, 3))


def wrong_picture_transposed(picture, p):
    return _tokens(_cut(picture.transpose(1, 0, 2), p), p)


def wrong_channel_order_reversed(picture, p):
    return _tokens(_cut(picture[..., ::-1], p), p)


def wrong_bottom_first(picture, p):
    return _tokens(_cut(picture, p)[::-1], p)


def wrong_bottom_row_of_patches_first(picture, p):
    cut = _cut(picture, p)
    t = _tokens(cut, p).reshape(cut.shape[0] // p, cut.shape[1] // p, -1)
    return t[::-1].reshape(-1, t.shape[2])


def wrong_top_left_left_out(picture, p):
    h, w, _ = picture.shape
    return _tokens(picture[h % p :, w % p :], p)


def wrong_middle_kept(picture, p):
    h, w, _ = picture.shape
    y, x = h % p // 2, w % p // 2
    return _tokens(picture[y : y + h // p * p, x : x + w // p * p], p)


def wrong_padded_with_zeros(picture, p):
    h, w, _ = picture.shape
    return _tokens(np.pad(picture, ((0, -h % p), (0, -w % p), (0, 0))), p)


def wrong_no_rest_expected(picture, p):
    h, w, c = picture.shape
    return picture.reshape(h // p, p, w // p, p, c).transpose(0, 2, 1, 3, 4).reshape(-1, p * p * c)


def wrong_last_patch_forgotten(picture, p):
    h, w, _ = picture.shape
    return np.array([picture[y : y + p, x : x + p].ravel() for y in range(0, h - p, p) for x in range(0, w - p, p)])


def wrong_overlapping_patches(picture, p):
    h, w, _ = picture.shape
    step = max(p // 2, 1)
    return np.array(
        [picture[y : y + p, x : x + p].ravel() for y in range(0, h - p + 1, step) for x in range(0, w - p + 1, step)]
    )


def wrong_every_pth_pixel(picture, p):
    cut = _cut(picture, p)
    h, w, c = cut.shape
    return cut.reshape(p, h // p, p, w // p, c).transpose(1, 3, 0, 2, 4).reshape(h // p * (w // p), p * p * c)


def wrong_square_grid(picture, p):
    n = min(picture.shape[:2]) // p
    return _tokens(picture[: n * p, : n * p], p)


def wrong_order_of_square_grid(picture, p):
    cut = _cut(picture, p)
    h, w, c = cut.shape
    blocks = cut.reshape(h // p, p, w // p, p, c)
    return np.array([blocks[k % (h // p), :, k // (h // p)].ravel() for k in range(h // p * (w // p))])


def wrong_three_channels(picture, p):
    cut = _cut(picture, p)
    h, w, _ = cut.shape
    return _tokens(np.resize(cut, (h, w, 3)) if cut.shape[2] != 3 else cut, p)


def wrong_mean_of_patch(picture, p):
    t = _tokens(_cut(picture, p), p)
    return np.repeat(t.mean(axis=1, keepdims=True), t.shape[1], axis=1)


def wrong_patches_kept_as_grid(picture, p):
    cut = _cut(picture, p)
    return _tokens(cut, p).reshape(cut.shape[0] // p, cut.shape[1] // p, -1)


def wrong_transposed_tokens(picture, p):
    return _tokens(_cut(picture, p), p).T


def wrong_as_uint8(picture, p):
    return _tokens(_cut(picture, p), p).astype(np.uint8)


def wrong_as_whole_numbers(picture, p):
    return _tokens(_cut(picture, p), p).astype(int)


def wrong_divided_by_255(picture, p):
    return _tokens(_cut(picture, p), p) / 255


def wrong_only_height_cut(picture, p):
    h, w, c = picture.shape
    cut = picture[: h // p * p]
    return np.array([cut[y : y + p, x : x + p].ravel() for y in range(0, len(cut), p) for x in range(0, w, p)])


def wrong_snake_order(picture, p):
    cut = _cut(picture, p)
    t = _tokens(cut, p).reshape(cut.shape[0] // p, cut.shape[1] // p, -1).copy()
    t[1::2] = t[1::2, ::-1].copy()
    return t.reshape(-1, t.shape[2])


def wrong_rounded_count(picture, p):
    h, w, _ = picture.shape
    rows, columns = round(h / p), round(w / p)
    padded = np.pad(picture, ((0, p), (0, p), (0, 0)))
    return _tokens(padded[: rows * p, : columns * p], p)


def wrong_count_rounded_up(picture, p):
    h, w, _ = picture.shape
    padded = np.pad(picture, ((0, -h % p), (0, -w % p), (0, 0)), mode="edge")
    return _tokens(padded, p)


def wrong_width_cut_as_height(picture, p):
    h, w, _ = picture.shape
    if h == w:
        return _tokens(_cut(picture, p), p)
    short = min(h, w) // p * p
    return _tokens(picture[:short, :short], p)


def wrong_last_column_of_exact_multiple_dropped(picture, p):
    h, w, _ = picture.shape
    rows, columns = max((h - 1) // p, 1), max((w - 1) // p, 1)
    return _tokens(picture[: rows * p, : columns * p], p)


def wrong_squeezed(picture, p):
    return np.squeeze(_tokens(_cut(picture, p), p))
