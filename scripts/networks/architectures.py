"""Stages of published architectures, whichever framework builds them."""

# Expansion, width, blocks, stride and kernel (Tan and Le, ICML 2019, table 1).
EFFICIENTNET = [
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
]
