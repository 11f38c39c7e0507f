"""Notebooks of one person's joints on photographs: paper sizes from the originals, sets without head, without box."""

import ast
import json
import shutil
from pathlib import Path

import h5py
import notebook_runs
import numpy as np
import pytest
from conftest import shared_file
from PIL import Image

from hpe_utils.data.pictures import read_picture
from hpe_utils.data.synthetic import SyntheticSource
from hpe_utils.geometry import Affine
from hpe_utils.skeleton import COCO17, convert

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """One cache for all notebooks: each of them draws the people of the recorded runs."""
    return tmp_path_factory.mktemp("cache")


def ask(number: str, question: str, data: str, root: Path, cache: Path, **settings):
    """The value of a Python literal at the end of a notebook that ran on a real set; not compiled, which is quicker."""
    settings = {"HPE_PROFILE": "smoke", "HPE_PRECISION": "float32", "HPE_JIT": "0", "HPE_CACHE": cache} | settings
    return ast.literal_eval(notebook_runs.run_notebook(number, question, HPE_DATA=data, HPE_DATA_ROOT=root, **settings))


@pytest.fixture
def mpii(tmp_path) -> Path:
    """MPII with the few pictures that are here, the same to train and to validate on."""
    root = tmp_path / "mpii"
    root.mkdir()
    for split in ("train", "valid"):
        shutil.copyfile(shared_file("mpii/annot/valid.h5"), root / f"{split}.h5")
    (root / "images").symlink_to(shared_file("mpii/images"))
    return root


@pytest.fixture
def offline(monkeypatch):
    """Networks begin with random numbers where notebooks would download ImageNet's."""
    read = notebook_runs.nbformat.read

    def read_without(path, as_version):
        notebook = read(path, as_version)
        for cell in notebook.cells:
            cell.source = cell.source.replace('weights="imagenet"', "weights=None")
        return notebook

    monkeypatch.setattr(notebook_runs.nbformat, "read", read_without)


def crops_of(root: Path, size: int) -> dict[str, np.ndarray]:
    """By picture, the first person's square cut from the original; the file's `scale` and `center` count from 1."""
    crops = {}
    with h5py.File(root / "train.h5") as file:
        for name, centre, scale in zip(file["imgname"], file["center"], file["scale"], strict=True):
            path = root / "images" / name.decode()
            if path.is_file():
                box = np.concatenate([centre - 1 - 100 * scale, centre - 1 + 100 * scale])
                cut = Affine.crop(box, (size, size)).image(read_picture(path), (size, size))
                crops.setdefault(name.decode(), cut)
    return crops


@pytest.mark.parametrize("number, size", [("02", 220), ("03", 256), ("04", 256)])
def test_the_paper_profile_sees_mpiis_originals_at_the_papers_size(number, size, mpii, cache, tmp_path, offline):
    question = (
        f"(np.save({str(tmp_path / 'seen.npy')!r}, batches.samples.images), batches.samples.ids.tolist(), "
        "np.shape(batches[0][0]), model.input_shape, int(model.optimizer.iterations))"
    )
    settings = {"HPE_PROFILE": "paper", "HPE_BUDGET": "train=4, val=2, test=3, epochs=1, batch=2"}
    _, names, batch, taken, steps = ask(number, question, "mpii", mpii, cache, until=".fit(", **settings)
    assert batch == (2, size, size, 3) and taken == (None, size, size, 3) and steps == 2
    crops, enlarged = crops_of(mpii, size), Affine.resize((160, 160), (size, size))
    small = crops_of(mpii, 160)
    for name, seen in zip(names, np.load(tmp_path / "seen.npy"), strict=True):
        error = np.abs(seen.astype(int) - crops[name]).mean()
        of_small = np.abs(seen.astype(int) - enlarged.image(small[name], (size, size))).mean()
        assert error < 0.1 < 1 < of_small, f"{name}: {error:.2f} from the original, {of_small:.2f} from 160 pixels"


@pytest.mark.parametrize("number", ["02", "03"])
def test_cocos_people_have_no_heads(number, cache):
    question = "(test.origin['set'], list(variants), len(train), steps, bool(np.isfinite(first).all()))"
    found = ask(number, question, "coco", shared_file("coco"), cache, HPE_BUDGET="epochs=1")
    assert found == ("coco", ["box"], 50, 3, True)


@pytest.mark.parametrize("number, boxes, variant", [("02", False, "extent"), ("03", True, "box")])
def test_own_pictures_may_be_few_and_without_boxes(number, boxes, variant, cache, tmp_path):
    drawn, _ = SyntheticSource("val", 14, size=96).read(0, 14)
    keypoints = convert(drawn["keypoints"][:, 0], SyntheticSource.skeleton, COCO17)
    people = []
    for i, (image, pose, box) in enumerate(zip(drawn["images"], keypoints, drawn["boxes"][:, 0], strict=True)):
        Image.fromarray(image).save(tmp_path / f"{i:03d}.png")
        joints = {joint: values for joint, values in zip(COCO17.joints, pose.tolist(), strict=True) if values[2] > 0}
        people.append({"image": f"{i:03d}.png", "keypoints": joints} | ({"box": box.tolist()} if boxes else {}))
    (tmp_path / "annotations.json").write_text(json.dumps({"skeleton": "COCO17", "people": people}))
    question = "(list(variants), len(train) + len(val) + len(test), batch == len(train), steps)"
    assert ask(number, question, "folder", tmp_path, cache) == ([variant], 14, True, 2)


def test_a_skeleton_of_ones_own_needs_no_joint_of_the_courses(cache, tmp_path):
    pet = {"name": "PET4", "joints": ["snout", "tail", "pawL", "pawR"], "limbs": [["snout", "tail"]]}
    rng, people = np.random.default_rng(0), []
    for name in (f"{i}.png" for i in range(12)):
        Image.new("RGB", (96, 96), "white").save(tmp_path / name)
        people.append({"image": name, "keypoints": {joint: rng.uniform(20, 76, 2).tolist() for joint in pet["joints"]}})
    (tmp_path / "annotations.json").write_text(json.dumps({"skeleton": pet, "people": people}))
    question = "(list(variants), skeleton.name, skeleton.flip.tolist(), lacking)"
    found = ask("03", question, "folder", tmp_path, cache)
    assert found == (["extent"], "PET4", [0, 1, 3, 2], "PET4 and COCO share no joints")
