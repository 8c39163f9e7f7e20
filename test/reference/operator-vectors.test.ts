/** The interpreter against random configurations of every operator (see test/fixtures/PROVENANCE.md). */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildGraph, type Pass } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { interpret, resetMemory } from '../../src/reference/index.ts';
import { type OperatorVector, operatorsIn, readVectors } from '../support/operator-vectors.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import { joinBytes, outputBytes, splitInputs } from './recorded-vectors.ts';

const folder = join(import.meta.dirname, '../fixtures/operator-vectors');

function outputsOf({ model, inputs }: OperatorVector, passes?: readonly Pass[]): Uint8Array {
  const graph = buildGraph(readModel(model), passes);
  // The sets are one sequence for what keeps state.
  const memory = resetMemory(graph);
  return joinBytes(
    splitInputs(graph, inputs).flatMap((set) => outputBytes(graph, interpret(graph, set, memory).outputs)),
  );
}

describe('random configurations of', () => {
  test.each(operatorsIn(folder))('%s', (operator) => {
    const vectors = readVectors(folder, operator);
    const wrong = vectors.flatMap((vector, number) => {
      const expected = Buffer.from(vector.outputs);
      const isRight = [outputsOf(vector, []), outputsOf(vector)].every((found) => expected.equals(found));
      return isRight ? [] : [number];
    });
    expect(vectors.length).toBeGreaterThan(12);
    expect(wrong).toEqual([]);
  });

  test('every operator that is read', () => {
    // Forms of an operator have files of their own, named behind it.
    const compared = new Set(operatorsIn(folder).map((name) => name.replace(/\..*$/, '')));
    // Read only together with the convolution behind it, this one is no sample of a single operator.
    const read = [...Object.keys(sampleNetworks), 'SPACE_TO_BATCH_ND'];
    expect([...compared].sort()).toEqual(read.sort());
  });
});
