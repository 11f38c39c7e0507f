"""The notebooks as stored: really run, clean, taught code equal to the package, checks of exercises that can fail."""

import ast
import inspect
import re
import textwrap
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from scripts import script

from hpe_utils import exercises

minutes = script("tools/minutes.py")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
EXERCISES = sorted((ROOT / "tests" / "exercises").glob("*.py"))
MACHINE_WORDS = ("/home/", "/root/", "/Users/", "C:\\Users", str(ROOT.parent) + "/", "Traceback")


def code_cells(path: Path) -> list:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code" and cell.source.strip()]


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def tagged(prefix: str) -> list[tuple[Path, str, str]]:
    """(notebook, what follows the prefix, source) of every cell tagged PREFIX:NAME."""
    return [
        (path, tag.removeprefix(prefix + ":"), cell.source)
        for path in NOTEBOOKS
        for cell in code_cells(path)
        for tag in tags(cell)
        if tag.startswith(prefix + ":")
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
class TestStoredNotebook:
    def test_every_cell_was_run_in_order(self, path):
        counts = [cell.execution_count for cell in code_cells(path)]
        assert counts == list(range(1, len(counts) + 1))

    def test_at_least_three_cells_are_compared(self, path):
        checked = [cell for cell in code_cells(path) if "nbval-check-output" in tags(cell)]
        assert len(checked) >= 3 and all(cell.outputs for cell in checked)

    def test_outputs_are_clean(self, path):
        notebook = nbformat.read(path, 4)
        assert "widgets" not in notebook.metadata
        for cell in code_cells(path):
            assert not cell.source.rstrip().endswith(";")
            for output in cell.outputs:
                assert output.get("name") != "stderr" and output.output_type != "error"
                text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
                assert not any(word in text for word in MACHINE_WORDS)
                assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})

    def test_every_figure_has_a_text_for_those_who_cannot_see_it(self, path):
        for cell in code_cells(path):
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    assert output.metadata.get("image/png", {}).get("alt"), cell.source[:80]

    def test_pictures_named_in_the_text_exist_and_lie_in_the_repository(self, path):
        for cell in nbformat.read(path, 4).cells:
            if cell.cell_type == "markdown" and "](" in cell.source:
                for target in [part.split(")")[0] for part in cell.source.split("](")[1:]]:
                    assert target.startswith("https://") or (path.parent / target.partition("#")[0]).exists(), target

    def test_cells_are_short(self, path):
        most = 12 if path.name < "06" else 16  # the later notebooks still have longer ones
        for cell in code_cells(path):
            lines = [line for line in cell.source.splitlines() if line.strip()]
            imports = all(line.startswith(("import ", "from ")) for line in lines)
            assert imports or len(lines) <= most, cell.source

    def test_stated_minutes_are_those_that_were_counted(self, path):
        """Within 30 %, or two minutes; the rule of the count stands in tools/minutes.py."""
        notebook = nbformat.read(path, 4)
        parts = minutes.counted(notebook, minutes.number_of(path))
        for part in [part for part in parts if part.stated]:
            assert abs(part.stated - part.counted) <= max(0.3 * part.counted, 2), part
        said = int(re.search(r"\*\*Time\*\* about (\d+) minutes", notebook.cells[0].source)[1])
        core = minutes.core_route(parts)
        assert said == core.stated and abs(said - core.counted) <= 0.3 * core.counted and said <= 60, core


@pytest.mark.parametrize("path, name, source", tagged("taught"), ids=lambda v: v if isinstance(v, str) else "")
def test_taught_code_is_the_packages_code(path, name, source):
    module, function = name.rsplit(".", 1)
    original = inspect.getsource(getattr(import_module(f"hpe_utils.{module}"), function))
    assert syntax(source) == syntax(original)


def syntax(source: str) -> str:
    """A function's syntax tree without docstrings, comments and annotations, which a lesson may leave out."""
    tree = ast.parse(textwrap.dedent(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


@pytest.mark.parametrize("path", EXERCISES, ids=lambda p: p.stem)
def test_an_exercise_is_not_begun_in_the_notebook(path, capsys):
    stub = next(source for _, name, source in tagged("exercise") if name == path.stem)
    check = next(source for _, name, source in tagged("exercise-check") if name == path.stem)
    exec(stub + "\n" + check, {"exercises": exercises})
    assert capsys.readouterr().out.startswith(f"{path.stem}: not begun")


def test_every_exercise_has_its_answers():
    names = {name for _, name, _ in tagged("exercise-check")}
    assert names == {path.stem for path in EXERCISES}
