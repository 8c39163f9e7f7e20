/** The tensors of an int8 network while it is built. */
import type { ModelTensor } from '../model/index.ts';
import type { Parameters } from './types.ts';

/** Every `add` returns the new tensor's index. */
export type Tensors = {
  readonly all: readonly ModelTensor[];
  readonly addValue: (
    name: string,
    shape: readonly number[],
    parameters: Parameters,
    values?: Int8Array,
  ) => number;
  readonly addFloat: (name: string, shape: readonly number[]) => number;
  /** A constant that is not quantised, such as axes; once, however many operators read it. */
  readonly addAsIs: (tensor: ModelTensor) => number;
  readonly addWeights: (
    tensor: ModelTensor,
    values: Int8Array,
    scales: readonly number[],
    axis: number,
  ) => number;
  readonly addBias: (name: string, values: Int32Array, scales: readonly number[]) => number;
};

export function makeTensors(): Tensors {
  const all: ModelTensor[] = [];
  const asIs = new Map<number, number>();
  const add = (tensor: Omit<ModelTensor, 'index'>): number => all.push({ ...tensor, index: all.length }) - 1;
  const symmetric = (scales: readonly number[], dimension: number): ModelTensor['quantization'] => ({
    scales,
    zeroPoints: scales.map(() => 0),
    dimension,
  });
  return {
    all,
    addValue(name, shape, { scale, zeroPoint }, values) {
      const quantization = { scales: [scale], zeroPoints: [zeroPoint], dimension: 0 };
      return add({ name, shape, type: 'int8', quantization, data: values && bytesOf(values) });
    },
    addFloat: (name, shape) =>
      add({ name, shape, type: 'float32', quantization: undefined, data: undefined }),
    addAsIs(tensor) {
      const index = asIs.get(tensor.index) ?? add(tensor);
      asIs.set(tensor.index, index);
      return index;
    },
    addWeights: ({ name, shape }, values, scales, axis) =>
      add({ name, shape, type: 'int8', quantization: symmetric(scales, axis), data: bytesOf(values) }),
    addBias: (name, values, scales) =>
      add({
        name,
        shape: [values.length],
        type: 'int32',
        quantization: symmetric(scales, 0),
        data: bytesOf(values),
      }),
  };
}

function bytesOf(values: Int8Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
