"""Widgets for the notebooks. What one shows, as a figure and as text, comes from functions that need no browser.

Nothing in the package imports this module.
"""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from io import BytesIO
from pathlib import Path

import anywidget
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from hpe_utils import viz
from hpe_utils.data.schema import Samples
from hpe_utils.data.synthetic import GARMENTS, PARTS
from hpe_utils.files import DataError
from hpe_utils.metrics import head_sizes, pckh

PAGE, TOOL = (Path(__file__).parent / "apps" / folder for folder in ("page", "annotate/page"))
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
    """A figure for every position of one slider or several, and the same in words below; the arrow keys move a slider.

    `draw` makes the figure and `words` the text, from the positions by name. Each keyword is a slider: its first and
    last position, its step and where it starts.
    """

    def __init__(self, draw, words, **sliders: tuple[float, float, float, float]):
        self.draw, self.describe = draw, words
        self.sliders = {name: self.slider(name, *positions) for name, positions in sliders.items()}
        self.image, self.words = ipywidgets.Image(format="png"), ipywidgets.HTML()
        for slider in self.sliders.values():
            slider.observe(self.update, "value")
        self.update()
        super().__init__([*self.sliders.values(), self.image, self.words])

    @staticmethod
    def slider(name: str, first: float, last: float, step: float, start: float) -> ipywidgets.Widget:
        """A slider over whole numbers where all four are whole."""
        whole = all(isinstance(number, int) for number in (first, last, step, start))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        name = name.replace("_", " ")
        return kind(start, min=first, max=last, step=step, description=name, continuous_update=False)

    def update(self, _change=None) -> None:
        """Draw figure and words anew."""
        positions = {name: slider.value for name, slider in self.sliders.items()}
        self.image.value = png(self.draw(**positions))
        self.words.value = f"<pre>{escape(self.describe(**positions))}</pre>"


class PoseMover(anywidget.AnyWidget):
    """A picture whose joints are dragged, or moved with the arrow keys (with Shift by five pixels); Tab goes round.

    `points` and `truth` are lists of [x, y] in pixels, `selected` is an index into them, and `rings` lists
    [name, radius in pixels, dashed] of the circles around the selected joint's truth.
    """

    _esm = Path(__file__).with_name("pose_mover.js")
    picture = traitlets.Unicode().tag(sync=True)  # a data address
    size = traitlets.List().tag(sync=True)
    joints = traitlets.List().tag(sync=True)  # [name, colour, mark]
    truth = traitlets.List().tag(sync=True)
    rings = traitlets.List().tag(sync=True)
    points = traitlets.List().tag(sync=True)
    selected = traitlets.Int().tag(sync=True)


class LiveView(anywidget.AnyWidget):
    """A camera's, a picture's or a film's frames with the people that networks find in them; it begins with a film.

    `poses` are networks by name, `clip` an MP4 file's bytes. Frames come from the browser to the kernel, which answers
    and forgets them.
    """

    _esm = "\n".join(
        line
        for name in ("drawing.js", "view.js", "widget.js")
        for line in (PAGE / name).read_text(encoding="utf-8").splitlines()
        if not line.startswith("import ")  # of each other: here they are one
    )
    _css = (PAGE / "view.css").read_text(encoding="utf-8")
    models = traitlets.List().tag(sync=True)
    clip = traitlets.Bytes().tag(sync=True)

    def __init__(self, poses: Mapping, clip: bytes):
        from hpe_utils.apps.live import model_json

        super().__init__(models=[model_json(name, pose) for name, pose in poses.items()], clip=clip)
        self.poses, self.settings, self.tracker = poses, None, None
        self.on_msg(self._answer)

    def _answer(self, _widget, asked: dict, files: list) -> None:
        """Answer one frame; people keep their numbers until another network or smoothing is chosen."""
        from hpe_utils.apps.live import FRAME, look, tracked_json
        from hpe_utils.tracking import Tracker

        name, settings = asked["model"], (asked["model"], asked["smooth"])
        if settings != self.settings:
            self.settings, self.tracker = settings, Tracker(smooth=asked["smooth"])
        (answer,) = look(self.poses[name], [(bytes(files[0]), FRAME)])
        self.send({"frame": asked["frame"], **tracked_json(answer, self.tracker, name, self.poses[name])})


class Annotator(anywidget.AnyWidget):
    """A tool to annotate joints and parts of the people in a folder's pictures, as `hpe annotate` has it.

    `out`, `skeleton`, `parts` and `models`, names or a `Pose`, are `apps.annotate.desk.open_desk`'s, which raises
    DataError. `book` is what is written, whole after every change.
    """

    _esm = "\n".join(
        line
        for name in "part_map puppet keeping drawing layout screen annotator widget".split()
        for line in (TOOL / f"{name}.js").read_text(encoding="utf-8").splitlines()
        if not line.startswith("import ")  # of each other: here they are one
    )
    _css = (TOOL / "annotate.css").read_text(encoding="utf-8")

    def __init__(self, folder: str | Path, out=None, skeleton=None, parts=None, models=()):
        from hpe_utils.apps.annotate.desk import open_desk

        super().__init__()
        self.desk = open_desk(Path(folder), out, skeleton, parts, models)
        self.book = self.desk.book
        self.on_msg(self._answer)

    def _answer(self, _widget, asked: dict, _files: list) -> None:
        """Answer a question of the page, in which a picture comes as a file."""
        number = asked.pop("number")
        if asked["ask"] != "picture":
            self.send({"number": number, "answer": self.desk.answer(asked)})
            return
        try:
            content, kind = self.desk.picture(asked.get("name"))
            self.send({"number": number, "answer": {"kind": kind}}, [content])
        except DataError as error:
            self.send({"number": number, "answer": {"error": str(error)}})


class PCKhExplorer(ipywidgets.VBox):
    """Move the joints of one person and see both PCKh circles, the score at every threshold, and the same in words.

    `person` is one sample, and `predicted` (K, 2+) an answer in its pixels, where the joints begin. Notebook 02.
    """

    def __init__(self, person: Samples, predicted: np.ndarray):
        truth, skeleton = person.keypoints[0, 0], person.skeleton
        labelled = np.flatnonzero(truth[:, 2] > 0)
        self.truth, self.names = truth[labelled], [skeleton.joints[k] for k in labelled]
        self.answer = predicted[labelled, :2].tolist()
        self.sizes = {name: float(size[0]) for name, size in head_sizes(person).items() if size[0] > 0}
        self.mover = PoseMover(
            picture="data:image/png;base64," + b64encode(_picture_png(person.images[0])).decode(),
            size=list(person.images.shape[2:0:-1]),
            joints=[[name, *viz.mark_of(name)] for name in self.names],
            truth=self.truth[:, :2].tolist(),
            rings=[[name, 0.5 * size, name != "official"] for name, size in self.sizes.items()],
            points=self.answer,
            selected=len(labelled) - 1,
            layout={"width": "420px"},
        )
        self.reset = ipywidgets.Button(description="as answered", tooltip="put all joints back to the network's answer")
        self.reset.on_click(lambda _: setattr(self.mover, "points", self.answer))
        self.curve, self.words = ipywidgets.Image(format="png"), ipywidgets.HTML()
        self.mover.observe(self.update, ["points", "selected"])
        self.update()
        super().__init__([ipywidgets.HBox([self.mover, self.curve]), self.reset, self.words])

    def update(self, _change=None) -> None:
        """Draw curve and words anew."""
        points = np.array(self.mover.points)
        figure, axes = plt.subplots(figsize=(4.4, 3.6))
        draw_pckh_curves(axes, self.truth, points, self.sizes)
        self.curve.value = png(figure)
        report = pckh_report(self.truth, points, self.sizes, self.names, self.mover.selected)
        self.words.value = f"<pre>{escape(report)}</pre>"


def draw_pckh_curves(axes: Axes, truth: np.ndarray, points: np.ndarray, sizes: dict[str, float]) -> None:
    """Draw one person's share of right joints against the threshold, a line for every head size in `sizes`."""
    thresholds = np.linspace(0, 1, 201)
    for (name, size), style in zip(sizes.items(), ("-", "--"), strict=False):
        shares = [pckh(points[None], truth[None], np.array([size]), t).pooled for t in thresholds]
        axes.plot(thresholds, shares, style, label=f"{name}: a head is {size:.1f} px")
    axes.axvline(0.5, color="black", lw=0.6)
    axes.set(xlabel="threshold, in head sizes", ylabel="right joints of this person", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(fontsize=8, loc="lower right")


def pckh_report(truth: np.ndarray, points: np.ndarray, sizes: dict[str, float], names: list[str], chosen: int) -> str:
    """How far one joint is off, in pixels and heads, and what that does to the person's PCKh@.5, in words."""
    error = np.linalg.norm(points[chosen] - truth[chosen, :2])
    lines = [f"{names[chosen]}: {error:.1f} px from its label"]
    for name, size in sizes.items():
        verdict = "right" if error <= 0.5 * size else "wrong"
        right = round(pckh(points[None], truth[None], np.array([size])).pooled * len(truth))
        lines.append(f"{name:9} {error / size:.2f} heads, {verdict:5}   this person: {right} of {len(truth)} right")
    return "\n".join(lines)


def _picture_png(image: np.ndarray) -> bytes:
    file = BytesIO()
    Image.fromarray(np.asarray(image)).save(file, format="PNG")
    return file.getvalue()
