"""Training and inference of the lab models, as a share of this machine's matrix-product rate in the same run.

python benchmarks/training_step.py            the lab models at 128², batch 32
python benchmarks/training_step.py --paper    the paper models at 220² as well (slow)
"""

import argparse
import time

import numpy as np

from hpe_utils.runtime import import_quietly, matrix_rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paper", action="store_true")
    parser.add_argument("--repeats", type=int, default=15)
    arguments = parser.parse_args()
    keras = import_quietly("keras")
    from hpe_utils import models

    print("model        preset  M params  MMAC  train pictures/s  share   infer pictures/s  share   matrix GFLOP/s")
    for preset in ("lab", "paper") if arguments.paper else ("lab",):
        for name in ("deeppose", "resnet50v2"):
            measure(keras, models.build(name, preset), name, preset, arguments.repeats)


def measure(keras, model, name: str, preset: str, repeats: int, batch: int = 32) -> None:
    from hpe_utils import losses
    from hpe_utils.codecs.regression import RegressionCodec

    size, rng = model.input_shape[1], np.random.default_rng(0)
    pictures = rng.integers(0, 256, (batch, size, size, 3)).astype(np.uint8)
    keypoints = np.full((batch, 1, 16, 3), 2, np.float32)
    keypoints[..., :2] = rng.uniform(0, size - 1, (batch, 1, 16, 2))
    codec = RegressionCodec((size, size))
    model.compile(keras.optimizers.AdamW(1e-3), losses.KeypointLoss(codec, losses.masked_mae), jit_compile=True)
    macs = count_macs(keras, model)
    matrix = matrix_rate(keras, "float32", seconds=1.0)
    train = batch / best_time(lambda: model.train_on_batch(pictures, keypoints), repeats)
    infer = batch / best_time(lambda: model.predict_on_batch(pictures), repeats)
    matrix = max(matrix, matrix_rate(keras, "float32", seconds=1.0))
    # A training step multiplies three times: forwards, for the weights' gradient and for the inputs' gradient.
    print(
        f"{name:12} {preset:6} {model.count_params() / 1e6:9.2f} {macs / 1e6:5.0f} {train:17.0f} "
        f"{6 * macs * train / 1e9 / matrix:6.0%} {infer:18.0f} {2 * macs * infer / 1e9 / matrix:6.0%} {matrix:16.0f}"
    )


def best_time(call, repeats: int) -> float:
    """Seconds of the fastest of some calls, after two that are not counted."""
    times = []
    for _ in range(repeats + 2):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times[2:])


def count_macs(keras, model) -> int:
    """Multiply-accumulates of the convolutions and dense layers for one picture."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            total += count_macs(keras, layer)
        elif isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense)):
            total += int(np.prod(layer.kernel.shape)) * int(np.prod(layer.output.shape[1:-1]))
    return total


if __name__ == "__main__":
    main()
