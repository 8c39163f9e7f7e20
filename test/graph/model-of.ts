/** Models written tensor by tensor, for networks that no converter would write in a single operator. */
import { at } from '../../src/base/index.ts';
import type { Model, ModelOperator, ModelTensor, OperatorOptions } from '../../src/model/index.ts';

type Quantised = { readonly scale?: number; readonly zeroPoint?: number; readonly name?: string };

export type ModelOf = {
  readonly model: Model;
  /** Each returns the index of a new tensor. */
  int8(shape: readonly number[], quantised?: Quantised): number;
  /** Symmetric. */
  int16(shape: readonly number[], scale?: number): number;
  float32(shape: readonly number[]): number;
  constant(shape: readonly number[], values: readonly number[], quantised?: Quantised): number;
  integers(values: readonly number[]): number;
  weights(
    shape: readonly number[],
    values: readonly number[],
    scales: readonly number[],
    dimension?: number,
  ): number;
  /** Adds an operator and returns its output. */
  apply(options: OperatorOptions, inputs: readonly number[], output: number): number;
};

/** A model whose inputs and outputs are set before or after its operators are added. */
export function modelOf(inputs: number[] = [], outputs: number[] = []): ModelOf {
  const tensors: ModelTensor[] = [];
  const operators: ModelOperator[] = [];
  const push = (tensor: Omit<ModelTensor, 'index' | 'name'> & { readonly name?: string }): number => {
    tensors.push({ name: `t${tensors.length}`, ...tensor, index: tensors.length });
    return tensors.length - 1;
  };
  const quantization = ({ scale = 0.5, zeroPoint = 0 }: Quantised): ModelTensor['quantization'] => ({
    scales: [Math.fround(scale)],
    zeroPoints: [zeroPoint],
    dimension: 0,
  });
  const named = ({ name }: Quantised): { name?: string } => (name === undefined ? {} : { name });
  return {
    model: { format: 'tflite', tensors, operators, inputs, outputs },
    int8: (shape, quantised = {}) =>
      push({
        ...named(quantised),
        shape,
        type: 'int8',
        quantization: quantization(quantised),
        data: undefined,
      }),
    int16: (shape, scale = 0.01) =>
      push({ shape, type: 'int16', quantization: quantization({ scale }), data: undefined }),
    float32: (shape) => push({ shape, type: 'float32', quantization: undefined, data: undefined }),
    constant: (shape, values, quantised = {}) =>
      push({
        ...named(quantised),
        shape,
        type: 'int8',
        quantization: quantization(quantised),
        data: new Uint8Array(Int8Array.from(values).buffer),
      }),
    integers: (values) =>
      push({
        shape: [values.length],
        type: 'int32',
        quantization: undefined,
        data: new Uint8Array(Int32Array.from(values).buffer),
      }),
    weights: (shape, values, scales, dimension = 0) =>
      push({
        shape,
        type: 'int8',
        quantization: { scales: scales.map(Math.fround), zeroPoints: scales.map(() => 0), dimension },
        data: new Uint8Array(Int8Array.from(values).buffer),
      }),
    apply(options, operands, output) {
      operators.push({ index: operators.length, inputs: operands, outputs: [output], options });
      return output;
    },
  };
}

/** Options of a convolution without padding, stride or activation, with those that are given. */
export function convOptions(
  options: Partial<Extract<OperatorOptions, { op: 'CONV_2D' }>> = {},
): Extract<OperatorOptions, { op: 'CONV_2D' }> {
  return {
    op: 'CONV_2D',
    padding: 'valid',
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    activation: 'none',
    ...options,
  };
}

/** Values from -128 to 127 in an order without a pattern that a window could match. */
export function noise(count: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return ((state >> 12) & 0xff) - 128;
  });
}

/** A network of one input and one output after some operators. */
export function chain(build: (network: ModelOf) => readonly [input: number, output: number]): Model {
  const network = modelOf();
  const [input, output] = build(network);
  return { ...network.model, inputs: [input], outputs: [output] };
}

/** The only element of a list. */
export function only<T>(values: readonly T[]): T {
  if (values.length !== 1) throw new Error(`${values.length} elements instead of 1`);
  return at(values, 0);
}
