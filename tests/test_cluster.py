"""Batch work on a Dask cluster gives what this machine's processes give, also where a worker is killed."""

import os
import signal
import threading
import time

import numpy as np
import pytest
from counting_source import CountingSource

from hpe_utils import cluster
from hpe_utils.data import records
from hpe_utils.data.cache import CHUNK, cached
from hpe_utils.data.schema import DataError


@pytest.fixture
def dask(monkeypatch):
    """A cluster of two processes on this machine, which HPE_CLUSTER names."""
    distributed = pytest.importorskip("dask.distributed")
    path = os.pathsep.join([os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)  # where the workers find the tests' source
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as found:
        monkeypatch.setenv("HPE_CLUSTER", found.scheduler_address)
        yield found


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(dask, cache_folder, tmp_path, monkeypatch):
    log = tmp_path / "log"
    source = CountingSource(6 * CHUNK - 5, log=str(log), seconds=1.0, drop=9)

    def kill():
        while not log.exists():
            time.sleep(0.05)
        os.kill(next(iter(dask.workers.values())).process.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    people = cached(source)
    killer.join()
    read = [int(line) for line in log.read_text().split()]
    assert sorted(set(read)) == list(range(0, len(source), CHUNK)) and len(read) > len(set(read)), "one was done again"
    monkeypatch.delenv("HPE_CLUSTER")
    monkeypatch.setenv("HPE_CACHE", str(tmp_path / "alone"))
    alone = cached(CountingSource(6 * CHUNK - 5, drop=9), workers=1)
    for name in ("images", "keypoints", "ids"):
        np.testing.assert_array_equal(getattr(people, name), getattr(alone, name))
    assert people.left_out == alone.left_out


@pytest.mark.slow
def test_records_are_written_by_a_cluster(dask, tmp_path):
    written = records.write(CountingSource(50), tmp_path, per_shard=16)
    assert written.counts == [16, 16, 16, 2]


def test_a_cluster_that_does_not_answer_is_told(monkeypatch):
    pytest.importorskip("dask.distributed")
    monkeypatch.setenv("HPE_CLUSTER", "nonsense://here")
    with pytest.raises(DataError, match="HPE_CLUSTER=nonsense://here is no scheduler that answers"):
        with cluster.engine():
            pass


def test_without_dask_the_remedy_is_told(monkeypatch):
    monkeypatch.setenv("HPE_CLUSTER", "local")
    monkeypatch.setitem(__import__("sys").modules, "dask.distributed", None)
    with pytest.raises(DataError, match='HPE_CLUSTER=local needs Dask.* pip install ".\\[cluster\\]"'):
        with cluster.engine():
            pass
