"""Every shipped network, and those that one would pick instead, on the same people that none of them has seen.

python benchmarks/scoreboard.py [--people N] [--lspet FOLDER] [--coco FOLDER] [--parts FOLDER] [--movenet FOLDER]
    [--board FILE] [--again NAME …]

Writes data/results/scoreboard.json, person by person. N drawn people alone in a picture, and N / 2 pictures of one to
four, easy and hard each, of a seed that nothing else in the course looks at; photographs where their files are named:
LSPET (a zip or a folder; the first N of 4,501–5,000, on which our own trainings were watched), COCO (val2017 and
annotations) and Pascal-Person-Part (every tenth picture). MoveNet's published graphs join in where they are named. What
is not named is not scored, and keeps the rows that it has.

A row whose network, set and settings are unchanged is not computed again; Ctrl-C keeps what is done. Every network sees
the picture whole, in its own size, once and unmirrored, through the function with which `Pose` finds people; who finds
several is judged by the surest one where there is one person. What is not found is wrong. Milliseconds, memory and
joules are each measured in a process of its own, on all cores, decoding included; joules where the machine tells them
(/sys/class/powercap). `--again` measures the costs of these networks once more, `all` of everybody.
"""

import argparse
import hashlib
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from hpe_utils import data, metrics, runs, scoreboard
from hpe_utils.data.pictures import read_picture
from hpe_utils.data.sets import coco as coco_set
from hpe_utils.data.synthetic.source import RENDERER_VERSION
from hpe_utils.files import read_bytes, read_json, write_json
from hpe_utils.found import Found
from hpe_utils.geometry import Affine, grown_boxes
from hpe_utils.metrics import coco
from hpe_utils.metrics.parts import confusions
from hpe_utils.parts import Vocabulary, table
from hpe_utils.runtime import import_quietly, matrix_rate
from hpe_utils.skeleton import COCO17, convert

METHOD, MEASURED = 1, 2  # raise one when scores, or costs, are computed in another way
BATCH, PEOPLE = 32, 500
STOPPED = 130
LIMBS = slice(5, None)  # COCO's twelve joints of arms and legs: all networks of joints have them
LIMBS4 = Vocabulary("limbs4", ("head", "torso", "arm", "leg"))
PEERS = ("lightning", "thunder", "multipose")
TOP_DOWN = {"photo on photo_people": ("photo", "photo_people")}  # whom the second finds the first looks at
POWER = Path("/sys/class/powercap")
COSTS = ("milliseconds alone", "milliseconds in a batch", "megabytes", "joules", "matrix rate", "cost")
FACTS = {"pose": "pose", "yaw": "yaw", "hidden share": "hidden_share", "body shape": "body_shape",
         "skin tone": "skin_tone", "clothing": "clothing"}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"drawn people of each level ({PEOPLE})")
    for name in ("lspet", "coco", "parts", "movenet"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--board", type=Path, default=runs.RESULTS / "scoreboard.json", help="the file to write")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these networks alone")
    parser.add_argument("--again", nargs="+", metavar="NAME", default=[], help="measure their costs once more")
    parser.add_argument("--cost", metavar="NAME", help=argparse.SUPPRESS)  # what the processes for costs are asked
    arguments = parser.parse_args()
    if arguments.people < 4:
        parser.error("--people must be at least 4")
    if arguments.cost:
        print(json.dumps(cost(next(s for s in systems(arguments.movenet) if s.name == arguments.cost))))
        return 0
    try:
        fill(arguments)
    except KeyboardInterrupt:
        print(f"\nstopped; what was computed is kept in {arguments.board}: the same command goes on")
        return STOPPED
    return 0


def fill(arguments) -> None:
    """Compute what the board lacks, and write it after every row."""
    board = begun(arguments)
    found = [s for s in systems(arguments.movenet) if not arguments.only or s.name in arguments.only]
    sets = list(all_sets(arguments))
    drop_stale(board, found, sets)
    have = {(row["network"], row["set"]) for row in board["rows"]}
    todo = [(s, one) for s in found for one in sets if one.fits(s) and (s.name, one.name) not in have]
    costs = [s for s in found if stale_cost(board, s) or s.name in arguments.again or "all" in arguments.again]
    for system in found:
        if stale_cost(board, system):
            board["networks"][system.name] = system.describe() | dict.fromkeys(COSTS)
    print(f"{len(board['rows'])} rows are there, {len(todo)} to compute; costs of {len(costs)} networks to measure")
    for one in sets:
        board["sets"][one.name] = one.describe()
    with tqdm(total=len(todo) + len(costs), unit="step") as bar:
        for system, one in todo:
            bar.set_postfix_str(f"{system.name}, {one.name}")
            units = {name: scoreboard.packed(array) for name, array in one.units(system).items()}
            row = {"network": system.name, "set": one.name, "key": one.key(system), "units": units}
            board["rows"].append(row)
            write(board, arguments.board)
            bar.update()
        for system in costs:
            bar.set_postfix_str(f"cost of {system.name}")
            board["networks"][system.name] |= measured(system, arguments)
            write(board, arguments.board)
            bar.update()
    print_board(board)


def begun(arguments) -> dict:
    """The board as it is on the disk, or an empty one."""
    command = scoreboard.COMMAND + "".join(
        f" --{name} {name.upper()}" for name in ("lspet", "coco", "parts", "movenet") if getattr(arguments, name)
    )
    board = {"command": command, "people": arguments.people, "matrix_rate": round(machine(), 1), "sets": {}}
    board |= {"networks": {}, "rows": []}
    if not arguments.board.is_file():
        return board
    kept = read_json(arguments.board, "delete it to begin anew", scoreboard.RECORD)
    longer = max((board["command"], kept["command"]), key=len)
    return board | {name: kept[name] for name in ("sets", "networks", "rows")} | {"command": longer}


def write(board: dict, path: Path) -> None:
    """Write the board in a fixed order, so that two versions of it can be compared."""
    order = {name: number for number, name in enumerate(board["sets"])}
    board["rows"].sort(key=lambda row: (order[row["set"]], row["network"]))
    board["networks"] = dict(sorted(board["networks"].items()))
    write_json(path, board)


def drop_stale(board: dict, found: list["System"], sets: list["Set"]) -> None:
    """Take out the rows that other weights, people or settings made, and those of networks that are gone."""
    by_name, known = {s.name: s for s in found}, {one.name: one for one in sets}
    shipped = {short(name) for name in runs.names()} | set(TOP_DOWN)

    def current(row: dict) -> bool:
        system, one = by_name.get(row["network"]), known.get(row["set"])
        if system and one:
            return row["key"] == one.key(system)
        if system:  # of a set whose files are not named
            return row["key"].split()[0] == system.sha[:12]
        return board["networks"].get(row["network"], {}).get("peer", False) or row["network"] in shipped

    board["rows"] = [row for row in board["rows"] if current(row)]
    named = {row["network"] for row in board["rows"]} | set(by_name)
    board["networks"] = {name: facts for name, facts in board["networks"].items() if name in named}


def stale_cost(board: dict, system: "System") -> bool:
    """Whether the costs of a network are unknown, or of other weights."""
    facts = board["networks"].get(system.name, {})
    return facts.get("cost") != f"{system.sha[:12]} {MEASURED}"


def print_board(board: dict) -> None:
    """The rows by set, the best first, with 95 % intervals."""
    rows = [scoreboard.row_of(row, board["sets"][row["set"]]) for row in board["rows"]]
    for name, facts in board["sets"].items():
        some = sorted((row for row in rows if row.set == name), key=lambda row: -row.score)
        print(f"\n{name}: {facts['title']}; {scoreboard.KINDS[facts['kind']]}")
        for row in some:
            low, high = row.interval
            print(f"   {row.network:24} {row.score:.3f}, 95 % {low:.3f} to {high:.3f}")


@cache
def machine() -> float:
    """What the machine gives just now: GFLOP/s of a float32 product."""
    return matrix_rate(import_quietly("keras"), "float32", seconds=0.5)


# Networks -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class System:
    """A network, or two of which one finds for the other: `find` takes pictures of its `side` and gives `Found`.

    `does` are the kinds of `scoreboard.KINDS` that it can be asked; `models` are its Keras models.
    """

    name: str
    sha: str
    does: frozenset[str]
    loaded: Callable[[], tuple[Callable, int, list]]
    peer: bool = False

    @cached_property
    def parts(self) -> tuple[Callable, int, list]:
        return self.loaded()

    @property
    def find(self) -> Callable[[list[np.ndarray]], list[Found]]:
        return self.parts[0]

    @property
    def side(self) -> int:
        return self.parts[1]

    @property
    def models(self) -> list:
        return self.parts[2]

    def describe(self) -> dict:
        """What the board says of it beside its costs."""
        weights = sum(model.count_params() for model in self.models)
        macs = sum(macs_of(model) for model in self.models)
        return {"weights": weights, "macs": macs, "side": self.side, "peer": self.peer}


def short(name: str) -> str:
    """A checkpoint's name without its seed, where that is the usual one."""
    return name.removesuffix("-seed0")


def systems(graphs: Path | None) -> Iterator[System]:
    """All networks that are here, the course's first."""
    shas = {}
    for name in runs.names():
        facts = runs.facts_of(name)
        shas[short(name)] = facts["sha256"]
        yield System(short(name), facts["sha256"], frozenset(tasks_of(facts)), partial(load_shipped, name))
    for name, (one, finder) in TOP_DOWN.items():
        if {one, finder} <= shas.keys():
            both = hashlib.sha256((shas[one] + shas[finder]).encode()).hexdigest()
            yield System(name, both, frozenset({"people"}), partial(load_top_down, one, finder))
    for form in PEERS if graphs else ():
        path = graphs / f"movenet-{form}.json"
        content = read_bytes(path, "name the folder of MoveNet's graphs") + read_bytes(path.with_suffix(".bin"), "")
        does = {"joints", "people"} if form == "multipose" else {"joints", "limbs in boxes"}
        sha = hashlib.sha256(content).hexdigest()
        yield System(f"MoveNet {form}", sha, frozenset(does), partial(load_movenet, form, path), peer=True)


def tasks_of(facts: Mapping) -> set[str]:
    """What a checkpoint's network can be asked."""
    heads = facts["options"].get("heads")
    joints = {"joints", "people"} if heads is None or "heatmaps" in heads else set()
    return {
        "head_box": {"head boxes"},
        "joints": {"joints", "limbs in boxes"},
        "maps": {"joints", "limbs in boxes"},
        "people": joints,
        "parts": joints | {"parts"},
        "detector": joints | {"parts"},
    }[facts["task"]]


def load_shipped(name: str) -> tuple[Callable, int, list]:
    """A checkpoint as `Pose` uses it; one person's joints are all asked for, however unsure."""
    from hpe_utils.pose import load_quietly

    network = load_quietly(name)
    least = 0.0 if network.task.one_person else network.facts.get("least")
    options = {} if least is None else {"least": least}
    find = network.task.finder(network.model, network.codec, **options)
    return find, network.codec.size[0], [network.model]


def load_top_down(one: str, finder: str) -> tuple[Callable, int, list]:
    """A network for one person behind one that finds everybody, in the finder's size."""
    from hpe_utils.pose import Pose

    pose = Pose.load(one, finder=finder, least=0.0)
    models = [pose.network.model, pose.finder.network.model]
    return pose.everybody, pose.finder.network.codec.size[0], models


def load_movenet(form: str, path: Path) -> tuple[Callable, int, list]:
    """A published MoveNet with its decoder in one graph."""
    from hpe_utils.codecs.movenet import decode_one, decode_several
    from hpe_utils.models import movenet

    keras = import_quietly("keras")
    model = movenet.movenet(form, weights=path)
    several = form == "multipose"

    class Decoder(keras.layers.Layer):
        def call(self, maps):
            return decode_several(maps)._asdict() if several else decode_one(maps)

    joined = keras.Model(model.inputs, Decoder(dtype="float32")(model.output))
    joined.compile(jit_compile=False)
    side = model.input_shape[1]
    return partial(found_by_movenet, joined.predict_on_batch, side, several), side, [model]


def found_by_movenet(read: Callable, side: int, several: bool, images: list[np.ndarray]) -> list[Found]:
    """The person in the middle, or everybody with a score of .11, the least that the authors' examples show."""
    from hpe_utils import inference

    views, pictures = inference.letterboxed(images, (side, side))
    answer, found = read(pictures), []
    for row, (view, image) in enumerate(zip(views, images, strict=True)):
        joints = answer["keypoints"][row] if several else answer[row][None]
        scores = answer["scores"][row] if several else joints[..., 2].mean(axis=1)
        joints, scores = joints[order := np.argsort(-scores)], scores[order]
        some = scores >= (0.11 if several else 0)
        keypoints = np.concatenate(
            [view.inverse().points(joints[some, :, :2]), np.full_like(joints[some, :, :1], 2)], -1
        )
        boxes = np.zeros((len(keypoints), 4), np.float32)
        found.append(Found(image.shape[1::-1], keypoints, joints[some, :, 2], scores[some], boxes, COCO17))
    return found


def macs_of(model) -> int:
    """Multiply-accumulates for a picture; of a Mask R-CNN with the heads of all boxes that its training looks at."""
    from hpe_utils.models.cost import count_macs
    from hpe_utils.models.mask_rcnn import PerBox

    boxes = [layer for layer in model.layers if isinstance(layer, PerBox)]
    return count_macs(model) + sum(layer.output.shape[1] * count_macs(layer.model) for layer in boxes)


# What a network costs -----------------------------------------------------------------------------


def measured(system: System, arguments) -> dict:
    """The costs of a network in a process of its own, and the weights that they are of."""
    command = [sys.executable, str(Path(__file__).resolve()), "--cost", system.name]
    command += ["--movenet", str(arguments.movenet)] if arguments.movenet else []
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"measuring {system.name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1]) | {"cost": f"{system.sha[:12]} {MEASURED}"}


def cost(system: System) -> dict:
    """Milliseconds of a picture alone and of one in a batch, memory, joules a picture if the machine tells.

    The pictures are drawn people, one in each, or one to four where the network finds several. Memory is the most that
    the process has had, beyond what it had after a single convolution had seen the same pictures.
    """
    keras, rate = import_quietly("keras"), machine()
    several = (1, 4) if "people" in system.does else (1, 1)
    people = data.load("synthetic", "test", count=BATCH, seed=scoreboard.SEED, size=system.side, people=several)
    images = [np.asarray(image) for image in people.images]
    least = keras.Sequential([keras.Input(images[0].shape), keras.layers.Conv2D(1, 1)])
    least.predict_on_batch(np.stack(images))
    with suppress(OSError):  # Linux' way to forget the peak so far, which importing TensorFlow made
        Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    alone, _ = median_milliseconds(lambda: system.find(images[:1]), 30)
    energy = joules()
    batch, times = median_milliseconds(lambda: system.find(images), 8)
    told = None if energy is None else round((joules() - energy) / (times * BATCH), 4)
    return {
        "milliseconds alone": round(alone, 2),
        "milliseconds in a batch": round(batch / BATCH, 2),
        "megabytes": round((peak() - before) / 1e6, 1),
        "joules": told,
        "matrix rate": round(rate, 1),
    }


def median_milliseconds(work: Callable, most: int, seconds: float = 6.0) -> tuple[float, int]:
    """Of at most so many calls, or seconds, after one that warms up; and how many calls there were in all."""
    work()
    taken, end = [], time.perf_counter() + seconds
    while len(taken) < most and (len(taken) < 3 or time.perf_counter() < end):
        begin = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begin))
    return float(np.median(taken)), len(taken) + 1


def peak() -> int:
    """The most bytes of memory that this process has had, on Linux since it was last told to forget."""
    if (status := Path("/proc/self/status")).exists():  # what `resource` tells there holds the parent's too
        return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def joules() -> float | None:
    """What the processors have used since some time, None where the machine does not tell."""
    try:
        meters = [path for path in POWER.glob("intel-rapl:*/energy_uj") if path.parent.name.count(":") == 1]
        return sum(int(path.read_text()) for path in meters) / 1e6 if meters else None
    except OSError:  # only root may read it
        return None


# Sets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Set:
    """Some people: their `kind` of question, and `judge`, which gives the units of a network's row."""

    name: str
    kind: str
    title: str
    settings: str
    count: int
    judge: Callable[[System], dict[str, np.ndarray]]
    facts: Callable[[], dict] = dict
    photographs: bool = False

    def fits(self, system: System) -> bool:
        return self.kind in system.does

    def key(self, system: System) -> str:
        """What a row depends on: weights, people and how they are scored."""
        settings = hashlib.sha256(f"{self.settings} {METHOD}".encode()).hexdigest()
        return f"{system.sha[:12]} {settings[:12]}"

    def units(self, system: System) -> dict[str, np.ndarray]:
        return self.judge(system)

    def describe(self) -> dict:
        shared = {"title": self.title, "kind": self.kind, "count": self.count, "photographs": self.photographs}
        return shared | {"facts": self.facts()}


def all_sets(arguments) -> Iterator[Set]:
    """The sets whose files are here, drawn people first."""
    count = arguments.people
    for level in ("easy", "hard"):
        one, several = partial(drawn, level, count), partial(drawn, level, count // 2, people=(1, 4))
        spec = f"drawn {RENDERER_VERSION} {scoreboard.SEED} {level} {count}"
        alone, crowd = f"{count} {level} drawn people", f"{count // 2} {level} drawn pictures of 1 to 4 people"
        facts = partial(facts_of, level, count)
        yield Set(f"one, {level}", "joints", alone, f"one {spec}", count, partial(judge_joints, one, "official"), facts)
        yield Set(f"head, {level}", "head boxes", alone, f"head {spec}", count, partial(judge_boxes, one))
        yield Set(f"several, {level}", "people", crowd, f"several {spec}", count // 2, partial(judge_people, several))
        yield Set(f"parts, {level}", "parts", crowd, f"parts {spec}", count // 2, partial(judge_parts, several))
    if arguments.lspet:
        people = partial(photographs, "lspet", "val", arguments.lspet, count=count)
        size = len(people(64))
        title = f"the first {size} of LSPET's pictures 4,501–5,000, on which our trainings were watched"
        judge = partial(judge_joints, people, "head bone")
        yield Set("one, LSPET", "joints", title, f"lspet {size}", size, judge, photographs=True)
    if arguments.coco:
        truth = coco_truth(arguments.coco)
        size = len(np.unique(truth.pictures))
        judges = {"several, COCO": ("people", judge_whole), "boxes, COCO": ("limbs in boxes", judge_cut_out)}
        for name, (kind, judge) in judges.items():
            judge = partial(judge, truth, arguments.coco)
            yield Set(
                name, kind, f"COCO val2017, {size} pictures", f"coco {kind} {size}", size, judge, photographs=True
            )
    if arguments.parts:
        people = partial(photographs, "pascal_parts", "test", arguments.parts)
        size = len(people(64))
        judge = partial(judge_parts, people)
        yield Set("parts, Pascal", "parts", f"Pascal-Person-Part, {size} pictures", f"pascal {size}", size, judge,
                  photographs=True)  # fmt: skip


@cache
def drawn(level: str, count: int, size: int, people: tuple[int, int] = (1, 1)) -> data.Samples:
    """Drawn people of the board's own seed, `size` pixels a side: the same people in every size."""
    options = {"difficulty": level, "people": people, "size": size, "skeleton": "COCO17"}
    return data.load("synthetic", "test", count=count, seed=scoreboard.SEED, **options)


@cache
def photographs(name: str, split: str, root: Path, size: int, count: int | None = None) -> data.Samples:
    """Photographs of a set, all or the first so many, `size` pixels a side."""
    return data.load(name, split, root, size=size, count=count)


def facts_of(level: str, count: int) -> dict[str, list]:
    """What is known of the people of `drawn`, for slices."""
    people = drawn(level, count, 128)
    facts = {name: people.attributes[key][:, 0].tolist() for name, key in FACTS.items()}
    height = (people.boxes[:, 0, 3] - people.boxes[:, 0, 1]) / people.images.shape[1]
    facts["height in the picture"] = height.tolist()
    return {name: [round(v, 2) if isinstance(v, float) else v for v in values] for name, values in facts.items()}


def found_in(system: System, images) -> Iterator[Found]:
    """Who is in each picture."""
    for start in range(0, len(images), BATCH):
        yield from system.find([np.asarray(image) for image in images[start : start + BATCH]])


def judge_joints(people: Callable, variant: str, system: System) -> dict[str, np.ndarray]:
    """Right and labelled joints of each person's limbs; of several who were found the surest counts."""
    samples = people(system.side)
    truth = convert(samples.keypoints[:, 0], samples.skeleton, COCO17)[:, LIMBS]
    heads = metrics.head_sizes(samples)[variant]
    found = np.full((len(samples), 12, 2), np.inf)
    for row, one in enumerate(found_in(system, samples.images)):
        if len(one):
            joints = convert(one.keypoints[0], one.skeleton, COCO17)[LIMBS]
            found[row] = np.where(joints[:, 2:] > 0, joints[:, :2], np.inf)
    counted = (truth[..., 2] > 0) & (heads > 0)[:, None]
    near = np.linalg.norm(found - truth[..., :2], axis=-1) <= 0.5 * heads[:, None]
    return {"right": (near & counted).sum(axis=1), "labelled": counted.sum(axis=1)}


def judge_boxes(people: Callable, system: System) -> dict[str, np.ndarray]:
    """The IoU of each person's head box."""
    samples = people(system.side)
    boxes = np.array([one.boxes[0] for one in found_in(system, samples.images)])
    return {"iou": metrics.box_iou(boxes, samples.head_boxes[:, 0])}


def judge_people(people: Callable, system: System) -> dict[str, np.ndarray]:
    """COCO's verdict on everybody who was found in drawn pictures."""
    samples = people(system.side)
    return judged(list(found_in(system, samples.images)), None, coco.truth_of(samples))


def judged(found: list[Found], names: np.ndarray | None, truth: coco.Truth) -> dict[str, np.ndarray]:
    """COCO's verdict on what was found in the pictures of these names."""
    people = [coco.People(convert(one.keypoints, one.skeleton, COCO17), one.scores) for one in found]
    return coco.judge(coco.detections_of(people, names), truth)._asdict()


def judge_parts(people: Callable, system: System) -> dict[str, np.ndarray]:
    """Confusions of head, torso, arms and legs in each picture: what all vocabularies can say."""
    samples = people(system.side)
    found = np.stack([limbs4(one.vocabulary)[one.parts] for one in found_in(system, samples.images)])
    truth = limbs4(samples.vocabulary)[np.asarray(samples.parts)]
    return {"confusions": confusions(truth, found, len(LIMBS4))}


@cache
def limbs4(vocabulary: Vocabulary) -> np.ndarray:
    """(256,) uint8 that reads part maps of a vocabulary in the four words."""
    words = {"face": "head", "head": "head", "torso": "torso", "arm": "arm", "hand": "arm", "leg": "leg", "foot": "leg"}
    return table(
        {
            vocabulary.label(part): next(LIMBS4.label(word) for key, word in words.items() if key in part)
            for part in vocabulary.parts
        }
    )


@cache
def coco_truth(root: Path) -> coco.Truth:
    """COCO's annotated people of val whose pictures are here."""
    truth = coco.truth_of(coco_set.annotations("val", root))
    kept = np.array([(root / "val2017" / str(name)).is_file() for name in truth.pictures])
    return coco.Truth(*(field[kept] for field in truth))


def judge_whole(truth: coco.Truth, root: Path, system: System) -> dict[str, np.ndarray]:
    """COCO's verdict on everybody who was found in whole photographs."""
    names = np.unique(truth.pictures)
    images = [read_picture(root / "val2017" / str(name)) for name in names]
    found = [system.find([image])[0] for image in images]
    return judged(found, names, truth)


def judge_cut_out(truth: coco.Truth, root: Path, system: System) -> dict[str, np.ndarray]:
    """COCO's verdict, over the limbs, on people who are each cut out by their true box."""
    keypoints = truth.keypoints.copy()
    keypoints[:, : LIMBS.start] = 0
    some, side = truth._replace(keypoints=keypoints), (system.side, system.side)
    rows = np.flatnonzero(~some.crowd & (keypoints[..., 2] > 0).any(-1))
    poses, sure = np.zeros((len(rows), 17, 3)), np.zeros(len(rows))
    for number, row in enumerate(rows):
        image = read_picture(root / "val2017" / str(some.pictures[row]))
        view = Affine.crop(grown_boxes(some.boxes[row : row + 1], 1.0)[0], side)
        (one,) = system.find([view.image(image, side)])
        poses[number] = convert(view.inverse().points(one.keypoints[0]), one.skeleton, COCO17)
        sure[number] = convert(_with_heights(one), one.skeleton, COCO17)[LIMBS, 2].mean()
    return coco.judge(coco.Detections(some.pictures[rows], poses, sure), some)._asdict()


def _with_heights(one: Found) -> np.ndarray:
    """The surest person's joints with their confidences in v's place."""
    return np.concatenate([one.keypoints[0, :, :2], one.confidences[0, :, None]], axis=-1)


if __name__ == "__main__":
    sys.exit(main())
