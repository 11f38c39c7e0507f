"""The scoreboard: statistics against textbooks and COCO's own, the record, and the benchmark that makes it."""

import json
import re
import sys
import tomllib

import numpy as np
import pytest
from conftest import ROOT
from scripts import script

pytest.importorskip("keras")

from hpe_utils import metrics, runs, scoreboard  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402
from hpe_utils.metrics import coco  # noqa: E402
from hpe_utils.metrics.parts import part_scores  # noqa: E402

tool = script("benchmarks/scoreboard.py")


# Statistics ---------------------------------------------------------------------------------------


def of_people(*values):
    def mean_of(one):
        return lambda rows: one[rows].mean()

    return [mean_of(np.array(one, float)) for one in values]


def test_who_is_always_better_is_best_and_who_ties_shares():
    rng = np.random.default_rng(0)
    one = rng.random(40)
    np.testing.assert_allclose(metrics.best_probability(of_people(one, one + 0.01), 40, 200), [0, 1])
    shares = metrics.best_probability(of_people(one, one - 1, one), 40, 200)
    np.testing.assert_allclose(shares, [0.5, 0, 0.5])


def test_the_probability_of_being_best_is_that_of_the_difference():
    rng = np.random.default_rng(1)
    hard = rng.normal(0, 1, 400)  # what both find hard cancels
    first, second = hard + rng.normal(0.02, 0.2, 400), hard + rng.normal(0, 0.2, 400)
    share = metrics.best_probability(of_people(first, second), 400, 2000)
    difference = first - second
    z = difference.mean() / (difference.std() / np.sqrt(400))
    from scipy.stats import norm

    assert share.sum() == pytest.approx(1) and share[0] == pytest.approx(norm.cdf(z), abs=0.03)


def test_holm_is_as_in_the_textbook():
    np.testing.assert_allclose(metrics.holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(metrics.holm([0.9, 0.6]), [1, 1])
    assert metrics.holm([]).shape == (0,)


def test_random_groups_have_uniform_p_values_and_real_ones_the_least():
    rng = np.random.default_rng(2)
    labelled = rng.integers(6, 13, 120)
    right = rng.binomial(labelled, rng.beta(5, 2, 120))
    p = [metrics.permutation_p(right, labelled, rng.permutation(120) < 30, 200) for _ in range(200)]
    assert np.mean(np.array(p) <= 0.05) < 0.1 and 0.4 < np.mean(p) < 0.6
    inside = np.arange(120) < 30
    assert metrics.permutation_p(np.where(inside, 0, labelled), labelled, inside, 500) == pytest.approx(1 / 501)


def scene(rng, pictures=12):
    """Random people of some pictures, one of them a crowd, and detections near and far."""
    rows = np.repeat(np.arange(pictures), rng.integers(1, 4, pictures))
    keypoints = np.dstack([rng.uniform(0, 200, (len(rows), 17, 2)), rng.integers(0, 3, (len(rows), 17))])
    crowd = np.zeros(len(rows), bool)
    crowd[3] = True
    areas = rng.uniform(50**2, 150**2, len(rows))
    boxes = np.tile([0.0, 0.0, 200.0, 200.0], (len(rows), 1))
    truth = coco.Truth(rows, keypoints, areas, boxes, crowd)
    found = np.repeat(np.arange(len(rows)), rng.integers(0, 3, len(rows)))
    places = keypoints[found] + np.dstack([rng.normal(0, 9, (len(found), 17, 2)), np.zeros((len(found), 17))])
    return coco.Detections(rows[found], places, rng.permutation(len(found)) / len(found)), truth


@pytest.mark.parametrize("seed", range(4))
def test_the_ap_of_weighed_pictures_is_cocos(seed):
    rng = np.random.default_rng(seed)
    detections, truth = scene(rng)
    judged = coco.judge(detections, truth)
    assert coco.average_precision(judged) == pytest.approx(coco.evaluate(detections, truth).AP, abs=1e-9)
    times = rng.integers(0, 3, len(judged.people))
    copies = [(picture, copy) for picture, count in enumerate(times) for copy in range(count)]
    some, again = [], []
    for number, (picture, _) in enumerate(copies):
        here, there = detections.pictures == picture, truth.pictures == picture
        some.append(coco.Detections(np.full(here.sum(), number), *(f[here] for f in detections[1:])))
        again.append(coco.Truth(np.full(there.sum(), number), *(f[there] for f in truth[1:])))
    joined = [type(parts[0])(*map(np.concatenate, zip(*parts, strict=True))) for parts in (some, again)]
    assert coco.average_precision(judged, times) == pytest.approx(coco.evaluate(*joined).AP, abs=1e-9)


def test_nobody_found_is_nought_and_nobody_sought_is_no_score():
    nothing = coco.Judged(np.zeros(0, int), np.zeros((0, 10), bool), np.zeros((0, 10), bool), np.array([2, 1]))
    assert coco.average_precision(nothing) == 0
    assert np.isnan(coco.average_precision(nothing, np.zeros(2)))


# The record ---------------------------------------------------------------------------------------


def read(kind, count, **units):
    """A row as it is read from what was written of these units."""
    packed = {name: scoreboard.packed(array) for name, array in units.items()}
    return scoreboard.row_of({"network": "one", "set": "some", "units": packed}, {"kind": kind, "count": count})


def test_a_row_of_joints_has_the_pooled_score():
    rng = np.random.default_rng(0)
    labelled = rng.integers(0, 13, 30)
    right = rng.binomial(labelled, 0.7)
    row = read("joints", 30, right=right, labelled=labelled)
    assert row.score == pytest.approx(right.sum() / labelled.sum())
    rows = rng.integers(30, size=30)
    assert row.statistic(rows) == pytest.approx(right[rows].sum() / labelled[rows].sum())
    low, high = row.interval
    assert low < row.score < high


def test_a_row_of_parts_has_the_pooled_mean_iou():
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 90, (9, 5, 5))
    row = read("parts", 9, confusions=counts)
    assert row.score == pytest.approx(part_scores(counts).pooled_parts)
    rows = rng.integers(9, size=9)
    assert row.statistic(rows) == pytest.approx(part_scores(counts[rows]).pooled_parts)


def test_a_row_of_people_has_cocos_ap():
    detections, truth = scene(np.random.default_rng(5))
    judged = coco.judge(detections, truth)
    row = read("people", len(judged.people), **judged._asdict())
    assert row.score == pytest.approx(coco.evaluate(detections, truth).AP, abs=1e-9)


def test_groups_take_everybody_whose_value_is_known_once():
    yaw = scoreboard.split("yaw", np.array([-170.0, 12, 45, -30, np.nan]))
    assert {name: inside.tolist() for name, inside in yaw.items()} == {
        "within 30° of the camera": [False, True, False, True, False],
        "30° to 90°": [False, False, True, False, False],
        "turned away": [True, False, False, False, False],
    }
    words = scoreboard.split("clothing", np.array(["dress", "", "coat", "dress"]))
    assert words["dress"].tolist() == [True, False, False, True] and set(words) == {"dress", "coat"}


def test_slices_name_the_group_that_is_worse():
    rng = np.random.default_rng(0)
    labelled = np.full(200, 12)
    bad = np.arange(200) < 40
    right = rng.binomial(12, np.where(bad, 0.4, 0.8))
    row = read("joints", 200, right=right, labelled=labelled)
    groups = {("pose", "bad"): bad, ("pose", "good"): ~bad, ("yaw", "some"): rng.random(200) < 0.3}
    groups["hat", "few"] = np.arange(200) < 5
    found = scoreboard.slices(row, groups)
    assert found[0]["group"] == "bad" and found[0]["people"] == 40 and found[0]["corrected"] < 0.01
    assert found[0]["PCKh"] == pytest.approx(right[bad].mean() / 12)
    assert {one["group"] for one in found} == {"bad", "good", "some"}, "of five people nothing is said"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "RESULTS", tmp_path)
    return tmp_path


def small_record():
    rng = np.random.default_rng(0)
    labelled = np.full(60, 12)
    shares = {"slow": 0.8, "quick": 0.8, "weak": 0.3, "published": 0.9}
    rows = [
        {"network": name, "set": "one, hard", "key": "",
         "units": {"right": scoreboard.packed(rng.binomial(labelled, p)), "labelled": scoreboard.packed(labelled)}}
        for name, p in shares.items()
    ]  # fmt: skip
    ms = {"slow": 30.0, "quick": 10.0, "weak": 1.0, "published": 2.0}
    networks = {n: {"weights": 1, "peer": n == "published", "milliseconds alone": t} for n, t in ms.items()}
    sets = {"one, hard": {"title": "", "kind": "joints", "count": 60, "facts": {}, "photographs": False}}
    return {"command": "", "people": 60, "matrix_rate": 1.0, "sets": sets, "networks": networks, "rows": rows}


def test_the_fastest_of_those_that_may_be_best_is_chosen(folder):
    record = small_record()
    record["rows"][1]["units"] = record["rows"][0]["units"]  # as good as the slow one
    (folder / "scoreboard.json").write_text(json.dumps(record))
    taken, alike, published = scoreboard.load().choose("one, hard")
    assert taken.network == "quick" and [row.network for row in alike] == ["slow"]
    assert [row.network for row in published] == ["published"]


@pytest.mark.parametrize("damage", ["units", "set", "kind", "costs", "file"])
def test_a_damaged_record_is_refused_with_the_remedy(folder, damage):
    record = small_record()
    if damage == "units":
        record["rows"][0]["units"]["right"] = "1 2 x"
    if damage == "set":
        record["rows"][0]["set"] = "another"
    if damage == "costs":
        del record["networks"]["weak"]
    if damage == "kind":
        del record["sets"]["one, hard"]["kind"]
    if damage != "file":
        (folder / "scoreboard.json").write_text(json.dumps(record))
    with pytest.raises(DataError, match=scoreboard.COMMAND):
        scoreboard.load()


def test_who_is_not_there_is_said(folder):
    (folder / "scoreboard.json").write_text(json.dumps(small_record()))
    board = scoreboard.load()
    with pytest.raises(KeyError, match="one, hard"):
        board.of("another")
    with pytest.raises(KeyError, match="slow"):
        board.row("another", "one, hard")


# The stored record --------------------------------------------------------------------------------


def test_the_board_is_of_the_shipped_weights_and_complete():
    board = json.loads((ROOT / "data" / "results" / "scoreboard.json").read_text(encoding="utf-8"))
    have = {(row["network"], row["set"]): row["key"].split()[0] for row in board["rows"]}
    remedy = f"{scoreboard.COMMAND} brings it up to date"
    for name in (path.name.removesuffix(runs.WEIGHTS) for path in runs.CHECKPOINTS.glob(f"*{runs.WEIGHTS}")):
        facts = runs.facts_of(name)
        for title, one in board["sets"].items():
            if one["kind"] in tool.tasks_of(facts):
                assert have.get((tool.short(name), title)) == facts["sha256"][:12], f"{name}, {title}: {remedy}"
        assert board["networks"][tool.short(name)]["cost"] == f"{facts['sha256'][:12]} {tool.MEASURED}", remedy


def test_a_rows_units_are_its_sets_people():
    board = scoreboard.load()
    for row in board.rows:
        first = row.units["people" if "people" in row.units else next(iter(row.units))]
        assert len(first) == row.count == board.sets[row.set]["count"], (row.network, row.set)
        assert 0 <= row.score <= 1
    facts = board.sets["one, hard"]["facts"]
    assert set(facts) == set(scoreboard.GROUPS) and {len(v) for v in facts.values()} == {
        board.sets["one, hard"]["count"]
    }


def test_nothing_else_looks_at_the_boards_people():
    own = {scoreboard.SEED, scoreboard.SEED + 1, scoreboard.SEED + 2}
    texts = [path.read_text(encoding="utf-8") for place in ("notebooks", "benchmarks", "tools", "hpe_utils")
             for path in (ROOT / place).rglob("*.*") if path.suffix in (".py", ".ipynb")]  # fmt: skip
    assert not {int(number) for text in texts for number in re.findall(r"\bseed=(\d+)", text)} & own
    listed = tomllib.loads((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8"))
    options = [one for run in listed.values() for name in ("load", "train", "test", "watch") for one in
               (run.get(name, []) if isinstance(run.get(name), list) else [run.get(name, {})])]  # fmt: skip
    assert all("seed" not in one for one in options)


# The benchmark ------------------------------------------------------------------------------------

COSTS = {"milliseconds alone": 1.0, "milliseconds in a batch": 1.0, "megabytes": 1.0, "joules": None,
         "matrix rate": 1.0}  # fmt: skip


@pytest.fixture
def started(tmp_path, monkeypatch, cache_folder):
    """Starts the benchmark on four people, with costs that are not measured, and gives the board."""
    path, asked = tmp_path / "board.json", []
    monkeypatch.setattr(tool, "machine", lambda: 1.0)
    monkeypatch.setattr(tool, "measured", lambda system, _: COSTS | {"cost": f"{system.sha[:12]} {tool.MEASURED}"})
    judge = tool.Set.units
    monkeypatch.setattr(tool.Set, "units", lambda one, system: asked.append(one.name) or judge(one, system))

    def start(*options):
        asked.clear()
        monkeypatch.setattr(sys, "argv", ["scoreboard", "--people", "4", "--board", str(path), *options])
        code = tool.main()
        return code, sorted(asked), json.loads(path.read_text()) if path.exists() else None

    return start


def test_a_second_start_computes_what_changed_alone(started, tmp_path):
    code, asked, board = started("--only", "04_vit", "openpose")
    assert code == 0
    assert asked == ["one, easy", "one, easy", "one, hard", "one, hard", "several, easy", "several, hard"]
    assert set(board["networks"]) == {"04_vit", "openpose"} and len(board["rows"]) == 6
    assert started("--only", "04_vit", "openpose")[1] == []
    path = tmp_path / "board.json"
    board["rows"][0]["key"] = "other weights"
    path.write_text(json.dumps(board))
    assert started("--only", "04_vit", "openpose")[1] == [board["rows"][0]["set"]]
    assert started("--only", "04_vit", "openpose", "--people", "6")[1] == asked, "other people, other rows"


def test_ctrl_c_keeps_what_is_done(started, monkeypatch, capsys):
    monkeypatch.setattr(tool, "measured", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    code, asked, board = started("--only", "04_vit")
    assert code == tool.STOPPED and len(asked) == len(board["rows"]) == 2
    assert board["networks"]["04_vit"]["weights"] > 0 and board["networks"]["04_vit"]["milliseconds alone"] is None
    assert "the same command goes on" in capsys.readouterr().out


@pytest.mark.slow
def test_costs_are_measured_in_a_process_of_their_own(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["scoreboard", "--cost", "04_vit"])
    assert tool.main() == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(told) == set(tool.COSTS) - {"cost"} == set(COSTS) and told["milliseconds alone"] > 0
    assert told["joules"] is None or told["joules"] > 0


def test_all_vocabularies_are_read_in_the_same_four_words():
    from hpe_utils import parts

    for vocabulary in (parts.BODYPIX24, parts.PASCAL6, parts.IFTIMIE6):
        words = tool.limbs4(vocabulary)
        assert set(words[1 : len(vocabulary) + 1].tolist()) == {1, 2, 3, 4} and words[0] == 0
        assert words[vocabulary.label("torso" if "torso" in vocabulary.parts else "torso_front")] == 2
