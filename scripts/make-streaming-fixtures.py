#!/usr/bin/env python3
"""Makes test/fixtures/streaming: Keras networks with variables, and what TensorFlow Lite Micro makes of sequences.

Two steps, since the two packages want different environments:

    python scripts/make-streaming-fixtures.py networks FOLDER    # tensorflow-cpu 2.21.0: FOLDER/NAME.tflite
    python scripts/make-streaming-fixtures.py vectors FOLDER     # tflite-micro: test/fixtures/streaming/NAME.gz

A file holds the network, its input sets, which are one sequence, and the output sets, each with its length, as those
of make-operator-vectors.py do.
"""

import gzip
import struct
import sys
import zlib
from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "streaming"
STEPS = 24


def write_networks(folder):
    import tensorflow as tf

    keras = tf.keras

    class Frames(keras.layers.Layer):
        """The frames that came before, and the new one."""

        def __init__(self, frames):
            super().__init__()
            self.frames = frames

        def build(self, shape):
            kept = (1, self.frames - shape[1], shape[2], shape[3])
            self.kept = self.add_weight(name="kept", shape=kept, initializer="zeros", trainable=False)

        def call(self, value):
            frames = tf.concat([self.kept, value], 1)
            self.kept.assign(frames[:, value.shape[1] :])
            return frames

    class Average(keras.layers.Layer):
        """A moving average that does not begin at zero, and is read again after it is assigned."""

        def build(self, shape):
            start = keras.initializers.RandomUniform(-2, 2, seed=3)
            self.mean = self.add_weight(name="mean", shape=(1, *shape[1:]), initializer=start, trainable=False)

        def call(self, value):
            self.mean.assign(0.75 * self.mean + 0.25 * value)
            return value - self.mean

    class Delay(keras.layers.Layer):
        """Two variables, the second of which takes over what the first held."""

        def build(self, shape):
            shape = (1, *shape[1:])
            self.first = self.add_weight(name="first", shape=shape, initializer="zeros", trainable=False)
            self.second = self.add_weight(name="second", shape=shape, initializer="zeros", trainable=False)

        def call(self, value):
            before, last = tf.identity(self.second), tf.identity(self.first)
            self.second.assign(last)
            self.first.assign(value)
            return tf.concat([before, last, value], -1)

    def convolutions():
        value = keras.Input((1, 1, 10), batch_size=1)
        frames = keras.layers.Conv2D(8, (5, 1), activation="relu", use_bias=True)(Frames(5)(value))
        frames = keras.layers.DepthwiseConv2D((3, 1), activation="relu")(Frames(3)(frames))
        flat = keras.layers.Flatten()(keras.layers.Conv2D(6, 1)(frames))
        return keras.Model(value, keras.layers.Dense(4, activation="softmax")(flat))

    def average():
        value = keras.Input((6,), batch_size=1)
        return keras.Model(value, keras.layers.Dense(5)(Average()(value)))

    def delay():
        value = keras.Input((4,), batch_size=1)
        return keras.Model(value, keras.layers.Dense(3)(Delay()(value)))

    folder.mkdir(parents=True, exist_ok=True)
    for make in (convolutions, average, delay):
        # The converter fails where a quantised variable takes over what another one held.
        for quantised in (False,) if make is delay else (True, False):
            keras.utils.set_random_seed(7)
            model = make()
            random = np.random.default_rng(zlib.crc32(make.__name__.encode()))
            shape = (1, *model.input.shape[1:])
            samples = [[random.normal(size=shape).astype(np.float32)] for _ in range(60)]
            converter = tf.lite.TFLiteConverter.from_keras_model(model)
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.representative_dataset = lambda samples=samples: iter(samples)
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.experimental_enable_resource_variables = True
            converter._experimental_variable_quantization = quantised
            converter.inference_input_type = converter.inference_output_type = tf.int8
            name = f"{make.__name__}-{'int8' if quantised else 'float'}-variables"
            (folder / f"{name}.tflite").write_bytes(converter.convert())


def write_vectors(folder):
    from tflite_micro.python.tflite_micro import runtime

    FIXTURES.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.tflite")):
        model = path.read_bytes()
        interpreter = runtime.Interpreter.from_bytes(model)
        shape = interpreter.get_input_details(0)["shape"]
        random = np.random.default_rng(zlib.crc32(path.stem.encode()))
        inputs = [random.integers(-128, 128, size=shape).astype(np.int8) for _ in range(STEPS)]
        outputs = []
        for values in inputs:
            interpreter.set_input(values, 0)
            interpreter.invoke()
            outputs.append(interpreter.get_output(0).copy())
        parts = [model, *(b"".join(one.tobytes() for one in sets) for sets in (inputs, outputs))]
        packed = b"".join(struct.pack("<I", len(part)) + part for part in parts)
        (FIXTURES / f"{path.stem}.gz").write_bytes(gzip.compress(packed, 9, mtime=0))


if __name__ == "__main__":
    {"networks": write_networks, "vectors": write_vectors}[sys.argv[1]](Path(sys.argv[2]))
