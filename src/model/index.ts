/** Door of `model`: bytes in, a checked network out. */
export type {
  Activation,
  ElementType,
  Model,
  ModelOperator,
  ModelTensor,
  OperatorOptions,
  PaddingRule,
  Quantization,
} from './types.ts';
