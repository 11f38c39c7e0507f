"""BodyPix: what its heads are taught, what its networks weigh, and people made of its answers."""

import keras
import numpy as np
import pytest
from keras import ops

from hpe_utils import data, inference, models
from hpe_utils.codecs.bodypix import EDGES, PartCodec
from hpe_utils.codecs.instances import Instances
from hpe_utils.data.augment import Augment
from hpe_utils.data.batches import Batches
from hpe_utils.losses import parts as part_losses
from hpe_utils.metrics import parts as part_metrics
from hpe_utils.models import bodypix
from hpe_utils.parts import BODYPIX24, PASCAL6, UNLABELLED
from hpe_utils.skeleton import COCO17


@pytest.fixture(scope="module")
def crowd():
    return data.load("synthetic", "val", people=(2, 4), size=160, count=24, skeleton="COCO17")


@pytest.fixture(scope="module")
def codec():
    return PartCodec((160, 160))


def perfect(codec, people, row):
    """The maps (h, w, …) of the offsets' heads that the labels of one picture make."""
    names = ("images", "keypoints", "parts", "instances")
    arrays = {name: np.asarray(getattr(people, name)[row : row + 1]) for name in names}
    _, targets = codec.labels(**arrays)
    heads = ("heatmaps", "short", "mid", "long")
    return {head: np.array(codec.head(head).encode(targets[head])[0])[0] for head in heads}


class TestCodec:
    def test_the_tree_reaches_every_joint_once(self):
        assert {edge[1] for edge in EDGES} | {"nose"} == set(COCO17.joints) and len(EDGES) == 16

    def test_channels_are_bodypixs(self, codec):
        keypoints = np.zeros((1, 1, 17, 3), np.float32)
        heads = {head: codec.head(head).encode(keypoints)[0].shape[-1] for head in ("heatmaps", "short", "mid")}
        assert heads == {head: bodypix.HEADS[head] for head in heads} and sum(bodypix.HEADS.values()) == 174

    def test_offsets_end_at_the_joints(self, codec):
        keypoints = np.zeros((1, 1, 17, 3), np.float32)
        nose, eye = COCO17.index("nose"), COCO17.index("left_eye")
        keypoints[0, 0, nose], keypoints[0, 0, eye] = (41.0, 52.0, 2), (60.5, 30.0, 1)
        heat, weight = map(np.asarray, codec.heatmaps(keypoints))
        short, near = map(np.asarray, codec.short(keypoints))
        mid, there = map(np.asarray, codec.mid(keypoints))
        y, x = np.argwhere(heat[0, :, :, nose])[0]
        centre = codec.centres[y, x, 0]
        assert heat[0, ..., nose].sum() == pytest.approx(np.pi * 4, abs=3) and weight.all()
        assert centre + short[0, y, x, 2 * nose : 2 * nose + 2] * codec.unit == pytest.approx([41, 52], abs=1e-4)
        edge = [tuple(e) for e in codec.edges].index((nose, eye))
        assert centre + mid[0, y, x, 2 * edge : 2 * edge + 2] * codec.unit == pytest.approx([60.5, 30], abs=1e-4)
        assert near[0, ..., 2 * nose].sum() == heat[0, ..., nose].sum() == there[0, ..., 2 * edge].sum()
        assert near[0, ..., 2 * COCO17.index("left_hip")].sum() == 0  # not labelled: nothing is taught

    def test_long_offsets_are_their_owners(self, codec, crowd):
        keypoints, instances = np.asarray(crowd.keypoints[:1]), np.asarray(crowd.instances[:1])
        owners = codec.owners(keypoints, instances)
        y, x = np.argwhere(instances[0, 2::4, 2::4] == 2)[0]
        assert (owners[0, y, x] == keypoints[0, 1]).all()
        assert (owners[0][instances[0, 2::4, 2::4] == 0] == 0).all()

    def test_pixels_keep_every_label_of_a_cell(self, codec):
        parts = np.zeros((1, 160, 160), np.uint8)
        parts[0, 4:6, 6:8] = [[1, 2], [3, UNLABELLED]]
        labels, known = map(np.asarray, codec.pixels(parts))
        assert labels.shape == known.shape == (1, 80, 80, 4)
        assert labels[0, 2, 3].tolist() == [1, 2, 3, 0] and known[0, 2, 3].tolist() == [1, 1, 1, 0]

    def test_cells_of_odd_pictures_lie_around_every_stride_th_pixel(self):
        odd = PartCodec((33, 33), stride=16, fine=16)
        assert odd.centres[0, :, 0, 0].tolist() == [0, 16, 32] and odd.centres[:, 0, 0, 1].tolist() == [0, 16, 32]
        parts = np.arange(33 * 33).reshape(1, 33, 33) % 7
        labels, known = map(np.asarray, odd.pixels(parts))
        assert (labels[..., 0] == parts[:, ::16, ::16]).all() and known.all()
        ramp = np.broadcast_to(np.float32([0, 16, 32])[None, None, :, None], (1, 3, 3, 1))
        assert odd.enlarged(ramp)[0, 5, 1:-1, 0] == pytest.approx(np.arange(1, 32), abs=1e-3)

    def test_cells_of_even_pictures_tile_them(self):
        even = PartCodec((32, 32), stride=4, fine=2)
        ramp = np.broadcast_to(np.float32(np.arange(16) * 2 + 0.5)[None, None, :, None], (1, 16, 16, 1))
        assert even.enlarged(ramp)[0, 5, 1:-1, 0] == pytest.approx(np.arange(32)[1:-1], abs=1e-4)
        assert even.centres[0, :2, 0, 0].tolist() == [1.5, 5.5]

    def test_a_models_own_codec(self):
        codec = PartCodec.of(models.build("bodypix", size=64, heads=("mask", "parts", "short")))
        assert (codec.size, codec.fine, codec.stride) == ((64, 64), 2, 4)
        assert codec.heads == ("mask", "parts", "short")
        paper = PartCodec.of(models.build("bodypix", "paper", size=65, output_stride=16))
        assert (paper.fine, paper.stride, paper.centres.shape) == (16, 16, (5, 5, 1, 2))

    def test_decoding_perfect_logits_gives_the_labels_back(self, codec, crowd):
        truth = np.asarray(crowd.parts[:2])
        fine = PartCodec((160, 160), heads=("mask", "parts"))
        labels = np.asarray(fine.pixels(truth)[0])
        outputs = {
            "mask": 20.0 * np.float32((labels > 0).mean(-1, keepdims=True) - 0.5),
            "parts": 20.0 * np.eye(25, dtype=np.float32)[labels].mean(-2)[..., 1:],
        }
        probability, parts = fine.decode(outputs)
        found = np.where(probability >= 0.5, parts, 0)
        counts = part_metrics.confusions(truth, found, 24)
        assert part_metrics.part_scores(counts).person > 0.9
        coarse = fine.decode(outputs, PASCAL6)[1]
        assert coarse.max() <= 6

    def test_mirrored_answers_exchange_sides(self, codec):
        rng = np.random.default_rng(0)
        outputs = {"mask": rng.normal(size=(1, 4, 4, 1)), "parts": rng.normal(size=(1, 4, 4, 24))}
        back = codec.mirrored(outputs)
        left, right = BODYPIX24.label("left_hand") - 1, BODYPIX24.label("right_hand") - 1
        assert (back["parts"][0, :, ::-1, left] == outputs["parts"][0, ..., right]).all()
        twice = codec.mirrored(back)
        assert all((twice[head] == outputs[head]).all() for head in outputs)


class TestBatches:
    def test_flipped_maps_are_the_mirror_image_with_sides_exchanged(self, crowd):
        codec = PartCodec((160, 160))
        plain = Batches(crowd, 4, labels=codec.labels)[0]
        turned = Batches(crowd, 4, augment=Augment(flip=1.0), labels=codec.labels)[0]
        assert (turned[0] == plain[0][:, :, ::-1]).all()
        assert (turned[1]["parts"] == BODYPIX24.flip[plain[1]["parts"][:, :, ::-1]]).all()

    def test_a_covered_rectangle_is_nobody(self, crowd):
        augment = Augment(flip=0, occlude=1.0)
        _, covered = Batches(crowd, 8, augment=augment, labels=PartCodec((160, 160)).labels)[0]
        assert (covered["parts"] > 0).sum() < (crowd.parts[:8] > 0).sum()

    def test_outside_of_the_picture_nothing_is_labelled(self, crowd):
        augment = Augment(flip=0, shift=0.3)
        _, moved = Batches(crowd, 8, augment=augment, labels=PartCodec((160, 160)).labels)[0]
        assert (moved["parts"] == UNLABELLED).any() and (crowd.parts[:8] != UNLABELLED).all()


class TestInstances:
    def test_perfect_maps_give_pixels_to_the_right_person(self, codec, crowd):
        right = total = 0
        for row in range(len(crowd)):
            maps, truth = perfect(codec, crowd, row), np.asarray(crowd.instances[row])
            decode = Instances(codec)
            people = decode.poses(maps["heatmaps"], maps["short"], maps["mid"])
            found = decode.assign(truth > 0, maps["long"], people)
            both = np.histogram2d(truth.ravel(), found.ravel(), [np.arange(6) - 0.5, np.arange(12) - 0.5])[0][1:, 1:]
            right, total = right + both.max(axis=1).sum(), total + (truth > 0).sum()
        assert right / total > 0.9

    def test_poses_lie_at_the_labelled_joints(self, codec, crowd):
        maps = perfect(codec, crowd, 0)
        people = Instances(codec).poses(maps["heatmaps"], maps["short"], maps["mid"])
        truth = np.asarray(crowd.keypoints[0])
        for pose in people.keypoints:
            labelled = (truth[..., 2] > 0) & (pose[:, 2] > 0)
            away = np.where(labelled, np.linalg.norm(truth[..., :2] - pose[:, :2], axis=-1), np.nan)
            assert np.nanmedian(away, axis=1).min() < 2

    def test_nobody_is_found_in_silent_maps(self, codec):
        empty = {head: np.zeros((40, 40, count), np.float32) for head, count in bodypix.HEADS.items()}
        people = Instances(codec).poses(empty["heatmaps"], empty["short"], empty["mid"])
        assert people.keypoints.shape == (0, 17, 3)
        assert not Instances(codec).assign(np.ones((160, 160), bool), empty["long"], people).any()


class TestModels:
    @pytest.mark.parametrize(
        "backbone, multiplier, weights",
        [
            ("mobilenetv1", 1.0, 3_407_214),
            pytest.param("mobilenetv1", 0.5, 918_798, marks=pytest.mark.slow),
            pytest.param("resnet50", 1.0, 23_944_238, marks=pytest.mark.slow),
        ],
    )
    def test_paper_forms_have_bodypixs_size(self, backbone, multiplier, weights):
        model = models.build("bodypix", "paper", backbone=backbone, multiplier=multiplier)
        assert model.count_params() == weights
        assert {head: output.shape[1:] for head, output in model.output.items()} == {
            head: (17, 17, count) for head, count in bodypix.HEADS.items()
        }

    def test_a_finer_stride_is_no_larger_model(self):
        forms = {stride: models.build("bodypix", "paper", output_stride=stride, size=65) for stride in (8, 16)}
        assert {stride: form.output["mask"].shape[1] for stride, form in forms.items()} == {8: 9, 16: 5}
        assert len({form.count_params() for form in forms.values()}) == 1

    def test_a_trunk_with_a_finer_stride_says_the_same_between_its_old_cells(self):
        whole = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(97, 97, 3))
        fine = bodypix.with_output_stride(whole, 16)
        fine.set_weights(whole.get_weights())
        picture = np.random.default_rng(0).random((1, 97, 97, 3), np.float32)
        old, new = np.asarray(whole(picture)), np.asarray(fine(picture))
        assert new.shape[1] == 2 * old.shape[1] - 1
        assert new[:, ::2, ::2] == pytest.approx(old, rel=1e-3, abs=1e-5)

    @pytest.mark.parametrize(
        "options, words",
        [
            ({"backbone": "vgg"}, "known are"),
            ({"backbone": "resnet50", "output_stride": 8}, "output strides"),
            ({"backbone": "mobilenetv1", "output_stride": 32}, "output strides"),
            ({"size": 256}, "multiple"),
        ],
    )
    def test_what_bodypix_lacks_is_refused(self, options, words):
        with pytest.raises(ValueError, match=words):
            models.build("bodypix", "paper", **options)

    @pytest.mark.slow
    def test_lab_form_learns_one_picture(self, crowd):
        keras.utils.set_random_seed(0)
        codec = PartCodec((64, 64), vocabulary=PASCAL6)
        one = data.load("synthetic", "val", people=(1, 1), size=64, count=8, skeleton="COCO17", parts="pascal6")[:1]
        model = models.build("bodypix", size=64, parts=6)
        batch = Batches(one, 1, labels=codec.labels)[0]
        model.compile(keras.optimizers.AdamW(3e-3), part_losses.bodypix_losses(codec), jit_compile=False)
        losses = [model.train_on_batch(*batch)[0] for _ in range(20)]
        assert losses[-1] < 0.5 * losses[0]
        assert inference.predict_parts(model, codec, one).shape == (1, 64, 64)


class TestLosses:
    def test_right_answers_cost_nothing_and_wrong_ones_cost(self, codec, crowd):
        labels, known = codec.pixels(np.asarray(crowd.parts[:2]))
        person = ops.cast(ops.max(labels, axis=-1, keepdims=True) > 0, "float32")
        everywhere = ops.where(ops.all(ops.equal(labels > 0, labels[..., :1] > 0), axis=-1), 1.0, 0.0)[..., None]
        known = known * everywhere
        right = float(part_losses.mask_loss(labels, 40.0 * person - 20.0, known))
        assert right == pytest.approx(0, abs=1e-3)
        assert float(part_losses.mask_loss(labels, 20.0 - 40.0 * person, known)) > 10
        best = 40.0 * ops.one_hot(labels[..., 0], 25)[..., 1:]
        same = ops.cast(ops.all(ops.equal(labels, labels[..., :1]), axis=-1), "float32")[..., None]
        assert float(part_losses.part_loss(labels, best, known * same)) == pytest.approx(0, abs=1e-3)
        assert float(part_losses.part_loss(labels, -best, known * same)) > 2

    def test_nobody_and_nothing_labelled_cost_no_parts(self, codec):
        labels, known = codec.pixels(np.zeros((1, 160, 160), np.uint8))
        assert float(part_losses.part_loss(labels, ops.zeros((1, 80, 80, 24)), known)) == 0
        labels, known = codec.pixels(np.full((1, 160, 160), UNLABELLED, np.uint8))
        assert np.isfinite(float(part_losses.mask_loss(labels, ops.zeros((1, 80, 80, 1)), known)))
        target, weight = codec.long(np.zeros((1, 40, 40, 17, 3), np.float32))
        assert float(part_losses.offset_loss(target, ops.ones_like(target), weight)) == 0
