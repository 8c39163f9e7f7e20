"""Architectures that TensorFlow users bring, in Keras, with drawn weights: each function gives a network for one input.

Batch normalisations are given the statistics of drawn images, so that values keep their size as in a trained network.
"""

import keras
from keras import layers

from . import keras_sequences as sequences
from .architectures import EFFICIENTNET

RELU6 = "relu6"


def divisible(value, divisor=8):
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def conv(x, filters, kernel=3, stride=1, activation=RELU6, groups=1, dilation=1):
    x = layers.Conv2D(filters, kernel, stride, "same", use_bias=False, groups=groups, dilation_rate=dilation)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x) if activation else x


def depthwise(x, kernel=3, stride=1, activation=RELU6):
    x = layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x) if activation else x


def classified(x, classes):
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(classes, activation="softmax")(x)


def image(size, channels=3):
    height, width = size if isinstance(size, tuple) else (size, size)
    return keras.Input((height, width, channels), batch_size=1)


def mobilenet_v1(size=96, alpha=0.25, classes=10, blocks=13):
    """Howard et al., 2017, table 1."""
    source = image(size)
    x = conv(source, divisible(32 * alpha), stride=2)
    widths = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    for width, stride in widths[:blocks]:
        x = conv(depthwise(x, stride=stride), divisible(width * alpha), 1)
    return keras.Model(source, classified(x, classes))


def inverted(x, expansion, filters, kernel=3, stride=1, activation=RELU6, squeeze=None):
    before, middle = x, expansion
    if middle != x.shape[-1]:
        x = conv(x, middle, 1, activation=activation)
    x = depthwise(x, kernel, stride, activation)
    if squeeze:
        x = squeeze(x)
    x = conv(x, filters, 1, activation=None)
    return layers.Add()([before, x]) if stride == 1 and before.shape[-1] == filters else x


MOBILENET_V2 = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


def mobilenet_v2(size=80, alpha=0.30, classes=1000):
    """Sandler et al., 2018, table 2; the last convolution is scaled as well, so that it fits a megabyte of flash."""
    source = image(size)
    x = conv(source, divisible(32 * alpha), stride=2)
    for expansion, width, count, stride in MOBILENET_V2:
        for index in range(count):
            x = inverted(x, expansion * x.shape[-1], divisible(width * alpha), stride=stride if index == 0 else 1)
    return keras.Model(source, classified(conv(x, divisible(1280 * alpha), 1), classes))


def squeeze_excite(x):
    channels = x.shape[-1]
    y = layers.GlobalAveragePooling2D(keepdims=True)(x)
    y = layers.Conv2D(divisible(channels / 4), 1, activation="relu")(y)
    y = layers.Conv2D(channels, 1, activation="hard_sigmoid")(y)
    return layers.Multiply()([x, y])


MOBILENET_V3_SMALL = [
    (3, 16, 16, True, "relu", 2), (3, 72, 24, False, "relu", 2), (3, 88, 24, False, "relu", 1),
    (5, 96, 40, True, "hard_swish", 2), (5, 240, 40, True, "hard_swish", 1), (5, 240, 40, True, "hard_swish", 1),
    (5, 120, 48, True, "hard_swish", 1), (5, 144, 48, True, "hard_swish", 1),
    (5, 288, 96, True, "hard_swish", 2), (5, 576, 96, True, "hard_swish", 1), (5, 576, 96, True, "hard_swish", 1),
]  # fmt: skip


def mobilenet_v3_small(size=96, alpha=0.5, classes=10, blocks=11):
    """Howard et al., 2019, table 2."""
    source = image(size)
    x = conv(source, 16, stride=2, activation="hard_swish")
    for kernel, middle, width, squeezed, activation, stride in MOBILENET_V3_SMALL[:blocks]:
        squeeze = squeeze_excite if squeezed else None
        x = inverted(x, divisible(middle * alpha), divisible(width * alpha), kernel, stride, activation, squeeze)
    x = conv(x, divisible(576 * alpha), 1, activation="hard_swish")
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Conv2D(divisible(1024 * alpha), 1, activation="hard_swish")(x)
    x = layers.Flatten()(layers.Conv2D(classes, 1)(x))
    return keras.Model(source, layers.Softmax()(x))


def efficientnet_lite0(size=96, width=0.35, classes=10):
    """EfficientNet-Lite0 (Tan and Le, 2019; without squeeze-and-excitation and swish) at another width."""
    source = image(size)
    x = conv(source, divisible(32 * width), stride=2)
    for expansion, filters, count, stride, kernel in EFFICIENTNET:
        for index in range(count):
            x = inverted(x, expansion * x.shape[-1], divisible(filters * width), kernel, stride if index == 0 else 1)
    return keras.Model(source, classified(conv(x, divisible(1280 * width), 1), classes))


def residual(x, filters, stride):
    y = conv(conv(x, filters, stride=stride, activation="relu"), filters, activation=None)
    if stride != 1 or x.shape[-1] != filters:
        x = conv(x, filters, 1, stride, activation=None)
    return layers.Activation("relu")(layers.Add()([x, y]))


def resnet(stages, size, classes=10, width=16, stem=3):
    """He et al., 2016: (blocks, stride) for each stage; its filters double from stage to stage."""
    source = image(size)
    x = conv(source, width, stem, 2 if stem == 7 else 1, activation="relu")
    if stem == 7:
        x = layers.MaxPooling2D(3, 2, "same")(x)
    for index, (blocks, stride) in enumerate(stages):
        for block in range(blocks):
            x = residual(x, width << index, stride if block == 0 else 1)
    return keras.Model(source, classified(x, classes))


def grouped(size=48, width=32, groups=4, classes=10):
    """Grouped convolutions as in ResNeXt (Xie et al., 2017)."""
    source = image(size)
    x = conv(source, width, stride=2, activation="relu")
    x = layers.Add()([x, conv(x, width, groups=groups, activation="relu")])
    x = conv(x, 2 * width, stride=2, groups=groups, activation="relu")
    return keras.Model(source, classified(x, classes))


def ds_cnn(frames=49, coefficients=10, filters=64, classes=12, blocks=4):
    """Zhang et al., 2017."""
    source = image((frames, coefficients), 1)
    x = conv(source, filters, (10, 4), 2, "relu")
    for _ in range(blocks):
        x = conv(depthwise(x, activation="relu"), filters, 1, activation="relu")
    x = layers.AveragePooling2D(x.shape[1:3])(x)
    return keras.Model(source, layers.Dense(classes, activation="softmax")(layers.Flatten()(x)))


def unet(size=64, width=8, depth=3, up="transposed", outputs=2):
    """Ronneberger et al., 2015, for segmentation; goes up by transposed convolutions or by resizing."""
    source = image(size, 1)
    x, skips = source, []
    for level in range(depth):
        x = conv(conv(x, width << level, activation="relu"), width << level, activation="relu")
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = conv(x, width << depth, activation="relu")
    for level in reversed(range(depth)):
        if up == "transposed":
            x = layers.Conv2DTranspose(width << level, 2, 2, "same")(x)
        else:
            # Keras 3's UpSampling2D tiles, for which the converter writes an operator that no interpreter has.
            x = layers.Resizing(2 * x.shape[1], 2 * x.shape[2], interpolation=up)(x)
        x = layers.Concatenate()([x, skips.pop()])
        x = conv(x, width << level, activation="relu")
    return keras.Model(source, layers.Conv2D(outputs, 1, activation="sigmoid")(x))


def centernet(size=96, width=16, classes=3):
    """Zhou et al., 2019: a heat map of centres, sizes and offsets at a quarter of the resolution."""
    source = image(size)
    x = conv(source, width, stride=2)
    x = inverted(x, 3 * width, width, stride=2)
    skip = x = inverted(x, 3 * width, width)
    x = inverted(x, 3 * width, 2 * width, stride=2)
    x = inverted(x, 6 * width, 2 * width)
    x = layers.Conv2DTranspose(width, 4, 2, "same", use_bias=False)(x)
    x = layers.Add()([layers.ReLU()(layers.BatchNormalization()(x)), skip])
    heads = [("heat", classes, "sigmoid"), ("size", 2, None), ("offset", 2, None)]
    outputs = [layers.Conv2D(n, 1, activation=f, name=name)(conv(x, width)) for name, n, f in heads]
    return keras.Model(source, outputs)


def autoencoder(inputs=640, width=128, code=8):
    """Of MLPerf Tiny's anomaly detection."""
    source = keras.Input((inputs,), batch_size=1)
    x = source
    for units in (width, width, code, width, width):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units)(x)))
    return keras.Model(source, layers.Dense(inputs)(x))


def image_autoencoder(size=32, width=8):
    source = image(size, 1)
    x = conv(conv(source, width, stride=2, activation="relu"), 2 * width, stride=2, activation="relu")
    x = layers.Flatten()(x)
    x = layers.Dense(16, activation="tanh")(x)
    x = layers.Reshape((size // 4, size // 4, width))(layers.Dense(size * size // 16 * width, activation="relu")(x))
    x = layers.Conv2DTranspose(width, 3, 2, "same", activation="relu")(x)
    return keras.Model(source, layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid")(x))


NETWORKS = {
    "mobilenet-v1": mobilenet_v1,
    "mobilenet-v2": mobilenet_v2,
    "mobilenet-v3-small": mobilenet_v3_small,
    "efficientnet-lite0": efficientnet_lite0,
    "resnet-8": lambda: resnet([(1, 1), (1, 2), (1, 2)], 32),
    "resnet-18": lambda: resnet([(2, 1), (2, 2), (2, 2), (2, 2)], 96, stem=7),
    "grouped": grouped,
    "ds-cnn": ds_cnn,
    "unet": unet,
    "unet-bilinear": lambda: unet(up="bilinear"),
    "unet-nearest": lambda: unet(up="nearest", outputs=1),
    "centernet": centernet,
    "autoencoder": autoencoder,
    "image-autoencoder": image_autoencoder,
    "line-network": sequences.line_network,
    "free-batch": sequences.free_batch_network,
    "lstm": sequences.lstm,
    "lstm-unrolled": sequences.unrolled_lstm,
    "streaming": sequences.Streaming,
    "streaming-float": lambda: sequences.Streaming(int8_variables=False),
}
# Without a batch size, shapes in the file are those of a batch of one throughout; what SPACE_TO_BATCH_ND makes has more,
# and TensorFlow Lite Micro, which plans by the file, then reads beside its tensors.
MISREAD_BY_MICRO = {"free-batch"}
# Small enough to be kept with the tests.
SMALL_NETWORKS = {
    "mobilenet-v3-small": lambda: mobilenet_v3_small(32, 0.25, 5, 6),
    "unet": lambda: unet(16, 4, 2),
    "unet-bilinear": lambda: unet(16, 4, 2, "bilinear"),
    "centernet": lambda: centernet(32, 8, 2),
    "image-autoencoder": lambda: image_autoencoder(16, 4),
    "line-network": lambda: sequences.line_network(20, 6, 8, 3),
    "free-batch": lambda: sequences.free_batch_network(32, 5, 8, 3),
    "lstm": lambda: sequences.lstm(6, 5, 8, 3),
    "lstm-unrolled": lambda: sequences.unrolled_lstm(3, 4, 6, 3),
    "streaming": lambda: sequences.Streaming(4, 6, (2, 3), 3),
}
