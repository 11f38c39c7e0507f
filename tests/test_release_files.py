"""The files for people: what is changed, how to add, cite, report; and what may lie at the top of the repository."""

import re
import shutil
import subprocess
import tomllib

import pytest
import yaml
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAPERS = ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md")
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
TOP = {
    *("notebooks", "hpe_utils", "data", "tests", "README.md", "environment.yml"),  # the course
    *("course.py", "pyproject.toml", "requirements.lock", "tools", "benchmarks", "docs"),  # what it needs
    *("LICENSE", "LICENSE-CC-BY-4.0.txt", "CITATION.cff", *PAPERS),  # for people, and for those who host it
    *(".ci", ".github", ".gitattributes", ".gitignore"),
}


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="this is no clone")
def test_nothing_else_lies_at_the_top():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} <= TOP


def test_citation_has_what_the_format_asks_for_and_the_packages_version():
    cited = yaml.safe_load(text("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert (cited["version"], cited["license"], cited["type"]) == (PROJECT["version"], PROJECT["license"], "software")
    assert PROJECT["authors"] == [{"name": "the contributors"}] and "contributors" in cited["authors"][0]["name"]


def test_addresses_of_the_project_stand_in_pyproject_alone():
    assert "urls" in PROJECT
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
