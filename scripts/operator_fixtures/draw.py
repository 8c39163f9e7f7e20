"""Random choices of one case, taken from the stream of its network."""

import math

import numpy as np


class Draw:
    """Sizes, scales and zero points with their extremes among them."""

    def __init__(self, net):
        self.net = net

    def integer(self, low, high):
        return int(self.net.draw(1, low, high)[0])

    def chance(self, percent):
        return self.integer(1, 100) <= percent

    def choose(self, values):
        return values[self.integer(0, len(values) - 1)]

    def scale(self, low=0.0005, high=2.0):
        """Evenly spread in its logarithm."""
        return float(np.float32(math.exp(math.log(low) + math.log(high / low) * self.integer(0, 10_000) / 10_000)))

    def zero(self):
        return self.choose([-128, 127, 0]) if self.chance(30) else self.integer(-128, 127)

    def shape(self, largest=6, ranks=(1, 2, 3, 4)):
        """One image half of the time; now and then with a size of 1."""
        rank = 4 if self.chance(50) and 4 in ranks else self.choose(ranks)
        shape = [1 if self.chance(12) else self.integer(1, largest) for _ in range(rank)]
        return [1, *shape[1:]] if rank == 4 and self.chance(70) else shape

    def image(self, largest=9, channels=9, least=1):
        return [1, self.integer(least, largest), self.integer(least, largest), self.integer(1, channels)]

    def axes(self, rank, most=None):
        """Some axes, as they are or counted from the end."""
        order = list(range(rank))
        picked = [order.pop(self.integer(0, len(order) - 1)) for _ in range(self.integer(1, most or rank))]
        return [axis - rank if self.chance(25) else axis for axis in picked]

    def input(self, shape, **given):
        return self.net.input(shape, given.get("scale", self.scale()), given.get("zero", self.zero()))

    def operands(self, largest=6):
        """Two shapes that broadcast, one of them as large as the result."""
        result = self.shape(largest)
        if self.chance(40):
            return result, result
        other = [1 if self.chance(40) else size for size in result]
        if self.chance(25):
            other = other[self.integer(0, len(other) - 1) :]
        return (result, other) if self.chance(60) else (other, result)

    def operand(self, shape, scale, zero, constant=20):
        """An input of the network, or a constant."""
        if self.chance(constant):
            return self.net.tensor(shape, scale, zero, data=self.net.activations(math.prod(shape)))
        return self.net.input(shape, scale, zero)

    def requantise(self, tensor, low=0.25, high=4.0, zero=None):
        """Another output scale than the one at which the layer helpers put most results inside int8."""
        quantization = self.net.tensors[tensor].quantization
        scales = np.asarray(quantization.scale, np.float32)
        quantization.scale = (scales * np.float32(self.scale(low, high))).astype(np.float32)
        if zero is not None:
            quantization.zeroPoint = np.full(scales.size, zero, np.int64)
        return tensor
