#!/usr/bin/env python3
"""Makes networks as users bring them, int8 by their framework's own converter, with what others compute with them.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/make-networks.requirements.txt
    .venv/bin/python scripts/make-networks.py --out /tmp/networks [--small] [NAME ...]
    node scripts/check-networks.ts /tmp/networks

Each network becomes NAME.gz: the file, sets of inputs and the outputs of all sets, each with its length. What TensorFlow
Lite Micro has no kernel for is computed by LiteRT's reference kernels, ONNX files by ONNX Runtime. `--small` makes the
versions that test/fixtures/networks keeps, `--small --pieces` those of test/fixtures/network-pieces.
"""

import argparse
import gzip
import os
import struct
import zlib
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy
from networks import convert_torch, oracles, pieces, samples, torch_networks

SETS, ONNX_SETS, PIECE_SETS = 8, 3, 2


def packed(parts):
    return gzip.compress(b"".join(struct.pack("<I", len(part)) + part for part in parts), 9, mtime=0)


def make_keras(name, build):
    """The parts of the file, and who computed the outputs."""
    from networks import convert_keras, keras_networks

    model = convert_keras.convert(name, build)
    details, outputs = oracles.input_details(model)
    sets = samples.input_sets(numpy.random.default_rng(zlib.crc32(name.encode()) + 1), details, SETS)
    results = {}
    for oracle in (oracles.litert,) if name in keras_networks.MISREAD_BY_MICRO else (oracles.micro, oracles.litert):
        try:
            results[oracle.__name__] = oracles.joined(oracle(model, sets, outputs))
        except (RuntimeError, ValueError, SystemError) as error:
            print(f"  {oracle.__name__}: {str(error).splitlines()[0]}")
    if not results:
        raise SystemExit(f"nobody runs {name}")
    expected = results.get("micro", results.get("litert"))
    agreement = "" if len(results) < 2 else f", LiteRT {'agrees' if len(set(results.values())) == 1 else 'differs'}"
    return [model, oracles.joined(sets), expected], f"{next(iter(results))}{agreement}"


def make_torch(name, convert, shape, build):
    """As `make_keras`; inputs and outputs have their channels last, as the files here take them."""
    model = convert(name, shape, build)
    rng = numpy.random.default_rng(zlib.crc32(name.encode()) + 1)
    sets = [convert_torch.channels_first(rng, shape) for _ in range(ONNX_SETS)]
    results = convert_torch.computed(model, sets)
    inputs, outputs = (
        [[convert_torch.channels_last(v) for v in one] for one in of] for of in ([[s] for s in sets], results)
    )
    return [model, oracles.joined(inputs), oracles.joined(outputs)], "ONNX Runtime"


def make_pieces(name, shape, build):
    """What lies between the quantisers of a network, each piece with the integers that it is given."""
    model = convert_torch.convert(name, shape, build)
    rng = numpy.random.default_rng(zlib.crc32(name.encode()) + 1)
    cut = list(pieces.cut(model, [convert_torch.channels_first(rng, shape) for _ in range(PIECE_SETS)]))
    return [part for piece in cut for part in piece], f"{len(cut)} pieces"


def piece_makers(small):
    networks = torch_networks.SMALL_NETWORKS if small else torch_networks.NETWORKS
    # Values of five dimensions lie in no order that can be told from outside.
    return {f"{n}-onnx": (make_pieces, n, *given) for n, given in networks.items() if n != "shufflenet"}


def exported_makers(small):
    torch = torch_networks.SMALL_NETWORKS if small else torch_networks.NETWORKS
    names = [name for name in torch_networks.EXPORTED if name in torch]
    return {f"{n}-exported": (make_torch, n, convert_torch.convert_exported, *torch[n]) for n in names}


def all_makers(small):
    from networks import keras_networks

    keras = keras_networks.SMALL_NETWORKS if small else keras_networks.NETWORKS
    torch = torch_networks.SMALL_NETWORKS if small else torch_networks.NETWORKS
    makers = {name: (make_keras, name, build) for name, build in keras.items()}
    forms = {"onnx": convert_torch.convert, "qlinear-onnx": convert_torch.convert_operators}
    for form, convert in forms.items():
        makers |= {f"{n}-{form}": (make_torch, n, convert, *given) for n, given in torch.items()}
    return makers


def makers_of(arguments):
    if arguments.exported:
        return exported_makers(arguments.small)
    return piece_makers(arguments.small) if arguments.pieces else all_makers(arguments.small)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the networks")
    parser.add_argument("--small", action="store_true", help="the versions that the tests keep")
    parser.add_argument("--exported", action="store_true", help="those of PT2E alone, whose LLVM is not TensorFlow's")
    parser.add_argument("--pieces", action="store_true", help="what lies between the quantisers of PyTorch's alone")
    parser.add_argument("names", nargs="*", help="only these")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    makers = makers_of(arguments)
    for name, (make, *given) in makers.items():
        if arguments.names and name not in arguments.names:
            continue
        parts, told = make(*given)
        (arguments.out / f"{name}.gz").write_bytes(packed(parts))
        print(f"{name}: {len(parts[0])} B, {told}", flush=True)


if __name__ == "__main__":
    main()
