/** A search on a terminal. */
import { expect, test } from 'vitest';
import { toSearchTable } from '../../../src/report/index.ts';
import { flopsReport, foundReport, overReport, searchNaming, spacesReport } from './search-fixture.ts';

test.each([
  ['found', foundReport],
  ['spaces', spacesReport],
  ['flops', flopsReport],
])('golden text without colours: %s', async (name, report) => {
  await expect(toSearchTable(report)).toMatchFileSnapshot(`expected/${name}.txt`);
});

test('colours only where asked for', () => {
  const start = '\u001b[';
  expect(toSearchTable(overReport)).not.toContain(start);
  expect(toSearchTable(overReport, { colours: true })).toContain(`${start}31m6.12 ms${start}39m`);
});

test('names cannot send control sequences', () => {
  const text = toSearchTable(searchNaming(['\u001b[2J\u001b]0;x\u0007a\nb'], 'command'));
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('\u0007');
});
