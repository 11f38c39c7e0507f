"""What every network reached on the same people, person by person, as benchmarks/scoreboard.py recorded it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hpe_utils import metrics, runs
from hpe_utils.files import DataError, read_json
from hpe_utils.metrics.coco import Judged, average_precision
from hpe_utils.metrics.parts import class_iou

SEED = 12  # of the drawn people: no notebook, benchmark or recorded run looks at these
COMMAND = "python benchmarks/scoreboard.py"
KINDS = {
    "joints": "PCKh@.5, 12 joints of the limbs",
    "head boxes": "IoU, mean over people",
    "people": "AP, COCO's 17 joints",
    "limbs in boxes": "AP, 12 joints, true boxes",
    "parts": "mIoU of head, torso, arms and legs",
}
RECORD = {
    **{"command": str, "people": int, "matrix_rate": float},
    "sets": {"*": {"title": str, "kind": str, "count": int, "facts": dict, "photographs": bool}},
    "networks": {"*": {"weights": int, "peer": bool, "milliseconds alone": (float, None), "*": object}},
    "rows": [{"network": str, "set": str, "key": str, "units": dict}],
}
# How people are told apart: an attribute's name, then the upper ends of its ranges and their names; () for words.
GROUPS = {
    "pose": ((), ()),
    "yaw": ((30, 90, np.inf), ("within 30° of the camera", "30° to 90°", "turned away")),
    "hidden share": ((0.1, 0.3, np.inf), ("at most .1", ".1 to .3", "more than .3")),
    "body shape": ((), ()),
    "skin tone": ((3, 7, np.inf), ("1 to 3, light", "4 to 7", "8 to 10, dark")),
    "clothing": ((), ()),
    "height in the picture": ((0.6, 0.8, np.inf), ("at most .6", ".6 to .8", "more than .8")),
}


@dataclass(frozen=True, eq=False)
class Row:
    """One network on one set: what became of each of its `count` units, which are people or pictures.

    `units` are arrays by name, as the set's `kind` has them: right and labelled joints (N,); IoU (N,); what COCO's
    evaluation says of detections; confusions of pixels (N, n, n).
    """

    network: str
    set: str
    kind: str
    count: int
    units: Mapping[str, np.ndarray]

    def weighted(self, times: np.ndarray) -> float:
        """The score where unit i occurs times[i] times."""
        return SCORES[self.kind](self.units, times)

    def statistic(self, rows: np.ndarray) -> float:
        """The score of these units by number, for `metrics.bootstrap_interval`."""
        return self.weighted(np.bincount(rows, minlength=self.count).astype(float))

    @cached_property
    def score(self) -> float:
        """The score of everybody."""
        return self.weighted(np.ones(self.count))

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval over people, or over pictures."""
        return metrics.bootstrap_interval(self.statistic, self.count)


def people_ap(units: Mapping[str, np.ndarray], times: np.ndarray) -> float:
    """COCO's AP of a row's detections."""
    return average_precision(Judged(**units), times)


SCORES: dict[str, Callable] = {
    "joints": lambda units, times: float(times @ units["right"] / (times @ units["labelled"])),
    "head boxes": lambda units, times: float(times @ units["iou"] / times.sum()),
    "people": people_ap,
    "limbs in boxes": people_ap,
    "parts": lambda units, times: float(np.nanmean(class_iou(np.tensordot(times, units["confusions"], 1))[1:])),
}


@dataclass(frozen=True)
class Board:
    """The whole record: `sets` and `networks` by name with their facts, and a `Row` for each pair that was scored.

    What a network costs is None where it was not measured yet.
    """

    facts: Mapping
    sets: Mapping[str, Mapping]
    networks: Mapping[str, Mapping]
    rows: tuple[Row, ...]

    def of(self, name: str) -> list[Row]:
        """The rows of a set, the best first; raises KeyError, naming the sets, for one that was not scored."""
        found = sorted((row for row in self.rows if row.set == name), key=lambda row: -row.score)
        if not found:
            raise KeyError(f"no network was scored on {name!r}; there are {', '.join(self.sets)}")
        return found

    def row(self, network: str, name: str) -> Row:
        """A network's row of a set; raises KeyError, naming who was scored there, where there is none."""
        found = {row.network: row for row in self.of(name)}
        if network not in found:
            raise KeyError(f"{network} was not scored on {name!r}; there are {', '.join(found)}")
        return found[network]

    def best(self, name: str, draws: int = 1000) -> dict[str, float]:
        """The probability that each network of a set is best, the same people drawn anew for all."""
        rows = self.of(name)
        shares = metrics.best_probability([row.statistic for row in rows], rows[0].count, draws)
        return dict(zip((row.network for row in rows), shares.tolist(), strict=True))

    def choose(self, name: str, least: float = 0.05) -> tuple[Row, list[Row], list[Row]]:
        """Whom to take of the course's own networks on a set, who may be as good, and the published ones.

        Those whose probability of being the best of ours is `least` or more cannot be told apart; of them the one that
        answers a lone picture fastest is taken.
        """
        ours = [row for row in self.of(name) if not self.networks[row.network]["peer"]]
        published = [row for row in self.of(name) if self.networks[row.network]["peer"]]
        shares = metrics.best_probability([row.statistic for row in ours], ours[0].count)
        alike = [row for row, share in zip(ours, shares, strict=True) if share >= least]
        taken = min(alike, key=lambda row: self.networks[row.network]["milliseconds alone"] or np.inf)
        return taken, [row for row in alike if row is not taken], published

    def groups(self, name: str) -> dict[tuple[str, str], np.ndarray]:
        """Who of a set's people belongs to which group: (N,) bool by attribute and group."""
        return {
            (attribute, group): inside
            for attribute, values in self.sets[name]["facts"].items()
            for group, inside in split(attribute, np.array(values)).items()
        }


def split(attribute: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """(N,) bool by group of an attribute's values; of people whose value is unknown none is true."""
    ends, names = GROUPS[attribute]
    if not ends:
        return {str(word): values == word for word in np.unique(values) if word}
    values = np.abs(values.astype(float))
    number = np.where(np.isnan(values), -1, np.searchsorted(ends, values))
    return {name: number == k for k, name in enumerate(names)}


def slices(row: Row, groups: Mapping[tuple[str, str], np.ndarray], least: int = 10) -> list[dict]:
    """A row's score in each group of at least so many people beside the others', and Holm's p-values, the worst first.

    For rows of joints, whose people can be told apart.
    """
    right, labelled = row.units["right"], row.units["labelled"]
    some = {key: inside for key, inside in groups.items() if least <= inside.sum() <= row.count - least}
    p_values = [metrics.permutation_p(right, labelled, inside) for inside in some.values()]
    found = [
        {
            "attribute": attribute,
            "group": group,
            "people": int(inside.sum()),
            "PCKh": row.weighted(inside.astype(float)),
            "the others": row.weighted(1.0 - inside),
            "p": p,
            "corrected": corrected,
        }
        for ((attribute, group), inside), p, corrected in zip(
            some.items(), p_values, metrics.holm(p_values), strict=True
        )
    ]
    return sorted(found, key=lambda one: one["PCKh"] - one["the others"])


# The file -----------------------------------------------------------------------------------------


def load(name: str = "scoreboard") -> Board:
    """The recorded scoreboard; raises DataError, with the remedy, where it is missing or damaged."""
    path, remedy = runs.RESULTS / f"{name}.json", f"`{COMMAND}` makes it"
    record = read_json(path, remedy, RECORD)
    try:
        rows = [row_of(row, record["sets"][row["set"]]) for row in record["rows"]]
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(f"{path} is damaged ({error!r}): {remedy}") from error
    if lacking := sorted({row.network for row in rows} - set(record["networks"])):
        raise DataError(f"{path} does not say what {lacking[0]} is: {remedy}")
    facts = {key: value for key, value in record.items() if key not in ("sets", "networks", "rows")}
    return Board(facts, record["sets"], record["networks"], tuple(rows))


def row_of(row: Mapping, facts: Mapping) -> Row:
    """A row of the file, whose arrays are numbers in a text."""
    units = {name: unpacked(text) for name, text in row["units"].items()}
    kind, count = facts["kind"], facts["count"]
    if "confusions" in units:
        classes = int(round((len(units["confusions"]) / count) ** 0.5))
        units["confusions"] = units["confusions"].reshape(count, classes, classes)
    if "people" in units:
        bits = 1 << np.arange(10)
        units |= {name: (units[name].astype(int)[:, None] & bits) > 0 for name in ("right", "counted")}
        units |= {"pictures": units["pictures"].astype(int)}
    return Row(row["network"], row["set"], kind, count, units)


def packed(array: np.ndarray) -> str:
    """An array as numbers in a text: bool (D, 10) as one number a row, real ones in three decimals."""
    array = np.asarray(array)
    if array.dtype == bool:
        array = array @ (1 << np.arange(array.shape[1]))
    digits = "{:.3f}" if array.dtype.kind == "f" else "{}"
    return " ".join(digits.format(value) for value in array.ravel().tolist())


def unpacked(text: str) -> np.ndarray:
    """The numbers of such a text."""
    return np.array(text.split(), float)
