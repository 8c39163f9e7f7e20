"""Inputs of networks: smooth drawn ones to calibrate with, and the int8 sets that results are compared on."""

import numpy


def smooth(rng, shape):
    """Values of -1 to 1 that change slowly along every dimension but the last, as in images and spectra."""
    coarse = [max(1, (size + 7) // 8) + 1 for size in shape[1:-1]]
    values = rng.uniform(-1, 1, (*coarse, shape[-1]))
    for axis, size in enumerate(shape[1:-1]):
        places = numpy.linspace(0, coarse[axis] - 1.001, size)
        before = numpy.take(values, places.astype(int), axis)
        after = numpy.take(values, places.astype(int) + 1, axis)
        part = (places % 1).reshape([-1 if i == axis else 1 for i in range(values.ndim)])
        values = before * (1 - part) + after * part
    values = values + rng.normal(0, 0.1, values.shape)
    return numpy.clip(values, -1, 1).reshape(shape).astype(numpy.float32)


def input_sets(rng, details, count):
    """Sets of values for inputs with (shape, dtype, scale, zero point): smooth ones, noise and the two extremes."""
    sets = []
    for number in range(count):
        kind = ("smooth", "noise", "least", "greatest", "smooth")[number % 5]
        sets.append([one_input(rng, kind, *detail) for detail in details])
    return sets


def one_input(rng, kind, shape, dtype, scale, zero):
    if dtype == numpy.float32:
        extremes = {"least": -1, "greatest": 1}
        if kind in extremes:
            return numpy.full(shape, extremes[kind], numpy.float32)
        return smooth(rng, shape) if kind == "smooth" else rng.uniform(-1, 1, shape).astype(numpy.float32)
    info = numpy.iinfo(dtype)
    if kind == "smooth":
        return numpy.clip(numpy.round(smooth(rng, shape) / scale) + zero, info.min, info.max).astype(dtype)
    if kind == "noise":
        return rng.integers(info.min, info.max, shape, dtype, endpoint=True)
    return numpy.full(shape, info.min if kind == "least" else info.max, dtype)
