"""Who reads files: each makes a good one in an empty folder and says, as a text, what it understood of it."""

import csv
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import h5py
import mutations
import numpy as np
import scipy.io
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
import part_sets  # noqa: E402

from hpe_utils import data, runs
from hpe_utils.files import DataError
from hpe_utils.skeleton import COCO17

ROOT = Path(__file__).parents[2]
CHECKPOINT = "01_deeppose_long-seed0"
JOINTS = [[20 + 3 * i, 20 + 5 * i, 2] for i in range(17)]


class Reader(NamedTuple):
    """`make(folder)` gives the file that is then damaged in the ways of `damage`; `read(folder)` tells what it holds.

    Where `sealed`, the file carries a hash, and any change of its meaning must be noticed; `free`, a pattern,
    is damage that makes another good value there.
    """

    make: Callable
    read: Callable
    damage: tuple[Callable, ...]
    sealed: bool = False
    free: str = "nothing"


def pictures(folder: Path, count: int = 6, size=(110, 130)) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        noise = np.random.default_rng(number).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")


def told(samples) -> str:
    """What a set understood: how many people, where, and what it left out; a warning in words counts as said."""
    joints, boxes = samples.keypoints, samples.boxes
    maps = [] if samples.parts is None else [samples.parts]
    places = [round(float(np.nansum(array)), 1) for array in (joints[..., :2], joints[..., 2], boxes, *maps)]
    return f"{len(samples)} people, {places}, {samples.images.mean():.3f}, left out {dict(samples.left_out)}"


def load(name: str, split: str, **options) -> Callable:
    return lambda folder: told(data.load(name, split, folder, size=48, **options))


# Pictures ----------------------------------------------------------------------------------------


def make_picture(folder: Path) -> Path:
    pictures(folder, 1)
    return folder / "0.png"


def read_picture(folder: Path) -> str:
    from hpe_utils.data.pictures import read_picture

    picture = read_picture(folder / "0.png")
    return f"{picture.shape} {picture.mean():.3f}"


# Data sets ---------------------------------------------------------------------------------------


def make_folder_json(folder: Path) -> Path:
    pictures(folder)
    names = dict(zip(COCO17.joints, JOINTS, strict=True))
    people = [{"image": f"{n}.png", "keypoints": names, "box": [15, 15, 75, 110]} for n in range(6)]
    path = folder / "annotations.json"
    path.write_text(json.dumps({"skeleton": "COCO17", "people": people}))
    return path


def make_folder_csv(folder: Path) -> Path:
    pictures(folder)
    with open(folder / "annotations.csv", "w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["image", "person", "joint", "x", "y", "v"])
        for n in range(6):
            lines.writerows([f"{n}.png", 1, joint, *place] for joint, place in zip(COCO17.joints, JOINTS, strict=True))
    return folder / "annotations.csv"


def make_coco(folder: Path) -> Path:
    pictures(folder / "train2017")
    images = [{"id": n, "file_name": f"{n}.png", "width": 110, "height": 130} for n in range(6)]
    flat = [number for joint in JOINTS for number in joint]
    people = [
        {"id": n, "image_id": n, "category_id": 1, "iscrowd": 0, "bbox": [15, 15, 70, 95], "area": 3000,
         "num_keypoints": 17, "keypoints": flat} for n in range(6)
    ]  # fmt: skip
    category = {"id": 1, "name": "person", "keypoints": list(COCO17.joints), "skeleton": [[1, 2]]}
    path = folder / "annotations" / "person_keypoints_train2017.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"images": images, "annotations": people, "categories": [category]}))
    return path


def make_mpii(folder: Path) -> Path:
    pictures(folder / "images")
    rng = np.random.default_rng(0)
    with h5py.File(folder / "train.h5", "w") as file:
        file["part"] = rng.uniform(20, 100, (6, 16, 2))
        file["visible"] = np.ones((6, 16))
        file["center"], file["scale"] = np.full((6, 2), 60.0), np.full(6, 0.5)
        file["normalize"], file["person"] = np.full(6, 12.0), np.zeros(6, int)
        file["imgname"] = np.array([f"{n}.png" for n in range(6)], "S10")
    return folder / "train.h5"


def make_lspet(folder: Path) -> Path:
    archive = folder / "lspet_dataset.zip"
    joints = np.random.default_rng(0).uniform(20, 100, (14, 3, 6))
    joints[:, 2] = 1
    matrix = BytesIO()
    scipy.io.savemat(matrix, {"joints": joints})
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("joints.mat", matrix.getvalue())
        pictures(folder / "plain")
        for n in range(6):
            file.writestr(f"images/im{n + 1:05d}.jpg", (folder / "plain" / f"{n}.png").read_bytes())
    return archive


def make_lspet_mat(folder: Path) -> Path:
    pictures(folder / "images")
    for n in range(6):
        (folder / "images" / f"{n}.png").rename(folder / "images" / f"im{n + 1:05d}.jpg")
    joints = np.random.default_rng(0).uniform(20, 100, (14, 3, 6))
    joints[:, 2] = 1
    scipy.io.savemat(folder / "joints.mat", {"joints": joints})
    return folder / "joints.mat"


def make_jhmdb(folder: Path) -> Path:
    part_sets.make_film(folder, "wave/A_wave_f_0")
    return folder / "joint_positions" / "wave" / "A_wave_f_0" / "joint_positions.mat"


def make_ade20k(release: int) -> Callable:
    def make(folder: Path) -> Path:
        part_sets.make_scene(folder, "ADE_train_00000000", release)
        part_sets.make_scene(folder, "ADE_train_00000001", 2021)
        (path,) = folder.rglob("*00000_atr.txt" if release == 2016 else "*00000.json")
        return path

    return make


def make_results(folder: Path) -> Path:
    flat = [float(number) for joint in JOINTS for number in joint]
    path = folder / "results.json"
    rows = [{"image_id": n, "category_id": 1, "keypoints": flat, "score": 0.5} for n in range(4)]
    path.write_text(json.dumps(rows))
    return path


def read_results(folder: Path) -> str:
    from hpe_utils.metrics import coco

    found = coco.load_results(folder / "results.json")
    return f"{found.keypoints.shape} {found.keypoints.sum():.2f} {found.scores.sum():.3f} {found.pictures.tolist()}"


# The course's own --------------------------------------------------------------------------------


def make_cache(field: str) -> Callable:
    def make(folder: Path) -> Path:
        make_folder_json(folder / "mine")
        load_cached(folder)
        (index,) = (folder / "cache").glob("*/index.json")
        return index.with_name(field)

    return make


def load_cached(folder: Path) -> str:
    return told(data.load("folder", "all", folder / "mine", size=48))


def make_chunk(folder: Path) -> Path:
    """A cache that was stopped between writing its only chunk and joining it."""
    from hpe_utils.data import cache
    from hpe_utils.data.sets import folder as own_pictures

    make_folder_json(folder / "mine")
    source = own_pictures.source("all", folder / "mine", size=48)
    kept = cache._join_chunks
    cache._join_chunks = lambda *_: (_ for _ in ()).throw(FileNotFoundError)
    try:
        cache.cached(source)
    except FileNotFoundError:
        pass
    finally:
        cache._join_chunks = kept
    (chunk,) = (folder / "cache").glob("*/chunk-*.npz")
    return chunk


def make_checkpoint(file: str) -> Callable:
    def make(folder: Path) -> Path:
        for path in runs.CHECKPOINTS.glob(f"{CHECKPOINT}.*"):
            (folder / path.name).write_bytes(path.read_bytes())
        return folder / file

    return make


def read_checkpoint(folder: Path) -> str:
    network = runs.load_network(folder / f"{CHECKPOINT}.weights.h5")
    weights = [float(np.abs(weight).mean()) for weight in network.model.get_weights()]
    return f"{network.task.name} {sum(weights):.5f} {network.codec}"


def make_recorded(folder: Path) -> Path:
    path = folder / "trunk-seed0.json"
    path.write_bytes((runs.RESULTS / "trunk-seed0.json").read_bytes())
    return path


def read_recorded(folder: Path) -> str:
    runs.RESULTS = folder
    return "; ".join(f"{runs.sentence(row)} {row['PCKh']:.4f}" for row in runs.load_recorded("trunk")["scores"])


def make_predictions(folder: Path) -> Path:
    path = folder / "trunk-seed0.npz"
    np.savez(path, **{"synthetic/test/easy": np.ones((4, 16, 2), np.float16), "by epoch": np.ones((2, 2, 16, 2), "f2")})
    return path


def read_predictions(folder: Path) -> str:
    runs.RESULTS = folder
    return str({key: (array.shape, float(array.sum())) for key, array in runs.load_predictions("trunk").items()})


def make_records(ending: str) -> Callable:
    def make(folder: Path) -> Path:
        from hpe_utils.data import records

        make_folder_json(folder / "mine")
        records.write(data.load("folder", "all", folder / "mine", size=48), folder / "records")
        return folder / "records" / f"00000-of-00001{ending}"

    return make


def read_records(folder: Path) -> str:
    from hpe_utils.data import records

    (batch,) = records.read(folder / "records", 32)
    return f"{records.open_records(folder / 'records').describe()} {float(np.sum(batch[1])):.1f}"


def training(folder: Path):
    import keras

    from hpe_utils import models
    from hpe_utils.data.batches import Batches
    from hpe_utils.training import Resume

    keras.utils.set_random_seed(0)
    model = models.build("deeppose", size=32, outputs=34)
    model.compile("adam", "mse", jit_compile=False)
    people = data.load("folder", "all", folder / "mine", size=32)
    return model, Batches(people, 2, 32, shuffle=True), Resume(folder / "state")


def make_state(file: str) -> Callable:
    def make(folder: Path) -> Path:
        make_folder_json(folder / "mine")
        model, _, resume = training(folder)
        resume.set_model(model)
        model.train_on_batch(np.zeros((2, 32, 32, 3)), np.zeros((2, 34)))
        resume.on_epoch_end(0, {"loss": 1.0})
        return folder / "state" / file

    return make


def read_state(folder: Path) -> str:
    model, batches, resume = training(folder)
    first = resume.load(model, batches)
    weights = sum(float(np.abs(weight).mean()) for weight in model.get_weights())
    return f"{first} {resume.past} {weights:.5f} {float(np.sum(model.optimizer.variables[0])):.3f}"


def make_budgets(folder: Path) -> Path:
    from hpe_utils import runtime

    path = folder / "budgets.toml"
    path.write_bytes((ROOT / "hpe_utils" / "budgets.toml").read_bytes())
    runtime.BUDGETS = path
    return path


def read_budgets(folder: Path) -> str:
    from hpe_utils import runtime

    runtime.BUDGETS = folder / "budgets.toml"
    names = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    return str([vars(runtime.load_budget(name, "lab")) for name in names])


def make_recipes(folder: Path) -> Path:
    path = folder / "runs.toml"
    path.write_bytes((ROOT / "tools" / "runs.toml").read_bytes())
    return path


def read_recipes(folder: Path) -> str:
    """All runs, as `tools/train.py` reads them."""
    sys.path.insert(0, str(ROOT / "tools"))
    import train

    train.RECIPES = folder / "runs.toml"
    recipes = train.read_toml(train.RECIPES, train.REMEDY, {"defaults": dict})
    defaults = recipes.pop("defaults")
    return str([train.recipe(name, defaults, own) for name, own in recipes.items()])


def make_quantised(folder: Path) -> Path:
    from hpe_utils.models import quantise

    quantise.save_quantised(small_model(), folder / "weights", 1)
    return folder / "weights"


def read_quantised(folder: Path) -> str:
    from hpe_utils.models import quantise

    model = small_model()
    quantise.load_quantised(model, folder / "weights")
    return f"{sum(float(np.abs(weight).sum()) for weight in model.get_weights()):.4f}"


def small_model():
    import keras

    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((8,)), keras.layers.Dense(16), keras.layers.Dense(4)])


def make_ledger(folder: Path) -> Path:
    (folder / "notebooks").mkdir()
    notebook = {"cells": [{"cell_type": "code", "source": "1", "outputs": [], "metadata": {}}], "metadata": {}}
    (folder / "notebooks" / "00_a.ipynb").write_text(json.dumps(notebook))
    read_ledger(folder)
    return folder / "mine" / ".course.json"


def read_ledger(folder: Path) -> str:
    """The launcher's copy step, whose own words are the result."""
    sys.path.insert(0, str(ROOT))
    import course

    course.refresh(folder / "notebooks", folder / "mine")
    return (folder / "mine" / "00_a.ipynb").read_text()


def make_catalogue(folder: Path) -> Path:
    pictures(folder / "pictures", 3)
    read_catalogue(folder)
    return folder / "pictures-crops" / "catalogue.json"


def read_catalogue(folder: Path) -> str:
    from hpe_utils.apps import smart_cropping
    from hpe_utils.skeleton import LSP14

    pose = np.column_stack([np.linspace(20, 90, 14), np.linspace(120, 10, 14), np.full(14, 2)])
    finder = smart_cropping.Finder("fixed", LSP14, lambda images: [pose] * len(images))
    made = smart_cropping.make_catalogue(folder / "pictures", finder)
    crops = sorted(path.relative_to(folder).as_posix() for path in (folder / "pictures-crops").rglob("*.jpg"))
    entries = {name: {**entry, "stamp": ""} for name, entry in made["pictures"].items()}  # which tells the time
    return json.dumps([entries, made["settings"]], sort_keys=True) + str(crops)


def run_catalogue(folder: Path) -> str:
    """The command line on a folder with one damaged picture beside good ones."""
    answer = subprocess.run([sys.executable, "-m", "hpe_utils.apps.smart_cropping", folder], capture_output=True)
    if answer.returncode:
        raise DataError(answer.stderr.decode())
    return answer.stdout.decode()


ANY, JSON, TOML = mutations.of_bytes, mutations.of_json, mutations.of_toml
CSV, NPZ, H5 = mutations.of_csv, mutations.of_npz, mutations.of_h5
READERS = {
    "a picture": Reader(make_picture, read_picture, (ANY,)),
    "own folder, JSON": Reader(make_folder_json, load("folder", "all"), (ANY, JSON), free="null at .*/box$"),
    "own folder, CSV": Reader(make_folder_csv, load("folder", "all"), (ANY, CSV)),
    "COCO": Reader(make_coco, load("coco", "train"), (ANY, JSON), free="(null|a list) at .*/bbox$"),
    "COCO, whole pictures": Reader(make_coco, load("coco", "train", crop="whole"), (JSON,)),
    "COCO results": Reader(make_results, read_results, (ANY, JSON), free="far away"),
    "MPII, HDF5": Reader(make_mpii, load("mpii", "train"), (ANY, H5)),
    "LSPET, zip": Reader(make_lspet, load("lspet", "train"), (ANY,)),
    "LSPET, MATLAB": Reader(make_lspet_mat, load("lspet", "train"), (ANY,)),
    "J-HMDB, MATLAB": Reader(make_jhmdb, load("jhmdb", "all"), (ANY,)),
    "ADE20K, JSON": Reader(make_ade20k(2021), load("ade20k", "all"), (ANY, JSON)),
    "ADE20K, text": Reader(make_ade20k(2016), load("ade20k", "all"), (ANY,)),
    "cache, index": Reader(make_cache("index.json"), load_cached, (ANY, JSON)),
    "cache, labels": Reader(make_cache("keypoints.npy"), load_cached, (ANY,), sealed=True),
    "cache, chunk": Reader(make_chunk, load_cached, (ANY, NPZ)),
    "checkpoint, facts": Reader(make_checkpoint(f"{CHECKPOINT}.json"), read_checkpoint, (ANY, JSON)),
    "checkpoint, weights": Reader(
        make_checkpoint("01_deeppose_long-seed0.weights.h5"), read_checkpoint, (ANY,), sealed=True
    ),
    "results": Reader(make_recorded, read_recorded, (ANY, JSON), free="far away at scores"),
    "predictions": Reader(make_predictions, read_predictions, (ANY, NPZ)),
    "records, facts": Reader(make_records(".json"), read_records, (ANY, JSON)),
    "records, shard": Reader(make_records(".tfrecord"), read_records, (ANY,), sealed=True),
    "resumed training, state": Reader(make_state("latest.json"), read_state, (ANY, JSON)),
    "resumed training, weights": Reader(make_state("epoch-0000-0.weights.h5"), read_state, (ANY, H5)),
    "resumed training, optimizer": Reader(make_state("epoch-0000-0.optimizer.npz"), read_state, (ANY,)),
    "budgets": Reader(make_budgets, read_budgets, (ANY, TOML)),
    "runs": Reader(make_recipes, read_recipes, (ANY, TOML)),
    "quantised weights": Reader(make_quantised, read_quantised, (ANY,), sealed=True),
    "launcher's ledger": Reader(make_ledger, read_ledger, (ANY, JSON)),
    "catalogue": Reader(make_catalogue, read_catalogue, (ANY, JSON)),
}
