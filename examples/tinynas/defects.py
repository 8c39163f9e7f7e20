"""Draws grey images of product surfaces, each sound or with one of four kinds of defect, labelled by the kind.

The surfaces and the marks are those of the quality-inspection example, and so is the promise: the same bytes on every
machine, and image `index` of a split depends on nothing but (seed, split, index).
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "quality-inspection"))
import surfaces
from surfaces import DEFECTS, MATERIALS, SIZE, Random

CLASSES = ("sound", *DEFECTS)


def draw(seed, split, index):
    """Image (uint8, SIZE x SIZE) and label of one sample; the classes take turns."""
    random, label = Random(seed, split, index), index % len(CLASSES)
    material = (surfaces.brushed_metal, surfaces.woven_fabric, surfaces.cast_speckle)[random.below(len(MATERIALS))]
    surface = material(random) + surfaces.dust(random)
    if label:
        mark = (surfaces.scratch, surfaces.pit, surfaces.stain, surfaces.crack)[label - 1](random)
        surface = surface + random.between(0.16, 0.45) * mark
    picture = surfaces.light(random) * surface + random.between(0.004, 0.012) * random.noise(SIZE, SIZE)
    grey = np.floor(np.minimum(np.maximum(picture, 0.0), 1.0) * 255 + 0.5).astype(np.uint8)
    return grey, label


def draw_many(seed, split, count):
    """Images [count, SIZE, SIZE, 1] uint8 and labels [count] int8."""
    samples = [draw(seed, split, index) for index in range(count)]
    return np.stack([image for image, _ in samples])[..., np.newaxis], np.array([y for _, y in samples], np.int8)
