#!/usr/bin/env python3
"""Makes test/fixtures/float-operators.json: small float32 networks, inputs, and LiteRT's outputs.

The networks are written with TensorFlow Lite's own flatbuffer schema; the outputs come from LiteRT's reference
kernels (BUILTIN_REF: neither optimised kernels nor XNNPACK); ELU, which has none, is LiteRT's only kernel for it.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/make-operator-fixtures.requirements.txt
    .venv/bin/python scripts/make-float-fixtures.py

Every byte follows from the code below: weights, inputs and convolutions are drawn from PCG64 seeded by the name of the
case.
"""

import argparse
import base64
import json
import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from operator_fixtures.layers import ACTIVATIONS, PADDINGS, window
from operator_fixtures.network import OPS, TYPES, Network

FILE = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "float-operators.json"
SAMPLES = 2


def real(net, count, span=4):
    """Values from -span to span in steps of 1/1000 of it."""
    return (net.draw(count, -1000, 1000) * (span / 1000)).astype(np.float32)


def value(net, shape, data=None):
    return net.tensor(shape, kind="float32", data=data)


def given(net, shape):
    return net.input(shape, None, kind="float32")


def constant(net, shape, span=1):
    return value(net, shape, real(net, math.prod(shape), span))


def choose(net, options):
    return options[int(net.draw(1, 0, len(options) - 1)[0])]


def convolution(net, depthwise):
    """A convolution of random shape; every option occurs over the cases."""
    size = [choose(net, [1, 2, 3, 5]) for _ in range(2)]
    stride = [choose(net, [1, 1, 2, 3]) for _ in range(2)]
    dilation = [choose(net, [1, 1, 2]) if step == 1 else 1 for step in stride]
    if dilation[0] != dilation[1]:
        stride, dilation = [1, 1], [max(dilation)] * 2
    if depthwise:
        stride = [stride[0]] * 2
    padding, activation = choose(net, list(PADDINGS)), choose(net, list(ACTIVATIONS))
    height, width, depth = choose(net, [9, 10, 12]), choose(net, [9, 11]), choose(net, [1, 2, 3, 5])
    multiplier = choose(net, [1, 1, 2, 3])
    channels = depth * multiplier if depthwise else choose(net, [1, 2, 5, 7])
    source = given(net, [1, height, width, depth])
    weights = constant(net, [1, *size, channels] if depthwise else [channels, *size, depth])
    out = value(net, [1, *(window(*a, padding) for a in zip((height, width), size, stride, dilation)), channels])
    options = {
        "padding": PADDINGS[padding],
        "strideH": stride[0],
        "strideW": stride[1],
        "dilationHFactor": dilation[0],
        "dilationWFactor": dilation[1],
        "fusedActivationFunction": ACTIVATIONS[activation],
    }
    table = "DepthwiseConv2DOptions" if depthwise else "Conv2DOptions"
    if depthwise:
        options["depthMultiplier"] = multiplier
    code = OPS.DEPTHWISE_CONV_2D if depthwise else OPS.CONV_2D
    return net.operator(code, [source, weights, constant(net, [channels])], [out], (table, options))


def fully_connected(net, batches, activation):
    source = given(net, [batches, 11])
    operands = [source, constant(net, [7, 11]), constant(net, [7])]
    fields = {"fusedActivationFunction": ACTIVATIONS[activation]}
    return net.operator(
        OPS.FULLY_CONNECTED, operands, [value(net, [batches, 7])], ("FullyConnectedOptions", fields)
    )


def pool(net, op, size, stride, padding, activation):
    source = given(net, [1, 7, 8, 3])
    spatial = [window(s, k, t, 1, padding) for s, k, t in zip((7, 8), size, stride)]
    fields = {
        "padding": PADDINGS[padding],
        "strideH": stride[0],
        "strideW": stride[1],
        "filterHeight": size[0],
        "filterWidth": size[1],
        "fusedActivationFunction": ACTIVATIONS[activation],
    }
    return net.operator(getattr(OPS, op), [source], [value(net, [1, *spatial, 3])], ("Pool2DOptions", fields))


def unary(net, op, options=None, shape=(1, 4, 9)):
    return net.operator(getattr(OPS, op), [given(net, shape)], [value(net, shape)], options)


def pair(net, op, left, right, activation=None):
    """`right` is a constant where it is given as a tuple."""
    operands = [given(net, left), constant(net, right, 3) if isinstance(right, tuple) else given(net, right)]
    out = value(net, np.broadcast_shapes(tuple(left), tuple(right)))
    table = {"MAXIMUM": "MaximumMinimumOptions", "MINIMUM": "MaximumMinimumOptions"}
    fields = {} if activation is None else {"fusedActivationFunction": ACTIVATIONS[activation]}
    options = None if op == "PRELU" else (table.get(op, f"{op.capitalize()}Options"), fields)
    return net.operator(getattr(OPS, op), operands, [out], options)


def reduction(net, op, axes, keep):
    shape = (1, 4, 5, 3)
    dropped = {axis % 4 for axis in axes}
    out = value(net, [1 if i in dropped else size for i, size in enumerate(shape) if keep or i not in dropped])
    operands = [given(net, shape), net.constant(axes)]
    return net.operator(getattr(OPS, op), operands, [out], ("ReducerOptions", {"keepDims": keep}))


def pad(net, amounts, filling=None):
    shape = (1, 3, 4, 2)
    out = value(net, [size + sum(amount) for size, amount in zip(shape, amounts)])
    operands = [given(net, shape), net.constant(amounts)]
    if filling is None:
        return net.operator(OPS.PAD, operands, [out], ("PadOptions", {}))
    return net.operator(OPS.PADV2, [*operands, value(net, [1], [filling])], [out], ("PadV2Options", {}))


def transpose(net, permutation):
    shape = (1, 3, 4, 2)
    operands, out = [given(net, shape), net.constant(permutation)], value(net, [shape[i] for i in permutation])
    return net.operator(OPS.TRANSPOSE, operands, [out], ("TransposeOptions", {}))


def concatenate(net, axis):
    shapes = [[1, 2, 3, 2], [1, 2, 3, 2]]
    shapes[1][axis] = 5
    operands = [given(net, shapes[0]), given(net, shapes[1]), constant(net, shapes[0])]
    out = list(shapes[0])
    out[axis] = 2 * shapes[0][axis] + 5
    return net.operator(OPS.CONCATENATION, operands, [value(net, out)], ("ConcatenationOptions", {"axis": axis}))


def resize(net, size, align, half_pixel):
    operands = [given(net, [1, 4, 5, 2]), net.constant(size)]
    fields = {"alignCorners": align, "halfPixelCenters": half_pixel}
    return net.operator(
        OPS.RESIZE_NEAREST_NEIGHBOR, operands, [value(net, [1, *size, 2])], ("ResizeNearestNeighborOptions", fields)
    )


def moved(net, op, shape, out, parameters, options):
    """Of one tensor another; `parameters` are further inputs of integers."""
    operands = [given(net, shape), *(net.constant(values) for values in parameters)]
    return net.operator(getattr(OPS, op), operands, [value(net, out)], options)


def strided(net, begin, end, stride, out, **masks):
    return moved(net, "STRIDED_SLICE", (1, 6, 5, 3), out, [begin, end, stride], ("StridedSliceOptions", masks))


def split(net, axis, count):
    shape = [1, 6, 4, 2]
    part = [size // count if i == axis % 4 else size for i, size in enumerate(shape)]
    outputs = [value(net, part) for _ in range(count)]
    operands = [net.constant(axis, []), given(net, shape)]
    net.operator(OPS.SPLIT, operands, outputs, ("SplitOptions", {"numSplits": count}))
    return outputs


def split_unevenly(net):
    outputs = [value(net, [1, size, 3]) for size in (2, 4, 1)]
    operands = [given(net, [1, 7, 3]), net.constant([2, -1, 1]), net.constant(1, [])]
    net.operator(OPS.SPLIT_V, operands, outputs, ("SplitVOptions", {"numSplits": 3}))
    return outputs


def pack(net, axis):
    out = [3, 4]
    out.insert(axis % 3, 3)
    operands = [given(net, [3, 4]), constant(net, [3, 4]), given(net, [3, 4])]
    return net.operator(OPS.PACK, operands, [value(net, out)], ("PackOptions", {"axis": axis, "valuesCount": 3}))


def unpack(net, axis):
    shape = [2, 3, 4]
    count = shape.pop(axis % 3)
    outputs = [value(net, shape) for _ in range(count)]
    net.operator(OPS.UNPACK, [given(net, [2, 3, 4])], outputs, ("UnpackOptions", {"axis": axis, "num": count}))
    return outputs


def moving_cases():
    yield "SLICE", lambda net: moved(net, "SLICE", (1, 6, 5, 3), (1, 2, 5, 2), [[0, 3, 0, 1], [1, 2, -1, 2]], None)
    yield "STRIDED_SLICE", lambda net: strided(net, [0, 1, 0, 0], [1, 6, 5, 3], [1, 2, 2, 1], [1, 3, 3, 3])
    yield "STRIDED_SLICE backwards", lambda net: strided(
        net, [0, -1, 0, 0], [1, 0, 3, 3], [1, -2, 1, 1], [1, 3, 3, 3], beginMask=1, endMask=2
    )
    yield "STRIDED_SLICE shrinking", lambda net: strided(
        net, [0, 4, 0], [0, 5, 5], [1, 1, 3], [1, 2, 3], endMask=1, shrinkAxisMask=2
    )
    for axis, count in ((1, 3), (-1, 2)):
        yield f"SPLIT {axis}", lambda net, axis=axis, count=count: split(net, axis, count)
    yield "SPLIT_V", split_unevenly
    for axis in (0, -1):
        yield f"PACK {axis}", lambda net, axis=axis: pack(net, axis)
        yield f"UNPACK {axis}", lambda net, axis=axis: unpack(net, axis)
    yield "GATHER", lambda net: moved(
        net, "GATHER", (1, 5, 3), (1, 2, 2, 3), [[[4, 0], [2, 2]]], ("GatherOptions", {"axis": 1})
    )
    for name, mode, count in (("reflect", 0, 2), ("symmetric", 1, 3)):
        paddings, options = [[0, 0], [count, 1], [0, count], [0, 0]], ("MirrorPadOptions", {"mode": mode})
        yield f"MIRROR_PAD {name}", lambda net, p=paddings, o=options, n=count: moved(
            net, "MIRROR_PAD", (1, 3, 4, 2), (1, 4 + n, 4 + n, 2), [p], o
        )
    yield "TILE", lambda net: moved(net, "TILE", (1, 2, 3, 2), (1, 4, 3, 6), [[1, 2, 1, 3]], ("TileOptions", {}))
    yield "BROADCAST_TO", lambda net: moved(
        net, "BROADCAST_TO", (1, 1, 3), (2, 4, 3), [[2, 4, 3]], ("BroadcastToOptions", {})
    )
    yield "REVERSE_V2", lambda net: moved(net, "REVERSE_V2", (1, 4, 3, 2), (1, 4, 3, 2), [[1]], ("ReverseV2Options", {}))
    yield "SPACE_TO_DEPTH", lambda net: moved(
        net, "SPACE_TO_DEPTH", (1, 4, 6, 3), (1, 2, 3, 12), [], ("SpaceToDepthOptions", {"blockSize": 2})
    )
    yield "DEPTH_TO_SPACE", lambda net: moved(
        net, "DEPTH_TO_SPACE", (1, 2, 3, 18), (1, 6, 9, 2), [], ("DepthToSpaceOptions", {"blockSize": 3})
    )
    yield "SQUEEZE", lambda net: moved(
        net, "SQUEEZE", (1, 3, 1, 4), (3, 1, 4), [], ("SqueezeOptions", {"squeezeDims": np.asarray([0], np.int32)})
    )
    yield "EXPAND_DIMS", lambda net: moved(net, "EXPAND_DIMS", (3, 4), (3, 4, 1), [[-1]], ("ExpandDimsOptions", {}))


def bilinear(net, size, align, half_pixel):
    operands = [given(net, [1, 4, 5, 2]), net.constant(size)]
    fields = {"alignCorners": align, "halfPixelCenters": half_pixel}
    return net.operator(
        OPS.RESIZE_BILINEAR, operands, [value(net, [1, *size, 2])], ("ResizeBilinearOptions", fields)
    )


def transposed(net, padding, size, stride, bias):
    shape = [1, *(4 * s if padding == "same" else 3 * s + k for s, k in zip(stride, size)), 5]
    source = given(net, [1, 4, 4, 3])
    operands = [net.constant(shape), constant(net, [5, *size, 3]), source]
    if bias:
        operands.append(constant(net, [5]))
    fields = {"padding": PADDINGS[padding], "strideH": stride[0], "strideW": stride[1]}
    return net.operator(OPS.TRANSPOSE_CONV, operands, [value(net, shape)], ("TransposeConvOptions", fields))


def grouped(net, groups, padding):
    source = given(net, [1, 7, 6, 2 * groups])
    operands = [source, constant(net, [3 * groups, 3, 3, 2]), constant(net, [3 * groups])]
    out = value(net, [1, *(window(s, 3, 2, 1, padding) for s in (7, 6)), 3 * groups])
    fields = {"padding": PADDINGS[padding], "strideH": 2, "strideW": 2}
    return net.operator(OPS.CONV_2D, operands, [out], ("Conv2DOptions", fields))


def reshape(net):
    out = value(net, [1, 6, 2])
    options = ("ReshapeOptions", {"newShape": np.asarray([1, 6, 2], np.int32)})
    return net.operator(OPS.RESHAPE, [given(net, [1, 3, 4]), net.constant([1, 6, 2])], [out], options)


def places(net, op, kind, shape, axis, out):
    """Where along an axis the extremum lies."""
    table = {"ARG_MAX": "ArgMaxOptions", "ARG_MIN": "ArgMinOptions"}[op]
    operands = [given(net, shape), net.constant(axis, [])]
    return net.operator(
        getattr(OPS, op), operands, [net.tensor(out, kind=kind)], (table, {"outputType": TYPES[kind][0]})
    )


def row_cases():
    yield "LOG_SOFTMAX", lambda net: unary(net, "LOG_SOFTMAX", ("LogSoftmaxOptions", {}))
    yield "L2_NORMALIZATION", lambda net: unary(net, "L2_NORMALIZATION", ("L2NormOptions", {}))
    for op in ("ARG_MAX", "ARG_MIN"):
        yield op, lambda net, op=op: places(net, op, "int32", (2, 3, 7), -1, (2, 3))
        yield f"{op} 1, int64", lambda net, op=op: places(net, op, "int64", (1, 5, 4), 1, (1, 4))


def all_cases():
    for index in range(24):
        yield f"convolution {index}", lambda net: convolution(net, False)
    for index in range(24):
        yield f"depthwise {index}", lambda net: convolution(net, True)
    yield "fully connected", lambda net: fully_connected(net, 1, "none")
    yield "fully connected, batched", lambda net: fully_connected(net, 5, "relu")
    for op in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        yield f"{op} same", lambda net, op=op: pool(net, op, (3, 2), (2, 1), "same", "relu6")
        yield f"{op} valid", lambda net, op=op: pool(net, op, (2, 3), (2, 2), "valid", "none")
    for op in ("RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "LOGISTIC", "TANH", "ABS", "ELU", "HARD_SWISH"):
        yield op, lambda net, op=op: unary(net, op)
    yield "LEAKY_RELU", lambda net: unary(net, "LEAKY_RELU", ("LeakyReluOptions", {"alpha": 0.125}))
    yield "SOFTMAX", lambda net: unary(net, "SOFTMAX", ("SoftmaxOptions", {"beta": 1.0}))
    yield "SOFTMAX beta", lambda net: unary(net, "SOFTMAX", ("SoftmaxOptions", {"beta": 0.5}), (3, 5))
    for op in ("ADD", "SUB", "MUL"):
        yield f"{op} alike", lambda net, op=op: pair(net, op, [1, 3, 4, 2], [1, 3, 4, 2], "relu")
        yield f"{op} broadcast", lambda net, op=op: pair(net, op, [1, 3, 1, 2], [1, 1, 4, 1], "none")
        yield f"{op} constant", lambda net, op=op: pair(net, op, [1, 3, 4, 2], (2,), "relu-n1-to-1")
    for op in ("MAXIMUM", "MINIMUM"):
        yield f"{op}", lambda net, op=op: pair(net, op, [1, 3, 4, 2], [1, 1, 4, 1])
    yield "PRELU", lambda net: pair(net, "PRELU", [1, 3, 4, 2], (1, 1, 2))
    for axes, keep in (([1, 2], False), ([1, 2], True), ([-1], True), ([2], False)):
        for op in ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"):
            yield f"{op} {axes} {keep}", lambda net, a=axes, k=keep, op=op: reduction(net, op, a, k)
    yield "PAD", lambda net: pad(net, [(0, 0), (1, 2), (0, 3), (1, 0)])
    yield "PADV2", lambda net: pad(net, [(0, 0), (2, 1), (1, 0), (0, 1)], -1.5)
    yield "TRANSPOSE", lambda net: transpose(net, [0, 3, 1, 2])
    for axis in (1, 2, 3):
        yield f"CONCATENATION {axis}", lambda net, axis=axis: concatenate(net, axis)
    for align, half in ((False, False), (True, False), (False, True)):
        yield f"RESIZE_NEAREST_NEIGHBOR {align} {half}", lambda net, a=align, h=half: resize(net, (7, 3), a, h)
    yield "RESHAPE", reshape
    yield from moving_cases()
    for align, half in ((False, False), (True, False), (False, True)):
        yield f"RESIZE_BILINEAR {align} {half}", lambda net, a=align, h=half: bilinear(net, (7, 3), a, h)
    yield "TRANSPOSE_CONV same", lambda net: transposed(net, "same", (3, 4), (2, 2), True)
    yield "TRANSPOSE_CONV valid", lambda net: transposed(net, "valid", (2, 3), (1, 2), False)
    yield "convolution in 2 groups", lambda net: grouped(net, 2, "same")
    yield "convolution in 4 groups", lambda net: grouped(net, 4, "valid")
    yield from row_cases()


def text(values):
    return base64.b64encode(np.ascontiguousarray(values, np.float32).tobytes()).decode()


def make_case(name, body):
    net = Network(f"float {name}", name)
    made = body(net)
    net.outputs = made if isinstance(made, list) else [made]
    model = net.to_bytes()
    samples = [[real(net, math.prod(net.shape(i))).reshape(net.shape(i)) for i in net.inputs] for _ in range(SAMPLES)]
    without_reference = {OPS.ELU, OPS.BROADCAST_TO} & set(net.codes)
    resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if without_reference else OpResolverType.BUILTIN_REF
    interpreter = Interpreter(model_content=model, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    outputs = [[] for _ in net.outputs]
    for sample in samples:
        for detail, values in zip(interpreter.get_input_details(), sample, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        for values, detail in zip(outputs, interpreter.get_output_details(), strict=True):
            values.append(interpreter.get_tensor(detail["index"]))
    return {
        "name": name,
        "model": base64.b64encode(model).decode(),
        "samples": SAMPLES,
        # For each input its samples back to back, and so for the outputs.
        "inputs": [text([sample[i] for sample in samples]) for i in range(len(net.inputs))],
        "outputs": [text(values) for values in outputs],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    cases = [make_case(name, body) for name, body in all_cases()]
    arguments.out.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    print(f"{len(cases)} cases; " + ", ".join(f"{p} {version(p)}" for p in ("ai-edge-litert", "numpy", "flatbuffers")))


if __name__ == "__main__":
    main()
