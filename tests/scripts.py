"""Programs of the project that are no part of its package, as modules."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[1]


def script(path: str):
    """A script by its path in the project, imported anew."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded
