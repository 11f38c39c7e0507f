"""What the door costs: a picture through `Pose` beside its network alone, and a film from file to file.

python benchmarks/door.py [--model NAME ...] [--frames N] [--fast] [--one-core]

Pictures and frames are 640 × 480, drawn people. The network alone gets its prepared batch, and its maps are not read.
With --fast LiteRT runs both; with --one-core TensorFlow and LiteRT have one thread.
"""

import argparse
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from hpe_utils import data, tracking
from hpe_utils.apps.find import find
from hpe_utils.data import films
from hpe_utils.litert import Interpreted
from hpe_utils.pose import Pose
from hpe_utils.runtime import import_quietly

SIZE = (640, 480)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", default=["photo", "photo_people", "photo_parts"])
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--one-core", action="store_true")
    arguments = parser.parse_args()
    cores = "one core" if arguments.one_core else "all cores"
    if arguments.one_core:
        tensorflow = import_quietly("tensorflow")
        tensorflow.config.threading.set_intra_op_parallelism_threads(1)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    matrix = np.ones((1500, 1500), np.float32)
    seconds = min(timed(lambda: matrix @ matrix) for _ in range(5))
    print(f"NumPy's float32 product runs at {2 * 1500**3 / seconds / 1e9:.0f} GFLOP/s, all cores\n")
    image = scene()
    for name in arguments.model:
        pose = Pose.load(name, fast=arguments.fast)
        width, height = pose.network.codec.size
        batch = np.zeros((1, height, width, 3), np.uint8)
        whole, model = milliseconds(pose, image), pose.network.model
        print(f"{name}, {width} × {height}: picture to people {whole:.1f} ms", end="")
        if not isinstance(model.input, dict):  # Mask R-CNN takes true boxes, too, and is cut at its proposals
            model = Interpreted(model) if arguments.fast else model
            alone = milliseconds(model.predict_on_batch, batch)
            print(f", network alone {alone:.1f} ms ({whole / alone:.2f} times)", end="")
        print(f", medians of 50, one picture at a time, {cores}")
        with tempfile.TemporaryDirectory() as folder:
            path = film(Path(folder) / "film.mp4", image, arguments.frames)
            begin = time.perf_counter()
            done = find(pose, [path], Path(folder) / "found", draw=True)
            rate = done.pictures / (time.perf_counter() - begin)
        print(f"   film of {done.pictures} frames to a film with people: {rate:.1f} frames a second")
        print("   " + "; ".join(note.replace(str(path), "film") for note in done.notes))
    still_and_step()


def timed(work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def milliseconds(work, picture: np.ndarray, repeats: int = 50) -> float:
    """The median time with a picture, after a first call that compiles."""
    work(picture)
    return 1000 * float(np.median([timed(lambda: work(picture)) for _ in range(repeats)]))


def scene() -> np.ndarray:
    """Two drawn people in a picture of 640 × 480."""
    group = data.load("synthetic", "test", people=(2, 2), size=160, count=1)
    square = cv2.resize(np.asarray(group.images[0]), (480, 480), interpolation=cv2.INTER_CUBIC)
    return np.pad(square, ((0, 0), (80, 80), (0, 0)), constant_values=128)


def film(path: Path, image: np.ndarray, frames: int) -> Path:
    """The picture as a still film whose sensor is noisy."""
    rng = np.random.default_rng(0)
    with films.writer(path) as add:
        for frame in range(frames):
            add(frame / 30, np.clip(image + rng.normal(0, 4, image.shape), 0, 255).astype(np.uint8))
    return path


def still_and_step() -> None:
    """What smoothing does to a joint that trembles by two pixels, at rest and when it jumps."""
    rng, rest = np.random.default_rng(0), np.full((300, 17, 3), 2.0)
    rest[..., :2] = rng.uniform(100, 300, (17, 2)) + rng.normal(0, 2, (300, 17, 2))
    step = rest.copy()
    step[150:, :, 0] += 60
    smooth = {}
    for name, raw in (("rest", rest), ("step", step)):
        euro = tracking.OneEuro()
        smooth[name] = np.stack([euro(pose, frame / 30, 200.0) for frame, pose in enumerate(raw)])
    print(f"\na joint at rest, 30 frames a second, noise of 2 pixels: trembles by {tracking.jitter(rest):.2f} pixels, "
          f"smoothed by {tracking.jitter(smooth['rest']):.2f}")  # fmt: skip
    print(f"a step of 60 pixels: {tracking.lag(step, smooth['step'])} frames behind")


if __name__ == "__main__":
    main()
