"""The widgets of the course on one page without code, for an open day or a lecture: `python3 course.py demos`

demo_widgets.py says which and makes them. A small server of ours shows them, as Voilà's page fetches styles and scripts
from elsewhere, which a room without a network cannot: here nothing is fetched, and each control is the browser's own,
for mouse, touch and keys. A widget that draws itself runs here as it does in a notebook.
"""

import argparse
import json
import threading
import webbrowser
from base64 import b64encode
from html import escape
from pathlib import Path

import anywidget
import ipywidgets
import matplotlib
from demo_widgets import DEMOS, import_for, widget_for, widget_of
from lessons import notebook_of
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from traitlets import TraitError

from hpe_utils.apps.guard import Guard, WithHeaders, body_of, server_of
from hpe_utils.files import DataError

matplotlib.use("agg")  # figures are drawn in a thread, where no window may be opened
PAGE = Path(__file__).with_name("demos_page")
NUMBERS = {demo.number for demo in DEMOS}
DRAWING = threading.Lock()  # Matplotlib's figures are not for two threads at once
PLAIN = set(anywidget.AnyWidget.class_trait_names())
MOVED = {"points", "selected"}  # what a visitor changes of a widget that draws itself


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
    own = [name for name in part.traits(sync=True) if name not in PLAIN and not name.startswith("_")]
    return {"kind": "module", "value": {name: sent(getattr(part, name)) for name in own}}


def sent(value):
    """A trait as JSON; bytes as {"bytes": their base64}."""
    return {"bytes": b64encode(value).decode()} if isinstance(value, bytes) else value


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


def told(number: str, visitor: str, content: dict, files: list[bytes]) -> bytes:
    """A message to a visitor's own widget, and what it sends back: a line of JSON, and the bytes of a file."""
    with DRAWING:
        widget, replies = widget_for(number, visitor), []
        widget.send = lambda content, buffers=(): replies.append((content, buffers))
        widget._handle_custom_msg(content, files)
    (content, buffers), *_ = replies
    return b"\n".join([json.dumps(content).encode(), *buffers])


async def asked(request: Request) -> JSONResponse:
    number = request.path_params["number"]
    if number not in NUMBERS:
        return JSONResponse({"error": "there is no such widget"}, 404)
    try:
        said = json.loads(await request.body() or b"{}")
        parts = await run_in_threadpool(answer, number, said.get("values", {}), said.get("pressed"))
    except (ValueError, TypeError, IndexError, AttributeError, TraitError) as error:
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse(parts)


async def message(request: Request) -> Response:
    number, visitor = request.path_params["number"], request.query_params.get("visitor", "")
    if number not in NUMBERS:
        return JSONResponse({"error": "there is no such widget"}, 404)
    head, _, file = (await body_of(request.receive)).partition(b"\n")
    try:
        answered = await run_in_threadpool(told, number, visitor, json.loads(head), [file] if file else [])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return JSONResponse({"error": f"this is no message to the widget: {error!r}"}, 400)
    return Response(answered)


def module(request: Request) -> Response:
    """The script of a widget that draws itself, or its style."""
    number, kind = request.path_params["number"], request.path_params["kind"]
    parts = parts_of(widget_of(number)) if number in NUMBERS else []
    own = [part for part in parts if isinstance(part, anywidget.AnyWidget)]
    if not own or kind not in ("js", "css"):
        return JSONResponse({"error": "there is no such file"}, 404)
    name, media = {"js": ("_esm", "text/javascript"), "css": ("_css", "text/css")}[kind]
    return Response(str(getattr(own[0], name, "")), media_type=media)


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
    if number not in NUMBERS:
        return JSONResponse({"error": "there is no such notebook"}, 404)
    path = notebook_of(number)
    return FileResponse(path, filename=path.name)


APP = Starlette(
    routes=[
        Route("/", page),
        Route("/widget/{number:str}", asked, methods=["POST"]),
        Route("/message/{number:str}", message, methods=["POST"]),
        Route("/notebook/{number:str}", notebook),
        Mount("/page", StaticFiles(directory=PAGE)),
        Route("/module/{number:str}.{kind:str}", module),
    ]
)


def make_all() -> None:
    """Make the widgets in the page's order, so that they are there when the browser asks."""
    for demo in DEMOS:
        import_for(demo.number)
        with DRAWING:
            widget_of(demo.number)


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
    threading.Thread(target=make_all, daemon=True).start()
    if not options.no_browser:
        threading.Timer(1, webbrowser.open, [address]).start()
    made.run()


if __name__ == "__main__":
    main()
