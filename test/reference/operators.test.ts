/** Every kind of operator against outputs recorded from TensorFlow Lite's kernels (see test/fixtures/PROVENANCE.md). */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildGraph, type Graph } from '../../src/graph/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { bytesOf, joinBytes, loadModel, readBytes, splitInputs } from './recorded-vectors.ts';

const folder = join(import.meta.dirname, '../fixtures/operators');
const cases = readdirSync(folder).sort();

function run(graph: Graph, name: string): Uint8Array {
  const sets = splitInputs(graph, readBytes(folder, name, 'inputs.bin'));
  return joinBytes(sets.flatMap((set) => interpret(graph, set).outputs.map(bytesOf)));
}

describe('operators', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(200);
  });

  test.each(cases)('%s', (name) => {
    const model = loadModel(folder, name, 'model.tflite');
    const expected = Buffer.from(readBytes(folder, name, 'outputs.bin'));
    expect(expected.equals(run(buildGraph(model, []), name))).toBe(true);
    expect(expected.equals(run(buildGraph(model), name))).toBe(true);
  });
});
