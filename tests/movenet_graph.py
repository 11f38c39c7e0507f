"""The published MoveNet graphs, run by TensorFlow itself: what the Keras models are compared with."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import tensorflow as tf
from google.protobuf import json_format

from hpe_utils.models.movenet import read_graph

# As TensorFlow.js has them fused, and what TensorFlow calls the convolution alone.
APART = {
    "_FusedConv2D": "Conv2D",
    "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
}


def heads_and_answer(path: Path, picture: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What the graph says of one (H, W, 3) picture: its heads by name, before the sigmoid, and its decoded answer."""
    definition = graph_definition(path)
    ends = {node.name.split("/")[1]: node.name for node in definition.node if is_head(node.name)}
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(definition, name="")
    with tf.compat.v1.Session(graph=graph) as session:
        asked = [f"{name}:0" for name in (*ends.values(), "Identity")]
        *heads, answer = session.run(asked, {"input:0": picture[None].astype(np.int32)})
    return dict(zip(ends, heads, strict=True)), answer


def is_head(name: str) -> bool:
    parts = name.split("/")
    return len(parts) == 4 and parts[1].endswith("_0") and parts[2].startswith("conv2d") and parts[3] == "BiasAdd"


def graph_definition(path: Path) -> tf.compat.v1.GraphDef:
    """The graph with its constants in place, and what is fused taken apart."""
    constants, known = read_graph(path), tf.compat.v1.GraphDef()
    nodes = json.loads(path.read_text())["modelTopology"]["node"]
    json_format.ParseDict({"node": nodes}, known, ignore_unknown_fields=True)
    result = tf.compat.v1.GraphDef()
    result.versions.producer = tf.compat.v1.GraphDef().versions.producer or 1000
    for node in known.node:
        if node.op == "Const":
            kind = tf.as_dtype(node.attr["dtype"].type).as_numpy_dtype
            values = constants[node.name].astype(kind)
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values, shape=values.shape))
        if node.op in APART:
            result.node.extend(taken_apart(node))
        else:
            result.node.append(node)
    return result


def taken_apart(node) -> list:
    """A convolution, and behind it the steps that were fused with it; the last has the node's name."""
    steps = [step.decode() for step in node.attr["fused_ops"].list.s]
    names = [f"{node.name}/{number}" for number in range(len(steps))] + [node.name]
    first = type(node)(op=APART[node.op], name=names[0], input=node.input[:2])
    for key in ("T", "strides", "padding", "data_format", "dilations"):
        if key in node.attr:
            first.attr[key].CopyFrom(node.attr[key])
    made = [first]
    for step, (before, name) in zip(steps, pairwise(names), strict=True):
        more = [node.input[2]] if step == "BiasAdd" else []
        made.append(type(node)(op=step, name=name, input=[before, *more]))
        made[-1].attr["T"].CopyFrom(node.attr["T"])
    return made
