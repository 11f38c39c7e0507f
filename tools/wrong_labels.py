"""Train networks of notebook 02 on labels that are wrong in a known way: python tools/wrong_labels.py NAME [SEED ...]

noise         every label moved by a Gaussian of a quarter of a head in x and in y
extrapolated  joints that are cut off get a label where the average person has them
sides         mirrored people keep the names of their joints: left is called right
unscaled      true labels; the last layer answers in whole pictures, not in tenths

Each has the settings of the run of tools/runs.toml that BASES names, and nothing else is changed. The predictions go to
data/results/02_labels_NAME.npz, one array a seed, the history of training to the .json beside it.
"""

import sys
from dataclasses import replace

import numpy as np
import train  # tools/train.py

from hpe_utils import metrics, runs, tasks
from hpe_utils.data.schema import Samples
from hpe_utils.files import read_json, read_toml, write_json, write_npz

BASES = {
    "noise": "02_deeppose_two_epochs",
    "extrapolated": "02_missing_linear_mask",
    "sides": "02_deeppose_two_epochs",
    "unscaled": "02_deeppose_two_epochs",
}
NOISE = 0.25  # standard deviation in x and in y, in official head sizes


def main() -> None:
    name, seeds = sys.argv[1], [int(seed) for seed in sys.argv[2:]] or [0]
    recipes = read_toml(train.RECIPES, train.REMEDY, {"defaults": dict})
    run = train.recipe(BASES[name], recipes["defaults"], recipes[BASES[name]])
    for seed in seeds:
        key, predicted, history = trained(name, run, seed)
        path = runs.RESULTS / f"02_labels_{name}"
        arrays, facts = path.with_suffix(".npz"), path.with_suffix(".json")
        kept = dict(np.load(arrays)) if arrays.exists() else {}
        write_npz(arrays, kept | {f"{key}/seed{seed}": np.float16(predicted)}, compressed=True)
        told = read_json(facts, train.REMEDY) if facts.exists() else {"history": {}}
        told |= {"command": f"python tools/wrong_labels.py {name}", "run": run, "scores": [], "noise": NOISE}
        told["history"][f"seed{seed}"] = {key: [round(v, 5) for v in values] for key, values in history.items()}
        write_json(facts, told)


def trained(name: str, run: dict, seed: int) -> tuple[str, np.ndarray, dict]:
    """Train one network; the key of the first test people, what it answers for them, and the history."""
    import keras

    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(seed)
    task = tasks.get(run["task"])
    people = train.load_people(task, run, [])
    if change := {"noise": moved, "extrapolated": extrapolated, "sides": names_kept}.get(name):
        people = people._replace(train=change(people.train, seed))
    model, codec = train.begin(task, run, people.train, task.outputs(people.train) | run["options"], seed, None)
    if name == "unscaled":
        model.layers[-2].scale = 1.0  # before it is compiled
    folder = train.ROOT / "runs" / f"02_labels_{name}-seed{seed}"
    history = train.fit(task, model, codec, run, people, seed, folder, None)
    test = people.tests[0]
    predicted = task.predict(model, codec, test)
    for row in task.score(predicted, test):
        print(name, seed, row, flush=True)
    return runs.key_of(test), predicted[:, 0, :, :2], history


def moved(people: Samples, seed: int) -> Samples:
    """Every label moved at random, by how much in head sizes NOISE says."""
    keypoints = np.array(people.keypoints)
    step = NOISE * metrics.mpii_head_size(people.head_boxes)[..., None, None]
    keypoints[..., :2] += step * np.random.default_rng([seed, 1]).normal(size=keypoints[..., :2].shape)
    return replace(people, keypoints=keypoints.astype(np.float32))


def extrapolated(people: Samples, seed: int) -> Samples:
    """Missing joints labelled as hidden: as far from the neck, in heads, as the mean of those who have them."""
    keypoints = np.array(people.keypoints)
    neck = keypoints[..., [people.skeleton.index("upper_neck")], :2]
    head = metrics.mpii_head_size(people.head_boxes)[..., None, None]
    missing = keypoints[..., 2] == 0
    offsets = np.where(missing[..., None], np.nan, (keypoints[..., :2] - neck) / head)
    places = neck + head * np.nanmean(offsets, axis=(0, 1))
    keypoints[missing, :2], keypoints[missing, 2] = places[missing], 1
    return replace(people, keypoints=keypoints.astype(np.float32))


def names_kept(people: Samples, seed: int) -> Samples:
    """People of a skeleton in which a joint that is mirrored keeps its name."""
    pairs = tuple((joint, joint) for joint in people.skeleton.joints)
    return replace(people, skeleton=replace(people.skeleton, pairs=pairs))


if __name__ == "__main__":
    main()
