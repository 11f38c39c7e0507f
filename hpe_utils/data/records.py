"""Record shards, for sets that do not fit in memory: TFRecord files of JPEG pictures, labels, PNG maps.

    hpe convert coco train --root /data/coco --size 256 --out /data/coco-train-256
    hpe convert pascal_part train --root /data/voc --parts iftimie6 --out /data/parts-train

A shard is NNNNN-of-NNNNN.tfrecord, and a JSON beside it says what is in it. TensorFlow is imported only to write and to
read them.
"""

import argparse
import hashlib
import io
import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from PIL import Image
from tqdm.auto import tqdm

from hpe_utils import cluster
from hpe_utils import parts as vocabularies
from hpe_utils import skeleton as skeletons
from hpe_utils.data import SETS
from hpe_utils.data.augment import Augment
from hpe_utils.data.cache import Source
from hpe_utils.data.conversion import Converted
from hpe_utils.data.people import fingerprint
from hpe_utils.data.schema import Samples
from hpe_utils.data.sets import module_of
from hpe_utils.files import DataError, check, read_json, replaced, write_json
from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton

VERSION = 2  # 1 had no maps
LABELS = ("keypoints", "boxes", "head_boxes", "to_picture")  # float32, stored exactly
ABOUT = {
    **dict.fromkeys(("version", "shards", "count", "bytes"), int),
    **dict.fromkeys(("title", "fingerprint"), str),
    "skeleton": (str, dict),
    "vocabulary?": (str, dict, None),
    "left_out": {"*": int},
    "shapes": {"*": [int]},
    "sha256?": str,
}  # what a shard's JSON says
MAPS = ("instances", "parts", "garments")  # uint8 PNG, stored exactly where the source has them
SHARDS_AT_ONCE = 8  # read in turns, so that neighbours in a shard part before they are shuffled


class Records(NamedTuple):
    """What a folder of shards holds: their files, the records in each, the shape of every field, what was left out.

    `vocabulary` says what the labels of `parts` mean, where there are any.
    """

    files: list[Path]
    counts: list[int]
    shapes: dict[str, list[int]]
    skeleton: Skeleton
    title: str
    left_out: Counter
    vocabulary: Vocabulary | None = None

    def describe(self) -> str:
        """One line: how many pictures of what size in how many shards, and what was left out."""
        height, width = self.shapes["images"][:2]
        text = f"{self.title}: {sum(self.counts):,} pictures of {width}×{height}, {self.skeleton.name}, "
        text += f"{self.vocabulary.name} parts, " if self.vocabulary else ""
        text += f"{len(self.files):,} shards of {sum(file.stat().st_size for file in self.files) / 1e6:,.1f} MB in all"
        if self.left_out:
            text += "; left out: " + ", ".join(f"{n:,} {reason}" for reason, n in sorted(self.left_out.items()))
        return text


def write(
    people: Source | Samples, folder: str | Path, per_shard: int = 1024, quality: int = 95, workers: int | None = None
) -> Records:
    """Write the pictures of a source or of samples as shards of `per_shard`, under a progress bar.

    Pictures become JPEG of this `quality` (1 … 95, no colour subsampling); keypoints, boxes, head boxes, to_picture,
    ids and the maps that there are (instances, parts, garments) are kept exactly, attributes are not kept. A source is
    read shard by shard, by as many threads as there are cores, so no cache is built. A shard appears complete or not at
    all; after a stop, or for a damaged shard, the same call writes what is missing. Raises DataError for a folder that
    holds other records, and on a full disk.
    """
    if per_shard < 1 or not 1 <= quality <= 95:
        raise DataError(f"per_shard={per_shard} must be at least 1, quality={quality} from 1 to 95")
    import tensorflow as tf

    source = _Rows(people) if isinstance(people, Samples) else people
    folder = Path(folder).expanduser()
    about = _facts(source, per_shard, quality)
    shards = about["shards"]
    bar = tqdm(total=len(source), unit="pictures", desc=f"writing {source.title}", delay=1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_others(folder, about)
        todo = [number for number in range(shards) if not _is_whole(_shard(folder, number, shards))]
        ranges = [range(start, min(start + per_shard, len(source))) for start in range(0, len(source), per_shard)]
        bar.update(len(source) - sum(len(ranges[number]) for number in todo))
        jobs = (delayed(_write_shard)(source, ranges[n], quality, _shard(folder, n, shards), about) for n in todo)
        with bar, cluster.engine("threading"):
            for count in Parallel(workers or -1, return_as="generator_unordered")(jobs):
                bar.update(count)
        for partial in folder.glob("*.partial"):
            partial.unlink(missing_ok=True)
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "message", error)
        raise DataError(
            f"cannot write records to {folder} ({reason}): free some space or choose another folder; whole shards are "
            "kept and the same call goes on from there"
        ) from error
    return open_records(folder)


def _facts(source: Source, per_shard: int, quality: int) -> dict:
    """What every shard of the source says of them all."""
    vocabulary = getattr(source, "vocabulary", None)
    return {
        "version": VERSION,
        "title": source.title,
        "skeleton": skeletons.declaration(source.skeleton),
        "shards": -(-len(source) // per_shard),
        "vocabulary": vocabulary and vocabularies.declaration(vocabulary),
        "fingerprint": fingerprint([VERSION, source.spec, per_shard, quality]),
    }


def open_records(folder: str | Path) -> Records:
    """What the folder holds; raises DataError where a shard is missing, damaged, of other records or too new."""
    folder = Path(folder).expanduser()
    abouts = [_about(path) for path in sorted(folder.glob("*-of-*.json"))]
    if not abouts:
        raise DataError(f"{folder} holds no records: write them by hpe convert (--help)")
    if abouts[0]["version"] > VERSION:
        raise DataError(f"the records in {folder} are of a newer hpe_utils: update it, or write them again")
    count = abouts[0]["shards"]
    files = [_shard(folder, number, count) for number in range(min(count, len(abouts) + 1))]
    broken = [file.name for file in files if not _is_whole(file)]
    if broken:
        raise DataError(
            f"{len(broken)} of the {count} shards in {folder} are missing, cut short or damaged, first {broken[0]}: "
            "write the records again by the same command or call, which writes only these"
        )
    _refuse_others(folder, abouts[0])
    filled = [about for about in abouts if about["count"]]
    if not filled:
        raise DataError(f"nothing usable in the records of {folder}: {dict(_sum(abouts))}")
    try:
        skeleton = skeletons.declared(abouts[0]["skeleton"])
        vocabulary = abouts[0].get("vocabulary") and vocabularies.declared(abouts[0]["vocabulary"])
    except (ValueError, TypeError) as error:
        raise DataError(f"the records in {folder}: {error}") from error
    counts, shapes = [about["count"] for about in abouts], filled[0]["shapes"]
    check(shapes, {name: [int] for name in ("images", *LABELS)}, f"shapes in {folder}", "write the records again")
    return Records(files, counts, shapes, skeleton, abouts[0]["title"], _sum(abouts), vocabulary)


def read(
    folder, batch_size=32, shuffle=False, seed=0, buffer=2048, fields=("images", "keypoints"), augment=None, size=None
):
    """A `tf.data.Dataset` of (B, H, W, 3) uint8 pictures and (B, P, K, 3) float32 keypoints, as `Batches` yields them.

    With `shuffle` every epoch mixes the shards and, in a window of `buffer` pictures, their contents; the last,
    incomplete batch is dropped. The same seed gives the same epochs (where Keras' global seed is set, the same two).
    Without, the order is that in which the records were written, and every record comes once. `fields` chooses among
    images, keypoints, boxes, head_boxes, to_picture, ids and the maps that were written, (B, H, W) uint8 instances,
    parts and garments: for instance ("images", "parts"). `augment`, an `Augment`, changes pictures and keypoints,
    otherwise in every epoch, and makes the pictures squares of `size`. Raises DataError as `open_records` does.
    """
    import tensorflow as tf

    records = open_records(folder)
    if augment and tuple(fields) != ("images", "keypoints"):
        raise ValueError("augment moves pictures and keypoints alone: leave fields out, or augment")
    known = ["ids", *records.shapes]
    if unknown := set(fields) - set(known):
        raise ValueError(f"these records have no {', '.join(sorted(unknown))}: they have {', '.join(known)}")
    total = sum(records.counts)
    if shuffle and total < batch_size:
        raise ValueError(f"{total} records do not fill one batch of {batch_size}: lower batch_size")
    files = [str(file) for file in records.files]
    if shuffle:
        shards = tf.data.Dataset.from_tensor_slices(files).shuffle(len(files), seed)
        lines = shards.interleave(
            tf.data.TFRecordDataset, SHARDS_AT_ONCE, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
        ).shuffle(min(buffer, total), seed)
    else:
        lines = tf.data.TFRecordDataset(files)
    lines = lines.apply(tf.data.experimental.assert_cardinality(total))
    examples = lines.map(_parser(records, fields), tf.data.AUTOTUNE, deterministic=True)
    batches = examples.batch(batch_size, drop_remainder=shuffle)
    if augment:
        draws = tf.data.Dataset.random(seed, rerandomize_each_iteration=True)
        change = _augmenter(records, augment, size)
        batches = tf.data.Dataset.zip(batches, draws).map(change, tf.data.AUTOTUNE, deterministic=True)
    return batches.prefetch(tf.data.AUTOTUNE)


def _augmenter(records: Records, augment: Augment, size: int | None):
    import tensorflow as tf

    height, width = (size, size) if size else records.shapes["images"][:2]

    def change(images, keypoints, draw):
        return augment(images, keypoints, records.skeleton, (width, height), np.random.default_rng(draw))

    def on_batch(batch, draw):
        images, keypoints = tf.numpy_function(change, [*batch, draw], (tf.uint8, tf.float32), stateful=False)
        rows = batch[0].shape[0]
        return (
            tf.ensure_shape(images, (rows, height, width, 3)),
            tf.ensure_shape(keypoints, (rows, *records.shapes["keypoints"])),
        )

    return on_batch


def _parser(records: Records, fields):
    import tensorflow as tf

    kinds = dict.fromkeys(("images", "ids", *MAPS), tf.io.FixedLenFeature([], tf.string))
    kinds |= {name: tf.io.FixedLenFeature(records.shapes[name], tf.float32) for name in LABELS}

    def parse(line):
        example = tf.io.parse_single_example(line, {name: kinds[name] for name in fields})
        if "images" in fields:
            picture = tf.io.decode_jpeg(example["images"], channels=3, dct_method="INTEGER_ACCURATE")
            example["images"] = tf.ensure_shape(picture, records.shapes["images"])
        for name in set(fields) & set(MAPS):
            labels = tf.io.decode_png(example[name], channels=1)[..., 0]
            example[name] = tf.ensure_shape(labels, records.shapes[name])
        return tuple(example[name] for name in fields)

    return parse


class _Rows:
    """Samples as a source."""

    def __init__(self, samples: Samples):
        self.samples, self.title, self.skeleton = samples, samples.title, samples.skeleton
        self.left_out, self.vocabulary = samples.left_out, samples.vocabulary
        self.maps = [name for name in MAPS if getattr(samples, name) is not None]

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def spec(self) -> dict:
        """A fingerprint of all labels and of 64 pictures and maps: reading every one takes as long as writing them."""
        some = np.unique(np.linspace(0, len(self) - 1, 64).astype(int)) if len(self) else np.arange(0)
        arrays = [getattr(self.samples, name) for name in ("ids", *LABELS)]
        arrays += [getattr(self.samples, name)[some] for name in ("images", *self.maps)]
        return {
            "vocabulary": self.vocabulary and vocabularies.declaration(self.vocabulary),
            "samples": [hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest() for array in arrays],
        }

    def read(self, start: int, stop: int) -> tuple[dict[str, np.ndarray], Counter]:
        rows = self.samples[start:stop]
        return {name: getattr(rows, name) for name in ("images", "ids", *LABELS, *self.maps)}, Counter()


def _write_shard(source, rows: range, quality: int, path: Path, about: dict) -> int:
    import tensorflow as tf

    arrays, left_out = source.read(rows.start, rows.stop)
    with replaced(path) as partial:
        with tf.io.TFRecordWriter(str(partial)) as writer:
            for row in range(len(arrays["ids"])):
                writer.write(_example(arrays, row, quality))
        about = about | {
            "count": len(arrays["ids"]),
            "bytes": partial.stat().st_size,
            "sha256": _hash(partial),
            "left_out": left_out + Counter({} if rows.start else source.left_out),
            "shapes": {name: arrays[name].shape[1:] for name in ("images", *LABELS, *MAPS) if name in arrays},
        }
        write_json(path.with_suffix(".json"), about)  # before the shard has its own name: then it is described
    return len(rows)


def _example(arrays: dict[str, np.ndarray], row: int, quality: int) -> bytes:
    import tensorflow as tf

    picture = _encode(arrays["images"][row], "JPEG", quality=quality, subsampling=0)
    texts = {"images": picture, "ids": str(arrays["ids"][row]).encode()}
    texts |= {name: _encode(arrays[name][row], "PNG") for name in MAPS if name in arrays}
    features = {name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[text])) for name, text in texts.items()}
    for name in LABELS:
        numbers = tf.train.FloatList(value=np.asarray(arrays[name][row], np.float32).ravel())
        features[name] = tf.train.Feature(float_list=numbers)
    return tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()


def _encode(pixels: np.ndarray, kind: str, **options) -> bytes:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, kind, **options)
    return data.getvalue()


def _shard(folder: Path, number: int, count: int) -> Path:
    return folder / f"{number:05d}-of-{count:05d}.tfrecord"


def _is_whole(shard: Path) -> bool:
    described = shard.with_suffix(".json")
    if not shard.exists() or not described.exists():
        return False
    about, found = _about(described), shard.stat()
    if found.st_size != about["bytes"]:
        return False
    return about.get("sha256") in (None, _hash_once(shard, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=1024)
def _hash_once(path: Path, size: int, changed: int) -> str:
    """A shard's hash, computed again only where its size or time has changed."""
    return _hash(path)


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _about(path: Path) -> dict:
    return read_json(path, "delete it and write the records again", ABOUT)


def _refuse_others(folder: Path, about: dict) -> None:
    for path in folder.glob("*-of-*.json"):
        if _about(path)["fingerprint"] != about["fingerprint"]:
            raise DataError(
                f"{folder} already holds records of other pictures, labels or settings ({path.name}), or of another "
                "version of hpe_utils: choose another folder, or delete them"
            )


def _sum(abouts: list[dict]) -> Counter:
    total = Counter()
    for about in abouts:
        total.update(about["left_out"])
    return total


def main(arguments: list[str] | None = None, program: str = "python -m hpe_utils.data.records") -> None:
    """The command line: read a data set and write its record shards."""
    parser = argparse.ArgumentParser(program, description="Write a data set as TFRecords.")
    parser.add_argument("name", choices=SETS, help="the data set")
    parser.add_argument("split", help="train, val, test or what the data set has")
    parser.add_argument("--root", help="its folder or archive")
    parser.add_argument("--out", required=True, help="the folder of the shards; the same command resumes a stopped one")
    parser.add_argument("--parts", help="the vocabulary of the part maps, such as iftimie6; the set's own if not said")
    parser.add_argument("--skeleton", help="the joints, such as COCO17; the set's own if not said")
    parser.add_argument("--size", type=int, default=256, help="side of the square pictures in pixels")
    parser.add_argument("--per-shard", type=int, default=1024, help="pictures in a shard")
    parser.add_argument("--quality", type=int, default=95, help="of the JPEGs")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", type=_option,
                        help="of the set's source function, for instance single_person=true")  # fmt: skip
    chosen = parser.parse_args(arguments)
    options = dict(chosen.option) | {"size": chosen.size}
    try:
        source = module_of(chosen.name).source(chosen.split, chosen.root, **options)
        if chosen.parts or chosen.skeleton:
            parts, skeleton = chosen.parts and vocabularies.get(chosen.parts), chosen.skeleton
            source = Converted(source, skeletons.get(skeleton) if skeleton else source.skeleton, parts)
        print(write(source, chosen.out, chosen.per_shard, chosen.quality).describe())
    except (DataError, ValueError, TypeError) as error:
        parser.exit(1, f"{error}\n")
    except KeyboardInterrupt:
        parser.exit(130, f"\nstopped; the same command goes on with the next shard in {chosen.out}\n")


def _option(text: str) -> tuple[str, object]:
    """NAME=VALUE; the value is JSON where it can be read so, else text."""
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


if __name__ == "__main__":
    main()
