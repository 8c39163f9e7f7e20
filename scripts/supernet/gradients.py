"""Gradients of several sub-networks on the same images: side by side in threads, summed in one order."""

from concurrent.futures import ThreadPoolExecutor

import torch


class Gradients:
    """Sums gradients of sub-networks of `network`; to the bit the same with any number of threads."""

    def __init__(self, network, threads):
        self.parameters = list(network.parameters())
        self.map = ThreadPoolExecutor(threads).map if threads > 1 else map

    def accumulate(self, networks, loss_of):
        """Adds the gradients of `loss_of` each network to `.grad`; gives the sum of the losses."""

        def differentiate(network):
            loss = loss_of(network)
            return loss.detach(), torch.autograd.grad(loss, self.parameters, allow_unused=True)

        total = 0
        for loss, gradients in self.map(differentiate, networks):
            total = total + loss
            self._add(gradients)
        return total

    @torch.no_grad()
    def _add(self, gradients):
        for parameter, gradient in zip(self.parameters, gradients):
            if gradient is None:
                continue
            if parameter.grad is None:
                parameter.grad = gradient
            else:
                parameter.grad += gradient
