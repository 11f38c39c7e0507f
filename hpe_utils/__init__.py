"""Shared toolkit of the course: from pictures of people to joints, and back. Importing it imports no TensorFlow."""

__version__ = "0.1.0"
