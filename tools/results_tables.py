"""Write the figures of README.md and docs/results.md from the records: python tools/results_tables.py

A block lies between `<!-- figures: NAME -->` and `<!-- end -->`; the functions of BLOCKS make them, and a test keeps
both equal. No figure of these pages is typed.
"""

import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import model_cards
import numpy as np

from hpe_utils import metrics, runs, scoreboard
from hpe_utils.files import write_bytes

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "results.md")
BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
LISTED = ("photo", "photo_people", "photo_parts", "photo_imagenet", "trunk", "openpose", "bodypix", "mask_rcnn")
BEGUN = {"photo": "MoveNet Lightning", "photo_people": "MoveNet MultiPose", "photo_parts": "MoveNet Lightning",
         "photo_imagenet": "MobileNetV2, ImageNet"}  # fmt: skip


def main() -> int:
    for path in PAGES:
        write_bytes(path, filled(path.read_text(encoding="utf-8")).encode())
        print(path.relative_to(ROOT))
    return 0


def filled(text: str) -> str:
    """A page with its blocks made anew; raises KeyError for a block that no function makes."""
    return BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}\n{found[3]}", text)


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join(model_cards.table(head, list(rows)))


def fraction(value: float) -> str:
    """A score in three decimals, without the nought before the point."""
    return f"{value:.3f}".removeprefix("0")


def signed(value: float, digits: int = 3) -> str:
    """A difference with its sign."""
    return f"{'−' if value < 0 else '+'}{f'{abs(value):.{digits}f}'.removeprefix('0')}"


def interval(low: float, high: float) -> str:
    """The ends of an interval of scores."""
    return f"{fraction(low)} to {fraction(high)}"


def record(name: str) -> dict:
    """A recorded run."""
    return runs.load_recorded(name)


def score(name: str, key: str, **wanted) -> float:
    """A recorded run's score, of the official variant where there are two."""
    variant = {"variant": "official"} if key == "PCKh" and wanted.get("level") != "" else {}
    return runs.pick(record(name)["scores"], **variant, **wanted)[key]


# Recorded runs ------------------------------------------------------------------------------------


def rows_of(lines: Iterable[tuple], keys: Iterable[str], levels=("easy", "hard")) -> list[list[str]]:
    """A row for each (words, run, seeds, mirrored): words, weights, pictures seen, seeds, and scores by level.

    A mirrored pass that was not recorded has none.
    """
    rows = []
    for words, name, seeds, mirrored in lines:
        names = [f"{name}-seed{seed}" for seed in seeds]
        first = record(names[0])
        if mirrored not in [row["mirrored"] for row in first["scores"]]:
            continue
        cells = [words, f"{first['parameters'] / 1e6:.2f} M", f"{first['passes']:,}", ", ".join(map(str, seeds))]
        for level in levels:
            means = [np.mean([score(one, key, level=level, mirrored=mirrored) for one in names]) for key in keys]
            cells.append(", ".join(map(fraction, means)))
        rows.append(cells)
    return rows


HEAD = ["model", "weights", "pictures seen", "seeds"]
JOINTS = [
    ("DeepPose `lab`", "02_deeppose", (0, 1, 2), False),
    ("the same", "02_deeppose_two_epochs", (0, 1, 2), False),
    ("the same, geometric augmentation", "02_deeppose_long", (0,), False),
    ("ResNet50V2 `lab`, from random numbers", "02_resnet50v2_two_epochs", (0, 1, 2), False),
    ("the same, geometric augmentation", "02_resnet50v2_long", (0,), False),
    ("Simple Baselines `lab`, maps, with shortcuts", "03_maps", (0, 1, 2), False),
    ("the paper's form, three deconvolutions without shortcuts", "03_deconvolutions", (0,), False),
    ("Simple Baselines `lab`, its maps' soft-argmax trained as numbers", "03_soft_argmax", (0, 1, 2), False),
    ("`trunk`: Simple Baselines `lab` on easy and hard people", "trunk", (0,), False),
    ("the same, with the mirrored pass", "trunk", (0,), True),
    ("Hourglass `lab`, two stacks", "04_hourglass", (0,), False),
    ("Simple Baselines `lab`", "04_simple_baseline", (0,), False),
    ("ViT `lab`, from random numbers", "04_vit", (0,), False),
]
HEADS = [
    ("DeepPose `lab`", "01_deeppose", (0,), False),
    ("ResNet50V2 `lab`", "01_resnet50v2", (0,), False),
    ("DeepPose `lab`, geometric augmentation", "01_deeppose_long", (0,), False),
    ("ResNet50V2 `lab`, geometric augmentation", "01_resnet50v2_long", (0,), False),
]
PHOTOGRAPHS = [
    ("DeepPose `lab`, from random numbers", "02_deeppose_lspet", (0,), False),
    ("ResNet50V2 `lab`, from random numbers", "02_resnet50v2_lspet", (0,), False),
    ("MobileNetV2, from random numbers", "02_mobilenetv2_scratch_lspet", (0,), False),
    ("MobileNetV2, ImageNet weights", "02_mobilenetv2_imagenet_lspet", (0,), False),
    ("`photo_imagenet_128`: Simple Baselines on MobileNetV2, ImageNet weights", "photo_imagenet_128", (0,), False),
    ("`photo_imagenet`: begun from that", "photo_imagenet", (0,), False),
    ("`photo_160`: begun from MoveNet Lightning, whose trunk learns a tenth as fast", "photo_160", (0,), False),
    ("`photo_192`: begun from that", "photo_192", (0,), False),
    ("`photo`: begun from that, on labels in which MoveNet Thunder has a say", "photo", (0,), False),
    ("the same, with the mirrored pass", "photo", (0,), True),
]
PEOPLE = [
    ("OpenPose `lab`, two stages, OpenPose's squared error", "05_squared_error", (0,), False),
    ("`openpose`, 23 joints (shipped)", "openpose", (0,), False),
    ("the same, with the mirrored pass", "openpose", (0,), True),
]
PARTS = [
    ("`bodypix`, all six heads (shipped)", "bodypix", (0,), False),
    ("the same, with the mirrored pass", "bodypix", (0,), True),
]
PASCAL = [
    ("BodyPix `lab`, from random numbers", "08_pascal_scratch", (0,), False),
    ("from the trunk of drawn people", "08_pascal_trunk", (0,), False),
    ("from the ImageNet MobileNetV2", "08_pascal_imagenet", (0,), False),
    ("`photo_parts_192`: from MoveNet Lightning", "photo_parts_192", (0,), False),
    ("`photo_parts`: begun from that (shipped)", "photo_parts", (0,), False),
    ("the same, with the mirrored pass", "photo_parts", (0,), True),
]
DETECTOR = [("`mask_rcnn` (shipped)", "mask_rcnn", (0,), False)]


def joints() -> str:
    return table([*HEAD, "easy", "hard"], rows_of(JOINTS, ["PCKh"]))


def heads() -> str:
    return table([*HEAD, "easy: IoU, centre", "hard: IoU, centre"], rows_of(HEADS, ["IoU", "centre"]))


def photographs() -> str:
    mean = fraction(runs.pick(record("02_mean_pose_lspet")["scores"])["PCKh"])
    first = ["the mean pose", "–", "–", "–", mean]
    return table([*HEAD, "PCKh@.5"], [first, *rows_of(PHOTOGRAPHS, ["PCKh"], levels=("",))])


def people() -> str:
    return table([*HEAD, "easy: AP, AP50", "hard: AP, AP50"], rows_of(PEOPLE, ["AP", "AP50"]))


def parts() -> str:
    head = [*HEAD, "easy: person, 24 parts", "hard: person, 24 parts"]
    return table(head, rows_of(PARTS, ["person", "mIoU"]))


def pascal() -> str:
    keys = ["mIoU", "mIoU with background", "person"]
    return table([*HEAD, "mIoU, with background, person IoU"], rows_of(PASCAL, keys, levels=("",)))


def detector() -> str:
    keys = ["box_AP50", "parts_mIoU", "body_IoU", "body_AP", "person_precision", "person_recall"]
    name = "box AP50, parts mIoU, body IoU, AP^r of the body, Iftimie's precision and recall"
    return table([*HEAD, f"easy: {name}", "hard"], rows_of(DETECTOR, keys))


def missing() -> str:
    """What wrong labels cost, and what a leak gains, three seeds each."""
    lines = []
    for words, one, other, level in (
        ("as (0, 0), with a linear last layer", "02_missing_linear_mask", "02_missing_linear_zeros", "cropped"),
        ("as (0, 0), with a ReLU behind it", "02_missing_relu_mask", "02_missing_relu_zeros", "cropped"),
        ("a split that leaks", "02_clean_split", "02_leaky_split", "easy"),
    ):
        pairs = [[score(f"{name}-seed{seed}", "PCKh", level=level) for seed in range(3)] for name in (one, other)]
        middle, low, high = metrics.paired_interval(pairs[1], pairs[0])
        means = [fraction(np.mean(of)) for of in pairs]
        lines.append([words, *means, f"{signed(middle)} ({signed(low)} to {signed(high)})"])
    return table(["trained", "as it should be", "so", "difference, 95 % over seeds"], lines)


def attention() -> str:
    """Differences of AP in pairs of seeds."""
    seeds, lines = range(5), []
    for words, one, other in (("gates − plain", "gate", "plain"), ("control − plain", "control", "plain"),
                              ("gates − control", "gate", "control")):  # fmt: skip
        cells = [words]
        for level in ("easy", "hard"):
            pairs = [[score(f"06_{kind}-seed{s}", "AP", level=level) for s in seeds] for kind in (one, other)]
            middle, low, high = metrics.paired_interval(*pairs)
            cells.append(f"{signed(middle, 4)} ({signed(low, 4)} to {signed(high, 4)})")
        lines.append(cells)
    return table([f"AP, {len(seeds)} pairs of seeds", "easy", "hard"], lines)


def cropping() -> str:
    """Crops of garments from street photographs, by whose rules."""
    rows = [row for row in record("smart_cropping")["scores"] if row["set"] == "ccp" and row["variant"] != "by pose"]
    keys = ("refused", "kept", "kept at least .95", "wasted", "whole picture wasted")
    lines = [
        [row["level"], row["variant"], str(row["pictures"]), *(fraction(row[key]) for key in keys)] for row in rows
    ]
    return table(["garment", "rules", "crops", *keys], sorted(lines))


def catalogue() -> str:
    """What a catalogue of drawn pictures takes."""
    rows = [row for row in record("smart_cropping")["scores"] if "pictures per second" in row]
    lines = [
        [row["variant"], f"{row['pictures']:,}", f"{row['seconds']:.1f}", f"{row['pictures per second']:.0f}",
         f"{row['ratio of core seconds']:.1f}"]
        for row in rows
    ]  # fmt: skip
    return table(["what", "pictures", "seconds", "pictures a second", "core seconds, network alone = 1"], lines)


def peers() -> str:
    """Networks for one person beside MoveNet's, by benchmarks/photographs.py."""
    rows, lines = record("photographs")["scores"], []
    for name in ("photo", "MoveNet lightning", "MoveNet thunder"):
        first = runs.pick(rows, network=name)
        cells = [f"{name}, {first['side']}²", f"{first['weights'] / 1e6:.2f} M"]
        for key, wanted in (
            ("PCKh", {"set": "lspet", "split": "val"}),
            ("AP", {"set": "coco", "split": "val"}),
            ("AP", {"set": "coco", "split": "train"}),
        ):
            plain, both = (
                runs.pick(rows, network=name, joints="12 joints", mirrored=m, **wanted)[key] for m in (False, True)
            )
            cells.append(f"{fraction(plain)} ({fraction(both)})")
        lines.append([*cells, f"{first['milliseconds']:.0f}", f"{first['milliseconds by LiteRT']:.0f}"])
    people = [runs.pick(rows, set="coco", split=split, joints="12 joints")["people"] for split in ("val", "train")]
    head = ["network", "weights", "LSPET 4,501–5,000, PCKh@.5", f"COCO val, {people[0]} people in true boxes, AP"]
    return table([*head, f"COCO train, {people[1]} people, AP", "ms, Keras", "ms, LiteRT"], lines)


def crowds() -> str:
    """Networks for everybody on whole photographs, and how often they see somebody where nobody is."""
    rows, lines = record("photographs")["scores"], []
    whole = [
        row for row in rows if row["variant"] == "whole pictures" and (row["set"], row["split"]) == ("coco", "val")
    ]
    for row in whole:
        wanted = {"network": row["network"], "side": row["side"], "mirrored": row["mirrored"]}
        empty = runs.pick(rows, variant="nobody there", **wanted)
        words = f"{row['network']}, {row['side']}²" + (", mirrored" if row["mirrored"] else "")
        lines.append(
            [words, f"{row['weights'] / 1e6:.2f} M", fraction(row["AP"]), fraction(row["AP50"]),
             f"{empty['answered']:.1%}", f"{row['milliseconds']:.0f}", f"{row['milliseconds by LiteRT']:.0f}"]
        )  # fmt: skip
    head = ["network", "weights", f"COCO val, {whole[0]['pictures']} pictures, AP", "AP50"]
    empty = f"of {runs.pick(rows, variant='nobody there')['pictures']} empty pictures answered"
    return table([*head, empty, "ms, Keras", "ms, LiteRT"], lines)


# The scoreboard -----------------------------------------------------------------------------------


@cache
def board() -> scoreboard.Board:
    """The recorded scoreboard."""
    return scoreboard.load()


def scores() -> str:
    """Every set of the scoreboard, the best network first."""
    parts = []
    for name, facts in board().sets.items():
        rows = board().of(name)
        best = board().best(name) if len(rows) > 1 else {rows[0].network: 1.0}
        lines = [
            [f"`{row.network}`", fraction(row.score), interval(*row.interval), share(best[row.network])] for row in rows
        ]
        title = f"**{name}**: {facts['title']}; {scoreboard.KINDS[facts['kind']]}."
        parts += [title, "", table(["network", "score", "95 % interval", "probability of being best"], lines), ""]
    return "\n".join(parts[:-1])


def share(value: float) -> str:
    """A probability out of a thousand draws."""
    return "< .01" if value < 0.01 else "> .99" if value > 0.99 else f"{value:.2f}".removeprefix("0")


def costs() -> str:
    """What each network of the scoreboard costs."""
    lines = []
    for name, facts in board().networks.items():
        lines.append(
            [f"`{name}`", f"{facts['side']}²", f"{facts['weights'] / 1e6:.2f} M", f"{facts['macs'] / 1e6:,.0f} M",
             told(facts["milliseconds alone"]), told(facts["milliseconds in a batch"], 1), told(facts["megabytes"]),
             told(facts["joules"], 2)]
        )  # fmt: skip
    head = ["network", "picture", "weights", "multiplications", "ms alone", "ms each of 32", "MB", "J"]
    return table(head, lines)


def told(value: float | None, digits: int = 0) -> str:
    """What a network costs, where it was measured."""
    return "–" if value is None else f"{value:.{digits}f}"


def networks() -> str:
    """README's table of the shipped networks."""
    lines = []
    for name in LISTED:
        facts, costs = runs.facts_of(name), board().networks[name]
        size = runs.checkpoint_path(name).stat().st_size / 1e6
        lines.append(
            [f"`{name}`", model_cards.finds(facts), f"{costs['side']} × {costs['side']}",
             f"{facts['parameters'] / 1e6:.2f} M, {size:.1f}", told(costs["milliseconds alone"]),
             runs.score_words(facts["scores"][0]), facts["licence"],
             BEGUN.get(name, "random numbers; drawn people")]
        )  # fmt: skip
    return table(["network", "finds", "picture", "weights, MB", "ms", "score", "licence", "begun from"], lines)


def machine() -> str:
    """What the scoreboard's times are of."""
    rates = sorted(facts["matrix rate"] for facts in board().networks.values() if facts["matrix rate"])
    rate = " to ".join(dict.fromkeys(f"{rate:.0f}" for rate in (rates[0], rates[-1])))
    return (
        "Milliseconds: a drawn picture in the network's own size to its people by Keras, all cores, decoding included,"
        f" on a machine with {rate} GFLOP/s in a float32 matrix product, `{scoreboard.COMMAND}`; scores are plain"
        " passes, on people that training never saw; licence and origin whole stand in `data/checkpoints/NAME.json`."
    )


CHOICES = (
    ("the joints of one person in a photograph", "one, LSPET"),
    ("everybody's joints in a photograph", "several, COCO"),
    ("body parts in a photograph", "parts, Pascal"),
    ("the joints of one drawn person, as in the notebooks", "one, hard"),
    ("everybody's joints in drawn pictures", "several, hard"),
    ("parts of drawn people", "parts, hard"),
)


def choice() -> str:
    """The best of ours for a purpose, how sure that is, and what is ahead of it."""
    lines = []
    for words, name in CHOICES:
        if name not in board().sets:
            continue
        taken, alike, published = board().choose(name)
        figures = f"{fraction(taken.score)} ({interval(*taken.interval)})"
        cells = [words, f"`{taken.network}`", f"{board().sets[name]['title']}: {measure(name)} {figures}"]
        lines.append([*cells, others(alike, published)])
    return table(["you want", "take", "measured, with 95 % interval", "beside it"], lines)


def measure(name: str) -> str:
    """The short name of a set's score."""
    return {"joints": "PCKh", "people": "AP", "parts": "mIoU"}[board().sets[name]["kind"]]


def others(alike: list, published: list) -> str:
    """Who cannot be told from the one that is taken, and what a user would pick instead."""
    kinds = {"not told apart": [f"`{row.network}`" for row in alike], "published": [row.network for row in published]}
    rows = dict(zip(kinds, (alike, published), strict=True))
    words = [
        f"{kind}: " + ", ".join(f"{name} {fraction(row.score)}" for name, row in zip(names, rows[kind], strict=True))
        for kind, names in kinds.items()
        if names
    ]
    return "; ".join(words) or "–"


BLOCKS: dict[str, Callable[[], str]] = {
    function.__name__: function
    for function in (
        joints, heads, photographs, people, parts, pascal, detector, missing, attention, cropping, catalogue, peers,
        crowds, scores, costs, networks, machine, choice,
    )
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
