"""Weights in 4, 2 or 1 bytes: a smaller file of the same network, as TensorFlow.js stores BodyPix (`quantBytes`).

A file is a line with the SHA-256 of what follows, a line of JSON that lists the tensors, and their bytes.
"""

import hashlib
import json
from pathlib import Path

import keras
import numpy as np

from hpe_utils.files import DataError, read_bytes, write_bytes

CODES = {4: "<f4", 2: "<u2", 1: "|u1"}  # float32, uint16, uint8


def to_codes(values: np.ndarray, bytes_each: int) -> tuple[np.ndarray, float, float]:
    """Whole numbers from 0 to 255 (1 byte) or 65,535 (2 bytes) in equal steps from the lowest value to the highest.

    Returns codes, low and step, with values ≈ low + step · codes. The range is moved by less than a step so that 0, if
    it lies inside, is exact, as in TensorFlow.js' converter; 4 bytes keep the values. Taught in notebook 08b.
    """
    if bytes_each == 4:
        return values.astype(CODES[4]), 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    highest_code = 256**bytes_each - 1
    step = (high - low) / highest_code or 1.0
    if low <= 0 <= high:
        low = -step * round(-low / step)
    codes = np.clip(np.round((values.astype(float) - low) / step), 0, highest_code)
    return codes.astype(CODES[bytes_each]), low, step


def from_codes(codes: np.ndarray, low: float, step: float) -> np.ndarray:
    """The float32 values that `to_codes` stored, up to half a step. Taught in notebook 08b."""
    return (low + step * codes.astype(float)).astype(np.float32)


def save_quantised(model: keras.Model, path: str | Path, bytes_each: int) -> None:
    """Write a model's weights with 4, 2 or 1 bytes each, every tensor with its own range.

    Biases and batch norm, which are vectors and few, keep their 4 bytes. Raises ValueError for another number of bytes,
    and for a weight that is not a number.
    """
    if bytes_each not in CODES:
        raise ValueError(f"weights take 4, 2 or 1 bytes, not {bytes_each}")
    tensors, body = [], []
    for variable, values in zip(model.weights, model.get_weights(), strict=True):
        if not np.isfinite(values).all():
            raise ValueError(f"{variable.path} holds a weight that is not a number: did training diverge?")
        codes, low, step = to_codes(values, bytes_each if values.ndim > 1 else 4)
        tensors.append({"shape": values.shape, "codes": codes.dtype.str, "low": low, "step": step})
        body.append(codes.tobytes())
    content = json.dumps(tensors).encode() + b"\n" + b"".join(body)
    write_bytes(path, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def load_quantised(model: keras.Model, path: str | Path) -> None:
    """Give a model the weights of `save_quantised`, as float32: what was saved is room on a disk, not time or memory.

    Raises DataError for a damaged file and for weights of another architecture; then the model stays as it was.
    """
    digest, _, content = read_bytes(path, "save it again").partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        raise DataError(f"{path} is damaged, or no file of quantised weights: save it again")
    header, _, body = content.partition(b"\n")
    tensors = json.loads(header)
    shapes = [tuple(tensor["shape"]) for tensor in tensors]
    if shapes != [tuple(weight.shape) for weight in model.weights]:
        raise DataError(f"{path} holds {len(shapes)} tensors of another architecture than {model.name}")
    weights, start = [], 0
    for tensor, shape in zip(tensors, shapes, strict=True):
        codes = np.frombuffer(body, tensor["codes"], int(np.prod(shape)), start)
        start += codes.nbytes
        weights.append(from_codes(codes, tensor["low"], tensor["step"]).reshape(shape))
    model.set_weights(weights)
