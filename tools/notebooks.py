"""Runs notebook files without a browser; `python3 course.py run` finds them and calls it.

With --store the executed notebook goes back into notebooks/ in the form in which the course keeps it.
"""

import argparse
import base64
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import nbformat
import numpy as np
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from PIL import Image
from tqdm import tqdm

from hpe_utils import viz
from hpe_utils.files import write_bytes

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
STOPPED = 130  # the exit code after Ctrl-C
STOPPED_HERE = "was stopped"


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not run to its end: the number of its cell, one line, and what else there is to read."""

    cell: int
    reason: str
    details: str = ""


def interrupt(*_):
    """Ends the running cell at the first Ctrl-C; another would end the clearing away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it would tell of the cell that nobody waits for
    raise KeyboardInterrupt


def client_of(notebook, folder: Path) -> NotebookClient:
    """Gives what runs a notebook's cells in a kernel that stands in a folder."""
    return NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=None,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(folder)}},
    )


def execute(notebook, folder: Path, label: str) -> Failure | None:
    """Runs every cell in place with a progress bar, until one fails or Ctrl-C comes."""
    client = client_of(notebook, folder)
    cells = [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    number = 0
    signal.signal(signal.SIGINT, interrupt)
    try:
        # Cell by cell rather than client.execute(), which swallows Ctrl-C.
        with client.setup_kernel(), tqdm(total=len(cells), desc=label, unit="cell", ascii=os.name == "nt") as bar:
            for number, (index, cell) in enumerate(cells, start=1):
                begin = time.perf_counter()
                client.execute_cell(cell, index, execution_count=number)
                cell.metadata["seconds"] = round(time.perf_counter() - begin, 2)
                bar.update()
            client.set_widgets_metadata()
    except CellExecutionError as error:
        told = error.ename == "DataError"  # says itself what is wrong and what to do
        return Failure(number, f"failed with {error.ename}: {error.evalue}", "" if told else error.traceback)
    except DeadKernelError:
        return Failure(number, "failed with a dead kernel: out of memory, perhaps", cell.source)
    except (NoSuchKernel, RuntimeError) as error:
        return Failure(number, f"failed, for no kernel started ({error}): install the course again")
    except KeyboardInterrupt:
        return Failure(number, STOPPED_HERE)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what was run is now written, whole
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
    """Gives a figure in 256 colours: a third of the size, which git keeps for ever.

    The colours that mean something in the course's figures stay what they are; the others are the figure's own.
    """
    with Image.open(BytesIO(base64.b64decode(encoded))) as picture:
        if picture.mode == "P":
            return encoded
        file = BytesIO()
        with_palette(np.asarray(picture.convert("RGB"))).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def with_palette(pixels):
    """Gives (H, W, 3) pixels as a picture of 256 colours, those of viz.MEANINGS that occur among them, exactly."""
    meanings = [tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in viz.MEANINGS]
    places = [(colour, (pixels == colour).all(axis=-1)) for colour in meanings]
    places = [(colour, place) for colour, place in places if place.any()]
    others = pixels.copy()
    for _, place in places:
        others[place] = 255  # so that the rest of the palette is for the rest of the picture
    few = Image.fromarray(others).quantize(256 - len(places), dither=Image.Dither.NONE)
    palette, indices = few.getpalette()[: 3 * (256 - len(places))], np.array(few)
    first = len(palette) // 3
    for number, (_, place) in enumerate(places, start=first):
        indices[place] = number
    result = Image.fromarray(indices)
    result.putpalette([*palette, *(value for colour, _ in places for value in colour)])
    return result


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


def write(notebook, path: Path) -> None:
    """Writes a notebook whole or not at all."""
    write_bytes(path, (nbformat.writes(notebook).rstrip("\n") + "\n").encode())


def place_of_copy(path: Path, output: Path) -> Path:
    """Gives where the executed copy of a notebook goes: one of the course's into `output`, others by their folder.

    So files of one name never share a copy: my_notebooks/02.ipynb is at output/my_notebooks/02.ipynb.
    """
    if path.parent == NOTEBOOKS:
        return output / path.name
    if ROOT in path.parents:
        return output / path.relative_to(ROOT.parent if path.parent == ROOT else ROOT)
    return output / path.drive.strip(":\\").replace("\\", "_") / path.relative_to(path.anchor)


def run(path: Path, output: Path, store: bool) -> int:
    """Runs one notebook, writes the executed copy, as far as it came, and says where; gives an exit code."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # a damaged one raises almost anything
        print(f"{path} cannot be read as a notebook ({type(error).__name__}): get it afresh", flush=True)
        return 1
    failure = execute(notebook, path.parent, path.stem)
    taken = minutes(notebook)
    if store and not failure:
        target = path
        clean(notebook)
    else:
        target = place_of_copy(path, output)
        notebook.metadata["course"] = {"run_of": str(path)}
    write(notebook, target)
    where = os.path.relpath(target)
    if failure is None:
        print(f"{path.name}: {taken[0]:.1f} minutes, training {taken[1]:.1f}; written to {where}", flush=True)
        return 0
    if failure.details:
        print(failure.details)
    place = f"cell [{failure.cell}]" if failure.cell else "its start"
    print(f"{path.name}: {place} {failure.reason}; what was run is written to {where}", flush=True)
    return STOPPED if failure.reason == STOPPED_HERE else 1


def minutes(notebook):
    """Gives the minutes that an executed notebook took, and those of its cells that train."""
    code = [cell for cell in notebook.cells if "seconds" in cell.metadata]
    trained = [cell.metadata.seconds for cell in code if ".fit(" in cell.source]
    return sum(cell.metadata.seconds for cell in code) / 60, sum(trained) / 60


def main() -> int:
    parser = argparse.ArgumentParser(description="Run notebook files without a browser.")
    parser.add_argument("notebook", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=ROOT / "runs", help="folder for the executed copies")
    parser.add_argument("--store", action="store_true", help="write the outputs back into the notebook itself")
    options = parser.parse_args()
    codes = []
    for path in options.notebook:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        codes.append(run(path.resolve(), options.output.resolve(), options.store))
        if codes[-1] == STOPPED:
            break
    return max(codes)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        print(f"The run ended: {error}. Free some room, or name a folder of your own with --output.")
        sys.exit(1)
