"""Widgets for the notebooks. What one shows, as a figure and as text, comes from functions that need no browser.

Nothing in the package imports this module.
"""

from html import escape
from io import BytesIO

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hpe_utils import viz
from hpe_utils.data.schema import Samples
from hpe_utils.data.synthetic import GARMENTS, PARTS

LAYERS = ("pixels", "joints", "limbs", "boxes", "head box", "instances", "parts", "garments")
PART_NAMES = ("", *PARTS)
PEOPLE_NAMES = ("", *(f"person {n}" for n in range(1, 10)))


def draw_layers(axes: Axes, people: Samples, index: int, layers) -> None:
    """Draw the chosen layers, named as in LAYERS, of one picture; without pixels on white."""
    height, width = people.images.shape[1:3]
    viz.show_picture(axes, people.images[index] if "pixels" in layers else None)
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal")
    maps = {"instances": (people.instances, PEOPLE_NAMES), "parts": (people.parts, None),
            "garments": (people.garments, GARMENTS)}  # fmt: skip
    for name, (labels, names) in maps.items():
        if name in layers:
            viz.draw_map(axes, np.asarray(labels[index]), names)
    for name, boxes, style in (("boxes", people.boxes, "-"), ("head box", people.head_boxes, "--")):
        for box in boxes[index]:
            if name in layers and np.isfinite(box).all():
                viz.draw_box(axes, box, style=style)
    for pose in people.keypoints[index]:
        if "limbs" in layers:
            viz.draw_limbs(axes, pose, people.skeleton)
        if "joints" in layers:
            viz.draw_joints(axes, pose, people.skeleton)


def layer_figure(people: Samples, index: int, layers, side: float = 4.8) -> Figure:
    """One picture with the chosen layers, `side` inches wide."""
    figure, axes = plt.subplots(figsize=(side, side))
    draw_layers(axes, people, index, layers)
    return figure


def layer_report(people: Samples, index: int, layers) -> str:
    """What `layer_figure` shows, in words: layers, joints seen and hidden, attributes, the labels in the maps."""
    lines = [f"{people.ids[index]}: showing {', '.join(layers) or 'nothing'}"]
    lines += [
        line
        for number, pose in enumerate(people.keypoints[index])
        if (pose[:, 2] > 0).any()
        for line in _report_person(people, index, number)
    ]
    lines.append("picture: " + _facts(people, index, ("place", "occluder", "cut")))
    for name, labels, names in (("parts", people.parts, PART_NAMES), ("garments", people.garments, GARMENTS)):
        if name in layers:
            found = np.unique(labels[index])
            lines.append(f"{name}: " + ", ".join(f"{label} {names[label]}" for label in found[found > 0]))
    return "\n".join(lines)


def _report_person(people: Samples, index: int, number: int) -> list[str]:
    v = people.keypoints[index, number, :, 2]
    hidden = [joint for joint, code in zip(people.skeleton.joints, v, strict=True) if code == 1]
    counts = f"{(v == 2).sum()} joints visible, {len(hidden)} hidden, {(v == 0).sum()} outside the picture"
    names = f" (hidden: {', '.join(hidden)})" if hidden else ""
    facts = _facts(people, (index, number), ("pose", "yaw", "body_shape", "skin_tone", "clothing", "hair", "hat"))
    return [f"person {number + 1}: {counts}{names}", f"          {facts}"]


def _facts(people: Samples, where, names) -> str:
    values = {name: people.attributes[name][where] for name in names if name in people.attributes}
    return ", ".join(
        f"{name.replace('_', ' ')} {value if isinstance(value, str) else f'{value:.0f}'}"
        for name, value in values.items()
    )


def png(figure: Figure) -> bytes:
    """The figure as a PNG file; the figure is closed."""
    file = BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    return file.getvalue()


class LayerBrowser(ipywidgets.VBox):
    """Pictures of people one by one, each with the layers that are switched on, and the same in words below.

    Tab and Shift+Tab move between controls, the arrow keys move the slider, Space presses a button or ticks a box.
    """

    def __init__(self, people: Samples, layers=("pixels", "joints", "limbs")):
        self.people = people
        self.picture = ipywidgets.IntSlider(min=1, max=len(people), description="picture", continuous_update=False)
        self.previous = ipywidgets.Button(description="previous", tooltip="the picture before")
        self.next = ipywidgets.Button(description="next", tooltip="the picture after")
        self.layers = {
            name: ipywidgets.Checkbox(name in layers, description=name, indent=False, layout={"width": "auto"})
            for name in LAYERS
        }
        self.image, self.words = ipywidgets.Image(format="png"), ipywidgets.HTML()
        self.previous.on_click(lambda _: self.step(-1))
        self.next.on_click(lambda _: self.step(1))
        for control in (self.picture, *self.layers.values()):
            control.observe(self.update, "value")
        self.update()
        steps = ipywidgets.HBox([self.previous, self.next, self.picture])
        switches = ipywidgets.HBox(list(self.layers.values()), layout={"flex_flow": "row wrap", "grid_gap": "12px"})
        super().__init__([steps, switches, self.image, self.words])

    @property
    def shown(self) -> list[str]:
        """The layers that are switched on."""
        return [name for name, box in self.layers.items() if box.value]

    def step(self, by: int) -> None:
        """Move on by some pictures; after the last comes the first."""
        self.picture.value = (self.picture.value - 1 + by) % len(self.people) + 1

    def update(self, _change=None) -> None:
        """Draw picture and words anew."""
        arguments = self.people, self.picture.value - 1, self.shown
        self.image.value = png(layer_figure(*arguments))
        self.words.value = f'<pre style="white-space: pre-wrap">{escape(layer_report(*arguments))}</pre>'


class FigureSlider(ipywidgets.VBox):
    """A figure for every position of a slider, and the same in words below; the arrow keys move the slider.

    `draw(position)` makes the figure and `words(position)` the text, for positions 0 … `last`.
    """

    def __init__(self, draw, words, last: int, description: str):
        self.draw, self.describe = draw, words
        self.slider = ipywidgets.IntSlider(last, 0, last, description=description, continuous_update=False)
        self.image, self.words = ipywidgets.Image(format="png"), ipywidgets.HTML()
        self.slider.observe(self.update, "value")
        self.update()
        super().__init__([self.slider, self.image, self.words])

    def update(self, _change=None) -> None:
        """Draw figure and words anew."""
        self.image.value = png(self.draw(self.slider.value))
        self.words.value = f"<pre>{escape(self.describe(self.slider.value))}</pre>"
