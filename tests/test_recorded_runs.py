"""tools/train.py and what it recorded: one run end to end at a tiny size, and results that match the list of runs."""

import json
import tomllib

import numpy as np
import pytest
from conftest import ROOT
from scripts import script

pytest.importorskip("keras")

from hpe_utils import data, losses, models, runs, tasks  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402

RUNS = tomllib.loads((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8"))
DEFAULTS = RUNS.pop("defaults")
RECORDED = sorted((ROOT / "data" / "results").glob("*-seed*.json"))  # the others are benchmarks'


def test_a_run_keeps_scores_predictions_epochs_and_weights(tmp_path, monkeypatch, cache_folder):
    tool = script("tools/train.py")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    for name in ("RESULTS", "CHECKPOINTS"):
        monkeypatch.setattr(runs, name, tmp_path / name.lower())
    runs.RESULTS.mkdir()
    tiny = {"model": "deeppose", "options": {"size": 32}, "load": {"skeleton": "MPII16", "size": 32, "count": 24},
            "test": [{}], "leaked": 8, "batch": 8, "epochs": 2, "by_epoch": 3, "jit": False,
            "predictions": True, "checkpoint": True}  # fmt: skip
    result = tool.train("tiny-seed0", DEFAULTS | tiny, root=[], seed=0, weights=None)
    assert (tmp_path / "runs" / "tiny-seed0" / "synthetic-test-easy.png").exists()
    assert result["passes"] == 2 * (24 + 8)
    assert len(result["history"]["loss"]) == len(result["history"]["val_pckh"]) == 2
    predictions = runs.load_predictions("tiny-seed0")
    title = "synthetic/test/easy"
    assert predictions[title].shape == (24, 16, 2) and predictions["by epoch"].shape == (3, 3, 16, 2)
    np.testing.assert_allclose(predictions["by epoch"][-1], predictions[title][:3], atol=0.1)
    assert runs.load_checkpoint("tiny-seed0").output_shape == (None, 32)
    again = tool.train("tiny-seed0", DEFAULTS | tiny, root=[], seed=0, weights=None)
    assert again["history"] == result["history"], "a finished run is scored again, not trained again"
    with pytest.raises(DataError, match="begun with other settings"):
        tool.train("tiny-seed0", DEFAULTS | tiny | {"epochs": 5}, root=[], seed=0, weights=None)


def test_a_run_of_several_people_is_scored_by_ap(tmp_path, monkeypatch, cache_folder):
    tool = script("tools/train.py")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tiny = {"model": "openpose", "task": "people", "options": {"stages": 1, "size": 64}, "loss": "people_loss",
            "load": {"skeleton": "BODY23", "people": [1, 3], "size": 64, "count": 16}, "test": [{}], "batch": 8,
            "epochs": 1, "jit": False}  # fmt: skip
    result = tool.train("tiny-seed0", DEFAULTS | tiny, root=[], seed=0, weights=None)
    plain, mirrored = result["scores"]
    assert {"AP", "AP50", "AP75", "AR", "AR50", "AR75"} < set(plain) and 0 <= plain["AP"] <= plain["AP50"] <= 1
    assert mirrored["mirrored"] and not plain["mirrored"] and plain["joints"] == "BODY23"
    assert len(result["history"]["val_ap"]) == 1 and result["passes"] == 16


def test_a_run_of_parts_is_scored_by_iou(tmp_path, monkeypatch, cache_folder):
    tool = script("tools/train.py")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tiny = {"model": "bodypix", "task": "parts", "options": {"size": 32, "heads": ["mask", "parts"]},
            "load": {"skeleton": "COCO17", "size": 32, "count": 8}, "train": [{}, {"difficulty": "hard"}],
            "test": [{}], "batch": 8, "epochs": 1, "jit": False}  # fmt: skip
    result = tool.train("tiny-seed0", DEFAULTS | tiny, root=[], seed=0, weights=None)
    plain, mirrored = result["scores"]
    assert {"mIoU", "mIoU with background", "mIoU of pictures", "person"} < set(plain) == set(mirrored)
    assert len(result["history"]["val_miou"]) == 1 and result["passes"] == 16


def test_a_run_of_a_detector_is_scored_by_boxes_and_parts(tmp_path, monkeypatch, cache_folder):
    tool = script("tools/train.py")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(runs, "CHECKPOINTS", tmp_path)
    tiny = {"model": "mask_rcnn", "task": "detector", "options": {"size": 64, "people": 2, "proposals": 4},
            "load": {"skeleton": "COCO17", "parts": "iftimie6", "people": [1, 2], "size": 64, "count": 8},
            "test": [{}], "batch": 4, "epochs": 1, "jit": False, "checkpoint": True}  # fmt: skip
    result = tool.train("tiny-seed0", DEFAULTS | tiny, root=[], seed=0, weights=None)
    (scores,) = result["scores"]
    assert {"box_AP50", "parts_mIoU", "body_IoU", "person_precision", "person_recall"} < set(scores)
    network = runs.load_network("tiny-seed0")
    assert network.task.name == "detector" and network.codec.vocabulary.name == "iftimie6"


def test_every_score_is_a_row_that_says_of_whom_it_is():
    for path in RECORDED:
        for row in runs.load_recorded(path.stem)["scores"]:
            assert row["set"] in {*data.SETS} and row["split"] in ("train", "val", "test"), path.stem
            assert row["pictures"] > 0 and row["mirrored"] in (True, False), path.stem
            assert {"seconds", "device", "precision"} <= set(row), path.stem
            assert isinstance(row["precision"], str | None), "of the training, not a score"


@pytest.mark.parametrize("name", RUNS)
def test_every_run_in_the_list_can_be_started(name):
    run = DEFAULTS | RUNS[name]
    assert set(run) - {"start", "least"} == set(DEFAULTS) | {"model", "epochs"}
    assert "start" not in run or RUNS[run["start"]]["checkpoint"]
    assert not run["trunk"] or RUNS[run["trunk"].rsplit("-seed", 1)[0]]["checkpoint"]
    assert run["model"] in models.ARCHITECTURES and run["task"] in tasks.TASKS
    assert callable(getattr(losses, run["loss"]))
    logits = run["loss"] in ("spatial_cross_entropy", "people_loss")
    assert run["codec"].get("logits", False) == logits, "what the loss takes for a logarithm the codec must too"


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_every_result_belongs_to_a_run_of_the_list(path):
    recorded, name = json.loads(path.read_text(encoding="utf-8")), path.stem.rsplit("-seed", 1)[0]
    run = DEFAULTS | RUNS[name]
    for setting in ("model", "preset", "data", "task", "augment", "epochs", "batch", "rate"):
        assert recorded["run"][setting] == run[setting], setting
    assert recorded["command"] == f"python tools/train.py {name} --seed {recorded['seed']}"


@pytest.mark.parametrize("network", ["simple_baseline", "hourglass", "vit"])
def test_the_race_of_notebook_04_is_run_at_each_networks_best_rate(network):
    tried = [name for name in RUNS if name.startswith(f"04_{network}_rate_")]
    reached = {RUNS[name]["rate"]: runs.load_recorded(f"{name}-seed0")["history"]["val_pckh"][-1] for name in tried}
    assert len(reached) == 3
    for name in [name for name in RUNS if name.startswith(f"04_{network}") and name not in tried]:
        assert RUNS[name]["rate"] == max(reached, key=reached.get), name


@pytest.mark.parametrize("path", sorted(runs.CHECKPOINTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_checkpoint_loads_and_is_small(path):
    model = runs.load_checkpoint(path.stem)
    facts = json.loads(path.read_text(encoding="utf-8"))
    assert model.count_params() == facts["parameters"]
    assert path.with_suffix(".weights.h5").stat().st_size < 8e6
