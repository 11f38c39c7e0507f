"""A data source for the tests of the cache: every picture is its own number, and reading can be slow or fail."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hpe_utils.skeleton import MPII16


@dataclass(frozen=True)
class CountingSource:
    count: int = 700
    log: str = ""  # a file that notes each chunk that was read
    seconds: float = 0.0
    drop: int = 0  # every drop-th picture is left out
    left_out: dict = field(default_factory=dict)
    skeleton = MPII16
    title = "counted pictures"

    @property
    def spec(self) -> dict:
        return {"name": "counting", "count": self.count, "drop": self.drop}

    def __len__(self) -> int:
        return self.count

    def read(self, start: int, stop: int):
        if self.log:
            with open(Path(self.log), "a") as file:
                file.write(f"{start}\n")
        time.sleep(self.seconds)
        numbers = np.array([i for i in range(start, stop) if not self.drop or i % self.drop])
        n = len(numbers)
        arrays = {
            "images": np.tile((numbers % 256).astype(np.uint8)[:, None, None, None], (1, 8, 8, 3)),
            "keypoints": np.zeros((n, 1, 16, 3), np.float32),
            "boxes": np.zeros((n, 1, 4), np.float32),
            "head_boxes": np.zeros((n, 1, 4), np.float32),
            "to_picture": np.tile(np.eye(2, 3, dtype=np.float32), (n, 1, 1)),
            "ids": np.array([f"n{i}" for i in numbers], dtype="U"),
            "attribute_number": numbers.astype(np.int32),
        }
        left_out = Counter({"dropped": stop - start - n}) if self.drop else Counter()
        return arrays, left_out
