"""Pictures per second that come out of record shards, as read and augmented, beside the cache that fits in memory.

python benchmarks/records.py

Writes 4,096 rendered people of 160² into a folder that is deleted afterwards, and reads them as batches of 32 of 128²:
by tf.data, and by `Batches`, one thread, from shards and from arrays. Each figure of the records is the second of two
epochs. Last come the pictures a second that a training step of notebook 03 takes.
"""

import argparse
import tempfile
import time

from hpe_utils import data
from hpe_utils.data import records, streaming
from hpe_utils.data.augment import Augment
from hpe_utils.data.batches import Batches
from hpe_utils.runtime import import_quietly, load_budget

AUGMENT = Augment(flip=0.5, rotate=30, scale=0.25, shift=0.05, colour=0.2, occlude=0.3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4096)
    import_quietly("tensorflow")
    from hpe_utils import trial

    people = data.load("synthetic", "train", size=160, count=parser.parse_args().count, skeleton="MPII16")
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        print(records.write(people, folder, per_shard=512).describe())
        print(f"written in {time.perf_counter() - begin:.1f} s")
        report("records, as stored", records.read(folder, shuffle=True))
        report("records, augmented", records.read(folder, shuffle=True, augment=AUGMENT, size=128))
        streamed = streaming.stream(folder)
        for name, samples in (("Batches from shards", streamed), ("Batches from arrays", people)):
            batches = Batches(samples, 32, 128, AUGMENT, shuffle=True)
            report(f"{name}, augmented", batches)
    budget = load_budget("03_heatmaps_simple_baselines", "lab")
    print(f"{'a step of 03 takes':32} {budget.batch / trial.step_seconds(budget, 'float32', True):8,.0f} pictures/s")


def report(name: str, batches, epochs: int = 2) -> None:
    for _ in range(epochs):
        begin, count = time.perf_counter(), 0
        for number, (images, _) in enumerate(batches, 1):
            count += len(images)
            if number == len(batches):  # one of Keras' goes on for ever
                break
        rate = count / (time.perf_counter() - begin)
    print(f"{name:32} {rate:8,.0f} pictures/s")


if __name__ == "__main__":
    main()
