"""What surrounds fit: schedule, scores by epoch, snapshots, and runs that resume exactly."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from dotted_people import dots  # noqa: E402

from hpe_utils import losses, models, training  # noqa: E402
from hpe_utils.codecs.regression import RegressionCodec  # noqa: E402
from hpe_utils.data.augment import Augment  # noqa: E402
from hpe_utils.data.batches import Batches  # noqa: E402
from hpe_utils.files import DataError  # noqa: E402
from hpe_utils.inference import predict_keypoints  # noqa: E402
from hpe_utils.training import keep_what_was_learnt  # noqa: E402

CODEC = RegressionCodec((32, 32))


def small_model():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(32)(keras.layers.Dense(8, activation="relu")(x)))
    model.compile(keras.optimizers.AdamW(1e-3), losses.KeypointLoss(CODEC))
    return model


def batches():
    return Batches(dots(16), 4, size=32, augment=Augment(rotate=20), shuffle=True)


def test_the_schedule_warms_up_and_ends_at_zero():
    schedule = training.warmup_cosine(2e-3, 100)
    rates = [float(schedule(step)) for step in range(101)]
    assert rates[0] < 1e-4 and max(rates) == pytest.approx(2e-3, rel=0.01) and rates[-1] < 1e-6
    assert np.argmax(rates) == 5


def test_scores_and_snapshots_are_kept_for_every_epoch():
    model, people = small_model(), dots(5)
    snapshots = training.Snapshots(people[:2], CODEC)
    score = training.ScoreByEpoch(people, CODEC, lambda predicted, truth: len(predicted))
    history = model.fit(batches(), epochs=3, verbose=0, callbacks=[score, snapshots, training.Progress()]).history
    assert history["val_pckh"] == [5, 5, 5]
    assert np.shape(snapshots.keypoints) == (4, 2, 1, 16, 3)
    np.testing.assert_allclose(snapshots.keypoints[-1], predict_keypoints(model, CODEC, people[:2]), atol=1e-3)


def test_the_loss_of_every_step_is_its_own_and_not_the_mean_so_far():
    def fitted(*callbacks):
        model, by_step = small_model(), training.LossByStep()
        history = model.fit(batches(), epochs=2, verbose=0, shuffle=False, callbacks=[by_step, *callbacks]).history
        return by_step.losses, history["loss"]

    running = []
    keep = keras.callbacks.LambdaCallback(on_train_batch_end=lambda step, logs: running.append(logs["loss"]))
    own, epochs = fitted(keep)
    assert len(own) == 8
    np.testing.assert_allclose([np.mean(own[:4]), np.mean(own[4:])], epochs, rtol=1e-4)
    assert own[0] == running[0] and own[4] == running[4], "the first step of an epoch is its mean so far"
    assert abs(own[3] - running[3]) > 1e-3 * running[3], "the later ones are not"


def test_predictions_come_in_the_pixels_of_the_samples():
    class Centre(keras.Model):
        input_shape = (None, 32, 32, 3)

        def call(self, x):
            return keras.ops.zeros((keras.ops.shape(x)[0], 32)) + 0.5

    predicted = predict_keypoints(Centre(), CODEC, dots(3))
    np.testing.assert_allclose(predicted[..., :2], 47.5)


def test_a_run_that_was_cut_off_ends_as_one_that_was_not(tmp_path):
    whole = small_model()
    whole.fit(batches(), epochs=4, verbose=0, shuffle=False)
    first_half, seen = small_model(), training.Snapshots(dots(2), CODEC)
    callbacks = [seen, training.Resume(tmp_path, seen)]
    first_half.fit(batches(), epochs=2, verbose=0, shuffle=False, callbacks=callbacks)
    (tmp_path / "epoch-0002.weights.h5").write_bytes(b"killed while writing")
    second_half, order, snapshots = small_model(), batches(), training.Snapshots(dots(2), CODEC)
    resume = training.Resume(tmp_path, snapshots)
    first = resume.load(second_half, order)
    assert first == 2
    second_half.fit(order, epochs=4, initial_epoch=first, verbose=0, shuffle=False, callbacks=[snapshots, resume])
    assert len(resume.past["loss"]) == 4
    assert np.shape(snapshots.keypoints) == (5, 2, 1, 16, 3)
    np.testing.assert_array_equal(snapshots.keypoints[:3], seen.keypoints)
    for a, b in zip(whole.get_weights(), second_half.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".h5", ".json", ".npz", ".npz"]


def test_a_new_run_starts_at_zero(tmp_path):
    assert training.Resume(tmp_path / "new").load(small_model(), batches()) == 0


def test_stopping_a_training_cell_keeps_what_was_learnt(capsys):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                raise KeyboardInterrupt

    model = small_model()
    before = model.get_weights()[0].copy()
    with keep_what_was_learnt():
        model.fit(batches(), epochs=2, verbose=0, callbacks=[Stop(), training.Progress()])
    assert "kept" in capsys.readouterr().out
    assert (model.get_weights()[0] != before).any()


def test_a_damaged_state_names_its_file_and_the_remedy(tmp_path):
    (tmp_path / "latest.json").write_text('{"epoch": 1')
    with pytest.raises(DataError, match=r"latest.json .*: delete .* to begin anew"):
        training.Resume(tmp_path).load(small_model(), batches())


def test_the_seconds_of_every_epoch_are_kept():
    history = small_model().fit(batches(), epochs=2, verbose=0, callbacks=[training.Seconds()]).history
    assert len(history["seconds"]) == 2 and min(history["seconds"]) > 0


@pytest.mark.parametrize("name", ["deeppose", "resnet50v2"])  # MobileNetV2 is Keras' own, and slow here
def test_every_model_learns_one_batch_by_heart(name):
    codec = RegressionCodec((32, 32))
    keras.utils.set_random_seed(0)
    model = models.build(name, "lab", size=32)
    # Not compiled by XLA, which takes longer than these forty steps.
    model.compile(keras.optimizers.Adam(1e-3), losses.KeypointLoss(codec, losses.masked_mae), jit_compile=False)
    inputs, keypoints = Batches(dots(8), 8, size=32)[0]
    first = model.test_on_batch(inputs, keypoints)
    for _ in range(40):
        model.train_on_batch(inputs, keypoints)
    model.reset_metrics()
    assert model.train_on_batch(inputs, keypoints) < 0.5 * first
