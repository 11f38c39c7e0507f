"""The page of widgets without code: each is made by its notebook's cells, and moves by keys and by touch."""

import inspect
import json
import os
import re
import subprocess
import sys
import time

import ipywidgets
import nbformat
import pytest
from browsers import chromium
from conftest import ROOT
from scripts import script

from hpe_utils import runs, widgets
from hpe_utils.files import read_npz

pytest.importorskip("starlette")
demos = script("tools/demos.py")
demo_widgets, number_of = sys.modules["demo_widgets"], sys.modules["lessons"].number_of
KINDS = [name for name, one in inspect.getmembers(widgets, inspect.isclass) if issubclass(one, ipywidgets.Widget)]
WIDGET = re.compile(rf"\b({'|'.join(KINDS)})\(")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
# Where a demo makes the widget itself, and why it does not run the notebook's cells.
MADE_ANEW = {
    "11": "the notebook's film is of its budget's size, and its networks were timed before",
    "13": "the notebook's folder is one learner's; each visitor of the page gets another",
}


def test_each_demo_says_two_sentences_and_names_its_notebook():
    for demo in demos.DEMOS:
        assert len(re.findall(r"[.?](?= |$)", demo.to_try)) == 2, demo.to_try
        assert demos.notebook_of(demo.number).is_file()


def cells_with_widgets(path) -> list[str]:
    cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    return [cell for cell in cells if WIDGET.search(cell)]


def widgets_in(path) -> set[str]:
    return set(WIDGET.findall("\n".join(cells_with_widgets(path))))


def test_every_notebooks_widget_is_on_the_page():
    with_widgets = {number_of(path) for path in NOTEBOOKS if cells_with_widgets(path)}
    assert sorted(demo.number for demo in demos.DEMOS) == sorted(with_widgets) and set(MADE_ANEW) <= with_widgets


@pytest.mark.parametrize("demo", [demo for demo in demos.DEMOS if demo.number not in MADE_ANEW], ids=lambda d: d.number)
def test_each_cell_that_makes_a_widget_is_run_by_the_demo(demo):
    source = demo_widgets.source_of(demo)
    for cell in cells_with_widgets(demos.notebook_of(demo.number)):
        assert cell in source


@pytest.mark.parametrize("demo", demos.DEMOS, ids=lambda demo: demo.number)
def test_the_notebook_still_has_the_cells(demo):
    """Those that the demo names, of which the last makes a widget of the notebook's kind."""
    source = demo_widgets.source_of(demo)
    compile(source, demo.number, "exec")
    assert WIDGET.findall(source)[-1] in widgets_in(demos.notebook_of(demo.number))


@pytest.mark.slow
def test_what_a_demo_shows_of_a_training_is_recorded_by_the_notebooks_cells(tmp_path):
    command = [sys.executable, ROOT / "tools" / "record_demo.py", "06", "--to", tmp_path]
    done = subprocess.run(command, env={**os.environ, "HPE_PROFILE": "smoke"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    of_smoke, shipped = (read_npz(folder / "06_demo.npz", "record it again") for folder in (tmp_path, runs.RESULTS))
    assert of_smoke.keys() == shipped.keys()
    assert all(of_smoke[name].dtype == shipped[name].dtype for name in shipped)
    assert all(len(of_smoke[name]) == len(shipped[name]) == 32 for name in shipped)


def test_a_visitors_values_give_a_visitors_figure():
    first = demos.answer("01", {})
    (place,) = (number for number, part in enumerate(first) if part["kind"] == "slider")
    moved = demos.answer("01", {str(place): 0})
    assert "epoch 0" in moved[-1]["html"] and moved[1]["source"] != first[1]["source"]
    again = demos.answer("01", {str(place): first[place]["value"]})
    assert again == first, "nothing of another visitor is left"


@pytest.mark.parametrize("values", [{"0": {"picture": "x"}}, {"0": {"_esm": "x"}}, {"1": 3}, {"99": 1}, {"0": "far"}])
def test_nothing_else_can_be_set(values):
    with pytest.raises((ValueError, IndexError, demos.TraitError)):
        demos.answer("02", values)


def test_each_visitor_labels_pictures_of_their_own():
    def ask(visitor, **question):
        head, _, file = demos.told("13", visitor, question, []).partition(b"\n")
        return json.loads(head)["answer"], file

    (name, *_), state = ask("one", number=1, ask="work")[0]["pictures"], {"people": [], "runs": [], "done": True}
    assert ask("one", number=2, ask="picture", name=name["name"])[1].startswith(b"\x89PNG")
    assert "mark" in ask("one", number=3, ask="save", name=name["name"], state=state, mark=None)[0]
    done = [[one["done"] for one in ask(who, number=4, ask="work")[0]["pictures"]] for who in ("one", "two")]
    assert done == [[True, False, False, False, False], [False] * 5]


def test_the_page_fetches_nothing_from_elsewhere():
    for path in demos.PAGE.iterdir():
        assert "://" not in path.read_text(encoding="utf-8"), path.name


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, ROOT / "tools" / "demos.py", "--no-browser", "--port", "8917"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield server.stdout.readline().split()[0]
    server.terminate()
    server.wait(timeout=30)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_widget_moves_by_keys_and_by_touch(address):
    with chromium() as start:
        context = start().new_context(viewport={"width": 390, "height": 844}, has_touch=True)
        page = context.new_page()
        for _ in range(60):
            try:
                page.goto(address)
                break
            except Exception:
                time.sleep(0.5)
        begin = time.monotonic()
        sections = [page.locator(f"#demo-{demo.number}") for demo in demos.DEMOS]
        for section in sections:
            section.locator("[aria-busy=false]").wait_for(timeout=300_000)
        print(f"{len(sections)} widgets are there {time.monotonic() - begin:.1f} s after the page")
        for section in sections:
            by_keys_and_touch(page, section)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def by_keys_and_touch(page, section) -> None:
    """What a section shows changes by a key, and again by a finger."""
    section.scroll_into_view_if_needed()
    if section.locator(".module").count():
        section.locator(".module > *").first.wait_for(timeout=120_000)
    for hand in ("keys", "touch"):
        act = next(act for kind, act in ACTS.items() if section.locator(kind).count())
        before = act(page, section, hand)
        deadline = time.monotonic() + 120
        while shown_in(section) == before:
            assert time.monotonic() < deadline, f"{section.get_attribute('id')} does not move by {hand}"
            page.wait_for_timeout(100)


def shown_in(section) -> list:
    """All that a visitor reads in a section, and its figure."""
    pictures = [picture.get_attribute("src") for picture in section.locator("img").all()]
    return pictures + section.locator("pre, .an-status, .live-status").all_inner_texts()


def label(page, section, hand) -> list:
    section.locator(".an-status", has_text=re.compile("people|annotated|[Aa] new person")).wait_for(timeout=120_000)
    before = shown_in(section)
    if hand == "keys":
        section.locator(".an-canvas").focus()
        page.keyboard.press("n")
    else:
        section.locator(".an-remove").tap()
    return before


def play(page, section, hand) -> list:
    if hand == "keys":
        section.locator(".live-times td", has_text=re.compile(r"\d")).first.wait_for(timeout=120_000)  # the film plays
        before = shown_in(section)
        section.locator(".live-stop").focus()
        page.keyboard.press("Enter")
    else:
        before = shown_in(section)
        section.locator(".live-film").tap()
    return before


def move_joint(page, section, hand) -> list:
    before = shown_in(section)
    if hand == "keys":
        section.locator("[data-joint=left_wrist]").focus()
        page.keyboard.press("Shift+ArrowDown")
    else:
        section.locator("button").tap()  # as answered
    return before


def slide(page, section, hand) -> list:
    before, slider = shown_in(section), section.locator("input[type=range]").first
    if hand == "keys":
        slider.focus()
        value = float(slider.input_value())
        page.keyboard.press("ArrowLeft" if value == float(slider.get_attribute("max")) else "ArrowRight")
    else:
        slider.scroll_into_view_if_needed()
        box, ends = slider.bounding_box(), [float(slider.get_attribute(end)) for end in ("min", "max")]
        share = 0.2 if float(slider.input_value()) > sum(ends) / 2 else 0.8
        page.touchscreen.tap(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    return before


ACTS = {".an-canvas": label, ".live-film": play, "[data-joint]": move_joint, "input[type=range]": slide}
