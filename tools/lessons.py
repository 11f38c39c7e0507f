"""Where the notebooks of the course lie, and their numbers."""

from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def notebook_of(number: str) -> Path:
    """The notebook with a number, such as "02"."""
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    return path


def number_of(path: Path) -> str:
    """A notebook's number in the course, such as 02 or 08a: what its name has before the first underscore."""
    return path.stem.partition("_")[0]
