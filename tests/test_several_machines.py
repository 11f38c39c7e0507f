"""Two processes on the loopback address learn what one learns, also where one of them is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

pytest.importorskip("jax")
PROGRAM = Path(__file__).with_name("several_machines.py")
QUICK = {"JAX_PLATFORMS": "cpu", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1", "KERAS_BACKEND": "jax"}


def start(folder: Path, *steps: int, **settings: str) -> subprocess.Popen:
    """A process that trains, and is killed after so many steps."""
    command, shown = [sys.executable, PROGRAM, folder, *map(str, steps)], {"text": True, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=os.environ | QUICK | settings, stdout=subprocess.DEVNULL, **shown)


def pair(folder: Path, *steps: int, slurm: bool = False) -> tuple[subprocess.Popen, subprocess.Popen]:
    """Two that train together, as the three variables or Slurm's say; the second is killed after so many steps."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    if slurm:
        common = {"HPE_MACHINES": "slurm", "SLURM_JOB_ID": "1", "SLURM_NTASKS": "2", "JAX_COORDINATOR_PORT": port}
        common |= {"SLURM_STEP_NODELIST": "127.0.0.1"}
        settings = [{"SLURM_PROCID": number, "SLURM_LOCALID": number} for number in "01"]
    else:
        common = {"HPE_MACHINES": "2", "HPE_COORDINATOR": f"127.0.0.1:{port}"}
        settings = [{"HPE_MACHINE": number} for number in "01"]
    return start(folder, **common, **settings[0]), start(folder, *steps, **common, **settings[1])


def finished(*processes: subprocess.Popen) -> None:
    for process in processes:
        said = process.communicate()[1]
        assert process.returncode == 0, said[-2000:]


def learnt(folder: Path) -> dict[str, np.ndarray]:
    """Losses and scores by epoch, predictions, and all weights."""
    result = json.loads((folder / "results" / "tiny-seed0.json").read_text())
    found = {"passes": result["passes"], "loss": result["history"]["loss"], "val": result["history"]["val_pckh"]}
    with np.load(folder / "results" / "tiny-seed0.npz") as predictions:
        found |= {name: predictions[name].astype(np.float32) for name in predictions.files}
    with h5py.File(folder / "runs" / "tiny-seed0" / "epoch-0004-0.weights.h5") as file:  # not in half precision
        layers = file["layers"]
        layers.visititems(lambda name, item: found.update({name: item[()]} if isinstance(item, h5py.Dataset) else {}))
    assert (folder / "checkpoints" / "tiny-seed0.weights.h5").exists()
    return found


def assert_equal(found: dict, wanted: dict) -> None:
    assert found.keys() == wanted.keys() and len(wanted) > 20
    for name, values in wanted.items():
        half = name == "by epoch" or name.startswith("synthetic")  # kept in half precision: up to 1/64 of a pixel here
        np.testing.assert_allclose(found[name], values, atol=0.02 if half else 1e-4, rtol=1e-4, err_msg=name)


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("alone")
    finished(start(folder))
    return learnt(folder)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_processes_learn_what_one_learns_and_one_of_them_writes(alone, tmp_path):
    finished(*pair(tmp_path))
    found = learnt(tmp_path)
    assert len(found["loss"]) == 5 and found["loss"][-1] < found["loss"][0]
    assert_equal(found, alone)
    assert not list(tmp_path.rglob("*.partial")), "nobody wrote what another had begun"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_training_whose_process_is_killed_goes_on_and_ends_equal(alone, tmp_path):
    first, second = pair(tmp_path, 5)  # in the middle of the third epoch
    assert second.wait() == -signal.SIGKILL
    assert first.communicate() and first.returncode != 0, "nobody trains alone"
    saved = json.loads((tmp_path / "runs" / "tiny-seed0" / "latest.json").read_text())
    assert (saved["epoch"], saved["batch"]) in [(1, 0), (1, 1)]
    assert not (tmp_path / "results").exists()
    finished(*pair(tmp_path, slurm=True))
    found = learnt(tmp_path)
    for history in (found, alone := dict(alone)):
        history["loss"] = np.delete(history["loss"], 2)  # of the broken epoch it is that of what was left
    assert_equal(found, alone)
