"""The shipped photo network on photographs: PCKh on LSPET, AP on COCO's people in their true boxes, and its speed.

python benchmarks/photographs.py --lspet FOLDER --coco FOLDER

Both folders are optional. One core and TensorFlow: TensorFlow gets one thread, so that milliseconds are a core's.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from hpe_utils.runtime import import_quietly


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lspet", help="folder or zip of LSPET")
    parser.add_argument("--coco", help="folder of COCO's pictures and annotations")
    parser.add_argument("--split", default="val", choices=("train", "val"), help="of COCO")
    arguments = parser.parse_args()
    tensorflow = import_quietly("tensorflow")
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    from hpe_utils import runs

    model, _, codec, _ = runs.load_network("photo")
    print(f"photo-seed0: {model.count_params():,} parameters, pictures of {codec.size[0]}×{codec.size[1]}")
    speed(model, codec)
    if arguments.lspet:
        lspet(model, codec, arguments.lspet)
    if arguments.coco:
        coco(model, codec, arguments.coco, arguments.split)


def speed(model, codec) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (64, *codec.size[::-1], 3), np.uint8)
    for count in (1, 16, 64):
        model.predict_on_batch(pictures[:count])
        times = []
        for _ in range(max(5, 64 // count)):
            begin = time.perf_counter()
            np.asarray(codec.decode(model.predict_on_batch(pictures[:count])))
            times.append(1000 * (time.perf_counter() - begin) / count)
        print(f"{np.median(times):6.1f} ms a picture on one core, {count} at a time (fastest {min(times):.1f})")


def lspet(model, codec, root: str) -> None:
    from hpe_utils import data, inference, metrics

    people = data.load("lspet", "val", root)
    size = metrics.head_sizes(people)["head bone"]
    for mirrored in (False, True):
        predicted = inference.predict_keypoints(model, codec, people, mirrored=mirrored)
        score = metrics.pckh(predicted[:, 0], people.keypoints[:, 0], size)
        print(
            f"LSPET 4,501–5,000, {len(people)} pictures, {score.counts.sum():,} flagged joints of 14, head-bone "
            f"PCKh@.5 {score.pooled:.3f} {'with' if mirrored else 'without'} the mirrored pass"
        )


def coco(model, codec, root: str, split: str) -> None:
    """Only joints that LSP and COCO share can be scored: the face is left out of the truth."""
    from hpe_utils import inference
    from hpe_utils.data.pictures import read_picture
    from hpe_utils.data.sets import coco as source
    from hpe_utils.metrics import coco as coco_eval
    from hpe_utils.skeleton import COCO17, LSP14, convert

    found = source.annotations(split, root)
    folder = Path(root) / f"{split}2017"
    truth = coco_eval.truth_of(found)
    truth = truth._replace(keypoints=convert(convert(truth.keypoints, found.skeleton, LSP14), LSP14, COCO17))
    kept = np.array([(folder / name).is_file() for name in truth.pictures])
    print(f"{len(np.unique(truth.pictures[kept]))} of {len(np.unique(truth.pictures))} annotated pictures are there")
    truth = coco_eval.Truth(*(field[kept] for field in truth))
    sought = ~truth.crowd & (truth.keypoints[..., 2] > 0).any(-1)
    for mirrored in (False, True):
        names, poses, scores = [], [], []
        for name in np.unique(truth.pictures[sought]):
            boxes, image = truth.boxes[sought & (truth.pictures == name)], read_picture(folder / name)
            joints, heights = inference.predict_people(model, codec, image, boxes, LSP14 if mirrored else None)
            names += [name] * len(boxes)
            poses += list(convert(joints, LSP14, COCO17))
            scores += list(heights.mean(axis=1))
        detections = coco_eval.Detections(np.array(names), np.array(poses), np.array(scores))
        result = coco_eval.evaluate(detections, truth)
        print(
            f"COCO {split}, {len(set(names))} pictures, {sought.sum()} people in their true boxes, 12 joints, "
            f"{'with' if mirrored else 'without'} the mirrored pass: AP {result.AP:.3f}, AP50 {result.AP50:.3f}, "
            f"AR {result.AR:.3f}; truth against itself AP {itself(coco_eval, truth, sought):.3f}"
        )


def itself(coco_eval, truth, sought) -> float:
    ones = np.ones(sought.sum())
    exact = coco_eval.Detections(truth.pictures[sought], truth.keypoints[sought], ones)
    return coco_eval.evaluate(exact, truth).AP


if __name__ == "__main__":
    main()
