"""Architectures over sequences, in Keras, with drawn weights: recurrent, convolved, and given a frame at a time."""

import keras
import numpy
import tensorflow
import tf_keras
from keras import layers


def lstm(frames=28, features=28, units=20, classes=10):
    """Keras 2's, which the converter makes one operator of; Keras 3's becomes a loop, over which it cannot calibrate."""
    source = tf_keras.Input((frames, features), batch_size=1)
    x = tf_keras.layers.LSTM(units, return_sequences=True)(source)
    x = tf_keras.layers.LSTM(units)(x)
    return tf_keras.Model(source, tf_keras.layers.Dense(classes, activation="softmax")(x))


def unrolled_lstm(frames=12, features=10, units=16, classes=6):
    source = keras.Input((frames, features), batch_size=1)
    x = layers.LSTM(units, unroll=True)(source)
    return keras.Model(source, layers.Dense(classes, activation="softmax")(x))


def line_network(frames=64, features=13, filters=24, classes=8):
    """Dilated convolutions over a sequence, with residuals (Bai et al., 2018)."""
    source = keras.Input((frames, features), batch_size=1)
    x = layers.Conv1D(filters, 3, padding="causal", activation="relu")(source)
    for dilation in (1, 2, 4):
        y = layers.Conv1D(filters, 3, padding="causal", dilation_rate=dilation, use_bias=False)(x)
        y = layers.LeakyReLU(negative_slope=0.1)(layers.BatchNormalization()(y))
        x = layers.Add()([x, y])
    return keras.Model(source, layers.Dense(classes, activation="softmax")(layers.GlobalAveragePooling1D()(x)))


def free_batch_network(frames=64, features=13, filters=16, classes=8):
    """As most people write it, without a batch size: the converter leaves dilations in parts, and shapes to be computed."""
    source = keras.Input((frames, features))
    x = layers.Conv1D(filters, 3, padding="causal", activation="relu")(source)
    for dilation in (2, 4, 8):
        y = layers.Conv1D(filters, 3, padding="causal", dilation_rate=dilation, activation="relu")(x)
        x = layers.Add()([x, layers.Conv1D(filters, 1)(y)])
    x = layers.SeparableConv1D(filters, 3, padding="same", dilation_rate=3, activation="relu")(x)
    x = layers.MaxPooling1D(4)(x)
    x = layers.Conv2D(classes, 3, padding="same", dilation_rate=(2, 1))(layers.Reshape((4, -1, filters))(x))
    return keras.Model(source, layers.Softmax()(layers.Flatten()(x)))


class Streaming(tensorflow.Module):
    """A keyword network that is given a frame at a time and keeps, for each convolution, the frames before it."""

    def __init__(self, features=10, filters=16, kernels=(3, 5, 7), classes=4, seed=3, int8_variables=True):
        super().__init__()
        self.int8_variables = int8_variables
        rng = numpy.random.default_rng(seed)
        self.weights, self.biases, self.histories = [], [], []
        width = features
        for kernel in kernels:
            drawn = rng.standard_normal((kernel, 1, width, filters)) * (2 / (kernel * width)) ** 0.5
            self.weights.append(tensorflow.constant(drawn, tensorflow.float32))
            self.biases.append(tensorflow.constant(rng.standard_normal(filters) * 0.1, tensorflow.float32))
            self.histories.append(tensorflow.Variable(tensorflow.zeros((1, kernel - 1, 1, width)), trainable=False))
            width = filters
        self.head = tensorflow.constant(rng.standard_normal((width, classes)) / width**0.5, tensorflow.float32)
        self.input_shape = (1, 1, 1, features)

    def __call__(self, frame):
        x = frame
        for weights, bias, history in zip(self.weights, self.biases, self.histories, strict=True):
            window = tensorflow.concat([history, x], axis=1)
            history.assign(window[:, 1:])
            x = tensorflow.nn.relu(tensorflow.nn.conv2d(window, weights, 1, "VALID") + bias)
        return tensorflow.nn.softmax(tensorflow.matmul(tensorflow.reshape(x, (1, -1)), self.head))
