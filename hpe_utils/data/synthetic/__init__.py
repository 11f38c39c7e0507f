"""Rendered people with every label: the data set that the course carries with it."""

from .clay import PARTS
from .clothes import GARMENTS
from .source import RENDERER_VERSION, SyntheticSource, source

__all__ = ["GARMENTS", "PARTS", "RENDERER_VERSION", "SyntheticSource", "source"]
