"""One call at the top of every notebook: seeds, device, precision, budget, data set, quiet logs and style."""

import contextlib
import logging
import os
import platform
import shutil
import subprocess
import time
import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from hpe_utils import data, viz

PROFILES = ("smoke", "lab", "paper")
# MPII and COCO withhold their test joints; of LSPET the course uses pictures 1-5,000. No notebook tunes on any of them.
REPORTED_SPLIT = {"lspet": "val", "mpii": "val", "coco": "val"}


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
    matrix_rate: float  # GFLOP/s of one matrix product
    seed: int

    @property
    def floor(self) -> float:
        """The score below which something is wrong, for this budget and data set."""
        return getattr(self.budget, f"floor_{self.dataset}", self.budget.floor)

    def load(self, split: str, **options) -> data.Samples:
        """This notebook's people: the split of the chosen data set, as many and as large as the budget says.

        `options` of the renderer, such as difficulty, are for the synthetic set; a real set takes its own.
        """
        if self.dataset == "synthetic":
            defaults = {"size": self.budget.size, "count": getattr(self.budget, split), "skeleton": "MPII16"}
            return data.load("synthetic", split, **defaults | options)
        return data.load(self.dataset, split, self.root, **options)[: getattr(self.budget, split)]

    def load_tests(self, **options) -> dict[str, data.Samples]:
        """The people that scores are reported on: easy and hard ones of the renderer, or those of the real set."""
        if self.dataset == "synthetic":
            return {level: self.load("test", difficulty=level, **options) for level in ("easy", "hard")}
        return {self.dataset: self.load(REPORTED_SPLIT.get(self.dataset, "test"), **options)}

    def __str__(self) -> str:
        minutes = getattr(self.budget, "minutes", None)
        expected = "not measured for this profile" if minutes is None else f"about {self.expected(minutes):.0f} min"
        rows = {
            "notebook": f"{self.notebook}, profile {self.profile}, seed {self.seed}",
            "device": f"{self.device}, {self.precision}",
            "speed": f"{self.matrix_rate:,.0f} GFLOP/s in one matrix product",
            "data": self.dataset + (f" from {self.root}" if self.root else ""),
            "expected": f"{expected} on this machine",
        }
        return "\n".join(f"{name:9} {text}" for name, text in rows.items())

    def expected(self, minutes: float) -> float:
        """Minutes on this machine for what takes `minutes` at 100 GFLOP/s; at least one, as start-up does not scale."""
        return max(1.0, minutes * 100 / self.matrix_rate)


def start(notebook: str, seed: int = 0) -> Runtime:
    """Set up a notebook and print a small table of what it runs with.

    Environment: HPE_PROFILE (smoke, lab, paper), HPE_DATA (a data set's name), HPE_DATA_ROOT (its folder or archive),
    KERAS_BACKEND. Raises ValueError for a profile or data set that does not exist. Taught in notebook 00.
    """
    profile, dataset = os.environ.get("HPE_PROFILE", "lab"), os.environ.get("HPE_DATA", "synthetic")
    budget = load_budget(notebook, profile)
    if dataset not in data.SOURCES:
        raise ValueError(f"HPE_DATA={dataset} is not a data set; known are {', '.join(data.SOURCES)}")
    keras = import_quietly("keras")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # many models, many traces: no news to a learner
    keras.utils.set_random_seed(seed)
    device = find_device(keras)
    with quiet_error_stream():
        rate, precision = choose_precision(keras)
    viz.use_style()
    runtime = Runtime(
        notebook, profile, budget, dataset, os.environ.get("HPE_DATA_ROOT"), device, precision, rate, seed
    )
    print(runtime)
    return runtime


def load_budget(notebook: str, profile: str) -> SimpleNamespace:
    """The entry of budgets.toml for a notebook and a profile; raises ValueError naming the known ones."""
    budgets = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text(encoding="utf-8"))
    if notebook not in budgets:
        raise ValueError(f"budgets.toml has no notebook {notebook!r}; it has {', '.join(budgets)}")
    if profile not in budgets[notebook]:
        raise ValueError(f"HPE_PROFILE={profile} is not a profile; known are {', '.join(PROFILES)}")
    return SimpleNamespace(**budgets[notebook][profile])


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


def choose_precision(keras) -> tuple[float, str]:
    """Time one matrix product in float32 and bfloat16; take mixed_bfloat16 where it is clearly faster.

    Returns the rate in GFLOP/s of the better one and the name of the Keras dtype policy, which is set.
    """
    # In turns, for on a shared machine one measurement may fall into somebody else's burst.
    rates = {"float32": 0.0, "bfloat16": 0.0}
    for dtype in (*rates, *rates):
        rates[dtype] = max(rates[dtype], matrix_rate(keras, dtype))
    faster = rates["bfloat16"] > 1.5 * rates["float32"]
    policy = "mixed_bfloat16" if faster else "float32"
    keras.config.set_dtype_policy(policy)
    return max(rates.values()) if faster else rates["float32"], policy


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
    """Expected minutes on this machine of every notebook that has measured minutes for the run's profile."""
    budgets = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text(encoding="utf-8"))
    budgets = {name: profiles.get(run.profile, {}) for name, profiles in sorted(budgets.items())}
    return {name: run.expected(budget["minutes"]) for name, budget in budgets.items() if "minutes" in budget}
