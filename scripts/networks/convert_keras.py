"""Networks of Keras as TensorFlow's converter makes them int8, with drawn inputs to calibrate with."""

import contextlib
import io
import zlib

import keras
import numpy
import tensorflow

from . import keras_sequences
from .samples import smooth

CALIBRATION = 32


def settle(network, rng):
    """Draws what batch normalisations scale with, and lets them see inputs; values keep their size from then on."""
    normalisations = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for layer in normalisations:
        layer.gamma.assign(rng.uniform(0.6, 1.4, layer.gamma.shape))
        layer.beta.assign(rng.normal(0, 0.3, layer.beta.shape))
        layer.momentum = 0.7
    if normalisations:
        for _ in range(16):
            network(smooth(rng, (1, *network.input_shape[1:])), training=True)


def converter_of(network, shape):
    if not isinstance(network, keras_sequences.Streaming):
        return tensorflow.lite.TFLiteConverter.from_keras_model(network)
    call = tensorflow.function(network.__call__, input_signature=[tensorflow.TensorSpec(shape, tensorflow.float32)])
    return tensorflow.lite.TFLiteConverter.from_concrete_functions([call.get_concrete_function()], network)


def convert(name, build):
    """The int8 network's bytes; `build` gives a Keras model or a module with variables."""
    seed = zlib.crc32(name.encode())
    keras.utils.set_random_seed(seed % 2**31)
    rng = numpy.random.default_rng(seed)
    network = build()
    shape = (1, *network.input_shape[1:])
    if isinstance(network, keras.Model):
        settle(network, rng)
    calibration = [[smooth(rng, shape)] for _ in range(CALIBRATION)]
    converter = converter_of(network, shape)
    # Variables stay float32 by default.
    converter._experimental_variable_quantization = getattr(network, "int8_variables", True)
    converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: iter(calibration)
    converter.target_spec.supported_ops = [tensorflow.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tensorflow.int8
    with contextlib.redirect_stdout(io.StringIO()):
        return converter.convert()
