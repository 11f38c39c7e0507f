"""A disk cache for samples: built once in chunks by several processes, resumable, and never read half-written."""

import contextlib
import hashlib
import json
import os
import re
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

import numpy as np
from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import BrokenProcessPool
from tqdm.auto import tqdm

from hpe_utils import cluster
from hpe_utils.data.schema import DataError, Samples
from hpe_utils.files import read_json, read_npy, read_npz, replaced, write_bytes, write_json, write_npz
from hpe_utils.skeleton import Skeleton

FORMAT = 1
CHUNK = 256
LABELS = ("keypoints", "boxes", "head_boxes", "to_picture", "ids")  # of every source, beside its images
CHUNK_ARRAYS = {
    "left_out": ("U", ()),
    "images": ("u", (None, None, None, 3)),
    "keypoints": ("f", (None, None, None, 3)),
    "boxes": ("f", (None, None, 4)),
    "head_boxes": ("f", (None, None, 4)),
    "to_picture": ("f", (None, 2, 3)),
    "ids": ("U", (None,)),
}
INDEX = {"fields": [str], "shapes?": {"*": [int]}, "hashes?": {"*": str}, "left_out": {"*": int}, "spec": dict}
LARGE = ("images", "instances", "parts", "garments")  # too large to be hashed at every start
MARK, MARKED = ".hpe_cache", b"Made by hpe_utils.data.cache, whose clear() deletes it.\n"
CACHE = re.compile(r"(.+)-[0-9a-f]{16}")  # a cache's folder: the data set's name and what decides the samples, hashed
OWN_FILE = re.compile(
    rf"({re.escape(MARK)}|index\.json|chunk-\d{{7}}\.npz|\d{{5}}-of-\d{{5}}\.(tfrecord|json)|attribute_.+\.npy|"
    rf"({'|'.join(Samples.__annotations__)})\.npy)(\.\d+\.partial)?"
)


class Source(Protocol):
    """What a data source offers the cache; it must be picklable, for worker processes read it.

    A source of part maps has also `vocabulary`, what their labels mean.
    """

    title: str
    skeleton: Skeleton
    spec: dict  # JSON-able: everything that decides pixels and labels
    left_out: dict  # reasons and counts known before reading

    def __len__(self) -> int: ...

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """The arrays of samples start … stop and what had to be left out; attributes as "attribute_NAME"."""


def cache_root() -> Path:
    """Where caches live: $HPE_CACHE, or data/cache beside the package in a clone, or the user's cache folder.

    An empty HPE_CACHE is as none: it does not mean the current folder.
    """
    if named := os.environ.get("HPE_CACHE", "").strip():
        return Path(named).expanduser()
    clone = Path(__file__).parents[2] / "data"
    if clone.is_dir():
        return clone / "cache"
    import platformdirs

    return Path(platformdirs.user_cache_dir("hpe_utils"))


def cached(source: Source, workers: int | None = None) -> Samples:
    """The samples of a source as memory-mapped arrays, built on the first call and resumed where it was stopped.

    Raises DataError with the remedy when the disk is full, nothing in the source can be used, or the cache is damaged.
    """
    folder = folder_of(source, FORMAT)
    if not (folder / "index.json").exists():
        try:
            write_bytes(folder / MARK, MARKED)
            _write_chunks(source, folder, workers)
            _join_chunks(source, folder)
        except (FileNotFoundError, DataError):
            if not (folder / "index.json").exists():  # else another process has just finished the same cache
                raise
            _remove_chunks(folder)
        except OSError as error:
            raise DataError(
                f"cannot write the cache {folder}: {error.strerror or error}. Free some space, or set HPE_CACHE to a "
                "folder on another disk; what was finished is kept and the next start goes on from there"
            ) from error
    return _open(source, folder)


def folder_of(source: Source, form: int | str) -> Path:
    """Where a form of a source's samples lies, by what decides them."""
    key = hashlib.sha256(json.dumps([form, source.spec], sort_keys=True).encode()).hexdigest()[:16]
    return cache_root() / f"{source.spec['name']}-{key}"


def _write_chunks(source: Source, folder: Path, workers: int | None) -> None:
    starts = range(0, len(source), CHUNK)
    todo = [start for start in starts if not _chunk_file(folder, start).exists()]
    workers = min(workers or os.cpu_count() or 1, len(todo))
    bar = tqdm(total=len(source), unit="pictures", desc=f"preparing {source.title}", leave=False, delay=1)
    bar.update(len(source) - sum(min(CHUNK, len(source) - start) for start in todo))
    with bar:
        if workers <= 1 and not cluster.is_named():
            for start in todo:
                bar.update(_write_chunk(source, folder, start))
            return
        jobs = (delayed(_write_chunk_alone)(source, folder, start) for start in todo)
        try:
            with cluster.engine():
                for count in Parallel(workers, return_as="generator_unordered")(jobs):
                    bar.update(count)
        except BrokenProcessPool as error:
            raise DataError(
                f"{source.title}: a process that reads its files was killed, by a damaged file or for want of memory; "
                "the next start goes on from there"
            ) from error


def _write_chunk_alone(source: Source, folder: Path, start: int) -> int:
    """Write a chunk in a worker process, on one core: the other workers have the others."""
    import cv2

    cv2.setNumThreads(1)
    return _write_chunk(source, folder, start)


def _write_chunk(source: Source, folder: Path, start: int) -> int:
    stop = min(start + CHUNK, len(source))
    arrays, left_out = source.read(start, stop)
    arrays["left_out"] = np.array(json.dumps(left_out))
    write_npz(_chunk_file(folder, start), arrays)
    return stop - start


def _join_chunks(source: Source, folder: Path) -> None:
    """Stream the chunks into one .npy file a field; index.json comes last and makes the cache valid."""
    chunks = [_chunk_file(folder, start) for start in range(0, len(source), CHUNK)]
    left_out, count = Counter(source.left_out), 0
    fields = {}
    for path in chunks:
        chunk = _read_chunk(path)
        left_out.update(json.loads(str(chunk.pop("left_out"))))
        for name, array in chunk.items():
            fields.setdefault(name, array[:0])
            fields[name] = np.empty((0, *array.shape[1:]), np.result_type(fields[name], array))
        count += len(chunk["ids"])
    if not count:
        reasons = ", ".join(f"{n} {reason}" for reason, n in left_out.items()) or "it is empty"
        raise DataError(f"nothing usable in {source.title}: {reasons}")
    for name, empty in fields.items():
        with replaced(folder / f"{name}.npy") as partial, open(partial, "wb") as file:
            header = {"descr": np.lib.format.dtype_to_descr(empty.dtype), "fortran_order": False,
                      "shape": (count, *empty.shape[1:])}  # fmt: skip
            np.lib.format.write_array_header_2_0(file, header)
            for path in chunks:
                file.write(np.ascontiguousarray(_read_chunk(path)[name], empty.dtype).tobytes())
    shapes = {name: [count, *empty.shape[1:]] for name, empty in fields.items()}
    hashes = {name: _hash(folder / f"{name}.npy") for name in fields if name not in LARGE}
    index = {"fields": sorted(fields), "shapes": shapes, "hashes": hashes, "left_out": left_out, "spec": source.spec}
    write_json(folder / "index.json", index)
    _remove_chunks(folder)


def _remove_chunks(folder: Path) -> None:
    for path in [*folder.glob("chunk-*"), *folder.glob("*.partial")]:
        path.unlink(missing_ok=True)


def _read_chunk(path: Path) -> dict[str, np.ndarray]:
    """A chunk's arrays, all of one length; one that is damaged is deleted, so that the next start makes it again."""
    try:
        chunk = read_npz(path, "run again, which makes it anew", CHUNK_ARRAYS)
        if len({len(array) for name, array in chunk.items() if name != "left_out"}) != 1:
            raise DataError(f"the arrays in {path} differ in length: run again, which makes it anew")
        return chunk
    except DataError:
        path.unlink(missing_ok=True)
        raise


def _open(source: Source, folder: Path) -> Samples:
    remedy = f"delete the folder {folder} and run again"
    index = read_json(folder / "index.json", remedy, INDEX)
    arrays = {name: _field(folder, name, index, remedy) for name in index["fields"]}
    if lacking := {"images", *LABELS} - arrays.keys():
        raise DataError(f"{folder / 'index.json'} lacks the fields {', '.join(sorted(lacking))}: {remedy}")
    attributes = {name.removeprefix("attribute_"): arrays.pop(name) for name in index["fields"] if "attribute_" in name}
    return Samples(
        **arrays, attributes=attributes, left_out=index["left_out"], skeleton=source.skeleton, title=source.title,
        vocabulary=getattr(source, "vocabulary", None), origin=origin_of(source.spec),
    )  # fmt: skip


def _field(folder: Path, name: str, index: dict, remedy: str) -> np.ndarray:
    """A field's array, which must be as long as the ids and, labels, have the hash that was noted."""
    path = folder / f"{name}.npy"
    shape = index["shapes"].get(name, ()) if "shapes" in index else None  # caches of the first release noted none
    array = read_npy(path, "fiubSU", shape and tuple(shape), remedy)
    if len(array) != len(read_npy(folder / "ids.npy", "SU", None, remedy)):
        raise DataError(f"{path} has {len(array)} rows, not as many as there are ids: {remedy}")
    if "hashes" in index and name not in LARGE and _hash(path) != index["hashes"].get(name):
        raise DataError(f"{path} is not as it was written: {remedy}")
    return array


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def origin_of(spec: dict) -> dict[str, str]:
    """Which set, split and level a source's spec says."""
    return {"set": spec["name"], "split": spec.get("split", ""), "level": spec.get("difficulty", "")}


def _chunk_file(folder: Path, start: int) -> Path:
    return folder / f"chunk-{start:07d}.npz"


def clear(name: str = "*") -> int:
    """Delete the caches whose data set's name matches the pattern, as "coco" or "*"; returns the bytes freed.

    Only what `cached` wrote is deleted, in folders that it marked; other files stay, and so do their folders. Of a link
    to a cache only the link goes. Raises DataError for a pattern that names folders, and where files cannot be deleted.
    """
    try:
        return sum(_delete_cache(folder) for folder in caches(name))
    except OSError as error:
        raise DataError(
            f"cannot clear {error.filename} ({error.strerror}): end what uses it, or change its permissions"
        ) from error


def caches(name: str = "*") -> list[Path]:
    """The folders of the caches whose data set's name matches the pattern; raises DataError where it names folders."""
    if re.search(r"[/\\]|^\.\.?$", name):
        raise DataError(f"{name!r}: name a data set, such as 'coco', or '*' for all; folders are not searched")
    root = cache_root()
    folders = [folder for folder in (sorted(root.iterdir()) if root.is_dir() else []) if _is_cache(folder)]
    return [folder for folder in folders if fnmatchcase(CACHE.fullmatch(folder.name)[1], name)]


def own_files(folder: Path) -> list[Path]:
    """What `cached` wrote into a cache's folder, in the order in which it may be deleted; nothing of a link's."""
    if folder.is_symlink():
        return []
    ours = [
        path for path in folder.iterdir() if OWN_FILE.fullmatch(path.name) and (path.is_symlink() or path.is_file())
    ]
    # The index first, without which nothing is taken for a cache, and the mark last, by which the rest is found again.
    return sorted(ours, key=lambda path: (path.name != "index.json", path.name == MARK))


def _is_cache(folder: Path) -> bool:
    """Whether a folder has a cache's name and mark; older ones have no mark, and an index when they are finished."""
    named = CACHE.fullmatch(folder.name)
    if not named:
        return False
    if (folder / MARK).is_file():
        return True
    try:
        return read_json(folder / "index.json", "", INDEX)["spec"].get("name") == named[1]
    except DataError:
        return False


def _delete_cache(folder: Path) -> int:
    """Delete a cache's own files and, where nothing else is in it, the folder; returns the bytes freed."""
    if folder.is_symlink():
        folder.unlink()
        return 0
    freed = 0
    for path in own_files(folder):
        size = path.lstat().st_size
        path.unlink(missing_ok=True)
        freed += size
    with contextlib.suppress(OSError):  # something else is in it
        folder.rmdir()
    return freed
