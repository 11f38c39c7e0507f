"""Masks of people's parts as text in annotations: COCO's compressed run lengths, one for each part of a person."""

import numpy as np
from pycocotools import mask as coco_masks

from hpe_utils.files import DataError, check, shown
from hpe_utils.parts import Vocabulary

NO_PART = "unlabelled"  # the name of a person's pixels whose part nobody knows
FORM = {"size": [int], "counts": str}


def encode(mask: np.ndarray) -> dict:
    """An (H, W) bool mask as COCO's {"size": [H, W], "counts": text}."""
    return encode_all(mask.astype(np.uint8))[1] if mask.any() else _encoded([mask.size], mask.shape)


def encode_all(codes: np.ndarray) -> dict[int, dict]:
    """Each code's pixels in an (H, W) map of whole numbers as `encode` gives them, without 0's: one pass for all."""
    flat = codes.ravel(order="F")  # COCO's runs go down the columns
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    stops, values = np.append(starts[1:], flat.size), flat[starts]
    found = {}
    for code in np.unique(values[values > 0]).tolist():
        edges = np.stack([starts[values == code], stops[values == code]], axis=1).ravel()
        counts = np.diff(edges, prepend=0, append=flat.size).tolist()  # of pixels outside, inside, outside …
        found[code] = _encoded(counts if counts[-1] else counts[:-1], codes.shape)
    return found


def _encoded(counts: list[int], shape: tuple[int, int]) -> dict:
    runs = coco_masks.frPyObjects({"size": list(shape), "counts": counts}, *shape)
    return {"size": list(shape), "counts": runs["counts"].decode("ascii")}


def decode(runs, shape: tuple[int, int], where: str) -> np.ndarray:
    """The (H, W) bool mask of what `encode` wrote; raises DataError where it is damaged or of another size."""
    check(runs, FORM, where, "annotate the picture again")
    if tuple(runs["size"]) != tuple(shape):
        raise DataError(
            f"{where} is a mask of {shown(runs['size'])} pixels (rows, columns), and its picture has {shape[0]} × "
            f"{shape[1]}: get the picture that was annotated"
        )
    counts = _counts(runs["counts"])
    if min(counts, default=-1) < 0 or sum(counts) != shape[0] * shape[1]:  # COCO's own decoder takes shorter ones
        raise DataError(f"{where} is a damaged mask: annotate the picture again")
    inside = np.arange(len(counts)) % 2 == 1
    columns = np.repeat(inside, counts).reshape(shape[::-1])
    filled, mask = np.flatnonzero(columns.any(axis=1)), np.zeros(shape, bool)
    if len(filled):
        mask[:, filled[0] : filled[-1] + 1] = columns[filled[0] : filled[-1] + 1].T
    return mask


def _counts(text: str) -> list[int]:
    """The numbers in COCO's text: five bits a letter, the lowest first, each number from the fourth on a difference."""
    counts, number, shift = [], 0, 0
    for letter in text.encode("utf-8"):
        bits = letter - 48
        number |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            number -= (bits & 16 > 0) << shift
            counts.append(number + (counts[-2] if len(counts) > 2 else 0))
            number, shift = 0, 0
    return counts


def decode_person(
    parts, vocabulary: Vocabulary, shape: tuple[int, int], where: str
) -> tuple[np.ndarray, list[tuple[int, np.ndarray]]]:
    """A person's outline (H, W) bool, and parts as label and mask, from masks by the parts' names; raises DataError."""
    check(parts, dict, where, "it must have a mask for each part")
    if unknown := [name for name in parts if name not in (*vocabulary.parts, NO_PART)]:
        raise DataError(
            f"{where}: {vocabulary.name} has no part {shown(unknown[0])}; it has {', '.join(vocabulary.parts)}"
        )
    masks = {name: decode(runs, shape, f"{name} of {where}") for name, runs in parts.items()}
    outline = np.zeros(shape, bool)
    for mask in masks.values():
        outline |= mask
    return outline, [(vocabulary.label(name), mask) for name, mask in masks.items() if name != NO_PART]
