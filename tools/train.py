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
    from hpe_utils import data, inference, losses, models, training
    from hpe_utils.codecs.box import BoxCodec
    from hpe_utils.codecs.regression import RegressionCodec
    from hpe_utils.data.augment import Augment
    from hpe_utils.data.batches import Batches

    def people(**options):
        samples = data.load(run["data"], root=root, **{**run["load"], **options})
        return samples.as_head_boxes() if run["target"] == "head box" else samples

    targets = {"joints": (RegressionCodec, pckh_scores, "pckh"), "head box": (BoxCodec, box_scores, "iou")}
    codec_class, score, watched = targets[run["target"]]
    keras.utils.set_random_seed(seed)
    train_people, val_people = people(split="train"), people(split="val")[:500]
    model = models.build(run["model"], run["preset"], outputs=2 * len(train_people.skeleton))
    size = model.input_shape[2]
    codec = codec_class((size, size))
    batches = Batches(train_people, run["batch"], size, Augment(**run["augment"]), shuffle=True, seed=seed)
    schedule = training.warmup_cosine(run["rate"], run["epochs"] * len(batches))
    loss = losses.KeypointLoss(codec, losses.masked_mae)
    model.compile(keras.optimizers.AdamW(schedule, weight_decay=1e-4), loss, jit_compile=True)

    resume = training.Resume(folder)
    first = resume.load(model, batches)
    by_epoch = training.ScoreByEpoch(
        val_people, codec, lambda *found: next(iter(score(*found).values())), f"val_{watched}"
    )
    callbacks = [training.Progress(), by_epoch, resume]
    model.fit(batches, epochs=run["epochs"], initial_epoch=first, shuffle=False, verbose=0, callbacks=callbacks)
    scores = {}
    for options in run["test"]:
        samples = people(**{"split": "test", **options})
        found = score(inference.predict_keypoints(model, codec, samples), samples)
        scores[samples.describe()] = {name: round(float(value), 4) for name, value in found.items()}
    return {
        "seed": seed,
        "passes": run["epochs"] * len(batches) * run["batch"],
        "parameters": model.count_params(),
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        "scores": scores,
        "history": {name: [round(value, 5) for value in values] for name, values in resume.past.items()},
    }


def pckh_scores(predicted, people) -> dict:
    """PCKh@.5 over all labelled joints, in every head size that this data set allows."""
    from hpe_utils import metrics

    return {
        variant: metrics.pckh(predicted[:, 0], people.keypoints[:, 0], head_size).pooled
        for variant, head_size in metrics.head_sizes(people).items()
    }


def box_scores(predicted, people) -> dict:
    """Mean IoU, and the share of people whose head centre is found within half a head (official size)."""
    from hpe_utils import metrics

    boxes, truth = predicted[:, 0, :, :2].reshape(-1, 4), people.head_boxes[:, 0]
    near = metrics.centre_error(boxes, truth) <= 0.5 * metrics.mpii_head_size(truth)
    return {"mean IoU": metrics.box_iou(boxes, truth).mean(), "centre within half a head": near.mean()}


if __name__ == "__main__":
    main()
