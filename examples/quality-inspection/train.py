"""Trains the inspection network in float32 and quantises it to int8 throughout.

A small residual network of depthwise-separable blocks: 48 x 48 grey in, two classes out.
With the versions of requirements.txt on one kind of processor the resulting file is the same byte for byte;
another processor adds float32 numbers in another order and gives other weights of the same quality.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
import tensorflow as tf

from surfaces import CLASSES, SIZE

THREADS = 2
BATCH = 64
LEARNING_RATE = 4e-3
CALIBRATION_IMAGES = 256


def make_deterministic(seed):
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def normalised(x, name, activation="relu6"):
    x = tf.keras.layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)
    return tf.keras.layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x


def separable(x, name, channels, stride=1, activation="relu6"):
    depthwise, pointwise = f"{name}_depthwise", f"{name}_pointwise"
    x = tf.keras.layers.DepthwiseConv2D(3, stride, "same", use_bias=False, name=depthwise)(x)
    x = normalised(x, depthwise)
    x = tf.keras.layers.Conv2D(channels, 1, use_bias=False, name=pointwise)(x)
    return normalised(x, pointwise, activation)


def residual(x, name):
    total = tf.keras.layers.Add(name=f"{name}_sum")([x, separable(x, name, x.shape[-1], activation=None)])
    return tf.keras.layers.Activation("relu", name=f"{name}_sum_relu")(total)


def build_network(batch=None):
    """Takes grey values divided by 255, gives a probability for each class."""
    image = tf.keras.Input((SIZE, SIZE, 1), batch_size=batch, name="image")
    x = tf.keras.layers.Conv2D(12, 3, 2, "same", use_bias=False, name="stem")(image)
    x = separable(normalised(x, "stem"), "block1", 24)
    x = residual(separable(x, "block2", 32, 2), "block3")
    x = residual(separable(x, "block4", 64, 2), "block5")
    x = tf.keras.layers.GlobalAveragePooling2D(name="pool")(x)
    x = tf.keras.layers.Dense(len(CLASSES), name="classes")(x)
    return tf.keras.Model(image, tf.keras.layers.Softmax(name="probabilities")(x), name="inspection")


def to_real(images):
    return images.astype(np.float32) / np.float32(255)


def train(images, labels, validation, epochs):
    """Returns the trained network; `validation` is (images, labels) and only reported."""
    network = build_network()
    steps = epochs * -(-len(images) // BATCH)
    optimizer = tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps))
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(
        to_real(images),
        labels.astype(np.int32),
        BATCH,
        epochs,
        verbose=2,
        validation_data=(to_real(validation[0]), validation[1].astype(np.int32)),
        validation_batch_size=250,
    )
    return network


def quantise(network, images):
    """The network as a .tflite file with int8 weights, activations, input and output."""
    single = build_network(batch=1)
    single.set_weights(network.get_weights())
    # A ramp from black to white fixes the input's range: one int8 step is then one grey level.
    ramp = np.linspace(0, 1, SIZE * SIZE, dtype=np.float32).reshape(1, SIZE, SIZE, 1)
    converter = tf.lite.TFLiteConverter.from_keras_model(single)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    calibration = [ramp, *to_real(images[:CALIBRATION_IMAGES])[:, np.newaxis]]
    converter.representative_dataset = lambda: ([image] for image in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()
