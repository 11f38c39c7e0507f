"""What the five sources claim, and what this repository claims, each with our test, its figures and a verdict.

python tools/ledger.py [--record]

tools/ledger.toml lists the claims. A figure there is an expression over the records (the functions of this file that
`NAMES` lists); `true` are conditions on the figures: where all hold the claim holds, where none does it fails, where
some do it depends, and a claim without any is untested here. The verdict written beside it must be that, or a test
fails; a claim of ours must hold. `--record` writes data/results/ledger.json, which notebook 12 reads, and
docs/ledger.md.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from hpe_utils import metrics, models, runs, scoreboard
from hpe_utils.files import check, write_bytes, write_json
from hpe_utils.metrics.coco import keypoint_similarity
from hpe_utils.models.cost import count_macs
from hpe_utils.runtime import import_quietly

ROOT = Path(__file__).parents[1]
LIST, PAGE, RECORD = ROOT / "tools" / "ledger.toml", ROOT / "docs" / "ledger.md", runs.RESULTS / "ledger.json"
VERDICTS = ("holds", "fails", "depends", "untested here")
SOURCES = {
    "S0": "Sorokina & Ablameyko 2021",
    "S1": "Iftimie 2017",
    "S2": "Mankotia & Garg 2020",
    "S3": "Calvo & Cañadillas",
    "S4": "Vyshnivskyi, Liashenko & Yeromina 2023",
    "ours": "this repository",
}
CLAIM = {
    **{name: str for name in ("source", "place", "kind", "claim", "test", "verdict")},
    **{"command?": str, "figures?": dict, "true?": [str]},
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write data/results/ledger.json and docs/ledger.md")
    arguments = parser.parse_args()
    found = [judged(claim) for claim in claims()]
    for entry in found:
        mark = "" if entry["verdict"] == entry["found"] else f"   <- the list says {entry['verdict']}"
        print(f"{entry['source']:4} {entry['found']:14} {entry['claim']}{mark}\n{'':20}{in_words(entry['figures'])}")
    if arguments.record:
        write_json(RECORD, {"command": "python tools/ledger.py --record", "claims": found})
        write_bytes(PAGE, page(found).encode())
    return int(any(entry["verdict"] != entry["found"] for entry in found))


def claims() -> list[dict]:
    """The claims as the list has them."""
    content = tomllib.loads(LIST.read_text(encoding="utf-8"))["claim"]
    check(content, [CLAIM], str(LIST), "write the claim anew")
    return content


def judged(claim: Mapping) -> dict:
    """A claim with its figures as computed now, and the verdict that follows from them, as `found`."""
    figures = {name: value_of(text) for name, text in claim.get("figures", {}).items()}
    true = [bool(value_of(text, figures)) for text in claim.get("true", [])]
    found = "untested here" if not true else "holds" if all(true) else "depends" if any(true) else "fails"
    return {**claim, "figures": {name: plain(value) for name, value in figures.items()}, "found": found}


def value_of(text: str, figures: Mapping | None = None):
    """The value of an expression over the records, or over figures; raises ValueError, naming it."""
    try:
        return eval(text, {"__builtins__": {}, **NAMES, **(figures or {})})
    except Exception as error:
        raise ValueError(f"{text!r} in {LIST} cannot be computed: {error!r}") from error


def plain(value):
    """A figure as JSON has it."""
    return [round(float(one), 4) for one in value] if isinstance(value, tuple) else round(float(value), 4)


def in_words(figures: Mapping) -> str:
    """Figures in a line; three in brackets are a difference and the ends of its 95 % interval."""
    return "; ".join(f"{name.replace('_', ' ')} {shown(value)}" for name, value in figures.items())


def shown(value) -> str:
    """A figure as it is printed."""
    if isinstance(value, list):
        middle, low, high = (f"{one:+.4f}" for one in value)
        return f"{middle} ({low} to {high})"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3f}"


def page(found: list[dict]) -> str:
    """The ledger as a page of the documentation."""
    lines = [
        "# Ledger of claims",
        "",
        "What each source says of its system, tested here where it can be, and what we say of ours. A verdict is"
        " computed from the records: *holds*, *fails*, *depends* (on the people, the set or the reading), *untested"
        " here*. Our networks are small and have seen drawn people or small sets of photographs: where a claim fails"
        " here, it fails under these conditions. `python tools/ledger.py --record` writes this page; three numbers are"
        " a difference and its 95 % interval.",
        "",
    ]
    for source, title in SOURCES.items():
        some = [entry for entry in found if entry["source"] == source]
        counts = ", ".join(f"{sum(e['found'] == v for e in some)} {v}" for v in VERDICTS)
        lines += [f"## {title}", "", f"{len(some)} claims: {counts}.", ""]
        lines += ["| where | claim | our test | figures | verdict |", "|---|---|---|---|---|"]
        for entry in some:
            test = entry["test"] + (f" (`{entry['command']}`)" if entry.get("command") else "")
            cells = [entry["place"], entry["claim"], test, in_words(entry["figures"]) or "–", f"**{entry['found']}**"]
            lines.append(f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


# What figures are made of -------------------------------------------------------------------------


def score(name: str, key: str = "PCKh", **wanted) -> float:
    """A recorded run's score; by default of easy people, the official variant of PCKh."""
    wanted = {"level": "easy"} | ({"variant": "official"} if key == "PCKh" else {}) | wanted
    return runs.pick(runs.load_recorded(name)["scores"], **wanted)[key]


def mean(name: str, seeds: int, key: str = "PCKh", **wanted) -> float:
    """The mean of so many seeds' scores."""
    return float(np.mean([score(f"{name}-seed{seed}", key, **wanted) for seed in range(seeds)]))


def gain(one: str, other: str, seeds: int, key: str = "PCKh", **wanted) -> tuple[float, float, float]:
    """How much better the first run is, in pairs of seeds, and the interval's ends."""
    pairs = [[score(f"{name}-seed{seed}", key, **wanted) for seed in range(seeds)] for name in (one, other)]
    return metrics.paired_interval(*pairs)


def photograph(network: str, key: str, **wanted) -> float:
    """A row of benchmarks/photographs.py."""
    return runs.pick(runs.load_recorded("photographs")["scores"], network=network, **wanted)[key]


def cropped(variant: str, level: str, key: str) -> float:
    """A row of benchmarks/smart_cropping.py on street photographs."""
    return runs.pick(runs.load_recorded("smart_cropping")["scores"], variant=variant, level=level, set="ccp")[key]


def catalogue(key: str) -> float:
    """What a catalogue by one worker takes, by benchmarks/smart_cropping.py."""
    return runs.pick(runs.load_recorded("smart_cropping")["scores"], variant="catalogue, 1 worker")[key]


def history(name: str, key: str, epoch: int) -> float:
    """A value of a recorded run after an epoch, from 0; −1 is the last."""
    return runs.load_recorded(name)["history"][key][epoch]


@cache
def board() -> scoreboard.Board:
    """The recorded scoreboard."""
    return scoreboard.load()


def reached(network: str, name: str) -> float:
    """A network's score on a set of the scoreboard."""
    return board().row(network, name).score


def ahead(one: str, other: str, name: str) -> tuple[float, float, float]:
    """How much better the first network is on a set of the scoreboard, and the ends of the paired interval."""
    first, second = board().row(one, name), board().row(other, name)
    ends = metrics.bootstrap_interval(lambda rows: first.statistic(rows) - second.statistic(rows), first.count)
    return first.score - second.score, *ends


def cost(network: str, key: str) -> float:
    """What a network of the scoreboard costs."""
    return board().networks[network][key]


def best_of_ours(network: str, name: str) -> float:
    """The probability that a network is the best of the course's own on a set."""
    rows = [row for row in board().of(name) if not board().networks[row.network]["peer"]]
    shares = metrics.best_probability([row.statistic for row in rows], rows[0].count)
    return float(shares[[row.network for row in rows].index(network)])


@cache
def built(name: str, preset: str, **options):
    """A network whose weights have shapes and no values."""
    with import_quietly("keras").StatelessScope(initialize_variables=False):
        return models.build(name, preset, **options)


def top_of_ours(name: str) -> float:
    """The highest score of the course's own networks on a set."""
    return max(row.score for row in board().of(name) if not board().networks[row.network]["peer"])


def weights(name: str, preset: str, **options) -> int:
    """How many weights a network has."""
    return built(name, preset, **options).count_params()


def macs(name: str, preset: str, **options) -> int:
    """How many multiplications it takes for a picture."""
    return count_macs(built(name, preset, **options))


@cache
def resnet50():
    """Keras' ResNet50, without values."""
    keras = import_quietly("keras")
    with keras.StatelessScope(initialize_variables=False):
        return keras.applications.ResNet50(weights=None)


def convolutions() -> int:
    """Convolutions of ResNet50 that lie one behind the other; four more lie on shortcuts."""
    names = [layer.name for layer in resnet50().layers if type(layer).__name__ == "Conv2D"]
    return sum(not name.endswith("_0_conv") for name in names)


def layers_counted() -> int:
    """What Keras calls layers of it: convolutions, normalisations, activations, sums and all."""
    return len(resnet50().layers)


def trainable() -> int:
    """Trainable weights of it without the layer for 1,000 classes."""
    of = [w for layer in resnet50().layers if layer.name != "predictions" for w in layer.trainable_weights]
    return sum(int(np.prod(w.shape)) for w in of)


def elbow(area: float, pixels: float = 10.0) -> float:
    """The similarity of COCO's score for an elbow so many pixels off, of a person of this area in pixels²."""
    truth, predicted = np.array([[[0.0, 0.0, 2.0]]]), np.array([[[pixels, 0.0]]])
    return float(keypoint_similarity(predicted, truth, np.array([area]), [0.072])[0, 0])


def mask_channels() -> int:
    """Channels of the masks of the source's form of Mask R-CNN."""
    return built("mask_rcnn", "paper").output["masks"].shape[-1]


def shipped(kind: str) -> float:
    """Of the shipped weights: how many files, the smallest, largest and all together, in megabytes."""
    sizes = [path.stat().st_size / 1e6 for path in runs.CHECKPOINTS.glob(f"*{runs.WEIGHTS}")]
    return {"files": len, "smallest": min, "largest": max, "all": sum}[kind](sizes)


def notebooks() -> int:
    """How many notebooks the course has."""
    return len(list((ROOT / "notebooks").glob("[0-9]*.ipynb")))


def trained_on_drawn(*names: str) -> int:
    """How many of these shipped networks have learnt from drawn people alone."""
    return sum(runs.facts_of(name)["data"]["set"] == "synthetic" for name in names)


NAMES = {
    function.__name__: function
    for function in (
        score, mean, gain, photograph, cropped, catalogue, history, reached, ahead, cost, best_of_ours, top_of_ours,
        weights, macs, convolutions, layers_counted, trainable, elbow, mask_channels, shipped, notebooks,
        trained_on_drawn, min, max, abs, round,
    )
}  # fmt: skip


def sentences() -> Iterator[tuple[str, str]]:
    """File and words of the claims of ours, which must stand there."""
    for claim in claims():
        if claim["source"] == "ours":
            yield claim["place"], claim["claim"]


if __name__ == "__main__":
    sys.exit(main())
