#!/usr/bin/env python3
"""Makes random configurations of every operator, with what TensorFlow Lite Micro's reference kernels make of them.

Each operator gets one gzipped file: for each case the network, its inputs and its outputs, all with their lengths.
`scripts/compare-operators.ts` holds the interpreter and the kernels to them; test/fixtures/operator-vectors keeps a few
of each. LiteRT's reference kernels run beside, and the last line of each operator says how far the two agree.

    .venv/bin/python scripts/make-operator-vectors.py --count 300 --out /tmp/vectors [--only TANH]
"""

import argparse
import gzip
import json
import struct
from importlib import import_module
from pathlib import Path

import numpy as np
from networks import oracles
from operator_fixtures.draw import Draw
from operator_fixtures.network import Network
from operator_fixtures.random_cases import LITERT_ORACLE, NOT_IN_MICRO, RANDOM_CASES, SEQUENTIAL
from operator_fixtures.random_int16 import INT16_CASES

fixtures = import_module("make-operator-fixtures")

FOLDER = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "operator-vectors"
CASES = {"int8": RANDOM_CASES, "int16": INT16_CASES}
KINDS = [["ramp", "random"], ["random", "random"], ["random", "alternating"], ["random", "minimum", "maximum"]]
SEQUENCES = [["random"] * 6, ["random", "maximum", "random", "minimum", "random", "random"], ["ramp", "alternating"] * 2]


def make_case(operator, number, values):
    """The network of one case and its input sets; `None` for what an operator has no kernel for."""
    net = Network(f"{operator} {number}" if values == "int8" else f"{operator} {values} {number}", "", values)
    r = Draw(net)
    outputs = CASES[values][operator](net, r)
    net.outputs = list(outputs) if isinstance(outputs, tuple) else [outputs]
    kinds = r.choose(KINDS if operator not in SEQUENTIAL else SEQUENCES)
    sets = [[fixtures.input_set(net, kind, position, i) for position, i in enumerate(net.inputs)] for kind in kinds]
    return net, sets


def answer(run, model, sets, count):
    try:
        return run(model, sets, count)
    except (RuntimeError, ValueError) as error:
        return str(error).splitlines()[0]


def packed(parts):
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


def make_operator(operator, count, values):
    """The file's bytes, and what is worth telling of how it came about."""
    oracle, other = oracles.micro, oracles.litert
    if operator in LITERT_ORACLE:
        oracle, other = other, oracle
    cases, refused, compared, differing, elements, largest = [], {}, 0, 0, 0, 0.0
    for number in range(count):
        net, sets = make_case(operator, number, values)
        model = net.to_bytes()
        expected = answer(oracle, model, sets, len(net.outputs))
        if isinstance(expected, str):
            refused[expected] = refused.get(expected, 0) + 1
            continue
        cases.append(packed([model, oracles.joined(sets), oracles.joined(expected)]))
        if operator in NOT_IN_MICRO | SEQUENTIAL:
            continue
        beside = answer(other, model, sets, len(net.outputs))
        if isinstance(beside, str):
            continue
        comparison = fixtures.compare(expected, beside)
        compared += 1
        differing += comparison["differing"]
        elements += comparison["of"]
        largest = max(largest, comparison["largest"])
    told = {"cases": len(cases), "refused": refused, "others compared": compared}
    told |= {"differing": differing, "of": elements, "largest": largest}
    return gzip.compress(b"".join(cases), 9, mtime=0), told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--values", choices=CASES, default="int8", help="type of activations")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--only", nargs="*", default=[])
    arguments = parser.parse_args()
    values = arguments.values
    out, variant = arguments.out or FOLDER, "" if values == "int8" else f".{values}"
    out.mkdir(parents=True, exist_ok=True)
    for operator in arguments.only or CASES[values]:
        data, told = make_operator(operator, arguments.count, values)
        (out / f"{operator}{variant}.gz").write_bytes(data)
        print(f"{operator:24} {len(data):7} bytes  {json.dumps(told)}", flush=True)


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
