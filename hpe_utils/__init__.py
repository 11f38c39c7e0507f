"""Shared toolkit of the course: from pictures of people to joints, and back. Importing it imports no TensorFlow."""

from hpe_utils import moved

__version__ = "0.1.0"

moved.forward()
