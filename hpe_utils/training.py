"""Around `model.fit`: a progress bar, a schedule, metric curves, predictions by epoch, and runs that can be resumed."""

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from tqdm.auto import tqdm

from hpe_utils.data.batches import Batches
from hpe_utils.data.schema import DataError, Samples
from hpe_utils.inference import predict_keypoints

RESULTS = Path(__file__).parents[1] / "data" / "results"


def warmup_cosine(peak: float, steps: int, warmup: float = 0.05) -> keras.optimizers.schedules.LearningRateSchedule:
    """Learning rate that rises to `peak` over the first `warmup` of the steps and falls to 0 along a cosine."""
    first = max(1, int(warmup * steps))
    return keras.optimizers.schedules.CosineDecay(
        peak / 100, max(1, steps - first), alpha=0.0, warmup_target=peak, warmup_steps=first
    )


class Progress(keras.callbacks.Callback):
    """One bar for the whole of `fit`: a widget in a notebook, a line in a terminal; it leaves nothing behind."""

    def on_train_begin(self, logs=None):
        total = self.params["epochs"] * self.params["steps"]
        self.bar = tqdm(total=total, unit="steps", leave=False, dynamic_ncols=True, mininterval=0.5)

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update()

    def on_epoch_end(self, epoch, logs=None):
        self.bar.set_postfix({name: f"{value:.4f}" for name, value in logs.items()}, refresh=False)

    def on_train_end(self, logs=None):
        self.bar.close()


class ScoreByEpoch(keras.callbacks.Callback):
    """Score held-out people after every epoch; the value joins `history` under `name`.

    `score(predicted, samples)` takes (N, P, K, 3) keypoints in the samples' pixels and returns one number.
    """

    def __init__(self, samples: Samples, codec, score: Callable, name: str = "val_pckh"):
        super().__init__()
        self.samples, self.codec, self.score, self.name = samples, codec, score, name

    def on_epoch_end(self, epoch, logs=None):
        logs[self.name] = float(self.score(predict_keypoints(self.model, self.codec, self.samples), self.samples))


class Snapshots(keras.callbacks.Callback):
    """Keep the predictions on a few pictures before training and after every epoch: `keypoints` (E + 1, N, P, K, 3)."""

    def __init__(self, samples: Samples, codec):
        super().__init__()
        self.samples, self.codec, self.keypoints = samples, codec, []

    def on_train_begin(self, logs=None):
        self.on_epoch_end(-1)

    def on_epoch_end(self, epoch, logs=None):
        self.keypoints.append(predict_keypoints(self.model, self.codec, self.samples))


@contextlib.contextmanager
def keep_what_was_learnt():
    """Let Stop or Ctrl-C end a training cell without an error: the model keeps its weights, the next cell goes on."""
    try:
        yield
    except KeyboardInterrupt:
        tqdm._instances.clear()
        print("Training was stopped. What was learnt so far is kept; the next cells use it.")


class Resume(keras.callbacks.Callback):
    """Save model, optimizer and history after every epoch, so that a killed run goes on where it was.

    `latest.json` in `folder` names the files of the last finished epoch and is replaced in one step. Use it as
    `first = resume.load(model, batches)` and `fit(batches, initial_epoch=first, shuffle=False, callbacks=[...,
    resume])`: the batches have their own seeded order, which Keras would otherwise shuffle again.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self.folder, self.past = Path(folder), {}

    def load(self, model: keras.Model, batches: Batches) -> int:
        """Restore a compiled model and the order of its batches; returns the first epoch still to be trained."""
        state = self.folder / "latest.json"
        if not state.exists():
            return 0
        saved = json.loads(state.read_text(encoding="utf-8"))
        model.optimizer.build(model.trainable_variables)
        model.load_weights(self.folder / saved["weights"])
        with np.load(self.folder / saved["optimizer"]) as arrays:
            for variable, name in zip(model.optimizer.variables, arrays.files, strict=True):
                variable.assign(arrays[name])
        self.past = saved["history"]
        batches.start_at(saved["epoch"] + 1)
        return batches.epoch

    def on_epoch_end(self, epoch, logs=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, value in logs.items():
            self.past.setdefault(name, []).append(float(value))
        weights, optimizer = f"epoch-{epoch:04d}.weights.h5", f"epoch-{epoch:04d}.optimizer.npz"
        self.model.save_weights(self.folder / weights)
        np.savez(self.folder / optimizer, *[keras.ops.convert_to_numpy(v) for v in self.model.optimizer.variables])
        state = {"epoch": epoch, "history": self.past, "weights": weights, "optimizer": optimizer}
        write_json(self.folder / "latest.json", state)
        for old in self.folder.glob("epoch-*"):
            if old.name not in (weights, optimizer):
                old.unlink()


def load_recorded(name: str) -> dict:
    """A recorded run by name, as `tools/train.py` wrote it to data/results; raises DataError when there is none."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        raise DataError(f"no recorded run {path}: `python tools/train.py {name.rsplit('-seed', 1)[0]}` makes it")
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, content: dict) -> None:
    """Write a JSON file in one step, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)
