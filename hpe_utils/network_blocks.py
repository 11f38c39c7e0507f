"""A Keras model as the blocks that a drawing shows: layers that belong together fold into one block."""

from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers

MERGES = {"Add": "+", "Concatenate": "concat", "Multiply": "×", "Subtract": "−", "Average": "mean"}
CONVOLUTIONS = (layers.Conv2D, layers.Conv1D, layers.SeparableConv2D, layers.DepthwiseConv2D)
POOLS = (layers.MaxPooling2D, layers.AveragePooling2D, layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
MOST = 22  # blocks that one drawing holds


@dataclass(eq=False)
class Block:
    """One block: its kind, the words in it, its Keras layers, the shape it gives, and the blocks before it."""

    kind: str
    parts: list[str]
    layers: list
    shape: tuple
    inputs: list["Block"] = field(default_factory=list)
    shortcut: bool = False
    repeats: int = 1
    name: str = ""
    group: tuple[int, int] | None = None  # a row of unlike blocks that stands for several: its number and how many

    ahead: list[str] = field(default_factory=list)  # what else is inside, before the parts
    behind: list[str] = field(default_factory=list)
    heads: bool = False  # equal layers side by side rather than behind one another
    answers: list["Block"] = field(default_factory=list)  # of one output block that stands for several

    @property
    def size(self) -> str:
        """The shape in words: 32×32×64, or 256 tokens × 96."""
        tokens = self.kind in ("attention", "dense") or any("Position" in type(one).__name__ for one in self.layers)
        if len(self.shape) == 2 and tokens:
            return f"{self.shape[0]} tokens × {self.shape[1]}"
        return "×".join(map(str, self.shape))


def blocks_of(model: keras.Model, depth: int | None = None) -> list[Block]:
    """The blocks of a model, each behind those that it needs; the last ones, of kind "output", are its answers.

    Norms, activations and other layers that keep a map's size join the block before them, two ways that meet in a sum
    become a residual block, equal blocks in a row one with `repeats`. Models inside the model are opened `depth` levels
    deep; None opens as many as leave a drawing readable.
    """
    if depth is not None:
        return _folded(_calls(model, depth))
    for depth in range(_nesting(model), -1, -1):
        blocks = _folded(_calls(model, depth))
        if len(blocks) <= 40:
            break
    return blocks


def _inner(operation):
    """The functional model inside an operation, or None."""
    operation = getattr(operation, "_functional", None) or operation
    return operation if hasattr(operation, "_nodes_by_depth") else None


def _nesting(model) -> int:
    inner = [layer for layer in _inner(model).operations if _inner(layer)]
    return 1 + max(map(_nesting, inner)) if inner else 0


def _calls(model, depth: int) -> list[Block]:
    """One block for every call of a layer, and one for every output, in an order in which they can be computed."""
    blocks = []

    def walk(function, sources):
        known = {id(tensor): block for tensor, block in zip(function.inputs, sources, strict=True)}
        for level in sorted(function._nodes_by_depth, reverse=True):
            for node in function._nodes_by_depth[level]:
                if node.is_input:
                    continue
                inputs = [known[id(tensor)] for tensor in node.input_tensors]
                inner = _inner(node.operation)
                if inner and depth > walk.level:
                    walk.level += 1
                    answers = walk(inner, inputs)
                    walk.level -= 1
                else:
                    blocks.append(_block(node.operation, inputs, node.outputs))
                    answers = [blocks[-1]] * len(node.outputs)
                known.update({id(tensor): block for tensor, block in zip(node.outputs, answers, strict=True)})
        return [known[id(tensor)] for tensor in function.outputs]

    walk.level = 0
    function = _inner(model)
    names = {id(tensor): name for name, tensor in model.input.items()} if isinstance(model.input, dict) else {}
    for tensor in function.inputs:
        blocks.append(Block("input", [names.get(id(tensor), "input")], [], tuple(tensor.shape[1:])))
    names = list(model.output) if isinstance(model.output, dict) else [""] * len(function.outputs)
    answers = walk(function, list(blocks))
    if isinstance(model.output, dict):
        answers = [answers[[id(t) for t in function.outputs].index(id(model.output[name]))] for name in names]
    for name, answer in zip(names, answers, strict=True):
        blocks.append(Block("output", [name or "output"], [], answer.shape, [answer]))
    return blocks


def _block(operation, inputs: list[Block], outputs) -> Block:
    kind, words = _kind(operation, inputs)
    several = len(outputs) > 1
    shape = tuple(outputs[0].shape[1:])
    block = Block(kind, [words], [operation], shape, _unique(inputs), name=operation.name)
    if several and kind == "network":
        block.parts += [f"{len(outputs)} maps"]
    return block


def _kind(layer, inputs) -> tuple[str, str]:
    name = type(layer).__name__
    if _inner(layer):
        inside = _with_weights(layer)
        return "network", f"{layer.name.replace('_', ' ')}, {len(inside)} layers"
    if isinstance(layer, layers.Conv2DTranspose):
        return "up", f"deconv {_kernel(layer)}"
    if isinstance(layer, CONVOLUTIONS):
        word = {"DepthwiseConv2D": "depthwise", "SeparableConv2D": "separable"}.get(name, "conv")
        stride = f", stride {layer.strides[0]}" if layer.strides[0] > 1 else ""
        return "conv", f"{word} {_kernel(layer)}{stride}"
    if isinstance(layer, layers.UpSampling2D):
        return "up", f"upsample ×{layer.size[0]}"
    if isinstance(layer, POOLS):
        side = "" if name.startswith("Global") else f" {layer.pool_size[0]}×{layer.pool_size[1]}"
        word = "max pool" if "Max" in name else "average pool"
        return "pool", ("global " if name.startswith("Global") else "") + word + side
    if isinstance(layer, layers.Dense):
        return "dense", f"dense {layer.units}"
    if isinstance(layer, layers.MultiHeadAttention):
        return "attention", f"self-attention, {layer.num_heads} heads"
    if name in MERGES and len(set(map(id, inputs))) > 1:
        return "merge", MERGES[name]
    own = not type(layer).__module__.startswith("keras")  # a layer of the course is worth a box
    if len(set(map(id, inputs))) > 1 or (own or getattr(layer, "weights", None)) and not _joins(layer):
        gate = "gate" in name.lower() or "attention" in name.lower()
        inside = _with_weights(layer)
        count = f", {len(inside)} layers" if inside else ""
        return "attention" if gate else "other", _words(name) + count
    return "joins", _words(name)


def _with_weights(layer) -> list:
    """The layers with weights inside a layer or model, those of inner models among them."""
    if not isinstance(layer, keras.layers.Layer):
        return []
    return [one for one in layer._flatten_layers(include_self=False) if one.weights and not list(one._layers)]


def _joins(layer) -> bool:
    """Whether a layer with weights belongs to the block before it."""
    return "Norm" in type(layer).__name__ or "Position" in type(layer).__name__


def _words(name: str) -> str:
    split = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return {"ro i align": "RoIAlign", "per box": "for each box", "re l u": "ReLU"}.get(split, split)


def _kernel(layer) -> str:
    return "×".join(map(str, layer.kernel_size))


def _folded(blocks: list[Block]) -> list[Block]:
    blocks = _joined(_outputs_apart(blocks))
    before = None
    while before != len(blocks):
        before = len(blocks)
        blocks = _residuals(_separables(blocks))
    blocks = _groups(_repeats(_heads(_sums(blocks))))
    return _stages(_resized(blocks)) if len(blocks) > MOST else blocks


def _replace(blocks: list[Block], gone: list[Block], new: Block) -> list[Block]:
    """The blocks with `new`, one of them, in the place of those that are gone."""
    lost = set(map(id, gone))
    for block in blocks:
        if not lost.intersection(map(id, block.inputs)):
            continue
        block.inputs = _unique([new if id(one) in lost and block is not new else one for one in block.inputs])
    return [block for block in blocks if id(block) not in lost]


def _unique(blocks: list[Block]) -> list[Block]:
    return list({id(block): block for block in blocks}.values())


def _readers(blocks: list[Block], block: Block) -> list[Block]:
    return [other for other in blocks if block in other.inputs]


def _outputs_apart(blocks: list[Block]) -> list[Block]:
    """Where the last concatenation stacks answers on an axis of their own, each of them is an output."""
    for output in [block for block in blocks if block.kind == "output"]:
        (last,) = output.inputs
        stacks = last.kind == "merge" and last.parts == ["concat"] and last.layers[0].axis == 1
        if stacks and len(last.shape) == 4 and len(_readers(blocks, last)) == 1:
            blocks = [block for block in blocks if block is not output and block is not last]
            for number, answer in enumerate(last.inputs, start=1):
                words = f"output, stage {number}"
                blocks.append(Block("output", [words], last.layers if number == 1 else [], answer.shape[1:], [answer]))
    return blocks


def _joined(blocks: list[Block]) -> list[Block]:
    """Norms, activations, reshapings and the like become part of the block before them."""
    for block in [block for block in blocks if block.kind == "joins"]:
        before = block.inputs[0]
        before.layers = before.layers + block.layers
        if before.kind != "input" and _changes(blocks, block, before):
            before.shape = block.shape
        blocks = _replace(blocks, [block], before)
    return blocks


def _changes(blocks: list[Block], block: Block, before: Block) -> bool:
    """Whether what joins changes the size that the block before it is shown with."""
    name = type(block.layers[0]).__name__
    if block.shape == (1, *before.shape) or "ZeroPadding" in name:
        return False
    answers = any(reader.kind == "output" for reader in _readers(blocks, block))
    return name not in ("Flatten", "Reshape") or answers or (name == "Reshape" and len(block.shape) == 2)


def _separables(blocks: list[Block]) -> list[Block]:
    """A depthwise convolution and the 1×1 behind it are one separable convolution."""
    for block in list(blocks):
        before = block.inputs[0] if len(block.inputs) == 1 else None
        if before is None or block.parts != ["conv 1×1"] or len(before.parts) != 1:
            continue
        if before.parts[0].startswith("depthwise") and len(_readers(blocks, before)) == 1:
            block.parts = [before.parts[0].replace("depthwise", "separable")]
            block.layers, block.inputs = before.layers + block.layers, before.inputs
            blocks = [one for one in blocks if one is not before]
    return blocks


def _chain(blocks: list[Block], end: Block, most: int) -> list[Block]:
    """The blocks behind one another, at most so many, that lead to `end` and to nothing else; the last comes first."""
    chain, block = [], end
    while len(chain) < most and block.kind in ("conv", "dense", "attention", "pool") and block.repeats == 1:
        if len(block.inputs) != 1 or len(_readers(blocks, block)) != 1 or block.shortcut:
            break
        chain.append(block)
        block = block.inputs[0]
    return chain


def _residuals(blocks: list[Block]) -> list[Block]:
    """A sum of a few layers and of what they began with becomes one residual block."""
    for merge in [
        block for block in blocks if block.kind == "merge" and block.parts == ["+"] and len(block.inputs) == 2
    ]:
        chains = [_chain(blocks, one, 4) for one in merge.inputs]
        starts = [[one, *(link.inputs[0] for link in chain)] for one, chain in zip(merge.inputs, chains, strict=True)]
        # The place where both ways begin, with at most one layer on the shortcut.
        meeting = [
            (i, j) for i, a in enumerate(starts[0]) for j, b in enumerate(starts[1]) if a is b and min(i, j) <= 1
        ]
        if not meeting:
            continue
        i, j = min(meeting, key=sum)
        ways = sorted((chains[0][:i], chains[1][:j]), key=len)
        if not ways[1] or len(ways[0]) == len(ways[1]) or any(one.kind == "up" for one in ways[1]):
            continue
        side = [block.shape[:-1] for block in ways[1]]
        inside = list(reversed(ways[1]))
        merge.inputs = [starts[0][i]]
        merge.kind = "attention" if inside[0].kind == "attention" else inside[0].kind if len(side[0]) < 2 else "conv"
        merge.parts = [part for block in inside for part in block.parts]
        merge.layers = [layer for block in [*inside, *ways[0]] for layer in block.layers] + merge.layers
        merge.shortcut = True
        gone = set(map(id, ways[0] + ways[1]))
        blocks = [block for block in blocks if id(block) not in gone]
    return blocks


def _repeats(blocks: list[Block]) -> list[Block]:
    """Equal blocks in a row become one."""
    for block in list(blocks):
        before = block.inputs[0] if len(block.inputs) == 1 else None
        if (
            before is None
            or block.kind in ("output", "merge", "other", "network")
            or len(_readers(blocks, before)) != 1
        ):
            continue
        if _same(before, block):
            before.repeats += block.repeats
            before.layers = before.layers + block.layers
            before.parts = block.parts if len("".join(block.parts)) < len("".join(before.parts)) else before.parts
            blocks = _replace(blocks, [block], before)
    return blocks


def _same(a: Block, b: Block) -> bool:
    plain = [part.split(", stride")[0] for part in a.parts]
    steps = a.parts != b.parts and not a.shortcut
    return (a.kind, a.shortcut, a.shape) == (b.kind, b.shortcut, b.shape) and plain == b.parts and not steps


def _sums(blocks: list[Block]) -> list[Block]:
    """A sum of a sum is one sum, and a concatenation of a concatenation one concatenation."""
    for block in [block for block in blocks if block.kind == "merge"]:
        for before in list(block.inputs):
            if before.kind == "merge" and before.parts == block.parts and _readers(blocks, before) == [block]:
                block.inputs = _unique([one for one in block.inputs if one is not before] + before.inputs)
                block.layers = before.layers + block.layers
                blocks = [one for one in blocks if one is not before]
    return blocks


def _heads(blocks: list[Block]) -> list[Block]:
    """Three or more equal layers that read one block and give an answer each become one, with all their answers."""
    heads = {}
    for block in blocks:
        readers = _readers(blocks, block)
        if len(block.inputs) == 1 and len(readers) == 1 and readers[0].kind == "output":
            key = id(block.inputs[0]), block.kind, tuple(block.parts), block.shape[:-1]
            heads.setdefault(key, []).append((block, readers[0]))
    for pairs in heads.values():
        if len(pairs) < 3:
            continue
        pairs.sort(key=lambda pair: blocks.index(pair[1]))
        (first, answer), *others = pairs
        answer.answers = [output for _, output in pairs]
        first.repeats, first.heads = len(pairs), True
        first.layers = [layer for block, _ in pairs for layer in block.layers]
        gone = {id(block) for pair in others for block in pair}
        blocks = [block for block in blocks if id(block) not in gone]
    return blocks


def _resized(blocks: list[Block]) -> list[Block]:
    """In a large network a pooling joins the block behind it, and an enlarging the block before it."""
    for block in list(blocks):
        before = block.inputs[0] if len(block.inputs) == 1 else None
        if before is None or _readers(blocks, before) != [block]:
            continue
        if before.kind == "pool" and block.kind == "conv" and before.repeats == 1:
            block.ahead = before.parts
            block.layers, block.inputs = before.layers + block.layers, before.inputs
            blocks = [one for one in blocks if one is not before]
        elif block.parts[0].startswith("upsample") and before.kind == "conv" and not before.behind:
            before.behind, before.shape = block.parts, block.shape
            before.layers = before.layers + block.layers
            blocks = _replace(blocks, [block], before)
    return blocks


def _groups(blocks: list[Block]) -> list[Block]:
    """Where two or three blocks in a row come again and again, they stay once, as a group."""
    number = 0
    for length in (2, 3):
        start = 0
        while start < len(blocks):
            row = blocks[start : start + length]
            count = 1
            while _again(blocks, row, start + count * length):
                count += 1
            if count > 1 and len(row) == length:
                number += 1
                last = start + (count - 1) * length
                for offset, block in enumerate(row):
                    block.group = (number, count)
                    for other in range(start + length + offset, last + length, length):
                        block.layers = block.layers + blocks[other].layers
                blocks = _replace(blocks, blocks[start + length : last + length], row[-1])
            start += 1
    return blocks


def _again(blocks: list[Block], row: list[Block], start: int) -> bool:
    """Whether the blocks from `start` on are as those of a row, and follow one another and it."""
    found = blocks[start : start + len(row)]
    if len(found) < len(row) or any(block.group or block.kind in ("merge", "output", "input") for block in row + found):
        return False
    follows = all(
        block.inputs == [blocks[start + i - 1]] and len(_readers(blocks, block.inputs[0])) == 1
        for i, block in enumerate(found)
    )
    return follows and all(_same(a, b) and a.repeats == b.repeats for a, b in zip(row, found, strict=True))


def _stages(blocks: list[Block]) -> list[Block]:
    """Plain blocks in a row whose maps are of one size become one, with a line for each."""
    for block in list(blocks):
        before = block.inputs[0] if len(block.inputs) == 1 else None
        kinds = ("conv", "pool", "dense")
        if before is None or block.kind not in kinds or before.kind not in kinds or len(_readers(blocks, before)) != 1:
            continue
        plain = not (block.shortcut or before.shortcut or block.ahead or before.behind or block.group or before.group)
        if block.shape[:-1] == before.shape[:-1] and plain and len(before.parts) < 4:
            before.parts, before.repeats = _lines(before) + _lines(block), 1
            before.layers, before.shape = before.layers + block.layers, block.shape
            blocks = _replace(blocks, [block], before)
    return blocks


def _lines(block: Block) -> list[str]:
    """The parts of a block, one for each line."""
    if block.repeats == 1:
        return block.parts
    return [f"{part} × {block.repeats}" for part in block.parts]


def parameters(model: keras.Model) -> int:
    """The number of weights, trainable or not."""
    return int(sum(np.prod(weight.shape) for weight in model.weights))
