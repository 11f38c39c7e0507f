"""One training step of every architecture, for every task and loss: the rows that precision and backend multiply.

As a program it takes all steps of one architecture: what XLA compiled is freed with its process alone.
"""

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import keras
import numpy as np

from hpe_utils import losses, models, tasks, trial
from hpe_utils.data.batches import Batches


class Row(NamedTuple):
    """An architecture's lab form, what it is asked, the side of its pictures, its options and its codec's settings."""

    architecture: str
    task: str
    size: int = 32
    options: dict = {}
    codec: dict = {}

    def __str__(self) -> str:
        return "-".join([self.architecture, self.task, *map(str, self.options.values())])


class Step(NamedTuple):
    """What a step gave: the loss, which share of the trained weights it changed, and whether all are numbers.

    `answers` are the dtypes of the network's outputs.
    """

    loss: float
    changed: float
    finite: bool
    answers: list[str]

    def assert_trained(self) -> None:
        """All is well: a mere number, nearly all weights moved, and answers in 32 bits."""
        assert np.isfinite(self.loss) and self.finite and self.changed > 0.8
        assert self.answers == ["float32"]


# Losses of one task are added up: one compiled step holds them all.
LOSSES = {
    "joints": ("masked_mse", "masked_mae", "mse_with_zeros"),
    "head_box": ("masked_mse", "masked_mae", "mse_with_zeros"),
    "maps": ("heatmap_mse", "foreground_mse", "ohkm", "spatial_cross_entropy"),
    "people": ("people_loss", "squared_error"),
}
LABELS = {
    "people": {"skeleton": "COCO17", "crowd": (2, 2)},
    "parts": {"skeleton": "COCO17"},
    "detector": {"skeleton": "COCO17", "vocabulary": "iftimie6", "crowd": (2, 2)},
}
ROWS = (
    Row("deeppose", "joints", 64),  # at 32 a convolution would stride over a single cell
    Row("deeppose", "head_box", 64),
    Row("resnet50v2", "joints"),
    Row("resnet50v2", "head_box"),
    Row("mobilenetv2", "joints"),
    Row("mobilenetv2", "head_box"),
    Row("simple_baseline", "maps"),
    Row("simple_baseline", "joints", options={"coordinates": True, "outputs": 16}),
    Row("hourglass", "maps", options={"stacks": 1, "levels": 1}),
    Row("hourglass", "maps", options={"stacks": 2, "levels": 1}),
    Row("vit", "maps"),
    Row("openpose", "people", options={"stages": 1}, codec={"partial": True}),
    Row("openpose", "people", options={"stages": 2, "attention": "sigmoid"}),
    Row("openpose", "people", options={"stages": 1, "attention": "softmax"}),
    Row("openpose", "people", options={"stages": 1, "attention": "binary", "fully_connected": True}),
    Row("fcn", "pixels"),
    Row("bodypix", "parts"),
    Row("mask_rcnn", "detector", 64, {"people": 2, "proposals": 4}),
)
# Made of layers that the rows hold too: in float32 alone.
VARIANTS = (
    Row("openpose", "people", options={"stages": 1, "attention": "none"}),
    Row("simple_baseline", "maps", options={"trunk": "mobilenetv2"}),
    Row("simple_baseline", "maps", options={"trunk": "classifier"}),
    Row("simple_baseline", "maps", options={"trunk": "thunder"}),
    Row("bodypix", "parts", options={"trunk": "mobilenetv2"}),
    Row("bodypix", "parts", options={"trunk": "lightning"}),
    Row("openpose", "people", options={"trunk": "multipose"}),
)
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
FIRST = {row.architecture: row for row in reversed(ROWS)}
SEVERAL = ("openpose", "fcn", "bodypix", "mask_rcnn")
SINGLE = tuple(name for name in models.ARCHITECTURES if name not in SEVERAL)
# Notebook 08 teaches the FCN by Keras' own loss of part maps.
PIXELS = replace(
    tasks.get("parts"),
    outputs=lambda samples: {"outputs": len(samples.vocabulary) + 1},
    codec=lambda *_: SimpleNamespace(labels=lambda images, keypoints, rng, instances, parts: (images, parts)),
    loss=lambda *_: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)


def asked(row: Row):
    """A row's task, its labels on two drawn pictures, its model, not compiled, and its codec."""
    task = PIXELS if row.task == "pixels" else tasks.get(row.task)
    drawn = {"batch": 1, "size": row.size, "skeleton": "MPII16"} | LABELS.get(row.task, {})
    people = task.prepare(trial.some_people(SimpleNamespace(**drawn)))
    sizes = {} if row.architecture == "fcn" else {"size": row.size}
    model = models.build(row.architecture, "lab", **sizes | task.outputs(people) | row.options)
    return task, people, model, task.codec(model, people.skeleton, people.vocabulary, **row.codec)


def loss_of(task, model, codec):
    """The task's loss, or the sum of all that it may be learnt by."""
    parts = [task.loss(model, codec, name) for name in LOSSES.get(task.name, ())]
    if not parts:
        return task.loss(model, codec, task.default_loss)
    return losses.KeypointLoss(codec, lambda *values: sum(part.function(*values) for part in parts))


def ready(row: Row, compiled: bool = True):
    """A row's model, compiled for plain descent under the policy of the moment, and a batch of two pictures."""
    keras.utils.set_random_seed(0)
    task, people, model, codec = asked(row)
    loss, optimizer = loss_of(task, model, codec), keras.optimizers.SGD(0.1)
    model.compile(optimizer, loss, loss_weights=task.loss_weights, jit_compile=compiled)
    batch = Batches(people, 2, row.size, labels=codec.labels)[0]
    make_variables(model, batch)
    return model, batch


def make_variables(model, batch) -> None:
    """All that a step keeps; TensorFlow would trace the step a second time for those that it makes in the first."""
    model.optimizer.build(model.trainable_variables)
    if keras.backend.backend() == "tensorflow":
        model.compute_loss(*batch, model(batch[0]))


def take_step(model, batch) -> Step:
    """One training step; in float16 as many as the loss's scale needs to find itself."""
    before = [keras.ops.convert_to_numpy(weight) for weight in model.trainable_weights]
    for _ in range(20):
        value = float(np.ravel(model.train_on_batch(*batch))[0])
        after = [keras.ops.convert_to_numpy(weight) for weight in model.trainable_weights]
        changed = np.mean([(old != new).any() for old, new in zip(before, after, strict=True)])
        if changed:
            break
    finite = all(np.isfinite(keras.ops.convert_to_numpy(weight)).all() for weight in model.weights)
    return Step(value, float(changed), finite, sorted({output.dtype for output in keras.tree.flatten(model.output)}))


def every_step(*architectures: str) -> list[tuple[Row, str]]:
    """The rows of these architectures in every precision, and their variants."""
    steps = [(row, precision) for row in ROWS for precision in PRECISIONS] + [(row, "float32") for row in VARIANTS]
    return [(row, precision) for row, precision in steps if row.architecture in architectures]


@cache
def steps_of(architecture: str) -> dict:
    """The steps of an architecture by row and precision, or the error's text, from a process of their own."""
    done = subprocess.run([sys.executable, __file__, architecture], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return {(row, precision): result for row, precision, result in map(json.loads, done.stdout.splitlines())}


def print_steps(architecture: str) -> None:
    """A line of JSON for each step."""
    for row, precision in every_step(architecture):
        keras.config.set_dtype_policy(precision)
        try:
            result = take_step(*ready(row))
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
        print(json.dumps([str(row), precision, result]), flush=True)


if __name__ == "__main__":
    print_steps(sys.argv[1])
