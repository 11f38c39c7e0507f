"""A network as a file for other programs: LiteRT, ONNX, SavedModel, or Keras' own. Joints come out of its graph.

The extra `export` brings what is needed (`pip install ".[export]"` in the course's folder); TensorFlow must be Keras'
backend.
"""

from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from hpe_utils import runs
from hpe_utils.data.schema import Samples
from hpe_utils.files import DataError
from hpe_utils.litert import Interpreter, check_backend, converter, plain_operators
from hpe_utils.runtime import quiet_error_stream

# Where a network's time goes; everything else, the reading of its maps above all, stays in floats.
COUNTED = {"CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV", "FULLY_CONNECTED", "ADD", "RESIZE_BILINEAR"}
ENDINGS = {"litert": ".tflite", "onnx": ".onnx", "savedmodel": "", "keras": ".keras"}


class Exported(NamedTuple):
    """What was written: its path and bytes, and what it answers to the pictures beside what Keras does."""

    path: Path
    size: int
    answers: np.ndarray
    wanted: np.ndarray


def export(network: runs.Network, path: str | Path, to: str, bits: int, pictures: np.ndarray) -> Exported:
    """Write a network for one person, or for parts, to a file of the kind `to`, and ask it and Keras the same pictures.

    The graph takes (B, H, W, 3) float32 pictures of 0–255, B being 1 for LiteRT. Of joints it gives (B, K, 3): x and y
    in their pixels, and height, from 0 to 1; of parts (B, H, W) labels, 0 for nobody. Keras' own kind holds the model
    alone, whose maps its codec reads. `bits` other than 32 are LiteRT's: with 16 the weights are halves; with 8 weights
    and layers' answers are whole numbers, and the (N, H, W, 3) `pictures` tell their ranges. Raises DataError for what
    cannot be exported, or where a package is missing.
    """
    if to not in ENDINGS:
        raise DataError(f"unknown kind {to!r}; known are {', '.join(ENDINGS)}")
    if bits not in (32, 16, 8) or bits != 32 and to != "litert":
        raise DataError("32 bits a weight are for every kind, 16 and 8 for litert")
    check_backend()
    if network.task.graph is None:
        raise DataError(f"a network for {network.task.title} cannot be exported: people are put together outside of it")
    path = Path(path).expanduser()
    path = path if path.name.endswith(ENDINGS[to]) else path.with_name(path.name + ENDINGS[to])
    path.parent.mkdir(parents=True, exist_ok=True)
    reader = network.task.graph.reader(network.model, network.codec)
    pictures = np.asarray(pictures, np.float32)
    wanted = np.concatenate([reader.predict_on_batch(one[None]) for one in pictures])
    try:
        with plain_operators(), quiet_error_stream():
            answer = WRITERS[to](network, reader, path, bits, pictures)
        answers = np.concatenate([np.asarray(answer(one[None])) for one in pictures])
    except ImportError as error:
        raise DataError(
            f"{error.name} is missing: install the extra export, in the course's folder by pip install '.[export]'"
        ) from error
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return Exported(path, sum(file.stat().st_size for file in files), answers, wanted)


def sentences(done: Exported, network: runs.Network, people: Samples) -> list[str]:
    """What was written, how near its answers are to Keras', and the scores of both on the people it was asked."""
    task = network.task
    scores = [
        [f"{row['variant']} {row[task.watched]:.3f}" for row in task.score(task.graph.predicted(answers), people)]
        for answers in (done.wanted, done.answers)
    ]
    changes = [f"{before} → {after.split()[-1]}" for before, after in zip(*scores, strict=True)]
    return [
        f"{done.path}: {done.size / 1e6:.1f} MB",
        f"{task.graph.difference(done.answers, done.wanted)}, in {len(people)} pictures of {people.images.shape[2]}²",
        f"{task.watched}, Keras → file, {people.title}: {', '.join(changes)}",
    ]


def litert(network, reader: keras.Model, path: Path, bits: int, pictures: np.ndarray):
    """Write a LiteRT file; returns what answers a picture by it."""
    import tensorflow as tf

    made = converter(reader)
    if bits == 16:
        made.optimizations = [tf.lite.Optimize.DEFAULT]
        made.target_spec.supported_types = [tf.float16]
    path.write_bytes(in_whole_numbers(reader, pictures) if bits == 8 else made.convert())
    run = Interpreter(path.read_bytes())
    return lambda picture: run(picture)[0]


def in_whole_numbers(reader: keras.Model, pictures: np.ndarray) -> bytes:
    """A LiteRT file's bytes whose network counts in int8, in the ranges that it has on these pictures."""
    import tensorflow as tf

    def some():
        return ([picture[None]] for picture in pictures)

    plain = Interpreter(converter(reader).convert()).interpreter
    used = {operator["op_name"] for operator in plain._get_ops_details()}
    whole = converter(reader)
    whole.optimizations, whole.representative_dataset = [tf.lite.Optimize.DEFAULT], some
    options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=sorted(used - COUNTED))
    debugger = tf.lite.experimental.QuantizationDebugger(converter=whole, debug_dataset=some, debug_options=options)
    return debugger.get_nondebug_quantized_model()


def onnx(network, reader: keras.Model, path: Path, bits: int, pictures: np.ndarray):
    """Write an ONNX file; returns what answers a picture by it."""
    import onnxruntime
    import tf2onnx  # noqa: F401 (Keras misses it only after half a minute)

    reader.export(path, format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(path)
    return lambda picture: session.run(None, {session.get_inputs()[0].name: picture})[0]


def savedmodel(network, reader: keras.Model, path: Path, bits: int, pictures: np.ndarray):
    """Write a SavedModel's folder; returns what answers a picture by it."""
    import tensorflow as tf

    reader.export(path, format="tf_saved_model", verbose=False)
    loaded = tf.saved_model.load(path)
    return lambda picture: loaded.serve(tf.constant(picture))


def own(network, reader: keras.Model, path: Path, bits: int, pictures: np.ndarray):
    """Write Keras' own file, of plain layers; returns what answers a picture by it and the codec."""
    network.model.save(path)
    return network.task.graph.reader(keras.models.load_model(path), network.codec).predict_on_batch


WRITERS = {"litert": litert, "onnx": onnx, "savedmodel": savedmodel, "keras": own}
