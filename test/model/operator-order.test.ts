/** Files list operators in execution order, but nothing makes them. */
import { expect, test } from 'vitest';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { buildTflite, int8Value, type NetworkSpec } from '../support/tflite-builder.ts';

/** A chain of relus in which operator i reads and writes the given tensors. */
function relus(edges: readonly (readonly [input: number, output: number])[], output: number): NetworkSpec {
  const last = Math.max(...edges.flat());
  return {
    tensors: Array.from({ length: last + 1 }, () => int8Value([1, 4])),
    operators: edges.map(([from, to]) => ({ inputs: [from], outputs: [to], options: { op: 'RELU' } })),
    inputs: [0],
    outputs: [output],
  };
}

function order(network: NetworkSpec): readonly number[] {
  return readModel(buildTflite(network)).operators.map(({ index }) => index);
}

test('an order that can be executed is kept', () => {
  expect(
    order(
      relus(
        [
          [0, 1],
          [0, 2],
          [1, 3],
        ],
        3,
      ),
    ),
  ).toEqual([0, 1, 2]);
});

test('operators are sorted where the file has them the wrong way round', () => {
  expect(
    order(
      relus(
        [
          [2, 3],
          [1, 2],
          [0, 1],
        ],
        3,
      ),
    ),
  ).toEqual([2, 1, 0]);
});

test.each([
  [
    'two operators',
    relus(
      [
        [0, 3],
        [2, 1],
        [1, 2],
      ],
      3,
    ),
    /2 operators wait for each other in a cycle, among them operator 1 RELU/,
  ],
  [
    'one operator',
    relus(
      [
        [0, 1],
        [2, 2],
      ],
      1,
    ),
    /1 operators wait for each other/,
  ],
])('a cycle of %s is refused', (_, network, message) => {
  const failure = refusalOf(() => readModel(buildTflite(network)));
  expect(failure.code).toBe('MODEL_MALFORMED');
  expect(failure.message).toMatch(message);
});

test('a chain of thousands is sorted without recursion', () => {
  const count = 5000;
  const edges = Array.from({ length: count }, (_, index) => [count - index - 1, count - index] as const);
  expect(order(relus(edges, count)).slice(0, 3)).toEqual([count - 1, count - 2, count - 3]);
});
