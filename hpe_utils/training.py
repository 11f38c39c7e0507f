"""Around `model.fit`: a progress bar, a schedule, metric curves, predictions by epoch, and runs that can be resumed."""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import h5py
import keras
import numpy as np
from tqdm.auto import tqdm

from hpe_utils import models
from hpe_utils.data.batches import Batches
from hpe_utils.data.schema import DataError, Samples
from hpe_utils.inference import predict_keypoints

RESULTS = Path(__file__).parents[1] / "data" / "results"
CHECKPOINTS = RESULTS.with_name("checkpoints")


def warmup_cosine(peak: float, steps: int, warmup: float = 0.05) -> keras.optimizers.schedules.LearningRateSchedule:
    """Learning rate that rises to `peak` over the first `warmup` of the steps and falls to 0 along a cosine."""
    first = max(1, int(warmup * steps))
    return keras.optimizers.schedules.CosineDecay(
        peak / 100, max(1, steps - first), alpha=0.0, warmup_target=peak, warmup_steps=first
    )


class Progress(keras.callbacks.Callback):
    """One bar for the whole of `fit`: a widget in a notebook, a line in a terminal; it leaves nothing behind."""

    def on_train_begin(self, logs=None):
        # Else TensorFlow traces the first step twice, the first time only to make these variables.
        self.model.optimizer.build(self.model.trainable_variables)
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

    `score(predicted, samples)` returns one number; `predicted` is what `predict(model, codec, samples)` gives, by
    default (N, P, K, 3) keypoints in the samples' pixels.
    """

    def __init__(
        self, samples: Samples, codec, score: Callable, name: str = "val_pckh", predict: Callable = predict_keypoints
    ):
        super().__init__()
        self.samples, self.codec, self.score, self.name, self.predict = samples, codec, score, name, predict

    def on_epoch_end(self, epoch, logs=None):
        logs[self.name] = float(self.score(self.predict(self.model, self.codec, self.samples), self.samples))


class Snapshots(keras.callbacks.Callback):
    """Keep the predictions on a few pictures before training and after every epoch: `keypoints` (E + 1, N, P, K, 3)."""

    def __init__(self, samples: Samples, codec):
        super().__init__()
        self.samples, self.codec, self.keypoints = samples, codec, []

    def on_train_begin(self, logs=None):
        if not self.keypoints:
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
    resume])`: the batches have their own seeded order, which Keras would otherwise shuffle again. `snapshots`, called
    before it, are kept too.
    """

    def __init__(self, folder: Path, snapshots: Snapshots | None = None):
        super().__init__()
        self.folder, self.snapshots, self.past = Path(folder), snapshots, {}

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
        if self.snapshots:
            self.snapshots.keypoints = list(np.load(self.folder / saved["snapshots"]))
        self.past = saved["history"]
        batches.start_at(saved["epoch"] + 1)
        return batches.epoch

    def on_epoch_end(self, epoch, logs=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, value in logs.items():
            self.past.setdefault(name, []).append(float(value))
        ends = {"weights": "weights.h5", "optimizer": "optimizer.npz", "snapshots": "snapshots.npy"}
        files = {kind: f"epoch-{epoch:04d}.{end}" for kind, end in ends.items()}
        self.model.save_weights(self.folder / files["weights"])
        variables = [keras.ops.convert_to_numpy(v) for v in self.model.optimizer.variables]
        np.savez(self.folder / files["optimizer"], *variables)
        if self.snapshots:
            np.save(self.folder / files["snapshots"], self.snapshots.keypoints)
        write_json(self.folder / "latest.json", {"epoch": epoch, "history": self.past, **files})
        for old in self.folder.glob("epoch-*"):
            if old.name not in files.values():
                old.unlink()


def save_checkpoint(model: keras.Model, name: str, facts: dict) -> None:
    """Write a model's weights in half precision to data/checkpoints/NAME.weights.h5, `facts` and hash to NAME.json."""
    path = CHECKPOINTS / f"{name}.weights.h5"
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f"{name}.whole.weights.h5")
    model.save_weights(whole)
    with h5py.File(whole) as source, h5py.File(path, "w") as target:
        # A compiled model's file holds the optimizer too, twice the weights.
        source.visititems(lambda key, item: None if key.startswith("optimizer") else _copy_half(key, item, target))
    whole.unlink()
    write_json(CHECKPOINTS / f"{name}.json", {**facts, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})


def _copy_half(key: str, item, target: h5py.File) -> None:
    if isinstance(item, h5py.Dataset):
        values = item[()]
        half = values.astype(np.float16) if values.dtype == np.float32 else values
        copy = target.create_dataset(key, data=half)
    else:
        copy = target.require_group(key)
    copy.attrs.update(item.attrs)


def load_checkpoint(name: str) -> keras.Model:
    """A trained model by name, from data/checkpoints, where `tools/train.py` puts it.

    Raises DataError, with the remedy, when there is none or when its file is not the one that was recorded.
    """
    path, described = CHECKPOINTS / f"{name}.weights.h5", CHECKPOINTS / f"{name}.json"
    if not (path.exists() and described.exists()):
        raise DataError(f"no checkpoint {path}: `{_command(name)}` makes it")
    facts = json.loads(described.read_text(encoding="utf-8"))
    if hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
        raise DataError(f"{path} is not the file that was recorded: get it again, or make it by `{_command(name)}`")
    model = models.build(facts["model"], facts["preset"], **facts["options"])
    model.load_weights(path)
    return model


def load_recorded(name: str) -> dict:
    """A recorded run by name, as `tools/train.py` wrote it to data/results; raises DataError when there is none."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        raise DataError(f"no recorded run {path}: `{_command(name)}` makes it")
    return json.loads(path.read_text(encoding="utf-8"))


def load_predictions(name: str) -> dict[str, np.ndarray]:
    """A recorded run's predictions by the title of the test people: (N, K, 2) pixels, and "by epoch" (E + 1, n, K, 2).

    The latter are those of the first n test people before training and after every epoch. Raises DataError.
    """
    path = RESULTS / f"{name}.npz"
    if not path.exists():
        raise DataError(f"no recorded predictions {path}: `{_command(name)}` makes them")
    with np.load(path) as arrays:
        return {title: arrays[title].astype(np.float32) for title in arrays.files}


def _command(name: str) -> str:
    run, seed = name.rsplit("-seed", 1)
    return f"python tools/train.py {run} --seed {seed}"


def write_json(path: Path, content: dict) -> None:
    """Write a JSON file in one step, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)
