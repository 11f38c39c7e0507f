"""Several devices learn what one learns; tried on a processor's virtual devices."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from hpe_utils import devices
from hpe_utils.files import DataError

SCRIPT = Path(__file__).with_name("shared_batches.py")
QUICK = {"JAX_PLATFORMS": "cpu", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1", "KERAS_BACKEND": "jax"}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_and_four_devices_learn_what_one_learns():
    pytest.importorskip("jax")
    done = subprocess.run([sys.executable, SCRIPT], env=os.environ | QUICK, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    one, *several = map(json.loads, done.stdout.splitlines())
    assert one["devices"] == 1 and len(one["losses"]) == 10 and one["losses"][-1] < one["losses"][0]
    assert [found["devices"] for found in several] == [2, 4]
    for found in several:
        assert found["shape"] == one["shape"] == [3, 8, 8, 16]
        for name in ("losses", "weights", "answers", "one"):
            np.testing.assert_allclose(found[name], one[name], atol=1e-4, err_msg=name)


def test_the_batch_grows_with_the_devices_and_the_rate_with_their_root():
    budget = devices.scaled(SimpleNamespace(batch=16, rate=1e-3, epochs=2), 4)
    assert vars(budget) == {"batch": 64, "rate": 2e-3, "epochs": 2}
    assert devices.scaled(budget, 1) == budget


@pytest.mark.parametrize(
    "machine, address", [("2", "head:9876"), ("-1", "head:9876"), ("", "head:9876"), ("0", "head"), ("0", ":9876")]
)
def test_settings_of_machines_that_are_none_are_told(monkeypatch, machine, address):
    pytest.importorskip("jax")
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    for name, value in (("MACHINES", "2"), ("MACHINE", machine), ("COORDINATOR", address)):
        monkeypatch.setenv(f"HPE_{name}", value)
    with pytest.raises(DataError, match=f"HPE_MACHINES=2, HPE_MACHINE={machine}, HPE_COORDINATOR={address}: set them"):
        devices.meet()


def test_machines_need_jax(monkeypatch):
    monkeypatch.setattr("keras.backend.backend", lambda: "tensorflow")
    assert devices.shard() == (0, 1) and devices.writes()
    monkeypatch.setenv("HPE_MACHINES", "2")
    with pytest.raises(DataError, match="needs JAX: set KERAS_BACKEND=jax"):
        devices.meet()
