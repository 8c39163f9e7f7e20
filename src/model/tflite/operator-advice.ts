/** What to do in a training script about TensorFlow Lite's operators that are not supported. */
import type { OperatorOptions } from '../types.ts';

/** The compiler refuses advice about an operator that can be read. */
type Unsupported<Advice> = Advice & { readonly [Op in OperatorOptions['op']]?: never };

const inTheApplication = 'take it out of the network, and compute it in the application, before or behind it';
const fixedShapes =
  'it computes shapes at run time: give the network fixed input shapes, with batch size 1 (tf.keras.Input(shape, batch_size=1)), and convert again';
const normalisation =
  'LayerNormalization, GroupNormalization and UnitNormalization become it: use BatchNormalization, which the converter folds into the layer before it, or tf.math.l2_normalize(x, axis=-1) where rows are to have length 1, and train again';
const comparison =
  'use tf.maximum, tf.minimum, tf.clip_by_value or tf.nn.leaky_relu, which choose by value, or decide in the application';
const function_ = `use relu, relu6, tanh, sigmoid or hard_silu instead, and train again; or ${inTheApplication}`;
const recurrent =
  'use tf.keras.layers.LSTM, or convolutions over time; a state can be an input and an output of the network';
const dilation =
  'a plain convolution has to stand between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND, with nothing else that reads it: use dilation_rate with strides=1 (Conv1D, Conv2D), or pad in front of padding="valid"';
const detection =
  'export the detector without post-processing; choose boxes and suppress overlapping ones in the application';
const constants = 'fold it into a constant before converting: its result does not depend on the input';
const random = 'export the network for inference (training=False), without dropout, noise or sampling';
const spectrum = 'compute spectra in the application, and give them to the network';
const controlFlow =
  'remove branches and loops: unroll recurrent layers (unroll=True), and convert one function without tf.cond and tf.while_loop';

const advice: Unsupported<Readonly<Record<string, string>>> = {
  GELU: 'use tf.nn.relu6 or tf.keras.activations.hard_silu (HARD_SWISH) instead of gelu, and train again',
  DIV: 'multiply by a constant instead, where the divisor is one; or divide in the application',
  NEG: 'multiply by -1 (x * -1.0), which becomes MUL; of LayerNormalization, see the operators around it',
  FLOOR_DIV: inTheApplication,
  FLOOR_MOD: inTheApplication,
  RSQRT: normalisation,
  SQRT: normalisation,
  SQUARE: `multiply it by itself (x * x), which becomes MUL; ${normalisation}`,
  SQUARED_DIFFERENCE: `subtract, and multiply the difference by itself (d * d), which become SUB and MUL; ${normalisation}`,
  LOCAL_RESPONSE_NORMALIZATION: 'use BatchNormalization, and train again',
  L2_POOL_2D: 'use average or max pooling, and train again',
  EXP: function_,
  LOG: function_,
  POW: function_,
  SIN: function_,
  COS: function_,
  FLOOR: function_,
  CEIL: function_,
  ROUND: function_,
  SIGN: function_,
  SELECT: comparison,
  SELECT_V2: comparison,
  WHERE: comparison,
  EQUAL: comparison,
  NOT_EQUAL: comparison,
  LESS: comparison,
  LESS_EQUAL: comparison,
  GREATER: comparison,
  GREATER_EQUAL: comparison,
  LOGICAL_AND: comparison,
  LOGICAL_OR: comparison,
  LOGICAL_NOT: comparison,
  REDUCE_ANY: comparison,
  REDUCE_ALL: comparison,
  REDUCE_PROD: inTheApplication,
  CUMSUM: inTheApplication,
  ADD_N: 'add two tensors at a time (tf.add)',
  BATCH_MATMUL:
    'it multiplies two computed tensors, as attention does: use layers with constant weights (Dense, Conv2D), and train again',
  LSTM: recurrent,
  RNN: recurrent,
  UNIDIRECTIONAL_SEQUENCE_RNN: recurrent,
  BIDIRECTIONAL_SEQUENCE_RNN: recurrent,
  BIDIRECTIONAL_SEQUENCE_LSTM: recurrent,
  SPACE_TO_BATCH_ND: dilation,
  BATCH_TO_SPACE_ND: dilation,
  EMBEDDING_LOOKUP: 'look embeddings up in the application, and give the network the result',
  EMBEDDING_LOOKUP_SPARSE: 'look embeddings up in the application, and give the network the result',
  HASHTABLE_LOOKUP: inTheApplication,
  ONE_HOT: inTheApplication,
  TOPK_V2: inTheApplication,
  UNIQUE: inTheApplication,
  GATHER_ND: 'take slices (x[:, 2:5]) or tf.gather along one dimension, of constant places',
  SCATTER_ND: inTheApplication,
  NON_MAX_SUPPRESSION_V4: detection,
  NON_MAX_SUPPRESSION_V5: detection,
  SHAPE: fixedShapes,
  RANK: fixedShapes,
  BROADCAST_ARGS: fixedShapes,
  FILL: constants,
  RANGE: constants,
  ZEROS_LIKE: constants,
  RANDOM_UNIFORM: random,
  RANDOM_STANDARD_NORMAL: random,
  MULTINOMIAL: random,
  RFFT2D: spectrum,
  REAL: spectrum,
  IMAG: spectrum,
  COMPLEX_ABS: spectrum,
  CONV_3D: 'use 2-D convolutions, and train again',
  CONV_3D_TRANSPOSE: 'use 2-D convolutions, and train again',
  FAKE_QUANT:
    'convert the network of quantisation-aware training with optimizations = [tf.lite.Optimize.DEFAULT], which takes it out',
  DENSIFY:
    'convert with dense weights: strip pruning (tfmot.sparsity.keras.strip_pruning), without EXPERIMENTAL_SPARSITY',
  SPARSE_TO_DENSE: 'convert with dense weights',
  IF: controlFlow,
  WHILE: controlFlow,
  CALL: controlFlow,
};

const otherwise =
  'replace it in the training script by operators that `mcunet operators` lists, and convert the network again';

/** By what messages call the operator, custom ones with `custom` before their name. */
export function adviceFor(kind: string): string {
  return advice[kind] ?? adviceForFamily(kind) ?? otherwise;
}

function adviceForFamily(kind: string): string | undefined {
  if (kind.startsWith('custom Flex')) {
    const name = kind.slice('custom Flex'.length);
    return `the converter kept TensorFlow's own ${name} (SELECT_TF_OPS): replace it in the training script, and convert with supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8] alone`;
  }
  if (/^custom .*(PostProcess|NonMaxSuppression)/.test(kind)) return detection;
  if (kind.startsWith('custom '))
    return 'it is no operator of TensorFlow Lite: build the network of standard layers, or compute this part in the application';
  if (kind.startsWith('STABLEHLO_'))
    return 'the converter left it in StableHLO: convert with a current tf.lite.TFLiteConverter or ai-edge-torch, which make operators of TensorFlow Lite of it';
  return undefined;
}
