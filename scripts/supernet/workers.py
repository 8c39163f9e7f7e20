"""The processes that train together: one alone, or those that torchrun started on one or several machines."""

import os

import torch
import torch.distributed as distributed

from failures import Failure


class Workers:
    """Rank and number of this process, its device, and the average of gradients over all processes."""

    def __init__(self, device=None):
        self.count, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        self.device = self._own_device(device)
        if self.device.type == "cuda":
            torch.cuda.set_device(self.device)
        if self.count > 1:
            distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    def _own_device(self, kind):
        if kind == "cuda" and not torch.cuda.is_available():
            raise Failure("--device cuda: PyTorch finds no GPU here")
        if kind == "cpu" or not torch.cuda.is_available():
            return torch.device("cpu")
        local = int(os.environ.get("LOCAL_RANK", 0))
        if local >= torch.cuda.device_count():
            raise Failure(f"{torch.cuda.device_count()} GPUs here, fewer than processes: lower --nproc-per-node")
        return torch.device("cuda", local)

    @property
    def leads(self):
        return self.rank == 0

    def own_cores(self):
        """Cores of this machine for each of its processes; one where a GPU computes."""
        if self.device.type != "cpu":
            return 1
        return max(1, (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", 1)))

    def share_of(self, batch):
        if batch % self.count:
            raise Failure(f"a batch of {batch} cannot be divided among {self.count} processes")
        return batch // self.count

    def average_gradients(self, network):
        """One message a step. All processes train the same sub-networks, so the same parameters have gradients."""
        if self.count == 1:
            return
        parameters = [parameter for parameter in network.parameters() if parameter.grad is not None]
        flat = torch.cat([parameter.grad.reshape(-1) for parameter in parameters])
        distributed.all_reduce(flat)
        flat /= self.count
        start = 0
        for parameter in parameters:
            parameter.grad.copy_(flat[start : start + parameter.numel()].view_as(parameter))
            start += parameter.numel()

    def from_leader(self, make):
        """What `make()` gives on the first process, on all of them: only its machine needs the file."""
        values = [make() if self.leads else None]
        if self.count > 1:
            distributed.broadcast_object_list(values, device=self.device)
        return values[0]

    def close(self):
        if self.count > 1:
            distributed.destroy_process_group()
