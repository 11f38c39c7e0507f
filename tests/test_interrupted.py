"""Killed at any moment (kill -9): the next start gives what an undisturbed one gives, and nothing is left over."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from scripts import script

KILLS = int(os.environ.get("HPE_TEST_KILLS", 2))  # ten of them passed; each takes some seconds
PROGRAMS = {
    "cache": """
import os, sys
os.environ["HPE_CACHE"] = sys.argv[1]
from hpe_utils import data
from hpe_utils.data import synthetic
print("ready", flush=True)
data.load("synthetic", "val", count=1000, size=32)
""",
    "records": """
import sys
import tensorflow
from hpe_utils.data import records, synthetic
print("ready", flush=True)
records.write(synthetic.source("val", count=400, size=32), sys.argv[1], per_shard=50)
""",
    "catalogue": """
import sys
from test_interrupted import standing
from hpe_utils.apps.smart_cropping import make_catalogue
print("ready", flush=True)
make_catalogue(sys.argv[2], standing(), out=sys.argv[1])
""",
    "catalogue by workers": """
import sys
from test_interrupted import standing
from hpe_utils.apps import smart_cropping
smart_cropping.SHARE = 8
print("ready", flush=True)
smart_cropping.make_catalogue(sys.argv[2], standing(), out=sys.argv[1], workers=2)
""",
}
POSE = [[60, 230], [60, 190], [65, 140], [95, 140], [100, 190], [100, 230], [40, 130], [45, 100], [60, 60], [100, 60],
        [115, 100], [120, 130], [80, 50], [80, 20]]  # fmt: skip


def standing():
    """A finder that sees the same person, who stands, in every picture."""
    from hpe_utils.apps.smart_cropping import Finder
    from hpe_utils.skeleton import LSP14

    return Finder("standing", LSP14, lambda images: [np.column_stack([POSE, np.full(14, 2.0)])] * len(images))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(90):
        Image.effect_noise((160, 260), number).convert("RGB").save(folder / f"{number}.jpg")
    return folder


def begin(program: str, folder: Path, pictures: Path) -> subprocess.Popen:
    """Start a program; it is back once the program has imported what it needs and begins to work."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parent)])}
    command = [sys.executable, "-c", PROGRAMS[program], str(folder), str(pictures)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, start_new_session=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def contents(folder: Path) -> dict[str, str]:
    """Every file by its hash; of record shards, whose fields TensorFlow writes in any order, what is read."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    if not any(name.endswith(".tfrecord") for name in files):
        return found
    from hpe_utils.data import records

    rows = records.read(folder, batch_size=1000, fields=("ids", "images", "keypoints"))
    data = b"".join(field.numpy().tobytes() for batch in rows for field in batch[1:])
    return dict.fromkeys(files, "") | {"rows": hashlib.sha256(data).hexdigest()}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends programs in another way")
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_killed_program_goes_on_as_if_nothing_had_been(program, tmp_path, pictures):
    process = begin(program, tmp_path / "undisturbed", pictures)
    started = time.perf_counter()
    assert process.wait() == 0
    seconds = time.perf_counter() - started
    expected = contents(tmp_path / "undisturbed")
    # The first start is slower than later ones, whose files the system knows.
    moments = (np.arange(KILLS) + np.random.default_rng(0).random(KILLS)) / KILLS * 0.8 * seconds
    worked = 0
    for number, moment in enumerate(moments):
        folder = tmp_path / str(number)
        process = begin(program, folder, pictures)
        time.sleep(moment)
        worked += process.poll() is None
        process.kill()
        process.wait()
        assert begin(program, folder, pictures).wait() == 0
        assert contents(folder) == expected, f"killed after {moment:.2f} of {seconds:.2f} s"
    print(f"{program}: {worked} of {KILLS} kills fell into {seconds:.1f} s of work")
    assert worked


def test_a_full_disk_ends_training_with_one_line(monkeypatch, capsys):
    tool = script("tools/train.py")
    codes = []
    monkeypatch.setattr(tool.os, "_exit", codes.append)
    tool.leave("tiny-seed0", OSError(errno.ENOSPC, "a long story of HDF5's\nin two lines", None))
    said = capsys.readouterr().err.strip()
    assert codes == [1] and "\n" not in said and said.startswith("train.py: cannot write weights (No space left on dev")
    assert "tiny-seed0" in said and "free some space" in said and "goes on after the last finished epoch" in said


def test_other_errors_in_destructors_are_still_told(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "__unraisablehook__", told.append)
    for text in ("errno = 28, error message = 'No space left on device'", "another"):
        script("tools/train.py").tell_unraisable(SimpleNamespace(exc_value=RuntimeError(text)))
    assert [str(unraisable.exc_value) for unraisable in told] == ["another"]
