"""Record shards hold what was written, resume after a kill, notice damage, and come in a seeded order."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import tensorflow as tf
from counting_source import CountingSource
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hpe_utils.data import records
from hpe_utils.data.augment import Augment
from hpe_utils.data.batches import Batches
from hpe_utils.data.people import fingerprint
from hpe_utils.data.schema import DataError, Samples
from hpe_utils.data.sets import pascal_parts
from hpe_utils.parts import BODYPIX24, PASCAL6, UNLABELLED
from hpe_utils.skeleton import COCO17


def samples(count=10, people=2, seed=0) -> Samples:
    """Smooth pictures of 20 × 16 pixels with random labels."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (count, 3, 3, 3), dtype=np.uint8)
    images = np.array([cv2.resize(picture, (20, 16), interpolation=cv2.INTER_CUBIC) for picture in coarse])
    keypoints = rng.normal(0, 100, (count, people, 17, 3)).astype(np.float32)
    keypoints[..., 2] = rng.integers(0, 3, keypoints.shape[:-1])
    boxes = rng.normal(0, 100, (count, people, 4)).astype(np.float32)
    boxes[::3] = np.nan
    return Samples(
        images, keypoints, boxes, boxes[::-1], rng.normal(0, 9, (count, 2, 3)).astype(np.float32),
        np.array([f"é-{i}.jpg" for i in range(count)]), COCO17, "smooth pictures", left_out={"without a head": 3},
    )  # fmt: skip


def with_maps(people: Samples) -> Samples:
    """The same pictures with random maps, the first one's all 0, as where nobody is."""
    rng = np.random.default_rng(0)
    maps = rng.choice(np.array([*range(25), UNLABELLED], np.uint8), (2, *people.images.shape[:3]))
    maps[:, 0] = 0
    return replace(people, instances=maps[0], parts=maps[1], vocabulary=BODYPIX24)


def numbers(dataset) -> list[int]:
    """Which pictures of a CountingSource come, batch after batch."""
    return [int(n) for images, _ in dataset for n in images[:, 0, 0, 0]]


def test_what_was_written_comes_back(tmp_path):
    people = samples()
    written = records.write(people, tmp_path, per_shard=4)
    assert written.counts == [4, 4, 2] and written.skeleton is COCO17
    fields = ("images", "keypoints", "boxes", "head_boxes", "to_picture", "ids")
    batches = list(records.read(tmp_path, 3, fields=fields).as_numpy_iterator())
    assert [len(batch[0]) for batch in batches] == [3, 3, 3, 1]
    images, *labels, ids = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    assert images.dtype == np.uint8 and np.abs(images.astype(int) - people.images).max() <= 8
    assert np.abs(images.astype(int) - people.images).mean() < 2
    for name, label in zip(fields[1:-1], labels, strict=True):
        assert label.dtype == np.float32
        np.testing.assert_array_equal(label, getattr(people, name))
    assert [name.decode() for name in ids] == people.ids.tolist()


def test_maps_come_back_exactly(tmp_path):
    people = with_maps(samples())
    written = records.write(people, tmp_path, per_shard=4, quality=50)
    assert written.vocabulary is BODYPIX24 and "COCO17, bodypix24 parts, 3 shards" in written.describe()
    dataset = records.read(tmp_path, 3, fields=("images", "parts", "instances", "keypoints"))
    assert dataset.element_spec[1].shape == (None, 16, 20) and dataset.element_spec[1].dtype == tf.uint8
    batches = list(dataset.as_numpy_iterator())
    for at, name in ((1, "parts"), (2, "instances"), (3, "keypoints")):
        np.testing.assert_array_equal(np.concatenate([batch[at] for batch in batches]), getattr(people, name))
    with pytest.raises(ValueError, match="these records have no garments: they have ids, images, .*instances, parts"):
        records.read(tmp_path, fields=("images", "garments"))


def test_maps_are_shuffled_with_their_pictures(tmp_path):
    people = with_maps(samples())
    people = replace(people, parts=np.tile(np.arange(10, dtype=np.uint8)[:, None, None], (1, 16, 20)))
    records.write(people, tmp_path, per_shard=3)
    for ids, parts in records.read(tmp_path, 5, shuffle=True, fields=("ids", "parts")).as_numpy_iterator():
        assert [f"é-{labels[0, 0]}.jpg" for labels in parts] == [name.decode() for name in ids]
        assert (parts == parts[:, :1, :1]).all()


@pytest.mark.parametrize("name", ["synthetic", "pascal_parts"])
def test_the_maps_of_a_set_come_back_exactly(tmp_path, cache_folder, name):
    if name == "synthetic":
        from hpe_utils.data.synthetic import source

        source, fields = source("val", count=3, size=48, people=(1, 2)), ("parts", "instances", "garments")
    else:
        for number, mask in enumerate((np.zeros((9, 12)), np.arange(108).reshape(9, 12) % 7)):
            for folder in ("images", "masks"):
                (tmp_path / "set" / folder).mkdir(parents=True, exist_ok=True)
                Image.fromarray(mask.astype(np.uint8)).save(tmp_path / "set" / folder / f"{number}.png")
        source, fields = pascal_parts.source("all", tmp_path / "set", size=24), ("parts",)
    expected, _ = source.read(0, len(source))
    written = records.write(source, tmp_path / "out")
    assert written.vocabulary is source.vocabulary and set(written.shapes) & set(records.MAPS) == set(fields)
    (batch,) = records.read(tmp_path / "out", fields=("images", *fields)).as_numpy_iterator()
    for labels, field in zip(batch[1:], fields, strict=True):
        np.testing.assert_array_equal(labels, expected[field])
    if name == "pascal_parts":
        assert written.vocabulary is PASCAL6 and set(np.unique(batch[1][0])) == {0, UNLABELLED}, "nobody is there"


def test_records_without_maps_of_the_first_version_are_still_read(tmp_path):
    records.write(CountingSource(6), tmp_path, 4)
    for path in tmp_path.glob("*.json"):
        about = json.loads(path.read_text())
        del about["vocabulary"]
        path.write_text(json.dumps(about | {"version": 1, "fingerprint": fingerprint([CountingSource(6).spec, 4, 95])}))
    assert numbers(records.read(tmp_path, 4)) == list(range(6))
    assert records.open_records(tmp_path).vocabulary is None
    with pytest.raises(DataError, match="already holds records of .* or of another version of hpe_utils"):
        records.write(CountingSource(6), tmp_path, 4)


def test_records_of_a_newer_version_are_refused(tmp_path):
    records.write(CountingSource(4), tmp_path)
    (path,) = tmp_path.glob("*.json")
    path.write_text(path.read_text().replace(f'"version": {records.VERSION}', '"version": 99'))
    with pytest.raises(DataError, match="records in .* are of a newer hpe_utils: update it, or write them again"):
        records.read(tmp_path)


def test_batches_are_those_of_batches(tmp_path):
    people = samples()
    records.write(people, tmp_path, per_shard=4)
    dataset = records.read(tmp_path, 4)
    assert dataset.cardinality() == len(Batches(people, 4)) == 3
    (pictures, keypoints), expected = next(iter(dataset)), Batches(people, 4)[0]
    assert pictures.shape == expected[0].shape and pictures.dtype == tf.uint8
    np.testing.assert_array_equal(keypoints, expected[1])
    pictures, keypoints = records.read(tmp_path, 4, shuffle=True).element_spec
    assert pictures.shape == (4, 16, 20, 3) and keypoints.shape == (4, 2, 17, 3)
    assert records.read(tmp_path, 4, shuffle=True).cardinality() == len(Batches(people, 4, shuffle=True)) == 2


@given(st.integers(1, 9), st.integers(1, 12), st.integers(0, 5))
@settings(max_examples=8, deadline=None)
def test_every_record_comes_once_whatever_the_sizes(tmp_path_factory, count, per_shard, drop):
    folder = tmp_path_factory.mktemp("records")
    expected = [n for n in range(count) if not drop or n % drop]
    if not expected:
        with pytest.raises(DataError, match="nothing usable in the records of .*dropped"):
            records.write(CountingSource(count, drop=drop), folder, per_shard)
        return
    written = records.write(CountingSource(count, drop=drop), folder, per_shard)
    assert sum(written.counts) == len(expected)
    assert numbers(records.read(folder, 4)) == expected
    assert sorted(numbers(records.read(folder, 1, shuffle=True, buffer=3))) == expected


def test_the_order_is_the_seeds_and_every_epoch_has_its_own(tmp_path):
    records.write(CountingSource(60), tmp_path, per_shard=7)

    def epochs(seed):
        dataset = records.read(tmp_path, 4, shuffle=True, seed=seed, buffer=16)
        return [numbers(dataset) for _ in range(2)]

    first, second = epochs(1)
    assert epochs(1) == [first, second] and first != second
    assert epochs(2)[0] != first
    assert sorted(first) == sorted(second) == list(range(60))
    assert len(numbers(records.read(tmp_path, 50, shuffle=True))) == 50, "the incomplete batch is dropped"
    with pytest.raises(ValueError, match="60 records do not fill one batch of 61"):
        records.read(tmp_path, 61, shuffle=True)
    assert numbers(records.read(tmp_path, 61)) == list(range(60))


def test_augmented_records_are_squares_that_change_with_the_epoch_and_repeat_with_the_seed(tmp_path):
    people = samples()
    records.write(people, tmp_path, per_shard=4)
    options = {"batch_size": 5, "shuffle": True, "augment": Augment(flip=0.5, rotate=30), "size": 12}
    first, again = (list(records.read(tmp_path, seed=1, **options).repeat(2).as_numpy_iterator()) for _ in range(2))
    assert [images.shape for images, _ in first] == 4 * [(5, 12, 12, 3)]
    assert first[0][1].shape == (5, 2, 17, 3) and first[0][1].dtype == np.float32
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a[0], b[0])
        np.testing.assert_array_equal(a[1], b[1])
    epochs = [np.sort(np.concatenate([k[..., 0].ravel() for _, k in half])) for half in (first[:2], first[2:])]
    assert np.abs(epochs[0] - epochs[1]).max() > 1
    with pytest.raises(ValueError, match="augment moves pictures and keypoints alone"):
        records.read(tmp_path, augment=Augment(), fields=("images", "boxes"))


def test_shuffling_mixes_the_shards(tmp_path):
    records.write(CountingSource(64), tmp_path, per_shard=4)
    dataset = records.read(tmp_path, 8, shuffle=True, buffer=1)
    first, second = ([number // 4 for number in numbers(dataset)[:8]] for _ in range(2))
    assert len(set(first)) == len(set(second)) == 8, "one of each of eight shards, even without a buffer"
    assert set(first) != set(second), "and of others in the next epoch"


def test_what_is_left_out_is_counted_and_described(tmp_path):
    written = records.write(CountingSource(20, drop=5, left_out={"without a head": 3}), tmp_path, per_shard=5)
    assert written.left_out == {"dropped": 4, "without a head": 3} == records.open_records(tmp_path).left_out
    text = written.describe()
    assert text.startswith("counted pictures: 16 pictures of 8×8, MPII16, 4 shards of 0.0 MB in all")
    assert text.endswith("left out: 4 dropped, 3 without a head")


@pytest.mark.slow
def test_a_killed_conversion_resumes_and_repeats_no_whole_shard(tmp_path):
    log, folder = tmp_path / "log", tmp_path / "records"
    script = (
        "from counting_source import CountingSource; from hpe_utils.data import records;"
        f"records.write(CountingSource(count=90, log={str(log)!r}, seconds=.2), {str(folder)!r}, 3, workers=1)"
    )
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL)
    while len(list(folder.glob("*.tfrecord"))) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()
    with pytest.raises(DataError, match="of the 30 shards in .* are missing, cut short or damaged.*writes only these"):
        records.read(folder)
    (folder / "00029-of-00030.99.partial").write_bytes(b"half a shard")
    finished = {int(path.name[:5]) * 3 for path in folder.glob("*.tfrecord")}
    log.unlink()
    records.write(CountingSource(count=90, log=str(log)), folder, 3)
    assert sorted(map(int, log.read_text().split())) == sorted(set(range(0, 90, 3)) - finished)
    assert numbers(records.read(folder)) == list(range(90))
    assert not list(folder.glob("*.partial"))


@pytest.mark.parametrize("damage", ["half", "empty", "gone", "undescribed"])
def test_a_shard_cut_short_is_noticed_and_only_it_is_written_again(tmp_path, damage):
    log, folder = tmp_path / "log", tmp_path / "records"
    source = CountingSource(40, log=str(log))
    records.write(source, folder, 10)
    shard = folder / "00002-of-00004.tfrecord"
    if damage in ("gone", "undescribed"):
        (shard if damage == "gone" else shard.with_suffix(".json")).unlink()
    else:
        shard.write_bytes(shard.read_bytes()[: shard.stat().st_size // 2 if damage == "half" else 0])
    with pytest.raises(DataError, match="1 of the 4 .* cut short or damaged, first 00002-of-00004.tfrecord: write the"):
        records.read(folder)
    log.unlink()
    records.write(source, folder, 10)
    assert log.read_text().split() == ["20"] and numbers(records.read(folder)) == list(range(40))
    log.unlink()
    records.write(source, folder, 10)
    assert not log.exists()


def test_a_flipped_bit_within_a_shard_stops_the_reading(tmp_path):
    records.write(CountingSource(4), tmp_path)
    (shard,) = tmp_path.glob("*.tfrecord")
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(bytes(data))
    with pytest.raises(DataError, match="1 of the 1 shards .* damaged, first 00000-of-00001.tfrecord: write"):
        numbers(records.read(tmp_path))


def test_a_damaged_description_is_refused_by_name(tmp_path):
    records.write(CountingSource(4), tmp_path)
    (tmp_path / "00000-of-00001.json").write_text('{"count":')
    with pytest.raises(DataError, match="cannot read .*00000-of-00001.json .*: delete it and write the records again"):
        records.open_records(tmp_path)


def change(people: Samples, name: str) -> Samples:
    array = getattr(people, name).copy()
    array.flat[0] = "other" if name == "ids" else 7
    return type(people)(**(people.__dict__ | {name: array}))


@pytest.mark.parametrize(
    "other", ["images", "keypoints", "boxes", "to_picture", "ids", "parts", "words", "per_shard", "quality", "more"]
)
def test_a_folder_of_other_records_is_not_touched(tmp_path, other):
    people = with_maps(samples())
    records.write(people, tmp_path, 5, quality=90)
    options = {"per_shard": 5, "quality": 90}
    if other in options:
        people, options = people, options | {other: 80}
    else:
        changed = {"more": lambda: with_maps(samples(15)), "words": lambda: replace(people, vocabulary=PASCAL6)}
        people = changed.get(other, lambda: change(people, other))()
    with pytest.raises(DataError, match="already holds records of other pictures, labels or settings"):
        records.write(people, tmp_path, **options)
    assert len(records.open_records(tmp_path).files) == 2


@pytest.mark.parametrize("options", [{"per_shard": 0}, {"quality": 0}, {"quality": 101}])
def test_impossible_settings_are_refused(tmp_path, options):
    with pytest.raises(DataError, match="at least 1, quality=.* from 1 to 95"):
        records.write(CountingSource(4), tmp_path, **options)


def test_an_empty_folder_and_an_unknown_field_are_refused(tmp_path):
    with pytest.raises(DataError, match="holds no records: write them by hpe convert"):
        records.read(tmp_path)
    records.write(CountingSource(4), tmp_path)
    with pytest.raises(ValueError, match="these records have no parts: they have ids, images, keypoints, boxes"):
        records.read(tmp_path, fields=("images", "parts"))


class FullDisk:
    """A TFRecordWriter that fails at the first record."""

    def __init__(self, path, error):
        Path(path).write_bytes(b"half")
        self.error = error

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def write(self, line):
        raise self.error


@pytest.mark.parametrize(
    "error",
    [tf.errors.ResourceExhaustedError(None, None, "No space left"), OSError(errno.ENOSPC, "No space left")],
    ids=["TensorFlow", "system"],
)
def test_a_full_disk_is_reported_with_the_remedy_and_nothing_half_written_stays(tmp_path, monkeypatch, error):
    with monkeypatch.context() as patch:
        patch.setattr(tf.io, "TFRecordWriter", lambda path: FullDisk(path, error))
        with pytest.raises(DataError, match=r"cannot write records to .*\(No space left\): free some space"):
            records.write(CountingSource(4), tmp_path)
    assert not list(tmp_path.iterdir())
    assert numbers(records.read(records.write(CountingSource(4), tmp_path).files[0].parent)) == [0, 1, 2, 3]


def test_a_shard_has_its_name_only_when_it_is_described(tmp_path, monkeypatch):
    def stop(path, text):
        raise KeyboardInterrupt

    monkeypatch.setattr(records, "write_json", stop)
    with pytest.raises(KeyboardInterrupt):
        records.write(CountingSource(4), tmp_path, workers=1)
    assert not list(tmp_path.iterdir())


def test_the_command_writes_a_data_set_by_name(tmp_path, capsys):
    command = ["synthetic", "val", "--size", "32", "--option", "count=3", "--option", "difficulty=hard"]
    for _ in range(2):
        records.main([*command, "--out", str(tmp_path)])
        assert (
            "synthetic people, hard, val: 3 pictures of 32×32, SYNTHETIC27, bodypix24 parts, 1 shards"
            in capsys.readouterr().out
        )
    assert next(iter(records.read(tmp_path)))[1].shape == (3, 1, 27, 3)
    assert next(iter(records.read(tmp_path, fields=("images", "parts"))))[1].shape == (3, 32, 32)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["mpii", "val", "--root", "nowhere"], "no MPII annotations of the val split in nowhere"),
        (["pascal_parts", "val", "--root", "nowhere", "--option", "variant=part"], "nowhere does not exist"),
        (["pascal_parts", "val", "--option", "variant=six"], "variant='six': choose one of person_part, part"),
        (["synthetic", "val", "--option", "cuont=3"], "cuont"),
        (["synthetic", "val", "--option", "difficulty=mild"], "difficulty is 'mild'"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        records.main([*arguments, "--out", str(tmp_path)])
    error = capsys.readouterr().err
    assert stop.value.code == 1 and message in error and "Traceback" not in error


def test_tensorflow_is_imported_to_write_and_read_only():
    script = "import sys, hpe_utils.data.records, hpe_utils.data.sets.coco, hpe_utils.metrics.coco as c; "
    script += "print('tensorflow' in sys.modules, 'keras' in sys.modules, c.evaluate.__name__)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert answer.stdout.strip() == "False False evaluate", answer.stderr
