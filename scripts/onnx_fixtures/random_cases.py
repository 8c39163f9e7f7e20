"""Random configurations of single operators: the shape of the input, the operators with their constants, and how outputs lie."""

from dataclasses import dataclass, field

import numpy

IMAGE, LINE = (0, 2, 3, 1), (0, 2, 1)


@dataclass
class Step:
    operator: str
    constants: list = field(default_factory=list)
    attributes: dict = field(default_factory=dict)


@dataclass
class Case:
    shape: list
    steps: list
    # The order of the dimensions of inputs and of outputs in the network.
    turned: tuple | None = None
    turned_output: tuple | None = None
    # Whether ONNX Runtime computes it between integers as well.
    quantised: bool = True
    # What inputs are drawn with, where results are to fill the steps that a kernel has of its own.
    spread: float | None = None


def draw(rng, low, high):
    return int(rng.integers(low, high + 1))


def image_shape(rng):
    return [1, draw(rng, 1, 12), draw(rng, 1, 9), draw(rng, 1, 9)]


def line_shape(rng):
    return [1, draw(rng, 1, 12), draw(rng, 1, 20)]


def orders(shape, is_line=False):
    """How a value lies: images with their channels last, sequences too where they are convolved or pooled."""
    order = IMAGE if len(shape) == 4 else LINE if is_line and len(shape) == 3 else None
    return {"turned": order, "turned_output": order}


def any_shape(rng):
    return [image_shape, line_shape, lambda r: [1, draw(r, 1, 60)]][draw(rng, 0, 2)](rng)


def extremum(rng, operator):
    shape = any_shape(rng)
    axis = draw(rng, 1, len(shape) - 1)
    keep = draw(rng, 0, 1)
    order = IMAGE if len(shape) == 4 else tuple(range(len(shape)))
    left = [dimension for dimension in order if dimension != axis]
    places = sorted(left)
    output = tuple(places.index(dimension) for dimension in left)
    # A dimension that is kept is 1, wherever it stands.
    if keep:
        output = tuple([*left, axis])
    given = axis - len(shape) if rng.random() < 0.5 else axis
    return Case(shape, [Step(operator, [], {"axis": given, "keepdims": keep})], order, output)


def along(rng, operator, spread, longest, **attributes):
    """Over one dimension, short enough that some result is large."""
    shape = any_shape(rng)
    axis = draw(rng, 1, len(shape) - 1)
    shape[axis] = min(shape[axis], longest)
    given = axis - len(shape) if rng.random() < 0.5 else axis
    return Case(shape, [Step(operator, [], {"axis": given, **attributes})], spread=spread, **orders(shape))


def prelu(rng):
    shape = any_shape(rng)
    channels = shape[1]
    slopes = [[1], [channels, *[1] * (len(shape) - 2)], [1, channels, *[1] * (len(shape) - 2)]][draw(rng, 0, 2)]
    values = (rng.standard_normal(slopes) * rng.choice([0.1, 0.25, 1])).astype(numpy.float32)
    return Case(shape, [Step("PRelu", [values])], **orders(shape))


def statistics(rng, channels):
    draws = (rng.uniform(0.3, 1.7, channels) * rng.choice([1, 1, 1, -1], channels), rng.normal(0, 0.5, channels),
             rng.normal(0, 0.5, channels), rng.uniform(0.2, 2, channels))
    return [values.astype(numpy.float32) for values in draws]


def batch_normalization(rng):
    shape = any_shape(rng)
    return Case(shape, [Step("BatchNormalization", statistics(rng, shape[1]), {"epsilon": 1e-5})], **orders(shape, True))


def normalised_layer(rng):
    """Behind a layer of float32 weights, which it becomes part of."""
    kind = draw(rng, 0, 4)
    outputs = draw(rng, 1, 9)
    def weights(*shape):
        return (rng.standard_normal(shape) / numpy.sqrt(max(1, numpy.prod(shape[1:])))).astype(numpy.float32)
    bias = [rng.standard_normal(outputs).astype(numpy.float32)] if draw(rng, 0, 1) else []
    norm = Step("BatchNormalization", statistics(rng, outputs), {})
    if kind < 2:
        inputs = draw(rng, 1, 30)
        layer = Step("Gemm", [weights(outputs, inputs), *bias], {"transB": 1}) if kind else Step("MatMul", [weights(inputs, outputs)])
        return Case([1, inputs], [layer, norm], quantised=False)
    shape = image_shape(rng) if kind < 4 else line_shape(rng)
    kernel = [draw(rng, 1, min(3, size)) for size in shape[2:]]
    operator = "ConvTranspose" if kind == 3 else "Conv"
    first = (shape[1], outputs) if kind == 3 else (outputs, shape[1])
    layer = Step(operator, [weights(*first, *kernel), *bias], {"kernel_shape": kernel})
    return Case(shape, [layer, norm], quantised=False, **orders(shape, True))


def pool(rng, operator, rank):
    shape = line_shape(rng) if rank == 3 else image_shape(rng)
    kernel = [draw(rng, 1, min(4, size)) for size in shape[2:]]
    strides = [draw(rng, 1, 3) for _ in kernel]
    attributes = {"kernel_shape": kernel, "strides": strides}
    if draw(rng, 0, 1):
        before = [draw(rng, 0, size // 2) for size in kernel]
        attributes["pads"] = [*before, *before]
        if operator == "AveragePool":
            attributes["count_include_pad"] = 1
    return Case(shape, [Step(operator, [], attributes)], **orders(shape, True))


def reduction(rng, operator):
    shape = any_shape(rng)
    count = draw(rng, 1, len(shape) - 1)
    axes = sorted(int(axis) for axis in rng.choice(range(1, len(shape)), count, replace=False))
    keep = draw(rng, 0, 1)
    order = IMAGE if len(shape) == 4 else tuple(range(len(shape)))
    left = [dimension for dimension in order if keep or dimension not in axes]
    places = sorted(left)
    output = tuple(places.index(dimension) for dimension in left)
    attributes = {"keepdims": keep}
    constants = [numpy.array(axes, numpy.int64)] if operator == "ReduceSum" else []
    if not constants:
        attributes["axes"] = axes
    return Case(shape, [Step(operator, constants, attributes)], order, output)


def blocks(rng, operator):
    size = draw(rng, 1, 3)
    _, channels, height, width = image_shape(rng)
    if operator == "SpaceToDepth":
        shape = [1, channels, min(height, 5) * size, min(width, 5) * size]
        return Case(shape, [Step(operator, [], {"blocksize": size})], IMAGE, IMAGE)
    shape = [1, min(channels, 6) * size * size, height, width]
    mode = ["DCR", "CRD"][draw(rng, 0, 1)]
    return Case(shape, [Step(operator, [], {"blocksize": size, "mode": mode})], IMAGE, IMAGE)


def gather(rng):
    shape = any_shape(rng)
    axis = draw(rng, 1, len(shape) - 1)
    size = shape[axis]
    single = draw(rng, 0, 1)
    places = rng.integers(-size, size, () if single else draw(rng, 1, 6)).astype(numpy.int64)
    order = IMAGE if len(shape) == 4 else tuple(range(len(shape)))
    left = [dimension for dimension in order if not single or dimension != axis]
    output = tuple(sorted(left).index(dimension) for dimension in left)
    return Case(shape, [Step("Gather", [numpy.asarray(places)], {"axis": axis})], order, output)


CASES = {
    "ArgMax": lambda rng: extremum(rng, "ArgMax"),
    "ArgMin": lambda rng: extremum(rng, "ArgMin"),
    "AveragePool-line": lambda rng: pool(rng, "AveragePool", 3),
    "BatchNormalization": batch_normalization,
    "BatchNormalization-folded": normalised_layer,
    "DepthToSpace": lambda rng: blocks(rng, "DepthToSpace"),
    "Gather": gather,
    "GlobalAveragePool-line": lambda rng: Case((shape := line_shape(rng)), [Step("GlobalAveragePool")], **orders(shape, True)),
    "GlobalMaxPool-line": lambda rng: Case((shape := line_shape(rng)), [Step("GlobalMaxPool")], **orders(shape, True)),
    "LogSoftmax": lambda rng: along(rng, "LogSoftmax", rng.uniform(2.2, 2.8), 24),
    "LpNormalization": lambda rng: along(rng, "LpNormalization", rng.choice([0.3, 1, 4]), 4, p=2),
    "MaxPool-line": lambda rng: pool(rng, "MaxPool", 3),
    "PRelu": prelu,
    "ReduceMax": lambda rng: reduction(rng, "ReduceMax"),
    "ReduceMin": lambda rng: reduction(rng, "ReduceMin"),
    "ReduceSum": lambda rng: reduction(rng, "ReduceSum"),
    "Softmax": lambda rng: along(rng, "Softmax", rng.uniform(3, 8), 60),
    "SpaceToDepth": lambda rng: blocks(rng, "SpaceToDepth"),
}
