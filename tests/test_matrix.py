"""Every architecture takes a compiled training step for every task and loss; its neighbours do so in 16 bits."""

import inspect
import tomllib

import numpy as np
import pytest

pytest.importorskip("keras")

from training_rows import LOSSES, ROWS, ready, rows, take_step  # noqa: E402

from hpe_utils import losses, models, runtime, tasks  # noqa: E402
from hpe_utils.losses.parts import LOSSES as HEADS  # noqa: E402
from hpe_utils.models.bodypix import bodypix_lab  # noqa: E402

# `people_loss` is made of these; the others carry a loss to the network's answers.
INGREDIENTS = {"balanced_fields", "focal_cross_entropy", "shared_cross_entropy", "every_stage", "KeypointLoss"}

QUICK = set(models.ARCHITECTURES) - {"mobilenetv2"}  # Keras' own, and long in the making


@pytest.mark.timeout(900)
@pytest.mark.parametrize("row", rows(*QUICK))
def test_a_compiled_step_in_float32(row):
    step = take_step(*ready(row))
    assert np.isfinite(step.loss) and step.finite and step.changed > 0.8
    assert step.answers == {"float32"}


def test_the_rows_hold_every_architecture_and_every_task():
    assert {row.architecture for row in ROWS} == set(models.ARCHITECTURES)
    assert {row.task for row in ROWS} == {*tasks.TASKS, "pixels"}


def test_the_rows_hold_every_loss():
    assert set(losses.__all__) - INGREDIENTS == {name for names in LOSSES.values() for name in names}
    heads = inspect.signature(bodypix_lab).parameters["heads"].default
    assert set(heads) == set(HEADS)


def test_the_rows_hold_what_the_notebooks_train():
    budgets = tomllib.loads(runtime.BUDGETS.read_text(encoding="utf-8")).values()
    trained = {(budget["model"], budget["task"]) for budget in budgets if "model" in budget}
    assert trained <= {(row.architecture, row.task) for row in ROWS}
