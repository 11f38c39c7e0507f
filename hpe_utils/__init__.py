"""Shared toolkit of the course: from pictures of people to joints, and back. Importing it imports no TensorFlow."""

from hpe_utils import moved

__version__ = "0.1.0"

moved.forward()


def __getattr__(name: str):
    if name == "Pose":
        from hpe_utils.runtime import import_quietly

        return import_quietly("hpe_utils.pose").Pose
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
