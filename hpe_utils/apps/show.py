"""Pictures of a data set, or of record shards, with their labels beside them: `hpe show`, and figures for notebooks."""

import io
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from hpe_utils import viz
from hpe_utils.data import records
from hpe_utils.data.cache import Source, origin_of
from hpe_utils.data.schema import DataError, Samples
from hpe_utils.data.sets import SETS, module_of
from hpe_utils.files import write_bytes
from hpe_utils.parts import UNLABELLED
from hpe_utils.runtime import quiet_error_stream

STEP = 16  # samples that are read at once


def picture(source: str, root: Path | None, split: str, out: Path, count: int, size: int) -> str:
    """Write a figure of the first `count` pictures of a data set, by name, or of a folder of shards; a line about it.

    Raises DataError for what cannot be read, ValueError for a kind of file that cannot be written.
    """
    if source in SETS:
        samples = first_of(module_of(source).source(split, root, size=size), count)
    elif Path(source).expanduser().is_dir():
        samples = first_in(source, count)
    else:
        raise DataError(f"{source} is no folder of shards, and no data set: {', '.join(SETS)}")
    viz.use_style()
    figure, data = with_labels(samples), io.BytesIO()
    figure.savefig(data, format=out.suffix.removeprefix(".") or "png")
    plt.close(figure)
    write_bytes(out, data.getvalue())
    return f"{samples.describe()}: see {out}"


def first_of(source: Source, count: int) -> Samples:
    """The first `count` samples of a source that can be used; raises DataError where there are none."""
    found, left_out, start = [], dict(source.left_out), 0
    while start < len(source) and sum(len(arrays["ids"]) for arrays in found) < count:
        arrays, reasons = source.read(start, min(start + STEP, len(source)))
        start += STEP
        left_out |= {reason: left_out.get(reason, 0) + n for reason, n in reasons.items()}
        found.append({name: array for name, array in arrays.items() if not name.startswith("attribute_")})
    if not any(len(arrays["ids"]) for arrays in found):
        raise DataError(f"nothing usable in {source.title}: {left_out or 'it is empty'}")
    joined = {name: np.concatenate([arrays[name] for arrays in found])[:count] for name in found[0]}
    return Samples(
        **joined, skeleton=source.skeleton, title=source.title, left_out=left_out, origin=origin_of(source.spec),
        vocabulary=getattr(source, "vocabulary", None),
    )  # fmt: skip


def first_in(folder: str | Path, count: int) -> Samples:
    """The first `count` samples of a folder of record shards; raises DataError as `records.open_records` does."""
    held = records.open_records(folder)
    fields = ("ids", *held.shapes)
    with quiet_error_stream():  # where TensorFlow looks for a GPU when it is first used
        batch = next(records.read(folder, count, fields=fields).as_numpy_iterator())
    arrays = dict(zip(fields, batch, strict=True))
    arrays["ids"] = np.array([name.decode() for name in arrays["ids"]], str)
    return Samples(
        **arrays, skeleton=held.skeleton, title=held.title, left_out=dict(held.left_out), vocabulary=held.vocabulary
    )


def with_labels(samples: Samples, side: float = 2.4) -> Figure:
    """A figure with a row for every sample: the picture, joints and boxes, and the maps that there are.

    Pixels that nobody labelled are grey, with a question mark; `side` is a picture's, in inches.
    """
    maps = [name for name in ("parts", "instances", "garments") if getattr(samples, name) is not None]
    columns, rows = 2 + len(maps), len(samples)
    figure, axes = plt.subplots(rows, columns, figsize=(side * columns, side * rows), squeeze=False)
    for row, (plain, posed, *mapped) in enumerate(axes):
        image = samples.images[row]
        viz.show_picture(plain, image, str(samples.ids[row]).rsplit("/", 1)[-1][-30:])
        viz.show_picture(posed, image, "joints and boxes" if row == 0 else "")
        _draw_people(posed, samples, row)
        for place, name in zip(mapped, maps, strict=True):
            viz.show_picture(place, image, name if row == 0 else "")
            _draw_map(place, np.asarray(getattr(samples, name)[row]))
    if samples.vocabulary:
        words = [f"{n} {part.replace('_', ' ')}" for n, part in enumerate(samples.vocabulary.parts, start=1)]
        figure.supxlabel(textwrap.fill(f"parts: {', '.join(words)}", 30 * columns), fontsize=8)
    return figure


def _draw_people(axes, samples: Samples, row: int) -> None:
    for box in samples.boxes[row]:
        if np.isfinite(box).all():
            viz.draw_box(axes, box)
    for keypoints in samples.keypoints[row]:
        viz.draw_pose(axes, keypoints, samples.skeleton)


def _draw_map(axes, labels: np.ndarray) -> None:
    unknown = labels == UNLABELLED
    if unknown.any():
        grey = np.zeros((*labels.shape, 4))
        grey[unknown] = 0.5, 0.5, 0.5, 0.8
        axes.imshow(grey, interpolation="nearest")
        axes.text(*viz.inner_point(unknown), "?", ha="center", va="center", fontsize=9)
    viz.draw_map(axes, np.where(unknown, 0, labels))
