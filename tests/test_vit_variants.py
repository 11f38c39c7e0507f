"""Variants of the Hourglass and the vision transformer that notebook 04 shows."""

import numpy as np
import pytest

pytest.importorskip("keras")

from hpe_utils import models  # noqa: E402


def test_a_class_token_is_one_more_token_and_no_map():
    plain, with_token = models.build("vit", size=32), models.build("vit", size=32, class_token=True)
    assert with_token.output_shape == plain.output_shape == (None, 8, 8, 16)
    assert with_token.get_layer("class_token").output.shape[1] == plain.get_layer("positions").output.shape[1] + 1
    assert with_token.count_params() == plain.count_params() + 96


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_the_class_token_is_learnt(precision, policy):
    policy(precision)
    model = models.build("vit", size=32, class_token=True)
    before = np.asarray(model.get_layer("class_token").get_weights()[0])
    model.compile("sgd", "mse", jit_compile=True)
    model.train_on_batch(np.full((2, 32, 32, 3), 90.0), np.ones((2, 8, 8, 16)))
    assert not np.array_equal(before, model.get_layer("class_token").get_weights()[0])


def test_an_hourglass_that_is_asked_last_is_the_same_network():
    every, last = (models.build("hourglass", size=32, levels=1, supervise=which) for which in ("every", "last"))
    assert every.output_shape == (None, 2, 8, 8, 16) and last.output_shape == (None, 8, 8, 16)
    shapes = [sorted(tuple(weight.shape) for weight in model.weights) for model in (every, last)]
    assert shapes[0] == shapes[1], "the maps of the first stack still go back into the stream"
    with pytest.raises(ValueError, match="every"):
        models.build("hourglass", supervise="first")
