"""The house: launcher, lock, conda file, licences and CI say the same as pyproject.toml and the README."""

import ast
import base64
import os
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from io import BytesIO
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from nbformat import v4
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from PIL import Image
from scripts import script

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, SETUPTOOLS = PYPROJECT["project"], PYPROJECT["tool"]["setuptools"]
EXTRAS = PROJECT["optional-dependencies"]
INSTALLED = PROJECT["dependencies"] + sum(
    (EXTRAS[name] for name in ("course", "jax", "export", "serve", "cluster", "dev")), []
)


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


course = script("course.py")
runner = script("tools/notebooks.py")


# One truth about packages -------------------------------------------------------------------------


def locked():
    """Gives the lock's versions by package; one package may have several, by Python or system."""
    versions = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text("requirements.lock"), re.MULTILINE):
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


@pytest.mark.parametrize("line", INSTALLED)
def test_the_lock_has_each_dependency_in_its_range(line):
    wanted = Requirement(line)
    versions = locked()[canonicalize_name(wanted.name)]
    assert all(version in wanted.specifier for version in versions)


def test_the_lock_has_hashes_and_no_addresses():
    lock = text("requirements.lock")
    assert not re.search(r"://|file:|find-links|index-url| @ ", lock.split("\n", 2)[2])
    pins = [block for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE) if "==" in block]
    assert len(pins) > 100 and all("--hash=sha256:" in block for block in pins[1:])
    assert "nvidia" not in lock, "the GPU's packages are an extra"
    assert "setuptools" in locked(), "the launcher builds the course's own package with it"


def test_environment_yml_equals_pyproject():
    dependencies = yaml.safe_load(text("environment.yml"))["dependencies"]
    python = next(Requirement(line) for line in dependencies if str(line).startswith("python"))
    assert python.specifier == Requirement("python" + PROJECT["requires-python"]).specifier
    lines = next(line["pip"] for line in dependencies if isinstance(line, dict))
    assert [Requirement(line) for line in lines if line != "-e ."] == [Requirement(line) for line in INSTALLED]
    assert lines[-1] == "-e ."


def imported_packages():
    """Gives the names of all packages that hpe_utils imports, as its source says them."""
    nodes = [node for path in (ROOT / "hpe_utils").rglob("*.py") for node in ast.walk(ast.parse(path.read_bytes()))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"hpe_utils"}


def test_the_package_asks_for_what_it_imports():
    # Those of extras in functions, or whole modules, that say so.
    extras = ("course", "export", "serve", "cluster", "jax")
    lines = PROJECT["dependencies"] + [line for name in extras for line in EXTRAS[name]]
    asked = {canonicalize_name(Requirement(line).name) for line in lines}
    offers = packages_distributions()
    missing = {name for name in imported_packages() if not asked & set(map(canonicalize_name, offers.get(name, ())))}
    assert not missing, "pyproject.toml: add them to dependencies, or to the extra that brings them"


def test_the_package_works_without_jupyterlab():
    needed, waiting = set(), [Requirement(line) for line in PROJECT["dependencies"]]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in needed and (not requirement.marker or requirement.marker.evaluate({"extra": ""})):
            needed.add(name)
            waiting += map(Requirement, requires(name) or [])
    assert "jupyterlab-widgets" in needed and not needed & {"jupyterlab", "jupyter-server", "notebook", "ipykernel"}


def test_pyproject_lists_every_package():
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "hpe_utils").rglob("*.py")}
    listed = set(SETUPTOOLS["packages"]) - set(SETUPTOOLS["package-dir"])
    assert listed == {".".join(folder.parts) for folder in folders}, "pyproject.toml: mend packages"


def test_gpu_extra_asks_for_the_same_tensorflow_on_linux_alone():
    plain = next(Requirement(line) for line in PROJECT["dependencies"] if line.startswith("tensorflow"))
    (gpu,) = map(Requirement, EXTRAS["gpu"])
    assert gpu.specifier == plain.specifier and gpu.extras == {"and-cuda"}
    assert gpu.marker.evaluate({"sys_platform": "linux"}) and not gpu.marker.evaluate({"sys_platform": "win32"})


def test_the_launcher_knows_the_python_range():
    supported = Requirement("python" + PROJECT["requires-python"]).specifier
    minors = [f"3.{minor}" for minor in range(8, 20) if Version(f"3.{minor}") in supported]
    assert [minors[0], minors[-1]] == [".".join(map(str, bound)) for bound in (course.OLDEST, course.NEWEST)]
    assert PROJECT["requires-python"] in text("course.py"), "what uv is asked for"
    matrix = yaml.safe_load(text(".github/workflows/tests.yml"))["jobs"]["tests"]["strategy"]["matrix"]
    tried = matrix["python"] + [extra["python"] for extra in matrix["include"]]
    assert sorted(tried) == minors


# The commands that the README promises ------------------------------------------------------------


def readme_command(heading):
    """Gives the first line of the first code block under a heading."""
    return re.search(rf"^## {heading}\n.*?^```\w*\n(.+?)\n", text("README.md"), re.MULTILINE | re.DOTALL)[1].strip()


@pytest.mark.parametrize("heading, command", [("Run it", "lab"), ("Test it", "test")])
def test_readme_command(heading, command):
    assert readme_command(heading) == f"python3 course.py {command}"


def test_ci_checks_the_style_and_runs_all_tests():
    commands = ["python3 course.py lint", readme_command("Test it") + " --all"]
    assert text(".ci/run").splitlines()[-2:] == commands
    steps = yaml.safe_load(text(".github/workflows/tests.yml"))["jobs"]["tests"]["steps"]
    assert [step["run"].replace("python ", "python3 ") for step in steps[-2:]] == commands


def test_licences():
    assert PROJECT["license"] == "MIT" and text("LICENSE").startswith("MIT License")
    assert "creativecommons.org/licenses/by/4.0/legalcode" in text("LICENSE-CC-BY-4.0.txt")


# The launcher -------------------------------------------------------------------------------------


def test_an_old_python_can_read_the_launcher():
    tree = ast.parse(text("course.py"), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= sys.stdlib_module_names - {"tomllib"}


@pytest.mark.parametrize(
    "version, said", [((3, 9, 6), "too old"), ((3, 14, 0), "too new"), ((3, 11, 0), None), ((3, 13, 9), None)]
)
def test_version_problem(version, said):
    problem = course.version_problem(version)
    assert problem is None if said is None else said in problem and "3.13" in problem and "\n" not in problem


@pytest.mark.parametrize(
    "tag, machine, said",
    [
        ("macosx-11.0-universal2", "x86_64", "Intel Macs"),
        ("macosx-11.0-universal2", "arm64", None),
        ("win-arm64", "ARM64", "WSL2"),
        ("win32", "AMD64", "64-bit"),
        ("win-amd64", "AMD64", None),
        ("linux-x86_64", "x86_64", None),
    ],
)
def test_platform_problem(tag, machine, said):
    problem = course.platform_problem(tag, machine)
    assert problem is None if said is None else said in problem and "\n" not in problem


def test_a_python_without_ensurepip_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(course, "answer", lambda command: None if "ensurepip" in command[-1] else "python3.11-venv")
    with pytest.raises(course.Trouble, match="apt install python3.11-venv"):
        course.check_venv("python3")


NOTEBOOK_02 = "notebooks/02_joint_regression.ipynb"


def test_without_names_the_quick_tests_run():
    options = course.pytest_options(["-k", "flip", "-x"])
    start = options.index("-m")
    assert options[start : start + 6] == ["-m", "not slow", "-k", "flip", "-x", "tests"]
    assert [Path(path).stem.partition("_")[0] for path in options[start + 6 :]] == list(course.QUICK)
    assert NOTEBOOK_02 in options


def test_all_runs_everything():
    options = course.pytest_options(["--all", "-x"])
    assert options[-3:] == ["-x", "tests", "notebooks"] and not {"-m", "--all"} & set(options)


@pytest.mark.parametrize(
    "options, codes, marks, result",
    [
        (["--all"], [0, 1], ["not slow and not again", "slow"], 1),
        (["--all"], [1, 0], ["not slow and not again", "slow"], 1),
        (["--all"], [course.STOPPED], ["not slow and not again"], course.STOPPED),
        ([], [0], ["not slow"], 0),
    ],
)
def test_all_goes_in_two_parts_that_both_count(monkeypatch, options, codes, marks, result):
    asked, left = [], list(codes)
    monkeypatch.setattr(course, "call", lambda command, **_: asked.append(command) or left.pop(0))
    assert course.test(options) == result
    assert [command[command.index("-m", 3) + 1] for command in asked] == marks


@pytest.mark.parametrize(
    "word, path",
    [
        ("02", NOTEBOOK_02),
        ("2", NOTEBOOK_02),
        ("02_joint_regression", NOTEBOOK_02),
        ("02_joint_regression.ipynb", NOTEBOOK_02),
        (NOTEBOOK_02, NOTEBOOK_02),
        ("tests/test_house.py::test_licences", "tests/test_house.py::test_licences"),
    ],
)
def test_what_is_named_runs_whatever_its_marks(word, path):
    options = course.pytest_options(["-n", "4", word, "-x"])
    assert options[-4:] == ["-n", "4", "-x", path] and "-m" not in options


@pytest.mark.parametrize("word", ["42", "joints", "tests/test_nothing.py", "/nowhere/test_house.py"])
def test_a_name_of_nothing_is_said_in_one_line(word):
    with pytest.raises(course.Trouble, match=f"^There is no {word}: .+$"):
        course.pytest_options([word])


def test_lint_checks_style_and_form(monkeypatch):
    codes = {"check": 0, "format": 1}
    monkeypatch.setattr(course, "call", lambda command: codes[command[3]])
    assert course.lint([]) == 1


def test_a_child_gets_its_own_variables_and_its_exit_code_comes_back(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.delenv("HPE_PROFILE", raising=False)
    check = (
        "import os, sys; sys.exit(7 if os.environ['HPE_PROFILE'] == 'smoke' and 'PYTHONPATH' not in os.environ else 1)"
    )
    assert course.call([sys.executable, "-c", check], HPE_PROFILE="smoke") == 7
    assert "HPE_PROFILE" not in os.environ


def test_an_empty_folder_is_none_and_others_are_meant_from_here(monkeypatch):
    monkeypatch.setenv("HPE_CACHE", "")
    monkeypatch.setenv("HPE_MODELS", "mine")
    expected = [None, str(Path("mine").absolute())]
    check = f"import os, sys; sys.exit([os.environ.get('HPE_CACHE'), os.environ['HPE_MODELS']] != {expected})"
    assert course.call([sys.executable, "-c", check]) == 0


class House:
    """A course folder in which installing only notes its commands and gives `exit_code`."""

    def __init__(self, root):
        self.venv, self.lock, self.commands, self.exit_code = root / ".venv", root / "requirements.lock", [], 0
        self.lock.write_text("a==1")
        (root / "pyproject.toml").write_text("")

    def call(self, command):
        self.commands.append(" ".join(map(str, command)))
        if "-m venv" in self.commands[-1]:
            (self.venv / "made").touch()
        return self.exit_code

    def install(self, gpu=False):
        """Starts the launcher once and says what it did: made, updated or nothing."""
        self.commands.clear()
        course.prepare(gpu)
        if not self.commands:
            return "nothing"
        assert any("--require-hashes" in command for command in self.commands)
        return "made" if "-m venv" in self.commands[0] else "updated"


@pytest.fixture
def house(tmp_path, monkeypatch):
    made = House(tmp_path)
    monkeypatch.setattr(course, "ROOT", tmp_path)
    monkeypatch.setattr(course, "LOCK", made.lock)
    monkeypatch.setattr(course, "VENV", made.venv)
    monkeypatch.setattr(course, "STAMP", made.venv / "course-stamp.txt")
    monkeypatch.setattr(course, "call", made.call)
    monkeypatch.setattr(course, "works", lambda python: (made.venv / "made").exists())
    monkeypatch.setattr(course, "base_python", lambda uv: "python3")
    monkeypatch.setattr(course.shutil, "which", lambda name: None)
    return made


def test_the_environment_is_made_once_and_follows_the_lock(house):
    assert house.install() == "made"
    assert house.install() == "nothing"
    house.lock.write_text("a==2")
    assert house.install() == "updated"
    assert house.install() == "nothing"


def test_an_interrupted_install_is_made_anew(house):
    house.exit_code = course.STOPPED
    with pytest.raises(KeyboardInterrupt):
        house.install()
    house.exit_code = 0
    (house.venv / "half a package").touch()
    assert house.install() == "made"
    assert not (house.venv / "half a package").exists()


def test_a_failed_update_keeps_what_was_there(house):
    house.install()
    (house.venv / "package").touch()
    house.lock.write_text("a==2")
    house.exit_code = 1
    with pytest.raises(course.Trouble, match="run the same command again"):
        house.install()
    house.exit_code = 0
    assert house.install() == "updated"
    assert (house.venv / "package").exists()


def test_gpu_is_asked_for_once(house):
    house.install()
    assert house.install(gpu=True) == "updated" and house.commands[-1].endswith("-e .[gpu]")
    assert house.install() == "nothing"
    house.lock.write_text("a==2")
    assert house.install() == "updated" and house.commands[-1].endswith("-e .[gpu]")


# The learner's copies -----------------------------------------------------------------------------


def put(path, source, outputs=()):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source, outputs=list(outputs), execution_count=1)])
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)


def source_of(path):
    return nbformat.read(path, as_version=4).cells[0].source


@pytest.fixture
def desk(tmp_path):
    """A course folder with one notebook, and the folder of the learner's copies."""
    put(tmp_path / "notebooks" / "01_été.ipynb", "first", [v4.new_output("stream", text="answer")])
    notebook, copy = tmp_path / "notebooks" / "01_été.ipynb", tmp_path / "mine" / "01_été.ipynb"
    course.refresh(notebook.parent, copy.parent)
    return notebook, copy


def test_a_copy_has_no_outputs(desk):
    cell = nbformat.read(desk[1], as_version=4).cells[0]
    assert cell.source == "first" and cell.outputs == [] and cell.execution_count is None


def test_a_copy_that_was_only_run_follows_the_course(desk):
    notebook, copy = desk
    put(copy, "first", [v4.new_output("stream", text="mine")])
    assert course.refresh(notebook.parent, copy.parent) == []
    assert "mine" in copy.read_text(encoding="utf-8"), "without news from the course it stays as it is"
    put(notebook, "second")
    (line,) = course.refresh(notebook.parent, copy.parent)
    assert "01_été.ipynb is brought up to date: 1 of 1 cells are new" in line and "01_été.old.ipynb" in line
    assert source_of(copy) == "second"


def test_an_edited_copy_is_never_overwritten(desk):
    notebook, copy = desk
    newer, newest = copy.with_name("01_été.new.ipynb"), copy.with_name("01_été.new.new.ipynb")
    put(copy, "my work")
    assert course.refresh(notebook.parent, copy.parent) == []
    put(notebook, "second")
    (line,) = course.refresh(notebook.parent, copy.parent)
    assert "yours is kept" in line and newer.name in line
    assert source_of(copy) == "my work" and source_of(newer) == "second"
    assert course.refresh(notebook.parent, copy.parent) == [], "said once"
    put(notebook, "third")
    course.refresh(notebook.parent, copy.parent)
    assert source_of(newer) == "third" and not newest.exists()
    put(newer, "more of my work")
    put(notebook, "fourth")
    course.refresh(notebook.parent, copy.parent)
    assert [source_of(path) for path in (copy, newer, newest)] == ["my work", "more of my work", "fourth"]


@pytest.mark.parametrize("ledger", ["", "[1", "{}"])
def test_without_its_ledger_the_launcher_overwrites_nothing(desk, ledger):
    notebook, copy = desk
    (copy.parent / ".course.json").write_text(ledger)
    put(copy, "my work")
    course.refresh(notebook.parent, copy.parent)
    assert source_of(copy) == "my work"


def test_a_copy_that_cannot_be_read_is_kept(desk):
    notebook, copy = desk
    copy.write_text("{half a noteb")
    put(notebook, "second")
    course.refresh(notebook.parent, copy.parent)
    assert copy.read_text() == "{half a noteb"


def test_a_deleted_copy_comes_back(desk):
    notebook, copy = desk
    copy.unlink()
    course.refresh(notebook.parent, copy.parent)
    assert source_of(copy) == "first"


# Stored outputs -----------------------------------------------------------------------------------


def encoded_png(pixels) -> str:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_stored_figures_take_less_room_and_look_the_same():
    rng = np.random.default_rng(0)
    noisy = (128 + rng.normal(0, 4, (200, 200, 3))).astype(np.uint8)
    once = runner.smaller_png(encoded_png(noisy))
    assert len(once) < 0.7 * len(encoded_png(noisy)) and runner.smaller_png(once) == once
    with Image.open(BytesIO(base64.b64decode(once))) as picture:
        assert np.abs(np.asarray(picture.convert("RGB"), int) - noisy).mean() < 1


def test_stored_notebooks_keep_what_a_reader_needs():
    view = {runner.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "IntSlider(value=0)"}
    figure = runner.smaller_png(encoded_png(np.zeros((4, 4, 3), np.uint8)))
    kept = [v4.new_output("stream", name="stdout", text="0.91"), v4.new_output("display_data", {"image/png": figure})]
    cell = v4.new_code_cell(
        "x",
        metadata={"execution": {"iopub.execute_input": "now"}, "tags": ["nbval-check-output"]},
        outputs=[
            *kept,
            v4.new_output("stream", name="stderr", text="warning"),
            v4.new_output("display_data", dict(view)),
            v4.new_output("display_data", {**view, "image/png": figure}),
        ],
    )
    notebook = v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    runner.clean(notebook)
    outputs = notebook.cells[0].outputs
    assert outputs[:2] == kept and len(outputs) == 3
    assert set(outputs[2].data) == {"image/png", "text/plain"}
    assert notebook.cells[0].metadata == {"tags": ["nbval-check-output"]}
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    nbformat.validate(notebook)
