/** Charts in comments and summaries: what Mermaid's grammar takes, whatever the figures, and visible on any page. */
import { describe, expect, test } from 'vitest';
import { type HistoryRow, toMarkdown, trendCharts } from '../../src/report/index.ts';
import { makeEntry, makeMeasurement, makeReport, mixedReport } from '../support/report-fixture.ts';

const decimal = String.raw`\d+(?:\.\d+)?`;
const list = String.raw`\[${decimal}(?:, ${decimal})*\]`;
/** The part of Mermaid's xychart grammar that is used: quoted titles, decimals without exponents. */
const grammar = new RegExp(
  [
    String.raw`^%%\{init: (\{.*\})\}%%`,
    'xychart-beta',
    String.raw`  x-axis "(?:layer|commit)" (?:${list}|\d+ --> \d+)`,
    `  y-axis "[A-Za-z, %]+" 0 --> ${decimal}`,
    String.raw`  (?:bar|line) (${list})\n$`,
  ].join(String.raw`\n`),
);

function chartsIn(
  markdown: string,
): readonly { readonly init: unknown; readonly values: readonly number[] }[] {
  return [...markdown.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, chart = '']) => {
    const [, init = '', values = ''] = grammar.exec(chart) ?? expect.fail(chart);
    return { init: JSON.parse(init), values: JSON.parse(values) };
  });
}

function historyOf(latencyMs: number): readonly HistoryRow[] {
  return ['a', 'b', 'c'].map((digit) => ({
    commit: digit.repeat(40),
    model: 'net',
    target: 'stm32f746',
    sramBytes: 12_288,
    flashBytes: 0,
    latencyMs,
    accuracy: 0.905,
  }));
}

describe('charts', () => {
  test('show SRAM and milliseconds of each layer', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const [memory, latency] = chartsIn(toMarkdown(makeReport([makeEntry(measurement)])));
    const { layers } = measurement;
    expect(memory?.values).toEqual(layers.map(({ liveBytes }) => Number((liveBytes / 1024).toFixed(1))));
    expect(latency?.values).toEqual(layers.map(({ cycles }) => Number((cycles / 216_000).toFixed(3))));
  });

  test.each([1, 1e6, 1e12])('keep to the grammar where a layer takes %d cycles', (cycles) => {
    const rows = Array.from({ length: 200 }, () => ['CONV_2D', [1, 4, 4, 8], 100, cycles, 10] as const);
    const text = toMarkdown(makeReport([makeEntry(makeMeasurement({ name: 'deep', rows }))]));
    const charts = chartsIn(text);
    expect(charts.map(({ values }) => values.length)).toEqual([67, 67]);
    expect(text).toContain('each column is the sum of 3 layers');
  });

  test.each([1e-5, 14.6, 1e6])(
    'over commits keep to the grammar where an inference takes %d ms',
    (latencyMs) => {
      const charts = chartsIn(trendCharts(historyOf(latencyMs)));
      expect(charts.map(({ values }) => values[0])).toEqual([0, 12, Number(latencyMs.toFixed(3)), 90.5]);
    },
  );

  test('have a colour of their own, since that of Mermaid can hardly be seen', () => {
    const all = [...chartsIn(toMarkdown(mixedReport)), ...chartsIn(trendCharts(historyOf(1)))];
    expect(all.length).toBeGreaterThan(8);
    for (const { init } of all) {
      expect(init).toMatchObject({
        themeVariables: { xyChart: { plotColorPalette: expect.stringMatching(/^#/) } },
      });
    }
  });
});
