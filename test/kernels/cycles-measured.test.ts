import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CatalogueRow, measureCatalogue } from '../../scripts/kernel-benchmark/catalogue-table.ts';
import { validateEstimate } from '../../scripts/kernel-benchmark/validate.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { kernelCatalogue } from '../../src/kernels/index.ts';
import { readModel } from '../../src/model/index.ts';
import { planOptions } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';

const target = findTarget('stm32f746');
const toolchain = await openToolchain('local', nodeHost());
const limitMs = 600_000;

describe('the table of coefficients describes today’s kernels', () => {
  let rows: readonly CatalogueRow[] = [];
  beforeAll(async () => {
    rows = await measureCatalogue(target, toolchain);
  }, limitMs);

  test('every kernel of the catalogue is measured', () => {
    const measured = new Set(rows.map(({ kernel }) => kernel));
    expect(kernelCatalogue.map(({ name }) => name).filter((name) => !measured.has(name))).toEqual([]);
  });

  test('estimates are near what the simulator counts; else run scripts/kernel-benchmark/main.ts --fit', () => {
    // Small operators take little of a network: an error counts beyond a few hundred cycles.
    const far = rows.filter(({ cycles, estimate }) => Math.abs(estimate - cycles) > 0.2 * cycles + 500);
    expect(far.map(({ kernel, title, cycles, estimate }) => [kernel, title, cycles, estimate])).toEqual([]);
  });
});

describeWithFixtures('whole networks', (folder) => {
  test.each(['ad01_int8', 'kws_ref_model', 'vww_96_int8'])(
    '%s is estimated within a tenth of the simulator',
    { timeout: limitMs },
    async (name) => {
      const graph = buildGraph(readModel(readFileSync(join(folder, 'models', `${name}.tflite`))));
      const cases = (['auto', 'memory'] as const).map((objective) => ({
        name: `${name}, ${objective}`,
        graph,
        options: planOptions(objective, undefined, target),
      }));
      const validated = await validateEstimate(cases, target, toolchain);
      expect(validated).toHaveLength(2);
      for (const { error } of validated) expect(Math.abs(error)).toBeLessThan(0.1);
    },
  );
});
