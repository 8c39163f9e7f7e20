"""Random cases of operators that take elements one by one, alone or in pairs."""

import math

from .layers import combine, unary
from .network import OPS

WHOLE = (1, 4, 8, 8)


def element_shape(r):
    """Every int8 value at least once, or any shape."""
    return WHOLE if r.chance(60) else r.shape(7)


def activation(r):
    return r.choose(["none", "none", "relu", "relu6", "relu-n1-to-1"])


def simple(r):
    """Ratios of scales at which many results lie halfway between two int8, where every rounding shows."""
    return r.choose([1, 0.5, 2, 0.25, 0.75, 1.5, 3])


def arithmetic(op):
    def body(net, r):
        left, right = r.operands()
        first_scale = r.scale()
        scales = (first_scale, first_scale * simple(r) if r.chance(50) else r.scale())
        out = (simple(r) if r.chance(50) else r.scale(0.3, 3)) * (scales[0] if op != "MUL" and r.chance(50) else sum(scales) if op != "MUL" else scales[0] * scales[1] * 60)
        first = r.operand(left, scales[0], r.zero())
        second = r.operand(right, scales[1], r.zero(), 0 if first not in net.inputs else 25)
        return combine(net, op, first, second, out, r.zero(), activation(r))

    return body


def extremum(op):
    def body(net, r):
        left, right = r.operands()
        quantization = (r.scale(), r.zero())
        first = r.operand(left, *quantization)
        second = r.operand(right, *quantization, 0 if first not in net.inputs else 25)
        shape = max(left, right, key=lambda shape: (len(shape), sum(shape)))
        out = net.tensor(shape, *quantization)
        return net.operator(getattr(OPS, op), [first, second], [out], ("MaximumMinimumOptions", {}))

    return body


def function(op, options=None, output=None, factor=(0.3, 4)):
    """`output` is the only quantisation that the kernel gives, if there is but one."""

    def body(net, r):
        source = r.input(element_shape(r))
        scale, zero = net.quantization(source)
        given = output or (r.choose([scale, scale * simple(r), scale * r.scale(*factor)]), r.choose([zero, r.zero()]))
        return unary(net, op, source, *given, options=options)

    return body


def hard_swish(net, r):
    source = r.input(element_shape(r), scale=r.scale(0.002, 0.3))
    scale, _ = net.quantization(source)
    return unary(net, "HARD_SWISH", source, scale * r.scale(0.05, 2), r.zero(), options=("HardSwishOptions", {}))


def leaky_relu(net, r):
    source = r.input(element_shape(r))
    alpha = r.choose([0.01, 0.1, 0.2, 0.3, 0.5, 0.75, 1.5, -0.25, r.scale(0.001, 1)])
    given = (net.quantization(source)[0] * r.choose([simple(r), r.scale(0.3, 4)]), r.zero())
    return unary(net, "LEAKY_RELU", source, *given, options=("LeakyReluOptions", {"alpha": alpha}))


def prelu(net, r):
    shape = r.shape(6, (2, 3, 4))
    source = r.input(shape)
    alpha_shape = r.choose([[1] * (len(shape) - 2) + [shape[-1]], shape[1:], [1] * (len(shape) - 1)])
    alpha = net.tensor(alpha_shape, r.scale(0.001, 0.02), r.zero(), data=net.draw(math.prod(alpha_shape)))
    out = net.tensor(shape, net.quantization(source)[0] * r.scale(0.3, 3), r.zero())
    return net.operator(OPS.PRELU, [source, alpha], [out])






def requantise(net, r):
    source = r.input(element_shape(r))
    scale = net.quantization(source)[0] * r.choose([simple(r), r.scale(0.1, 10)])
    return unary(net, "QUANTIZE", source, scale, r.zero(), options=("QuantizeOptions", {}))


def softmax(net, r):
    shape = [*r.shape(4, (1, 2, 3))[:-1], r.choose([1, 2, 3, 10, 12, 35, 100])]
    source = r.input(shape, scale=r.scale(0.0005, 1))
    beta = r.choose([1.0, 1.0, 0.5, 2.0, r.scale(0.1, 4)])
    return unary(net, "SOFTMAX", source, 1 / 256, -128, options=("SoftmaxOptions", {"beta": beta}))


PROBABILITY = (1 / 256, -128)
ELEMENT_CASES = {
    "ADD": arithmetic("ADD"),
    "SUB": arithmetic("SUB"),
    "MUL": arithmetic("MUL"),
    "MAXIMUM": extremum("MAXIMUM"),
    "MINIMUM": extremum("MINIMUM"),
    "PRELU": prelu,
    "RELU": function("RELU"),
    "RELU6": function("RELU6"),
    "RELU_N1_TO_1": function("RELU_N1_TO_1"),
    "RELU_0_TO_1": function("RELU_0_TO_1"),
    "LEAKY_RELU": leaky_relu,
    "HARD_SWISH": hard_swish,
    "LOGISTIC": function("LOGISTIC", output=PROBABILITY),
    "TANH": function("TANH", output=(1 / 128, 0)),
    "ABS": function("ABS", ("AbsOptions", {})),
    "ELU": function("ELU"),
    "QUANTIZE": requantise,
    "SOFTMAX": softmax,
}
