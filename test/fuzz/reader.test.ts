/** The reader and the graph builder throw nothing but `Failure`, whatever the file; the long run is a script. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../src/model/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { floatNetwork } from '../support/float-network.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import { buildTflite } from '../support/tflite-builder.ts';
import { fuzzReader } from './fuzz-reader.ts';
import { type Specimen, specimen } from './mutations.ts';

function specimenOf(name: string, bytes: Uint8Array): Specimen {
  return specimen(
    name,
    bytes,
    readModel(bytes).tensors.flatMap(({ data }) => data ?? []),
  );
}

function expectOnlyFailures(specimens: readonly Specimen[], count: number): void {
  const report = fuzzReader(specimens, count, 1);
  expect(report.crashes).toEqual([]);
  expect(report.slowest.ms).toBeLessThan(1000);
  // Damage that is always noticed at once, or never, would test nothing.
  expect(report.outcomes.get('graph: built')).toBeGreaterThan(count / 100);
  expect(report.outcomes.get('reader: MODEL_MALFORMED')).toBeGreaterThan(count / 10);
}

describe('damaged files', () => {
  test('of every operator', () => {
    const specimens = Object.entries(sampleNetworks).map(([op, network]) =>
      specimenOf(op, buildTflite(network)),
    );
    expectOnlyFailures(specimens, 6000);
  });

  test('of every operator in float32', () => {
    const { QUANTIZE, DEQUANTIZE, ...others } = sampleNetworks;
    const specimens = Object.entries(others).map(([op, network]) =>
      specimenOf(op, buildTflite(floatNetwork(network))),
    );
    const report = fuzzReader(specimens, 4000, 1);
    expect(report.crashes).toEqual([]);
    expect(report.slowest.ms).toBeLessThan(1000);
    expect(report.outcomes.get('graph: GRAPH_NOT_INT8')).toBeGreaterThan(40);
    expect(report.outcomes.get('reader: MODEL_MALFORMED')).toBeGreaterThan(400);
  });
});

describeWithFixtures('damaged files of the shared networks', (folder) => {
  test('give nothing but failures', () => {
    const models = join(folder, 'models');
    const specimens = readdirSync(models).map((name) => specimenOf(name, readFileSync(join(models, name))));
    expectOnlyFailures(specimens, 1500);
  }, 240_000);
});
