"""A tiny data set whose labels can be read from its pictures."""

import numpy as np

from hpe_utils.data.schema import Samples
from hpe_utils.skeleton import MPII16


def dots(count=6, size=96, seed=0) -> Samples:
    """Black pictures whose red channel holds a soft dot at the left wrist, each at another place."""
    rng = np.random.default_rng(seed)
    keypoints = np.zeros((count, 1, 16, 3), np.float32)
    keypoints[..., :2] = rng.uniform(35, 60, (count, 1, 16, 2))
    keypoints[..., 2] = 2
    columns, rows = np.meshgrid(np.arange(size), np.arange(size))
    images = np.zeros((count, size, size, 3), np.uint8)
    for image, pose in zip(images, keypoints[:, 0], strict=True):
        x, y, _ = pose[MPII16.index("left_wrist")]
        image[..., 0] = 200 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 18)
    nothing = np.full((count, 1, 4), np.nan, np.float32)
    identity = np.tile(np.eye(2, 3, dtype=np.float32), (count, 1, 1))
    ids = np.array([f"dot-{i}" for i in range(count)])
    return Samples(images, keypoints, nothing, nothing, identity, ids, MPII16, "dots")
