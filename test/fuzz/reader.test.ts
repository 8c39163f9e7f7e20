/** Whatever a file's bytes are, what reads and plans it throws nothing but `Failure`, and soon; the long run is scripts/fuzz. */
import { describe, expect, test } from 'vitest';
import { fixturesFolder } from '../support/fixtures.ts';
import { openCorpus } from './corpus.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import type { Format } from './seeds.ts';

async function damaged(format: Format, files: number): Promise<FuzzReport> {
  const corpus = openCorpus(format, 1, fixturesFolder());
  const report = await fuzz(corpus, { from: 0, to: files, depth: 'small plans' });
  expect(report.crashes).toEqual([]);
  expect(report.slowest.ms, report.slowest.file).toBeLessThan(1000);
  return report;
}

/** Damage that is always noticed at once, or never, would test nothing. */
function expectEnds({ outcomes }: FuzzReport, least: Readonly<Record<string, number>>): void {
  for (const [end, files] of Object.entries(least))
    expect(outcomes.get(end) ?? 0, end).toBeGreaterThan(files);
}

describe('damaged files', () => {
  test('.tflite', async () => {
    const report = await damaged('tflite', 4000);
    expectEnds(report, { 'code: done': 15, 'graph: done': 100, 'reader: MODEL_MALFORMED': 500 });
  });

  test('.onnx', async () => {
    const report = await damaged('onnx', 2000);
    expectEnds(report, {
      'code: done': 10,
      'reader: MODEL_MALFORMED': 200,
      'reader: MODEL_OP_UNSUPPORTED': 100,
    });
  });

  test('net configurations', async () => {
    expectEnds(await damaged('net-config', 300), { 'reader: NET_CONFIG_INVALID': 20, 'graph: done': 3 });
  });

  test('super-networks', async () => {
    expectEnds(await damaged('supernet', 300), { 'reader: SUPERNET_MALFORMED': 20 });
  });

  test('archives of arrays', async () => {
    expectEnds(await damaged('npz', 1500), { 'samples: DATASET_UNREADABLE': 20, 'samples: done': 20 });
  });

  test('pictures', async () => {
    expectEnds(await damaged('picture', 300), { 'picture: DATASET_UNREADABLE': 100, 'picture: done': 30 });
  });

  test('tables', async () => {
    expectEnds(await damaged('csv', 1500), { 'samples: DATASET_UNREADABLE': 20, 'samples: done': 20 });
  });
});
