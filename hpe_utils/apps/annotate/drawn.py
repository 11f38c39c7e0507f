"""A folder of pictures to annotate, and the truth about it: samples of any set, such as drawn people for a lab."""

from pathlib import Path

import numpy as np
from PIL import Image

from hpe_utils.apps.annotate.book import Book, runs_of
from hpe_utils.apps.own_files import writing
from hpe_utils.data.schema import Samples
from hpe_utils.files import DataError, replaced
from hpe_utils.parts import UNLABELLED


def write_people(samples: Samples, folder: str | Path) -> Book:
    """Write samples' pictures as 1.png, 2.png … and their labels as truth.json; returns that book.

    Parts are written where the samples have them and say whose they are (`instances`). Raises DataError where there is
    a truth.json, and where nothing can be written.
    """
    folder = Path(folder).expanduser()
    if (folder / "truth.json").exists():
        raise DataError(f"{folder} has a truth.json already: name another folder")
    for number, image in enumerate(samples.images, 1):
        with writing(folder), replaced(folder / f"{number}.png") as partial:
            Image.fromarray(np.asarray(image)).save(partial, "PNG")
    with_parts = samples.parts is not None and samples.instances is not None
    book = Book(folder, folder / "truth.json", samples.skeleton, samples.vocabulary if with_parts else None)
    for row in range(len(samples)):
        shape = samples.images[row].shape[:2]
        numbers = np.flatnonzero((samples.keypoints[row, :, :, 2] > 0).any(-1))
        people = [{"joints": joints} for joints in samples.keypoints[row, numbers].astype(float).tolist()]
        masks = [_masks(samples, row, number + 1) for number in numbers] if with_parts else []
        state = {"people": people, "runs": runs_of(masks, shape), "done": True}
        book.save(f"{row + 1}.png", state, shape)
    return book


def _masks(samples: Samples, row: int, number: int):
    """A person's outline and parts (`masks.decode_person`); what a set gives to a person and to no part is left out."""
    parts = np.where(np.asarray(samples.instances[row]) == number, np.asarray(samples.parts[row]), 0)
    return parts > 0, [(label, parts == label) for label in np.unique(parts).tolist() if label not in (0, UNLABELLED)]
