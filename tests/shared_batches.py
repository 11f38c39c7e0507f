"""Ten steps on so many virtual devices: prints the losses, some weights and answers as JSON.

KERAS_BACKEND=jax python shared_batches.py COUNT
"""

import json
import os
import sys

COUNT = int(sys.argv[1])
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count={COUNT}"
os.environ["HPE_DEVICES"] = str(COUNT)

from types import SimpleNamespace  # noqa: E402

import keras  # noqa: E402
import numpy as np  # noqa: E402

from hpe_utils import devices, models, tasks, training, trial  # noqa: E402
from hpe_utils.data.augment import Augment  # noqa: E402
from hpe_utils.data.batches import Batches  # noqa: E402


class Losses(keras.callbacks.Callback):
    """The loss of every step alone."""

    values = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.values.append(float(logs["loss"]))


def main() -> None:
    shared = devices.share()
    keras.utils.set_random_seed(0)
    task = tasks.get("maps")
    people = trial.some_people(SimpleNamespace(batch=8, size=32, skeleton="MPII16"))
    model = models.build("simple_baseline", "lab", size=32, outputs=16)
    codec = task.codec(model, people.skeleton, None, sigma=0.7, logits=True)
    loss = task.loss(model, codec, task.default_loss)
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss, jit_compile=False)
    batches = Batches(people, 8, 32, Augment(colour=0.1), shuffle=True, labels=codec.labels)
    losses = Losses()
    model.fit(batches, epochs=5, shuffle=False, verbose=0, callbacks=[training.Progress(), losses])
    answers = model.predict_on_batch(people.images[:3])
    weights = [float(np.abs(weight).mean()) for weight in model.get_weights()]
    sample = np.concatenate([np.ravel(weight)[:50] for weight in model.get_weights()]).tolist()
    one = float(model.fit(people.images[:1], people.keypoints[:1], verbose=0).history["loss"][0])  # does not divide
    found = {"devices": shared, "losses": losses.values, "means": weights, "weights": sample, "one": one}
    print(json.dumps(found | {"shape": answers.shape, "answers": np.ravel(answers)[::97].tolist()}))


if __name__ == "__main__":
    main()
