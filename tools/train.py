"""Repeat a recorded run: python tools/train.py NAME [--root FOLDER] [--seed N]

A run that reads several data sets, or one from several places, takes --root NAME=FOLDER for each of them.

The runs are listed in tools/runs.toml. Work in progress lives in runs/NAME-seedN and is resumed after a kill or
Ctrl-C. The result goes to data/results/NAME-seedN.json; what else the run keeps lies beside it (predictions, .npz) and
in data/checkpoints (weights).
"""

import argparse
import os
import sys
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils import data, devices, models, runs
from hpe_utils import skeleton as skeletons
from hpe_utils.data.schema import Samples
from hpe_utils.files import DataError, check, read_json, read_toml, replaced, shown, write_json, write_npz
from hpe_utils.models import ARCHITECTURES, PRESETS
from hpe_utils.runtime import find_device, import_quietly, streaming

ROOT = Path(__file__).parents[1]
RECIPES, REMEDY = ROOT / "tools" / "runs.toml", "get the course's copy again"
RECIPE = {
    **dict.fromkeys(("data", "task", "model", "preset", "trunk", "loss", "licence", "origin", "start?", "hold"), str),
    **dict.fromkeys(("load", "options", "codec", "augment", "rates"), dict),
    **dict.fromkeys(("leaked", "batch", "epochs", "by_epoch"), int),
    **dict.fromkeys(("jit", "predictions", "checkpoint", "movenet"), bool),
    **{"train": [dict], "test": [dict], "watch": [dict], "rate": float, "least?": float},
}
VALIDATION = 500  # people who are scored after every epoch
MEASURED = 320  # pictures on which batch norm takes its moments, where a trunk comes without


class People(NamedTuple):
    """Whom a run learns from, is watched on, by name, and is scored on."""

    train: Samples
    watched: dict[str, Samples]
    tests: list[Samples]


def main() -> None:
    try:
        recipes = read_toml(RECIPES, REMEDY, {"defaults": dict})
        defaults = recipes.pop("defaults")
        arguments = parse(recipes)
        run = recipe(arguments.name, defaults, recipes[arguments.name])
    except DataError as error:
        raise SystemExit(f"train.py: {error}") from None
    run["epochs"] = arguments.epochs or run["epochs"]
    if arguments.weights and not ("weights" in run["options"] or run["movenet"]):
        raise SystemExit(f"train.py: {arguments.name} begins from random numbers: leave --weights out")
    if run["movenet"] and not arguments.weights:
        raise SystemExit(f"train.py: {arguments.name} begins with MoveNet: name the .json of its graph by --weights")
    name = f"{arguments.name}-seed{arguments.seed}"
    sys.unraisablehook = tell_unraisable
    try:
        result = train(name, run, arguments.root, arguments.seed, arguments.weights, arguments.save_every)
        if devices.writes():
            write_json(runs.RESULTS / f"{name}.json", {"command": runs.command(Path(name)), "run": run, **result})
    except KeyboardInterrupt:
        raise SystemExit(f"\nstopped; the same command goes on after the last finished epoch in runs/{name}") from None
    except DataError as error:
        raise SystemExit(f"train.py: {error}") from None
    except OSError as error:
        leave(name, error)
    for row in result["scores"]:
        numbers = ", ".join(f"{key} {value:.3f}" for key, value in row.items() if isinstance(value, float))
        print(f"{runs.sentence(row)}, {row.get('variant', '')}: {numbers}")


def recipe(name: str, defaults: dict, own: dict) -> dict:
    """A run's settings, whole; raises DataError where one is unknown, of another type or beyond reason."""
    place = f"{name} in {RECIPES}"
    check(own, dict, place, REMEDY)
    run = defaults | own
    check(run, RECIPE, place, REMEDY)
    if unknown := sorted(run.keys() - {key.removesuffix("?") for key in RECIPE}):
        raise DataError(f"{place} has the unknown setting {shown(unknown[0])}: {REMEDY}")
    if low := [key for key in ("batch", "epochs", "rate") if run[key] <= 0]:
        raise DataError(f"{low[0]} in {place} is {run[low[0]]}, and must be above 0: {REMEDY}")
    known = {"data": data.SETS, "model": ARCHITECTURES, "preset": PRESETS}
    for key, names in known.items():
        if run[key] not in names:
            raise DataError(f"{key} in {place} is {shown(run[key])}; known are {', '.join(names)}")
    return run


def leave(name: str, error: OSError) -> None:
    """End the program with a line about what could not be written; HDF5 would crash in Python's own way to end."""
    reason = os.strerror(error.errno) if error.errno else error
    print(
        f"\ntrain.py: cannot write {error.filename or 'weights'} ({reason}): free some space or change the rights of "
        f"{ROOT / 'runs' / name}, {runs.RESULTS} and {runs.CHECKPOINTS}; the same command goes on after the last "
        "finished epoch",
        file=sys.stderr,
        flush=True,
    )
    os._exit(1)


def tell_unraisable(unraisable) -> None:
    """What Python says of errors in destructors, but for those of HDF5 on a full disk, which `leave` tells."""
    if "No space left" not in str(unraisable.exc_value):
        sys.__unraisablehook__(unraisable)


def parse(recipes: dict) -> argparse.Namespace:
    """The command line; an unknown run, or a file that is not there, ends the program with a line that says so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=recipes, metavar="NAME", help="a run of tools/runs.toml")
    parser.add_argument(
        "--root", action="append", default=[], metavar="[NAME=]FOLDER", help="folder or archive of a real data set"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="instead of the recorded number, for a trial")
    parser.add_argument("--save-every", type=int, default=0, metavar="STEPS", help="save in the middle of epochs, too")
    parser.add_argument("--weights", help="ImageNet's weights instead of the download, or MoveNet's graph")
    arguments = parser.parse_args()
    if arguments.weights and not Path(arguments.weights).is_file():
        parser.error(f"there is no file {arguments.weights}: check --weights, or leave it out for Keras' download")
    return arguments


def train(name: str, run: dict, root: list[str], seed: int, weights: str | None, every: int = 0) -> dict:
    """Train, or go on training, score, and write what the run keeps; returns what the results file holds."""
    keras = import_quietly("keras")
    from hpe_utils import tasks, training

    precision = os.environ.get("HPE_PRECISION", "float32")
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(seed)
    devices.meet()
    shared = devices.share()  # the run's batch among them: what is learnt is the same
    if run["task"] not in tasks.TASKS:
        raise DataError(f"unknown task {shown(run['task'])} of {name}; known are {', '.join(tasks.TASKS)}")
    task = tasks.get(run["task"])
    people = load_people(task, run, root)
    options = task.outputs(people.train) | run["options"]
    if weights and not run["movenet"]:
        options["weights"] = weights
    model, codec = begin(task, run, people.train, options, seed, weights)
    folder = ROOT / "runs" / name
    check_settings(folder / "run.json", run)
    snapshots = training.Snapshots(people.tests[0][: run["by_epoch"]], codec) if run["by_epoch"] else None
    history = fit(task, model, codec, run, people, seed, folder, snapshots, every)
    facts = {
        "seed": seed,
        "passes": run["epochs"] * (len(people.train) // run["batch"]) * run["batch"],
        "parameters": model.count_params(),
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        **({"devices": shared} if shared > 1 else {}),
        **({"weights": Path(weights).name} if weights else {}),
    }
    ran = {"seconds": round(sum(history["seconds"]), 1), "device": find_device(keras), "precision": precision}
    facts["scores"], predictions, found = score(task, model, codec, run, people, ran)
    if snapshots:
        predictions["by epoch"] = np.stack(snapshots.keypoints)[:, :, 0, :, :2]
    if devices.writes():
        for samples, predicted in found:
            draw(task, samples, predicted, folder / f"{runs.key_of(samples).replace('/', '-')}.png")
        with devices.alone():
            keep(name, task, model, run, people.train, options, facts, predictions)
    return {**facts, "history": {key: [round(value, 5) for value in values] for key, values in history.items()}}


def load_people(task, run: dict, roots: list[str]) -> People:
    """The run's people, with the labels that the task learns from."""
    folders = dict(named(root, run["data"]) for root in roots)

    def load(options: dict, stream: bool | None = False) -> Samples:
        options = run["load"] | options
        name = options.pop("data", run["data"])
        return task.prepare(data.load(name, root=folders.get(options.pop("root", name)), stream=stream, **options))

    stream = streaming() if len(run["train"]) == 1 else False  # sets are joined in memory
    learnt = reduce(Samples.joined, [load({"split": "train"} | some, stream) for some in run["train"]])
    tests = [load({"split": "test"} | options) for options in run["test"]]
    if run["leaked"]:
        learnt = learnt.joined(tests[0][: run["leaked"]])
    few = {"count": min(VALIDATION, run["load"].get("count", VALIDATION))}
    return People(learnt, {watch.get("data", ""): load(few | watch) for watch in run["watch"]}, tests)


def named(root: str, usual: str) -> tuple[str, str]:
    """The name and folder of NAME=FOLDER; a folder alone is the usual set's."""
    name, _, folder = root.partition("=")
    return (name, folder) if folder and name.isidentifier() else (usual, root)


def begin(task, run: dict, people: Samples, options: dict, seed: int, weights: str | None) -> tuple:
    """The model with the weights it begins with, and the codec that reads it."""
    try:
        model = models.build(run["model"], run["preset"], **options)
        codec = task.codec(model, people.skeleton, people.vocabulary, **run["codec"])
    except (TypeError, ValueError) as error:
        raise DataError(f"the run's options or codec fit no {run['model']} ({shown(str(error))}): {REMEDY}") from error
    if "start" in run:
        model.set_weights(runs.load_checkpoint(f"{run['start']}-seed{seed}").get_weights())
    if run["trunk"]:
        task.begin(model, runs.load_checkpoint(run["trunk"]), codec)
    if run["movenet"]:
        from hpe_utils.models import movenet

        movenet.begin(model, weights, np.asarray(people.images[:MEASURED]), people.skeleton)
    if run["hold"]:
        from hpe_utils import training

        training.hold(model.get_layer("trunk"), run["hold"])
    return model, codec


def fit(task, model, codec, run: dict, people: People, seed: int, folder: Path, snapshots, every: int) -> dict:
    """Train until the run's last epoch, from where an earlier start was stopped; returns the history."""
    from hpe_utils import tasks, training
    from hpe_utils.data.augment import Augment
    from hpe_utils.data.batches import Batches

    size = tasks.picture_size(model)[0]
    augment = Augment(**run["augment"])
    batches = Batches(
        people.train, run["batch"], size, augment, shuffle=True, seed=seed, labels=codec.labels, shard=devices.shard()
    )
    rate = training.warmup_cosine(run["rate"], run["epochs"] * len(batches))
    optimizer = training.GroupRates(rate, model=model, factors=run["rates"], weight_decay=1e-4)
    model.compile(
        optimizer, task.loss(model, codec, run["loss"]), loss_weights=task.loss_weights, jit_compile=run["jit"]
    )
    resume = training.Resume(folder, snapshots, every)
    watched = [
        training.ScoreByEpoch(
            some, codec, lambda found, some: task.score(found, some)[0][task.watched],
            "_".join(filter(None, ("val", name, task.watched.lower()))), task.predict,
        )
        for name, some in people.watched.items()
    ]  # fmt: skip
    callbacks = [training.Progress(), training.Seconds(), *watched, *filter(None, [snapshots])]
    resume.fit(model, batches, run["epochs"], callbacks)
    return resume.past


def score(task, model, codec, run: dict, people: People, ran: dict) -> tuple[list[dict], dict, list[tuple]]:
    """The score rows of all test people, the predictions that the run keeps, by `runs.key_of`, and what to draw."""
    from hpe_utils import tasks

    rows, predictions, found = [], {}, []
    for samples in people.tests:
        for mirrored in task.passes:
            scores, predicted = tasks.score_rows(task, model, codec, samples, mirrored)
            rows += [row | ran for row in scores]
            if run["predictions"]:
                predictions[runs.key_of(samples, mirrored)] = predicted[:, 0, :, :2]
            if not mirrored:
                found.append((samples, predicted))
    return rows, predictions, found


def draw(task, samples: Samples, predicted, path: Path) -> None:
    """Write a picture of eight of the samples with what was found, for whoever would rather look than read."""
    import matplotlib.pyplot as plt

    from hpe_utils import viz

    figure, axes = viz.grid(min(8, len(samples)), columns=4, side=3)
    for row, axis in enumerate(axes):
        task.draw(axis, samples, predicted, row)
    with replaced(path) as partial:
        figure.savefig(partial, format="png")
    plt.close(figure)


def keep(name, task, model, run: dict, people: Samples, options: dict, facts: dict, predictions: dict) -> None:
    """Write the predictions and the checkpoint of a run that keeps them."""
    if run["predictions"]:
        # Half precision is a sixteenth of a pixel at 128: far below any error that is shown.
        halves = {key: np.float16(values) for key, values in predictions.items()}
        write_npz(runs.RESULTS / f"{name}.npz", halves, compressed=True)
    if run["checkpoint"]:
        known = {
            "task": task.name,
            "model": run["model"],
            "preset": run["preset"],
            "options": {key: value for key, value in options.items() if key != "weights"},  # they are in the file
            "codec": run["codec"],
            **({"least": run["least"]} if "least" in run else {}),
            "skeleton": skeletons.declaration(people.skeleton),
            "vocabulary": people.vocabulary and people.vocabulary.name,
            "pictures": "RGB, 0 to 255, scaled inside the model",
            "data": {"set": run["data"], "load": run["load"], "train": run["train"]},
            "licence": run["licence"],
            "origin": run["origin"],
        }
        runs.save_checkpoint(model, name, known | facts, runs.CHECKPOINTS)


def check_settings(path: Path, run: dict) -> None:
    """Note a run's settings beside its work in progress; raises DataError where that was begun with others."""
    if path.exists() and read_json(path, f"delete {path.parent}") != run:
        raise DataError(f"{path.parent} was begun with other settings: delete it, or set them back")
    if devices.writes():
        write_json(path, run)


if __name__ == "__main__":
    main()
