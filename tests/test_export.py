"""Networks as files for other programs give the joints that Keras gives."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("tensorflow")

from hpe_utils import data, inference, runs, tasks  # noqa: E402
from hpe_utils.apps.export import export, sentences  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402


@pytest.fixture(scope="module")
def people():
    return data.load("synthetic", "val", size=128, count=12, skeleton="MPII16")


@pytest.fixture(scope="module")
def trunk():
    return runs.load_network("trunk")


def distances(done) -> np.ndarray:
    return np.linalg.norm(done.answers[..., :2] - done.wanted[..., :2], axis=-1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind, ending", [("litert", ".tflite"), ("onnx", ".onnx"), ("savedmodel", ""), ("keras", ".keras")]
)
def test_joints_come_out_where_keras_has_them(trunk, people, tmp_path, kind, ending):
    done = export(trunk, tmp_path / "net", kind, 32, people.images)
    assert done.path.name == f"net{ending}" and done.path.exists()
    assert done.answers.shape == (12, 16, 3) and distances(done).max() < 0.5
    np.testing.assert_allclose(done.answers[..., 2], done.wanted[..., 2], atol=1e-3)
    assert done.size > 1_000_000
    (_, distance, score) = sentences(done, trunk, people)
    assert "100.0% within half a pixel" in distance and "PCKh" in score


@pytest.mark.slow
def test_fewer_bits_make_smaller_files_that_answer_nearly_alike(trunk, people, tmp_path):
    files = {bits: export(trunk, tmp_path / str(bits), "litert", bits, people.images) for bits in (32, 16, 8)}
    assert files[32].size > 1.8 * files[16].size > 1.8 * 1.8 * files[8].size / 1.2
    assert distances(files[16]).max() < 1 and np.median(distances(files[8])) < 1


@pytest.mark.slow
def test_coordinates_are_exported_too(people, tmp_path):
    done = export(runs.load_network("02_deeppose_long"), tmp_path / "a.onnx", "onnx", 32, people.images)
    assert done.path.name == "a.onnx" and distances(done).max() < 0.5


@pytest.mark.parametrize("name, kind, bits, words", [
    ("openpose", "onnx", 32, "put together outside"),
    ("trunk", "coreml", 32, "known are litert, onnx"),
    ("trunk", "onnx", 8, "16 and 8 for litert"),
    ("trunk", "litert", 4, "16 and 8 for litert"),
])  # fmt: skip
def test_what_cannot_be_exported_is_said(name, kind, bits, words, tmp_path):
    with pytest.raises(DataError, match=words):
        export(runs.load_network(name), tmp_path / "a", kind, bits, np.zeros((1, 128, 128, 3)))


def test_differences_are_told():
    wanted = np.zeros((1, 2, 3))
    assert "5.00 pixels" in tasks.get("joints").graph.difference(wanted + (3, 4, 9), wanted)
    assert tasks.get("parts").graph.difference(np.eye(4), np.ones((4, 4))).startswith("75.00%")


@pytest.mark.slow
def test_parts_come_out_as_keras_has_them(tmp_path):
    network = runs.load_network("photo_parts")
    people = data.load("synthetic", "val", size=network.codec.size[0], count=3).as_parts(network.codec.vocabulary)
    done = export(network, tmp_path / "parts.onnx", "onnx", 32, people.images)
    assert done.answers.shape == people.parts.shape and (done.answers != done.wanted).mean() < 1e-3
    np.testing.assert_array_equal(done.wanted, inference.predict_parts(network.model, network.codec, people))
    assert "mIoU" in sentences(done, network, people)[-1]


def test_the_mirrored_reader_is_the_mean_of_two_answers(trunk, people):
    read = inference.reader(trunk.model, trunk.codec, mirrored=True)
    wanted = inference.predict_keypoints(trunk.model, trunk.codec, people, mirrored=True)[:, 0]
    found = read.predict_on_batch(np.asarray(people.images))
    np.testing.assert_allclose(found[..., :2], wanted[..., :2], atol=0.05)
