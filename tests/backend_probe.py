"""Numbers that two backends must agree on, printed as one line of JSON; tiny sizes, for JAX is slow on a CPU."""

import json

import keras
import numpy as np
from keras import ops

from hpe_utils import losses, models
from hpe_utils.codecs.box import BoxCodec
from hpe_utils.codecs.regression import RegressionCodec


def probe() -> dict:
    """Outputs of the lab models with weights drawn by NumPy, their loss, and its change along a fixed direction."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (2, 32, 32, 3)).astype(np.float32)
    keypoints = rng.uniform(0, 31, (2, 1, 16, 3)).astype(np.float32)
    keypoints[..., 2] = rng.integers(0, 3, (2, 1, 16))
    codec = RegressionCodec((32, 32))
    result = {"backend": keras.backend.backend()}
    for name in models.ARCHITECTURES:
        model = models.build(name, "lab", size=32)
        shapes = [w.shape for w in model.get_weights()]
        model.set_weights([np.abs(rng.normal(0.1, 0.1, s)) if len(s) == 1 else rng.normal(0, 0.08, s) for s in shapes])
        outputs = model(pictures, training=False)
        result[f"{name} outputs"] = np.ravel(ops.convert_to_numpy(outputs)).tolist()
        for function in (losses.masked_mse, losses.masked_mae):
            loss = losses.KeypointLoss(codec, function)
            result[f"{name} {function.__name__}"] = [float(loss(keypoints, outputs))]
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
    return result


if __name__ == "__main__":
    print(json.dumps(probe()))
