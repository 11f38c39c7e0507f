"""Every widget driven in JupyterLab by mouse and keys, in a real browser: one server and one browser for all.

The cells are the notebooks' own; what they need of a trained network is stood in for, so that this takes seconds.
"""

import re
import shutil
import urllib.request
from posixpath import normpath

import nbformat
import pytest
from browsers import chromium, jupyterlab
from conftest import ROOT
from nbformat import v4
from scripts import script

pytestmark = pytest.mark.slow
WORDS_CHANGE = 20_000  # milliseconds that a kernel on a busy machine may take
ALL_DRAWN = """count => {
    const shown = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedMarkdown img";
    const pictures = [...document.querySelectorAll(shown)];
    return pictures.length === count && pictures.every(picture => picture.naturalWidth > 0);
}"""
PREPARED = """
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from hpe_utils import data, metrics, viz, widgets
from hpe_utils.codecs.heatmap import HeatmapCodec
from hpe_utils.codecs.paf import PAFCodec
from hpe_utils.codecs.grouping import line_integrals
from hpe_utils.skeleton import MPII16 as skeleton

drawn = SimpleNamespace(load=lambda split, **options: data.load("synthetic", split, **options))
people = test = data.load("synthetic", "val", count=8, people=(1, 1), size=128, skeleton="MPII16")
head_truth, truth = test.head_boxes[:, 0], test.keypoints[:, 0]
variants = metrics.head_sizes(test)
boxes_by_epoch = [head_truth + shift for shift in (40, 20, 5)]
first = test.keypoints[:, 0] + 2.0


def draw_boxes(people, rows, answers):
    figure, axes = viz.grid(len(rows))
    for axis, row in zip(axes, rows):
        viz.show_picture(axis, people.images[row])
        for boxes in answers.values():
            viz.draw_box(axis, boxes[row])
    return figure


cells = np.arange(32)


def gaussian(centre):
    return np.exp(-((cells - centre) ** 2) / 8)


def draw_stage(stack, joint):
    figure, axes = viz.grid(1)
    viz.draw_heatmap(axes[0], test.images[joint % 8], np.eye(32)[:stack])
    return figure


by_stage = [first, test.keypoints[:, 0] + 1.0]
followed = 10
codec = PAFCodec((160, 160), skeleton, stride=4)
limb = skeleton.limbs.index(("right_elbow", "right_wrist"))
a, b = skeleton.indices("right_elbow", "right_wrist")
"""
CELLS = (
    ("00", "widgets.LayerBrowser("),
    ("01", "widgets.FigureSlider("),
    ("02", "widgets.PCKhExplorer("),
    ("03", "def two_peaks("),
    ("03", "def draw_peaks("),
    ("03", "widgets.FigureSlider("),
    ("04", "widgets.FigureSlider("),
    ("05", "def draw_field("),
    ("05", "singles = drawn.load("),
    ("05", "def frame_arms("),
    ("05", "def arm_scores("),
    ("05", "def draw_arms("),
    ("05", "def tell_arms("),
    ("05", "widgets.FigureSlider("),
)


def cell_with(number: str, text: str) -> str:
    """The first cell of a notebook with this text."""
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    return next(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code" and text in c.source)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """JupyterLab with one notebook, all of whose cells have run."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [PREPARED, *(cell_with(*each) for each in CELLS)]
    cells[2] = re.sub(r"\btruth\b", "head_truth", cells[2])  # boxes in notebook 01, joints in the others
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = v4.new_notebook(cells=[v4.new_code_cell(c) for c in cells], metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "widgets.ipynb")
    with chromium() as start, jupyterlab(folder, f"--ServerApp.root_dir={folder}") as address:
        page = start().new_page(viewport={"width": 1300, "height": 2400})
        page.goto(f"{address}/lab/tree/widgets.ipynb?token=key")
        page.get_by_text("| Idle").wait_for(timeout=90_000)
        page.get_by_role("menuitem", name="Run").click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.locator(".jp-OutputArea-output svg [data-joint]").first.wait_for(timeout=90_000)
        page.get_by_text("| Idle").wait_for(timeout=90_000)  # later cells have run too
        yield page


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """The address of JupyterLab as `course.py lab` starts it, and the learner's copies."""
    course = script("course.py")
    course.ROOT = tmp_path_factory.mktemp("course")
    course.COPIES = course.ROOT / "my_notebooks"
    shutil.copytree(ROOT / "data" / "pictures", course.ROOT / "data" / "pictures")
    course.refresh(course.NOTEBOOKS, course.COPIES)
    with jupyterlab(tmp_path_factory.mktemp("settings"), *course.lab_options([])) as address:
        yield address, sorted(course.COPIES.glob("*.ipynb"))


def pictures_in(path) -> list[str]:
    """The links to pictures in the text of a notebook."""
    text = "\n".join(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown")
    return re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)


def test_the_pictures_of_every_text_are_served(learner):
    address, copies = learner
    assert len(copies) == len(list((ROOT / "notebooks").glob("*.ipynb"))) and all(map(pictures_in, copies))
    for copy in copies:
        for link in pictures_in(copy):
            place = normpath(f"my_notebooks/{link}")
            with urllib.request.urlopen(f"{address}/files/{place}?token=key", timeout=20) as answer:
                assert answer.headers.get_content_maintype() == "image", link


def test_lab_opens_on_the_learners_copies(learner):
    with urllib.request.urlopen(f"{learner[0]}/?token=key", timeout=20) as answer:
        assert answer.url.split("?")[0].endswith("/lab/workspaces/course/tree/my_notebooks")


def test_the_pictures_of_every_text_are_drawn(learner):
    address, copies = learner
    with chromium() as start:
        page = start().new_page(viewport={"width": 1300, "height": 2400})
        for copy in copies:
            page.goto(f"{address}/lab/workspaces/course/tree/my_notebooks/{copy.name}?token=key")
            page.wait_for_function(ALL_DRAWN, arg=len(pictures_in(copy)), timeout=90_000)


class Shown:
    """One widget on the page, and what it says and shows."""

    def __init__(self, page, number: int):
        self.page = page
        self.root = page.locator(".jp-OutputArea-output .widget-vbox").nth(number)
        self.root.scroll_into_view_if_needed()

    def says(self, text: str | re.Pattern) -> None:
        try:
            self.root.locator("pre", has_text=text).wait_for(timeout=WORDS_CHANGE)
        except Exception as error:
            raise AssertionError(f"does not say {text!r} but {self.words()!r}") from error

    def words(self) -> str:
        return self.root.locator("pre").inner_text()

    def picture(self) -> str:
        return self.root.locator("img").first.get_attribute("src")


def test_the_layer_browser_follows_mouse_and_keys(page):
    shown = Shown(page, 0)
    shown.says("easy-val-00000: showing pixels, joints, limbs")
    shown.root.get_by_role("button", name="next").click()
    shown.says("easy-val-00001")
    before = shown.picture()
    shown.root.get_by_label("parts").check()
    shown.says("showing pixels, joints, limbs, parts")
    assert shown.picture() != before
    shown.root.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    shown.says("easy-val-00002")
    shown.root.get_by_role("button", name="previous").focus()
    page.keyboard.press("Space")
    shown.says("easy-val-00001")


def test_the_epoch_slider_follows_the_arrow_keys(page):
    shown = Shown(page, 1)
    shown.says("epoch 2:")
    before = shown.picture()
    shown.root.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowLeft")
    shown.says("epoch 1:")
    assert shown.picture() != before
    page.keyboard.press("ArrowRight")
    shown.says("epoch 2:")


def test_joints_move_by_dragging_and_by_keys(page):
    shown = Shown(page, 2)
    shown.says("official")
    wrist = shown.root.locator("[data-joint=left_wrist]")
    wrist.focus()
    shown.says("left_wrist: 2.8 px")
    before = shown.picture()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    shown.says("left_wrist: 9.2 px")  # 6 to the right, 7 down
    assert shown.picture() != before
    box = wrist.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 150, box["y"] - 50, steps=4)
    page.mouse.up()
    shown.says(re.compile(r"left_wrist: ([2-9]\d|\d{3})\.\d px.*wrong", re.DOTALL))
    shown.root.get_by_role("button", name="as answered").focus()
    page.keyboard.press("Space")
    shown.says("left_wrist: 2.8 px")


def test_a_peak_moves_and_both_losses_follow(page):
    shown = Shown(page, 3)
    shown.says("squared error")
    offset, height, second = shown.root.locator(".noUi-handle").all()
    before = shown.picture()
    for _ in range(3):
        offset.press("ArrowLeft")
    shown.says("squared error 0.00 (empty map 1.00), cross-entropy above the least 0.00")
    assert shown.picture() != before
    second.press("ArrowRight")
    shown.says("squared error 0.01")
    height.press("Home")
    shown.says("squared error 1.01")


def test_stack_and_joint_are_chosen_by_keys(page):
    shown = Shown(page, 4)
    shown.says("right_wrist, stack 2")
    stack, joint = shown.root.locator(".noUi-handle").all()
    before = shown.picture()
    stack.press("ArrowLeft")
    shown.says("right_wrist, stack 1")
    joint.press("ArrowRight")
    shown.says("right_elbow, stack 1")
    assert shown.picture() != before


def test_one_person_is_slid_across_another(page):
    shown = Shown(page, 5)
    shown.says("second person moved by 40 px")
    before = shown.picture()
    (shift,) = shown.root.locator(".noUi-handle").all()
    shift.press("ArrowRight")
    shown.says("second person moved by 42 px")
    assert shown.picture() != before
    assert shown.words().count("field") == 4
