/** Door of `model`: bytes in, a checked network out. */

export { isFloatModel } from './is-float-model.ts';
export { type ImageShape, layersOf, type NetLayer } from './net-config/layers.ts';
export { type LayerWeights, netConfigModel } from './net-config/net-config-model.ts';
export { printNetConfig } from './net-config/print-net-config.ts';
export { randomWeights } from './net-config/random-weights.ts';
export { readNetConfig } from './net-config/read-net-config.ts';
export type { NetBlock, NetConfig, Size2d } from './net-config/types.ts';
export { readModel } from './read-model.ts';
export {
  foldedOnnxOperators,
  integerOnnxOperators,
  type SupportedOperator,
  supportedOperators,
} from './supported-operators.ts';
export { movesValues } from './tflite/operators/catalogue.ts';
export { type DilationOperator, isDilationOperator } from './tflite/operators/dilation.ts';
export { type VariableOperator, variableTypes } from './tflite/operators/variables.ts';
export { writeTflite } from './tflite/write-tflite.ts';
export type {
  Activation,
  ElementType,
  Model,
  ModelOperator,
  ModelTensor,
  ModelVariable,
  OperatorOptions,
  PaddingRule,
  Quantization,
} from './types.ts';
