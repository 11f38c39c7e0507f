"""Around `model.fit`: a progress bar, a schedule, scores and predictions by epoch, and resuming."""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras
import numpy as np
from tqdm.auto import tqdm

from hpe_utils import devices, moved
from hpe_utils.data.batches import Batches
from hpe_utils.data.schema import Samples
from hpe_utils.files import DataError, h5_shapes, read_json, read_npz, shown, write_json, write_npz
from hpe_utils.inference import predict_keypoints


def warmup_cosine(peak: float, steps: int, warmup: float = 0.05) -> keras.optimizers.schedules.LearningRateSchedule:
    """Learning rate that rises to `peak` over the first `warmup` of the steps and falls to 0 along a cosine."""
    first = max(1, int(warmup * steps))
    return keras.optimizers.schedules.CosineDecay(
        peak / 100, max(1, steps - first), alpha=0.0, warmup_target=peak, warmup_steps=first
    )


class GroupRates(keras.optimizers.AdamW):
    """AdamW that takes shorter steps, or longer, with the weights of some layers or sub-models.

    `factors` gives by their names in `model` what the learning rate is multiplied by: {"trunk": 0.1} lets a trunk that
    knows much change slowly beside a head that is new. The other options are AdamW's.
    """

    def __init__(self, learning_rate=1e-3, *, model: keras.Model, factors: dict[str, float], **options):
        super().__init__(learning_rate, **options)
        groups = [(model.get_layer(name).trainable_variables, factor) for name, factor in factors.items()]
        self.factor_of = {id(variable): factor for variables, factor in groups for variable in variables}

    def build(self, variables):
        """Note every variable's factor in the order in which the steps name them."""
        super().build(variables)
        self.factors = [self.factor_of.get(id(variable), 1.0) for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        """AdamW's step at this variable's rate."""
        # TensorFlow hands over the variable inside Keras' own: the index knows both.
        super().update_step(gradient, variable, self.factors[self._get_variable_index(variable)] * learning_rate)


def hold(trunk: keras.Model, before: str) -> None:
    """Keep the weights of all layers of a trunk before one, by name, as they are: edges are edges everywhere.

    The first layers have the largest maps, and so cost most to train. Call it before `compile`.
    """
    names = [layer.name for layer in trunk.layers]
    for layer in trunk.layers[: names.index(before)]:
        layer.trainable = False


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


class Seconds(keras.callbacks.Callback):
    """How long every epoch trained, in `history` under "seconds"; call it before what scores."""

    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        logs["seconds"] = time.perf_counter() - self.begin


class LossByStep(keras.callbacks.Callback):
    """Keep every step's own loss in `losses`; what Keras logs is the mean since the epoch began."""

    def on_train_begin(self, logs=None):
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        total = (batch + 1) * logs["loss"]
        self.losses.append(total - (self.total if batch else 0))
        self.total = total


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


SAVED = {"epoch": int, "batch?": int, "history": {"*": [float]}, "weights": str, "optimizer": str, "snapshots": str}
ENDS = {"weights": "weights.h5", "optimizer": "optimizer.npz", "snapshots": "snapshots.npz"}


class Resume(keras.callbacks.Callback):
    """Save model, optimizer and history after every epoch, so that a killed run goes on where it was.

    `latest.json` in `folder` names the files of the last finished epoch and is replaced in one step. `every` so many
    steps the middle of an epoch is saved too. Use `resume.fit(model, batches, epochs, callbacks)`: the batches have
    their own seeded order, which Keras would otherwise shuffle again. `snapshots`, called before it, are kept too.
    Processes that train together need the same `folder`, into which one of them writes.
    """

    def __init__(self, folder: Path, snapshots: Snapshots | None = None, every: int = 0):
        super().__init__()
        self.folder, self.snapshots, self.every = Path(folder), snapshots, every
        self.past, self.finished, self.first = {}, -1, 0

    def fit(self, model: keras.Model, batches: Batches, epochs: int, callbacks: list) -> None:
        """Train a compiled model until so many epochs are finished, from where an earlier start was stopped.

        Of an epoch that was stopped in its middle the history holds the loss of what was left of it.
        """
        first = self.load(model, batches)
        train = partial(model.fit, batches, shuffle=False, verbose=0, callbacks=[*callbacks, self])
        if self.first:
            train(epochs=first + 1, initial_epoch=first)
            first += 1
            batches.start_at(first)
        train(epochs=epochs, initial_epoch=first)

    def load(self, model: keras.Model, batches: Batches) -> int:
        """Restore a compiled model and the order of its batches; returns the first epoch still to be trained.

        Raises DataError, with the remedy, where the state is damaged or of another model or optimizer.
        """
        state, remedy = self.folder / "latest.json", f"delete {self.folder} to begin anew"
        if keras.backend.backend() == "jax":
            # Else `fit` takes a batch for it off its queue, and those that follow come at other places and times.
            model._symbolic_build(data_batch=batches[0])
        if not state.exists():
            return 0
        saved = read_json(state, remedy, SAVED)
        if any(len(values) != saved["epoch"] + 1 for values in saved["history"].values()):
            raise DataError(f"{state} has not one value an epoch: {remedy}")
        if any(Path(saved[kind]).name != saved[kind] for kind in ENDS):
            raise DataError(f"{state} names files in other folders: {remedy}")
        weights = self.folder / saved["weights"]
        shapes = Counter(h5_shapes(weights, remedy).values())
        if Counter(tuple(weight.shape) for weight in model.weights) - shapes:
            raise DataError(f"{weights} holds the weights of another model: {remedy}")
        model.optimizer.build(model.trainable_variables)
        arrays = list(read_npz(self.folder / saved["optimizer"], remedy).values())
        if [array.shape for array in arrays] != [tuple(v.shape) for v in model.optimizer.variables]:
            raise DataError(f"{self.folder / saved['optimizer']} is of another optimizer: {remedy}")
        try:
            model.load_weights(weights)
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"cannot read {weights} ({shown(str(error))}): {remedy}") from error
        for variable, array in zip(model.optimizer.variables, arrays, strict=True):
            variable.assign(array)
        if not all(np.isfinite(weight).all() for weight in model.get_weights()):
            raise DataError(f"{weights} holds weights that are not numbers: {remedy}")
        if self.snapshots:
            self.snapshots.keypoints = list(read_npz(self.folder / saved["snapshots"], remedy).values())
        self.past, self.finished, self.first = saved["history"], saved["epoch"], saved.get("batch", 0)
        batches.start_at(self.finished + 1, self.first)
        return batches.epoch

    def on_train_batch_end(self, batch, logs=None):
        done = self.first + batch + 1
        if self.every and done % self.every == 0:
            self.save(done)

    def on_epoch_end(self, epoch, logs=None):
        for name, value in logs.items():
            self.past.setdefault(name, []).append(float(value))
        self.finished, self.first = epoch, 0
        self.save()

    def save(self, batch: int = 0) -> None:
        """Keep all that `load` needs, with so many batches of the next epoch done; of several processes one does."""
        if keras.backend.backend() == "jax":  # which holds the weights beside the model while it steps
            self.model.jax_state_sync()
        if devices.writes():
            with devices.alone():
                self._write(batch)

    def _write(self, batch: int) -> None:
        files = {kind: f"epoch-{self.finished:04d}-{batch}.{end}" for kind, end in ENDS.items()}
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(self.folder / files["weights"])  # nothing names it before latest.json does
        with open(self.folder / files["weights"], "rb+") as file:
            os.fsync(file.fileno())
        variables = [keras.ops.convert_to_numpy(v) for v in self.model.optimizer.variables]
        write_npz(self.folder / files["optimizer"], {str(number): v for number, v in enumerate(variables)})
        if self.snapshots:
            write_npz(self.folder / files["snapshots"], {str(n): k for n, k in enumerate(self.snapshots.keypoints)})
        write_json(self.folder / "latest.json", {"epoch": self.finished, "batch": batch, "history": self.past, **files})
        for old in [
            *self.folder.glob("epoch-*"),
            *self.folder.glob("latest.json.*.partial"),
        ]:  # of a start that was killed
            if old.name not in files.values():
                old.unlink()


__getattr__ = moved.names(__name__)
