"""Simple Baselines: a classifier's trunk, three deconvolutions, one map per joint (Xiao, Wu & Wei 2018)."""

import keras

from hpe_utils import moved
from hpe_utils.models.layers import SoftArgmax, caffe, deconvolutions, heatmap_deconvolution, heatmap_layer
from hpe_utils.models.movenet import FORMS, separable
from hpe_utils.models.trunks import classifier_trunk, lab_trunk, mobilenetv2_trunk, movenet_trunk


def simple_baseline_paper(
    outputs: int = 17, depth: int = 50, size: tuple[int, int] = (192, 256), weights: str | None = None
) -> keras.Model:
    """ResNet50, 101 or 152 and three deconvolutions of 256: 34,080,913 weights for depth 50 and 17 maps.

    (B, H, W, 3) pictures of `size` (width, height), 0–255, to (B, H/4, W/4, outputs). `weights="imagenet"` downloads
    Keras' pre-trained trunk.
    """
    resnet = getattr(keras.applications, f"ResNet{depth}")
    trunk = resnet(include_top=False, weights=weights, input_shape=(size[1], size[0], 3), name="trunk")
    inputs = keras.Input((size[1], size[0], 3))
    x = caffe(inputs)
    x = deconvolutions(trunk(x), 3)
    return keras.Model(inputs, heatmap_layer(outputs)(x), name=f"simple_baseline{depth}_paper")


def simple_baseline_lab(
    outputs: int = 16,
    size: int = 128,
    trunk: str = "lab",
    weights: str | None = None,
    coordinates: bool = False,
    widths: tuple[int, ...] = (32, 64, 128, 192),
) -> keras.Model:
    """The same idea for two cores: a trunk that goes down and up again, then one layer for the maps.

    (B, size, size, 3) pictures, 0–255, to (B, size/4, size/4, outputs), or with `coordinates` to the maps' soft-argmax,
    (B, 2·outputs) fractions. `trunk` is `lab`, a form of MoveNet, `mobilenetv2`, whose `weights` may be "imagenet",
    a download, or a file, or `classifier`, the paper's form: down to a 32nd of the picture, then three deconvolutions,
    without shortcuts; `widths` are the lab trunk's and the classifier's. The sub-model `trunk` is shared by notebooks
    05–10. Taught in notebook 03.
    """
    inputs = keras.Input((size, size, 3))
    if trunk == "lab":
        x = heatmap_deconvolution(outputs)(lab_trunk(size, widths)(inputs))
    elif trunk == "classifier":
        x = heatmap_layer(outputs)(deconvolutions(classifier_trunk(size, widths)(inputs), 3, widths[1]))
    elif trunk in FORMS:
        x = separable(movenet_trunk(size, trunk)(inputs)[-1], 96, name="kpt_heatmap_0_separable")
        x = heatmap_layer(outputs)(x)
    else:
        x = heatmap_layer(outputs)(mobilenetv2_trunk(size, weights)(inputs))
    if coordinates:
        x = SoftArgmax(dtype="float32", name="coordinates")(x)
    return keras.Model(inputs, x, name="simple_baseline_lab")


__getattr__ = moved.names(__name__)
