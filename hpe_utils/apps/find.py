"""Find people in pictures, folders and films, and write what was found: a file in COCO's format, a table, pictures.

What is written goes to a folder of its own, `found` unless another is named. A second start goes on where one was
stopped: pictures that people.json has, of the same network and unchanged, are not looked at again.
"""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from hpe_utils.apps.own_files import distinct_names
from hpe_utils.data import films
from hpe_utils.data.pictures import picture_or_problem, pictures_in
from hpe_utils.files import DataError, read_json, replaced, write_json
from hpe_utils.found import COLUMNS, Found, as_coco, from_coco, joint_rows
from hpe_utils.painting import paint
from hpe_utils.pose import Pose, batches
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
    in. What cannot be read is a problem in the summary. Raises DataError where there is nothing that can be read.
    """
    summary, paths = Summary(), []
    for source in sources:
        if source.is_dir():
            if out.exists() and source.samefile(out):
                raise DataError(f"what is found cannot go into {source} itself: name another folder by --out")
            paths += [source / name for name in pictures_in(source)]
        elif source.suffix.lower() in films.KINDS:
            find_in_film(pose, source, out, draw, table, summary)
        else:
            paths.append(source)
    if paths:
        find_in_pictures(pose, paths, out, draw, table, summary)
    if summary.pictures == 0:
        raise DataError(summary.problems[0] if summary.problems else "there is nothing to look at")
    return summary


# Pictures -----------------------------------------------------------------------------------------


def find_in_pictures(pose: Pose, paths: list[Path], out: Path, draw: bool, table: bool, summary: Summary) -> None:
    """Everybody in picture files; what is finished is in the ledger every few seconds and when the work is stopped."""
    stamps = {str(path): stamp(path) for path in paths}
    drawn = dict(zip(stamps, distinct_names([path.name for path in map(Path, stamps)], ".jpg"), strict=True))
    found = finished(pose, out, stamps)
    if draw:
        found = {name: people for name, people in found.items() if (out / drawn[name]).is_file()}
    todo, written = [name for name in stamps if name not in found], time.monotonic()
    try:
        with tqdm(total=len(stamps), initial=len(found), unit="pictures", leave=False, delay=1) as bar:
            for names in batches(todo, 16):
                read = {name: picture_or_problem(Path(name)) for name in names}
                images = {name: image for name, image in read.items() if isinstance(image, np.ndarray)}
                summary.problems += [image for image in read.values() if not isinstance(image, np.ndarray)]
                for (name, image), people in zip(images.items(), pose.everybody(list(images.values())), strict=True):
                    if draw:
                        write_picture(out / drawn[name], paint(image, people))
                    found[name] = people
                bar.update(len(names))
                if time.monotonic() - written > EVERY:
                    write_ledger(pose, out, found, stamps)
                    written = time.monotonic()
    finally:
        found = {name: found[name] for name in stamps if name in found}
        if found:
            write_ledger(pose, out, found, stamps)
            if table:
                write_table(out / "people.csv", found)
        summary.pictures += len(found)
        summary.people += sum(map(len, found.values()))


def finished(pose: Pose, out: Path, stamps: dict[str, str]) -> dict[str, Found]:
    """Whom an earlier start found with the same network in pictures that have not changed since."""
    if not (out / LEDGER).is_file():
        return {}
    content = read_json(out / LEDGER, "delete it: all pictures are looked at anew", CONTENT)
    if content["info"].get("network") != pose.identity:
        return {}
    known = content["info"].get("stamps", {})
    earlier = from_coco(content, pose.skeleton)
    return {name: people for name, people in earlier.items() if name in stamps and known.get(name) == stamps[name]}


def stamp(path: Path) -> str:
    """What tells whether a file changed; empty where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return ""
    return f"{facts.st_size}-{facts.st_mtime_ns}"


def write_ledger(pose: Pose, out: Path, found: dict[str, Found], stamps: dict[str, str]) -> None:
    kept = {name: stamps[name] for name in found}
    write_json(out / LEDGER, {"info": {"network": pose.identity, "stamps": kept}, **as_coco(found)})


def write_table(path: Path, found: dict[str, Found]) -> None:
    """A CSV with a row for every joint (`found.COLUMNS`)."""
    with replaced(path) as partial, open(partial, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *joint_rows(found)])


def write_picture(path: Path, image: np.ndarray) -> None:
    with replaced(path) as partial:
        Image.fromarray(image).save(partial, "JPEG", quality=92)


# Films --------------------------------------------------------------------------------------------


def find_in_film(pose: Pose, path: Path, out: Path, draw: bool, table: bool, summary: Summary) -> None:
    """Everybody in a film's frames, numbered and smoothed over time; Ctrl-C keeps the frames that are done."""
    found, raw = {}, {}
    target = out / f"{path.stem}.mp4"
    if target.exists() and target.samefile(path):
        raise DataError(f"what is found cannot replace {path} itself: name another folder by --out")
    try:
        if draw:
            with films.writer(target) as write:
                for name, image, people, before in tracked(pose, path):
                    write(float(name), paint(image, people))
                    found[name], raw[name] = people, before
        else:
            for name, _, people, before in tracked(pose, path):
                found[name], raw[name] = people, before
    finally:
        if found:
            write_json(out / f"{path.stem}.json", {"info": {"network": pose.identity}, **as_coco(found)})
            if table:
                write_table(out / f"{path.stem}.csv", found)
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
    longest = max(set(numbers), key=numbers.count)
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
