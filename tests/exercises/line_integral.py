"""Notebook 05: the line integral of one candidate."""

import numpy as np


def inputs(rng):
    height, width = rng.integers(2, 9, 2)
    field = rng.normal(0, 1, (height, width, 2))
    field[rng.random((height, width)) < rng.choice([0, 0.3])] = 0
    reach = rng.choice([0, 4], p=[0.6, 0.4])  # some lines leave the map
    start, end = (rng.uniform(-0.4 - reach, (width, height) - np.array(0.6) + reach) for _ in range(2))
    if rng.random() < 0.2:
        end[rng.integers(2)] = start[rng.integers(2)]
    case = rng.random()
    end = start.copy() if case < 0.05 else start + rng.uniform(0.02, 0.06, 2) if case < 0.1 else end
    return field, start, end, int(rng.integers(2, 13))


def _integral(field, start, end, samples, unit=True, sign=1, total=False, magnitude=False, swapped=False, edge="zero",
              cell=round, length_of=np.linalg.norm, places=lambda samples: np.linspace(0, 1, samples)):  # fmt: skip
    start, end = np.array(start, float), np.array(end, float)
    line = sign * (end - start)
    length = length_of(line)
    if length == 0:
        return 0.0
    values = []
    for step in places(samples):
        x, y = (int(cell(v)) for v in start + step * (end - start))
        if swapped:
            x, y = y, x
        inside = 0 <= x < field.shape[1] and 0 <= y < field.shape[0]
        if edge == "clip":
            x, y = np.clip(x, 0, field.shape[1] - 1), np.clip(y, 0, field.shape[0] - 1)
        if edge == "skip" and not inside:
            continue
        arrow = field[y, x] if inside or edge != "zero" else np.zeros(2)
        value = arrow @ (line / length if unit else line)
        values.append(abs(value) if magnitude else value)
    return sum(values) if total else sum(values) / max(len(values), 1)


def solution(field, start, end, samples=10):
    return _integral(field, start, end, samples)


def forgets_to_divide_by_the_length(field, start, end, samples=10):
    """divide the direction by its length, else long limbs score more"""
    return _integral(field, start, end, samples, unit=False)


def points_from_end_to_start(field, start, end, samples=10):
    """your line runs from end to start: the unit vector is (end - start) / length"""
    return _integral(field, start, end, samples, sign=-1)


def sums_the_samples(field, start, end, samples=10):
    """take the mean over the samples, not the sum"""
    return _integral(field, start, end, samples, total=True)


def loses_the_sign(field, start, end, samples=10):
    """a limb walked backwards scores below 0: keep the sign of the scalar product"""
    return _integral(field, start, end, samples, magnitude=True)


def exchanges_rows_and_columns(field, start, end, samples=10):
    """rows of the array are y, and columns are x"""
    return _integral(field, start, end, samples, swapped=True, edge="raise")


def clips_to_the_edge(field, start, end, samples=10):
    """outside the map the field is 0: do not clip to its edge"""
    return _integral(field, start, end, samples, edge="clip")


def leaves_the_map(field, start, end, samples=10):
    """outside the map the field is 0 (beware: index -1 is the other side of the map)"""
    return _integral(field, start, end, samples, edge="raise")


def divides_by_no_length(field, start, end, samples=10):
    """a line without length has 0: do not divide by its length"""
    return _integral(field, start, end, samples) if tuple(start) != tuple(end) else float("nan")


def rounds_down(field, start, end, samples=10):
    """read the nearest cell: round, neither down nor up alone"""
    return _integral(field, start, end, samples, cell=np.floor)


def adds_the_sides_for_a_length(field, start, end, samples=10):
    """the length is the square root of dx² + dy²"""
    return _integral(field, start, end, samples, length_of=lambda line: np.abs(line).sum())


def always_takes_ten(field, start, end, samples=10):
    """take as many places as `samples` says"""
    return _integral(field, start, end, 10)


def leaves_out_the_end(field, start, end, samples=10):
    """start and end are both among the places"""
    return _integral(field, start, end, samples, places=lambda n: np.linspace(0, 1, n, endpoint=False))


def skips_what_lies_outside(field, start, end, samples=10):
    """a place outside the map counts as 0 and is still one of the samples"""
    return _integral(field, start, end, samples, edge="skip")


def reads_x_only(field, start, end, samples=10):
    """use both parts of the field, x and y"""
    return _integral(field * [1, 0], start, end, samples)
