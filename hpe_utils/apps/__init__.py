"""Applications built on the rest of the package."""
