"""What the tool's page asks, and the answers: the same for the browser's page and for a notebook."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.spatial import cKDTree

from hpe_utils import parts as vocabularies
from hpe_utils import runs
from hpe_utils import skeleton as skeletons
from hpe_utils.apps.annotate.book import PEOPLE, Book, Changed, runs_of
from hpe_utils.apps.annotate.puppet import puppet
from hpe_utils.data.pictures import read_picture, stamp
from hpe_utils.data.sets.folder import read_content
from hpe_utils.files import DataError, check, read_json, shown
from hpe_utils.painting import PARTS
from hpe_utils.parts import mapping

LOSSLESS = 2_000_000  # pixels of the largest picture that is sent as PNG, larger ones as JPEG
PAUSE = 60.0  # seconds between two changes that count at most: who is away for longer is not at work
ASKED = {"ask": str, "name?": str, "mark?": (str, None)}


class Desk:
    """Answers questions about a book of annotations; networks are loaded when they are first asked.

    `networks` are functions that give a `Pose`, by name: joints come from those that find joints, parts from those
    that find parts.
    """

    def __init__(self, book: Book, networks: Mapping[str, Callable] | None = None):
        self.book, self.networks, self.lock = book, dict(networks or {}), threading.Lock()
        self.poses, self.since = None, {}  # and when each picture was last opened or changed

    def answer(self, asked) -> dict:
        """The answer to a question, or {"error": a line}, with "changed" where somebody else wrote the picture."""
        answers = {"work": self.work, "labels": self.labels, "save": self.save, "suggest": self.suggest}
        try:
            check(asked, ASKED, "the question", "load the page again")
            if asked["ask"] not in answers:
                raise DataError(f"nobody knows what {shown(asked['ask'])} asks: load the page again")
            return answers[asked["ask"]](asked)
        except Changed as error:
            return {"error": str(error), "changed": True}
        except (DataError, ValueError, OSError) as error:
            return {"error": str(error)}

    def work(self, _asked: dict) -> dict:
        """All that does not depend on a picture."""
        book = self.book
        book.refresh()
        names = list(book.vocabulary.parts) if book.vocabulary else []
        return {
            "id": hashlib.sha256(str(book.path.resolve()).encode(errors="backslashreplace")).hexdigest()[:16],
            "title": f"{book.folder.resolve().name}: {book.path.name}",
            "pictures": [{"name": name, "done": book.is_done(name)} for name in book.names],
            "puppet": puppet(book.skeleton, book.vocabulary),
            "parts": names,
            "colours": [PARTS[k % len(PARTS)].tolist() for k in range(len(names))],
            "networks": list(self.networks),
        }

    def labels(self, asked: dict) -> dict:
        """A picture's annotation, its size and its mark."""
        name = self._name(asked)
        image = self._image(name)
        state = self.book.state(name, image.shape[:2])
        self.since[name] = time.monotonic()
        return {"size": list(image.shape[1::-1]), "state": state, "mark": self.book.mark(name)}

    def save(self, asked: dict) -> dict:
        """Write a picture's annotation; without "mark" whatever was there before."""
        name, now = self._name(asked), time.monotonic()
        seconds = min(now - self.since.get(name, now), PAUSE)
        shape = self._image(name).shape[:2]
        mark = self.book.save(name, asked.get("state"), shape, asked.get("mark"), seconds)
        self.since[name] = now
        return {"mark": mark}

    def suggest(self, asked: dict) -> dict:
        """What the networks find in a picture, as an annotation that is not written."""
        image = self._image(self._name(asked))
        with self.lock:
            if self.poses is None:
                self.poses = [load() for load in self.networks.values()]
            return {"state": suggestion(image, self.poses, self.book) | {"done": False}}

    def picture(self, name: str) -> tuple[bytes, str]:
        """A picture upright, as bytes that every browser shows, and their kind; raises DataError."""
        image, file = self._image(self._name({"name": name})), BytesIO()
        small = image.shape[0] * image.shape[1] <= LOSSLESS
        options = {"compress_level": 1} if small else {"quality": 92}
        Image.fromarray(image).save(file, "PNG" if small else "JPEG", **options)
        return file.getvalue(), "image/png" if small else "image/jpeg"

    def _name(self, asked: dict) -> str:
        if asked.get("name") not in self.book.names:
            raise DataError(f"{self.book.folder} has no picture {shown(asked.get('name'))}: load the page again")
        return asked["name"]

    def _image(self, name: str) -> np.ndarray:
        path = self.book.folder / name
        return _read(path, stamp(path))


_read = lru_cache(maxsize=4)(lambda path, _stamp: read_picture(path))


def open_desk(
    folder: Path,
    out: Path | None = None,
    skeleton: str | Path | None = None,
    parts: str | Path | None = None,
    models: Iterable = (),
) -> Desk:
    """A desk for a folder of pictures; `skeleton` and `parts` are names, or JSON files that declare one's own.

    `models` are networks, each a `Pose`, its name or path.
    A new file of annotations takes what is not named from the networks. Raises DataError where these do not fit.
    """
    skeleton = _declared(skeleton, skeletons.declared)
    parts = _declared(parts, vocabularies.declared)
    path = Path(folder).expanduser() / "annotations.json" if out is None else Path(out).expanduser()
    facts = {_name_of(model): _facts_of(model) for model in models}
    if path.exists():
        _, own, own_parts = read_content(path, skeleton)
        skeleton, parts = skeleton or own, parts or own_parts
    found = [(one.get("skeleton"), one.get("vocabulary")) for one in facts.values()]
    skeleton = skeleton or next((skeletons.declared(joints) for joints, named in found if joints and not named), None)
    parts = parts or next((vocabularies.get(named) for _, named in found if named), None)
    for name, one in facts.items():
        if one.get("vocabulary") and parts:
            try:
                mapping(vocabularies.get(one["vocabulary"]), parts)
            except ValueError as error:
                raise DataError(f"{name}: {error}; leave out --parts, or this network") from error
    return Desk(Book(folder, out, skeleton, parts), {_name_of(model): partial(_loaded, model) for model in models})


def _declared(value, declared: Callable):
    """What a name, or the JSON file of a path, says; raises DataError."""
    if value is None:
        return None
    if not isinstance(value, (str, Path)):
        return value
    try:
        if str(value).endswith(".json"):
            return declared(read_json(Path(value).expanduser(), "declare names as in annotations.json", dict))
        return declared(str(value))
    except (ValueError, TypeError) as error:
        raise DataError(str(error)) from error


def _name_of(model) -> str:
    return str(model) if isinstance(model, (str, Path)) else model.name


def _facts_of(model) -> dict:
    return runs.facts_of(model) if isinstance(model, (str, Path)) else model.network.facts


def _loaded(model):
    """A `Pose`, by its name where it is not one; Keras is imported only here, for that takes a while."""
    if not isinstance(model, (str, Path)):
        return model
    from hpe_utils.pose import Pose

    return Pose.load(model)


# What networks find -------------------------------------------------------------------------------


def suggestion(image: np.ndarray, poses: Iterable, book: Book) -> dict:
    """The people and the map of parts that networks, each a `Pose`, find in a picture (`book` says in which form)."""
    joints, parts, owners = np.zeros((0, len(book.skeleton), 3)), None, None
    for pose in poses:
        found = pose(image)
        if pose.names and not len(joints):
            joints = skeletons.convert(found.keypoints, pose.skeleton, book.skeleton)[:PEOPLE]
            owners = found.instances
        if found.parts is not None and book.vocabulary:
            parts = mapping(pose.vocabulary, book.vocabulary)[found.parts]
    if parts is None or not parts.any():
        return {"people": _people(joints), "runs": []}
    if not len(joints):
        joints = np.zeros((1, len(book.skeleton), 3))
    if owners is None:
        owners = nearest_person(joints, book.skeleton.limb_indices, parts.shape)
    masks = [
        ((owners == n) & (parts > 0), [(k, (owners == n) & (parts == k)) for k in range(1, len(book.vocabulary) + 1)])
        for n in range(1, len(joints) + 1)
    ]
    return {"people": _people(joints), "runs": runs_of(masks, parts.shape)}


def _people(joints: np.ndarray) -> list[dict]:
    return [{"joints": one} for one in np.round(joints.astype(float), 2).tolist()]


def nearest_person(joints: np.ndarray, limbs: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(H, W) the number, from 1, of the person whose limbs and joints are nearest to each pixel."""
    if len(joints) == 1:
        return np.ones(shape, np.uint8)
    points, owners = [], []
    for number, person in enumerate(joints, 1):
        known = person[:, 2] > 0
        ends = person[limbs[known[limbs].all(axis=1)]] if len(limbs) else np.zeros((0, 2, 3))
        along = [(1 - t) * ends[:, 0, :2] + t * ends[:, 1, :2] for t in np.linspace(0, 1, 9)]
        points += [person[known, :2], *along]
        owners += [number] * (len(points[-10]) + 9 * len(ends))
    rows, columns = np.indices(shape).reshape(2, -1)
    _, nearest = cKDTree(np.concatenate(points)).query(np.stack([columns, rows], axis=1))
    return np.array(owners, np.uint8)[nearest].reshape(shape)
