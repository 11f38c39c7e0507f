"""The annotations of a folder's pictures, written whole after every change, in the form that `folder` reads.

A picture's annotation travels as a table: "people", each with "joints", a list of [x, y, v] for every joint of the
skeleton, and the "box" and "head_box" that the file has; "runs", the map of parts row by row as code, length, code,
length …, where a code is 256 × the person's number, from 1, + the part's label, and 0 is nobody; and "done", whether
somebody looked at it. Coordinates are in pixels, pixel centres at integers. `Book.seconds` says how long somebody was
at work on each picture.
"""

import hashlib
import json
import threading
from collections import Counter
from pathlib import Path

import numpy as np

from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.apps.own_files import writing
from hpe_utils.data.masks import NO_PART, decode_person, encode_all
from hpe_utils.data.people import FARTHEST, as_on_disk, tidy
from hpe_utils.data.pictures import pictures_in, stamp
from hpe_utils.data.sets.folder import OddPerson, read_content, row_of
from hpe_utils.files import DataError, check, write_bytes
from hpe_utils.parts import UNLABELLED, Vocabulary
from hpe_utils.skeleton import COCO17, Skeleton

PEOPLE = 255  # of one picture
STATE = {"people": [{"joints": [[float]]}], "runs": [int], "done": bool}
BOXES = ("box", "head_box")


class Changed(DataError):
    """A picture's annotation was changed by another tab or program since it was read."""


class Book:
    """The annotations of a folder, in its annotations.json or another file.

    The file decides skeleton and parts where it is there; else they are those that are named, COCO17 and none by
    default. What the file says of pictures that are not there, and people whose entries are odd, stay in it as they
    are. Raises DataError for a folder without pictures, a file that cannot be understood, and where another skeleton
    or other parts are named than it has.
    """

    def __init__(
        self,
        folder: Path,
        path: Path | None = None,
        skeleton: Skeleton | None = None,
        vocabulary: Vocabulary | None = None,
    ):
        self.folder = Path(folder).expanduser()
        self.path = self.folder / "annotations.json" if path is None else Path(path).expanduser()
        self.names = list(pictures_in(self.folder))
        self.lock = threading.RLock()
        self.skeleton, self.vocabulary = skeleton, vocabulary
        if not self.path.exists() and self.path.with_suffix(".csv").exists():
            raise DataError(f"{self.path.with_suffix('.csv')} is not written here: name another file by --out")
        self._read()
        self.skeleton = self.skeleton or COCO17

    def _read(self) -> None:
        """Read the file, where there is one."""
        self.stamp, self.entries, self.odd, self.nobody, self.left_out = stamp(self.path), {}, [], set(), Counter()
        self.seconds = {}
        if not self.stamp:
            return
        content, kind, vocabulary = read_content(self.path, self.skeleton)
        self.skeleton = _same(self.path, "skeleton", kind, self.skeleton)
        self.vocabulary = _same(self.path, "parts", vocabulary or self.vocabulary, self.vocabulary)
        self.nobody = set(self._spelt(content["nobody"]))
        self.seconds = dict(zip(self._spelt(list(content["seconds"])), content["seconds"].values(), strict=True))
        rows = []
        for number, entry in enumerate(content["people"], 1):
            try:
                rows.append((row_of(entry, kind, f"person {number} in {self.path}").picture, entry))
            except OddPerson as error:
                self.odd.append(entry)
                self.left_out[error.args[0]] += 1
        for name, (_, entry) in zip(self._spelt([name for name, _ in rows]), rows, strict=True):
            self.entries.setdefault(name, []).append(entry)

    def _spelt(self, names: list[str]) -> list[str]:
        """Names of pictures as the folder spells them."""
        return as_on_disk(np.array([tidy(name) for name in names], str), self.names).tolist() if names else []

    def refresh(self) -> None:
        """Read the file again where another program has written it."""
        if stamp(self.path) != self.stamp:
            self._read()

    def is_done(self, name: str) -> bool:
        """Whether a picture is annotated, or known to have nobody."""
        return bool(self.entries.get(name)) or name in self.nobody

    def mark(self, name: str) -> str:
        """What tells whether a picture's annotation changed."""
        text = json.dumps([self.entries.get(name, []), name in self.nobody], sort_keys=True)
        return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()[:16]

    def state(self, name: str, shape: tuple[int, int]) -> dict:
        """A picture's annotation; raises DataError where its masks are damaged or of another size than (H, W)."""
        with self.lock:
            self.refresh()
            entries = self.entries.get(name, [])
            people = [self._person(entry) for entry in entries]
            masks = [self._masks(entry, shape, f"person {n} of {name}") for n, entry in enumerate(entries, 1)]
            return {"people": people, "runs": runs_of(masks, shape), "done": self.is_done(name)}

    def _person(self, entry: dict) -> dict:
        joints = np.nan_to_num(row_of(entry, self.skeleton, str(self.path)).keypoints)
        return {"joints": joints.tolist()} | {name: entry[name] for name in BOXES if entry.get(name)}

    def _masks(self, entry: dict, shape: tuple[int, int], where: str):
        if not entry.get("parts"):
            return np.zeros(shape, bool), []
        if self.vocabulary is None:
            raise DataError(f'{self.path} has masks of parts and does not say which parts there are: write "parts"')
        return decode_person(entry["parts"], self.vocabulary, shape, f"{where} in {self.path}")

    def save(self, name: str, state, shape: tuple[int, int], mark: str | None = None, seconds: float = 0.0) -> str:
        """Write a picture's annotation and all others, and that it took `seconds` more; returns its mark.

        With `mark` nothing is written where the picture has another mark now, which raises Changed. Raises DataError
        for a state that is none, and where the file cannot be written; then the file is as it was.
        """
        entries = self._entries(name, state, shape)
        with self.lock:
            self.refresh()
            if mark is not None and mark != self.mark(name):
                raise Changed(f"{name} was changed in another tab or by another program")
            before, spent = (self.entries.get(name), name in self.nobody), dict(self.seconds)
            self._put(name, entries, state["done"] and not entries)
            if seconds:
                self.seconds[name] = round(self.seconds.get(name, 0.0) + seconds, 1)
            try:
                self.write()
            except BaseException:
                self._put(name, *before)
                self.seconds = spent
                raise
            return self.mark(name)

    def _put(self, name: str, entries: list[dict] | None, nobody: bool) -> None:
        self.entries[name] = entries or []
        (self.nobody.add if nobody else self.nobody.discard)(name)

    def _entries(self, name: str, state, shape: tuple[int, int]) -> list[dict]:
        """A picture's annotation as the file has it; people without joints and parts are nobody."""
        check(state, STATE, f"the annotation of {name}", "load the page again")
        people = state["people"]
        masks = masks_of(state["runs"], len(people), self.vocabulary, shape) if state["runs"] else [{}] * len(people)
        entries = []
        for person, parts in zip(people, masks, strict=True):
            joints = np.array(person["joints"], float)
            if joints.shape != (len(self.skeleton), 3) or not np.isin(joints[:, 2], (0, 1, 2)).all():
                raise DataError(f"a person of {name} has other joints than {self.skeleton.name}: load the page again")
            if np.abs(joints).max() > FARTHEST:
                raise DataError(f"a joint in {name} is far outside every picture: move it")
            rows = zip(self.skeleton.joints, joints.round(2).tolist(), strict=True)
            entry = {"image": name, "keypoints": {joint: [x, y, int(v)] for joint, (x, y, v) in rows if v}}
            if entry["keypoints"] or parts:
                entry |= {field: person[field] for field in BOXES if person.get(field)}
                row_of(entry, self.skeleton, name)
                entries.append(entry | ({"parts": parts} if parts else {}))
        return entries

    def write(self) -> None:
        """Write the file, a person a line; raises DataError with the remedy where that fails."""
        kind = skeletons.declaration(self.skeleton)
        known = kind if isinstance(kind, str) else {name: value for name, value in kind.items() if value is not None}
        head = {"skeleton": known}
        head |= {"parts": vocabularies.declaration(self.vocabulary)} if self.vocabulary else {}
        head |= {"nobody": sorted(self.nobody)} if self.nobody else {}
        head |= {"seconds": dict(sorted(self.seconds.items()))} if self.seconds else {}
        people = [entry for name in sorted(self.entries) for entry in self.entries[name]] + self.odd
        lines = [f'"{key}": {_json(value)},' for key, value in head.items()]
        text = "{" + "\n ".join([*lines, '"people": [' + ",".join(f"\n  {_json(one)}" for one in people) + "\n ]}\n"])
        with writing(self.path.parent):
            write_bytes(self.path, text.encode(errors="backslashreplace"))
        self.stamp = stamp(self.path)


def _same(path: Path, what: str, own, asked):
    """The file's own; raises DataError where another is asked for."""
    if asked is not None and own != asked:
        raise DataError(
            f"{path} is of the {what} {own.name}, not {asked.name}: leave out --{what}, or name another file by --out"
        )
    return own


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)


# Maps ---------------------------------------------------------------------------------------------


def runs_of(people: list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]], shape: tuple[int, int]) -> list[int]:
    """Code, length, code, length … of people's outlines and parts (`masks.decode_person`), [] where nobody has any."""
    if len(people) > PEOPLE:
        raise DataError(f"{len(people)} people in a picture are more than the {PEOPLE} that can be annotated")
    codes = np.zeros(shape, np.uint16)
    for number, (outline, named) in enumerate(people, 1):
        codes[outline] = 256 * number + UNLABELLED
        for label, mask in named:
            codes[mask] = 256 * number + label
    if not codes.any():
        return []
    codes = codes.ravel()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1])
    lengths = np.diff(np.append(starts, codes.size))
    return np.stack([codes[starts], lengths], axis=1).ravel().tolist()


def masks_of(runs: list[int], people: int, vocabulary: Vocabulary | None, shape: tuple[int, int]) -> list[dict]:
    """Each person's masks by the parts' names, encoded; raises DataError for runs that are none of such a picture."""
    labels = len(vocabulary) if vocabulary else 0
    codes, lengths = np.array(runs[::2], np.int64), np.array(runs[1::2], np.int64)
    numbers, parts = np.divmod(codes, 256)
    known = (codes == 0) | ((numbers >= 1) & (numbers <= people) & (parts >= 1))
    known &= (parts <= labels) | (parts == UNLABELLED)
    if len(codes) != len(lengths) or (lengths < 1).any() or lengths.sum() != np.prod(shape) or not known.all():
        raise DataError("the map of parts is not of this picture: load the page again")
    masks = [{} for _ in range(people)]
    for code, mask in encode_all(np.repeat(codes.astype(np.uint16), lengths).reshape(shape)).items():
        number, label = divmod(code, 256)
        masks[number - 1][NO_PART if label == UNLABELLED else vocabulary.parts[label - 1]] = mask
    return masks
