"""A notebook run from top to bottom, as a reader would with other settings, and what a last cell of ours says then."""

import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def run_notebook(number: str, question: str, until: str = "", timeout: int = 900, **settings) -> str:
    """Run notebook `number`, such as "02", with environment variables, then print the value of `question`.

    The last cell to run is the last with the text `until`. Returns what was printed; an error of any cell is raised as
    CellExecutionError, with its text.
    """
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    last = max(index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and until in cell.source)
    del notebook.cells[last + 1 :]
    notebook.cells.append(nbformat.v4.new_code_cell(f"print({question})"))
    client = NotebookClient(notebook, timeout=timeout, resources={"metadata": {"path": str(NOTEBOOKS)}})
    client.execute(env=os.environ | {name: str(value) for name, value in settings.items()})
    return notebook.cells[-1].outputs[0]["text"].strip()
