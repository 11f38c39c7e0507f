"""How a notebook trains is found by trying: the fastest of what works, what was refused, and what is remembered."""

import json
from types import SimpleNamespace

import pytest

keras = pytest.importorskip("keras")

from hpe_utils import trial  # noqa: E402

BUDGET = SimpleNamespace(task="joints", model="deeppose", epochs=1)
SLOW_BFLOAT16, FAST_BFLOAT16 = {"float32": 100.0, "bfloat16": 120.0}, {"float32": 100.0, "bfloat16": 121.0}
COMPILED, PLAIN = True, False


class Machine:
    """A processor on which steps take so many seconds, by precision and compiled; the others are refused."""

    def __init__(self, seconds: dict):
        self.seconds, self.tried = seconds, []

    def step_seconds(self, budget, precision, jit):
        self.tried.append((precision, jit))
        if (precision, jit) not in self.seconds:
            raise TypeError("mixed precision\n  is disallowed")
        return self.seconds[precision, jit]


@pytest.fixture
def on(monkeypatch, cache_folder):
    """Put the trials onto a machine with these seconds, which has tried nothing yet."""

    def put(seconds: dict) -> Machine:
        machine = Machine(seconds)
        monkeypatch.setattr(trial, "step_seconds", machine.step_seconds)
        return machine

    return put


def choose(precision="auto", jit=COMPILED, rates=FAST_BFLOAT16, budget=BUDGET, device="CPU") -> trial.Choice:
    return trial.choose(budget, precision, jit, rates, device)


@pytest.mark.parametrize("float32, bfloat16, fastest", [(0.2, 0.1, "mixed_bfloat16"), (0.1, 0.2, "float32")])
def test_the_fastest_precision_is_taken(on, float32, bfloat16, fastest):
    machine = on({("float32", COMPILED): float32, ("mixed_bfloat16", COMPILED): bfloat16})
    assert choose() == (fastest, COMPILED, 0.1, ())
    assert len(machine.tried) == 2


def test_bfloat16_is_tried_only_where_its_products_are_clearly_faster(on):
    machine = on({("float32", COMPILED): 0.2, ("mixed_bfloat16", COMPILED): 0.1})
    assert choose(rates=SLOW_BFLOAT16).precision == "float32"
    assert machine.tried == [("float32", COMPILED)]


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_a_precision_that_was_asked_for_is_the_only_one_tried(on, precision):
    machine = on({("float32", COMPILED): 0.1, (precision, COMPILED): 0.3})
    assert choose(precision) == (precision, COMPILED, 0.3, ())
    assert machine.tried == [(precision, COMPILED)]


def test_a_step_that_the_compiler_refuses_is_not_compiled_and_the_refusal_is_told(on):
    on({("float32", COMPILED): 0.3, ("mixed_bfloat16", PLAIN): 0.2})
    choice = choose()
    assert choice[:3] == ("mixed_bfloat16", PLAIN, 0.2)
    assert choice.refused == ("mixed_bfloat16, compiled: TypeError mixed precision is disallowed",)


def test_a_precision_that_does_not_work_at_all_gives_way_to_the_next(on):
    on({("float32", COMPILED): 0.3})
    choice = choose()
    assert choice[:3] == ("float32", COMPILED, 0.3)
    assert [refused.split(":")[0] for refused in choice.refused] == ["mixed_bfloat16, compiled", "mixed_bfloat16"]


def test_where_nothing_is_to_be_compiled_nothing_is(on):
    machine = on({("float32", PLAIN): 0.3, ("float32", COMPILED): 0.1})
    assert choose("float32", jit=PLAIN) == ("float32", PLAIN, 0.3, ())
    assert machine.tried == [("float32", PLAIN)]


def test_where_no_step_works_all_refusals_are_named(on):
    on({})
    with pytest.raises(RuntimeError, match="no training step works .*float32, compiled: TypeError .*; float32: TypeE"):
        choose("float32")


def test_a_choice_is_remembered_with_its_refusals_and_told_in_todays_speed(on):
    first = on({("mixed_bfloat16", PLAIN): 0.2, ("float32", COMPILED): 0.3})
    chosen = choose()
    again = on({})
    half_as_fast = {name: rate / 2 for name, rate in FAST_BFLOAT16.items()}
    assert choose() == chosen and choose(rates=half_as_fast) == chosen._replace(seconds=0.4)
    assert first.tried and not again.tried


@pytest.mark.parametrize(
    "other",
    [
        {"precision": "float32"},
        {"jit": PLAIN},
        {"device": "1 GPU"},
        {"budget": SimpleNamespace(**vars(BUDGET) | {"epochs": 2})},
    ],
)
def test_what_was_asked_otherwise_is_tried_anew(on, other):
    machine = on({(precision, jit): 0.1 for precision in ("float32", "mixed_bfloat16") for jit in (COMPILED, PLAIN)})
    choose()
    machine.tried.clear()
    choose(**other)
    assert machine.tried
    machine.tried.clear()
    choose(), choose(**other)
    assert not machine.tried


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_without_a_ledger_that_can_be_read_it_is_tried_again(on, damage):
    on({("float32", COMPILED): 0.3})
    choose("float32")
    damage(trial.ledger())
    machine = on({("float32", COMPILED): 0.1})
    assert choose("float32").seconds == 0.1 and machine.tried
    assert len(json.loads(trial.ledger().read_text(encoding="utf-8"))) == 1


SMALL = SimpleNamespace(task="joints", model="deeppose", preset="lab", skeleton="MPII16", size=64, batch=2)


def test_a_step_is_really_run_without_the_time_of_its_making_and_the_policy_stays():
    before = keras.config.dtype_policy().name
    seconds = trial.step_seconds(SMALL, "mixed_bfloat16", jit=PLAIN)
    assert 0 < seconds < 1 and keras.config.dtype_policy().name == before


def test_a_step_that_fails_leaves_the_policy_as_it_was():
    before = keras.config.dtype_policy().name
    with pytest.raises(ValueError, match="unknown model"):
        trial.step_seconds(SimpleNamespace(**vars(SMALL) | {"model": "alexnet"}), "mixed_float16", jit=PLAIN)
    assert keras.config.dtype_policy().name == before


def test_where_the_ledger_cannot_be_written_the_choice_is_the_same(on, monkeypatch):
    def refused(*_):
        raise PermissionError("read-only")

    monkeypatch.setattr(trial, "write_json", refused)
    machine = on({("float32", COMPILED): 0.3})
    assert choose("float32").seconds == choose("float32").seconds == 0.3
    assert len(machine.tried) > 1 and not trial.ledger().exists()
