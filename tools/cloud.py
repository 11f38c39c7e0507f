"""The course without cloning it: notebooks for Colab and Kaggle, and the badges that lead to them.

python tools/cloud.py badges               writes the addresses of README.md's badges anew
python tools/cloud.py notebooks --to DIR   writes a copy of every notebook that needs no file beside it
python tools/cloud.py check v1.2.3         says whether a tag may be released; the release workflow asks

All addresses follow from the one under [project.urls] in pyproject.toml. A copy has one more cell, which installs the
wheel of the release and fetches nothing else; its pictures and the inputs of its exercises lie inside of it.
"""

import argparse
import base64
import re
import sys
import tempfile
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

import handout
import nbformat
from nbformat import NotebookNode, v4
from tqdm import tqdm

import hpe_utils
from hpe_utils.files import write_bytes

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SOURCE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Source"]
PLACEHOLDER = "OWNER/REPOSITORY"
BRANCH = "cloud"  # where the release workflow puts the copies: Colab and Kaggle read branches
COLAB, KAGGLE = "https://colab.research.google.com/github", "https://kaggle.com/kernels/welcome?src=https://github.com"
TAG = f"v{hpe_utils.__version__}"
WHEEL = f"{SOURCE}/releases/download/{TAG}/hpe_utils-{hpe_utils.__version__}-py3-none-any.whl"
ROW = re.compile(r"^(\| \[\*\*(\d\d[a-z]?) .*\|)[^|\n]*\|$", re.MULTILINE)  # of a notebook, in the README's course map
LINK = re.compile(r"(!?)\[([^\]]*)\]\(\.\./([^)#]+)(#[^)]*)?\)")
SETUP = """#@title Set-up: installs the course's package where it is missing; nothing else is fetched
import sys
from importlib.util import find_spec

if find_spec("hpe_utils") is None:
    %pip install --quiet {wheel}
if "google.colab" in sys.modules:
    from google.colab import output

    output.enable_custom_widget_manager()"""
EXERCISES = """
# The inputs of the exercises, which their checks read from the folder beside this notebook.
from base64 import b64decode
from io import BytesIO
from zipfile import ZipFile

ZipFile(BytesIO(b64decode("{packed}"))).extractall()"""


def notebook_of(number: str) -> Path:
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    return path


def badges(text: str) -> str:
    """The README with the badges of every notebook in the last cell of its row."""
    repository = SOURCE.removeprefix("https://github.com")

    def row(found: re.Match) -> str:
        place = f"{repository}/blob/{BRANCH}/{notebook_of(found[2]).name}"
        links = [
            f"[![{found[2]} in {name}](docs/static/{name.lower()}.svg)]({address}{place})"
            for name, address in (("Colab", COLAB), ("Kaggle", KAGGLE))
        ]
        return f"{found[1]} {' '.join(links)} |"

    return ROW.sub(row, text)


def copy_of(path: Path) -> NotebookNode:
    """A notebook that needs no file beside it, with its set-up in a second cell."""
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(lambda link, cell=cell: carried(link, cell), cell.source)
    source = SETUP.format(wheel=WHEEL)
    if names := handout.names_of_exercises(notebook):
        source += "\n" + EXERCISES.format(packed=base64.b64encode(packed(names)).decode())
    hidden = {"cellView": "form", "jupyter": {"source_hidden": True}}
    notebook.cells.insert(1, v4.new_code_cell(source, id="set-up", metadata=hidden))
    return notebook


def write_copy(path: Path, folder: Path) -> None:
    """Write a notebook's copy to a folder, whole or not at all."""
    write_bytes(folder / path.name, nbformat.writes(copy_of(path)).encode())


def carried(link: re.Match, cell: NotebookNode) -> str:
    """A link to a file of the course: a picture becomes part of the cell, another leads to the release."""
    picture, text, path, place = link.groups()
    if not picture:
        return f"[{text}]({SOURCE}/blob/{TAG}/{path}{place or ''})"
    file = ROOT / path
    kind = "image/jpeg" if file.suffix == ".jpg" else "image/png"
    cell.setdefault("attachments", {})[file.name] = {kind: base64.b64encode(file.read_bytes()).decode()}
    return f"![{text}](attachment:{file.name})"


def packed(names: list[str]) -> bytes:
    """A zip file with the folder `exercises` of a hand-out: inputs, and what is right and wrong for them."""
    file = BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            handout.hand_out(name, [Path(folder)])
        for path in sorted(Path(folder).iterdir()):
            archive.writestr(zipfile.ZipInfo(f"exercises/{path.name}"), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def problems(tag: str) -> list[str]:
    """Why a tag must not be released as it is, a line each."""
    found = []
    if tag != TAG:
        found.append(f"the tag is {tag} and hpe_utils.__version__ says {TAG[1:]}: mend the one that is wrong")
    if PLACEHOLDER in SOURCE:
        found.append("pyproject.toml, [project.urls]: Source still names nobody's repository")
    if badges(text := README.read_text(encoding="utf-8")) != text:
        found.append("README.md: its badges lead elsewhere: python tools/cloud.py badges")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("badges")
    commands.add_parser("notebooks").add_argument("--to", required=True, type=Path, metavar="DIR")
    commands.add_parser("check").add_argument("tag")
    options = parser.parse_args()
    if options.command == "badges":
        write_bytes(README, badges(README.read_text(encoding="utf-8")).encode())
    elif options.command == "notebooks":
        for path in tqdm(sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")), unit="notebook"):
            write_copy(path, options.to)
    elif found := problems(options.tag):
        print("\n".join(found))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
