"""Random cases of operators with windows, weights and sums: convolutions, fully connected, pools, reductions."""

from .layers import connect, convolve, mean, pool, resize
from .network import OPS


def size(r, most=4):
    return (r.integer(1, most), r.integer(1, most))


def image_for(r, filter_size, dilation, padding, channels=9):
    """An image that a window without padding fits into."""
    spans = [(taps - 1) * step + 1 for taps, step in zip(filter_size, dilation, strict=True)]
    least = spans if padding == "valid" else [1, 1]
    return [1, *(low + r.integer(0, 8) for low in least), r.integer(1, channels)]


def window(r, most=4, dilated=30):
    filter_size = r.choose([size(r, most), (1, r.integer(1, 7)), (r.integer(1, 7), 1), (3, 3), (1, 1)])
    stride = (1, 1) if r.chance(50) else size(r, 3)
    dilation = size(r, 3) if r.chance(dilated) else (1, 1)
    return filter_size, stride, dilation, r.choose(["same", "valid"])


def weighted(r):
    return {
        "activation": r.choose(["none", "none", "relu", "relu6", "relu-n1-to-1"]),
        "per_axis": r.chance(70),
        "bias": r.chance(80),
        "out_zero": r.zero(),
    }


def convolution(depthwise):
    def body(net, r):
        filter_size, stride, dilation, padding = window(r)
        shape = image_for(r, filter_size, dilation, padding)
        multiplier = r.choose([1, 1, 2, 3]) if depthwise else None
        filters = None if depthwise else r.integer(1, 9)
        source = r.input(shape, scale=r.scale(0.01, 0.2))
        out = convolve(
            net, source, filters, filter_size, stride, dilation, padding, multiplier=multiplier, **weighted(r)
        )
        return r.requantise(out)

    return body


def fully_connected(net, r):
    shape = r.choose([[1, r.integer(1, 70)], [r.integer(1, 5), r.integer(1, 40)], [1, 2, 3, r.integer(1, 20)]])
    keep = len(shape) == 4 and r.chance(50)
    out = connect(net, r.input(shape, scale=r.scale(0.01, 0.2)), r.integer(1, 13), keep=keep, **weighted(r))
    return r.requantise(out)


def pooling(op):
    def body(net, r):
        filter_size, stride, _, padding = window(r, dilated=0)
        source = r.input(image_for(r, filter_size, (1, 1), padding, 11), scale=r.scale(0.01, 0.2))
        return pool(net, op, source, filter_size, stride, padding, weighted(r)["activation"])

    return body


def averaging(net, r):
    shape = r.shape(7)
    source = r.input(shape)
    axes = [1, 2] if len(shape) == 4 and r.chance(40) else r.axes(len(shape))
    if r.chance(20):
        axes.append(axes[0])
    return mean(net, source, axes, r.chance(50), net.quantization(source)[0] * r.scale(0.2, 4), r.zero())


def resize_nearest(net, r):
    source = r.input(r.image(7, 7))
    align = r.chance(35)
    return resize(net, source, r.integer(1, 12), r.integer(1, 12), align, not align and r.chance(50))


def reduction(op):
    def body(net, r):
        shape = r.shape(7)
        source = r.input(shape)
        scale, zero = net.quantization(source)
        axes = [1, 2] if len(shape) == 4 and r.chance(40) else r.axes(len(shape))
        if op == "SUM":
            scale, zero = scale * r.scale(0.5, 40), r.zero()
        keep = r.chance(50)
        dropped = {axis % len(shape) for axis in axes}
        left = [1 if i in dropped else extent for i, extent in enumerate(shape) if keep or i not in dropped]
        out = net.tensor(left, scale, zero)
        return net.operator(getattr(OPS, op), [source, net.constant(axes)], [out], ("ReducerOptions", {"keepDims": keep}))

    return body


IMAGE_CASES = {
    "CONV_2D": convolution(False),
    "DEPTHWISE_CONV_2D": convolution(True),
    "FULLY_CONNECTED": fully_connected,
    "AVERAGE_POOL_2D": pooling("AVERAGE_POOL_2D"),
    "MAX_POOL_2D": pooling("MAX_POOL_2D"),
    "MEAN": averaging,
    "SUM": reduction("SUM"),
    "REDUCE_MAX": reduction("REDUCE_MAX"),
    "REDUCE_MIN": reduction("REDUCE_MIN"),
    "RESIZE_NEAREST_NEIGHBOR": resize_nearest,
}
