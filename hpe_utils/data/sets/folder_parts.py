"""Your own pictures with masks of parts, as `hpe annotate` writes them: whole pictures, everybody in them.

The file is `folder`'s annotations.json (its format stands there).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from hpe_utils.data.masks import decode_person
from hpe_utils.data.part_maps import BROKEN_LABELS, Labels, PartSource, check_people, counted_as, listed, paint
from hpe_utils.data.people import as_on_disk, check_choice, check_numbers, fingerprint
from hpe_utils.data.pictures import NOT_FOUND, PictureError
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import Facts
from hpe_utils.data.sets.folder import NOBODY, SHARES, OddPerson, read_content, row_of, splits_of
from hpe_utils.parts import Vocabulary, declaration
from hpe_utils.skeleton import Skeleton

VERSION = 1  # of the samples made here: raise it when they change, so that old caches are not taken
NO_MASKS = "pictures with somebody whose parts are not annotated"

FACTS = Facts(
    title="your own pictures with parts",
    has=frozenset({"joints", "parts", "instances"}),
    levels={"folder_parts": {}},
    several={},
    storable=True,
)


def source(
    split: str, root: str | Path | None = None, *, size: int = 256, count: int | None = None, people: int = 4
) -> PartSource:
    """The pictures of a folder whose people all have masks, or the first `count`, each in a size × size sample.

    `root` is a folder with annotations.json; splits are `folder`'s. `instances` numbers the `people` largest, the
    others are counted. Pictures with nobody, and such with people of whom no part was annotated, are left out and
    counted. Raises DataError for a file that cannot be understood or says nothing of parts.
    """
    check_choice("split", split, *SHARES)
    check_numbers(size, count)
    check_people(people)
    archive, marks = listed(root, "your pictures")
    path = archive.path / "annotations.json"
    content, kind, vocabulary = read_content(path)
    if vocabulary is None:
        raise DataError(f'{path} says nothing of parts: annotate some by hpe annotate --parts, or write "parts"')
    by_picture, left_out = _by_picture(content, kind, marks, path)
    splits = splits_of(by_picture)
    names = [name for name in sorted(by_picture) if split in ("all", splits[name])][:count]
    if not names:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in left_out.items()) or "nobody is annotated"
        raise DataError(f"no picture of {path} with parts is in the split {split}: {reasons}")
    spec = {"name": "folder_parts", "split": split, "version": VERSION, "size": int(size), "people": int(people)}
    spec |= {"left_out": dict(left_out), "parts": declaration(vocabulary)}
    spec |= {"files": fingerprint([[name, marks[name], by_picture[name]] for name in names])}
    read = partial(_labels, people=by_picture, kind=kind, vocabulary=vocabulary, most=int(people))
    files = [(name, name) for name in names]
    title = f"{archive.path.name or archive.path} {split}, parts"
    return PartSource(title, spec, dict(left_out), archive, files, int(size), int(people), vocabulary, read, True, kind)


def _by_picture(content: dict, kind: Skeleton, marks: Mapping, path: Path) -> tuple[dict[str, list[dict]], Counter]:
    """The entries of each picture whose people can all be used, and what was left out."""
    left_out, entries, unusable = Counter(), defaultdict(list), {}
    if nobody := content.get("nobody"):
        left_out[NOBODY] += len(nobody)
    for number, entry in enumerate(content["people"], 1):
        try:
            picture = row_of(entry, kind, f"person {number} in {path}").picture
        except OddPerson as error:
            left_out[error.args[0]] += 1
            continue
        entries[picture].append(entry)
        if not entry.get("parts"):
            unusable[picture] = NO_MASKS
    names = list(entries)
    found = dict(zip(names, as_on_disk(np.array(names, str), marks).tolist(), strict=True))
    unusable = {name: NOT_FOUND for name in names if found[name] not in marks} | unusable
    left_out.update(unusable.values())
    return {found[name]: rows for name, rows in entries.items() if name not in unusable}, left_out


def _labels(
    read: Callable, name: str, shape: tuple[int, int], where: str, people: Mapping, kind: Skeleton,
    vocabulary: Vocabulary, most: int,
) -> Labels:  # fmt: skip
    """The people of a picture of this shape (H, W), the largest first."""
    with counted_as(BROKEN_LABELS):
        masks = [decode_person(entry["parts"], vocabulary, shape, where) for entry in people[name]]
    order = sorted(range(len(masks)), key=lambda row: -masks[row][0].sum())
    order = [row for row in order if masks[row][0].any()]
    if not order:
        raise PictureError(NO_MASKS)
    keypoints = np.zeros((most, len(kind), 3), np.float32)
    for place, row in enumerate(order[:most]):
        keypoints[place] = row_of(people[name][row], kind, where).keypoints
    return paint([masks[row] for row in order], shape, most)._replace(keypoints=keypoints)
