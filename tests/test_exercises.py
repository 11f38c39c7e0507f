"""The exercises' checks: solutions and other right answers pass, and nothing else does, whatever it returns or does."""

import signal
import sys
import time

import pytest
from conftest import ROOT
from scripts import script

from hpe_utils import exercises
from hpe_utils.files import DataError

benchmark = script("benchmarks/exercises.py")
NAMES = sorted(path.stem for path in (ROOT / "tests" / "exercises").glob("*.py"))


@pytest.fixture(params=NAMES)
def exercise(request):
    return exercises.load(request.param)


def test_the_solution_is_right_and_every_misconception_is_named(exercise):
    assert exercises.verdict(exercise, exercise.module.solution).state == "right"
    assert len(exercise.misconceptions()) >= 9
    for wrong in exercise.misconceptions():
        verdict = exercises.verdict(exercise, wrong)
        assert verdict.state == "not yet" and len(verdict.lines) == 5
        assert verdict.lines[-1].endswith(wrong.__doc__), (wrong.__name__, verdict.lines)
    hints = [wrong.__doc__ for wrong in exercise.misconceptions()]
    assert len(set(hints)) == len(hints)


# What students return -----------------------------------------------------------------------------


@pytest.mark.parametrize("careless", benchmark.CARELESS, ids=lambda value: type(value).__name__)
def test_whatever_is_returned_is_refused_in_a_few_lines(exercise, careless, monkeypatch):
    monkeypatch.setattr(exercises, "CALLS", 20)
    verdict = exercises.verdict(exercise, lambda *arguments: careless)
    assert verdict.state == "not yet" and 4 <= len(verdict.lines) <= 5
    assert all(len(line) < 600 and "\n" not in line for line in verdict.lines)


def test_errors_prints_exits_and_wrong_arguments_are_said(exercise, capsys, monkeypatch):
    monkeypatch.setattr(exercises, "CALLS", 20)

    def shouts(*arguments):
        print("here I am")
        raise RuntimeError("and\nfall over")

    for answer, words in (
        (shouts, "RuntimeError: and"),
        (lambda: 1, "TypeError"),
        (lambda *some: sys.exit(3), "SystemExit"),
    ):
        verdict = exercises.verdict(exercise, answer)
        assert verdict.state == "not yet" and words in verdict.lines[3], verdict.lines
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("interrupts", [signal.default_int_handler, signal.SIG_IGN])
def test_an_answer_that_never_ends_is_stopped(monkeypatch, interrupts):
    def endless(*arguments):
        while True:
            pass

    monkeypatch.setattr(exercises, "SECONDS", 0.3)
    begin, usual = time.monotonic(), signal.signal(signal.SIGINT, interrupts)
    try:
        verdict = exercises.verdict(exercises.load("box_iou"), endless)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert time.monotonic() - begin < 5 and "loop never end" in verdict.lines[1]
    right = benchmark.answers("box_iou", "right")["right_by_sides"]
    assert exercises.verdict(exercises.load("box_iou"), right).state == "right", "the next one is not stopped"


def test_what_is_no_function_and_what_is_no_exercise_is_said(capsys):
    exercises.check("box_iou", 0.5)
    exercises.check("box_iou", exercises.load("box_iou").module.solution)
    assert capsys.readouterr().out == (
        "box_iou: not yet: give the function itself, and it was 0.5\nbox_iou: right, for 200 inputs\n"
    )
    with pytest.raises(DataError, match="no exercise"):
        exercises.load("box_iuo")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_checks_accept_right_answers_alone():
    """At most 2 % of the wrong answers by others, and 3 % of the mutants that change results."""
    judged = {kind: {} for kind in ("right", "wrong", "mutants")}
    for exercise in map(exercises.load, NAMES):
        for kind in ("right", "wrong"):
            found = benchmark.accepted(exercise, benchmark.answers(exercise.name, kind))
            judged[kind] |= {(exercise.name, answer): passed for answer, passed in found.items()}
        judged["mutants"] |= {(exercise.name, text): passed for text, passed in benchmark.of_mutants(exercise).items()}
    passed = {kind: [one for one, is_right in of_kind.items() if is_right] for kind, of_kind in judged.items()}
    assert len(judged["wrong"]) > 222 and len(judged["right"]) > 42 and len(judged["mutants"]) > 200
    assert len(passed["right"]) == len(judged["right"])
    assert len(passed["wrong"]) <= 0.02 * len(judged["wrong"]), passed["wrong"]
    assert len(passed["mutants"]) <= 0.03 * len(judged["mutants"]), [name for name, _ in passed["mutants"]]
