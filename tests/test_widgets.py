"""Widgets without a browser: a control's value is set and the picture and the words are looked at."""

import numpy as np
import pytest

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


def test_a_text_stands_inside_its_region():
    ring = np.ones((9, 9), bool)
    ring[2:7, 2:9] = False
    x, y = viz.inner_point(ring)
    assert ring[y, x]
