"""The wheel: what lies in it, and that it works in an environment that does not see the checkout."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

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
def wheel(folder, python):
    """The wheel of the checkout, built without leaving anything there."""
    build, settings = folder / "build", folder / "build.cfg"
    settings.write_text(f"[build]\nbuild_base = {build}\n[egg_info]\negg_base = {folder}\n", encoding="utf-8")
    command = [python, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", ROOT]
    run(*command, cwd=folder, PYTHONPATH=OURS, DIST_EXTRA_CONFIG=str(settings))  # OURS has setuptools
    return next(folder.glob("*.whl"))


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


def test_the_installed_wheel_works_without_the_checkout(folder, python, wheel):
    run(python, "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=folder)
    packages = place(folder, "purelib")
    # Python searches a folder named in a .pth file, but not the .pth files in there, as that of the editable course.
    (packages / "ours.pth").write_text(OURS, encoding="utf-8")
    notebooks_only = [Requirement(line).name for line in EXTRAS["course"]]
    imported = run(python, "-c", TRIAL, *notebooks_only, cwd=folder, HPE_CACHE=str(folder / "cache"))
    assert Path(imported).samefile(packages / "hpe_utils" / "__init__.py")
