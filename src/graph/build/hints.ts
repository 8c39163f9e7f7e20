/** What to change where an operator is not as kernels need it. */

export const oneBatch =
  'give the network batch size 1: tf.keras.Input(shape, batch_size=1), or export it with one sample';

export const commonScale =
  'quantise the network with tf.lite.TFLiteConverter or `mcunet quantize`, which give such an operator one scale';

export const fixedScale =
  'quantise the network with tf.lite.TFLiteConverter or `mcunet quantize`, which give it this scale';

export const symmetricWeights =
  'quantise weights symmetrically, per tensor or per output channel, as tf.lite.TFLiteConverter and `mcunet quantize` do';

export const symmetricInt16: string =
  'quantise with tf.lite.TFLiteConverter for ' +
  'EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8, which makes int16 symmetric and its biases int64';

export const int8Here =
  'quantise activations to int8, at least those of this operator, which all operators take';

export const wholeTensors = 'quantise activations per tensor, with one scale and one zero point';

export const constantOperand = 'make it a constant of the network, and convert the network again';

/** Converters write no such thing: the file was made or changed by other means. */
export const convertAgain =
  'the file contradicts itself: convert the network again with a current converter, and leave the file as it is';

export const typicalScales =
  'calibrate again with typical inputs (representative_dataset): the scales around it are too far apart';

export const asImage =
  'reshape it to [1, height, width, channels]; a sequence is an image of height 1 (Conv1D becomes one)';

export const smallerWindow = "use padding='same', a smaller filter or a larger input, and train again";
