"""What others compute with a network, on sets of inputs one after another, so that state goes on from set to set."""

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro.python.tflite_micro import runtime


def input_details(model):
    interpreter = Interpreter(model_content=model)
    return [(d["shape"], d["dtype"], *d["quantization"]) for d in interpreter.get_input_details()], len(
        interpreter.get_output_details()
    )


def micro(model, sets, outputs):
    """TensorFlow Lite Micro's reference kernels."""
    interpreter = runtime.Interpreter.from_bytes(model, arena_size=16 << 20)
    results = []
    for inputs in sets:
        for position, values in enumerate(inputs):
            interpreter.set_input(values, position)
        interpreter.invoke()
        results.append([interpreter.get_output(position).copy() for position in range(outputs)])
    return results


def litert(model, sets, outputs):
    """TensorFlow Lite's reference kernels."""
    interpreter = Interpreter(model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    results = []
    for inputs in sets:
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        results.append([interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()[:outputs]])
    return results


def joined(sets):
    return b"".join(numpy.ascontiguousarray(values).tobytes() for tensors in sets for values in tensors)
