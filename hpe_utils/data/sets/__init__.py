"""The data sets, one file each: a function `source`, which reads it, and FACTS, what it has; a new file is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton

SETS = {"synthetic": "hpe_utils.data.synthetic"} | {
    path.stem: f"hpe_utils.data.sets.{path.stem}"
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if "\nFACTS = " in path.read_text(encoding="utf-8")
}


@dataclass(frozen=True)
class Facts:
    """What a data set has and what may be done with it.

    `has` names, of joints, head boxes, head sizes, areas, instances, parts, garments, what its samples are labelled
    with; `skeleton` and `vocabulary` are those of its labels, None where every file has its own or there are none.
    `reported` is the split that scores are reported on, and `levels` the options of `source` for each kind of people in
    it, by name. `options` are what the notebooks load it with, `several` what they add for whole pictures with
    everybody in them, None where it has none. `floors` are the scores, by task, below which a lab training went wrong.
    `storable` says whether its pictures may be kept in notebooks and files that are passed on.
    """

    title: str
    has: frozenset[str]
    skeleton: Skeleton | None = None
    vocabulary: Vocabulary | None = None
    reported: str = "test"
    levels: Mapping[str, Mapping] = field(default_factory=dict)
    options: Mapping = field(default_factory=dict)
    several: Mapping | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    storable: bool = False

    def lacks(self, *needed: str) -> str:
        """What of this the set has not, in words; empty where nothing is missing. "several" asks for whole pictures."""
        has = self.has | ({"several"} if self.several is not None else set())
        words = {"several": "whole pictures with everybody in them"}
        return ", ".join(words.get(name, name) for name in needed if name not in has)


def module_of(name: str):
    """The module of a data set by name; raises ValueError with the known names."""
    if name not in SETS:
        raise ValueError(f"unknown data set {name!r}; known are {', '.join(SETS)}")
    return import_module(SETS[name])


def facts_of(name: str) -> Facts:
    """The facts of a data set by name; raises ValueError with the known names."""
    return module_of(name).FACTS
