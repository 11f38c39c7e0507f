"""Files, opened in one place a kind: read within limits and checked, written whole or not at all.

Whoever reads says in a declaration what must be there, and in a remedy what to do where it is not. A declaration is a
type (int and float mean finite numbers, no bools), a list of one declaration for each entry, a dict of declarations by
key, where a key that ends in "?" may be missing and "*" stands for all others, or a tuple of types of which one holds.
"""

import csv
import io
import json
import math
import os
import reprlib
import stat
import tomllib
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

TEXT, BINARY = 256 << 20, 1 << 30  # bytes that a text and a binary file may take, unpacked, unless a caller says more
WORDS = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    dict: "a table",
    list: "a list",
    bool: "true or false",
}


class DataError(Exception):
    """A file or setting that cannot be used; the message names it and the remedy."""


# Writing ------------------------------------------------------------------------------------------


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path to write to, beside `path`, which it replaces in one step when the block ends without an error.

    The folder is made. Two processes never share the path, nor do those of two machines, and what was there before
    stays until then.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid.uuid4().int}.partial")  # process numbers repeat on other machines
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
    """Write a JSON file in one step; what a name holds beside UTF-8 is escaped."""
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_bytes(path, text.encode(errors="backslashreplace"))


def write_npz(path: Path, arrays: dict, compressed: bool = False) -> None:
    """Write arrays by name in one step."""
    with replaced(path) as partial, open(partial, "wb") as file:
        (np.savez_compressed if compressed else np.savez)(file, **arrays)


# Reading ------------------------------------------------------------------------------------------


def read_bytes(path: Path, remedy: str, most: int = BINARY) -> bytes:
    """A whole file; raises DataError where it is no plain file, has more than `most` bytes or cannot be read."""
    with _reading(path, remedy):
        return _plain(Path(path), most).read_bytes()


def read_text(path: Path, remedy: str, most: int = TEXT) -> str:
    """A text file in UTF-8, with or without its mark; raises DataError."""
    with _reading(path, remedy):
        return _plain(Path(path), most).read_text(encoding="utf-8-sig")


def read_json(path: Path, remedy: str, declared=object, most: int = TEXT):
    """What a JSON file holds, which must be as declared; raises DataError, for a key that is there twice too."""
    with _reading(path, remedy):
        text = _plain(Path(path), most).read_text(encoding="utf-8-sig")
        content = json_of(text)
    check(content, declared, str(path), remedy)
    return content


def json_of(text: str):
    """What a JSON text says, such as one out of a zip; raises ValueError, for a key that is there twice too."""
    return json.loads(text, object_pairs_hook=_once)


def read_toml(path: Path, remedy: str, declared=object) -> dict:
    """What a TOML file holds, which must be as declared; raises DataError."""
    text = read_text(path, remedy)
    with _reading(path, remedy):
        content = tomllib.loads(text)
    check(content, declared, str(path), remedy)
    return content


def read_csv(path: Path, columns: tuple[str, ...], remedy: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a CSV file in UTF-8, each with its number; raises DataError where one of the columns is missing."""
    text = read_text(path, remedy)
    with _reading(path, remedy):
        lines = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
        names = list(lines.fieldnames or ())
        if missing := sorted(set(columns) - set(names)):
            raise DataError(f"{path} lacks the columns {', '.join(missing)}: {remedy}")
        if len(set(names)) < len(names):
            raise DataError(f"{path} has a column twice: {', '.join(names)}: {remedy}")
        for line in lines:
            if "" in line and any(filter(None, line[""])):
                raise DataError(f"line {lines.line_num} of {path} has more values than the first has names: {remedy}")
            yield lines.line_num, line


def read_npz(path: Path, remedy: str, declared: dict | None = None, most: int = BINARY) -> dict[str, np.ndarray]:
    """All arrays of an .npz file by name; raises DataError, and never unpickles.

    `declared` says of each array its kind, a letter of `dtype.kind` or several, and shape, None for any length, as
    {"boxes": ("f", (None, 4))}; numbers must be finite or NaN. Arrays that are not declared are not looked at.
    """
    with _reading(path, remedy):
        _check_members(_plain(Path(path), most), most)
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    for name, (kinds, shape) in (declared or {}).items():
        if name not in arrays:
            raise DataError(f"{path} has no array {name}: {remedy}")
        check_array(arrays[name], kinds, shape, f"{name} in {path}", remedy)
    return arrays


def read_npy(path: Path, kinds: str, shape: tuple | None, remedy: str) -> np.ndarray:
    """An .npy file as a memory map, of the declared kinds and shape, None for any; raises DataError."""
    with _reading(path, remedy):
        array = np.load(_plain(Path(path), None), mmap_mode="r", allow_pickle=False)
    _check_form(array, kinds, array.shape if shape is None else shape, str(path), remedy)
    return array


def read_mat(file: Path | bytes, remedy: str, name: str = "", most: int = TEXT, **options) -> dict:
    """What a .mat file, or its bytes with a `name`, holds, by scipy's loadmat with `options`; raises DataError.

    A damaged one can kill the process inside the library: read it by `apart`.
    """
    import scipy.io

    path = name or file
    with _reading(path, remedy):
        data = file if isinstance(file, bytes) else _plain(Path(file), most).read_bytes()
        _check_inflated(data, most)
        return scipy.io.loadmat(io.BytesIO(data), **options)


def read_h5(path: Path, names: tuple[str, ...], remedy: str, most: int = BINARY) -> dict[str, np.ndarray]:
    """The named arrays of an HDF5 file; raises DataError. Damaged ones are better read by `apart`."""
    import h5py

    with _reading(path, remedy), h5py.File(_plain(Path(path), most)) as file:
        if missing := [name for name in names if not isinstance(file.get(name), h5py.Dataset)]:
            raise ValueError(f"it lacks {', '.join(missing)}")
        if (size := sum(file[name].nbytes for name in names)) > most:
            raise ValueError(f"its arrays take {size:,} bytes, more than {most:,}")
        return {name: file[name][()] for name in names}


def h5_shapes(path: Path, remedy: str) -> dict[str, tuple[int, ...]]:
    """The shape of every array in an HDF5 file, by its place; raises DataError."""
    import h5py

    shapes = {}
    with _reading(path, remedy), h5py.File(_plain(Path(path), BINARY)) as file:
        file.visititems(lambda name, item: shapes.update({name: item.shape} if isinstance(item, h5py.Dataset) else {}))
    return shapes


def open_zip(path: Path, remedy: str) -> zipfile.ZipFile:
    """An opened zip file; raises DataError."""
    with _reading(path, remedy):
        return zipfile.ZipFile(_plain(Path(path), None))


def read_member(archive: zipfile.ZipFile, name: str, most: int = BINARY) -> bytes:
    """A file in a zip; raises KeyError where there is none, and ValueError where it unpacks to more than `most`."""
    size = archive.getinfo(name).file_size
    if size > most:
        raise ValueError(f"{name} unpacks to {size:,} bytes, more than {most:,}")
    return archive.read(name)


def apart(function: Callable, *arguments):
    """What a function gives that reads `arguments[0]`, in a process of its own: damaged files can kill their reader."""
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    second = delayed(_outcome)(tuple, ())  # processes begun for a job are watched only from the next job on
    try:
        result, error = Parallel(n_jobs=2)([delayed(_outcome)(function, arguments), second])[0]
    except BrokenProcessPool as crash:
        raise DataError(f"{arguments[0]} is damaged so that its reader crashed: get the file again") from crash
    if error:
        raise error
    return result


def _outcome(function: Callable, arguments: tuple) -> tuple:
    """What a function gives and None, or None and its error, which would end the process if it were raised there."""
    try:
        return function(*arguments), None
    except Exception as error:
        return None, error


# Checking -----------------------------------------------------------------------------------------


def check(value, declared, place: str, remedy: str) -> None:
    """Raise DataError, which names the place and what was found, unless a value is as declared."""
    if isinstance(declared, dict):
        check(value, dict, place, remedy)
        every = declared.get("*", object)
        known = {key.removesuffix("?"): inner for key, inner in declared.items() if key != "*"}
        if missing := [key for key in declared if key in known and key not in value]:
            raise DataError(f"{place} has no {missing[0]}: {remedy}")
        for name, inner in value.items():
            check(inner, known.get(name, every), f"{shown(name)[1:-1]} in {place}", remedy)
    elif isinstance(declared, list):
        check(value, list, place, remedy)
        for number, entry in enumerate(value, 1):
            check(entry, declared[0], f"entry {number} of {place}", remedy)
    elif not any(_is(value, kind) for kind in (declared if isinstance(declared, tuple) else (declared,))):
        raise DataError(f"{place} is {shown(value)}, not {_words(declared)}: {remedy}")


def check_array(array: np.ndarray, kinds: str, shape: tuple, place: str, remedy: str) -> None:
    """Raise DataError unless an array has one of the kinds (`dtype.kind`) and the shape, and no infinite number."""
    _check_form(array, kinds, shape, place, remedy)
    if array.dtype.kind == "f" and np.isinf(array).any():
        raise DataError(f"{place} holds infinite numbers: {remedy}")


def shown(value, most: int = 60) -> str:
    """A value in at most so many characters, for an error: files may hold a novel where a number should be."""
    text = repr(value) if isinstance(value, str) else reprlib.repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def printable(text: str) -> str:
    """A text in one line that every terminal shows: what is not printable, as bytes beside UTF-8, is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _is(value, kind) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53
    return value is None if kind is None else isinstance(value, kind)


def _words(declared) -> str:
    kinds = declared if isinstance(declared, tuple) else (declared,)
    return " or ".join("nothing" if kind is None else WORDS.get(kind, kind.__name__) for kind in kinds)


def _check_form(array: np.ndarray, kinds: str, shape: tuple, place: str, remedy: str) -> None:
    fits = len(array.shape) == len(shape) and all(w in (None, n) for n, w in zip(array.shape, shape, strict=True))
    if array.dtype.kind not in kinds or not fits:
        wanted = tuple("any" if length is None else length for length in shape)
        raise DataError(f"{place} is {array.dtype} of shape {array.shape}, not {kinds} of {shown(wanted)}: {remedy}")


def _once(pairs: list[tuple]) -> dict:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{shown(max(keys, key=keys.count))} is there twice")
    return content


def _plain(path: Path, most: int | None) -> Path:
    """The path of a plain file of at most so many bytes: a pipe would never end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("it is no plain file")
    if most is not None and found.st_size > most:
        raise ValueError(f"it has {found.st_size:,} bytes, more than {most:,}")
    return path


def _check_members(path: Path, most: int) -> None:
    """Raise ValueError unless all arrays of an .npz fit, and are as long as they say: NumPy takes the room first."""
    with zipfile.ZipFile(path) as archive:
        if (size := sum(info.file_size for info in archive.infolist())) > most:
            raise ValueError(f"it unpacks to {size:,} bytes, more than {most:,}")
        for info in archive.infolist():
            with archive.open(info) as member:
                version = np.lib.format.read_magic(member)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, dtype = read(member)
                if math.prod(shape) * dtype.itemsize > info.file_size:
                    raise ValueError(f"{info.filename} says that it has shape {shape}, and is shorter")


def _check_inflated(data: bytes, most: int) -> None:
    """Raise ValueError where the compressed parts of a .mat file (version 5) unpack to more than `most` bytes."""
    place, total, order = 128, 0, "big" if data[126:128] == b"MI" else "little"
    while place + 8 <= len(data):
        kind, length = (int.from_bytes(data[place + i : place + i + 4], order) for i in (0, 4))
        if kind == 15:  # miCOMPRESSED
            stream = zlib.decompressobj()
            part = data[place + 8 : place + 8 + length]
            while part and total <= most:
                total += len(stream.decompress(part, 1 << 24))
                part = stream.unconsumed_tail
        if total > most:
            raise ValueError(f"it unpacks to more than {most:,} bytes")
        place += 8 + length


@contextmanager
def _reading(path, remedy: str) -> Iterator[None]:
    try:
        yield
    except DataError:
        raise
    except FileNotFoundError as error:
        raise DataError(f"there is no {path}: {remedy}") from error
    except PermissionError as error:
        raise DataError(f"{path} may not be read: change its permissions") from error
    except Exception as error:  # a damaged archive raises almost anything
        reason = str(error).split("\n")[0][:160] or type(error).__name__
        raise DataError(f"cannot read {path} ({reason}): {remedy}") from error
