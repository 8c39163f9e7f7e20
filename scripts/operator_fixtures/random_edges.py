"""Random cases of operators at the edges of networks: places of extrema, rows, casts, other types than int8."""

import math

import numpy as np

from .layers import ACTIVATIONS
from .layers import window as positions
from .layers import window_fields
from .network import OPS, TYPES
from .random_images import image_for, window

ACTIVATED = ("none", "none", "relu", "relu6")


def arg_extremum(op, kind):
    def body(net, r):
        shape = r.shape(7)
        source = r.input(shape)
        axis = r.integer(0, len(shape) - 1)
        out = net.tensor([size for i, size in enumerate(shape) if i != axis], kind=kind)
        options = (f"Arg{op[4:].capitalize()}Options", {"outputType": TYPES[kind][0]})
        stated = net.constant([axis - len(shape) if r.chance(30) else axis], r.choose([[], [1]]))
        return net.operator(getattr(OPS, op), [source, stated], [out], options)

    return body


def rows(op, scale, zero, options, least=0.0005):
    def body(net, r):
        shape = [*r.shape(4, (1, 2, 3))[:-1], r.choose([1, 2, 3, 10, 12, 35, 100, 300])]
        source = r.input(shape, scale=r.scale(least, 2))
        return net.operator(getattr(OPS, op), [source], [net.tensor(shape, scale, zero)], options)

    return body


def cast(sources, targets):
    def body(net, r):
        kind, target = r.choose(sources), r.choose(targets)
        shape = r.shape(7)
        quantized = kind == "int8" and r.chance(50)
        source = net.input(shape, 0.05 if quantized else None, 3 if quantized else 0, kind=kind)
        out = net.tensor(shape, kind=target)
        options = ("CastOptions", {"inDataType": TYPES[kind][0], "outDataType": TYPES[target][0]})
        return net.operator(OPS.CAST, [source], [out], options)

    return body


PAIRS = [
    ("uint8", "int8"),
    ("int8", "uint8"),
    ("int16", "int8"),
    ("int8", "int16"),
    ("int16", "int16"),
    ("int8", "int32"),
    ("int16", "int32"),
    ("int32", "int8"),
    ("int32", "int16"),
]
STEPS = {"int8": 256, "uint8": 256, "int16": 2**16, "int32": 2**23}


def zero_point(r, kind):
    if kind == "uint8":
        return r.zero() + 128
    return r.zero() if kind == "int8" else 0


def requantise(net, r):
    kind, target = r.choose(PAIRS)
    shape = r.shape(7)
    scale = r.scale(0.001, 1)
    given = scale * STEPS[kind] / STEPS[target] * r.choose([1, 0.5, 2, r.scale(0.25, 4)])
    zero = zero_point(r, kind)
    if {kind, target} == {"int8", "uint8"} and r.chance(50):
        given = scale
    source = net.input(shape, scale, zero, kind=kind)
    out = net.tensor(shape, given, zero_point(r, target), kind=target)
    return net.operator(OPS.QUANTIZE, [source], [out], ("QuantizeOptions", {}))


def from_float(net, r):
    target = r.choose(["int8", "int8", "int16"])
    shape = r.shape(7)
    source = net.input(shape, None, kind="float32")
    out = net.tensor(shape, r.scale(0.001, 0.2), zero_point(r, target), kind=target)
    return net.operator(OPS.QUANTIZE, [source], [out], ("QuantizeOptions", {}))


def to_float(net, r):
    kind = r.choose(["int8", "int8", "int16"])
    shape = r.shape(7)
    source = net.input(shape, r.scale(), zero_point(r, kind), kind=kind)
    out = net.tensor(shape, kind="float32")
    return net.operator(OPS.DEQUANTIZE, [source], [out], ("DequantizeOptions", {}))


def small_weights(net, r, source, shape, taps, per_axis, axis=0):
    """Weights of four bits with their extremes, a bias, and an output scale at which most results are in range."""
    in_scale, _ = net.quantization(source)
    channels = shape[axis]
    scales = (net.draw(channels if per_axis else 1, 40, 160) / 512).astype(np.float32)
    weights = net.tensor(shape, scales, 0, kind="int4", data=net.draw(math.prod(shape), -8, 7), axis=axis)
    inputs = [source, weights]
    if r.chance(80):
        span = int(40 * 4.6 * math.sqrt(taps))
        bias = net.draw(channels, -span, span)
        inputs.append(net.tensor([channels], np.float32(in_scale) * scales, 0, "int32", bias))
    return inputs, float(np.float32(math.sqrt(taps) * 91 * in_scale * 0.0122 * r.scale(0.25, 4)))


def sizes_of(shape, *window_and_padding):
    *window, padding = window_and_padding
    return [positions(*axis, padding) for axis in zip(shape[1:3], *window, strict=True)]


def packed_convolution(net, r):
    filter_size, stride, dilation, padding = window(r)
    shape = image_for(r, filter_size, dilation, padding)
    filters = r.integer(1, 9)
    source = r.input(shape, scale=r.scale(0.01, 0.2))
    weights = (filters, *filter_size, shape[-1])
    inputs, scale = small_weights(net, r, source, weights, math.prod(weights[1:]), r.chance(70))
    sizes = sizes_of(shape, filter_size, stride, dilation, padding)
    fields = window_fields(stride, dilation, padding, r.choose(ACTIVATED))
    out = net.tensor((1, *sizes, filters), scale, r.zero())
    return net.operator(OPS.CONV_2D, inputs, [out], ("Conv2DOptions", fields))


def packed_depthwise(net, r):
    filter_size, stride, dilation, padding = window(r)
    shape, multiplier = image_for(r, filter_size, dilation, padding), r.choose([1, 1, 2, 3])
    source = r.input(shape, scale=r.scale(0.01, 0.2))
    channels = shape[-1] * multiplier
    weights = (1, *filter_size, channels)
    inputs, scale = small_weights(net, r, source, weights, math.prod(filter_size), r.chance(70), 3)
    sizes = sizes_of(shape, filter_size, stride, dilation, padding)
    fields = window_fields(stride, dilation, padding, r.choose(ACTIVATED))
    fields["depthMultiplier"] = multiplier
    out = net.tensor((1, *sizes, channels), scale, r.zero())
    return net.operator(OPS.DEPTHWISE_CONV_2D, inputs, [out], ("DepthwiseConv2DOptions", fields))


def packed_dense(net, r):
    """With one scale: TensorFlow Lite Micro takes no more for four bits."""
    batches, size, units = r.choose([1, 1, r.integer(2, 5)]), r.integer(1, 70), r.integer(1, 13)
    source = r.input([batches, size], scale=r.scale(0.01, 0.2))
    inputs, scale = small_weights(net, r, source, (units, size), size, False)
    fields = {"fusedActivationFunction": ACTIVATIONS[r.choose(ACTIVATED)]}
    out = net.tensor((batches, units), scale, r.zero())
    return net.operator(OPS.FULLY_CONNECTED, inputs, [out], ("FullyConnectedOptions", fields))


WHOLE = ["int8", "int16", "int32"]
def between_conversions(op):
    """A function of float32 between int8, as the converter leaves it."""

    def body(net, r):
        shape = r.shape(9)
        source = r.input(shape, scale=r.scale(0.001, 0.2))
        real, result = net.tensor(shape, kind="float32"), net.tensor(shape, kind="float32")
        net.operator(OPS.DEQUANTIZE, [source], [real])
        net.operator(getattr(OPS, op), [real], [result])
        return net.operator(OPS.QUANTIZE, [result], [net.tensor(shape, r.scale(0.002, 0.2), r.zero())])

    return body


EDGE_CASES = {
    "ARG_MAX": arg_extremum("ARG_MAX", "int32"),
    "ARG_MIN": arg_extremum("ARG_MIN", "int32"),
    "ARG_MAX.int64": arg_extremum("ARG_MAX", "int64"),
    "ARG_MIN.int64": arg_extremum("ARG_MIN", "int64"),
    "LOG_SOFTMAX": rows("LOG_SOFTMAX", 1 / 16, 127, ("LogSoftmaxOptions", {})),
    "L2_NORMALIZATION": rows("L2_NORMALIZATION", 1 / 128, 0, ("L2NormOptions", {})),
    "CAST": cast(WHOLE, [*WHOLE, "float32"]),
    "CAST.others": cast(["int8", "uint8", "int16", "int32"], ["uint8", "int64"]),
    "QUANTIZE.types": requantise,
    "QUANTIZE.float32": from_float,
    "DEQUANTIZE": to_float,
    "ELU.float32": between_conversions("ELU"),
    "CONV_2D.int4": packed_convolution,
    "DEPTHWISE_CONV_2D.int4": packed_depthwise,
    "FULLY_CONNECTED.int4": packed_dense,
}
