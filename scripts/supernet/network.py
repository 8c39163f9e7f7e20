"""The super-network: one set of weights that every sub-network of the space shares.

Elastic kernel: a smaller kernel is the centre of the next larger one, passed through a learned matrix that the
channels of a block share. Elastic depth: the first blocks of a stage. Elastic width: the first channels of a block's
middle. The names of the parameters are the names in the exported file.

Padding is TensorFlow Lite's SAME (one more below and to the right where it is odd), so that nothing differs on the
device. Batch normalisation keeps no running statistics: they belong to a sub-network, not to the weights.
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn

EPSILON = 1e-5
MOMENTUM = 0.1


def normalise_by_batch(_name, x, gamma, beta):
    """Batch normalisation with the statistics of `x` itself, as in training."""
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=EPSILON)


def same_padding(size, kernel, stride):
    """Rows (or columns) of zeros before and after, as TensorFlow Lite pads SAME."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def convolve(x, weight, stride, groups=1):
    top, bottom = same_padding(x.shape[2], weight.shape[2], stride[0])
    left, right = same_padding(x.shape[3], weight.shape[3], stride[1])
    if top == bottom and left == right:
        return F.conv2d(x, weight, None, stride, (top, left), 1, groups)
    return F.conv2d(F.pad(x, (left, right, top, bottom)), weight, None, stride, 0, 1, groups)


class Convolution(nn.Module):
    """A convolution without bias and the scale and shift of its batch normalisation."""

    def __init__(self, out_channels, in_channels, kernel=(1, 1)):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *kernel))
        self.gamma = nn.Parameter(torch.ones(out_channels))
        self.beta = nn.Parameter(torch.zeros(out_channels))
        nn.init.kaiming_normal_(self.weight, mode="fan_out" if in_channels > 1 else "fan_in")

    def forward(self, x, name, normalise, stride=(1, 1)):
        return normalise(name, convolve(x, self.weight, stride), self.gamma, self.beta)


class Depthwise(Convolution):
    """A depthwise convolution that has weights for its largest kernel and matrices that make the smaller ones."""

    def __init__(self, channels, kernels, dimensions):
        kernels = sorted(kernels, reverse=True)
        super().__init__(channels, 1, (kernels[0], kernels[0] if dimensions == 2 else 1))
        self.kernels, self.dimensions = kernels, dimensions
        for larger, smaller in zip(kernels, kernels[1:]):
            matrix = nn.Parameter(torch.eye(smaller**dimensions))
            self.register_parameter(f"transform_{larger}to{smaller}", matrix)

    def kernel_weight(self, kernel):
        """Weights [channels, 1, kernel, kernel or 1], made step by step from the largest kernel."""
        weight = self.weight
        for larger, smaller in zip(self.kernels, self.kernels[1:]):
            if larger == kernel:
                break
            border = (larger - smaller) // 2
            rows = slice(border, border + smaller)
            centre = weight[:, :, rows, rows if self.dimensions == 2 else slice(None)]
            matrix = getattr(self, f"transform_{larger}to{smaller}")
            weight = (centre.reshape(len(centre), -1) @ matrix.T).reshape(centre.shape)
        return weight

    def forward(self, x, name, normalise, stride, kernel):
        channels = x.shape[1]
        # Sliced after the transformation: its cost does not matter, and one order of operations serves all widths.
        weight = self.kernel_weight(kernel)[:channels]
        return normalise(name, convolve(x, weight, stride, channels), self.gamma[:channels], self.beta[:channels])


class Block(nn.Module):
    """An inverted residual block: expand where the stage expands, depthwise, project, and a sum where shapes allow."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        middle = shape.middle(max(shape.expands))
        if shape.has_expansion:
            self.expand = Convolution(middle, shape.in_channels)
        self.depthwise = Depthwise(middle, shape.kernels, shape.dimensions)
        self.project = Convolution(shape.out_channels, middle)

    def forward(self, x, name, normalise, choice):
        middle, y = self.shape.middle(choice.expand), x
        if self.shape.has_expansion:
            weight, norm = self.expand.weight[:middle], (self.expand.gamma[:middle], self.expand.beta[:middle])
            y = F.relu6(normalise(f"{name}.expand", convolve(y, weight, (1, 1)), *norm))
        y = F.relu6(self.depthwise(y, f"{name}.depthwise", normalise, self.shape.stride, choice.kernel))
        y = convolve(y, self.project.weight[:, :middle], (1, 1))
        y = normalise(f"{name}.project", y, self.project.gamma, self.project.beta)
        return x + y if self.shape.has_shortcut else y

    @torch.no_grad()
    def sort_channels(self, trained):
        """Puts the most important middle channels first: those whose project weights have the largest L1 norm.

        `trained` are widths that sub-networks have been trained with: a channel does not move across them.
        """
        if not self.shape.has_expansion:
            return
        importance = self.project.weight.abs().sum(dim=(0, 2, 3))
        edges = [0, *sorted({self.shape.middle(expand) for expand in trained}), len(importance)]
        order = [
            start + torch.argsort(importance[start:end], descending=True, stable=True)
            for start, end in zip(edges, edges[1:])
        ]
        order = torch.cat(order)
        for layer in (self.expand, self.depthwise):
            for parameter in (layer.weight, layer.gamma, layer.beta):
                parameter.copy_(parameter[order])
        self.project.weight.copy_(self.project.weight[:, order])


class Stage(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.blocks = nn.ModuleList(Block(shape) for shape in blocks)


class Classifier(nn.Module):
    def __init__(self, classes, features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, features) * features**-0.5)
        self.bias = nn.Parameter(torch.zeros(classes))


class SuperNetwork(nn.Module):
    """Called with images [N, C, H, W] and a sub-network's choices; gives logits [N, classes]."""

    def __init__(self, space):
        super().__init__()
        self.space = space
        self.first_conv = Convolution(space.stem_channels, space.input_channels, space.stem_kernel)
        self.stages = nn.ModuleList(Stage(blocks) for blocks in space.blocks)
        if space.head_channels is not None:
            self.feature_mix = Convolution(space.head_channels, space.blocks[-1][-1].out_channels)
        self.classifier = Classifier(space.classes, space.features)

    def forward(self, x, genotype, normalise=normalise_by_batch):
        x = F.relu6(self.first_conv(x, "first_conv", normalise, self.space.stem_stride))
        for s, (stage, choices) in enumerate(zip(self.stages, genotype)):
            for b, choice in enumerate(choices):
                x = stage.blocks[b](x, f"stages.{s}.blocks.{b}", normalise, choice)
        if self.space.head_channels is not None:
            x = F.relu6(self.feature_mix(x, "feature_mix", normalise))
        return F.linear(x.mean(dim=(2, 3)), self.classifier.weight, self.classifier.bias)

    def sort_channels(self, trained):
        """`trained`: for each stage the expand ratios that have been trained already."""
        for stage, expands in zip(self.stages, trained):
            for block in stage.blocks:
                block.sort_channels(expands)

    def frozen(self):
        """A copy that no longer learns."""
        return copy.deepcopy(self).requires_grad_(False)
