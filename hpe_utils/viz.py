"""Figures in one style. Left is blue, solid, a circle; right is orange, dashed, a square; the middle is grey."""

import cv2
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton, side_of

LEFT, RIGHT, MIDDLE = "#0072b2", "#e66100", "#555555"  # told apart by colour-blind readers too
TRUTH, PREDICTION = "#1b9e77", "#d01c8b"
LABELS = tuple(mpl.colors.to_hex(0.6 * np.array(colour) + 0.4) for colour in mpl.colormaps["tab20"].colors)  # in turn
MEANINGS = (LEFT, RIGHT, MIDDLE, TRUTH, PREDICTION, *LABELS)  # the stored notebooks keep these colours exactly
_HALO = [patheffects.withStroke(linewidth=3.2, foreground="white")]
_SIDES = {"left": (LEFT, "-", "o"), "right": (RIGHT, "--", "s"), "middle": (MIDDLE, "-", "D")}


def use_style() -> None:
    """The course's matplotlib settings: sizes for a notebook's width, no frames, inline figures at one resolution."""
    mpl.rcParams.update({
        "figure.dpi": 100, "savefig.dpi": 100, "figure.constrained_layout.use": True, "font.size": 10,
        "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 10, "axes.grid": False,
        "image.cmap": "cividis", "legend.frameon": False, "lines.linewidth": 1.8,
    })  # fmt: skip


def show(figure: Figure, alt: str) -> None:
    """Display a figure with a text for those who cannot see it, and close it."""
    from IPython.display import display

    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)


def mark_of(joint: str) -> tuple[str, str]:
    """The colour and the matplotlib mark of a joint's side."""
    colour, _, mark = _SIDES[side_of(joint)]
    return colour, mark


def show_picture(axes: Axes, image: np.ndarray | None, title: str = "") -> None:
    """Draw an (H, W, 3) picture whose pixel centres lie at integers, without ticks; what lies outside is cut off."""
    if image is not None:
        axes.imshow(image)
        axes.autoscale(False)
    axes.set(xticks=[], yticks=[], title=title)
    for spine in axes.spines.values():
        spine.set_visible(False)


def draw_pose(axes: Axes, keypoints: np.ndarray, skeleton: Skeleton, width: float = 1.8, colour=None) -> None:
    """Draw one person's (K, 3) keypoints: labelled limbs, filled joints, hollow ones where they are hidden (v = 1).

    One `colour` replaces the colours of the sides; line styles and marks still tell left from right.
    """
    draw_limbs(axes, keypoints, skeleton, width, colour)
    draw_joints(axes, keypoints, skeleton, width, colour)


def draw_heatmap(axes: Axes, image: np.ndarray, heat: np.ndarray) -> None:
    """Lay an (h, w) map of heights over an (H, W, 3) picture that it covers from edge to edge; low is clear."""
    height, width = image.shape[:2]
    show_picture(axes, (0.35 * np.asarray(image) + 160).astype(np.uint8))
    share = np.clip(heat / max(float(heat.max()), 1e-9), 0, 1)
    extent = (-0.5, width - 0.5, height - 0.5, -0.5)
    axes.imshow(share, extent=extent, alpha=share, cmap="cividis_r", vmin=0, vmax=1)


def draw_box(axes: Axes, box: np.ndarray, colour=TRUTH, style: str = "-") -> None:
    """Draw the edges x0, y0, x1, y1 of one box."""
    x0, y0, x1, y1 = box
    axes.add_patch(plt.Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, ec=colour, ls=style, lw=1.6))


def draw_errors(axes: Axes, truth: np.ndarray, predicted: np.ndarray, head_size: float, threshold=0.5) -> None:
    """For one person, an arrow from each labelled joint to its prediction; a ring of radius threshold × head size.

    Solid green arrows ended inside their ring and count as right in PCKh; dotted pink ones did not.
    """
    for (x, y, v), (px, py) in zip(truth, predicted[:, :2], strict=True):
        if v > 0:
            right = np.hypot(px - x, py - y) <= threshold * head_size
            colour = TRUTH if right else PREDICTION
            axes.add_patch(plt.Circle((x, y), threshold * head_size, fill=False, ec=colour, lw=1, alpha=0.9))
            axes.plot([x, px], [y, py], "-" if right else ":", color=colour, lw=1.8, path_effects=_HALO)
            axes.plot(px, py, "." if right else "x", color=colour, ms=6, path_effects=_HALO)


def grid(count: int, columns: int = 8, side: float = 1.45) -> tuple[Figure, list[Axes]]:
    """A figure with `count` square axes in rows."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(side * columns, side * rows * 1.12), squeeze=False)
    for spare in axes.flat[count:]:
        spare.set_visible(False)
    return figure, list(axes.flat[:count])


def plot_history(history: dict[str, list[float]], score: str = "val_pckh", label="PCKh@.5, held-out people") -> Figure:
    """Loss on a log scale and a score, both by epoch, side by side."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 2.8))
    for name, style in (("loss", "-"), ("val_loss", "--")):
        if name in history:
            left.plot(np.arange(1, len(history[name]) + 1), history[name], style, color=MIDDLE, label=name)
    left.set(yscale="log", xlabel="epoch", ylabel="loss (log scale)")
    left.legend()
    right.plot(np.arange(1, len(history[score]) + 1), history[score], "o-", color=TRUTH)
    right.set(xlabel="epoch", ylabel=label, ylim=(0, 1))
    return figure


def draw_limbs(axes: Axes, keypoints: np.ndarray, skeleton: Skeleton, width: float = 1.8, colour=None) -> None:
    """Draw the limbs of one person's (K, 3) keypoints whose two ends are labelled."""
    for limb in skeleton.limbs:
        ends = keypoints[skeleton.indices(*limb)]
        if (ends[:, 2] > 0).all():
            side, style, _ = _SIDES[next((s for s in map(side_of, limb) if s != "middle"), "middle")]
            axes.plot(*ends[:, :2].T, style, color=colour or side, lw=width, path_effects=_HALO)


def draw_joints(axes: Axes, keypoints: np.ndarray, skeleton: Skeleton, width: float = 1.8, colour=None) -> None:
    """Draw the labelled joints of one person's (K, 3) keypoints, hollow where they are hidden (v = 1)."""
    for joint, (x, y, v) in zip(skeleton.joints, keypoints, strict=True):
        if v > 0:
            side, _, mark = _SIDES[side_of(joint)]
            face = colour or side if v > 1 else "white"
            axes.plot(x, y, mark, ms=2.4 * width, mfc=face, mec=colour or side, mew=1, path_effects=_HALO)


def draw_map(axes: Axes, labels: np.ndarray, names=None, least: float = 6e-4, alpha: float = 0.6) -> None:
    """Lay an (H, W) map of labels over a picture: 0 is clear, every other label has a colour, an outline and a text.

    The text is the label's number, or its entry in `names`; a label on less than the share `least` of the pixels goes
    without.
    """
    colours = mpl.colormaps["tab20"](np.arange(256) % 20)
    colours[:, 3] = alpha
    colours[0] = 0
    axes.imshow(colours[labels], interpolation="nearest")
    for label in np.unique(labels[labels > 0]):
        region = labels == label
        axes.contour(region, [0.5], colors="black", linewidths=0.7)
        if region.mean() >= least:
            text = str(label) if names is None else names[label]
            axes.text(*inner_point(region), text, ha="center", va="center", fontsize=7, path_effects=_HALO)
    height, width = labels.shape
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))


def part_legend(figure: Figure, vocabulary: Vocabulary, columns: int = 6) -> None:
    """Below a figure of part maps: every label's number, colour and name."""
    handles = [
        Patch(facecolor=LABELS[label % 20], edgecolor="black", lw=0.7, label=f"{label} {part.replace('_', ' ')}")
        for label, part in enumerate(vocabulary.parts, start=1)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=8, columnspacing=1)


def inner_point(region: np.ndarray) -> tuple[int, int]:
    """The pixel (x, y) of an (H, W) mask that lies farthest from its edge: a place for a text."""
    depth = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return int(x), int(y)
