"""Progressive shrinking: what sub-networks may choose from in each phase, and which of them a step trains."""

import math
import random
from dataclasses import dataclass

from space import Choice


@dataclass(frozen=True)
class StageChoices:
    """What the blocks of a stage choose from, ascending."""

    depths: tuple[int, ...]
    kernels: tuple[int, ...]
    expands: tuple[float, ...]

    def pick(self, choose):
        """The blocks of one network; `choose` takes one of a tuple."""
        depth = choose(self.depths)
        return tuple(Choice(choose(self.kernels), choose(self.expands)) for _ in range(depth))


@dataclass(frozen=True)
class OneChoice:
    """A stage of one network that is trained by itself."""

    choices: tuple[Choice, ...]

    def pick(self, _choose):
        return self.choices


@dataclass(frozen=True)
class Phase:
    """Steps with the same choices. `widths_trained`: the expand ratios of each stage that earlier phases trained."""

    name: str
    steps: int
    peak_learning_rate: float
    stages: tuple[StageChoices | OneChoice, ...]
    sorts_channels: bool = False
    widths_trained: tuple[tuple[float, ...], ...] = ()

    @property
    def largest(self):
        return tuple(stage.pick(max) for stage in self.stages)

    @property
    def smallest(self):
        return tuple(stage.pick(min) for stage in self.stages)

    def networks(self, seed, step, count):
        """The sub-networks of a step: the largest, the smallest, and random ones between them (the sandwich rule).

        They depend on nothing but the arguments, so that every worker and every resumed run draws the same.
        """
        if self.largest == self.smallest:
            return (self.largest,)
        choose = random.Random(f"{seed}/{self.name}/{step}").choice
        between = [tuple(stage.pick(choose) for stage in self.stages) for _ in range(count - 2)]
        return (self.largest, self.smallest, *between)

    def learning_rate(self, step, warmup):
        """Rises over `warmup` steps, then falls as half a cosine."""
        if step < warmup:
            return self.peak_learning_rate * (step + 1) / warmup
        progress = (step - warmup) / max(1, self.steps - warmup)
        return self.peak_learning_rate * 0.5 * (1 + math.cos(math.pi * progress))


def stage_choices(space, kernel_count=None, depth_count=None, width_count=None):
    """What the stages choose from: of kernels, depths and expansions so many of the largest; without a count, all."""
    return tuple(
        StageChoices(
            last_of(depths, depth_count),
            last_of(shapes[0].kernels, kernel_count),
            last_of(shapes[0].expands, width_count),
        )
        for depths, shapes in zip(space.depths, space.blocks)
    )


def last_of(values, count):
    return values if count is None else values[-count:]


def shrinking_phases(space, recipe):
    """Full, then elastic kernels, then depths and widths, each of these one value more at a time."""
    rates, steps = recipe.learning_rate, recipe.steps
    depth_count = max(len(depths) for depths in space.depths)
    expands = [shapes[0].expands for shapes in space.blocks]
    width_count = max(map(len, expands))
    phases = [Phase("full", steps["full"], rates["full"], stage_choices(space, 1, 1, 1))]
    if any(len(shapes[0].kernels) > 1 for shapes in space.blocks):
        phases.append(Phase("kernel", steps["kernel"], rates["kernel"], stage_choices(space, None, 1, 1)))
    for count in range(2, depth_count + 1):
        share = steps["depth"] // (depth_count - 1)
        stages = stage_choices(space, None, count, 1)
        phases.append(Phase(f"depth-{count}", share, rates["depth"], stages))
    for count in range(2, width_count + 1):
        share = steps["width"] // (width_count - 1)
        stages = stage_choices(space, None, None, count)
        trained = tuple(last_of(values, count - 1) for values in expands)
        phases.append(Phase(f"width-{count}", share, rates["width"], stages, True, trained))
    return tuple(phase for phase in phases if phase.steps > 0)


def alone_phase(genotype, steps, peak_learning_rate):
    """Training of one network by itself."""
    return Phase("alone", steps, peak_learning_rate, tuple(OneChoice(choices) for choices in genotype))
