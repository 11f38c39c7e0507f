"""The wheel: what lies in it, that it is the same whenever it is built, and that it works without the checkout.

With HPE_WHEEL=registry uv installs the wheel with what it asks for from the package index, and nothing of the
environment that runs the tests is used: `HPE_WHEEL=registry .ci/versions highest 3.13 -m slow tests/test_wheel.py`
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from scripts import script

builder, cloud = script("tools/build_package.py"), script("tools/cloud.py")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SHIPPED = {"hpe_utils": "hpe_utils", "data/checkpoints": "hpe_utils/checkpoints", "data/results": "hpe_utils/results"}
OURS = sysconfig.get_path("purelib")  # the packages of the environment that runs the tests
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
TRIAL = """
import sys

sys.modules.update(dict.fromkeys(sys.argv[1:]))  # these cannot be imported

import numpy as np

import hpe_utils.widgets
from hpe_utils import runs
from hpe_utils.runtime import import_quietly, load_budget

load_budget("02_joint_regression", "lab")
assert runs.load_recorded("photo")["scores"]
keras = import_quietly("keras")
model = runs.load_checkpoint("photo")
picture = np.random.default_rng(0).random((1, *model.input_shape[1:]), np.float32)
answers = keras.tree.flatten(model.predict_on_batch(picture))
assert answers and all(np.isfinite(answer).all() for answer in answers)
print(hpe_utils.__file__)
"""
WIDGETS = """
import ipywidgets
from PIL import Image

from hpe_utils import Pose, data, viz, widgets

people = data.load("synthetic", "val", count=2, people=(1, 1), size=128, skeleton="MPII16")
Image.fromarray(people.images[0]).save("picture.png")
browser = widgets.LayerBrowser(people)
first = browser.image.value
browser.next.click()
slider = widgets.FigureSlider(lambda joint: viz.grid(1)[0], lambda joint: str(joint), joint=(1, 3, 1, 1))
slider.sliders["joint"].value = 3
explorer = widgets.PCKhExplorer(people[:1], people.keypoints[0, 0])
explorer.mover.points = [[0.0, 0.0]] * len(explorer.names)
pose = Pose.load("photo_people")
made = browser, slider, explorer, widgets.LiveView({"photo_people": pose}, b""), widgets.Annotator(".", models=[pose])
assert all(isinstance(widget, ipywidgets.Widget) for widget in made)
print(browser.image.value != first, slider.words.value, "0 of" in explorer.words.value)
"""
READ = """
import sys

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=900).execute()
for cell in notebook.cells[2:4]:
    print("".join(output.get("text", "") for output in cell.get("outputs", [])))
checks = [cell for cell in notebook.cells if "exercises.check(" in cell.source]
print(len(checks), sum("not begun" in cell.outputs[0].text or "not yet" in cell.outputs[0].text for cell in checks))
"""


def run(*command, cwd, **variables):
    """Gives what a command prints; no module path and no setting of the course reaches it but the given ones."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HPE_"))}
    done = subprocess.run(command, cwd=cwd, env=environment | variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def place(folder, kind):
    """The `scripts` or the `purelib` of the new environment in a folder."""
    return Path(sysconfig.get_path(kind, "venv", {"base": str(folder / "venv")}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("wheel")


@pytest.fixture(scope="module")
def python(folder):
    """The Python of a new environment that holds pip and nothing else."""
    pytest.importorskip("ensurepip", reason="this Python cannot make environments with pip")
    run(sys.executable, "-m", "venv", "venv", cwd=folder)
    return place(folder, "scripts") / "python"


@pytest.fixture(scope="module")
def built(folder):
    """The source archive and the wheel of the checkout, as a release builds them."""
    return builder.build(folder / "dist")


@pytest.fixture(scope="module")
def wheel(built):
    return built[1]


@pytest.fixture(scope="module")
def installed(folder, python, wheel):
    """The new environment's packages, with the wheel, and those of ours for what the wheel asks for."""
    if os.environ.get("HPE_WHEEL") == "registry":
        run("uv", "pip", "install", "--quiet", "--python", python, f"{wheel}[course]", cwd=folder)
        return place(folder, "purelib")
    run(python, "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=folder)
    packages = place(folder, "purelib")
    # Python searches a folder named in a .pth file, but not the .pth files in there, as that of the editable course.
    (packages / "ours.pth").write_text(OURS, encoding="utf-8")
    return packages


def test_the_same_files_give_the_same_bytes(folder, built):
    """Built again from a copy whose files have other times and other rights."""
    copy = folder / "copy"
    builder.copy_sources(ROOT, copy)
    for number, path in enumerate(sorted(copy.rglob("*"))):
        os.utime(path, (10**9 + number, 10**9 + number))
        path.chmod(0o755 if path.is_dir() or number % 2 else 0o600)
    again = builder.build(folder / "again", copy)
    shutil.rmtree(copy)
    assert [path.name for path in again] == [path.name for path in built]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in built]


def test_the_wheel_holds_the_package_its_data_and_both_licences(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {
        f"{inside}/{path.relative_to(ROOT / outside).as_posix()}"
        for outside, inside in SHIPPED.items()
        for path in (ROOT / outside).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == files
    licences = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-CC-BY-4.0.txt"}


def test_its_metadata_say_version_typing_and_command(wheel):
    with zipfile.ZipFile(wheel) as file:
        (metadata,) = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        said, points = (
            file.read(metadata.replace("METADATA", name)).decode() for name in ("METADATA", "entry_points.txt")
        )
    assert f"Version: {cloud.hpe_utils.__version__}\n" in said and wheel.name in cloud.WHEEL
    assert "Classifier: Typing :: Typed\n" in said and f"Project-URL: Source, {cloud.SOURCE}\n" in said
    assert "hpe = hpe_utils.apps.command_line:main" in points


def test_the_installed_wheel_works_without_the_checkout(folder, python, installed):
    notebooks_only = [Requirement(line).name for line in EXTRAS["course"]]
    imported = run(python, "-c", TRIAL, *notebooks_only, cwd=folder, HPE_CACHE=str(folder / "cache"))
    assert Path(imported).samefile(installed / "hpe_utils" / "__init__.py")


def test_the_installed_wheel_makes_widgets_and_finds_people(folder, python, installed, tmp_path):
    settings = {"HPE_CACHE": str(folder / "cache"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    said = run(python, "-c", WIDGETS, cwd=tmp_path, **settings)
    assert said.splitlines()[-1] == "True <pre>3</pre> True"
    run(place(folder, "scripts") / "hpe", "find", "picture.png", "--out", "found", cwd=tmp_path, **settings)
    (person,) = json.loads((tmp_path / "found" / "people.json").read_text())["annotations"]
    assert person["num_keypoints"] >= 12


@pytest.mark.parametrize("number", ["00", "02"])
def test_a_copy_for_colab_runs_in_an_empty_folder_with_the_wheel_alone(folder, python, installed, number, tmp_path):
    """The set-up finds the package installed; the checks of the exercises find their inputs."""
    (tmp_path / "empty").mkdir()
    path = cloud.notebook_of(number)
    cloud.write_copy(path, tmp_path / "empty")
    settings = {"HPE_PROFILE": "smoke", "HPE_CACHE": str(tmp_path / "cache"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    said = run(python, "-c", READ, path.name, cwd=tmp_path / "empty", **settings)
    checks, undone = map(int, said.splitlines()[-1].split())
    assert checks == undone > 0
    assert {file.name for file in (tmp_path / "empty").iterdir()} == {path.name, "exercises"}
