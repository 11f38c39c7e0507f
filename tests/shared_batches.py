"""Ten steps on one, two and four of a processor's virtual devices: losses, weights and answers as a line of JSON each.

KERAS_BACKEND=jax python shared_batches.py
"""

import json
import os

os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"

from types import SimpleNamespace  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402

from hpe_utils import devices, tasks, training, trial  # noqa: E402
from hpe_utils.data.augment import Augment  # noqa: E402
from hpe_utils.data.batches import Batches  # noqa: E402
from hpe_utils.models.layers import heatmap_layer, normalised  # noqa: E402


class Losses(keras.callbacks.Callback):
    """The loss of every step alone."""

    def on_train_begin(self, logs=None):
        self.values = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.values.append(float(logs["loss"]))


def ten_steps(people) -> dict:
    """What a small network of maps, with batch norm, learns of two batches of eight people."""
    shared = devices.share()
    keras.utils.set_random_seed(0)
    inputs = keras.Input((32, 32, 3))
    features = normalised(keras.layers.Conv2D(8, 7, strides=4, padding="same", use_bias=False)(inputs / 255.0))
    model, task = keras.Model(inputs, heatmap_layer(16)(features)), tasks.get("maps")
    codec = task.codec(model, people.skeleton, None, sigma=0.7, logits=True)
    loss = task.loss(model, codec, task.default_loss)
    model.compile(keras.optimizers.SGD(0.5, momentum=0.9), loss)
    batches = Batches(people, 8, 32, Augment(colour=0.1), shuffle=True, labels=codec.labels)
    losses = Losses()
    model.fit(batches, epochs=5, shuffle=False, verbose=0, callbacks=[training.Progress(), losses])
    answers = model.predict_on_batch(people.images[:3])  # not divided by two or four
    found = {"losses": losses.values, "answers": np.ravel(answers).tolist()}
    found["weights"] = np.concatenate([np.ravel(weight) for weight in model.get_weights()]).tolist()
    found["one"] = model.fit(people.images[:1], people.keypoints[:1], verbose=0).history["loss"]
    return found | {"devices": shared, "shape": answers.shape}


def main() -> None:
    people = trial.some_people(SimpleNamespace(batch=8, size=32, skeleton="MPII16"))
    for count in (1, 2, 4):
        os.environ["HPE_DEVICES"] = str(count)
        print(json.dumps(ten_steps(people)), flush=True)


if __name__ == "__main__":
    main()
