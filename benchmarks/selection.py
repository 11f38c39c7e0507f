"""Twenty checkpoints of one training, each on 200 people to choose by and on 1,000 others.

python benchmarks/selection.py [--record]

`02_deeppose_long` learns on, at a constant rate, from 1,920 of its own training people, and is looked at every 15
steps. `--record` writes, person by person, how many of 12 joints each checkpoint has right, to
data/results/selection.json, which notebook 12 reads. A few minutes.
"""

import argparse

import numpy as np
from tqdm import tqdm

from hpe_utils import data, inference, losses, metrics, runs, scoreboard
from hpe_utils.data.batches import Batches
from hpe_utils.files import write_json
from hpe_utils.skeleton import COCO17, convert

NETWORK, CHECKPOINTS, STEPS, RATE = "02_deeppose_long", 20, 15, 5e-4
CHOOSING, NEW = 200, 1000
SEED = scoreboard.SEED + 1  # people that nothing else looks at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write data/results/selection.json")
    arguments = parser.parse_args()
    people = data.load("synthetic", "test", count=CHOOSING + NEW, seed=SEED, skeleton="MPII16")
    right, labelled = looked_at(people)
    rows = [row(number, one, labelled, group) for number, one in enumerate(right, 1) for group in groups()]
    for one in rows:
        print(f"checkpoint {one['checkpoint']:2}: PCKh {one['PCKh']:.3f}, {runs.sentence(one)}, {one['level']}")
    if arguments.record:
        run = {"network": NETWORK, "steps": STEPS, "rate": RATE, "choosing": CHOOSING, "new": NEW, "seed": SEED}
        packed = {"right": [scoreboard.packed(one) for one in right], "labelled": scoreboard.packed(labelled)}
        content = {"command": "python benchmarks/selection.py --record", "run": run, "scores": rows}
        write_json(runs.RESULTS / "selection.json", content | packed)


def looked_at(people: data.Samples) -> tuple[np.ndarray, np.ndarray]:
    """Right joints of the limbs (20, N) by checkpoint and person, and labelled ones (N,)."""
    model, _, codec, _ = runs.load_network(NETWORK)
    train = data.load("synthetic", "train", count=1920, skeleton="MPII16")
    batches, found = Batches(train, 32, codec.size[0], shuffle=True, seed=0), []
    model.compile("adamw", losses.KeypointLoss(codec, losses.masked_mae), jit_compile=False)
    model.optimizer.learning_rate = RATE
    for step in tqdm(range(CHECKPOINTS * STEPS), unit="step"):
        if step and step % len(batches) == 0:
            batches.on_epoch_end()
        model.train_on_batch(*batches[step % len(batches)])
        if (step + 1) % STEPS == 0:
            found.append(inference.predict_keypoints(model, codec, people)[:, 0])
    limbs, heads = slice(5, None), metrics.head_sizes(people)["official"]
    truth = convert(people.keypoints[:, 0], people.skeleton, COCO17)[:, limbs]
    joints = convert(np.array(found), people.skeleton, COCO17)[:, :, limbs, :2]
    near = np.linalg.norm(joints - truth[..., :2], axis=-1) <= 0.5 * heads[:, None]
    counted = truth[..., 2] > 0
    return (near & counted).sum(axis=2), counted.sum(axis=1)


def groups() -> dict[str, slice]:
    """The people to choose by, and the new ones."""
    return {"chosen by": slice(CHOOSING), "new": slice(CHOOSING, None)}


def row(number: int, right: np.ndarray, labelled: np.ndarray, group: str) -> dict:
    """A checkpoint's score on one group."""
    of = groups()[group]
    facts = {"set": "synthetic", "split": "test", "level": group, "mirrored": False, "pictures": len(labelled[of])}
    score = round(float(right[of].sum() / labelled[of].sum()), 4)
    return facts | {"variant": "official, 12 joints", "checkpoint": number, "PCKh": score}


if __name__ == "__main__":
    main()
