"""Find people in pictures, folders and films, and write what was found: a file in COCO's format, a table, pictures.

What is written goes to a folder of its own, `found` unless another is named. A second start goes on where one was
stopped: pictures that people.json has, unchanged, are not looked at again. Films are begun anew.
"""

import csv
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from hpe_utils.apps.own_files import distinct_names
from hpe_utils.data import films
from hpe_utils.data.pictures import in_batches, picture_or_problem, pictures_in, stamp
from hpe_utils.files import DataError, read_json, replaced, write_json
from hpe_utils.found import COLUMNS, Found, as_coco, from_coco, joint_rows
from hpe_utils.painting import paint, part_picture
from hpe_utils.pose import Pose
from hpe_utils.tracking import Tracker, jitter, lag

LEDGER = "people.json"
EVERY = 5.0  # seconds between two writings of the ledger
CONTENT = {"info": dict, "images": [dict], "annotations": [dict], "categories": [dict]}


@dataclass
class Summary:
    """What was done: pictures or frames looked at, people in them, and problems in a line each."""

    pictures: int = 0
    people: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(pose: Pose, sources: list[Path], out: Path, draw: bool = True, table: bool = False) -> Summary:
    """Look at pictures, at all pictures of folders, and at films, and write what was found into `out`.

    people.json, in COCO's format, has the people of all pictures, FILM.json those of a film's frames; with `table` a
    CSV lies beside each; with `draw` also a copy of every picture, and an MP4 of every film, with the people painted
    in, and beside a picture's copy its part map, where the network finds parts. What cannot be read is a problem in
    the summary. Raises DataError where there is nothing that can be read, for an `out` that holds one of the sources,
    and for one that holds what another network found.
    """
    summary, paths, found_in = Summary(), [], []
    for source in (source.expanduser() for source in sources):
        try:
            folder = source if source.is_dir() else source.parent
            if out.exists() and folder.exists() and folder.samefile(out):
                raise DataError(f"what is found cannot go into {folder} itself: name another folder by --out")
            if source.is_dir():
                paths += [source / name for name in pictures_in(source)]
            else:
                (found_in if source.suffix.lower() in films.KINDS else paths).append(source)
        except DataError as error:
            summary.problems.append(str(error))
    stems = distinct_names(["people", *(path.stem for path in found_in)])[1:]
    for path, stem in zip(found_in, stems, strict=True):
        try:
            find_in_film(pose, path, out / stem, draw, table, summary)
        except DataError as error:
            summary.problems.append(str(error))
    if paths:
        find_in_pictures(pose, paths, out, draw, table, summary)
    if summary.pictures == 0:
        raise DataError(summary.problems[0] if summary.problems else "there is nothing to look at")
    return summary


# Pictures -----------------------------------------------------------------------------------------


def find_in_pictures(pose: Pose, paths: list[Path], out: Path, draw: bool, table: bool, summary: Summary) -> None:
    """Everybody in picture files; what is finished is in the ledger every few seconds and when the work is stopped."""
    ledger = Ledger(pose, out)
    stamps = {path.as_posix(): stamp(path) for path in paths}
    todo = [name for name, mark in stamps.items() if not ledger.has(name, mark, draw)]
    copies = ledger.copies_for(todo)
    try:
        with tqdm(total=len(stamps), initial=len(stamps) - len(todo), unit="pictures", leave=False, delay=1) as bar:
            for some in in_batches((name, picture_or_problem(Path(name))) for name in todo):
                images = {name: image for name, image in some if isinstance(image, np.ndarray)}
                summary.problems += [image for _, image in some if not isinstance(image, np.ndarray)]
                for (name, image), people in zip(images.items(), pose.everybody(list(images.values())), strict=True):
                    if draw:
                        write_picture(out / copies[name], paint(image, people))
                    if draw and people.parts is not None:
                        write_parts((out / copies[name]).with_suffix(".parts.png"), people.parts)
                    ledger.note(name, people, stamps[name], copies[name] if draw else "")
                bar.update(len(some))
                ledger.write_now_and_then()
    finally:
        ledger.write()
        if table and ledger.found:
            write_table(out / "people.csv", ledger.found)
        done = [ledger.found[name] for name in stamps if name in ledger.found]
        summary.pictures += len(done)
        summary.people += sum(map(len, done))


class Ledger:
    """people.json: who was found in which picture, by one network; what earlier starts found stays in it.

    Raises DataError for one that another network wrote, or that is damaged.
    """

    def __init__(self, pose: Pose, out: Path):
        self.pose, self.path, self.found, self.marks, self.seconds = pose, out / LEDGER, {}, {}, 0.0
        if self.path.is_file():
            remedy = "delete it: all pictures are looked at anew"
            content = read_json(self.path, remedy, CONTENT)
            other = content["info"].get("network")
            if other != pose.identity:
                raise DataError(f"{self.path} holds what {other} found: name another folder by --out, or delete it")
            try:
                self.found, self.marks = from_coco(content, pose.skeleton), dict(content["info"]["pictures"])
            except (KeyError, IndexError, TypeError, ValueError) as error:
                raise DataError(f"{self.path} is not as it was written ({error!r}): {remedy}") from error
        self.written = time.monotonic()

    def has(self, name: str, mark: str, drawn: bool) -> bool:
        """Whether a picture that has not changed since is in it, and its copy still there where one is wanted."""
        noted = self.marks.get(name, {})
        copy = noted.get("copy")
        return noted.get("stamp") == mark and (not drawn or bool(copy) and (self.path.parent / copy).is_file())

    def copies_for(self, names: list[str]) -> dict[str, str]:
        """A file for each picture's copy, no two the same, nor that of a picture that is in the ledger."""
        taken = [mark["copy"] for name, mark in self.marks.items() if mark.get("copy") and name not in names]
        wanted = distinct_names([*taken, *(Path(name).name for name in names)], ".jpg")[len(taken) :]
        return dict(zip(names, wanted, strict=True))

    def note(self, name: str, people: Found, mark: str, copy: str) -> None:
        """Remember who was found in a picture; part maps are not kept."""
        self.found[name] = replace(people, parts=None, instances=None)
        self.marks[name] = {"stamp": mark, "copy": copy}

    def write_now_and_then(self) -> None:
        """Write it, unless that was done so lately that writing would take more than a tenth of the time."""
        if time.monotonic() - self.written > max(EVERY, 10 * self.seconds):
            self.write()

    def write(self) -> None:
        """Write it whole."""
        if self.found:
            begin = time.monotonic()
            info = {"network": self.pose.identity, "pictures": self.marks}
            info |= {"parts": self.pose.vocabulary.parts} if self.pose.vocabulary else {}
            write_json(self.path, {"info": info, **as_coco(self.found)})
            self.written = time.monotonic()
            self.seconds = self.written - begin


def write_table(path: Path, found: dict[str, Found]) -> None:
    """A CSV with a row for every joint (`found.COLUMNS`)."""
    options = {"newline": "", "encoding": "utf-8", "errors": "backslashreplace"}
    with replaced(path) as partial, open(partial, "w", **options) as file:
        csv.writer(file).writerows([COLUMNS, *joint_rows(found)])


def write_picture(path: Path, image: np.ndarray) -> None:
    with replaced(path) as partial:
        Image.fromarray(image).save(partial, "JPEG", quality=92)


def write_parts(path: Path, parts: np.ndarray) -> None:
    """An (H, W) part map as a PNG whose pixels' indices are the labels, 0 for nobody; viewers show the colours."""
    with replaced(path) as partial:
        part_picture(parts).save(partial, "PNG")


# Films --------------------------------------------------------------------------------------------


def find_in_film(pose: Pose, path: Path, target: Path, draw: bool, table: bool, summary: Summary) -> None:
    """Everybody in a film's frames, numbered and smoothed over time; Ctrl-C keeps the frames that are done.

    `target` is what is written without its ending: .mp4, .json, .csv.
    """
    found, raw = {}, {}
    try:
        with films.writer(target.with_name(target.name + ".mp4")) if draw else nullcontext() as write:
            for name, image, people, before in tracked(pose, path):
                if draw:
                    write(float(name), paint(image, people))
                found[name], raw[name] = (replace(some, parts=None, instances=None) for some in (people, before))
    finally:
        if found:
            content = {"info": {"network": pose.identity, "film": str(path)}, **as_coco(found)}
            write_json(target.with_name(target.name + ".json"), content)
            if table:
                write_table(target.with_name(target.name + ".csv"), found)
        summary.pictures += len(found)
        summary.people += sum(map(len, found.values()))
    summary.notes.append(smoothing(path, raw, found))


def tracked(pose: Pose, path: Path) -> Iterator[tuple[str, np.ndarray, Found, Found]]:
    """A film's frames by their seconds: picture, people numbered and smoothed, and the people as they were found."""
    tracker = Tracker()
    for name, image, people in pose.stream(path):
        now = tracker.update(people, float(name)) if people.names else people
        yield name, image, now, people


def smoothing(path: Path, raw: dict[str, Found], found: dict[str, Found]) -> str:
    """Of the person who is there longest: how much the joints tremble before and after, and how far they lag behind."""
    numbers = [number for people in found.values() if people.numbers is not None for number in people.numbers]
    if not numbers:
        return f"{path}: nobody to follow"
    ((longest, _),) = Counter(numbers).most_common(1)
    poses = [
        (raw[name].keypoints[row], people.keypoints[row])
        for name, people in found.items()
        for row in np.flatnonzero(people.numbers == longest)
    ]
    before, after = (np.stack(each) for each in zip(*poses, strict=True))
    return (
        f"{path}: {len(set(numbers))} people; person {longest} in {len(poses)} of {len(found)} frames, joints tremble "
        f"by {jitter(before):.1f} pixels, after smoothing by {jitter(after):.1f}, and lag {lag(before, after)} frames"
    )
