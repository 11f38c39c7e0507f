"""The tool to annotate in a real browser: by mouse, touch and keys, on its page and in a notebook."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import nbformat
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("keras")
pytest.importorskip("uvicorn")

from browsers import chromium, jupyterlab  # noqa: E402
from nbformat import v4  # noqa: E402
from serving import free_port, running  # noqa: E402

from hpe_utils import data  # noqa: E402
from hpe_utils.apps.annotate import server  # noqa: E402
from hpe_utils.apps.annotate.agreement import people_of  # noqa: E402
from hpe_utils.apps.annotate.book import Book  # noqa: E402
from hpe_utils.apps.annotate.desk import open_desk  # noqa: E402
from hpe_utils.metrics.coco import oks  # noqa: E402
from hpe_utils.parts import IFTIMIE6  # noqa: E402
from hpe_utils.skeleton import MPII16, SIGMAS  # noqa: E402

pytestmark = pytest.mark.slow
SIZE = 320
SAVED = "() => document.querySelector('.an-saved').textContent === 'Saved.'"
WAIT, LOADING = 20_000, 200_000  # milliseconds that a busy machine may take, and a network until its first answer
MPII_SIGMAS = [SIGMAS.get(joint, 0.08) for joint in MPII16.joints]


@pytest.fixture(scope="module")
def drawn():
    """Drawn people, one in each picture."""
    options = {"people": (1, 1), "size": SIZE, "difficulty": "easy", "skeleton": "MPII16"}
    return data.load("synthetic", "test", count=3, **options)


@pytest.fixture
def pictures(tmp_path, drawn):
    for number, image in enumerate(drawn.images):
        Image.fromarray(np.asarray(image)).save(tmp_path / f"{number}.png")
    return tmp_path


@pytest.fixture(scope="module")
def browser():
    with chromium() as start:
        yield start()


class Tool:
    """The tool on a page, and where a place of the picture is on the screen."""

    def __init__(self, page):
        self.page, self.canvas = page, page.locator(".an-canvas")
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))

    def opened(self, address: str) -> "Tool":
        self.page.goto(address)
        self.ready()
        return self

    def ready(self) -> None:
        self.says(re.compile("annotated|people"))

    def says(self, text, timeout=LOADING) -> None:
        self.page.locator(".an-status", has_text=text).wait_for(timeout=timeout)

    def saved(self) -> None:
        self.page.wait_for_function(SAVED, timeout=WAIT)

    def at(self, place) -> tuple[float, float]:
        """Where on the screen a place of the whole picture is, which fills .96 of the canvas."""
        box = self.canvas.bounding_box()
        scale = 0.96 * min(box["width"], box["height"]) / SIZE
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        return tuple(float(middle[i] + (place[i] + 0.5 - SIZE / 2) * scale) for i in (0, 1))

    def drag(self, *places) -> None:
        first, *others = map(self.at, places)
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for place in others:
            self.page.mouse.move(*place, steps=3)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def changes(self) -> int:
        return int(self.page.locator(".an").get_attribute("data-changes"))


@contextmanager
def tool_for(browser, folder, models=(), parts="iftimie6", **options):
    """The tool on a folder's pictures in a browser window of its own."""
    port = free_port()
    with running(server.make_server(open_desk(folder, None, "MPII16", parts, models), port, "token")):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        tool = Tool(context.new_page()).opened(f"http://127.0.0.1:{port}/?token=token")
        yield tool
        assert tool.page.errors == []
        context.close()


def joints_in(folder, name="0.png", person=0) -> np.ndarray:
    return people_of(Book(folder), name)[person].keypoints


def similarity(folder, drawn) -> float:
    area = np.array([(drawn.instances[0] == 1).sum()])
    return float(oks(joints_in(folder)[None], drawn.keypoints[0, :1], area, MPII_SIGMAS)[0])


def test_a_networks_answer_is_corrected_in_at_most_twenty_actions(browser, pictures, drawn):
    truth = drawn.keypoints[0, 0]
    with tool_for(browser, pictures, ["photo"], parts=None) as tool:
        tool.says("1 people found, not saved yet")
        assert not (pictures / "annotations.json").exists(), "what nobody looked at is not written"
        tool.press("Enter")
        tool.says(re.compile("people found|Nobody"))
        tool.press("PageUp")
        tool.says("1 people.")
        before, start = similarity(pictures, drawn), joints_in(pictures)
        absent = np.flatnonzero((start[:, 2] == 0) & (truth[:, 2] > 0)).tolist()
        for joint in range(16):
            if joint not in absent and truth[joint, 2] and np.linalg.norm(start[joint, :2] - truth[joint, :2]) > 2:
                tool.page.locator(".an-joints button").nth(joint).click()
                tool.drag(start[joint], truth[joint])
        for joint in absent:
            tool.page.locator(".an-joints button").nth(joint).click()
            tool.page.mouse.click(*tool.at(truth[joint]))
        for joint in np.flatnonzero(truth[:, 2] == 1).tolist():
            tool.page.locator(".an-joints button").nth(joint).click()
            tool.press("h")
        tool.saved()
        actions = 1 + tool.changes  # Enter, and what came after
    found, after = joints_in(pictures), similarity(pictures, drawn)
    print(f"OKS {before:.3f} -> {after:.3f} in {actions} actions")
    assert actions <= 20 and after > 0.97 and after > before
    np.testing.assert_array_equal(found[truth[:, 2] > 0, 2], truth[truth[:, 2] > 0, 2])


def test_a_mask_of_six_parts_by_outline_brush_and_polygon(browser, pictures, drawn):
    truth = drawn.keypoints[0, 0]
    book = Book(pictures, None, MPII16, IFTIMIE6)
    person = {"joints": [[float(x), float(y), int(v)] for x, y, v in truth]}
    book.save("0.png", {"people": [person], "runs": [], "done": True}, (SIZE, SIZE))
    with tool_for(browser, pictures) as tool:
        tool.press("PageUp")
        tool.says("1 people.")
        tool.press("o")
        tool.says("follow the puppet")
        tool.saved()
        labels = np.unique(people_of(Book(pictures), "0.png")[0].parts)
        assert labels.tolist() == [0, 1, 2, 3, 4, 5, 6]
        true_person = np.asarray(drawn.instances[0]) == 1
        mask = people_of(Book(pictures), "0.png")[0].parts > 0
        overlap = (mask & true_person).sum() / (mask | true_person).sum()
        print(f"IoU of the puppet's outline with the drawn person: {overlap:.3f}")
        assert overlap > 0.5

        elbow, wrist = MPII16.indices("left_elbow", "left_wrist")
        tool.press("l")
        tool.drag(truth[elbow], truth[elbow] + (0, 12, 0))
        tool.saved()
        moved = people_of(Book(pictures), "0.png")[0]
        assert (moved.parts != 0).sum() > 0 and not np.array_equal(moved.parts > 0, mask), "parts moved with the arm"
        assert np.linalg.norm(moved.keypoints[wrist] - truth[wrist]) > 2, "and what hangs on the elbow"

        tool.press("1")
        tool.drag((20, 20), (60, 20))
        tool.press("2", "g")
        for corner in ((20, 60), (60, 60), (60, 100), (20, 100)):
            tool.page.mouse.click(*tool.at(corner))
        tool.press("Enter")
        tool.press("0", "p")
        tool.drag((40, 80), (40, 81))
        tool.saved()
    parts = people_of(Book(pictures), "0.png")[0].parts
    assert parts[20, 20:61].tolist() == [1] * 41 and parts[15:26, 40].tolist() == [1] * 11, "a brush of 12 pixels"
    assert parts[62:99, 21].tolist() == [2] * 37 and parts[80, 40] == 0 and parts[62, 58] == 2


def labelled(pictures):
    """What the file says but for the seconds, which go on."""
    return {
        key: value for key, value in json.loads((pictures / "annotations.json").read_text()).items() if key != "seconds"
    }


def test_undo_leads_to_the_start_redo_to_the_end_and_a_reload_loses_nothing(browser, pictures):
    with tool_for(browser, pictures) as tool:
        tool.press("n", "o", "b")
        tool.drag((160, 160), (120, 170))
        tool.press("h", "3")
        tool.drag((250, 250), (280, 280))
        tool.press("n", ".", "ArrowLeft", "Shift+Delete", "x")
        tool.saved()
        changes, end = tool.changes, labelled(pictures)
        assert changes >= 8 and '"v"' not in json.dumps(end)
        tool.page.reload()
        tool.ready()
        if tool.page.locator(".an-pictures").input_value() != "0.png":
            tool.press("PageUp")
        tool.says("1 people.")
        shown = tool.page.locator(".an-parts button span").all_inner_texts()
        assert labelled(pictures) == end and sum(map(bool, shown)) == 6
        tool.press("s", "s")
        tool.saved()
        assert labelled(pictures) == end
    (pictures / "annotations.json").unlink()
    with tool_for(browser, pictures) as tool:
        tool.press("n", "o", "l", ".", "Shift+ArrowUp", "h", "r")
        tool.saved()
        changes, end = tool.changes, labelled(pictures)
        for _ in range(changes):
            tool.press("Control+z")
        tool.says(f"Undone: change 0 of {changes}.")
        tool.saved()
        assert '"people": [\n ]' in (pictures / "annotations.json").read_text()
        assert not Book(pictures).is_done("0.png")
        tool.press("Control+z")
        tool.says("This is how it began.")
        for _ in range(changes):
            tool.press("Control+y")
        tool.says(f"Done again: change {changes} of {changes}.")
        tool.saved()
        assert labelled(pictures) == end


def test_a_whole_person_by_keys_alone(browser, pictures):
    with tool_for(browser, pictures) as tool:
        tool.press("n", "j", ".", ".")  # right_hip
        tool.says("right_hip, visible")
        before = joints_in(pictures)
        tool.press("ArrowRight", "ArrowRight", "Shift+ArrowDown", "h", ",", "x")
        tool.press("4", "ArrowUp", " ", "Shift+ArrowRight", "Shift+ArrowRight", " ")
        tool.press("g", "ArrowUp", " ", "Shift+ArrowLeft", " ", "Shift+ArrowUp", " ", "Enter")
        tool.press("b", "Shift+ArrowLeft", ">", "e", "ArrowLeft", "w", "PageDown")
        tool.says("Nobody is annotated")
    one, other = people_of(Book(pictures), "0.png")
    hip, knee = MPII16.indices("right_hip", "right_knee")
    assert one.keypoints[hip, 2] == 1 and one.keypoints[knee, 2] == 0
    assert one.keypoints[hip, 0] < before[hip, 0] and (one.parts == 4).sum() > 200
    assert other.keypoints[:, 2].sum() == 2, "a person of one joint"


def test_fingers_drag_paint_and_zoom(browser, pictures):
    with tool_for(browser, pictures, has_touch=True, is_mobile=True, device_scale_factor=2) as tool:
        touch = tool.page.context.new_cdp_session(tool.page)

        def fingers(*frames):
            """Fingers go along frames, each a list of places on the screen."""
            for n, places in enumerate(frames):
                points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(places)]
                touch.send(
                    "Input.dispatchTouchEvent", {"type": "touchMove" if n else "touchStart", "touchPoints": points}
                )
            touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        tool.page.locator(".an-new").tap()
        tool.saved()
        before = joints_in(pictures)
        ankle = MPII16.index("left_ankle")
        tool.page.locator("[data-tool=joint]").tap()
        start = tool.at(before[ankle])
        fingers([(start[0] + 15, start[1])], [(start[0] + 30, start[1])], [(start[0] + 75, start[1] - 20)])
        tool.saved()
        after = joints_in(pictures)
        box = tool.canvas.bounding_box()
        scale = 0.96 * min(box["width"], box["height"]) / SIZE
        np.testing.assert_allclose((after - before)[ankle, :2], [60 / scale, -20 / scale], atol=0.6)
        assert np.abs(np.delete(after - before, ankle, 0)).max() == 0, "a finger beside a joint grabs it, and only it"

        tool.page.locator("[data-tool=brush]").tap()
        tool.page.locator(".an-parts [data-label='2']").tap()
        fingers([tool.at((30, 30))], [tool.at((50, 30))], [tool.at((90, 30))])
        tool.saved()
        assert (people_of(Book(pictures), "0.png")[0].parts[30, 30:91] == 2).all()

        changes, middle = tool.changes, tool.at((160, 160))
        fingers(*([(middle[0] - far, middle[1]), (middle[0] + far, middle[1])] for far in (30, 45, 60)))
        assert tool.changes == changes, "two fingers zoom, and paint nothing"
        fingers([tool.at((160, 160))], [(middle[0] + 20, middle[1])])
        tool.saved()
        parts = people_of(Book(pictures), "0.png")[0].parts
        reach = np.ptp(np.flatnonzero(parts[160] == 2))
        assert reach < 20 / scale + 14, f"twice as near, half as far: {reach}"


def test_a_second_tab_is_told_and_decides(browser, pictures):
    with tool_for(browser, pictures) as tool:
        other = Tool(tool.page.context.new_page()).opened(tool.page.url)
        tool.press("n")
        tool.saved()
        other.press("n", "Shift+ArrowLeft")
        alert = other.page.locator(".an-alert")
        alert.wait_for(timeout=WAIT)
        assert "0.png was changed in another tab" in alert.inner_text()
        first = joints_in(pictures)
        other.page.get_by_role("button", name="Keep mine").click()
        other.saved()
        assert not np.array_equal(joints_in(pictures), first)
        tool.press("Shift+ArrowRight")
        tool.page.locator(".an-alert").wait_for(timeout=WAIT)
        mine = joints_in(pictures)
        tool.page.get_by_role("button", name="Take the other").click()
        tool.says("1 people.")
        assert np.array_equal(joints_in(pictures), mine) and other.page.errors == []


@contextmanager
def command(folder, port):
    """hpe annotate as a process, and the address that it prints."""
    asked = [sys.executable, "-m", "hpe_utils", "annotate", str(folder), "--skeleton", "MPII16", "--port", str(port)]
    process = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ})
    try:
        yield process, process.stdout.readline().split()[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_what_a_killed_server_did_not_write_is_in_the_browser(browser, pictures):
    port, context = free_port(), browser.new_context(viewport={"width": 1280, "height": 800})
    with command(pictures, port) as (process, address):
        tool = Tool(context.new_page()).opened(address)
        tool.press("n")
        tool.saved()
        before = joints_in(pictures)
        process.send_signal(signal.SIGKILL)
        process.wait()
        tool.press("j", "Shift+ArrowRight")
        tool.page.locator(".an-bad", has_text="Not saved: the server is gone").wait_for(timeout=WAIT)
        tool.page.close()
    with command(pictures, port) as (_, address):
        tool = Tool(context.new_page()).opened(address)
        tool.press("PageUp") if tool.page.locator(".an-pictures").input_value() != "0.png" else None
        tool.says("1 people.")
        tool.saved()
    np.testing.assert_allclose((joints_in(pictures) - before)[0], [10, 0, 0], atol=0.02)


def test_a_broken_picture_and_a_full_disk_are_one_line(browser, pictures, monkeypatch):
    (pictures / "1.png").write_bytes(b"no picture")
    with tool_for(browser, pictures) as tool:
        tool.press("PageDown")
        tool.says("cannot read the picture")
        tool.press("n", "PageDown")
        tool.says("Nobody is annotated")
        with monkeypatch.context() as patched:

            def full(*_):
                raise OSError(28, "No space left on device")

            patched.setattr("hpe_utils.files.os.replace", full)
            tool.press("n")
            tool.page.locator(".an-bad", has_text="No space left on device").wait_for(timeout=WAIT)
        tool.saved()
    assert Book(pictures).is_done("2.png") and not Book(pictures).is_done("1.png")


def test_the_widget_is_the_same_tool(browser, pictures, tmp_path_factory):
    lab = tmp_path_factory.mktemp("lab")
    cell = f"from hpe_utils.widgets import Annotator\nAnnotator({str(pictures)!r}, skeleton='MPII16', parts='iftimie6')"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab / "annotate.ipynb")
    with jupyterlab(lab, f"--ServerApp.root_dir={lab}") as address:
        tool = Tool(browser.new_page(viewport={"width": 1300, "height": 1100}))
        tool.page.goto(f"{address}/lab/tree/annotate.ipynb?token=key")
        tool.page.get_by_text("| Idle").wait_for(timeout=90_000)
        tool.page.get_by_role("menuitem", name="Run").click()
        tool.page.get_by_text("Run All Cells", exact=True).click()
        tool.canvas.wait_for(timeout=90_000)
        tool.says("Nobody is annotated")
        tool.canvas.focus()
        tool.press("n", "o")
        tool.saved()
        before = joints_in(pictures)
        head = MPII16.index("head_top")
        tool.drag(before[head], before[head] + (14, 0, 0))
        tool.saved()
        after = joints_in(pictures)
        if shot := os.environ.get("HPE_SHOTS"):
            tool.page.screenshot(path=f"{shot}/widget.png")
    np.testing.assert_allclose((after - before)[head, :2], [14, 0], atol=0.6)
    assert len(np.unique(people_of(Book(pictures), "0.png")[0].parts)) == 7
