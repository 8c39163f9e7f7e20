"""Architectures that PyTorch users bring, with drawn weights; batch normalisations have seen drawn images."""

from itertools import pairwise

import torch
from torch import nn

from .architectures import EFFICIENTNET


def conv(inputs, outputs, kernel=3, stride=1, groups=1, activation=nn.ReLU, dilation=1):
    padding = (kernel - 1) // 2 * dilation
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False)
    parts = [convolution, nn.BatchNorm2d(outputs)]
    return nn.Sequential(*parts, activation()) if activation else nn.Sequential(*parts)


class Inverted(nn.Module):
    """Sandler et al., 2018."""

    def __init__(self, inputs, outputs, stride=1, expansion=6, activation=nn.ReLU6, kernel=3, squeeze=None):
        super().__init__()
        middle = inputs * expansion
        parts = [conv(inputs, middle, 1, activation=activation)] if expansion > 1 else []
        parts.append(conv(middle, middle, kernel, stride, middle, activation))
        parts += [squeeze(middle)] if squeeze else []
        parts.append(conv(middle, outputs, 1, activation=None))
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


def efficientnet(width=0.35, stages=7, head=256, classes=10, activation=nn.ReLU6, squeeze=None):
    """Tan and Le, 2019, table 1; the Lite form has ReLU6, and nothing that squeezes."""
    parts, channels = [conv(3, 16, 3, 2, activation=activation)], 16
    for expansion, outputs, blocks, stride, kernel in EFFICIENTNET[:stages]:
        for block in range(blocks):
            given = max(8, int(outputs * width + 4) // 8 * 8)
            parts.append(Inverted(channels, given, stride if block == 0 else 1, expansion, activation, kernel, squeeze))
            channels = given
    parts.append(conv(channels, head, 1, activation=activation))
    return Pooled(nn.Sequential(*parts), head, classes)


class SqueezeExcite(nn.Module):
    """Hu et al., 2018."""

    def __init__(self, channels):
        super().__init__()
        inner = max(4, channels // 4)
        self.pool, self.first, self.last = nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, inner, 1), nn.Conv2d(inner, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.last(nn.functional.silu(self.first(self.pool(x)))))


class Shuffled(nn.Module):
    """A unit of ShuffleNetV2 (Ma et al., 2018): one half of the channels passes by, and then they are shuffled."""

    def __init__(self, channels):
        super().__init__()
        half = channels // 2
        between = conv(half, half, 3, 1, half, None)
        self.parts = nn.Sequential(conv(half, half, 1), between, conv(half, half, 1))

    def forward(self, x):
        first, second = x.chunk(2, 1)
        batch, channels, height, width = (int(size) for size in x.shape)
        joined = torch.cat([first, self.parts(second)], 1)
        return joined.reshape(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(x.shape)


def shufflenet(width=16, units=2, classes=10):
    parts = [conv(3, width, 3, 2), nn.MaxPool2d(3, 2, 1), *[Shuffled(width) for _ in range(units)]]
    return Pooled(nn.Sequential(*parts), width, classes)


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


def keyword_network(features=20, filters=32, classes=12):
    """Convolutions over time and pools between them, as M5 (Dai et al., 2017) has them."""
    parts, before = [], features
    for kernel, outputs in ((5, filters), (3, filters), (3, 2 * filters)):
        parts += [nn.Conv1d(before, outputs, kernel, 1, kernel // 2, bias=False), nn.BatchNorm1d(outputs), nn.ReLU()]
        parts.append(nn.MaxPool1d(2))
        before = outputs
    parts += [nn.AvgPool1d(3, 1, 1), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(before, 64, bias=False)]
    return nn.Sequential(*parts, nn.BatchNorm1d(64), nn.PReLU(64), nn.Linear(64, classes))


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
    "efficientnet-lite0": ((1, 3, 96, 96), efficientnet),
    "efficientnet": ((1, 3, 64, 64), lambda: efficientnet(activation=nn.SiLU, squeeze=SqueezeExcite)),
    "shufflenet": ((1, 3, 48, 48), shufflenet),
    "keyword": ((1, 20, 64), keyword_network),
}
# Those that are quantised as exported graphs as well.
EXPORTED = ("resnet-18", "mobilenet-v2", "ds-cnn", "grouped", "efficientnet-lite0", "autoencoder", "shufflenet")
# Small enough to be kept with the tests.
SMALL_NETWORKS = {
    "resnet-18": ((1, 3, 20, 20), lambda: resnet_18(4, 5, 1)),
    "unet": ((1, 1, 16, 16), lambda: UNet(4, 2)),
    "centernet": ((1, 3, 16, 16), lambda: CenterNet(4, 2)),
    "mobilenet-v2": ((1, 3, 32, 32), lambda: mobilenet_v2((8, 4, 8), 16, 5)),
    "efficientnet": ((1, 3, 32, 32), lambda: efficientnet(0.2, 3, 16, 5, nn.SiLU, SqueezeExcite)),
    "ds-cnn": ((1, 1, 25, 10), lambda: ds_cnn(8, 6, 2)),
    "autoencoder": ((1, 40), lambda: autoencoder(40, 16, 4)),
    "keyword": ((1, 10, 24), lambda: keyword_network(10, 8, 6)),
    "shufflenet": ((1, 3, 24, 24), lambda: shufflenet(8, 1, 5)),
}
