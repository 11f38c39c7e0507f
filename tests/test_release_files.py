"""The files for people: what is changed, how to add, cite, report; and what may lie at the top of the repository."""

import json
import re
import shutil
import subprocess
import sys
import tomllib

import nbformat
import pytest
import yaml
from conftest import ROOT
from scripts import script

import hpe_utils

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAPERS = ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md")
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
TOP = {
    *("notebooks", "hpe_utils", "data", "tests", "README.md", "environment.yml"),  # the course
    *("course.py", "pyproject.toml", "requirements.lock", "tools", "benchmarks", "docs"),  # what it needs
    *("LICENSE", "LICENSE-CC-BY-4.0.txt", "CITATION.cff", *PAPERS),  # for people, and for those who host it
    *(".ci", ".github", ".gitattributes", ".gitignore"),
    *(".binder", ".devcontainer", ".dockerignore", "docker"),  # without cloning
}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LIMITS = (  # docs/weight.md: a pattern, megabytes of a file, and of all
    ("data/checkpoints/*.weights.h5", 8, 64),
    ("data/results/*", 16, 16),
    ("notebooks/*.ipynb", 3, 36),
    ("data/pictures/*", 5, 5),
)
sys.path.insert(0, str(ROOT / "tools"))  # cloud.py imports handout.py beside it
cloud, licences = script("tools/cloud.py"), script("tools/licences.py")


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="this is no clone")
def test_nothing_else_lies_at_the_top():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} <= TOP


def test_citation_has_what_the_format_asks_for_and_the_packages_version():
    cited = yaml.safe_load(text("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert (cited["version"], cited["license"], cited["type"]) == (
        hpe_utils.__version__,
        PROJECT["license"],
        "software",
    )
    assert PROJECT["authors"] == [{"name": "the contributors"}] and "contributors" in cited["authors"][0]["name"]


def test_addresses_of_the_project_stand_in_pyproject_alone():
    assert set(PROJECT["urls"]) == {"Source"}
    for path in ("CITATION.cff", *PAPERS, *(form.relative_to(ROOT) for form in FORMS)):
        assert "://" not in text(path), path


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms_can_be_filled_in(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"] and form["description"]
    fields = form["body"]
    assert len({field["id"] for field in fields}) == len(fields)
    for field in fields:
        assert field["type"] in ("input", "textarea", "dropdown", "checkboxes") and field["attributes"]["label"]
        assert (field["type"] in ("dropdown", "checkboxes")) == ("options" in field["attributes"])


@pytest.mark.parametrize("path", PAPERS)
def test_links_lead_to_files(path):
    links = re.findall(r"\]\(([^)#]+)", text(path))
    assert all((ROOT / link).exists() for link in links), links


def test_contributing_names_files_that_are_there_and_counts_them():
    """Names with NAME, NN or topic in them stand for new ones."""
    named = re.findall(r"`((?:hpe_utils|tests|tools|notebooks|docs|data|benchmarks)/[\w./-]+)", text("CONTRIBUTING.md"))
    fixed = [name for name in named if not re.search("NAME|NN|topic|…", name)]
    assert fixed and all((ROOT / name).exists() for name in fixed), fixed
    sections = re.findall(r"^### [^\n]*: (\d+) files[^\n]*\n(.*?)(?=^##)", text("CONTRIBUTING.md"), re.M | re.S)
    for count, section in sections:
        cells = [row.split("|")[1] for row in re.findall(r"^\| `.*", section, re.M)]
        files = sum(cell.count("`") // 2 for cell in cells) - section.count("| `tests/test_NAME.py` | `decode`")
        assert files == int(count), section
    assert len(sections) == 5


def test_the_version_is_said_once():
    assert PROJECT["dynamic"] == ["version"] and "version" not in PROJECT
    settings = tomllib.loads(text("pyproject.toml"))["tool"]["setuptools"]["dynamic"]
    assert settings == {"version": {"attr": "hpe_utils.__version__"}}
    assert re.fullmatch(r"\d+\.\d+\.\d+", hpe_utils.__version__)


def test_classifiers_name_the_pythons_that_are_tried():
    named = {line.split(" :: ")[-1] for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)}
    matrix = yaml.safe_load(text(".github/workflows/versions.yml"))["jobs"]["versions"]["strategy"]["matrix"]
    assert named == set(matrix["python"]) and set(matrix["versions"]) == {"lowest", "highest"}


# Workflows and images -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_hash_and_rights_are_few(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    used = re.findall(r"uses: (?!\./)(\S+)(.*)", path.read_text(encoding="utf-8"))
    for action, comment in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) and re.fullmatch(r"  # v\d+\.\d+\.\d+", comment), action


def test_one_hash_an_action():
    pins = {tuple(pin.split("@")) for path in WORKFLOWS for pin in re.findall(r"uses: (\S+@\S+)", path.read_text())}
    assert len(dict(pins)) == len(pins)


def test_a_release_is_tested_built_attested_and_then_published():
    workflow = yaml.safe_load(text(".github/workflows/release.yml"))
    jobs = workflow["jobs"]
    assert workflow[True] == {"push": {"tags": ["v*"]}}, "yaml reads `on` as true"
    assert [jobs[name].get("needs") for name in ("test", "build", "attest", "publish", "cloud")] == [
        *(None, "test", "build", "attest", "publish")
    ]
    assert {name for name in jobs if jobs[name].get("permissions", {}).get("id-token")} == {"attest", "publish"}
    ran = "\n".join(step.get("run", "") for step in jobs["build"]["steps"])
    for tool in re.findall(r"tools/\w+\.py", ran):
        assert (ROOT / tool).is_file()
    assert "cloud.py check" in ran and "build_package.py" in ran


@pytest.mark.parametrize("path", sorted((ROOT / "docker").glob("*.Dockerfile")), ids=lambda path: path.stem)
def test_images_are_of_a_supported_python_and_run_as_nobody_special(path):
    said = path.read_text(encoding="utf-8")
    python = re.search(r"^FROM python:(3\.\d+)-", said, re.MULTILINE)[1]
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]
    assert re.search(r"^USER 1000$", said, re.MULTILINE) and ":latest" not in said and "curl" not in said


def test_containers_leave_out_what_git_does():
    ignored = set(text(".dockerignore").split())
    assert {".git", ".venv", "data/cache", "my_notebooks", "runs", "build", "dist"} <= ignored


def test_devcontainer_and_binder_use_what_is_there():
    begun = json.loads(text(".devcontainer/devcontainer.json"))["postCreateCommand"]
    assert begun == "python3 course.py run 00 --profile smoke"
    assert text(".binder/requirements.txt").strip() == "-r ../requirements.lock"
    assert f"Programming Language :: Python :: {text('.binder/runtime.txt').strip()[7:]}" in PROJECT["classifiers"]


# Weight and licences ------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern, one, together", LIMITS)
def test_the_repository_keeps_to_its_limits(pattern, one, together):
    sizes = {path.name: path.stat().st_size / 1e6 for path in ROOT.glob(pattern)}
    assert sizes and max(sizes.values()) <= one and sum(sizes.values()) <= together, sizes
    said = text("docs/weight.md")
    assert f"{one} MB" in said and (f"{together} MB together" in said or pattern.startswith("notebooks"))


def test_the_list_of_licences_is_that_of_the_lock():
    """Where the lock is installed, each row says what the package says; elsewhere the packages are compared alone."""
    said = dict(re.findall(r"^\| ([\w.-]+) \| [^|]+ \| ([^|]+) \|", text("docs/licences.md"), re.MULTILINE))
    said.pop("package")
    assert set(said) == set(licences.locked()) and "not said" not in said.values()
    for name, versions in licences.locked().items():
        if (installed := licences.version_of(name)) in versions:
            assert said[name] == licences.licence_of(name), f"{name} {installed}: python tools/licences.py"


def test_no_package_that_the_package_needs_calls_itself_gpl():
    needed = re.findall(r"^\| ([\w.-]+) \| [^|]+ \| ([^|]+) \| the package \|", text("docs/licences.md"), re.MULTILINE)
    assert len(needed) == len(PROJECT["dependencies"])
    assert not [name for name, licence in needed if "GPL" in licence]


# Without cloning ----------------------------------------------------------------------------------


def test_every_notebook_has_both_badges_of_the_address_in_pyproject():
    assert cloud.badges(text("README.md")) == text("README.md"), "python tools/cloud.py badges"
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        place = f"{cloud.SOURCE.removeprefix('https://github.com')}/blob/{cloud.BRANCH}/{path.name})"
        assert cloud.COLAB + place in text("README.md") and cloud.KAGGLE + place in text("README.md")


def test_badges_follow_the_address(monkeypatch):
    monkeypatch.setattr(cloud, "SOURCE", "https://github.com/somebody/poses")
    changed = cloud.badges(text("README.md"))
    assert "OWNER/REPOSITORY" not in changed and changed.count("/somebody/poses/blob/cloud/") == 2 * len(
        list((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    )


def test_a_copy_needs_no_file_beside_it():
    copy = cloud.copy_of(cloud.notebook_of("07"))
    nbformat.validate(copy)
    markdown = [cell for cell in copy.cells if cell.cell_type == "markdown"]
    assert not [cell.source for cell in markdown if "](../" in cell.source]
    for name in re.findall(r"\]\(attachment:([^)]+)\)", "".join(cell.source for cell in markdown)):
        assert any(name in cell.get("attachments", {}) for cell in markdown)
    assert copy.cells[1].source.count("pip install") == 1 and cloud.WHEEL in copy.cells[1].source
    compile(copy.cells[1].source.replace("%pip", "pass  #"), "set-up", "exec")
    assert len(copy.cells) == len(nbformat.read(cloud.notebook_of("07"), 4).cells) + 1


@pytest.mark.parametrize(
    "tag, source, faults",
    [(cloud.TAG, "https://github.com/OWNER/REPOSITORY", 1), ("v9.9.9", "https://github.com/OWNER/REPOSITORY", 2)],
)
def test_a_release_without_an_address_or_of_another_version_is_refused(monkeypatch, tag, source, faults):
    monkeypatch.setattr(cloud, "SOURCE", source)
    monkeypatch.setattr(cloud, "README", ROOT / "README.md")
    found = [line for line in cloud.problems(tag) if "badges" not in line]
    assert len(found) == faults and any("Source" in line for line in found)
