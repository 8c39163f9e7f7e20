"""A quantised network cut into what lies between its quantisers, each given the integers that ONNX Runtime has there."""

import onnx
from onnx.utils import Extractor

from . import convert_torch


def quantised_values(model):
    """Names of activations as integers, in order, by the operators that quantise them."""
    constants = {constant.name for constant in model.graph.initializer}
    return [n.output[0] for n in model.graph.node if n.op_type == "QuantizeLinear" and n.input[0] not in constants]


def sources(value, writers, known):
    """The activations that a value follows from."""
    found, left = [], [*writers[value].input]
    while left:
        name = left.pop()
        if name in known and name not in found:
            found.append(name)
        elif name not in known and name in writers:
            left += writers[name].input
    return found


def cut(model_bytes, sets):
    """[network, its inputs in all sets, its outputs in all sets] of each piece; images with their channels last."""
    model = onnx.shape_inference.infer_shapes(onnx.load_from_string(model_bytes))
    values = quantised_values(model)
    writers = {output: node for node in model.graph.node for output in node.output}
    shapes = {info.name: info for info in model.graph.value_info}
    whole = onnx.load_from_string(model_bytes)
    del whole.graph.output[:]
    whole.graph.output.extend(shapes[name] for name in values)
    results = convert_torch.computed(whole.SerializeToString(), sets)
    of = {name: [turned(result[place]) for result in results] for place, name in enumerate(values)}
    for value in values:
        inputs = sources(value, writers, set(values))
        if not inputs:
            continue
        piece = Extractor(model).extract_model(inputs, [value])
        yield [piece.SerializeToString(), in_sets([of[name] for name in inputs]), in_sets([of[value]])]


def turned(values):
    return convert_torch.channels_last(values)


def in_sets(values):
    return b"".join(part.tobytes() for one_set in zip(*values, strict=True) for part in one_set)
