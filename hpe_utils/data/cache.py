"""A disk cache for samples: built once in chunks by several processes, resumable, and never read half-written."""

import contextlib
import hashlib
import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Protocol

import numpy as np
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from hpe_utils.data.schema import DataError, Samples
from hpe_utils.files import read_json, replaced, write_json, write_npz
from hpe_utils.skeleton import Skeleton

FORMAT = 1
CHUNK = 256


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
    """Where caches live: $HPE_CACHE, or data/cache beside the package in a clone, or the user's cache folder."""
    if "HPE_CACHE" in os.environ:
        return Path(os.environ["HPE_CACHE"]).expanduser()
    clone = Path(__file__).parents[2] / "data"
    if clone.is_dir():
        return clone / "cache"
    import platformdirs

    return Path(platformdirs.user_cache_dir("hpe_utils"))


def cached(source: Source, workers: int | None = None) -> Samples:
    """The samples of a source as memory-mapped arrays, built on the first call and resumed where it was stopped.

    Raises DataError with the remedy when the disk is full or nothing in the source can be used.
    """
    key = hashlib.sha256(json.dumps([FORMAT, source.spec], sort_keys=True).encode()).hexdigest()[:16]
    folder = cache_root() / f"{source.spec['name']}-{key}"
    if not (folder / "index.json").exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write_chunks(source, folder, workers)
            _join_chunks(source, folder)
        except FileNotFoundError:
            if not (folder / "index.json").exists():  # else another process has just finished the same cache
                raise
        except OSError as error:
            raise DataError(
                f"cannot write the cache {folder}: {error.strerror or error}. Free some space, or set HPE_CACHE to a "
                "folder on another disk; what was finished is kept and the next start goes on from there"
            ) from error
    return _open(source, folder)


def _write_chunks(source: Source, folder: Path, workers: int | None) -> None:
    starts = range(0, len(source), CHUNK)
    todo = [start for start in starts if not _chunk_file(folder, start).exists()]
    workers = min(workers or os.cpu_count() or 1, len(todo))
    bar = tqdm(total=len(source), unit="pictures", desc=f"preparing {source.title}", leave=False, delay=1)
    bar.update(len(source) - sum(min(CHUNK, len(source) - start) for start in todo))
    with bar:
        if workers <= 1:
            for start in todo:
                bar.update(_write_chunk(source, folder, start))
            return
        jobs = (delayed(_write_chunk_alone)(source, folder, start) for start in todo)
        for count in Parallel(workers, return_as="generator_unordered")(jobs):
            bar.update(count)


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
        with np.load(path) as chunk:
            left_out.update(json.loads(str(chunk["left_out"])))
            for name in set(chunk.files) - {"left_out"}:
                fields.setdefault(name, chunk[name][:0])
                fields[name] = np.empty((0, *chunk[name].shape[1:]), np.result_type(fields[name], chunk[name]))
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
                with np.load(path) as chunk:
                    file.write(np.ascontiguousarray(chunk[name], empty.dtype).tobytes())
    write_json(folder / "index.json", {"fields": sorted(fields), "left_out": left_out, "spec": source.spec})
    for path in [*folder.glob("chunk-*"), *folder.glob("*.partial")]:
        path.unlink(missing_ok=True)


def _open(source: Source, folder: Path) -> Samples:
    remedy = "delete this folder and run again"
    index = read_json(folder / "index.json", remedy)
    try:
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in index["fields"]}
    except (OSError, ValueError) as error:
        raise DataError(f"the cache {folder} is damaged ({error}): {remedy}") from error
    attributes = {name.removeprefix("attribute_"): arrays.pop(name) for name in index["fields"] if "attribute_" in name}
    return Samples(
        **arrays, attributes=attributes, left_out=index["left_out"], skeleton=source.skeleton, title=source.title,
        vocabulary=getattr(source, "vocabulary", None), origin=origin_of(source.spec),
    )  # fmt: skip


def origin_of(spec: dict) -> dict[str, str]:
    """Which set, split and level a source's spec says."""
    return {"set": spec["name"], "split": spec.get("split", ""), "level": spec.get("difficulty", "")}


def _chunk_file(folder: Path, start: int) -> Path:
    return folder / f"chunk-{start:07d}.npz"


def clear(name: str = "*") -> int:
    """Delete the caches whose data set name matches the pattern; returns the bytes freed."""
    freed = 0
    for folder in cache_root().glob(f"{name}-*"):
        freed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
    return freed
