#!/usr/bin/env python3
"""How well a super-network ranks its networks: some are trained alone and compared with their shared weights.

python rank.py --supernet DIR --networks 14 --steps 3000 --space space.json --recipe recipe.json \
    --data training.npz --validation validation.npz --out study

The networks are drawn as the search draws its first ones, none twice; `--include` adds others. Writes
study/ranking.json: for each network the accuracy after training alone, and, in floating point, with shared weights;
and Kendall's tau of the two. Goes on where it was stopped. `--part 1/2` and `--part 2/2` divide the networks between
two processes; run without `--part` afterwards, it collects them.
"""

import argparse
import random
from pathlib import Path

from safetensors.torch import load_file

from checkpoint import write_json
from evaluate import accuracy
from export import TENSORS
from failures import Failure, run
from network import SuperNetwork
from schedule import stage_choices
from space import parse_genotype, print_genotype, read_json
from train_alone import add_task_arguments, read_task, train_alone
from training import prepare
from workers import Workers


def draw_networks(space, count, seed):
    """`count` different networks of the whole space: depths, kernels and expansions each equally likely."""
    stages, choose = stage_choices(space), random.Random(f"ranking/{seed}").choice
    networks = {}
    for _ in range(100 * count):
        if len(networks) == count:
            break
        genotype = tuple(stage.pick(choose) for stage in stages)
        networks[print_genotype(genotype)] = genotype
    return list(networks)


def kendall_tau(pairs):
    """Tau-b: pairs in the same order less pairs in the opposite one, ties counted out on their side."""
    same = opposite = ties_a = ties_b = 0
    for i, (a, b) in enumerate(pairs):
        for c, d in pairs[:i]:
            product = (a - c) * (b - d)
            same, opposite = same + (product > 0), opposite + (product < 0)
            ties_a, ties_b = ties_a + (a == c and b != d), ties_b + (b == d and a != c)
    weight = ((same + opposite + ties_a) * (same + opposite + ties_b)) ** 0.5
    return (same - opposite) / weight if weight else 0.0


def load_supernet(folder, space):
    if read_json(folder / "supernet.json")["space"] != space.source:
        raise Failure(f"{folder}: the super-network is of another space")
    network = SuperNetwork(space)
    network.load_state_dict(load_file(folder / TENSORS))
    return network


def shared_accuracy(network, text, task, device):
    return accuracy(network, parse_genotype(task.space, text), task.images, task.validation, device)


def alone_accuracy(text, task, arguments, workers):
    """Trained now, or read from an earlier run with the same number of steps."""
    place = arguments.out / text.replace("|", "_")
    result = place / "alone.json"
    if result.exists() and (known := read_json(result))["steps"] == arguments.steps:
        return known["accuracy"]
    reached = train_alone(
        parse_genotype(task.space, text),
        arguments.steps,
        task,
        seed=arguments.seed,
        workers=workers,
        checkpoint_path=place / "checkpoint.pt",
        quiet=arguments.quiet,
    )
    write_json(result, {"network": text, "steps": arguments.steps, "accuracy": reached})
    (place / "checkpoint.pt").unlink()
    return reached


def parse_part(text):
    part, parts = (int(number) for number in text.split("/"))
    if not 1 <= part <= parts:
        raise ValueError(text)
    return part, parts


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--supernet", required=True, type=Path, help="folder of the exported super-network")
    parser.add_argument("--networks", type=int, default=14)
    parser.add_argument("--include", nargs="*", default=[], metavar="NETWORK", help="networks to add")
    parser.add_argument("--part", type=parse_part, metavar="I/N", help="only every Nth network, from the Ith")
    add_task_arguments(parser)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    prepare(arguments.seed, arguments.threads)
    task, workers = read_task(arguments), Workers(arguments.device)
    supernet = load_supernet(arguments.supernet, task.space).to(workers.device)
    networks = draw_networks(task.space, arguments.networks, arguments.seed) + arguments.include
    if arguments.part:
        part, parts = arguments.part
        for text in networks[part - 1 :: parts]:
            alone_accuracy(text, task, arguments, workers)
        return
    rows = []
    for text in networks:
        row = {"network": text, "sharedFloat": shared_accuracy(supernet, text, task, workers.device)}
        row["alone"] = alone_accuracy(text, task, arguments, workers)
        rows.append(row)
        print(f"{text}: shared {row['sharedFloat']:.4f}, alone {row['alone']:.4f}", flush=True)
    tau = kendall_tau([(row["sharedFloat"], row["alone"]) for row in rows])
    result = {
        "seed": arguments.seed,
        "steps": arguments.steps,
        "validationImages": len(task.validation),
        "kendallTau": round(tau, 4),
        "networks": rows,
    }
    write_json(arguments.out / "ranking.json", result)
    print(f"Kendall's tau {tau:.3f} over {len(rows)} networks")


if __name__ == "__main__":
    run(main)
