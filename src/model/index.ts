/** Door of `model`: bytes in, a checked network out. */

export { readModel } from './read-model.ts';
export type {
  Activation,
  Model,
  ModelOperator,
  ModelTensor,
  OperatorOptions,
  PaddingRule,
  Quantization,
} from './types.ts';
