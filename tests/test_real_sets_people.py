"""Notebooks of several people and of parts on photographs: paper sizes from the originals, training on what fits."""

import ast
from pathlib import Path

import numpy as np
import pytest
from conftest import shared_file
from notebook_runs import run_notebook

from hpe_utils.data.pictures import read_picture
from hpe_utils.geometry import Affine, whole_square

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
FULL, SMALL = "parts/pascal_person_part_full", "parts/pascal_person_part_224"


def ask(number: str, question: str, data: str, root: Path, **settings):
    """The value of a Python literal at the end of a notebook that ran on a real set; not compiled, which is quicker."""
    settings = {"HPE_PROFILE": "smoke", "HPE_PRECISION": "float32", "HPE_JIT": "0"} | settings
    return ast.literal_eval(run_notebook(number, question, HPE_DATA=data, HPE_DATA_ROOT=root, **settings))


def kept(path: Path) -> str:
    """A question that keeps the pictures that batches are made of, and asks for their names and what a batch holds."""
    keep = f"np.save({str(path)!r}, batches.samples.images)"
    return f"({keep}, batches.samples.ids.tolist(), np.shape(batches[0][0]), model.input_shape, batches.samples.origin)"


def original(path: Path, size: int) -> np.ndarray:
    """The picture of a file in the middle of a square of `size` pixels, straight from the file."""
    picture = read_picture(path)
    return Affine.crop(whole_square(picture.shape), (size, size)).image(picture, (size, size), 128)


def test_05_sees_cocos_originals_at_the_papers_size(tmp_path, cache_folder):
    root = shared_file("coco")
    budget = "train=4, val=2, test=3, epochs=1, batch=2, stages=2"
    settings = {"HPE_PROFILE": "paper", "HPE_BUDGET": budget}
    question = kept(tmp_path / "seen.npy")
    _, names, batch, taken, origin = ask("05", question, "coco", root, until=".fit(", **settings)
    assert batch == (2, 368, 368, 3) and taken == (None, 368, 368, 3) and origin["set"] == "coco"
    for name, seen in zip(names, np.load(tmp_path / "seen.npy"), strict=True):
        np.testing.assert_array_equal(seen, original(root / "train2017" / name, 368))


def test_08_sees_pascals_originals_at_the_papers_size(tmp_path, cache_folder):
    root = shared_file(FULL)
    budget = "train=4, val=2, test=16, epochs=1, batch=2, forms=1, ceiling=4"
    settings = {"HPE_PROFILE": "paper", "HPE_BUDGET": budget}
    question = kept(tmp_path / "seen.npy")
    _, names, batch, taken, origin = ask("08b", question, "pascal_parts", root, until=".fit(", **settings)
    assert batch == (2, 257, 257, 3) and taken == (None, 257, 257, 3) and origin["set"] == "pascal_parts"
    for name, seen in zip(names, np.load(tmp_path / "seen.npy"), strict=True):
        np.testing.assert_array_equal(seen, original(root / name, 257))


def test_06_learns_from_coco(cache_folder):
    question = "(train.origin['set'], list(tests), int(model.optimizer.iterations), photographs)"
    found = ask("06", question, "coco", shared_file("coco"), HPE_BUDGET="batch=4")
    assert found == ("coco", ["coco"], 3, {}), "14 pictures make three batches of four"


def test_08_learns_from_pascals_six_parts(cache_folder):
    question = "(both.origin['set'], vocabulary.name, model.output['parts'].shape[-1], int(model.optimizer.iterations))"
    assert ask("08b", question, "pascal_parts", shared_file(SMALL)) == ("pascal_parts", "pascal6", 6, 2)


def test_10_says_in_one_line_what_coco_lacks_and_scores_it_at_the_end(cache_folder):
    question = "(lacking, train.origin['set'], list(photographs), int(model.optimizer.iterations))"
    found = ask("10", question, "coco", shared_file("coco"))
    assert found == ("COCO's people with keypoints: no parts, instances", "synthetic", ["coco"], 3)
