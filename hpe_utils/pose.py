"""The door: `pose = Pose.load("photo_people")`, and `pose(picture)` is who was found in it."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from hpe_utils import runs
from hpe_utils.data import films
from hpe_utils.data.pictures import BATCH, as_rgb, in_batches, picture_or_problem, pictures_in, read_picture
from hpe_utils.data.schema import Samples
from hpe_utils.files import DataError
from hpe_utils.found import Found
from hpe_utils.geometry import Affine, grown_boxes
from hpe_utils.inference import holds_pixels
from hpe_utils.painting import paint
from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton


class Pose:
    """A trained network that is called with pictures and gives who was found in them, a `Found` each.

    `Pose.load(name)` makes one.
    """

    def __init__(
        self,
        name: str,
        network: runs.Network,
        least: float | None,
        mirrored: bool,
        finder: "Pose | None",
        fast: bool = False,
    ):
        self.name, self.network, self.finder = name, network, finder
        self.least, self.mirrored, self.fast = least, mirrored, fast
        least = network.facts.get("least") if least is None else least
        options = {"mirrored": mirrored} | ({} if least is None else {"least": least})
        self.find = network.task.finder(network.model, network.codec, **options, **by_litert() if fast else {})
        words = [self.name, sha256_of(network)[:12], *(f"{key}={value}" for key, value in options.items())]
        self.identity = " ".join(words + (["on", finder.identity] if finder else []))

    @classmethod
    def load(
        cls,
        name: str | Path = "photo_people",
        finder: str | Path | None = None,
        least: float | None = None,
        mirrored: bool = False,
        fast: bool = False,
    ) -> "Pose":
        """A shipped network by name, or one's own by the path of its .weights.h5 (`runs.save_checkpoint`).

        A joint, or a person, counts as found from the confidence `least` on, by default the one that the network's
        training chose. With `mirrored` every picture's mirror image is seen as well: more right joints in twice the
        time. A network for one person sees the whole picture; with a `finder`, another network's name, it sees
        everybody whom that one finds, cut out. With `fast` LiteRT runs the networks: after some seconds of conversion
        they take two fifths to three quarters of the time on a processor, with the same answers; worth it for films and
        the camera.
        Raises DataError, naming what there is.
        """
        network = load_quietly(name, in_float32=fast)
        if finder and not network.task.one_person:
            raise DataError(f"{name} finds {network.task.title}: a finder is for a network of one person's joints")
        return cls(str(name), network, least, mirrored, cls.load(finder, fast=fast) if finder else None, fast)

    def __call__(self, source, batch: int = BATCH) -> Found | list[Found] | dict[str, Found]:
        """Who is in a picture: a path, a PIL picture or an array of any kind that `as_rgb` takes.

        A list of pictures gives a list. A folder gives a dict by the pictures' names, a film one by the frames' seconds
        ("0.040"); what cannot be read is said in a line and left out. Raises DataError, with the remedy, for a path
        that leads nowhere or to nothing that can be read, and ValueError for an array that is no picture.
        """
        if isinstance(source, (str, Path)):
            path = Path(source).expanduser()
            if path.is_dir() or path.suffix.lower() in films.KINDS:
                return {name: people for name, _, people in self.stream(path, batch)}
            return self.everybody([read_picture(path)])[0]
        if isinstance(source, (list, tuple)) or isinstance(source, np.ndarray) and source.ndim == 4:
            pictures = (("", read_picture(one) if isinstance(one, (str, Path)) else as_rgb(one)) for one in source)
            return [
                people
                for some in in_batches(pictures, batch)
                for people in self.everybody([image for _, image in some])
            ]
        return self.everybody([as_rgb(source)])[0]

    def stream(self, path: str | Path, batch: int = BATCH) -> Iterator[tuple[str, np.ndarray, Found]]:
        """Name, picture and people of a folder's pictures or a film's frames, one after another, with a bar."""
        path = Path(path).expanduser()
        count, pictures = (folder_pictures if path.is_dir() else film_pictures)(path)
        none = True
        with tqdm(total=count, unit="pictures", desc=path.name, leave=False, delay=1) as bar:
            for some in in_batches(pictures, batch):
                read = [(name, image) for name, image in some if isinstance(image, np.ndarray)]
                for problem in (image for _, image in some if not isinstance(image, np.ndarray)):
                    bar.write(problem, file=sys.stderr)
                for (name, image), people in zip(read, self.everybody([image for _, image in read]), strict=True):
                    none = False
                    yield name, image, people
                bar.update(len(some))
        if none:
            raise DataError(f"nothing in {path} can be read: name a folder with pictures or a film")

    def everybody(self, images: list[np.ndarray]) -> list[Found]:
        """Who is in each of the (H, W, 3) uint8 pictures."""
        if not images or self.finder is None:
            return self.find(images) if images else []
        everybody = self.finder.everybody(images)
        return [self.top_down(image, people) for image, people in zip(images, everybody, strict=True)]

    def top_down(self, image: np.ndarray, people: Found) -> Found:
        """One by one the people whose boxes were found, each cut out with a quarter around, and put back."""
        size, side = image.shape[1::-1], self.network.codec.size
        people = people[holds_pixels(people.boxes, image.shape)]
        views = [Affine.crop(box, side) for box in grown_boxes(people.boxes, side[0] / side[1])]
        found = self.find([view.image(image, side, 128) for view in views]) if views else []
        rows = [row for row, one in enumerate(found) if len(one)]
        ones = [found[row].moved(views[row].inverse(), size) for row in rows]
        keypoints = np.concatenate([np.zeros((0, len(self.names), 3), np.float32), *(one.keypoints for one in ones)])
        sure = np.concatenate([np.zeros((0, len(self.names)), np.float32), *(one.confidences for one in ones)])
        return Found(size, keypoints, sure, people.scores[rows], people.boxes[rows], self.skeleton)

    @property
    def skeleton(self) -> Skeleton | None:
        """The joints that the network finds, None where it finds none."""
        return self.network.task.joints(self.network.codec)

    @property
    def names(self) -> tuple[str, ...]:
        """The joints' names, in the order of `Found.keypoints`."""
        return self.skeleton.joints if self.skeleton else ()

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The names of the parts that the network finds, None where it finds none."""
        return getattr(self.network.codec, "vocabulary", None)

    def __repr__(self) -> str:
        facts, codec = self.network.facts, self.network.codec
        words = [self.network.task.title, "{} × {} pixels".format(*codec.size)]
        words += [f"{len(self.names)} joints ({self.skeleton.name})"] if self.names else []
        words += [f"{len(self.vocabulary)} parts ({self.vocabulary.name})"] if self.vocabulary else []
        words += [f"{self.network.model.count_params() / 1e6:.2f} million weights"]
        words += [runs.score_words(row) for row in facts.get("scores", [])[:1]]
        words += [facts["licence"]] if facts.get("licence") else []
        found_by = f", finder={self.finder!r}" if self.finder else ""
        return f"Pose({self.name!r}: {'; '.join(words)}{found_by})"

    def fine_tune(self, samples: Samples, **options) -> "Pose":
        """A network like this one for the samples' own joints (`fine_tuning.fine_tune`, which names the options)."""
        from hpe_utils.fine_tuning import fine_tune

        network = fine_tune(self.network, samples, **options)
        return Pose(f"{self.name}, fine-tuned", network, self.least, self.mirrored, self.finder, self.fast)

    def save(self, path: str | Path) -> Path:
        """Write the network to a path such as "mine/hands", for `Pose.load`; returns the path of its .weights.h5."""
        path, (model, _, _, facts) = Path(path).expanduser(), self.network
        return runs.save_checkpoint(model, path.name.removesuffix(runs.WEIGHTS), facts, path.parent)

    def draw(self, picture, people: Found | None = None) -> Image.Image:
        """The picture with its people painted in, as a PIL picture: a notebook shows it, `.save(path)` writes it."""
        image = read_picture(picture) if isinstance(picture, (str, Path)) else as_rgb(picture)
        return Image.fromarray(paint(image, self(image) if people is None else people))


def load_quietly(name: str | Path, in_float32: bool = False) -> runs.Network:
    """A network without TensorFlow's words on the error stream, in the precision of `runtime.start` or in float32."""
    from hpe_utils.runtime import import_quietly, quiet_error_stream

    keras = import_quietly("keras")
    precision = keras.config.dtype_policy()
    try:
        if in_float32:
            keras.config.set_dtype_policy("float32")
        with quiet_error_stream():
            return runs.load_network(name)
    finally:
        keras.config.set_dtype_policy(precision)


def by_litert() -> dict:
    """The option of a task's finder by which LiteRT runs its network."""
    from hpe_utils.litert import Interpreted

    return {"run": Interpreted}


def sha256_of(network: runs.Network) -> str:
    """What tells a network's weights from others': its file's hash, or for one that is in no file, theirs."""
    weights = network.model.get_weights
    return network.facts.get("sha256") or hashlib.sha256(b"".join(map(np.ndarray.tobytes, weights()))).hexdigest()


def folder_pictures(folder: Path) -> tuple[int, Iterator[tuple[str, np.ndarray | str]]]:
    """How many pictures a folder has, and each by its name, or what is wrong with it."""
    names = list(pictures_in(folder))
    return len(names), ((name, picture_or_problem(folder / name)) for name in names)


def film_pictures(path: Path) -> tuple[int, Iterator[tuple[str, np.ndarray | str]]]:
    """How many frames a film has, as it says itself, and each by its seconds; at the end what could not be read."""
    film = films.Film(path)

    def frames():
        for seconds, image in film:
            yield f"{seconds:.3f}", image
        if film.broken:
            yield "", f"{film.broken} broken pieces of {path} were left out"

    return film.frames, frames()
