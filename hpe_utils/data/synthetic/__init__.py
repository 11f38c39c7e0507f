"""Rendered people with every label: the data set that the course carries with it."""

from .clay import PARTS
from .clothes import GARMENTS
from .source import FACTS, RENDERER_VERSION, SyntheticSource, film, source

__all__ = ["FACTS", "GARMENTS", "PARTS", "RENDERER_VERSION", "SyntheticSource", "film", "source"]
