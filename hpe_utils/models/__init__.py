"""Architectures by name: `build("deeppose", preset="lab", outputs=32)`; one file each, a lab and a paper form.

A file NAME.py with a function NAME_lab is an architecture; the others are what several share.
"""

from importlib import import_module
from pathlib import Path

ARCHITECTURES = tuple(
    path.stem
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if f"\ndef {path.stem}_lab(" in path.read_text(encoding="utf-8")
)
PRESETS = ("lab", "paper")


def build(name: str, preset: str = "lab", **options):
    """A plain `keras.Model`, untrained: `lab` runs on two cores, `paper` has the source's sizes.

    Models take (B, H, W, 3) pictures with values 0–255 and scale them inside. The options are those of the
    function NAME_PRESET in the module NAME, such as `deeppose.deeppose_lab`. Raises ValueError naming the known names.
    """
    if name not in ARCHITECTURES:
        raise ValueError(f"unknown model {name!r}; known are {', '.join(ARCHITECTURES)}")
    if preset not in PRESETS:
        raise ValueError(f"unknown preset {preset!r}; known are {', '.join(PRESETS)}")
    form = getattr(import_module(f"hpe_utils.models.{name}"), f"{name}_{preset}", None)
    if form is None:
        raise ValueError(f"{name} has no {preset} form: it is no network of the course's sources")
    return form(**options)
