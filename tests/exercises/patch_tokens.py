"""Notebook 04: a picture as a row of tokens."""

import numpy as np


def inputs(rng):
    patch, channels = rng.integers(1, 5), rng.integers(1, 4)
    rows, columns = rng.integers(1, 5, 2)
    height, width = patch * np.array([rows, columns]) + rng.integers(0, patch, 2)
    picture = rng.integers(0, 256, (height, width, channels))
    kind = rng.choice(["uint8", "float32", "float64"])
    return (picture if kind == "uint8" else picture / 4).astype(kind), int(patch)


def _whole(picture, patch):
    height, width = picture.shape[:2]
    return np.asarray(picture[: height // patch * patch, : width // patch * patch], float)


def _cut(picture, patch):
    height, width, channels = picture.shape
    return picture.reshape(height // patch, patch, width // patch, patch, channels)


def _tokens(picture, patch, order=(0, 2, 1, 3, 4)):
    blocks = _cut(_whole(picture, patch), patch).transpose(order)
    return blocks.reshape(-1, patch * patch * picture.shape[2])


def solution(picture, p):
    return _tokens(picture, p)


def only_reshapes(picture, p):
    """a reshape alone cuts rows of pixels, not square patches: two axes must change places"""
    return _whole(picture, p).reshape(-1, p * p * picture.shape[2])


def goes_down_the_columns(picture, p):
    """the tokens come column after column: row after row is asked for"""
    return _tokens(picture, p, (2, 0, 1, 3, 4))


def turns_each_patch(picture, p):
    """inside a patch you read down the columns: read its rows from left to right"""
    return _tokens(picture, p, (0, 2, 3, 1, 4))


def puts_channels_first(picture, p):
    """inside a token the channels of a pixel stand together: they are the last axis"""
    return _tokens(picture, p, (0, 2, 4, 1, 3))


def fills_up_with_zeros(picture, p):
    """a remainder at the bottom or at the right is left out, and you filled it up"""
    short = [(0, -size % p) for size in picture.shape[:2]]
    return _tokens(np.pad(np.asarray(picture, float), [*short, (0, 0)]), p)


def leaves_out_the_beginning(picture, p):
    """the remainder is left out at the bottom and at the right, not at the top and at the left"""
    height, width = picture.shape[:2]
    return _tokens(picture[height % p :, width % p :], p)


def steps_by_one_pixel(picture, p):
    """your patches overlap: the next one begins p pixels further"""
    picture = np.asarray(picture, float)
    height, width, channels = picture.shape
    starts = [(y, x) for y in range(height - p + 1) for x in range(width - p + 1)]
    return np.array([picture[y : y + p, x : x + p].reshape(p * p * channels) for y, x in starts])


def makes_p_patches_a_side(picture, p):
    """p is the side of a patch in pixels, not the number of patches"""
    height, width, _ = picture.shape
    tall, wide = height // p, width // p
    starts = [(tall * y, wide * x) for y in range(p) for x in range(p)]
    return np.array([np.asarray(picture[y : y + tall, x : x + wide], float).ravel() for y, x in starts])


def takes_every_pth_pixel(picture, p):
    """the pixels of one patch lie side by side: you took every p-th"""
    whole = _whole(picture, p)
    return np.array([whole[y :: len(whole) // p, x :: whole.shape[1] // p].ravel()
                     for y in range(len(whole) // p) for x in range(whole.shape[1] // p)])  # fmt: skip


def averages_each_patch(picture, p):
    """a token holds all numbers of its patch, not their mean"""
    return _cut(_whole(picture, p), p).mean(axis=(1, 3)).reshape(-1, picture.shape[2])


def keeps_one_channel(picture, p):
    """a token holds all channels, not the first one"""
    return _tokens(picture[..., :1], p)


def keeps_the_grid(picture, p):
    """the tokens are one list, (rows times columns, numbers): yours still stand in rows and columns"""
    return _tokens(picture, p).reshape(picture.shape[0] // p, picture.shape[1] // p, -1)


def stands_tokens_in_columns(picture, p):
    """a token is a row of the answer: yours are columns"""
    return _tokens(picture, p).T


def begins_at_the_bottom(picture, p):
    """the first token is the top left patch"""
    grid = _tokens(picture, p).reshape(picture.shape[0] // p, -1, p * p * picture.shape[2])
    return grid[::-1].reshape(-1, grid.shape[2])


def forgets_the_remainder(picture, p):
    """height and width need be no multiples of p: leave out the remainder first"""
    return _cut(np.asarray(picture, float), p).transpose(0, 2, 1, 3, 4).reshape(-1, p * p * picture.shape[2])
