#!/usr/bin/env python3
"""Tests of the training: python tests.py (half a minute on one core).

They need PyTorch, so the project's own tests do not run them; run them after every change in this folder.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

import data
from make_fixtures import SPACES
from network import SuperNetwork, same_padding
from rank import kendall_tau
from recipe import Recipe
from schedule import shrinking_phases
from space import parse_genotype, parse_space, print_genotype

HERE = Path(__file__).resolve().parent
SOURCE, NETWORKS = SPACES["supernet-tiny"]
PHASES = ("full", "kernel", "depth", "width")
RECIPE = {
    "normalisation": {"mean": 128, "std": 64},
    "steps": {"full": 12, "kernel": 9, "depth": 8, "width": 12},
    "learning_rate": dict.fromkeys(PHASES, 1e-3),
    "batch": 8,
    "warmup_steps": 2,
    "augmentation": {"flip_horizontal": True, "shift": [1, 0]},
}


def random_network(seed=0):
    torch.manual_seed(seed)
    network = SuperNetwork(parse_space(SOURCE, "test"))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.1 * torch.randn(parameter.shape)
    return network


class Sharing(unittest.TestCase):
    images = torch.randn(4, 2, 13, 10)

    def test_sorting_channels_changes_no_output_of_trained_widths(self):
        network = random_network()
        genotypes = [parse_genotype(network.space, text) for text in ("k3e1|k7e3,k5e3", "k3e1|k3e2,k3e2")]
        before = [network(self.images, genotype) for genotype in genotypes]
        weight = network.stages[1].blocks[1].project.weight.clone()
        network.sort_channels([(1,), (2, 3)])
        self.assertFalse(torch.equal(weight, network.stages[1].blocks[1].project.weight))
        for expected, genotype in zip(before, genotypes, strict=True):
            torch.testing.assert_close(network(self.images, genotype), expected, atol=1e-5, rtol=1e-5)

    def test_sorting_puts_the_largest_project_weights_first(self):
        network = random_network()
        network.sort_channels([(1,), (3,)])
        importance = network.stages[1].blocks[0].project.weight.abs().sum(dim=(0, 2, 3))
        self.assertTrue(torch.all(importance[1:] <= importance[:-1]))

    def test_a_network_alone_has_the_weights_that_it_uses(self):
        network = random_network()
        genotype = parse_genotype(network.space, "k3e1|k5e2,k3e3")
        alone = SuperNetwork(network.space.reduced_to(genotype))
        shapes = {name: tuple(tensor.shape) for name, tensor in alone.state_dict().items()}
        self.assertEqual(shapes["stages.1.blocks.0.depthwise.weight"], (8, 1, 5, 5))
        self.assertEqual(shapes["stages.1.blocks.1.depthwise.weight"], (24, 1, 3, 3))
        self.assertFalse([name for name in shapes if "transform" in name])

    def test_padding_is_that_of_tensorflow_lite(self):
        self.assertEqual([same_padding(*case) for case in ((10, 3, 2), (9, 3, 2), (10, 5, 1), (7, 1, 2))],
                         [(0, 1), (1, 1), (2, 2), (0, 0)])  # fmt: skip


class Schedule(unittest.TestCase):
    def test_phases_shrink_one_value_at_a_time_down_to_the_whole_space(self):
        phases = shrinking_phases(parse_space(SOURCE, "test"), Recipe(**RECIPE))
        self.assertEqual([phase.name for phase in phases], ["full", "kernel", "depth-2", "width-2", "width-3"])
        self.assertEqual(print_genotype(phases[0].largest), "k3e1|k7e3,k7e3")
        self.assertEqual(print_genotype(phases[-1].largest), "k3e1|k7e3,k7e3")
        self.assertEqual(print_genotype(phases[2].smallest), "k3e1|k3e3")
        self.assertEqual(print_genotype(phases[3].smallest), "k3e1|k3e2")
        self.assertEqual(print_genotype(phases[-1].smallest), "k3e1|k3e1.5")

    def test_the_networks_of_a_step_depend_on_seed_and_step_alone(self):
        phase = shrinking_phases(parse_space(SOURCE, "test"), Recipe(**RECIPE))[-1]
        draws = [phase.networks(seed, step, 6) for seed, step in ((1, 1), (1, 1), (1, 2), (2, 1))]
        self.assertEqual(draws[0], draws[1])
        self.assertNotEqual(draws[0], draws[2])
        self.assertNotEqual(draws[0], draws[3])

    def test_kendall_tau(self):
        # By hand: of six pairs four agree, one disagrees, one is a tie on one side.
        self.assertAlmostEqual(kendall_tau([(1, 1), (2, 3), (3, 2), (3, 4)]), (4 - 1) / (5 * 6) ** 0.5)


class Order(unittest.TestCase):
    def test_workers_divide_the_batch_of_one(self):
        whole = data.BatchOrder(30, 8, seed=3)
        parts = [data.BatchOrder(30, 8, seed=3, worker=worker, workers=2) for worker in range(2)]
        for step in range(9):
            divided = np.sort(np.concatenate([part.indices(step) for part in parts]))
            np.testing.assert_array_equal(divided, whole.indices(step))

    def test_every_epoch_shows_no_image_twice(self):
        order = data.BatchOrder(30, 8, seed=3)
        seen = np.concatenate([order.indices(step) for step in range(3)])
        self.assertEqual(len(set(seen.tolist())), 24)


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        draw = np.random.default_rng(1)
        images = draw.integers(0, 256, (64, 13, 10, 2), np.uint8)
        np.savez(self.root / "data.npz", images=images, labels=np.arange(64) % 4)
        self.write("space.json", SOURCE)
        self.write("recipe.json", RECIPE)

    def write(self, name, value):
        (self.root / name).write_text(json.dumps(value))

    def command(self, out, *launcher, space="space.json", threads="1"):
        files = ("--space", space, "--recipe", "recipe.json", "--data", "data.npz", "--validation", "data.npz")
        settings = ("--out", out, "--device", "cpu", "--threads", threads, "--save-every", "3", "--quiet")
        return [*(launcher or [sys.executable]), str(HERE / "train.py"), *files, *settings]

    def train(self, *arguments, **options):
        command = self.command(*arguments, **options)
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=120)

    def test_a_killed_run_ends_with_the_same_bytes(self):
        self.assertEqual(self.train("whole").returncode, 0)
        checkpoint = self.root / "killed" / "checkpoint.pt"
        process = subprocess.Popen(self.command("killed"), cwd=self.root, stdout=subprocess.DEVNULL)
        while not checkpoint.exists():
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.assertFalse((self.root / "killed" / "supernet.json").exists())
        self.assertEqual(self.train("killed").returncode, 0)
        for name in ("supernet.json", "supernet.safetensors"):
            self.assertEqual((self.root / "whole" / name).read_bytes(), (self.root / "killed" / name).read_bytes())

    def test_any_number_of_threads_gives_the_same_bytes(self):
        for threads in ("1", "3"):
            self.assertEqual(self.train(threads, threads=threads).returncode, 0)
        for name in ("supernet.json", "supernet.safetensors"):
            self.assertEqual((self.root / "1" / name).read_bytes(), (self.root / "3" / name).read_bytes())

    def test_two_processes_train_together(self):
        launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
        result = self.train("two", *launcher)
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads((self.root / "two" / "supernet.json").read_text())
        self.assertEqual(document["training"]["processes"], 2)
        self.assertTrue(
            all(torch.isfinite(t).all() for t in load_file(self.root / "two" / document["tensors"]).values())
        )

    def test_mistakes_are_one_line(self):
        self.write("small.json", {**SOURCE, "input": {"channels": 2, "resolution": [12, 10]}})
        result = self.train("out", space="small.json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "error: data.npz: images are [13, 10, 2], the space wants [12, 10, 2]\n")
        self.train("out")
        self.write("recipe.json", {**RECIPE, "weight_decay": 0.5})
        self.assertRegex(self.train("out").stderr, r"^error: .*made with another space, recipe, seed or data.*\n$")
        self.write("recipe.json", {**RECIPE, "weigth_decay": 0.5})
        self.assertRegex(self.train("out").stderr, r"^error: recipe.json: unknown key 'weigth_decay'.*\n$")


if __name__ == "__main__":
    unittest.main()
