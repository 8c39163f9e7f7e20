/** Edges of the interpreter: real values in and out, and inputs that do not fit. */
import { describe, expect, test } from 'vitest';
import { at, Failure } from '../../src/base/index.ts';
import type { Graph } from '../../src/graph/index.ts';
import { interpret } from '../../src/reference/index.ts';

/** A relu between two float32 edges, of scale 0.5 and zero point 3. */
const graph: Graph = {
  tensors: [
    { id: 0, name: 'in', type: 'int8', shape: [6], scale: 0.5, zeroPoint: 3, data: undefined },
    { id: 1, name: 'out', type: 'int8', shape: [6], scale: 0.5, zeroPoint: 3, data: undefined },
  ],
  ops: [
    {
      kind: 'relu',
      index: 0,
      name: 'out',
      inputs: [0],
      output: 1,
      multiplier: { multiplier: 2 ** 30, shift: 1 },
      clamp: { min: -128, max: 127 },
    },
  ],
  inputs: [{ tensor: 0, name: 'in', shape: [6], type: 'float32' }],
  outputs: [{ tensor: 1, name: 'out', shape: [6], type: 'float32' }],
};

describe('float32 edges', () => {
  test('halves of a step round away from zero, large values saturate, NaN is the zero point', () => {
    const { tensors } = interpret(graph, [Float32Array.of(0.25, -0.25, 0.24, 1000, -1000, Number.NaN)]);
    expect([...at(tensors, 0)]).toEqual([4, 2, 3, 127, -128, 3]);
  });

  test('results are multiples of the scale', () => {
    const { outputs } = interpret(graph, [Float32Array.of(0.25, -0.25, 0, 1000, -1000, 1)]);
    expect([...at(outputs, 0)]).toEqual([0.5, -0.5, 0, 62, -65.5, 1]);
  });
});

describe('inputs that do not fit', () => {
  test.each([
    ['count', []],
    ['type', [new Int8Array(6)]],
    ['size', [new Float32Array(5)]],
  ])('another %s', (_, inputs) => {
    expect(() => interpret(graph, inputs)).toThrow(Failure);
    expect(() => interpret(graph, inputs)).toThrow(/given/);
  });
});

test('inputs are left as they were', () => {
  const input = Float32Array.of(1, 2, 3, 4, 5, 6);
  interpret(graph, [input]);
  expect([...input]).toEqual([1, 2, 3, 4, 5, 6]);
});
