"""Learners' copies of the first release's notebooks still find what they import."""

import importlib
from importlib import import_module
from pathlib import Path

import pytest

pytest.importorskip("keras")

from hpe_utils import moved, runtime  # noqa: E402

# Every module and every name of one that those notebooks imported or reached through a module.
USED = Path(__file__).with_name("first_release_names.txt").read_text(encoding="utf-8").split()


def found(address: str):
    """What lies at an address, as `import` and then attributes find it."""
    *parents, name = address.split(".")
    if not parents:
        return import_module(address)
    home = found(".".join(parents))
    return getattr(home, name) if hasattr(home, name) else import_module(address)


@pytest.mark.parametrize("address", USED)
def test_what_the_first_release_used_is_where_it_was(address):
    assert found(address) is not None


@pytest.mark.parametrize("old, new", moved.MODULES.items())
def test_an_old_module_is_the_new_one(old, new):
    assert import_module(old) is import_module(new)
    assert import_module(new).__spec__.name == new and import_module(new).__name__ == new


@pytest.mark.parametrize(
    "old, new", [(f"{m}.{n}", new) for m, names in moved.NAMES.items() for n, new in names.items()]
)
def test_an_old_name_leads_to_the_new_one(old, new):
    assert found(old) is found(new)


def test_a_module_under_its_old_address_knows_its_file_and_can_be_reloaded():
    detection = import_module("hpe_utils.detection")
    assert detection.__spec__.name == "hpe_utils.boxes" and detection.__spec__.origin.endswith("boxes.py")
    assert importlib.reload(detection) is detection is import_module("hpe_utils.boxes")


def test_a_name_that_never_was_is_refused_by_name():
    for module in moved.NAMES:
        with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'nothing'"):
            import_module(module).nothing  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match="hpe_utils.nothing"):
        import_module("hpe_utils.nothing")


@pytest.mark.parametrize("old, parts", moved.NOTEBOOKS.items())
@pytest.mark.parametrize("profile", runtime.PROFILES)
def test_a_notebook_that_was_divided_has_the_budgets_of_its_parts(old, parts, profile):
    whole, halves = vars(runtime.load_budget(old, profile)), [vars(runtime.load_budget(one, profile)) for one in parts]
    assert whole == halves[0] | halves[1] and {"overfit", "forms", "ceiling", "rate", "epochs"} <= set(whole)
