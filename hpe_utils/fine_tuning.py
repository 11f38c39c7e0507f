"""A trained network taught joints of one's own, on few pictures: what it knows of the old ones is kept."""

from collections.abc import Mapping

import keras
import numpy as np

from hpe_utils import models, runs, training
from hpe_utils import skeleton as skeletons
from hpe_utils.data.augment import Augment
from hpe_utils.data.batches import Batches
from hpe_utils.data.schema import Samples
from hpe_utils.skeleton import Skeleton
from hpe_utils.tasks import Task

AUGMENT = {"flip": 0.5, "rotate": 20, "scale": 0.2, "shift": 0.05, "colour": 0.2, "occlude": 0.2}


def fine_tune(
    network: runs.Network,
    samples: Samples,
    epochs: int = 20,
    rate: float = 1e-3,
    trunk: float = 0.1,
    batch: int = 16,
    seed: int = 0,
    augment: Mapping = AUGMENT,
) -> runs.Network:
    """A network like this one that finds the joints of the samples' skeleton.

    It begins with all that the given network knows; a joint that both skeletons have, by name, begins where it was.
    The sub-model `trunk` learns `trunk` times as fast as the rest. Ctrl-C keeps what was learnt. Raises ValueError for
    a task whose answers are no joints.
    """
    task, facts = network.task, network.facts
    if task.channels is None:
        raise ValueError(f"a network of the task {task.name} finds no joints of one's own: take one that finds joints")
    keras.utils.set_random_seed(seed)
    samples = task.prepare(samples)
    skeletons.register(samples.skeleton)
    options = facts["options"] | task.outputs(samples)
    model = models.build(facts["model"], facts["preset"], **options)
    carry(network.model, model, task, network.codec.skeleton, samples.skeleton)
    codec = task.codec(model, samples.skeleton, None, **facts["codec"])
    batch = min(batch, len(samples))
    batches = Batches(samples, batch, codec.size[0], Augment(**augment), shuffle=True, seed=seed, labels=codec.labels)
    factors = {"trunk": trunk} if any(layer.name == "trunk" for layer in model.layers) else {}
    steps = training.warmup_cosine(rate, epochs * len(batches))
    optimizer = training.GroupRates(steps, model=model, factors=factors, weight_decay=1e-4)
    loss = task.loss(model, codec, task.default_loss)
    model.compile(optimizer, loss, loss_weights=task.loss_weights, jit_compile=keras.backend.backend() == "jax")
    with training.keep_what_was_learnt():
        model.fit(batches, epochs=epochs, shuffle=False, verbose=0, callbacks=[training.Progress()])
    own = {"skeleton": skeletons.declaration(samples.skeleton), "options": options}
    left_out = ("scores", "sha256", "passes", "seed", "parameters", "data", "least")
    kept = {key: value for key, value in facts.items() if key not in left_out}
    return network._replace(model=model, codec=codec, facts=kept | own | {"seed": seed})


def carry(source: keras.Model, model: keras.Model, task: Task, known: Skeleton, wanted: Skeleton) -> None:
    """Give a model of the same architecture another's weights; of the answers' channels those that both have by name.

    Raises ValueError for a network whose later stages see its own answers: with other joints they would see others.
    """
    if len(model.output_shape) == 5 and model.output_shape[1] > 1 and known.joints != wanted.joints:
        raise ValueError(f"{source.name} has stages that see its own answers: fine-tune a network of one stage")
    before, after = task.channels(known), task.channels(wanted)
    if not any(layer.name in after for layer in model.layers):
        raise ValueError(f"{source.name} has none of the layers {', '.join(after)}: its joints cannot be exchanged")
    for old, new in zip(source.layers, model.layers, strict=True):
        if new.name in after:
            axis = -2 if isinstance(new, keras.layers.Conv2DTranspose) else -1  # of a kernel's answers
            values = zip(old.get_weights(), new.get_weights(), strict=True)
            names = before[new.name], after[new.name]
            new.set_weights([carried(*arrays, *names, axis if arrays[0].ndim > 1 else 0) for arrays in values])
        else:
            new.set_weights(old.get_weights())


def carried(old: np.ndarray, new: np.ndarray, before: list, after: list, axis: int) -> np.ndarray:
    """The new array with the old one's values along an axis where names `before` and `after` agree."""
    new = new.copy()
    for here, name in enumerate(after):
        if name in before:
            np.moveaxis(new, axis, 0)[here] = np.moveaxis(old, axis, 0)[before.index(name)]
    return new
