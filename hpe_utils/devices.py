"""Training on several devices: all GPUs of this machine share every batch, each a part of it."""

import os
from math import sqrt
from types import SimpleNamespace


def share() -> int:
    """Let everything built from now on train on all local GPUs; returns how many devices that are.

    On JAX by `keras.distribution`: a batch that the devices divide is shared out, loss and batch norm are those of the
    whole, and what does not divide, such as one picture, goes to every device. On TensorFlow it is one GPU. HPE_DEVICES
    says how many devices instead, also of a processor's virtual ones; raises ValueError where they cannot be had.
    """
    import keras

    known = keras.distribution.list_devices() if keras.backend.backend() == "jax" else ["one"]
    gpus = [name for name in known if name.startswith("gpu")]
    wanted = os.environ.get("HPE_DEVICES") or "auto"
    if wanted != "auto" and not (wanted.isdecimal() and 0 < int(wanted) <= len(gpus or known)):
        raise ValueError(f"HPE_DEVICES={wanted}: choose auto, or a number from 1 to {len(gpus or known)}")
    devices = (gpus or known[:1]) if wanted == "auto" else (gpus or known)[: int(wanted)]
    if len(devices) > 1:
        keras.distribution.set_distribution(_evenly(devices))
    return len(devices)


def scaled(budget: SimpleNamespace, count: int) -> SimpleNamespace:
    """The budget for `count` devices, each with as many pictures a step as one had.

    The rate grows with the root of the batch, the rule for Adam (Malladi et al. 2022).
    """
    return SimpleNamespace(**vars(budget) | {"batch": budget.batch * count, "rate": budget.rate * sqrt(count)})


def _evenly(devices: list[str]):
    import keras

    class Evenly(keras.distribution.DataParallel):
        def get_data_layout(self, data_shape):
            if data_shape[0] % len(devices) == 0:
                return super().get_data_layout(data_shape)
            return keras.distribution.TensorLayout([None] * len(data_shape), self.device_mesh)

    return Evenly(devices=devices)
