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
from operator_fixtures.network import OPS, Network

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


def mean(net, axes, keep):
    shape = (1, 4, 5, 3)
    dropped = {axis % 4 for axis in axes}
    out = value(net, [1 if i in dropped else size for i, size in enumerate(shape) if keep or i not in dropped])
    operands = [given(net, shape), net.constant(axes)]
    return net.operator(OPS.MEAN, operands, [out], ("ReducerOptions", {"keepDims": keep}))


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


def reshape(net):
    out = value(net, [1, 6, 2])
    options = ("ReshapeOptions", {"newShape": np.asarray([1, 6, 2], np.int32)})
    return net.operator(OPS.RESHAPE, [given(net, [1, 3, 4]), net.constant([1, 6, 2])], [out], options)


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
        yield f"MEAN {axes} {keep}", lambda net, axes=axes, keep=keep: mean(net, axes, keep)
    yield "PAD", lambda net: pad(net, [(0, 0), (1, 2), (0, 3), (1, 0)])
    yield "PADV2", lambda net: pad(net, [(0, 0), (2, 1), (1, 0), (0, 1)], -1.5)
    yield "TRANSPOSE", lambda net: transpose(net, [0, 3, 1, 2])
    for axis in (1, 2, 3):
        yield f"CONCATENATION {axis}", lambda net, axis=axis: concatenate(net, axis)
    for align, half in ((False, False), (True, False), (False, True)):
        yield f"RESIZE_NEAREST_NEIGHBOR {align} {half}", lambda net, a=align, h=half: resize(net, (7, 3), a, h)
    yield "RESHAPE", reshape


def text(values):
    return base64.b64encode(np.ascontiguousarray(values, np.float32).tobytes()).decode()


def make_case(name, body):
    net = Network(f"float {name}", name)
    net.outputs = [body(net)]
    model = net.to_bytes()
    samples = [[real(net, math.prod(net.shape(i))).reshape(net.shape(i)) for i in net.inputs] for _ in range(SAMPLES)]
    without_reference = {OPS.ELU} & set(net.codes)
    resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if without_reference else OpResolverType.BUILTIN_REF
    interpreter = Interpreter(model_content=model, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    outputs = []
    for sample in samples:
        for detail, values in zip(interpreter.get_input_details(), sample, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))
    return {
        "name": name,
        "model": base64.b64encode(model).decode(),
        "samples": SAMPLES,
        # For each input its samples back to back, and so for the output.
        "inputs": [text([sample[i] for sample in samples]) for i in range(len(net.inputs))],
        "output": text(outputs),
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
