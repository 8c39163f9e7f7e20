"""Float32 networks of ONNX, node by node."""

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

def weights(rng, *shape):
    spread = 1.2 / numpy.sqrt(numpy.prod(shape[1:]))
    return (rng.standard_normal(shape) * spread).astype(numpy.float32)


class Net:
    """A float32 network, node by node."""

    def __init__(self, seed, shape):
        self.rng = numpy.random.default_rng(seed)
        self.shape = shape
        self.nodes = []
        self.constants = []
        self.last = "input"

    def constant(self, values, name):
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, operator, inputs=None, **attributes):
        name = f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs or [self.last], [name], name=name, **attributes))
        self.last = name
        return name

    def conv(self, inputs, outputs, kernel, group=1, bias=True, source=None, **attributes):
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        n = len(self.nodes)
        operands = [source or self.last, self.constant(weights(self.rng, outputs, inputs // group, *kernel), f"w{n}")]
        if bias:
            operands.append(self.constant(self.rng.standard_normal(outputs).astype(numpy.float32) * 0.3, f"b{n}"))
        return self.node("Conv", operands, group=group, kernel_shape=kernel, **attributes)

    def gemm(self, inputs, outputs, trans=1):
        n = len(self.nodes)
        shape = (outputs, inputs) if trans else (inputs, outputs)
        w = self.constant(weights(self.rng, *shape), f"w{n}")
        b = self.constant(self.rng.standard_normal(outputs).astype(numpy.float32) * 0.3, f"b{n}")
        return self.node("Gemm", [self.last, w, b], transB=trans)

    def transposed(self, inputs, outputs, kernel, bias=True, **attributes):
        n = len(self.nodes)
        operands = [self.last, self.constant(weights(self.rng, inputs, outputs, *kernel), f"w{n}")]
        if bias:
            operands.append(self.constant(self.rng.standard_normal(outputs).astype(numpy.float32) * 0.3, f"b{n}"))
        return self.node("ConvTranspose", operands, kernel_shape=kernel, **attributes)

    def resize(self, part, values, rule):
        kind = numpy.float32 if part == "scales" else numpy.int64
        place = [""] * (1 if part == "scales" else 2)
        operands = [self.last, *place, self.constant(numpy.array(values, kind), part)]
        return self.node("Resize", operands, mode="linear", coordinate_transformation_mode=rule)

    def list(self, values, name):
        return self.constant(numpy.array(values, numpy.int64), name)

    def model(self, outputs=None):
        outputs = outputs or [self.last]
        graph = helper.make_graph(
            self.nodes,
            "network",
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        return onnx.shape_inference.infer_shapes(model)
