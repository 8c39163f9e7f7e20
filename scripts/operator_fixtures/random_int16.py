"""Random cases with int16 activations (16x8 quantisation), of the operators that TensorFlow Lite Micro has such kernels for."""

import math

from .layers import combine, connect, convolve, pad, unary
from .network import OPS
from .random_elements import ELEMENT_CASES, activation, element_shape, function, simple
from .random_images import IMAGE_CASES, image_for, weighted, window
from .random_layout import LAYOUT_CASES
from .random_recurrent import lstm
from .random_variables import variables
from .random_windows import spread, transposed

# Finer than those of int8 by the bits that int16 has more.
FINER = 256


def layer(r, narrow):
    """Biases of 64 bits, or in a quarter of the layers of 32 where the kernel takes them."""
    given = weighted(r)
    return given | {"bias": "int32" if narrow and given["bias"] and r.chance(25) else given["bias"]}


def convolution(depthwise):
    def body(net, r):
        filter_size, stride, dilation, padding = window(r)
        source = r.input(image_for(r, filter_size, dilation, padding), scale=r.scale(0.01, 0.2) / FINER)
        multiplier = r.choose([1, 1, 2, 3]) if depthwise else None
        filters = None if depthwise else r.integer(1, 9)
        given = layer(r, not depthwise)
        return r.requantise(convolve(net, source, filters, filter_size, stride, dilation, padding, multiplier=multiplier, **given))

    return body


def rescaled(r, out):
    """Now and then with factors beyond 1/2, by which most results saturate."""
    return r.requantise(out, 1 / 4096, 1 / 64) if r.chance(8) else r.requantise(out)


def grouped(net, r):
    """Also so many channels in a group that sums of 32 bits would not do: two groups on small images."""
    filter_size, stride, dilation, padding = window(r)
    size = image_for(r, filter_size, dilation, padding)[1:3]
    if r.chance(15):
        groups, filters = 2, 2 * r.integer(1, 3)
        depth = min(r.integer(100, 300), math.ceil(1400 / math.prod(filter_size)))
        reach = [(taps - 1) * apart + 1 for taps, apart in zip(filter_size, dilation, strict=True)]
        size = reach if padding == "valid" else [min(extent, 3) for extent in size]
    else:
        groups, depth = r.choose([1, 2, 2, 3, 4, 5]), r.choose([1, 2, 3, 4, 5, 8])
        filters = groups * r.choose([1, 2, 3, 4, 5, 8])
    source = r.input([1, *size, groups * depth], scale=r.scale(0.01, 0.2) / FINER)
    out = convolve(net, source, filters, filter_size, stride, dilation, padding, groups=groups, **layer(r, True))
    return rescaled(r, out)


def transposed_finer(net, r):
    return rescaled(r, transposed(net, r, FINER, 15))


def fully_connected(net, r):
    shape = r.choose([[1, r.integer(1, 70)], [r.integer(1, 5), r.integer(1, 600)], [1, 2, 3, r.integer(1, 20)]])
    keep = len(shape) == 4 and r.chance(50)
    source = r.input(shape, scale=r.scale(0.01, 0.2) / FINER)
    return r.requantise(connect(net, source, r.integer(1, 13), keep=keep, **layer(r, True)))


def product(net, r):
    left, right = r.operands()
    scales = (r.scale() / FINER, r.scale() / FINER)
    out = scales[0] * scales[1] * 60 * FINER * (simple(r) if r.chance(50) else r.scale(0.3, 3))
    first = r.operand(left, scales[0], 0)
    second = r.operand(right, scales[1], 0, 0 if first not in net.inputs else 25)
    return combine(net, "MUL", first, second, out, 0, activation(r))


def table(op):
    """Logistic and hyperbolic tangent: input scales of a power of two have a path of their own."""

    def body(net, r):
        scale = 2.0 ** -r.integer(10, 14) if r.chance(30) else r.scale(0.0005, 2.0) / FINER
        return unary(net, op, r.input(element_shape(r), scale=scale), 1 / 32768, 0)

    return body


def leaky_relu(net, r):
    source = r.input(element_shape(r))
    alpha = r.choose([0.01, 0.1, 0.2, 0.3, 0.5, 0.75, 1.5, -0.25, r.scale(0.001, 1)])
    given = (net.quantization(source)[0] * r.choose([simple(r), r.scale(0.3, 4)]), 0)
    return unary(net, "LEAKY_RELU", source, *given, options=("LeakyReluOptions", {"alpha": alpha}))


def prelu(net, r):
    shape = r.shape(6, (2, 3, 4))
    source = r.input(shape)
    alpha_shape = r.choose([[1] * (len(shape) - 2) + [shape[-1]], shape[1:], [1] * (len(shape) - 1)])
    alpha = net.tensor(alpha_shape, r.scale(0.001, 0.02), r.zero(), "int8", net.draw(math.prod(alpha_shape)))
    out = net.tensor(shape, net.quantization(source)[0] * r.scale(0.3, 3))
    return net.operator(OPS.PRELU, [source, alpha], [out])


def softmax(net, r):
    shape = [*r.shape(4, (1, 2, 3))[:-1], r.choose([1, 2, 3, 10, 12, 35, 100])]
    source = r.input(shape, scale=r.scale(0.0005, 1) / FINER)
    beta = r.choose([1.0, 1.0, 0.5, 2.0, r.scale(0.1, 4)])
    return unary(net, "SOFTMAX", source, 1 / 32768, 0, options=("SoftmaxOptions", {"beta": beta}))


def requantise(net, r):
    """Between int16 of two scales, or from or to int8."""
    given, made = r.choose([("int16", "int16"), ("int8", "int16"), ("int16", "int8")])
    finer = {"int8": 1, "int16": FINER}
    scale = r.scale()
    zero = {"int8": r.zero(), "int16": 0}
    source = net.input(element_shape(r), scale / finer[given], zero[given], given)
    out = scale / finer[made] * r.choose([simple(r), r.scale(0.1, 10)])
    return unary(net, "QUANTIZE", source, out, zero[made], made, ("QuantizeOptions", {}))


def padding_with(net, r):
    shape = r.shape(5)
    amounts = [[r.choose([0, 0, 1, 2, 3]), r.choose([0, 0, 1, 2])] for _ in shape]
    return pad(net, r.input(shape), amounts, r.integer(-(2**15), 2**15 - 1))


ALIKE = {
    **{name: ELEMENT_CASES[name] for name in ["ADD", "SUB", "MAXIMUM", "MINIMUM", "RELU", "RELU6"]},
    **{name: IMAGE_CASES[name] for name in ["AVERAGE_POOL_2D", "MAX_POOL_2D", "MEAN", "SUM", "RESIZE_NEAREST_NEIGHBOR"]},
    **{
        name: LAYOUT_CASES[name]
        for name in [
            *["PAD", "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE", "CONCATENATION", "PACK", "UNPACK"],
            *["SPLIT", "SPLIT_V", "SLICE", "STRIDED_SLICE", "REVERSE_V2"],
        ]
    },
}

INT16_CASES = {
    "CONV_2D": convolution(False),
    "CONV_2D.grouped": grouped,
    "SPACE_TO_BATCH_ND": spread,
    "TRANSPOSE_CONV": transposed_finer,
    "DEPTHWISE_CONV_2D": convolution(True),
    "FULLY_CONNECTED": fully_connected,
    "MUL": product,
    "LOGISTIC": table("LOGISTIC"),
    "TANH": table("TANH"),
    "LEAKY_RELU": leaky_relu,
    "PRELU": prelu,
    "ABS": function("ABS", ("AbsOptions", {})),
    "SOFTMAX": softmax,
    "QUANTIZE": requantise,
    "PADV2": padding_with,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": lambda net, r: lstm(net, r, FINER),
    "CONCATENATION.variables": variables,
    **ALIKE,
}

# Tried, and refused by TensorFlow Lite Micro in int16.
REFUSED = ["REDUCE_MAX", "REDUCE_MIN", "MIRROR_PAD", "GATHER", "SPACE_TO_DEPTH", "DEPTH_TO_SPACE", "HARD_SWISH", "ELU"]
