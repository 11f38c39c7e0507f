"""Repeat a recorded run: python tools/train.py NAME [--root FOLDER] [--seed N]

The runs are listed in tools/runs.toml. Work in progress lives in runs/NAME-seedN and is resumed after a kill or
Ctrl-C; the result goes to data/results/NAME-seedN.json.
"""

import argparse
import tomllib
from pathlib import Path

from hpe_utils.runtime import import_quietly

ROOT = Path(__file__).parents[1]


def main() -> None:
    runs = tomllib.loads((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=runs, help="a run of tools/runs.toml")
    parser.add_argument("--root", help="folder or archive of a real data set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="instead of the recorded number, for a trial")
    arguments = parser.parse_args()
    run = runs[arguments.name]
    run["epochs"] = arguments.epochs or run["epochs"]
    name = f"{arguments.name}-seed{arguments.seed}"
    try:
        result = train(run, ROOT / "runs" / name, arguments.root, arguments.seed)
    except KeyboardInterrupt:
        raise SystemExit(f"\nstopped; the same command goes on after the last finished epoch in runs/{name}") from None
    from hpe_utils.training import RESULTS, write_json

    command = f"python tools/train.py {arguments.name} --seed {arguments.seed}"
    write_json(RESULTS / f"{name}.json", {"command": command, "run": run, **result})
    for title, score in result["scores"].items():
        print(f"{title}: " + ", ".join(f"{variant} {value:.3f}" for variant, value in score.items()))


def train(run: dict, folder: Path, root: str | None, seed: int) -> dict:
    """Train, or go on training, and score; returns what the results file holds."""
    keras = import_quietly("keras")
    from hpe_utils import data, inference, losses, metrics, models, training
    from hpe_utils.codecs.regression import RegressionCodec
    from hpe_utils.data.augment import Augment
    from hpe_utils.data.batches import Batches

    keras.utils.set_random_seed(seed)
    train_people = data.load(run["data"], "train", root, **run["load"])
    val_people = data.load(run["data"], "val", root, **{**run["load"], "count": 500} if run["load"] else {})
    joints = len(train_people.skeleton)
    model = models.build(run["model"], run["preset"], outputs=2 * joints)
    size = model.input_shape[2]
    codec = RegressionCodec((size, size))
    batches = Batches(train_people, run["batch"], size, Augment(**run["augment"]), shuffle=True, seed=seed)
    schedule = training.warmup_cosine(run["rate"], run["epochs"] * len(batches))
    loss = losses.KeypointLoss(codec, losses.masked_mae)
    model.compile(keras.optimizers.AdamW(schedule, weight_decay=1e-4), loss, jit_compile=True)

    resume = training.Resume(folder)
    first = resume.load(model, batches)
    callbacks = [training.Progress(), training.ScoreByEpoch(val_people[:500], codec, pooled_pckh), resume]
    model.fit(batches, epochs=run["epochs"], initial_epoch=first, shuffle=False, verbose=0, callbacks=callbacks)
    scores = {}
    for options in run["test"]:
        people = data.load(run["data"], root=root, **{"split": "test", **options})
        predicted = inference.predict_keypoints(model, codec, people)[:, 0]
        scores[people.describe()] = {
            variant: round(float(metrics.pckh(predicted, people.keypoints[:, 0], head_size).pooled), 4)
            for variant, head_size in metrics.head_sizes(people).items()
        }
    return {
        "seed": seed,
        "passes": run["epochs"] * len(batches) * run["batch"],
        "parameters": model.count_params(),
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        "scores": scores,
        "history": {name: [round(value, 5) for value in values] for name, values in resume.past.items()},
    }


def pooled_pckh(predicted, people) -> float:
    """PCKh@.5 over all labelled joints, by the first head size that this data set allows."""
    from hpe_utils import metrics

    head_size = next(iter(metrics.head_sizes(people).values()))
    return metrics.pckh(predicted[:, 0], people.keypoints[:, 0], head_size).pooled


if __name__ == "__main__":
    main()
