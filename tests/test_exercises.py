"""The exercises' checks: solutions and other right answers pass, and nothing else does, whatever it returns or does."""

import ast
import sys
import time
from types import ModuleType

import numpy as np
import pytest
from conftest import ROOT

from hpe_utils import exercises
from hpe_utils.files import DataError

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


# Other right answers ------------------------------------------------------------------------------


def flip_row_by_row(pose, width, partner):
    rows = [pose[other] for other in partner]
    return [(width - 1 - x, y, v) for x, y, v in rows]


def iou_by_sides(a, b):
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    shared = wide * high if wide > 0 and high > 0 else 0
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return 0 if union == 0 else shared / union


def loss_joint_by_joint(truth, predicted):
    errors = [
        abs(float(truth[b, k, axis]) - float(predicted[b, k, axis]))
        for b, k in np.ndindex(truth.shape[:2])
        if truth[b, k, 2] > 0
        for axis in (0, 1)
    ]
    return np.mean(errors) if errors else 0


def quarter_by_cases(heat):
    row, column = divmod(int(np.argmax(heat)), heat.shape[1])
    x, y = column, row
    if 0 < column < heat.shape[1] - 1 and heat[row, column - 1] != heat[row, column + 1]:
        x = column + (0.25 if heat[row, column + 1] > heat[row, column - 1] else -0.25)
    if 0 < row < heat.shape[0] - 1 and heat[row - 1, column] != heat[row + 1, column]:
        y = row + (0.25 if heat[row + 1, column] > heat[row - 1, column] else -0.25)
    return [x, y]


def level_by_loops(x, inner):
    small = np.array(
        [[x[r : r + 2, c : c + 2].max() for c in range(0, x.shape[1], 2)] for r in range(0, x.shape[0], 2)]
    )
    small = inner(small)
    return np.array([[x[r, c] + small[r // 2, c // 2] for c in range(x.shape[1])] for r in range(x.shape[0])])


def integral_by_steps(field, start, end, samples=10):
    way = np.subtract(end, start)
    length = (way[0] ** 2 + way[1] ** 2) ** 0.5
    if length < 1e-12:
        return 0
    total = 0
    for n in range(samples):
        x, y = np.rint(start + way * n / (samples - 1)).astype(int)
        if 0 <= y < len(field) and 0 <= x < len(field[0]):
            total += (field[y, x, 0] * way[0] + field[y, x, 1] * way[1]) / length
    return total / samples


def interval_by_scipy(gate, plain):
    from scipy import stats

    result = stats.ttest_rel(gate, plain)
    low, high = result.confidence_interval(0.95)
    return np.array([np.mean(gate) - np.mean(plain), low, high])


def angle_by_vectors(a, b, c):
    if 0 in (a[2], b[2], c[2]):
        return np.nan
    one, other = np.subtract(a[:2], b[:2]), np.subtract(c[:2], b[:2])
    if not one.any() or not other.any():
        return float("nan")
    turn = one[0] * other[1] - one[1] * other[0]
    return abs(np.degrees(np.arctan2(turn, one @ other)))


def mean_iou_by_classes(counts):
    pooled, values = sum(counts), []
    for k in range(len(pooled)):
        union = pooled[k].sum() + pooled[:, k].sum() - pooled[k, k]
        if union:
            values.append(pooled[k, k] / union)
    return sum(values) / len(values)


def sample_by_weights(cells, x, y, stride):
    across = np.maximum(
        0, 1 - abs(np.arange(cells.shape[1]) - np.clip((x + 0.5) / stride - 0.5, 0, cells.shape[1] - 1))
    )
    down = np.maximum(0, 1 - abs(np.arange(cells.shape[0]) - np.clip((y + 0.5) / stride - 0.5, 0, cells.shape[0] - 1)))
    return down @ cells @ across


def nms_by_removing(iou, scores, threshold):
    left, kept = list(range(len(scores))), []
    while left:
        best = max(left, key=lambda i: scores[i])
        kept.append(best)
        left = [i for i in left if i != best and iou[best, i] <= threshold]
    return np.array(kept, int)


def precision_by_pairs(predicted, truth):
    found = set()
    for one in predicted:
        ious = [(one & person).sum() / (one | person).sum() for person in truth]
        if max(ious) > 0.5:
            found.add(int(np.argmax(ious)))
    return len(found) / len(predicted)


def smooth_row_by_row(before, now, elapsed, cutoff=2.0):
    turn = 2 * np.pi * cutoff * elapsed
    rows = []
    for old, new in zip(before, now, strict=True):
        place = new[:2] if old[2] == 0 else old[:2] + turn / (turn + 1) * (new[:2] - old[:2])
        rows.append([*place, new[2]] if new[2] else [0, 0, 0])
    return np.array(rows)


OTHERS = {
    "box_iou": iou_by_sides, "flip_pose": flip_row_by_row, "greedy_nms": nms_by_removing,
    "half_pixel": sample_by_weights, "hourglass_level": level_by_loops, "joint_angle": angle_by_vectors,
    "line_integral": integral_by_steps,
    "masked_loss": loss_joint_by_joint, "mean_iou": mean_iou_by_classes, "paired_interval": interval_by_scipy,
    "person_precision": precision_by_pairs, "quarter_offset": quarter_by_cases, "smooth_joints": smooth_row_by_row,
}  # fmt: skip


def test_right_answers_in_another_style_are_right(exercise):
    verdict = exercises.verdict(exercise, OTHERS[exercise.name])
    assert verdict.state == "right", verdict.lines


# What students return -----------------------------------------------------------------------------


class Unspeakable:
    def __repr__(self):
        raise ValueError("no words")

    def __array__(self, *options, **more):
        raise TypeError("no numbers")


CARELESS = (
    0, 1.0, -1, float("nan"), float("inf"), True, "0.5", b"", (), [[1], [2, 3]], {"x": 1}, np.zeros((2, 2), complex),
    np.array(["a"]), object(), Unspeakable(), print, iter([1]), 10**400, np.zeros(0), type,
)  # fmt: skip


@pytest.mark.parametrize("careless", CARELESS, ids=lambda value: type(value).__name__)
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


def test_an_answer_that_never_ends_is_stopped(monkeypatch):
    def endless(*arguments):
        while True:
            pass

    monkeypatch.setattr(exercises, "SECONDS", 0.3)
    begin = time.monotonic()
    verdict = exercises.verdict(exercises.load("box_iou"), endless)
    assert time.monotonic() - begin < 5 and "loop never end" in verdict.lines[1]
    assert exercises.verdict(exercises.load("box_iou"), iou_by_sides).state == "right", "the next one is not stopped"


def test_what_is_no_function_and_what_is_no_exercise_is_said(capsys):
    exercises.check("box_iou", 0.5)
    exercises.check("box_iou", iou_by_sides)
    assert capsys.readouterr().out == (
        "box_iou: not yet: give the function itself, and it was 0.5\nbox_iou: right, for 200 inputs\n"
    )
    with pytest.raises(DataError, match="no exercise"):
        exercises.load("box_iuo")


# Mutants ------------------------------------------------------------------------------------------

SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.And: ast.Or, ast.Or: ast.And, ast.USub: ast.UAdd,
}  # fmt: skip


def mutants(source: str):
    """A module's source with one operator, comparison or number changed outside of inputs and misconceptions."""
    tree = ast.parse(source)
    kept = exercises.with_helpers(tree, "solution")
    ours = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in kept]
    for function in ours:
        for node in ast.walk(function):
            for name, value in list(ast.iter_fields(node)):
                values = value if isinstance(value, list) else [value]
                for k, one in enumerate(values):
                    for other in replacements(one):
                        changed = [*values[:k], other, *values[k + 1 :]] if isinstance(value, list) else other
                        setattr(node, name, changed)
                        yield ast.unparse(ast.fix_missing_locations(tree))
                        setattr(node, name, value)


def replacements(node):
    if type(node) in SWAPS:
        yield SWAPS[type(node)]()
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value * 0.5 if isinstance(node.value, float) else node.value - 1)


@pytest.mark.slow
def test_mutants_of_the_solutions_are_refused(capsys):
    accepted, counted = [], 0
    for name in NAMES:
        source = (ROOT / "tests" / "exercises" / f"{name}.py").read_text()
        exercise = exercises.load(name)
        fresh = exercises.Exercise(name, exercise.module, seed=1)
        for text in mutants(source):
            module = ModuleType("mutant")
            exec(compile(text, name, "exec"), module.__dict__)
            found = list(exercises.called(fresh, module.solution))
            if all(map(exercises.alike, found, fresh.right)):
                continue  # it changes no result
            counted += 1
            if exercises.verdict(exercise, module.solution).state == "right":
                accepted.append((name, text))
    with capsys.disabled():
        print(f"\n{counted} mutants that change results, {len(accepted)} of them accepted")
    assert counted > 200 and len(accepted) <= 0.03 * counted, [name for name, _ in accepted]
