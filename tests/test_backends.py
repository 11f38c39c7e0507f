"""TensorFlow and JAX agree on every architecture, loss and codec."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from backend_probe import probe  # noqa: E402

SECONDS = 1200


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_tensorflow_and_jax_agree():
    """The same weights give the same answers and losses, in JAX by compiled steps in a process of its own."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
    script = Path(__file__).with_name("backend_probe.py")
    answer = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert answer.returncode == 0, answer.stderr[-2000:]
    jax, tensorflow = json.loads(answer.stdout.splitlines()[-1]), probe()
    assert jax.pop("backend") == "jax" and tensorflow.pop("backend") == "tensorflow"
    assert set(jax) == set(tensorflow)
    for name, values in tensorflow.items():
        spread = np.std(values) or np.abs(values).max() or 1.0
        np.testing.assert_allclose(np.array(jax[name]) / spread, np.array(values) / spread, atol=1e-3, err_msg=name)
        assert not name.endswith("learns") or values == [1.0], name
