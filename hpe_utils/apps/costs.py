"""What training by a budget costs, counted before anything runs: multiplications, memory, hours on a device.

As a program it takes the first step of one row and prints what that took, as JSON.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from hpe_utils.files import DataError, read_bytes, read_json, write_bytes
from hpe_utils.runs import RESULTS
from hpe_utils.runtime import PROFILES, import_quietly, load_budget, matrix_rate, read_budgets

# Dense 16-bit TFLOP/s, float32 sums, and GB, by the makers' data sheets.
CARDS = {"T4": (65, 16), "RTX 4090": (165, 24), "A100": (312, 80), "H100": (989, 80), "H200": (989, 141)}
SHARE = 0.3  # of a card's rate that a training step is taken to reach
# Forms of the sources that a notebook shows and no budget names: trained as its own network is.
OTHERS = (
    ("01_head_box_regression", "resnet50v2", {}),
    ("02_joint_regression", "resnet50v2", {}),
    ("04_hourglass_and_vit", "hourglass", {"stacks": 8}),
    ("04_hourglass_and_vit", "vit", {"size": "S", "picture": [256, 256]}),
    ("04_hourglass_and_vit", "vit", {"size": "B", "picture": [256, 256]}),
    ("08b_bodypix", "bodypix", {"backbone": "resnet50", "heads": ["mask", "parts"]}),
    ("10_mask_rcnn_parts", "mask_rcnn", {"people": 4, "proposals": 80, "depth": 101}),
)
FIRST_STEPS = RESULTS / "paper_steps.json"
BEGIN, END = "<!-- costs -->", "<!-- end of costs -->"
STEP = {"batch": int, "peak": float, "loss": float}


class Cost(NamedTuple):
    """What one row of the table trains: `passes` pictures in all, `macs` a picture forwards, `memory` bytes a batch."""

    name: str
    budget: SimpleNamespace
    parameters: int
    macs: int
    memory: int

    @property
    def passes(self) -> int:
        """Pictures that training sees."""
        return getattr(self.budget, "trainings", 1) * self.budget.epochs * self.budget.train

    def hours(self, flops: float) -> float:
        """Hours of the whole training at so many multiplications and additions a second."""
        # Forwards, for the weights' gradient and for the inputs' gradient: a multiplication and an addition each.
        return 6 * self.macs * self.passes / flops / 3600


def budgets(profile: str = "paper") -> dict[str, SimpleNamespace]:
    """The budgets that train, by notebook and network: "04 vit S"; in `paper` also the sources' other forms."""
    rows = {}
    for notebook, profiles in read_budgets().items():
        if "task" in profiles and profile in profiles:
            budget = load_budget(notebook, profile)
            rows[f"{notebook.partition('_')[0]} {budget.model}"] = budget
    for notebook, model, network in OTHERS if profile == "paper" else ():
        form = [str(value) for key, value in network.items() if key in ("stacks", "size", "backbone", "depth")]
        changed = vars(load_budget(notebook, profile)) | {"model": model, "network": network}
        rows[" ".join([notebook.partition("_")[0], model, *form])] = SimpleNamespace(**changed)
    return dict(sorted(rows.items()))


def cost(name: str, budget: SimpleNamespace) -> Cost:
    """Count what a budget's training costs; its network gets no room for weights."""
    import keras

    from hpe_utils import models
    from hpe_utils.models.cost import count_macs, training_bytes

    options = {"size": budget.size} | getattr(budget, "network", {})
    with keras.StatelessScope(initialize_variables=False):
        model = models.build(budget.model, budget.preset, **options)
    return Cost(name, budget, model.count_params(), count_macs(model), training_bytes(model, budget.batch))


def table(wanted: str = "", profile: str = "paper", device: str | None = None) -> Iterator[str]:
    """Lines of Markdown: what each budget costs whose row or task begins with `wanted`, on all cards or one device.

    `device` is one of CARDS, or "here" for this machine's matrix products. Raises DataError for unknown names.
    """
    if device not in (None, "here", *CARDS):
        raise DataError(f"unknown device {device!r}; known are here, {', '.join(CARDS)}")
    if profile not in PROFILES:
        raise DataError(f"unknown profile {profile!r}; known are {', '.join(PROFILES)}")
    known = budgets(profile)
    chosen = {name: known[name] for name in known if name.startswith(wanted) or wanted == known[name].task}
    if not chosen:
        raise DataError(f"nothing that trains is called {wanted!r}; known are {', '.join(known)}")
    if device == "here":
        rates = {"here": matrix_rate(import_quietly("keras"), "float32", seconds=1.0) * 1e9}
    else:
        rates = {name: CARDS[name][0] * 1e12 for name in ([device] if device else CARDS)}
    steps = read_json(FIRST_STEPS, "get it again", {"*": STEP}) if profile == "paper" and FIRST_STEPS.exists() else {}
    heads = ["notebook, network", "pictures", "batch", "M weights", "GMAC a picture", "M pictures in all",
             "GB, counted", "GB, first step (batch)", *(f"hours, {name}" for name in rates)]  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for name, budget in chosen.items():
        found, step = cost(name, budget), steps.get(name)
        cells = [name, f"{budget.size}²", budget.batch, f"{found.parameters / 1e6:.1f}", f"{found.macs / 1e9:.2f}",
                 f"{found.passes / 1e6:.2f}", f"{found.memory / 1e9:.1f}",
                 f"{step['peak']:.1f} ({step['batch']})" if step else "–",
                 *(f"{found.hours(SHARE * rate):.2f}" for rate in rates.values())]  # fmt: skip
        yield f"| {' | '.join(map(str, cells))} |"


def section() -> str:
    """The table with the lines that mark it in a page."""
    return "\n".join([BEGIN, "", *table(), "", END])


def write(page: Path) -> None:
    """Replace the table in a page; raises DataError where the page has no place for it."""
    text = read_bytes(page, "name a page of the course").decode()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise DataError(f"{page} has no lines {BEGIN} and {END} between which the table stands")
    write_bytes(page, f"{before}{section()}{after}".encode())


def first_step(name: str, largest: int) -> dict:
    """Take a `paper` row's first step at full size, on drawn people: batch, the process' peak in GB, loss.

    The batch is the budget's, or `largest`.
    """
    import resource  # which Windows lacks

    import_quietly("keras")
    from hpe_utils import trial

    budget = budgets()[name]
    budget.batch = min(budget.batch, largest)
    model, batches = trial.begin(budget, jit=False, steps=1)
    loss = float(model.train_on_batch(*batches[0], return_dict=True)["loss"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {"batch": budget.batch, "peak": round(peak, 2), "loss": round(loss, 4)}


if __name__ == "__main__":
    print(json.dumps(first_step(sys.argv[1], int(sys.argv[2]))))
