"""Checkpoints: written whole or not at all, and refused by another configuration."""

import hashlib
import json
import os
import pickle
from pathlib import Path

import torch

from failures import Failure


def digest(*parts):
    """Of plain values: what a checkpoint belongs to."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def write_whole(path, write):
    """Calls `write(temporary path)` and gives the file its name only when it is complete and on the disk."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        write(temporary)
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path, value):
    write_whole(path, lambda temporary: temporary.write_text(json.dumps(value, indent=2) + "\n"))


def save(path, state):
    write_whole(path, lambda temporary: torch.save(state, temporary))


def load(path, configuration):
    """The state saved for this configuration (a digest), or None where nothing was saved yet."""
    if not Path(path).exists():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        reason = str(error).split(".")[0]
        raise Failure(f"{path}: not a readable checkpoint ({reason}): remove it to start again") from error
    if state["configuration"] != configuration:
        raise Failure(f"{path}: made with another space, recipe, seed or data: give another --out, or remove it")
    return state
