"""Six widgets of the course on one page without code, for an open day or a lecture: `python3 course.py demos`

The widgets are the notebooks' own, made by the notebooks' cells; what a notebook trains is loaded here, from the
recorded runs. A small server of ours shows them, as Voilà's page fetches styles and scripts from elsewhere, which a
room without a network cannot: here nothing is fetched, and each control is the browser's own, for mouse, touch, keys.
"""

import argparse
import ast
import json
import threading
import webbrowser
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import ipywidgets
import matplotlib
import nbformat
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from traitlets import TraitError

import hpe_utils
from hpe_utils.apps.guard import Guard, WithHeaders, server_of
from hpe_utils.files import DataError

matplotlib.use("agg")  # figures are drawn in a thread, where no window may be opened
ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_name("demos_page")
DRAWING = threading.Lock()  # Matplotlib's figures are not for two threads at once
MODULE = ("picture", "size", "joints", "truth", "rings", "points", "selected")  # what widgets.PoseMover shows
MOVED = {"points", "selected"}  # and what a visitor changes of it
COMMON = """
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np

from hpe_utils import data, metrics, runs, viz, widgets
from hpe_utils.skeleton import MPII16 as skeleton

viz.use_style()
"""


@dataclass(frozen=True)
class Demo:
    """A notebook's widget: its title, what to try, the code that stands for what is trained, and the cells to run.

    A cell is named by words that it has; the last one's value is the widget.
    """

    number: str
    title: str
    to_try: str
    given: str
    cells: tuple[str, ...]


DEMOS = (
    Demo(
        "00",
        "What a label is",
        "Switch the pixels off, then the limbs: do sixteen dots still look like a person? "
        "Then look for a joint whose dot is hollow, which means hidden.",
        'people = data.load("synthetic", "val", count=12, people=(1, 3), size=256, skeleton="MPII16")',
        ("widgets.LayerBrowser(",),
    ),
    Demo(
        "01",
        "A head box, epoch by epoch",
        "Begin at epoch 0 and go right: where do the boxes start, and which head is found last? "
        "The network is the recorded one, and the words count eight people.",
        """
test = data.load("synthetic", "test", count=8, people=(1, 1), size=128, skeleton="MPII16")
truth = test.head_boxes[:, 0]
boxes_by_epoch = runs.load_predictions("01_deeppose_long")["by epoch"].reshape(-1, 8, 4)


def draw_boxes(people, rows, answers):
    figure, axes = viz.grid(len(rows), columns=4, side=2.4)
    for axis, row in zip(axes, rows):
        viz.show_picture(axis, people.images[row])
        viz.draw_box(axis, truth[row])
        for name, boxes in answers.items():
            viz.draw_box(axis, boxes[row], viz.PREDICTION, "--")
    return figure
""",
        ("widgets.FigureSlider(",),
    ),
    Demo(
        "02",
        "When is a joint right?",
        "Drag a joint, or choose it with Tab and move it with the arrow keys, until one ring says right and the other "
        "wrong. Both rings are in use in papers.",
        """
test = data.load("synthetic", "test", count=50, people=(1, 1), size=128, skeleton="MPII16")
truth, variants = test.keypoints[:, 0], metrics.head_sizes(test)
first = runs.load_predictions("02_deeppose")["synthetic/test/easy"][:50]
""",
        ("widgets.PCKhExplorer(",),
    ),
    Demo(
        "08a",
        "An outline that grows",
        "Move the outline by two pixels: which parts lose most, and does the pixel accuracy notice? "
        "Small parts are why the mean over parts is reported.",
        """
import pandas as pd
from scipy.ndimage import distance_transform_edt

from hpe_utils.metrics.parts import confusion, confusions, part_scores

run = SimpleNamespace(budget=SimpleNamespace(size=128, pixels=128))
drawn_tests = {"hard": data.load("synthetic", "test", count=40, difficulty="hard", people=(1, 1), size=128)}
""",
        ("def outline(", "of_kind = {", "def draw_moved(", "def tell_moved("),
    ),
    Demo(
        "03",
        "A heat map with two peaks",
        "Let a second peak grow: which ways to read the map jump, and which drift? "
        "Then set the height to 0, and see what the squared error says of an empty map.",
        """
from hpe_utils.codecs.heatmap import HeatmapCodec

cells = np.arange(32)


def gaussian(centre, sigma=2.0):
    return np.exp(-((cells - centre) ** 2) / (2 * sigma**2))
""",
        ("def two_peaks(", "def draw_peaks(", "widgets.FigureSlider("),
    ),
    Demo(
        "05",
        "Whose wrist is it?",
        "Slide one person across the other: where does an elbow fit the other's wrist better? "
        "The numbers are what a part affinity field gives each pair.",
        """
from hpe_utils.codecs.grouping import line_integrals
from hpe_utils.codecs.paf import PAFCodec

drawn = SimpleNamespace(load=lambda split, **options: data.load("synthetic", split, **options))
codec = PAFCodec((160, 160), skeleton, stride=4)
limb = skeleton.limbs.index(("right_elbow", "right_wrist"))
""",
        ("def arm_scores(", "def draw_arms(", "def tell_arms(", "widgets.FigureSlider("),
    ),
)


@cache
def notebook_of(number: str) -> Path:
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    return path


def source_of(demo: Demo) -> str:
    """All code of a demo; the last line's value is the widget."""
    cells = [cell.source for cell in nbformat.read(notebook_of(demo.number), 4).cells if cell.cell_type == "code"]
    return "\n\n".join([COMMON, demo.given, *(next(c for c in cells if words in c) for words in demo.cells)])


@cache
def widget_of(number: str) -> ipywidgets.Widget:
    """A demo's widget, made once."""
    demo = next(demo for demo in DEMOS if demo.number == number)
    tree, names = ast.parse(source_of(demo)), {"__name__": f"demo_{number}"}
    last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, f"notebook {number}", "exec"), names)
    return eval(compile(last, f"notebook {number}", "eval"), names)


@cache
def import_for(number: str) -> None:
    """Import what a demo needs, so that nobody's figure waits for it."""
    demo = next(demo for demo in DEMOS if demo.number == number)
    imports = [node for node in ast.parse(demo.given).body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(ast.Module(imports, []), f"imports of {number}", "exec"), {})


def parts_of(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    """A widget's controls and outputs in the order in which they are shown."""
    if isinstance(widget, ipywidgets.Box):
        return [part for child in widget.children for part in parts_of(child)]
    return [widget]


def shown(part: ipywidgets.Widget) -> dict:
    """A part as the page needs it."""
    if isinstance(part, ipywidgets.Image):
        return {"kind": "image", "source": "data:image/png;base64," + b64encode(part.value).decode()}
    if isinstance(part, ipywidgets.HTML):
        return {"kind": "words", "html": part.value}
    if isinstance(part, ipywidgets.Button):
        return {"kind": "button", "label": part.description}
    if isinstance(part, ipywidgets.Checkbox):
        return {"kind": "check", "label": part.description, "value": part.value}
    if isinstance(part, ipywidgets.IntSlider | ipywidgets.FloatSlider):
        numbers = {name: getattr(part, name) for name in ("min", "max", "step", "value")}
        return {"kind": "slider", "label": part.description, **numbers}
    return {"kind": "module", "value": {name: getattr(part, name) for name in MODULE}}


def answer(number: str, values: dict, pressed: int | None = None) -> list[dict]:
    """Set a widget's controls to one visitor's values, by their places, press a button, and give all parts."""
    import_for(number)
    with DRAWING:
        parts = parts_of(widget_of(number))
        for place, value in values.items():
            part = parts[int(place)]
            for name, one in value.items() if isinstance(value, dict) else [("value", value)]:
                if name not in (MOVED if isinstance(value, dict) else {"value"}) or not hasattr(part, name):
                    raise ValueError(f"{name} is nothing that is set here")
                setattr(part, name, one)
        if pressed is not None:
            parts[int(pressed)].click()
        return [shown(part) for part in parts]


async def asked(request: Request) -> JSONResponse:
    number = request.path_params["number"]
    if number not in {demo.number for demo in DEMOS}:
        return JSONResponse({"error": "there is no such widget"}, 404)
    try:
        said = json.loads(await request.body() or b"{}")
        parts = await run_in_threadpool(answer, number, said.get("values", {}), said.get("pressed"))
    except (ValueError, TypeError, IndexError, AttributeError, TraitError) as error:
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse(parts)


def page(_request: Request) -> HTMLResponse:
    sections = "".join(
        f'<section id="demo-{demo.number}" data-number="{demo.number}"><h2>{escape(demo.title)}</h2>'
        f"<p>{escape(demo.to_try)}</p><div class=widget aria-busy=true>One moment …</div>"
        f'<p class=from>From <a href="notebook/{demo.number}">notebook {demo.number}</a>: '
        f"<code>python3 course.py lab {demo.number}</code></p></section>"
        for demo in DEMOS
    )
    return HTMLResponse((PAGE / "index.html").read_text(encoding="utf-8").replace("<!-- widgets -->", sections))


def notebook(request: Request) -> FileResponse | JSONResponse:
    number = request.path_params["number"]
    if number not in {demo.number for demo in DEMOS}:
        return JSONResponse({"error": "there is no such notebook"}, 404)
    path = notebook_of(number)
    return FileResponse(path, filename=path.name)


APP = Starlette(
    routes=[
        Route("/", page),
        Route("/widget/{number:str}", asked, methods=["POST"]),
        Route("/notebook/{number:str}", notebook),
        Mount("/page", StaticFiles(directory=PAGE)),
        Mount("/modules", StaticFiles(directory=Path(hpe_utils.__file__).parent)),
    ]
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Show the course's widgets on one page without code.")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--no-browser", action="store_true", help="print the address alone")
    options = parser.parse_args()
    try:
        made = server_of(WithHeaders(Guard(APP, None)), "127.0.0.1", options.port)
    except DataError as error:
        raise SystemExit(f"demos: {error}") from None
    address = f"http://127.0.0.1:{options.port}"
    print(f"{address}   (Ctrl-C ends it)", flush=True)
    if not options.no_browser:
        threading.Timer(1, webbrowser.open, [address]).start()
    made.run()


if __name__ == "__main__":
    main()
