"""A drawing of a network, made from the Keras model itself: `draw_network(model)`, and the same in words."""

import math
from itertools import groupby

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path

from hpe_utils.network_blocks import Block, blocks_of, parameters
from hpe_utils.viz import LEFT, MIDDLE, PREDICTION, RIGHT, TRUTH

KINDS = {
    "conv": (LEFT, "convolution"),
    "up": (RIGHT, "enlarges the map"),
    "pool": ("#9a9a9a", "pooling"),
    "dense": (TRUTH, "dense layer"),
    "attention": (PREDICTION, "attention"),
    "network": ("#222222", "model inside"),
    "other": ("#7a5c00", "other layer"),
}
WIDEST, FONT, LINE = 13.6, 8.5, 0.15  # inches of a row, points, inches of a line of text
INK = "#222222"
ROOM = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"}


def draw_network(model: keras.Model, title: str = "", depth: int | None = None) -> Figure:
    """Draw a model's blocks from left to right, in several rows where it is long.

    A box is as high as its map's side and as wide as its channels, both on a log scale; below it stand its layers and
    the size of its output. Arcs are shortcuts; "× 3" stands for three equal blocks. Models inside the model are opened
    `depth` levels deep, by default as many as leave the drawing readable.
    """
    plan = _Plan(blocks_of(model, depth))
    figure = plt.figure(figsize=(plan.width, plan.height), layout="none", facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, plan.width), ylim=(0, plan.height))
    axes.set_axis_off()
    edges = [(one, block) for block in plan.blocks for one in block.inputs]
    for before, block in edges:
        _draw_edge(axes, plan, before, block)
    for block in plan.blocks:
        _draw_block(axes, block, *plan.place[block], block in plan.beside)
    _draw_groups(axes, plan)
    words = f"{title or model.name}: {parameters(model):,} parameters"
    axes.text(0.15, plan.height - 0.2, words, fontsize=11, va="center", weight="bold", color=INK)
    _draw_legend(axes, plan)
    return figure


def network_text(model: keras.Model, depth: int | None = None) -> str:
    """The drawing of a model in words, for those who cannot see it."""
    said = []
    for block in blocks_of(model, depth):
        words = _words(block)
        if block.kind == "output":
            words = f"{block.parts[0]} {block.size}"
        said.append(words)
    return f"Network {model.name} with {parameters(model):,} parameters. From the input on: {'; '.join(said)}."


def _words(block: Block) -> str:
    if block.kind == "merge":
        word = {"+": "sum", "×": "product", "concat": "concatenation"}.get(block.parts[0], block.parts[0])
        return f"{word} of {len(block.inputs)} maps to {block.size}"
    words = ", ".join([*block.ahead, *block.parts, *block.behind])
    if block.kind == "input":
        return f"{words} {block.size}"
    if block.shortcut:
        words = f"residual block ({', '.join(block.parts)})"
        words = ", ".join([*block.ahead, words, *block.behind])
    times = f" {block.repeats} times" if block.repeats > 1 else ""
    times += f" ({block.group[1]} times in turn with its neighbour)" if block.group else ""
    return f"{words}{times} to {block.size}"


class _Plan:
    """Where the blocks stand: a main path in lane 0, other paths in lanes above it, broken into rows."""

    def __init__(self, blocks: list[Block]):
        self.blocks, self.letters = blocks, {}
        self.readers = {block: [other for other in blocks if block in other.inputs] for block in blocks}
        self.beside = set()  # blocks in lanes whose text stands to the right, where there is room
        self._set_columns()
        self._set_lanes()
        self._set_rows()
        self._set_places()

    def _set_columns(self):
        """A column between the first that is possible and the last: the main path has no choice."""
        first, last = {}, {}
        for block in self.blocks:
            first[block] = 1 + max((first[one] for one in block.inputs), default=-1)
        for block in reversed(self.blocks):
            last[block] = min((last[one] - 1 for one in self.readers[block]), default=first[block])
        self.column, late = {}, {}
        for block in self.blocks:
            spare = last[block] - first[block]
            # What hangs on an input alone stands as far right as it can, other blocks in the middle of their way.
            late[block] = spare > 0 and all(late[one] for one in block.inputs)
            self.column[block] = last[block] if late[block] or spare <= 1 else (first[block] + last[block]) / 2

    def _paths(self) -> list[list[Block]]:
        """The longest path, the longest of what is left, and so on."""
        left, paths = list(self.blocks), []
        while left:
            best = {}
            for block in left:
                ways = [best[one] for one in block.inputs if one in best]
                best[block] = [*max(ways, key=_length, default=[]), block]
            paths.append(max(best.values(), key=_length))
            left = [block for block in left if block not in paths[-1]]
        return paths

    def _set_lanes(self):
        """Paths beside the main one, and edges that skip blocks of it, each in the lowest lane that is free."""
        main, *others = self._paths()
        self.lane, self.edge_lane, taken = dict.fromkeys(main, 0), {}, []
        items = []
        for path in others:
            ends = [self.column[one] for one in path]
            ends += [self.column[one] for one in path[0].inputs] + [self.column[one] for one in self.readers[path[-1]]]
            if not self.readers[path[-1]]:
                ends.append(max(ends) + 1)  # room for the text of an output
            items.append((max(ends) - min(ends) + 0.1, min(ends), max(ends), path))
            if len(path) == 1 and len(path[0].inputs) == 1 and self.readers[path[0]] and max(ends) - min(ends) >= 4:
                self.beside.add(path[0])
        order = {block: number for number, block in enumerate(main)}
        for block in main:
            for one in block.inputs:
                if one in order and order[one] < order[block] - 1:
                    begin, end = self.column[one], self.column[block]
                    items.append((end - begin, begin, end, (one, block)))
        leaf = {path[0]: not self.readers[path[-1]] for path in others}
        items.sort(key=lambda item: (leaf.get(item[3][0], False) if isinstance(item[3], list) else False, *item[:3]))
        for _, begin, end, item in items:
            lane = 1
            if isinstance(item, list) and leaf[item[0]]:
                lane += max((self.lane.get(one, 0) for one in item[0].inputs), default=0)
            while any(lane == other and begin < e and b < end for other, b, e in taken):
                lane += 1
            taken.append((lane, begin, end))
            if isinstance(item, tuple):
                self.edge_lane[item] = lane
            else:
                self.lane.update(dict.fromkeys(item, lane))

    def _set_rows(self):
        """Breaks the columns into rows where the fewest edges are cut."""
        count = 1 + math.ceil(max(self.column.values()))
        widths = [0.0] * count
        for block in self.blocks:
            widths[round(self.column[block])] = max(widths[round(self.column[block])], _width(block))
        cuts = [sum(self.column[a] < c <= self.column[b] for b in self.blocks for a in b.inputs) for c in range(count)]
        answers = [
            sum(block.kind == "output" and self.column[block] == c for block in self.blocks) for c in range(count)
        ]
        rows = math.ceil(sum(widths) / WIDEST)
        starts = [0]
        while sum(widths[starts[-1] :]) > WIDEST:
            begin = starts[-1]
            longest = max(c for c in range(begin + 1, count + 1) if sum(widths[begin:c]) <= WIDEST)
            even = sum(widths[begin:]) / max(rows - len(starts) + 1, 1)
            candidates = range(begin + max(1, (longest - begin) // 2), longest + 1)
            candidates = [c for c in candidates if c < count]
            starts.append(
                min(candidates, key=lambda c: cuts[c] + answers[c] + 3 * abs(sum(widths[begin:c]) - even) / even)
            )
        self.row = {
            block: max(i for i, start in enumerate(starts) if start <= self.column[block]) for block in self.blocks
        }
        self.x_of_column, edges = {}, []
        for begin, end in zip(starts, [*starts[1:], count], strict=True):
            x = 0.25
            for column in range(begin, end):
                alone = all(block.kind == "output" for block in self.blocks if self.column[block] == column)
                self.x_of_column[column] = x + (0.08 if alone else widths[column] / 2)
                edges.append(x + widths[column])
                x += widths[column]
        self.rows = len(starts)
        self.width = max(6.5, 0.2 + max(edges))

    def _set_places(self):
        """The centre of every block, and the height of every lane and row."""
        lanes = 1 + max([*self.lane.values(), *self.edge_lane.values()])
        above, below = np.full((2, self.rows, lanes), 0.0)
        for (one, _), lane in self.edge_lane.items():
            above[self.row[one], lane] = below[self.row[one], lane] = 0.06
        for block in self.blocks:
            place = self.row[block], self.lane[block]
            high = _high(block) / 2
            if block.kind == "output":
                high = LINE * len(_lines(block)) / 2
                above[place], below[place] = max(above[place], high), max(below[place], high)
                continue
            above[place] = max(above[place], high + (0.24 if block.shortcut or block.group else 0.06))
            room = 0.08 if block in self.beside else LINE * len(_lines(block)) + 0.14
            below[place] = max(below[place], high + room)
        centres = np.cumsum(below + np.pad(above, [(0, 0), (1, 0)])[:, :-1], axis=1)
        self.row_heights = centres[:, -1] + above[:, -1] + 0.1
        self.height = float(self.row_heights.sum()) + 0.85
        bottoms = self.height - 0.4 - np.cumsum(self.row_heights)
        self.y_of_lane = centres + bottoms[:, None]
        self.place = {}
        for block in self.blocks:
            column = self.column[block]
            ends = [self.x_of_column[math.floor(column)], self.x_of_column[math.ceil(column)]]
            x = ends[0] if ends[1] < ends[0] else sum(ends) / 2
            self.place[block] = x, float(self.y_of_lane[self.row[block], self.lane[block]])


def _length(path: list[Block]) -> tuple[int, int]:
    return len(path), sum(len(block.layers) for block in path)


def _side(block: Block) -> float:
    """The side of a block's map; of tokens, that of the map that they make up."""
    if len(block.shape) >= 3:
        return max(block.shape[-3:-1])
    return math.sqrt(block.shape[0]) if len(block.shape) == 2 else 1


def _high(block: Block) -> float:
    if block.kind in ("merge", "output"):
        return 0.26 if block.kind == "merge" else 0.3
    return 0.3 + 0.12 * math.log2(_side(block))


def _wide(block: Block) -> float:
    if block.kind in ("merge", "output"):
        return 0.26 if block.kind == "merge" else 0.12
    return 0.26 + 0.045 * math.log2(block.shape[-1])


def _lines(block: Block) -> list[str]:
    """The text below a block, the size last."""
    if block.kind == "merge":
        return ["concat", block.size] if block.parts == ["concat"] else []
    if block.answers:
        return [f"{one.parts[0]} {one.size}" for one in block.answers]
    parts = [f"{part} × {count}" if count > 1 else part for part, count in _runs(block.parts)]
    lines = [line for part in parts for line in part.split(", ")]
    if block.shortcut and all(part.startswith("conv") for part in block.parts):
        kernels = " ".join(part.split()[1].rstrip(",") for part in block.parts)
        stride = [part.split(", ")[1] for part in block.parts if "stride" in part]
        lines = ["residual", kernels, *stride]
    elif block.shortcut:
        lines = ["residual", *lines]
    size = block.size
    if block.repeats > 1 and block.heads:
        size = size.rsplit("×", 1)[0]
    return [*block.ahead, *lines, *block.behind, size]


def _runs(lines: list[str]) -> list[tuple[str, int]]:
    return [(line, len(list(group))) for line, group in groupby(lines)]


def _width(block: Block) -> float:
    """The room of a block's column: its box or its longest line."""
    letters = max((len(line) for line in _lines(block)), default=0)
    if block.kind == "output":
        return 0.2 + 0.075 * letters  # to the right of its arrow
    return max(_wide(block), 0.07 * letters) + 0.17


def _draw_block(axes: Axes, block: Block, x: float, y: float, beside: bool) -> None:
    high, wide = _high(block), _wide(block)
    if block.kind == "output":
        bold = {} if block.answers else {"weight": "bold"}
        axes.text(
            x - 0.02, y, "\n".join(_lines(block)), fontsize=FONT, va="center", color=INK, zorder=5, bbox=ROOM, **bold
        )
        return
    if block.kind == "merge":
        axes.add_patch(Circle((x, y), 0.13, fc="white", ec=INK, lw=1.4, zorder=3, gid="block"))
        symbol = "‖" if block.parts == ["concat"] else block.parts[0]
        axes.text(x, y - 0.01, symbol, ha="center", va="center", fontsize=11, zorder=4, color=INK)
    else:
        colour = KINDS.get(block.kind, (MIDDLE, ""))[0]
        corner = (x - wide / 2, y - high / 2)
        face = _tint(colour) if block.kind != "input" else "white"
        box = FancyBboxPatch(
            corner, wide, high, boxstyle="round,pad=0,rounding_size=0.04", fc=face, ec=colour, lw=1.5, zorder=3
        )
        box.set_gid("block")
        axes.add_patch(box)
        if block.repeats > 1:
            axes.text(x, y, f"×{block.repeats}", ha="center", va="center", fontsize=10, weight="bold", zorder=4)
        if block.shortcut:
            _arc(axes, x - wide / 2 - 0.05, x + wide / 2 + 0.05, y, y + high / 2 + 0.13)
    if beside:
        x += wide / 2 + (0.12 if block.shortcut else 0.06)
        axes.text(x, y, "\n".join(_lines(block)), fontsize=FONT, va="center", color=INK, zorder=5, bbox=ROOM)
        return
    for number, line in enumerate(_lines(block)):
        last = number == len(_lines(block)) - 1
        colour = INK if not last else "#444444"
        top = y - high / 2 - 0.05 - LINE * number
        axes.text(
            x, top, line, ha="center", va="top", fontsize=FONT, color=colour, zorder=5,
            style="italic" if last else "normal",
        )  # fmt: skip


def _tint(colour: str) -> tuple:
    """A light form of a colour."""
    return tuple(0.25 * int(colour[i : i + 2], 16) / 255 + 0.75 for i in (1, 3, 5))


def _arc(axes: Axes, x0: float, x1: float, y: float, top: float) -> None:
    """A shortcut around one box: from the line before it over its top to the line behind it."""
    path = Path(
        [(x0, y), (x0, top), (x0 + 0.06, top), (x1 - 0.06, top), (x1, top), (x1, y)],
        [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.LINETO],
    )
    axes.add_patch(PathPatch(path, fc="none", ec=INK, lw=1.3, zorder=2, gid="shortcut", joinstyle="round"))
    axes.plot(x1, y, "o", color=INK, ms=3.5, zorder=2)


def _draw_edge(axes: Axes, plan: _Plan, before: Block, block: Block) -> None:
    """An arrow between two blocks; one that leaves its row ends, and begins again, at a letter."""
    (x0, y0), (x1, y1) = plan.place[before], plan.place[block]
    edge = before, block
    right, left = x0 + _wide(before) / 2, x1 - _wide(block) / 2
    if plan.row[before] != plan.row[block]:
        _draw_cut(axes, plan, edge)
        return
    start, top = right + 0.07, y1 + _high(block) / 2
    end = [(left - 0.1, y1), (left - 0.05, y1)] if block.shortcut else [(x1, top)]
    # Blocks of several inputs that are no sum are entered from the left, one input below the other.
    enter = y1 - 0.13 * (len(block.inputs) > 1 and block.kind != "merge") * block.inputs.index(before)
    if edge in plan.edge_lane:
        high = plan.y_of_lane[plan.row[before], plan.edge_lane[edge]]
        points = [(right, y0), (start, y0), (start, high), (end[0][0], high), *end]
    elif y0 == y1:
        points = [(right, y0), (left, y0)]
    elif block.kind != "merge" or y1 > y0:
        points = [(right, y0), (start, y0), (start, enter), (left, enter)]
    elif _stands_between(plan, before, block):
        over = y1 + 0.07 + max(_high(one) / 2 for one, (_, y) in plan.place.items() if y == y1)
        points = [(right, y0), (start, y0), (start, over), (x1, over), (x1, top)]
    else:
        points = [(right, y0), (x1, y0), (x1, top)]
    _arrow(axes, points, "skip" if edge in plan.edge_lane else "edge")


def _stands_between(plan: _Plan, before: Block, block: Block) -> bool:
    """Whether a straight line from one block to above another would cross a third."""
    (x0, y0), (x1, _) = plan.place[before], plan.place[block]
    return any(x0 < x <= x1 + 0.1 and y == y0 for x, y in plan.place.values())


def _arrow(axes: Axes, points: list, gid: str) -> None:
    codes = [Path.MOVETO] + [Path.LINETO] * (len(points) - 1)
    arrow = FancyArrowPatch(
        path=Path(points, codes), arrowstyle="-|>", mutation_scale=9, lw=1.3, color=INK, zorder=2, joinstyle="round"
    )
    arrow.set_gid(gid)
    axes.add_patch(arrow)


def _draw_cut(axes: Axes, plan: _Plan, edge: tuple[Block, Block]) -> None:
    before, block = edge
    (x0, y0), (x1, y1) = plan.place[before], plan.place[block]
    right, left = x0 + _wide(before) / 2, x1 - _wide(block) / 2
    if plan.lane[before] == plan.lane[block] == 0 and plan.column[block] - plan.column[before] == 1:
        _arrow(axes, [(right, y0), (right + 0.3, y0)], "edge")
        _arrow(axes, [(left - 0.3, y1), (left, y1)], "edge")
        return
    letter = plan.letters.setdefault(before, chr(ord("A") + len(plan.letters)))
    x2, high0, high1 = right + 0.07, y0 + _high(before) / 2 + 0.1, y1 + _high(block) / 2
    for x, y, points in (
        (x2, high0 + 0.1, [(right, y0), (x2, y0), (x2, high0)]),
        (x1, high1 + 0.3, [(x1, high1 + 0.22), (x1, high1)]),
    ):
        _arrow(axes, points, "skip")
        axes.text(
            x, y, letter, ha="center", va="center", fontsize=9, weight="bold", zorder=6,
            bbox={"boxstyle": "circle,pad=0.15", "fc": "white", "ec": INK},
        )  # fmt: skip


def _draw_groups(axes: Axes, plan: _Plan) -> None:
    """A bracket over the blocks that stand for several rows of such."""
    for key in sorted({block.group for block in plan.blocks if block.group}):
        members = [block for block in plan.blocks if block.group == key]
        places = [plan.place[block] for block in members]
        left = min(x - _width(block) / 2 for (x, _), block in zip(places, members, strict=True)) + 0.06
        right = max(x + _width(block) / 2 for (x, _), block in zip(places, members, strict=True)) - 0.06
        top = max(y + _high(block) / 2 for (_, y), block in zip(places, members, strict=True)) + 0.22
        axes.plot([left, left, right, right], [top - 0.06, top, top, top - 0.06], color=INK, lw=1.3)
        axes.text((left + right) / 2, top + 0.03, f"× {key[1]}", ha="center", va="bottom", fontsize=10, weight="bold")


def _draw_legend(axes: Axes, plan: _Plan) -> None:
    """What the colours, heights and arcs mean."""
    x = 0.15
    used = {block.kind for block in plan.blocks}
    for kind, (colour, words) in KINDS.items():
        if kind in used:
            axes.add_patch(FancyBboxPatch((x, 0.11), 0.14, 0.12, boxstyle="square,pad=0", fc=_tint(colour), ec=colour))
            axes.text(x + 0.2, 0.17, words, fontsize=FONT, va="center", color=INK)
            x += 0.36 + 0.068 * len(words)
    words = "height: side of the map; width: channels (both log)"
    if any(block.shortcut for block in plan.blocks):
        words += "; line over a box: shortcut"
    fits = x + 0.062 * len(words) < plan.width
    axes.text(x if fits else 0.15, 0.17 if fits else 0.36, words, fontsize=FONT, va="center", color="#444444")
