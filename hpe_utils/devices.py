"""Training on several devices: all GPUs of this machine, or of several, share every batch, each a part of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import sqrt
from types import SimpleNamespace

from hpe_utils.files import DataError


def meet() -> None:
    """Wait for the other processes of this training, where HPE_MACHINES says that there are some; JAX alone can.

    HPE_MACHINES is their number, HPE_MACHINE this one's, from 0, and HPE_COORDINATOR the address of number 0 with a
    free port there; or HPE_MACHINES=slurm, where Slurm runs one task for each GPU. Call it before anything is computed.
    Raises DataError where the settings are none, and where not all come within five minutes.
    """
    import keras

    machines = os.environ.get("HPE_MACHINES")
    if not machines:
        return
    if keras.backend.backend() != "jax":
        raise DataError(f"HPE_MACHINES={machines} needs JAX: set KERAS_BACKEND=jax, or leave it out")
    import jax

    try:
        if machines == "slurm":
            jax.distributed.initialize(cluster_detection_method="slurm")
        else:
            # Else Slurm's or Kubernetes' own variables would speak, too.
            jax.distributed.initialize(*_named(machines), cluster_detection_method="deactivate")
    except (RuntimeError, ValueError) as error:
        raise DataError(
            f"the {machines} processes of HPE_MACHINES did not meet ({error}): start all of them, and check that the "
            "address of HPE_COORDINATOR can be reached"
        ) from error


def _named(machines: str) -> tuple[str, int, int]:
    """Address, number of processes and this one's number, as the variables say them."""
    machine, address = (os.environ.get(name, "") for name in ("HPE_MACHINE", "HPE_COORDINATOR"))
    whole = machines.isdecimal() and machine.isdecimal() and int(machine) < int(machines)
    if not (whole and address.rpartition(":")[2].isdecimal() and address.rpartition(":")[0]):
        raise DataError(
            f"HPE_MACHINES={machines}, HPE_MACHINE={machine}, HPE_COORDINATOR={address}: set them to the number of "
            "processes, this one's from 0, and the first one's address with a port, as head:9876"
        )
    return address, int(machines), int(machine)


def shard() -> tuple[int, int]:
    """Which part of every batch is this process', from 0, and of how many: (0, 1) where it trains alone."""
    import keras

    if keras.backend.backend() != "jax":
        return 0, 1
    import jax

    return jax.process_index(), jax.process_count()


def writes() -> bool:
    """Whether this process writes what all of them learn: one does."""
    return shard()[0] == 0


@contextmanager
def alone() -> Iterator[None]:
    """Let what is made inside be this process' own, as where one writes: else Keras waits for all others to do so."""
    import keras

    shared = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(shared)


def share() -> int:
    """Let everything built from now on train on all GPUs; returns how many devices that are.

    On JAX by `keras.distribution`: a batch that the devices divide is shared out, loss and batch norm are those of the
    whole, and what does not divide, such as one picture, goes to every device. On TensorFlow it is one GPU. HPE_DEVICES
    says how many devices of each process instead, also of a processor's virtual ones; raises ValueError where they
    cannot be had. Of several processes (`meet`) each brings its part of every batch, which its devices must divide.
    """
    import keras

    known = _processes() if keras.backend.backend() == "jax" else [["one"]]
    most = min(map(len, known))
    wanted = os.environ.get("HPE_DEVICES") or "auto"
    if wanted != "auto" and not (wanted.isdecimal() and 0 < int(wanted) <= most):
        raise ValueError(f"HPE_DEVICES={wanted}: choose auto, or a number from 1 to {most}")
    usual = most if known[0][0].startswith("gpu") else 1
    each = usual if wanted == "auto" else int(wanted)
    devices = [name for names in known for name in names[:each]]
    if len(devices) > 1:
        keras.distribution.set_distribution(_evenly(devices, each))
    return len(devices)


def scaled(budget: SimpleNamespace, count: int) -> SimpleNamespace:
    """The budget for `count` devices, each with as many pictures a step as one had.

    The rate grows with the root of the batch, the rule for Adam (Malladi et al. 2022).
    """
    return SimpleNamespace(**vars(budget) | {"batch": budget.batch * count, "rate": budget.rate * sqrt(count)})


def _processes() -> list[list[str]]:
    """Keras' names of the devices of each process that trains."""
    import jax

    found = [[] for _ in range(jax.process_count())]
    for device in jax.devices():
        found[device.process_index].append(f"{device.platform}:{device.id}")
    return found


def _evenly(devices: list[str], each: int):
    import keras

    class Evenly(keras.distribution.DataParallel):
        def get_data_layout(self, data_shape):
            if data_shape[0] % each == 0:
                return super().get_data_layout(data_shape)
            if len(devices) > each:
                raise DataError(
                    f"a process' {data_shape[0]} pictures of each batch cannot be shared by its {each} devices: choose "
                    "a batch that all devices divide, or set HPE_DEVICES"
                )
            return keras.distribution.TensorLayout([None] * len(data_shape), self.device_mesh)

    return Evenly(devices=devices, auto_shard_dataset=False)  # each process' batches are its own part already
