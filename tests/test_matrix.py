"""Every architecture takes a compiled training step; its neighbours say so of every task, loss and precision."""

import inspect
import tomllib

import pytest

pytest.importorskip("keras")

from training_rows import FIRST, LOSSES, ROWS, ready, take_step  # noqa: E402

from hpe_utils import losses, models, runtime, tasks  # noqa: E402
from hpe_utils.losses.parts import LOSSES as HEADS  # noqa: E402
from hpe_utils.models.bodypix import bodypix_lab  # noqa: E402

# `people_loss` is made of these; the others carry a loss to the network's answers.
INGREDIENTS = {
    "balanced_fields",
    "focal_cross_entropy",
    "shared_cross_entropy",
    "every_stage",
    "where_known",
    "KeypointLoss",
}

QUICK = [name for name in models.ARCHITECTURES if name != "mobilenetv2"]  # Keras' own, and long in the making


@pytest.mark.again
@pytest.mark.parametrize("architecture", QUICK)
def test_a_compiled_step_in_float32(architecture):
    take_step(*ready(FIRST[architecture])).assert_trained()


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
