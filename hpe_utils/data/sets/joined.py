"""Several sets of parts as one, each with a weight, as Iftimie (2017) joined four: what a TOML file lists.

    skeleton = "COCO17"
    parts = "iftimie6"

    [[sources]]
    set = "pascal_part"
    root = "voc"
    weight = 2

    [[sources]]
    set = "jhmdb"
    root = "jhmdb.zip"
    options = {every = 6}

A root is meant from where the file lies; a weight is 1 if none is said, skeleton and parts are as above.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.data.conversion import Converted
from hpe_utils.data.people import check_choice, check_numbers
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts, module_of
from hpe_utils.files import read_toml
from hpe_utils.parts import UNLABELLED, Vocabulary
from hpe_utils.skeleton import Skeleton

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
SPLITS = ("train", "val", "test", "all")
ENTRY = {"set": str, "root?": str, "weight?": (int, float), "options?": dict}
FORM = {"sources": [ENTRY], "skeleton?": str, "parts?": str}
REMEDY = "write it as the docstring of hpe_utils.data.sets.joined says"
ROWS = 8  # of people in a sample
NO_PART = "pictures in which no part is known"
CROWDED = "people beyond the eighth of their picture"

FACTS = Facts(
    title="sets joined",
    has=frozenset({"joints", "parts", "instances"}),
    levels={"joined": {}},
    several={},
)


def source(split: str, root: str | Path | None = None, *, size: int = 160, count: int | None = None) -> "JoinedSource":
    """The samples of the sets that the TOML file `root` lists, in one skeleton and vocabulary; `count` in all.

    Of m samples in all, by default as many as all sets have, a set with the weight w gives the share w / sum of the
    weights, spread evenly over its own: some come several times, or are passed over. Joints that a set lacks are
    unlabelled. Room is for eight people a picture. Pictures in which no part is known are left out and counted, for
    they would teach that nobody is there. Raises DataError for a file or a set that cannot be used: sets must have
    parts and tell people apart.
    """
    check_choice("split", split, *SPLITS)
    check_numbers(size, count)
    if root is None:
        raise DataError(f"name the TOML file that lists the sets: root=...; {REMEDY}")
    path = Path(root).expanduser()
    content = _read_list(path)
    try:
        skeleton = skeletons.get(content.get("skeleton", "COCO17"))
        vocabulary = vocabularies.get(content.get("parts", "iftimie6"))
        sources = [Converted(_source(entry, path, split, size), skeleton, vocabulary) for entry in content["sources"]]
    except (ValueError, TypeError) as error:  # an unknown name, or an option that a set has not
        raise DataError(f"{path}: {error}") from error
    weights = np.array([entry.get("weight", 1) for entry in content["sources"]], float)
    shares = (count or sum(map(len, sources))) * weights / weights.sum()
    return JoinedSource(f"{path.name} {split}", split, int(size), sources, np.maximum(1, np.rint(shares)).astype(int))


def _read_list(path: Path) -> dict:
    """What the TOML file says; raises DataError, for keys that are not known too."""
    content = read_toml(path, REMEDY, FORM)
    known = [(content, FORM), *((entry, ENTRY) for entry in content["sources"])]
    for table, form in known:
        if unknown := table.keys() - {key.removesuffix("?") for key in form}:
            raise DataError(f"{path} has the unknown {min(unknown)!r}: {REMEDY}")
    if not content["sources"] or any(not entry.get("weight", 1) > 0 for entry in content["sources"]):
        raise DataError(f"{path} must list sources, with weights above 0: {REMEDY}")
    return content


def _source(entry: dict, path: Path, split: str, size: int):
    """A set of the list, as its own file reads it."""
    module = module_of(entry["set"])
    if lacking := module.FACTS.lacks("parts", "instances"):
        raise DataError(f"{path}: {module.FACTS.title} has no {lacking}, and sets of parts are joined")
    root = path.parent / entry["root"] if "root" in entry else None
    return module.source(split, root, size=size, **entry.get("options", {}))


@dataclass(frozen=True, eq=False)
class JoinedSource:
    """Samples of several sources as one, of each as many as `counts` says, source by source, as the cache's Source."""

    title: str
    split: str
    size: int
    sources: list[Converted]
    counts: np.ndarray

    @property
    def skeleton(self) -> Skeleton:
        return self.sources[0].skeleton

    @property
    def vocabulary(self) -> Vocabulary:
        return self.sources[0].vocabulary

    @property
    def spec(self) -> dict:
        sources = [[one.spec, int(count)] for one, count in zip(self.sources, self.counts, strict=True)]
        return {"name": "joined", "split": self.split, "version": VERSION, "sources": sources}

    @property
    def left_out(self) -> dict:
        return {f"{why} ({one.title})": n for one in self.sources for why, n in one.left_out.items()}

    def __len__(self) -> int:
        return int(self.counts.sum())

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        """The arrays of samples start … stop, and what had to be left out, by set."""
        ends, arrays, left_out = np.cumsum(self.counts), self._arrays(stop - start), Counter()
        ids = []
        for row in range(start, stop):
            which = int(np.searchsorted(ends, row, side="right"))
            one, count = self.sources[which], int(self.counts[which])
            place = (row - int(ends[which]) + count) * len(one) // count
            found, reasons = one.read(place, place + 1)
            if len(found["ids"]) and not (found["parts"] != UNLABELLED).any():
                reasons[NO_PART] += 1
            elif len(found["ids"]):
                reasons[CROWDED] += int(np.isfinite(found["boxes"][0, ROWS:]).all(-1).sum())
                self._take(found, arrays, len(ids))
                ids.append(f"{one.spec['name']}/{found['ids'][0]}")
            left_out.update({f"{why} ({one.title})": n for why, n in reasons.items()})
        return {name: array[: len(ids)] for name, array in arrays.items()} | {"ids": np.array(ids, str)}, +left_out

    def _arrays(self, count: int) -> dict[str, np.ndarray]:
        """The arrays of so many samples with nobody in them."""
        size = (count, self.size, self.size)
        return {
            "images": np.zeros((*size, 3), np.uint8),
            "keypoints": np.zeros((count, ROWS, len(self.skeleton), 3), np.float32),
            "boxes": np.full((count, ROWS, 4), np.nan, np.float32),
            "head_boxes": np.full((count, ROWS, 4), np.nan, np.float32),
            "to_picture": np.zeros((count, 2, 3), np.float32),
            "instances": np.zeros(size, np.uint8),
            "parts": np.zeros(size, np.uint8),
        }

    def _take(self, found: dict[str, np.ndarray], arrays: dict[str, np.ndarray], row: int) -> None:
        """Put the one sample that was found into a row; people beyond the room are nobody."""
        for name, array in arrays.items():
            values = found[name][0]
            if name in ("keypoints", "boxes", "head_boxes"):
                array[row, : len(values)] = values[:ROWS]
            else:
                array[row] = values
        arrays["instances"][row][arrays["instances"][row] > ROWS] = 0
