#!/usr/bin/env python3
"""Makes the small super-networks that the tests read, and what PyTorch computes with them.

python make_fixtures.py ../../test/fixtures

The weights are random, as are the kernel transformations, so that no mistake hides behind an identity. The
statistics of the batch normalisation are those of the very batch (variance without Bessel's correction).
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from checkpoint import write_json
from data import Images
from evaluate import logits, recomputed_statistics
from export import export
from failures import run
from network import SuperNetwork
from space import parse_genotype, parse_space
from training import prepare

SEED = 5
BATCH = 6
NORMALISATION = {"mean": [120.0, 100.0], "std": [60.0, 50.0]}
SPACES = {
    # Odd and even sizes under stride 2 pad differently; one block keeps its shape and has a shortcut.
    "supernet-tiny": (
        {
            "name": "w0.5-r13x10",
            "input": {"channels": 2, "resolution": [13, 10]},
            "width": 0.5,
            "stem": {"width": 8, "kernel": [3, 3], "stride": [2, 2]},
            "stages": [
                {"width": 8, "stride": [1, 1], "depths": [1], "expands": [1], "kernels": [3]},
                {"width": 16, "stride": [2, 2], "depths": [1, 2], "expands": [1.5, 2, 3], "kernels": [3, 5, 7]},
            ],
            "head": 24,
            "classes": 4,
            "dimensions": 2,
            "divisor": 4,
        },
        ("k3e1|k3e1.5", "k3e1|k5e2,k3e3", "k3e1|k7e3,k7e3"),
    ),
    "supernet-tiny-1d": (
        {
            "name": "w1.0-r20x1",
            "input": {"channels": 2, "resolution": [20, 1]},
            "width": 1,
            "stem": {"width": 4, "kernel": [5, 1], "stride": [2, 1]},
            "stages": [{"width": 4, "stride": [1, 1], "depths": [1, 2], "expands": [2, 4], "kernels": [3, 5, 7]}],
            "head": None,
            "classes": 3,
            "dimensions": 1,
            "divisor": 4,
        },
        ("k3e2", "k7e4,k5e2"),
    ),
}


def make(folder, source, networks):
    space = parse_space(source, folder.name)
    network = SuperNetwork(space)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "weight" not in name:
                parameter += 0.2 * torch.randn(parameter.shape)
    height, width = space.resolution
    draw = np.random.default_rng(SEED)
    pixels = draw.integers(0, 256, (BATCH, height, width, space.input_channels), np.uint8)
    export(network, folder, NORMALISATION, {"seed": SEED, "note": "random weights, for tests"})
    (folder / "images.bin").write_bytes(pixels.tobytes())
    batch, _ = Images(pixels, np.zeros(BATCH), space, NORMALISATION, folder.name).take(slice(None), "cpu")
    results = []
    for text in networks:
        genotype = parse_genotype(space, text)
        answers = logits(network, genotype, batch, recomputed_statistics(network, genotype, batch))
        results.append({"network": text, "logits": [[float(value) for value in row] for row in answers]})
    write_json(
        folder / "expected.json", {"images": {"shape": list(pixels.shape), "type": "uint8"}, "networks": results}
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name, (source, networks) in SPACES.items():
        prepare(SEED, threads=1)
        make(folder / name, source, networks)


if __name__ == "__main__":
    run(main)
