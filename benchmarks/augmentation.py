"""Pictures per second of the augmentation beside OpenCV alone, keras.ops and tf.data.

python benchmarks/augmentation.py

Batches of 32 pictures, 160² to 128², rotated, scaled, shifted, mirrored; each figure is the median of 30 batches and,
in brackets, the fastest.
"""

import time

import cv2
import numpy as np

from hpe_utils.data.augment import Augment
from hpe_utils.geometry import Affine
from hpe_utils.runtime import import_quietly
from hpe_utils.skeleton import MPII16

BATCH, OLD, NEW = 32, 160, 128
GEOMETRY = Augment(flip=0.5, rotate=30, scale=0.25, shift=0.05)
FULL = Augment(flip=0.5, rotate=30, scale=0.25, shift=0.05, colour=0.2, occlude=0.3)


def main() -> None:
    rng = np.random.default_rng(0)
    # Smooth pictures, as photographs are; noise would be no harder to sample but no picture looks so.
    images = np.stack([cv2.GaussianBlur(i, (0, 0), 3) for i in rng.integers(0, 256, (BATCH, OLD, OLD, 3), np.uint8)])
    keypoints = np.full((BATCH, 1, 16, 3), 2.0, np.float32)
    keypoints[..., :2] = rng.uniform(20, 140, (BATCH, 1, 16, 2))
    affine = GEOMETRY.draw_affine((OLD, OLD), (NEW, NEW), rng.random(BATCH) < 0.5, rng)

    def augment(settings):
        return lambda: settings(images, keypoints, MPII16, (NEW, NEW), rng)

    report("hpe_utils, geometry and labels", augment(GEOMETRY))
    report("hpe_utils, with colour and occluders", augment(FULL))
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    report("OpenCV's warp alone, one thread", lambda: warp_opencv(images, affine))
    cv2.setNumThreads(threads)
    report("OpenCV's warp alone, its own threads", lambda: warp_opencv(images, affine))
    keras = import_quietly("keras")
    tensorflow = import_quietly("tensorflow")
    back = affine.inverse().matrix.astype(np.float32)
    jitted = tensorflow.function(lambda i, m: warp_ops(keras.ops, i, m), jit_compile=True)
    report("keras.ops gather, jit-compiled", lambda: jitted(images, back).numpy())
    difference = np.abs(jitted(images, back).numpy() - warp_opencv(images, affine)).mean()
    report("tf.data, ImageProjectiveTransformV3", tf_data(tensorflow, images, back))
    print(f"mean difference of keras.ops and OpenCV: {difference:.2f} grey levels (OpenCV rounds to whole ones)")


def report(name: str, call, batches: int = 30) -> None:
    for _ in range(3):
        call()
    times = []
    for _ in range(batches):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    print(f"{name:40} {BATCH / np.median(times):8,.0f} pictures/s  ({BATCH / min(times):,.0f})")


def warp_opencv(images: np.ndarray, affine: Affine) -> np.ndarray:
    return np.stack([cv2.warpAffine(i, m, (NEW, NEW)) for i, m in zip(images, affine.matrix, strict=True)])


def warp_ops(ops, images, back):
    """Bilinear sampling from four gathers; pixels outside are black."""
    columns, rows = np.meshgrid(np.arange(NEW, dtype=np.float32), np.arange(NEW, dtype=np.float32))
    grid = np.stack([columns.ravel(), rows.ravel(), np.ones(NEW * NEW, np.float32)])
    x, y = ops.unstack(ops.matmul(back, grid), axis=1)
    left, top = ops.floor(x), ops.floor(y)
    flat = ops.reshape(images, (-1, OLD * OLD, 3))

    def at(row, column):
        inside = (row >= 0) & (row < OLD) & (column >= 0) & (column < OLD)
        index = ops.cast(ops.clip(row, 0, OLD - 1) * OLD + ops.clip(column, 0, OLD - 1), "int32")
        values = ops.cast(ops.take_along_axis(flat, index[..., None], axis=1), "float32")
        return values * ops.cast(inside, "float32")[..., None]

    u, v = (x - left)[..., None], (y - top)[..., None]
    upper = at(top, left) * (1 - u) + at(top, left + 1) * u
    lower = at(top + 1, left) * (1 - u) + at(top + 1, left + 1) * u
    return ops.reshape(upper * (1 - v) + lower * v, (-1, NEW, NEW, 3))


def tf_data(tf, images, back):
    """An endless tf.data pipeline that warps batches in its graph."""
    transforms = np.concatenate([back.reshape(-1, 6), np.zeros((BATCH, 2), np.float32)], axis=1)

    def warp(batch):
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=tf.cast(batch, tf.float32), transforms=transforms, output_shape=[NEW, NEW], fill_value=0.0,
            interpolation="BILINEAR", fill_mode="CONSTANT",
        )  # fmt: skip

    pipeline = tf.data.Dataset.from_tensors(images).repeat().map(warp, tf.data.AUTOTUNE).prefetch(2)
    batches = iter(pipeline)
    return lambda: next(batches).numpy()


if __name__ == "__main__":
    main()
