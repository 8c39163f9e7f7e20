/** How far what is computed of an ONNX file is from what ONNX Runtime computes. */
import { expect } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { Graph } from '../../src/graph/index.ts';
import { interpret } from '../../src/reference/index.ts';

/** Of every element of all sets, the steps of its scale between both; places and classes count as steps of 1. */
export function stepsApart(
  graph: Graph,
  inputs: Float32Array,
  expected: Float32Array,
  sets: number,
): number[] {
  const size = inputs.length / sets;
  const { scale } = at(graph.tensors, at(graph.outputs, 0).tensor);
  const outputs = Array.from({ length: sets }, (_, set) => [
    ...at(interpret(graph, [inputs.slice(set * size, (set + 1) * size)]).outputs, 0),
  ]).flat();
  expect(outputs.length).toBe(expected.length);
  return outputs.map((value, index) => Math.round(Math.abs(Number(value) - at(expected, index)) / scale));
}
