"""Notebook 00: flip a pose."""

import numpy as np


def inputs(rng):
    joints = rng.integers(2, 12)
    pose = np.column_stack([rng.integers(-40, 240, (joints, 2)) / 4, rng.integers(0, 3, joints)]).astype(
        rng.choice([np.float64, np.float32])
    )
    pose[pose[:, 2] == 0] = 0
    pose[rng.random(joints) < 0.1, :2] = 0  # the first pixel is a place like any other
    partner, order = np.arange(joints), rng.permutation(joints)
    for a, b in order[: joints // 4 * 2].reshape(-1, 2):  # some joints have a partner, others none
        partner[[a, b]] = b, a
    return pose, int(rng.integers(40, 60)), partner


def settled(answer):
    """The places of joints without a label mean nothing."""
    answer = np.asarray(answer)
    return np.where(answer[:, 2:] > 0, answer, 0)


def solution(pose, width, partner):
    mirrored = pose[partner]
    mirrored[:, 0] = width - 1 - mirrored[:, 0]
    return mirrored


def _with_x(pose, x):
    return np.column_stack([x, pose[:, 1:]])


def does_not_swap_left_and_right(pose, width, partner):
    """left and right are not swapped: a mirrored left wrist is a right wrist"""
    return _with_x(pose, width - 1 - pose[:, 0])


def counts_edges_for_centres(pose, width, partner):
    """W - x puts the first pixel outside the picture: the last pixel is W - 1"""
    return _with_x(pose, width - pose[:, 0])[partner]


def counts_edges_and_does_not_swap(pose, width, partner):
    """two things: use W - 1 - x, and swap left and right"""
    return _with_x(pose, width - pose[:, 0])


def swaps_names_alone(pose, width, partner):
    """the names are swapped, but x stays where it was"""
    return pose[partner]


def turns_upside_down(pose, width, partner):
    """that is upside down: mirror x, not y"""
    mirrored = pose[partner]
    mirrored[:, 1] = width - 1 - mirrored[:, 1]
    return mirrored


def forgets_the_width(pose, width, partner):
    """-x needs the width too: W - 1 - x"""
    return _with_x(pose, -pose[:, 0])[partner]


def turns_the_list_of_joints_round(pose, width, partner):
    """the list of joints is turned round: the rows follow partner"""
    return _with_x(pose, width - 1 - pose[:, 0])[::-1]


def mirrors_visibility_too(pose, width, partner):
    """v says whether a joint is seen and is not mirrored"""
    x, y, v = pose[partner].T
    return np.stack([width - 1 - x, y, width - 1 - v], axis=1)


def leaves_hidden_joints_behind(pose, width, partner):
    """hidden joints (v = 1) have a place too: mirror all that are labelled"""
    return _with_x(pose, np.where(pose[:, 2] == 2, width - 1 - pose[:, 0], pose[:, 0]))[partner]


def leaves_visibility_behind(pose, width, partner):
    """v moves with its joint: take whole rows"""
    mirrored = _with_x(pose, width - 1 - pose[:, 0])[partner]
    mirrored[:, 2] = pose[:, 2]
    return mirrored


def drops_visibility(pose, width, partner):
    """keep all three columns: x, y and v"""
    return solution(pose, width, partner)[:, :2]


def changes_what_it_was_given(pose, width, partner):
    """the pose that was given is changed: work on a copy"""
    pose[:, 0] = width - 1 - pose[:, 0]
    return pose[partner]
