"""Writes a super-network as the search reads it: supernet.safetensors and supernet.json beside it."""

import torch
from safetensors.torch import save

from checkpoint import write_json, write_whole
from failures import Failure
from network import EPSILON, MOMENTUM

TENSORS = "supernet.safetensors"


def export(network, folder, normalisation, record):
    """`normalisation`: mean and std of each input channel; `record`: how it was trained, for readers."""
    state = network.state_dict()
    tensors = {name: state[name].detach().to("cpu", torch.float32).contiguous() for name in sorted(state)}
    broken = [name for name, tensor in tensors.items() if not torch.isfinite(tensor).all()]
    if broken:
        raise Failure(f"{broken[0]} holds numbers that are not finite: train again with lower learning rates")
    write_whole(folder / TENSORS, lambda temporary: temporary.write_bytes(save(tensors)))
    document = {
        "format": "mcunet-supernet",
        "version": 1,
        "space": network.space.source,
        "normalisation": normalisation,
        "batchNorm": {"eps": EPSILON, "momentum": MOMENTUM},
        "tensors": TENSORS,
        "training": record,
    }
    # The description comes last: where it is, its tensors are whole.
    write_json(folder / "supernet.json", document)
