"""Grouping: peaks, line integrals, assignment and assembly on cases made by hand, and people back from perfect maps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts import script

pytest.importorskip("keras")

from hpe_utils.codecs.grouping import (  # noqa: E402
    ASSIGNMENTS,
    Grouping,
    Peaks,
    assemble,
    assign,
    find_peaks,
    line_integrals,
    with_swallowed,
)
from hpe_utils.codecs.paf import PAFCodec  # noqa: E402
from hpe_utils.skeleton import BODY23, COCO17, OPENPOSE18, Skeleton, convert  # noqa: E402

STICK = Skeleton("STICK", joints=("left_hand", "right_hand"), limbs=(("left_hand", "right_hand"),))
STANDING = np.array([
    (0, -9), (1, -10), (-1, -10), (2, -9), (-2, -9), (4, -6), (-4, -6), (6, -2), (-6, -2), (6, 2), (-6, 2),
    (2, 3), (-2, 3), (3, 8), (-3, 8), (3, 13), (-3, 13),
    (5, 14), (3.5, 15), (2, 13.5), (-5, 14), (-3.5, 15), (-2, 13.5),
])  # fmt: skip


def perfect(people: np.ndarray, skeleton: Skeleton, size=(16, 12), stride=1, **options):
    """Maps and fields of (P, K, 2) places in cells, as their codec makes them; `size` in cells."""
    pixels = (np.asarray(people, np.float32) + 0.5) * stride - 0.5
    keypoints = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 2, np.float32)], axis=-1)
    codec = PAFCodec((size[0] * stride, size[1] * stride), skeleton, stride=stride, **options)
    target = np.asarray(codec.encode(keypoints[None])[0])[0]
    return target[..., : len(skeleton)], target[..., len(skeleton) + 1 :]


def gaussian(x: float, y: float, sigma: float = 1.0, size=(30, 20)) -> np.ndarray:
    down, across = np.mgrid[: size[1], : size[0]]
    return np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * sigma**2)).astype(np.float32)


# Peaks --------------------------------------------------------------------------------------------


@given(st.floats(2, 27), st.floats(2, 17), st.floats(0.3, 1))
@settings(max_examples=40, deadline=None)
def test_the_top_of_a_bell_is_found_between_the_cells(x, y, height):
    peaks = find_peaks(height * gaussian(x, y)[..., None], 0.1)
    assert peaks.joints.tolist() == [0]
    np.testing.assert_allclose(peaks.places[0], [x, y], atol=2e-3)
    assert 0.75 * height < peaks.heights[0] <= height + 1e-6


def test_peaks_are_ordered_by_joint_and_empty_maps_have_none():
    two = np.maximum(gaussian(20, 4), gaussian(5, 12))
    peaks = find_peaks(np.stack([gaussian(7.3, 11.8), np.zeros((20, 30)), two], -1).astype(np.float32), 0.1)
    assert peaks.joints.tolist() == [0, 2, 2]
    np.testing.assert_allclose(peaks.places, [[7.3, 11.8], [20, 4], [5, 12]], atol=1e-3)
    assert [len(part) for part in find_peaks(np.zeros((5, 6, 3), np.float32), 0.1)] == [0, 0, 0]
    assert not len(find_peaks(0.1 * two[..., None], 0.1).joints), "as high as the threshold is not above it"


@pytest.mark.parametrize("rows, columns", [((5, 7), (9, 12)), ((0, 2), (0, 2)), ((3, 4), (28, 30)), ((2, 9), (4, 5))])
def test_a_plateau_is_one_peak(rows, columns):
    flat = np.zeros((20, 30, 1), np.float32)
    flat[slice(*rows), slice(*columns)] = 0.9
    peaks = find_peaks(flat, 0.1)
    assert len(peaks.joints) == 1 and peaks.heights.tolist() == pytest.approx([0.9])
    assert np.abs(peaks.places[0] - (columns[0], rows[0])).max() <= 0.5


def test_peaks_at_the_edge_count_and_stay_inside():
    maps = np.zeros((5, 6, 1), np.float32)
    maps[0, 0], maps[4, 5] = 1, 0.5
    assert find_peaks(maps, 0.1).places.tolist() == [[0, 0], [5, 4]]


@pytest.mark.parametrize("apart", [(1.3, 0), (0, -1.3), (1, 1)])
def test_a_swallowed_peak_is_found_by_what_the_first_leaves(apart):
    here = np.array([10.0, 8.0])
    maps = np.maximum(gaussian(*here, 0.875), gaussian(*(here + apart), 0.875))[..., None]
    merged = find_peaks(maps, 0.1)
    assert len(merged.joints) == 1, "this test needs a merged peak"
    peaks = with_swallowed(maps, merged, 0.875)
    assert peaks.joints.tolist() == [0, 0]
    assert np.linalg.norm(peaks.places - [here, here + apart], axis=1).max() < 1


@given(st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 3)), st.floats(-0.4, 0.4), max_size=6))
@settings(max_examples=30, deadline=None)
def test_lone_bells_hide_no_peaks_even_at_the_edge(places):
    maps = np.zeros((20, 30, 2), np.float32)
    for (column, row), shift in places.items():
        there = gaussian(5 * column + 2 + shift, 5 * row + 2 - shift, 0.875)
        maps[..., row % 2] = np.maximum(maps[..., row % 2], there)
    maps[0, 0] = 1
    peaks = find_peaks(maps, 0.1)
    for before, after in zip(peaks, with_swallowed(maps, peaks, 0.875), strict=True):
        np.testing.assert_array_equal(before, after)


# Limbs --------------------------------------------------------------------------------------------


def test_a_line_integral_knows_the_direction_and_the_map_ends_somewhere():
    field = perfect([[(2, 5), (11, 5)]], STICK)[1]
    starts, ends = np.array([[2.0, 5], [11, 5], [2, 5], [-9, -9]]), np.array([[11.0, 5], [2, 5], [2, 5], [-5, -5]])
    two = np.concatenate([np.zeros_like(field), field], axis=-1)
    values, lengths = line_integrals(two, starts, ends, np.array([1, 1, 1, 1]))
    np.testing.assert_allclose(values[:2].mean(axis=1), [1, -1], atol=1e-5)
    assert lengths[2] == 0 and not values[2].any(), "no length, no vote"
    assert not values[3].any(), "nothing outside the map"
    assert not line_integrals(two, starts, ends, np.array([0, 0, 0, 0]))[0].any()


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(0, 5000))
@settings(max_examples=15, deadline=None)
def test_line_integrals_are_bilinear_sampling_of_each_limbs_own_field(seed, samples, count):
    rng = np.random.default_rng(seed)
    fields = rng.uniform(-1, 1, (7, 9, 6)).astype(np.float32)
    starts, ends = rng.uniform(-2, 10, (2, count, 2)).astype(np.float32)
    limbs = rng.integers(3, size=count)
    values, lengths = line_integrals(fields, starts, ends, limbs, samples)
    assert values.shape == (count, samples)
    np.testing.assert_allclose(lengths, np.linalg.norm(ends - starts, axis=1), rtol=1e-5)
    padded = np.pad(fields, ((3, 5), (3, 5), (0, 0)))
    for row in rng.integers(count, size=min(count, 5)):
        for step, value in zip(np.linspace(0, 1, samples), values[row], strict=True):
            x, y = starts[row] + step * (ends[row] - starts[row]) + 3
            (i, u), (j, v) = (int(y), y % 1), (int(x), x % 1)
            corners = padded[i : i + 2, j : j + 2, 2 * limbs[row] : 2 * limbs[row] + 2]
            read = np.einsum("ijc,i,j->c", corners, [1 - u, u], [1 - v, v])
            assert value == pytest.approx(read @ (ends[row] - starts[row]) / lengths[row], abs=0.1), "1/32 of a cell"


def limb_scores(field, start, end, **options):
    """Score and candidacy of one limb of a STICK."""
    line = (np.array([place], float) for place in (start, end))
    scores, possible = Grouping(STICK, **options).limb_scores(field, *line, np.array([0]))
    return scores[0], possible[0]


def test_enough_samples_must_be_above_and_above_only_averages_these_alone():
    field = np.zeros((40, 16, 2), np.float32)
    field[:, :7, 0] = 0.8  # samples at x = 0, 1 … 9: seven of ten are above
    half = (0, 5), (9, 5)
    assert limb_scores(field, *half) == (pytest.approx(0.56), False)
    assert limb_scores(field, *half, ratio=0.7) == (pytest.approx(0.56), True)
    assert limb_scores(field, *half, ratio=0.7, above_only=True) == (pytest.approx(0.8), True)
    assert limb_scores(field, *half, ratio=0.7, least=0.81, above_only=True) == (0, False)
    assert not limb_scores(field, *half[::-1], ratio=0.0)[1], "a limb that points the other way is none"


def test_limbs_longer_than_half_the_map_lose_score_and_those_without_length_are_none():
    field = np.zeros((10, 30, 2), np.float32)
    field[..., 0] = 1
    assert limb_scores(field, (0, 5), (5, 5)) == (pytest.approx(1), True)
    assert limb_scores(field, (0, 5), (20, 5)) == (pytest.approx(0.25), True)
    assert limb_scores(field, (3, 5), (3, 5)) == (0, False)


def test_greedy_takes_the_best_and_hungarian_the_best_sum():
    starts, ends, limbs = np.array([0, 0, 1, 1]), np.array([2, 3, 2, 3]), np.zeros(4, int)
    scores = np.array([0.9, 0.8, 0.7, 0.1])
    assert assign(starts, ends, scores, limbs).tolist() == [0, 3]
    assert assign(starts, ends, scores, limbs, "hungarian").tolist() == [1, 2]
    for name in ASSIGNMENTS:
        assert assign(starts, ends, scores, np.array([0, 1, 1, 0]), name).tolist() == [0, 1, 2, 3], "kinds apart"
        assert assign(*np.zeros((4, 0), int), name).tolist() == []


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_no_peak_is_used_twice_and_hungarian_has_no_smaller_sum(seed, first, second):
    rng = np.random.default_rng(seed)
    starts, ends = (side.ravel() for side in np.mgrid[:first, :second])
    keep = rng.random(starts.size) < 0.7
    starts, ends = starts[keep], ends[keep] + first
    limbs, scores = rng.integers(2, size=len(starts)), rng.uniform(0.1, 1, len(starts))
    sums = {}
    for name in ASSIGNMENTS:
        chosen = assign(starts, ends, scores, limbs, name)
        assert (np.diff(scores[chosen]) <= 0).all(), "best first"
        for side in (starts, ends):
            used = list(zip(limbs[chosen], side[chosen], strict=True))
            assert len(set(used)) == len(used)
        sums[name] = scores[chosen].sum()
    assert sums["hungarian"] >= sums["greedy"] - 1e-9


# People -------------------------------------------------------------------------------------------


def test_peak_number_zero_is_a_peak_like_any_other():
    """ZheC's code takes row 0 for an absent joint when it merges people."""
    pairs = np.array([0, 2]), np.array([1, 1]), np.array([0.9, 0.8])
    members, sums = assemble(np.array([0, 1, 2]), *pairs, 3)
    assert members.tolist() == [[0, 1, 2]] and sums.tolist() == pytest.approx([1.7])
    people = Grouping(STICK, joints=2).people(*perfect([[(2, 5), (11, 5)]], STICK))
    np.testing.assert_allclose(people.keypoints, [[[2, 5, 2], [11, 5, 2]]], atol=1e-3)


def test_two_people_are_not_merged_where_both_have_the_joint():
    pairs = np.array([0, 1, 0]), np.array([2, 3, 3]), np.array([0.9, 0.8, 0.5])
    members, sums = assemble(np.array([0, 0, 1, 1]), *pairs, 2)
    assert members.tolist() == [[0, 2], [1, 3]] and np.allclose(sums, [0.9, 0.8])


def test_fragments_become_one_person_and_a_closing_limb_adds_its_score():
    kinds = np.arange(4)
    pairs = np.array([0, 2, 1, 0]), np.array([1, 3, 2, 3]), np.array([0.9, 0.8, 0.7, 0.6])
    members, sums = assemble(kinds, *pairs, 5)
    assert members.tolist() == [[0, 1, 2, 3, -1]] and sums.tolist() == pytest.approx([3.0])


def test_small_and_weak_people_are_dropped_and_the_rest_stand_best_first():
    grouping = Grouping(COCO17)
    peaks = Peaks(np.arange(9), np.ones((9, 2), np.float32), np.repeat(np.float32([0.15, 0.5, 0.9]), 3))
    members = np.full((4, 17), -1)
    members[0, :3], members[1, :3], members[2, :3], members[3, :2] = [0, 1, 2], [3, 4, 5], [6, 7, 8], [6, 7]
    people = grouping.kept(peaks, members, np.array([0.1, 1, 1, 1]))
    assert people.scores.tolist() == pytest.approx([(2.7 + 1) / 3, (1.5 + 1) / 3])
    assert (people.keypoints[..., 2].sum(axis=1) == 6).all()
    assert len(Grouping(COCO17, joints=2).kept(peaks, members, np.array([0.2, 1, 1, 1])).scores) == 4


@pytest.mark.parametrize("skeleton, stride", [(COCO17, 4), (OPENPOSE18, 8), (BODY23, 4)], ids=["17", "18", "23"])
@given(st.integers(1, 4), st.integers(0, 10_000))
@settings(max_examples=4, deadline=None)
def test_from_perfect_maps_the_people_come_back(skeleton, stride, count, seed):
    rng = np.random.default_rng(seed)
    bodies = STANDING * rng.uniform(0.9, 1.2, (count, 1, 1)) + rng.uniform(-0.3, 0.3, (count, *STANDING.shape))
    bodies += [[[16 + 20 * k, 21]] for k in range(count)]
    labelled = np.concatenate([bodies, np.full((*bodies.shape[:2], 1), 2)], axis=-1)
    truth = labelled[..., :2] if skeleton is BODY23 else convert(labelled, BODY23, skeleton)[..., :2]
    maps, fields = perfect(truth, skeleton, (100, 44), stride)
    for options in ({}, {"assignment": "hungarian"}, {"above_only": True, "ratio": 0.95}, {"sigma": 0.875}):
        found = Grouping(skeleton, **options).people(maps, fields)
        assert len(found.scores) == count and (found.keypoints[..., 2] == 2).all()
        assert found.keypoints.dtype == found.scores.dtype == np.float32
        places = found.keypoints[np.argsort(found.keypoints[:, 0, 0]), :, :2]
        np.testing.assert_allclose(places, truth, atol=0.25)


def test_two_people_with_one_neck_peak_need_sigma():
    """All limbs of OPENPOSE18 meet in the neck: who loses it falls apart, though no other joint is near."""
    labelled = np.concatenate([STANDING, np.full((len(STANDING), 1), 2)], axis=1)
    one = 1.3 * convert(labelled, BODY23, OPENPOSE18)[:, :2]
    other = one @ np.array([[0, 1], [-1, 0]])  # lies across, turned about the neck
    people = np.stack([one - one[1], other - other[1] + (0.8, 0.8)]) + (31, 30)
    maps, fields = perfect(people, OPENPOSE18, (64, 64), 8)
    assert len(Grouping(OPENPOSE18).peaks(maps).joints) < 36, "this test needs a merged peak"
    found = Grouping(OPENPOSE18, sigma=0.875).people(maps, fields)
    assert found.keypoints.shape[0] == 2 and (found.keypoints[..., 2] == 2).all()
    assert (Grouping(OPENPOSE18).people(maps, fields).keypoints[..., 2] == 0).any()


def test_the_benchmarks_limit_takes_true_places_where_peaks_have_merged():
    places = np.array([STANDING[:17] + (20, 14), STANDING[:17] + (33, 14)])
    places[1, COCO17.index("left_wrist")] = places[0, COCO17.index("left_wrist")] + (1, 0)
    maps, fields = perfect(places, COCO17, size=(56, 32), half_width=0.5)
    truth = np.concatenate([places, np.full((2, 17, 1), 2)], axis=-1).astype(np.float32)
    truth[0, COCO17.index("nose")] = 0  # nobody labelled it
    plain = Grouping(COCO17, assignment="hungarian").people(maps, fields)
    limit = script("benchmarks/grouping.py").AtTruePlaces(COCO17, assignment="hungarian", truth=truth)
    found = limit.people(maps, fields)
    assert (plain.keypoints[..., 2] > 0).sum() == 33, "this test needs a merged peak"
    assert (found.keypoints[..., 2] > 0).sum() == 33 and len(found.keypoints) == 2
    for person in found.keypoints:
        true = truth[np.abs(truth[:, 5, 0] - person[5, 0]).argmin()]
        np.testing.assert_allclose(person, true, atol=1e-4)


def test_empty_maps_have_nobody():
    for options in ({}, {"assignment": "hungarian", "sigma": 1.0}):
        nobody = Grouping(COCO17, **options).people(np.zeros((8, 9, 18)), np.zeros((8, 9, 38)))
        assert nobody.keypoints.shape == (0, 17, 3) and nobody.scores.shape == (0,)


def test_a_background_map_is_ignored():
    maps, fields = perfect([[(2, 5), (11, 5)]], STICK)
    with_background = np.concatenate([maps, np.ones_like(maps[..., :1])], axis=-1)
    grouping = Grouping(STICK, joints=2)
    for one, other in zip(grouping.people(maps, fields), grouping.people(with_background, fields), strict=True):
        np.testing.assert_array_equal(one, other)


def test_wrong_shapes_and_names_are_refused():
    grouping = Grouping(COCO17)
    for shape in ((8, 9, 16), (8, 9, 19), (9, 17), (1, 8, 9, 17)):
        with pytest.raises(ValueError, match="COCO17 needs maps .h, w, 17 or 18."):
            grouping.people(np.zeros(shape), np.zeros((8, 9, 38)))
    for shape in ((8, 9, 36), (9, 8, 38), (8, 38)):
        with pytest.raises(ValueError, match=r"need fields \(8, 9, 38\)"):
            grouping.people(np.zeros((8, 9, 18)), np.zeros(shape))
    with pytest.raises(ValueError, match="known are greedy, hungarian"):
        Grouping(COCO17, assignment="auction")
