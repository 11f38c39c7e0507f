"""Write a card for every shipped checkpoint, and their table, to docs/models: python tools/model_cards.py

Everything in a card but what the network is for and not for comes from the records: the JSON file beside the weights,
the recorded runs in data/results, and data/results/photographs.json.
"""

import inspect
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from hpe_utils import parts, runs, skeleton, tasks
from hpe_utils.files import write_bytes

FOLDER = Path(__file__).parents[1] / "docs" / "models"
FACTS_OF_A_ROW = ("set", "split", "level", "pass", "pictures", "people", "joints", "variant")
OF_THE_RUN = ("mirrored", "size", "seconds", "device", "precision", "network", "weights", "side")
DRAWN_FOR = (
    "For teaching: the notebooks read it where a training of one's own is missing, other trainings begin with it, and"
    " exercises take it apart."
)
PHOTOGRAPHS_FOR = (
    "For trying pose estimation on pictures of one's own, as a beginning for fine-tuning to joints of one's own, and"
    " for comparison with other networks."
)
NOBODY = (
    "To decide about people, to watch them, or to recognise who they are.",
    "Where a mistake can hurt somebody (medicine, machines, traffic, training of the body) without a person who looks.",
    "To claim that it serves all people alike: no score below is split by age, body, dress, skin tone or disability.",
)
DRAWN_NOT = (
    "On photographs. It has learnt from drawn people alone, and a score on drawn people says nothing about photographs;"
    " [who is missing among them](../../data/README.md#who-is-missing).",
)
PHOTOGRAPHS_NOT = (
    "In a product before you have read the terms of the pictures that it learnt from"
    " ([data sets](../../data/README.md#real-data-sets)): the licence above is that of the weights.",
    "For numbers on pictures of another kind than those it was scored on; mind how few some of these are.",
)
MOVENET = (
    "MoveNet, which this network began from, learnt from COCO's training people: `coco`, `train` is not new to it."
)


def main() -> None:
    for name, text in cards().items():
        write_bytes(FOLDER / f"{name}.md", text.encode())
        print(FOLDER / f"{name}.md")


def cards() -> dict[str, str]:
    """The text of every card by the checkpoint's name, and of the table, README."""
    names = sorted(path.name.removesuffix(runs.WEIGHTS) for path in runs.CHECKPOINTS.glob(f"*{runs.WEIGHTS}"))
    return {"README": index(names)} | {short(name): card(name) for name in names}


def short(name: str) -> str:
    """A checkpoint's name without its seed, where that is the usual one."""
    return name.removesuffix("-seed0")


def index(names: Iterable[str]) -> str:
    """The table of all cards."""
    rows = []
    for name in names:
        facts = runs.facts_of(name)
        score = runs.score_words(facts["scores"][0])
        rows.append([f"[`{short(name)}`]({short(name)}.md)", finds(facts), learnt_from(facts), facts["licence"], score])
    return "\n".join(
        [
            "# Model cards",
            "",
            "One for every network that is shipped. `python tools/model_cards.py` writes them from the records beside"
            " the weights, and a test keeps both equal.",
            "",
            *table(["network", "finds", "learnt from", "licence", "first score recorded"], rows),
            "",
        ]
    )


def card(name: str) -> str:
    """The card of one checkpoint."""
    facts, record = runs.facts_of(name), runs.load_recorded(name)
    drawn = facts["data"]["set"] == "synthetic"
    sections = [
        f"# {short(name)}",
        f"Finds {finds(facts)}. {DRAWN_FOR if drawn else PHOTOGRAPHS_FOR}",
        f'```python\nfrom hpe_utils import Pose\n\npeople = Pose.load("{short(name)}")("me.jpg")\n```',
        "## Facts",
        "\n".join(table(["what", "as recorded"], facts_rows(name, facts, record))),
        "## Must not be used",
        "\n".join(f"- {line}" for line in (*(DRAWN_NOT if drawn else PHOTOGRAPHS_NOT), *NOBODY)),
        "## What it finds",
        "\n\n".join(vocabulary_lines(facts)),
        "## Scores, as recorded",
        "When the run ended, on people that training never saw:",
        "\n".join(score_table(facts["scores"])),
        *photographs(short(name)),
    ]
    return "\n\n".join(sections) + "\n"


def facts_rows(name: str, facts: Mapping, record: Mapping) -> list[list[str]]:
    """What stands in a card's first table."""
    weights = runs.checkpoint_path(name)
    side = picture_side(facts)
    rows = {
        "task": f"`{facts['task']}`: {tasks.get(facts['task']).title}",
        "architecture": f"`{facts['model']}`, preset `{facts['preset']}`{settings(facts['options'])}",
        "picture": f"{side} × {side} pixels, {facts['pictures']}",
        "weights": f"{facts['parameters']:,}, {weights.stat().st_size / 1e6:.1f} MB in half precision",
        "found from": f"a confidence of {facts['least']}" if facts.get("least") else "",
        "licence of the weights": facts["licence"],
        "origin": facts["origin"],
        "data": learnt_from(facts),
        "begun from": begun_from(record["run"]),
        "passes": f"{facts['passes']:,} pictures in {record['run']['epochs']} epochs of its own",
        "seed": str(facts["seed"]),
        "made with": f"Keras {facts['keras']}, {facts['backend']}{trained_on(facts['scores'][0])}",
        "repeated by": f"`{record['command']}`",
    }
    return [[name, text] for name, text in rows.items() if text]


def picture_side(facts: Mapping) -> int:
    """The side of the pictures that the network sees."""
    form = getattr(import_module(f"hpe_utils.models.{facts['model']}"), f"{facts['model']}_{facts['preset']}")
    return facts["options"].get("size", inspect.signature(form).parameters["size"].default)


def finds(facts: Mapping) -> str:
    """What the network finds, in words."""
    body, vocabulary = found_by(facts)
    if facts["task"] == "head_box":
        return "one person's head box"
    of = "one person" if tasks.get(facts["task"]).one_person else "everybody"
    return ", ".join(
        ([f"{len(body)} joints of {of}"] if body else []) + ([f"{len(vocabulary)} parts"] if vocabulary else [])
    )


def found_by(facts: Mapping):
    """The skeleton and the vocabulary of what a network answers, None where it answers no joints or no parts."""
    heads, task = facts["options"].get("heads"), facts["task"]
    joints = task != "head_box" and (heads is None or "heatmaps" in heads)
    return (
        skeleton.declared(facts["skeleton"]) if joints else None,
        parts.get(facts["vocabulary"]) if task in ("parts", "detector") else None,
    )


def vocabulary_lines(facts: Mapping) -> list[str]:
    """The names of the joints and parts."""
    body, vocabulary = found_by(facts)
    if not body and not vocabulary:
        return ["The edges of a head's box, x0, y0, x1, y1."]
    return ([f"**{body.name}**: {', '.join(body.joints)}."] if body else []) + (
        [f"**{vocabulary.name}**: {', '.join(vocabulary.parts)}."] if vocabulary else []
    )


def learnt_from(facts: Mapping) -> str:
    """The sets that the network was trained on, as the records name them."""
    sets, name = facts["data"]["train"], facts["data"]["set"]
    shared = {key: value for key, value in facts["data"]["load"].items() if not all(key in one for one in sets)}
    own = " and ".join(f"`{in_words(one or {'split': 'train'})}`" for one in sets)
    return f"`{name}`{settings(shared)}: {own}"


def settings(options: Mapping) -> str:
    """Options in brackets, nothing where there are none."""
    return f" (`{in_words(options)}`)" if options else ""


def in_words(options: Mapping) -> str:
    """Options as they are written in a call."""
    return ", ".join(f"{key}={value}" for key, value in options.items())


def begun_from(run: Mapping) -> str:
    """The runs whose weights this one began with, each with its passes, the nearest first."""
    before, name = [], run.get("start") or run.get("trunk")
    while name:
        record = runs.load_recorded(name if "-seed" in name else f"{name}-seed0")
        before.append(f"`{short(name)}` ({record['passes']:,} passes)")
        name = record["run"].get("start") or record["run"].get("trunk")
    return ", begun from ".join(before)


def trained_on(row: Mapping) -> str:
    """Where and how long the training ran, where that was recorded."""
    return f"; {row['device']}, {row['precision']}, {row['seconds'] / 60:.0f} minutes" if row["seconds"] else ""


def photographs(name: str) -> list[str]:
    """The rows that benchmarks/photographs.py recorded of this network, with a heading."""
    record = runs.load_recorded("photographs")
    rows = [row for row in record["scores"] if row["network"] == name]
    if not rows:
        return []
    heading = f"By `{record['command']}`; milliseconds a picture on one core, decoding included:"
    seen = any((row["set"], row["split"]) == ("coco", "train") for row in rows)
    return [heading, "\n".join(score_table(rows)), *([MOVENET] if seen else [])]


def score_table(rows: list[dict]) -> list[str]:
    """Recorded rows as a table; a column that is empty in all of them is left out."""
    lines = [{**row, "pass": "mirrored" if row["mirrored"] else "plain"} for row in rows]
    names = [*FACTS_OF_A_ROW, *(key for line in lines for key in line)]
    names = [name for name in dict.fromkeys(names) if name not in OF_THE_RUN]
    names = [name for name in names if any(line.get(name) not in (None, "") for line in lines)]
    return table(names, [[shown(line.get(name)) for name in names] for line in lines])


def shown(value) -> str:
    """A cell of a table of scores; numbers as they were recorded."""
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if value in (None, "") else str(value)


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """The lines of a Markdown table."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


if __name__ == "__main__":
    main()
