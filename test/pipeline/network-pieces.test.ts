/**
 * What lies between the quantisers of ONNX networks, each piece given the integers that ONNX Runtime has there
 * (scripts/make-networks.py --pieces): no difference of an operator before it hides or adds to its own.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { toQuantised } from '../../src/evaluation/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { interpret, resetMemory } from '../../src/reference/index.ts';
import { joinBytes, outputBytes, splitInputs } from '../reference/recorded-vectors.ts';
import { type OperatorVector, operatorsIn, readVectors } from '../support/operator-vectors.ts';

const folder = join(import.meta.dirname, '../fixtures/network-pieces');

/** Steps between what is computed and what ONNX Runtime computes, of every element of all sets. */
function stepsOf({ model, inputs, outputs }: OperatorVector): number[] {
  const graph = buildGraph(readModel(model));
  const sets = splitInputs(graph, inputs).map((set) =>
    joinBytes(outputBytes(graph, interpret(graph, set, resetMemory(graph)).outputs)),
  );
  const size = outputs.length / sets.length;
  return sets.flatMap((set, index) => {
    const wanted = toQuantised(graph.outputs, graph, outputs.subarray(index * size, (index + 1) * size));
    const found = toQuantised(graph.outputs, graph, set);
    expect(found.length).toBe(wanted.length);
    return Array.from(found, (value, place) => Math.abs(value - at(wanted, place)));
  });
}

test.each(operatorsIn(folder))('every operator of %s equals ONNX Runtime, given its inputs', (name) => {
  const pieces = readVectors(folder, name);
  expect(pieces.length).toBeGreaterThanOrEqual(8);
  const steps = pieces.flatMap(stepsOf);
  expect(steps.length).toBeGreaterThan(1000);
  expect(steps.filter((step) => step > 0).length).toBe(0);
});
