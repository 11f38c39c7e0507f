"""Runs notebooks without a browser; `python3 course.py run` calls it.

With --store the executed notebook goes back into notebooks/ in the form in which the course keeps it.
"""

import argparse
import base64
import os
import sys
import time
from io import BytesIO
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from PIL import Image
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def find(name):
    """Gives the notebooks that a name means: all, a number such as 02, or a file."""
    if name == "all":
        return sorted(NOTEBOOKS.glob("*.ipynb"))
    if name.endswith(".ipynb") and Path(name).is_file():
        return [Path(name)]
    return sorted(NOTEBOOKS.glob(f"{name.removesuffix('.ipynb').zfill(2)}*.ipynb"))


def execute(notebook, folder, label):
    """Runs every cell in place with a progress bar; a failure is told as (cell, error, details)."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=None,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(folder)}},
    )
    cells = [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    # Cell by cell rather than client.execute(), which swallows Ctrl-C.
    with client.setup_kernel(), tqdm(total=len(cells), desc=label, unit="cell", ascii=os.name == "nt") as bar:
        for number, (index, cell) in enumerate(cells, start=1):
            begin = time.perf_counter()
            try:
                client.execute_cell(cell, index, execution_count=number)
            except CellExecutionError as error:
                return number, f"{error.ename}: {error.evalue}", error.traceback
            except DeadKernelError:
                return number, "a dead kernel: out of memory, perhaps", cell.source
            cell.metadata["seconds"] = round(time.perf_counter() - begin, 2)
            bar.update()
        client.set_widgets_metadata()
    return None


def cleaned_output(output):
    """Gives an output as the course stores it, or None: no stderr, and no live widget, which needs a kernel."""
    if output.output_type == "stream" and output.name == "stderr":
        return None
    if WIDGET_VIEW in output.get("data", {}):
        del output.data[WIDGET_VIEW]
        if set(output.data) <= {"text/plain"}:
            return None
    if "image/png" in output.get("data", {}):
        output.data["image/png"] = smaller_png(output.data["image/png"])
    return output


def smaller_png(encoded):
    """Gives a figure in 256 colours of its own: a third of the size, which git keeps for ever."""
    with Image.open(BytesIO(base64.b64decode(encoded))) as picture:
        if picture.mode == "P":
            return encoded
        file = BytesIO()
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def clean(notebook):
    """Leaves in an executed notebook what a reader needs and what does not change from run to run."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata.language_info = {"name": "python", "file_extension": ".py", "pygments_lexer": "ipython3"}
    for cell in notebook.cells:
        for stamp in ("execution", "ExecuteTime", "seconds"):
            cell.metadata.pop(stamp, None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in map(cleaned_output, cell.outputs) if output]


def write(notebook, path):
    """Writes a notebook whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")
    os.replace(part, path)


def run(path, output, store):
    """Runs one notebook and writes the executed copy; gives whether all went well."""
    notebook = nbformat.read(path, as_version=4)
    failure = execute(notebook, path.resolve().parent, path.stem)
    if failure:
        number, error, details = failure
        print(f"{details}\n{path.name}: cell [{number}] failed with {error}", flush=True)
        return False
    taken = minutes(notebook)
    if store:
        clean(notebook)
    target = path if store else output / path.name
    write(notebook, target)
    print(
        f"{path.name}: {taken[0]:.1f} minutes, training {taken[1]:.1f}; written to {os.path.relpath(target)}",
        flush=True,
    )
    return True


def minutes(notebook):
    """Gives the minutes that an executed notebook took, and those of its cells that train."""
    code = [cell for cell in notebook.cells if "seconds" in cell.metadata]
    trained = [cell.metadata.seconds for cell in code if ".fit(" in cell.source]
    return sum(cell.metadata.seconds for cell in code) / 60, sum(trained) / 60


def main():
    parser = argparse.ArgumentParser(prog="course.py run", description="Run notebooks without a browser.")
    parser.add_argument("notebook", nargs="+", help="a number such as 02, a file, or all")
    parser.add_argument("--profile", choices=["smoke", "lab", "paper"], help="how much to train (default: lab)")
    parser.add_argument("--output", type=Path, default=ROOT / "runs", help="folder for the executed copies")
    parser.add_argument("--store", action="store_true", help="write the outputs back into the notebook itself")
    options = parser.parse_args()
    if options.profile:
        os.environ["HPE_PROFILE"] = options.profile
    paths = []
    for name in options.notebook:
        paths += find(name) or parser.error(f"no notebook is called {name}")
    results = [run(path, options.output, options.store) for path in paths]
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", flush=True)
        sys.exit(130)
