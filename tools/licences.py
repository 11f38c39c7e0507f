"""Write docs/licences.md, the licences of all packages of requirements.lock: python tools/licences.py

A licence is what the installed package says of itself. Run it where the lock is installed, as in .venv.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hpe_utils.files import write_bytes

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
# Packages of other systems than the one on which the page is written, as their pages at the index say it; and one
# package that says nothing in its metadata, by the licence file that it installs.
SAID_ELSEWHERE = {"appnope": "BSD", "colorama": "BSD", "pywinpty": "MIT", "namex": "Apache-2.0"}
SAME = (  # the words that stand for a licence in older metadata
    ("Apache-2.0", r"apache"),
    ("BSD-2-Clause", r"bsd 2-clause|freebsd"),
    ("BSD-3-Clause", r"bsd[ -]3-clause|3-clause bsd"),
    ("BSD", r"bsd"),
    ("ISC", r"isc\b"),
    ("MPL-2.0", r"mpl|mozilla"),
    ("PSF-2.0", r"psf|python software foundation|matplotlib"),
    ("MIT", r"mit\b"),
)
TOP = """# Licences of what it stands on

Made by `python tools/licences.py` from what the packages of `requirements.lock` say of themselves; a test compares.
The course's own code is under the MIT licence, its text and figures under CC BY 4.0, and each shipped network has
[a card](models/README.md) with its own.

Some wheels hold libraries of other licences beside their code. That of `av` holds FFmpeg with x264 and x265 (GPL), that
of `opencv-python-headless` FFmpeg (LGPL). Who hands on an image or an installer with them hands on these, too. The
extras `gpu` and `docs` are outside of the lock; NVIDIA's packages have a licence of their own.

| package | locked version | licence | asked for by |
|---|---|---|---|
"""


def locked() -> dict[str, list[str]]:
    """The versions of each package in the lock."""
    found: dict[str, list[str]] = {}
    for name, pinned in PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")):
        found.setdefault(canonicalize_name(name), []).append(pinned)
    return found


def version_of(name: str) -> str | None:
    """The version of a package that is installed; None where it is not here."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def licence_of(name: str) -> str | None:
    """What a package says of its licence, in SPDX's words where it says it in others; None where it is not here."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return SAID_ELSEWHERE.get(name)
    if expression := said.get("License-Expression"):
        return expression
    classifiers = [line for line in said.get_all("Classifier", []) if line.startswith("License ::")]
    for words in (said.get("License") or "", *classifiers):
        for licence, pattern in SAME:
            if re.search(pattern, words.split("\n")[0], re.IGNORECASE):
                return licence
    return SAID_ELSEWHERE.get(name)


def asking() -> dict[str, str]:
    """For each direct dependency the part of the project that asks for it: the package, or an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = {"the package": project["dependencies"], **project["optional-dependencies"]}
    lines = [(line, part) for part, lines in parts.items() for line in lines]
    found: dict[str, str] = {}
    for line, part in lines:
        found.setdefault(canonicalize_name(Requirement(line).name), part)
    return found


def page() -> str:
    """The page's text."""
    by = asking()
    rows = [
        f"| {name} | {', '.join(versions)} | {licence_of(name) or 'not said'} | {by.get(name, 'another package')} |\n"
        for name, versions in sorted(locked().items())
    ]
    return TOP + "".join(rows)


def main() -> None:
    write_bytes(PAGE, page().encode())
    print(f"{PAGE.relative_to(ROOT)}: {len(locked())} packages")


if __name__ == "__main__":
    main()
