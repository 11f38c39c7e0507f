"""A program's own files in a folder that may hold others: known by a record of their hashes."""

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from hpe_utils.files import DataError, printable, read_bytes, write_bytes

PARTIAL = re.compile(r"(.+)\.\d+\.partial", re.DOTALL)  # what `files.replaced` writes first
NAME_BYTES = 200  # of a file's name; most disks take 255, of which a partial file needs some


class OwnFiles:
    """Files that a program makes in a folder: `record` has each one's path in it and SHA-256, "" while it is made.

    Whatever else lies there is neither deleted nor overwritten, but moved aside where its place is needed. Raises
    DataError, with the remedy, where the folder cannot be written.
    """

    def __init__(self, folder: Path, record: dict[str, str]):
        self.folder = folder
        self.record = {file: sha256 for file, sha256 in record.items() if self._is_inside(file)}

    def announce(self, files: Iterable[str]) -> None:
        """Note files before they are made: then a stop leaves none that the record does not know."""
        for file in files:
            if file in self.record or not os.path.lexists(self.folder / file):
                self.record[file] = ""

    def write(self, file: str, content: bytes) -> None:
        """Write a file whole or not at all, and note its hash."""
        path, sha256 = self.folder / file, hashlib.sha256(content).hexdigest()
        with writing(self.folder):
            if file not in self.record and os.path.lexists(path) and _hash(path) != sha256:
                self.move_aside(file, "was not made by this program")
            write_bytes(path, content)
        self.record[file] = sha256

    def is_whole(self, file: str) -> bool:
        """Whether a file is as it was written."""
        return bool(self.record.get(file)) and self.record[file] == _hash(self.folder / file)

    def keep_only(self, files: Iterable[str]) -> None:
        """Delete the other files of the record, but for those that somebody changed since, and say how many."""
        gone = [file for file in self.record.keys() - set(files) if os.path.lexists(self.folder / file)]
        ours = [file for file in gone if self.record[file] in ("", _hash(self.folder / file))]
        with writing(self.folder):
            for file in ours:
                (self.folder / file).unlink(missing_ok=True)
        self.record = {file: self.record[file] for file in files}
        if ours:
            print(f"{len(ours)} files of earlier starts that are not wanted now are deleted", file=sys.stderr)

    def move_aside(self, file: str, reason: str) -> None:
        """Give a file that is not ours another name beside, and say so."""
        path = self.folder / file
        ours = {self.folder / own for own in self.record}
        kept = (path.with_name(f"{path.stem}.kept{number or ''}{path.suffix}") for number in count())
        other = next(place for place in kept if not os.path.lexists(place) and place not in ours)
        with writing(self.folder):
            path.rename(other)
        print(printable(f"{path} {reason}: it is kept as {other.name}"), file=sys.stderr)

    def remove_partials(self, *others: str) -> None:
        """Delete what a killed start had begun of these files, and of the others that are named."""
        files = {self.folder / file for file in [*self.record, *others]}
        with writing(self.folder):
            for folder in filter(Path.is_dir, {file.parent for file in files}):
                for path in list(folder.iterdir()):
                    begun = PARTIAL.fullmatch(path.name)
                    if begun and folder / begun[1] in files:
                        path.unlink(missing_ok=True)

    def _is_inside(self, file: str) -> bool:
        top, path = os.path.abspath(self.folder), Path(os.path.abspath(self.folder / file))
        return "\0" not in file and path.is_relative_to(top) and path != Path(top)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the system says of a full disk or a folder that may not be written into DataError with the remedy."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"cannot write to {folder} ({error.strerror or error}): free some space, change its permissions, or name "
            "another folder; what was finished is kept, and the same command goes on from there"
        ) from error


def distinct_names(wanted: Iterable[str], ending: str = "") -> list[str]:
    """A file name for each that is wanted, with the ending, such that no two are one file on any disk.

    Some disks take capitals for small letters, and an accent on a letter for one beside it.
    """
    taken, names = set(), []
    for name in wanted:
        stem = name[: -len(ending)] if ending and name.lower().endswith(ending) else name
        whole = name if stem != name else name + ending
        while len(os.fsencode(whole)) > NAME_BYTES:
            stem = stem[:-1]
            whole = stem + ending
        choices = (whole if number == 1 else f"{stem}~{number}{ending}" for number in count(1))
        names.append(next(choice for choice in choices if _on_disk(choice) not in taken))
        taken.add(_on_disk(names[-1]))
    return names


def _on_disk(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _hash(path: Path) -> str:
    """A plain file's SHA-256, "" where there is none."""
    try:
        return hashlib.sha256(read_bytes(path, "look at it")).hexdigest()
    except DataError:
        return ""
