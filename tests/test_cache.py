"""The cache is complete or absent: it resumes after a kill, reports a full disk, and never reads half a file."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from counting_source import CountingSource

from hpe_utils import data
from hpe_utils.data import cache
from hpe_utils.data.schema import DataError


class Stopped(CountingSource):
    """Ends after its first chunk."""

    def read(self, start, stop):
        if start:
            raise RuntimeError("stopped")
        return super().read(start, stop)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cache_is_built_once_and_read_back_in_order(cache_folder, tmp_path, workers):
    log = tmp_path / "log"
    for _ in range(2):
        samples = cache.cached(CountingSource(log=str(log)), workers)
        np.testing.assert_array_equal(samples.attributes["number"], np.arange(700))
        np.testing.assert_array_equal(samples.images[:, 0, 0, 0], np.arange(700) % 256)
        assert samples.ids[-1] == "n699"  # the names of later chunks are longer and are not cut
    assert sorted(map(int, log.read_text().split())) == [0, 256, 512]
    assert not list(cache_folder.rglob("*.partial")) and not list(cache_folder.rglob("chunk-*"))


def test_what_is_left_out_is_counted_and_reported(cache_folder):
    samples = cache.cached(CountingSource(drop=7, left_out={"without a head": 3}), 1)
    assert len(samples) == 600 and samples.left_out == {"dropped": 100, "without a head": 3}
    assert "left out: 100 dropped, 3 without a head" in samples.describe()


def test_a_source_with_nothing_usable_says_why(cache_folder):
    with pytest.raises(DataError, match="nothing usable in counted pictures: 10 dropped"):
        cache.cached(CountingSource(count=10, drop=1), 1)


def test_a_killed_build_resumes_and_repeats_no_finished_chunk(cache_folder, tmp_path):
    log = tmp_path / "log"
    script = (
        "from counting_source import CountingSource; from hpe_utils.data import cache;"
        f"cache.cached(CountingSource(count=2000, log={str(log)!r}, seconds=.2), 1)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL)
    while len(finished := list(cache_folder.rglob("chunk-*.npz"))) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()
    assert not list(cache_folder.rglob("index.json"))
    (finished[0].parent / "chunk-0001792.99.partial").write_bytes(b"half a chunk")
    before = {int(path.stem.split("-")[1]) for path in cache_folder.rglob("chunk-*.npz")}
    log.unlink()
    samples = cache.cached(CountingSource(count=2000, log=str(log)), 1)
    np.testing.assert_array_equal(samples.attributes["number"], np.arange(2000))
    assert not before & set(map(int, log.read_text().split()))
    assert not list(cache_folder.rglob("*.partial"))


def test_a_full_disk_is_reported_with_the_remedy_and_nothing_half_written_stays(cache_folder, monkeypatch):
    def full(file, **arrays):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", full)
        with pytest.raises(DataError, match="No space left on device.*HPE_CACHE"):
            cache.cached(CountingSource(), 1)
    assert not list(cache_folder.rglob("*.partial"))
    assert len(cache.cached(CountingSource(), 1)) == 700


def test_a_damaged_cache_names_its_folder_and_the_remedy(cache_folder):
    cache.cached(CountingSource(), 1)
    images = next(cache_folder.rglob("images.npy"))
    images.write_bytes(images.read_bytes()[:1000])
    with pytest.raises(DataError, match="images.npy .*delete the folder .* and run again"):
        cache.cached(CountingSource(), 1)
    assert cache.clear("counting") > 0
    assert len(cache.cached(CountingSource(), 1)) == 700


def test_clear_deletes_its_own_files_and_nothing_else(cache_folder, tmp_path):
    cache.cached(CountingSource(), 1)
    (own,) = cache_folder.iterdir()
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(own, elsewhere)
    (cache_folder / "counting-0123456789abcdef").symlink_to(elsewhere)
    foreign = [cache_folder / name for name in ("my-thesis/text.tex", "notes-0123456789abcdef/index.json", "a-b.txt")]
    foreign += [own / "notes.txt", own / "ids" / "x"]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"title": "mine"}')
    assert cache.clear("thesis") == cache.clear("count") == 0 and (own / "index.json").exists()
    size = sum(path.stat().st_size for path in elsewhere.iterdir())
    assert cache.clear() == size, "a link frees nothing"
    assert {path for path in cache_folder.rglob("*") if path.is_file() or path.is_symlink()} == set(foreign)
    assert len(list(elsewhere.iterdir())) > 5
    assert len(cache.cached(CountingSource(), 1)) == 700


def test_clear_finds_unfinished_caches_and_those_without_a_mark(cache_folder):
    source = CountingSource(count=300)
    with pytest.raises(RuntimeError):
        cache.cached(Stopped(count=300), 1)
    (folder,) = cache_folder.iterdir()
    (folder / "chunk-0000256.npz.99.partial").write_bytes(b"half a chunk")
    assert {path.name for path in folder.iterdir()} > {cache.MARK, "chunk-0000000.npz"}
    assert cache.clear() > 0 and not folder.exists()
    cache.cached(source, 1)
    (folder / cache.MARK).unlink()  # as the first release made it
    assert cache.clear("c*g") > 0 and not folder.exists()


@pytest.mark.parametrize("pattern", ["../x", "/etc/*", "a/b", "..", "..\\x"])
def test_clear_takes_no_folders(cache_folder, pattern):
    with pytest.raises(DataError, match="name a data set"):
        cache.clear(pattern)


def test_an_empty_hpe_cache_is_none(monkeypatch):
    monkeypatch.delenv("HPE_CACHE", raising=False)
    usual = cache.cache_root()
    monkeypatch.setenv("HPE_CACHE", "")
    assert cache.cache_root() == usual != Path()


def test_what_another_process_finished_first_is_taken_and_leaves_no_chunk(cache_folder, monkeypatch):
    write_chunks = cache._write_chunks

    def overtaken(source, folder, workers):
        write_chunks(source, folder, workers)
        with monkeypatch.context() as patch:
            patch.setattr(cache, "_write_chunks", write_chunks)
            cache.cached(source, workers)
        cache._write_chunk(source, folder, 256)  # this process was slower with one of them

    monkeypatch.setattr(cache, "_write_chunks", overtaken)
    assert len(cache.cached(CountingSource(), 1)) == 700
    assert not list(cache_folder.rglob("chunk-*"))


def test_another_setting_is_another_cache(cache_folder):
    assert len(cache.cached(CountingSource(count=300), 1)) == 300
    assert len(cache.cached(CountingSource(count=400), 1)) == 400


def test_samples_are_cut_by_slices_and_arrays_never_by_one_number(cache_folder):
    samples = cache.cached(CountingSource(), 1)
    assert len(samples[5:9]) == 4 and samples[[3, 600]].attributes["number"].tolist() == [3, 600]
    with pytest.raises(TypeError, match="slice"):
        samples[3]


def test_an_unknown_data_set_names_the_known_ones():
    with pytest.raises(ValueError, match="known are " + ", ".join(data.SETS)):
        data.load("imagenet", "train")
