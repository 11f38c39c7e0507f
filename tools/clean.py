"""Says what the course's caches, executed copies and downloads take, and deletes them; `python3 course.py clean`.

Only what the course made goes: never a folder for its name, never my_notebooks.
"""

import argparse
import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path

from hpe_utils.data.cache import cache_root, caches, own_files
from hpe_utils.data.sets.download import REGISTRY, downloads
from hpe_utils.files import DataError, read_json

RUNS = Path(__file__).resolve().parent.parent / "runs"


@dataclass(frozen=True)
class Heap:
    """Files of one kind that the course made, and what they are called."""

    title: str
    files: list[Path]

    @property
    def bytes(self) -> int:
        return sum(path.lstat().st_size for path in self.files)

    def delete(self) -> None:
        """Deletes the files, and the folders that are empty then."""
        for path in self.files:
            path.unlink(missing_ok=True)
        for folder in sorted({path.parent for path in self.files}, reverse=True):
            with contextlib.suppress(OSError):  # something else lies there
                folder.rmdir()


def plain_files(folder: Path) -> list[Path]:
    """Lists the files below a folder, none where it is a link: that leads to somebody else's."""
    return [] if folder.is_symlink() else [path for path in sorted(folder.rglob("*")) if path.is_file()]


def cached_files() -> list[Path]:
    return [path for folder in caches() for path in own_files(folder)]


def is_executed(path: Path) -> bool:
    """Says whether a notebook is an executed copy, which notes what it was made of."""
    try:
        return "run_of" in read_json(path, "", {"metadata": {"course": dict}})["metadata"]["course"]
    except DataError:
        return False


def executed_files() -> list[Path]:
    made = plain_files(RUNS)
    return [path for path in made if path.suffix == ".partial" or (path.suffix == ".ipynb" and is_executed(path))]


def downloaded_files() -> list[Path]:
    """Lists the files that downloads have, and what was unpacked of them."""
    folder, found = downloads(), []
    for remote in REGISTRY.values():
        found += [path for end in ("", ".part", ".part.tag") if (path := folder / (remote.file + end)).is_file()]
        if remote.folder and (folder / remote.folder / f".{remote.file}.unpacked").exists():
            found += plain_files(folder / remote.folder)
    return list(dict.fromkeys(found))


def size(number: float) -> str:
    return f"{number / 1e9:.2f} GB" if number >= 1e8 else f"{number / 1e6:.1f} MB"


def agreed(question: str) -> bool:
    """Asks; where nobody can answer, the answer is no."""
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description="Say what the course's own files take, and delete them.")
    parser.add_argument("--downloads", action="store_true", help="delete downloaded data sets too")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    options = parser.parse_args()
    heaps = [Heap(f"caches in {cache_root()}", cached_files()), Heap(f"executed copies in {RUNS}", executed_files())]
    data = Heap(f"downloads in {downloads()}", downloaded_files())
    for heap in (*heaps, data):
        print(f"{size(heap.bytes):>9}  {heap.title}")
    if options.downloads:
        heaps.append(data)
    total = sum(heap.bytes for heap in heaps)
    if not any(heap.files for heap in heaps):
        print("There is nothing to delete" + (": downloads go with --downloads." if data.files else "."))
        return 0
    kept = "" if options.downloads else ", and keep the downloads"
    if not options.yes and not agreed(f"Delete {size(total)}{kept}? [y/N] "):
        print("Nothing is deleted.")
        return 0
    for heap in heaps:
        heap.delete()
    print(f"{size(total)} are free again.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        print(f"{error.filename} cannot be deleted ({error.strerror}): close what uses it, or change its permissions.")
        sys.exit(1)
