"""Checkpoints and recorded runs: found by name, by path or in an own folder; whole, or refused with a remedy."""

import json
import shutil

import numpy as np
import pytest
from dotted_people import dots

keras = pytest.importorskip("keras")

from hpe_utils import data, models, runs  # noqa: E402
from hpe_utils import skeleton as skeletons  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402
from hpe_utils.skeleton import Skeleton  # noqa: E402

FACTS = {
    "task": "joints", "model": "deeppose", "preset": "lab", "options": {"outputs": 32, "size": 32}, "codec": {},
    "skeleton": "MPII16",
}  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A small DeepPose that has trained, so that it has an optimizer, and the folder of its checkpoint."""
    folder = tmp_path_factory.mktemp("saved")
    keras.utils.set_random_seed(0)
    model = models.build("deeppose", size=32)
    model.compile("adam", "mse", jit_compile=False)
    model.train_on_batch(np.zeros((2, 32, 32, 3)), np.zeros((2, 32)))
    runs.save_checkpoint(model, "mine-seed0", FACTS, folder)
    return model, folder


@pytest.fixture
def shipped(saved, tmp_path, monkeypatch):
    """The small DeepPose and the folder in which its checkpoint is found."""
    folder = shutil.copytree(saved[1], tmp_path / "checkpoints")
    monkeypatch.setattr(runs, "CHECKPOINTS", folder)
    return saved[0], folder


def test_a_checkpoint_answers_as_the_model_did_in_half_the_bytes(shipped):
    model, folder = shipped
    pictures = dots(2).images[:, :32, :32]
    expected, loaded = model.predict_on_batch(pictures), runs.load_checkpoint("mine-seed0")
    np.testing.assert_allclose(loaded.predict_on_batch(pictures), expected, atol=1e-3)
    assert sorted(path.name for path in folder.iterdir()) == ["mine-seed0.json", "mine-seed0.weights.h5"]
    assert (folder / "mine-seed0.weights.h5").stat().st_size < 2.4 * model.count_params()


def test_a_checkpoint_is_found_by_its_short_name_its_path_and_in_a_folder_of_ones_own(shipped, monkeypatch, tmp_path):
    _, folder = shipped
    assert runs.load_checkpoint("mine").count_params() == shipped[0].count_params()
    monkeypatch.setattr(runs, "CHECKPOINTS", tmp_path / "elsewhere")
    with pytest.raises(DataError, match="no checkpoint mine in"):
        runs.load_checkpoint("mine")
    assert runs.load_checkpoint(folder / "mine-seed0.weights.h5").output_shape == (None, 32)
    monkeypatch.setenv("HPE_MODELS", str(folder))
    assert runs.load_network("mine").codec.skeleton.name == "MPII16"


def test_what_is_not_there_names_the_command_that_makes_it(shipped):
    for load in (runs.load_checkpoint, runs.load_recorded, runs.load_predictions):
        with pytest.raises(DataError, match=r"tools/train.py 09_nothing --seed 3"):
            load("09_nothing-seed3")
    with pytest.raises(DataError, match="there are mine-seed0"):
        runs.load_checkpoint("their")
    with pytest.raises(DataError, match="check the path"):
        runs.load_checkpoint("nowhere/x.weights.h5")


def test_a_damaged_checkpoint_is_refused(shipped):
    path = shipped[1] / "mine-seed0.weights.h5"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match="not the file that was recorded"):
        runs.load_checkpoint("mine")
    (shipped[1] / "mine-seed0.json").write_text("{")
    with pytest.raises(DataError, match="cannot read .*mine-seed0.json"):
        runs.load_checkpoint("mine")


@pytest.mark.parametrize("key", runs.NEEDED)
def test_a_checkpoint_that_could_not_be_loaded_again_is_not_written(shipped, tmp_path, key):
    with pytest.raises(ValueError, match=f"facts must say the checkpoint's {key}"):
        runs.save_checkpoint(shipped[0], "x", {k: v for k, v in FACTS.items() if k != key}, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_stop_while_writing_leaves_the_old_checkpoint(shipped, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "copy_half", stop)
    with pytest.raises(KeyboardInterrupt):
        runs.save_checkpoint(shipped[0], "mine-seed0", FACTS, shipped[1])
    assert len(list(shipped[1].iterdir())) == 2
    runs.load_checkpoint("mine")


@pytest.mark.parametrize("path", sorted(runs.CHECKPOINTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_checkpoint_says_what_it_is(path):
    facts = json.loads(path.read_text(encoding="utf-8"))
    assert facts["licence"] in ("MIT", "Apache-2.0") and facts["origin"] and facts["scores"] and facts["passes"] > 0
    model, task, codec, _ = runs.load_network(path.stem)
    pictures = np.zeros((1, *codec.size[::-1], 3), np.uint8)
    boxes = np.full((1, *model.input["given"].shape[1:]), np.nan) if isinstance(model.input, dict) else None
    outputs = model.predict_on_batch(pictures if boxes is None else {"images": pictures, "given": boxes})
    assert boxes is not None or codec.decode(outputs) is not None
    for setting, value in facts["codec"].items():
        assert getattr(codec, setting) == value


def test_a_score_is_picked_by_what_it_is_of():
    rows = [{"level": level, "mirrored": mirrored, "AP": n} for n, (level, mirrored) in enumerate(
        [("easy", False), ("easy", True), ("hard", False)])]  # fmt: skip
    assert runs.pick(rows, level="hard")["AP"] == 2 and runs.pick(rows, mirrored=True)["AP"] == 1
    with pytest.raises(KeyError, match="no score with .*'cropped'.*there are"):
        runs.pick(rows, level="cropped")


def test_people_have_a_key_and_a_sentence(cache_folder):
    people = data.load("synthetic", "test", count=2, size=32, difficulty="hard")
    assert runs.key_of(people) == "synthetic/test/hard" and runs.key_of(people, True) == "synthetic/test/hard/mirrored"
    row = {**people.origin, "pictures": 1000, "mirrored": True}
    assert runs.sentence(row) == "synthetic, hard, test, 1,000 pictures, with the mirrored pass"


def test_a_network_on_a_skeleton_of_ones_own_knows_it_again(tmp_path):
    own = Skeleton("BIRD", ("beak", "wing_left", "wing_right"), (("beak", "wing_left"),))
    model = models.build("deeppose", size=32, outputs=6)
    facts = FACTS | {"options": {"size": 32, "outputs": 6}, "skeleton": skeletons.declaration(own)}
    path = runs.save_checkpoint(model, "bird", facts, tmp_path)
    network = runs.load_network(path)
    assert skeletons.get("bird") == own and network.facts["skeleton"]["joints"] == list(own.joints)
    with pytest.raises(DataError, match="bird.weights.h5 cannot be read as it says .*unknown skeleton"):
        runs.load_network(runs.save_checkpoint(model, "bird", facts | {"skeleton": "NOBODY"}, tmp_path))
    skeletons.SKELETONS.pop("BIRD")
