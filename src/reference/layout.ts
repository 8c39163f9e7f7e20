/** Operators that move bytes, and bilinear resizing. */
import { at } from '../base/index.ts';
import {
  bilinearSource,
  bilinearSteps,
  type Concatenation,
  elementCount,
  nearestSource,
  type Pad,
  type ResizeBilinear,
  type ResizeNearest,
  type Slice,
  stridesOf,
  type Take,
  type Transpose,
} from '../graph/index.ts';
import { forEachIndex, imageOf, type Operand, offsetOf, read } from './operand.ts';

export function pad(op: Pad, input: Operand, output: Operand): void {
  const strides = stridesOf(output.shape);
  const start = offsetOf(op.before, strides);
  output.values.fill(op.value);
  forEachIndex(input.shape, (index, position) => {
    output.values[start + offsetOf(index, strides)] = read(input.values, position);
  });
}

export function slice(op: Slice, input: Operand, output: Operand): void {
  const strides = stridesOf(input.shape);
  forEachIndex(output.shape, (index, position) => {
    const source = index.map((place, axis) => at(op.begin, axis) + place * at(op.stride, axis));
    output.values[position] = read(input.values, offsetOf(source, strides));
  });
}

export function take(op: Take, input: Operand, output: Operand): void {
  const strides = stridesOf(input.shape);
  forEachIndex(output.shape, (index, position) => {
    const source = index.map((place, axis) => op.sources[axis]?.[place] ?? place);
    output.values[position] = read(input.values, offsetOf(source, strides));
  });
}

/** An array of another type, which casts have, drops the upper bits of what does not fit. */
export function reshape(input: Operand, output: Operand): void {
  output.values.set(input.values);
}

export function transpose(op: Transpose, input: Operand, output: Operand): void {
  const strides = stridesOf(input.shape);
  const permuted = op.permutation.map((axis) => at(strides, axis));
  forEachIndex(output.shape, (index, position) => {
    output.values[position] = read(input.values, offsetOf(index, permuted));
  });
}

export function concatenation(op: Concatenation, inputs: readonly Operand[], output: Operand): void {
  const outer = elementCount(output.shape.slice(0, op.axis));
  let position = 0;
  for (let block = 0; block < outer; block += 1) {
    for (const { values } of inputs) {
      const bytes = values.length / outer;
      output.values.set(values.subarray(block * bytes, (block + 1) * bytes), position);
      position += bytes;
    }
  }
}

export function resizeNearest(op: ResizeNearest, input: Operand, output: Operand): void {
  const from = imageOf(input);
  const to = imageOf(output);
  for (let row = 0; row < to.height; row += 1) {
    for (let column = 0; column < to.width; column += 1) {
      const sourceRow = nearestSource(row, from.height, to.height, op);
      const sourceColumn = nearestSource(column, from.width, to.width, op);
      const pixel = (sourceRow * from.width + sourceColumn) * from.channels;
      const target = (row * to.width + column) * to.channels;
      output.values.set(input.values.subarray(pixel, pixel + from.channels), target);
    }
  }
}

/** Weights of four pixels are products of 1,024ths; halves are rounded away from 0. */
export function resizeBilinear(op: ResizeBilinear, input: Operand, output: Operand): void {
  const from = imageOf(input);
  const whole = bilinearSteps ** 2;
  forEachIndex(output.shape, (index, position) => {
    const [, row = 0, column = 0, channel = 0] = index;
    const y = bilinearSource(row, from.height, at(output.shape, 1), op);
    const x = bilinearSource(column, from.width, at(output.shape, 2), op);
    const pixel = (below: number, beside: number): number => {
      const place = ((y.first + below) * from.width + x.first + beside) * from.channels + channel;
      const down = below === 0 ? bilinearSteps - y.weight : y.weight;
      const across = beside === 0 ? bilinearSteps - x.weight : x.weight;
      return down * across === 0 ? 0 : read(input.values, place) * down * across;
    };
    const sum = pixel(0, 0) + pixel(1, 0) + pixel(0, 1) + pixel(1, 1);
    output.values[position] = Math.sign(sum) * Math.floor((Math.abs(sum) + whole / 2) / whole);
  });
}
