"""Networks of one person: compiled steps for every task and loss, in every precision."""

import pytest

pytest.importorskip("keras")

from training_rows import SINGLE, Step, every_step, steps_of  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # the first step of an architecture waits for all of its own


@pytest.mark.parametrize("row, precision", every_step(*SINGLE), ids=str)
def test_a_compiled_step(row, precision):
    step = steps_of(row.architecture)[str(row), precision]
    assert not isinstance(step, str), step
    Step(*step).assert_trained()
