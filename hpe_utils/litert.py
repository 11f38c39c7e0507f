"""LiteRT, TensorFlow's small runtime: on a processor small networks take two fifths to three quarters of the time."""

import os
import warnings
from contextlib import contextmanager
from unittest import mock

import keras
import numpy as np

from hpe_utils.files import DataError
from hpe_utils.runtime import quiet_error_stream


class Interpreter:
    """A LiteRT file's bytes, run on as many threads as TensorFlow has; for one thread of Python at a time."""

    def __init__(self, content: bytes):
        import tensorflow as tf

        threads = tf.config.threading.get_intra_op_parallelism_threads() or os.cpu_count()
        with warnings.catch_warnings(), quiet_error_stream():
            warnings.simplefilter("ignore")  # TensorFlow announces another package for it
            self.interpreter = tf.lite.Interpreter(model_content=content, num_threads=threads)
            self.interpreter.allocate_tensors()

    def __call__(self, picture: np.ndarray) -> list[np.ndarray]:
        """The outputs for a (1, H, W, 3) float32 picture of 0–255, in the file's order."""
        (taken,), given = self.interpreter.get_input_details(), self.interpreter.get_output_details()
        self.interpreter.set_tensor(taken["index"], picture)
        self.interpreter.invoke()
        return [self.interpreter.get_tensor(output["index"]) for output in given]


class Interpreted:
    """A Keras model of one input as LiteRT runs it, one picture after another.

    The conversion takes three to ten seconds, and nothing is kept of it. Raises DataError where Keras does not run on
    TensorFlow, for half precision, and for a model with layers that LiteRT lacks.
    """

    def __init__(self, model: keras.Model):
        check_backend()
        if any(layer.compute_dtype not in ("float32", None) for layer in model.layers):
            raise DataError(f"{model.name} counts in half precision: load it under HPE_PRECISION=float32 for LiteRT")
        self.input_shape, self.output = model.input_shape, model.output
        try:
            with quiet_error_stream():
                self.run = Interpreter(converter(model).convert())
        except Exception as error:  # LiteRT's own class of it has no public name
            raise DataError(f"{model.name} has layers that LiteRT lacks: run it by Keras") from error

    def predict_on_batch(self, pictures: np.ndarray):
        """What the model answers to (B, H, W, 3) pictures of 0–255."""
        answers = [self.run(picture[None]) for picture in np.asarray(pictures, np.float32)]
        return keras.tree.pack_sequence_as(self.output, [np.concatenate(one) for one in zip(*answers, strict=True)])


def check_backend() -> None:
    """Raise DataError unless Keras runs on TensorFlow."""
    if keras.backend.backend() != "tensorflow":
        raise DataError(f"Keras runs on {keras.backend.backend()}: set KERAS_BACKEND=tensorflow for this")


def converter(model: keras.Model):
    """What makes a LiteRT file of a Keras model of one input, for one picture at a time."""
    import tensorflow as tf

    shape = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
    graph = tf.function(lambda picture: model(picture, training=False), input_signature=[shape])
    with plain_operators():
        return tf.lite.TFLiteConverter([graph.get_concrete_function()])


@contextmanager
def plain_operators():
    """TensorFlow's own argmax while a graph is made: Keras' minds −0, by operators that neither LiteRT nor ONNX has."""
    import tensorflow as tf

    def argmax(x, axis=None):
        return tf.argmax(x, axis, output_type=tf.int32)

    with mock.patch.object(keras.ops, "argmax", argmax):
        yield
