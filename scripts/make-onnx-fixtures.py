"""Makes the ONNX files of test/fixtures/onnx.zip and what ONNX Runtime computes with them.

Quantised by onnxruntime.quantization (QDQ and QOperator, per tensor and per channel, int8 and uint8) and exported by
PyTorch; run with ONNX Runtime's graph optimisations off and on.

usage: python make-onnx-fixtures.py ARCHIVE.zip   (needs onnx, onnxruntime, numpy, torch)
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy
import onnx
import onnxruntime
import torch
from onnx_fixtures.net import Net, weights
from onnx_fixtures.record import VARIANTS, Reader, save, write
from onnxruntime.quantization import QuantType, quantize_static


def networks():
    """Float32 networks by name."""
    net = Net(1, [1, 3, 9, 11]); net.conv(3, 8, 3, pads=[1, 1, 1, 1]); yield "conv-same", net.model()
    net = Net(2, [1, 3, 10, 12]); net.conv(3, 8, 3, strides=[2, 2], pads=[1, 1, 1, 1]); net.node("Relu"); yield "conv-stride-pads", net.model()
    net = Net(3, [1, 8, 9, 9]); net.conv(8, 8, 3, group=8, strides=[2, 2], pads=[1, 1, 1, 1]); net.node("Relu"); yield "depthwise", net.model()
    net = Net(4, [1, 4, 8, 8]); net.conv(4, 8, 3, group=4, dilations=[2, 2], bias=False); yield "depthwise-multiplier-dilated", net.model()
    net = Net(5, [1, 6, 7, 5]); net.conv(6, 5, (1, 3), auto_pad="SAME_UPPER"); yield "conv-auto-pad", net.model()
    net = Net(6, [1, 3, 8, 8]); net.conv(3, 6, 3); low = net.constant(numpy.float32(0).reshape(()), "low"); high = net.constant(numpy.float32(6).reshape(()), "high"); net.node("Clip", [net.last, low, high]); net.conv(6, 4, 1); yield "clip", net.model()
    net = Net(7, [1, 40]); net.gemm(40, 12); net.node("Relu"); net.gemm(12, 5, trans=0); yield "gemm", net.model()
    net = Net(8, [1, 6, 16]); w = net.constant(weights(net.rng, 16, 9), "w"); net.node("MatMul", ["input", w]); yield "matmul", net.model()
    net = Net(9, [1, 3, 5, 7]); net.conv(3, 4, 3); net.node("Flatten"); net.gemm(4 * 3 * 5, 7); yield "flatten-gemm", net.model()
    net = Net(10, [1, 3, 5, 7]); net.conv(3, 4, 3); net.node("Reshape", [net.last, net.list([1, -1], "shape")]); yield "flatten-output", net.model()
    net = Net(11, [1, 4, 6, 6]); a = net.conv(4, 8, 1); b = net.conv(4, 8, 3, pads=[1] * 4, source="input"); net.node("Add", [a, b]); net.node("Relu"); yield "add", net.model()
    net = Net(12, [1, 4, 6, 6]); a = net.conv(4, 8, 1); net.node("GlobalAveragePool"); net.conv(8, 8, 1); s = net.node("Sigmoid"); net.node("Mul", [a, s]); yield "squeeze-excite", net.model()
    net = Net(13, [1, 4, 9, 9]); net.conv(4, 6, 3); net.node("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]); yield "max-pool", net.model()
    net = Net(14, [1, 4, 8, 8]); net.conv(4, 6, 3, pads=[1] * 4); net.node("AveragePool", kernel_shape=[2, 2], strides=[2, 2]); yield "average-pool", net.model()
    net = Net(15, [1, 4, 8, 8]); net.conv(4, 6, 3, pads=[1] * 4); net.node("AveragePool", kernel_shape=[3, 3], strides=[1, 1], pads=[1] * 4); yield "average-pool-same", net.model()
    net = Net(16, [1, 4, 6, 6]); net.conv(4, 10, 3); net.node("GlobalAveragePool"); net.node("Flatten"); net.gemm(10, 6); net.node("Softmax", axis=-1); yield "classifier-softmax", net.model()
    net = Net(17, [1, 4, 6, 6]); a = net.conv(4, 3, 1); b = net.conv(4, 5, 1, source="input"); net.node("Concat", [a, b], axis=1); net.conv(8, 4, 1); yield "concat", net.model()
    net = Net(18, [1, 4, 6, 6]); net.conv(4, 5, 3); net.node("Pad", [net.last, net.list([0, 0, 1, 2, 0, 0, 0, 1], "pads")]); net.conv(5, 4, 3); yield "pad", net.model()
    net = Net(19, [1, 4, 6, 6]); net.conv(4, 6, 3); net.node("HardSwish"); net.conv(6, 4, 1); yield "hard-swish", net.model()
    net = Net(20, [1, 4, 6, 6]); a = net.conv(4, 6, 3); s = net.node("HardSigmoid", alpha=1 / 6, beta=0.5); net.node("Mul", [a, s]); net.conv(6, 4, 1); yield "hard-sigmoid-mul", net.model()
    net = Net(21, [1, 4, 5, 5]); net.conv(4, 4, 3); net.node("Resize", [net.last, "", net.constant(numpy.array([1, 1, 2, 2], numpy.float32), "scales")], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"); net.conv(4, 3, 3, pads=[1] * 4); yield "resize", net.model()
    net = Net(22, [1, 4, 5, 6]); net.conv(4, 6, 3); net.node("ReduceMean", axes=[2, 3], keepdims=0); net.gemm(6, 4); yield "reduce-mean", net.model()
    net = Net(23, [1, 8, 8, 3]); net.node("Transpose", perm=[0, 3, 1, 2]); net.conv(3, 6, 3); net.node("Transpose", perm=[0, 2, 3, 1]); yield "transposed-edges", net.model()
    net = Net(24, [1, 4, 6, 6]); net.conv(4, 6, 3); net.node("LeakyRelu", alpha=0.1); net.conv(6, 4, 1); yield "leaky-relu", net.model()
    net = Net(25, [1, 6, 6, 6]); net.conv(6, 8, 1); a = net.last; net.node("Slice", [a, net.list([1], "s"), net.list([7], "e"), net.list([1], "ax")]); net.conv(6, 4, 1); yield "slice", net.model()
    net = Net(26, [1, 6, 6, 6]); net.conv(6, 8, 1); net.node("Tanh"); net.conv(8, 4, 1); yield "tanh", net.model()
    net = Net(27, [1, 4, 6, 6]); a = net.conv(4, 6, 1); b = net.conv(4, 6, 1, source="input"); net.node("Sub", [a, b]); yield "sub", net.model()
    net = Net(36, [1, 6, 20]); net.conv(6, 8, (5,), pads=[2, 2], strides=[2]); net.node("Relu"); net.conv(8, 8, (3,), group=8, dilations=[2]); net.node("Flatten"); net.gemm(48, 4); yield "conv-line", net.model()
    net = Net(29, [1, 6, 5, 7]); net.node("GlobalAveragePool"); yield "global-average-pool", net.model()
    net = Net(30, [1, 60]); net.gemm(60, 40); yield "one-gemm", net.model()
    net = Net(31, [1, 6, 9, 9]); net.node("AveragePool", kernel_shape=[3, 3], strides=[2, 2]); yield "one-average-pool", net.model()
    net = Net(32, [1, 8, 6, 6]); net.node("Add", ["input", net.constant(weights(net.rng, 8, 1, 1), "c")]); yield "add-constant", net.model()
    net = Net(33, [1, 8, 6, 6]); net.node("Mul", ["input", net.constant(weights(net.rng, 8, 1, 1), "c")]); yield "mul-constant", net.model()
    net = Net(34, [1, 40]); net.node("Softmax", axis=-1); yield "one-softmax", net.model()
    net = Net(35, [1, 40]); net.node("Sigmoid"); yield "one-sigmoid", net.model()
    net = Net(28, [1, 3, 16, 16])
    net.conv(3, 8, 3, strides=[2, 2], pads=[1] * 4); block = net.node("Relu")
    net.conv(8, 24, 1); net.node("Relu"); net.conv(24, 24, 3, group=24, pads=[1] * 4); net.node("Relu"); net.conv(24, 8, 1)
    net.node("Add", [block, net.last]); net.conv(8, 16, 3, strides=[2, 2], pads=[1] * 4); net.node("Relu")
    net.node("GlobalAveragePool"); net.node("Flatten"); net.gemm(16, 10); yield "residual-network", net.model()
    net = Net(37, [1, 8, 7, 9]); net.conv(8, 12, 3, group=4, pads=[1] * 4); net.node("Relu"); net.conv(12, 6, 3, group=2, strides=[2, 2], dilations=[1, 2]); yield "conv-groups", net.model()
    net = Net(38, [1, 6, 5, 4]); net.transposed(6, 8, (2, 2), strides=[2, 2]); net.node("Relu"); net.conv(8, 4, 3); yield "conv-transpose", net.model()
    net = Net(39, [1, 6, 5, 4]); net.transposed(6, 5, (4, 4), strides=[2, 2], pads=[1] * 4, bias=False); yield "conv-transpose-same", net.model()
    net = Net(40, [1, 5, 5, 4]); net.transposed(5, 6, (3, 3), strides=[2, 2], pads=[1] * 4, output_padding=[1, 1]); net.conv(6, 4, 1); yield "conv-transpose-cut", net.model()
    net = Net(41, [1, 6, 9]); net.transposed(6, 4, (4,), strides=[2], pads=[1, 1]); yield "conv-line-transpose", net.model()
    net = Net(42, [1, 4, 5, 6]); net.conv(4, 5, 3); net.resize("scales", [1, 1, 2, 2], "half_pixel"); yield "resize-linear", net.model()
    net = Net(43, [1, 4, 5, 6]); net.conv(4, 5, 1); net.resize("sizes", [1, 5, 9, 4], "align_corners"); yield "resize-linear-corners", net.model()
    net = Net(44, [1, 4, 5, 6]); net.conv(4, 5, 1); net.resize("scales", [1, 1, 3, 1.5], "asymmetric"); yield "resize-linear-asymmetric", net.model()


class Trained(torch.nn.Module):
    """As PyTorch's quantisation-aware training has it: quantisers stand behind modules, not before every operator."""

    def __init__(self):
        super().__init__()
        self.quant = torch.ao.quantization.QuantStub()
        self.first = torch.nn.Conv2d(3, 8, 3, 2, 1)
        self.relu = torch.nn.ReLU()
        self.depthwise = torch.nn.Conv2d(8, 8, 3, 1, 1, groups=8)
        self.relu6 = torch.nn.ReLU6()
        self.last = torch.nn.Conv2d(8, 6, 1)
        self.linear = torch.nn.Linear(6 * 8 * 8, 5)

    def forward(self, x):
        x = self.relu(self.first(self.quant(x)))
        x = self.relu6(self.depthwise(x))
        return self.linear(torch.flatten(self.last(x), 1))


def export_trained(path):
    torch.manual_seed(0)
    quantisation = torch.ao.quantization
    fake = quantisation.FakeQuantize
    activation = fake.with_args(observer=quantisation.MovingAverageMinMaxObserver, quant_min=0, quant_max=255, dtype=torch.quint8, qscheme=torch.per_tensor_affine)
    weight = fake.with_args(observer=quantisation.PerChannelMinMaxObserver, quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=torch.per_channel_symmetric, ch_axis=0)
    network = Trained().train()
    network.qconfig = quantisation.QConfig(activation=activation, weight=weight)
    network = quantisation.prepare_qat(network)
    for _ in range(4):
        network(torch.randn(1, 3, 16, 16))
    network.eval()
    network.apply(quantisation.disable_observer)
    torch.onnx.export(network, torch.randn(1, 3, 16, 16), str(path), opset_version=17, dynamo=False, input_names=["input"])


def main(target):
    temporary = Path(tempfile.mkdtemp())
    files = {}
    for number, (name, model) in enumerate(networks()):
        shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
        images_last = name != "transposed-edges"
        path = temporary / "float.onnx"
        onnx.save(model, path)
        files |= save(f"{name}.float", path, shape, number, images_last)
        for variant, options in VARIANTS.items():
            quantised = temporary / "quantised.onnx"
            quantize_static(
                str(path),
                str(quantised),
                Reader(shape, number),
                weight_type=QuantType.QInt8,
                extra_options={"WeightSymmetric": True, "ActivationSymmetric": False},
                **options,
            )
            # Operators that it has no quantised form for stay as they are.
            if all(node.op_type != "QuantizeLinear" for node in onnx.load(quantised).graph.node):
                continue
            files |= save(f"{name}.{variant}", quantised, shape, number, images_last)
    trained = temporary / "trained.onnx"
    export_trained(trained)
    files |= save("pytorch-trained.qdq-u8", trained, [1, 3, 16, 16], 99, True)
    shutil.rmtree(temporary)
    files["versions.json"] = json.dumps({"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "torch": torch.__version__}).encode()
    write(target, files)


if __name__ == "__main__":
    main(sys.argv[1])
