"""What every codec of every task offers, and that it turns answers round as the pictures were turned."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("keras")

from keras import ops  # noqa: E402
from training_rows import ROWS, asked  # noqa: E402

from hpe_utils import tasks  # noqa: E402
from hpe_utils.codecs.heatmap import HeatmapCodec  # noqa: E402
from hpe_utils.codecs.regression import RegressionCodec  # noqa: E402
from hpe_utils.data.augment import Augment  # noqa: E402
from hpe_utils.data.batches import Batches  # noqa: E402
from hpe_utils.models import mask_rcnn  # noqa: E402
from hpe_utils.skeleton import MPII16  # noqa: E402

FIRST = {row.task: row for row in reversed(ROWS)}


@pytest.fixture(scope="module", params=tasks.TASKS)
def case(request):
    """A task's people, model and codec, and what the untrained network answers to the people's pictures."""
    task, people, model, codec = asked(FIRST[request.param])
    network = mask_rcnn.detector(model) if task.name == "detector" else model
    network.compile(jit_compile=False)
    outputs = network.predict_on_batch(np.asarray(people.images))
    return SimpleNamespace(people=people, model=model, codec=codec, outputs=outputs)


def named(values) -> dict:
    """What a network takes, answers or is taught, by name; a single one has none."""
    return values if isinstance(values, dict) else {"": values}


def targets(codec, people, flip: float):
    """What the network should answer, mirrored or not, as far as `encode` says it."""
    inputs, labels = Batches(people, len(people), augment=Augment(flip=flip), labels=codec.labels)[0]
    if "given" in inputs:
        shares, _ = codec.encode(labels["masks"])
        return {"boxes": inputs["given"], "scores": np.isfinite(inputs["given"][..., 0]), "masks": np.asarray(shares)}
    if "mask" not in labels:
        return np.asarray(codec.encode(labels)[0])
    shares = np.asarray(ops.mean(ops.one_hot(codec.pixels(labels["parts"])[0], len(codec.vocabulary) + 1), axis=-2))
    arrows = {head: np.asarray(codec.head(head).encode(labels[head])[0]) for head in codec.heads[2:]}
    return {"mask": 1 - shares[..., :1], "parts": shares[..., 1:]} | arrows


def everywhere(people):
    """The same people, with every joint at a place of its own in the picture."""
    keypoints = np.full(people.keypoints.shape, 2.0, np.float32)
    keypoints[..., :2] = np.random.default_rng(0).uniform(2, people.images.shape[1] - 3, keypoints[..., :2].shape)
    return replace(people, keypoints=keypoints)


def wrong(one, other) -> float:
    """The share of numbers in which two arrays differ; NaN equals NaN."""
    return 1 - np.isclose(one, other, atol=0.01, equal_nan=True).mean()


def test_a_codec_knows_its_picture_and_what_it_tells_apart(case):
    assert case.codec.size == tasks.picture_size(case.model) == case.people.images.shape[2:0:-1]
    assert case.codec.skeleton == case.people.skeleton
    assert getattr(case.codec, "vocabulary", case.people.vocabulary) == case.people.vocabulary


def test_labels_are_what_the_model_takes_and_is_asked(case):
    inputs, labels = Batches(case.people, 2, labels=case.codec.labels)[0]
    given, taken = ({name: array.shape[1:] for name, array in named(x).items()} for x in (inputs, case.model.input))
    assert given == taken
    assert set(named(labels)) == set(named(case.model.output))
    assert all(len(array) == len(case.people) for array in named(labels).values())


def test_answers_are_read_for_every_picture(case):
    found = case.codec.decode(case.outputs)
    assert all(len(each) == len(case.people) for each in (found if isinstance(found, tuple) else (found,)))


def test_confidence_lies_between_0_and_1(case):
    codec = replace(case.codec, logits=True) if hasattr(case.codec, "logits") else case.codec
    sure = np.asarray(codec.confidence(case.outputs))
    assert len(sure) == len(case.people) and sure.min() >= 0 and sure.max() <= 1


def test_answers_turned_twice_are_as_before(case):
    once = case.codec.mirrored(case.outputs)
    before, turned, after = named(case.outputs), named(once), named(case.codec.mirrored(once))
    assert list(after) == list(before)
    for head, values in before.items():
        np.testing.assert_allclose(after[head], values, atol=1e-4, err_msg=head)
        assert head == "scores" or not np.array_equal(turned[head], values, equal_nan=True), head


def test_the_mirrored_person_has_the_mirrored_target(case):
    codec = replace(case.codec, jitter=0.0) if hasattr(case.codec, "jitter") else case.codec
    plain, turned = (targets(codec, everywhere(case.people), flip) for flip in (0.0, 1.0))
    back = named(codec.mirrored(turned))
    for head, expected in named(plain).items():
        # Cells on an edge may round to either side: they are few beside those that were turned.
        assert head == "scores" or wrong(back[head], expected) < 0.2 * wrong(named(turned)[head], expected), head
        assert wrong(back[head], expected) < 0.05, head


@pytest.mark.parametrize("codec", [RegressionCodec((32, 32)), HeatmapCodec((32, 32))], ids=lambda c: type(c).__name__)
def test_a_codec_without_a_skeleton_cannot_tell_left_from_right(codec):
    people = np.full((1, 1, 16, 3), 9, np.float32)
    outputs = codec.encode(people)[0]
    with pytest.raises(ValueError, match=f"{type(codec).__name__} cannot tell left from right: make it with skeleton="):
        codec.mirrored(outputs)
    assert replace(codec, skeleton=MPII16).mirrored(outputs) is not None
