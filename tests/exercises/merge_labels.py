"""Notebook 13: one annotation out of two annotators'."""

import numpy as np

LOST = (0.0, 0.0, 0.0)


def inputs(rng):
    joints = int(rng.integers(1, 9))
    area, sigmas = float(rng.uniform(400, 20000)), rng.uniform(0.025, 0.11, joints)
    one = np.zeros((joints, 3))
    one[:, :2] = np.where(rng.random((joints, 1)) < 0.1, 0, rng.uniform(0, 200, (joints, 2)))
    way = rng.normal(0, 1, (joints, 2))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    way *= (2 * sigmas * area**0.5)[:, None] * rng.uniform(0, 2.4, (joints, 1))  # near up to 1.18
    other = one.copy()
    other[:, :2] += way * rng.choice([0, 1, 1, 1, 1, 1], (joints, 1))
    one[:, 2], other[:, 2] = (rng.choice([0, 1, 2], joints, p=[0.2, 0.3, 0.5]) for _ in range(2))
    for labels in (one, other):
        labels[labels[:, 2] == 0, :2] = rng.choice([0.0, np.nan, 77.0])
    return one, other, area, sigmas


def _similarity(one, other, area, sigmas):
    return np.exp(-((one[:, :2] - other[:, :2]) ** 2).sum(axis=1) / (2 * area * (2 * sigmas) ** 2))


def _merged(one, other, near, place=None, v=np.minimum):
    both, result = (one[:, 2] > 0) & (other[:, 2] > 0), np.zeros_like(one)
    for mine, labels in ((other[:, 2] > 0, other), (one[:, 2] > 0, one)):
        result[mine] = labels[mine]
    middle = (one[:, :2] + other[:, :2]) / 2 if place is None else place
    result[both & near, :2] = middle[both & near]
    result[both, 2] = v(one[both, 2], other[both, 2])
    return result


def solution(one, other, area, sigmas):
    return _merged(one, other, _similarity(one, other, area, sigmas) >= 0.5)


def always_takes_the_middle(one, other, area, sigmas):
    """where the two lie far apart at least one is wrong, and the middle is neither's: keep the first's"""
    return _merged(one, other, np.full(len(one), True))


def never_takes_the_middle(one, other, area, sigmas):
    """where the two are near, the middle is better than either: half the variance"""
    return _merged(one, other, np.full(len(one), False))


def asks_for_the_likeness_of_the_whole_person(one, other, area, sigmas):
    """a joint's own similarity decides, not the person's OKS"""
    both = (one[:, 2] > 0) & (other[:, 2] > 0)
    similar = _similarity(one, other, area, sigmas)
    return _merged(one, other, np.full(len(one), bool(both.any()) and similar[both].mean() >= 0.5))


def forgets_that_sigma_is_doubled(one, other, area, sigmas):
    """you are too strict: COCO doubles sigma before it squares it"""
    return _merged(one, other, _similarity(one, other, area, sigmas / 2) >= 0.5)


def forgets_the_two_beside_the_area(one, other, area, sigmas):
    """you are too strict: there is a 2 beside the area, and another beside sigma"""
    return _merged(one, other, _similarity(one, other, area / 2, sigmas) >= 0.5)


def asks_for_a_distance_instead(one, other, area, sigmas):
    """near is a similarity of .5 or more, and not a distance of 2 sigma times the area's root"""
    far = np.linalg.norm(one[:, :2] - other[:, :2], axis=1)
    return _merged(one, other, far <= 2 * sigmas * area**0.5)


def takes_the_seconds_place_where_far(one, other, area, sigmas):
    """where they are far apart the first's place is kept, not the second's"""
    near = _similarity(one, other, area, sigmas) >= 0.5
    return _merged(other, one, near)


def drops_a_joint_where_far(one, other, area, sigmas):
    """a joint on which they differ keeps the first's place; it is not dropped"""
    both = (one[:, 2] > 0) & (other[:, 2] > 0)
    result = solution(one, other, area, sigmas)
    result[both & ~(_similarity(one, other, area, sigmas) >= 0.5)] = LOST
    return result


def drops_a_joint_of_one_alone(one, other, area, sigmas):
    """a joint that only one of them placed is taken from there"""
    result = solution(one, other, area, sigmas)
    result[(one[:, 2] > 0) ^ (other[:, 2] > 0)] = LOST
    return result


def drops_a_joint_of_the_second_alone(one, other, area, sigmas):
    """a joint that only the second placed is taken as well"""
    result = solution(one, other, area, sigmas)
    result[one[:, 2] == 0] = LOST
    return result


def calls_it_visible_where_one_does(one, other, area, sigmas):
    """hidden where one of the two says so: the smaller v of both"""
    return _merged(one, other, _similarity(one, other, area, sigmas) >= 0.5, v=np.maximum)


def keeps_the_firsts_v(one, other, area, sigmas):
    """the second's word on hidden or visible counts as much: the smaller v of both"""
    return _merged(one, other, _similarity(one, other, area, sigmas) >= 0.5, v=lambda a, _: a)


def takes_the_mean_of_v(one, other, area, sigmas):
    """v is a code and no number to take a mean of: the smaller v of both"""
    return _merged(one, other, _similarity(one, other, area, sigmas) >= 0.5, v=lambda a, b: (a + b) / 2)


def takes_the_smaller_v_everywhere(one, other, area, sigmas):
    """v = 0 is no third degree of hidden: where one did not place the joint, the other's v counts"""
    result = solution(one, other, area, sigmas)
    result[(one[:, 2] > 0) ^ (other[:, 2] > 0), 2] = 0
    return result


def keeps_what_stands_in_absent_joints(one, other, area, sigmas):
    """a joint that nobody placed is 0, 0, 0: what stands in its x and y means nothing"""
    result = solution(one, other, area, sigmas)
    nobody = (one[:, 2] == 0) & (other[:, 2] == 0)
    result[nobody] = one[nobody]
    return result


def merges_what_is_absent(one, other, area, sigmas):
    """where only one placed the joint there is no middle: the other's x and y mean nothing"""
    result = solution(one, other, area, sigmas)
    alone = (one[:, 2] > 0) ^ (other[:, 2] > 0)
    result[alone, :2] = ((one[:, :2] + other[:, :2]) / 2)[alone]
    return result


def leaves_hidden_joints_out_of_the_middle(one, other, area, sigmas):
    """a hidden joint (v = 1) has a place, and it counts in the middle"""
    near = (_similarity(one, other, area, sigmas) >= 0.5) & (one[:, 2] == 2) & (other[:, 2] == 2)
    return _merged(one, other, near)


def weighs_the_place_by_the_similarity(one, other, area, sigmas):
    """the middle is half way between the two, however near they are"""
    similar = _similarity(one, other, area, sigmas)
    place = one[:, :2] + (1 - similar)[:, None] * (other[:, :2] - one[:, :2])
    return _merged(one, other, similar >= 0.5, place=place)


def adds_the_places_up(one, other, area, sigmas):
    """that is the sum of the two places: halve it"""
    return _merged(one, other, _similarity(one, other, area, sigmas) >= 0.5, place=one[:, :2] + other[:, :2])


def rounds_to_whole_pixels(one, other, area, sigmas):
    """places are fractions of a pixel: do not round them"""
    return _merged(one, other, _similarity(one, other, area, sigmas) >= 0.5).round()


def returns_places_alone(one, other, area, sigmas):
    """return x, y and v of each joint, (K, 3)"""
    return solution(one, other, area, sigmas)[:, :2]
