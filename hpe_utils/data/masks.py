"""Masks of people's parts as text in annotations: COCO's compressed run lengths, one for each part of a person."""

import numpy as np
from pycocotools import mask as coco_masks

from hpe_utils.files import DataError, check, shown
from hpe_utils.parts import Vocabulary

NO_PART = "unlabelled"  # the name of a person's pixels whose part nobody knows
FORM = {"size": [int], "counts": str}


def encode(mask: np.ndarray) -> dict:
    """An (H, W) bool mask as COCO's {"size": [H, W], "counts": text}."""
    runs = coco_masks.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(mask.shape), "counts": runs["counts"].decode("ascii")}


def decode(runs, shape: tuple[int, int], where: str) -> np.ndarray:
    """The (H, W) bool mask of what `encode` wrote; raises DataError where it is damaged or of another size."""
    check(runs, FORM, where, "annotate the picture again")
    if tuple(runs["size"]) != tuple(shape):
        raise DataError(
            f"{where} is a mask of {shown(runs['size'])} pixels (rows, columns), and its picture has {shape[0]} × "
            f"{shape[1]}: get the picture that was annotated"
        )
    counts = runs["counts"].encode("ascii", errors="replace")
    try:
        mask = coco_masks.decode({"size": list(shape), "counts": counts})
    except ValueError:
        mask = None
    if mask is None or coco_masks.encode(np.asfortranarray(mask))["counts"] != counts:  # which short ones are not
        raise DataError(f"{where} is a damaged mask: annotate the picture again")
    return mask.astype(bool)


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
