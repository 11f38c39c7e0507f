"""Sets of parts as shards, batches and pictures: `hpe convert`, `hpe show` and several sets joined."""

import os
import pickle
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from part_sets import make_ade20k, make_chalearn, make_film, make_jhmdb
from PIL import Image
from test_pascal_parts import adult, matrix, part_set

from hpe_utils import data
from hpe_utils.apps import command_line, show
from hpe_utils.data import records
from hpe_utils.data.batches import Batches
from hpe_utils.data.conversion import Converted
from hpe_utils.data.schema import DataError
from hpe_utils.data.sets import joined, module_of
from hpe_utils.parts import IFTIMIE6, PASCAL6, UNLABELLED, mapping
from hpe_utils.skeleton import COCO17

MAKERS = {
    "jhmdb": make_jhmdb,
    "ade20k": make_ade20k,
    "chalearn": make_chalearn,
    "pascal_part": lambda root: part_set(root, *[matrix(adult())] * 4),
}
SETS = pytest.mark.parametrize("name", MAKERS)
FIELDS = ("images", "keypoints", "boxes", "instances", "parts", "ids")


def run(monkeypatch, capsys, *arguments) -> tuple[int, str, str]:
    """The exit code and both outputs of `hpe` with these arguments."""
    monkeypatch.setattr(sys, "argv", ["hpe", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        command_line.main()
    said = capsys.readouterr()
    return end.value.code or 0, said.out, said.err


@SETS
def test_a_sample_becomes_shards_a_batch_and_a_picture(tmp_path, monkeypatch, capsys, name):
    root, out = MAKERS[name](tmp_path / "set"), tmp_path / "shards"
    command = ["convert", name, "all", "--root", root, "--out", out, "--size", 64, "--per-shard", 2]
    code, told, _ = run(monkeypatch, capsys, *command, "--parts", "iftimie6", "--skeleton", "COCO17")
    assert code == 0 and "COCO17, iftimie6 parts" in told
    source = module_of(name).source("all", root, size=64)
    expected, _ = source.read(0, len(source))
    batch = next(records.read(out, 99, fields=FIELDS).as_numpy_iterator())
    assert [text.decode() for text in batch[5]] == expected["ids"].tolist()
    np.testing.assert_array_equal(batch[4], mapping(source.vocabulary, IFTIMIE6)[expected["parts"]])
    np.testing.assert_array_equal(batch[3], expected["instances"])
    np.testing.assert_array_equal(batch[2], expected["boxes"])
    assert batch[1].shape[2:] == (17, 3) and np.abs(batch[0].astype(int) - expected["images"]).mean() < 8
    code, told, _ = run(monkeypatch, capsys, "show", out, "--out", tmp_path / "shown.png", "--count", 2)
    assert code == 0 and told.endswith(f"see {tmp_path / 'shown.png'}\n")
    with Image.open(tmp_path / "shown.png") as figure:
        assert figure.width > figure.height and len(figure.convert("RGB").getcolors(1 << 20)) > 50


@SETS
def test_a_zip_is_read_as_its_folder(tmp_path, name):
    root = MAKERS[name](tmp_path / "set")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in root.rglob("*.*"):
            archive.write(path, Path("release") / path.relative_to(root))
        archive.writestr(f"__MACOSX/release/._{path.name}", b"a shadow")
    folder, zipped = (module_of(name).source("all", place, size=64).read(1, 3)[0] for place in (root, archive.filename))
    assert zipped["ids"].tolist() == [f"release/{name}" for name in folder["ids"]]
    for field in ("images", "keypoints", "boxes", "instances", "parts"):
        np.testing.assert_array_equal(zipped[field], folder[field])


def test_joints_are_converted_by_name(tmp_path):
    source = module_of("jhmdb").source("all", make_jhmdb(tmp_path), size=64)
    arrays, _ = Converted(source, COCO17).read(0, 1)
    own, _ = source.read(0, 1)
    for joint in ("left_wrist", "right_knee"):
        there, here = COCO17.index(joint), source.skeleton.index(joint)
        np.testing.assert_array_equal(arrays["keypoints"][0, 0, there], own["keypoints"][0, 0, here])
    assert not arrays["keypoints"][0, 0, COCO17.index("nose")].any()
    with pytest.raises(DataError, match="ADE20K all: ade20k14 cannot be read as pascal6"):
        Converted(module_of("ade20k").source("all", make_ade20k(tmp_path)), COCO17, PASCAL6)


def test_conversion_says_in_one_line_what_is_wrong(tmp_path, monkeypatch, capsys):
    root = make_jhmdb(tmp_path / "set")
    for more, message in (
        (["jhmdb", "all", "--root", tmp_path / "nowhere"], "nowhere does not exist: check the path"),
        (["jhmdb", "all", "--root", root, "--parts", "six"], "unknown parts 'six'; known are"),
        (["jhmdb", "all", "--root", root, "--option", "fold=9"], "fold=9: the official splits are 1, 2 and 3"),
    ):
        code, _, said = run(monkeypatch, capsys, "convert", *more, "--out", tmp_path / "out")
        assert code == 1 and message in said and said.count("\n") == 1 and "Traceback" not in said


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends programs in another way")
def test_a_killed_conversion_goes_on_with_whole_shards(tmp_path):
    for number in range(12):
        make_film(tmp_path / "set", f"wave/F{number}_wave_f_0", frames=8)
    command = [sys.executable, "-c", "from hpe_utils.apps.command_line import main; main()", "convert", "jhmdb", "all"]
    command += ["--root", str(tmp_path / "set"), "--per-shard", "4", "--size", "512", "--out"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    def begin(folder: Path) -> subprocess.Popen:
        return subprocess.Popen([*command, str(folder)], env=environment, stderr=subprocess.DEVNULL)

    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = begin(killed)
    while len(list(killed.glob("*.tfrecord"))) < 2:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in killed.glob("*.tfrecord")}
    assert len(before) < 24
    with pytest.raises(DataError, match="of the 24 shards in .* are missing"):
        records.read(killed)
    assert begin(killed).wait() == 0 == begin(whole).wait()
    assert before.items() <= {path: path.stat().st_mtime_ns for path in killed.glob("*.tfrecord")}.items()
    assert not list(killed.glob("*.partial")) and records.open_records(killed).left_out == {
        "frames whose puppet has no parts": 12
    }
    batches = [next(records.read(folder, 96, fields=FIELDS).as_numpy_iterator()) for folder in (killed, whole)]
    for one, other in zip(*batches, strict=True):
        np.testing.assert_array_equal(one, other)


# Shown --------------------------------------------------------------------------------------------


def test_a_set_is_shown_without_a_cache(tmp_path, monkeypatch, capsys, cache_folder):
    make_ade20k(tmp_path / "set", count=2)
    command = ["show", "ade20k", "--root", tmp_path / "set", "--split", "all", "--size", 64]
    code, told, _ = run(monkeypatch, capsys, *command, "--out", tmp_path / "figures" / "a.pdf", "--count", 2)
    assert code == 0 and told.startswith("ADE20K all: 2 pictures of 64×64, ade20k14 parts, 4 people: see ")
    assert (tmp_path / "figures" / "a.pdf").read_bytes().startswith(b"%PDF") and not cache_folder.exists()
    for wrong, message in (
        ([*command, "--out", tmp_path / "a.doc"], "Format 'doc' is not supported"),
        (["show", "nothing"], "nothing is no folder of shards, and no data set: synthetic, ade20k"),
        (["show", tmp_path], "holds no records: write them by hpe convert"),
    ):
        code, _, said = run(monkeypatch, capsys, *wrong)
        assert code == 1 and message in said and said.count("\n") == 1


def test_a_figure_has_a_row_a_picture_and_a_column_a_label(tmp_path):
    samples = show.first_of(module_of("jhmdb").source("all", make_jhmdb(tmp_path), size=64), 3)
    assert len(samples) == 3 and samples.left_out == {"frames whose puppet has no parts": 3}
    figure = show.with_labels(samples)
    axes = np.reshape(figure.axes, (3, 4))
    texts = {text.get_text() for text in axes[0, 2].texts}
    assert texts == {"?", *map(str, range(1, 11))} and len(axes[0, 1].lines) > 15
    assert "1 torso, 2 head, 3 right upper arm" in figure.get_supxlabel()
    assert [place.get_title() for place in axes[0, 1:]] == ["joints and boxes", "parts", "instances"]
    assert len(axes[0, 1].patches) == 1 and axes[0, 3].texts[0].get_text() == "1"


# Joined -------------------------------------------------------------------------------------------


def write_list(tmp_path, *lines: str, sets=("jhmdb", "ade20k", "chalearn")) -> Path:
    """A list of sets in their folders beside it, with lines for each."""
    text = ""
    for name, line in zip(sets, lines or [""] * len(sets), strict=True):
        if not (tmp_path / name).exists():
            MAKERS[name](tmp_path / name)
        text += f'[[sources]]\nset = "{name}"\nroot = "{name}"\n{line}\n'
    path = tmp_path / "three.toml"
    path.write_text(text)
    return path


def test_sets_join_in_one_skeleton_and_vocabulary_by_their_weights(tmp_path, cache_folder):
    path = write_list(tmp_path, "weight = 3", "weight = 1", "weight = 2\noptions = {every = 2}")
    people = data.load("joined", "all", path, size=64, count=24)
    origins = [name.split("/")[0] for name in people.ids]
    assert [origins.count(name) for name in ("jhmdb", "ade20k", "chalearn")] == [12, 4, 8]
    assert people.vocabulary is IFTIMIE6 and people.skeleton is COCO17 and people.keypoints.shape == (24, 8, 17, 3)
    assert len(set(people.ids[:12])) == 9 and len(set(people.ids[12:16])) == 4 and len(set(people.ids[16:])) == 3
    (row, *_), names = np.flatnonzero(people.ids == "jhmdb/Rename_Images/run/C_run_f_0/00001.png"), IFTIMIE6
    assert (people.parts[row, 24:36, 6:10] == names.label("right_arm")).all()
    assert people.keypoints[row, 0, COCO17.index("left_wrist")].tolist() == pytest.approx([22, 35, 2], abs=1e-4)
    assert not people.keypoints[12:].any() and np.isfinite(people.boxes[12:, :2]).all()
    assert people.left_out == {"frames whose puppet has no parts (J-HMDB all)": 3}
    assert people.describe().startswith("three.toml all: 24 pictures of 64×64, COCO17, 12 people")


def test_rendered_people_join_too_and_a_source_is_picklable(tmp_path):
    MAKERS["chalearn"](tmp_path / "chalearn")
    lines = '[[sources]]\nset = "synthetic"\noptions = {count = 5, people = [1, 3]}\n'
    (tmp_path / "two.toml").write_text(f'{lines}[[sources]]\nset = "chalearn"\nroot = "chalearn"\n')
    source = pickle.loads(pickle.dumps(joined.source("train", tmp_path / "two.toml", size=48, count=8)))
    arrays, left_out = source.read(0, 8)
    assert [name.split("/")[0] for name in arrays["ids"]] == ["synthetic"] * 4 + ["chalearn"] * 4 and not left_out
    assert arrays["parts"][:4].any() and arrays["keypoints"][:4].any() and not arrays["keypoints"][4:].any()
    assert (arrays["parts"] <= 6).any(axis=(1, 2)).all() and arrays["instances"].max() >= 2


def test_pictures_in_which_no_part_is_known_are_left_out(tmp_path):
    for film in ("wave/A_wave_f_0", "wave/B_wave_f_0"):
        make_film(tmp_path / "jhmdb", film, matrices=("joint_positions", "puppet_mask")[: 1 + (film[5] == "B")])
    arrays, left_out = joined.source("all", write_list(tmp_path, "", sets=["jhmdb"]), size=64).read(0, 6)
    assert len(arrays["ids"]) == 3 and left_out["pictures in which no part is known (J-HMDB all)"] == 3
    assert set(np.unique(arrays["parts"])) == {0, UNLABELLED}


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "three.toml has no sources: write it as"),
        ("sources = []", "must list sources, with weights above 0"),
        ('[[sources]]\nset = "jhmdb"\nweight = -1', "must list sources, with weights above 0"),
        ('[[sources]]\nset = "jhmdb"\nwieght = 1', "has the unknown 'wieght'"),
        ('[[sources]]\nset = "hmdb"', "three.toml: unknown data set 'hmdb'; known are"),
        ('[[sources]]\nset = "lspet"', "Leeds Sports Pose Extended has no parts, instances, and sets of parts are"),
        ('[[sources]]\nset = "jhmdb"\nroot = "nowhere"', "nowhere does not exist"),
        ('[[sources]]\nset = "synthetic"\noptions = {cuont = 3}', "three.toml: .*cuont"),
        ('parts = "six"\n[[sources]]\nset = "synthetic"', "three.toml: unknown parts 'six'"),
        ('skeleton = "X"\n[[sources]]\nset = "synthetic"', "three.toml: unknown skeleton 'X'"),
        ("[[sources]", "cannot read .*three.toml"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(tmp_path, text, message):
    path = tmp_path / "three.toml"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        joined.source("all", path)
    with pytest.raises(DataError, match="name the TOML file that lists the sets"):
        joined.source("all")


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A joint set of three sources, of which one alone has joints."""
    folder = tmp_path_factory.mktemp("three")
    source = joined.source("all", write_list(folder), size=64, count=6)
    return show.first_of(source, 6)


@pytest.mark.slow
def test_bodypix_takes_a_step_on_three_sets_joined(three):
    import keras

    from hpe_utils import models
    from hpe_utils.codecs.bodypix import PartCodec
    from hpe_utils.losses.parts import bodypix_losses

    keras.utils.set_random_seed(0)
    model = models.build("bodypix", size=64, parts=6)
    codec = PartCodec.of(model, vocabulary=IFTIMIE6)
    model.compile(keras.optimizers.Adam(1e-3), bodypix_losses(codec), jit_compile=False)
    batch = Batches(three, len(three), labels=codec.labels)[0]
    losses = [model.train_on_batch(*batch)[0] for _ in range(3)]
    assert np.isfinite(losses).all() and losses[-1] < losses[0]


@pytest.mark.slow
def test_mask_rcnn_takes_a_step_on_three_sets_joined(three):
    import keras

    from hpe_utils import models
    from hpe_utils.codecs.detection import DetectionCodec
    from hpe_utils.losses.detection import WEIGHTS, mask_rcnn_losses
    from hpe_utils.models import mask_rcnn

    keras.utils.set_random_seed(0)
    model, codec = models.build("mask_rcnn", size=64), DetectionCodec((64, 64))
    losses = mask_rcnn_losses(codec, mask_rcnn.anchors_of(model))
    model.compile(keras.optimizers.Adam(1e-3), losses, loss_weights=WEIGHTS, jit_compile=False)
    batch = Batches(three, len(three), labels=codec.labels)[0]
    history = [model.train_on_batch(*batch)[0] for _ in range(3)]
    assert np.isfinite(history).all() and history[-1] < history[0]
