"""A catalogue of a folder: the crop of every garment in every picture, or the reason why there is none.

python -m hpe_utils.apps.smart_cropping FOLDER

Crops, catalogue.json, the page index.html and contact sheets go to FOLDER-crops; a second start does only what is new
or has changed.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from joblib import Parallel, delayed
from tqdm.auto import tqdm

from hpe_utils import cluster
from hpe_utils.apps.catalogue_page import catalogue_page
from hpe_utils.apps.contact_sheet import as_jpeg, contact_sheet
from hpe_utils.apps.crops import Finder, Job, crop_pictures, garments_of, load_finder
from hpe_utils.apps.garment_rules import BONES, POSES, RULE_SETS, RULES, Rule
from hpe_utils.apps.own_files import OwnFiles, distinct_names, writing
from hpe_utils.data.pictures import BATCH, pictures_in
from hpe_utils.files import DataError, check, printable, read_json, shown, write_json

LEDGER = "catalogue.json"
SHARE = 64  # pictures that a worker takes at a time
SAVED = 5  # seconds after which catalogue.json is written again: what was done since a kill is done once more
ON_A_SHEET, ON_A_PAGE = 40, 200  # pictures
CATALOGUE = {"settings": dict, "pictures": dict, "sheets": dict, "files": dict}
PICTURE = {"stamp": str, "problem?": str, "pose?": str, "keypoints?": [[float]], "crops?": dict}
CROP = {"box?": [float], "file?": str, "refused?": str}


def make_catalogue(folder, finder: Finder, rules: Sequence[Rule] = RULES, out=None, workers: int = 1) -> dict:
    """Cut every garment out of every picture of a folder; catalogue.json, pages and contact sheets describe the result.

    `out`, by default FOLDER-crops, gets GARMENT/PICTURE.jpg for each crop. What an earlier start made is kept as long
    as picture, rules and model are the same and the file is whole; what it made of pictures that are gone is deleted,
    other files in `out` never. The pictures are shared out among `workers` by joblib, processes of this machine unless
    HPE_CLUSTER or `joblib.parallel_config` names others; each loads the network for itself. Returns what catalogue.json
    holds: "pictures" has for each its pose class, its joints (K, 3) and for each garment a box and file or the reason
    for a refusal, or the problem with the picture. Raises DataError, with the remedy, when no picture can be read, and
    when `out` cannot be written. Used in notebook 07.
    """
    folder = _absolute(folder)
    out = _absolute(out) if out else crops_folder(folder)
    stamps = pictures_in(folder)
    files = crop_files(list(stamps), garments_of(rules))
    _refuse_pictures_folder(folder, out, files)
    settings = {"model": finder.name, "joints": finder.skeleton.joints, "rules": [asdict(rule) for rule in rules]}
    settings |= {"bones": BONES, "poses": POSES}
    settings = json.loads(json.dumps(settings))
    earlier = read_catalogue(out)
    own = OwnFiles(out, earlier["files"])
    own.remove_partials(LEDGER)
    pictures = finished(earlier, settings, stamps, files, own)
    catalogue = {"settings": settings, "pictures": pictures, "sheets": earlier["sheets"], "files": own.record}
    todo = [name for name in stamps if name not in pictures]
    own.announce(file for name in todo for file in files[name].values())
    write_catalogue(out, catalogue)
    job = Job(folder, out, finder, tuple(rules), max(1, (os.cpu_count() or 1) // workers) if workers > 1 else None)
    share_out(job, {name: files[name] for name in todo}, stamps, catalogue, workers)
    catalogue["pictures"] = {name: pictures[name] for name in stamps}
    problems = [entry["problem"] for entry in pictures.values() if "problem" in entry]
    if len(problems) == len(pictures):
        raise DataError(f"none of the {len(pictures)} pictures in {folder} can be read; the first: {problems[0]}")
    draw_sheets(folder, out, catalogue, own, workers)
    return catalogue


def share_out(job: Job, todo: dict[str, dict], stamps: dict[str, str], catalogue: dict, workers: int) -> None:
    """Have workers crop the pictures, some at a time, and note in the catalogue what they did."""
    pictures, record, names = catalogue["pictures"], catalogue["files"], list(todo)
    size = SHARE if workers > 1 or cluster.is_named() else BATCH
    shares = [{name: todo[name] for name in names[start : start + size]} for start in range(0, len(names), size)]
    tasks = (delayed(crop_pictures)(job, share, ours(share, record), BATCH) for share in shares)
    saved, total = time.monotonic(), len(pictures) + len(todo)
    with tqdm(total=total, initial=len(pictures), unit="pictures", desc="cropping", leave=False, delay=1) as bar:
        try:
            with cluster.engine():
                for described, written in Parallel(workers, return_as="generator_unordered")(tasks):
                    pictures |= {name: {"stamp": stamps[name], **entry} for name, entry in described.items()}
                    record |= written
                    bar.update(len(described))
                    if time.monotonic() - saved >= SAVED:
                        write_catalogue(job.out, catalogue)
                        saved = time.monotonic()
        except KeyboardInterrupt:
            write_catalogue(job.out, catalogue)
            raise


def ours(share: dict[str, dict[str, str]], record: dict[str, str]) -> dict[str, str]:
    """What of the record a worker needs: its own files, and those whose names a file that is moved aside might take."""
    files = {file for of in share.values() for file in of.values()}
    return {file: sha256 for file, sha256 in record.items() if file in files or ".kept" in file}


def crops_folder(folder: Path) -> Path:
    """Where the crops of a folder's pictures go unless another place is named: FOLDER-crops beside it."""
    if not folder.name:
        raise DataError(f"{folder} has no name: name another folder for the crops")
    return folder.with_name(folder.name + "-crops")


def crop_files(pictures: Sequence[str], garments: Sequence[str]) -> dict[str, dict[str, str]]:
    """The file of every crop in the catalogue's folder, by picture and garment; no two are the same."""
    if twice := {garment for garment in garments if garments.count(garment) > 1}:
        raise DataError(f"two rules are called {min(twice)!r}: each garment has one, so give them names of their own")
    folders = distinct_names(re.sub(r"[^\w-]", "_", garment) or "_" for garment in garments)
    names = distinct_names(pictures, ".jpg")
    return {
        picture: {garment: f"{folder}/{name}" for garment, folder in zip(garments, folders, strict=True)}
        for picture, name in zip(pictures, names, strict=True)
    }


def read_catalogue(out: Path) -> dict:
    """What an earlier start noted, or nothing; a catalogue.json that is damaged or not ours is moved aside."""
    path, remedy = out / LEDGER, "all crops are made anew"
    if os.path.lexists(path):
        try:
            found = read_json(path, remedy, CATALOGUE)
            for place, declared in (("pictures", PICTURE), ("files", str), ("sheets", str)):
                for name, entry in found[place].items():
                    check(entry, declared, f"{shown(name)} in {path}", remedy)
            for name, entry in found["pictures"].items():
                for crop in entry.get("crops", {}).values():
                    check(crop, CROP, f"a crop of {shown(name)} in {path}", remedy)
            return found
        except DataError as error:
            OwnFiles(out, {}).move_aside(LEDGER, f"cannot be used ({error})")
    return {"settings": {}, "pictures": {}, "sheets": {}, "files": {}}


def write_catalogue(out: Path, catalogue: dict) -> None:
    with writing(out):
        write_json(out / LEDGER, catalogue)


def finished(earlier: dict, settings: dict, stamps: dict[str, str], files: dict, own: OwnFiles) -> dict:
    """The entries of an earlier catalogue that need not be done again; pictures with a problem are tried again."""
    if earlier["settings"] != settings:
        return {}
    entries = {name: entry for name, entry in earlier["pictures"].items() if entry["stamp"] == stamps.get(name)}
    return {name: entry for name, entry in entries.items() if _is_finished(entry, files[name], own)}


def _is_finished(entry: dict, files: dict[str, str], own: OwnFiles) -> bool:
    """Whether a picture's entry has all of its garments, each refused or in its own file, which is whole."""
    crops = entry.get("crops", {})
    return (
        "pose" in entry
        and crops.keys() == files.keys()
        and all(
            "refused" in crop or {"box", "file"} <= crop.keys() and crop["file"] == file and own.is_whole(file)
            for crop, file in ((crops[garment], file) for garment, file in files.items())
        )
    )


def draw_sheets(folder: Path, out: Path, catalogue: dict, own: OwnFiles, workers: int) -> None:
    """Draw the contact sheets and pages that are not of these entries; delete what the catalogue has no more."""
    sheets = in_files(catalogue["pictures"], ON_A_SHEET, "contact_sheet", ".jpg")
    pages = in_files(catalogue["pictures"], ON_A_PAGE, "index", ".html")
    sheets = {file: (sheet_file, entries) for file, entries in sheets.items()} | {
        file: (partial(page_file, pages=list(pages), number=number), entries)
        for number, (file, entries) in enumerate(pages.items())
    }
    made_of = {
        file: hashlib.sha256(json.dumps([entries, len(pages)]).encode()).hexdigest()
        for file, (_, entries) in sheets.items()
    }
    stale = [file for file in sheets if catalogue["sheets"].get(file) != made_of[file] or not own.is_whole(file)]
    own.announce(stale)
    write_catalogue(out, catalogue)
    tasks = (delayed(draw)(folder, entries, out) for draw, entries in map(sheets.get, stale))
    with cluster.engine():
        for file, content in zip(stale, Parallel(workers, return_as="generator")(tasks), strict=True):
            own.write(file, content)
    crops = [crop for entry in catalogue["pictures"].values() for crop in entry.get("crops", {}).values()]
    own.keep_only([*sheets, *(crop["file"] for crop in crops if "file" in crop)])
    catalogue |= {"sheets": made_of, "files": own.record}
    write_catalogue(out, catalogue)


def in_files(pictures: dict, most: int, stem: str, ending: str) -> dict[str, dict]:
    """The entries of each file by its name: index.html, and for many pictures index_2.html and so on."""
    entries = list(pictures.items())
    starts = range(0, len(entries), most)
    names = [stem + (f"_{number}" if number > 1 else "") + ending for number in range(1, len(starts) + 1)]
    return {name: dict(entries[start : start + most]) for name, start in zip(names, starts, strict=True)}


def sheet_file(folder: Path, entries: dict, out: Path) -> bytes:
    """A contact sheet as a file's bytes."""
    return as_jpeg(contact_sheet(folder, entries, out))


def page_file(folder: Path, entries: dict, out: Path, pages: Sequence[str], number: int) -> bytes:
    """A page as a file's bytes."""
    return catalogue_page(folder, entries, out, pages, number).encode()


def _absolute(folder) -> Path:
    return Path(os.path.abspath(os.path.expanduser(folder)))


def _refuse_pictures_folder(folder: Path, out: Path, files: dict) -> None:
    """Raise DataError where crops would go among the pictures."""
    for place in {out, *(out / file.split("/")[0] for file in next(iter(files.values())).values())}:
        if place.exists() and place.samefile(folder):
            raise DataError(f"the crops cannot go into {folder} itself: name another folder for them")


def summary(catalogue: dict, out: Path) -> str:
    """How many crops and refusals there are, and what is wrong with the pictures that cannot be read, in words."""
    entries = catalogue["pictures"].values()
    crops = [crop for entry in entries for crop in entry.get("crops", {}).values()]
    refused = sum("refused" in crop for crop in crops)
    lines = [entry["problem"] for entry in entries if "problem" in entry]
    lines.append(f"{len(entries)} pictures, {len(lines)} of them not readable: {len(crops) - refused} crops, "
                 f"{refused} refusals; see {printable(str(out / 'index.html'))}")  # fmt: skip
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, command: str = "python -m hpe_utils.apps.smart_cropping") -> int:
    """The command line, whose exit code it returns."""
    garments = garments_of(RULES)
    parser = argparse.ArgumentParser(prog=command, description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="folder with pictures of one person each")
    parser.add_argument("--out", help="folder for the crops (default: FOLDER-crops)")
    parser.add_argument("--model", default="photo", help="the network that finds the joints (default: photo)")
    parser.add_argument("--garment", choices=garments, action="append", help="may be repeated (default: all)")
    parser.add_argument("--rules", choices=RULE_SETS, default="ours", help="which rules (default: ours)")
    parser.add_argument("--mirrored", action="store_true", help="see mirror images, too: better, in twice the time")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the pictures (default: 1)")
    options = parser.parse_args(arguments)
    if options.workers < 1:
        parser.error(f"--workers {options.workers}: there must be one at least")
    rules = [rule for rule in RULE_SETS[options.rules] if rule.garment in (options.garment or garments)]
    if not rules:
        parser.error(f"the rules {options.rules!r} have none for {', '.join(options.garment)}")
    folder = _absolute(options.folder)
    try:
        out = _absolute(options.out) if options.out else crops_folder(folder)
        finder = load_finder(options.model, options.mirrored)
        print(summary(make_catalogue(folder, finder, rules, out, options.workers), out))
    except (DataError, OSError) as error:
        print(printable(str(error)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept: the same command goes on from there.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
