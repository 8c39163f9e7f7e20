"""Draws grey images of product surfaces, sound or with a defect, the same bytes on every machine.

Three materials (brushed metal, woven fabric, cast speckle), uneven light, dust and sensor noise; four kinds of
defect (scratch, pit, stain, crack) of varying size and contrast. Image `index` of a split depends on nothing but
(seed, split, index).

Exactness: random numbers are raw PCG64 words, which NumPy promises never to change; everything after them is
element-wise IEEE addition, multiplication, division, square root, comparison and rounding down. There is no
sine, no exponential and no sum whose order a library may choose.
"""

import numpy as np

SIZE = 48
CLASSES = ("sound", "defect")
MATERIALS = ("brushed metal", "woven fabric", "cast speckle")
DEFECTS = ("scratch", "pit", "stain", "crack")
ROWS, COLUMNS = (axis.astype(np.float64) for axis in np.mgrid[0:SIZE, 0:SIZE])


class Random:
    """Numbers drawn from raw PCG64 words."""

    def __init__(self, *key):
        self.generator = np.random.PCG64(np.random.SeedSequence(key))

    def fractions(self, *shape):
        """Uniform in [0, 1), of the shape given."""
        words = self.generator.random_raw(int(np.prod(shape)))
        return (words >> np.uint64(11)).astype(np.float64).reshape(shape) * 2.0**-53

    def between(self, low, high):
        return low + (high - low) * float(self.fractions(1)[0])

    def below(self, count):
        return int(self.between(0, count))

    def chance(self, probability):
        return self.between(0, 1) < probability

    def noise(self, *shape):
        """Nearly normal with unit variance: four uniform numbers summed."""
        parts = self.fractions(4, *shape)
        return (((parts[0] + parts[1]) + (parts[2] + parts[3])) - 2.0) * np.sqrt(3.0)

    def direction(self):
        """A unit vector, from a slope and without trigonometry."""
        slope = self.between(-1, 1)
        scale = 1 + slope * slope
        x, y = (1 - slope * slope) / scale, 2 * slope / scale
        return (x, y) if self.chance(0.5) else (-y, x)


def smooth_step(values):
    values = np.minimum(np.maximum(values, 0.0), 1.0)
    return values * values * (3 - 2 * values)


def triangle_wave(values):
    """Period 1, from 0 up to 1 and down again."""
    return np.abs(values - np.floor(values) - 0.5) * 2


def cloud(random, cell):
    """Smooth noise in [-1, 1] with features of `cell` pixels."""
    count = int(SIZE / cell) + 3
    lattice = random.fractions(count, count) * 2 - 1
    rows, columns = ROWS / cell + random.between(0, 1), COLUMNS / cell + random.between(0, 1)
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    down, across = smooth_step(rows - top), smooth_step(columns - left)
    upper = lattice[top, left] * (1 - across) + lattice[top, left + 1] * across
    lower = lattice[top + 1, left] * (1 - across) + lattice[top + 1, left + 1] * across
    return upper * (1 - down) + lower * down


# Materials: relative brightness around 1.


def brushed_metal(random):
    """Streaks: noise averaged along the direction of brushing."""
    length = 8 + random.below(24)
    running = np.cumsum(random.noise(SIZE, SIZE + length), axis=1)
    streaks = (running[:, length:] - running[:, :-length]) / np.sqrt(float(length))
    surface = 1 + random.between(0.03, 0.08) * streaks + random.between(0.01, 0.03) * random.noise(SIZE, SIZE)
    return surface.T if random.chance(0.5) else surface


def woven_fabric(random):
    """Two systems of threads over and under each other, a little uneven."""
    x, y = random.direction()
    pitch = random.between(3.5, 7)
    bend = random.between(0.1, 0.5) * cloud(random, random.between(10, 20))
    warp = (COLUMNS * x + ROWS * y) / pitch + bend + random.between(0, 1)
    weft = (ROWS * x - COLUMNS * y) / pitch + bend + random.between(0, 1)
    over = (np.floor(warp) + np.floor(weft)) % 2
    threads = np.where(over == 0, triangle_wave(warp), triangle_wave(weft))
    return 1 + random.between(0.08, 0.2) * (0.5 - threads) + random.between(0.02, 0.04) * random.noise(SIZE, SIZE)


def cast_speckle(random):
    """Grains of two sizes."""
    fine, coarse = cloud(random, random.between(1.6, 2.4)), cloud(random, random.between(3, 6))
    return 1 + random.between(0.05, 0.12) * fine + random.between(0.04, 0.1) * coarse


# Defects: a change of relative brightness, 0 where there is none, about 1 at its strongest.


def distance_to_line(points):
    """Distance of each pixel from a chain of segments."""
    nearest = np.full((SIZE, SIZE), np.inf)
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        dx, dy = x1 - x0, y1 - y0
        along = ((COLUMNS - x0) * dx + (ROWS - y0) * dy) / (dx * dx + dy * dy + 1e-9)
        along = np.minimum(np.maximum(along, 0.0), 1.0)
        across_x, across_y = COLUMNS - (x0 + along * dx), ROWS - (y0 + along * dy)
        nearest = np.minimum(nearest, across_x * across_x + across_y * across_y)
    return np.sqrt(nearest)


def place(random, margin):
    return random.between(margin, SIZE - 1 - margin), random.between(margin, SIZE - 1 - margin)


def scratch(random):
    """A long, slightly curved line, mostly bright."""
    (x, y), (dx, dy) = place(random, 12), random.direction()
    half, sag = random.between(7, 18), random.between(-3, 3)
    points = [
        (x + t * half * dx - sag * (1 - t * t) * dy, y + t * half * dy + sag * (1 - t * t) * dx)
        for t in (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0)
    ]
    width = random.between(0.8, 1.6)
    mark = np.maximum(0.0, 1 - distance_to_line(points) / width)
    return mark if random.chance(0.7) else -mark


def pit(random):
    """One to three dark holes with a bright rim."""
    mark = np.zeros((SIZE, SIZE))
    for _ in range(1 + random.below(3)):
        x, y = place(random, 5)
        radius = random.between(1.5, 3.5)
        reach = np.sqrt((COLUMNS - x) * (COLUMNS - x) + (ROWS - y) * (ROWS - y)) / radius
        mark += 0.5 * np.maximum(0.0, 1 - np.abs(reach - 1.2) / 0.4) - smooth_step(1.3 - reach)
    return mark


def stain(random):
    """A wide patch with an irregular border, mostly dark."""
    x, y = place(random, 12)
    radius, stretch = random.between(5, 11), random.between(0.6, 1.6)
    across, down = (COLUMNS - x) * stretch, (ROWS - y) / stretch
    reach = np.sqrt(across * across + down * down) / radius + 0.35 * cloud(random, 5)
    mark = smooth_step((1.15 - reach) / 0.3) * 0.6
    return mark if random.chance(0.25) else -mark


def crack(random):
    """A dark, jagged line, sometimes with a branch."""
    (x, y), (dx, dy) = place(random, 12), random.direction()
    points = [(x, y)]
    for _ in range(4 + random.below(5)):
        turn = random.between(-1.2, 1.2)
        dx, dy = dx - turn * dy, dy + turn * dx
        length = np.sqrt(dx * dx + dy * dy)
        dx, dy = dx / length, dy / length
        step = random.between(2.5, 5)
        points.append((points[-1][0] + step * dx, points[-1][1] + step * dy))
    distance = distance_to_line(points)
    if random.chance(0.5):
        x, y = points[len(points) // 2]
        branch = [(x, y), (x - 6 * dy, y + 6 * dx), (x - 9 * dy + 2 * dx, y + 9 * dx + 2 * dy)]
        distance = np.minimum(distance, distance_to_line(branch))
    return -np.maximum(0.0, 1 - distance / random.between(0.8, 1.5))


def light(random):
    """Brightness over the picture: level, slope in any direction, and a soft spot of light."""
    x, y = random.direction()
    slope = ((COLUMNS - SIZE / 2) * x + (ROWS - SIZE / 2) * y) / SIZE * random.between(0, 0.5)
    spot_x, spot_y = place(random, 0)
    reach = (COLUMNS - spot_x) * (COLUMNS - spot_x) + (ROWS - spot_y) * (ROWS - spot_y)
    spot = random.between(0, 0.25) / (1 + reach / (random.between(10, 25) * SIZE))
    return random.between(0.35, 0.6) * (1 + slope + spot)


def dust(random):
    """A few single bright or dark pixels: no defect, but easily taken for one."""
    mark = np.zeros((SIZE, SIZE))
    for _ in range(random.below(7)):
        mark[random.below(SIZE), random.below(SIZE)] = random.between(-0.25, 0.25)
    return mark


def draw(seed, split, index):
    """Image (uint8, SIZE x SIZE), label (1 is defect), material and defect (index, or -1) of one sample."""
    random = Random(seed, split, index)
    label, material = index % 2, random.below(len(MATERIALS))
    surface = (brushed_metal, woven_fabric, cast_speckle)[material](random) + dust(random)
    kind = -1
    if label:
        kind = random.below(len(DEFECTS))
        surface = surface + random.between(0.16, 0.45) * (scratch, pit, stain, crack)[kind](random)
    picture = light(random) * surface + random.between(0.004, 0.012) * random.noise(SIZE, SIZE)
    grey = np.floor(np.minimum(np.maximum(picture, 0.0), 1.0) * 255 + 0.5).astype(np.uint8)
    return grey, label, material, kind


def draw_many(seed, split, count):
    """Arrays images [count, SIZE, SIZE, 1] uint8, labels, materials and defects [count] int8; the classes alternate."""
    samples = [draw(seed, split, index) for index in range(count)]
    images, *facts = zip(*samples, strict=True)
    return np.stack(images)[..., np.newaxis], *(np.array(fact, np.int8) for fact in facts)
