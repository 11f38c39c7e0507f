"""MoveNet: its files are read by name, its answers are the published graph's, and its trunk can be trained again."""

import json

import numpy as np
import pytest
from conftest import shared_file

keras = pytest.importorskip("keras")

from hpe_utils import inference, training  # noqa: E402
from hpe_utils.codecs.heatmap import HeatmapCodec  # noqa: E402
from hpe_utils.codecs.movenet import decode_one, decode_several  # noqa: E402
from hpe_utils.data.pictures import read_picture  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402
from hpe_utils.geometry import Affine, whole_square  # noqa: E402
from hpe_utils.models import movenet  # noqa: E402
from hpe_utils.models.bodypix import bodypix_lab  # noqa: E402
from hpe_utils.models.openpose import openpose_lab  # noqa: E402
from hpe_utils.models.simple_baseline import simple_baseline_lab  # noqa: E402
from hpe_utils.models.trunks import movenet_trunk  # noqa: E402
from hpe_utils.skeleton import COCO17, PHOTO19  # noqa: E402

# Some of the published graph's constants: name, shape and first value.
FPN = "StatefulPartitionedCall/center_net_mobile_net_v2fpn_feature_extractor/model_1"
KNOWN = {
    f"{FPN}/conv2d/BiasAdd/ReadVariableOp": ("conv2d", (64,)),
    f"{FPN}/model/block_1_depthwise/depthwise_weights": ("block_1_depthwise", (3, 3, 96, 1)),
    f"{FPN}/model/Conv1/Conv2D_bn_offset": ("Conv1", (32,)),
    f"{FPN}/separable_conv2d_1/separable_conv2d_weights": ("separable_conv2d_1", (1, 1, 32, 24)),
    "StatefulPartitionedCall/center_0/separable_conv2d_3/BiasAdd/ReadVariableOp": ("center_0_separable", (96,)),
    "StatefulPartitionedCall/kpt_heatmap_0/conv2d_5/Conv2D/ReadVariableOp": ("kpt_heatmap_0", (1, 1, 96, 17)),
    "StatefulPartitionedCall/sub_1/y": ("", ()),
}


def graph(name: str):
    return shared_file(f"weights/movenet/movenet-{name}.json")


def pictures(count: int, size: int) -> np.ndarray:
    """Smooth coloured noise, as a photograph has it."""
    rng = np.random.default_rng(0)
    rough = rng.integers(0, 256, (count, size // 8, size // 8, 3)).astype(np.uint8)
    return rough.repeat(8, axis=1).repeat(8, axis=2)


def write_graph(path, tensors: dict, kind: str = "float16") -> None:
    manifest = [
        {"name": name, "shape": list(values.shape), "dtype": "float32", "quantization": {"dtype": kind}}
        for name, values in tensors.items()
    ]
    path.write_text(json.dumps({"modelTopology": {"node": []}, "weightsManifest": [{"weights": manifest}]}))
    path.with_suffix(".bin").write_bytes(b"".join(values.astype("<f2").tobytes() for values in tensors.values()))


# Reading ------------------------------------------------------------------------------------------


def test_constants_are_read_one_after_another(tmp_path):
    rng = np.random.default_rng(0)
    tensors = {name: rng.normal(size=shape).astype(np.float16) for name, (_, shape) in KNOWN.items()}
    write_graph(tmp_path / "a.json", tensors)
    found = movenet.read_graph(tmp_path / "a.json")
    assert found.keys() == tensors.keys()
    for name, values in tensors.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize("name", KNOWN)
def test_a_constants_layer_is_known_by_its_name(name):
    assert movenet.layer_of(name) == KNOWN[name][0]


@pytest.mark.parametrize("name, shape, first", [
    ("StatefulPartitionedCall/center_0/conv2d_4/BiasAdd/ReadVariableOp", (1,), -2.583984375),
    ("StatefulPartitionedCall/add_5/y", (), 1.7998046875),
])  # fmt: skip
def test_the_published_file_has_these_constants(name, shape, first):
    values = movenet.read_graph(graph("lightning"))[name]
    assert values.shape == shape and float(values.ravel()[0]) == first


@pytest.mark.parametrize("damage", ["shorter", "no .bin", "kind", "negative"])
def test_a_damaged_graph_is_an_error_that_names_it(tmp_path, damage):
    path = tmp_path / "a.json"
    write_graph(path, {"x": np.ones((3, 4))}, "float64" if damage == "kind" else "float16")
    if damage == "shorter":
        path.with_suffix(".bin").write_bytes(b"123")
    if damage == "no .bin":
        path.with_suffix(".bin").unlink()
    if damage == "negative":
        path.write_text(path.read_text().replace("[3, 4]", "[-3, 4]"))
    with pytest.raises(DataError, match="a\\.(json|bin).*published model"):
        movenet.read_graph(path)


def test_weights_of_another_form_are_an_error(tmp_path):
    write_graph(tmp_path / "a.json", {f"{FPN}/model/Conv1/Conv2D_weights": np.ones((3, 3, 3, 48))})
    with pytest.raises(DataError, match="other weights for Conv1"):
        movenet.movenet("lightning", 64, tmp_path / "a.json")


def test_an_unknown_form_is_an_error():
    with pytest.raises(ValueError, match="lightning, thunder, multipose"):
        movenet.movenet("storm")


# The published answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("form, weights", [("lightning", 2_317_974), ("thunder", 6_226_046), ("multipose", 4_723_346)])
def test_weights_by_form(form, weights):
    assert movenet.movenet(form).count_params() == weights


@pytest.mark.slow
@pytest.mark.parametrize("form", movenet.FORMS)
def test_keras_answers_as_the_published_graph(form):
    pytest.importorskip("tensorflow")
    from movenet_graph import heads_and_answer

    path, size = graph(form), movenet.FORMS[form].size
    photograph = read_picture(shared_file("coco/val2017/000000311002.jpg"))
    picture = Affine.crop(whole_square(photograph.shape), (size, size)).image(photograph, (size, size))
    model = movenet.movenet(form, weights=path)
    outputs = model.predict_on_batch(picture[None])
    heads, answer = heads_and_answer(path, picture)
    assert outputs.keys() == heads.keys()
    for name, values in heads.items():
        assert np.abs(outputs[name] - values).max() < 1e-3 * values.std(), name
    if form == "multipose":
        found = decode_several(outputs)
        keypoints = answer[0, :, :51].reshape(6, 17, 3)
        np.testing.assert_allclose(found.boxes[0], answer[0][:, [52, 51, 54, 53]] * size - 0.5, atol=0.05)
        np.testing.assert_allclose(found.scores[0], answer[0, :, 55], atol=1e-3)
        found = found.keypoints[0]
    else:
        keypoints, found = answer[0, 0], decode_one(outputs)[0]
    published = np.stack([keypoints[..., 1] * size - 0.5, keypoints[..., 0] * size - 0.5, keypoints[..., 2]], axis=-1)
    # The graph's step of lightning, a half-precision 1/48, is wrong in the fourth digit.
    np.testing.assert_allclose(np.asarray(found)[..., :2], published[..., :2], atol=0.06)
    np.testing.assert_allclose(np.asarray(found)[..., 2], published[..., 2], atol=1e-3)


# Decoding -----------------------------------------------------------------------------------------


def silent(heads: dict, size: int = 16) -> dict[str, np.ndarray]:
    """Outputs (1, size, size, channels) that see nobody."""
    return {name: np.full((1, size, size, n), -9.0 if n in (1, 17) else 0.0, np.float32) for name, n in heads.items()}


def put(outputs: dict, row: int, column: int, joints, height: float = 2.0) -> None:
    """A person whose centre is a cell and whose joint k is in the cell joints[k]."""
    outputs["center_0"][0, row, column] = height
    for joint, (y, x) in enumerate(joints):
        outputs["kpt_regress_0"][0, row, column, 2 * joint : 2 * joint + 2] = y - row, x - column
        outputs["kpt_heatmap_0"][0, y, x, joint] = height
        outputs["kpt_offset_0"][0, y, x, 2 * joint : 2 * joint + 2] = 0.25, 0.75


def test_the_person_in_the_middle_is_read():
    rng, outputs = np.random.default_rng(0), silent(movenet.ONE)
    near, far = rng.integers(4, 12, (17, 2)), rng.integers(0, 4, (17, 2))
    put(outputs, 1, 2, far, height=3.0)
    put(outputs, 9, 8, near)
    found = np.asarray(decode_one(outputs))[0]
    np.testing.assert_allclose(found[:, 0], 4 * (near[:, 1] + 0.75) - 0.5)
    np.testing.assert_allclose(found[:, 1], 4 * (near[:, 0] + 0.25) - 0.5)
    np.testing.assert_allclose(found[:, 2], 1 / (1 + np.exp(-2)), rtol=1e-5)


def test_several_people_are_read_the_surest_first_and_nobody_has_a_low_score():
    rng, outputs = np.random.default_rng(1), silent(movenet.SEVERAL)
    people = {(4, 3): rng.integers(1, 7, (17, 2)), (12, 12): rng.integers(9, 15, (17, 2))}
    for (row, column), joints in people.items():
        put(outputs, row, column, joints, height=row / 3)
        outputs["box_scale_0"][0, row, column] = 8, 8
        outputs["box_offset_0"][0, row, column] = 0.5, 0.5
    found = decode_several(outputs)
    keypoints, boxes, scores = (np.asarray(value)[0] for value in found)
    for place, joints in enumerate(reversed(people.values())):
        np.testing.assert_allclose(keypoints[place, :, 0], 4 * (joints[:, 1] + 0.75) - 0.5)
        np.testing.assert_allclose(keypoints[place, :, 1], 4 * (joints[:, 0] + 0.25) - 0.5)
    np.testing.assert_allclose(boxes[1], np.array([0, 0.5, 7.5, 8.5]) * 4 - 0.5)
    assert scores[0] > scores[1] > 0.3 and (scores[2:] < 0.01).all()


@pytest.mark.parametrize("form, decode", [("lightning", decode_one), ("multipose", decode_several)])
def test_decoding_can_be_part_of_a_graph(form, decode):
    model, picture = movenet.movenet(form, 64), pictures(2, 64)
    joined = keras.Model(model.inputs, keras.tree.flatten(decode(model.output)))
    apart = keras.tree.flatten(decode(model.predict_on_batch(picture)))
    for one, other in zip(apart, keras.tree.flatten(joined.predict_on_batch(picture)), strict=True):
        np.testing.assert_allclose(np.asarray(one), other, atol=1e-3)


# The trunk ----------------------------------------------------------------------------------------


def folded_trunk(size: int = 64) -> keras.Model:
    """A trunk whose batch norm lets everything through, with biases."""
    keras.utils.set_random_seed(0)
    model = movenet.movenet("lightning", size)
    rng = np.random.default_rng(0)
    constants = {}
    for layer in model.layers:
        for weight, values in zip(layer.weights, layer.get_weights(), strict=True):
            noisy = values + 0.1 * rng.normal(size=values.shape) * (values.ndim == 1)
            constants[f"{FPN}/{layer.name}/{weight.name}"] = noisy.astype(np.float32)
    trunk = movenet_trunk(size)
    movenet.give(trunk, constants, "constants")
    return trunk


def test_unfolding_batch_norm_changes_no_answer_and_makes_training_mode_behave():
    trunk, seen = folded_trunk(), pictures(48, 64)
    before = trunk.predict_on_batch(seen)
    movenet.unfold(trunk, seen)
    after = trunk.predict_on_batch(seen)
    trained = trunk(seen, training=True)
    for one, other, third in zip(before, after, trained, strict=True):
        assert np.abs(one - other).max() < 1e-3 * one.std()
        assert np.corrcoef(np.ravel(one), np.ravel(third))[0, 1] > 0.9


@pytest.mark.parametrize("build", [simple_baseline_lab, openpose_lab, bodypix_lab])
@pytest.mark.parametrize("form", movenet.FORMS)
def test_networks_on_the_trunk_have_maps_at_a_quarter(build, form):
    model = build(size=64, trunk=form)
    sides = {output.shape[1] for output in keras.tree.flatten(model.output)}
    assert sides <= {16, 32} and 16 in sides
    assert 2 * model.count_params() < 8e6, "in half precision"


def test_a_reader_says_what_decoding_step_by_step_says():
    model, seen = simple_baseline_lab(19, 64, trunk="lightning"), pictures(2, 64)
    codec = HeatmapCodec((64, 64), sigma=1.0, blur=1.0, logits=True, skeleton=PHOTO19)
    maps, found = model.predict_on_batch(seen), inference.reader(model, codec).predict_on_batch(seen)
    np.testing.assert_allclose(found[..., :2], np.asarray(codec.decode(maps))[:, 0, :, :2], atol=1e-2)
    np.testing.assert_allclose(found[..., 2], np.asarray(codec.confidence(maps))[:, 0], atol=1e-5)


def test_gates_stand_behind_blocks_of_movenets_trunk():
    options = {"size": 64, "trunk": "multipose", "attention": "sigmoid"}
    plain, gated = openpose_lab(**options | {"attention": None}), openpose_lab(**options, positions=("block_9_add",))
    channels = plain.get_layer("trunk").get_layer("block_9_add").output.shape[-1]
    assert gated.count_params() - plain.count_params() == channels + 1
    assert gated.output_shape == plain.output_shape
    with pytest.raises(ValueError, match="the trunk has no layer block_1"):
        openpose_lab(**options)
    with pytest.raises(ValueError, match="on the lab trunk alone"):
        openpose_lab(**options, fully_connected=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "build, form",
    [(simple_baseline_lab, "lightning"), (simple_baseline_lab, "thunder"), (openpose_lab, "multipose")],
)
def test_a_network_begins_with_the_published_joints(build, form):
    """Before any training its maps rank cells as the published head does."""
    path, seen = graph(form), pictures(40, 64)
    options = {"outputs": 19} if build is simple_baseline_lab else {"skeleton": "COCO17"}
    model = build(size=64, trunk=form, **options)
    movenet.begin(model, path, seen, PHOTO19 if "outputs" in options else COCO17)
    here = model.predict_on_batch(seen)[..., :17]
    there = movenet.movenet(form, 64, path).predict_on_batch(seen)["kpt_heatmap_0"]
    # Of the wider forms the last blocks are left out, and stood for less.
    assert np.corrcoef(here.ravel(), there.ravel())[0, 1] > (0.999 if form == "lightning" else 0.8)


# Rates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jit", [False, True])
def test_a_group_takes_shorter_steps(jit):
    def steps(**factors):
        keras.utils.set_random_seed(0)
        inputs = keras.Input((4,))
        slow = keras.Model(inputs, keras.layers.Dense(3)(inputs), name="trunk")
        model = keras.Model(inputs, keras.layers.Dense(2, name="head")(slow(inputs)))
        before = model.get_weights()
        optimizer = training.GroupRates(1e-2, model=model, factors=factors, weight_decay=0.0)
        model.compile(optimizer, "mse", jit_compile=jit)
        x = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)
        model.train_on_batch(x, np.ones((8, 2), np.float32))
        return [after - start for after, start in zip(model.get_weights(), before, strict=True)]

    usual, slower, none = steps(), steps(trunk=0.1), steps(trunk=0.0)
    for plain, tenth, still in zip(usual[:2], slower[:2], none[:2], strict=True):
        np.testing.assert_allclose(tenth, 0.1 * plain, rtol=1e-3, atol=1e-7)
        assert (still == 0).all() and (plain != 0).any()
    for plain, tenth in zip(usual[2:], slower[2:], strict=True):
        np.testing.assert_allclose(tenth, plain, rtol=1e-4)


def test_the_first_layers_can_be_held():
    trunk = movenet_trunk(64)
    training.hold(trunk, "block_3_expand")
    assert not trunk.get_layer("block_2_project_norm").trainable and trunk.get_layer("block_3_expand").trainable
