"""Where the notebooks of the course lie."""

from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def notebook_of(number: str) -> Path:
    """The notebook with a number, such as "02"."""
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    return path
