"""Notebook 00, exercise 1: a solution, and the misconceptions that the check must reject."""

import numpy as np


def solution(pose, width, partner):
    mirrored = pose[partner]
    mirrored[:, 0] = width - 1 - mirrored[:, 0]
    return mirrored


def _with_x(pose, x):
    return np.column_stack([x, pose[:, 1:]])


def does_not_swap_left_and_right(pose, width, partner):
    return _with_x(pose, width - 1 - pose[:, 0])


def counts_edges_for_centres(pose, width, partner):
    return _with_x(pose, width - pose[:, 0])[partner]


def counts_edges_and_does_not_swap(pose, width, partner):
    return _with_x(pose, width - pose[:, 0])


def swaps_names_alone(pose, width, partner):
    return pose[partner]


def turns_upside_down(pose, width, partner):
    mirrored = pose[partner]
    mirrored[:, 1] = width - 1 - mirrored[:, 1]
    return mirrored


def forgets_the_width(pose, width, partner):
    return _with_x(pose, -pose[:, 0])[partner]


def turns_the_list_of_joints_round(pose, width, partner):
    return _with_x(pose, width - 1 - pose[:, 0])[::-1]


def mirrors_visibility_too(pose, width, partner):
    x, y, v = pose[partner].T
    return np.stack([width - 1 - x, y, width - 1 - v], axis=1)


def leaves_hidden_joints_behind(pose, width, partner):
    return _with_x(pose, np.where(pose[:, 2] == 2, width - 1 - pose[:, 0], pose[:, 0]))[partner]


def leaves_visibility_behind(pose, width, partner):
    mirrored = _with_x(pose, width - 1 - pose[:, 0])[partner]
    mirrored[:, 2] = pose[:, 2]
    return mirrored


def drops_visibility(pose, width, partner):
    return solution(pose, width, partner)[:, :2]


def changes_what_it_was_given(pose, width, partner):
    pose[:, 0] = width - 1 - pose[:, 0]
    return pose[partner]


def undone(pose, width, partner):
    return None
