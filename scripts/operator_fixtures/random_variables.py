"""Random networks with variables: values that are kept from one invocation to the next by the network itself."""

import math

from .network import OPS


def value_like(net, like, shape=None):
    return net.tensor(shape or net.shape(like), *net.quantization(like))


def initial_of(net, r, count):
    """What the variable holds first; nothing for zeros."""
    return net.activations(count) if r.chance(60) else None


def delayed(net, r, value):
    """The value of the invocation before."""
    shape = net.shape(value)
    handle = net.variable(shape, initial_of(net, r, math.prod(shape)))
    kept = net.operator(OPS.READ_VARIABLE, [handle], [value_like(net, value)], ("ReadVariableOptions", {}))
    net.operator(OPS.ASSIGN_VARIABLE, [handle, value], [], ("AssignVariableOptions", {}))
    return kept


def largest(net, r, value):
    """The largest of all values so far, read again or as it was assigned."""
    shape = net.shape(value)
    handle = net.variable(shape, initial_of(net, r, math.prod(shape)))
    kept = net.operator(OPS.READ_VARIABLE, [handle], [value_like(net, value)], ("ReadVariableOptions", {}))
    op = r.choose([OPS.MAXIMUM, OPS.MINIMUM])
    most = net.operator(op, [kept, value], [value_like(net, value)], ("MaximumMinimumOptions", {}))
    net.operator(OPS.ASSIGN_VARIABLE, [handle, most], [], ("AssignVariableOptions", {}))
    if r.chance(50):
        return most
    return net.operator(OPS.READ_VARIABLE, [handle], [value_like(net, value)], ("ReadVariableOptions", {}))


def framed(net, r, value):
    """Frames that came before, and the new ones behind them."""
    batch, height, *rest = net.shape(value)
    frames = height + r.integer(1, 4)
    handle = net.variable([batch, frames - height, *rest], initial_of(net, r, batch * (frames - height) * math.prod(rest)))
    kept_shape = [batch, frames - height, *rest]
    kept = net.operator(
        OPS.READ_VARIABLE, [handle], [value_like(net, value, kept_shape)], ("ReadVariableOptions", {})
    )
    joined = value_like(net, value, [batch, frames, *rest])
    net.operator(OPS.CONCATENATION, [kept, value], [joined], ("ConcatenationOptions", {"axis": 1}))
    places = [net.constant([0, height, *(0 for _ in rest)]), net.constant(kept_shape)]
    newest = value_like(net, value, kept_shape)
    net.operator(OPS.SLICE, [joined, *places], [newest], ("SliceOptions", {}))
    net.operator(OPS.ASSIGN_VARIABLE, [handle, newest], [], ("AssignVariableOptions", {}))
    return joined


def variables(net, r):
    value = r.input(r.shape(5, (2, 3, 4)))
    for _ in range(r.integer(0, 2)):
        value = r.choose([delayed, largest, framed])(net, r, value)
    return r.choose([largest, framed])(net, r, value)
