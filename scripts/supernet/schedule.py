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


def last_of(values, count):
    """The `count` largest of ascending values, or all."""
    return tuple(values[-count:])


def shrinking_phases(space, recipe):
    """Full, then elastic kernels, then depths and widths, each of these one value more at a time."""
    kernels = [shapes[0].kernels for shapes in space.blocks]
    depths, expands = space.depths, [shapes[0].expands for shapes in space.blocks]
    depth_count, width_count = max(map(len, depths)), max(map(len, expands))

    def phase(name, steps, rate, kernel_count, depth_values, width_values, **more):
        stages = tuple(
            StageChoices(last_of(d, depth_values), last_of(k, kernel_count), last_of(e, width_values))
            for d, k, e in zip(depths, kernels, expands)
        )
        return Phase(name, steps, rate, stages, **more)

    kernel_count = max(map(len, kernels))
    rates, steps = recipe.learning_rate, recipe.steps
    phases = [phase("full", steps["full"], rates["full"], 1, 1, 1)]
    if kernel_count > 1:
        phases.append(phase("kernel", steps["kernel"], rates["kernel"], kernel_count, 1, 1))
    for values in range(2, depth_count + 1):
        share = steps["depth"] // (depth_count - 1)
        phases.append(phase(f"depth-{values}", share, rates["depth"], kernel_count, values, 1))
    for values in range(2, width_count + 1):
        share = steps["width"] // (width_count - 1)
        trained = tuple(last_of(e, values - 1) for e in expands)
        phases.append(
            phase(
                f"width-{values}",
                share,
                rates["width"],
                kernel_count,
                depth_count,
                values,
                sorts_channels=True,
                widths_trained=trained,
            )
        )
    return tuple(phase for phase in phases if phase.steps > 0)


def alone_phase(genotype, steps, peak_learning_rate):
    """Training of one network by itself."""
    return Phase("alone", steps, peak_learning_rate, tuple(OneChoice(choices) for choices in genotype))
