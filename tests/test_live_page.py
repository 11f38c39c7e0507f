"""The served page in a real browser, whose camera is a film of drawn people."""

import functools
import http.server
import json
import shutil
import threading
from io import BytesIO

import cv2
import nbformat
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("keras")
pytest.importorskip("uvicorn")

from browsers import chromium, jupyterlab  # noqa: E402
from nbformat import v4  # noqa: E402
from serving import Served  # noqa: E402

from hpe_utils import data  # noqa: E402
from hpe_utils.apps import static_page  # noqa: E402
from hpe_utils.data import films, synthetic  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402
from hpe_utils.pose import Pose  # noqa: E402
from hpe_utils.skeleton import BODY23  # noqa: E402

pytestmark = pytest.mark.slow
FAKE = "--use-fake-device-for-media-stream"
ANSWERED = "() => window.people"
LISTEN = """() => document.querySelector('.live-canvas').addEventListener('people', ({ detail }) => {
    window.people = JSON.stringify(detail);
})"""
PIXEL = "([x, y]) => [...document.querySelector('.live-canvas').getContext('2d').getImageData(x, y, 1, 1).data]"


@pytest.fixture(scope="module")
def poses():
    return {name: Pose.load(name) for name in ("openpose", "photo_parts")}


@pytest.fixture(scope="module")
def scene():
    """Two drawn people in a picture of 640 × 480, and their joints (2, K, 3) in its pixels."""
    group = data.load("synthetic", "test", people=(2, 2), size=160, count=1, skeleton="BODY23")
    square = cv2.resize(np.asarray(group.images[0]), (480, 480), interpolation=cv2.INTER_CUBIC)
    truth = group.keypoints[0].copy()
    truth[..., :2] = 3 * (truth[..., :2] + 0.5) - 0.5 + (80, 0)
    return np.pad(square, ((0, 0), (80, 80), (0, 0)), constant_values=128), truth


@pytest.fixture(scope="module")
def camera(tmp_path_factory, scene):
    """A film of the scene as Chromium's camera takes it: JPEG files one behind the other."""
    file = BytesIO()
    Image.fromarray(scene[0]).save(file, "JPEG", quality=95)
    path = tmp_path_factory.mktemp("camera") / "film.mjpeg"
    path.write_bytes(10 * file.getvalue())
    return path


@pytest.fixture(scope="module")
def browser_with():
    """Starts a browser with these options, for the time of a module."""
    with chromium() as start:
        yield start


@pytest.fixture(scope="module")
def with_camera(browser_with, camera):
    return browser_with(FAKE, f"--use-file-for-fake-video-capture={camera}")


def opened(browser, served, **options):
    page = browser.new_context(**options).new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"http://localhost:{served.port}/")
    page.wait_for_function("() => document.querySelector('.live-status')?.textContent === 'Choose a source.'")
    page.evaluate(LISTEN)
    return page


def all_are_found(answer: dict, truth: np.ndarray) -> None:
    found = [np.array([joint or (np.nan,) * 3 for joint in one["joints"]]) for one in answer["people"]]
    for own in truth:
        distances = [np.linalg.norm(one[:, :2] - own[:, :2], axis=1)[own[:, 2] > 0] for one in found]
        assert min(np.nanmedian(one) for one in distances) < 15, "pixels of 640"


def test_joints_are_drawn_where_people_are_and_stop_stops(with_camera, poses, scene):
    image, truth = scene
    with Served(poses) as served:
        page = opened(with_camera, served, permissions=["camera"])
        page.click(".live-camera")
        page.wait_for_function(ANSWERED)
        page.wait_for_function("() => Number(document.querySelector('.live-times').cells[0].textContent) >= 1")
        page.click(".live-stop")
        answer = json.loads(page.evaluate(ANSWERED))
        all_are_found(answer, truth)
        right = BODY23.index("right_hip")
        x, y, _ = next(one["joints"][right] for one in answer["people"] if one["joints"][right])
        assert np.allclose(page.evaluate(PIXEL, [round(x), round(y)])[:3], (230, 97, 0), atol=60)
        assert page.inner_text(".live-status") == "Stopped." and page.is_disabled(".live-stop")
        assert "people: person 1" in page.inner_text(".live-found").lower() or "One person" in page.inner_text(
            ".live-found"
        )
        seen = page.evaluate(ANSWERED)
        page.wait_for_timeout(500)
        assert page.evaluate(ANSWERED) == seen and page.errors == []


def test_effects_change_the_background_or_the_people(with_camera, poses, scene):
    with Served(poses) as served:
        page = opened(with_camera, served, permissions=["camera"])
        page.select_option(".live-model", "photo_parts")
        page.click(".live-camera")
        seen = {}
        for effect in ("joints", "parts", "blur", "pixelate", "replace"):
            page.select_option(".live-effect", effect)
            page.evaluate("() => { delete window.people }")
            page.wait_for_function(ANSWERED)
            seen[effect] = np.array([page.evaluate(PIXEL, [x, 20])[:3] for x in range(90, 550, 5)], int)
        assert (seen["replace"] == 255).all(axis=1).mean() > 0.7 and (
            abs(seen["joints"] - seen["parts"]) < 20
        ).mean() > 0.9
        rough = {effect: abs(np.diff(colours, axis=0)).mean() for effect, colours in seen.items()}
        assert rough["blur"] < rough["joints"] and (np.diff(seen["pixelate"], axis=0) == 0).all(axis=1).mean() > 0.5
        assert page.errors == []


def test_a_picture_from_the_disk_is_looked_at(with_camera, poses, scene, tmp_path):
    Image.fromarray(scene[0]).save(tmp_path / "me.png")
    (tmp_path / "none.png").write_bytes(b"no picture")
    with Served(poses) as served:
        page = opened(with_camera, served)
        page.set_input_files(".live-file", tmp_path / "none.png")
        page.wait_for_function("() => document.querySelector('.live-status').textContent.includes('cannot be read')")
        page.set_input_files(".live-file", tmp_path / "me.png")
        page.wait_for_function(ANSWERED)
        assert json.loads(page.evaluate(ANSWERED))["people"] and page.errors == []


def test_no_camera_and_a_camera_that_may_not_be_used_are_said(browser_with, with_camera, poses):
    with Served(poses) as served:
        page = opened(browser_with("--use-fake-ui-for-media-stream"), served)
        page.click(".live-camera")
        page.wait_for_function("() => document.querySelector('.live-status').textContent === 'No camera is there.'")
        page = opened(with_camera, served)
        page.click(".live-camera")
        page.wait_for_function("() => document.querySelector('.live-status').textContent.includes('may not be used')")


def test_a_server_that_goes_is_said_and_found_again(with_camera, poses):
    with Served(poses) as served:
        page = opened(with_camera, served, permissions=["camera"])
        page.click(".live-camera")
        page.wait_for_function(ANSWERED)
    page.wait_for_function("() => document.querySelector('.live-status').textContent.includes('The server is gone')")
    with Served(poses, port=served.port):
        page.wait_for_function("() => document.querySelector('.live-status').textContent === 'Running.'")
        page.evaluate("() => { delete window.people }")
        page.wait_for_function(ANSWERED)
        assert page.errors == []


# The notebook's view ------------------------------------------------------------------------------

LIVE = """
from pathlib import Path

from hpe_utils import Pose, widgets

widgets.LiveView({name: Pose.load(name) for name in ("openpose", "photo_parts")}, Path("clip.mp4").read_bytes())
"""


def test_the_notebooks_view_finds_people_in_the_film_and_the_camera(with_camera, scene, tmp_path):
    image, truth = scene
    with films.writer(tmp_path / "clip.mp4") as write:
        for number in range(30):
            write(number / 10, image)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = v4.new_notebook(cells=[v4.new_code_cell(LIVE)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "live.ipynb")
    with jupyterlab(tmp_path, f"--ServerApp.root_dir={tmp_path}") as address:
        page = with_camera.new_context(permissions=["camera"]).new_page()
        page.goto(f"{address}/lab/tree/live.ipynb?token=key")
        page.get_by_text("| Idle").wait_for(timeout=90_000)
        page.get_by_role("menuitem", name="Run").click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.locator(".live-canvas").wait_for(timeout=90_000)
        page.evaluate(LISTEN)
        for source in (".live-film", ".live-camera"):
            page.click(source)
            page.evaluate("() => { delete window.people }")
            page.wait_for_function(ANSWERED, timeout=90_000)
            all_are_found(json.loads(page.evaluate(ANSWERED)), truth)
        page.select_option(".live-model", "photo_parts")
        page.select_option(".live-effect", "replace")
        page.wait_for_function("() => document.querySelector('.live-times').cells[2].textContent !== '–'")
        page.click(".live-stop")
        assert page.inner_text(".live-status") == "Stopped."
        page.context.close()


# The browser alone --------------------------------------------------------------------------------


class Files(http.server.SimpleHTTPRequestHandler):
    """Any web server that knows what modules are."""

    extensions_map = {".html": "text/html", ".css": "text/css", ".wasm": "application/wasm", "": "text/javascript"}

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The address of a page that needs no server of ours."""
    pytest.importorskip("tf2onnx")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("alone") / "page"
    assert "photo.onnx: 4." in next(lines := static_page.build(folder, ["photo", "photo_parts"], 2, None))
    list(lines)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_the_browser_alone_finds_what_the_network_finds(browser_with, alone, tmp_path):
    image = synthetic.film(frames=1, people=1, size=480, number=2).images[0]
    Image.fromarray(image).save(tmp_path / "me.png")
    page = browser_with().new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(alone)
    page.wait_for_selector(".live-camera")
    page.evaluate(LISTEN)
    page.uncheck(".live-smooth")
    page.set_input_files(".live-file", tmp_path / "me.png")
    page.wait_for_function(ANSWERED, timeout=90_000)
    (person,) = json.loads(page.evaluate(ANSWERED))["people"]
    here = np.array([joint or (0, 0, 0) for joint in person["joints"]])
    there = Pose.load("photo")(image).keypoints[0]
    both = (here[:, 2] > 0) & (there[:, 2] > 0)
    assert both.sum() > 10 and np.median(np.linalg.norm(here - there, axis=1)[both]) < 3, "pixels of 480"
    assert "WebAssembly" in page.inner_text("#engine") or "WebGPU" in page.inner_text("#engine")
    page.select_option(".live-model", "photo_parts")
    page.select_option(".live-effect", "replace")
    page.wait_for_function(
        "() => document.querySelector('.live-canvas').getContext('2d').getImageData(5, 5, 1, 1).data[0] === 255",
        timeout=90_000,
    )
    assert errors == []


def test_a_page_without_npm_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(static_page.shutil, "which", lambda name: None)
    with pytest.raises(DataError, match="npm is missing"):
        static_page.fetched(tmp_path)
    with pytest.raises(DataError, match="has no dist/ort"):
        list(static_page.build(tmp_path / "page", [], 4, tmp_path))
