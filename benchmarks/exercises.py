"""What the checks of the notebooks' exercises accept: python benchmarks/exercises.py [NAME …]

For each exercise: right and wrong answers by people who had not seen the solution (tests/answers), careless returns,
and mutants of the solution (an operator, comparison or number changed) that change a result on other inputs; how many
of each are accepted, and which wrong ones. The inputs were made harder by these very answers, so their share says
nothing about a stranger's: at first sight 71 of 1,106 wrong ones passed. Seconds are those of one check.
"""

import ast
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np

from hpe_utils import exercises

ANSWERS = Path(__file__).parents[1] / "tests" / "answers"
SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.And: ast.Or, ast.Or: ast.And, ast.USub: ast.UAdd,
}  # fmt: skip


class Unspeakable:
    """What has neither words nor numbers."""

    def __repr__(self):
        raise ValueError("no words")

    def __array__(self, *options, **more):
        raise TypeError("no numbers")


CARELESS = (
    0, 1.0, -1, float("nan"), float("inf"), True, "0.5", b"", (), [[1], [2, 3]], {"x": 1}, np.zeros((2, 2), complex),
    np.array(["a"]), object(), Unspeakable(), print, iter([1]), 10**400, np.zeros(0), type,
)  # fmt: skip


def main() -> int:
    """Print a row for each exercise and their sums."""
    names = sys.argv[1:] or sorted(path.stem for path in exercises.FOLDER.glob("*.py"))
    print(f"{'accepted of':22} {'right':>9} {'wrong':>9} {'careless':>9} {'mutants':>9} {'seconds':>8}")
    rows, passed = [], []
    for name in names:
        exercise = exercises.load(name)
        begin = time.perf_counter()
        exercises.verdict(exercise, exercise.module.solution)
        seconds = time.perf_counter() - begin
        right, wrong = accepted(exercise, answers(name, "right")), accepted(exercise, answers(name, "wrong"))
        careless = accepted(exercise, {str(k): lambda *_, one=one: one for k, one in enumerate(CARELESS)})
        row = [*map(tally, (right, wrong, careless, of_mutants(exercise))), (seconds, 1)]
        passed += [f"{name}.{one}" for one, is_right in wrong.items() if is_right]
        rows.append(row)
        print_row(name, row)
    print_row("all", [tuple(map(sum, zip(*column, strict=True))) for column in zip(*rows, strict=True)])
    print("wrong answers accepted:", ", ".join(passed) or "none")
    return 0


def print_row(name: str, row: list[tuple]) -> None:
    """A line of the table."""
    *counts, (seconds, _) = row
    print(f"{name:22} " + " ".join(f"{f'{one}/{total}':>9}" for one, total in counts) + f" {seconds:8.2f}", flush=True)


def tally(judged: dict[str, bool]) -> tuple[int, int]:
    """How many are accepted, of how many."""
    return sum(judged.values()), len(judged)


def answers(name: str, kind: str) -> dict[str, Callable]:
    """The functions right_… or wrong_… of an exercise's file in tests/answers."""
    path = ANSWERS / f"{name}.py"
    module = exercises.module_of(name, path.read_text(encoding="utf-8"))
    return {key: value for key, value in vars(module).items() if key.startswith(f"{kind}_")}


def accepted(exercise: exercises.Exercise, functions: dict[str, Callable]) -> dict[str, bool]:
    """Whether the check calls each answer right."""
    return {key: is_right(exercise, answer) for key, answer in functions.items()}


def is_right(exercise: exercises.Exercise, answer: Callable) -> bool:
    """Whether an answer agrees with the solution for every input; what the verdict says besides costs time."""
    try:
        with exercises.time_limit(exercises.SECONDS):
            return all(map(exercises.alike, exercises.called(exercise, answer), exercise.right))
    except exercises.Endless:
        return False


# Mutants ------------------------------------------------------------------------------------------


def of_mutants(exercise: exercises.Exercise) -> dict[str, bool]:
    """Whether the check accepts each mutant of the solution that changes a result on inputs of another seed."""
    source = (exercises.FOLDER / f"{exercise.name}.py").read_text(encoding="utf-8")
    fresh, judged = exercises.Exercise(exercise.name, exercise.module, seed=1), {}
    for text in mutants(source):
        module = ModuleType("mutant")
        exec(compile(text, exercise.name, "exec"), module.__dict__)
        if not is_right(fresh, module.solution):
            judged[text] = is_right(exercise, module.solution)
    return judged


def mutants(source: str) -> Iterator[str]:
    """A module's source with one operator, comparison or number changed in what the solution needs."""
    tree = ast.parse(source)
    kept = exercises.with_helpers(tree, "solution")
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in kept]:
        for node in ast.walk(function):
            for name, value in list(ast.iter_fields(node)):
                values = value if isinstance(value, list) else [value]
                for k, one in enumerate(values):
                    for other in replacements(one):
                        changed = [*values[:k], other, *values[k + 1 :]] if isinstance(value, list) else other
                        setattr(node, name, changed)
                        yield ast.unparse(ast.fix_missing_locations(tree))
                        setattr(node, name, value)


def replacements(node) -> Iterator[ast.AST]:
    """What may stand in an operator's or a number's place."""
    if type(node) in SWAPS:
        yield SWAPS[type(node)]()
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value * 0.5 if isinstance(node.value, float) else node.value - 1)


if __name__ == "__main__":
    sys.exit(main())
