/** Float networks written tensor by tensor, with seeded random weights and inputs. */
import { random } from '../../src/base/index.ts';
import type { Model, ModelOperator, ModelTensor, OperatorOptions } from '../../src/model/index.ts';

export type FloatModel = {
  readonly model: Model;
  /** Each returns the index of a new tensor. */
  input(shape: readonly number[]): number;
  constant(shape: readonly number[], values: readonly number[]): number;
  integers(values: readonly number[]): number;
  /** Values of the normal distribution. */
  weights(shape: readonly number[], deviation?: number): number;
  /** Adds an operator with a new tensor as its output, which it returns. */
  apply(options: OperatorOptions, inputs: readonly number[], shape: readonly number[]): number;
  /** The same for several outputs. */
  applyAll(
    options: OperatorOptions,
    inputs: readonly number[],
    shapes: readonly (readonly number[])[],
  ): readonly number[];
  /** One integer without dimensions. */
  scalar(value: number): number;
  output(tensor: number): void;
};

export function floatModel(seed = 1): FloatModel {
  const { normal } = random(seed);
  const tensors: ModelTensor[] = [];
  const operators: ModelOperator[] = [];
  const inputs: number[] = [];
  const outputs: number[] = [];
  const push = (
    shape: readonly number[],
    type: 'float32' | 'int32',
    values?: Float32Array | Int32Array,
  ): number => {
    const index = tensors.length;
    const data = values && new Uint8Array(values.buffer);
    return tensors.push({ index, name: `t${index}`, shape, type, quantization: undefined, data }) - 1;
  };
  const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
  return {
    model: { format: 'tflite', tensors, operators, inputs, outputs },
    input: (shape) => at(inputs, inputs.push(push(shape, 'float32')) - 1),
    constant: (shape, values) => push(shape, 'float32', Float32Array.from(values)),
    integers: (values) => push([values.length], 'int32', Int32Array.from(values)),
    weights: (shape, deviation = 1) =>
      push(
        shape,
        'float32',
        Float32Array.from({ length: count(shape) }, () => deviation * normal()),
      ),
    apply(options, operands, shape) {
      const output = push(shape, 'float32');
      operators.push({ index: operators.length, inputs: operands, outputs: [output], options });
      return output;
    },
    applyAll(options, operands, shapes) {
      const made = shapes.map((shape) => push(shape, 'float32'));
      operators.push({ index: operators.length, inputs: operands, outputs: made, options });
      return made;
    },
    scalar: (value) => push([], 'int32', Int32Array.of(value)),
    output: (tensor) => void outputs.push(tensor),
  };
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
}

/** `samples` inputs of the normal distribution, back to back. */
export function randomSamples(shape: readonly number[], samples: number, seed = 7): Float32Array {
  const { normal } = random(seed);
  return Float32Array.from({ length: shape.reduce((product, size) => product * size, samples) }, normal);
}

const square = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 } as const;

/** SAME padding, stride 1. */
export function convolution(
  options: Partial<Extract<OperatorOptions, { op: 'CONV_2D' }>> = {},
): OperatorOptions {
  return { op: 'CONV_2D', padding: 'same', activation: 'none', ...square, ...options };
}

export function depthwise(
  options: Partial<Extract<OperatorOptions, { op: 'DEPTHWISE_CONV_2D' }>> = {},
): OperatorOptions {
  return {
    op: 'DEPTHWISE_CONV_2D',
    padding: 'same',
    activation: 'none',
    depthMultiplier: 1,
    ...square,
    ...options,
  };
}
