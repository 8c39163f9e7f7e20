/** The table for terminals. */
import { expect, test } from 'vitest';
import { toTerminalTable } from '../../src/report/index.ts';
import { makeReport, mixedReport, passingEntry } from '../support/report-fixture.ts';

test('golden table without colours', async () => {
  await expect(toTerminalTable(mixedReport)).toMatchFileSnapshot('expected/mixed.txt');
});

test('colours only where asked for', () => {
  const start = '\u001b[';
  expect(toTerminalTable(mixedReport)).not.toContain(start);
  expect(toTerminalTable(mixedReport, { colours: true })).toContain(`${start}31m63.7 ms of 60 ms${start}39m`);
});

test('names cannot send control sequences', () => {
  const text = toTerminalTable(makeReport([{ ...passingEntry, name: '\u001b[2J\u001b]0;x\u0007a\nb' }]));
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('\u0007');
});

test('a report of nothing says so', () => {
  expect(toTerminalTable(makeReport([]))).toBe('no model to verify\n');
});
