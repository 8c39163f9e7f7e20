"""Writes one small TensorFlow Lite network, field by field, with the library's own flatbuffer schema."""

import zlib

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

OPS = schema.BuiltinOperator
OP_NAMES = {value: name for name, value in vars(OPS).items() if not name.startswith("_")}
TYPES = {
    "int8": (schema.TensorType.INT8, np.int8),
    "uint8": (schema.TensorType.UINT8, np.uint8),
    "int16": (schema.TensorType.INT16, np.int16),
    "int32": (schema.TensorType.INT32, np.int32),
    "int64": (schema.TensorType.INT64, np.int64),
    "int4": (schema.TensorType.INT4, np.int8),
    "float32": (schema.TensorType.FLOAT32, np.float32),
    "resource": (schema.TensorType.RESOURCE, None),
}


# Of operators that have no first version.
VERSIONS = {OPS.BROADCAST_TO: 2}

KINDS = {code: kind for kind, (code, _) in TYPES.items()}


def packed(values):
    """Two values a byte, the first in its lower half."""
    halves = np.append(values.ravel(), np.zeros(values.size % 2, np.int8)).astype(np.uint8) & 15
    return halves[::2] | (halves[1::2] << 4)


class Network:
    """Tensors and operators of one case; `draw` gives its pseudo-random values. `values` is the type of activations."""

    def __init__(self, name, note, values="int8"):
        self.name, self.note, self.sets, self.values = name, note, None, values
        self.tensors, self.buffers, self.operators, self.codes = [], [schema.BufferT()], [], []
        self.inputs, self.outputs, self.initial = [], [], []
        self.raw = np.random.PCG64(zlib.crc32(name.encode()))

    def draw(self, count, low=-128, high=127):
        """Integers from low to high, taken from the raw stream, which NumPy promises never to change."""
        raw = self.raw.random_raw(count) >> np.uint64(40)
        return (raw % np.uint64(high - low + 1)).astype(np.int64) + low

    def activations(self, count):
        """Values of activations, from the lowest to the highest."""
        return self.draw(count) if self.values == "int8" else self.draw(count, -(2**15), 2**15 - 1)

    def tensor(self, shape, scale=None, zero=0, kind=None, data=None, axis=0, label=None):
        """One of activations where no kind is given; those of int16 are symmetric."""
        kind, zero = kind or self.values, 0 if kind is None and self.values == "int16" else zero
        tensor = schema.TensorT()
        tensor.shape, tensor.type = list(shape), TYPES[kind][0]
        tensor.name = label or f"t{len(self.tensors)}"
        if scale is not None:
            quantization = schema.QuantizationParametersT()
            scales = np.atleast_1d(np.asarray(scale, np.float32))
            quantization.scale, quantization.zeroPoint = scales, np.full(scales.size, zero, np.int64)
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        if data is not None:
            buffer = schema.BufferT()
            values = np.asarray(data, TYPES[kind][1])
            buffer.data = np.frombuffer((packed(values) if kind == "int4" else values).tobytes(), np.uint8)
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def input(self, shape, scale=0.05, zero=0, kind=None):
        index = self.tensor(shape, scale, zero, kind, label=f"input{len(self.inputs)}")
        self.inputs.append(index)
        return index

    def variable(self, shape, initial):
        """The handle of a variable, which begins with the values `initial` or with zeros."""
        name = f"variable{len(self.initial)}"
        self.initial.append((name, shape, initial))
        handle = self.tensor([1], kind="resource")
        return self.operator(OPS.VAR_HANDLE, [], [handle], ("VarHandleOptions", {"sharedName": name}))

    def constant(self, values, shape=None):
        values = np.asarray(values, np.int32)
        return self.tensor(values.shape if shape is None else shape, kind="int32", data=values)

    def operator(self, code, inputs, outputs, options=None):
        """Appends one operator; `options` is (name of the options table, fields)."""
        operator = self.written(code, inputs, outputs, options)
        self.operators.append(operator)
        return outputs[0] if outputs else None

    def written(self, code, inputs, outputs, options=None):
        if code not in self.codes:
            self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = self.codes.index(code), inputs, outputs
        if options is not None:
            table, fields = options
            operator.builtinOptions = getattr(schema, f"{table}T")()
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, table)
            for field, value in fields.items():
                assert hasattr(operator.builtinOptions, field), field
                setattr(operator.builtinOptions, field, value)
        return operator

    def initialisation(self):
        """The subgraph that CALL_ONCE runs: it assigns constants to the variables that have any."""
        graph, whole = schema.SubGraphT(), self.tensors
        self.tensors, graph.operators = [], []
        for name, shape, values in self.initial:
            if values is None:
                continue
            handle, value = self.tensor([1], kind="resource"), self.tensor(shape, 1, data=values)
            graph.operators.append(self.written(OPS.VAR_HANDLE, [], [handle], ("VarHandleOptions", {"sharedName": name})))
            graph.operators.append(
                self.written(OPS.ASSIGN_VARIABLE, [handle, value], [], ("AssignVariableOptions", {}))
            )
        graph.name, graph.tensors, graph.inputs, graph.outputs = "initialise", self.tensors, [], []
        self.tensors = whole
        return graph

    def shape(self, index):
        return tuple(self.tensors[index].shape)

    def kind(self, index):
        return KINDS[self.tensors[index].type]

    def is_float(self, index):
        return self.tensors[index].type == schema.TensorType.FLOAT32

    def quantization(self, index):
        quantization = self.tensors[index].quantization
        return float(quantization.scale[0]), int(quantization.zeroPoint[0])

    def to_bytes(self):
        model, graph = schema.ModelT(), schema.SubGraphT()
        model.version, model.description, model.buffers = 3, f"mcunet-action operator case {self.name}", self.buffers
        graph.name, graph.tensors, graph.operators = "main", self.tensors, self.operators
        graph.inputs, graph.outputs, model.subgraphs = self.inputs, self.outputs, [graph]
        if any(values is not None for _, _, values in self.initial):
            model.subgraphs.append(self.initialisation())
            call = self.written(OPS.CALL_ONCE, [], [], ("CallOnceOptions", {"initSubgraphIndex": 1}))
            graph.operators = [call, *self.operators]
        for code in self.codes:
            entry = schema.OperatorCodeT()
            entry.deprecatedBuiltinCode, entry.builtinCode, entry.version = min(code, 127), code, VERSIONS.get(code, 1)
            model.operatorCodes = [*(model.operatorCodes or []), entry]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())
