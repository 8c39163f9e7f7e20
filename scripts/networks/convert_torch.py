"""Networks of PyTorch as ONNX, made int8 by ONNX Runtime's quantiser, and what ONNX Runtime computes with them."""

import tempfile
import zlib
from pathlib import Path

import numpy
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from .samples import smooth

CALIBRATION = 32


class Samples(CalibrationDataReader):
    def __init__(self, samples):
        self.left = iter(samples)

    def get_next(self):
        return next(self.left, None)


def channels_first(rng, shape):
    """A smooth input; drawn with its channels last, as images change along the others."""
    order = [0, len(shape) - 1, *range(1, len(shape) - 1)]
    last = [shape[0], *shape[2:], shape[1]]
    return numpy.ascontiguousarray(smooth(rng, last).transpose(order) if len(shape) > 2 else smooth(rng, shape))


def channels_last(values):
    return numpy.ascontiguousarray(numpy.moveaxis(values, 1, -1) if values.ndim > 2 else values)


def settle(network, rng, shape):
    """Batch normalisations see inputs, and scale with drawn factors."""
    for module in network.modules():
        if isinstance(module, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
            torch.nn.init.uniform_(module.weight, 0.6, 1.4)
            torch.nn.init.normal_(module.bias, 0, 0.3)
    network.train()
    with torch.no_grad():
        for _ in range(16):
            batch = numpy.concatenate([channels_first(rng, shape) for _ in range(4)])
            network(torch.from_numpy(batch))
    return network.eval()


def convert_operators(name, shape, build):
    """As `convert`, with operators that compute in integers themselves (QLinearConv and its like), of uint8."""
    return convert(name, shape, build, quant_format=QuantFormat.QOperator, activation_type=QuantType.QUInt8)


def convert(name, shape, build, quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8):
    """The quantised network's bytes."""
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    rng = numpy.random.default_rng(seed)
    network = settle(build(), rng, shape)
    with tempfile.TemporaryDirectory() as folder:
        floating, prepared, quantised = (str(Path(folder) / f"{part}.onnx") for part in ("float", "prepared", "int8"))
        torch.onnx.export(network, torch.zeros(shape), floating, opset_version=17, dynamo=False, input_names=["input"])
        quant_pre_process(floating, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            quantised,
            Samples([{"input": channels_first(rng, shape)} for _ in range(CALIBRATION)]),
            quant_format=quant_format,
            activation_type=activation_type,
            weight_type=QuantType.QInt8,
            per_channel=True,
        )
        return Path(quantised).read_bytes()


def computed(model, sets):
    """ONNX Runtime's outputs for inputs with their channels first, without its graph optimisations."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return [session.run(None, {"input": values}) for values in sets]


def convert_exported(name, shape, build):
    """As `convert`, quantised as a graph that PyTorch exports (PT2E), and then written as ONNX."""
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
    from torchao.testing.pt2e._xnnpack_quantizer import XNNPACKQuantizer, get_symmetric_quantization_config

    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    rng = numpy.random.default_rng(seed)
    network = settle(build(), rng, shape)
    example = (torch.from_numpy(channels_first(rng, shape)),)
    quantiser = XNNPACKQuantizer().set_global(get_symmetric_quantization_config(is_per_channel=True))
    prepared = prepare_pt2e(torch.export.export(network, example).module(), quantiser)
    for _ in range(CALIBRATION):
        prepared(torch.from_numpy(channels_first(rng, shape)))
    quantised = torch.export.export(convert_pt2e(prepared), example)
    program = torch.onnx.export(quantised, dynamo=True, opset_version=18, input_names=["input"])
    return program.model_proto.SerializeToString()
