/** Small networks whose plan and code are kept as text: a change of either shows as a change of these files. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateCode } from '../../src/code/index.ts';
import { type Graph, printGraph } from '../../src/graph/index.ts';
import { type PlanOptions, planSchedule, printSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';

const target = findTarget('stm32f746');
const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

type Case = { readonly graph: Graph; readonly options?: PlanOptions };

test('there are cases', () => {
  expect(names.length).toBeGreaterThanOrEqual(4);
});

describe.each(names)('%s', (name) => {
  test('has the expected graph, plan and code; vitest -u accepts a change', async () => {
    const { graph, options } = (await import(`./${name}/graph.ts`)) as Case;
    const expected = (file: string): string => join(import.meta.dirname, name, 'expected', file);
    const schedule = planSchedule(graph, target, options);
    const { files } = generateCode(schedule, { name, target });
    await expect(printGraph(graph)).toMatchFileSnapshot(expected('graph.txt'));
    await expect(printSchedule(schedule)).toMatchFileSnapshot(expected('schedule.txt'));
    for (const file of ['model.h', 'model.c']) {
      await expect(files.get(file)).toMatchFileSnapshot(expected(`code/${file}`));
    }
  });
});
