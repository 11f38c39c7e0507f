"""Once: recorded runs of the first release, whose scores were keyed by sentences, become rows of data; none is retrained."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np

from hpe_utils.files import write_json, write_npz

ROOT = Path(__file__).parents[1]
RECIPES = tomllib.loads((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8"))
DEFAULTS = RECIPES.pop("defaults")
SETS = {"synthetic people": "synthetic", "LSPET": "lspet", "Pascal-Person-Part": "pascal_parts"}
NAMES = {
    "mean IoU": "IoU",
    "centre within half a head": "centre",
    "mean IoU of parts": "mIoU",
    "with the background": "mIoU with background",
    "of pictures": "mIoU of pictures",
}


def facts_of(sentence: str) -> dict:
    """Set, split, level, size and counts that a sentence of `Samples.describe` names."""
    title, _, rest = sentence.partition(": ")
    name = next(name for name in SETS if title.startswith(name))
    words = [word for word in title.removeprefix(name).replace(",", " ").split() if word not in "1 to 4 a picture".split()]
    level, split = words if len(words) == 2 else ("", words[0])
    count = re.search(r"([\d,]+) pictures of (\d+)×", rest)
    people, joints = re.search(r"([\d,]+) people", rest), re.search(r"×\d+, (\w+)", rest)
    return {
        "set": SETS[name],
        "split": split,
        "level": level,
        "mirrored": sentence.endswith("with the mirrored pass"),
        "pictures": int(count[1].replace(",", "")),
        "people": people and int(people[1].replace(",", "")),
        "size": int(count[2]),
        "joints": joints[1] if people else None,
    }


def rows_of(scores: dict, vocabulary: str) -> list[dict]:
    """The scores as rows; what was not noted, seconds, device and precision, is None."""
    rows, ran = [], {"seconds": None, "device": None, "precision": None}
    for sentence, values in scores.items():
        facts = facts_of(sentence)
        if set(values) <= {"official", "head bone", "box"}:
            rows += [facts | {"variant": variant, "PCKh": value} | ran for variant, value in values.items()]
        else:
            variant = {"variant": vocabulary} if "person" in values else {}
            rows.append(facts | variant | {NAMES.get(name, name): value for name, value in values.items()} | ran)
    return rows


def settings_of(name: str, old: dict) -> dict:
    """The run's settings by their new names; they are those of runs.toml."""
    run = DEFAULTS | RECIPES[name]
    for key in ("model", "preset", "data", "augment", "epochs", "batch", "rate"):
        assert old.get(key, run[key]) == run[key], (name, key)
    return run


def main() -> None:
    for path in sorted((ROOT / "data" / "results").glob("*.json")):
        recorded, name = json.loads(path.read_text(encoding="utf-8")), path.stem.rsplit("-seed", 1)[0]
        parts = "pascal6" if "pascal" in name else "bodypix24"
        recorded["run"] = settings_of(name, recorded["run"])
        recorded["scores"] = rows_of(recorded["scores"], parts)
        if recorded["run"]["task"] == "parts":
            recorded["history"]["val_miou"] = recorded["history"].pop("val_iou")
        write_json(path, recorded)
        described = ROOT / "data" / "checkpoints" / path.name
        if described.exists():
            write_json(described, checkpoint(json.loads(described.read_text(encoding="utf-8")), recorded))
    for path in sorted((ROOT / "data" / "results").glob("*.npz")):
        with np.load(path) as arrays:
            found = {key_of(title): arrays[title] for title in arrays.files}
        write_npz(path, found, compressed=True)


def checkpoint(old: dict, recorded: dict) -> dict:
    """A checkpoint's facts, with the codec that reads it, its training, licence and origin."""
    run = recorded["run"]
    skeleton = {"head_box": "HEAD_BOX"}.get(run["task"]) or run["load"].get("skeleton", "LSP14")
    return {
        "task": run["task"],
        **{key: old[key] for key in ("model", "preset", "options")},
        "codec": run["codec"],
        "skeleton": skeleton,
        "vocabulary": "bodypix24",
        "pictures": "RGB, 0 to 255, scaled inside the model",
        "data": {"set": run["data"], "load": run["load"], "train": run["train"]},
        "licence": run["licence"],
        "origin": run["origin"],
        **{key: value for key, value in old.items() if key not in ("model", "preset", "options", "scores", "sha256")},
        "scores": recorded["scores"],
        "sha256": old["sha256"],
    }


def key_of(title: str) -> str:
    """The key of predictions: set/split/level."""
    if title == "by epoch":
        return title
    words = title.split(", ")
    return "/".join([SETS[words[0]], words[2], words[1], *words[3:]])


if __name__ == "__main__":
    main()
