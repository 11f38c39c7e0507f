"""Notebook 11: a queue that keeps the newest frame alone, when frames and answers come as they come."""

import numpy as np


def inputs(rng):
    count = int(rng.integers(1, 13))
    if rng.random() < 0.5:  # sixteenths of a second: some frames come exactly when the program gets free
        arrivals = rng.choice([0, 3]) / 16 + np.sort(rng.integers(0, 2 * count + 1, count)) / 16
        takes = rng.integers(1, 8, count) / 16
    else:
        arrivals = rng.uniform(0, 1) + np.cumsum(rng.uniform(0.005, 0.08, count))
        takes = rng.uniform(0.01, 0.2, count)
    if rng.random() < 0.15:
        arrivals, takes = 64 * arrivals, 64 * takes
    if rng.random() < 0.2:
        takes = takes / 8  # all frames are answered
    return arrivals, takes


def _simulate(arrivals, takes, choose, at=lambda number, order: number, delay=lambda shot, begin, end: end - shot,
              begin_at=max, again=lambda begin, shot, takes: begin + takes, lost=np.nan):  # fmt: skip
    delays, free, last, order = np.full(len(arrivals), lost), 0.0, -1, 0
    while last + 1 < len(arrivals):
        begin = begin_at(free, arrivals[last + 1])
        number = choose(last, begin)
        if number is None:
            break
        end = again(begin, arrivals[number], takes[at(number, order)])
        delays[number] = delay(arrivals[number], begin, end)
        free, last, order = end, number, order + 1
    return delays


def _newest(arrivals):
    return lambda last, begin: max(int(np.searchsorted(arrivals, begin, side="right")) - 1, last + 1)


def solution(arrivals, takes):
    delays, free, last = np.full(len(arrivals), np.nan), 0.0, -1
    while last + 1 < len(arrivals):
        begin = max(free, arrivals[last + 1])
        last = int(np.searchsorted(arrivals, begin, side="right")) - 1
        free = begin + takes[last]
        delays[last] = free - arrivals[last]
    return delays


def keeps_every_frame(arrivals, takes):
    """that queue keeps every frame: all but the newest are forgotten"""
    return _simulate(arrivals, takes, lambda last, begin: last + 1)


def misses_what_comes_just_now(arrivals, takes):
    """a frame that comes at the very moment at which the program gets free is there"""

    def choose(last, begin):
        return max(int(np.searchsorted(arrivals, begin, side="left")) - 1, last + 1)

    return _simulate(arrivals, takes, choose)


def takes_the_oldest(arrivals, takes):
    """it is the newest frame that is kept, not the one that has waited longest"""
    delays, free, last = np.full(len(arrivals), np.nan), 0.0, -1
    while last + 1 < len(arrivals):
        begin = max(free, arrivals[last + 1])
        delays[last + 1] = begin + takes[last + 1] - arrivals[last + 1]
        free = begin + takes[last + 1]
        last = max(int(np.searchsorted(arrivals, begin, side="right")) - 1, last + 1)
    return delays


def waits_for_the_next(arrivals, takes):
    """a frame that waits is taken at once: do not wait for the next one"""
    delays, free = np.full(len(arrivals), np.nan), -1.0
    for number, shot in enumerate(arrivals):
        if shot >= free and not (number + 1 < len(arrivals) and arrivals[number + 1] == shot):
            delays[number], free = takes[number], shot + takes[number]
    return delays


def counts_the_wait_alone(arrivals, takes):
    """a frame's delay ends when it is answered: add the time that it takes"""
    return _simulate(arrivals, takes, _newest(arrivals), delay=lambda shot, begin, end: begin - shot)


def counts_the_work_alone(arrivals, takes):
    """a frame's delay begins when it comes: add the time that it waits"""
    return _simulate(arrivals, takes, _newest(arrivals), delay=lambda shot, begin, end: end - begin)


def takes_the_first_frames_time(arrivals, takes):
    """each frame takes its own time"""
    return _simulate(arrivals, takes, _newest(arrivals), at=lambda number, order: 0)


def takes_times_in_order(arrivals, takes):
    """takes[i] belongs to frame i, whether frames before it were answered or not"""
    return _simulate(arrivals, takes, _newest(arrivals), at=lambda number, order: order)


def interrupts(arrivals, takes):
    """a frame that has been begun is finished: a newer one does not interrupt it"""
    delays = np.full(len(arrivals), np.nan)
    for number, shot in enumerate(arrivals):
        if number + 1 == len(arrivals) or arrivals[number + 1] >= shot + takes[number]:
            delays[number] = takes[number]
    return delays


def gives_forgotten_frames_0(arrivals, takes):
    """a forgotten frame has no delay: NaN, not 0"""
    return np.nan_to_num(solution(arrivals, takes))


def leaves_forgotten_frames_out(arrivals, takes):
    """return one delay for every frame, NaN for forgotten ones"""
    delays = solution(arrivals, takes)
    return delays[np.isfinite(delays)]


def takes_the_first_of_equals(arrivals, takes):
    """of frames that come at the same time, the last is the newest"""

    def choose(last, begin):
        newest = _newest(arrivals)(last, begin)
        return max(int(np.searchsorted(arrivals, arrivals[newest], side="left")), last + 1)

    return _simulate(arrivals, takes, choose)


def returns_when_it_is_answered(arrivals, takes):
    """that is when the frame is answered: take off when it came"""
    return _simulate(arrivals, takes, _newest(arrivals), delay=lambda shot, begin, end: end)


def begins_before_the_frame(arrivals, takes):
    """nothing can begin before the frame is there"""
    return _simulate(arrivals, takes, _newest(arrivals), begin_at=lambda free, shot: free)


def works_from_when_it_came(arrivals, takes):
    """the work begins when the program is free, not when the frame came"""
    return _simulate(arrivals, takes, _newest(arrivals), again=lambda begin, shot, takes: shot + takes)


def forgets_the_last(arrivals, takes):
    """the last frame is answered too"""
    delays = solution(arrivals, takes)
    delays[-1] = np.nan
    return delays


def counts_in_frames(arrivals, takes):
    """times are seconds, delays too: do not count in frames"""
    delays = solution(arrivals, takes)
    return delays / np.mean(np.diff(arrivals)) if len(arrivals) > 1 and arrivals[0] < arrivals[-1] else delays
