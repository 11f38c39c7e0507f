"""OpenPose: a trunk, then stages that each answer with confidence maps and fields of limbs (Cao et al. 2017)."""

import keras
from keras import layers

from hpe_utils import skeleton as skeletons
from hpe_utils.models.attention import AttentionGate, gated, with_summary
from hpe_utils.models.layers import block, caffe, normalised, together
from hpe_utils.models.movenet import FORMS, separable
from hpe_utils.models.trunks import lab_trunk, movenet_trunk

# The readings of "after layers 7, 10 and 13" (Sorokina & Ablameyko 2021) that lie within the ten convolutions: Keras'
# own numbering of VGG-19's layers, input and pools counted.
VGG_POSITIONS = ("block3_conv1", "block3_conv4", "block4_conv2")
LAB_POSITIONS = ("block_1", "block_2", "block_3")


def openpose_paper(
    skeleton: str = "OPENPOSE18",
    stages: int = 6,
    size: int = 368,
    attention: str | None = None,
    positions: tuple[str, ...] = VGG_POSITIONS,
    fully_connected: bool = False,
    weights: str | None = None,
) -> keras.Model:
    """The CVPR'17 network: 52,311,446 weights for OPENPOSE18, whose two branches have 19 maps and 38 fields.

    (B, size, size, 3) pictures, 0–255, to (B, stages, size/8, size/8, maps + fields). `attention` puts a gate of that
    kind behind the trunk's layers `positions`; with `fully_connected` one more layer takes the answers of all gates
    (`attention.with_summary`). `weights="imagenet"` downloads Keras' VGG-19.
    """
    outputs = output_channels(skeleton)
    vgg = keras.applications.VGG19(include_top=False, weights=weights, input_shape=(size, size, 3))
    x = vgg.get_layer("block4_conv2").output
    for filters in (256, 128):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    trunk = gated(keras.Model(vgg.inputs, x, name="trunk"), attention, positions)
    inputs = keras.Input((size, size, 3))
    features = with_summary(trunk, caffe(inputs)) if fully_connected else trunk(caffe(inputs))
    answers, x = [], features
    for stage in range(stages):
        branches = [branch(x, count, first=stage == 0) for count in outputs]
        answers.append(layers.Concatenate(dtype="float32")(branches))
        x = layers.Concatenate()([answers[-1], features])
    return keras.Model(inputs, stacked(answers), name="openpose_paper")


def branch(x, outputs: int, first: bool):
    """One branch of one stage: three 3×3 convolutions in the first, five 7×7 in the others, then two 1×1."""
    for _ in range(3 if first else 5):
        x = layers.Conv2D(128, 3 if first else 7, padding="same", activation="relu")(x)
    x = layers.Conv2D(512 if first else 128, 1, activation="relu")(x)
    return layers.Conv2D(outputs, 1, dtype="float32")(x)


def openpose_lab(
    skeleton: str = "COCO17",
    stages: int = 2,
    size: int = 160,
    attention: str | None = None,
    positions: tuple[str, ...] = LAB_POSITIONS,
    fully_connected: bool = False,
    width: int = 64,
    trunk: str = "lab",
) -> keras.Model:
    """The same idea for two cores: the shared trunk, and stages that each end in one deconvolution.

    (B, size, size, 3) pictures, 0–255, to (B, stages, size/4, size/4, maps + fields). From the second on a stage sees
    the trunk's features and the answer so far, and says what to add to it, at first nothing. Where `trunk` is a form of
    MoveNet, one stage stands on its pyramid, for photographs (`on_movenet`), and nothing joins its gates' answers:
    ValueError. Taught in notebook 05.
    """
    inputs = keras.Input((size, size, 3))
    if trunk in FORMS:
        if fully_connected:
            raise ValueError("a fully connected layer stands on the lab trunk alone")
        levels = gated(movenet_trunk(size, trunk), attention, positions)(inputs)
        return keras.Model(inputs, on_movenet(levels, skeleton, width), name="openpose_lab")
    trunk = gated(lab_trunk(size), attention, positions)
    features = with_summary(trunk, inputs) if fully_connected else trunk(inputs)
    answers = [answer_layer(skeleton, name="stage_1")(features)]
    for stage in range(2, stages + 1):
        seen = layers.Concatenate()([features, layers.AveragePooling2D(2)(answers[-1])])
        x = block(normalised(layers.Conv2D(width, 1, use_bias=False)(seen)))
        correction = answer_layer(skeleton, kernel_initializer="zeros", name=f"stage_{stage}")(x)
        answers.append(layers.Add(dtype="float32")([answers[-1], correction]))
    return keras.Model(inputs, stacked(answers), name="openpose_lab")


def on_movenet(levels: list, skeleton: str, width: int):
    """Maps and fields on MoveNet's pyramid: joints as the published form finds them, fields anew.

    `levels` (`trunks.movenet_trunk`), the finest (B, h, w, 24) last, to (B, h, w, maps + fields).
    """
    maps, fields = output_channels(skeleton)
    x = separable(levels[-1], 96, name="kpt_heatmap_0_separable")
    joints = layers.Conv2D(maps - 1, 1, dtype="float32", name="maps")(x)
    x = block(normalised(together(levels, width)))
    others = layers.Conv2D(1 + fields, 1, dtype="float32", name="fields")(x)
    return layers.Concatenate(dtype="float32")([joints, others])


def answer_layer(skeleton: str, **options) -> layers.Layer:
    """The deconvolution from features at an eighth to maps and fields at a quarter."""
    channels = sum(output_channels(skeleton))
    return layers.Conv2DTranspose(channels, 4, strides=2, padding="same", dtype="float32", **options)


def output_channels(skeleton: str) -> tuple[int, int]:
    """How many maps, the background among them, and how many fields a skeleton by name needs."""
    body = skeletons.get(skeleton)
    return len(body) + 1, 2 * len(body.limbs)


def stacked(answers: list):
    """Stages on an axis of their own, the second."""
    apart = [layers.Reshape((1, *answer.shape[1:]), dtype="float32")(answer) for answer in answers]
    return layers.Concatenate(axis=1, dtype="float32")(apart) if len(apart) > 1 else apart[0]


def begin_with(
    model: keras.Model, single: keras.Model, skeleton: str, single_skeleton: str, logits: bool = True
) -> None:
    """Give a lab OpenPose what a lab Simple Baseline has learnt: its trunk, and its maps of joints that both know.

    Gates and new joints keep their start, and a map begins nearly silent: most cells are empty. Where the answer's
    maps are no `logits`, only the trunk is taken over. Taught in notebook 05.
    """
    trunk, known = model.get_layer("trunk"), single.get_layer("trunk")
    learnt = [layer for layer in known.layers if layer.weights]
    begun = [layer for layer in trunk.layers if layer.weights and not isinstance(layer, AttentionGate)]
    for layer, source in zip(begun, learnt, strict=True):
        layer.set_weights(source.get_weights())
    if not logits:
        return
    maps, (kernel, bias) = single.get_layer("maps"), model.get_layer("stage_1").get_weights()
    joints, others = skeletons.get(skeleton).joints, skeletons.get(single_skeleton).joints
    bias[: len(joints)] = -4.0
    for joint in set(joints) & set(others):
        here, there = joints.index(joint), others.index(joint)
        # Half as steep: there the logits of one map compete, here each cell must say yes or no.
        kernel[..., here, :] = 0.5 * maps.get_weights()[0][..., there, :]
        bias[here] = -3.0
    model.get_layer("stage_1").set_weights([kernel, bias])
