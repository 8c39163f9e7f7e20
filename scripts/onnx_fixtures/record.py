"""How ONNX Runtime's quantiser is asked, what ONNX Runtime computes with a network, and archives of both."""

import zipfile
from pathlib import Path

import numpy
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType

SAMPLES = 4


class Reader(CalibrationDataReader):
    def __init__(self, shape, seed):
        rng = numpy.random.default_rng(seed)
        self.items = iter([{"input": rng.standard_normal(shape).astype(numpy.float32)} for _ in range(8)])

    def get_next(self):
        return next(self.items, None)


VARIANTS = {
    "qdq-u8": dict(quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, per_channel=True),
    "qdq-s8": dict(quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8, per_channel=False),
    "qlinear-u8": dict(quant_format=QuantFormat.QOperator, activation_type=QuantType.QUInt8, per_channel=True),
}


def run(path, inputs, optimised):
    options = onnxruntime.SessionOptions()
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimised else level.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return [session.run(None, {"input": sample}) for sample in inputs]


def save(name, path, shape, seed, images_last):
    """Inputs and outputs as the network takes them: images with their channels last."""
    rng = numpy.random.default_rng(seed + 100)
    inputs = [rng.standard_normal(shape).astype(numpy.float32) for _ in range(SAMPLES)]
    def turn(value):
        if name.startswith("conv-line") and value.ndim == 3:
            value = value.transpose(0, 2, 1)
        if images_last and value.ndim == 4:
            value = value.transpose(0, 2, 3, 1)
        return numpy.ascontiguousarray(value)

    record = {"inputs": b"".join(turn(x).tobytes() for x in inputs), "outputs": []}
    for optimised in (False, True):
        results = run(path, inputs, optimised)
        record["outputs"].append([b"".join(turn(r[i]).astype(numpy.float32).tobytes() for r in results) for i in range(len(results[0]))])
    plain, fast = (b"".join(parts) for parts in record["outputs"])
    return {
        f"{name}.onnx": Path(path).read_bytes(),
        # The variants of a network have their inputs in common, and mostly their outputs with and without optimisation.
        f"{name.split('.')[0]}.inputs.bin": record["inputs"],
        f"{name}.plain.bin": plain,
    } | ({} if fast == plain else {f"{name}.optimised.bin": fast})


def write(path, files):
    """With one date for all files, so that the same files make the same archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED, 9)
