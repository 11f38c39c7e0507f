"""Drawings of networks show the model as it is, and stored figures keep the colours that mean something."""

import base64
import re
import time
from io import BytesIO

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from PIL import Image
from scripts import script

from hpe_utils import models, viz
from hpe_utils.network_blocks import blocks_of
from hpe_utils.network_drawing import draw_network, network_text
from hpe_utils.parts import BODYPIX24

runner = script("tools/notebooks.py")

NETWORKS = {
    "deeppose": ("deeppose", "lab", {}),
    "resnet50v2": ("resnet50v2", "lab", {}),
    "resnet50v2, paper": ("resnet50v2", "paper", {}),
    "simple_baseline": ("simple_baseline", "lab", {}),
    "hourglass": ("hourglass", "lab", {}),
    "vit": ("vit", "lab", {}),
    "openpose": ("openpose", "lab", {"attention": "sigmoid"}),
    "bodypix": ("bodypix", "lab", {}),
    "mask_rcnn": ("mask_rcnn", "lab", {}),
}
# Counted by hand from the sources of the models: sums of a few layers with what they began with.
RESIDUAL = {"deeppose": 0, "resnet50v2": 7, "resnet50v2, paper": 16, "simple_baseline": 3, "vit": 8, "hourglass": 25}


@pytest.fixture(scope="module", params=NETWORKS)
def drawn(request):
    """A network's name, its model, its blocks and its figure."""
    name, preset, options = NETWORKS[request.param]
    model = models.build(name, preset, **options)
    begin = time.process_time()
    figure = draw_network(model)
    assert time.process_time() - begin < 5
    yield request.param, model, blocks_of(model), figure
    plt.close(figure)


def innermost(layer):
    """The layers with weights of a model, those of models inside it among them."""
    return {id(one) for one in layer._flatten_layers() if one.weights and not list(one._layers)}


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def artists(figure, gid):
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def test_every_layer_with_weights_is_inside_a_drawn_block(drawn):
    _, model, blocks, figure = drawn
    inside = set().union(*(innermost(layer) for block in blocks for layer in block.layers if hasattr(layer, "weights")))
    assert inside == innermost(model)
    assert len(artists(figure, "block")) == sum(block.kind != "output" for block in blocks)


def test_parameters_and_outputs_are_said(drawn):
    _, model, _, figure = drawn
    assert f"{model.count_params():,} parameters" in texts(figure)[-2] + " ".join(texts(figure))
    said = "\n".join(texts(figure))
    outputs = model.output if isinstance(model.output, dict) else {"output": model.output}
    for name, tensor in outputs.items():
        assert name in said
        shape = [str(side) for side in tensor.shape[1:]]
        assert "×".join(shape) in said or "×".join(shape[1:]) in said, "stages are drawn apart"


def test_printed_sizes_are_the_models(drawn):
    _, model, _, figure = drawn
    known = {tuple(tensor.shape[1:]) for tensor in model.inputs}

    def collect(layer):
        for node in getattr(layer, "_inbound_nodes", []):
            known.update(tuple(tensor.shape[1:]) for tensor in node.outputs)
        for inner in getattr(layer, "operations", []):
            collect(inner)

    collect(model)
    known |= {shape[1:] for shape in known} | {shape[:-1] for shape in known}
    printed = re.findall(r"\b\d+(?:×\d+){2,}", "\n".join(texts(figure)))
    assert printed and {tuple(map(int, size.split("×"))) for size in printed} <= known


def test_shortcuts_are_drawn(drawn):
    name, _, blocks, figure = drawn
    if name in RESIDUAL:
        counts = [block.repeats * (block.group[1] if block.group else 1) for block in blocks if block.shortcut]
        assert sum(counts) == RESIDUAL[name]
    assert len(artists(figure, "shortcut")) == sum(block.shortcut for block in blocks)
    sums = [block for block in blocks if block.kind == "merge"]
    skips = artists(figure, "skip")
    assert not (name in ("simple_baseline", "openpose") and len(skips) < 2) and all(len(s.inputs) > 1 for s in sums)


def test_a_drawing_can_be_read(drawn):
    _, _, _, figure = drawn
    assert figure.get_size_inches()[0] <= 14
    assert min(text.get_fontsize() for axes in figure.axes for text in axes.texts) >= 8


def test_the_text_names_every_size(drawn):
    _, model, blocks, _ = drawn
    words = network_text(model)
    assert f"{model.count_params():,} parameters" in words and all(block.size in words for block in blocks)


@pytest.mark.parametrize("name, preset", [("mask_rcnn", "paper"), ("openpose", "paper"), ("hourglass", "paper")])
def test_large_networks_are_drawn_in_time(name, preset):
    model = models.build(name, preset)
    begin = time.process_time()
    figure = draw_network(model)
    assert time.process_time() - begin < 5 and figure.get_size_inches()[0] <= 14
    plt.close(figure)


def test_a_shared_layer_is_drawn_where_it_is_used():
    inputs = keras.Input((8, 8, 3))
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    side = layers.Conv2D(3, 5, padding="same")(inputs)
    model = keras.Model(inputs, layers.Concatenate()([shared(inputs), shared(side)]))
    blocks = blocks_of(model)
    assert sum(shared in block.layers for block in blocks) == 2
    plt.close(draw_network(model))


def test_a_model_inside_is_opened_or_left_closed():
    model = models.build("simple_baseline", "lab")
    assert [block.kind for block in blocks_of(model, depth=0)].count("network") == 1
    assert all(block.kind != "network" for block in blocks_of(model, depth=1))


# Stored figures -----------------------------------------------------------------------------------


def rgb(colour):
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def photograph_like():
    """A figure's pixels: all meaning colours as flat lines and patches on a slope of many colours with some noise."""
    y, x = np.mgrid[:240, :360]
    waves = [np.sin(x / 40) * y / 240, np.cos(y / 30 + x / 90), np.sin((x + y) / 70)]
    noise = np.random.default_rng(0).normal(0, 3, (240, 360, 3))
    pixels = np.clip(128 + 100 * np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)
    for number, colour in enumerate(viz.MEANINGS):
        pixels[12 + 8 * number : 13 + 8 * number, 10:350] = rgb(colour)
        pixels[14 + 8 * number : 18 + 8 * number, 40:60] = rgb(colour)
    pixels[220:, 300:] = 255
    return pixels


def encoded(save) -> str:
    file = BytesIO()
    save(file)
    return base64.b64encode(file.getvalue()).decode()


def test_stored_figures_keep_the_colours_that_mean_something():
    pixels = photograph_like()
    stored = runner.smaller_png(encoded(lambda file: Image.fromarray(pixels).save(file, "PNG")))
    before = Image.fromarray(pixels).quantize(256, dither=Image.Dither.NONE)
    assert len(stored) <= 1.15 * len(encoded(lambda file: before.save(file, "PNG", optimize=True)))
    with Image.open(BytesIO(base64.b64decode(stored))) as picture:
        assert picture.mode == "P"
        after = np.asarray(picture.convert("RGB"))
    for colour in map(rgb, viz.MEANINGS):
        place = (pixels == colour).all(-1)
        assert place.any() and (after[place] == colour).all()
        assert not (after[~place] == colour).all(-1).any(), "nothing else takes a meaning on"
    assert (
        np.abs(after.astype(int) - pixels).mean()
        < 1.05 * np.abs(np.asarray(before.convert("RGB"), int) - pixels).mean()
    )


def test_figures_with_few_colours_are_stored_exactly():
    pixels = np.full((40, 40, 3), 255, np.uint8)
    pixels[10:20] = rgb(viz.LEFT)
    pixels[30:] = (1, 2, 3)
    stored = runner.smaller_png(encoded(lambda file: Image.fromarray(pixels).save(file, "PNG")))
    with Image.open(BytesIO(base64.b64decode(stored))) as picture:
        assert (np.asarray(picture.convert("RGB")) == pixels).all()


def test_a_legend_says_every_part_in_the_colour_of_the_map():
    figure, axes = viz.grid(1, columns=1)
    labels = np.repeat(np.arange(len(BODYPIX24) + 1, dtype=np.uint8), 4).reshape(-1, 4)
    viz.draw_map(axes[0], labels)
    viz.part_legend(figure, BODYPIX24)
    drawn, (legend,) = axes[0].images[0].get_array()[:, 0], figure.legends  # with an alpha of .6
    for label, (patch, text) in enumerate(zip(legend.get_patches(), legend.get_texts(), strict=True), start=1):
        assert text.get_text() == f"{label} {BODYPIX24.parts[label - 1].replace('_', ' ')}"
        on_white = [*(0.6 * np.array(drawn[label][:3]) + 0.4), 1]
        np.testing.assert_allclose(patch.get_facecolor(), on_white, atol=1 / 255)
    assert label == len(BODYPIX24) == 24 and drawn[0][3] == 0
    plt.close(figure)
