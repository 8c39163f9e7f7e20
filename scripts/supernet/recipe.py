"""How to train: steps, learning rates and augmentation, read from a JSON file and checked."""

from dataclasses import asdict, dataclass

from failures import Failure
from space import read_json

PHASES = ("full", "kernel", "depth", "width")


@dataclass(frozen=True)
class Recipe:
    """All keys of a recipe; the defaults suit small images.

    `normalisation` has the `mean` and `std` of the pixels, a number or one for each channel. `batch` counts the images of one step over all workers. `steps` and `learning_rate` are those of each dimension of
    progressive shrinking; a dimension that shrinks several times divides its steps. `networks_per_step` counts the
    largest, the smallest and random ones between them. `distillation` weighs the teacher's answer beside the label.
    `augmentation`: flips, and the rows and columns by which an image may shift.
    """

    normalisation: dict
    steps: dict
    learning_rate: dict
    batch: int = 64
    networks_per_step: int = 4
    warmup_steps: int = 100
    weight_decay: float = 1e-4
    label_smoothing: float = 0.0
    distillation: float = 1.0
    augmentation: dict | None = None

    def record(self):
        return asdict(self)


AUGMENTATION = {"flip_horizontal": bool, "flip_vertical": bool, "shift": list}
REQUIRED = {"steps": PHASES, "learning_rate": PHASES}


def read_recipe(path):
    source = read_json(path)
    known = set(Recipe.__dataclass_fields__)
    unknown = sorted(set(source) - known)
    if unknown:
        raise Failure(f"{path}: unknown key '{unknown[0]}'; the keys are {', '.join(sorted(known))}")
    for key, names in REQUIRED.items():
        if set(source.get(key, {})) != set(names):
            raise Failure(f"{path}: '{key}' needs a number for each of {', '.join(names)}")
    for key in source.get("augmentation") or {}:
        if key not in AUGMENTATION:
            raise Failure(f"{path}: augmentation: unknown key '{key}'; the keys are {', '.join(AUGMENTATION)}")
    if set(source.get("normalisation", {})) != {"mean", "std"}:
        raise Failure(f"{path}: 'normalisation' needs 'mean' and 'std'")
    recipe = Recipe(**source)
    if recipe.networks_per_step < 2:
        raise Failure(f"{path}: networks_per_step is at least 2, the largest and the smallest network")
    if recipe.batch < 2:
        raise Failure(f"{path}: batch is at least 2")
    return recipe
