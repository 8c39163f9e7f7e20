"""Layers: each function appends an operator to a network and gives the index of its output tensor."""

import math

import numpy as np

from .network import OPS

ACTIVATIONS = {"none": 0, "relu": 1, "relu-n1-to-1": 2, "relu6": 3}
PADDINGS = {"same": 0, "valid": 1}
RESIZE_OPTIONS = {
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighborOptions",
    "RESIZE_BILINEAR": "ResizeBilinearOptions",
}


def window(size, filter_size, stride, dilation, padding):
    reach = (filter_size - 1) * dilation + 1
    return -(-size // stride) if padding == "same" else (size - reach) // stride + 1


def weighted(net, source, weights_shape, channels, axis, per_axis, bias, taps, out_zero):
    """Weights, bias and an output scale at which most outputs are in range and some saturate."""
    in_scale, _ = net.quantization(source)
    scales = (net.draw(channels if per_axis else 1, 40, 160) / 8192).astype(np.float32)
    weights = net.tensor(weights_shape, scales, 0, "int8", net.draw(math.prod(weights_shape), -127, 127), axis=axis)
    inputs = [source, weights]
    if bias:
        wide = net.kind(source) == "int16"
        span = int(40 * 74 * math.sqrt(taps)) * (256 if wide else 1)
        kind = ("int64" if wide else "int32") if bias is True else bias
        inputs.append(net.tensor([channels], np.float32(in_scale) * scales, 0, kind, net.draw(channels, -span, span)))
    return inputs, (float(np.float32(math.sqrt(taps) * 91 * in_scale * 0.0122)), out_zero)


def window_fields(stride, dilation, padding, activation):
    """Options that CONV_2D and DEPTHWISE_CONV_2D have in common."""
    return {
        "padding": PADDINGS[padding],
        "strideH": stride[0],
        "strideW": stride[1],
        "dilationHFactor": dilation[0],
        "dilationWFactor": dilation[1],
        "fusedActivationFunction": ACTIVATIONS[activation],
    }


def convolve(
    net,
    source,
    filters,
    size,
    stride=(1, 1),
    dilation=(1, 1),
    padding="same",
    activation="none",
    per_axis=True,
    bias=True,
    out_zero=-5,
    multiplier=None,
    groups=1,
):
    """CONV_2D, or DEPTHWISE_CONV_2D where a depth multiplier is given."""
    batch, height, width, depth = net.shape(source)
    depth //= groups
    channels = filters if multiplier is None else depth * multiplier
    shape = (channels, *size, depth) if multiplier is None else (1, *size, channels)
    taps = size[0] * size[1] * (depth if multiplier is None else 1)
    inputs, quantization = weighted(
        net, source, shape, channels, 0 if multiplier is None else 3, per_axis, bias, taps, out_zero
    )
    out = net.tensor(
        (
            batch,
            window(height, size[0], stride[0], dilation[0], padding),
            window(width, size[1], stride[1], dilation[1], padding),
            channels,
        ),
        *quantization,
    )
    fields = window_fields(stride, dilation, padding, activation)
    if multiplier is None:
        return net.operator(OPS.CONV_2D, inputs, [out], ("Conv2DOptions", fields))
    fields["depthMultiplier"] = multiplier
    return net.operator(OPS.DEPTHWISE_CONV_2D, inputs, [out], ("DepthwiseConv2DOptions", fields))


def connect(net, source, units, activation="none", per_axis=False, bias=True, keep=False, out_zero=3):
    size = net.shape(source)[-1]
    inputs, quantization = weighted(net, source, (units, size), units, 0, per_axis, bias, size, out_zero)
    leading = net.shape(source)[:-1] if keep else (math.prod(net.shape(source)) // size,)
    out = net.tensor((*leading, units), *quantization)
    return net.operator(
        OPS.FULLY_CONNECTED,
        inputs,
        [out],
        ("FullyConnectedOptions", {"fusedActivationFunction": ACTIVATIONS[activation], "keepNumDims": keep}),
    )


def combine(net, op, left, right, scale, zero=0, activation="none"):
    """ADD or MUL."""
    out = net.tensor(np.broadcast_shapes(net.shape(left), net.shape(right)), scale, zero)
    return net.operator(
        getattr(OPS, op),
        [left, right],
        [out],
        (f"{op.capitalize()}Options", {"fusedActivationFunction": ACTIVATIONS[activation]}),
    )


def pool(net, op, source, size, stride, padding, activation="none"):
    batch, height, width, depth = net.shape(source)
    out = net.tensor(
        (batch, window(height, size[0], stride[0], 1, padding), window(width, size[1], stride[1], 1, padding), depth),
        *net.quantization(source),
    )
    return net.operator(
        getattr(OPS, op),
        [source],
        [out],
        (
            "Pool2DOptions",
            {
                "padding": PADDINGS[padding],
                "strideH": stride[0],
                "strideW": stride[1],
                "filterHeight": size[0],
                "filterWidth": size[1],
                "fusedActivationFunction": ACTIVATIONS[activation],
            },
        ),
    )


def mean(net, source, axes, keep, scale, zero):
    shape = net.shape(source)
    dropped = {axis % len(shape) for axis in axes}
    out = net.tensor(
        [1 if i in dropped else size for i, size in enumerate(shape) if keep or i not in dropped], scale, zero
    )
    return net.operator(OPS.MEAN, [source, net.constant(axes)], [out], ("ReducerOptions", {"keepDims": keep}))


def pad(net, source, amounts, value=None):
    out = net.tensor(
        [s + b + a for s, (b, a) in zip(net.shape(source), amounts, strict=True)], *net.quantization(source)
    )
    inputs = [source, net.constant(amounts)]
    if value is None:
        return net.operator(OPS.PAD, inputs, [out], ("PadOptions", {}))
    inputs.append(net.tensor([1], *net.quantization(source), data=[value]))
    return net.operator(OPS.PADV2, inputs, [out], ("PadV2Options", {}))


def transpose(net, source, permutation):
    out = net.tensor([net.shape(source)[i] for i in permutation], *net.quantization(source))
    return net.operator(OPS.TRANSPOSE, [source, net.constant(permutation)], [out], ("TransposeOptions", {}))


def concatenate(net, sources, axis, activation="none"):
    shape = list(net.shape(sources[0]))
    shape[axis] = sum(net.shape(source)[axis] for source in sources)
    out = net.tensor(shape, *net.quantization(sources[0]))
    return net.operator(
        OPS.CONCATENATION,
        sources,
        [out],
        ("ConcatenationOptions", {"axis": axis, "fusedActivationFunction": ACTIVATIONS[activation]}),
    )


def resize(net, source, height, width, align=False, half_pixel=False, op="RESIZE_NEAREST_NEIGHBOR"):
    batch, _, _, depth = net.shape(source)
    out = net.tensor((batch, height, width, depth), *net.quantization(source))
    return net.operator(
        getattr(OPS, op),
        [source, net.constant([height, width])],
        [out],
        (RESIZE_OPTIONS[op], {"alignCorners": align, "halfPixelCenters": half_pixel}),
    )


def reshape(net, source, shape, requested):
    out = net.tensor(shape, *net.quantization(source))
    return net.operator(
        OPS.RESHAPE,
        [source, net.constant(requested)],
        [out],
        ("ReshapeOptions", {"newShape": np.asarray(requested, np.int32)}),
    )


def unary(net, op, source, scale, zero, kind=None, options=None):
    return net.operator(getattr(OPS, op), [source], [net.tensor(net.shape(source), scale, zero, kind)], options)


def softmax(net, source, beta=1.0):
    return unary(net, "SOFTMAX", source, 1 / 256, -128, options=("SoftmaxOptions", {"beta": beta}))


def constant_int8(net, shape, scale, zero):
    return net.tensor(shape, scale, zero, data=net.draw(math.prod(shape)))
