/** Every invariant of a graph, by breaking it. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph, type Graph, type Op, type Tensor, verifyGraph } from '../../src/graph/index.ts';
import { convOptions, modelOf, noise } from './model-of.ts';

/** input -> convolution -> sum with a constant. */
function sound(): Graph {
  const network = modelOf();
  const input = network.int8([1, 4, 4, 2]);
  const weights = network.weights([2, 3, 3, 2], noise(36), [0.01]);
  const convolved = network.apply(convOptions(), [input, weights], network.int8([1, 2, 2, 2]));
  const constant = network.constant([2], [1, 2]);
  const operands = [convolved, constant];
  const output = network.apply({ op: 'ADD', activation: 'none' }, operands, network.int8([1, 2, 2, 2]));
  return buildGraph({ ...network.model, inputs: [input], outputs: [output] });
}

function withTensor(graph: Graph, id: number, change: Partial<Tensor>): Graph {
  return {
    ...graph,
    tensors: graph.tensors.map((tensor) => (tensor.id === id ? { ...tensor, ...change } : tensor)),
  };
}

function withOp(graph: Graph, position: number, change: object): Graph {
  return { ...graph, ops: graph.ops.map((op, i) => (i === position ? ({ ...op, ...change } as Op) : op)) };
}

describe('verifyGraph', () => {
  const graph = sound();
  const [conv, add] = [at(graph.ops, 0), at(graph.ops, 1)];

  test('accepts a sound graph', () => {
    expect(() => verifyGraph(graph)).not.toThrow();
  });

  test.each<[string, Graph, string]>([
    ['an id out of place', withTensor(graph, 1, { id: 7 }), 'stands at 1'],
    ['an empty dimension', withTensor(graph, 0, { shape: [1, 0, 4, 2] }), 'has the shape'],
    ['a scale of 0', withTensor(graph, 0, { scale: 0 }), 'has the scale'],
    ['a zero point beyond int8', withTensor(graph, 0, { zeroPoint: 128 }), 'has the zero point'],
    [
      'a constant of another size',
      withTensor(graph, 2, { data: new Int8Array(3) }),
      'too few or many values',
    ],
    ['a shape that the operator does not make', withTensor(graph, 1, { shape: [1, 2, 2, 3] }), 'makes'],
    [
      'an edge of another size',
      { ...graph, inputs: [{ ...at(graph.inputs, 0), shape: [2] }] },
      'another size',
    ],
    ['reading before writing', { ...graph, ops: [add, conv] }, 'too early'],
    ['writing twice', { ...graph, ops: [conv, conv, add] }, 'written twice'],
    ['an input given twice', { ...graph, inputs: [...graph.inputs, ...graph.inputs] }, 'given twice'],
    ['an output never written', { ...graph, ops: [] }, 'never written'],
    ['a tensor that is not there', withOp(graph, 0, { inputs: [9] }), 'too early'],
    ['too few weights', withOp(graph, 0, { weights: new Int8Array(35) }), 'weights instead of 36'],
    ['too few multipliers', withOp(graph, 0, { multipliers: [] }), 'multipliers instead of 2'],
    [
      'operands that do not broadcast',
      withTensor(graph, 2, { shape: [3], data: new Int8Array(3) }),
      'do not broadcast',
    ],
    ['a missing operand', withOp(graph, 1, { inputs: [1] }), 'internal error'],
    ['bounds in the wrong order', withOp(graph, 0, { clamp: { min: 3, max: 2 } }), 'bounds'],
    ['bounds beyond int8', withOp(graph, 0, { clamp: { min: -128, max: 128 } }), 'bounds'],
    [
      'a factor beyond 32 bits',
      withOp(graph, 1, { outputMultiplier: { multiplier: 2 ** 31, shift: 0 } }),
      'multiplier',
    ],
    [
      'a shift beyond 31',
      withOp(graph, 1, { outputMultiplier: { multiplier: 2 ** 30, shift: -32 } }),
      'shift',
    ],
  ])('refuses %s', (_, broken, message) => {
    expect(() => verifyGraph(broken)).toThrow(message);
  });
});
