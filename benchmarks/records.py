"""Pictures per second that come out of record shards, as read and augmented, beside the cache that fits in memory.

python benchmarks/records.py

Writes 4,096 rendered people of 160² into a folder that is deleted afterwards, and reads them as batches of 32 of 128².
Each figure of the records is the second of two epochs.
"""

import tempfile
import time

from hpe_utils import data
from hpe_utils.data import records
from hpe_utils.data.augment import Augment
from hpe_utils.data.batches import Batches
from hpe_utils.runtime import import_quietly

AUGMENT = Augment(flip=0.5, rotate=30, scale=0.25, shift=0.05, colour=0.2, occlude=0.3)


def main() -> None:
    import_quietly("tensorflow")
    people = data.load("synthetic", "train", size=160, count=4096, skeleton="MPII16")
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        print(records.write(people, folder, per_shard=512).describe())
        print(f"written in {time.perf_counter() - begin:.1f} s")
        report("records, as stored", records.read(folder, shuffle=True))
        report("records, augmented", records.read(folder, shuffle=True, augment=AUGMENT, size=128))
    batches = Batches(people, 32, 128, AUGMENT, shuffle=True)
    report("Batches, augmented, one thread", (batches[i] for i in range(len(batches))), 1)


def report(name: str, batches, epochs: int = 2) -> None:
    for _ in range(epochs):
        begin, count = time.perf_counter(), 0
        for images, _ in batches:
            count += len(images)
        rate = count / (time.perf_counter() - begin)
    print(f"{name:32} {rate:8,.0f} pictures/s")


if __name__ == "__main__":
    main()
