"""tools/train.py and what it recorded: one run end to end at a tiny size, and results that match the list of runs."""

import json
import tomllib

import numpy as np
import pytest
from conftest import ROOT
from test_house import module

pytest.importorskip("keras")

from hpe_utils import losses, models, training  # noqa: E402
from hpe_utils.data.schema import DataError  # noqa: E402

RUNS = tomllib.loads((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8"))
DEFAULTS = RUNS.pop("defaults")
RECORDED = sorted((ROOT / "data" / "results").glob("*.json"))


def test_a_run_keeps_scores_predictions_epochs_and_weights(tmp_path, monkeypatch, cache_folder):
    tool = module("tools/train.py")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    for name in ("RESULTS", "CHECKPOINTS"):
        monkeypatch.setattr(training, name, tmp_path / name.lower())
    training.RESULTS.mkdir()
    tiny = {"model": "deeppose", "options": {"size": 32}, "load": {"skeleton": "MPII16", "size": 32, "count": 24},
            "test": [{}], "leaked": 8, "batch": 8, "epochs": 2, "by_epoch": 3, "jit": False,
            "predictions": True, "checkpoint": True}  # fmt: skip
    result = tool.train("tiny-seed0", DEFAULTS | tiny, root=None, seed=0, weights=None)
    assert result["passes"] == 2 * (24 + 8)
    assert len(result["history"]["loss"]) == len(result["history"]["val_pckh"]) == 2
    predictions = training.load_predictions("tiny-seed0")
    title = "synthetic people, easy, test"
    assert predictions[title].shape == (24, 16, 2) and predictions["by epoch"].shape == (3, 3, 16, 2)
    np.testing.assert_allclose(predictions["by epoch"][-1], predictions[title][:3], atol=0.1)
    assert training.load_checkpoint("tiny-seed0").output_shape == (None, 32)
    again = tool.train("tiny-seed0", DEFAULTS | tiny, root=None, seed=0, weights=None)
    assert again["history"] == result["history"], "a finished run is scored again, not trained again"
    with pytest.raises(DataError, match="begun with other settings"):
        tool.train("tiny-seed0", DEFAULTS | tiny | {"epochs": 5}, root=None, seed=0, weights=None)


def test_a_run_of_several_people_is_scored_by_ap(tmp_path, monkeypatch, cache_folder):
    tool = module("tools/train.py")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tiny = {"model": "openpose", "target": "people", "options": {"stages": 1, "size": 64}, "loss": "people_loss",
            "load": {"skeleton": "BODY23", "people": [1, 3], "size": 64, "count": 16}, "test": [{}], "batch": 8,
            "epochs": 1, "jit": False}  # fmt: skip
    result = tool.train("tiny-seed0", DEFAULTS | tiny, root=None, seed=0, weights=None)
    (scores,) = result["scores"].values()
    assert set(scores) == {"AP", "AP50", "AP75", "AR", "AR50", "AR75"} and 0 <= scores["AP"] <= scores["AP50"] <= 1
    assert len(result["history"]["val_ap"]) == 1 and result["passes"] == 16


def test_a_run_of_parts_is_scored_by_iou(tmp_path, monkeypatch, cache_folder):
    tool = module("tools/train.py")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tiny = {"model": "bodypix", "target": "parts", "heads": ["mask", "parts"], "options": {"size": 32},
            "load": {"skeleton": "COCO17", "size": 32, "count": 8}, "train": [{}, {"difficulty": "hard"}],
            "test": [{}], "batch": 8, "epochs": 1, "jit": False}  # fmt: skip
    result = tool.train("tiny-seed0", DEFAULTS | tiny, root=None, seed=0, weights=None)
    plain, mirrored = result["scores"].values()
    assert set(plain) == set(mirrored) == {"mean IoU of parts", "with the background", "of pictures", "person"}
    assert len(result["history"]["val_iou"]) == 1 and result["passes"] == 16


@pytest.mark.parametrize("name", RUNS)
def test_every_run_in_the_list_can_be_started(name):
    run = DEFAULTS | RUNS[name]
    assert set(run) - {"start"} == set(DEFAULTS) | {"model", "epochs"}
    assert "start" not in run or RUNS[run["start"]]["checkpoint"]
    assert not run["trunk"] or RUNS[run["trunk"].rsplit("-seed", 1)[0]]["checkpoint"]
    assert run["model"] in models.ARCHITECTURES and callable(getattr(losses, run["loss"]))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_every_result_belongs_to_a_run_of_the_list(path):
    recorded, name = json.loads(path.read_text(encoding="utf-8")), path.stem.rsplit("-seed", 1)[0]
    run = DEFAULTS | RUNS[name]
    for setting in ("model", "preset", "data", "target", "augment", "epochs", "batch", "rate"):
        assert recorded["run"][setting] == run[setting], setting
    assert recorded["command"] == f"python tools/train.py {name} --seed {recorded['seed']}"


@pytest.mark.parametrize("network", ["simple_baseline", "hourglass", "vit"])
def test_the_race_of_notebook_04_is_run_at_each_networks_best_rate(network):
    tried = [name for name in RUNS if name.startswith(f"04_{network}_rate_")]
    reached = {RUNS[name]["rate"]: training.load_recorded(f"{name}-seed0")["history"]["val_pckh"][-1] for name in tried}
    assert len(reached) == 3
    for name in [name for name in RUNS if name.startswith(f"04_{network}") and name not in tried]:
        assert RUNS[name]["rate"] == max(reached, key=reached.get), name


@pytest.mark.parametrize("path", sorted(training.CHECKPOINTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_checkpoint_loads_and_is_small(path):
    model = training.load_checkpoint(path.stem)
    facts = json.loads(path.read_text(encoding="utf-8"))
    assert model.count_params() == facts["parameters"]
    assert path.with_suffix(".weights.h5").stat().st_size < 8e6
