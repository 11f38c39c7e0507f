"""Says what is installed, which device is seen and where files are kept; `python3 course.py info` runs it."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["hpe-utils", "tensorflow", "keras", "jax", "numpy", "opencv-python-headless", "jupyterlab"]


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def devices():
    """Names the devices that TensorFlow sees, with its start-up messages kept off the screen."""
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        return [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]
    except ImportError as error:
        return [f"TensorFlow does not import: {error}"]
    finally:
        os.dup2(screen, 2)


def main():
    print(f"Python     {platform.python_version()}")
    for package in PACKAGES:
        print(f"  {package:24}{installed(package)}")
    print(f"Device     {', '.join(devices()) or f'CPU, {os.cpu_count()} cores'}")
    print(f"Downloads  {ROOT / 'data' / 'cache'}")
    print(f"Keras      {os.environ.get('KERAS_HOME', Path.home() / '.keras')}")


if __name__ == "__main__":
    main()
