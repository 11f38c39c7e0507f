"""TensorFlow and JAX agree on every architecture, loss and codec."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

SCRIPT = Path(__file__).with_name("backend_probe.py")
QUICK = {"JAX_PLATFORMS": "cpu", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}  # in compiling


def numbers(backend: str) -> dict:
    """What the probe says under a backend, which is chosen once in a process."""
    environment = os.environ | QUICK | {"KERAS_BACKEND": backend}
    done = subprocess.run([sys.executable, SCRIPT], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("backend") == backend
    return found


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_tensorflow_and_jax_agree():
    """The same weights give the same answers and losses; JAX takes compiled steps."""
    pytest.importorskip("jax")
    jax, tensorflow = numbers("jax"), numbers("tensorflow")
    assert set(jax) == set(tensorflow)
    for name, values in tensorflow.items():
        spread = np.std(values) or np.abs(values).max() or 1.0
        np.testing.assert_allclose(np.array(jax[name]) / spread, np.array(values) / spread, atol=1e-3, err_msg=name)
    assert {value for name in jax if name.endswith(" learns") for value in jax[name]} == {1.0}
