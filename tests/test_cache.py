"""The cache is complete or absent: it resumes after a kill, reports a full disk, and never reads half a file."""

import errno
import os
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
    with pytest.raises(DataError, match="is damaged.*delete this folder"):
        cache.cached(CountingSource(), 1)
    assert cache.clear("counting") > 0
    assert len(cache.cached(CountingSource(), 1)) == 700


def test_another_setting_is_another_cache(cache_folder):
    assert len(cache.cached(CountingSource(count=300), 1)) == 300
    assert len(cache.cached(CountingSource(count=400), 1)) == 400


def test_samples_are_cut_by_slices_and_arrays_never_by_one_number(cache_folder):
    samples = cache.cached(CountingSource(), 1)
    assert len(samples[5:9]) == 4 and samples[[3, 600]].attributes["number"].tolist() == [3, 600]
    with pytest.raises(TypeError, match="slice"):
        samples[3]


def test_an_unknown_data_set_names_the_known_ones():
    with pytest.raises(ValueError, match="known are synthetic, coco, folder, labelme, lspet"):
        data.load("imagenet", "train")
