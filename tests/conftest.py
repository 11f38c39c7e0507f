"""What all tests share: where real files lie, a cache folder and a precision of their own."""

import gc
import os
import sys
from pathlib import Path

import pytest

# Tests take single steps: what XLA compiles need not be fast, and is compiled in two thirds of the time.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))  # programs there import their neighbours
SHARED = ROOT.parent / "shared" / "data"


def shared_file(name: str) -> Path:
    """A real file that is not part of the project; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs the real file {name}, which is not part of the project")
    return path


@pytest.fixture(autouse=True)
def own_settings(monkeypatch):
    """The reader's settings are for notebooks; a test has those that it sets."""
    for name in (
        "HPE_PRECISION",
        "HPE_JIT",
        "HPE_BUDGET",
        "HPE_DATA",
        "HPE_DEVICES",
        "HPE_STREAM",
        "HPE_DATA_ROOT",
        "HPE_MODELS",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="module")
def memory():
    """Networks of one test file are gone before the next: together they would fill the machine."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()
        gc.collect()


@pytest.fixture
def cache_folder(tmp_path, monkeypatch) -> Path:
    """An empty cache for one test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("HPE_CACHE", str(folder))
    return folder


@pytest.fixture
def policy():
    """Sets Keras' dtype policy for one test, by name."""
    keras = pytest.importorskip("keras")
    before = keras.config.dtype_policy()
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy(before)
