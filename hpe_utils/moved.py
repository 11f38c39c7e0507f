"""Names of the first release, under which learners' own copies of the notebooks still find what has moved."""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

MODULES = {
    "hpe_utils.coco_eval": "hpe_utils.metrics.coco",
    "hpe_utils.codecs.parts": "hpe_utils.codecs.bodypix",
    "hpe_utils.detection": "hpe_utils.boxes",
    "hpe_utils.detection_losses": "hpe_utils.losses.detection",
    "hpe_utils.effects": "hpe_utils.apps.effects",
    "hpe_utils.grouping": "hpe_utils.codecs.grouping",
    "hpe_utils.instances": "hpe_utils.codecs.instances",
    "hpe_utils.part_losses": "hpe_utils.losses.parts",
    "hpe_utils.part_metrics": "hpe_utils.metrics.parts",
    "hpe_utils.quantise": "hpe_utils.models.quantise",
    **{
        f"hpe_utils.data.{name}": f"hpe_utils.data.sets.{name}"
        for name in ("coco", "download", "folder", "mpii", "mpii_files", "pascal_parts")
    },
    "hpe_utils.data.lsp": "hpe_utils.data.sets.lspet",
}
NAMES = {
    "hpe_utils.data": {"SOURCES": "hpe_utils.data.sets.SETS"},
    "hpe_utils.data.people": {"People": "hpe_utils.data.people.AnnotatedPeople"},
    "hpe_utils.models.mask_rcnn": {"Detections": "hpe_utils.models.mask_rcnn.DetectionLayer"},
    "hpe_utils.models.simple_baseline": {
        "block": "hpe_utils.models.layers.block",
        "trunk_levels": "hpe_utils.models.trunks.trunk_levels",
    },
    "hpe_utils.training": {
        "CHECKPOINTS": "hpe_utils.runs.CHECKPOINTS",
        "RESULTS": "hpe_utils.runs.RESULTS",
        "load_checkpoint": "hpe_utils.runs.load_checkpoint",
        "load_predictions": "hpe_utils.runs.load_predictions",
        "load_recorded": "hpe_utils.runs.load_recorded",
        "save_checkpoint": "hpe_utils.runs.save_checkpoint",
    },
}

NOTEBOOKS = {"08_body_parts": ("08a_parts_and_fcn", "08b_bodypix")}  # whose budgets a notebook's became


class Forwarder(MetaPathFinder, Loader):
    """Gives the module at its new address to whoever imports it under its old one."""

    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self) if name in MODULES else None

    def create_module(self, spec):
        module = import_module(MODULES[spec.name])
        self.own = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self.own  # the import system has just replaced it by the old address's


def names(module: str) -> Callable:
    """A `__getattr__` for a module, which finds names that have left it."""

    def find(name: str):
        if name not in NAMES[module]:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        home, _, new = NAMES[module][name].rpartition(".")
        return getattr(import_module(home), new)

    return find


def forward() -> None:
    """Let the old addresses be imported."""
    if not any(isinstance(finder, Forwarder) for finder in sys.meta_path):
        sys.meta_path.append(Forwarder())
