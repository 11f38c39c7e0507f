"""One of the processes that train a small recorded run together: python several_machines.py FOLDER [STEPS]

What is written lies in the folder, which all share. After so many STEPS this process is killed.
"""

import os
import signal
import sys
from pathlib import Path

from scripts import ROOT, script

from hpe_utils import runs, training

RECIPE = """
[tiny]
model = "deeppose"
options = { size = 32 }
load = { skeleton = "MPII16", size = 32, count = 16 }
test = [{}]
augment = { flip = 0.5, rotate = 20, colour = 0.1, occlude = 0.5 }
batch = 8
epochs = 5
predictions = true
checkpoint = true
by_epoch = 2
"""


def kill_after(steps: int) -> None:
    """Let this process die in the middle of its training, as if the power failed."""
    done = []

    def on_train_batch_end(self, batch, logs=None):
        done.append(batch)
        if len(done) == steps:
            os.kill(os.getpid(), signal.SIGKILL)

    training.Seconds.on_train_batch_end = on_train_batch_end


def main(folder: Path, steps: int = 0) -> None:
    kill_after(steps)
    tool = script("tools/train.py")
    tool.ROOT, tool.RECIPES = folder, folder / f"runs-{os.getpid()}.toml"
    tool.RECIPES.write_text((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8") + RECIPE, encoding="utf-8")
    runs.RESULTS, runs.CHECKPOINTS = folder / "results", folder / "checkpoints"
    sys.argv[1:] = ["tiny", "--save-every", "1"]
    tool.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
