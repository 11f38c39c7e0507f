"""The site's source is whole, and what checks the built site finds its faults."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT
from scripts import script

tool = script("tools/build_site.py")
DOCS = ROOT / "docs"
INNER = {"__main__", "moved", "data.sets.coco_files", "data.sets.coco_joints", "data.sets.mpii_files"}  # no interface


def modules() -> set[str]:
    """All modules of the package, by their names in it, without the renderer's inner ones."""
    paths = [path.relative_to(ROOT / "hpe_utils").with_suffix("") for path in (ROOT / "hpe_utils").rglob("*.py")]
    names = {".".join(part for part in path.parts if part != "__init__") for path in paths}
    return {name for name in names if not name.startswith("data.synthetic.")} - {"", "apps"}


def test_every_module_of_the_package_is_in_the_interface():
    pages = "".join(path.read_text(encoding="utf-8") for path in (DOCS / "api").glob("*.md"))
    documented = re.findall(r"automodule:: hpe_utils\.([\w.]+)", pages)
    assert len(documented) == len(set(documented)) and set(documented) == modules() - INNER


def test_pasted_sections_are_in_the_readme():
    headings = re.findall(r"^## (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    pasted = [name for line in re.findall(r"^<!-- README: (.+) -->$", pages, re.M) for name in line.split(", ")]
    assert pasted and set(pasted) <= set(headings)


def page(body: str) -> str:
    return f'<html><head><link rel="stylesheet" href="style.css"></head><body id="here">{body}</body></html>'


@pytest.mark.parametrize(
    "body, fault",
    [
        ('<a href="b.html#there">b</a> <a href="#here">a</a> <a href="https://example.org">far</a>', None),
        ('<a href="c.html">c</a>', "links to c.html, which is not there"),
        ('<a href="b.html#nowhere">b</a>', "links to b.html#nowhere, which is not there"),
        ('<a href="#nowhere">a</a>', "links to #nowhere, which is not there"),
        ('<img src="style.css" alt=" ">', "has a picture without a text: style.css"),
        ('<script src="https://example.org/x.js"></script>', "fetches https://example.org/x.js"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "fetches //example.org/x.css"),
    ],
)
def test_faults_of_a_built_page_are_found(tmp_path, body, fault):
    (tmp_path / "style.css").touch()
    (tmp_path / "b.html").write_text('<p id="there">')
    (tmp_path / "a.html").write_text(page(body))
    assert tool.faults_of(tmp_path) == ([f"a.html {fault}"] if fault else [])


def test_without_its_packages_the_command_says_what_to_install():
    """Sphinx is hidden from the tool, whether it is installed or not."""
    code = "import sys, runpy; sys.modules['sphinx'] = None; runpy.run_path(sys.argv[1], run_name='__main__')"
    asked = [sys.executable, "-c", code, str(ROOT / "tools" / "build_site.py")]
    done = subprocess.run(asked, capture_output=True, text=True)
    assert done.returncode == 1 and '-e ".[docs]"' in done.stdout and done.stderr == ""


@pytest.mark.slow
def test_the_site_builds_without_a_warning_or_a_fault(tmp_path, monkeypatch, capsys):
    for package in ("sphinx", "myst_nb", "pydata_sphinx_theme"):
        pytest.importorskip(package)
    monkeypatch.setattr(tool, "SITE", tmp_path / "site")
    monkeypatch.setattr(tool, "DOCTREES", tmp_path / "doctrees")
    assert tool.main() == 0, capsys.readouterr()
    for name in ("index", "docs/index", "docs/glossary", "docs/api/door", "notebooks/00_start_here", "search"):
        assert (tmp_path / "site" / f"{name}.html").is_file()
