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
from importlib.metadata import version
from pathlib import Path

import numpy as np
from networks.oracles import joined, litert, micro
from operator_fixtures.cases import all_cases
from operator_fixtures.network import OP_NAMES, Network

FOLDER = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "operators"
# TensorFlow Lite Micro clamps RELU6 but does not rescale it, which is wrong where input and output scales differ.
LITERT_ORACLE = {"relu6-rescale"}
SETS = ["random", "random", "random", "minimum", "maximum", "ramp", "alternating", "zero point"]
PAIR_SETS = [*SETS, "minimum against maximum", "maximum against minimum"]


def input_set(net, kind, position, index):
    """One input of one set; `position` is the input's place among the network's inputs."""
    count, shape = math.prod(net.shape(index)), net.shape(index)
    if net.is_float(index):
        return (input_values(net, kind, position, count, 0) / np.float32(29)).astype(np.float32).reshape(shape)
    zero = net.quantization(index)[1] if net.tensors[index].quantization is not None else 0
    if net.kind(index) == "int16":
        return input_values(net, kind, position, count, zero, 16).astype(np.int16).reshape(shape)
    values = input_values(net, kind, position, count, zero)
    return in_type(net, net.kind(index), values).reshape(shape)


def in_type(net, kind, values):
    """Values of int8 spread over the range of a type, its ends at their ends."""
    if kind == "uint8":
        return (values + 128).astype(np.uint8)
    if kind == "int8":
        return values.astype(np.int8)
    # 23 bits: what is scaled to fewer bits stays inside an int32.
    bits = 15
    lower = np.where(values == 127, 2**bits - 1, np.where(values == -128, 0, net.draw(values.size, 0, 2**bits - 1)))
    return (values * 2**bits + lower).astype(np.int32)


def input_values(net, kind, position, count, zero, bits=8):
    if " against " in kind:
        kind = kind.split(" against ")[position % 2]
    places = np.arange(count)
    end = 1 << (bits - 1)
    step = 1 if bits == 8 else 251
    return {
        "random": lambda: net.draw(count, -end, end - 1),
        "minimum": lambda: np.full(count, -end),
        "maximum": lambda: np.full(count, end - 1),
        "zero point": lambda: np.full(count, zero),
        "ramp": lambda: (places * (1 + 6 * position) * step) % (2 * end) - end,
        "alternating": lambda: np.where((places + position) % 2 == 0, -end, end - 1),
    }[kind]()


def compare(ours, theirs):
    """How LiteRT's reference kernels stand to TensorFlow Lite Micro's on one case."""
    pairs = [
        (np.ravel(a).astype(np.float64), np.ravel(b).astype(np.float64))
        for left, right in zip(ours, theirs, strict=True)
        for a, b in zip(left, right, strict=True)
    ]
    gaps = np.concatenate([np.abs(a - b) for a, b in pairs])
    return {"differing": int(np.count_nonzero(gaps)), "of": int(gaps.size), "largest": float(gaps.max())}


def describe(net, index):
    tensor = net.tensors[index]
    entry = {
        "name": tensor.name,
        "type": net.kind(index),
        "shape": [int(size) for size in tensor.shape],
    }
    if tensor.quantization is not None:
        entry["scale"], entry["zeroPoint"] = net.quantization(index)
    return entry


def make_case(folder, name, note, body):
    net = Network(name, note, "int16" if name.endswith("-int16") else "int8")
    outputs = body(net)
    net.outputs = list(outputs) if isinstance(outputs, tuple) else [outputs]
    model = net.to_bytes()
    kinds = ["ramp"] if name.endswith("-exhaustive") else PAIR_SETS if len(net.inputs) > 1 else SETS
    sets = [[input_set(net, kind, position, index) for position, index in enumerate(net.inputs)] for kind in kinds]
    oracle = litert if name in LITERT_ORACLE else micro
    expected = oracle(model, sets, len(net.outputs))
    case = {
        "name": name,
        "note": note,
        "oracle": "litert-reference" if name in LITERT_ORACLE else "tflite-micro",
        "operators": sorted({OP_NAMES[operator_code] for operator_code in net.codes}),
        "sets": kinds,
        "inputs": [describe(net, index) for index in net.inputs],
        "outputs": [describe(net, index) for index in net.outputs],
    }
    other, other_name = (micro, "tflite-micro") if name in LITERT_ORACLE else (litert, "litert-reference")
    try:
        comparison = compare(expected, other(model, sets, len(net.outputs)))
    except (RuntimeError, ValueError) as error:
        comparison = {"refused": str(error).splitlines()[0]}
    case["compared"] = {"with": other_name, **comparison}
    target = folder / name
    target.mkdir(parents=True)
    (target / "model.tflite").write_bytes(model)
    (target / "inputs.bin").write_bytes(joined(sets))
    (target / "outputs.bin").write_bytes(joined(expected))
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
    print(
        f"{made} cases; "
        + ", ".join(f"{p} {version(p)}" for p in ("tflite-micro", "ai-edge-litert", "numpy", "flatbuffers"))
    )


if __name__ == "__main__":
    main()
