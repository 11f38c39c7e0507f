"""What a catalogue does with some pictures of its folder: find one person in each, choose the rules, cut, write.

It is all that a worker needs, so that a catalogue's pictures can be shared out among processes and machines.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from hpe_utils import runs
from hpe_utils import skeleton as skeletons
from hpe_utils.apps.contact_sheet import as_jpeg
from hpe_utils.apps.garment_rules import Crop, Rule, crops_of
from hpe_utils.apps.own_files import OwnFiles
from hpe_utils.data.pictures import in_batches, picture_or_problem
from hpe_utils.files import DataError
from hpe_utils.skeleton import Skeleton


@dataclass(frozen=True)
class Finder:
    """Where one person's joints are: `find` takes pictures of any size and gives (K, 3) keypoints for each, in pixels.

    A joint that the model is not sure of has v = 0. `name` changes with the model, so that a catalogue is made anew.
    """

    name: str
    skeleton: Skeleton
    find: Callable[[list[np.ndarray]], list[np.ndarray]]


@dataclass(frozen=True)
class SurestPerson:
    """Finds the joints of the surest person in each picture, by a network that each process loads when it needs it."""

    model: str
    mirrored: bool
    skeleton: Skeleton

    def __call__(self, images: list[np.ndarray]) -> list[np.ndarray]:
        everybody = loaded(self.model, self.mirrored).everybody(images)
        return [people.keypoints[0] if len(people) else np.zeros((len(self.skeleton), 3)) for people in everybody]


@cache
def loaded(model: str, mirrored: bool):
    """A network that finds joints; raises DataError where it finds none."""
    from hpe_utils import Pose

    pose = Pose.load(model, mirrored=mirrored)
    if pose.skeleton is None:
        raise DataError(f"the network {model} finds no joints: take another, such as photo")
    return pose


def load_finder(model: str = "photo", mirrored: bool = False) -> Finder:
    """A finder by the name of a network that finds joints; the weights are loaded when its first pictures come.

    Of several people the surest is taken. With `mirrored` every picture's mirror image is seen as well. Raises
    DataError, naming what there is, where there is no such network, and on first use where it finds no joints.
    """
    facts = runs.facts_of(model)
    skeleton = skeletons.declared(facts.get("skeleton") or "COCO17")
    name = f"{model} {facts['sha256'][:12]}" + " mirrored" * mirrored
    return Finder(name, skeleton, SurestPerson(model, mirrored, skeleton))


@dataclass(frozen=True)
class Job:
    """What is the same for all pictures of a catalogue."""

    folder: Path
    out: Path
    finder: Finder
    rules: tuple[Rule, ...]
    threads: int | None = None  # of TensorFlow in each worker, where several share a machine's cores


def crop_pictures(job: Job, files: dict[str, dict[str, str]], record: dict[str, str], batch: int) -> tuple[dict, dict]:
    """Write the crops of some pictures: `files` has for each its crops' files by garment, `record` those that are ours.

    Returns what catalogue.json says about each picture but its stamp, and the record of the files written.
    """
    if job.threads:
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(job.threads))  # read when TensorFlow starts
    own, described = OwnFiles(job.out, record), {}
    for images in in_batches(((name, picture_or_problem(job.folder / name)) for name in files), batch):
        readable = {name: image for name, image in images if isinstance(image, np.ndarray)}
        found = job.finder.find(list(readable.values())) if readable else []
        described |= {name: {"problem": image} for name, image in images if not isinstance(image, np.ndarray)}
        for (name, image), keypoints in zip(readable.items(), found, strict=True):
            described[name] = crop_picture(image, keypoints, job, files[name], own)
    return described, own.record


def crop_picture(image: np.ndarray, keypoints: np.ndarray, job: Job, files: dict[str, str], own: OwnFiles) -> dict:
    """Write one picture's crops; gives its pose class, its joints, and each crop's box and file or why it has none."""
    pose, crops = crops_of(job.rules, keypoints, job.finder.skeleton, image.shape[1::-1])
    places = np.round(keypoints.astype(float), 2).tolist()
    cut = {garment: cut_out(image, crop, files[garment], own) for garment, crop in crops.items()}
    return {"pose": pose, "keypoints": places, "crops": cut}


def cut_out(image: np.ndarray, crop: Crop, file: str, own: OwnFiles) -> dict:
    """Write one crop; gives its box and file, or the reason for the refusal."""
    if crop.box is None:
        return {"refused": crop.reason}
    x0, y0, x1, y1 = (crop.box + 0.5).astype(int)
    own.write(file, as_jpeg(Image.fromarray(image[y0:y1, x0:x1])))
    return {"box": crop.box.tolist(), "file": file}


def garments_of(rules: Sequence[Rule]) -> list[str]:
    """The garments of some rules in their order; raises DataError for a rule that can never be chosen."""
    for_all = set()
    for rule in rules:
        if rule.garment in for_all:
            raise DataError(
                f"two rules are called {rule.garment!r}: each garment has one for a pose, and the one for all poses "
                "comes last; so give them names of their own"
            )
        if not rule.poses:
            for_all.add(rule.garment)
    return list(dict.fromkeys(rule.garment for rule in rules))
