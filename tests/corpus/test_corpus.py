"""Damaged files of every kind, some hundreds, seeded: each ends in a clear error or a declared result (`run.py`)."""

import sys

import pytest

pytest.importorskip("keras")
if sys.platform != "linux":
    pytest.skip("memory is measured as Linux tells it", allow_module_level=True)

from readers import READERS  # noqa: E402
from run import GOOD, lines_of  # noqa: E402

INPUTS = 12  # of every reader; `run.py` reads all

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("name", READERS)
def test_no_damaged_file_ends_in_a_traceback_or_a_silent_result(name):
    found = lines_of(name, INPUTS)
    assert len(found) == INPUTS
    faults = [f"{case}: {kind} {text[:200]}" for case, kind, text in found if kind not in GOOD]
    assert not faults, "\n".join(faults)
