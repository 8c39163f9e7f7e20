"""Accuracy of one sub-network, with batch-norm statistics recomputed for it, as the search does it afterwards."""

import torch
import torch.nn.functional as F

from network import EPSILON

STATISTICS_IMAGES = 256
IMAGES_AT_ONCE = 256


@torch.no_grad()
def recomputed_statistics(network, genotype, images):
    """Mean and (biased) variance of each normalised layer over one batch: {name: (mean, variance)}."""
    statistics = {}

    def record(name, x, gamma, beta):
        variance, mean = torch.var_mean(x, dim=(0, 2, 3), correction=0)
        statistics[name] = (mean, variance)
        return F.batch_norm(x, mean, variance, gamma, beta, eps=EPSILON)

    network(images, genotype, record)
    return statistics


@torch.no_grad()
def logits(network, genotype, images, statistics):
    def normalise(name, x, gamma, beta):
        return F.batch_norm(x, *statistics[name], gamma, beta, eps=EPSILON)

    return network(images, genotype, normalise)


def accuracy(network, genotype, training, validation, device):
    """Share of the `validation` images that is right, with statistics of the first of the `training` images."""
    some, _ = training.take(slice(0, STATISTICS_IMAGES), device)
    statistics = recomputed_statistics(network, genotype, some)
    right = 0
    for start in range(0, len(validation), IMAGES_AT_ONCE):
        images, labels = validation.take(slice(start, start + IMAGES_AT_ONCE), device)
        right += int((logits(network, genotype, images, statistics).argmax(dim=1) == labels).sum())
    return right / len(validation)
