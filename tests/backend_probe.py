"""Numbers that two backends must agree on, printed as one line of JSON; tiny sizes, for JAX is slow on a CPU."""

import json

import keras
import numpy as np
from keras import ops

from hpe_utils import boxes as detection
from hpe_utils import losses, models
from hpe_utils.codecs.bodypix import PartCodec
from hpe_utils.codecs.box import BoxCodec
from hpe_utils.codecs.detection import DetectionCodec
from hpe_utils.codecs.heatmap import DECODERS, HeatmapCodec
from hpe_utils.codecs.paf import PAFCodec
from hpe_utils.codecs.regression import RegressionCodec
from hpe_utils.losses import detection as detection_losses
from hpe_utils.losses import parts as part_losses
from hpe_utils.models import mask_rcnn
from hpe_utils.skeleton import COCO17

MAP_MODELS = ("simple_baseline", "hourglass", "vit")
EXTRA = {"openpose": {"attention": "softmax", "stages": 1}}
PEOPLE_LOSSES = (losses.squared_error, losses.people_loss(maps=18, joints=17))
MAP_LOSSES = (losses.heatmap_mse, losses.foreground_mse, losses.ohkm, losses.spatial_cross_entropy)


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


def parts_probe() -> dict:
    """Outputs and losses of BodyPix, of Mask R-CNN, and of the FCN, on two small pictures."""
    rng = np.random.default_rng(2)
    pictures = rng.integers(0, 256, (2, 32, 32, 3)).astype(np.uint8)
    instances = np.repeat(np.repeat(rng.integers(0, 3, (2, 4, 4)), 8, axis=1), 8, axis=2).astype(np.uint8)
    parts = (instances > 0) * rng.integers(1, 7, (2, 32, 32)).astype(np.uint8)
    keypoints = rng.uniform(0, 31, (2, 2, 17, 3)).astype(np.float32)
    bodypix, boxes = PartCodec((32, 32)), DetectionCodec((32, 32), people=2)
    of_pixels = bodypix.labels(pictures, keypoints, instances=instances, parts=parts)
    jobs = {
        "fcn": ({}, (pictures, {}), lambda _: {}),
        "bodypix": ({}, of_pixels, lambda _: part_losses.bodypix_losses(bodypix)),
        "mask_rcnn": (
            {"people": 2, "proposals": 4},
            boxes.labels(pictures, keypoints, rng, instances, parts),
            lambda model: detection_losses.mask_rcnn_losses(boxes, mask_rcnn.anchors_of(model)),
        ),
    }  # fmt: skip
    result = {}
    for name, (options, (inputs, targets), losses_of) in jobs.items():
        model = models.build(name, **({"size": 32} if name != "fcn" else {}), **options)
        draw_weights(model, rng)
        model.compile(jit_compile=keras.backend.backend() == "jax")
        outputs = model.predict_on_batch(inputs)
        for head, output in (outputs if isinstance(outputs, dict) else {"": outputs}).items():
            result[f"{name} {head}"] = np.ravel(np.nan_to_num(output)).tolist()
        for head, loss in losses_of(model).items():
            result[f"{name} {head} loss"] = [float(loss(targets[head], outputs[head]))]
    return result


def probe() -> dict:
    """Outputs of the lab models with weights drawn by NumPy, their loss, and its change along a fixed direction."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (2, 32, 32, 3)).astype(np.float32)
    keypoints = rng.uniform(0, 31, (2, 1, 16, 3)).astype(np.float32)
    keypoints[..., 2] = rng.integers(0, 3, (2, 1, 16))
    codec, maps_codec = RegressionCodec((32, 32)), HeatmapCodec((32, 32), sigma=1.0)
    people = rng.uniform(0, 31, (2, 3, 17, 3)).astype(np.float32)
    people_codec = PAFCodec((32, 32), COCO17, stride=4, logits=True)
    result = {"backend": keras.backend.backend()}
    for name in models.ARCHITECTURES[: models.ARCHITECTURES.index("fcn")]:
        options = EXTRA.get(name, {"outputs": 16} if name in MAP_MODELS else {})
        model = models.build(name, "lab", size=32, **options)
        draw_weights(model, rng)
        model.compile(jit_compile=keras.backend.backend() == "jax")  # one by one, JAX compiles every operation alone
        outputs = model.predict_on_batch(pictures)
        result[f"{name} outputs"] = np.ravel(outputs).tolist()
        target, of_target, functions = codec, keypoints, (losses.masked_mse, losses.masked_mae)
        if name in MAP_MODELS:
            target, functions = maps_codec, MAP_LOSSES
        elif name == "openpose":
            target, of_target, functions = people_codec, people, PEOPLE_LOSSES
        for number, function in enumerate(functions):
            whole = losses.every_stage(function) if len(outputs.shape) == 5 else function
            result[f"{name} loss {number}"] = [float(losses.KeypointLoss(target, whole)(of_target, outputs))]
    maps = maps_codec.encode(keypoints)[0] + 0.01 * rng.random((2, 8, 8, 16)).astype(np.float32)
    for decoder in DECODERS:
        found = HeatmapCodec((32, 32), sigma=1.0, decoder=decoder).decode(maps)
        result[f"decoded by {decoder}"] = np.ravel(ops.convert_to_numpy(found)).tolist()
    # One training step of a small model: its gradients run through codec, loss and convolution alike.
    inputs = keras.Input((32, 32, 3))
    small = keras.Sequential([inputs, keras.layers.Conv2D(4, 5, 4), keras.layers.Flatten(), keras.layers.Dense(32)])
    small.set_weights([rng.normal(0, 0.05, w.shape) for w in small.get_weights()])
    before = small.get_weights()
    small.compile(keras.optimizers.SGD(1e-3), losses.KeypointLoss(codec))
    small.train_on_batch(pictures / 255, keypoints)
    steps = [np.ravel(new - old) for new, old in zip(small.get_weights(), before, strict=True)]
    result["first step"] = np.concatenate(steps).tolist()
    decoded = codec.decode(codec.encode(keypoints)[0])
    result["decoded"] = np.ravel(ops.convert_to_numpy(decoded)).tolist()
    edges = BoxCodec((32, 32)).encode(keypoints[:, :, :2])
    result["box"] = np.ravel([ops.convert_to_numpy(values) for values in edges]).tolist()
    return result | detector_probe() | parts_probe()


if __name__ == "__main__":
    print(json.dumps(probe()))
