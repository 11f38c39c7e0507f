"""Training on several devices: all GPUs of this machine share every batch, each a part of it.

On JAX by `keras.distribution.DataParallel`, on TensorFlow by `tf.distribute.MirroredStrategy`. A model must be built
after `share`.
"""

import os
from functools import partialmethod, wraps
from math import sqrt
from types import SimpleNamespace


def share() -> int:
    """Let every training step use all local GPUs from now on; returns how many devices that are.

    HPE_DEVICES says how many instead, also of a processor's virtual devices. Raises ValueError where there are fewer.
    """
    import keras

    found = keras.distribution.list_devices()
    gpus = [name for name in found if not name.startswith("cpu")]
    wanted = os.environ.get("HPE_DEVICES") or "auto"
    if wanted != "auto" and not (wanted.isdecimal() and 0 < int(wanted) <= len(gpus or found)):
        raise ValueError(f"HPE_DEVICES={wanted}: choose auto, or a number from 1 to {len(gpus or found)}")
    devices = gpus or found[:1] if wanted == "auto" else (gpus or found)[: int(wanted)]
    if len(devices) > 1:
        {"jax": _share_on_jax, "tensorflow": _share_on_tensorflow}[keras.backend.backend()](devices)
    return len(devices)


def scaled(budget: SimpleNamespace, count: int) -> SimpleNamespace:
    """The budget for `count` devices, each with a batch as large as one had: `count` times the pictures a step.

    The rate grows with the root of the batch, the rule for AdamW (Malladi et al. 2022); for plain descent it would grow
    with the batch itself (Goyal et al. 2017).
    """
    changed = {"batch": budget.batch * count, "rate": budget.rate * sqrt(count)}
    return SimpleNamespace(**vars(budget) | changed)


def _share_on_jax(devices: list[str]) -> None:
    import keras

    class Evenly(keras.distribution.DataParallel):
        """Whole batches are divided; what does not divide, such as one picture, goes to every device."""

        def get_data_layout(self, data_shape):
            if data_shape[0] % len(devices) == 0:
                return super().get_data_layout(data_shape)
            return keras.distribution.TensorLayout([None] * len(data_shape), self.device_mesh)

    keras.distribution.set_distribution(Evenly(devices=devices))


def _share_on_tensorflow(devices: list[str]) -> None:
    import keras
    import tensorflow as tf

    tf.distribute.experimental_set_strategy(tf.distribute.MirroredStrategy(devices))
    # As on JAX, the moments are the whole batch's: each device's own would be of a small batch.
    norm = keras.layers.BatchNormalization
    norm.__init__ = partialmethod(norm.__init__, synchronized=True)
    keras.Model.predict_on_batch = _answered_once(keras.Model.predict_on_batch)


def _answered_once(predict_on_batch):
    """The method without its repetitions: every device answers the whole batch, and Keras joins their answers."""

    @wraps(predict_on_batch)
    def once(self, x):
        import keras

        count = len(keras.tree.flatten(x)[0])
        return keras.tree.map_structure(lambda answer: answer[:count], predict_on_batch(self, x))

    return once
