"""Widgets without a browser: a control's value is set and the picture and the words are looked at."""

from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from hpe_utils import viz, widgets
from hpe_utils.data.schema import Samples
from hpe_utils.data.synthetic import SyntheticSource
from hpe_utils.skeleton import MPII16, SYNTHETIC27


@pytest.fixture(scope="module")
def people():
    fields, _ = SyntheticSource("val", 4, people=(1, 2), size=64).read(0, 4)
    attributes = {k.removeprefix("attribute_"): fields.pop(k) for k in list(fields) if k.startswith("attribute_")}
    return Samples(**fields, attributes=attributes, skeleton=SYNTHETIC27, title="four").as_skeleton(MPII16)


@pytest.fixture(scope="module")
def browser(people):
    return widgets.LayerBrowser(people)


def test_it_says_something_before_it_is_touched(browser):
    assert bytes(browser.image.value).startswith(b"\x89PNG")
    assert "easy-val-00000: showing pixels, joints, limbs" in browser.words.value


def test_the_slider_chooses_the_picture(browser):
    before = browser.image.value
    browser.picture.value = 3
    assert "easy-val-00002" in browser.words.value and browser.image.value != before


def test_next_and_previous_go_round(browser):
    browser.picture.value = 1
    browser.previous.click()
    assert browser.picture.value == 4
    browser.next.click()
    browser.next.click()
    assert browser.picture.value == 2


@pytest.mark.parametrize("layer", widgets.LAYERS)
def test_every_switch_changes_picture_and_words(browser, layer):
    image, words = browser.image.value, browser.words.value
    browser.layers[layer].value = not browser.layers[layer].value
    assert browser.image.value != image and browser.words.value != words
    assert (layer in browser.shown) == browser.layers[layer].value


def test_without_pixels_only_the_joints_are_left(people):
    figure = widgets.layer_figure(people, 0, ["joints"])
    assert not figure.axes[0].images
    assert len(figure.axes[0].lines) == (people.keypoints[0, ..., 2] > 0).sum()
    widgets.png(figure)


def test_the_report_counts_what_the_labels_say(people):
    v = people.keypoints[1, 0, :, 2]
    report = widgets.layer_report(people, 1, ["parts"])
    assert f"person 1: {(v == 2).sum()} joints visible, {(v == 1).sum()} hidden" in report
    assert f"pose {people.attributes['pose'][1, 0]}" in report
    for label in np.unique(people.parts[1])[1:]:
        assert f"{label} {widgets.PART_NAMES[label]}" in report


@pytest.fixture
def explorer(people):
    return widgets.PCKhExplorer(people[1:2], people.keypoints[1, 0] + [0.3, 0.4, 0])


def test_the_explorer_begins_with_the_answer_and_tells_its_score(explorer, people):
    labelled = (people.keypoints[1, 0, :, 2] > 0).sum()
    assert len(explorer.mover.points) == len(explorer.mover.joints) == labelled
    assert "0.5 px from its label" in explorer.words.value
    assert bytes(explorer.curve.value).startswith(b"\x89PNG")


def test_moving_a_joint_changes_curve_and_words_and_reset_brings_it_back(explorer):
    before, curve = explorer.words.value, explorer.curve.value
    explorer.mover.points = [[0.0, 0.0], *explorer.mover.points[1:]]
    explorer.mover.selected = 0
    assert explorer.mover.joints[0][0] in explorer.words.value and "wrong" in explorer.words.value
    assert explorer.curve.value != curve
    explorer.mover.selected = len(explorer.mover.points) - 1
    explorer.reset.click()
    assert explorer.words.value == before


def test_a_joint_between_the_rings_is_right_in_one_variant_alone():
    truth, sizes = np.array([[10.0, 10, 2], [30, 30, 2]]), {"official": 9.0, "head bone": 12.0}
    points = np.array([[10.0, 15.0], [30, 30]])
    official, bone = widgets.pckh_report(truth, points, sizes, ["a", "b"], 0).splitlines()[1:]
    assert "0.56 heads, wrong" in official and "1 of 2 right" in official
    assert "0.42 heads, right" in bone and "2 of 2 right" in bone


def test_unlabelled_joints_are_not_offered(people):
    hidden = Samples(**{**vars(people), "keypoints": people.keypoints * [1, 1, 1] * (np.arange(16) > 4)[:, None]})
    names = [name for name, *_ in widgets.PCKhExplorer(hidden[:1], people.keypoints[0, 0]).mover.joints]
    assert names == list(people.skeleton.joints[5:])


def test_a_text_stands_inside_its_region():
    ring = np.ones((9, 9), bool)
    ring[2:7, 2:9] = False
    x, y = viz.inner_point(ring)
    assert ring[y, x]


def test_sliders_draw_and_tell_their_positions():
    drawn, open_before = [], plt.get_fignums()
    sliders = widgets.FigureSlider(
        lambda **at: drawn.append(at) or plt.figure(),
        lambda epoch, peak_height: f"at <{epoch}>, {peak_height:.1f} high",
        epoch=(0, 3, 1, 3),
        peak_height=(0.0, 1.5, 0.1, 1.0),
    )
    sliders.sliders["epoch"].value = 1
    assert drawn == [{"epoch": 3, "peak_height": 1.0}, {"epoch": 1, "peak_height": 1.0}]
    sliders.sliders["peak_height"].value = 0.5
    assert "at &lt;1&gt;, 0.5 high" in sliders.words.value
    assert sliders.sliders["peak_height"].description == "peak height"
    assert bytes(sliders.image.value).startswith(b"\x89PNG") and plt.get_fignums() == open_before


def test_the_live_view_answers_a_frame_from_the_browser(people, monkeypatch):
    from hpe_utils.pose import Pose

    file = BytesIO()
    Image.fromarray(np.asarray(people.images[0])).save(file, "PNG")
    view, sent = widgets.LiveView({"openpose": Pose.load("openpose")}, b"a film"), []
    monkeypatch.setattr(view, "send", sent.append)
    for number, data in ((1, file.getvalue()), (2, file.getvalue()), (3, b"no picture")):
        view._answer(view, {"frame": number, "model": "openpose", "smooth": True}, [memoryview(data)])
    assert [answer["frame"] for answer in sent] == [1, 2, 3] and "no whole picture" in sent[2]["error"]
    first, second = ([one["number"] for one in answer["people"]] for answer in sent[:2])
    assert first == second and sent[0]["size"] == [64, 64]
    assert view.models[0]["joints"] and "export default { render }" in view._esm
    assert "import " not in view._esm.replace("dynamic import ", "")
