/** An architecture has random weights, and every rendering says so beside its figures. */
import { expect, test } from 'vitest';
import { parseReport, toHtml, toJson, toMarkdown, toTerminalTable } from '../../src/report/index.ts';
import { makeEntry, makeMeasurement, makeReport } from '../support/report-fixture.ts';

const untrained = makeReport([makeEntry(makeMeasurement({ name: 'net', isTrained: false }))]);
const trained = makeReport([makeEntry(makeMeasurement({ name: 'net' }))]);
const sentence = 'SRAM, flash and latency are those of random weights, accuracy is not measured.';

test.each([
  ['a terminal', toTerminalTable],
  ['Markdown', toMarkdown],
  ['HTML', toHtml],
])('%s: in the table of figures and as a sentence', (_, render) => {
  const text = render(untrained);
  const table = text.slice(0, text.indexOf(sentence));
  expect(text).toContain(sentence);
  expect(table).toContain('random weights');
  expect(render(trained)).not.toContain('random weights');
});

test('JSON: as a field, which older reports lack', () => {
  const text = toJson(untrained);
  expect(parseReport(text).models[0]?.isTrained).toBe(false);
  const { isTrained: _, ...older } = JSON.parse(text).models[0];
  expect(
    parseReport(JSON.stringify({ ...JSON.parse(text), models: [older] })).models[0]?.isTrained,
  ).toBeNull();
});

test('folded Markdown sections and the meta line of the page say it too', () => {
  expect(toMarkdown(untrained)).toContain('<code>net</code> (random weights): SRAM over the layers');
  expect(toHtml(untrained)).toMatch(/<p class="meta">[^\n]*<b>random weights<\/b>/);
});
