"""Says what is installed, which device is seen and where files are kept; `python3 course.py info` runs it."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hpe_utils import runtime
from hpe_utils.data.cache import cache_root

PACKAGES = ["hpe-utils", "tensorflow", "keras", "jax", "numpy", "opencv-python-headless", "jupyterlab"]


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def main():
    print(f"Python     {platform.python_version()}")
    for package in PACKAGES:
        print(f"  {package:24}{installed(package)}")
    print(f"Device     {runtime.find_device(runtime.import_quietly('keras'))}")
    print(f"Caches     {cache_root()}")
    print(f"Keras      {os.environ.get('KERAS_HOME', Path.home() / '.keras')}")


if __name__ == "__main__":
    main()
