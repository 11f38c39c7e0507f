"""The rendered people: labels agree with pixels, pictures depend on nothing but their number, shares are as stated."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from hpe_utils import data
from hpe_utils.data.schema import Samples
from hpe_utils.data.synthetic import GARMENTS, PARTS, SyntheticSource, film, labels, poses, scene, source
from hpe_utils.data.synthetic.clay import SEGMENTS
from hpe_utils.data.synthetic.dice import Dice
from hpe_utils.data.synthetic.render import render
from hpe_utils.files import DataError
from hpe_utils.geometry import Affine
from hpe_utils.skeleton import SYNTHETIC27, mirror_name

SIZE = 128


def read(count, split="val", start=0, **options):
    fields, left_out = SyntheticSource(split, start + count, **options).read(start, start + count)
    assert not left_out
    return fields


@pytest.fixture(scope="module")
def easy():
    return read(250)


@pytest.fixture(scope="module")
def crowd():
    return read(80, difficulty="hard", people=(1, 4), size=160)


@pytest.fixture(scope="module")
def many_scenes():
    """Scenes without their pictures: enough of them to check shares."""
    return {d: scene.sample(0, "train", range(1000), d, (1, 1), "person") for d in scene.DIFFICULTIES}


def neighbourhood(maps, owner, points):
    """The 3 × 3 values around points (n, 2) of the maps numbered by owner (n,)."""
    x, y = np.rint(points).astype(int).T
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    return np.stack([padded[owner, y + dy, x + dx] for dy in range(3) for dx in range(3)], -1)


def test_fields_fit_the_schema(crowd):
    attributes = {name: values for name, values in crowd.items() if name.startswith("attribute_")}
    fields = {name: values for name, values in crowd.items() if name not in attributes}
    samples = Samples(**fields, skeleton=SYNTHETIC27, title="crowd", attributes=attributes)
    assert samples.keypoints.shape == (80, 4, 27, 3) and samples.keypoints.dtype == np.float32
    assert samples.images.shape == (80, 160, 160, 3) and samples.images.dtype == np.uint8
    assert samples.boxes.dtype == samples.head_boxes.dtype == samples.to_picture.dtype == np.float32
    assert samples.instances.dtype == samples.parts.dtype == samples.garments.dtype == np.uint8
    assert samples.ids[7] == "hard-val-00007"
    assert all(len(values) == 80 for values in attributes.values())
    absent = (samples.keypoints[..., 2] == 0).all(-1) & np.isnan(samples.boxes[..., 0])
    assert (attributes["attribute_pose"][absent] == "").all() and absent.any()


def test_a_picture_does_not_depend_on_its_chunk_or_process():
    people = pickle.loads(pickle.dumps(SyntheticSource("train", 200, people=(1, 3), size=96)))
    whole, part, one = people.read(0, 140)[0], people.read(120, 135)[0], people.read(130, 131)[0]
    for name in whole:
        np.testing.assert_array_equal(whole[name][120:135], part[name], err_msg=name)
        np.testing.assert_array_equal(whole[name][130:131], one[name], err_msg=name)


def test_splits_and_seeds_differ(easy):
    for other in (read(3, split="test"), read(3, seed=1), read(3, start=3)):
        assert not (easy["images"][:3] == other["images"]).all((1, 2, 3)).any()


def test_a_visible_joint_lies_on_its_person(easy, crowd):
    for fields in (easy, crowd):
        owner, person, joint = np.nonzero(fields["keypoints"][..., 2] == 2)
        around = neighbourhood(fields["instances"], owner, fields["keypoints"][owner, person, joint, :2])
        assert (around == person[:, None] + 1).any(-1).mean() > 0.999


def test_a_hidden_joint_is_covered(easy, crowd):
    """By the person's own body, unless an occluder, a seat or somebody else is in the picture."""
    alone = (easy["attribute_occluder"] == "none") & (easy["attribute_pose"][:, 0] != "sitting")
    owner, person, joint = np.nonzero((easy["keypoints"][..., 2] == 1) & alone[:, None, None])
    around = neighbourhood(easy["instances"], owner, easy["keypoints"][owner, person, joint, :2])
    assert (around > 0).any(-1).mean() > 0.999
    owner, person, joint = np.nonzero(crowd["keypoints"][..., 2] == 1)
    around = neighbourhood(crowd["instances"], owner, crowd["keypoints"][owner, person, joint, :2])[:, 4]
    assert ((around > 0) & (around != person + 1)).mean() > 0.1


def test_without_objects_only_people_hide_joints(crowd):
    clear = (crowd["attribute_occluder"] == "none") & (crowd["attribute_pose"] != "sitting").all(1)
    owner, person, joint = np.nonzero((crowd["keypoints"][..., 2] == 1) & clear[:, None, None])
    around = neighbourhood(crowd["instances"], owner, crowd["keypoints"][owner, person, joint, :2])
    assert len(owner) > 100 and (around > 0).any(-1).mean() > 0.995


def test_an_object_hides_the_joints_whose_pixels_it_covers():
    scenes = scene.sample(5, "val", range(120), "hard", (1, 2), "person")
    bare = replace(
        scenes, pictures=scenes.pictures | {"occluder_shown": np.zeros_like(scenes.pictures["occluder_shown"])}
    )
    (canvas, points), (canvas_bare, points_bare) = [
        (canvas, labels.keypoints(these, canvas, strokes, 2))
        for these in (scenes, bare)
        for canvas, strokes in [render(these, SIZE, "person")]
    ]
    assert (points[..., 2] <= points_bare[..., 2]).all()
    owner, person, joint = np.nonzero(points[..., 2] < points_bare[..., 2])
    x, y = np.rint(points[owner, person, joint, :2]).astype(int).T
    assert len(owner) > 50
    assert (canvas_bare.instances[owner, y, x] == person + 1).mean() > 0.95
    assert (canvas.instances[owner, y, x] == 0).mean() > 0.95


def test_occluders_hide_joints():
    fields = read(150, difficulty="hard")
    hidden, covered = fields["attribute_hidden_share"][:, 0], fields["attribute_occluder"] != "none"
    assert hidden[covered].mean() > hidden[~covered].mean() + 0.05


def test_joints_outside_the_frame_are_not_labelled(crowd):
    cut = read(60, difficulty="cropped")
    for fields, size in ((crowd, 160), (cut, SIZE)):
        points = fields["keypoints"]
        inside = ((points[..., :2] >= -0.5) & (points[..., :2] < size - 0.5)).all(-1)
        assert inside[points[..., 2] > 0].all()
    assert (cut["keypoints"][..., 2] == 0).any()


def test_head_box_encloses_head_and_hair_and_is_tight(easy):
    gaps = []
    for parts, box, occluder in zip(easy["parts"], easy["head_boxes"][:, 0], easy["attribute_occluder"], strict=True):
        y, x = np.nonzero((parts == 1) | (parts == 2))
        if occluder == "none" and len(x):
            gaps.append(np.array([x.min() - 0.5, y.min() - 0.5, -x.max() - 0.5, -y.max() - 0.5]) - box * (1, 1, -1, -1))
    assert np.min(gaps) > -1.0
    assert np.abs(np.median(gaps, axis=0)).max() < 1.0


def test_box_is_the_extent_of_the_person(easy):
    clear = easy["attribute_occluder"] == "none"
    for instances, box in zip(easy["instances"][clear], easy["boxes"][clear, 0], strict=True):
        y, x = np.nonzero(instances)
        extent = np.array([x.min() - 0.5, y.min() - 0.5, x.max() + 0.5, y.max() + 0.5])
        assert np.abs(extent - box).max() < 3.0
        assert extent[0] > box[0] - 1 and extent[1] > box[1] - 1 and extent[2] < box[2] + 1 and extent[3] < box[3] + 1


def test_maps_agree_with_each_other(crowd):
    instances, parts, garments = crowd["instances"], crowd["parts"], crowd["garments"]
    assert (instances[parts > 0] > 0).all()
    np.testing.assert_array_equal(instances > 0, garments > 0)
    assert instances.max() == 4 and parts.max() == len(PARTS) == 24 and garments.max() == len(GARMENTS) - 1
    assert set(np.unique(parts)) == set(range(25)) and set(np.unique(garments)) == set(range(10))


@pytest.mark.parametrize(
    "joint, names",
    [
        ("shoulder", ("upper_arm", "torso")),
        ("elbow", ("upper_arm", "lower_arm")),
        ("wrist", ("lower_arm", "hand")),
        ("hip", ("upper_leg", "torso")),
        ("knee", ("upper_leg", "lower_leg")),
        ("ankle", ("lower_leg", "foot")),
        ("big_toe", ("foot",)),
        ("eye", ("face",)),
    ],
)
def test_a_visible_joint_lies_on_its_own_part_and_side(easy, joint, names):
    for side in ("left", "right"):
        point = easy["keypoints"][:, 0, SYNTHETIC27.index(f"{side}_{joint}")]
        owner = np.nonzero(point[:, 2] == 2)[0]
        around = neighbourhood(easy["parts"], owner, point[owner, :2])
        sides = ("left", "right", "torso") if joint == "eye" else (side, "torso")  # a nose's width from the other side
        own = [k + 1 for k, part in enumerate(PARTS) if part.startswith(sides) and any(n in part for n in names)]
        assert len(owner) > 50 and np.isin(around, own).any(-1).mean() > 0.97


def mirrored(scenes):
    """The same scenes in a mirror, with sides renamed."""
    figures, pictures = scenes.figures, dict(scenes.pictures)

    def flip(values):
        return np.concatenate([1 - values[..., :1], values[..., 1:]], -1)

    part = np.array([0] + [PARTS.index(mirror_name(name)) + 1 for name in PARTS])
    segment = np.array([SEGMENTS.index(mirror_name(name)) for name in SEGMENTS])
    pictures["occluder_corners"] = flip(pictures["occluder_corners"])
    return replace(
        scenes,
        figures=replace(figures, parts=part[figures.parts], segment=segment[figures.segment]),
        spheres=flip(scenes.spheres),
        joints=flip(scenes.joints)[:, SYNTHETIC27.flip],
        axes=scenes.axes * (-1, 1, 1),
        pictures=pictures,
    )


def test_mirrored_people_have_mirrored_labels():
    scenes = scene.sample(3, "val", range(24), "hard", (1, 2), "person")
    results = []
    for these in (scenes, mirrored(scenes)):
        canvas, strokes = render(these, SIZE, "person")
        results.append((canvas, labels.keypoints(these, canvas, strokes, 2), labels.head_boxes(these, SIZE, 2)))
    (canvas, points, heads), (canvas2, points2, heads2) = results
    part = np.array([0] + [PARTS.index(mirror_name(name)) + 1 for name in PARTS], np.uint8)
    assert (canvas.instances[:, :, ::-1] == canvas2.instances).mean() > 0.995
    assert (part[canvas.parts[:, :, ::-1]] == canvas2.parts).mean() > 0.995
    assert (canvas.garments[:, :, ::-1] == canvas2.garments).mean() > 0.995
    expected = points[:, :, SYNTHETIC27.flip]
    assert (expected[..., 2] == points2[..., 2]).mean() > 0.98
    labelled = (expected[..., 2] > 0) & (points2[..., 2] > 0)
    np.testing.assert_allclose(SIZE - 1 - expected[labelled][:, 0], points2[labelled][:, 0], atol=1e-3)
    np.testing.assert_allclose(SIZE - 1 - heads[..., [2, 0]], heads2[..., [0, 2]], atol=1e-3)


def test_the_scene_is_the_same_at_every_size(easy):
    large = read(20, size=2 * SIZE)
    small = {name: values[:20] for name, values in easy.items()}
    seen = small["keypoints"][..., 2] > 0
    doubled = (small["keypoints"][..., :2] + 0.5) * 2 - 0.5
    np.testing.assert_allclose(doubled[seen], large["keypoints"][..., :2][seen], atol=1e-2)
    assert (small["instances"] == large["instances"][:, ::2, ::2]).mean() > 0.97
    assert (small["keypoints"][..., 2] == large["keypoints"][..., 2]).mean() > 0.97
    difference = small["images"].astype(float) - large["images"].reshape(20, SIZE, 2, SIZE, 2, 3).mean((2, 4))
    assert np.abs(difference).mean() < 10


@pytest.mark.parametrize("material", ["statue", "cartoon"])
def test_materials_change_looks_only(easy, material):
    fields = read(10, material=material)
    assert not (fields["images"] == easy["images"][:10]).all((1, 2, 3)).any()
    np.testing.assert_array_equal(fields["attribute_pose"], easy["attribute_pose"][:10])
    if material == "statue":
        np.testing.assert_array_equal(fields["keypoints"][..., :2], easy["keypoints"][:10, ..., :2])


def test_stated_shares_hold(many_scenes):
    for difficulty, occluded, acrobatic, cut in (("easy", 0.1, 0, 0), ("hard", 0.3, 0.08, 0), ("cropped", 0.1, 0, 0.4)):
        scenes = many_scenes[difficulty]
        tolerance = 3 * 0.5 / np.sqrt(len(scenes.owner))
        assert abs((scenes.pictures["occluder"] > 0).mean() - occluded) < tolerance
        archetype = np.bincount(scenes.people["archetype"], minlength=5) / len(scenes.owner)
        assert abs(archetype[4] - acrobatic) < tolerance
        assert (archetype[:4] > 0.18).all()
        assert abs((scenes.pictures["cut"] > 0).mean() - cut) < tolerance


@pytest.mark.parametrize(
    "attribute, shares",
    [
        ("body_shape", {"average": 0.38, "slim": 0.25, "broad": 0.15, "heavy": 0.12, "child": 0.10}),
        ("clothing", {"top and trousers": 0.38, "top and shorts": 0.15, "top and skirt": 0.12, "dress": 0.13,
                      "outerwear": 0.14, "coat": 0.08}),
        ("hat", {"none": 0.82, "cap": 0.07, "beanie": 0.06, "brimmed": 0.05}),
        ("place", {"room": 0.36, "hall": 0.16, "street": 0.18, "park": 0.20, "studio": 0.10}),
        ("skin_tone", {float(tone): 0.1 for tone in range(1, 11)}),
    ],
)  # fmt: skip
def test_attributes_have_the_shares_of_the_data_card(many_scenes, attribute, shares):
    scenes = many_scenes["easy"]
    values = labels.attributes(scenes, np.zeros((1000, 1, 27, 3), np.float32), 1)[attribute].ravel()
    assert set(values) == set(shares)
    for value, share in shares.items():
        assert abs((values == value).mean() - share) < 3.5 * np.sqrt(share * (1 - share) / len(values)), value


def test_views_and_sizes_are_as_stated(many_scenes):
    easy_yaw, hard_yaw = (np.degrees(many_scenes[d].people["yaw"]) for d in ("easy", "hard"))
    assert np.abs(easy_yaw).max() < 75 and abs(easy_yaw.std() - 24) < 1.5
    assert 0.08 < (np.abs(hard_yaw) > 90).mean() < 0.17
    boxes = labels.boxes(many_scenes["easy"], SIZE, 1)[:, 0]
    fill = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) / SIZE
    assert 0.749 < fill.min() < 0.76 and 0.94 < fill.max() < 0.951


def test_cut_people_lose_knees_or_hips_and_keep_their_heads(many_scenes):
    scenes = many_scenes["cropped"]
    y = scenes.joints[..., 1]
    for cut, joint in ((1, "knee"), (2, "hip")):
        chosen = scenes.pictures["cut"] == cut
        assert chosen.mean() > 0.1
        assert (y[chosen][:, SYNTHETIC27.indices(f"left_{joint}", f"right_{joint}")] > 1).all()
        assert (y[chosen][:, SYNTHETIC27.indices("head_top", "upper_neck")] < 1).all()


def test_every_angle_varies_within_its_limits():
    angles = poses.sample_poses(Dice(np.random.default_rng(0).random((2000, 400))), acrobatic_share=0.0).angles
    assert len(angles) == len(poses.SINGLE) + 2 * len(poses.PAIRED)
    for name, values in angles.items():
        low, high = poses.LIMITS[name.removeprefix("left_").removeprefix("right_")]
        assert low - 1e-6 <= np.degrees(values).min() and np.degrees(values).max() <= high + 1e-6
        assert np.degrees(values).std() > 3.5, name


def test_skin_tones_and_clothes_are_all_met(many_scenes):
    scenes = many_scenes["easy"]
    assert set(scenes.palette["skin_tone"]) == set(range(1, 11))
    assert set(scenes.people["clothing"]) == set(range(6)) and set(scenes.people["hat"]) == set(range(4))


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("split", "validation", "train, val, test"),
        ("difficulty", "medium", "easy, hard, cropped"),
        ("material", "wax", "person, statue, cartoon"),
        ("people", (0, 2), "1 ≤ least"),
        ("people", (3, 2), "1 ≤ least"),
        ("people", 2, "1 ≤ least"),
        ("size", 16, "32 … 512"),
        ("size", 128.5, "32 … 512"),
        ("count", 0, "at least 1"),
    ],
)
def test_wrong_options_are_refused(option, value, named):
    options = {"split": "train", "count": 10, option: value}
    with pytest.raises(ValueError, match=named):
        SyntheticSource(**options)


def test_spec_and_title_tell_sources_apart():
    sources = [
        source("test"), source("train"), source("test", count=5), source("test", difficulty="hard"),
        source("test", people=(1, 4)), source("test", size=160), source("test", material="statue"),
        source("test", seed=1),
    ]  # fmt: skip
    assert len({str(s.spec) for s in sources}) == len(sources)
    assert sources[0].title == "synthetic people, easy, test" and len(sources[0]) == 1000
    with pytest.raises(ValueError, match="root"):
        source("test", root="folder")
    with pytest.raises(ValueError, match="1005"):
        sources[0].read(1000, 1005)


def test_a_film_is_of_the_same_people_who_move_smoothly():
    clip = film(frames=40, people=2, size=96, number=1, pace=10)
    assert len(clip) == 40 and clip.keypoints.shape[1:] == (2, len(clip.skeleton), 3)
    known = (clip.keypoints[..., 2] > 0).all(axis=0)
    steps = np.linalg.norm(np.diff(clip.keypoints[..., :2], axis=0), axis=-1)[:, known]
    assert 0.02 < np.median(steps) < 2 and steps.max() < 0.1 * 96, "nobody jumps"
    whole = np.linalg.norm(clip.keypoints[0, ..., :2] - clip.keypoints[10, ..., :2], axis=-1)[known]
    assert whole.max() > 5, "and nobody stands still"
    nobody = (clip.instances == 0).all(axis=0)
    shade = clip.images[:, nobody].astype(int)
    assert nobody.mean() > 0.5 and np.median(abs(shade - shade[0])) == 0, "the camera stands"
    again = film(frames=41, people=2, size=96, number=1, pace=10)
    assert (again.images[:40] == clip.images).all() and (again.keypoints[40] == clip.keypoints[0]).all(), "it repeats"
    assert (film(4, 2, 96, number=2).images != clip.images[:4]).any()


# One person cut out of a crowd --------------------------------------------------------------------


def test_one_person_a_picture_is_cut_out_with_its_labels_and_its_neighbours(cache_folder):
    options = {"count": 6, "people": (2, 3), "size": 96}
    whole = data.load("synthetic", "val", **options)
    cut = data.load("synthetic", "val", **options, crop="person", side=64)
    assert cut.images.shape == (6, 64, 64, 3) and cut.keypoints.shape[1] == 1 and cut.ids.tolist() == whole.ids.tolist()
    chosen = []
    for i in range(6):
        there = np.flatnonzero(np.isfinite(whole.boxes[i]).all(axis=1))
        person = there[i % len(there)]
        chosen.append(i % len(there))
        back = Affine(cut.to_picture[i])
        labelled = cut.keypoints[i, 0, :, 2] > 0
        expected = whole.keypoints[i, person]
        np.testing.assert_allclose(back.points(cut.keypoints[i, 0])[labelled, :2], expected[labelled, :2], atol=1e-3)
        assert labelled.sum() >= 0.9 * (expected[:, 2] > 0).sum()
        np.testing.assert_allclose(back.box(cut.boxes[i, 0]), whole.boxes[i, person], atol=1e-3)
        side = back.matrix[0, 0] * 64
        width, height = whole.boxes[i, person, 2:] - whole.boxes[i, person, :2]
        assert side == pytest.approx(1.25 * max(width, height), rel=1e-4)
        x, y = np.rint(back.points(np.array([[31.0, 31.0]]))[0]).astype(int)
        if 0 <= x < 96 and 0 <= y < 96:
            assert cut.instances[i, 31, 31] in whole.instances[i, max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
    assert set(chosen) > {0}
    assert cut.attributes["pose"].shape == (6, 1)


def test_a_misspelt_crop_is_named():
    with pytest.raises(DataError, match="choose one of person, whole"):
        data.load("synthetic", "val", count=2, crop="persons")
