"""Random cases of operators that move values: pads, shapes, slices, joins."""

import math

import numpy as np

from .layers import concatenate, pad, reshape, transpose
from .network import OPS


def same(net, source, shape):
    """An output of another shape, quantised as the input."""
    return net.tensor(shape, *net.quantization(source))


def padding(value):
    def body(net, r):
        shape = r.shape(5)
        amounts = [[r.choose([0, 0, 1, 2, 3]), r.choose([0, 0, 1, 2])] for _ in shape]
        return pad(net, r.input(shape), amounts, r.integer(-128, 127) if value else None)

    return body


def mirror_pad(net, r):
    shape = r.shape(5)
    mode = r.integer(0, 1)
    most = [extent - 1 + mode for extent in shape]
    amounts = [[r.integer(0, min(most[i], 3)), r.integer(0, min(most[i], 3))] for i in range(len(shape))]
    source = r.input(shape)
    out = same(net, source, [s + b + a for s, (b, a) in zip(shape, amounts, strict=True)])
    return net.operator(OPS.MIRROR_PAD, [source, net.constant(amounts)], [out], ("MirrorPadOptions", {"mode": mode}))


def reshaping(net, r):
    shape = r.shape(6)
    source = r.input(shape)
    total = math.prod(shape)
    split = r.choose([d for d in range(1, total + 1) if total % d == 0])
    target = r.choose([[total], [split, total // split], [1, split, 1, total // split]])
    requested = [*target]
    if r.chance(40):
        requested[r.integer(0, len(target) - 1)] = -1
    return reshape(net, source, target, requested)


def squeeze(net, r):
    shape = [1 if r.chance(50) else extent for extent in r.shape(5)]
    ones = [axis for axis, extent in enumerate(shape) if extent == 1]
    dropped = ones if r.chance(50) else [axis for axis in ones if r.chance(50)]
    named = [] if dropped == ones and r.chance(60) else [a - len(shape) if r.chance(30) else a for a in dropped]
    if not named:
        dropped = ones
    source = r.input(shape)
    out = same(net, source, [extent for axis, extent in enumerate(shape) if axis not in dropped])
    return net.operator(OPS.SQUEEZE, [source], [out], ("SqueezeOptions", {"squeezeDims": np.asarray(named, np.int32)}))


def expand_dims(net, r):
    shape = r.shape(5, (1, 2, 3))[:3]
    axis = r.integer(0, len(shape))
    source = r.input(shape)
    out = same(net, source, [*shape[:axis], 1, *shape[axis:]])
    stated = axis - len(shape) - 1 if r.chance(30) else axis
    return net.operator(OPS.EXPAND_DIMS, [source, net.constant([stated])], [out], ("ExpandDimsOptions", {}))


def transposing(net, r):
    shape = r.shape(6)
    order = list(range(len(shape)))
    return transpose(net, r.input(shape), [order.pop(r.integer(0, len(order) - 1)) for _ in shape])


def joining(net, r):
    shape = r.shape(4)
    axis = r.integer(0, len(shape) - 1)
    quantization = (r.scale(), r.zero())
    parts = [net.input(shape, *quantization)]
    for _ in range(r.integer(1, 9)):
        part = [r.integer(1, 5) if i == axis else extent for i, extent in enumerate(shape)]
        parts.append(r.operand(part, *quantization, 10))
    return concatenate(net, parts, axis - len(shape) if r.chance(30) else axis)


def packing(net, r):
    shape = r.shape(5, (1, 2, 3))[:3]
    axis = r.integer(0, len(shape))
    quantization = (r.scale(), r.zero())
    count = r.integer(1, 5)
    parts = [net.input(shape, *quantization)]
    parts += [r.operand(shape, *quantization, 15) for _ in range(count - 1)]
    out = net.tensor([*shape[:axis], count, *shape[axis:]], *quantization)
    stated = axis - len(shape) - 1 if r.chance(30) else axis
    return net.operator(OPS.PACK, parts, [out], ("PackOptions", {"axis": stated, "valuesCount": count}))


def unpacking(net, r):
    shape = r.shape(5, (2, 3, 4))
    axis = r.integer(0, len(shape) - 1)
    source = r.input(shape)
    rest = [extent for i, extent in enumerate(shape) if i != axis]
    outputs = [same(net, source, rest) for _ in range(shape[axis])]
    stated = axis - len(shape) if r.chance(30) else axis
    net.operator(OPS.UNPACK, [source], outputs, ("UnpackOptions", {"axis": stated, "num": shape[axis]}))
    return tuple(outputs)


def splitting(net, r):
    shape = r.shape(5)
    axis = r.integer(0, len(shape) - 1)
    count = r.integer(1, 4)
    shape[axis] = count * r.integer(1, 3)
    source = r.input(shape)
    part = [extent // count if i == axis else extent for i, extent in enumerate(shape)]
    outputs = [same(net, source, part) for _ in range(count)]
    stated = net.constant([axis - len(shape) if r.chance(30) else axis], [])
    net.operator(OPS.SPLIT, [stated, source], outputs, ("SplitOptions", {"numSplits": count}))
    return tuple(outputs)


def splitting_unevenly(net, r):
    shape = r.shape(5)
    axis = r.integer(0, len(shape) - 1)
    sizes = [r.integer(1, 4) for _ in range(r.integer(1, 4))]
    shape[axis] = sum(sizes)
    source = r.input(shape)
    outputs = [same(net, source, [s if i == axis else extent for i, extent in enumerate(shape)]) for s in sizes]
    stated = [*sizes]
    if r.chance(30):
        stated[r.integer(0, len(sizes) - 1)] = -1
    inputs = [source, net.constant(stated), net.constant([axis - len(shape) if r.chance(30) else axis], [])]
    net.operator(OPS.SPLIT_V, inputs, outputs, ("SplitVOptions", {"numSplits": len(sizes)}))
    return tuple(outputs)


def slicing(net, r):
    shape = r.shape(7)
    begin = [0 if r.chance(45) else r.integer(0, extent - 1) for extent in shape]
    sizes = [extent - start if r.chance(45) else r.integer(1, extent - start) for extent, start in zip(shape, begin, strict=True)]
    source = r.input(shape)
    toward_end = [-1 if start + s == extent else s for start, s, extent in zip(begin, sizes, shape, strict=True)]
    inputs = [source, net.constant(begin), net.constant(toward_end if r.chance(50) else sizes)]
    return net.operator(OPS.SLICE, inputs, [same(net, source, sizes)], ("SliceOptions", {}))


def striding(net, r):
    shape = r.shape(7)
    axes = [striding_axis(r, extent) for extent in shape]
    shrink = [r.chance(15) for _ in shape]
    ends = [start + 1 if drop else end for (start, end, _), drop in zip(axes, shrink, strict=True)]
    steps = [1 if drop else step for (_, _, step), drop in zip(axes, shrink, strict=True)]
    begins = [start for start, _, _ in axes]
    begin_mask, end_mask = (sum(1 << i for i in range(len(shape)) if r.chance(20) and not shrink[i]) for _ in "be")
    out = []
    for i, extent in enumerate(shape):
        start = None if begin_mask >> i & 1 else begins[i]
        end = None if end_mask >> i & 1 else ends[i]
        picked = len(range(*slice(start, end, steps[i]).indices(extent)))
        if picked == 0:
            begin_mask, end_mask = begin_mask | 1 << i, end_mask | 1 << i
            picked = len(range(*slice(None, None, steps[i]).indices(extent)))
        if not shrink[i]:
            out.append(picked)
    source = r.input(shape)
    fields = {"beginMask": begin_mask, "endMask": end_mask}
    fields["shrinkAxisMask"] = sum(1 << i for i, drop in enumerate(shrink) if drop)
    inputs = [source, *(net.constant(values) for values in (begins, ends, steps))]
    return net.operator(OPS.STRIDED_SLICE, inputs, [same(net, source, out)], ("StridedSliceOptions", fields))


def striding_axis(r, extent):
    """Begin, end and step that pick at least one element, counted from either end; ends may lie beyond."""
    first = 0 if r.chance(30) else r.integer(0, extent - 1)
    if r.chance(25):
        step = -r.integer(1, 3)
        last = r.integer(-1, first - 1)
        return first, (last if last >= 0 else -extent - 1), step
    last = r.integer(first + 1, extent + 2)
    return (first - extent if r.chance(30) else first), last, r.integer(1, 3)


def gathering(net, r):
    shape = r.shape(6)
    axis = r.integer(0, len(shape) - 1)
    indices = [r.integer(0, shape[axis] - 1) for _ in range(r.integer(1, 7))]
    places = r.choose([[len(indices)], [len(indices)], [1, len(indices)]])
    if len(shape) + len(places) - 1 > 5:
        places = [len(indices)]
    source = r.input(shape)
    out = same(net, source, [*shape[:axis], *places, *shape[axis + 1 :]])
    inputs = [source, net.constant(np.reshape(indices, places))]
    stated = axis - len(shape) if r.chance(30) else axis
    return net.operator(OPS.GATHER, inputs, [out], ("GatherOptions", {"axis": stated}))


def tiling(net, r):
    shape = r.shape(5)
    multiples = [1 if r.chance(40) else r.integer(1, 4) for _ in shape]
    source = r.input(shape)
    out = same(net, source, [size * count for size, count in zip(shape, multiples, strict=True)])
    return net.operator(OPS.TILE, [source, net.constant(multiples)], [out], ("TileOptions", {}))


def broadcasting(net, r):
    shape = r.shape(6)
    given = [1 if r.chance(50) else size for size in shape]
    source = r.input(given[r.integer(0, len(given) - 1) :] if r.chance(40) else given)
    inputs = [source, net.constant(shape)]
    return net.operator(OPS.BROADCAST_TO, inputs, [same(net, source, shape)], ("BroadcastToOptions", {}))


def reversing(net, r):
    shape = r.shape(6)
    axis = r.integer(0, len(shape) - 1)
    source = r.input(shape)
    inputs = [source, net.constant([axis])]
    return net.operator(OPS.REVERSE_V2, inputs, [same(net, source, shape)], ("ReverseV2Options", {}))


def blocks(op):
    def body(net, r):
        block = r.choose([2, 2, 3, 4])
        height, width, channels = r.integer(1, 4), r.integer(1, 4), r.integer(1, 5)
        small, large = [1, height, width, channels * block * block], [1, height * block, width * block, channels]
        given, made = (large, small) if op == "SPACE_TO_DEPTH" else (small, large)
        source = r.input(given)
        name = "SpaceToDepthOptions" if op == "SPACE_TO_DEPTH" else "DepthToSpaceOptions"
        return net.operator(getattr(OPS, op), [source], [same(net, source, made)], (name, {"blockSize": block}))

    return body


LAYOUT_CASES = {
    "PAD": padding(False),
    "PADV2": padding(True),
    "MIRROR_PAD": mirror_pad,
    "RESHAPE": reshaping,
    "SQUEEZE": squeeze,
    "EXPAND_DIMS": expand_dims,
    "TRANSPOSE": transposing,
    "CONCATENATION": joining,
    "PACK": packing,
    "UNPACK": unpacking,
    "SPLIT": splitting,
    "SPLIT_V": splitting_unevenly,
    "SLICE": slicing,
    "STRIDED_SLICE": striding,
    "GATHER": gathering,
    "TILE": tiling,
    "BROADCAST_TO": broadcasting,
    "REVERSE_V2": reversing,
    "SPACE_TO_DEPTH": blocks("SPACE_TO_DEPTH"),
    "DEPTH_TO_SPACE": blocks("DEPTH_TO_SPACE"),
}
