"""Vocabularies of part maps: their labels, the exchange of sides, and one read in the words of another."""

import itertools
import pickle
import re

import numpy as np
import pytest

from hpe_utils import parts
from hpe_utils.data.synthetic import PARTS
from hpe_utils.parts import (
    ADE20K14,
    BODYPIX24,
    CHALEARN14,
    IFTIMIE6,
    JHMDB10,
    PASCAL6,
    PASCAL_PART24,
    UNLABELLED,
    mapping,
)

EVERY = list(parts.VOCABULARIES.values())
PAIRS = [
    (source, target) for source in EVERY for target in EVERY
    if source == target or (target in (PASCAL6, IFTIMIE6) and source not in (PASCAL6, IFTIMIE6))
    and (source, target) != (ADE20K14, PASCAL6)
]  # fmt: skip


def word(vocabulary, label: int) -> str:
    return vocabulary.parts[label - 1]


@pytest.mark.parametrize("vocabulary", EVERY, ids=lambda v: v.name)
def test_labels_count_from_one_and_are_found_by_name(vocabulary):
    assert len(vocabulary) == len(set(vocabulary.parts)) == int(re.search(r"\d+$", vocabulary.name)[0])
    assert [vocabulary.label(part) for part in vocabulary.parts] == list(range(1, len(vocabulary) + 1))
    assert parts.get(vocabulary.name) is vocabulary
    with pytest.raises(KeyError, match=f"{vocabulary.name} has no part 'tail'; it has {vocabulary.parts[0]}"):
        vocabulary.label("tail")
    assert pickle.loads(pickle.dumps(vocabulary)) == vocabulary


def test_an_unknown_vocabulary_names_the_known_ones():
    with pytest.raises(ValueError, match="unknown parts 'coco'; known are bodypix24, pascal6, iftimie6, pascal_part24"):
        parts.get("coco")


def test_the_rendered_people_have_bodypixs_parts():
    assert PARTS == BODYPIX24.parts
    front, back = BODYPIX24.label("left_upper_arm_front"), BODYPIX24.label("right_lower_leg_back")
    assert (front, back) == (3, 22), "BodyPix's own numbers 2 and 21, which have no background"


@pytest.mark.parametrize("vocabulary", EVERY, ids=lambda v: v.name)
def test_a_mirror_exchanges_sides_and_nothing_else(vocabulary):
    flip = vocabulary.flip
    assert flip.shape == (256,) and flip.dtype == np.uint8 and flip[0] == 0
    assert (flip[len(vocabulary) + 1 :] == UNLABELLED).all()
    labels = np.arange(len(vocabulary) + 1)
    np.testing.assert_array_equal(flip[flip[labels]], labels)
    swap = str.maketrans({"<": "right", ">": "left"})
    for label in labels[1:]:
        mirrored = word(vocabulary, label).replace("left", "<").replace("right", ">").translate(swap)
        assert word(vocabulary, flip[label]) == mirrored


def test_pascals_six_parts_have_no_sides():
    assert (PASCAL6.flip[:7] == np.arange(7)).all()


@pytest.mark.parametrize("source, target", PAIRS, ids=lambda v: v.name)
def test_a_map_is_read_in_coarser_words(source, target):
    table = mapping(source, target)
    assert table.shape == (256,) and table.dtype == np.uint8
    assert table[0] == 0 and (table[len(source) + 1 :] == UNLABELLED).all()
    found = table[1 : len(source) + 1]
    assert set(found.tolist()) == set(range(1, len(target) + 1)), "every word of the target is used"
    np.testing.assert_array_equal(table[np.array([[0, UNLABELLED]])], [[0, UNLABELLED]])


@pytest.mark.parametrize("source, target", PAIRS, ids=lambda v: v.name)
def test_mirror_and_mapping_can_be_exchanged(source, target):
    labels = np.arange(256)
    table = mapping(source, target)
    np.testing.assert_array_equal(table[source.flip[labels]], target.flip[table[labels]])


@pytest.mark.parametrize(
    "source, part, six, sided",
    [
        (BODYPIX24, "left_face", "head", "head"),
        (BODYPIX24, "torso_back", "torso", "torso"),
        (BODYPIX24, "left_upper_arm_back", "upper_arm", "left_arm"),
        (BODYPIX24, "right_lower_arm_front", "lower_arm", "right_arm"),
        (BODYPIX24, "right_hand", "lower_arm", "right_arm"),
        (BODYPIX24, "left_upper_leg_front", "upper_leg", "left_leg"),
        (BODYPIX24, "left_foot", "lower_leg", "left_leg"),
        (PASCAL_PART24, "hair", "head", "head"),
        (PASCAL_PART24, "right_ear", "head", "head"),
        (PASCAL_PART24, "neck", "torso", "torso"),
        (PASCAL_PART24, "left_hand", "lower_arm", "left_arm"),
        (PASCAL_PART24, "right_foot", "lower_leg", "right_leg"),
        (PASCAL_PART24, "left_lower_leg", "lower_leg", "left_leg"),
        (JHMDB10, "right_upper_arm", "upper_arm", "right_arm"),
        (JHMDB10, "left_lower_leg", "lower_leg", "left_leg"),
        (CHALEARN14, "right_hand", "lower_arm", "right_arm"),
        (CHALEARN14, "left_upper_leg", "upper_leg", "left_leg"),
        (CHALEARN14, "head", "head", "head"),
    ],
)
def test_hands_go_to_lower_arms_feet_to_lower_legs_and_the_neck_to_the_torso(source, part, six, sided):
    label = source.label(part)
    assert word(PASCAL6, mapping(source, PASCAL6)[label]) == six
    assert word(IFTIMIE6, mapping(source, IFTIMIE6)[label]) == sided


@pytest.mark.parametrize(
    "part, six",
    [("back", "torso"), ("neck", "torso"), ("left_shoulder", "left_arm"), ("right_hand", "right_arm"),
     ("left_arm", "left_arm"), ("right_foot", "right_leg"), ("head", "head")],
)  # fmt: skip
def test_ade20ks_parts_are_iftimies_as_he_joined_them(part, six):
    assert word(IFTIMIE6, mapping(ADE20K14, IFTIMIE6)[ADE20K14.label(part)]) == six


@pytest.mark.parametrize("source, target", [pair for pair in itertools.product(EVERY, EVERY) if pair not in PAIRS])
def test_what_the_target_cannot_say_is_refused(source, target):
    with pytest.raises(
        ValueError, match=f"{source.name} cannot be read as {target.name}; known are bodypix24 → pascal6"
    ):
        mapping(source, target)


def test_a_table_sends_what_it_does_not_know_to_unlabelled():
    table = parts.table({4: 1, 2: 3})
    assert table[[0, 4, 2, 1, 3, 7, 255]].tolist() == [0, 1, 3, UNLABELLED, UNLABELLED, UNLABELLED, UNLABELLED]
