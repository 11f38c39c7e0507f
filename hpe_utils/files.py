"""Files of the course's own: written whole or not at all, and read with one clear error."""

import json
import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np


class DataError(Exception):
    """A file or setting that cannot be used; the message names it and the remedy."""


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path to write to, beside `path`, which it replaces in one step when the block ends without an error.

    The folder is made. Two processes never share the path, and what was there before stays until then.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        with open(partial, "rb+") as file:
            os.fsync(file.fileno())  # else a power cut may leave the new name on an empty file
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step, so that nobody ever reads half of it."""
    with replaced(path) as partial:
        partial.write_bytes(content)


def write_json(path: Path, content) -> None:
    """Write a JSON file in one step."""
    write_bytes(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def write_npz(path: Path, arrays: dict, compressed: bool = False) -> None:
    """Write arrays by name in one step."""
    with replaced(path) as partial, open(partial, "wb") as file:
        (np.savez_compressed if compressed else np.savez)(file, **arrays)


def read_json(path: Path, remedy: str):
    """What a JSON file holds; raises DataError with the remedy where it cannot be read."""
    return _read(path, remedy, lambda: json.loads(Path(path).read_text(encoding="utf-8")))


def read_toml(path: Path, remedy: str) -> dict:
    """What a TOML file holds; raises DataError with the remedy where it cannot be read."""
    return _read(path, remedy, lambda: tomllib.loads(Path(path).read_text(encoding="utf-8")))


def read_npz(path: Path, remedy: str) -> dict[str, np.ndarray]:
    """All arrays of an .npz file by name; raises DataError with the remedy where it cannot be read."""

    def load():
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}

    return _read(path, remedy, load)


def _read(path: Path, remedy: str, load: Callable):
    try:
        return load()
    except FileNotFoundError as error:
        raise DataError(f"there is no {path}: {remedy}") from error
    except Exception as error:  # a damaged archive raises almost anything
        raise DataError(f"cannot read {path} ({type(error).__name__}: {str(error)[:200]}): {remedy}") from error
