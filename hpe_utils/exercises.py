"""Checks of the notebooks' code exercises: an answer and a solution on the same two hundred inputs.

An exercise is a stub in a notebook and a module tests/exercises/NAME.py. The module has `inputs(rng)`, which draws the
arguments of one call, `solution`, and misconceptions: further functions, whose docstrings are hints; where only a part
of an answer counts, `settled(answer)` gives it. A hand-out's modules have `inputs` alone, and NAME.json beside them
what solution and misconceptions answer (`stripped`, `recorded`).
"""

import ast
import base64
import contextlib
import inspect
import io
import json
import reprlib
import signal
import threading
import warnings
import zlib
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from hpe_utils import runs
from hpe_utils.files import DataError, read_json

CALLS, SEED, SECONDS = 200, 0, 20.0
LONGEST = 160  # characters of a value that is shown
KINDS = {"b": bool, "i": np.int64, "u": np.uint64, "f": np.float64}
CLOSE = {"rtol": 1e-4, "atol": 1e-6, "equal_nan": True}


@dataclass(frozen=True)
class Exercise:
    """An exercise's module, the seed of its inputs, and, where it has no solution, the answers that were recorded."""

    name: str
    module: ModuleType
    seed: int = SEED
    record: dict | None = None

    def calls(self) -> Iterator[tuple]:
        """The arguments of each call, drawn anew."""
        for call in range(CALLS):
            yield self.module.inputs(np.random.default_rng((self.seed, call)))

    @cached_property
    def right(self) -> list["Answer"]:
        """The solution's answers."""
        return list(map(restored, self.record["right"]) if self.record else called(self, self.module.solution))

    def wrong(self) -> Iterator[tuple[str, Iterator["Answer"]]]:
        """The answers of each misconception, by its hint."""
        if self.record:
            for hint, answers in unpacked(self.record["wrong"]).items():
                yield hint, map(restored, answers)
        else:
            for misconception in self.misconceptions():
                yield inspect.getdoc(misconception), called(self, misconception)

    def settled(self, answer: Any) -> Any:
        """What counts of an answer."""
        try:
            return self.module.settled(answer) if hasattr(self.module, "settled") else answer
        except Exception:  # an answer of another kind
            return answer

    def misconceptions(self) -> list[Callable]:
        """The module's functions that are wrong answers."""
        functions = [value for name, value in vars(self.module).items() if inspect.isfunction(value) and name[0] != "_"]
        return [one for one in functions if one.__name__ not in ("inputs", "solution", "settled")]


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is "right", "not yet" or "not begun", and the lines that say so."""

    state: str
    lines: tuple[str, ...]


def check(name: str, answer: Callable) -> None:
    """Print what an answer to the exercise `name` is: right, not yet, or not begun; never raises for the answer."""
    if callable(answer):
        print("\n".join(verdict(load(name), answer).lines))
    else:
        print(f"{name}: not yet: give the function itself, and it was {shown(answer)}")


def verdict(exercise: Exercise, answer: Callable) -> Verdict:
    """An answer beside the solution's: where they differ the simplest input, what is expected, what came, and a hint.

    The hint names a misconception only where that misconception answers as this one does to every input.
    """
    title = f"{exercise.name}:"
    try:
        with time_limit(SECONDS):
            given = list(called(exercise, answer))
    except Endless:
        return not_yet(title, hint=f"it was still at work after {SECONDS:.0f} seconds: does a loop never end?")
    return judged(exercise, given, getattr(answer, "__name__", "your function"), parameters(answer))


def judged(exercise: Exercise, given: list["Answer"], function: str, names: tuple[str, ...]) -> Verdict:
    """The verdict on what a function of this name, with arguments of these names, gave for every call."""
    title = f"{exercise.name}:"
    if all(one.value is None for one in given):
        return Verdict("not begun", (f"{title} not begun: {function} returns None",))
    wrong = [k for k, pair in enumerate(zip(given, exercise.right, strict=True)) if not alike(*pair)]
    if not wrong:
        return Verdict("right", (f"{title} right, for {len(given)} inputs",))
    calls = list(exercise.calls())
    k = min(wrong, key=lambda k: (given[k].error != "", sum(map(np.size, calls[k]))))
    lines = {"input": shown(calls[k], names), "expected": str(exercise.right[k]), "yours": str(given[k])}
    for hint, answers in exercise.wrong():
        if all(map(alike, given, answers)):
            return not_yet(title, **lines, hint=hint)
    return not_yet(title, **lines)


def not_yet(title: str, **lines: str) -> Verdict:
    """The verdict on a wrong answer, in a line for each word."""
    return Verdict("not yet", (f"{title} not yet", *(f"   {word:9} {text}" for word, text in lines.items())))


# Calling ------------------------------------------------------------------------------------------


class Endless(BaseException):
    """An answer that took too long; no answer catches it by `except Exception`."""


@dataclass(frozen=True)
class Unknown:
    """A value that is no array of numbers, as it was shown."""

    text: str = ""

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Answer:
    """What came of a call: a value, or the error that it raised; and whether an argument was changed."""

    value: Any = None
    error: str = ""
    changed: bool = False

    def __str__(self) -> str:
        changed = "; an argument is changed: work on a copy" if self.changed else ""
        return (self.error or shown(self.value)) + changed


def called(exercise: Exercise, function: Callable) -> Iterator[Answer]:
    """What a function gives for each call."""
    for arguments in exercise.calls():
        yield called_once(exercise, function, arguments)


def called_once(exercise: Exercise, function: Callable, arguments: tuple) -> Answer:
    """What a function gives for these arguments; what it prints is dropped."""
    kept = deepcopy(arguments)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            value, error = function(*arguments), ""
            value = exercise.settled(value.copy() if isinstance(value, np.ndarray) else value)
        except (Exception, SystemExit) as raised:
            value, error = Unknown(), in_words(raised)
    return Answer(value, error, not all(map(unchanged, arguments, kept)))


def in_words(error: BaseException) -> str:
    """An error in one short line, whatever its text does."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = "an error without words"
    return f"{type(error).__name__}: {text}"[:LONGEST]


def unchanged(value: Any, before: Any) -> bool:
    """Whether an argument is as it was; functions always are."""
    return callable(value) or np.array_equal(value, before, equal_nan=np.asarray(before).dtype.kind == "f")


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise Endless where the block takes longer, in the main thread; Ctrl-C stays what it is.

    An answer that catches the interrupt is interrupted again every second.
    """
    late, done = threading.Event(), threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            wait = 1.0
            late.set()
            interrupt_main()

    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # as where a shell began the process in the background
    if ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    except KeyboardInterrupt:
        if late.is_set():
            raise Endless from None
        raise
    finally:
        done.set()
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


# Comparing ----------------------------------------------------------------------------------------


def alike(given: Answer, right: Answer) -> bool:
    """Whether two answers are the same: shape, kind (whole numbers may stand for real ones) and values, or an error."""
    if given.changed != right.changed or bool(given.error) != bool(right.error):
        return False
    if given.error:
        return True
    one, other = as_array(given.value), as_array(right.value)
    if one is None or other is None or one.shape != other.shape:
        return False
    kinds = one.dtype.kind.replace("u", "i"), other.dtype.kind.replace("u", "i")
    return kinds in (("i", "i"), ("f", "f"), ("i", "f"), ("b", "b")) and bool(np.allclose(one, other, **CLOSE))


def as_array(value: Any) -> np.ndarray | None:
    """An answer as an array of numbers, None where it is none."""
    try:
        array = np.asarray(value)
    except Exception:
        return None
    return array if array.dtype.kind in "iufb" else None


def shown(value: Any, names: tuple[str, ...] = ()) -> str:
    """An answer, or a call's arguments by their names, in a short line."""
    if names:
        return ", ".join(f"{name}={shown(one)}" for name, one in zip(names, value, strict=False))
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    array = as_array(value)
    if array is None:
        return reprlib.repr(value)[:LONGEST]
    text = " ".join(np.array2string(array, precision=4, suppress_small=True, separator=", ").split())
    return text if len(text) <= LONGEST else f"an array of shape {array.shape}"


def parameters(answer: Callable) -> tuple[str, ...]:
    """The names of a function's arguments; none where it does not tell them."""
    try:
        return tuple(inspect.signature(answer).parameters)
    except (ValueError, TypeError):
        return ()


# Where exercises are ------------------------------------------------------------------------------

FOLDER = runs.CLONE.parent / "tests" / "exercises"
RECORD = {"seed": int, "right": [dict], "wrong": str}


def load(name: str) -> Exercise:
    """An exercise of the hand-out beside the notebook, else of the course's clone; DataError where there is none."""
    for folder in (Path.cwd() / "exercises", FOLDER):
        if (folder / f"{name}.py").is_file():
            module = module_of(name, (folder / f"{name}.py").read_text(encoding="utf-8"))
            path = folder / f"{name}.json"
            record = read_json(path, "get the hand-out again", RECORD) if path.is_file() else None
            return Exercise(name, module, record["seed"] if record else SEED, record)
    raise DataError(f"there is no exercise {name} here: its check comes with the course's repository or a hand-out")


def module_of(name: str, source: str) -> ModuleType:
    """An exercise's module from its text."""
    module = ModuleType(f"exercise_{name}")
    exec(compile(source, f"{name}.py", "exec"), module.__dict__)
    return module


def stripped(source: str) -> str:
    """An exercise's text with nothing left but how its inputs are drawn, and what counts of an answer."""
    tree = ast.parse(source)
    kept = with_helpers(tree, "inputs", "settled")
    tree.body = [node for node in tree.body if not isinstance(node, ast.FunctionDef) or node.name in kept]
    return ast.unparse(tree) + "\n"


def with_helpers(tree: ast.Module, *names: str) -> set[str]:
    """The functions of these names that a module has, and all of its functions that they call."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    kept, todo = set(), [name for name in names if name in functions]
    while todo:
        kept.add(name := todo.pop())
        called = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
        todo += (called & functions.keys()) - kept
    return kept


def recorded(exercise: Exercise) -> dict:
    """What a hand-out's NAME.json holds; the hints are packed, for together they are nearly the solution."""
    wrong = {hint: list(map(stored, answers)) for hint, answers in exercise.wrong()}
    packed = base64.b64encode(zlib.compress(json.dumps(wrong).encode())).decode()
    return {"seed": exercise.seed, "right": list(map(stored, exercise.right)), "wrong": packed}


def unpacked(wrong: str) -> dict[str, list[dict]]:
    """The wrong answers of a hand-out by their hints; raises DataError where they are damaged."""
    try:
        return json.loads(zlib.decompress(base64.b64decode(wrong)))
    except (ValueError, zlib.error) as error:
        raise DataError(f"the exercise's file is damaged ({error}): get the hand-out again") from error


def stored(answer: Answer) -> dict:
    """An answer as JSON has it; what is no array of numbers has lost its value."""
    array = None if answer.value is None or answer.error else as_array(answer.value)
    content = {"error": answer.error, "changed": answer.changed, "none": answer.value is None}
    if array is None:
        return content | {"shown": answer.error or shown(answer.value)}
    values = array.astype(KINDS[array.dtype.kind]).ravel().tolist()
    return content | {"kind": array.dtype.kind, "shape": list(array.shape), "values": values}


def restored(content: dict) -> Answer:
    """An answer from JSON; raises DataError for one that is no such thing."""
    try:
        value = None if content["none"] else Unknown(str(content.get("shown", "")))
        if "values" in content:
            value = np.array(content["values"], KINDS[content["kind"]]).reshape(content["shape"])
        return Answer(value, str(content["error"]), bool(content["changed"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise DataError(f"an answer is damaged ({error!r}): get it again") from error
