"""Random cases of grouped, transposed and one-dimensional convolutions, and of bilinear resizing."""

import math

from .layers import ACTIVATIONS, PADDINGS, convolve, resize, weighted
from .layers import window as positions
from .network import OPS
from .random_images import image_for, size, window
from .random_images import weighted as drawn


def resize_bilinear(net, r):
    source = r.input(r.image(7, 11))
    align = r.chance(35)
    half_pixel = not align and r.chance(50)
    if r.chance(20):
        _, height, width, _ = net.shape(source)
        factor = r.integer(2, 4)
        return resize(net, source, height * factor, width * factor, align, half_pixel, "RESIZE_BILINEAR")
    return resize(net, source, r.integer(1, 14), r.integer(1, 14), align, half_pixel, "RESIZE_BILINEAR")


def grouped(net, r):
    filter_size, stride, dilation, padding = window(r)
    groups = r.choose([1, 2, 2, 3, 4, 5])
    depth = r.choose([1, 2, 3, 4, 5, 8])
    shape = [*image_for(r, filter_size, dilation, padding)[:3], groups * depth]
    filters = groups * r.choose([1, 2, 3, 4, 5, 8])
    source = r.input(shape, scale=r.scale(0.01, 0.2))
    out = convolve(net, source, filters, filter_size, stride, dilation, padding, groups=groups, **drawn(r))
    return r.requantise(out)


def along_a_line(depthwise):
    """Images of height 1, as sequences are: also with rows of taps that lie in the padding."""

    def body(net, r):
        taps = (r.choose([1, 1, 1, 3]), r.integer(1, 9))
        stride, dilation = (1, r.integer(1, 3)), (1, r.choose([1, 1, 2, 4]))
        padding = "same" if taps[0] > 1 else r.choose(["same", "valid"])
        least = (taps[1] - 1) * dilation[1] + 1 if padding == "valid" else 1
        source = r.input([1, 1, least + r.integer(0, 20), r.integer(1, 12)], scale=r.scale(0.01, 0.2))
        multiplier = r.choose([1, 1, 2, 3, 4]) if depthwise else None
        filters = None if depthwise else r.integer(1, 12)
        out = convolve(net, source, filters, taps, stride, dilation, padding, multiplier=multiplier, **drawn(r))
        return r.requantise(out)

    return body


def spread(net, r):
    """A convolution over blocks of positions as batches, which dilates it: of images, and of lines with three dimensions."""
    is_line, depthwise = r.chance(40), r.chance(35)
    taps = (1, r.integer(1, 5)) if is_line else size(r)
    blocks = (r.integer(1, 6),) if is_line else size(r)
    rows = [span + r.integer(0, 4) for span in taps][-len(blocks) :]
    paddings, crops, sizes, results = [], [], [], []
    for count, span, block in zip(rows, taps[-len(blocks) :], blocks, strict=True):
        padded, made = count * block, (count - span + 1) * block
        before = r.integer(0, min(padded - 1, 6))
        after = r.integer(0, min(padded - 1 - before, 6))
        first = r.integer(0, min(before, made - 1)) if r.chance(40) else 0
        last = r.integer(0, min(after, made - 1 - first)) if r.chance(60) else 0
        paddings, crops = [*paddings, [before, after]], [*crops, [first, last]]
        sizes, results = [*sizes, padded - before - after], [*results, made - first - last]
    depth, batches = r.integer(1, 9), math.prod(blocks)
    source = r.input([1, *sizes, depth], scale=r.scale(0.01, 0.2))
    quantization = net.quantization(source)
    steps = [net.constant(blocks), net.constant(paddings)]
    image = net.tensor([batches, *rows, depth], *quantization)
    net.operator(OPS.SPACE_TO_BATCH_ND, [source, *steps], [image], ("SpaceToBatchNDOptions", {}))
    if is_line:
        wide = net.tensor([batches, 1, *rows, depth], *quantization)
        image = net.operator(OPS.EXPAND_DIMS, [image, net.constant(1)], [wide], ("ExpandDimsOptions", {}))
    filters, multiplier = (None, r.integer(1, 3)) if depthwise else (r.integer(1, 9), None)
    # LiteRT, which these are held to, wants a bias.
    settings = drawn(r) | {"bias": True}
    out = convolve(net, image, filters, taps, padding="valid", multiplier=multiplier, **settings)
    quantization, channels = net.quantization(out), net.shape(out)[-1]
    if is_line:
        line = [batches, net.shape(out)[2], channels]
        narrow = net.tensor(line, *quantization)
        out = net.operator(OPS.RESHAPE, [out, net.constant(line)], [narrow], ("ReshapeOptions", {"newShape": line}))
    joined = net.tensor([1, *results, channels], *quantization)
    inputs = [out, net.constant(blocks), net.constant(crops)]
    return net.operator(OPS.BATCH_TO_SPACE_ND, inputs, [joined], ("BatchToSpaceNDOptions", {}))


def transposed(net, r, finer=1, deep=0):
    """With an input scale finer by so much, and in `deep` of a hundred cases many input channels."""
    filter_size = r.choose([size(r, 4), (2, 2), (3, 3), (4, 4), (1, r.integer(1, 6))])
    stride = r.choose([(1, 1), (2, 2), (2, 2), size(r, 4)])
    padding = r.choose(["same", "valid"])
    image = r.image(6, 9)
    if deep and r.chance(deep):
        depth = min(r.integer(60, 400), math.ceil(1400 / math.prod(filter_size)))
        image = [1, *(min(extent, 3) for extent in image[1:3]), depth]
    source = r.input(image, scale=r.scale(0.01, 0.2) / finer)
    _, height, width, depth = net.shape(source)
    filters, settings = r.integer(1, 9 if depth < 60 else 3), drawn(r)
    # Any output of which a convolution would make this input; not only the ones that converters choose.
    out_shape = [1, *map(lambda *of: transposed_size(r, padding, *of), (height, width), filter_size, stride), filters]
    taps = max(1, math.prod(filter_size) * depth // math.prod(stride))
    operands, quantization = weighted(
        net,
        source,
        (filters, *filter_size, depth),
        filters,
        0,
        settings["per_axis"],
        settings["bias"],
        taps,
        settings["out_zero"],
    )
    out = net.tensor(out_shape, *quantization)
    fields = {
        "padding": PADDINGS[padding],
        "strideH": stride[0],
        "strideW": stride[1],
        "fusedActivationFunction": ACTIVATIONS[settings["activation"]],
    }
    inputs = [net.constant(out_shape), operands[1], source, *operands[2:]]
    net.operator(OPS.TRANSPOSE_CONV, inputs, [out], ("TransposeConvOptions", fields))
    return r.requantise(out)


def transposed_size(r, padding, extent, taps, stride):
    """An output that a convolution with this filter, stride and padding shrinks to `extent`."""
    least = (extent - 1) * stride + (taps if padding == "valid" else 1)
    span = least + (0 if r.chance(60) else r.integer(0, stride - 1))
    if padding == "same" and r.chance(70):
        span = extent * stride
    assert positions(span, taps, stride, 1, padding) == extent
    return span


WINDOW_CASES = {
    "CONV_2D.grouped": grouped,
    "CONV_2D.line": along_a_line(False),
    "DEPTHWISE_CONV_2D.line": along_a_line(True),
    "SPACE_TO_BATCH_ND": spread,
    "TRANSPOSE_CONV": transposed,
    "RESIZE_BILINEAR": resize_bilinear,
}
