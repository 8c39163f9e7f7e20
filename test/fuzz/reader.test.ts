/** Whatever a file's bytes are, what reads and plans it throws nothing but `Failure`, and soon; the long run is scripts/fuzz. */
import { describe, expect, test } from 'vitest';
import { describeWithFixtures, fixturesFolder } from '../support/fixtures.ts';
import { openCorpus } from './corpus.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import type { Format, Seed } from './seeds.ts';

async function damaged(
  format: Format,
  files: number,
  isTaken?: (seed: Seed) => boolean,
): Promise<FuzzReport> {
  const corpus = openCorpus(format, 1, fixturesFolder(), isTaken);
  const report = await fuzz(corpus, { from: 0, to: files, depth: 'small plans' });
  expect(report.files).toBe(files);
  expect(report.crashes).toEqual([]);
  expect(report.slowest.ms, report.slowest.file).toBeLessThan(1000);
  return report;
}

/** Damage that is always noticed at once, or never, would test nothing. */
function expectEnds({ outcomes }: FuzzReport, least: Readonly<Record<string, number>>): void {
  for (const [end, files] of Object.entries(least))
    expect(outcomes.get(end) ?? 0, end).toBeGreaterThan(files);
}

/** On a busy machine, of which each file gets little: what counts is the processor time of each. */
const timeout = 300_000;

describe('damaged files', { timeout }, () => {
  test('.tflite', async () => {
    const report = await damaged('tflite', 6000);
    expectEnds(report, {
      'code: done': 30,
      'graph: done': 600,
      'graph: GRAPH_UNSUPPORTED': 150,
      'reader: MODEL_MALFORMED': 2500,
      'reader: MODEL_OP_UNSUPPORTED': 150,
    });
  });

  test('.tflite, float32', async () => {
    const report = await damaged('tflite', 4000, ({ name }) => /^float[ -]/.test(name));
    expectEnds(report, { 'graph: done': 200, 'reader: MODEL_MALFORMED': 1500 });
  });

  test('.onnx', async () => {
    const report = await damaged('onnx', 8000);
    expectEnds(report, {
      'code: done': 50,
      'graph: done': 1000,
      'reader: MODEL_MALFORMED': 2000,
      'reader: MODEL_OP_UNSUPPORTED': 600,
    });
  });

  test('net configurations', async () => {
    const report = await damaged('net-config', 2000);
    expectEnds(report, {
      'graph: done': 20,
      'reader: FILE_NOT_JSON': 600,
      'reader: NET_CONFIG_INVALID': 150,
    });
  });

  test('super-networks', async () => {
    expectEnds(await damaged('supernet', 300), { 'reader: SUPERNET_MALFORMED': 20 });
  });

  test('archives of arrays', async () => {
    expectEnds(await damaged('npz', 1500), { 'samples: DATASET_UNREADABLE': 20, 'samples: done': 20 });
  });

  test('pictures', async () => {
    expectEnds(await damaged('picture', 120), { 'picture: DATASET_UNREADABLE': 40, 'picture: done': 10 });
  });

  test('tables', async () => {
    expectEnds(await damaged('csv', 1500), { 'samples: DATASET_UNREADABLE': 20, 'samples: done': 20 });
  });
});

describeWithFixtures('damaged files of the shared networks', () => {
  test('give nothing but failures', { timeout }, async () => {
    const report = await damaged('tflite', 3000, ({ name }) => name.endsWith('.tflite'));
    expectEnds(report, { 'graph: done': 100, 'reader: MODEL_MALFORMED': 600 });
  });
});
