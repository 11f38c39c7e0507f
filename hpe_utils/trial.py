"""In which precision to train, compiled or not, and how long a step takes: a step of the notebook's kind is tried.

Processors differ in what they are fast at, and compilers in what they refuse: no table of either would stay true.
"""

import contextlib
import hashlib
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import keras
import numpy as np

from hpe_utils import __version__, models, tasks
from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.data import Samples
from hpe_utils.data.augment import Augment
from hpe_utils.data.batches import Batches
from hpe_utils.data.cache import cache_root
from hpe_utils.data.synthetic import SyntheticSource
from hpe_utils.files import DataError, check, read_json, write_json

STEPS = 6  # timed ones, after those in which the step is compiled


class Choice(NamedTuple):
    """How a notebook trains: precision, whether the step is compiled, its seconds if it was tried, what was refused."""

    precision: str
    jit: bool
    seconds: float | None = None
    refused: tuple[str, ...] = ()


def choose(budget: SimpleNamespace, precision: str, jit: bool, rates: dict[str, float], device: str) -> Choice:
    """The fastest way of training that works here; kept on disk, for trying takes half a minute.

    `precision` is a Keras policy, or auto for the fastest; `jit` asks for a compiled step; `rates` are those of a
    matrix product by dtype, now: seconds from an earlier day are told in today's. Raises RuntimeError where no step
    works at all.
    """
    key = repr([precision, jit, device, *machine(), sorted(vars(budget).items())])
    known = remembered()
    if key in known:
        *choice, refused, rate = known[key]
        choice = Choice(*choice, tuple(refused))
        return choice._replace(seconds=choice.seconds * rate / rates["float32"])
    tried, refused = [], []
    for candidate in candidates(precision, rates):
        way = next(working(budget, candidate, jit, refused), None)
        tried += [way] if way else []
    if not tried:
        raise RuntimeError("no training step works on this machine: " + "; ".join(refused))
    best = min(tried, key=lambda way: way.seconds)._replace(refused=tuple(refused))
    with contextlib.suppress(OSError):  # a shared cache that cannot be written: tried again next time
        write_json(ledger(), known | {key: [*best, rates["float32"]]})
    return best


def candidates(precision: str, rates: dict[str, float]) -> tuple[str, ...]:
    """The precisions worth trying: the one asked for, else float32, and bfloat16 where its products are fast."""
    if precision != "auto":
        return (precision,)
    return ("mixed_bfloat16", "float32") if rates["bfloat16"] > 1.2 * rates["float32"] else ("float32",)


def working(budget: SimpleNamespace, precision: str, jit: bool, refused: list[str]) -> Iterator[Choice]:
    """Ways of training in one precision that work: compiled, if that is asked for, then not; notes what is refused."""
    for compiled in dict.fromkeys((jit, False)):
        try:
            yield Choice(precision, compiled, step_seconds(budget, precision, compiled))
        except Exception as error:  # compilers refuse by any kind of error
            reason = " ".join(str(error).split())
            refused.append(f"{precision}{', compiled' * compiled}: {type(error).__name__} {reason[:160]}")


def step_seconds(budget: SimpleNamespace, precision: str, jit: bool) -> float:
    """Seconds of one training step of the budget's network, its batch made beside it: the median of STEPS."""
    watch = Stopwatch()
    with policy(precision):
        model, batches = begin(budget, jit, STEPS + 2)
        model.fit(batches, verbose=0, callbacks=[watch])
    return float(np.median(watch.seconds[-STEPS:]))


@contextlib.contextmanager
def policy(precision: str) -> Iterator[None]:
    """Keras' policy, by name, for a while."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def begin(budget: SimpleNamespace, jit: bool, steps: int) -> tuple[keras.Model, Batches]:
    """The budget's network, compiled for its task's loss, and so many batches of drawn people with its labels."""
    task = tasks.get(budget.task)
    people = task.prepare(some_people(budget))[np.arange(steps * budget.batch) % (2 * budget.batch)]
    options = {"size": budget.size} | task.outputs(people) | getattr(budget, "network", {})
    model = models.build(budget.model, budget.preset, **options)
    codec = task.codec(model, people.skeleton, people.vocabulary, **getattr(budget, "codec", {}))
    loss = task.loss(model, codec, task.default_loss)
    model.compile("adamw", loss, loss_weights=task.loss_weights, jit_compile=jit)
    augment = Augment(colour=0.1)
    return model, Batches(people, budget.batch, budget.size, augment, shuffle=True, labels=codec.labels)


class Stopwatch(keras.callbacks.Callback):
    """`seconds` of every training step, the first of which holds the compiling."""

    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_train_batch_begin(self, batch, logs=None):
        self.begin = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        float(logs["loss"])  # a step whose answer nobody has asked for may still be running
        self.seconds.append(time.perf_counter() - self.begin)


def some_people(budget: SimpleNamespace) -> Samples:
    """Two batches of drawn people with the budget's labels."""
    count = 2 * budget.batch
    source = SyntheticSource("train", count, size=min(budget.size, 512), people=getattr(budget, "crowd", (1, 1)))
    arrays, _ = source.read(0, count)
    fields = {name: values for name, values in arrays.items() if not name.startswith("attribute_")}
    people = Samples(**fields, skeleton=source.skeleton, title=source.title, vocabulary=source.vocabulary)
    people = people.as_skeleton(skeletons.get(budget.skeleton))
    return people.as_parts(vocabularies.get(budget.vocabulary)) if hasattr(budget, "vocabulary") else people


def remembered() -> dict:
    """What was found on this disk before; nothing where that cannot be read, for it can be found again."""
    try:
        known = read_json(ledger(), "", dict)
        check(list(known.values()), [list], str(ledger()), "")
        for precision, jit, seconds, refused, rate in known.values():
            check([precision, *refused], [str], str(ledger()), "")
            check([seconds, rate], [float], str(ledger()), "")
            check(jit, bool, str(ledger()), "")
        return known
    except (DataError, ValueError, TypeError):
        return {}


def ledger() -> Path:
    return cache_root() / "trials.json"


def machine() -> list[str]:
    """What tells this processor and these libraries from others, as far as the system says."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(errors="replace").splitlines() if cpu.exists() else [platform.processor()]
    named = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    processor = hashlib.sha256(" ".join(named).encode()).hexdigest()[:12]
    return [processor, str(os.cpu_count()), __version__, keras.__version__, keras.backend.backend()]
