"""One call at the top of every notebook: seeds, device, precision, budget, data set, quiet logs and style."""

import contextlib
import logging
import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from hpe_utils import data, devices, moved, viz
from hpe_utils.files import DataError, check, read_toml

PROFILES = ("smoke", "lab", "paper")
PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")
SWITCHES = {"auto": None, "0": False, "1": True}
BUDGETS = Path(__file__).parent / "budgets.toml"
REMEDY = "install the package again"
BUDGET = {
    **{f"{name}?": int for name in ("size", "train", "val", "test", "batch", "epochs", "trainings")},
    **{f"{name}?": float for name in ("rate", "rest", "training", "floor")},
    **{f"{name}?": dict for name in ("codec", "network")},
    **{f"{name}?": str for name in ("task", "model", "preset", "skeleton", "vocabulary")},
    **{"jit?": bool, "crowd?": [int], "heads?": [str]},
}


@dataclass(frozen=True)
class Runtime:
    """What a notebook runs with: its budget, its data set and the machine it found."""

    notebook: str
    profile: str
    budget: SimpleNamespace
    dataset: str
    root: str | None
    device: str
    precision: str
    matrix_rate: float  # GFLOP/s of one matrix product in float32
    seed: int
    step: float | None = None  # seconds of one training step, where it was tried
    devices: int = 1  # that share every training step

    @property
    def facts(self) -> data.Facts:
        """What the data set has: a notebook asks this, never the set's name."""
        return data.facts_of(self.dataset)

    @property
    def floor(self) -> float:
        """The score below which something is wrong: of the budget, or of its task on this data set."""
        return getattr(self.budget, "floor", None) or self.floor_of(getattr(self.budget, "task", ""))

    def floor_of(self, name: str) -> float:
        """The data set's floor of this name; 0 where it has none, and in a profile other than lab."""
        return self.facts.floors.get(name, 0.0) if self.profile == "lab" else 0.0

    def lacks(self, *needed: str) -> str:
        """A line that says what of this the data set has not; empty where nothing is missing."""
        missing = self.facts.lacks(*needed)
        return missing and f"{self.facts.title}: no {missing}"

    def load(self, split: str, **options) -> data.Samples:
        """This notebook's people: the split of the chosen data set, as many and as large as the budget says.

        Those to train on stay on the disk where HPE_STREAM is 1, or they would take half of the memory.
        """
        if split == "train":
            options = {"stream": streaming()} | options
        defaults = self.facts.options | {"size": self.budget.size, "count": getattr(self.budget, split)}
        return data.load(self.dataset, split, self.root, **defaults | options)

    def load_tests(self, **options) -> dict[str, data.Samples]:
        """The people that scores are reported on, by level: easy and hard ones of the renderer, those of a real set."""
        count = {"count": self.budget.test}
        levels = self.facts.levels.items()
        return {name: self.load(self.facts.reported, **count | level | options) for name, level in levels}

    def on_drawn_people(self) -> "Runtime":
        """The same run with the course's own people, for what the chosen data set has no labels for."""
        return replace(self, dataset="synthetic", root=None)

    def __str__(self) -> str:
        rate = f"{self.matrix_rate:,.0f} GFLOP/s in one matrix product"
        way = f"{self.precision}{', compiled steps' if getattr(self.budget, 'jit', False) else ''}"
        rows = {
            "notebook": f"{self.notebook}, profile {self.profile}, seed {self.seed}",
            "device": f"{self.device}, {way}",
            "speed": rate if self.step is None else f"{self.step:.3f} s a training step; {rate}",
            **({"shared": self.sharing()} if self.devices > 1 else {}),
            "data": self.dataset + (f" from {self.root}" if self.root else ""),
            "expected": self.expectation(),
        }
        return "\n".join(f"{name:9} {text}" for name, text in rows.items())

    def sharing(self) -> str:
        """How the devices share a step, in words."""
        each = self.budget.batch // self.devices
        return f"{self.devices} × {each} pictures a step; learning rate × √{self.devices}: {self.budget.rate:.2g}"

    def expectation(self) -> str:
        """The minutes to expect here, in words."""
        rest = getattr(self.budget, "rest", None)
        if rest is None:
            return "not measured for this profile"
        if self.step is None:
            return f"about {max(1, rest):.0f} min"
        training = self.training_minutes()
        return f"about {max(1, training + rest):.0f} min on this machine, of which {training:.1f} for training"

    def training_minutes(self) -> float:
        """Minutes of this budget's training steps, from the one that was tried."""
        return training_steps(self.budget) * self.step / 60


def training_steps(budget: SimpleNamespace) -> int:
    """How many steps a notebook trains for in all."""
    return getattr(budget, "trainings", 1) * budget.epochs * (budget.train // budget.batch)


def start(notebook: str, seed: int = 0) -> Runtime:
    """Set up a notebook and print a small table of what it runs with.

    Environment: HPE_PROFILE (smoke, lab, paper), HPE_DATA (a data set's name), HPE_DATA_ROOT (its folder or archive),
    HPE_PRECISION (auto, float32, mixed_bfloat16, mixed_float16), HPE_JIT (auto, 0, 1: compiled steps), HPE_BUDGET
    (entries of the budget to change for a trial, as "epochs=1, batch=4"), HPE_DEVICES (auto for all GPUs, or how many),
    HPE_STREAM (auto, 0, 1: pictures to train on are read from record shards), KERAS_BACKEND. Raises ValueError for a
    profile, data set, precision or entry that does not exist. Taught in notebook 00.
    """
    profile, dataset = os.environ.get("HPE_PROFILE", "lab"), os.environ.get("HPE_DATA", "synthetic")
    precision = chosen_from("HPE_PRECISION", PRECISIONS)
    jit = SWITCHES[chosen_from("HPE_JIT", tuple(SWITCHES))]
    budget = load_budget(notebook, profile)
    data.facts_of(dataset)
    keras = import_quietly("keras")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # many models, many traces: no news to a learner
    device, count = find_device(keras), 1
    if profile != "smoke" and hasattr(budget, "batch"):
        count = devices.share()
        budget = devices.scaled(budget, count)
    with quiet_error_stream():
        rates = matrix_rates(keras)
        choice = choose_training(budget, profile, precision, jit, rates, device)
    keras.config.set_dtype_policy(choice.precision)
    budget.jit = choice.jit
    keras.utils.set_random_seed(seed)
    viz.use_style()
    root = os.environ.get("HPE_DATA_ROOT")
    runtime = Runtime(
        *(notebook, profile, budget, dataset, root, device, choice.precision, rates["float32"], seed),
        *(choice.seconds, count),
    )
    print(runtime)
    for refused in choice.refused:
        print(f"{'refused':9} {refused}")
    return runtime


def chosen_from(variable: str, known: tuple[str, ...]) -> str:
    """An environment variable's value, auto where it is not set; raises ValueError with the known ones."""
    value = os.environ.get(variable) or "auto"
    if value not in known:
        raise ValueError(f"{variable}={value} is not known; choose one of {', '.join(known)}")
    return value


def streaming() -> bool | None:
    """Whether training reads its pictures from record shards, as HPE_STREAM says; None, by size, where it is auto."""
    return SWITCHES[chosen_from("HPE_STREAM", tuple(SWITCHES))]


def choose_training(budget, profile: str, precision: str, jit: bool | None, rates: dict, device: str):
    """How to train: tried by `hpe_utils.trial`, but where a profile trains for seconds, or does not train, as asked."""
    from hpe_utils import trial  # with its models it is slow to import

    compiled = getattr(budget, "jit", False) if jit is None else jit
    trains = hasattr(budget, "task") and hasattr(budget, "epochs")
    if not trains or (profile == "smoke" and not compiled) or (profile == "paper" and device.startswith("CPU")):
        return trial.Choice("float32" if precision == "auto" else precision, compiled and trains)
    return trial.choose(budget, precision, compiled, rates, device)


def load_budget(notebook: str, profile: str) -> SimpleNamespace:
    """A notebook's budget in a profile, changed as HPE_BUDGET says.

    Raises ValueError with the known ones, and DataError where the file of budgets is damaged.
    """
    budgets = read_budgets()
    names = moved.NOTEBOOKS.get(notebook, (notebook,))
    if names[0] not in budgets:
        raise ValueError(f"budgets.toml has no notebook {notebook!r}; it has {', '.join(budgets)}")
    if profile not in PROFILES:
        raise ValueError(f"HPE_PROFILE={profile} is not a profile; known are {', '.join(PROFILES)}")
    if profile not in budgets[names[0]]:
        raise DataError(f"{BUDGETS} has no budget of {notebook} for the profile {profile}: {REMEDY}")
    every = {entry: value for name in names for entry, value in budgets[name].items() if entry not in PROFILES}
    numbers = {entry: value for name in names for entry, value in budgets[name][profile].items()}
    return SimpleNamespace(**every | changed(numbers, os.environ.get("HPE_BUDGET", "")))


def read_budgets() -> dict:
    """The budgets of all notebooks; raises DataError where one is not as it must be."""
    budgets = read_toml(BUDGETS, REMEDY)
    if not budgets:
        raise DataError(f"{BUDGETS} holds no budgets: {REMEDY}")
    for notebook, profiles in budgets.items():
        check(profiles, BUDGET, f"{notebook} in {BUDGETS}", REMEDY)
        for name in PROFILES:
            place = f"{notebook}.{name} in {BUDGETS}"
            check(profiles.get(name, {}), BUDGET, place, REMEDY)
            for entry, value in profiles.get(name, {}).items():
                if isinstance(value, (int, float)) and not isinstance(value, bool) and value <= 0:
                    raise DataError(f"{entry} in {place} is {value}, and must be above 0: {REMEDY}")
    return budgets


def changed(budget: dict, changes: str) -> dict:
    """A budget with some numbers changed: "epochs=1, batch=4"; raises ValueError for what it does not have."""
    for change in filter(None, (part.strip() for part in changes.split(","))):
        name, _, value = (part.strip() for part in change.partition("="))
        if not isinstance(budget.get(name), (int, float)):
            numbers = [known for known, number in budget.items() if isinstance(number, (int, float))]
            raise ValueError(f"HPE_BUDGET: {change!r} changes no number of the budget; it has {', '.join(numbers)}")
        try:
            number = type(budget[name])(value)
        except ValueError as error:
            raise ValueError(f"HPE_BUDGET: {change!r} is no number") from error
        if not 0 < number < 1e9:
            raise ValueError(f"HPE_BUDGET: {change!r} must be above 0")
        budget = budget | {name: number}
    return budget


def import_quietly(module: str):
    """Import a module while what its C++ parts write to the error stream is thrown away."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Memory kept between steps, not returned to the system after each: fit ran up to a third faster on two cores.
    os.environ.setdefault("TF_CPU_ALLOCATOR_USE_BFC", "true")
    with quiet_error_stream():
        return import_module(module)


@contextlib.contextmanager
def quiet_error_stream():
    """Throw away what is written to file descriptor 2, where TensorFlow's start-up messages ignore every setting."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def find_device(keras) -> str:
    """Name the device that the backend uses; a GPU's memory is taken as needed, and an unused GPU is announced."""
    backend = keras.backend.backend()
    gpus = []
    if backend == "tensorflow":
        tensorflow = import_quietly("tensorflow")
        with quiet_error_stream():
            gpus = tensorflow.config.list_physical_devices("GPU")
        for gpu in gpus:
            with contextlib.suppress(RuntimeError):  # the GPU is in use already, with the setting it has
                tensorflow.config.experimental.set_memory_growth(gpu, True)
        if len(gpus) > 1:
            print(f"TensorFlow uses one of {len(gpus)} GPUs: KERAS_BACKEND=jax trains on all of them.")
            with contextlib.suppress(RuntimeError):
                tensorflow.config.set_visible_devices(gpus[:1], "GPU")
    elif backend == "jax":
        gpus = [d for d in import_quietly("jax").devices() if d.platform != "cpu"]
    if not gpus and (name := nvidia_gpu()):
        print(f"WARNING: this machine has a GPU ({name}) that {backend} cannot use; this notebook runs on the CPU.")
        print("         Remedy: python3 course.py lab --gpu on Linux; on Windows, work in WSL2.")
    return f"{len(gpus)} GPU, {backend}" if gpus else f"CPU ({os.cpu_count()} cores, {platform.machine()}), {backend}"


def nvidia_gpu() -> str:
    """The name of the first NVIDIA GPU that the driver reports; empty where there is none."""
    if not shutil.which("nvidia-smi"):
        return ""
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20)
        return answer.stdout.strip().split("\n")[0] if answer.returncode == 0 else ""
    return ""


def matrix_rates(keras) -> dict[str, float]:
    """GFLOP/s of one matrix product in float32 and bfloat16."""
    # In turns, for on a shared machine one measurement may fall into somebody else's burst.
    rates = {"float32": 0.0, "bfloat16": 0.0}
    for dtype in (*rates, *rates):
        rates[dtype] = max(rates[dtype], matrix_rate(keras, dtype))
    return rates


def matrix_rate(keras, dtype: str, size: int = 1024, seconds: float = 0.15) -> float:
    """GFLOP/s of a size × size matrix product in the best of the repetitions that fit into `seconds`."""
    matrix = keras.ops.cast(np.random.default_rng(0).random((size, size), np.float32), dtype)

    def multiply():
        return float(keras.ops.cast(keras.ops.matmul(matrix, matrix)[0, 0], "float32"))  # reading one waits for all

    multiply()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or not times:
        begin = time.perf_counter()
        multiply()
        times.append(time.perf_counter() - begin)
    return 2 * size**3 / min(times) / 1e9


def minutes_by_notebook(run: Runtime) -> dict[str, float]:
    """Minutes to expect of every notebook in the run's profile, by rule of thumb; each tries a step and knows better.

    `rest` are minutes beside training; `training` those for it at 100 GFLOP/s of float32 matrix rate.
    """
    budgets = {name: profiles.get(run.profile, {}) for name, profiles in read_budgets().items()}
    return {
        name: budget["rest"] + budget.get("training", 0) * 100 / run.matrix_rate
        for name, budget in sorted(budgets.items())
        if "rest" in budget
    }
