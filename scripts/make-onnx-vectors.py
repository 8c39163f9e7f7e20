#!/usr/bin/env python3
"""Makes random configurations of ONNX's operators, and what ONNX Runtime computes with them.

    .venv/bin/python scripts/make-onnx-vectors.py --count 300 --out vectors.zip [OPERATOR ...]
    node scripts/compare-onnx.ts vectors.zip

Each configuration is a float32 network, and one between QuantizeLinear and DequantizeLinear whose scales follow from what
the float32 network gives, run with ONNX Runtime's graph optimisations off and on. `--count 4` makes
test/fixtures/onnx-operators.zip, for tests that need no Python.
"""

import argparse
import json
import sys
import zlib
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx_fixtures.random_cases import CASES
from onnx_fixtures.record import run, write

SETS = 2


def quantiser(values, kind):
    """Scale and zero point of the whole range, as a calibration finds them."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    scale = numpy.float32((high - low) / 255 or 1)
    info = numpy.iinfo(kind)
    zero = numpy.clip(round(info.min - low / float(scale)), info.min, info.max)
    return scale, kind(zero)


def build(case, ends=None, kind=numpy.uint8):
    """The network; between quantisers where `ends` gives those of the input and the output."""
    nodes, constants = [], []
    def constant(name, values):
        constants.append(numpy_helper.from_array(numpy.asarray(values), name))
        return name
    def quantised(value, part):
        scale, zero = ends[part]
        given = [constant(f"{value}.scale", scale), constant(f"{value}.zero", zero)]
        nodes.append(helper.make_node("QuantizeLinear", [value, *given], [f"{value}.q"]))
        nodes.append(helper.make_node("DequantizeLinear", [f"{value}.q", *given], [f"{value}.dq"]))
        return f"{value}.dq"
    last = quantised("input", 0) if ends else "input"
    for number, step in enumerate(case.steps):
        given = [constant(f"c{number}.{place}", values) for place, values in enumerate(step.constants)]
        nodes.append(helper.make_node(step.operator, [last, *given], [f"v{number}"], **step.attributes))
        last = f"v{number}"
    is_whole = case.steps[-1].operator.startswith("Arg")
    if ends and not is_whole:
        last = quantised(last, 1)
    elements = TensorProto.INT64 if is_whole else TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, case.shape)],
        [helper.make_tensor_value_info(last, elements, None)],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def turned(values, order):
    return numpy.ascontiguousarray(values if order is None else values.transpose(order)).astype(numpy.float32).tobytes()


def recorded(name, model, inputs, case):
    path = f"/tmp/{name}.{zlib.crc32(name.encode())}.onnx"
    onnx.save(model, path)
    plain, fast = ([result[0] for result in run(path, inputs, optimised)] for optimised in (False, True))
    files = {
        f"{name}.onnx": Path(path).read_bytes(),
        f"{name}.inputs.bin": b"".join(turned(values, case.turned) for values in inputs),
        f"{name}.plain.bin": b"".join(turned(values, case.turned_output) for values in plain),
    }
    Path(path).unlink()
    optimised = b"".join(turned(values, case.turned_output) for values in fast)
    if optimised != files[f"{name}.plain.bin"]:
        files[f"{name}.optimised.bin"] = optimised
    return files, plain


def configuration(operator, number):
    rng = numpy.random.default_rng([zlib.crc32(operator.encode()), number])
    case = CASES[operator](rng)
    spread = case.spread or rng.choice([0.3, 1, 4])
    inputs = [(rng.standard_normal(case.shape) * spread).astype(numpy.float32) for _ in range(SETS)]
    files, outputs = recorded(f"{operator}-{number}.float", build(case), inputs, case)
    if case.quantised:
        kind = [numpy.uint8, numpy.int8][number % 2]
        ends = [quantiser(numpy.concatenate([v.ravel() for v in values]), kind) for values in (inputs, outputs)]
        files |= recorded(f"{operator}-{number}.qdq", build(case, ends), inputs, case)[0]
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the archive")
    parser.add_argument("--count", type=int, default=300, help="configurations of each operator")
    parser.add_argument("operators", nargs="*", help="only these")
    arguments = parser.parse_args()
    files = {}
    for operator in arguments.operators or CASES:
        for number in range(arguments.count):
            files |= configuration(operator, number)
        print(operator, file=sys.stderr, flush=True)
    files["versions.json"] = json.dumps({"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}).encode()
    write(arguments.out, files)


if __name__ == "__main__":
    main()
