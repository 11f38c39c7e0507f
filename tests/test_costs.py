"""What training costs is counted by hand, its table in the docs is the command's, and `paper` takes its first steps."""

import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from conftest import ROOT

keras = pytest.importorskip("keras")

from keras import layers  # noqa: E402

from hpe_utils import models  # noqa: E402
from hpe_utils.apps import costs  # noqa: E402
from hpe_utils.files import DataError, read_json  # noqa: E402
from hpe_utils.models.cost import BYTES_A_WEIGHT, count_macs, training_bytes  # noqa: E402
from hpe_utils.models.mask_rcnn import PerBox  # noqa: E402

PAGE = ROOT / "docs" / "hardware.md"


def test_memory_is_that_of_weights_four_times_and_of_every_answer():
    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, layers.ReLU()(layers.Conv2D(5, 3, padding="same", dtype="float16")(inputs)))
    weights, answers = 5 * 28, 8 * 8 * (3 * 4 + 5 * 2 + 5 * 4)
    assert training_bytes(model, batch=1) == 16 * weights + answers
    assert training_bytes(model, batch=7) == 16 * weights + 7 * answers


def test_what_is_done_for_every_box_counts_for_every_box():
    one = keras.Input((6,))
    head = keras.Model(one, layers.Dense(2)(one))
    boxes = keras.Input((10, 6))
    model = keras.Model(boxes, PerBox(head)(boxes))
    assert count_macs(model) == 10 * 6 * 2
    assert training_bytes(model, 1) == 16 * 14 + 4 * (10 * 6 + 10 * (6 + 2))


def test_hours_are_three_multiplications_and_additions_of_every_pass():
    budget = SimpleNamespace(trainings=2, epochs=3, train=100)
    row = costs.Cost("one", budget, parameters=0, macs=5 * 10**9, memory=0)
    assert row.passes == 600
    assert row.hours(1e9) == pytest.approx(6 * 5e9 * 600 / 1e9 / 3600)


def test_the_rows_hold_every_budget_that_trains_and_every_paper_form():
    rows = costs.budgets("paper")
    assert {name.partition(" ")[0] for name in rows} == {"01", "02", "03", "04", "05", "06", "08b", "10"}
    alone = {"fcn", "mobilenetv2"}  # shown in 08, never trained at the source's size; without a paper form
    assert {budget.model for budget in rows.values()} == set(models.ARCHITECTURES) - alone
    assert rows["04 hourglass 8"].network == {"stacks": 8}


def test_the_command_says_what_a_task_costs_on_a_device():
    from hpe_utils.apps.command_line import hpe

    said = CliRunner().invoke(hpe, ["cost", "head_box", "--profile", "lab", "--device", "A100"], standalone_mode=False)
    heads, _, row = said.output.splitlines()
    assert heads.endswith("| hours, A100 |") and row.startswith("| 01 deeppose | 128² | 32 |")
    wrong = {"dance": "nothing that trains is called 'dance'; known are 01", "01 --device abacus": "known are here, T4"}
    for arguments, words in wrong.items():
        with pytest.raises(DataError, match=words):
            CliRunner().invoke(hpe, ["cost", *arguments.split()], standalone_mode=False, catch_exceptions=False)


@pytest.mark.slow
def test_the_page_holds_the_table_of_the_command(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{costs.BEGIN}\nold\n{costs.END}\nafter\n", encoding="utf-8")
    costs.write(page)
    text = page.read_text(encoding="utf-8")
    assert text == f"before\n{costs.section()}\nafter\n"
    assert re.search(f"{costs.BEGIN}.*{costs.END}", PAGE.read_text(encoding="utf-8"), re.S)[0] in text
    page.write_text("no table here", encoding="utf-8")
    with pytest.raises(DataError, match="has no lines <!-- costs --> and"):
        costs.write(page)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", [name for name in costs.budgets() if name in costs.budgets("lab")])
def test_every_paper_budget_takes_its_first_step_at_full_size(name):
    """One batch of two pictures, in a process of its own, whose memory is its; other forms: benchmarks/first_steps."""
    done = subprocess.run(
        [sys.executable, "-m", "hpe_utils.apps.costs", name, "2"],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    step = json.loads(done.stdout)
    print(f"{name}: {step['peak']:.1f} GB, loss {step['loss']:.3f}")
    assert step["batch"] == 2 and 0 < step["loss"] < 1e4
    assert step["peak"] * 1e9 > BYTES_A_WEIGHT * costs.cost(name, costs.budgets()[name]).parameters


def test_recorded_first_steps_are_of_rows_that_there_are():
    steps = read_json(costs.FIRST_STEPS, "", {"*": costs.STEP})
    assert steps and steps.keys() <= costs.budgets().keys()
