"""Training and inference of the lab models, as a share of this machine's matrix-product rate in the same run.

python benchmarks/training_step.py            the lab models at 128² (OpenPose 160²), batch 32
python benchmarks/training_step.py --batch 16 the batches of notebooks 03 to 06
python benchmarks/training_step.py --paper    the paper models at their own sizes as well (slow)
"""

import argparse
import time

import numpy as np

from hpe_utils.runtime import import_quietly, matrix_rate

MODELS = {
    "lab": {
        "deeppose": {}, "resnet50v2": {}, "simple_baseline": {},
        "simple_baseline mobilenetv2": {"trunk": "mobilenetv2"}, "hourglass 1": {"stacks": 1}, "hourglass 2": {},
        "vit": {}, "openpose 1": {"stages": 1}, "openpose 2": {"stages": 2}, "bodypix": {"heads": ("mask", "parts")},
        "mask_rcnn": {},
    },
    "paper": {
        "deeppose": {}, "resnet50v2": {}, "simple_baseline": {}, "hourglass 2": {"stacks": 2}, "vit S": {"size": "S"},
        "openpose 6": {},
    },
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paper", action="store_true")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--batch", type=int, default=32)
    arguments = parser.parse_args()
    keras = import_quietly("keras")
    from hpe_utils import models

    print(f"{'model':27} preset  M params  MMAC  train pictures/s  share   infer pictures/s  share   matrix GFLOP/s")
    for preset in ("lab", "paper") if arguments.paper else ("lab",):
        for name, options in MODELS[preset].items():
            model = models.build(name.split()[0], preset, **options)
            measure(keras, model, name, preset, arguments.repeats, arguments.batch)


def measure(keras, model, name: str, preset: str, repeats: int, batch: int) -> None:
    from hpe_utils.models.cost import count_macs

    kinds = {"bodypix": parts_to_learn, "mask_rcnn": people_to_learn}
    to_learn, rng = kinds.get(name.split()[0], joints_to_learn), np.random.default_rng(0)
    pictures, labels, loss, *weights = to_learn(model, name, preset, batch, rng)
    # XLA's depthwise convolutions are slow on a CPU.
    jit = "mobilenetv2" not in name
    model.compile(keras.optimizers.AdamW(1e-3), loss, loss_weights=weights[0] if weights else None, jit_compile=jit)
    macs = count_macs(model)
    matrix = matrix_rate(keras, "float32", seconds=1.0)
    train = batch / best_time(lambda: model.train_on_batch(pictures, labels), repeats)
    infer = batch / best_time(lambda: model.predict_on_batch(pictures), repeats)
    matrix = max(matrix, matrix_rate(keras, "float32", seconds=1.0))
    # A training step multiplies three times: forwards, for the weights' gradient and for the inputs' gradient.
    print(
        f"{name:27} {preset:6} {model.count_params() / 1e6:9.2f} {macs / 1e6:5.0f} {train:17.0f} "
        f"{6 * macs * train / 1e9 / matrix:6.0%} {infer:18.0f} {2 * macs * infer / 1e9 / matrix:6.0%} {matrix:16.0f}"
    )


def noise(model, batch: int, rng) -> np.ndarray:
    """Pictures of noise in the model's size."""
    return rng.integers(0, 256, (batch, *model.input_shape[1:])).astype(np.uint8)


def people_to_learn(model, name: str, preset: str, batch: int, rng) -> tuple:
    """Drawn people as Mask R-CNN takes them, its losses and their weights."""
    from hpe_utils import data, tasks
    from hpe_utils.data.batches import Batches

    task, options = tasks.get("detector"), {"skeleton": "COCO17", "parts": "iftimie6", "people": (1, 4)}
    people = data.load("synthetic", "train", count=batch, size=tasks.picture_size(model)[0], **options)
    codec = task.codec(model, people.skeleton, people.vocabulary)
    return *Batches(people, batch, labels=codec.labels)[0], task.loss(model, codec, ""), task.loss_weights


def parts_to_learn(model, name: str, preset: str, batch: int, rng) -> tuple:
    """Noise, part maps in squares of eight pixels, and the losses of mask and parts."""
    from hpe_utils.codecs.bodypix import PartCodec
    from hpe_utils.losses.parts import bodypix_losses

    height, width = model.input_shape[1:3]
    squares = rng.integers(0, 25, (batch, height // 8, width // 8)).astype(np.uint8)
    parts = squares.repeat(8, axis=1).repeat(8, axis=2)
    return noise(model, batch, rng), {"mask": parts, "parts": parts}, bodypix_losses(PartCodec.of(model))


def joints_to_learn(model, name: str, preset: str, batch: int, rng) -> tuple:
    """Noise, keypoints anywhere in it, and the loss of the network's kind of answer."""
    from hpe_utils import losses
    from hpe_utils.codecs.heatmap import HeatmapCodec
    from hpe_utils.codecs.paf import PAFCodec
    from hpe_utils.codecs.regression import RegressionCodec
    from hpe_utils.skeleton import COCO17, OPENPOSE18

    (height, width), shape = model.input_shape[1:3], model.output_shape
    people, joints = (4, 17 if preset == "lab" else 18) if "openpose" in name else (1, shape[-1])
    keypoints = np.full((batch, people, 16 if len(shape) == 2 else joints, 3), 2, np.float32)
    keypoints[..., :2] = rng.uniform(0, width - 1, (*keypoints.shape[:3], 2))
    if len(shape) == 2:
        loss = losses.KeypointLoss(RegressionCodec((width, height)), losses.masked_mae)
    elif "openpose" in name:
        codec = PAFCodec((width, height), COCO17 if preset == "lab" else OPENPOSE18, width // shape[3], logits=True)
        loss = losses.KeypointLoss(codec, losses.every_stage(losses.people_loss(codec.channels[0], joints)))
    else:
        function = losses.spatial_cross_entropy
        function = losses.every_stage(function) if len(shape) == 5 else function
        loss = losses.KeypointLoss(HeatmapCodec((width, height), logits=True), function)
    return noise(model, batch, rng), keypoints, loss


def best_time(call, repeats: int) -> float:
    """Seconds of the fastest of some calls, after two that are not counted."""
    times = []
    for _ in range(repeats + 2):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times[2:])


if __name__ == "__main__":
    main()
