/** TRANSPOSE of more dimensions than kernels have loops: in several steps, each of which a kernel computes. */
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph, type Graph } from '../../src/graph/index.ts';
import { chooseKernel } from '../../src/kernels/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { modelOf } from './model-of.ts';

const shape = [2, 3, 2, 1, 3, 2, 2];

function graphOf(permutation: readonly number[]): Graph {
  const network = modelOf();
  const input = network.int8(shape);
  const output = network.apply(
    { op: 'TRANSPOSE' },
    [input, network.integers(permutation)],
    network.int8(permutation.map((axis) => at(shape, axis))),
  );
  return buildGraph({ ...network.model, inputs: [input], outputs: [output] });
}

function permutations(axes: readonly number[]): number[][] {
  if (axes.length === 0) return [[]];
  return axes.flatMap((first) =>
    permutations(axes.filter((axis) => axis !== first)).map((rest) => [first, ...rest]),
  );
}

/** By the definition: dimension i of the result is dimension `permutation[i]`. */
function transposed(values: readonly number[], permutation: readonly number[]): number[] {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return permutation
    .reduce(
      (places: readonly number[], axis) =>
        places.flatMap((place) =>
          Array.from({ length: at(shape, axis) }, (_, index) => place + index * at(strides, axis)),
        ),
      [0],
    )
    .map((place) => at(values, place));
}

test('every order of seven dimensions', () => {
  const target = findTarget('stm32f746');
  const values = Array.from({ length: 144 }, (_, index) => index - 72);
  const orders = permutations([0, 1, 2, 3, 4, 5, 6]).filter((_, index) => index % 7 === 0);
  const steps = new Set<number>();
  for (const permutation of orders) {
    const graph = graphOf(permutation);
    const transposes = graph.ops.filter(({ kind }) => kind === 'transpose');
    for (const op of transposes) expect(chooseKernel(op, graph, target).name).toBe('transpose_s8');
    steps.add(transposes.length);
    const { outputs } = interpret(graph, [Int8Array.from(values)]);
    expect(Array.from(at(outputs, 0)), `${permutation}`).toEqual(transposed(values, permutation));
  }
  expect([...steps].sort()).toEqual([0, 1, 2, 3, 4]);
});
