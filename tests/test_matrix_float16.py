"""The rows of `test_matrix` in mixed_float16, whose small numbers need a scaled loss."""

import numpy as np
import pytest

pytest.importorskip("keras")

from training_rows import ROWS, ready, take_step  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.mark.timeout(900)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_compiled_step_in_float16(row, policy):
    policy("mixed_float16")
    step = take_step(*ready(row))
    assert np.isfinite(step.loss) and step.finite and step.changed > 0.8
    assert step.answers == {"float32"}
