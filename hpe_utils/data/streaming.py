"""Sets larger than memory: record shards as samples whose pictures are read when a batch asks for them.

`Batches` shuffles, augments and labels them as it does arrays, so a seed gives the same batches, at any place of an
epoch, whatever the backend. Read through Keras' own threads, by place: a record is found without those before it.
"""

import struct
from pathlib import Path

import cv2
import numpy as np

from hpe_utils.data import records
from hpe_utils.data.schema import DataError, Samples


class Streamed:
    """Pictures (N, H, W, 3) or maps (N, H, W) of record shards, uint8: indexed as an array, and read then.

    `places` (N, 3) say in which of the files, from which byte on and how many bytes long a record is.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, files: list[Path], places: np.ndarray, name: str, shape: list[int]):
        self.files, self.places, self.name = files, places, name
        self.shape = (len(places), *shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows):
        """The pixels of one row, of a slice, an index array or a boolean mask: an array in memory."""
        if isinstance(rows, (int, np.integer)):
            return self._read(self.places[rows])
        places = self.places[rows]
        pixels = np.empty((len(places), *self.shape[1:]), np.uint8)
        for row, place in enumerate(places):
            pixels[row] = self._read(place)
        return pixels

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self[:], dtype)

    def _read(self, place: np.ndarray) -> np.ndarray:
        file, start, length = place
        with open(self.files[file], "rb") as shard:
            shard.seek(start)
            coded = _fields(shard.read(length))[self.name].bytes_list.value[0]
        kind = cv2.IMREAD_COLOR_RGB if self.name == "images" else cv2.IMREAD_GRAYSCALE
        pixels = cv2.imdecode(np.frombuffer(coded, np.uint8), kind)
        if pixels is None or pixels.shape != self.shape[1:]:
            raise DataError(f"{self.files[file]} was changed while it was read: write the records again")
        return pixels


def stream(folder: str | Path) -> Samples:
    """A folder's records as samples: labels in memory, pictures and maps `Streamed`.

    Raises DataError as `records.open_records` does.
    """
    found = records.open_records(folder)
    columns, places = {name: [] for name in ("ids", *records.LABELS)}, []
    for number, file in enumerate(found.files):
        content = file.read_bytes()
        for start, length in _spans(content):
            fields = _fields(content[start : start + length])
            places.append((number, start, length))
            columns["ids"].append(fields["ids"].bytes_list.value[0].decode())
            for name in records.LABELS:
                columns[name].append(np.array(fields[name].float_list.value, np.float32))
    places = np.array(places)
    labels = {name: np.stack(columns[name]).reshape(len(places), *found.shapes[name]) for name in records.LABELS}
    pixels = {
        name: Streamed(found.files, places, name, found.shapes[name])
        for name in ("images", *records.MAPS)
        if name in found.shapes
    }
    return Samples(
        **pixels, **labels, ids=np.array(columns["ids"]), skeleton=found.skeleton, title=found.title,
        vocabulary=found.vocabulary, left_out=found.left_out,
    )  # fmt: skip


def _spans(content: bytes):
    """Start and length of every record in a TFRecord file: each stands between its length and checksums."""
    at = 0
    while at < len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        yield at + 12, length
        at += 12 + length + 4


def _fields(record: bytes):
    from tensorflow.core.example.example_pb2 import Example

    return Example.FromString(record).features.feature
