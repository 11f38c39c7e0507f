"""The ledger: every claim with a test and figures that still support its verdict; ours stand where they are said."""

import json
from collections import Counter

import pytest
from conftest import ROOT
from scripts import script

pytest.importorskip("keras")

tool = script("tools/ledger.py")
CLAIMS = tool.claims()
FOUND = [tool.judged(claim) for claim in CLAIMS]


@pytest.mark.parametrize("entry", FOUND, ids=lambda entry: f"{entry['source']}-{entry['claim'][:40]}")
def test_the_figures_support_the_verdict(entry):
    assert entry["verdict"] in tool.VERDICTS and entry["kind"] in ("number", "better than", "because")
    assert entry["found"] == entry["verdict"], tool.in_words(entry["figures"])
    assert bool(entry.get("true")) == bool(entry["figures"]), "conditions are on figures"


def test_there_are_enough_of_every_source_and_kind():
    counts = Counter(claim["source"] for claim in CLAIMS)
    tested = Counter(entry["source"] for entry in FOUND if entry["found"] != "untested here")
    sources = [source for source in tool.SOURCES if source != "ours"]
    assert set(counts) == set(tool.SOURCES) and all(tested[source] >= 5 for source in sources)
    assert sum(tested[source] for source in sources) >= 25 and counts["ours"] >= 15
    assert {claim["kind"] for claim in CLAIMS} == {"number", "better than", "because"}


@pytest.mark.parametrize("place, words", tool.sentences())
def test_what_we_claim_stands_there_and_holds(place, words):
    text = " ".join((ROOT / place).read_text(encoding="utf-8").split())
    assert words in text, f"{place} says it no longer: mend tools/ledger.toml"
    assert next(entry for entry in FOUND if entry["claim"] == words)["found"] == "holds"


def test_a_claim_that_its_figures_do_not_support_is_found():
    claim = next(claim for claim in CLAIMS if claim["source"] == "ours" and "LiteRT" in claim["test"])
    wrong = claim | {"true": ["max(photo, photo_people, photo_parts) <= 2 / 3"]}
    assert tool.judged(wrong)["found"] == "fails", "what the guide said before"
    both = claim | {"true": claim["true"] + wrong["true"]}
    assert tool.judged(both)["found"] == "depends"
    assert tool.judged(claim | {"true": []})["found"] == "untested here"
    with pytest.raises(ValueError, match="no_such"):
        tool.judged(claim | {"figures": {"x": "no_such('run')"}})


def test_record_and_page_are_what_the_tool_writes():
    record = json.loads(tool.RECORD.read_text(encoding="utf-8"))
    assert record["claims"] == FOUND, "python tools/ledger.py --record"
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(FOUND), "python tools/ledger.py --record"
