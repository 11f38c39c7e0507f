"""Pictures a second that are rendered and cached by one worker and by two: joblib's processes, and a Dask cluster's.

python benchmarks/cluster.py [--count 4096] [--workers 1 2]

Every engine first renders other people, so that its processes have started. All caches must come out equal. The
machine's load is printed beside: what else runs takes from the speed-up.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from distributed import LocalCluster

from hpe_utils.data.cache import CHUNK, cached
from hpe_utils.data.schema import Samples
from hpe_utils.data.synthetic import SyntheticSource


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=16 * CHUNK, help=f"pictures; {CHUNK} are one task")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="how many, one measurement each")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)  # as the workers do
    print(f"{os.cpu_count()} cores, load of the last minute before the start: {os.getloadavg()[0]:.1f}")
    wanted = None
    for name, engine in {"joblib's processes": processes, "a local Dask cluster": dask}.items():
        rates = []
        for workers in arguments.workers:
            with engine(workers):
                seconds, found = measured(arguments.count, workers)
            wanted = wanted or found
            check_equal(found, wanted)
            rates.append(arguments.count / seconds)
            print(f"{name:21} {workers} workers {rates[-1]:7,.0f} pictures/s, speed-up {rates[-1] / rates[0]:.2f}")
    print(f"{arguments.count:,} pictures with all labels: equal in every cache")


@contextmanager
def processes(workers: int) -> Iterator[None]:
    """joblib's own; one worker is this process."""
    os.environ.pop("HPE_CLUSTER", None)
    yield


@contextmanager
def dask(workers: int) -> Iterator[None]:
    """A scheduler and its workers on this machine."""
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        os.environ["HPE_CLUSTER"] = cluster.scheduler_address
        yield


def measured(count: int, workers: int) -> tuple[float, dict[str, np.ndarray]]:
    """The seconds that a cache takes, and what it holds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HPE_CACHE"] = folder
        cached(SyntheticSource("val", 2 * workers * CHUNK), workers)
        begin = time.perf_counter()
        people = cached(SyntheticSource("train", count), workers)
        seconds = time.perf_counter() - begin
        return seconds, arrays(people)


def arrays(people: Samples) -> dict[str, np.ndarray]:
    """All pictures and labels by name, in memory."""
    named = {name: value for name, value in vars(people).items() if isinstance(value, np.ndarray)}
    return {name: np.array(value) for name, value in (named | people.attributes).items()}


def check_equal(found: dict, wanted: dict) -> None:
    """End the program where two caches differ."""
    assert found.keys() == wanted.keys()
    for name, values in wanted.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


if __name__ == "__main__":
    main()
