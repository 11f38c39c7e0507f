"""The networks for photographs beside MoveNet, which a user would pick instead, on the same photographs.

python benchmarks/photographs.py [--lspet FOLDER] [--coco FOLDER] [--multi FOLDER] [--parts FOLDER] [--movenet FOLDER]
    [--last] [--record]

LSPET is unpacked or a zip, COCO has train2017, val2017 and annotations, multi has crowdpose, ochuman and posetrack18 as
mmpose's test data, parts is Pascal-Person-Part's folder whose every tenth picture was held out, and movenet has the
published graphs. What is not named is not scored. `--last` adds LSPET 9,001–10,000. `--record` writes the rows to
data/results/photographs.json, from which the notebooks read them. TensorFlow gets one thread, so that milliseconds are
one core's.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hpe_utils.runtime import import_quietly

MULTI = {
    "CrowdPose": ("crowdpose/test_crowdpose.json", "crowdpose"),
    "OCHuman": ("ochuman/test_ochuman.json", "ochuman"),
    "PoseTrack": ("posetrack18/annotations/test_posetrack18_val.json", "posetrack18"),
}


class Finder(NamedTuple):
    """A network for one person: its name and size, its joints, and how it reads (B, side, side, 3) pictures.

    `read` and, with the mirrored picture too, `twice` give (B, K, 3): x, y in the pictures' pixels and height. `fast`
    reads as `read` does, by LiteRT.
    """

    name: str
    weights: int
    side: int
    skeleton: object
    read: Callable
    twice: Callable
    fast: Callable


class Crowd(NamedTuple):
    """A network for everybody: its name and size, whether mirrored, and what finds them in a list of pictures.

    `read` and, by LiteRT, `fast` do so for pictures of its size.
    """

    name: str
    weights: int
    side: int
    mirrored: bool
    find: Callable
    read: Callable
    fast: Callable


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("lspet", "coco", "multi", "parts", "movenet"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--last", action="store_true", help="also LSPET 9,001–10,000, which nothing was chosen by")
    parser.add_argument("--record", action="store_true", help="write data/results/photographs.json")
    arguments = parser.parse_args()
    tensorflow = import_quietly("tensorflow")
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    rate()
    rows = []
    for row in chain(one_person(arguments), everybody(arguments), parts(arguments.parts) if arguments.parts else ()):
        print(line(row), flush=True)
        rows.append(row)
    if arguments.record:
        from hpe_utils import runs
        from hpe_utils.files import write_json

        command = "python benchmarks/photographs.py --record"
        write_json(runs.RESULTS / "photographs.json", {"command": command, "run": {}, "scores": rows})


def line(row: dict) -> str:
    """A row of scores in words."""
    from hpe_utils import runs

    numbers = [f"{name} {value:.3f}" for name, value in row.items() if isinstance(value, float)]
    whose = [row["variant"], f"{row['people']} people" if row["people"] else "", row["joints"] or ""]
    times = f"{row['milliseconds']:.1f} ms, by LiteRT {row['milliseconds by LiteRT']:.1f}"
    return f"{row['network']} ({row['weights']:,} weights, {row['side']}², {times}): " + ", ".join(
        filter(None, [runs.sentence(row), *whose, *numbers[2:]])
    )


def rate() -> None:
    """What the machine gives just now."""
    matrix = np.ones((1500, 1500), np.float32)
    seconds = min(timed(lambda: matrix @ matrix) for _ in range(5))
    print(f"NumPy's float32 product runs at {2 * 1500**3 / seconds / 1e9:.0f} GFLOP/s, all cores\n")


def timed(work: Callable) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def shipped(name: str):
    """A network by name, or None, with a line, where there is no checkpoint of it."""
    from hpe_utils import runs
    from hpe_utils.files import DataError

    try:
        return runs.load_network(name)
    except DataError as error:
        print(error)
        return None


def facts(network) -> dict:
    """What all rows of a network begin with, with the median milliseconds of a picture, decoding included."""
    picture = np.random.default_rng(0).integers(0, 256, (1, network.side, network.side, 3), np.uint8)
    begin = {"network": network.name, "weights": network.weights, "side": network.side, "device": "one core"}
    for name, read in (("milliseconds", network.read), ("milliseconds by LiteRT", network.fast)):
        read(picture)
        begin[name] = round(float(np.median([1000 * timed(lambda read=read: read(picture)) for _ in range(60)])), 1)
    return begin


def with_decoder(model, decode: Callable):
    """A published network and its decoder in one graph; in a layer, so that LiteRT gets operators that it has."""
    import keras

    class Decoder(keras.layers.Layer):
        def call(self, maps):
            return decode(maps)

    joined = keras.Model(model.inputs, Decoder(dtype="float32")(model.output))
    joined.compile(jit_compile=False)
    return joined


# One person a crop --------------------------------------------------------------------------------


def one_person(arguments) -> Iterator[dict]:
    """PCKh on LSPET and AP on COCO's people in their true boxes, network by network."""
    for finder in finders(arguments.movenet):
        begin = facts(finder)
        for mirrored, read in ((False, finder.read), (True, finder.twice)):
            if arguments.lspet:
                for split in ["val"] + ["test"] * arguments.last:
                    found = lspet(finder, read, arguments.lspet, split)
                    yield from (begin | row | {"mirrored": mirrored} for row in found)
            if arguments.coco:
                for split in ("val", "train"):
                    found = true_boxes(finder, read, arguments.coco, split)
                    yield from (begin | row | {"mirrored": mirrored} for row in found)


def finders(graphs: Path | None) -> Iterator[Finder]:
    """The course's network for one person and, where the graphs are, Lightning and Thunder."""

    from hpe_utils import inference, runs
    from hpe_utils.codecs.movenet import decode_one
    from hpe_utils.litert import Interpreted
    from hpe_utils.models import movenet
    from hpe_utils.skeleton import COCO17

    model, _, codec, _ = runs.load_network("photo")

    def averaged(pictures):
        maps = inference.answers(model, codec, pictures, mirrored=True)
        heights = np.asarray(codec.confidence(maps))[:, 0, :, None]
        return np.concatenate([np.asarray(codec.decode(maps))[:, 0, :, :2], heights], axis=-1)

    read = inference.reader(model, codec)
    ways = read.predict_on_batch, averaged, Interpreted(read).predict_on_batch
    yield Finder("photo", model.count_params(), codec.size[0], codec.skeleton, *ways)
    for form in ("lightning", "thunder") if graphs else ():
        model = movenet.movenet(form, weights=graphs / f"movenet-{form}.json")
        joined = with_decoder(model, decode_one)
        side = movenet.FORMS[form].size

        def twice(pictures, read=joined.predict_on_batch, side=side):
            turned = read(pictures[:, :, ::-1])[:, COCO17.flip]
            turned[..., 0] = side - 1 - turned[..., 0]
            return (read(pictures) + turned) / 2

        ways = joined.predict_on_batch, twice, Interpreted(joined).predict_on_batch
        yield Finder(f"MoveNet {form}", model.count_params(), side, COCO17, *ways)


def lspet(finder: Finder, read: Callable, root: Path, split: str) -> Iterator[dict]:
    """Head-bone PCKh over LSP's joints that the network has, and over those of the limbs."""
    from hpe_utils import data, metrics
    from hpe_utils.skeleton import LSP14, convert

    people = data.load("lspet", split, root, size=finder.side)
    size, truth = metrics.head_sizes(people)["head bone"], people.keypoints[:, 0]
    found = convert(in_batches(read, people.images), finder.skeleton, LSP14)
    known = convert(np.ones((1, len(finder.skeleton), 3)), finder.skeleton, LSP14)[0, :, 2] > 0
    limbs = np.array([not joint.startswith(("upper_neck", "head_top")) for joint in LSP14.joints])
    begin = {"set": "lspet", "split": split, "variant": "PCKh@.5, head bone"}
    for some in [known, limbs] if (known != limbs).any() else [limbs]:
        score = metrics.pckh(found[:, some], truth[:, some], size).pooled
        counts = {"pictures": len(people), "people": len(people), "joints": f"{some.sum()} joints"}
        yield begin | counts | {"PCKh": round(float(score), 4)}


def in_batches(read: Callable, images) -> np.ndarray:
    """What a network reads in many pictures, 32 at a time."""
    return np.concatenate([read(np.asarray(images[i : i + 32])) for i in range(0, len(images), 32)])


def true_boxes(finder: Finder, read: Callable, root: Path, split: str) -> Iterator[dict]:
    """COCO's AP where every person is cut out by his true box: over the limbs' joints, and over all 17."""
    from hpe_utils.data.pictures import read_picture
    from hpe_utils.data.sets import coco as source
    from hpe_utils.metrics import coco as coco_eval

    truth = with_pictures(coco_eval.truth_of(source.annotations(split, root)), root / f"{split}2017")
    for first in (5, 0):  # without the face, and with it
        keypoints = truth.keypoints.copy()
        keypoints[:, :first] = 0
        some = truth._replace(keypoints=keypoints)
        sought = ~some.crowd & (some.keypoints[..., 2] > 0).any(-1)
        names, poses, sure = [], [], []
        for name in np.unique(some.pictures[sought]):
            boxes = some.boxes[sought & (some.pictures == name)]
            found = cut_out(read, finder, read_picture(root / f"{split}2017" / name), boxes)
            names, poses = names + [name] * len(boxes), poses + list(found)
            sure += list(found[:, first:, 2].mean(axis=1))
        poses = np.array(poses)
        poses[..., 2] = 2
        result = coco_eval.evaluate(coco_eval.Detections(np.array(names), poses, np.array(sure)), some)
        begin = {"set": "coco", "split": split, "variant": "true boxes", "joints": f"{17 - first} joints"}
        counts = {"pictures": len(np.unique(truth.pictures)), "people": int(sought.sum())}
        yield begin | counts | rounded(result)


def rounded(scores) -> dict:
    """COCO's AP, AP50 and AR."""
    return {key: round(float(getattr(scores, key)), 4) for key in ("AP", "AP50", "AR")}


def with_pictures(truth, folder: Path):
    """Those of the truth whose picture is in the folder."""
    kept = np.array([(folder / str(name)).is_file() for name in truth.pictures])
    return type(truth)(*(field[kept] for field in truth))


def cut_out(read: Callable, finder: Finder, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(n, 17, 3) joints of COCO's, with heights, of the people in (n, 4) boxes."""
    from hpe_utils.geometry import Affine, grown_boxes
    from hpe_utils.skeleton import COCO17, convert

    views = [Affine.crop(box, (finder.side, finder.side)) for box in grown_boxes(boxes, 1.0)]
    found = read(np.stack([view.image(image, (finder.side, finder.side)) for view in views]))
    placed = np.stack([view.inverse().points(joints) for view, joints in zip(views, found, strict=True)])
    return convert(placed, finder.skeleton, COCO17)


# Everybody ----------------------------------------------------------------------------------------


def everybody(arguments) -> Iterator[dict]:
    """COCO's AP on whole pictures, and how often somebody is found where nobody is."""
    sets = list(whole_pictures(arguments))
    empty = nobody(arguments.parts) if arguments.parts else []
    for crowd in crowds(arguments.movenet):
        begin = facts(crowd) | {"mirrored": crowd.mirrored}
        for name, split, images, names, truth in sets:
            yield begin | {"set": name, "split": split} | report(crowd.find(images), names, truth)
        if empty:
            found = sum(len(people.scores) > 0 for people in crowd.find(empty))
            row = {"set": "pascal_parts", "split": "test", "pictures": len(empty), "people": None, "joints": None}
            yield begin | row | {"variant": "nobody there", "answered": round(found / len(empty), 4)}


def whole_pictures(arguments) -> Iterator[tuple]:
    """Set and split, pictures, their names and the truth, of each set that is there."""
    from hpe_utils.data.pictures import read_picture
    from hpe_utils.data.sets import coco as source
    from hpe_utils.metrics import coco as coco_eval

    files = []
    if arguments.coco:
        for split in ("val", "train"):
            truth = coco_eval.truth_of(source.annotations(split, arguments.coco))
            files.append(("coco", split, truth, arguments.coco / f"{split}2017"))
    if arguments.multi:
        for title, (path, folder) in MULTI.items():
            files.append((title, "test", truth_in(arguments.multi / path), arguments.multi / folder))
    for name, split, truth, folder in files:
        truth = with_pictures(truth, folder)
        names = np.unique(truth.pictures).tolist()
        yield name, split, [read_picture(folder / str(picture)) for picture in names], names, truth


def truth_in(path: Path):
    """The people of a file in COCO's form, with those joints of COCO's that it names; boxes stand for unknown areas."""
    from hpe_utils.files import read_json
    from hpe_utils.metrics.coco import Truth
    from hpe_utils.skeleton import COCO17

    content = read_json(path, "take it from mmpose's test data")
    names = next(kind["keypoints"] for kind in content["categories"] if kind["name"] == "person")
    pictures = {picture["id"]: str(picture["file_name"]) for picture in content["images"]}
    here, there = zip(*((COCO17.index(j), names.index(j)) for j in names if j in COCO17.joints), strict=True)
    people = content["annotations"]
    given = np.array([person["keypoints"] for person in people], np.float32).reshape(len(people), -1, 3)
    keypoints = np.zeros((len(people), 17, 3), np.float32)
    keypoints[:, here] = given[:, there] * (given[:, there, 2:] > 0)
    corners = np.array([person["bbox"] for person in people], np.float32)
    boxes = np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:]], axis=1) - 0.5
    areas = np.array([person.get("area", person["bbox"][2] * person["bbox"][3]) for person in people], np.float32)
    crowd = np.array([person.get("iscrowd", 0) for person in people], bool)
    return Truth(np.array([pictures[person["image_id"]] for person in people]), keypoints, areas, boxes, crowd)


def crowds(graphs: Path | None) -> Iterator[Crowd]:
    """The course's network, with a single pass and with the mirrored one too, and MultiPose at three sizes."""

    from hpe_utils import inference
    from hpe_utils.codecs.movenet import decode_several
    from hpe_utils.litert import Interpreted
    from hpe_utils.models import movenet

    if network := shipped("photo_people"):
        model, codec = network.model, network.codec
        by_litert = Interpreted(model)
        for mirrored in (False, True):

            def find(images, model=model, mirrored=mirrored):
                return inference.find_people(model, codec, None, list(images), mirrored=mirrored)

            ways = find, find, partial(find, model=by_litert)
            yield Crowd("photo_people", model.count_params(), codec.size[0], mirrored, *ways)
    for side in (256, 384, 512) if graphs else ():
        model = movenet.movenet("multipose", side, graphs / "movenet-multipose.json")
        joined = with_decoder(model, lambda maps: decode_several(maps)._asdict())

        def published(images, read=joined.predict_on_batch, side=side):
            return multipose(read, side, images)

        ways = published, joined.predict_on_batch, Interpreted(joined).predict_on_batch
        yield Crowd("MoveNet multipose", model.count_params(), side, False, *ways)


def multipose(read: Callable, side: int, images: list) -> list:
    """Everybody whom MultiPose finds with a score of .11, the least that its authors' examples show."""
    from hpe_utils.codecs.grouping import People
    from hpe_utils.geometry import Affine, whole_square

    found = []
    for image in images:
        view = Affine.crop(whole_square(image.shape), (side, side))
        answer = read(view.image(image, (side, side), 128)[None])
        sure = answer["scores"][0] >= 0.11
        keypoints = view.inverse().points(answer["keypoints"][0][sure])
        keypoints[..., 2] = 2
        found.append(People(keypoints, answer["scores"][0][sure]))
    return found


def report(found: list, names: list, truth) -> dict:
    """COCO's scores of what was found in the pictures of these names."""
    from hpe_utils.metrics import coco as coco_eval

    scores = coco_eval.evaluate(coco_eval.detections_of(found, names), truth)
    labelled = int(((truth.keypoints[..., 2] > 0).any(axis=1) & ~truth.crowd).sum())
    counts = {"pictures": len(names), "people": labelled, "joints": "17 joints", "variant": "whole pictures"}
    return counts | rounded(scores)


def nobody(root: Path, count: int = 200) -> list[np.ndarray]:
    """Pictures without people: a hundred corners of Pascal's held-out pictures, noise, stripes and smooth colours."""
    from hpe_utils import data

    rng, tiles = np.random.default_rng(0), []
    people = data.load("pascal_parts", "test", root, size=384)
    side = 2 * 384 // 5
    for image, parts in zip(people.images, people.parts, strict=True):
        for top in range(0, 384 - side + 1, side // 2):
            for left in range(0, 384 - side + 1, side // 2):
                window = np.s_[top : top + side, left : left + side]
                if (parts[window] == 0).all():
                    tiles.append(np.asarray(image[window]))
    tiles = [tiles[row] for row in rng.permutation(len(tiles))[: count // 2]]
    drawn = []
    for number in range(count - len(tiles)):
        y, x = np.mgrid[:192, :192] / 192
        waves = np.sin(2 * np.pi * rng.uniform(1, 25) * (x * rng.uniform(-1, 1) + y * rng.uniform(-1, 1)))
        noise = rng.normal(size=(192, 192, 3))
        kinds = (noise, waves[..., None] + 0.2 * noise, (x + y)[..., None] * rng.uniform(-2, 2, 3))
        drawn.append(np.clip(128 + 50 * kinds[number % 3], 0, 255).astype(np.uint8))
    return tiles + drawn


# Parts --------------------------------------------------------------------------------------------


def parts(root: Path) -> Iterator[dict]:
    """Pascal's six parts on the pictures that were held out."""
    from hpe_utils import data, tasks
    from hpe_utils.litert import Interpreted

    network = shipped("photo_parts")
    if network is None:
        return
    model, task, codec, _ = network
    side = codec.size[0]
    ways = None, model.predict_on_batch, Interpreted(model).predict_on_batch
    begin = facts(Crowd("photo_parts", model.count_params(), side, False, *ways))
    people = data.load("pascal_parts", "test", root, size=side)
    for mirrored in task.passes:
        (row,), _ = tasks.score_rows(task, model, codec, people, mirrored)
        yield begin | {key: value for key, value in row.items() if key not in ("level", "size")}


if __name__ == "__main__":
    main()
