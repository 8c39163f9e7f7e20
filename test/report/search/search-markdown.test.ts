/** A search in Markdown: golden texts, honesty about accuracy, sizes, and names that try to be more than names. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SearchReport, toSearchMarkdown } from '../../../src/report/index.ts';
import { hostileName } from '../../support/hostile-names.ts';
import { linkable, linkableWords, parsers, structure } from '../../support/markdown-parsers.ts';
import {
  commandReport,
  flopsReport,
  foundReport,
  overReport,
  predictorReport,
  searchNaming,
  spacesReport,
} from './search-fixture.ts';

const firstLine = (report: SearchReport): string => toSearchMarkdown(report).split('\n')[0] ?? '';

describe('golden texts', () => {
  test.each([
    ['found', foundReport],
    ['spaces', spacesReport],
    ['over', overReport],
    ['flops', flopsReport],
  ])('%s', async (name, report) => {
    await expect(toSearchMarkdown(report)).toMatchFileSnapshot(`expected/${name}.md`);
  });
});

describe('the headline', () => {
  test('says what was measured, against the limits', () => {
    expect(firstLine(foundReport)).toBe(
      '### ✅ mcunet search: found a network of `w0.75-r48`: top-1 90.8 %, SRAM 8.4 KiB of 9 KiB, flash 45.5 KiB of 48 KiB, latency 5.64 ms of 6 ms',
    );
  });

  test('says what is over its limit', () => {
    expect(firstLine(overReport)).toMatch(/^### ❌ .*latency 6\.12 ms of 6 ms, over by 0\.120 ms$/);
  });

  test.each([
    ['predicted accuracy 91.2 %', predictorReport],
    ['accuracy 91.2 % by the configured command', commandReport],
    ['accuracy unknown (FLOPs stood in)', flopsReport],
  ])('says where accuracy is from: %s', (words, report) => {
    expect(firstLine(report)).toContain(`: ${words}, SRAM 8.5 KiB of 9 KiB`);
    expect(firstLine(report)).toMatch(/, all estimated$/);
  });

  test('of spaces alone names the one that was chosen', () => {
    expect(firstLine(spacesReport)).toContain(
      '`w0.75-r48` promises most of 7 spaces, with 675 k MACs on average (80th percentile 828 k)',
    );
  });
});

describe('what a reader may rely on', () => {
  test('FLOPs that stand in are never called an accuracy', () => {
    const text = toSearchMarkdown(flopsReport);
    expect(text).toContain('| FLOPs stand-in | 91.2 %');
    expect(text.match(/accuracy(?! (?:is )?unknown)/gi) ?? []).toEqual([]);
  });

  test('the error of a predictor is said', () => {
    expect(toSearchMarkdown(predictorReport)).toContain('1.34 pp off on average');
    expect(toSearchMarkdown(predictorReport)).toContain("Kendall's tau 0.71");
  });

  test('spaces with too few networks rank below those that the rule would take', () => {
    const table = toSearchMarkdown(spacesReport);
    const order = [...table.matchAll(/^\| (?:\*\*)?`(w[^`]+)`/gm)].map(([, space]) => space);
    expect(order).toEqual(['w0.75-r48', 'w0.5-r48', 'w1-r32', 'w0.75-r32', 'w0.5-r32', 'w1-r48', 'w1-r64']);
    expect(table).toContain('under 5 % within limits');
    expect(table).toContain('none within limits; the nearest needs SRAM 13.5 KiB');
  });

  test('a random baseline is not called an evolution', () => {
    if (foundReport.evolution === null) throw new Error('the fixture has an evolution');
    const options = { ...foundReport.evolution.options, strategy: 'random' as const };
    const report = { ...foundReport, evolution: { ...foundReport.evolution, options } };
    expect(toSearchMarkdown(report)).toContain('drawn at random, as a baseline: this is no evolution');
  });

  test('where nothing is limited, nothing is said to be free', () => {
    const limits = { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined };
    const text = toSearchMarkdown({ ...flopsReport, limits });
    expect(text).not.toMatch(/ free|over by| of 9 KiB/);
  });
});

describe('sizes', () => {
  const [survey] = spacesReport.surveys;
  if (survey === undefined) throw new Error('the fixture has surveys');
  const many = Array.from({ length: 5000 }, (_, index) => ({ ...survey, space: `space-${index}` }));
  const large = { ...foundReport, surveys: [...foundReport.surveys, ...many] };

  test.each([65_536, 10_000, 5000, 2000])('keeps to %i bytes, the headline first', (maxBytes) => {
    const text = toSearchMarkdown(large, { maxBytes });
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(maxBytes);
    expect(text.split('\n')[0]).toBe(firstLine(foundReport));
  });

  test('says what is left out', () => {
    expect(toSearchMarkdown(large)).toContain('The first 1000 of 5007; all are in search.json.');
  });
});

describe.each(parsers)('through %s', (_name, toHtml) => {
  const names = fc.sample(hostileName, { numRuns: 2000, seed: 9 });

  test.each(['supernet', 'command'] as const)(
    'hostile names change nothing but the words: %s',
    (accuracy) => {
      const page = (some: readonly string[]) => toHtml(toSearchMarkdown(searchNaming(some, accuracy)));
      const expected = structure(page(['conv']));
      expect(expected.match(/<table>/g)?.length).toBe(5);
      expect(expected).not.toMatch(/<a |<img/);
      for (let first = 0; first < names.length; first += 40) {
        const batch = names.slice(first, first + 40);
        const html = page(batch);
        expect(structure(html), JSON.stringify(batch)).toBe(expected);
        expect(linkableWords(html)).not.toMatch(linkable);
      }
    },
    120_000,
  );
});
