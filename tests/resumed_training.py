"""A small training that goes on where it was killed: python tests/resumed_training.py FOLDER; its end comes as JSON."""

import json
import sys
from pathlib import Path

import keras
import numpy as np
from dotted_people import dots

from hpe_utils import losses, models
from hpe_utils.codecs.regression import RegressionCodec
from hpe_utils.data.batches import Batches
from hpe_utils.training import Resume

EPOCHS = 30


def main(folder: Path) -> None:
    keras.utils.set_random_seed(0)
    model, resume = models.build("deeppose", size=32, outputs=32), Resume(folder)
    batches = Batches(dots(8), 4, 32, shuffle=True)
    loss = losses.KeypointLoss(RegressionCodec((32, 32)), losses.masked_mae)
    model.compile(keras.optimizers.Adam(1e-3), loss, jit_compile=False)
    first = resume.load(model, batches)
    print("ready", flush=True)
    model.fit(batches, epochs=EPOCHS, initial_epoch=first, shuffle=False, verbose=0, callbacks=[resume])
    weights = [float(np.abs(weight).sum()) for weight in model.get_weights()]
    files = sorted(path.name for path in folder.iterdir())
    print(json.dumps({"loss": resume.past["loss"], "weights": weights, "files": files}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
