/** Operands of an operator while it is interpreted: a tensor's facts beside its values. */
import { at } from '../base/index.ts';
import type { Graph, Shape, TensorId, TensorType, TensorValues } from '../graph/index.ts';

export type Operand = {
  readonly shape: Shape;
  readonly type: TensorType;
  readonly zeroPoint: number;
  readonly values: TensorValues;
};

/** Element of an array that is known to be there: `at` for few types, since the innermost loops spend their time here. */
export function read(values: TensorValues, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`internal error: element ${index} of ${values.length}`);
  return value;
}

/** The tensor with the values that it holds now. */
export function operandOf(graph: Graph, tensors: readonly TensorValues[], id: TensorId): Operand {
  const { shape, type, zeroPoint } = at(graph.tensors, id);
  return { shape, type, zeroPoint, values: at(tensors, id) };
}

/** Sum of products of an operand, less its zero point, and weights, over elements that follow each other in both. */
export function sumOfProducts(
  { values, zeroPoint }: Operand,
  start: number,
  weights: Int8Array,
  weightStart: number,
  count: number,
): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1)
    sum += (read(values, start + i) - zeroPoint) * read(weights, weightStart + i);
  return sum;
}

/** Height, width and channels of a [1, height, width, channels] operand. */
export function imageOf({ shape }: Operand): { height: number; width: number; channels: number } {
  return { height: at(shape, 1), width: at(shape, 2), channels: at(shape, 3) };
}

/** Calls `visit` with every index of a shape, row-major, and its position. The index array is reused. */
export function forEachIndex(
  shape: Shape,
  visit: (index: readonly number[], position: number) => void,
): void {
  const index = shape.map(() => 0);
  const count = shape.reduce((product, size) => product * size, 1);
  for (let position = 0; position < count; position += 1) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = at(index, axis) + 1;
      index[axis] = next === shape[axis] ? 0 : next;
      if (next !== shape[axis]) break;
    }
  }
}

/** Position of an index under given strides. */
export function offsetOf(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, value, axis) => sum + value * at(strides, axis), 0);
}
