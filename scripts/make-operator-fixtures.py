#!/usr/bin/env python3
"""Makes test/fixtures/operators: one small network a case, inputs, and the outputs of TensorFlow Lite Micro.

The networks are written with TensorFlow Lite's own flatbuffer schema, so that shapes, scales, zero points and
options are exactly those of the case. The outputs come from TensorFlow Lite Micro's reference int8 kernels, the
oracle of this project. Each network also runs on LiteRT's reference kernels (BUILTIN_REF: neither optimised kernels
nor XNNPACK), and case.json says where the two do not agree.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/make-operator-fixtures.requirements.txt
    .venv/bin/python scripts/make-operator-fixtures.py

Every byte follows from the code below: weights and inputs are drawn from PCG64 seeded by the name of the case.
"""

import argparse
import json
import math
import shutil
import zlib
from importlib.metadata import version
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro.python.tflite_micro import runtime

FOLDER = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "operators"
OPS = schema.BuiltinOperator
TYPES = {"int8": (schema.TensorType.INT8, np.int8), "int32": (schema.TensorType.INT32, np.int32),
         "float32": (schema.TensorType.FLOAT32, np.float32)}
ACTIVATIONS = {"none": 0, "relu": 1, "relu-n1-to-1": 2, "relu6": 3}
PADDINGS = {"same": 0, "valid": 1}
OP_NAMES = {value: name for name, value in vars(OPS).items() if not name.startswith("_")}
# TensorFlow Lite Micro clamps RELU6 but does not rescale it, which is wrong where input and output scales differ.
LITERT_ORACLE = {"relu6-rescale"}
SETS = ["random", "random", "random", "minimum", "maximum", "ramp", "alternating", "zero point"]
PAIR_SETS = [*SETS, "minimum against maximum", "maximum against minimum"]


class Network:
    """Tensors and operators of one case; `draw` gives its pseudo-random values."""

    def __init__(self, name, note):
        self.name, self.note, self.sets = name, note, None
        self.tensors, self.buffers, self.operators, self.codes = [], [schema.BufferT()], [], []
        self.inputs, self.outputs = [], []
        self.raw = np.random.PCG64(zlib.crc32(name.encode()))

    def draw(self, count, low=-128, high=127):
        """Integers from low to high, taken from the raw stream, which NumPy promises never to change."""
        raw = self.raw.random_raw(count) >> np.uint64(40)
        return (raw % np.uint64(high - low + 1)).astype(np.int64) + low

    def tensor(self, shape, scale=None, zero=0, kind="int8", data=None, axis=0, label=None):
        tensor = schema.TensorT()
        tensor.shape, tensor.type = list(shape), TYPES[kind][0]
        tensor.name = label or f"t{len(self.tensors)}"
        if scale is not None:
            quantization = schema.QuantizationParametersT()
            scales = np.atleast_1d(np.asarray(scale, np.float32))
            quantization.scale, quantization.zeroPoint = scales, np.full(scales.size, zero, np.int64)
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.asarray(data, TYPES[kind][1]).tobytes(), np.uint8)
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def input(self, shape, scale=0.05, zero=0, kind="int8"):
        index = self.tensor(shape, scale, zero, kind, label=f"input{len(self.inputs)}")
        self.inputs.append(index)
        return index

    def constant(self, values, shape=None):
        values = np.asarray(values, np.int32)
        return self.tensor(values.shape if shape is None else shape, kind="int32", data=values)

    def operator(self, code, inputs, outputs, options=None):
        """Appends one operator; `options` is (name of the options table, fields)."""
        if code not in self.codes:
            self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = self.codes.index(code), inputs, outputs
        if options is not None:
            table, fields = options
            operator.builtinOptions = getattr(schema, f"{table}T")()
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, table)
            for field, value in fields.items():
                assert hasattr(operator.builtinOptions, field), field
                setattr(operator.builtinOptions, field, value)
        self.operators.append(operator)
        return outputs[0]

    def shape(self, index):
        return tuple(self.tensors[index].shape)

    def quantization(self, index):
        quantization = self.tensors[index].quantization
        return float(quantization.scale[0]), int(quantization.zeroPoint[0])

    def to_bytes(self):
        model, graph = schema.ModelT(), schema.SubGraphT()
        model.version, model.description, model.buffers = 3, f"mcunet-action operator case {self.name}", self.buffers
        graph.name, graph.tensors, graph.operators = "main", self.tensors, self.operators
        graph.inputs, graph.outputs = self.inputs, self.outputs
        for code in self.codes:
            entry = schema.OperatorCodeT()
            entry.deprecatedBuiltinCode, entry.builtinCode, entry.version = min(code, 127), code, 1
            model.operatorCodes = [*(model.operatorCodes or []), entry]
        model.subgraphs = [graph]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


# Layers: each appends an operator to a network and gives the index of its output.

def window(size, filter_size, stride, dilation, padding):
    reach = (filter_size - 1) * dilation + 1
    return -(-size // stride) if padding == "same" else (size - reach) // stride + 1


def weighted(net, source, weights_shape, channels, axis, per_axis, bias, taps, out_zero):
    """Weights, bias and an output scale at which most outputs are in range and some saturate."""
    in_scale, _ = net.quantization(source)
    scales = (net.draw(channels if per_axis else 1, 40, 160) / 8192).astype(np.float32)
    weights = net.tensor(weights_shape, scales, 0, data=net.draw(math.prod(weights_shape), -127, 127), axis=axis)
    inputs = [source, weights]
    if bias:
        span = int(40 * 74 * math.sqrt(taps))
        inputs.append(net.tensor([channels], np.float32(in_scale) * scales, 0, "int32", net.draw(channels, -span, span)))
    return inputs, (float(np.float32(math.sqrt(taps) * 91 * in_scale * 0.0122)), out_zero)


def convolve(net, source, filters, size, stride=(1, 1), dilation=(1, 1), padding="same", activation="none",
             per_axis=True, bias=True, out_zero=-5, multiplier=None):
    """CONV_2D, or DEPTHWISE_CONV_2D where a depth multiplier is given."""
    batch, height, width, depth = net.shape(source)
    channels = filters if multiplier is None else depth * multiplier
    shape = (channels, *size, depth) if multiplier is None else (1, *size, channels)
    taps = size[0] * size[1] * (depth if multiplier is None else 1)
    inputs, quantization = weighted(net, source, shape, channels, 0 if multiplier is None else 3, per_axis, bias, taps,
                                    out_zero)
    out = net.tensor((batch, window(height, size[0], stride[0], dilation[0], padding),
                      window(width, size[1], stride[1], dilation[1], padding), channels), *quantization)
    fields = {"padding": PADDINGS[padding], "strideH": stride[0], "strideW": stride[1], "dilationHFactor": dilation[0],
              "dilationWFactor": dilation[1], "fusedActivationFunction": ACTIVATIONS[activation]}
    if multiplier is None:
        return net.operator(OPS.CONV_2D, inputs, [out], ("Conv2DOptions", fields))
    fields["depthMultiplier"] = multiplier
    return net.operator(OPS.DEPTHWISE_CONV_2D, inputs, [out], ("DepthwiseConv2DOptions", fields))


def connect(net, source, units, activation="none", per_axis=False, bias=True, keep=False, out_zero=3):
    size = net.shape(source)[-1]
    inputs, quantization = weighted(net, source, (units, size), units, 0, per_axis, bias, size, out_zero)
    leading = net.shape(source)[:-1] if keep else (math.prod(net.shape(source)) // size,)
    out = net.tensor((*leading, units), *quantization)
    return net.operator(OPS.FULLY_CONNECTED, inputs, [out], ("FullyConnectedOptions", {
        "fusedActivationFunction": ACTIVATIONS[activation], "keepNumDims": keep}))


def combine(net, op, left, right, scale, zero=0, activation="none"):
    """ADD or MUL."""
    out = net.tensor(np.broadcast_shapes(net.shape(left), net.shape(right)), scale, zero)
    return net.operator(getattr(OPS, op), [left, right], [out], (
        f"{op.capitalize()}Options", {"fusedActivationFunction": ACTIVATIONS[activation]}))


def pool(net, op, source, size, stride, padding, activation="none"):
    batch, height, width, depth = net.shape(source)
    out = net.tensor((batch, window(height, size[0], stride[0], 1, padding),
                      window(width, size[1], stride[1], 1, padding), depth), *net.quantization(source))
    return net.operator(getattr(OPS, op), [source], [out], ("Pool2DOptions", {
        "padding": PADDINGS[padding], "strideH": stride[0], "strideW": stride[1], "filterHeight": size[0],
        "filterWidth": size[1], "fusedActivationFunction": ACTIVATIONS[activation]}))


def mean(net, source, axes, keep, scale, zero):
    shape = net.shape(source)
    dropped = {axis % len(shape) for axis in axes}
    out = net.tensor([1 if i in dropped else size for i, size in enumerate(shape) if keep or i not in dropped],
                     scale, zero)
    return net.operator(OPS.MEAN, [source, net.constant(axes)], [out], ("ReducerOptions", {"keepDims": keep}))


def pad(net, source, amounts, value=None):
    out = net.tensor([s + b + a for s, (b, a) in zip(net.shape(source), amounts)], *net.quantization(source))
    inputs = [source, net.constant(amounts)]
    if value is None:
        return net.operator(OPS.PAD, inputs, [out], ("PadOptions", {}))
    inputs.append(net.tensor([1], *net.quantization(source), data=[value]))
    return net.operator(OPS.PADV2, inputs, [out], ("PadV2Options", {}))


def transpose(net, source, permutation):
    out = net.tensor([net.shape(source)[i] for i in permutation], *net.quantization(source))
    return net.operator(OPS.TRANSPOSE, [source, net.constant(permutation)], [out], ("TransposeOptions", {}))


def concatenate(net, sources, axis, activation="none"):
    shape = list(net.shape(sources[0]))
    shape[axis] = sum(net.shape(source)[axis] for source in sources)
    out = net.tensor(shape, *net.quantization(sources[0]))
    return net.operator(OPS.CONCATENATION, sources, [out], ("ConcatenationOptions", {
        "axis": axis, "fusedActivationFunction": ACTIVATIONS[activation]}))


def resize(net, source, height, width, align=False, half_pixel=False):
    batch, _, _, depth = net.shape(source)
    out = net.tensor((batch, height, width, depth), *net.quantization(source))
    return net.operator(OPS.RESIZE_NEAREST_NEIGHBOR, [source, net.constant([height, width])], [out], (
        "ResizeNearestNeighborOptions", {"alignCorners": align, "halfPixelCenters": half_pixel}))


def reshape(net, source, shape, requested):
    out = net.tensor(shape, *net.quantization(source))
    return net.operator(OPS.RESHAPE, [source, net.constant(requested)], [out], (
        "ReshapeOptions", {"newShape": np.asarray(requested, np.int32)}))


def unary(net, op, source, scale, zero, kind="int8", options=None):
    return net.operator(getattr(OPS, op), [source], [net.tensor(net.shape(source), scale, zero, kind)], options)


def softmax(net, source, beta=1.0):
    return unary(net, "SOFTMAX", source, 1 / 256, -128, options=("SoftmaxOptions", {"beta": beta}))


def constant_int8(net, shape, scale, zero):
    return net.tensor(shape, scale, zero, data=net.draw(math.prod(shape)))


# Cases: (name, note, body); a body appends operators to the network and gives its outputs.

ALL_BYTES = (1, 16, 16, 1)


def element_wise_cases():
    for op, fine, coarse, huge in (("ADD", 0.08, 0.15, 0.05), ("MUL", 0.06, 0.12, 0.004)):
        low = op.lower()

        def pair(left, right, scale, zero, activation="none", op=op):
            return lambda n: combine(n, op, n.input(*left), n.input(*right), scale, zero, activation)

        def with_constant(left, right, scale, zero, swapped=False, op=op):
            def body(n):
                source, constant = n.input(*left), constant_int8(n, *right)
                return combine(n, op, *((constant, source) if swapped else (source, constant)), scale, zero)
            return body

        wide = (1, 3, 4, 8)
        yield f"{low}-same-scale", "equal shapes, one scale", pair((wide, 0.05, 0), (wide, 0.05, 0), fine, 0)
        yield f"{low}-scales-differ", "scales far apart, odd zero points", pair((wide, 0.031, -17), (wide, 0.4, 99), coarse, -61)
        yield f"{low}-saturates", "output scale so small that most outputs saturate", pair((wide, 0.1, 5), (wide, 0.1, -5), 0.02, 11)
        yield f"{low}-tiny-result", "output scale so large that few values are left", pair((wide, 0.001, 5), (wide, 0.002, -5), huge, 1)
        for activation in ("relu", "relu6", "relu-n1-to-1"):
            yield f"{low}-{activation}", f"fused {activation}", pair((wide, 0.06, 7), (wide, 0.045, -30), 0.07, -20, activation)
        yield f"{low}-exhaustive", "every pair of int8 values, by broadcasting 256 rows against 256 columns", pair(
            ((256, 1), 0.037, 13), ((1, 256), 0.052, -41), 0.071, -7)
        yield f"{low}-broadcast-channel", "one value a channel, [1,1,1,C]", pair((wide, 0.05, 3), ((1, 1, 1, 8), 0.03, -2), fine, 4)
        yield f"{low}-broadcast-vector", "one value a channel, [C]", pair((wide, 0.05, 3), ((8,), 0.03, -2), fine, 4)
        yield f"{low}-broadcast-first", "the first operand is the small one", pair(((1, 1, 1, 8), 0.03, -2), (wide, 0.05, 3), fine, 4)
        yield f"{low}-broadcast-pixel", "one value a pixel, [1,H,W,1]", pair((wide, 0.05, 3), ((1, 3, 4, 1), 0.03, -2), fine, 4)
        yield f"{low}-broadcast-both", "rows against columns", pair(((1, 3, 1, 8), 0.05, 3), ((1, 1, 4, 8), 0.03, -2), fine, 4)
        yield f"{low}-broadcast-one", "a single value, [1]", pair((wide, 0.05, 3), ((1,), 0.03, -2), fine, 4)
        yield f"{low}-constant", "second operand constant, equal shape", with_constant((wide, 0.05, 3), (wide, 0.03, -2), fine, 4)
        yield f"{low}-constant-channel", "constant, one value a channel", with_constant((wide, 0.05, 3), ((8,), 0.03, -2), fine, 4)
        yield f"{low}-constant-first", "first operand constant", with_constant((wide, 0.05, 3), ((1, 1, 1, 8), 0.03, -2), fine, 4, True)
        yield f"{low}-itself", "both operands are one tensor", lambda n, op=op, s=coarse: (
            lambda x: combine(n, op, x, x, s, -9))(n.input(ALL_BYTES, 0.05, 3))


def activation_cases():
    yield "relu-same-scale", "output quantised as the input", lambda n: unary(n, "RELU", n.input(ALL_BYTES, 0.05, -11), 0.05, -11)
    yield "relu-rescale", "output finer than the input", lambda n: unary(n, "RELU", n.input(ALL_BYTES, 0.06, 20), 0.0311, -128)
    yield "relu-coarser", "output coarser than the input", lambda n: unary(n, "RELU", n.input(ALL_BYTES, 0.02, -100), 0.05, -60)
    yield "relu6-same-scale", "bound of 6 inside the range", lambda n: unary(n, "RELU6", n.input(ALL_BYTES, 0.05, -40), 0.05, -40)
    yield "relu6-out-of-range", "bound of 6 beyond the range", lambda n: unary(n, "RELU6", n.input(ALL_BYTES, 0.02, -10), 0.02, -10)
    yield "relu6-rescale", "output finer than the input", lambda n: unary(n, "RELU6", n.input(ALL_BYTES, 0.08, -3), 6 / 255, -128)
    for label, scale, zero in (("fine", 0.004, 9), ("usual", 0.047, -13), ("wide", 0.11, 31), ("coarse", 0.9, 0)):
        yield f"logistic-{label}", f"every int8 value at input scale {scale}", lambda n, s=scale, z=zero: unary(
            n, "LOGISTIC", n.input(ALL_BYTES, s, z), 1 / 256, -128)
    for label, shape, scale, beta in (
            ("two", (1, 2), 0.02, 1.0), ("ten", (1, 10), 0.0625, 1.0), ("rows", (4, 12), 0.17, 1.0),
            ("pixels", (1, 4, 4, 3), 0.05, 1.0), ("long", (1, 200), 0.04, 1.0), ("beta", (1, 16), 0.05, 2.5),
            ("half-beta", (1, 16), 0.08, 0.5), ("coarse", (1, 8), 1.5, 1.0), ("one", (3, 1), 0.1, 1.0)):
        yield f"softmax-{label}", f"shape {list(shape)}, input scale {scale}, beta {beta}", lambda n, a=shape, s=scale, b=beta: softmax(
            n, n.input(a, s, 15), b)
    for label, source, target in (
            ("same", (0.05, 3), (0.05, 3)), ("shift", (0.05, 3), (0.05, -40)), ("finer", (0.05, 3), (0.021, 10)),
            ("coarser", (0.05, 3), (0.3, -60)), ("half", (0.05, 0), (0.1, 0)), ("saturates", (0.5, 0), (0.01, 7))):
        yield f"quantize-{label}", f"int8 to int8, scale {source[0]} to {target[0]}", lambda n, s=source, t=target: unary(
            n, "QUANTIZE", n.input(ALL_BYTES, *s), *t, options=("QuantizeOptions", {}))


def pool_cases():
    shapes = {"square": ((1, 6, 6, 5), (2, 2), (2, 2)), "odd": ((1, 7, 5, 3), (3, 3), (2, 2)),
              "overlap": ((1, 5, 6, 4), (3, 3), (1, 1)), "wide": ((1, 4, 9, 3), (1, 4), (1, 3)),
              "tall": ((1, 9, 4, 3), (5, 2), (3, 1)), "whole": ((1, 5, 5, 8), (5, 5), (5, 5)),
              "skips": ((1, 8, 8, 2), (2, 2), (3, 3))}
    for op in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        low = op[:-8].lower().replace("_", "-") + "-pool"
        for label, (shape, size, stride) in shapes.items():
            for padding in ("same", "valid"):
                yield f"{low}-{label}-{padding}", f"{size} window, stride {stride}, {padding.upper()}", (
                    lambda n, o=op, a=shape, f=size, s=stride, p=padding: pool(n, o, n.input(a, 0.05, -7), f, s, p))
        yield f"{low}-larger-than-input", "window larger than the input, SAME", lambda n, o=op: pool(
            n, o, n.input((1, 3, 2, 4), 0.05, 12), (4, 5), (2, 2), "same")
        for activation in ("relu", "relu6"):
            yield f"{low}-{activation}", f"fused {activation}", lambda n, o=op, a=activation: pool(
                n, o, n.input((1, 6, 6, 4), 0.06, -30), (2, 2), (2, 2), "valid", a)


def mean_cases():
    image = (1, 5, 6, 7)
    for label, shape, axes in (("spatial", image, [1, 2]), ("spatial-swapped", image, [2, 1]), ("negative", image, [-3, -2]),
                               ("rows", image, [1]), ("columns", image, [2]), ("channels", image, [3]),
                               ("everything", image, [1, 2, 3]), ("three-dimensions", (1, 9, 8), [1]),
                               ("last-of-two", (6, 10), [1]), ("first-of-two", (6, 10), [0])):
        for keep in (True, False):
            yield f"mean-{label}-{'keep' if keep else 'drop'}", f"axes {axes} of {list(shape)}, keep_dims {keep}", (
                lambda n, a=shape, x=axes, k=keep: mean(n, n.input(a, 0.05, 9), x, k, 0.023, -14))
    for keep in (True, False):
        suffix = "keep" if keep else "drop"
        yield f"mean-same-scale-{suffix}", "output quantised as the input, 49 values each", lambda n, k=keep: mean(
            n, n.input((1, 7, 7, 6), 0.05, -128), [1, 2], k, 0.05, -128)
        yield f"mean-saturates-{suffix}", "output much finer than the input", lambda n, k=keep: mean(
            n, n.input((1, 3, 3, 6), 0.5, 3), [1, 2], k, 0.09, 20)


def layout_cases():
    yield "pad-spatial", "rows and columns, zero point -9", lambda n: pad(n, n.input((1, 3, 4, 5), 0.05, -9), [[0, 0], [1, 2], [2, 0], [0, 0]])
    yield "pad-channels", "channels only", lambda n: pad(n, n.input((1, 3, 4, 5), 0.05, 9), [[0, 0], [0, 0], [0, 0], [3, 4]])
    yield "pad-all", "all four dimensions", lambda n: pad(n, n.input((1, 2, 3, 2), 0.05, 0), [[1, 0], [0, 1], [1, 1], [2, 1]])
    yield "pad-two-dimensions", "a matrix", lambda n: pad(n, n.input((3, 5), 0.05, 7), [[1, 1], [0, 2]])
    yield "pad-nothing", "no padding at all", lambda n: pad(n, n.input((1, 3, 3, 2), 0.05, 7), [[0, 0]] * 4)
    yield "padv2-low", "pads with -128", lambda n: pad(n, n.input((1, 3, 4, 2), 0.05, -9), [[0, 0], [1, 1], [1, 1], [0, 0]], -128)
    yield "padv2-value", "pads with 55", lambda n: pad(n, n.input((1, 3, 4, 2), 0.05, -9), [[0, 0], [0, 2], [1, 0], [1, 0]], 55)
    for permutation in ((0, 2, 1, 3), (0, 3, 1, 2), (0, 2, 3, 1), (3, 2, 1, 0), (0, 1, 3, 2)):
        yield f"transpose-{''.join(map(str, permutation))}", f"permutation {list(permutation)}", lambda n, p=permutation: transpose(
            n, n.input((1, 4, 5, 6), 0.05, -9), p)
    yield "transpose-matrix", "two dimensions", lambda n: transpose(n, n.input((7, 9), 0.05, 2), (1, 0))
    yield "transpose-three", "three dimensions", lambda n: transpose(n, n.input((3, 4, 5), 0.05, 2), (2, 0, 1))
    for axis, others in ((0, (2, 3, 2, 4)), (1, (1, 4, 2, 4)), (2, (1, 3, 5, 4)), (3, (1, 3, 2, 7)), (-1, (1, 3, 2, 7)), (-3, (1, 4, 2, 4))):
        yield f"concatenation-axis{axis}".replace("-1", "-minus1").replace("-3", "-minus3"), f"two inputs, axis {axis}", (
            lambda n, x=axis, o=others: concatenate(n, [n.input((1, 3, 2, 4), 0.05, 6), n.input(o, 0.05, 6)], x))
    yield "concatenation-four", "four inputs of different depth", lambda n: concatenate(
        n, [n.input((1, 3, 2, depth), 0.05, 6) for depth in (1, 5, 2, 3)], 3)
    yield "concatenation-constant", "one input constant", lambda n: concatenate(
        n, [n.input((1, 3, 2, 4), 0.05, 6), constant_int8(n, (1, 3, 2, 3), 0.05, 6)], 3)
    yield "concatenation-matrix", "two matrices, axis 1", lambda n: concatenate(n, [n.input((2, 5), 0.05, 6), n.input((2, 3), 0.05, 6)], 1)
    for label, source, target in (("double", (4, 3), (8, 6)), ("shrink", (9, 7), (4, 3)), ("ratio", (5, 4), (7, 11)),
                                  ("same", (4, 4), (4, 4)), ("one", (5, 6), (1, 1)), ("rounding", (29, 1), (47, 1))):
        for align, half in ((False, False), (True, False), (False, True)):
            style = "corners" if align else "half-pixel" if half else "plain"
            yield f"resize-{label}-{style}", f"{source} to {target}, align_corners {align}, half_pixel_centers {half}", (
                lambda n, a=source, t=target, c=align, h=half: resize(n, n.input((1, *a, 3), 0.05, 1), *t, c, h))
    yield "reshape-flatten", "to a vector, -1 in the shape", lambda n: reshape(n, n.input((1, 3, 4, 5), 0.05, 1), (1, 60), [1, -1])


def weight_cases():
    image = (1, 7, 6, 5)
    for label, options in {
            "plain": {}, "valid": {"padding": "valid"}, "stride": {"stride": (2, 2)},
            "stride-valid": {"stride": (2, 3), "padding": "valid"}, "dilated": {"dilation": (2, 2)},
            "dilated-valid": {"dilation": (3, 2), "padding": "valid"}, "dilated-uneven": {"dilation": (1, 2)},
            "per-tensor": {"per_axis": False}, "no-bias": {"bias": False},
            "relu": {"activation": "relu", "out_zero": -128}, "relu6": {"activation": "relu6", "out_zero": -100}}.items():
        yield f"conv-{label}", f"3 x 3, {label}", lambda n, o=options: convolve(n, n.input(image, 0.05, 4), 6, (3, 3), **o)
        yield f"depthwise-{label}", f"3 x 3, {label}", lambda n, o=options: convolve(
            n, n.input(image, 0.05, 4), None, (3, 3), multiplier=1, **o)
    yield "conv-pointwise", "1 x 1", lambda n: convolve(n, n.input((1, 4, 5, 13), 0.05, -128), 9, (1, 1))
    yield "conv-pointwise-stride", "1 x 1, stride 2", lambda n: convolve(n, n.input((1, 5, 5, 8), 0.05, -3), 4, (1, 1), (2, 2))
    yield "conv-row", "1 x 5", lambda n: convolve(n, n.input((1, 4, 9, 3), 0.05, 7), 4, (1, 5))
    yield "conv-column", "4 x 1, even filter, SAME", lambda n: convolve(n, n.input((1, 9, 4, 3), 0.05, 7), 4, (4, 1))
    yield "conv-even", "2 x 2, SAME", lambda n: convolve(n, n.input((1, 5, 6, 3), 0.05, 7), 4, (2, 2))
    yield "conv-first-layer", "one channel in, stride 2 on an even size", lambda n: convolve(n, n.input((1, 10, 8, 1), 1 / 255, -128), 8, (3, 3), (2, 2))
    yield "conv-three-channels", "three channels in, 5 x 5", lambda n: convolve(n, n.input((1, 9, 9, 3), 1 / 128, -1), 5, (5, 5), (2, 2))
    yield "conv-filter-covers-input", "filter as large as the input, VALID", lambda n: convolve(n, n.input((1, 4, 3, 6), 0.05, 7), 5, (4, 3), padding="valid")
    yield "depthwise-seven", "7 x 7", lambda n: convolve(n, n.input((1, 8, 9, 4), 0.05, 7), None, (7, 7), multiplier=1)
    yield "depthwise-rectangle", "10 x 4, stride 2", lambda n: convolve(n, n.input((1, 15, 8, 3), 0.05, 83), None, (10, 4), (2, 2), multiplier=1)
    for multiplier in (2, 3):
        yield f"depthwise-multiplier{multiplier}", f"depth multiplier {multiplier}", lambda n, m=multiplier: convolve(
            n, n.input((1, 6, 5, 4), 0.05, 4), None, (3, 3), multiplier=m)
    yield "depthwise-multiplier-from-one", "depth multiplier 8 on one channel", lambda n: convolve(
        n, n.input((1, 9, 5, 1), 0.05, 83), None, (4, 3), (2, 1), multiplier=8)
    yield "depthwise-multiplier-dilated", "depth multiplier 2, dilation 2", lambda n: convolve(
        n, n.input((1, 8, 7, 3), 0.05, 4), None, (3, 3), (1, 1), (2, 2), multiplier=2)
    for label, shape, options in (
            ("plain", (1, 37), {}), ("no-bias", (1, 37), {"bias": False}), ("batched", (5, 19), {}),
            ("per-channel", (1, 24), {"per_axis": True}), ("batched-per-channel", (4, 21), {"per_axis": True}),
            ("keep-dimensions", (1, 3, 4, 10), {"keep": True}), ("three-dimensions", (2, 3, 10), {}),
            ("relu", (1, 33), {"activation": "relu", "out_zero": -128}), ("relu6", (2, 16), {"activation": "relu6", "out_zero": -90}),
            ("long", (1, 300), {"out_zero": -1})):
        yield f"fully-connected-{label}", f"input {list(shape)}, {label}", lambda n, a=shape, o=options: connect(n, n.input(a, 0.05, -21), 11, **o)


def network_cases():
    def residual(n):
        start = convolve(n, n.input((1, 8, 8, 3), 1 / 255, -128), 8, (3, 3), (2, 2), activation="relu6", out_zero=-128)
        wide = convolve(n, start, 24, (1, 1), activation="relu6", out_zero=-128)
        narrow = convolve(n, convolve(n, wide, None, (3, 3), multiplier=1, activation="relu6", out_zero=-128), 8, (1, 1))
        pooled = mean(n, combine(n, "ADD", start, narrow, 0.4, -3), [1, 2], False, 0.2, -3)
        return softmax(n, connect(n, pooled, 4), 0.03)

    def branches(n):
        source = n.input((1, 6, 6, 4), 0.05, 2)
        left = convolve(n, source, 5, (3, 3))
        right = unary(n, "QUANTIZE", pool(n, "MAX_POOL_2D", source, (3, 3), (1, 1), "same"), *n.quantization(left),
                      options=("QuantizeOptions", {}))
        joined = concatenate(n, [left, right], 3)
        gate = unary(n, "LOGISTIC", convolve(n, mean(n, joined, [1, 2], True, 0.04, 3), 9, (1, 1)), 1 / 256, -128)
        return combine(n, "MUL", joined, gate, 0.3, -5)

    def two_outputs(n):
        left, right = n.input((1, 4, 4, 3), 0.05, 2), n.input((1, 2, 2, 3), 0.05, 2)
        joined = combine(n, "ADD", left, resize(n, right, 4, 4), 0.1, 0)
        return joined, convolve(n, joined, 4, (3, 3), (2, 2))

    def float_edges(n):
        source = n.input((1, 6, 6, 2), None, 0, "float32")
        inner = convolve(n, unary(n, "QUANTIZE", source, 0.02, -5, options=("QuantizeOptions", {})), 3, (3, 3))
        return unary(n, "DEQUANTIZE", inner, None, 0, "float32", ("DequantizeOptions", {}))

    yield "network-residual", "inverted residual block, mean, fully connected, softmax", residual
    yield "network-branches", "two branches, concatenation, squeeze and excitation", branches
    yield "network-two-outputs", "two inputs and two outputs, one of which is also used inside", two_outputs
    yield "network-float-edges", "float32 in and out through QUANTIZE and DEQUANTIZE", float_edges


def all_cases():
    for group in (element_wise_cases, activation_cases, pool_cases, mean_cases, layout_cases, weight_cases, network_cases):
        yield from group()


# Inputs, outputs and files.

def input_set(net, kind, position, index):
    """One input of one set; `position` is the input's place among the network's inputs."""
    count, shape = math.prod(net.shape(index)), net.shape(index)
    if net.tensors[index].type == schema.TensorType.FLOAT32:
        return (input_values(net, kind, position, count, 0) / np.float32(29)).astype(np.float32).reshape(shape)
    zero = net.quantization(index)[1]
    return input_values(net, kind, position, count, zero).astype(np.int8).reshape(shape)


def input_values(net, kind, position, count, zero):
    if " against " in kind:
        kind = kind.split(" against ")[position % 2]
    places = np.arange(count)
    return {"random": lambda: net.draw(count), "minimum": lambda: np.full(count, -128),
            "maximum": lambda: np.full(count, 127), "zero point": lambda: np.full(count, zero),
            "ramp": lambda: (places * (1 + 6 * position)) % 256 - 128,
            "alternating": lambda: np.where((places + position) % 2 == 0, -128, 127)}[kind]()


def run_micro(model, sets, outputs):
    interpreter = runtime.Interpreter.from_bytes(model, arena_size=1 << 20)
    results = []
    for inputs in sets:
        for position, values in enumerate(inputs):
            interpreter.set_input(values, position)
        interpreter.invoke()
        results.append([interpreter.get_output(position).copy() for position in range(outputs)])
    return results


def run_litert(model, sets, outputs):
    interpreter = Interpreter(model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    results = []
    for inputs in sets:
        for detail, values in zip(interpreter.get_input_details(), inputs):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        results.append([interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()[:outputs]])
    return results


def to_bytes(sets):
    return b"".join(np.ascontiguousarray(values).tobytes() for tensors in sets for values in tensors)


def compare(micro, litert):
    """How LiteRT's reference kernels stand to TensorFlow Lite Micro's on one case."""
    pairs = [(np.ravel(a).astype(np.float64), np.ravel(b).astype(np.float64))
             for left, right in zip(micro, litert) for a, b in zip(left, right)]
    gaps = np.concatenate([np.abs(a - b) for a, b in pairs])
    return {"differing": int(np.count_nonzero(gaps)), "of": int(gaps.size), "largest": float(gaps.max())}


def describe(net, index):
    tensor = net.tensors[index]
    entry = {"name": tensor.name, "type": "float32" if tensor.type == schema.TensorType.FLOAT32 else "int8",
             "shape": [int(size) for size in tensor.shape]}
    if tensor.quantization is not None:
        entry["scale"], entry["zeroPoint"] = net.quantization(index)
    return entry


def make_case(folder, name, note, body):
    net = Network(name, note)
    outputs = body(net)
    net.outputs = list(outputs) if isinstance(outputs, tuple) else [outputs]
    model = net.to_bytes()
    kinds = ["ramp"] if name.endswith("-exhaustive") else PAIR_SETS if len(net.inputs) > 1 else SETS
    sets = [[input_set(net, kind, position, index) for position, index in enumerate(net.inputs)] for kind in kinds]
    oracle = run_litert if name in LITERT_ORACLE else run_micro
    expected = oracle(model, sets, len(net.outputs))
    case = {"name": name, "note": note, "oracle": "litert-reference" if name in LITERT_ORACLE else "tflite-micro",
            "operators": sorted({OP_NAMES[operator_code] for operator_code in net.codes}), "sets": kinds,
            "inputs": [describe(net, index) for index in net.inputs],
            "outputs": [describe(net, index) for index in net.outputs]}
    other, other_name = (run_micro, "tflite-micro") if name in LITERT_ORACLE else (run_litert, "litert-reference")
    try:
        comparison = compare(expected, other(model, sets, len(net.outputs)))
    except (RuntimeError, ValueError) as error:
        comparison = {"refused": str(error).splitlines()[0]}
    case["compared"] = {"with": other_name, **comparison}
    target = folder / name
    target.mkdir(parents=True)
    (target / "model.tflite").write_bytes(model)
    (target / "inputs.bin").write_bytes(to_bytes(sets))
    (target / "outputs.bin").write_bytes(to_bytes(expected))
    (target / "case.json").write_text(json.dumps(case, indent=2) + "\n")
    return case, expected


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--only", default="", help="make only cases whose name begins so, and remove none")
    arguments = parser.parse_args()
    if not arguments.only:
        shutil.rmtree(arguments.out, ignore_errors=True)
    made = 0
    for name, note, body in all_cases():
        if not name.startswith(arguments.only):
            continue
        shutil.rmtree(arguments.out / name, ignore_errors=True)
        case, expected = make_case(arguments.out, name, note, body)
        made += 1
        values = np.concatenate([np.ravel(v) for tensors in expected for v in tensors])
        print(f"{name:36} {np.unique(values).size:4} values  {json.dumps(case['compared'])}", flush=True)
    print(f"{made} cases; " + ", ".join(f"{p} {version(p)}" for p in ("tflite-micro", "ai-edge-litert", "numpy", "flatbuffers")))


if __name__ == "__main__":
    main()
