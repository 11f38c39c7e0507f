"""Seconds to make the target maps of a batch: by the codec inside the loss, and by a loop in NumPy on the host.

python benchmarks/heatmaps.py

Batches of 32 people, 16 joints, 128² pictures, 32² maps. Each figure is the median of 30 batches and, in brackets, the
fastest. The loop draws each joint's Gaussian into a window of ±3σ, as most public code does, on one core.
"""

import time

import numpy as np

from hpe_utils.runtime import import_quietly

BATCH, JOINTS, SIZE, STRIDE, SIGMA = 32, 16, 128, 4, 2.0


def main() -> None:
    keras = import_quietly("keras")
    tensorflow = import_quietly("tensorflow")
    from hpe_utils.codecs.heatmap import HeatmapCodec

    codec = HeatmapCodec((SIZE, SIZE), STRIDE, SIGMA)
    keypoints = np.full((BATCH, 1, JOINTS, 3), 2.0, np.float32)
    keypoints[..., :2] = np.random.default_rng(0).uniform(0, SIZE - 1, (BATCH, 1, JOINTS, 2))
    encode = tensorflow.function(lambda k: codec.encode(k)[0], jit_compile=True)
    difference = np.abs(encode(keypoints).numpy() - encode_in_numpy(keypoints)).max()
    print(f"largest difference of the two: {difference:.3f} (what lies outside the windows)")
    graph = report("codec.encode, compiled", lambda: encode(keypoints).numpy())
    report("codec.encode, not compiled", lambda: keras.ops.convert_to_numpy(codec.encode(keypoints)[0]))
    loop = report("a loop over people and joints in NumPy", lambda: encode_in_numpy(keypoints))
    print(f"the loop takes {loop / graph:.1f} times as long as the compiled codec")


def encode_in_numpy(keypoints: np.ndarray) -> np.ndarray:
    side, reach = SIZE // STRIDE, 3 * SIGMA
    maps = np.zeros((BATCH, side, side, JOINTS), np.float32)
    for b, people in enumerate(keypoints):
        for k, (x, y, v) in enumerate(people[0]):
            if v == 0:
                continue
            cx, cy = (x + 0.5) / STRIDE - 0.5, (y + 0.5) / STRIDE - 0.5
            x0, x1 = max(0, int(np.ceil(cx - reach))), min(side, int(cx + reach) + 1)
            y0, y1 = max(0, int(np.ceil(cy - reach))), min(side, int(cy + reach) + 1)
            across, down = np.arange(x0, x1), np.arange(y0, y1)[:, None]
            maps[b, y0:y1, x0:x1, k] = np.exp(-((across - cx) ** 2 + (down - cy) ** 2) / (2 * SIGMA**2))
    return maps


def report(name: str, call, batches: int = 30) -> float:
    """Print and return the median milliseconds of a call."""
    for _ in range(3):
        call()
    times = []
    for _ in range(batches):
        begin = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - begin))
    print(f"{name:44} {np.median(times):7.2f} ms  ({min(times):.2f})")
    return float(np.median(times))


if __name__ == "__main__":
    main()
