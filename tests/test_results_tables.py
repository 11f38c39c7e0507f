"""README's and the results' tables are what the records say, and no figure beside them is typed."""

import re

import pytest
from scripts import script

pytest.importorskip("keras")

tool = script("tools/results_tables.py")


@pytest.mark.parametrize("path", tool.PAGES, ids=lambda path: path.name)
def test_the_tables_are_what_the_tool_writes(path):
    text = path.read_text(encoding="utf-8")
    assert text == tool.filled(text), "python tools/results_tables.py"


def test_every_block_is_on_one_page():
    names = [name for path in tool.PAGES for _, name, _ in tool.BLOCK.findall(path.read_text(encoding="utf-8"))]
    assert sorted(names) == sorted(tool.BLOCKS)


@pytest.mark.parametrize("path", tool.PAGES, ids=lambda path: path.name)
def test_no_score_is_typed(path):
    rest = tool.BLOCK.sub("", path.read_text(encoding="utf-8"))
    rest = re.sub(r"\]\([^)]*\)|`[^`]*`", "", rest)
    typed = re.findall(r"(?<![\w@.])0?\.\d{2,3}\b", rest)
    assert set(typed) <= {".05", ".95"}, "levels of a rule; scores come from records"


def test_a_block_that_nobody_makes_is_refused():
    with pytest.raises(KeyError):
        tool.filled("<!-- figures: weather -->\n<!-- end -->")
    assert tool.filled("before\nafter") == "before\nafter"


def test_numbers_are_written_alike():
    assert (tool.fraction(0.5), tool.fraction(1.0), tool.fraction(0.0)) == (".500", "1.000", ".000")
    assert tool.signed(-0.0123) == "−.012" and tool.signed(0.5, 1) == "+.5"
    assert (tool.share(0.004), tool.share(0.999), tool.share(0.5)) == ("< .01", "> .99", ".50")
