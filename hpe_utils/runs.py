"""Recorded runs: where their checkpoints, results and predictions lie, and how they are written and read.

They are looked for in $HPE_MODELS, in a clone's data folder, and in the installed package, in this order.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

from hpe_utils import models
from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.files import (
    DataError,
    check_array,
    h5_shapes,
    read_bytes,
    read_json,
    read_npz,
    replaced,
    shown,
    write_json,
)

PACKAGE = Path(__file__).parent
CLONE = PACKAGE.parent / "data"
HOME = CLONE if (CLONE / "checkpoints").is_dir() else PACKAGE  # a wheel carries both folders inside the package
CHECKPOINTS, RESULTS = HOME / "checkpoints", HOME / "results"
WEIGHTS = ".weights.h5"
NEEDED = ("task", "model", "preset", "options", "codec")  # what a checkpoint must say for `load_network`
LARGEST = 4096  # of an option of a model: a side in pixels, or a number of filters
DESCRIBED = {
    **{f"{name}?": str for name in ("task", "model", "preset", "sha256", "licence", "origin")},
    **{f"{name}?": dict for name in ("options", "codec", "data")},
    "least?": float,
    **{"skeleton?": (str, dict, None), "vocabulary?": (str, None)},
}
ROW = {
    **{"set": str, "split": str, "level?": (str, None), "mirrored": bool, "pictures": int, "people?": (int, None)},
    **{f"{name}?": (str, None) for name in ("joints", "variant", "device", "precision", "network")},
    **{"seconds?": (float, None), "*": float},  # the others are scores
}  # of a run's scores
DESCRIBED["scores?"] = [ROW]
RECORDED = {"command": str, "run": dict, "scores": [ROW]}


class Network(NamedTuple):
    """A trained network: its `model`, what it was asked (`tasks.Task`), how it is read, and its checkpoint's facts."""

    model: object
    task: object
    codec: object
    facts: dict


def load_network(name: str | Path) -> Network:
    """A trained network by name or path, with the codec that reads it; raises DataError, with the remedy."""
    from hpe_utils import tasks  # with its losses and models it is slow to import

    facts, model = facts_of(name), load_checkpoint(name)
    if lacking := [key for key in NEEDED if key not in facts]:
        raise DataError(f"the checkpoint {name} does not say its {', '.join(lacking)}: save it by runs.save_checkpoint")
    task = tasks.get(facts["task"])
    try:
        named = facts.get("skeleton")
        skeleton = skeletons.declared(named) if named and named != skeletons.HEAD_BOX.name else None
        vocabulary = vocabularies.get(facts["vocabulary"]) if facts.get("vocabulary") else None
        return Network(model, task, task.codec(model, skeleton, vocabulary, **facts["codec"]), facts)
    except (ValueError, TypeError) as error:
        raise DataError(
            f"the checkpoint {name} cannot be read as it says ({shown(str(error))}): save it again"
        ) from error


def load_checkpoint(name: str | Path):
    """A trained model by name, "photo" or "photo-seed0", or by the path of its .weights.h5.

    Raises DataError, with the remedy, when there is none or when its file is not the one that was recorded.
    """
    path = checkpoint_path(name)
    facts, remedy = facts_of(name), f"get it again, or make it by `{command(path)}`"
    if lacking := [key for key in ("model", "preset", "options", "sha256") if key not in facts]:
        raise DataError(f"{described(path)} does not say its {', '.join(lacking)}: {remedy}")
    if hashlib.sha256(read_bytes(path, remedy)).hexdigest() != facts["sha256"]:
        raise DataError(f"{path} is not the file that was recorded: {remedy}")
    model = built(facts, h5_shapes(path, remedy), described(path), remedy)
    model.load_weights(path)
    if not all(np.isfinite(weight).all() for weight in model.get_weights()):
        raise DataError(f"{path} holds weights that are not numbers, as a training that diverged leaves them: {remedy}")
    return model


def built(facts: Mapping, shapes: Mapping[str, tuple], place: Path, remedy: str):
    """The model that a checkpoint describes, whose weights get room only once the file's shapes are known to fit.

    Raises DataError where they do not, or where there is no such model.
    """
    import keras

    if wrong := {key: value for key, value in facts["options"].items() if isinstance(value, int) and value > LARGEST}:
        raise DataError(f"options in {place} are beyond reason: {shown(wrong)}: {remedy}")
    room = keras.StatelessScope(initialize_variables=False)
    with room:
        try:
            if isinstance(facts.get("skeleton"), dict):  # one's own, which the options may name
                skeletons.declared(facts["skeleton"])
            model = models.build(facts["model"], facts["preset"], **facts["options"])
        except (ValueError, TypeError, KeyError, ArithmeticError) as error:
            raise DataError(f"{place} describes no model ({shown(str(error))}): {remedy}") from error
        if Counter(tuple(weight.shape) for weight in model.weights) != Counter(shapes.values()):
            raise DataError(f"the options in {place} do not fit the weights beside it: {remedy}")
        room.initialize_variables = True
    return model


def facts_of(name: str | Path) -> dict:
    """What a checkpoint says of itself: architecture, task, codec, training, scores, licence and origin."""
    path = checkpoint_path(name)
    return read_json(described(path), f"`{command(path)}` makes it", DESCRIBED)


def save_checkpoint(model, name: str, facts: Mapping, folder: str | Path) -> Path:
    """Write a model's weights in half precision to FOLDER/NAME.weights.h5, `facts` and hash to NAME.json beside it.

    The facts are what `load_network` needs: "task", "model", "preset", "options" and "codec" settings, and with them
    "skeleton" (`skeleton.declaration`) or "vocabulary" by name; whatever else should travel with the weights joins
    them. Returns the weights' path. Raises ValueError where one of those five is missing.
    """
    if lacking := [key for key in NEEDED if key not in facts]:
        raise ValueError(f"facts must say the checkpoint's {', '.join(lacking)}: it could not be loaded again")
    path = Path(folder).expanduser() / f"{name}{WEIGHTS}"
    whole = path.with_name(f"{name}.{os.getpid()}.whole{WEIGHTS}")  # Keras insists on this ending
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        model.save_weights(whole)
        with replaced(path) as partial:
            with h5py.File(whole) as source, h5py.File(partial, "w") as target:
                # A compiled model's file holds the optimizer too, twice the weights.
                source.visititems(
                    lambda key, item: None if key.startswith("optimizer") else copy_half(key, item, target)
                )
    finally:
        whole.unlink(missing_ok=True)
    write_json(described(path), {**facts, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    return path


def copy_half(key: str, item, target: h5py.File) -> None:
    """Copy a group or a data set of a weights file, float32 as float16."""
    if isinstance(item, h5py.Dataset):
        values = item[()]
        half = values.astype(np.float16) if values.dtype == np.float32 else values
        copy = target.create_dataset(key, data=half)
    else:
        copy = target.require_group(key)
    copy.attrs.update(item.attrs)


def load_recorded(name: str) -> dict:
    """A recorded run by name, as `tools/train.py` wrote it; its "scores" are rows (`pick`). Raises DataError."""
    path = results_path(name, ".json")
    return read_json(path, f"`{command(path)}` makes it", RECORDED)


def load_predictions(name: str) -> dict[str, np.ndarray]:
    """A recorded run's predictions: (N, K, 2) pixels by the key of the test people, "by epoch" (E + 1, n, K, 2).

    A key is `key_of(samples)`, such as "synthetic/test/easy". "by epoch" are those of the first n test people before
    training and after every epoch. Raises DataError.
    """
    path = results_path(name, ".npz")
    remedy = f"`{command(path)}` makes it"
    arrays = read_npz(path, remedy)
    for key, array in arrays.items():
        check_array(array, "f", (None,) * (4 if key == "by epoch" else 3), f"{key} in {path}", remedy)
    return {key: array.astype(np.float32) for key, array in arrays.items()}


def key_of(samples, mirrored: bool = False) -> str:
    """The key of samples in a run's predictions: set, split and, where it has some, level."""
    return "/".join([part for part in samples.origin.values() if part] + ["mirrored"] * mirrored)


def pick(rows: list[dict], **wanted) -> dict:
    """The first of a run's score rows with these values, for instance level="hard", mirrored=True.

    Without `mirrored` the plain pass is meant. Raises KeyError, naming what there is, where no row has them.
    """
    wanted = {"mirrored": False} | wanted
    found = [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]
    if not found:
        has = [{name: row.get(name) for name in wanted} for row in rows]
        raise KeyError(f"no score with {wanted}; there are {has}")
    return found[0]


def sentence(row: Mapping) -> str:
    """A score row's people in words, for display."""
    words = [row["set"], row.get("level"), row["split"], f"{row['pictures']:,} pictures"]
    return ", ".join(filter(None, words)) + (", with the mirrored pass" if row["mirrored"] else "")


def score_words(row: Mapping) -> str:
    """A score row's first number in words, for display: set, split and what it is called."""
    known = {"set", "split", "level", "mirrored", "pictures", "people", "joints", "variant", "device", "precision"}
    name, value = next((k, v) for k, v in row.items() if k not in known | {"seconds", "size"})
    return f"{name} {value:.3f} ({sentence(row)})"


# Where files are ----------------------------------------------------------------------------------


def checkpoint_path(name: str | Path) -> Path:
    """Where a checkpoint's weights lie; raises DataError, naming those there are, where they are nowhere.

    What has a folder before it or the ending .weights.h5 is a path; other names are looked for.
    """
    if str(name).endswith(WEIGHTS) or Path(name).name != str(name):
        path = Path(f"{str(name).removesuffix(WEIGHTS)}{WEIGHTS}").expanduser()
        if not path.is_file():
            raise DataError(f"there is no checkpoint {path}: check the path (the current folder is {Path.cwd()})")
        return path
    for folder in (folders := checkpoint_folders()):
        for stem in (str(name), f"{name}-seed0"):
            if (folder / f"{stem}{WEIGHTS}").is_file() and (folder / f"{stem}.json").is_file():
                return folder / f"{stem}{WEIGHTS}"
    where = " or ".join(map(str, folders))
    raise DataError(
        f"no checkpoint {name} in {where}: `{command(Path(name))}` makes it; there are {', '.join(names())}"
    )


def checkpoint_folders() -> list[Path]:
    """Where checkpoints are looked for, first $HPE_MODELS if it is set."""
    own = os.environ.get("HPE_MODELS")
    return [Path(own).expanduser(), CHECKPOINTS] if own else [CHECKPOINTS]


def names() -> list[str]:
    """The names of all checkpoints that are there."""
    return sorted({p.name.removesuffix(WEIGHTS) for folder in checkpoint_folders() for p in folder.glob(f"*{WEIGHTS}")})


def results_path(name: str, ending: str) -> Path:
    """Where a run's result or predictions lie, or would lie."""
    found = [RESULTS / f"{stem}{ending}" for stem in (name, f"{name}-seed0")]
    return next((path for path in found if path.is_file()), found[0])


def described(weights: Path) -> Path:
    """The JSON beside a checkpoint's weights."""
    return weights.with_name(weights.name.removesuffix(WEIGHTS) + ".json")


def command(path: Path) -> str:
    """The command that makes a run's files."""
    stem = path.name.removesuffix(WEIGHTS).removesuffix(".json").removesuffix(".npz")
    run, _, seed = stem.partition("-seed")
    return f"python tools/train.py {run} --seed {seed or 0}"
