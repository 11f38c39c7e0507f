"""A catalogue of a folder: the crop of every garment in every picture, or the reason why there is none.

python -m hpe_utils.apps.smart_cropping FOLDER

Crops, catalogue.json and contact_sheet.jpg go to FOLDER-crops; a second start does only what is new or has changed.
"""

import argparse
import json
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
from hpe_utils.apps.contact_sheet import write_contact_sheets, write_jpeg
from hpe_utils.apps.garment_rules import BONES, POSES, RULES, Crop, Rule, crop_box, pose_class
from hpe_utils.data.pictures import read_picture
from hpe_utils.data.sets.folder import KINDS
from hpe_utils.files import DataError, write_json
from hpe_utils.geometry import Affine, whole_square
from hpe_utils.skeleton import Skeleton

BATCH = 16


@dataclass(frozen=True)
class Finder:
    """Where one person's joints are: `find` takes pictures of any size and gives (K, 3) keypoints for each, in pixels.

    A joint that the model is not sure of has v = 0. `name` changes with the model, so that a catalogue is made anew.
    """

    name: str
    skeleton: Skeleton
    find: Callable[[list[np.ndarray]], list[np.ndarray]]


def load_finder(model: str = "photo") -> Finder:
    """A finder by a name in MODELS; Keras and the weights are loaded when its first pictures come.

    Raises ValueError for another name, and on first use DataError where there is no such checkpoint.
    """
    if model not in MODELS:
        raise ValueError(f"unknown model {model!r}; known are {', '.join(MODELS)}")
    opened = MODELS[model]

    @cache
    def loaded():
        from hpe_utils.runtime import import_quietly, quiet_error_stream

        import_quietly("keras")
        with quiet_error_stream():
            return opened(runs.load_network(model))

    facts = runs.facts_of(model)
    skeleton = skeletons.get(facts["skeleton"])
    return Finder(f"{model} {facts['sha256'][:12]}", skeleton, lambda images: loaded()(images))


def by_heatmaps(model, codec, least: float) -> Callable:
    """`find` for a model of one person's heat maps, which sees the whole picture padded to a square.

    Joints whose map has a confidence below `least` get v = 0.
    """

    def find(images):
        crops = [Affine.crop(whole_square(image.shape), codec.size) for image in images]
        squares = [crop.image(image, codec.size) for crop, image in zip(crops, images, strict=True)]
        maps = model.predict_on_batch(np.stack(squares))
        joints = np.array(codec.decode(maps))[:, 0]
        joints[..., 2] = 2 * (np.asarray(codec.confidence(maps))[:, 0] >= least)
        return [crop.inverse().points(person) for crop, person in zip(crops, joints, strict=True)]

    return find


def first_of_people(model, codec, peak: float) -> Callable:
    """`find` for a model of several people, of whom the surest is taken."""
    from hpe_utils import inference
    from hpe_utils.codecs.grouping import Grouping

    grouping = Grouping(codec.skeleton, assignment="hungarian", peak=peak)
    nobody = np.zeros((len(codec.skeleton), 3), np.float32)

    def find(images):
        found = inference.find_people(model, codec, grouping, images)
        return [people.keypoints[0] if len(people.keypoints) else nobody for people in found]

    return find


MODELS = {
    # One person in photographs. Of the right joints of 500 LSPET val people .92 reach this confidence, of the wrong
    # ones (head bone, .5) .76.
    "photo": lambda network: by_heatmaps(network.model, network.codec, least=0.03),
    # One rendered person. Of the right joints of 500 easy val people .98 reach this confidence, of the wrong ones .67.
    "trunk": lambda network: by_heatmaps(network.model, network.codec, least=0.08),
    # Rendered people. Chosen on val: of crops that are not possible 17 % are made (with peaks from .1 on 27 %, from .3
    # on 5 %), of those that are possible 6 % are refused (4 %, 13 %).
    "openpose": lambda network: first_of_people(network.model, network.codec, peak=0.2),
}


def make_catalogue(folder, finder: Finder, rules: Sequence[Rule] = RULES, out=None) -> dict:
    """Cut every garment out of every picture of a folder; catalogue.json and a contact sheet describe the result.

    `out`, by default FOLDER-crops, gets GARMENT/PICTURE.jpg for each crop. What an earlier start finished is kept as
    long as picture, rules and model are the same. Returns what catalogue.json holds: "pictures" has for each its pose
    class and for each garment a box and file or the reason for a refusal, or the problem with the picture. Raises
    DataError, with the remedy, when there is no picture that can be read. Used in notebook 07.
    """
    folder = Path(folder).expanduser()
    out = Path(out).expanduser() if out else folder.absolute().with_name(folder.absolute().name + "-crops")
    if out.resolve() == folder.resolve():
        raise DataError(f"the crops cannot go into {folder} itself: name another folder for them")
    stamps = pictures_in(folder)
    settings = {"model": finder.name, "rules": [astuple(rule) for rule in rules], "bones": BONES, "poses": POSES}
    settings = json.loads(json.dumps(settings))
    pictures = finished(out, settings, stamps)
    todo = [name for name in stamps if name not in pictures]
    with tqdm(total=len(stamps), initial=len(pictures), unit="pictures", desc="cropping", leave=False) as bar:
        for start in range(0, len(todo), BATCH):
            names = todo[start : start + BATCH]
            described = crop_pictures(folder, names, finder, rules, out)
            pictures |= {name: {"stamp": stamps[name], **described[name]} for name in names}
            catalogue = {
                "settings": settings,
                "pictures": {name: pictures[name] for name in stamps if name in pictures},
            }
            write_json(out / "catalogue.json", catalogue)
            bar.update(len(names))
    problems = [entry["problem"] for entry in pictures.values() if "problem" in entry]
    if len(problems) == len(pictures):
        raise DataError(f"none of the {len(pictures)} pictures in {folder} can be read; the first: {problems[0]}")
    catalogue = {"settings": settings, "pictures": {name: pictures[name] for name in stamps}}
    if todo or not (out / "contact_sheet.jpg").exists():
        write_contact_sheets(folder, catalogue["pictures"], out)
    return catalogue


def pictures_in(folder: Path) -> dict[str, str]:
    """The names of a folder's pictures, and what tells whether one changed; raises DataError where there are none."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder: name the folder that holds your pictures")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in KINDS and path.is_file())
    if not found:
        raise DataError(f"{folder} holds no pictures ({', '.join(KINDS)}); folders inside it are not searched")
    return {path.name: f"{path.stat().st_size}-{path.stat().st_mtime_ns}" for path in found}


def finished(out: Path, settings: dict, stamps: dict[str, str]) -> dict:
    """The pictures of an earlier catalogue that need not be done again."""
    try:
        earlier = json.loads((out / "catalogue.json").read_text(encoding="utf-8"))
        if earlier["settings"] != settings:
            return {}
        return {
            name: entry
            for name, entry in earlier["pictures"].items()
            if entry["stamp"] == stamps.get(name)
            and all((out / crop["file"]).exists() for crop in entry.get("crops", {}).values() if "file" in crop)
        }
    except (OSError, ValueError, KeyError, TypeError):  # there is none, or it is not ours
        return {}


def crop_pictures(folder: Path, names: list[str], finder: Finder, rules: Sequence[Rule], out: Path) -> dict:
    """Write the crops of some pictures; gives what catalogue.json says about each but its stamp."""
    images, described = {}, {}
    for name in names:
        try:
            images[name] = read_picture(folder / name)
        except DataError as error:
            described[name] = {"problem": str(error)}
    found = finder.find(list(images.values())) if images else []
    for (name, image), keypoints in zip(images.items(), found, strict=True):
        boxes = {rule: crop_box(rule, keypoints, finder.skeleton, image.shape[1::-1]) for rule in rules}
        crops = {rule.garment: crop_picture(image, name, crop, rule, out) for rule, crop in boxes.items()}
        described[name] = {"pose": pose_class(keypoints, finder.skeleton), "crops": crops}
    return described


def crop_picture(image: np.ndarray, name: str, crop: Crop, rule: Rule, out: Path) -> dict:
    """Write one crop; gives its box and file, or the reason for the refusal."""
    file = Path(rule.garment.replace(" ", "_")) / (name if name.lower().endswith(".jpg") else f"{name}.jpg")
    if crop.box is None:
        (out / file).unlink(missing_ok=True)  # of an earlier start with other rules
        return {"refused": crop.reason}
    x0, y0, x1, y1 = (crop.box + 0.5).astype(int)
    write_jpeg(out / file, Image.fromarray(image[y0:y1, x0:x1]))
    return {"box": crop.box.tolist(), "file": file.as_posix()}


def summary(catalogue: dict, out: Path) -> str:
    """How many crops and refusals there are, and what is wrong with the pictures that cannot be read, in words."""
    entries = catalogue["pictures"].values()
    crops = [crop for entry in entries for crop in entry.get("crops", {}).values()]
    refused = sum("refused" in crop for crop in crops)
    lines = [entry["problem"] for entry in entries if "problem" in entry]
    lines.append(f"{len(entries)} pictures, {len(lines)} of them not readable: {len(crops) - refused} crops, "
                 f"{refused} refusals; see {out / 'contact_sheet.jpg'}")  # fmt: skip
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    garments = [rule.garment for rule in RULES]
    parser = argparse.ArgumentParser(prog="python -m hpe_utils.apps.smart_cropping", description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="folder with pictures of one person each")
    parser.add_argument("--out", help="folder for the crops (default: FOLDER-crops)")
    parser.add_argument(
        "--model", choices=tuple(MODELS), default="photo", help="what finds the joints (default: photo)"
    )
    parser.add_argument("--garment", choices=garments, action="append", help="may be repeated (default: all)")
    options = parser.parse_args(arguments)
    rules = [rule for rule in RULES if rule.garment in (options.garment or garments)]
    folder = Path(options.folder).expanduser().absolute()
    out = Path(options.out or folder.with_name(folder.name + "-crops")).expanduser()
    try:
        print(summary(make_catalogue(folder, load_finder(options.model), rules, out), out))
    except (DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept: the same command goes on from there.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
