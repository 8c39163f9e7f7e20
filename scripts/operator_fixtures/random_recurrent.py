"""Random cases of operators that keep state from one invocation to the next."""

import math

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from .network import OPS

TANH = schema.ActivationFunctionType.TANH
RELU = schema.ActivationFunctionType.RELU


def variable(net, shape, scale, zero, kind):
    index = net.tensor(shape, scale, zero, kind, label=f"state{len(net.tensors)}")
    net.tensors[index].isVariable = True
    return index


def values(net, r, count, most=127):
    """Anything, now and then all at one end."""
    if r.chance(8):
        return np.full(count, r.choose([-most - 1, most]))
    return net.draw(count, -most - 1, most)


def svdf(net, r):
    batches, inputs, units = r.integer(1, 3), r.integer(1, 24), r.integer(1, 10)
    rank, memory = r.integer(1, 3), r.integer(1, 12)
    filters, is_wide = units * rank, r.chance(60)
    input_scale, feature_scale, time_scale = r.scale(0.005, 0.5), r.scale(0.001, 0.1), r.scale(0.0001, 0.05)
    usual = math.sqrt(inputs) * 74 * 74
    state_scale = input_scale * feature_scale * usual / (8000 if is_wide else 50) * r.scale(0.5, 4)
    state_zero = 0 if is_wide else r.zero()
    # Sums of products of int16 stay below 2^31, beyond which the original is undefined.
    most = min(32767, 65535 // (memory * rank)) if is_wide else 127
    usual = math.sqrt(memory * rank) * (most * 0.57) * (8000 if is_wide else 50)
    output_scale = state_scale * time_scale * usual / 40 * r.scale(0.5, 4)
    kind = "int16" if is_wide else "int8"
    tensors = [
        r.input([batches, inputs], scale=input_scale),
        net.tensor([filters, inputs], feature_scale, data=values(net, r, filters * inputs)),
        net.tensor([filters, memory], time_scale, 0, kind, values(net, r, filters * memory, most)),
        net.tensor(
            [units],
            state_scale * time_scale,
            0,
            "int32",
            net.draw(units, -int(usual * 2), int(usual * 2)),
        ),
        variable(net, [batches, memory * filters], state_scale, state_zero, kind),
    ]
    output = net.tensor([batches, units], output_scale, r.zero())
    options = {"rank": rank, "fusedActivationFunction": r.choose([0, RELU])}
    return net.operator(OPS.SVDF, tensors, [output], ("SVDFOptions", options))


def lstm(net, r, finer=1):
    """Of int8, or of int16 where its steps are finer."""
    values_kind, bias_kind = ("int8", "int32") if finer == 1 else ("int16", "int64")
    batches, steps, inputs, units = r.integer(1, 3), r.integer(1, 7), r.integer(1, 14), r.integer(1, 11)
    if finer > 1 and r.chance(10):
        # More products than 32 bits hold the sums of.
        inputs, units = r.integer(257, 600), r.integer(1, 3)
    time_major = r.chance(50)
    lead = [steps, batches] if time_major else [batches, steps]
    input_scale, hidden_scale = r.scale(0.005, 0.1) / finer, 1 / 128 * r.scale(0.3, 2) / finer
    hidden_zero = r.zero() if finer == 1 else 0
    weight_scales = []

    def weights(columns, scale):
        """Such that sums are of the order of what the gates tell apart."""
        usual = math.sqrt(columns) * 74 * 74 * scale * finer
        weight_scales.append(r.scale(0.3, 6) / usual)
        return net.tensor([units, columns], weight_scales[-1], 0, "int8", values(net, r, units * columns))

    value = r.input([*lead, inputs], scale=input_scale)
    of_input = [weights(inputs, input_scale) for _ in range(4)]
    of_hidden = [weights(units, hidden_scale) for _ in range(4)]
    biases = []
    for gate in range(4):
        scale = input_scale * weight_scales[gate]
        most = max(1, int(2 / scale))
        biases.append(net.tensor([units], scale, 0, bias_kind, net.draw(units, -most, most)))
    hidden = variable(net, [batches, units], hidden_scale, hidden_zero, values_kind)
    cell = variable(net, [batches, units], 2.0 ** -r.integer(7, 15), 0, "int16")
    output = net.tensor([*lead, units], hidden_scale, hidden_zero)
    absent = [-1, -1, -1]
    tensors = [value, *of_input, *of_hidden, *absent, *biases, -1, -1, hidden, cell, -1, *absent]
    options = {
        "fusedActivationFunction": TANH,
        "timeMajor": time_major,
        "cellClip": r.choose([0.0, 0.0, 10.0, 1.0, 0.3]),
    }
    table = "UnidirectionalSequenceLSTMOptions"
    return net.operator(OPS.UNIDIRECTIONAL_SEQUENCE_LSTM, tensors, [output], (table, options))


RECURRENT_CASES = {"SVDF": svdf, "UNIDIRECTIONAL_SEQUENCE_LSTM": lstm}
