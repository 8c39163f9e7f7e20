"""Runs a network that `mcunet search` found in TensorFlow Lite, as a test fixture.

    pip install -r scripts/make-operator-fixtures.requirements.txt
    python scripts/make-found-vectors.py out/found.tflite examples/tinynas/evaluation.npz OUT/found.gz

The pictures are normalised as by examples/tinynas/recipe.json. LiteRT's reference kernels and TensorFlow Lite Micro's
must agree on every byte of every logit of all of them; the first 16 pictures and what both compute become the fixture
(a network, its inputs, its outputs, each after its length). The optimised kernels of LiteRT (XNNPACK) scale in floating
point: how far they are from that is printed.
"""

import gzip
import struct
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro.python.tflite_micro import runtime

MEAN, STD = 128, 64
KEPT = 16


def quantised(images, interpreter):
    scale, zero_point = interpreter.get_input_details()[0]["quantization"]
    values = np.round((images.astype(np.float32) - MEAN) / STD / scale) + zero_point
    return np.clip(values, -128, 127).astype(np.int8)


def lite(network, images, resolver):
    interpreter = Interpreter(model_content=network, experimental_op_resolver_type=resolver, num_threads=1)
    interpreter.allocate_tensors()
    (image,), (logits,) = interpreter.get_input_details(), interpreter.get_output_details()
    inputs, outputs = quantised(images, interpreter), []
    for one in inputs:
        interpreter.set_tensor(image["index"], one[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(logits["index"])[0])
    return inputs, np.stack(outputs)


def micro(network, inputs):
    interpreter = runtime.Interpreter.from_bytes(network)
    outputs = []
    for one in inputs:
        interpreter.set_input(one[None], 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0)[0])
    return np.stack(outputs)


def main(path, images_path, out):
    with open(path, "rb") as file:
        network = file.read()
    images = np.load(images_path)["images"]
    inputs, reference = lite(network, images, OpResolverType.BUILTIN_REF)
    differing = int((reference != micro(network, inputs)).sum())
    _, optimised = lite(network, images, OpResolverType.BUILTIN)
    steps = np.abs(optimised.astype(int) - reference)
    print(f"{reference.size} logits: TensorFlow Lite Micro differs from LiteRT's reference kernels in {differing},")
    print(f"LiteRT's optimised kernels in {int((steps > 0).sum())}, by at most {steps.max()}")
    if differing:
        sys.exit(1)
    parts = (network, inputs[:KEPT].tobytes(), reference[:KEPT].tobytes())
    with open(out, "wb") as file:
        file.write(gzip.compress(b"".join(struct.pack("<I", len(part)) + part for part in parts), mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
