"""Answers to the exercise newest_frames, right and wrong."""

import bisect
import math

import numpy as np


def right_in_another_style(arrivals, takes):
    delays, waiting, free, i = [float("nan")] * len(arrivals), None, 0.0, 0
    while i < len(arrivals) or waiting is not None:
        if waiting is None:
            free = max(free, arrivals[i])
        while i < len(arrivals) and arrivals[i] <= free:
            waiting, i = i, i + 1
        if waiting is not None:
            free = free + takes[waiting]
            delays[waiting], waiting = free - arrivals[waiting], None
    return delays


def right_by_searchsorted(arrivals, takes):
    arrivals, takes = np.asarray(arrivals, float), np.asarray(takes, float)
    delays = np.full(arrivals.shape, np.nan)
    free, done = 0.0, 0
    while done < arrivals.size:
        come = max(free, arrivals[done])
        newest = np.searchsorted(arrivals, come, side="right") - 1
        free = come + takes[newest]
        delays[newest] = free - arrivals[newest]
        done = newest + 1
    return delays


def right_recursive(arrivals, takes):
    delays = [math.nan] * len(arrivals)

    def go(free, first):
        if first == len(arrivals):
            return delays
        free = free if free >= arrivals[first] else float(arrivals[first])
        newest = bisect.bisect_right(list(arrivals), free) - 1
        delays[newest] = free + takes[newest] - arrivals[newest]
        return go(free + takes[newest], newest + 1)

    return go(0.0, 0)


def right_frame_by_frame(arrivals, takes):
    delays, free = np.full(len(arrivals), np.nan), 0.0
    for i in range(len(arrivals)):
        begin = max(free, arrivals[i])
        if i + 1 < len(arrivals) and arrivals[i + 1] <= begin:
            continue
        free = begin + takes[i]
        delays[i] = free - arrivals[i]
    return delays


def wrong_time_not_moved_while_waiting(arrivals, takes):
    delays, free = np.full(len(arrivals), np.nan), 0.0
    for i in range(len(arrivals)):
        if i + 1 < len(arrivals) and arrivals[i + 1] <= max(free, arrivals[i]):
            continue
        free += takes[i]
        delays[i] = free - arrivals[i]
    return delays


def wrong_every_frame_in_turn(arrivals, takes):
    delays, free = [], 0.0
    for arrival, take in zip(arrivals, takes):
        free = max(free, arrival) + take
        delays.append(free - arrival)
    return np.array(delays)


def wrong_frames_dropped_while_busy(arrivals, takes):
    delays, free = np.full(len(arrivals), np.nan), 0.0
    for i in range(len(arrivals)):
        if arrivals[i] >= free:
            free = arrivals[i] + takes[i]
            delays[i] = takes[i]
    return delays


def wrong_oldest_waiting(arrivals, takes):
    delays, free, i = np.full(len(arrivals), np.nan), 0.0, 0
    while i < len(arrivals):
        begin = max(free, arrivals[i])
        free = begin + takes[i]
        delays[i] = free - arrivals[i]
        nxt = i + 1
        while nxt + 1 < len(arrivals) and arrivals[nxt + 1] <= begin:
            nxt += 1
        i = nxt
    return delays


def wrong_older_ones_not_forgotten(arrivals, takes):
    delays, free, left = np.full(len(arrivals), np.nan), 0.0, list(range(len(arrivals)))
    while left:
        free = max(free, arrivals[left[0]])
        newest = max(i for i in left if arrivals[i] <= free)
        free += takes[newest]
        delays[newest] = free - arrivals[newest]
        left.remove(newest)
    return delays


def wrong_newer_ones_break_off(arrivals, takes):
    ends = np.append(arrivals[1:], np.inf)
    return np.where(arrivals + takes <= ends, takes, np.nan)


def wrong_first_of_one_moment_when_idle(arrivals, takes):
    delays, free, i = np.full(len(arrivals), np.nan), 0.0, 0
    while i < len(arrivals):
        if arrivals[i] > free:
            free, newest = arrivals[i], i
        else:
            newest = i
            while newest + 1 < len(arrivals) and arrivals[newest + 1] <= free:
                newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_two_wait(arrivals, takes):
    delays, free, left = np.full(len(arrivals), np.nan), 0.0, list(range(len(arrivals)))
    while left:
        free = max(free, arrivals[left[0]])
        waiting = [i for i in left if arrivals[i] <= free]
        i = waiting[-2:][0]
        free += takes[i]
        delays[i] = free - arrivals[i]
        left = [j for j in left if j > i]
    return delays


def wrong_first_frame_is_always_taken(arrivals, takes):
    delays = np.full(len(arrivals), np.nan)
    free = arrivals[0] + takes[0]
    delays[0] = takes[0]
    for i in range(1, len(arrivals)):
        begin = max(free, arrivals[i])
        if i + 1 < len(arrivals) and arrivals[i + 1] <= begin:
            continue
        free = begin + takes[i]
        delays[i] = free - arrivals[i]
    return delays


def wrong_steps_of_a_millisecond(arrivals, takes):
    delays, free = np.full(len(arrivals), np.nan), 0
    come, need = np.round(np.multiply(arrivals, 1000)).astype(int), np.round(np.multiply(takes, 1000)).astype(int)
    for i in range(len(come)):
        begin = max(free, come[i])
        if i + 1 < len(come) and come[i + 1] <= begin:
            continue
        free = begin + need[i]
        delays[i] = (free - come[i]) / 1000
    return delays


def wrong_frame_of_that_moment_not_there(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] < free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_frame_nearly_there(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free + 1e-3:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_frame_a_frame_early(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free + 0.033:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_delay_from_its_begin(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = takes[newest]
        i = newest + 1
    return delays


def wrong_wait_without_the_work(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - takes[newest] - arrivals[newest]
        i = newest + 1
    return delays


def wrong_time_of_the_answer(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free
        i = newest + 1
    return delays


def wrong_negative(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = arrivals[newest] - free
        i = newest + 1
    return delays


def wrong_delay_in_milliseconds(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = 1000 * (free - arrivals[newest])
        i = newest + 1
    return delays


def wrong_zero_for_forgotten(arrivals, takes):
    n = len(arrivals)
    delays = np.zeros(n)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_infinite_for_forgotten(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.inf)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_minus_one_for_forgotten(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, -1.0)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_forgotten_get_the_answer_too(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[i : newest + 1] = free - np.asarray(arrivals[i : newest + 1])
        i = newest + 1
    return delays


def wrong_forgotten_left_out(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays[~np.isnan(delays)]


def wrong_takes_in_the_order_of_work(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i, count = 0.0, 0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[count]
        count += 1
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_takes_of_the_first(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[0]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_mean_of_takes(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + np.mean(takes)
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_takes_of_the_oldest(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[i]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_all_forgotten_take_time(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + sum(takes[i : newest + 1])
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_delay_of_the_oldest(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[i]
        i = newest + 1
    return delays


def wrong_written_at_the_oldest(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[i] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_last_frame_never_done(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n - 1:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_last_frame_never_newest(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 2 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_begins_at_the_first_arrival_plus(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = takes[0], 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_one_frame_to_begin(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n and n > 1:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_skips_one_at_most(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        if newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_regular_frames(arrivals, takes):
    n = len(arrivals)
    arrivals = np.arange(n) * (arrivals[1] if n > 1 else arrivals[0])
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_waits_for_the_next_when_free(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if i and arrivals[i] < free and i + 1 < n:
            i += 1
        free = max(free, arrivals[i])
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_time_begins_anew_when_idle(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i] + 0.0
            if i == 0:
                free = 0.0
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_rounded(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays.round(2)


def wrong_rounded_to_milliseconds(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays.round(3)


def wrong_half_precision(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan, np.float16)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_whole_seconds(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + int(takes[newest])
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_differences_between_answers(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return np.diff(delays, prepend=0)


def wrong_arrivals_changed(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    arrivals += 1
    return delays


def wrong_at_most_a_second(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return np.where(delays > 1, np.nan, delays)


def wrong_at_most_ten_seconds(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return np.where(delays > 10, np.nan, delays)


def wrong_forgets_after_the_work_began(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and arrivals[newest + 1] <= free:
            newest += 1
        free = free + takes[newest]
        if newest + 1 < n and arrivals[newest + 1] <= free - takes[newest] / 2:
            i = newest + 1
            continue
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays


def wrong_same_moment_compared_loosely(arrivals, takes):
    n = len(arrivals)
    delays = np.full(n, np.nan)
    free, i = 0.0, 0
    while i < n:
        if arrivals[i] > free:
            free = arrivals[i]
        newest = i
        while newest + 1 < n and (arrivals[newest + 1] <= free or np.isclose(arrivals[newest + 1], free, atol=1e-2)):
            newest += 1
        free = free + takes[newest]
        delays[newest] = free - arrivals[newest]
        i = newest + 1
    return delays
