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
        "SYNTHETIC27": (27, 28),
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
