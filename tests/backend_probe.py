"""Numbers that two backends must agree on, printed as one line of JSON; tiny sizes, for JAX is slow on a CPU."""

import json

import keras
import numpy as np
from keras import ops
from training_rows import FIRST, ROWS, Row, ready, take_step

from hpe_utils import boxes as detection
from hpe_utils import losses
from hpe_utils.codecs.box import BoxCodec
from hpe_utils.codecs.heatmap import DECODERS, HeatmapCodec
from hpe_utils.codecs.movenet import decode_one, decode_several
from hpe_utils.codecs.regression import RegressionCodec
from hpe_utils.models import movenet
from hpe_utils.training import GroupRates


class Detector(keras.layers.Layer):
    """Moves and scores anchors, keeps the best four by NMS, matches anchors to them, and reads features inside."""

    def call(self, features):
        """(B, 6, 6, 5) features to (B, 4, 3, 3, 5); every function of `detection` takes part."""
        anchors = detection.anchor_boxes((24, 24), stride=4, side=8, ratios=(1,))
        found = ops.reshape(features, (-1, 36, 5))
        boxes = ops.stop_gradient(detection.decode_boxes(found[..., :4], anchors))
        kept, valid = detection.nms(boxes, found[..., 4], 0.3, 4)
        chosen = ops.where(valid[..., None], ops.take_along_axis(boxes, kept[..., None], axis=1), np.nan)
        index = detection.match(anchors, chosen, 0.3, 0.6)
        near = ops.take_along_axis(chosen, ops.maximum(index, 0)[..., None], axis=1)
        target = ops.where(index[..., None] >= 0, detection.encode_boxes(near, anchors), 0)
        self.add_loss(ops.mean(ops.square(found[..., :4] - target)))
        level = ops.cast(detection.pyramid_level(chosen, 1, 2, side=8, level=1), "float32")[..., None, None, None]
        points = detection.bilinear_sample(features, ops.reshape(boxes, (-1, 72, 2)) / 4)
        align, pool = (read(features, chosen, 3, 4) for read in (detection.roi_align, detection.roi_pool))
        return level * align + pool + ops.mean(points, axis=1)[:, None, None, None]


def detector_probe() -> dict:
    """The loss of a tiny detector, and what one compiled training step changes in its weights."""
    rng = np.random.default_rng(1)
    inputs = keras.Input((24, 24, 3))
    model = keras.Model(inputs, Detector()(keras.layers.Conv2D(5, 4, 4)(inputs)))
    model.set_weights([rng.normal(0, 0.3, w.shape) for w in model.get_weights()])
    before = model.get_weights()
    model.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=True)
    pictures = rng.normal(size=(2, 24, 24, 3)).astype(np.float32)
    loss = model.train_on_batch(pictures, np.ones((2, 4, 3, 3, 5), np.float32))
    steps = [np.ravel(new - old) for new, old in zip(model.get_weights(), before, strict=True)]
    return {"detector loss": [float(loss)], "detector step": np.concatenate(steps).tolist()}


def draw_weights(model, rng) -> None:
    """Weights drawn by NumPy; vectors, among them variances, are positive."""
    shapes = [w.shape for w in model.get_weights()]
    model.set_weights([np.abs(rng.normal(0.1, 0.1, s)) if len(s) == 1 else rng.normal(0, 0.08, s) for s in shapes])


def network_probe(row: Row) -> dict:
    """What a row's network answers, the first of every architecture's, and its loss in a step that trains all of it."""
    on_jax = keras.backend.backend() == "jax"  # one by one, JAX compiles every operation alone
    model, batch = ready(row, compiled=on_jax)
    draw_weights(model, np.random.default_rng(2))
    result = {}
    if row in FIRST.values():
        outputs = model.predict_on_batch(batch[0])
        for head, output in (outputs if isinstance(outputs, dict) else {"": outputs}).items():
            result[f"{row} {head}"] = np.ravel(np.nan_to_num(output)).tolist()
    step = take_step(model, batch)
    return result | {f"{row} loss": [step.loss], f"{row} learns": [float(step.finite and step.changed > 0.8)]}


def codec_probe() -> dict:
    """What decoders read from drawn maps, and what a step of a small model changes."""
    rng = np.random.default_rng(0)
    pictures = rng.uniform(0, 1, (2, 32, 32, 3)).astype(np.float32)
    keypoints = rng.uniform(0, 31, (2, 1, 16, 3)).astype(np.float32)
    keypoints[..., 2] = rng.integers(0, 3, (2, 1, 16))
    result = {}
    maps = HeatmapCodec((32, 32), sigma=1.0).encode(keypoints)[0] + 0.01 * rng.random((2, 8, 8, 16)).astype(np.float32)
    for decoder in DECODERS:
        found = HeatmapCodec((32, 32), sigma=1.0, decoder=decoder).decode(maps)
        result[f"decoded by {decoder}"] = np.ravel(ops.convert_to_numpy(found)).tolist()
    # Gradients run through codec, loss and convolution alike.
    codec, inputs = RegressionCodec((32, 32)), keras.Input((32, 32, 3))
    small = keras.Sequential([inputs, keras.layers.Conv2D(4, 5, 4), keras.layers.Flatten(), keras.layers.Dense(32)])
    small.set_weights([rng.normal(0, 0.05, w.shape) for w in small.get_weights()])
    before = small.get_weights()
    small.compile(keras.optimizers.SGD(1e-3), losses.KeypointLoss(codec))
    small.train_on_batch(pictures, keypoints)
    steps = [np.ravel(new - old) for new, old in zip(small.get_weights(), before, strict=True)]
    result["first step"] = np.concatenate(steps).tolist()
    decoded = codec.decode(codec.encode(keypoints)[0])
    result["decoded"] = np.ravel(ops.convert_to_numpy(decoded)).tolist()
    edges = BoxCodec((32, 32)).encode(keypoints[:, :, :2])
    result["box"] = np.ravel([ops.convert_to_numpy(values) for values in edges]).tolist()
    return result


def movenet_probe() -> dict:
    """What MoveNet's decoders read from drawn maps, and a step in which the trunk takes a tenth of the head's."""
    rng = np.random.default_rng(3)
    maps = {name: rng.normal(size=(2, 8, 8, n)).astype(np.float32) for name, n in movenet.SEVERAL.items()}
    found = {"one": decode_one(maps), "several": decode_several(maps)}
    result = {}
    for name, answer in found.items():
        values = [np.ravel(ops.convert_to_numpy(part)) for part in keras.tree.flatten(answer)]
        result[f"MoveNet, {name}"] = np.concatenate(values).tolist()
    inputs = keras.Input((4,))
    trunk = keras.Model(inputs, keras.layers.Dense(3)(inputs), name="trunk")
    model = keras.Model(inputs, keras.layers.Dense(2, name="head")(trunk(inputs)))
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    before = model.get_weights()
    model.compile(GroupRates(1e-2, model=model, factors={"trunk": 0.1}), "mse")
    model.train_on_batch(rng.normal(size=(4, 4)).astype(np.float32), np.ones((4, 2), np.float32))
    steps = [np.ravel(new - old) for new, old in zip(model.get_weights(), before, strict=True)]
    return result | {"steps by group": np.concatenate(steps).tolist()}


def probe() -> dict:
    """All numbers, and the backend that they are of."""
    result = {"backend": keras.backend.backend()} | codec_probe() | detector_probe() | movenet_probe()
    for row in ROWS:
        result |= network_probe(row)
    return result


if __name__ == "__main__":
    print(json.dumps(probe()))
