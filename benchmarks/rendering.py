"""How fast people are rendered with all their labels, and what 12,000 of them cost in seconds and memory.

python benchmarks/rendering.py [--count 12000]

One core first: each figure is the median of five readings of 128 pictures and, in brackets, the fastest. Then the
cache with its workers, into a temporary folder. Memory is that of this process and its workers together, above what
this process took before; the arrays themselves go to disk.
"""

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from hpe_utils.data.cache import cached
from hpe_utils.data.synthetic import SyntheticSource

PICTURES, ROUNDS = 128, 5
SETS = {
    "one person, easy, 128²": {"size": 128},
    "one person, hard, 128²": {"size": 128, "difficulty": "hard"},
    "1 to 4 people, easy, 160²": {"size": 160, "people": (1, 4)},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=12_000, help="pictures to render and cache")
    count = parser.parse_args().count
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    for name, options in SETS.items():
        rates = PICTURES / np.array(read_times(**options))
        print(f"{name:27} {np.median(rates):5,.0f} pictures/s on one core  ({rates.max():,.0f})")
    cv2.setNumThreads(threads)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HPE_CACHE"] = folder
        with MemoryWatch() as memory:
            begin = time.perf_counter()
            cached(SyntheticSource("train", count))
            seconds = time.perf_counter() - begin
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    print(
        f"{count:,} singles of 128² rendered and cached by {os.cpu_count()} workers: {seconds:.1f} s, "
        f"{count / seconds:,.0f} pictures/s, {size / 1e9:.2f} GB on disk"
    )
    print(f"memory above the start: {memory.total / 1e6:,.0f} MB in all, {memory.own / 1e6:,.0f} MB in this process")
    print(f"largest worker, with its libraries: {memory.worker / 1e6:,.0f} MB")


def read_times(**options) -> list[float]:
    """Seconds for PICTURES pictures, several times, after a round that is not counted."""
    source = SyntheticSource("train", PICTURES * (ROUNDS + 1), **options)
    times = []
    for start in range(0, len(source), PICTURES):
        begin = time.perf_counter()
        source.read(start, start + PICTURES)
        times.append(time.perf_counter() - begin)
    return times[1:]


class MemoryWatch:
    """Peak of the memory that belongs to this process and its children alone, in bytes above the start."""

    def __enter__(self):
        self.process, self.running = psutil.Process(), True
        self.start = self.process.memory_full_info().uss
        self.total = self.own = self.worker = 0
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()

    def watch(self) -> None:
        while self.running:
            own = self.process.memory_full_info().uss - self.start
            workers = [unique_memory(child) for child in self.process.children(recursive=True)]
            self.own, self.total = max(self.own, own), max(self.total, own + sum(workers))
            self.worker = max(self.worker, *workers, 0)
            time.sleep(0.2)


def unique_memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().uss
    except psutil.Error:  # it has just ended
        return 0


if __name__ == "__main__":
    main()
