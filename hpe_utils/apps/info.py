"""What is installed, which device is seen and where files are kept."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hpe_utils import runtime
from hpe_utils.data.cache import cache_root

PACKAGES = ["hpe-utils", "tensorflow", "keras", "jax", "numpy", "opencv-python-headless", "jupyterlab"]


def installed(package: str) -> str:
    """A package's version, or that there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def print_info() -> None:
    """Print all of it; `python3 course.py info` and `hpe info` do."""
    print(f"Python     {platform.python_version()}")
    for package in PACKAGES:
        print(f"  {package:24}{installed(package)}")
    print(f"Device     {runtime.find_device(runtime.import_quietly('keras'))}")
    print(f"Caches     {cache_root()}")
    print(f"Keras      {os.environ.get('KERAS_HOME', Path.home() / '.keras')}")
