/** What to do in a training or export script about ONNX's operators that are not supported. */

const activation = 'use nn.ReLU, nn.ReLU6, nn.Hardswish or nn.LeakyReLU instead, and train again';
const normalisation = 'use nn.BatchNorm2d, which folds into the convolution before it, and train again';
const dynamic =
  'dynamic quantisation computes scales at run time: use onnxruntime.quantization.quantize_static with calibration data and quant_format=QuantFormat.QDQ';
const fixedShapes =
  'it computes shapes at run time: export with fixed shapes (no dynamic_axes), then fold constants with python -m onnxruntime.quantization.preprocess';
const controlFlow = 'export without control flow: trace the network (torch.jit.trace) and unroll its loops';
const detection =
  'export the detector without post-processing; choose boxes and suppress overlapping ones in the application';
const application = 'take it out of the network, and compute it in the application, before or behind it';
const comparison = 'use torch.clamp, torch.maximum or torch.minimum, or decide in the application';
const recurrent =
  "ONNX Runtime's static quantiser leaves it in float32: use convolutions over time, or train it with Keras 2 (tf_keras.layers.LSTM) and convert it with TensorFlow, whose UNIDIRECTIONAL_SEQUENCE_LSTM of int8 is taken; a state can be an input and an output of the network";
export const product =
  'it multiplies two computed tensors, as attention does: use layers with constant weights (nn.Linear, nn.Conv2d), and train again';
const spectrum = 'compute spectra in the application, and give them to the network';

/** By what a file names its operators, which may be any text. */
const advice: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Gelu: 'use nn.ReLU6 or nn.Hardswish instead of nn.GELU, and train again',
    Erf: 'nn.GELU becomes it: use nn.ReLU6 or nn.Hardswish, and train again',
    Selu: activation,
    Celu: activation,
    Mish: activation,
    Softplus: activation,
    Softsign: activation,
    Exp: activation,
    Log: activation,
    Neg: 'multiply by -1 (x * -1.0), or subtract instead of adding',
    Pow: 'multiply it by itself (x * x) instead of x ** 2',
    Sqrt: `compute it in the application; of normalisations: ${normalisation}`,
    Reciprocal: 'multiply by a constant instead, where the divisor is one; or divide in the application',
    ThresholdedRelu: activation,
    LayerNormalization: normalisation,
    GroupNormalization: normalisation,
    InstanceNormalization: normalisation,
    SimplifiedLayerNormalization: normalisation,
    LRN: normalisation,
    DynamicQuantizeLinear: dynamic,
    DynamicQuantizeLSTM: dynamic,
    DynamicQuantizeMatMul: dynamic,
    MatMulInteger: dynamic,
    ConvInteger: dynamic,
    Shape: fixedShapes,
    Size: fixedShapes,
    ConstantOfShape: fixedShapes,
    Range: fixedShapes,
    NonZero: fixedShapes,
    If: controlFlow,
    Loop: controlFlow,
    Scan: controlFlow,
    NonMaxSuppression: detection,
    RoiAlign: detection,
    TopK: application,
    OneHot: application,
    CumSum: application,
    ScatterND: application,
    GatherND: 'take slices (x[:, 2:5]), or torch.index_select along one dimension, of constant places',
    Where: comparison,
    Equal: comparison,
    Greater: comparison,
    GreaterOrEqual: comparison,
    Less: comparison,
    LessOrEqual: comparison,
    And: comparison,
    Or: comparison,
    Not: comparison,
    LSTM: recurrent,
    GRU: recurrent,
    RNN: recurrent,
    ReduceL2:
      'torch.nn.functional.normalize becomes it: divide by the norm in the application, or export it as one LpNormalization',
    Einsum: product,
    Attention: product,
    MultiHeadAttention: product,
    DFT: spectrum,
    STFT: spectrum,
    MelWeightMatrix: spectrum,
  }),
);

const otherwise =
  'replace it in the training script by operators that `mcunet operators` lists, and export the network again';

/** `kind` may have a domain before its name. */
export function adviceFor(kind: string): string {
  const name = kind.slice(kind.lastIndexOf('.') + 1);
  const known = advice.get(name);
  if (known !== undefined) return known;
  if (kind.includes('.'))
    return `it is no operator of ONNX but of ${kind.slice(0, kind.lastIndexOf('.'))}: quantise the network as it was exported, without an optimiser's own operators`;
  return otherwise;
}
