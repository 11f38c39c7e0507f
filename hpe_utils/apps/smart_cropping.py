"""A catalogue of a folder: the crop of every garment in every picture, or the reason why there is none.

python -m hpe_utils.apps.smart_cropping FOLDER

Crops, catalogue.json and contact_sheet.jpg go to FOLDER-crops; a second start does only what is new or has changed.
"""

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from hpe_utils import runs
from hpe_utils import skeleton as skeletons
from hpe_utils.apps.contact_sheet import as_jpeg, contact_sheet, sheets_of
from hpe_utils.apps.garment_rules import BONES, POSES, RULES, Crop, Rule, crop_box, pose_class
from hpe_utils.apps.own_files import OwnFiles, distinct_names, writing
from hpe_utils.data.pictures import BATCH, in_batches, picture_or_problem, pictures_in
from hpe_utils.files import DataError, check, printable, read_json, shown, write_json
from hpe_utils.skeleton import Skeleton

LEDGER = "catalogue.json"
CATALOGUE = {"settings": dict, "pictures": dict, "sheets": dict, "files": dict}
PICTURE = {"stamp": str, "problem?": str, "pose?": str, "keypoints?": [[float]], "crops?": dict}
CROP = {"box?": [float], "file?": str, "refused?": str}


@dataclass(frozen=True)
class Finder:
    """Where one person's joints are: `find` takes pictures of any size and gives (K, 3) keypoints for each, in pixels.

    A joint that the model is not sure of has v = 0. `name` changes with the model, so that a catalogue is made anew.
    """

    name: str
    skeleton: Skeleton
    find: Callable[[list[np.ndarray]], list[np.ndarray]]


def load_finder(model: str = "photo") -> Finder:
    """A finder by the name of a network that finds joints; the weights are loaded when its first pictures come.

    Of several people the surest is taken. Raises DataError, naming what there is, where there is no such network, and
    on first use where it finds no joints.
    """
    facts = runs.facts_of(model)
    skeleton = skeletons.declared(facts.get("skeleton") or "COCO17")

    @cache
    def loaded():
        from hpe_utils import Pose

        pose = Pose.load(model)
        if pose.skeleton is None:
            raise DataError(f"the network {model} finds no joints: take another, such as photo")
        return pose

    def find(images):
        everybody = loaded().everybody(images)
        return [people.keypoints[0] if len(people) else np.zeros((len(skeleton), 3)) for people in everybody]

    return Finder(f"{model} {facts['sha256'][:12]}", skeleton, find)


def make_catalogue(folder, finder: Finder, rules: Sequence[Rule] = RULES, out=None) -> dict:
    """Cut every garment out of every picture of a folder; catalogue.json and a contact sheet describe the result.

    `out`, by default FOLDER-crops, gets GARMENT/PICTURE.jpg for each crop. What an earlier start made is kept as long
    as picture, rules and model are the same and the file is whole; what it made of pictures that are gone is deleted,
    other files in `out` never. Returns what catalogue.json holds: "pictures" has for each its pose class, its joints
    (K, 3) and for each garment a box and file or the reason for a refusal, or the problem with the picture. Raises
    DataError, with the remedy, when no picture can be read, and when `out` cannot be written. Used in notebook 07.
    """
    folder = _absolute(folder)
    out = _absolute(out) if out else crops_folder(folder)
    stamps = pictures_in(folder)
    files = crop_files(list(stamps), [rule.garment for rule in rules])
    _refuse_pictures_folder(folder, out, files)
    settings = {"model": finder.name, "joints": finder.skeleton.joints, "rules": [astuple(rule) for rule in rules]}
    settings |= {"bones": BONES, "poses": POSES}
    settings = json.loads(json.dumps(settings))
    earlier = read_catalogue(out)
    own = OwnFiles(out, earlier["files"])
    own.remove_partials(LEDGER)
    pictures = finished(earlier, settings, stamps, files, own)
    catalogue = {"settings": settings, "pictures": pictures, "sheets": earlier["sheets"], "files": own.record}
    todo = {name: stamp for name, stamp in stamps.items() if name not in pictures}
    own.announce(file for name in todo for file in files[name].values())
    write_catalogue(out, catalogue)
    with tqdm(total=len(stamps), initial=len(pictures), unit="pictures", desc="cropping", leave=False, delay=1) as bar:
        for images in in_batches(((name, picture_or_problem(folder / name)) for name in todo), BATCH):
            described = crop_pictures(images, finder, rules, files, own)
            bar.update(len(images))
            pictures |= {name: {"stamp": todo[name], **entry} for name, entry in described.items()}
            write_catalogue(out, catalogue)
    catalogue["pictures"] = {name: pictures[name] for name in stamps}
    problems = [entry["problem"] for entry in pictures.values() if "problem" in entry]
    if len(problems) == len(pictures):
        raise DataError(f"none of the {len(pictures)} pictures in {folder} can be read; the first: {problems[0]}")
    draw_sheets(folder, out, catalogue, own)
    return catalogue


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


def crop_pictures(images: list, finder: Finder, rules: Sequence[Rule], files: dict, own: OwnFiles) -> dict:
    """Write the crops of some named pictures; gives what catalogue.json says about each but its stamp."""
    readable = {name: image for name, image in images if isinstance(image, np.ndarray)}
    found = finder.find(list(readable.values())) if readable else []
    described = {}
    for (name, image), keypoints in zip(readable.items(), found, strict=True):
        crops = {}
        for rule in rules:
            crop = crop_box(rule, keypoints, finder.skeleton, image.shape[1::-1])
            crops[rule.garment] = crop_picture(image, crop, files[name][rule.garment], own)
        places = np.round(keypoints.astype(float), 2).tolist()
        described[name] = {"pose": pose_class(keypoints, finder.skeleton), "keypoints": places, "crops": crops}
    return {name: described.get(name) or {"problem": image} for name, image in images}


def crop_picture(image: np.ndarray, crop: Crop, file: str, own: OwnFiles) -> dict:
    """Write one crop; gives its box and file, or the reason for the refusal."""
    if crop.box is None:
        return {"refused": crop.reason}
    x0, y0, x1, y1 = (crop.box + 0.5).astype(int)
    own.write(file, as_jpeg(Image.fromarray(image[y0:y1, x0:x1])))
    return {"box": crop.box.tolist(), "file": file}


def draw_sheets(folder: Path, out: Path, catalogue: dict, own: OwnFiles) -> None:
    """Draw the contact sheets that are not of these entries, and delete the files that the catalogue has no more."""
    sheets = sheets_of(catalogue["pictures"])
    made_of = {file: hashlib.sha256(json.dumps(entries).encode()).hexdigest() for file, entries in sheets.items()}
    stale = [file for file in sheets if catalogue["sheets"].get(file) != made_of[file] or not own.is_whole(file)]
    own.announce(stale)
    write_catalogue(out, catalogue)
    for file in stale:
        own.write(file, as_jpeg(contact_sheet(folder, sheets[file], out)))
    crops = [crop for entry in catalogue["pictures"].values() for crop in entry.get("crops", {}).values()]
    own.keep_only([*sheets, *(crop["file"] for crop in crops if "file" in crop)])
    catalogue |= {"sheets": made_of, "files": own.record}
    write_catalogue(out, catalogue)


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
                 f"{refused} refusals; see {printable(str(out / 'contact_sheet.jpg'))}")  # fmt: skip
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, command: str = "python -m hpe_utils.apps.smart_cropping") -> int:
    """The command line, whose exit code it returns."""
    garments = [rule.garment for rule in RULES]
    parser = argparse.ArgumentParser(prog=command, description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="folder with pictures of one person each")
    parser.add_argument("--out", help="folder for the crops (default: FOLDER-crops)")
    parser.add_argument("--model", default="photo", help="the network that finds the joints (default: photo)")
    parser.add_argument("--garment", choices=garments, action="append", help="may be repeated (default: all)")
    options = parser.parse_args(arguments)
    rules = [rule for rule in RULES if rule.garment in (options.garment or garments)]
    folder = _absolute(options.folder)
    try:
        out = _absolute(options.out) if options.out else crops_folder(folder)
        print(summary(make_catalogue(folder, load_finder(options.model), rules, out), out))
    except (DataError, OSError) as error:
        print(printable(str(error)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept: the same command goes on from there.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
