#!/usr/bin/env python3
"""Holds `mcunet quantize` to TensorFlow's own converter: one float network, the same calibration images.

The network of examples/quality-inspection is trained for a few epochs, converted to float32, made int8 by TensorFlow
Lite's converter and by `mcunet quantize` in several ways; LiteRT runs all of them over images not seen before.

    python3 -m venv .venv && .venv/bin/pip install -r examples/quality-inspection/requirements.txt ai-edge-litert==2.3.0
    .venv/bin/python scripts/compare-quantisers.py --work /tmp/quantisers
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples" / "quality-inspection"))
SEED, TRAINING_IMAGES, TEST_IMAGES, CALIBRATION_IMAGES, EPOCHS = 7, 6000, 2000, 256, 8
# The ways of `mcunet quantize`, beside what all of them share.
WAYS = {
    "minmax": [],
    "percentile": ["--method", "percentile"],
    "mse": ["--method", "mse"],
    "minmax, biases as they are": ["--no-bias-correction"],
    "minmax, equalised": ["--equalise"],
}


def make_networks(folder):
    """float.tflite, converter.tflite (TensorFlow's int8) and data.npz."""
    import tensorflow as tf
    from surfaces import draw_many
    from train import SIZE, build_network, make_deterministic, quantise, train

    make_deterministic(SEED)
    images, labels, *_ = draw_many(SEED, 0, TRAINING_IMAGES)
    test = draw_many(SEED, 1, TEST_IMAGES)[:2]
    network = train(images, labels, test, EPOCHS)
    single = build_network(batch=1)
    single.set_weights(network.get_weights())
    (folder / "float.tflite").write_bytes(tf.lite.TFLiteConverter.from_keras_model(single).convert())
    (folder / "converter.tflite").write_bytes(quantise(network, images))
    # The converter is calibrated with these images too, and with a ramp that fixes the input's range.
    ramp = np.linspace(0, 255, SIZE * SIZE).round().astype(np.uint8).reshape(1, SIZE, SIZE, 1)
    calibration = np.concatenate([ramp, images[:CALIBRATION_IMAGES]])
    np.savez_compressed(folder / "data.npz", images=calibration, test=test[0], labels=test[1])


def probabilities(path, images):
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    resolver = OpResolverType.BUILTIN_REF
    interpreter = Interpreter(model_path=str(path), experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    results = []
    for image in images:
        values = image[np.newaxis]
        if source["dtype"] == np.int8:
            scale, zero = source["quantization"]
            values = np.clip(np.round(values / scale) + zero, -128, 127).astype(np.int8)
        interpreter.set_tensor(source["index"], values)
        interpreter.invoke()
        result = interpreter.get_tensor(target["index"])[0].astype(np.float32)
        scale, zero = target["quantization"] if target["dtype"] == np.int8 else (1, 0)
        results.append((result - zero) * scale)
    return np.stack(results)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder for networks; those that it has are kept")
    folder = parser.parse_args().work
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / name).exists() for name in ("float.tflite", "converter.tflite", "data.npz")):
        make_networks(folder)
    files = {"float32": folder / "float.tflite", "TensorFlow's converter": folder / "converter.tflite"}
    for way, options in WAYS.items():
        files[way] = folder / f"{way}.tflite"
        given = ["--model", files["float32"], "--calibration", folder / "data.npz", "--std", "255", "--out", files[way]]
        subprocess.run(["node", ROOT / "src/cli/main.ts", "quantize", "--quiet", *given, *options], check=True)
    data = np.load(folder / "data.npz")
    images = data["test"].astype(np.float32) / np.float32(255)
    right = probabilities(files["float32"], images)
    for way, path in files.items():
        found = probabilities(path, images)
        accuracy = (found.argmax(1) == data["labels"]).mean()
        agreement = (found.argmax(1) == right.argmax(1)).mean()
        error = np.sqrt(((found - right) ** 2).mean())
        print(f"{way:28} accuracy {accuracy:7.2%}, as float {agreement:7.2%}, error of probabilities {error:.4f}")


if __name__ == "__main__":
    main()
