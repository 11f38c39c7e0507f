"""Films: frames with their times, upright, whole files or nothing; people are followed and joints smoothed."""

from dataclasses import replace

import av
import numpy as np
import pytest

from hpe_utils import tracking
from hpe_utils.data import films
from hpe_utils.files import DataError
from hpe_utils.found import Found, joint_boxes
from hpe_utils.skeleton import COCO17

TIMES = (0, 0.033, 0.066, 0.2, 0.25, 0.5)


def write(path, times=TIMES, size=(97, 65)):
    with films.writer(path) as add:
        for number, seconds in enumerate(times):
            add(seconds, np.full((*size, 3), 30 * number, np.uint8))
    return path


def test_frames_come_back_with_their_times(tmp_path):
    film = films.Film(write(tmp_path / "a.mp4"))
    assert film.frames == len(TIMES)
    times, images = zip(*film, strict=True)
    np.testing.assert_allclose(times, TIMES, atol=1e-4)
    assert {image.shape for image in images} == {(96, 64, 3)}, "H.264 has no odd sides"
    np.testing.assert_allclose([image.mean() for image in images], 30 * np.arange(len(TIMES)), atol=2)
    assert film.broken == 0 and len(list(film)) == len(TIMES), "it can be read again"


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_film_that_was_held_sideways_is_turned_upright(tmp_path, degrees):
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:16, :16] = 255
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        if degrees and not hasattr(stream, "set_display_rotation"):
            pytest.skip("this PyAV reads such films and writes none")
        if degrees:
            stream.set_display_rotation(degrees)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    ((_, found),) = films.Film(path)
    corner = {0: (0, 0), 90: (1, 0), 180: (1, 1), 270: (0, 1)}[degrees]  # counter-clockwise, as FFmpeg counts
    assert found.shape == ((64, 96, 3) if degrees % 180 == 0 else (96, 64, 3))
    assert found[-8 if corner[0] else 8, -8 if corner[1] else 8].min() > 200


def test_what_was_written_is_kept_when_the_work_is_stopped(tmp_path):
    with pytest.raises(KeyboardInterrupt), films.writer(tmp_path / "a.mp4") as add:
        add(0.0, np.zeros((64, 64, 3), np.uint8))
        add(0.1, np.zeros((64, 64, 3), np.uint8))
        raise KeyboardInterrupt
    assert len(list(films.Film(tmp_path / "a.mp4"))) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_film_without_pictures_is_not_written(tmp_path):
    with pytest.raises(DataError, match="no picture was written"), films.writer(tmp_path / "a.mp4"):
        pass
    assert not list(tmp_path.iterdir())


def test_broken_pieces_are_left_out_and_counted(tmp_path):
    rng = np.random.default_rng(0)
    with films.writer(tmp_path / "a.mp4") as add:
        for number in range(60):
            add(number / 30, rng.integers(0, 256, (96, 128, 3)).astype(np.uint8))
    data = bytearray((tmp_path / "a.mp4").read_bytes())
    data[len(data) // 3 : len(data) // 3 + 20_000] = bytes(20_000)
    (tmp_path / "b.mp4").write_bytes(data)
    film = films.Film(tmp_path / "b.mp4")
    read = list(film)
    assert film.broken > 0 and 20 < len(read) < 60


def test_what_is_no_film_is_refused_in_words(tmp_path):
    (tmp_path / "text.mp4").write_text("a film")
    (tmp_path / "half.mp4").write_bytes(write(tmp_path / "a.mp4").read_bytes()[:500])
    for name, words in (("none.mp4", "there is no film"), ("text.mp4", "cannot read"), ("half.mp4", "cannot read")):
        with pytest.raises(DataError, match=words):
            films.Film(tmp_path / name)
    with av.open(str(tmp_path / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(DataError, match="holds no pictures"):
        films.Film(tmp_path / "sound.mp4")


# Following and smoothing --------------------------------------------------------------------------


def people(*poses) -> Found:
    keypoints = np.array(poses, np.float32).reshape(-1, 17, 3)
    sure = np.where(keypoints[..., 2] > 0, 0.9, 0)
    return Found((640, 480), keypoints, sure, np.ones(len(keypoints)), joint_boxes(keypoints), COCO17)


def standing(x: float, seed: int = 0) -> np.ndarray:
    places = np.random.default_rng(seed).uniform(0, 100, (17, 2)) * (1, 2) + (x, 100)
    return np.column_stack([places, np.full(17, 2)])


def test_people_keep_their_numbers_whatever_their_order():
    tracker = tracking.Tracker(smooth=False)
    numbers = []
    for frame in range(20):
        two = [standing(100 + 3 * frame), standing(300 - 3 * frame, seed=1)]
        found = tracker.update(people(*(two if frame % 2 else two[::-1])), frame / 25)
        numbers.append(found.numbers[:: 1 if frame % 2 else -1].tolist())
    assert numbers[1:] == numbers[:-1] and sorted(numbers[0]) == [1, 2]


def test_who_is_gone_for_long_is_somebody_new_and_for_short_is_not():
    tracker = tracking.Tracker(patience=1.0)
    seen = [tracker.update(people(standing(100)), seconds).numbers.tolist() for seconds in (0, 0.1, 0.9, 2.5)]
    assert seen == [[1], [1], [1], [2]]
    assert tracker.update(people(), 3.0).numbers.tolist() == []


def film_of(raw: np.ndarray) -> np.ndarray:
    tracker = tracking.Tracker()
    return np.stack([tracker.update(people(pose), frame / 30).keypoints[0] for frame, pose in enumerate(raw)])


def test_a_still_person_does_not_tremble_and_a_step_is_followed():
    rng = np.random.default_rng(0)
    still = np.repeat(standing(100)[None], 200, axis=0)
    still[..., :2] += rng.normal(0, 2, still[..., :2].shape)
    smooth = film_of(still)
    assert tracking.jitter(still) > 2 and tracking.jitter(smooth) < 1
    step = still.copy()
    step[100:, :, 0] += 60
    after = film_of(step)
    assert tracking.lag(step, after) < 3
    assert after[103, :, 0].mean() - after[99, :, 0].mean() > 30, "half the way in three frames"


def test_a_lost_joint_stays_lost_and_does_not_come_from_where_it_was():
    raw = np.repeat(standing(100)[None], 60, axis=0)
    raw[10:40, 3] = 0
    raw[40:, 3, 0] += 50
    smooth = film_of(raw)
    assert (smooth[10:40, 3] == 0).all()
    np.testing.assert_allclose(smooth[40, 3], raw[40, 3], atol=1e-3)


def test_lag_and_jitter_are_what_they_say():
    rng = np.random.default_rng(0)
    path = np.cumsum(rng.normal(size=(50, 17, 2)), axis=0)
    raw = np.concatenate([path, np.full((50, 17, 1), 2)], axis=-1)
    assert tracking.lag(raw, np.concatenate([raw[:1].repeat(4, axis=0), raw[:-4]])) == 4
    straight = np.concatenate([np.arange(50)[:, None, None] * np.ones((1, 17, 2)), np.full((50, 17, 1), 2)], axis=-1)
    assert tracking.jitter(straight) == 0
    assert np.isnan(tracking.jitter(straight * (1, 1, 0)))


def test_the_best_sum_is_of_pairs_that_may_be_one():
    tracker = tracking.Tracker(smooth=False)
    tracker.update(people(standing(100)), 0.0)
    far = standing(100)
    far[:, 0] += 500
    found = tracker.update(people(far, standing(102)), 0.1)
    assert found.numbers.tolist() == [2, 1]


def test_a_film_that_begins_late_is_told_from_its_first_frame(tmp_path):
    with films.writer(tmp_path / "a.mp4") as add:
        for seconds in (100.0, 100.04, 100.08):
            add(seconds, np.zeros((64, 64, 3), np.uint8))
    np.testing.assert_allclose([seconds for seconds, _ in films.Film(tmp_path / "a.mp4")], (0, 0.04, 0.08), atol=1e-3)


def test_skeletons_without_sigmas_are_followed_too():
    own = replace(COCO17, name="OWN", joints=tuple(f"p{k}" for k in range(17)), limbs=(), sigmas=None)
    tracker, one = tracking.Tracker(), replace(people(standing(100)), skeleton=own)
    assert [tracker.update(one, seconds).numbers[0] for seconds in (0, 0.1)] == [1, 1]
