"""How to train: steps, learning rates and augmentation, read from a JSON file and checked."""

import math
from dataclasses import asdict, dataclass

from failures import Failure
from space import read_json

PHASES = ("full", "kernel", "depth", "width")


@dataclass(frozen=True)
class Recipe:
    """All keys of a recipe; the defaults suit small images.

    `normalisation` has the `mean` and `std` of the pixels, a number or one for each channel. `batch` counts the images
    of one step over all workers. `steps` and `learning_rate` are those of each dimension of progressive shrinking; a
    dimension that shrinks several times divides its steps. `networks_per_step` counts the largest, the smallest and
    random ones between them. `distillation` weighs the teacher's answer beside the label. `augmentation`: flips, and
    the rows and columns by which an image may shift.
    """

    normalisation: dict
    steps: dict
    learning_rate: dict
    batch: int = 64
    networks_per_step: int = 4
    warmup_steps: int = 100
    weight_decay: float = 0.02
    label_smoothing: float = 0.0
    distillation: float = 1.0
    augmentation: dict | None = None

    def record(self):
        return asdict(self)


def whole(least):
    return lambda value: type(value) is int and value >= least, f"a whole number from {least}"


def amount(most=math.inf):
    return lambda value: type(value) in (int, float) and 0 <= value <= most, f"a number from 0 to {most}"


def each_phase(rule):
    check, wanted = rule
    return (
        lambda value: isinstance(value, dict) and set(value) == set(PHASES) and all(map(check, value.values())),
        f"{wanted} for each of {', '.join(PHASES)}",
    )


def is_augmentation(value):
    if value is None:
        return True
    kinds = {"flip_horizontal": lambda v: v in (True, False), "flip_vertical": lambda v: v in (True, False)}
    kinds["shift"] = lambda v: isinstance(v, list) and len(v) == 2 and all(type(n) is int and n >= 0 for n in v)
    return isinstance(value, dict) and all(key in kinds and kinds[key](entry) for key, entry in value.items())


def is_normalisation(value):
    if not isinstance(value, dict) or set(value) != {"mean", "std"}:
        return False
    numbers = [entry if isinstance(entry, list) else [entry] for entry in value.values()]
    return all(type(number) in (int, float) for entry in numbers for number in entry)


RULES = {
    "normalisation": (is_normalisation, "'mean' and 'std', each a number or one for each channel"),
    "steps": each_phase(whole(0)),
    "learning_rate": each_phase(amount()),
    "batch": whole(2),
    "networks_per_step": whole(2),
    "warmup_steps": whole(0),
    "weight_decay": amount(),
    "label_smoothing": amount(most=1),
    "distillation": amount(),
    "augmentation": (is_augmentation, "flip_horizontal and flip_vertical (true or false), shift ([rows, columns])"),
}


def read_recipe(path):
    source = read_json(path)
    if not isinstance(source, dict):
        raise Failure(f"{path}: not a recipe")
    for key in source:
        if key not in RULES:
            raise Failure(f"{path}: unknown key '{key}'; the keys are {', '.join(RULES)}")
    for key in ("normalisation", "steps", "learning_rate"):
        if key not in source:
            raise Failure(f"{path}: '{key}' is missing: {RULES[key][1]}")
    for key, value in source.items():
        check, wanted = RULES[key]
        if not check(value):
            raise Failure(f"{path}: '{key}' must be {wanted}")
    return Recipe(**source)
