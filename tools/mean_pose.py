"""Score the mean pose of LSPET's training people on its validation people: python tools/mean_pose.py FOLDER_OF_LSPET

Writes data/results/02_mean_pose_lspet.json: what the networks of notebook 02 have to beat on photographs.
"""

import sys

import numpy as np

from hpe_utils import data, metrics, runs
from hpe_utils.files import write_json


def main() -> None:
    train, val = (data.load("lspet", split, sys.argv[1]) for split in ("train", "val"))
    poses = train.keypoints[:, 0]
    labelled = poses[..., 2:] > 0
    mean = np.where(labelled, poses[..., :2], 0).sum(axis=0) / labelled.sum(axis=0)
    size = metrics.head_sizes(val)["head bone"]
    score = metrics.pckh(np.tile(mean, (len(val), 1, 1)), val.keypoints[:, 0], size).pooled
    row = {**val.origin, "mirrored": False, "pictures": len(val), "joints": val.skeleton.name, "variant": "head bone"}
    row["PCKh"] = round(float(score), 4)
    facts = {"command": "python tools/mean_pose.py FOLDER_OF_LSPET", "run": {}, "scores": [row]}
    write_json(runs.RESULTS / "02_mean_pose_lspet.json", facts)
    print(row)


if __name__ == "__main__":
    main()
