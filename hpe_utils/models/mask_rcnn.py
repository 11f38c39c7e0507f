"""Mask R-CNN with parts: a pyramid proposes boxes, and heads say who, where, and which parts (He et al. 2017).

Iftimie (2017) replaced the masks' classes by seven channels: the body, and six parts of it.
"""

from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops

from hpe_utils import moved
from hpe_utils.boxes import anchor_boxes, decode_boxes, nms, pyramid_level, roi_align
from hpe_utils.models.layers import caffe, normalised
from hpe_utils.models.trunks import lab_trunk, trunk_levels


class Form(NamedTuple):
    """The numbers of one form of the network; level i of its pyramid is a 4·2^i-th of the picture.

    `width` of the pyramid's levels, which `smooth` convolves once more, with `extra` coarser levels. Boxes are proposed
    on the levels from `first` on, with anchors `anchor` strides long and a layer of `rpn` channels; the box head has
    two layers of `hidden`. Masks are read from the finest `masked` levels as `mask` × `mask` cells of `samples`²
    points, convolved `convolutions` times and enlarged twice. A box whose √area is `side` pixels is read from level 1.
    """

    width: int
    smooth: bool
    extra: int
    first: int
    anchor: int
    rpn: int
    hidden: int
    masked: int
    mask: int
    samples: int
    convolutions: int
    side: float


LAB = Form(64, False, 0, first=1, anchor=4, rpn=64, hidden=128, masked=1, mask=14, samples=1, convolutions=2, side=40.0)
PAPER = Form(
    256, True, 1, first=0, anchor=8, rpn=512, hidden=1024, masked=4, mask=56, samples=2, convolutions=4, side=112.0
)


def mask_rcnn_lab(
    size: int = 160, people: int = 4, parts: int = 6, joints: int = 17, proposals: int = 24, mask: int = 28
) -> keras.Model:
    """The same idea for two cores: the shared trunk, three levels that propose, masks of `mask` × `mask` cells, m.

    It takes {"images": (B, size, size, 3) pictures, 0–255, "given": (B, people, 4) boxes, NaN where there is nobody}
    and returns a dict: "rpn" (B, N, 5), whether somebody is in each of `anchors_of(model)` and how the box differs;
    "boxes" (B, proposals + people, 9), the RoIs, NaN for none, and the same five of each; "masks" (B, people, m, m,
    1 + parts) and, where `joints` is not 0, "keypoints" (B, people, m, m, joints) in the given boxes, in training
    the true ones. `detector` finds its boxes itself. Taught in notebook 10.
    """
    form = LAB._replace(mask=mask // 2)
    return _network(trunk_levels(lab_trunk(size)), form, people, parts, joints, proposals, "mask_rcnn_lab")


def mask_rcnn_paper(
    size: int = 512,
    people: int = 20,
    parts: int = 6,
    joints: int = 17,
    proposals: int = 80,
    mask: int = 112,
    depth: int = 50,
    weights: str | None = None,
) -> keras.Model:
    """ResNet50 or 101 and a pyramid of 256 channels, masks of 112 × 112 × 7, joints on the masks' own features.

    44,652,716 weights for depth 50. Inputs and outputs are `mask_rcnn_lab`'s. `weights="imagenet"` downloads Keras'
    ResNet. Iftimie lowered the largest number of `proposals` from 256 to 80 when the memory ran out (section 3.3).
    """
    resnet = getattr(keras.applications, f"ResNet{depth}")
    whole = resnet(include_top=False, weights=weights, input_shape=(size, size, 3))
    names = [f"conv{stage}_block{end}_out" for stage, end in zip((2, 3, 4, 5), RESNET_BLOCKS[depth], strict=True)]
    levels = keras.Model(whole.inputs, [whole.get_layer(name).output for name in names], name="resnet")
    inputs = keras.Input((size, size, 3))
    trunk = levels(caffe(inputs))
    trunk = keras.Model(inputs, trunk, name="trunk")
    form = PAPER._replace(mask=mask // 2)
    return _network(trunk, form, people, parts, joints, proposals, "mask_rcnn_paper")


RESNET_BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


def _network(trunk: keras.Model, form: Form, people: int, parts: int, joints: int, proposals: int, name: str):
    size = trunk.input_shape[1]
    images, given = keras.Input((size, size, 3), name="images"), keras.Input((people, 4), name="given")
    levels = feature_pyramid([level.shape[1:] for level in trunk.outputs], form)(trunk(images))
    answers = region_proposals([level.shape[1:] for level in levels], form)(levels)
    anchors = pyramid_anchors(size, form, len(levels))
    found = Proposals(anchors, proposals, name="proposals")(answers)
    rois = layers.Concatenate(axis=1, dtype="float32", name="rois")([found, given])
    inside = RoIAlign(7, form.samples, form.first, 4, form.side, name="box_features")([rois, *levels])
    boxes = PerBox(box_head(inside.shape[2:], form.hidden), name="box_head")(inside)
    inside = RoIAlign(form.mask, form.samples, 0, form.masked, form.side, name="mask_features")([given, *levels])
    inside = PerBox(mask_branch(inside.shape[2:], form), name="mask_branch")(inside)
    # A Dense layer looks at one cell at a time: a 1×1 convolution for maps with an axis more.
    outputs = {
        "rpn": layers.Identity(dtype="float32", name="rpn")(answers),
        "boxes": layers.Concatenate(dtype="float32", name="boxes")([rois, boxes]),
        "masks": layers.Dense(1 + parts, dtype="float32", name="masks")(inside),
    }
    if joints:
        outputs["keypoints"] = layers.Dense(joints, dtype="float32", name="keypoints")(inside)
    return keras.Model({"images": images, "given": given}, outputs, name=name)


def detector(model: keras.Model, people: int = 8, threshold: float = 0.5, least: float = 0.05) -> keras.Model:
    """What a trained Mask R-CNN finds without being given boxes: its own layers, joined for use.

    (B, H, W, 3) pictures to a dict of "boxes" (B, people, 4) by falling score, NaN where nobody is, "scores" (B,
    people), and the masks and keypoints in these boxes: only who survives gets a mask. Boxes that overlap a better one
    by an IoU above `threshold`, and scores below `least`, are dropped. Taught in notebook 10.
    """
    layer = model.get_layer
    images = keras.Input(model.input["images"].shape[1:])
    levels = layer("pyramid")(layer("trunk")(images))
    rois = layer("proposals")(layer("region_proposals")(levels))
    answers = layer("box_head")(layer("box_features")([rois, *levels]))
    boxes, scores = DetectionLayer(images.shape[1], people, threshold, least, name="detections")([rois, answers])
    inside = layer("mask_branch")(layer("mask_features")([boxes, *levels]))
    heads = {name: layer(name)(inside) for name in ("masks", "keypoints") if name in model.output}
    return keras.Model(images, {"boxes": boxes, "scores": scores, **heads}, name="detector")


def anchors_of(model: keras.Model) -> np.ndarray:
    """The anchors (N, 4) that a Mask R-CNN classifies, in the order of its output "rpn"."""
    return model.get_layer("proposals").anchors


def transfer(model: keras.Model, source: keras.Model) -> list[str]:
    """Give a model what another has learnt, layer by layer of the same name; returns the names of the layers left out.

    A layer that `source` lacks, or has with other shapes, keeps its start: a network with a new branch can begin with a
    checkpoint from before it. Taught in notebook 10.
    """
    known, left_out = {layer.name: layer.get_weights() for layer in source.layers}, []
    for layer in model.layers:
        weights = known.get(layer.name, [])
        if [w.shape for w in weights] == [w.shape for w in layer.get_weights()]:
            layer.set_weights(weights)
        else:
            left_out.append(layer.name)
    return left_out


def feature_pyramid(shapes, form: Form) -> keras.Model:
    """A trunk's levels, the finest first, to levels of one width: what a coarse one knows is added to the finer ones.

    Lin et al. 2017. Taught in notebook 10.
    """
    inputs = [keras.Input(shape) for shape in shapes]
    outputs = []
    for level in reversed(inputs):
        x = layers.Conv2D(form.width, 1)(level)
        outputs.insert(0, x + layers.UpSampling2D(2)(outputs[0]) if outputs else x)
    if form.smooth:
        outputs = [layers.Conv2D(form.width, 3, padding="same")(x) for x in outputs]
    for _ in range(form.extra):
        outputs.append(layers.MaxPooling2D(1, strides=2)(outputs[-1]))
    return keras.Model(inputs, outputs, name="pyramid")


def region_proposals(shapes, form: Form, ratios: int = 3) -> keras.Model:
    """The pyramid's levels to (N, 5): for every anchor, whether somebody is in it, and how it differs from the box.

    One pair of layers looks at all levels, so that size does not matter (Ren et al. 2015). Taught in notebook 10.
    """
    inputs = [keras.Input(shape) for shape in shapes]
    near_zero = keras.initializers.RandomNormal(stddev=0.01)
    look = layers.Conv2D(form.rpn, 3, padding="same", activation="relu")
    answer = layers.Conv2D(5 * ratios, 1, kernel_initializer=near_zero)
    each = [layers.Reshape((-1, 5), dtype="float32")(answer(look(level))) for level in inputs[form.first :]]
    return keras.Model(inputs, layers.Concatenate(axis=1, dtype="float32")(each), name="region_proposals")


def pyramid_anchors(size: int, form: Form, levels: int) -> np.ndarray:
    """The anchors of all levels that propose, the finest first: (N, 4)."""
    strides = [4 * 2**level for level in range(form.first, levels)]
    each = [anchor_boxes((size, size), stride, form.anchor * stride) for stride in strides]
    return np.concatenate(each)


def box_head(shape, width: int) -> keras.Model:
    """Features (s, s, C) of one RoI to (5,): whether it is a person, and how it differs from the box."""
    inputs = keras.Input(shape)
    x = layers.Flatten()(inputs)
    for _ in range(2):
        x = layers.Dense(width, activation="relu")(x)
    near_zero = keras.initializers.RandomNormal(stddev=0.01)
    return keras.Model(inputs, layers.Dense(5, kernel_initializer=near_zero, dtype="float32")(x))


def mask_branch(shape, form: Form) -> keras.Model:
    """Features (m, m, C) of one RoI to (2m, 2m, C), for masks and keypoints."""
    inputs = keras.Input(shape)
    x = inputs
    for _ in range(form.convolutions):
        x = normalised(layers.Conv2D(form.width, 3, padding="same", use_bias=False)(x))
    x = layers.Conv2DTranspose(form.width, 2, strides=2, activation="relu")(x)
    return keras.Model(inputs, x)


class PerBox(layers.Layer):
    """A model applied to every box of every picture: inputs (B, R, ...) are seen as (B·R, ...)."""

    def __init__(self, model: keras.Model, **options):
        super().__init__(**options)
        self.model = model

    def call(self, inputs, training=None):
        """The model's answers, (B, R, ...)."""
        flat = self.model(ops.reshape(inputs, (-1, *inputs.shape[2:])), training=training)
        return ops.reshape(flat, (-1, inputs.shape[1], *flat.shape[1:]))


class Proposals(layers.Layer):
    """The answers (B, N, 5) to N anchors become `count` boxes (B, count, 4), NaN where fewer survive.

    Of the `best` scores those stay that overlap no better one by an IoU above `threshold` (Ren et al. 2015). Nothing is
    learnt through them: they are constants to the heads. Taught in notebook 10.
    """

    def __init__(self, anchors: np.ndarray, count: int, threshold: float = 0.7, best: int = 200, **options):
        super().__init__(dtype="float32", **options)
        self.anchors, self.count, self.threshold, self.best = anchors, count, threshold, min(best, len(anchors))

    def call(self, answers):
        """(B, count, 4) boxes by falling score."""
        scores, best = ops.top_k(ops.stop_gradient(answers[..., 0]), self.best)
        deltas = ops.take_along_axis(ops.stop_gradient(answers[..., 1:]), best[..., None], axis=1)
        boxes = decode_boxes(deltas, ops.take(self.anchors, best, axis=0))
        kept, found = nms(boxes, scores, self.threshold, self.count)
        return chosen(boxes, kept, found)


class DetectionLayer(layers.Layer):
    """RoIs (B, R, 4) and the box head's answers (B, R, 5) to `count` boxes (B, count, 4) and scores (B, count)."""

    def __init__(self, size: int, count: int, threshold: float, least: float, **options):
        super().__init__(dtype="float32", **options)
        self.size, self.count, self.threshold, self.least = size, count, threshold, least

    def call(self, rois_and_answers):
        """Boxes by falling score, cut at the picture's edges; NaN and a score of 0 where fewer survive."""
        rois, answers = rois_and_answers
        scores = ops.sigmoid(answers[..., 0])
        boxes = ops.clip(decode_boxes(answers[..., 1:], rois), -0.5, self.size - 0.5)
        inside = ops.all(boxes[..., 2:] > boxes[..., :2], axis=-1)
        ranked = ops.where(ops.logical_and(inside, scores >= self.least), scores, -np.inf)
        kept, found = nms(boxes, ranked, self.threshold, self.count)
        return chosen(boxes, kept, found), ops.where(found, ops.take_along_axis(scores, kept, axis=1), 0.0)


def chosen(boxes, kept, found):
    """The boxes (B, N, 4) with these indices (B, n), NaN where none was found (B, n)."""
    return ops.where(found[..., None], ops.take_along_axis(boxes, kept[..., None], axis=1), float("nan"))


class RoIAlign(layers.Layer):
    """Boxes (B, R, 4) and a pyramid's levels to features (B, R, size, size, C), each box read from one level.

    Of the levels first … stop − 1; a box whose √area is `side` from level 1, one twice as long from the next (Lin et
    al. 2017). Taught in notebook 10.
    """

    def __init__(self, size: int, samples: int, first: int, stop: int, side: float, **options):
        super().__init__(dtype="float32", **options)  # in 16 bits an edge at 127.3 lies at 127.5
        self.size, self.samples, self.first, self.stop, self.side = size, samples, first, stop, side

    def call(self, boxes_and_levels):
        """A box is NaN to all levels but its own, and a NaN box has no features: the sum is its own level's."""
        boxes, *levels = boxes_and_levels
        level = pyramid_level(boxes, self.first, self.stop - 1, self.side, 1)
        total = 0
        for number in range(self.first, self.stop):
            own = ops.where(ops.equal(level, number)[..., None], boxes, float("nan"))
            total += roi_align(levels[number], own, self.size, 4 * 2**number, self.samples)
        return total


__getattr__ = moved.names(__name__)
