/** Facts about shapes: sizes, strides, broadcasting. */
import { at } from '../base/index.ts';
import { elementBytes } from './element-types.ts';
import type { Tensor } from './types.ts';

export type Shape = readonly number[];

/** Elements of a tensor of this shape; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function tensorBytes({ shape, type }: Pick<Tensor, 'shape' | 'type'>): number {
  return elementCount(shape) * elementBytes(type);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Elements from one index to the next along each axis, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    strides.unshift(stride);
    stride *= at(shape, axis);
  }
  return strides;
}

/** The shape that two operands broadcast to by NumPy's rules, or `undefined` where they do not agree. */
export function broadcastShapes(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** Strides with which an operand is walked along a broadcast shape: 0 along every axis that repeats it. */
export function broadcastStrides(operand: Shape, shape: Shape): number[] {
  const strides = stridesOf(operand);
  const offset = shape.length - operand.length;
  return shape.map((_, axis) =>
    axis < offset || at(operand, axis - offset) === 1 ? 0 : at(strides, axis - offset),
  );
}

/** Positions that a dilated filter spans along one axis. */
export function filterSpan(filter: number, dilation: number): number {
  return (filter - 1) * dilation + 1;
}

/** The shape of [batch, height, width, channels], and those of other ranks as `undefined`. */
export function imageShape(
  shape: Shape,
): { batches: number; height: number; width: number; channels: number } | undefined {
  const [batches, height, width, channels] = shape;
  if (shape.length !== 4) return undefined;
  if (batches === undefined || height === undefined || width === undefined || channels === undefined) {
    return undefined;
  }
  return { batches, height, width, channels };
}
