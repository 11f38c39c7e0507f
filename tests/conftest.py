"""What all tests share: where real files lie, and a cache folder of their own."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"


def shared_file(name: str) -> Path:
    """A real file that is not part of the project; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs the real file {name}, which is not part of the project")
    return path


@pytest.fixture
def cache_folder(tmp_path, monkeypatch) -> Path:
    """An empty cache for one test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("HPE_CACHE", str(folder))
    return folder
