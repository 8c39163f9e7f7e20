#!/usr/bin/env python3
"""Remakes the example: evaluation images, trained and quantised network, and the accuracy expected of it.

python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
.venv/bin/python make.py              # all of it, some minutes on two cores
.venv/bin/python make.py evaluation   # only evaluation.npz
.venv/bin/python make.py metrics      # only metrics.json, of the files that are here
"""

import argparse
import hashlib
import json
import platform
import struct
import zlib
from importlib.metadata import version
from pathlib import Path

import numpy as np

from surfaces import CLASSES, DEFECTS, MATERIALS, draw_many

HERE = Path(__file__).resolve().parent
NETWORK, EVALUATION, METRICS = HERE / "quality-inspection.tflite", HERE / "evaluation.npz", HERE / "metrics.json"
SAMPLES = HERE / "samples.png"
SEED = 7
TRAINING, VALIDATION, HELD_OUT = range(3)
TRAINING_IMAGES, VALIDATION_IMAGES, EVALUATION_IMAGES, EPOCHS = 16000, 2000, 400, 20


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def make_evaluation():
    images, labels, materials, defects = draw_many(SEED, HELD_OUT, EVALUATION_IMAGES)
    np.savez_compressed(EVALUATION, images=images, labels=labels, materials=materials, defects=defects)


def make_samples():
    """A picture for the README: sound surfaces above, defects of each kind below, all from the evaluation set."""
    data = np.load(EVALUATION)
    images, materials, defects = data["images"][..., 0], data["materials"], data["defects"]
    sound = [np.flatnonzero((defects < 0) & (materials == i))[:4] for i in range(len(MATERIALS))]
    faulty = [np.flatnonzero(defects == i)[:3] for i in range(len(DEFECTS))]
    rows = [np.hstack([np.pad(images[i], 2) for i in np.concatenate(group)]) for group in (sound, faulty)]
    sheet = np.kron(np.vstack(rows), np.ones((2, 2), np.uint8))
    header = struct.pack(">IIBBBBB", sheet.shape[1], sheet.shape[0], 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in sheet), 9)
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    SAMPLES.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
    )


def make_network():
    from train import make_deterministic, quantise, train

    make_deterministic(SEED)
    images, labels, *_ = draw_many(SEED, TRAINING, TRAINING_IMAGES)
    network = train(images, labels, draw_many(SEED, VALIDATION, VALIDATION_IMAGES)[:2], EPOCHS)
    NETWORK.write_bytes(quantise(network, images))


def run_litert(model, inputs):
    """Outputs of TensorFlow Lite's reference kernels, and the input's scale and zero point."""
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(
        model_content=model, experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scale, zero = source["quantization"]
    # int8 = grey / 255 / scale + zero point, rounded half away from zero.
    quantised = np.clip(np.floor(inputs / (255 * np.float64(scale)) + 0.5) + zero, -128, 127).astype(np.int8)
    outputs = []
    for image in quantised:
        interpreter.set_tensor(source["index"], image[np.newaxis])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(target["index"])[0])
    return quantised, np.stack(outputs), {"scale": float(scale), "zeroPoint": int(zero)}


def run_micro(model, quantised):
    """Outputs of TensorFlow Lite Micro's reference kernels."""
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model, arena_size=1 << 20)
    outputs = []
    for image in quantised:
        interpreter.set_input(image[np.newaxis], 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0)[0].copy())
    return np.stack(outputs)


def area_under_curve(scores, labels):
    """Share of (defect, sound) pairs in which the defect scores higher, ties counting half."""
    gaps = scores[labels == 1].astype(int)[:, np.newaxis] - scores[labels == 0].astype(int)[np.newaxis]
    return float((np.count_nonzero(gaps > 0) + np.count_nonzero(gaps == 0) / 2) / gaps.size)


def share(right, chosen):
    return {"samples": int(np.count_nonzero(chosen)), "right": int(np.count_nonzero(right[chosen]))}


def make_metrics():
    """What the generated C must reproduce: argmax is the first of equal outputs."""
    model, data = NETWORK.read_bytes(), np.load(EVALUATION)
    labels = data["labels"]
    quantised, litert, quantisation = run_litert(model, data["images"])
    micro = run_micro(model, quantised)
    predictions = micro.argmax(axis=1)
    right = predictions == labels
    metrics = {
        "network": {"file": NETWORK.name, "bytes": len(model), "sha256": sha256(model), "input": quantisation},
        "evaluation": {
            "file": EVALUATION.name,
            "bytes": EVALUATION.stat().st_size,
            "samples": len(labels),
            "imagesSha256": sha256(data["images"].tobytes()),
            "labelsSha256": sha256(labels.tobytes()),
        },
        "int8": {
            "kernels": f"tflite-micro {version('tflite-micro')}, reference, double rounding",
            "samples": len(labels),
            "right": int(right.sum()),
            "top1": float(right.mean()),
            "auc": area_under_curve(micro[:, 1], labels),
            "predictions": dict(zip(CLASSES, np.bincount(predictions, minlength=2).tolist(), strict=True)),
            "missedDefects": int(np.count_nonzero(~right & (labels == 1))),
            "falseAlarms": int(np.count_nonzero(~right & (labels == 0))),
            "byMaterial": {name: share(right, data["materials"] == i) for i, name in enumerate(MATERIALS)},
            "byDefect": {name: share(right, data["defects"] == i) for i, name in enumerate(DEFECTS)},
            "outputs": micro.tobytes().hex(),
        },
        "liteRtReference": {
            "kernels": f"tensorflow {version('tensorflow-cpu')}, BUILTIN_REF",
            "top1": float((litert.argmax(axis=1) == labels).mean()),
            "differingPredictions": int(np.count_nonzero(litert.argmax(axis=1) != predictions)),
            "differingOutputBytes": int(np.count_nonzero(litert != micro)),
        },
        "made": {
            "seed": SEED,
            "trainingImages": TRAINING_IMAGES,
            "epochs": EPOCHS,
            "python": platform.python_version(),
            "numpy": version("numpy"),
            "processor": platform.machine(),
        },
    }
    METRICS.write_text(json.dumps(metrics, indent=2) + "\n")
    print(f"int8 top-1 {right.mean():.4f} ({right.sum()} of {len(labels)}), {len(model)} bytes")


STEPS = {"evaluation": make_evaluation, "samples": make_samples, "network": make_network, "metrics": make_metrics}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"any of {', '.join(STEPS)}; none means all")
    chosen = parser.parse_args().steps or list(STEPS)
    for step in chosen:
        if step not in STEPS:
            parser.error(f"no step '{step}'; the steps are {', '.join(STEPS)}")
    for step in chosen:
        STEPS[step]()
