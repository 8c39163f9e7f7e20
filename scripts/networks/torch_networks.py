"""Architectures that PyTorch users bring, with drawn weights; batch normalisations have seen drawn images."""

from itertools import pairwise

import torch
from torch import nn


def conv(inputs, outputs, kernel=3, stride=1, groups=1, activation=nn.ReLU, dilation=1):
    padding = (kernel - 1) // 2 * dilation
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False)
    parts = [convolution, nn.BatchNorm2d(outputs)]
    return nn.Sequential(*parts, activation()) if activation else nn.Sequential(*parts)


class Inverted(nn.Module):
    """Sandler et al., 2018."""

    def __init__(self, inputs, outputs, stride=1, expansion=6, activation=nn.ReLU6):
        super().__init__()
        middle = inputs * expansion
        parts = [conv(inputs, middle, 1, activation=activation)] if expansion > 1 else []
        parts += [conv(middle, middle, 3, stride, middle, activation), conv(middle, outputs, 1, activation=None)]
        self.parts = nn.Sequential(*parts)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.parts(x) if self.adds else self.parts(x)


class Pooled(nn.Module):
    """Features, their mean and a classifier."""

    def __init__(self, features, channels, classes):
        super().__init__()
        self.features, self.pool = features, nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x):
        return self.classifier(torch.flatten(self.pool(self.features(x)), 1))


def mobilenet_v2(widths=(16, 8, 16, 24, 32), head=128, classes=10):
    first, *rest = widths
    parts = [conv(3, first, 3, 2, activation=nn.ReLU6), Inverted(first, rest[0], expansion=1)]
    for before, after in pairwise(rest):
        parts += [Inverted(before, after, 2), Inverted(after, after)]
    parts.append(conv(rest[-1], head, 1, activation=nn.ReLU6))
    return Pooled(nn.Sequential(*parts), head, classes)


class Residual(nn.Module):
    """He et al., 2016."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.parts = nn.Sequential(conv(inputs, outputs, 3, stride), conv(outputs, outputs, activation=None))
        same = stride == 1 and inputs == outputs
        self.beside = nn.Identity() if same else conv(inputs, outputs, 1, stride, activation=None)
        self.last = nn.ReLU()

    def forward(self, x):
        return self.last(self.parts(x) + self.beside(x))


def resnet_18(width=16, classes=10, blocks=2):
    parts, channels = [conv(3, width, 7, 2), nn.MaxPool2d(3, 2, 1)], width
    for stage in range(4):
        for block in range(blocks):
            parts.append(Residual(channels, width << stage, 2 if stage > 0 and block == 0 else 1))
            channels = width << stage
    return Pooled(nn.Sequential(*parts), channels, classes)


def ds_cnn(filters=64, classes=12, blocks=4):
    parts = [nn.Sequential(nn.Conv2d(1, filters, (10, 4), 2, (5, 1)), nn.BatchNorm2d(filters), nn.ReLU())]
    for _ in range(blocks):
        parts += [conv(filters, filters, groups=filters), conv(filters, filters, 1)]
    return Pooled(nn.Sequential(*parts), filters, classes)


class UNet(nn.Module):
    """Ronneberger et al., 2015."""

    def __init__(self, width=8, depth=3, outputs=2, up="transposed"):
        super().__init__()
        widths = [width << level for level in range(depth + 1)]
        before = [1, *widths]
        self.down = nn.ModuleList(nn.Sequential(conv(a, b), conv(b, b)) for a, b in zip(before, widths, strict=False))
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(2 * w, w, 2, 2)
            if up == "transposed"
            else nn.Sequential(nn.Upsample(scale_factor=2, mode=up), nn.Conv2d(2 * w, w, 1))
            for w in reversed(widths[:-1])
        )
        self.join = nn.ModuleList(conv(2 * w, w) for w in reversed(widths[:-1]))
        self.last = nn.Conv2d(width, outputs, 1)

    def forward(self, x):
        skips = []
        for level, part in enumerate(self.down):
            x = part(x if level == 0 else self.pool(x))
            skips.append(x)
        x = skips.pop()
        for up, join in zip(self.up, self.join, strict=True):
            x = join(torch.cat([up(x), skips.pop()], 1))
        return torch.sigmoid(self.last(x))


class CenterNet(nn.Module):
    """Zhou et al., 2019."""

    def __init__(self, width=16, classes=3):
        super().__init__()
        self.down = nn.Sequential(conv(3, width, 3, 2), Inverted(width, width, 2), Inverted(width, width))
        self.deeper = nn.Sequential(Inverted(width, 2 * width, 2), Inverted(2 * width, 2 * width))
        self.narrow, self.up = conv(2 * width, width, 1), nn.Upsample(scale_factor=2, mode="nearest")
        self.heads = nn.ModuleList(
            nn.Sequential(conv(width, width), nn.Conv2d(width, outputs, 1)) for outputs in (classes, 2, 2)
        )

    def forward(self, x):
        skip = self.down(x)
        x = self.up(self.narrow(self.deeper(skip))) + skip
        heat, size, offset = (head(x) for head in self.heads)
        return torch.sigmoid(heat), size, offset


def autoencoder(inputs=640, width=128, code=8):
    parts, before = [], inputs
    for units in (width, width, code, width, width):
        parts += [nn.Linear(before, units), nn.BatchNorm1d(units), nn.ReLU()]
        before = units
    return nn.Sequential(*parts, nn.Linear(before, inputs))


class GroupedNet(Pooled):
    """Grouped convolutions as in ResNeXt (Xie et al., 2017)."""

    def __init__(self, width=32, groups=4, classes=10):
        parts = [conv(3, width, 3, 2), conv(width, width, groups=groups), conv(width, 2 * width, 3, 2, groups)]
        super().__init__(nn.Sequential(*parts), 2 * width, classes)


class LineNet(nn.Module):
    """Convolutions over a sequence, with hard swish."""

    def __init__(self, features=13, filters=24, classes=8):
        super().__init__()
        self.first = nn.Conv1d(features, filters, 5, 2, 2)
        self.depthwise = nn.Conv1d(filters, filters, 3, 1, 2, 2, filters)
        self.mix = nn.Conv1d(filters, filters, 1)
        self.swish, self.pool = nn.Hardswish(), nn.AdaptiveAvgPool1d(1)
        self.last = nn.Linear(filters, classes)

    def forward(self, x):
        x = self.swish(self.first(x))
        x = x + self.swish(self.mix(self.depthwise(x)))
        return torch.softmax(self.last(torch.flatten(self.pool(x), 1)), 1)


# The shape of the input and the network.
NETWORKS = {
    "mobilenet-v2": ((1, 3, 80, 80), mobilenet_v2),
    "resnet-18": ((1, 3, 64, 64), resnet_18),
    "ds-cnn": ((1, 1, 49, 10), ds_cnn),
    "unet": ((1, 1, 64, 64), UNet),
    "unet-bilinear": ((1, 1, 64, 64), lambda: UNet(up="bilinear")),
    "centernet": ((1, 3, 96, 96), CenterNet),
    "autoencoder": ((1, 640), autoencoder),
    "grouped": ((1, 3, 48, 48), GroupedNet),
    "line-network": ((1, 13, 64), LineNet),
}
# Those that are quantised as exported graphs as well.
EXPORTED = ("resnet-18", "mobilenet-v2", "ds-cnn", "grouped")
# Small enough to be kept with the tests.
SMALL_NETWORKS = {
    "resnet-18": ((1, 3, 20, 20), lambda: resnet_18(4, 5, 1)),
    "unet": ((1, 1, 16, 16), lambda: UNet(4, 2)),
    "centernet": ((1, 3, 16, 16), lambda: CenterNet(4, 2)),
}
