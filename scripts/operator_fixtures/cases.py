"""The cases as a table: name, note, and a function that appends operators to a network and gives its outputs."""

from .layers import (
    combine,
    concatenate,
    connect,
    constant_int8,
    convolve,
    mean,
    pad,
    pool,
    reshape,
    resize,
    softmax,
    transpose,
    unary,
)

ALL_BYTES = (1, 16, 16, 1)


def element_wise_cases():
    for op, fine, coarse, huge in (("ADD", 0.08, 0.15, 0.05), ("MUL", 0.06, 0.12, 0.004)):
        low = op.lower()

        def pair(left, right, scale, zero, activation="none", op=op):
            return lambda n: combine(n, op, n.input(*left), n.input(*right), scale, zero, activation)

        def with_constant(left, right, scale, zero, swapped=False, op=op):
            def body(n):
                source, constant = n.input(*left), constant_int8(n, *right)
                return combine(n, op, *((constant, source) if swapped else (source, constant)), scale, zero)

            return body

        wide = (1, 3, 4, 8)
        yield f"{low}-same-scale", "equal shapes, one scale", pair((wide, 0.05, 0), (wide, 0.05, 0), fine, 0)
        yield (
            f"{low}-scales-differ",
            "scales far apart, odd zero points",
            pair((wide, 0.031, -17), (wide, 0.4, 99), coarse, -61),
        )
        yield (
            f"{low}-saturates",
            "output scale so small that most outputs saturate",
            pair((wide, 0.1, 5), (wide, 0.1, -5), 0.02, 11),
        )
        yield (
            f"{low}-tiny-result",
            "output scale so large that few values are left",
            pair((wide, 0.001, 5), (wide, 0.002, -5), huge, 1),
        )
        for activation in ("relu", "relu6", "relu-n1-to-1"):
            yield (
                f"{low}-{activation}",
                f"fused {activation}",
                pair((wide, 0.06, 7), (wide, 0.045, -30), 0.07, -20, activation),
            )
        yield (
            f"{low}-exhaustive",
            "every pair of int8 values, by broadcasting 256 rows against 256 columns",
            pair(((256, 1), 0.037, 13), ((1, 256), 0.052, -41), 0.071, -7),
        )
        yield (
            f"{low}-broadcast-channel",
            "one value a channel, [1,1,1,C]",
            pair((wide, 0.05, 3), ((1, 1, 1, 8), 0.03, -2), fine, 4),
        )
        yield f"{low}-broadcast-vector", "one value a channel, [C]", pair((wide, 0.05, 3), ((8,), 0.03, -2), fine, 4)
        yield (
            f"{low}-broadcast-first",
            "the first operand is the small one",
            pair(((1, 1, 1, 8), 0.03, -2), (wide, 0.05, 3), fine, 4),
        )
        yield (
            f"{low}-broadcast-pixel",
            "one value a pixel, [1,H,W,1]",
            pair((wide, 0.05, 3), ((1, 3, 4, 1), 0.03, -2), fine, 4),
        )
        yield (
            f"{low}-broadcast-both",
            "rows against columns",
            pair(((1, 3, 1, 8), 0.05, 3), ((1, 1, 4, 8), 0.03, -2), fine, 4),
        )
        yield f"{low}-broadcast-one", "a single value, [1]", pair((wide, 0.05, 3), ((1,), 0.03, -2), fine, 4)
        yield (
            f"{low}-constant",
            "second operand constant, equal shape",
            with_constant((wide, 0.05, 3), (wide, 0.03, -2), fine, 4),
        )
        yield (
            f"{low}-constant-channel",
            "constant, one value a channel",
            with_constant((wide, 0.05, 3), ((8,), 0.03, -2), fine, 4),
        )
        yield (
            f"{low}-constant-first",
            "first operand constant",
            with_constant((wide, 0.05, 3), ((1, 1, 1, 8), 0.03, -2), fine, 4, True),
        )
        yield (
            f"{low}-itself",
            "both operands are one tensor",
            lambda n, op=op, s=coarse: (lambda x: combine(n, op, x, x, s, -9))(n.input(ALL_BYTES, 0.05, 3)),
        )

    yield (
        "mul-multiplier-above-one",
        "product of the input scales beyond the output scale",
        lambda n: combine(n, "MUL", n.input(ALL_BYTES, 0.5, 3), n.tensor((1,), 0.25, 0, data=[1]), 0.07, -9),
    )


def activation_cases():
    yield (
        "relu-same-scale",
        "output quantised as the input",
        lambda n: unary(n, "RELU", n.input(ALL_BYTES, 0.05, -11), 0.05, -11),
    )
    yield (
        "relu-rescale",
        "output finer than the input",
        lambda n: unary(n, "RELU", n.input(ALL_BYTES, 0.06, 20), 0.0311, -128),
    )
    yield (
        "relu-coarser",
        "output coarser than the input",
        lambda n: unary(n, "RELU", n.input(ALL_BYTES, 0.02, -100), 0.05, -60),
    )
    yield (
        "relu6-same-scale",
        "bound of 6 inside the range",
        lambda n: unary(n, "RELU6", n.input(ALL_BYTES, 0.05, -40), 0.05, -40),
    )
    yield (
        "relu6-out-of-range",
        "bound of 6 beyond the range",
        lambda n: unary(n, "RELU6", n.input(ALL_BYTES, 0.02, -10), 0.02, -10),
    )
    yield (
        "relu6-rescale",
        "output finer than the input",
        lambda n: unary(n, "RELU6", n.input(ALL_BYTES, 0.08, -3), 6 / 255, -128),
    )
    for label, scale, zero in (("fine", 0.004, 9), ("usual", 0.047, -13), ("wide", 0.11, 31), ("coarse", 0.9, 0)):
        yield (
            f"logistic-{label}",
            f"every int8 value at input scale {scale}",
            lambda n, s=scale, z=zero: unary(n, "LOGISTIC", n.input(ALL_BYTES, s, z), 1 / 256, -128),
        )
    for label, shape, scale, beta in (
        ("two", (1, 2), 0.02, 1.0),
        ("ten", (1, 10), 0.0625, 1.0),
        ("rows", (4, 12), 0.17, 1.0),
        ("pixels", (1, 4, 4, 3), 0.05, 1.0),
        ("long", (1, 200), 0.04, 1.0),
        ("beta", (1, 16), 0.05, 2.5),
        ("half-beta", (1, 16), 0.08, 0.5),
        ("coarse", (1, 8), 1.5, 1.0),
        ("one", (3, 1), 0.1, 1.0),
    ):
        yield (
            f"softmax-{label}",
            f"shape {list(shape)}, input scale {scale}, beta {beta}",
            lambda n, a=shape, s=scale, b=beta: softmax(n, n.input(a, s, 15), b),
        )
    for label, source, target in (
        ("same", (0.05, 3), (0.05, 3)),
        ("shift", (0.05, 3), (0.05, -40)),
        ("finer", (0.05, 3), (0.021, 10)),
        ("coarser", (0.05, 3), (0.3, -60)),
        ("half", (0.05, 0), (0.1, 0)),
        ("saturates", (0.5, 0), (0.01, 7)),
    ):
        yield (
            f"quantize-{label}",
            f"int8 to int8, scale {source[0]} to {target[0]}",
            lambda n, s=source, t=target: unary(
                n, "QUANTIZE", n.input(ALL_BYTES, *s), *t, options=("QuantizeOptions", {})
            ),
        )


def pool_cases():
    shapes = {
        "square": ((1, 6, 6, 5), (2, 2), (2, 2)),
        "odd": ((1, 7, 5, 3), (3, 3), (2, 2)),
        "overlap": ((1, 5, 6, 4), (3, 3), (1, 1)),
        "wide": ((1, 4, 9, 3), (1, 4), (1, 3)),
        "tall": ((1, 9, 4, 3), (5, 2), (3, 1)),
        "whole": ((1, 5, 5, 8), (5, 5), (5, 5)),
        "skips": ((1, 8, 8, 2), (2, 2), (3, 3)),
    }
    for op in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        low = op[:-8].lower().replace("_", "-") + "-pool"
        for label, (shape, size, stride) in shapes.items():
            for padding in ("same", "valid"):
                yield (
                    f"{low}-{label}-{padding}",
                    f"{size} window, stride {stride}, {padding.upper()}",
                    (lambda n, o=op, a=shape, f=size, s=stride, p=padding: pool(n, o, n.input(a, 0.05, -7), f, s, p)),
                )
        yield (
            f"{low}-larger-than-input",
            "window larger than the input, SAME",
            lambda n, o=op: pool(n, o, n.input((1, 3, 2, 4), 0.05, 12), (4, 5), (2, 2), "same"),
        )
        for activation in ("relu", "relu6"):
            yield (
                f"{low}-{activation}",
                f"fused {activation}",
                lambda n, o=op, a=activation: pool(n, o, n.input((1, 6, 6, 4), 0.06, -30), (2, 2), (2, 2), "valid", a),
            )


def mean_cases():
    image = (1, 5, 6, 7)
    for label, shape, axes in (
        ("spatial", image, [1, 2]),
        ("spatial-swapped", image, [2, 1]),
        ("negative", image, [-3, -2]),
        ("rows", image, [1]),
        ("columns", image, [2]),
        ("channels", image, [3]),
        ("everything", image, [1, 2, 3]),
        ("three-dimensions", (1, 9, 8), [1]),
        ("last-of-two", (6, 10), [1]),
        ("first-of-two", (6, 10), [0]),
    ):
        for keep in (True, False):
            yield (
                f"mean-{label}-{'keep' if keep else 'drop'}",
                f"axes {axes} of {list(shape)}, keep_dims {keep}",
                (lambda n, a=shape, x=axes, k=keep: mean(n, n.input(a, 0.05, 9), x, k, 0.023, -14)),
            )
    for keep in (True, False):
        suffix = "keep" if keep else "drop"
        yield (
            f"mean-same-scale-{suffix}",
            "output quantised as the input, 49 values each",
            lambda n, k=keep: mean(n, n.input((1, 7, 7, 6), 0.05, -128), [1, 2], k, 0.05, -128),
        )
        yield (
            f"mean-saturates-{suffix}",
            "output much finer than the input",
            lambda n, k=keep: mean(n, n.input((1, 3, 3, 6), 0.5, 3), [1, 2], k, 0.09, 20),
        )


def layout_cases():
    yield (
        "pad-spatial",
        "rows and columns, zero point -9",
        lambda n: pad(n, n.input((1, 3, 4, 5), 0.05, -9), [[0, 0], [1, 2], [2, 0], [0, 0]]),
    )
    yield (
        "pad-channels",
        "channels only",
        lambda n: pad(n, n.input((1, 3, 4, 5), 0.05, 9), [[0, 0], [0, 0], [0, 0], [3, 4]]),
    )
    yield (
        "pad-all",
        "all four dimensions",
        lambda n: pad(n, n.input((1, 2, 3, 2), 0.05, 0), [[1, 0], [0, 1], [1, 1], [2, 1]]),
    )
    yield "pad-two-dimensions", "a matrix", lambda n: pad(n, n.input((3, 5), 0.05, 7), [[1, 1], [0, 2]])
    yield "pad-nothing", "no padding at all", lambda n: pad(n, n.input((1, 3, 3, 2), 0.05, 7), [[0, 0]] * 4)
    yield (
        "padv2-low",
        "pads with -128",
        lambda n: pad(n, n.input((1, 3, 4, 2), 0.05, -9), [[0, 0], [1, 1], [1, 1], [0, 0]], -128),
    )
    yield (
        "padv2-value",
        "pads with 55",
        lambda n: pad(n, n.input((1, 3, 4, 2), 0.05, -9), [[0, 0], [0, 2], [1, 0], [1, 0]], 55),
    )
    for permutation in ((0, 2, 1, 3), (0, 3, 1, 2), (0, 2, 3, 1), (3, 2, 1, 0), (0, 1, 3, 2)):
        yield (
            f"transpose-{''.join(map(str, permutation))}",
            f"permutation {list(permutation)}",
            lambda n, p=permutation: transpose(n, n.input((1, 4, 5, 6), 0.05, -9), p),
        )
    yield "transpose-matrix", "two dimensions", lambda n: transpose(n, n.input((7, 9), 0.05, 2), (1, 0))
    yield "transpose-three", "three dimensions", lambda n: transpose(n, n.input((3, 4, 5), 0.05, 2), (2, 0, 1))
    for axis, others in (
        (0, (2, 3, 2, 4)),
        (1, (1, 4, 2, 4)),
        (2, (1, 3, 5, 4)),
        (3, (1, 3, 2, 7)),
        (-1, (1, 3, 2, 7)),
        (-3, (1, 4, 2, 4)),
    ):
        yield (
            f"concatenation-axis{axis}".replace("-1", "-minus1").replace("-3", "-minus3"),
            f"two inputs, axis {axis}",
            (lambda n, x=axis, o=others: concatenate(n, [n.input((1, 3, 2, 4), 0.05, 6), n.input(o, 0.05, 6)], x)),
        )
    yield (
        "concatenation-four",
        "four inputs of different depth",
        lambda n: concatenate(n, [n.input((1, 3, 2, depth), 0.05, 6) for depth in (1, 5, 2, 3)], 3),
    )
    yield (
        "concatenation-constant",
        "one input constant",
        lambda n: concatenate(n, [n.input((1, 3, 2, 4), 0.05, 6), constant_int8(n, (1, 3, 2, 3), 0.05, 6)], 3),
    )
    yield (
        "concatenation-matrix",
        "two matrices, axis 1",
        lambda n: concatenate(n, [n.input((2, 5), 0.05, 6), n.input((2, 3), 0.05, 6)], 1),
    )
    for label, source, target in (
        ("double", (4, 3), (8, 6)),
        ("shrink", (9, 7), (4, 3)),
        ("ratio", (5, 4), (7, 11)),
        ("same", (4, 4), (4, 4)),
        ("one", (5, 6), (1, 1)),
        ("rounding", (29, 1), (47, 1)),
    ):
        for align, half in ((False, False), (True, False), (False, True)):
            style = "corners" if align else "half-pixel" if half else "plain"
            yield (
                f"resize-{label}-{style}",
                f"{source} to {target}, align_corners {align}, half_pixel_centers {half}",
                (lambda n, a=source, t=target, c=align, h=half: resize(n, n.input((1, *a, 3), 0.05, 1), *t, c, h)),
            )
    yield (
        "reshape-flatten",
        "to a vector, -1 in the shape",
        lambda n: reshape(n, n.input((1, 3, 4, 5), 0.05, 1), (1, 60), [1, -1]),
    )


def weight_cases():
    image = (1, 7, 6, 5)
    for label, options in {
        "plain": {},
        "valid": {"padding": "valid"},
        "stride": {"stride": (2, 2)},
        "stride-valid": {"stride": (2, 3), "padding": "valid"},
        "dilated": {"dilation": (2, 2)},
        "dilated-valid": {"dilation": (3, 2), "padding": "valid"},
        "dilated-uneven": {"dilation": (1, 2)},
        "per-tensor": {"per_axis": False},
        "no-bias": {"bias": False},
        "relu": {"activation": "relu", "out_zero": -128},
        "relu6": {"activation": "relu6", "out_zero": -100},
    }.items():
        yield (
            f"conv-{label}",
            f"3 x 3, {label}",
            lambda n, o=options: convolve(n, n.input(image, 0.05, 4), 6, (3, 3), **o),
        )
        yield (
            f"depthwise-{label}",
            f"3 x 3, {label}",
            lambda n, o=options: convolve(n, n.input(image, 0.05, 4), None, (3, 3), multiplier=1, **o),
        )
    yield "conv-pointwise", "1 x 1", lambda n: convolve(n, n.input((1, 4, 5, 13), 0.05, -128), 9, (1, 1))
    yield (
        "conv-pointwise-stride",
        "1 x 1, stride 2",
        lambda n: convolve(n, n.input((1, 5, 5, 8), 0.05, -3), 4, (1, 1), (2, 2)),
    )
    yield "conv-row", "1 x 5", lambda n: convolve(n, n.input((1, 4, 9, 3), 0.05, 7), 4, (1, 5))
    yield "conv-column", "4 x 1, even filter, SAME", lambda n: convolve(n, n.input((1, 9, 4, 3), 0.05, 7), 4, (4, 1))
    yield "conv-even", "2 x 2, SAME", lambda n: convolve(n, n.input((1, 5, 6, 3), 0.05, 7), 4, (2, 2))
    yield (
        "conv-first-layer",
        "one channel in, stride 2 on an even size",
        lambda n: convolve(n, n.input((1, 10, 8, 1), 1 / 255, -128), 8, (3, 3), (2, 2)),
    )
    yield (
        "conv-three-channels",
        "three channels in, 5 x 5",
        lambda n: convolve(n, n.input((1, 9, 9, 3), 1 / 128, -1), 5, (5, 5), (2, 2)),
    )
    yield (
        "conv-filter-covers-input",
        "filter as large as the input, VALID",
        lambda n: convolve(n, n.input((1, 4, 3, 6), 0.05, 7), 5, (4, 3), padding="valid"),
    )
    yield "depthwise-seven", "7 x 7", lambda n: convolve(n, n.input((1, 8, 9, 4), 0.05, 7), None, (7, 7), multiplier=1)
    yield (
        "depthwise-rectangle",
        "10 x 4, stride 2",
        lambda n: convolve(n, n.input((1, 15, 8, 3), 0.05, 83), None, (10, 4), (2, 2), multiplier=1),
    )
    for multiplier in (2, 3):
        yield (
            f"depthwise-multiplier{multiplier}",
            f"depth multiplier {multiplier}",
            lambda n, m=multiplier: convolve(n, n.input((1, 6, 5, 4), 0.05, 4), None, (3, 3), multiplier=m),
        )
    yield (
        "depthwise-multiplier-from-one",
        "depth multiplier 8 on one channel",
        lambda n: convolve(n, n.input((1, 9, 5, 1), 0.05, 83), None, (4, 3), (2, 1), multiplier=8),
    )
    yield (
        "depthwise-multiplier-dilated",
        "depth multiplier 2, dilation 2",
        lambda n: convolve(n, n.input((1, 8, 7, 3), 0.05, 4), None, (3, 3), (1, 1), (2, 2), multiplier=2),
    )
    for label, shape, options in (
        ("plain", (1, 37), {}),
        ("no-bias", (1, 37), {"bias": False}),
        ("batched", (5, 19), {}),
        ("per-channel", (1, 24), {"per_axis": True}),
        ("batched-per-channel", (4, 21), {"per_axis": True}),
        ("keep-dimensions", (1, 3, 4, 10), {"keep": True}),
        ("three-dimensions", (2, 3, 10), {}),
        ("relu", (1, 33), {"activation": "relu", "out_zero": -128}),
        ("relu6", (2, 16), {"activation": "relu6", "out_zero": -90}),
        ("long", (1, 300), {"out_zero": -1}),
    ):
        yield (
            f"fully-connected-{label}",
            f"input {list(shape)}, {label}",
            lambda n, a=shape, o=options: connect(n, n.input(a, 0.05, -21), 11, **o),
        )


def network_cases():
    def residual(n):
        start = convolve(n, n.input((1, 8, 8, 3), 1 / 255, -128), 8, (3, 3), (2, 2), activation="relu6", out_zero=-128)
        wide = convolve(n, start, 24, (1, 1), activation="relu6", out_zero=-128)
        narrow = convolve(
            n, convolve(n, wide, None, (3, 3), multiplier=1, activation="relu6", out_zero=-128), 8, (1, 1)
        )
        pooled = mean(n, combine(n, "ADD", start, narrow, 0.4, -3), [1, 2], False, 0.2, -3)
        return softmax(n, connect(n, pooled, 4), 0.03)

    def branches(n):
        source = n.input((1, 6, 6, 4), 0.05, 2)
        left = convolve(n, source, 5, (3, 3))
        right = unary(
            n,
            "QUANTIZE",
            pool(n, "MAX_POOL_2D", source, (3, 3), (1, 1), "same"),
            *n.quantization(left),
            options=("QuantizeOptions", {}),
        )
        joined = concatenate(n, [left, right], 3)
        gate = unary(n, "LOGISTIC", convolve(n, mean(n, joined, [1, 2], True, 0.04, 3), 9, (1, 1)), 1 / 256, -128)
        return combine(n, "MUL", joined, gate, 0.3, -5)

    def two_outputs(n):
        left, right = n.input((1, 4, 4, 3), 0.05, 2), n.input((1, 2, 2, 3), 0.05, 2)
        joined = combine(n, "ADD", left, resize(n, right, 4, 4), 0.1, 0)
        return joined, convolve(n, joined, 4, (3, 3), (2, 2))

    def int16(n):
        source = n.input((1, 9, 8, 3), 1 / 2**18)
        start = convolve(n, source, 8, (3, 3), (2, 2), activation="relu6")
        wide = convolve(n, convolve(n, start, 16, (1, 1)), None, (3, 3), multiplier=1, activation="relu")
        joined = combine(n, "ADD", start, convolve(n, wide, 8, (1, 1)), 1 / 2**15)
        curved = unary(n, "TANH", joined, 1 / 32768, 0)
        pooled = mean(n, pool(n, "MAX_POOL_2D", curved, (2, 2), (1, 1), "valid"), [1, 2], False, 1 / 32768, 0)
        return connect(n, pooled, 5)

    def float_edges(n):
        source = n.input((1, 6, 6, 2), None, 0, "float32")
        inner = convolve(n, unary(n, "QUANTIZE", source, 0.02, -5, options=("QuantizeOptions", {})), 3, (3, 3))
        return unary(n, "DEQUANTIZE", inner, None, 0, "float32", ("DequantizeOptions", {}))

    yield "network-residual", "inverted residual block, mean, fully connected, softmax", residual
    yield "network-branches", "two branches, concatenation, squeeze and excitation", branches
    yield "network-two-outputs", "two inputs and two outputs, one of which is also used inside", two_outputs
    yield "network-int16", "int16 activations: inverted residual block, tanh, maximum pool, mean, fully connected", int16
    yield "network-float-edges", "float32 in and out through QUANTIZE and DEQUANTIZE", float_edges


def all_cases():
    for group in (
        element_wise_cases,
        activation_cases,
        pool_cases,
        mean_cases,
        layout_cases,
        weight_cases,
        network_cases,
    ):
        yield from group()
