"""The rows of `test_matrix` in mixed_bfloat16: compiled as in float32, the architectures that notebooks train first."""

import numpy as np
import pytest

pytest.importorskip("keras")

from training_rows import ready, rows, take_step  # noqa: E402

TRAINED = ("deeppose", "resnet50v2", "simple_baseline", "hourglass", "openpose", "bodypix", "mask_rcnn")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("row", rows(*TRAINED))
def test_a_compiled_step_in_bfloat16(row, policy):
    policy("mixed_bfloat16")
    step = take_step(*ready(row))
    assert np.isfinite(step.loss) and step.finite and step.changed > 0.8
    assert step.answers == {"float32"}
