"""A trained network taught joints of one's own: what both skeletons have keeps its place."""

from dataclasses import replace

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from hpe_utils import data, fine_tuning, metrics, models, runs, tasks  # noqa: E402
from hpe_utils.pose import Pose  # noqa: E402
from hpe_utils.skeleton import COCO17, MPII16, Skeleton, convert  # noqa: E402

OWN = Skeleton(
    "OWN",
    joints=("belt", "right_wrist", "left_wrist", "right_ankle", "left_ankle", "collar"),
    limbs=(("belt", "collar"), ("collar", "left_wrist"), ("collar", "right_wrist")),
)
NEW = {"belt": "pelvis", "collar": "thorax"}


def of_one_s_own(people):
    """Drawn people with four of MPII's joints, and two more under names that no network knows."""
    rows = [MPII16.index(NEW.get(joint, joint)) for joint in OWN.joints]
    return replace(people, keypoints=people.keypoints[:, :, rows], skeleton=OWN)


@pytest.mark.parametrize("name", ["trunk", "02_deeppose_long", "02_resnet50v2_long"])
def test_channels_that_both_have_by_name_are_carried_over(name):
    network = runs.load_network(name)
    task, known = network.task, network.codec.skeleton
    wanted = replace(known, name="TURNED", joints=known.joints[::-1], sigmas=None, pairs=())
    people = data.load("synthetic", "val", size=network.codec.size[0], count=2)
    people = replace(people, keypoints=convert(people.keypoints, people.skeleton, wanted), skeleton=wanted)
    options = network.facts["options"]
    model = models.build(network.facts["model"], network.facts["preset"], **options)
    fine_tuning.carry(network.model, model, task, known, wanted)
    pictures = np.asarray(people.images)
    before, after = (np.asarray(m.predict_on_batch(pictures)) for m in (network.model, model))
    last = "maps" if task.name == "maps" else "standardised"
    old, new = (task.channels(skeleton)[last] for skeleton in (known, wanted))
    np.testing.assert_allclose(after, before[..., [old.index(channel) for channel in new]], atol=1e-4)


def test_a_network_that_sees_its_own_answers_is_refused_other_joints():
    network = runs.load_network("openpose")
    assert network.facts["options"]["stages"] == 2
    people = data.load("synthetic", "val", people=(1, 2), size=160, count=2, skeleton="COCO17")
    with pytest.raises(ValueError, match="see its own answers"):
        fine_tuning.fine_tune(network, people, epochs=1)


def test_parts_are_no_joints():
    with pytest.raises(ValueError, match="finds no joints of one's own"):
        fine_tuning.fine_tune(runs.load_network("photo_parts"), None)


@pytest.mark.slow
def test_sixty_pictures_teach_new_joints_and_left_stays_left():
    train = of_one_s_own(data.load("synthetic", "train", size=128, count=60, skeleton="MPII16"))
    test = of_one_s_own(data.load("synthetic", "val", size=128, count=100, skeleton="MPII16"))
    before = Pose.load("trunk", least=0.0)
    after = before.fine_tune(train, epochs=15)
    assert after(test.images[0]).keypoints.shape == (1, 6, 3), "no confidence was chosen for these joints"
    size = metrics.head_sizes(data.load("synthetic", "val", size=128, count=100, skeleton="MPII16"))["official"]
    found = np.stack([one.keypoints[0] for one in after(list(test.images))])
    scores = metrics.pckh(found, test.keypoints[:, 0], size).per_joint
    old = convert(np.stack([one.keypoints[0] for one in before(list(test.images))]), MPII16, OWN)
    kept = metrics.pckh(old, test.keypoints[:, 0], size).per_joint
    for row, joint in enumerate(OWN.joints):
        assert scores[row] > (0.6 if joint in NEW else kept[row] - 0.1), joint
    left, right = (OWN.index(f"{side}_ankle") for side in ("left", "right"))
    labelled = (test.keypoints[:, 0, [left, right], 2] > 0).all(axis=1)
    own = np.linalg.norm(found[labelled, left, :2] - test.keypoints[labelled, 0, left, :2], axis=1)
    other = np.linalg.norm(found[labelled, left, :2] - test.keypoints[labelled, 0, right, :2], axis=1)
    assert (own < other).mean() > 0.8, "left has not become right"
    assert "OWN" in repr(after) and after.names == OWN.joints


@pytest.mark.slow
def test_a_fine_tuned_network_is_saved_and_loaded(tmp_path):
    train = of_one_s_own(data.load("synthetic", "train", size=128, count=16, skeleton="MPII16"))
    after = Pose.load("trunk", least=0.0).fine_tune(train, epochs=1)
    back = Pose.load(after.save(tmp_path / "mine"), least=0.0)
    one, other = after(train.images[0]), back(train.images[0])
    assert back.names == OWN.joints and back.network.facts["licence"] == "MIT"
    np.testing.assert_allclose(one.keypoints, other.keypoints, atol=0.3)


def test_layers_have_their_channels_by_name():
    fields = 2 * len(COCO17.limbs)
    sizes = {name: len(names) for name, names in tasks.get("people").channels(COCO17).items()}
    assert sizes == {"maps": 17, "fields": 1 + fields, "stage_1": 18 + fields}
