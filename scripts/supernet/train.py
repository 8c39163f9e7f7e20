#!/usr/bin/env python3
"""Trains a super-network and exports it for `mcunet search`.

python train.py --space space.json --recipe recipe.json --data training.npz --validation validation.npz --out DIR
torchrun --nproc-per-node 8 train.py ...   # several GPUs; --nnodes for several machines

Killed at any moment, the same command goes on from the last checkpoint in DIR.
"""

import argparse
from pathlib import Path

import torch

from data import Images
from export import export
from failures import run
from network import SuperNetwork
from recipe import read_recipe
from schedule import shrinking_phases
from space import read_space
from training import Training, prepare
from workers import Workers


def count(text):
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return int(text)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--space", required=True, help="the space, as `mcunet search` writes it")
    parser.add_argument("--recipe", required=True, help="steps, learning rates and augmentation")
    parser.add_argument("--data", required=True, help="training images: .npz, or a folder with images.npy, labels.npy")
    parser.add_argument("--validation", help="images to report accuracy on, never trained on")
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoint, log and the exported files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), help="without it the GPU where there is one")
    parser.add_argument("--threads", type=count, help="networks of a step side by side; without it one for each core")
    parser.add_argument("--save-every", type=int, default=200, metavar="STEPS", help="between checkpoints")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser.parse_args()


def load_images(arguments, space, recipe):
    images = Images.read(arguments.data, space, recipe.normalisation)
    validation = arguments.validation and Images.read(arguments.validation, space, recipe.normalisation)
    return images, validation


def describe(arguments, recipe, training):
    """The record in supernet.json: nothing in it depends on when or how fast the training ran."""
    return {
        "seed": arguments.seed,
        "recipe": recipe.record(),
        "phases": [{"name": phase.name, "steps": phase.steps} for phase in training.phases],
        "images": len(training.images),
        "processes": training.workers.count,
        "device": training.workers.device.type,
        "torch": torch.__version__,
        "validation": training.history,
    }


def main():
    arguments = parse_arguments()
    # An operation of several threads adds in another order, so that the result would depend on their number.
    prepare(arguments.seed, threads=1)
    space, recipe = read_space(arguments.space), read_recipe(arguments.recipe)
    images, validation = load_images(arguments, space, recipe)
    workers = Workers(arguments.device)
    network = SuperNetwork(space).to(workers.device, memory_format=torch.channels_last)
    phases = shrinking_phases(space, recipe)
    threads = arguments.threads or workers.own_cores()
    training = Training(
        network, phases, recipe, images, seed=arguments.seed, workers=workers, threads=threads, validation=validation
    )
    training.run(arguments.out / "checkpoint.pt", arguments.save_every, arguments.quiet)
    if workers.leads:
        export(network, arguments.out, images.normalisation(), describe(arguments, recipe, training))
    workers.close()


if __name__ == "__main__":
    run(main)
