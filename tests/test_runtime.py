"""The one call at the top of every notebook says what it found, and refuses what it does not know."""

import os
import subprocess
import sys

import numpy as np
import pytest

from hpe_utils import runtime


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
    [("HPE_PROFILE", "laptop", "known are smoke, lab, paper"), ("HPE_DATA", "imagenet", "known are synthetic, lspet")],
)
def test_unknown_settings_name_the_known_ones(monkeypatch, variable, value, message):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=message):
        runtime.start("02_joint_regression")


def test_an_unknown_notebook_has_no_budget():
    with pytest.raises(ValueError, match="budgets.toml has no notebook"):
        runtime.load_budget("99_nothing", "lab")


def test_a_gpu_that_the_backend_cannot_use_is_announced(monkeypatch, capsys):
    keras = pytest.importorskip("keras")
    monkeypatch.setattr(runtime, "nvidia_gpu", lambda: "NVIDIA Example")
    device = runtime.find_device(keras)
    if device.startswith("CPU"):
        assert "has a GPU (NVIDIA Example) that tensorflow cannot use" in capsys.readouterr().out


def test_bfloat16_is_taken_only_where_it_is_clearly_faster(monkeypatch):
    keras = pytest.importorskip("keras")
    for slow, fast, policy in ((100.0, 120.0, "float32"), (100.0, 300.0, "mixed_bfloat16")):
        rates = {"float32": slow, "bfloat16": fast}
        monkeypatch.setattr(runtime, "matrix_rate", lambda keras, dtype, rates=rates: rates[dtype])
        try:
            assert runtime.choose_precision(keras)[1] == policy == keras.config.dtype_policy().name
        finally:
            keras.config.set_dtype_policy("float32")


def test_expected_minutes_scale_with_the_machine_and_never_promise_nothing():
    fast, slow = (
        runtime.Runtime("n", "lab", None, "synthetic", None, "CPU", "float32", rate, 0) for rate in (400.0, 50.0)
    )
    assert slow.expected(4) == 8 and fast.expected(4) == 1 and np.isclose(fast.expected(10), 2.5)


def test_minutes_by_notebook_are_those_measured_for_the_profile():
    run = runtime.Runtime("n", "lab", None, "synthetic", None, "CPU", "float32", 50.0, 0)
    minutes = runtime.minutes_by_notebook(run)
    assert list(minutes) == sorted(minutes) and "02_joint_regression" in minutes
    assert minutes["02_joint_regression"] == 2 * runtime.load_budget("02_joint_regression", "lab").minutes
    paper = runtime.Runtime("n", "paper", None, "synthetic", None, "CPU", "float32", 50.0, 0)
    assert "02_joint_regression" not in runtime.minutes_by_notebook(paper)
