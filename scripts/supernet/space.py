"""The space that a super-network covers, read from the JSON that the search writes, and its sub-networks.

Rounding of channels, strides and shortcuts follow the search to the letter: a sub-network here and the network that
the search extracts are the same.
"""

import json
import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from failures import Failure

GENE = r"k(\d{1,2})e(\d{1,2}(?:\.\d{1,4})?)"


class Choice(NamedTuple):
    """What one block of a sub-network chooses."""

    kernel: int
    expand: float


@dataclass(frozen=True)
class BlockShape:
    """A block of the super-network and what it can choose from; `stride` is (height, width)."""

    in_channels: int
    out_channels: int
    stride: tuple[int, int]
    kernels: tuple[int, ...]
    expands: tuple[float, ...]
    dimensions: int
    divisor: int

    @property
    def has_expansion(self):
        return self.expands != (1,)

    @property
    def has_shortcut(self):
        return self.stride == (1, 1) and self.in_channels == self.out_channels

    def middle(self, expand):
        """Channels between expansion and projection."""
        if expand == 1:
            return self.in_channels
        return round_channels(math.floor(self.in_channels * expand + 0.5), self.divisor)


@dataclass(frozen=True)
class Space:
    """One width, one resolution. `blocks[s]` are the blocks of stage s, as many as its largest depth."""

    source: dict
    input_channels: int
    resolution: tuple[int, int]
    stem_channels: int
    stem_kernel: tuple[int, int]
    stem_stride: tuple[int, int]
    blocks: tuple[tuple[BlockShape, ...], ...]
    depths: tuple[tuple[int, ...], ...]
    head_channels: int | None
    classes: int

    @property
    def features(self):
        """Inputs of the classifier."""
        return self.blocks[-1][-1].out_channels if self.head_channels is None else self.head_channels

    def reduced_to(self, genotype):
        """The space whose only network is the one given: what it needs, when it is trained alone."""
        blocks = tuple(
            tuple(
                replace(shape, kernels=(choice.kernel,), expands=(choice.expand,))
                for shape, choice in zip(shapes, choices)
            )
            for shapes, choices in zip(self.blocks, genotype)
        )
        return replace(self, blocks=blocks, depths=tuple((len(choices),) for choices in genotype))


def round_channels(wish, divisor):
    """The nearest multiple of `divisor`, but never below nine tenths of the wish."""
    nearest = max(divisor, math.floor((wish + divisor / 2) / divisor) * divisor)
    return nearest + divisor if nearest < 0.9 * wish else nearest


def read_json(path):
    try:
        return json.loads(Path(path).read_text())
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise Failure(f"{path}: no JSON: {error}") from error


def read_space(path):
    return parse_space(read_json(path), path)


def parse_space(source, where):
    try:
        return _parse(source)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Failure(f"{where}: not a space as `mcunet search` writes it: {error!r}") from error
    except Failure as failure:
        raise Failure(f"{where}: {failure}") from failure


def _parse(source):
    width, divisor, dimensions = source.get("width", 1), source.get("divisor", 8), source.get("dimensions", 2)

    def scaled(channels):
        return round_channels(channels * width, divisor)

    stem, image, head = source["stem"], source["input"], source.get("head")
    channels, blocks = scaled(stem["width"]), []
    for index, stage in enumerate(source["stages"]):
        blocks.append(_stage_blocks(stage, f"stages[{index}]", channels, scaled(stage["width"]), dimensions, divisor))
        channels = scaled(stage["width"])
    if not blocks:
        raise Failure("a space needs at least one stage")
    return Space(
        source=source,
        input_channels=image["channels"],
        resolution=_size(image["resolution"], dimensions),
        stem_channels=scaled(stem["width"]),
        stem_kernel=_size(stem.get("kernel", 3), dimensions),
        stem_stride=_size(stem.get("stride", 2), dimensions),
        blocks=tuple(blocks),
        depths=tuple(tuple(sorted(stage["depths"])) for stage in source["stages"]),
        # A width below 1 leaves the head as it is: MobileNetV2's rule.
        head_channels=None if head is None else round_channels(head * max(1, width), divisor),
        classes=source["classes"],
    )


def _stage_blocks(stage, where, in_channels, out_channels, dimensions, divisor):
    expands, kernels = tuple(sorted(stage["expands"])), tuple(sorted(stage["kernels"]))
    if not (expands and kernels and stage["depths"]) or min(stage["depths"]) < 1:
        raise Failure(f"{where}: depths, expands and kernels need one value each, and depths are at least 1")
    if expands[0] == 1 and len(expands) > 1:
        raise Failure(f"{where}: a stage expands in all its blocks or in none: take 1 out of {list(expands)}")
    if any(kernel % 2 == 0 for kernel in kernels):
        raise Failure(f"{where}: kernels must be odd, to share their centres: {list(kernels)}")
    return tuple(
        BlockShape(
            in_channels=out_channels if position else in_channels,
            out_channels=out_channels,
            stride=(1, 1) if position else _size(stage.get("stride", 1), dimensions),
            kernels=kernels,
            expands=expands,
            dimensions=dimensions,
            divisor=divisor,
        )
        for position in range(max(stage["depths"]))
    )


def _size(value, dimensions):
    """(height, width) of a number or of a pair; one dimension is the height."""
    if isinstance(value, int):
        return value, value if dimensions == 2 else 1
    height, width = value
    return height, width


def parse_genotype(space, text):
    """A sub-network as the search writes it: `k3e4,k5e3|k7e6`, stage by stage and block by block."""
    stages = [[re.fullmatch(GENE, gene) for gene in stage.split(",")] for stage in text.split("|")]
    if not all(gene for genes in stages for gene in genes):
        raise Failure(f"'{text}' is no network: write its blocks as k3e4,k5e3|k7e6")
    genotype = tuple(tuple(Choice(int(gene[1]), number(gene[2])) for gene in genes) for genes in stages)
    fits = len(genotype) == len(space.blocks) and all(
        len(choices) in depths
        and all(c.kernel in shape.kernels and c.expand in shape.expands for c, shape in zip(choices, shapes))
        for choices, depths, shapes in zip(genotype, space.depths, space.blocks)
    )
    if not fits:
        raise Failure(f"the space does not contain the network {text}")
    return genotype


def number(text):
    return float(text) if "." in text else int(text)


def print_genotype(genotype):
    return "|".join(",".join(f"k{c.kernel}e{c.expand}" for c in choices) for choices in genotype)
