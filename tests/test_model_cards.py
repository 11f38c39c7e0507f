"""The cards in docs/models say what the records beside the weights say."""

import re

import pytest
from conftest import ROOT
from scripts import script

pytest.importorskip("keras")

from hpe_utils import runs  # noqa: E402

tool = script("tools/model_cards.py")
CARDS = tool.cards()
SHIPPED = sorted(path.name.removesuffix(runs.WEIGHTS) for path in runs.CHECKPOINTS.glob(f"*{runs.WEIGHTS}"))


def test_every_shipped_network_has_a_card_and_no_other():
    assert {path.stem for path in tool.FOLDER.glob("*.md")} == {"README", *map(tool.short, SHIPPED)} == set(CARDS)


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_what_the_tool_writes(name):
    stored = (tool.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert stored == CARDS[name], "python tools/model_cards.py"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_has_every_recorded_number(name):
    facts, card = runs.facts_of(name), CARDS[tool.short(name)]
    assert facts["scores"] == runs.load_recorded(name)["scores"], "the checkpoint and its run say the same"
    for row in facts["scores"]:
        known = {*tool.FACTS_OF_A_ROW, *tool.OF_THE_RUN}
        assert all(f"| {value} |" in card for key, value in row.items() if key not in known)
    for word in (
        facts["licence"],
        facts["origin"],
        f"{facts['passes']:,} pictures",
        "Must not be used",
    ):
        assert word in card


@pytest.mark.parametrize("name", SHIPPED)
def test_links_of_a_card_lead_somewhere(name):
    targets = re.findall(r"\]\(([^)#]+)(?:#([\w-]+))?\)", CARDS[tool.short(name)])
    for path, heading in targets:
        text = (tool.FOLDER / path).read_text(encoding="utf-8")
        headings = [
            re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
            for line in re.findall(r"^#+ (.*)", text, re.M)
        ]
        assert not heading or heading in headings
    assert (ROOT / "docs" / "models").is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_says_the_size_and_kind_of_the_network_itself(name):
    network = runs.load_network(name)
    assert tool.picture_side(network.facts) == network.codec.size[0]
    assert network.model.count_params() == network.facts["parameters"]
    body, vocabulary = tool.found_by(network.facts)
    assert (body and len(body)) == (lambda found: found and len(found))(network.task.joints(network.codec))
    assert (vocabulary is not None) == (getattr(network.codec, "vocabulary", None) is not None)
