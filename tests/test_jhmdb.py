"""J-HMDB: joints and puppets on their pixels, films, splits, and what becomes of what is missing or wrong."""

import pickle
import shutil

import numpy as np
import pytest
import scipy.io
from part_sets import HEIGHT, TOP, WIDTH, make_film, make_jhmdb, save_png

from hpe_utils import data
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import jhmdb
from hpe_utils.parts import JHMDB10, UNLABELLED

# Written down anew, so that neither the loader nor the maker decides what is right: of the first frame some joints by
# name, and each part's first and last column and row.
JOINTS = {"neck": (15, 12), "face": (15, 8), "right_wrist": (8, 23), "left_wrist": (22, 23), "left_ankle": (18, 35)}
PARTS = {
    "head": (12, 17, 4, 11), "torso": (10, 19, 12, 23), "right_upper_arm": (6, 9, 12, 17),
    "left_upper_arm": (20, 23, 12, 17), "right_lower_arm": (6, 9, 18, 23), "left_lower_arm": (20, 23, 18, 23),
    "right_upper_leg": (10, 14, 24, 29), "left_upper_leg": (15, 19, 24, 29), "right_lower_leg": (10, 14, 30, 35),
    "left_lower_leg": (15, 19, 30, 35),
}  # fmt: skip


def read(root, split="all", size=64, **options):
    source = jhmdb.source(split, root, size=size, **options)
    return source.read(0, len(source))


def test_joints_and_parts_lie_on_their_pixels(tmp_path):
    arrays, left_out = read(make_jhmdb(tmp_path, ["wave/A_wave_f_0"]))
    assert arrays["images"].shape == (3, 64, 64, 3) and arrays["keypoints"].shape == (3, 1, 15, 3)
    for frame in range(3):
        for joint, (x, y) in JOINTS.items():
            place = arrays["keypoints"][frame, 0, jhmdb.JHMDB15.index(joint)]
            np.testing.assert_allclose(place, [x + 4 * frame, y + TOP, 2], atol=1e-4)
        if frame == 2:
            continue  # the flow ends before the last frame
        for part, (left, right, first, last) in PARTS.items():
            rows, columns = np.nonzero(arrays["parts"][frame] == JHMDB10.label(part))
            found = columns.min() - 4 * frame, columns.max() - 4 * frame, rows.min() - TOP, rows.max() - TOP
            assert found == (left, right, first, last), part
            assert len(rows) == (right - left + 1) * (last - first + 1)
    assert (arrays["images"][1, TOP : TOP + HEIGHT] == 20).all()
    assert left_out == {"frames whose puppet has no parts": 1}
    whole = arrays["parts"][2, TOP:-TOP] == UNLABELLED
    assert (whole == (arrays["instances"][2, TOP:-TOP] == 1)).all() and whole[25, 18:28].all()


def test_the_outline_is_the_puppets_and_what_no_part_covers_is_unlabelled(tmp_path):
    arrays, _ = read(make_jhmdb(tmp_path, ["wave/A_wave_f_0"]), count=1)
    parts, owners = arrays["parts"][0, TOP:-TOP], arrays["instances"][0, TOP:-TOP]
    assert (owners[36, 10:20] == 1).all() and (parts[36, 10:20] == UNLABELLED).all()
    assert ((parts > 0) == (owners > 0)).all() and (owners[:4] == 0).all() and (parts[:4] == 0).all()
    np.testing.assert_allclose(arrays["boxes"][0, 0] - [0, TOP, 0, TOP], [5.5, 3.5, 23.5, 36.5], atol=1e-4)
    assert (arrays["parts"][0, :TOP] == UNLABELLED).all() and (arrays["instances"][0, :TOP] == 0).all()


def test_a_set_loads_converts_by_name_and_is_read_as_iftimies(tmp_path, cache_folder):
    people = data.load("jhmdb", "all", make_jhmdb(tmp_path / "été"), size=64, skeleton="MPII16", parts="iftimie6")
    assert len(people) == 9 and people.vocabulary.name == "iftimie6" and people.skeleton.name == "MPII16"
    joint = people.keypoints[0, 0, people.skeleton.index("left_wrist")]
    np.testing.assert_allclose(joint, [22, 23 + TOP, 2], atol=1e-4)
    assert people.keypoints[0, 0, people.skeleton.index("head_top"), 2] == 0, "no name, no joint"
    arm = people.parts[0] == people.vocabulary.label("right_arm")
    assert arm[TOP + 12 : TOP + 24, 6:10].all() and arm.sum() == 48
    assert people.describe().startswith("J-HMDB all: 9 pictures of 64×64, MPII16, 9 people; left out: 3 frames whose")
    facts = data.facts_of("jhmdb")
    assert not facts.lacks("joints", "parts", "instances") and facts.lacks("several")


def test_splits_are_the_official_ones_and_clips_of_one_film_stay_together(tmp_path):
    films = [f"wave/{letter}_wave_f_{clip}" for letter in "ABCDEFGHIJKLMNOPQRSTUV" for clip in range(2)]
    root = make_jhmdb(tmp_path, films[:1])
    (root / "splits" / "wave_test_split1.txt").write_text(
        "".join(f"{film[5:]}.avi {1 + (film[5] > 'R')}\n" for film in films)
    )
    for film in films[1:]:
        for kind in ("Rename_Images", "joint_positions"):
            shutil.copytree(root / kind / films[0], root / kind / film)
    found = {}
    for split in ("train", "val", "test"):
        source = jhmdb.source(split, root, every=2)
        found[split] = {name.split("/")[2] for _, name in source.files}
        assert source.title == f"J-HMDB {split} of split 1" and len(source) == 2 * len(found[split])
    assert found["test"] == {film[5:] for film in films if film[5] > "R"}
    originals = [{name[0] for name in found[split]} for split in ("train", "val")]
    assert not originals[0] & originals[1] and all(originals)
    assert len(found["train"]) + len(found["val"]) == 36
    assert jhmdb.source("train", root, count=3).files[2][1].endswith("00003.png")
    with pytest.raises(
        DataError, match="has no splits/ACTION_test_split2.txt: put the set's splits there, or use split='all'"
    ):
        jhmdb.source("train", root, fold=2)


def test_what_is_missing_is_counted_and_left_empty(tmp_path, cache_folder):
    root = make_jhmdb(tmp_path / "set")
    make_film(root, "run/without_puppet", matrices=("joint_positions",))
    make_film(root, "run/without_parts", matrices=("joint_positions", "puppet_mask"))
    make_film(root, "run/without_frames")
    shutil.rmtree(root / "Rename_Images" / "run" / "without_frames")
    make_film(root, "run/without_joints", matrices=("puppet_mask",))
    save_png(root / "Rename_Images" / "run" / "C_run_f_0" / "00004.png", np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    (root / "Rename_Images" / "run" / "C_run_f_0" / "00001.png").write_bytes(b"")
    people = data.load("jhmdb", "all", root, size=64)
    assert people.left_out == {
        "films without frames": 1,
        "films without joints": 1,
        "frames without joints": 1,
        "pictures that cannot be read": 1,
        "frames without a puppet, in which no part is known": 3,
        "frames whose puppet has no parts": 3 + 3,
    }
    row = next(i for i, name in enumerate(people.ids) if "without_puppet" in name)
    assert (people.parts[row] == UNLABELLED).all() and np.isnan(people.boxes[row]).all()
    assert (people.keypoints[row, 0, :, 2] == 2).all() and not people.instances[row].any()


def test_joints_outside_the_picture_or_not_known_are_unlabelled(tmp_path):
    make_film(tmp_path, "wave/A_wave_f_0", frames=1)
    joints = np.full((2, 15), 10.0)
    joints[:, 0], joints[:, 1], joints[:, 2], joints[:, 3] = (0.4, 9), (64.4, 9), (np.nan, 3), (64.6, 9)
    scipy.io.savemat(tmp_path / "joint_positions/wave/A_wave_f_0/joint_positions.mat", {"pos_img": joints})
    arrays, _ = read(tmp_path)
    assert arrays["keypoints"][0, 0, :5, 2].tolist() == [0, 2, 0, 0, 2]
    assert not arrays["keypoints"][0, 0, [0, 2, 3]].any()


@pytest.mark.parametrize(
    "kind, content, message",
    [
        ("joint_positions", {"pos_img": np.ones((15, 2, 3))}, r"pos_img is \(15, 2, 3\), not \(2, 15, T\)"),
        ("joint_positions", {"other": 1}, "'pos_img'"),
        ("joint_positions", {"pos_img": "text"}, "pos_img is no matrix of numbers"),
        ("puppet_mask", {"part_mask": np.full((40, 64, 3), 2)}, "of puppet_mask has other numbers than 0 to 1"),
        ("puppet_flow", {"part_mask": np.full((40, 64, 2), 11)}, "puppet_flow_com has other numbers than 0 to 10"),
        ("puppet_mask", {"part_mask": np.ones((41, 64, 3))}, "41 × 64 pixels .* its picture has 40 × 64"),
    ],
    ids=["turned", "no name", "text", "an outline of twos", "an eleventh part", "another size"],
)  # fmt: skip
def test_a_wrong_matrix_is_refused_by_film(tmp_path, kind, content, message):
    make_film(tmp_path, "wave/A_wave_f_0")
    (path,) = tmp_path.glob(f"*/wave/A_wave_f_0/{kind}.mat")
    scipy.io.savemat(path, content)
    with pytest.raises(DataError, match=f"wave/A_wave_f_0/1 in .*{message}"):
        read(tmp_path)


@pytest.mark.parametrize("kept", [0, 200, -30])
def test_a_matrix_cut_short_is_counted_by_frame(tmp_path, kept):
    root = make_jhmdb(tmp_path, ["wave/A_wave_f_0", "wave/B_wave_f_0"])
    path = root / "joint_positions/wave/A_wave_f_0/joint_positions.mat"
    path.write_bytes(path.read_bytes()[:kept])
    arrays, left_out = read(root)
    assert len(arrays["ids"]) == 3 and left_out["pictures whose labels cannot be read"] == 3


def test_wrong_options_and_folders_are_refused(tmp_path):
    root = make_jhmdb(tmp_path / "set", ["wave/A_wave_f_0"])
    for options, message in (
        ({"split": "valid"}, "choose one of train, val, test, all"),
        ({"fold": 4}, "the official splits are 1, 2 and 3"),
        ({"every": 0}, "every=0: 1 takes all frames"),
        ({"size": 0}, "whole number of pixels"),
        ({"split": "train"}, r"no film of this split with frames .* \(0 without frames, 0 without joints\)"),
    ):
        with pytest.raises(DataError, match=message):
            jhmdb.source(**{"split": "all", "root": root} | options)
    with pytest.raises(DataError, match="name the folder or zip of J-HMDB: root="):
        jhmdb.source("all")
    (root / "splits" / "wave_test_split1.txt").write_text("A_wave_f_0.avi\n")
    with pytest.raises(DataError, match="wave_test_split1.txt in .* must have lines of FILM.avi and 0, 1 or 2"):
        jhmdb.source("train", root)
    shutil.rmtree(root / "Rename_Images")
    with pytest.raises(DataError, match=r"\(1 without frames, 0 without joints\).*ReCompress_Videos are not read"):
        jhmdb.source("all", root)


def test_the_source_is_picklable_and_its_spec_notices_changes(tmp_path):
    root = make_jhmdb(tmp_path)
    source = jhmdb.source("all", root)
    arrays, _ = pickle.loads(pickle.dumps(source)).read(1, 2)
    assert arrays["ids"].tolist() == ["Rename_Images/run/C_run_f_0/00002.png"]
    specs = [jhmdb.source("all", root, **options).spec for options in ({}, {"size": 99}, {"every": 2})]
    make_film(root, "run/C_run_f_0", matrices=("joint_positions",), frames=2)
    specs.append(jhmdb.source("all", root).spec)
    assert source.spec == specs[0] and len({str(spec) for spec in specs}) == 4
