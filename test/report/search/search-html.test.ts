/** The page of a search: whole on its own, the same every time, its pictures honest and described. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SearchReport, toSearchHtml as toPage } from '../../../src/report/index.ts';
import { hostileName } from '../../support/hostile-names.ts';
import { openElements } from '../../support/open-elements.ts';
import {
  commandReport,
  flopsReport,
  foundReport,
  overReport,
  predictorReport,
  searchNaming,
  spacesReport,
} from './search-fixture.ts';

/** Spaces that do not break as others, so that words can be looked for. */
const toSearchHtml = (report: SearchReport): string => toPage(report).replaceAll('\u00a0', ' ');

const reports = { foundReport, spacesReport, overReport, flopsReport, predictorReport, commandReport };

describe.each(Object.entries(reports))('the page of %s', (_name, report) => {
  const page = toSearchHtml(report);

  test('asks nothing of the network, runs nothing, and is well-formed', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|url\(|@import/i);
    const addresses = [...page.matchAll(/https?:\/\/[^"\s<]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
    expect(openElements(page)).toEqual([]);
  });

  test('is the same bytes every time', () => {
    expect(toSearchHtml(report)).toBe(page);
  });

  test('describes each drawing, under an id of its own', () => {
    const drawings = report.evolution === null ? 1 : 5;
    expect(page.match(/<svg role="img" aria-labelledby="/g)).toHaveLength(drawings);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('takes colours from the style, which knows light and dark', () => {
    const colours = [...page.matchAll(/ (?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour ?? '');
    expect(colours.filter((colour) => !/^(none|transparent|var\(--[\w-]+\))$/.test(colour))).toEqual([]);
    for (const [, name] of page.matchAll(/var\((--[\w-]+)\)/g)) expect(page).toContain(` ${name}: #`);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the distributions', () => {
  const page = toSearchHtml(spacesReport);

  test("read out the chosen space's mean and 80th percentile", () => {
    expect(page).toContain('80 % ≤ 828 k');
    expect(page).toContain('mean 675 k');
    expect(page).toContain('Chosen: mean 675 k MACs, 80th percentile 828 k.');
  });

  test('have the space beside them that would be chosen were networks run layer by layer', () => {
    expect(page).toContain('layer by layer: w0.75-r32, mean 263 k');
    expect(page).toContain('it would be <code>w0.75-r32</code>, mean 263 k, 80th percentile 306 k');
  });

  test('say what is dashed, and what is not drawn', () => {
    expect(page).toContain('Faint and dashed: 1 with under 5 % of their networks within the limits');
    expect(page).toContain('1 without any network within the limits is not drawn.');
    expect(
      page.match(
        /<path [^>]*stroke-dasharray="(?:\d|,| )+"[^>]*stroke="var\(--muted\)"|<path [^>]*stroke="var\(--muted\)"[^>]*stroke-dasharray/g,
      ),
    ).toHaveLength(1);
  });

  test('stay small for thousands of spaces', () => {
    const [survey] = spacesReport.surveys;
    if (survey === undefined) throw new Error('the fixture has surveys');
    const many = Array.from({ length: 3000 }, (_, index) => ({ ...survey, space: `space-${index}` }));
    const text = toSearchHtml({ ...spacesReport, surveys: [...spacesReport.surveys, ...many] });
    expect(text).toContain('Of the others, 200 are drawn.');
    expect(text.length).toBeLessThan(2_000_000);
  });
});

describe('the search', () => {
  test('draws a point for each network of the front, and a ring around the one found', () => {
    const front = toSearchHtml(foundReport).split('id="front-title"')[1]?.split('</svg>')[0] ?? '';
    expect(front.match(/fill="var\(--step-\d\)"/g)).toHaveLength(4);
    expect(front.match(/stroke="var\(--orange\)"/g)).toHaveLength(1);
    expect(front).toContain('limit 6 ms');
  });

  test('one that was found beside the front is drawn too', () => {
    if (overReport.evolution === null) throw new Error('the fixture has an evolution');
    const front = overReport.evolution.front.filter(
      ({ network }) => network !== overReport.evolution?.found.network,
    );
    const page = toSearchHtml({ ...overReport, evolution: { ...overReport.evolution, front } });
    const drawing = page.split('id="front-title"')[1]?.split('</svg>')[0] ?? '';
    expect(drawing.match(/fill="var\(--step-\d\)"/g)).toHaveLength(4);
  });

  test('FLOPs that stand in are never called an accuracy', () => {
    const page = toSearchHtml(flopsReport);
    expect(page).toContain('FLOPs stand-in against estimated latency');
    expect(page.match(/accuracy(?! (?:is )?unknown)/gi) ?? []).toEqual([]);
  });

  test('a single generation and a single network can be drawn', () => {
    const { evolution } = foundReport;
    if (evolution === null) throw new Error('the fixture has an evolution');
    const { curve, found } = evolution;
    const single = {
      ...evolution,
      curve: curve.slice(0, 1),
      front: [found],
      found: { ...found, layers: [] },
    };
    const page = toSearchHtml({ ...foundReport, evolution: single });
    expect(page).not.toMatch(/NaN|Infinity/);
    expect(page.match(/<svg /g)).toHaveLength(3);
  });
});

describe('the network', () => {
  test('has every layer with its bytes, and every block', () => {
    const page = toSearchHtml(foundReport);
    expect(page).toContain('>blocks.0.depthwise</th>');
    expect(page).toContain('<td>7,488 B</td>');
    expect(page.match(/<i class="k[357]">/g)).toHaveLength(5);
  });
});

test('1,000 hostile names change nothing but the words', () => {
  const elements = (page: string) =>
    page
      .replaceAll(/<svg[\s\S]*?<\/svg>|<div class="strip"[\s\S]*?<\/div>/g, '')
      .match(/<\/?[a-z]\w*/g)
      ?.join(' ');
  const expected = elements(toPage(searchNaming(['conv'], 'supernet')));
  const names = fc.sample(hostileName, { numRuns: 1000, seed: 10 });
  for (let first = 0; first < names.length; first += 40) {
    const page = toPage(searchNaming(names.slice(first, first + 40), 'supernet'));
    expect(openElements(page)).toEqual([]);
    expect(elements(page)).toBe(expected);
    expect(page).not.toMatch(/<script|<img|<iframe|\u202e|\u2066/);
  }
}, 60_000);
