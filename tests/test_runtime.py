"""The one call at the top of every notebook says what it found, and refuses what it does not know."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from hpe_utils import data, runtime
from hpe_utils.runtime import Runtime, load_budget


@pytest.fixture
def quick(monkeypatch):
    """The smoke profile, no setting of the environment's, and the precision back as it was."""
    for name in [name for name in os.environ if name.startswith("HPE_") and name != "HPE_CACHE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HPE_PROFILE", "smoke")
    monkeypatch.setattr(runtime, "matrix_rates", lambda keras: {"float32": 50.0, "bfloat16": 50.0})
    keras = pytest.importorskip("keras")
    before = keras.config.dtype_policy()
    yield monkeypatch
    keras.config.set_dtype_policy(before)


def run_of(profile="lab", step=None, dataset="synthetic", rate=50.0, **budget) -> Runtime:
    """A runtime without looking at the machine."""
    return Runtime(
        "n", profile, SimpleNamespace(**budget), dataset, None, "CPU", "float32", matrix_rate=rate, seed=0, step=step
    )


def test_importing_the_package_imports_no_tensorflow():
    script = "import sys, hpe_utils.data, hpe_utils.metrics, hpe_utils.viz; print('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "False"


def test_start_is_quiet_on_the_error_stream_and_seeds_everything():
    script = """
from hpe_utils import runtime
for _ in range(2):
    run = runtime.start("02_joint_regression", seed=3)
    import keras, numpy
    print(float(numpy.random.rand()), float(keras.random.uniform((1,))[0]), run.budget.train)
"""
    environment = {**os.environ, "HPE_PROFILE": "smoke"}
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert answer.stderr == ""
    first, second = (line for line in answer.stdout.splitlines() if line.endswith(" 64"))
    assert first == second
    assert "profile smoke, seed 3" in answer.stdout and "GFLOP/s" in answer.stdout


@pytest.mark.parametrize(
    "variable, value, message",
    [
        ("HPE_PROFILE", "laptop", "HPE_PROFILE=laptop is not a profile; known are smoke, lab, paper"),
        ("HPE_DATA", "imagenet", "unknown data set 'imagenet'; known are synthetic"),
        ("HPE_PRECISION", "bfloat16", "HPE_PRECISION=bfloat16 .* one of auto, float32, mixed_bfloat16, mixed_float16"),
        ("HPE_JIT", "yes", "HPE_JIT=yes is not known; choose one of auto, 0, 1"),
        ("HPE_DEVICES", "some", "HPE_DEVICES=some: choose auto, or a number from 1 to 1"),
        ("HPE_DEVICES", "99", "HPE_DEVICES=99: choose auto, or a number from 1 to 1"),
        ("HPE_BUDGET", "epoch=1", "'epoch=1' changes no number of the budget; it has .*train, .*epochs"),
        ("HPE_BUDGET", "preset=1", "'preset=1' changes no number"),
        ("HPE_BUDGET", "epochs=many", "'epochs=many' is no number"),
        ("HPE_BUDGET", "epochs", "'epochs' is no number"),
    ],
)
def test_unknown_settings_name_the_known_ones(quick, variable, value, message):
    quick.setenv("HPE_PROFILE", "lab")
    quick.setenv(variable, value)
    with pytest.raises(ValueError, match=message):
        runtime.start("02_joint_regression")


def test_an_unknown_notebook_has_no_budget():
    with pytest.raises(ValueError, match="budgets.toml has no notebook .* it has 00_start_here, 01_"):
        load_budget("99_nothing", "lab")


def test_a_budget_is_changed_for_a_trial_entry_by_entry(quick):
    plain = vars(load_budget("02_joint_regression", "smoke"))
    quick.setenv("HPE_BUDGET", " epochs=1, rate = 3e-4,batch=4 ,")
    changed = vars(load_budget("02_joint_regression", "smoke"))
    assert changed == plain | {"epochs": 1, "rate": 3e-4, "batch": 4} != plain
    assert isinstance(changed["epochs"], int)


def test_a_notebooks_task_stands_beside_every_profiles_numbers():
    for profile in runtime.PROFILES:
        budget = load_budget("03_heatmaps_simple_baselines", profile)
        assert (budget.task, budget.model) == ("maps", "simple_baseline") and not hasattr(budget, "lab")


# How to train -------------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_a_forced_precision_is_obeyed(quick, precision):
    import keras

    quick.setenv("HPE_PRECISION", precision)
    run = runtime.start("02_joint_regression")
    assert run.precision == precision == keras.config.dtype_policy().name
    assert precision in str(run) and not run.budget.jit


@pytest.mark.parametrize(
    "profile, jit, device, asked",
    [
        ("smoke", "auto", "CPU", None),
        ("smoke", "1", "CPU", True),
        ("lab", "auto", "CPU", True),
        ("lab", "0", "CPU", False),
        ("paper", "auto", "CPU", None),
        ("paper", "auto", "1 GPU", True),
    ],
)
def test_a_step_is_tried_where_a_notebook_trains_for_long_enough(quick, profile, jit, device, asked, capsys):
    from hpe_utils import trial

    tried = []

    def choose(budget, precision, compiled, rates, device):
        tried.append(compiled)
        return trial.Choice("float32", False, 0.5, ("mixed_bfloat16, compiled: it would not",))

    quick.setattr(trial, "choose", choose)
    quick.setattr(runtime, "find_device", lambda keras: device)
    quick.setenv("HPE_PROFILE", profile)
    quick.setenv("HPE_JIT", jit)
    run = runtime.start("02_joint_regression")
    assert tried == ([] if asked is None else [asked])
    told = capsys.readouterr().out
    assert (run.step == 0.5) == ("0.500 s a training step" in told) == (asked is not None)
    assert ("refused   mixed_bfloat16, compiled: it would not" in told) == (asked is not None)


@pytest.mark.parametrize("profile, shared", [("lab", True), ("smoke", False)])
def test_several_gpus_share_larger_batches_at_a_higher_rate(quick, profile, shared, capsys):
    from hpe_utils import trial

    one = load_budget("02_joint_regression", profile)
    quick.setattr(runtime.devices, "share", lambda: 4)
    quick.setattr(trial, "choose", lambda budget, *_: trial.Choice("float32", False, 0.5))
    quick.setenv("HPE_PROFILE", profile)
    run = runtime.start("02_joint_regression")
    assert (run.budget.batch, run.budget.rate) == ((4 * one.batch, 2 * one.rate) if shared else (one.batch, one.rate))
    assert ("shared    4 × 32 pictures a step; learning rate × √4: 0.008" in capsys.readouterr().out) == shared


def test_a_notebook_that_does_not_train_tries_nothing(quick):
    quick.setenv("HPE_JIT", "1")
    run = runtime.start("07_smart_cropping")
    assert run.step is None and not run.budget.jit


# What to expect -----------------------------------------------------------------------------------


def test_minutes_are_those_of_the_step_that_was_tried():
    run = run_of(step=0.5, trainings=2, epochs=3, train=100, batch=16, rest=1.5)
    assert runtime.training_steps(run.budget) == 2 * 3 * 6
    assert run.training_minutes() == pytest.approx(36 * 0.5 / 60)
    assert run.expectation() == "about 2 min on this machine, of which 0.3 for training"
    assert "0.500 s a training step" in str(run)


@pytest.mark.parametrize(
    "budget, words", [({"rest": 0.2}, "about 1 min"), ({"rest": 2.6}, "about 3 min"), ({}, "not measured")]
)
def test_without_a_tried_step_only_the_rest_is_promised(budget, words):
    assert run_of(**budget).expectation().startswith(words)


def test_minutes_by_notebook_scale_with_the_machine_but_for_the_rest():
    fast, slow = (runtime.minutes_by_notebook(run_of(rate=rate)) for rate in (200.0, 50.0))
    budget = load_budget("02_joint_regression", "lab")
    assert list(slow) == sorted(slow) and slow["02_joint_regression"] == budget.rest + 2 * budget.training
    assert fast["02_joint_regression"] == budget.rest + budget.training / 2
    assert fast["09_detection_anchors_to_roialign"] == slow["09_detection_anchors_to_roialign"]
    assert "02_joint_regression" not in runtime.minutes_by_notebook(run_of("paper"))


# What the data set has ----------------------------------------------------------------------------


def test_the_floor_is_the_budgets_own_or_the_data_sets_in_the_lab():
    floors = data.facts_of("synthetic").floors
    assert run_of(task="joints").floor == floors["joints"] > 0
    assert run_of(task="detector").floor_of("detector_parts") == floors["detector_parts"] > 0
    assert run_of("smoke", task="joints").floor == run_of(task="joints", dataset="lspet").floor_of("parts") == 0
    assert run_of("smoke", floor=0.9).floor == 0.9


def test_what_a_data_set_lacks_is_said_in_one_line():
    assert run_of().lacks("joints", "parts", "several") == ""
    missing = run_of(dataset="lspet").lacks("joints", "parts", "several")
    assert missing == f"{data.facts_of('lspet').title}: no parts, whole pictures with everybody in them"
    assert run_of(dataset="lspet").on_drawn_people().lacks("parts") == ""


# The machine --------------------------------------------------------------------------------------


def test_a_gpu_that_the_backend_cannot_use_is_announced(monkeypatch, capsys):
    keras = pytest.importorskip("keras")
    monkeypatch.setattr(runtime, "nvidia_gpu", lambda: "NVIDIA Example")
    device = runtime.find_device(keras)
    told = "has a GPU (NVIDIA Example) that tensorflow cannot use" in capsys.readouterr().out
    assert told == device.startswith("CPU")


def test_rates_are_the_better_of_two_turns_for_each_dtype(monkeypatch):
    turns = {"float32": iter([100.0, 120.0]), "bfloat16": iter([300.0, 90.0])}
    monkeypatch.setattr(runtime, "matrix_rate", lambda keras, dtype: next(turns[dtype]))
    assert runtime.matrix_rates(None) == {"float32": 120.0, "bfloat16": 300.0}
