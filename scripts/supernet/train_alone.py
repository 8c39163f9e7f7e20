#!/usr/bin/env python3
"""Trains one network of the space from scratch, with the recipe of the super-network but no teacher.

python train_alone.py --network 'k3e1|k5e6,k7e3' --steps 3000 --space space.json --recipe recipe.json \
    --data training.npz --validation validation.npz --out DIR

Writes DIR/alone.json with its accuracy: what the network is worth when it shares its weights with no other.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

from checkpoint import write_json
from data import Images
from evaluate import accuracy
from failures import run
from network import SuperNetwork
from recipe import Recipe, read_recipe
from schedule import alone_phase
from space import Space, parse_genotype, print_genotype, read_space
from training import Training, prepare
from workers import Workers


class Task(NamedTuple):
    """What networks are trained for."""

    space: Space
    recipe: Recipe
    images: Images
    validation: Images


def read_task(arguments):
    space, recipe = read_space(arguments.space), read_recipe(arguments.recipe)
    files = (arguments.data, arguments.validation)
    return Task(space, recipe, *(Images.read(path, space, recipe.normalisation) for path in files))


def train_alone(genotype, steps, task, *, seed, workers, checkpoint_path, quiet=False):
    """Accuracy on the validation images after training with no other network."""
    network = SuperNetwork(task.space.reduced_to(genotype)).to(workers.device)
    phases = (alone_phase(genotype, steps, task.recipe.learning_rate["full"]),)
    training = Training(network, phases, task.recipe, task.images, seed=seed, workers=workers)
    training.run(checkpoint_path, 500, quiet)
    return accuracy(network, genotype, task.images, task.validation, workers.device)


def add_task_arguments(parser):
    parser.add_argument("--steps", type=int, required=True, help="of training, for each network")
    parser.add_argument("--space", required=True, help="the space, as `mcunet search` writes it")
    parser.add_argument("--recipe", required=True, help="batch, learning rate ('full') and augmentation")
    parser.add_argument("--data", required=True, help="training images")
    parser.add_argument("--validation", required=True, help="images to report accuracy on")
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoint and result")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), help="without it the GPU where there is one")
    parser.add_argument("--threads", type=int, help="processor threads")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", required=True, help="as the search's report writes it: k3e1|k5e6,k7e3")
    add_task_arguments(parser)
    arguments = parser.parse_args()
    prepare(arguments.seed, arguments.threads)
    task, workers = read_task(arguments), Workers(arguments.device)
    genotype = parse_genotype(task.space, arguments.network)
    reached = train_alone(
        genotype,
        arguments.steps,
        task,
        seed=arguments.seed,
        workers=workers,
        checkpoint_path=arguments.out / "checkpoint.pt",
        quiet=arguments.quiet,
    )
    if workers.leads:
        result = {"network": print_genotype(genotype), "steps": arguments.steps, "accuracy": reached}
        write_json(arguments.out / "alone.json", result)
        print(f"accuracy {reached:.4f} on {len(task.validation)} images")
    workers.close()


if __name__ == "__main__":
    run(main)
