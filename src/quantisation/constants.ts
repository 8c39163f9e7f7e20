/** Constants of a model as numbers, and facts about shapes. */
import { at, invariant } from '../base/index.ts';
import type { Model, ModelOperator, ModelTensor } from '../model/index.ts';

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Elements from one index to the next along each axis, row-major. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = at(strides, axis + 1) * at(shape, axis + 1);
  }
  return strides;
}

/** Of its own, whatever kind of Uint8Array it is; that of Node shares its memory when it is sliced. */
function copyOf(data: Uint8Array): ArrayBuffer {
  return new Uint8Array(data).buffer;
}

/** Values of a float32 constant; a copy, as the bytes of a file lie at any address. */
export function floatsOf({ name, type, data }: ModelTensor): Float32Array {
  invariant(type === 'float32' && data !== undefined, `${name} is no float32 constant`);
  return new Float32Array(copyOf(data));
}

/** Values of the int32 or int64 constant that an operator takes at a position. */
export function integersAt(model: Model, inputs: readonly number[], position: number): number[] {
  const { name, type, data } = at(model.tensors, at(inputs, position));
  invariant(
    data !== undefined && (type === 'int32' || type === 'int64'),
    `${name} is no constant of integers`,
  );
  const bytes = copyOf(data);
  return type === 'int32' ? [...new Int32Array(bytes)] : [...new BigInt64Array(bytes)].map(Number);
}

/** What maximum pools of ONNX are padded with: it stands for no value. */
const lowest = -3.4028234663852886e38;

/** Whether it pads with less than any value: its own values and that one say nothing of a range. */
export function padsBelowAll(model: Model, operator: ModelOperator): boolean {
  if (operator.options.op !== 'PADV2') return false;
  const value = operandAt(model, operator, 2);
  return value?.type === 'float32' && value.data !== undefined && at(floatsOf(value), 0) <= lowest;
}

/** The tensor that an operator takes at a position, `undefined` where it has none. */
export function operandAt(
  model: Model,
  { inputs }: { readonly inputs: readonly number[] },
  position: number,
): ModelTensor | undefined {
  const index = inputs[position];
  return index === undefined || index < 0 ? undefined : at(model.tensors, index);
}
