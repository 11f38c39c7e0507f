"""Sets that stay on the disk give the batches that arrays give, and go on in the middle of an epoch."""

import os
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from hpe_utils import data, runtime, training  # noqa: E402
from hpe_utils.data import cache, streaming  # noqa: E402
from hpe_utils.data.augment import Augment  # noqa: E402
from hpe_utils.data.batches import KEEP, Batches  # noqa: E402
from hpe_utils.data.schema import DataError, Samples  # noqa: E402
from hpe_utils.parts import PASCAL6  # noqa: E402

AUGMENT = Augment(flip=0.5, rotate=30, scale=0.2, colour=0.2)
DRAWN = {"name": "synthetic", "split": "train", "size": 32, "count": 20, "skeleton": "MPII16", "parts": "pascal6"}


@pytest.fixture(scope="module")
def streamed(tmp_path_factory) -> Samples:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HPE_CACHE", str(tmp_path_factory.mktemp("streamed")))
        return data.load(**DRAWN, stream=True)


def all_of(batches: Batches, epochs: int = 1) -> list:
    """Every batch of some epochs, in order."""
    found = []
    for _ in range(epochs):
        batches.on_epoch_begin()
        found += [batches[index] for index in range(len(batches))]
        batches.on_epoch_end()
    return found


def test_streamed_samples_are_the_cached_ones_but_for_jpeg(streamed, cache_folder):
    cached = data.load(**DRAWN)
    assert isinstance(streamed.images, streaming.Streamed) and streamed.images.shape == cached.images.shape
    difference = np.asarray(streamed.images).astype(int) - cached.images
    assert 0 < np.abs(difference).mean() < 3
    for name in ("keypoints", "boxes", "head_boxes", "to_picture", "ids", "instances"):
        np.testing.assert_array_equal(getattr(streamed, name), getattr(cached, name))
    assert streamed.vocabulary is PASCAL6 and (np.asarray(streamed.parts) == cached.parts).all()
    assert (streamed.title, streamed.origin, streamed.skeleton) == (cached.title, cached.origin, cached.skeleton)


def test_rows_are_those_of_an_array(streamed):
    whole = np.asarray(streamed.images)
    for rows in (3, -1, slice(2, 9, 3), np.array([5, 0, 5]), np.arange(20) % 3 == 0):
        np.testing.assert_array_equal(streamed.images[rows], whole[rows])
    some = streamed[4:7]
    assert len(some) == 3 and (some.images == whole[4:7]).all() and (some.ids == streamed.ids[4:7]).all()


def test_the_same_seed_gives_the_batches_of_arrays(streamed):
    arrays = replace(streamed, images=np.asarray(streamed.images), parts=np.asarray(streamed.parts))

    def labels(images, keypoints, rng, instances, parts):
        return images, keypoints, instances, parts

    one, other = (
        all_of(Batches(samples, 8, 24, AUGMENT, shuffle=True, seed=3, labels=labels), epochs=2)
        for samples in (streamed, arrays)
    )
    assert len(one) == 4
    for mine, theirs in zip(one, other, strict=True):
        for found, wanted in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(found, wanted)
    assert (one[0][0] != one[2][0]).any(), "another epoch, other pictures"


@pytest.mark.parametrize("augment", [KEEP, replace(AUGMENT, occlude=0.7)], ids=["as they are", "changed"])
def test_processes_yield_together_what_one_does_and_read_only_their_own(streamed, augment, monkeypatch):
    def labels(images, keypoints, rng, instances, parts):
        return {"images": images, "noise": rng.random(len(images))}, (keypoints, instances, parts)

    read, read_one = [], streaming.Streamed._read
    monkeypatch.setattr(
        streaming.Streamed, "_read", lambda self, place: read.append((self.name, *place)) or read_one(self, place)
    )

    def batches_of(shard: tuple[int, int]) -> list:
        read.clear()
        options = {"shuffle": True, "seed": 3, "labels": labels, "shard": shard}
        batches = all_of(Batches(streamed, 8, 32, augment, **options))
        assert len(set(read)) == len(read) == 3 * 16 // shard[1], "pictures and two maps each"
        return [keras.tree.flatten(batch) for batch in batches]

    whole, *parts = map(batches_of, [(0, 1), (0, 4), (1, 4), (2, 4), (3, 4)])
    for number, batch in enumerate(whole):
        for place, wanted in enumerate(batch):
            found = [part[number][place] for part in parts]
            assert [len(some) for some in found] == [2] * 4
            np.testing.assert_array_equal(np.concatenate(found), wanted)


def test_a_batch_that_processes_cannot_share_is_told(streamed):
    with pytest.raises(DataError, match="3 processes cannot share a batch of 8 equally"):
        Batches(streamed, 8, shuffle=True, shard=(0, 3))


def test_an_epoch_is_taken_up_in_its_middle(streamed):
    batches = Batches(streamed, 4, 24, AUGMENT, shuffle=True, seed=1)
    later = all_of(batches, epochs=3)[2 * 5 + 3 :]
    batches.start_at(2, 3)
    assert len(batches) == 2
    for (images, _), (wanted, _) in zip(all_of(batches), later, strict=True):
        np.testing.assert_array_equal(images, wanted)
    assert len(batches) == 5, "the next epoch is whole"


class Stop(keras.callbacks.Callback):
    """Ctrl-C after so many steps."""

    def __init__(self, steps: int):
        super().__init__()
        self.steps = steps

    def on_train_batch_end(self, batch, logs=None):
        self.steps -= 1
        if not self.steps:
            raise KeyboardInterrupt


def test_a_run_stopped_in_the_middle_of_an_epoch_ends_as_one_that_was_not(streamed, tmp_path):
    def start():
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((24, 24, 3)), keras.layers.Flatten(), keras.layers.Dense(2)])
        model.compile(keras.optimizers.Adam(1e-4), "mse", jit_compile=False)
        return model, Batches(streamed, 4, 24, AUGMENT, shuffle=True, labels=lambda images, keypoints, rng, **_: (
            images.astype(np.float32), keypoints[:, 0, 0, :2]))  # fmt: skip

    whole, batches = start()
    straight = training.Resume(tmp_path / "whole")
    straight.fit(whole, batches, 3, [])
    stopped, batches = start()
    with pytest.raises(KeyboardInterrupt):
        training.Resume(tmp_path / "stopped", every=1).fit(stopped, batches, 3, [Stop(5 + 3)])
    again, batches = start()
    resumed = training.Resume(tmp_path / "stopped", every=2)
    counted = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    steps = []
    resumed.fit(again, batches, 3, [counted])
    assert len(steps) == 3 + 5, "of the second epoch two steps were kept, not the one that Ctrl-C broke off"
    for weight, wanted in zip(again.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(weight, wanted, atol=1e-6)
    assert len(resumed.past["loss"]) == 3
    assert resumed.past["loss"][0] == pytest.approx(straight.past["loss"][0])
    assert resumed.past["loss"][2] == pytest.approx(straight.past["loss"][2])


def test_a_changed_shard_is_told(streamed, tmp_path):
    copy = tmp_path / "00000-of-00001.tfrecord"
    content = bytearray(streamed.images.files[0].read_bytes())
    _, start, length = streamed.images.places[0]
    at = content.index(b"\xff\xd8", start, start + length)
    content[at : at + 2] = b"no"
    copy.write_bytes(content)
    broken = streaming.Streamed([copy], streamed.images.places, "images", streamed.images.shape[1:])
    with pytest.raises(DataError, match="was changed while it was read: write the records again"):
        broken[0]


def test_notebooks_stream_what_they_train_on_as_they_are_told(monkeypatch, cache_folder):
    budget = SimpleNamespace(size=32, train=6, val=4, test=4)
    run = runtime.Runtime("n", "lab", budget, "synthetic", None, "CPU", "float32", 50.0, 0)
    monkeypatch.setenv("HPE_STREAM", "1")
    assert isinstance(run.load("train").images, streaming.Streamed)
    assert not isinstance(run.load("val").images, streaming.Streamed)
    freed = cache.clear("synthetic")
    assert freed > 0 and not list(cache_folder.iterdir())
    monkeypatch.delenv("HPE_STREAM")
    assert not isinstance(run.load("train").images, streaming.Streamed)
    monkeypatch.setattr("os.sysconf", lambda name: 64)  # 4 kB of memory
    assert isinstance(run.load("train").images, streaming.Streamed)
    monkeypatch.setenv("HPE_STREAM", "0")
    assert not isinstance(run.load("train").images, streaming.Streamed)


@pytest.mark.slow
def test_on_jax_it_ends_as_one_that_was_not_stopped_too():
    pytest.importorskip("jax")
    settings = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "-k", "stopped_in_the_middle"]
    done = subprocess.run([sys.executable, "-m", "pytest", __file__, *options], env=settings, capture_output=True)
    assert done.returncode == 0 and b"1 passed" in done.stdout, done.stdout[-2000:]
