"""Skeletons are consistent, and conversion by name loses nothing that both sides know."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hpe_utils import skeleton as sk

ALL = list(sk.SKELETONS.values())
skeletons = st.sampled_from(ALL)


@st.composite
def poses(draw):
    source = draw(skeletons)
    xy = draw(arrays(np.float32, (2, len(source), 2), elements=st.floats(-50, 500, width=32)))
    v = draw(arrays(np.float32, (2, len(source), 1), elements=st.sampled_from([0.0, 1.0, 2.0])))
    return source, np.concatenate([xy, v], axis=-1)


@pytest.mark.parametrize("skeleton", ALL, ids=lambda s: s.name)
def test_joints_are_unique_limbs_known_and_flip_undoes_itself(skeleton):
    assert len(set(skeleton.joints)) == len(skeleton)
    assert set(sum(skeleton.limbs, ())) <= set(skeleton.joints)
    assert (skeleton.flip[skeleton.flip] == np.arange(len(skeleton))).all()
    assert skeleton.sigmas is None or len(skeleton.sigmas) == len(skeleton)


def test_published_sizes():
    counts = {s.name: (len(s), len(s.limbs)) for s in ALL}
    assert counts == {
        "MPII16": (16, 15), "LSP14": (14, 14), "COCO17": (17, 19), "OPENPOSE18": (18, 19), "BODY23": (23, 25),
        "PHOTO19": (19, 19), "SYNTHETIC27": (27, 28),
    }  # fmt: skip


@given(poses(), skeletons)
def test_copied_joints_survive_a_round_trip(pose, target):
    source, keypoints = pose
    plan = sk.plan_conversion(source, target)
    there = sk.convert(keypoints, source, target)
    np.testing.assert_array_equal(there[:, target.indices(*plan.copied)], keypoints[:, source.indices(*plan.copied)])
    assert (there[:, target.indices(*plan.missing), 2] == 0).all()
    assert sorted(plan.copied + plan.derived + plan.missing) == sorted(target.joints)


@given(poses(), skeletons)
def test_flipping_and_converting_commute(pose, target):
    source, keypoints = pose
    flipped_first = sk.convert(keypoints[:, source.flip], source, target)
    np.testing.assert_allclose(flipped_first, sk.convert(keypoints, source, target)[:, target.flip], atol=1e-4)


def test_openpose_neck_is_the_midpoint_of_labelled_shoulders():
    coco = np.zeros((17, 3), np.float32)
    coco[5], coco[6] = (10, 20, 2), (30, 40, 1)
    assert sk.convert(coco, sk.COCO17, sk.OPENPOSE18)[1].tolist() == [20, 30, 1]
    coco[6, 2] = 0
    assert sk.convert(coco, sk.COCO17, sk.OPENPOSE18)[1].tolist() == [0, 0, 0]


def test_what_cannot_be_converted_is_named():
    text = str(sk.plan_conversion(sk.COCO17, sk.MPII16))
    assert "cannot be converted, left unlabelled: upper_neck, head_top" in text


def test_errors_name_what_is_known():
    with pytest.raises(ValueError, match="known are MPII16"):
        sk.get("openpose25")
    with pytest.raises(KeyError, match="it has right_ankle"):
        sk.MPII16.index("nose")
    with pytest.raises(ValueError, match="MPII16 keypoints have shape"):
        sk.convert(np.zeros((14, 3)), sk.MPII16, sk.LSP14)


@pytest.mark.parametrize(
    "joints",
    [
        ("nose", "left_ear", "right_ear"), ("nose", "ear_left", "ear_right"), ("nose", "l_ear", "r_ear"),
        ("nose", "ear_l", "ear_r"), ("nose", "EyeL", "EyeR"), ("nose", "LEye", "REye"), ("nose", "leftEye", "rightEye"),
        ("nose", "left ear", "right ear"), ("rear", "Left-Ear", "Right-Ear"), ("nose", "lefteye", "righteye"),
        ("lip", "eyeleft", "eyeright"), ("C7", "LSHO", "RSHO"), ("nose", "lear", "rear"), ("nose", "hip.L", "hip.R"),
        ("bright_spot", "LEFT EAR (2)", "RIGHT EAR (2)"), ("L5", "left_ear", "rightEar"),
    ],
)  # fmt: skip
def test_sides_are_paired_in_every_usual_spelling(joints):
    assert sk.Skeleton("OWN", joints, ()).flip.tolist() == [0, 2, 1]


@pytest.mark.parametrize("joints", [("rear", "front", "lip"), ("l", "a", "b"), ("upright", "cleft", "tail")])
def test_words_that_only_look_like_sides_stay(joints):
    assert sk.Skeleton("OWN", joints, ()).flip.tolist() == [0, 1, 2]


@pytest.mark.parametrize("lone", ["left_ear", "ear_right", "EyeL", "r_ear", "leftEye", "righteye"])
def test_a_side_without_its_partner_is_refused_unless_it_is_said_to_stay(lone):
    with pytest.raises(ValueError, match=f"the joint '{lone}' has no partner on the other side"):
        sk.Skeleton("OWN", ("nose", lone), ())
    assert sk.Skeleton("OWN", ("nose", lone), (), pairs=((lone, lone),)).flip.tolist() == [0, 1]


def test_declared_pairs_go_before_names():
    own = sk.Skeleton("OWN", ("gauche", "droite", "left_ear", "right_ear"), (), pairs=[["gauche", "droite"]])
    assert own.flip.tolist() == [1, 0, 3, 2] and own.mirrored("gauche") == "droite"
    assert sk.Skeleton("OWN", ("left_a", "right_a"), (), pairs=(("left_a",) * 2, ("right_a",) * 2)).flip.tolist() == [
        0,
        1,
    ]


def test_the_side_is_told_by_the_name():
    sides = {joint: sk.side_of(joint) for joint in ("left_ear", "EyeR", "Ear left", "nose", "bright_spot", "rear")}
    assert list(sides.values()) == ["left", "right", "left", "middle", "middle", "middle"]


TWO = ("nose", "tail")


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"joints": ("nose", "nose")}, "OWN names the joint 'nose' twice"),
        ({"joints": "nose"}, "joints are 'nose', not a list of names"),
        ({"joints": ("nose", 7)}, "not a list of names"),
        ({"joints": ()}, "OWN has no joints"),
        ({"joints": ("left_ear", "l_ear", "right_ear")}, "'right_ear' has more than one partner, left_ear and l_ear"),
        ({"limbs": (("nose", "tale"),)}, "limbs names 'tale', but the joints are nose, tail"),
        ({"limbs": (("nose",),)}, "limbs has .*, not two joints"),
        ({"limbs": (("nose", "nose"),)}, "limbs has 'nose' at both ends"),
        ({"limbs": (TWO, TWO[::-1])}, "OWN names a limb twice"),
        ({"pairs": (("nose", "tale"),)}, "pairs names 'tale'"),
        ({"pairs": (TWO, ("nose", "nose"))}, "a joint is in two of the pairs"),
        ({"head": ("nose", "crown")}, "head names 'crown'"),
        ({"sigmas": (0.1,)}, "2 joints and 1 sigmas"),
        ({"sigmas": (0.1, -0.1)}, "the sigma of tail is -0.1"),
        ({"sigmas": (0.1, float("nan"))}, "the sigma of tail is nan"),
        ({"sigmas": (0.1, "0.1")}, "the sigma of tail is '0.1'"),
    ],
)
def test_a_skeleton_that_contradicts_itself_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        sk.Skeleton("OWN", **{"joints": TWO, "limbs": ()} | fields)


def test_sigmas_and_head_are_taken_by_name_where_they_are_known():
    own = sk.Skeleton("OWN", ("left_wrist", "right_wrist"), ())
    assert own.sigmas == (0.062, 0.062) and own.head is None and own.limb_indices.shape == (0, 2)
    assert sk.Skeleton("OWN", TWO, ()).sigmas is None
    assert sk.Skeleton("OWN", ("nose",), (), (0.5,)).sigmas == (0.5,)
    assert sk.MPII16.head == ("head_top", "upper_neck")


def test_a_registered_skeleton_is_got_by_name(monkeypatch):
    monkeypatch.setattr(sk, "SKELETONS", dict(sk.SKELETONS))
    own = sk.Skeleton("Dog", TWO, (TWO,))
    assert sk.register(own) is own and sk.get("dog") is own and sk.get(own) is own
    newer = sk.register(sk.Skeleton("DOG", ("nose", "tail", "paw"), ()))
    assert sk.get("Dog") is newer and "Dog" not in sk.SKELETONS
    assert sk.register(sk.COCO17) is sk.get("coco17")
    for name in ("coco17", "HEAD_BOX"):
        with pytest.raises(ValueError, match="is the course's name for another skeleton"):
            sk.register(sk.Skeleton(name, TWO, ()))
