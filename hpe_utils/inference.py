"""From pictures through a model back to joints in the pictures' own pixels, batched."""

import keras
import numpy as np

from hpe_utils.data.batches import Batches
from hpe_utils.data.schema import Samples
from hpe_utils.geometry import Affine


def predict_keypoints(model: keras.Model, codec, samples: Samples, batch_size: int = 64) -> np.ndarray:
    """(N, P, K, 3) float32 keypoints in the pixels of `samples`, whose pictures are resized to the model's input."""
    size = model.input_shape[2]
    batches = Batches(samples, batch_size, size=size)
    outputs = [model.predict_on_batch(batches[i][0]) for i in range(len(batches))]
    keypoints = np.asarray(codec.decode(np.concatenate(outputs)))
    height, width = samples.images.shape[1:3]
    return Affine.resize((size, model.input_shape[1]), (width, height)).points(keypoints)
