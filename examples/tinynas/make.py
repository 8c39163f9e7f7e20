#!/usr/bin/env python3
"""Remakes the example: pictures, super-network, and the study of how well it ranks its networks.

python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
.venv/bin/python make.py              # pictures and super-network
.venv/bin/python make.py data         # calibration.npz, search.npz and evaluation.npz
.venv/bin/python make.py supernet     # supernet/, trained from scratch; goes on where it was stopped
.venv/bin/python make.py study        # ranking.json: networks trained alone beside their shared weights; needs Node 24

What need not be kept lies in build/tinynas of the repository.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from defects import draw_many

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK, SCRIPTS = ROOT / "build" / "tinynas", ROOT / "scripts" / "supernet"
SEED = 11
TRAINING, VALIDATION, CALIBRATION, SEARCH, EVALUATION = range(5)
SHIPPED = {"calibration": (CALIBRATION, 125), "search": (SEARCH, 1000), "evaluation": (EVALUATION, 800)}
DRAWN = {"training": (TRAINING, 20000), "validation": (VALIDATION, 4000)}
ALONE_STEPS, ALONE_NETWORKS = 4000, 14


def make_data():
    for name, (split, count) in SHIPPED.items():
        images, labels = draw_many(SEED, split, count)
        np.savez_compressed(HERE / f"{name}.npz", images=images, labels=labels)


def draw_training_data():
    WORK.mkdir(parents=True, exist_ok=True)
    for name, (split, count) in DRAWN.items():
        if not (WORK / f"{name}.npz").exists():
            images, labels = draw_many(SEED, split, count)
            np.savez(WORK / f"{name}.part.npz", images=images, labels=labels)
            os.replace(WORK / f"{name}.part.npz", WORK / f"{name}.npz")


def common_arguments():
    files = {
        "space": HERE / "space.json",
        "recipe": HERE / "recipe.json",
        "data": WORK / "training.npz",
        "validation": WORK / "validation.npz",
    }
    return [text for name, path in files.items() for text in (f"--{name}", str(path))]


def make_supernet():
    draw_training_data()
    command = [sys.executable, str(SCRIPTS / "train.py"), *common_arguments(), "--out", str(WORK / "supernet")]
    subprocess.run([*command, "--seed", str(SEED)], check=True)
    (HERE / "supernet").mkdir(exist_ok=True)
    for name in ("supernet.safetensors", "supernet.json"):
        shutil.copyfile(WORK / "supernet" / name, HERE / "supernet" / name)


def make_study():
    """Two processes of one thread each use two cores better than one of two threads."""
    draw_training_data()
    command = [sys.executable, str(SCRIPTS / "rank.py"), *common_arguments(), "--supernet", str(HERE / "supernet")]
    command += ["--steps", str(ALONE_STEPS), "--networks", str(ALONE_NETWORKS), "--out", str(WORK / "study")]
    command += ["--seed", str(SEED), "--threads", "1", "--quiet", "--device", "cpu"]
    parts = [subprocess.Popen([*command, "--part", f"{part}/2"]) for part in (1, 2)]
    if any([part.wait() for part in parts]):
        sys.exit("the study stopped; the same command goes on")
    subprocess.run(command, check=True)
    shutil.copyfile(WORK / "study" / "ranking.json", HERE / "ranking.json")
    # The same networks in int8, measured as the search measures candidates.
    subprocess.run(
        ["node", str(ROOT / "scripts/rank-supernet.ts"), str(HERE), str(WORK / "validation.npz")], check=True
    )


STEPS = {"data": make_data, "supernet": make_supernet, "study": make_study}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"any of {', '.join(STEPS)}; none: data, supernet")
    chosen = parser.parse_args().steps or ["data", "supernet"]
    for step in chosen:
        if step not in STEPS:
            parser.error(f"no step '{step}'; the steps are {', '.join(STEPS)}")
    for step in chosen:
        STEPS[step]()
