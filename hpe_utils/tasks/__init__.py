"""What the networks are asked: one row a task, from labels to batches, codec, loss, prediction, score and picture.

Every file here holds some rows. A table, not a trainer: notebooks show `compile` and `fit`; recorded runs, tests and
the timed step read the same.
"""

from importlib import import_module
from pkgutil import iter_modules

from hpe_utils.codecs import Codec
from hpe_utils.data.schema import Samples
from hpe_utils.tasks.task import Task, picture_size

ROOMS = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
TASKS = {task.name: task for room in ROOMS for task in vars(room).values() if isinstance(task, Task)}


def get(name: str) -> Task:
    """A task by its name; raises ValueError with the known names."""
    if name not in TASKS:
        raise ValueError(f"unknown task {name!r}; known are {', '.join(TASKS)}")
    return TASKS[name]


def score_rows(task: Task, model, codec: Codec, samples: Samples, mirrored: bool = False) -> tuple[list[dict], object]:
    """The scores of a model on samples, a row for each variant, with what they are of; and the predictions."""
    predicted = task.predict(model, codec, samples, mirrored=mirrored)
    people = int((samples.keypoints[..., 2] > 0).any(-1).sum()) or None
    facts = {**samples.origin, "mirrored": mirrored, "pictures": len(samples), "people": people}
    facts |= {"size": samples.images.shape[2], "joints": people and samples.skeleton.name}
    rows = [
        facts | {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}
        for row in task.score(predicted, samples)
    ]
    return rows, predicted


__all__ = ["TASKS", "Task", "get", "picture_size", "score_rows"]
