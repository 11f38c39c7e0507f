"""The architectures that notebooks train take a compiled training step in mixed_bfloat16."""

import pytest

pytest.importorskip("keras")

from training_rows import FIRST, ready, take_step  # noqa: E402

TRAINED = ("deeppose", "resnet50v2", "simple_baseline", "hourglass", "openpose", "bodypix", "mask_rcnn")


@pytest.mark.again
@pytest.mark.parametrize("architecture", TRAINED)
def test_a_compiled_step_in_bfloat16(architecture, policy):
    policy("mixed_bfloat16")
    take_step(*ready(FIRST[architecture])).assert_trained()
