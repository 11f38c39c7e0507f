"""The page of widgets without code: each is made by its notebook's cells, and moves by keys and by touch."""

import re
import subprocess
import sys
import time

import pytest
from browsers import chromium
from conftest import ROOT
from scripts import script

pytest.importorskip("starlette")
demos = script("tools/demos.py")


def test_each_demo_says_two_sentences_and_names_its_notebook():
    for demo in demos.DEMOS:
        assert len(re.findall(r"[.?](?= |$)", demo.to_try)) == 2, demo.to_try
        assert demos.notebook_of(demo.number).is_file()


@pytest.mark.parametrize("demo", demos.DEMOS, ids=lambda demo: demo.number)
def test_the_notebook_still_has_the_cells(demo):
    assert "widgets." in demos.source_of(demo).rpartition("\n\n\n")[2]


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
        sections = [page.locator(f"#demo-{demo.number}") for demo in demos.DEMOS]
        for section in sections:
            section.locator("[aria-busy=false]").wait_for(timeout=300_000)
        for section in sections:
            by_keys_and_touch(page, section)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def by_keys_and_touch(page, section) -> None:
    """The words or the figure change by a key, and again by a finger."""
    picture = section.locator("img").first
    for hand in ("keys", "touch"):
        before = picture.get_attribute("src"), section.locator("pre").inner_text()
        if section.locator("[data-joint]").count():
            joint = section.locator("[data-joint=left_wrist]")
            if hand == "keys":
                joint.focus()
                page.keyboard.press("Shift+ArrowDown")
            else:
                section.locator("button").tap()  # as answered
        elif hand == "keys":
            slider = section.locator("input[type=range]").first
            slider.focus()
            value = float(slider.input_value())
            page.keyboard.press("ArrowLeft" if value == float(slider.get_attribute("max")) else "ArrowRight")
        else:
            slider = section.locator("input[type=range]").first
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            page.touchscreen.tap(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
        deadline = time.monotonic() + 60
        while (picture.get_attribute("src"), section.locator("pre").inner_text()) == before:
            assert time.monotonic() < deadline, f"{section.get_attribute('id')} does not move by {hand}"
            page.wait_for_timeout(100)
