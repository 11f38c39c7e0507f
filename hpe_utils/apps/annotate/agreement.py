"""How far two annotators agree, or one and the truth, and one file out of the work of two.

People of a picture are paired so that they are alike as much as possible (Kuhn's assignment over OKS, or where they
share no joints over the IoU of their outlines), from SAME on. Where two differ, neither is taken for the truth: the
area in OKS is the mean of both, and a joint counts where both place it. Joints for which no sigma is declared or
published have the mean of COCO's seventeen.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from hpe_utils.apps.annotate.book import Book
from hpe_utils.data.masks import NO_PART, decode_person, encode
from hpe_utils.data.pictures import read_picture
from hpe_utils.data.sets.folder import FILLED, row_of
from hpe_utils.files import DataError
from hpe_utils.metrics.coco import CLOSE, keypoint_similarity
from hpe_utils.metrics.parts import class_iou, confusion
from hpe_utils.parts import UNLABELLED
from hpe_utils.skeleton import COCO17, SIGMAS, Skeleton

USUAL = sum(COCO17.sigmas) / len(COCO17)  # the sigma of a joint for which nobody published one
SAME = 0.1  # likeness from which two annotations are of one person (Ronchi & Perona 2017)


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody as annotated: keypoints (K, 3), the entry, and the map (H, W) of parts, None without masks."""

    keypoints: np.ndarray
    entry: dict
    parts: np.ndarray | None

    @property
    def area(self) -> float:
        """In pixels², of the masks, or as `folder` has it: .53 of the box, or of the square over the joints' extent."""
        if self.parts is not None:
            return float((self.parts > 0).sum())
        if self.entry.get("box"):
            x0, y0, x1, y1 = self.entry["box"]
            return FILLED * (x1 - x0) * (y1 - y0)
        points = self.keypoints[self.keypoints[:, 2] > 0, :2]
        return FILLED * float(np.ptp(points, axis=0).max()) ** 2 if len(points) else 0.0


@dataclass
class Agreement:
    """What comparing gave: a table of each pair of people, likeness by joint, pixels by part, and who is alone."""

    joints: tuple[str, ...]
    parts: tuple[str, ...]
    declared: bool  # whether the skeleton has a sigma for every joint
    pictures: int = 0
    seconds: list[float] = field(default_factory=lambda: [0.0, 0.0])  # at work on them, where the files say it
    alone: list[int] = field(default_factory=lambda: [0, 0])  # people whom only the one, or the other, has
    pairs: list[tuple[str, float, float]] = field(default_factory=list)  # picture, OKS, mean distance in pixels
    similarities: list[np.ndarray] = field(default_factory=list)  # (K,) of each pair, NaN where not both have a joint
    distances: list[np.ndarray] = field(default_factory=list)
    visibility: Counter = field(default_factory=Counter)  # of joints: same v, other v, only one has it
    counts: np.ndarray | None = None  # confusion of all pictures with masks

    def lines(self) -> list[str]:
        """The agreement in words, a line each."""
        one, other = self.alone
        lines = [
            f"{self.pictures:,} pictures that both annotated, {len(self.pairs):,} people in both, "
            f"{one} in the first alone, {other} in the second alone"
        ]
        for which, seconds in zip(("first", "second"), self.seconds, strict=True):
            if seconds:
                each = seconds / self.pictures
                lines.append(f"the {which}: {each:.0f} s a picture, {each * 100 / 60:.0f} minutes for a hundred")
        oks = np.array([pair[1] for pair in self.pairs], float)
        if np.isfinite(oks).any():
            lines.append(f"OKS: mean {np.nanmean(oks):.3f}, least {np.nanmin(oks):.3f} ({self._least(oks)})")
            if usual := [joint for joint in self.joints if joint not in SIGMAS and not self.declared]:
                lines.append(f"  with {USUAL:.3f}, the mean of COCO's sigmas, for {', '.join(usual)}")
            with_joint = zip(np.array(self.similarities).T, np.array(self.distances).T, strict=True)
            for joint, (alike, apart) in zip(self.joints, with_joint, strict=True):
                if np.isfinite(alike).any():
                    many = np.isfinite(alike).sum()
                    lines.append(f"  {joint:16} {np.nanmean(alike):.3f}  {np.nanmean(apart):6.1f} px  {many} people")
            both = self.visibility["same"] + self.visibility["other"]
            lines.append(
                f"hidden or visible: the same in {self.visibility['same']} of {both} joints; "
                f"{self.visibility['alone']} joints only one has"
            )
        if self.counts is not None:
            iou = class_iou(self.counts)
            lines.append(f"IoU of parts: mean {np.nanmean(iou[1:]):.3f}")
            lines += [
                f"  {part:16} {value:.3f}" for part, value in zip(self.parts, iou[1:], strict=True) if value == value
            ]
        return lines

    def _least(self, oks: np.ndarray) -> str:
        return self.pairs[int(np.nanargmin(oks))][0]


def compare(first: Book, second: Book) -> Agreement:
    """How far two books agree; raises DataError for other joints or parts, and without a common picture."""
    _check_same(first, second)
    result = Agreement(
        first.skeleton.joints, first.vocabulary.parts if first.vocabulary else (), first.skeleton.sigmas is not None
    )
    for name in first.names:
        if first.is_done(name) and second.is_done(name):
            _compare_picture(name, first, second, result)
    if not result.pictures:
        raise DataError(f"{first.path} and {second.path} have no annotated picture in common: nothing to compare")
    return result


def _compare_picture(name: str, first: Book, second: Book, result: Agreement) -> None:
    ours, theirs = people_of(first, name), people_of(second, name)
    pairs = paired(ours, theirs, first.skeleton)
    result.pictures += 1
    for which, book in enumerate((first, second)):
        result.seconds[which] += book.seconds.get(name, 0.0)
    result.alone[0] += len(ours) - len(pairs)
    result.alone[1] += len(theirs) - len(pairs)
    for a, b in pairs:
        one, other = ours[a].keypoints, theirs[b].keypoints
        both = (one[:, 2] > 0) & (other[:, 2] > 0)
        alike = np.where(both, similarity(ours[a], theirs[b], first.skeleton), np.nan)
        apart = np.where(both, np.linalg.norm(one[:, :2] - other[:, :2], axis=1), np.nan)
        means = (alike[both].mean(), apart[both].mean()) if both.any() else (np.nan, np.nan)
        result.pairs.append((name, *means))
        result.similarities.append(alike)
        result.distances.append(apart)
        result.visibility["same"] += int((both & (one[:, 2] == other[:, 2])).sum())
        result.visibility["other"] += int((both & (one[:, 2] != other[:, 2])).sum())
        result.visibility["alone"] += int(((one[:, 2] > 0) ^ (other[:, 2] > 0)).sum())
    maps = [_map(people) for people in (ours, theirs)]
    if all(one is not None for one in maps):
        known = (maps[0] != UNLABELLED) & (maps[1] != UNLABELLED)
        counts = confusion(maps[0][known], maps[1][known], len(result.parts))
        result.counts = counts if result.counts is None else result.counts + counts


def people_of(book: Book, name: str) -> list[Person]:
    """Everybody in a picture of a book; raises DataError where masks are damaged or of another size."""
    shape, people = None, []
    for number, entry in enumerate(book.entries.get(name, []), 1):
        where = f"person {number} of {name} in {book.path}"
        keypoints, parts = np.nan_to_num(row_of(entry, book.skeleton, where).keypoints), None
        if entry.get("parts") and book.vocabulary:
            shape = shape or read_picture(book.folder / name).shape[:2]
            outline, named = decode_person(entry["parts"], book.vocabulary, shape, where)
            parts = np.where(outline, UNLABELLED, 0).astype(np.uint8)
            for label, mask in named:
                parts[mask] = label
        people.append(Person(keypoints, entry, parts))
    return people


def similarity(one: Person, other: Person, skeleton: Skeleton) -> np.ndarray:
    """(K,) OKS's similarity of each joint that both have, else 0."""
    sigmas = skeleton.sigmas or [SIGMAS.get(joint, USUAL) for joint in skeleton.joints]
    truth = other.keypoints * (one.keypoints[:, 2:] > 0)
    return keypoint_similarity(one.keypoints, truth, np.array((one.area + other.area) / 2), sigmas)


def paired(ours: list[Person], theirs: list[Person], skeleton: Skeleton) -> list[tuple[int, int]]:
    """Who is whom in a picture: rows of both lists."""
    alike = np.zeros((len(ours), len(theirs)))
    for a, one in enumerate(ours):
        for b, other in enumerate(theirs):
            both = (one.keypoints[:, 2] > 0) & (other.keypoints[:, 2] > 0)
            if both.any():
                alike[a, b] = similarity(one, other, skeleton)[both].mean()
            elif one.parts is not None and other.parts is not None:
                inner, union = (one.parts > 0) & (other.parts > 0), (one.parts > 0) | (other.parts > 0)
                alike[a, b] = inner.sum() / max(union.sum(), 1)
    rows, columns = linear_sum_assignment(-alike)
    return [(a, b) for a, b in zip(rows.tolist(), columns.tolist(), strict=True) if alike[a, b] >= SAME]


def _map(people: list[Person]) -> np.ndarray | None:
    """The map of parts of all people of a picture, None where nobody has masks."""
    maps = [person.parts for person in people if person.parts is not None]
    if not maps:
        return None
    result = maps[0].copy()
    for other in maps[1:]:
        result[other > 0] = other[other > 0]
    return result


def _check_same(first: Book, second: Book) -> None:
    if first.skeleton != second.skeleton:
        raise DataError(
            f"{first.path} is of {first.skeleton.name} and {second.path} of {second.skeleton.name}: annotations of one "
            "skeleton can be compared and merged"
        )
    if first.vocabulary and second.vocabulary and first.vocabulary != second.vocabulary:
        raise DataError(
            f"{first.path} has the parts {first.vocabulary.name} and {second.path} {second.vocabulary.name}: "
            "annotations of the same parts can be compared and merged"
        )


# Merging ------------------------------------------------------------------------------------------


def merge(first: Book, second: Book, out: Path) -> list[str]:
    """Write one file of both books' annotations; returns what was done and what somebody should look at, a line each.

    Who is in one alone is taken. Of a person in both, a joint lies midway between the two places where they are near
    (OKS's similarity of .5 or more), and is hidden where one says so; where they are not, the first's is taken and a
    line says so. A joint of one alone is taken. Pixels of different parts, or of one alone, become unlabelled.
    """
    _check_same(first, second)
    merged = Book(first.folder, out, first.skeleton, first.vocabulary or second.vocabulary)
    if merged.stamp:
        raise DataError(f"{out} is there already: name another file, or delete it")
    lines, both = [], 0
    for name in sorted({*first.entries, *second.entries, *first.nobody, *second.nobody}):
        books = [book for book in (first, second) if book.is_done(name)]
        if len(books) == 2:
            both += 1
            merged.entries[name] = _merge_picture(name, first, second, lines)
        elif books:
            merged.entries[name] = books[0].entries.get(name, [])
        if books and not merged.entries[name]:
            merged.nobody.add(name)
    merged.odd = first.odd + second.odd
    merged.write()
    people = sum(map(len, merged.entries.values()))
    done = f"{out}: {len(merged.entries):,} pictures, {people:,} people; {both:,} pictures were annotated by both"
    return [done, *lines]


def _merge_picture(name: str, first: Book, second: Book, lines: list[str]) -> list[dict]:
    """Everybody of a picture that both annotated."""
    ours, theirs = people_of(first, name), people_of(second, name)
    pairs = dict(paired(ours, theirs, first.skeleton))
    entries = []
    for row, person in enumerate(ours):
        if row not in pairs:
            entries.append(person.entry)
            lines.append(f"{name}: person {row + 1} is in the first alone")
            continue
        entries.append(_merge_person(name, row + 1, person, theirs[pairs[row]], first, second, lines))
    for row in sorted(set(range(len(theirs))) - set(pairs.values())):
        entries.append(theirs[row].entry)
        lines.append(f"{name}: person {row + 1} of the second is in it alone")
    return entries


def _merge_person(name, number, one: Person, other: Person, first: Book, second: Book, lines: list[str]) -> dict:
    alike, joints = similarity(one, other, first.skeleton), {}
    for k, joint in enumerate(first.skeleton.joints):
        a, b = one.keypoints[k], other.keypoints[k]
        if a[2] and b[2] and alike[k] < CLOSE:
            apart = np.linalg.norm(a[:2] - b[:2])
            lines.append(f"{name}: {joint} of person {number} lies {apart:.0f} px apart; the first's is taken")
        if a[2] and b[2]:
            place = (a[:2] + b[:2]) / 2 if alike[k] >= CLOSE else a[:2]
            joints[joint] = [*place.round(2).tolist(), int(min(a[2], b[2]))]
        elif a[2] or b[2]:
            x, y, v = (a if a[2] else b).round(2).tolist()
            joints[joint] = [x, y, int(v)]
    entry = other.entry | one.entry | {"image": name, "keypoints": joints}
    if one.parts is not None and other.parts is not None:
        vocabulary = first.vocabulary or second.vocabulary
        parts = np.where(one.parts == other.parts, one.parts, UNLABELLED)
        labels = zip([*vocabulary.parts, NO_PART], [*range(1, len(vocabulary) + 1), UNLABELLED], strict=True)
        entry["parts"] = {part: encode(parts == label) for part, label in labels if (parts == label).any()}
        share = (parts == UNLABELLED).sum() / max((parts > 0).sum(), 1)
        lines.append(f"{name}: person {number}: {share:.0%} of the pixels unlabelled, for the two differ")
    return entry
