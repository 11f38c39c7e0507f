"""Repeat a recorded run: python tools/train.py NAME [--root FOLDER] [--seed N]

The runs are listed in tools/runs.toml. Work in progress lives in runs/NAME-seedN and is resumed after a kill or
Ctrl-C. The result goes to data/results/NAME-seedN.json; what else the run keeps lies beside it (predictions, .npz) and
in data/checkpoints (weights).
"""

import argparse
import json
import tomllib
from functools import partial, reduce
from pathlib import Path

import numpy as np

from hpe_utils.data.schema import DataError
from hpe_utils.runtime import import_quietly

ROOT = Path(__file__).parents[1]


def main() -> None:
    runs = tomllib.loads((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8"))
    defaults = runs.pop("defaults")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=runs, metavar="NAME", help="a run of tools/runs.toml")
    parser.add_argument("--root", help="folder or archive of a real data set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="instead of the recorded number, for a trial")
    parser.add_argument("--weights", help="file of ImageNet weights, instead of the download, for runs that ask for it")
    arguments = parser.parse_args()
    run = defaults | runs[arguments.name]
    run["epochs"] = arguments.epochs or run["epochs"]
    if arguments.weights and "weights" not in run["options"]:
        parser.error(f"{arguments.name} begins from random numbers: leave --weights out")
    if arguments.weights and not Path(arguments.weights).is_file():
        parser.error(f"there is no file {arguments.weights}: check --weights, or leave it out for Keras' download")
    name = f"{arguments.name}-seed{arguments.seed}"
    try:
        result = train(name, run, arguments.root, arguments.seed, arguments.weights)
    except KeyboardInterrupt:
        raise SystemExit(f"\nstopped; the same command goes on after the last finished epoch in runs/{name}") from None
    except DataError as error:
        raise SystemExit(f"train.py: {error}") from None
    from hpe_utils.training import RESULTS, write_json

    command = f"python tools/train.py {arguments.name} --seed {arguments.seed}"
    write_json(RESULTS / f"{name}.json", {"command": command, "run": run, **result})
    for title, score in result["scores"].items():
        print(f"{title}: " + ", ".join(f"{variant} {value:.3f}" for variant, value in score.items()))


def train(name: str, run: dict, root: str | None, seed: int, weights: str | None) -> dict:
    """Train, or go on training, score, and write what the run keeps; returns what the results file holds."""
    keras = import_quietly("keras")
    from hpe_utils import data, inference, losses, models, training
    from hpe_utils.codecs.bodypix import PartCodec
    from hpe_utils.codecs.box import BoxCodec
    from hpe_utils.codecs.heatmap import HeatmapCodec
    from hpe_utils.codecs.paf import PAFCodec
    from hpe_utils.codecs.regression import RegressionCodec
    from hpe_utils.data.augment import Augment
    from hpe_utils.data.batches import Batches
    from hpe_utils.losses import parts as part_losses
    from hpe_utils.models import openpose

    def people(**options):
        samples = data.load(run["data"], root=root, **(run["load"] | options))
        return samples.as_head_boxes() if run["target"] == "head box" else samples

    scored = {
        "head box": (box_scores, "val_iou"),
        "people": (people_scores, "val_ap"),
        "parts": (iou_scores, "val_iou"),
    }
    score, watched = scored.get(run["target"], (pckh_scores, "val_pckh"))
    predictors = {"people": predict_people, "parts": inference.predict_parts}
    predict = predictors.get(run["target"], inference.predict_keypoints)
    keras.utils.set_random_seed(seed)
    train_people = reduce(data.Samples.joined, [people(**({"split": "train"} | options)) for options in run["train"]])
    val_people = people(split="val")[:500]
    tests = [people(**({"split": "test"} | options)) for options in run["test"]]
    if run["leaked"]:
        train_people = train_people.joined(tests[0][: run["leaked"]])
    skeleton = train_people.skeleton
    outputs = {"maps": {"outputs": len(skeleton)}, "people": {"skeleton": skeleton.name}}
    if run["target"] == "parts":
        outputs["parts"] = {"parts": len(train_people.vocabulary), "heads": run["heads"]}
    options = outputs.get(run["target"], {"outputs": 2 * len(skeleton)}) | run["options"]
    model = models.build(run["model"], run["preset"], **(options | ({"weights": weights} if weights else {})))
    if "start" in run:
        model.set_weights(training.load_checkpoint(f"{run['start']}-seed{seed}").get_weights())
    if run["trunk"] and run["target"] == "parts":
        model.get_layer("trunk").set_weights(training.load_checkpoint(run["trunk"]).get_layer("trunk").get_weights())
    elif run["trunk"]:
        known, logits = training.load_checkpoint(run["trunk"]), run["loss"] == "people_loss"
        openpose.begin_with(model, known, skeleton.name, "MPII16", logits)
    size = model.input_shape[2]
    codecs = {
        "joints": RegressionCodec,
        "head box": BoxCodec,
        "maps": partial(
            HeatmapCodec, sigma=run["sigma"], blur=run["blur"], logits=run["loss"] == "spatial_cross_entropy"
        ),
        "people": partial(
            PAFCodec, skeleton=skeleton, stride=4, sigma=run["sigma"], logits=run["loss"] == "people_loss"
        ),
        "parts": lambda _: PartCodec.of(model, vocabulary=train_people.vocabulary),
    }
    codec = codecs[run["target"]]((size, size))
    labels = codec.labels if run["target"] == "parts" else None
    augment = Augment(**run["augment"])
    batches = Batches(train_people, run["batch"], size, augment, shuffle=True, seed=seed, labels=labels)
    schedule = training.warmup_cosine(run["rate"], run["epochs"] * len(batches))
    if run["target"] == "parts":
        loss = part_losses.bodypix_losses(codec)
    else:
        loss = getattr(losses, run["loss"])
        if run["loss"] == "people_loss":
            loss = loss(codec.channels[0], len(skeleton))
        loss = losses.KeypointLoss(codec, losses.every_stage(loss) if len(model.output_shape) == 5 else loss)
    model.compile(keras.optimizers.AdamW(schedule, weight_decay=1e-4), loss, jit_compile=run["jit"])

    folder = ROOT / "runs" / name
    check_settings(folder / "run.json", run)
    snapshots = training.Snapshots(tests[0][: run["by_epoch"]], codec) if run["by_epoch"] else None
    resume = training.Resume(folder, snapshots)
    first = resume.load(model, batches)
    by_epoch = training.ScoreByEpoch(
        val_people, codec, lambda *found: next(iter(score(*found).values())), watched, predict
    )
    callbacks = [training.Progress(), by_epoch, *([snapshots] if snapshots else []), resume]
    model.fit(batches, epochs=run["epochs"], initial_epoch=first, shuffle=False, verbose=0, callbacks=callbacks)
    scores, predictions = {}, {}
    for samples in tests:
        for mirrored in (False, True) if run["target"] in ("maps", "parts") else (False,):
            predicted = predict(model, codec, samples, **({"mirrored": True} if mirrored else {}))
            found = {name: round(float(value), 4) for name, value in score(predicted, samples).items()}
            scores[samples.describe() + ", with the mirrored pass" * mirrored] = found
            if run["predictions"]:
                predictions[samples.title + ", mirrored" * mirrored] = predicted[:, 0, :, :2]
    if snapshots:
        predictions["by epoch"] = np.stack(snapshots.keypoints)[:, :, 0, :, :2]
    facts = {
        "seed": seed,
        "passes": run["epochs"] * len(batches) * run["batch"],
        "parameters": model.count_params(),
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        **({"weights": Path(weights).name} if weights else {}),
        "scores": scores,
    }
    if run["predictions"]:
        # Half precision is a sixteenth of a pixel at 128: far below any error that is shown.
        np.savez_compressed(training.RESULTS / f"{name}.npz", **{k: np.float16(v) for k, v in predictions.items()})
    if run["checkpoint"]:
        options.pop("weights", None)  # the checkpoint brings them all
        training.save_checkpoint(
            model, name, {"model": run["model"], "preset": run["preset"], "options": options, **facts}
        )
    history = {name: [round(value, 5) for value in values] for name, values in resume.past.items()}
    return {**facts, "history": history}


def predict_people(model, codec, samples):
    """Everybody found in the samples' pictures, for COCO's score."""
    from hpe_utils import inference
    from hpe_utils.codecs.grouping import Grouping
    from hpe_utils.metrics import coco as coco_eval

    return coco_eval.detections_of(
        inference.find_people(model, codec, Grouping(samples.skeleton, assignment="hungarian"), samples.images)
    )


def check_settings(path: Path, run: dict) -> None:
    """Note a run's settings beside its work in progress; raises DataError where that was begun with others."""
    from hpe_utils.training import write_json

    if path.exists() and json.loads(path.read_text(encoding="utf-8")) != run:
        raise DataError(f"{path.parent} was begun with other settings: delete it, or set them back")
    write_json(path, run)


def pckh_scores(predicted, people) -> dict:
    """PCKh@.5 over all labelled joints, in every head size that this data set allows."""
    from hpe_utils import metrics

    return {
        variant: metrics.pckh(predicted[:, 0], people.keypoints[:, 0], head_size).pooled
        for variant, head_size in metrics.head_sizes(people).items()
    }


def people_scores(detections, people) -> dict:
    """COCO's AP and AR over the joints for which COCO publishes sigmas."""
    from hpe_utils.metrics import coco as coco_eval

    scores = coco_eval.evaluate(detections, coco_eval.truth_of(people), people.skeleton.sigmas)
    return {name: value for name, value in scores._asdict().items() if "_" not in name}


def iou_scores(predicted, people) -> dict:
    """Pooled mean IoU of the parts, the background left out, that of people as a whole, and means over pictures."""
    from hpe_utils.metrics import parts as part_metrics

    counts = part_metrics.confusions(people.parts, predicted, len(people.vocabulary))
    scores = part_metrics.part_scores(counts)
    return {"mean IoU of parts": scores.pooled_parts, "with the background": scores.pooled,
            "of pictures": scores.image_parts, "person": scores.person}  # fmt: skip


def box_scores(predicted, people) -> dict:
    """Mean IoU, and the share of people whose head centre is found within half a head (official size)."""
    from hpe_utils import metrics

    boxes, truth = predicted[:, 0, :, :2].reshape(-1, 4), people.head_boxes[:, 0]
    near = metrics.centre_error(boxes, truth) <= 0.5 * metrics.mpii_head_size(truth)
    return {"mean IoU": metrics.box_iou(boxes, truth).mean(), "centre within half a head": near.mean()}


if __name__ == "__main__":
    main()
