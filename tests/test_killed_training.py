"""Training that is killed at any moment goes on and ends as one that was not, and leaves nothing over."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")
PROGRAM = [sys.executable, str(Path(__file__).with_name("resumed_training.py"))]
KILLS = int(os.environ.get("HPE_TEST_KILLS", 2))  # ten of them passed; each takes some seconds


def start(folder: Path) -> subprocess.Popen:
    """The program, when it begins to train."""
    process = subprocess.Popen([*PROGRAM, folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kills_change_nothing(tmp_path):
    whole = start(tmp_path / "whole")
    begun = time.monotonic()
    undisturbed = json.loads(whole.communicate()[0])
    seconds, rng, cut = time.monotonic() - begun, np.random.default_rng(0), 0
    for _ in range(KILLS):
        process = start(tmp_path / "killed")
        time.sleep(rng.uniform(0, seconds / 3))
        cut += process.poll() is None
        process.kill()
        process.communicate()
    found = json.loads(start(tmp_path / "killed").communicate()[0])
    assert cut
    assert len(found["loss"]) == len(undisturbed["loss"]) == 30
    np.testing.assert_allclose(found["loss"], undisturbed["loss"], rtol=1e-3)
    np.testing.assert_allclose(found["weights"], undisturbed["weights"], rtol=1e-3)
    assert found["files"] == undisturbed["files"]
